"""Check that this machine can run presslake, and say how to fix what cannot."""

from __future__ import annotations

import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from presslake.errors import PresslakeError

FREE_BYTES = 2_000_000_000
"""Below this a day of press may not fit."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str
    remedy: str | None = None


def examine(data_dir: Path, config: Path) -> Iterator[Finding]:
    """Look at everything, one finding each; never raises."""
    checks: tuple[tuple[str, Callable[[], Finding]], ...] = (
        ("python", _python),
        ("packages", _packages),
        ("data directory", lambda: _data_dir(data_dir)),
        ("sources", lambda: _sources(config)),
        ("warehouse", lambda: _warehouse(data_dir)),
        ("recogniser", lambda: _recogniser(config)),
        ("flow server", _flow_server),
    )
    for name, check in checks:
        try:
            yield check()
        except PresslakeError as e:
            yield Finding(name, False, str(e))
        except Exception as e:  # a doctor that dies of what it finds helps nobody
            yield Finding(name, False, f"{type(e).__name__}: {e}", "please report this")


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", sys.version_info >= (3, 11), found, "install Python 3.11 or newer, then: make env")


def _packages() -> Finding:
    from packaging.requirements import Requirement

    remedy = "make env installs what requirements.lock names"
    try:
        needed = requires("presslake") or []
    except PackageNotFoundError:
        return Finding("packages", False, "presslake itself is not installed in this environment", remedy)
    wrong = []
    for line in needed:
        need = Requirement(line)
        if need.marker and not need.marker.evaluate({"extra": ""}):
            continue
        try:
            if not need.specifier.contains(version(need.name), prereleases=True):
                wrong.append(f"{need.name} {version(need.name)} (needs {need.specifier})")
        except PackageNotFoundError:
            wrong.append(f"{need.name} is missing")
    return Finding("packages", not wrong, "; ".join(wrong) or "as required", remedy)


def _data_dir(data_dir: Path) -> Finding:
    probe = data_dir
    while not probe.exists():
        probe = probe.parent
    free = shutil.disk_usage(probe).free
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        test = data_dir / ".doctor"
        test.write_bytes(b"")
        test.unlink()
    except OSError as e:
        return Finding("data directory", False, f"{data_dir}: {e.strerror}", "name a folder you may write to with --data-dir")
    detail = f"{data_dir} is writable, {free / 1e9:.1f} GB free"
    return Finding("data directory", free > FREE_BYTES, detail, "free some space, or name another disk with --data-dir")


def _sources(config: Path) -> Finding:
    from presslake.settings import load_config

    if not config.exists():
        return Finding("sources", True, f"{config} does not exist yet: `presslake sources add URL` writes it")
    loaded = load_config(config)
    active = sum(s.active for s in loaded.sources.values())
    return Finding("sources", True, f"{config}: {len(loaded.sources)} sources, {active} active")


def _warehouse(data_dir: Path) -> Finding:
    from flows.load import open_warehouse

    path = data_dir / "press.duckdb"
    if not path.exists():
        return Finding("warehouse", True, f"{path} does not exist yet: the first run creates it")
    connection = open_warehouse(path, read_only=True)
    try:
        n = connection.execute("SELECT count(*) FROM articles").fetchall()[0][0]
    finally:
        connection.close()
    return Finding("warehouse", True, f"{path}: {n} articles")


def _recogniser(config: Path) -> Finding:
    from presslake.settings import load_config
    from transforms.extract.recognise import load_recogniser

    recogniser = load_recogniser(load_config(config, required=False).settings.recogniser)
    names = recogniser.recognise("Das sagte Angela Merkel am Montag in Berlin.", "de")
    return Finding("recogniser", bool(names), recogniser.name, "reinstall presslake: its model file is damaged")


def _flow_server() -> Finding:
    import os
    from urllib.parse import urlsplit

    url = os.environ.get("PREFECT_API_URL")
    if not url:
        return Finding("flow server", True, "embedded: every run starts its own (PREFECT_API_URL is not set)")
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        with socket.create_connection((parts.hostname or "", port), timeout=3):
            return Finding("flow server", True, url)
    except (OSError, ValueError) as e:
        return Finding("flow server", False, f"{url}: {e}", "start it (prefect server start) or unset PREFECT_API_URL for the embedded one")
