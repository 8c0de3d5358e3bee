"""Rows for tests, with values that hold."""

import datetime as dt
import hashlib

from flows.warc import publish_of
from presslake.schema import Fetch, make_id

NOW = dt.datetime(2025, 3, 4, 12, 0, 0, 123456, tzinfo=dt.UTC)
RUN = make_id("run", "daily")


def fetch_row(url: str, body: bytes | None = b"", **changes) -> Fetch:
    values = {
        "fetch_id": make_id("fet", RUN, url, 0),
        "run_id": RUN,
        "source_id": "blatt",
        "url": url,
        "final_url": url,
        "channel": "feed",
        "found_at_url": None,
        "outcome": "fetched",
        "reason": None,
        "status": 200,
        "content_type": "text/html",
        "etag": None,
        "last_modified": None,
        "robots_rule": None,
        "tdm_reserved": False,
        "tdm_rule": None,
        "hops": (),
        "byte_count": None if body is None else len(body),
        "raw_sha256": None if body is None else hashlib.sha256(body).hexdigest(),
        "warc_file": None,
        "warc_offset": None,
        "fetched_at": NOW,
        "elapsed_ms": 5,
    }
    values |= changes
    return Fetch(**{"publish": publish_of(values["outcome"], values["robots_rule"], tdm_reserved=values["tdm_reserved"])} | values)
