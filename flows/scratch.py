"""Ask servers without keeping anything: what ``parse URL``, ``sources check``, ``sources add`` and ``run --dry-run`` do."""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flows.archive import Archive
from flows.fetch import Fetcher
from flows.state import State
from presslake.schema import make_id
from presslake.settings import Settings


@contextlib.contextmanager
def scratch_fetcher(settings: Settings, state: State | None = None) -> Iterator[Fetcher]:
    """A fetcher with an archive that is gone afterwards; robots.txt and address rules hold as in a run."""
    now = dt.datetime.now(dt.UTC)
    with tempfile.TemporaryDirectory(prefix="presslake-") as name:
        archive = Archive(Path(name), make_id("run", "look", now.isoformat()), now, flow="look")
        with archive, Fetcher(settings, archive, state) as fetcher:
            yield fetcher
