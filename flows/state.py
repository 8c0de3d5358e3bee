"""What earlier runs know of a URL: validators for conditional requests, where its page is archived, and when it is due again."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from presslake.schema import Fetch
from presslake.settings import Settings


class Outcome(enum.StrEnum):
    """What became of a request: the values of ``fetches.outcome``."""

    FETCHED = "fetched"  # a page that is new or has changed
    UNCHANGED = "unchanged"  # the server sent the bytes that we have
    NOT_MODIFIED = "not_modified"  # the server said 304
    JOINED = "joined"  # not asked for: it is known already, and found to be a further page of another one
    REFUSED_ROBOTS = "refused_robots"
    REFUSED_TDM = "refused_tdm"
    BLOCKED_ADDRESS = "blocked_address"  # leads into a private network
    BAD_URL = "bad_url"
    FORGOTTEN = "forgotten"  # on the list of what is never to be fetched again
    NOT_FOUND = "not_found"  # 404 and 410
    SOFT_404 = "soft_404"  # an error page that says 200
    HOME_REDIRECT = "home_redirect"  # sent to the front page instead
    HTTP_ERROR = "http_error"  # any other status that is no page
    RATE_LIMITED = "rate_limited"  # 429, or 503 with Retry-After
    POSTPONED = "postponed"  # not asked for: its host wants to be left alone for longer than a run waits
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"  # an image, a film, a program
    TOO_MANY_REDIRECTS = "too_many_redirects"
    TIMEOUT = "timeout"
    INCOMPLETE = "incomplete"  # the connection ended before the body did
    BAD_RESPONSE = "bad_response"  # not HTTP, or a coding that does not decode
    CONNECTION_ERROR = "connection_error"
    DNS_ERROR = "dns_error"
    TLS_ERROR = "tls_error"
    UNREADABLE = "unreadable"  # a local file that cannot be read


GOOD = frozenset({Outcome.FETCHED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED, Outcome.JOINED})
"""Outcomes whose row refers to an archived payload that is the page."""
LINK = "link"
"""Channel of what is fetched for another page, whose address is then in ``found_at_url``."""
TRANSIENT = frozenset(
    {
        Outcome.HTTP_ERROR,
        Outcome.RATE_LIMITED,
        Outcome.POSTPONED,
        Outcome.TIMEOUT,
        Outcome.INCOMPLETE,
        Outcome.BAD_RESPONSE,
        Outcome.CONNECTION_ERROR,
        Outcome.DNS_ERROR,
    }
)
"""Outcomes that another time may give a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlState:
    """What is known of one URL."""

    source_id: str
    channel: str
    outcome: str
    """Of the last request."""
    fetched_at: dt.datetime
    """Last request."""
    first_at: dt.datetime
    """First request."""
    good_at: dt.datetime | None = None
    """Last request that gave or confirmed the page."""
    changed_at: dt.datetime | None = None
    """Last request that gave a page that was new or changed."""
    fetch_count: int = 1
    change_count: int = 0
    failure_count: int = 0
    """Failures since ``good_at``."""
    etag: str | None = None
    last_modified: str | None = None
    final_url: str | None = None
    content_type: str | None = None
    status: int | None = None
    """Of the last request."""
    raw_sha256: str | None = None
    """Of the archived page."""
    warc_file: str | None = None
    warc_offset: int | None = None
    tdm_reserved: bool = False
    tdm_rule: str | None = None
    robots_rule: str | None = None
    found_at_url: str | None = None


State = Mapping[str, UrlState]

_SQL = """
WITH good AS (
  SELECT url, max_by(fetches, (fetched_at, fetch_id)) AS g, max(fetched_at) AS good_at,
         max(fetched_at) FILTER (outcome = 'fetched') AS changed_at, count(*) FILTER (outcome = 'fetched') AS change_count
  FROM fetches WHERE outcome IN ('fetched', 'unchanged', 'not_modified', 'joined') GROUP BY url
), last AS (
  SELECT url, max_by(fetches, (fetched_at, fetch_id)) AS l, min(fetched_at) AS first_at, count(*) AS fetch_count FROM fetches GROUP BY url
), failed AS (
  SELECT url, count(*) AS failure_count FROM fetches LEFT JOIN good USING (url)
  WHERE good_at IS NULL OR fetched_at > good_at GROUP BY url
)
SELECT url, l.source_id, l.channel, l.outcome, epoch_us(l.fetched_at), epoch_us(first_at), epoch_us(good_at), epoch_us(changed_at), fetch_count,
       coalesce(change_count, 0), coalesce(failure_count, 0), g.etag, g.last_modified, g.final_url, g.content_type, l.status, g.raw_sha256,
       g.warc_file, g.warc_offset, coalesce(g.tdm_reserved, false), g.tdm_rule, g.robots_rule, coalesce(g.found_at_url, l.found_at_url)
FROM last LEFT JOIN good USING (url) LEFT JOIN failed USING (url)
"""
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def fetch_state(con: Any) -> dict[str, UrlState]:
    """Read the state of every URL from the table ``fetches`` of an open DuckDB connection."""
    names = [f.name for f in dataclasses.fields(UrlState)]
    out = {}
    for url, *values in con.execute(_SQL).fetchall():
        row = dict(zip(names, values, strict=True))
        for name in ("fetched_at", "first_at", "good_at", "changed_at"):
            if row[name] is not None:
                row[name] = _EPOCH + dt.timedelta(microseconds=row[name])
        out[url] = UrlState(**row)
    return out


def with_fetches(state: State, fetches: Iterable[Fetch]) -> dict[str, UrlState]:
    """``state`` after ``fetches``, in the order they are given: for what is archived but not loaded yet."""
    out = dict(state)
    for f in fetches:
        out[f.url] = after(out.get(f.url), f)
    return out


def after(old: UrlState | None, f: Fetch) -> UrlState:
    """What is known of a URL after the request ``f``."""
    base = old or UrlState(source_id=f.source_id, channel=f.channel, outcome=f.outcome, fetched_at=f.fetched_at, first_at=f.fetched_at, fetch_count=0)
    new = dataclasses.replace(
        base, source_id=f.source_id, channel=f.channel, outcome=f.outcome, fetched_at=f.fetched_at, status=f.status, fetch_count=base.fetch_count + 1
    )
    if f.outcome not in GOOD:
        return dataclasses.replace(new, failure_count=base.failure_count + 1, found_at_url=base.found_at_url or f.found_at_url)
    changed = f.outcome == Outcome.FETCHED
    return dataclasses.replace(
        new,
        good_at=f.fetched_at,
        changed_at=f.fetched_at if changed else base.changed_at,
        change_count=base.change_count + changed,
        failure_count=0,
        etag=f.etag,
        last_modified=f.last_modified,
        final_url=f.final_url,
        content_type=f.content_type,
        raw_sha256=f.raw_sha256,
        warc_file=f.warc_file,
        warc_offset=f.warc_offset,
        tdm_reserved=f.tdm_reserved,
        tdm_rule=f.tdm_rule,
        robots_rule=f.robots_rule,
        found_at_url=f.found_at_url or base.found_at_url,
    )


# ------------------------------------------------------------------ when a URL is due

_REFETCH = (dt.timedelta(hours=2), dt.timedelta(hours=6), dt.timedelta(days=1), dt.timedelta(days=3), dt.timedelta(days=7))


def refetch_at(state: UrlState, refetch_days: float) -> dt.datetime | None:
    """When a page is to be looked at again; None for never.

    A page that came: 2 hours, 6 hours, 1, 3 and 7 days after its first fetch, while ``refetch_days`` last; a change starts the row again.
    A failure that may pass: after 30 minutes, doubling up to a day, at most ten times. What was refused: after a day, like a missing page once.
    """
    if state.outcome in GOOD:
        start = state.changed_at or state.first_at
        if state.change_count > 20:  # a page that is never twice the same (a counter, an ad) tells nothing by changing
            start = state.first_at
        for step in _REFETCH:
            if step.total_seconds() <= refetch_days * 86400 and state.fetched_at < start + step:
                return start + step
        return None
    if state.outcome in TRANSIENT:
        return (
            state.fetched_at + min(dt.timedelta(minutes=30) * float(2 ** min(state.failure_count, 10)), dt.timedelta(days=1))
            if state.failure_count <= 10
            else None
        )
    if state.outcome in (Outcome.REFUSED_ROBOTS, Outcome.TLS_ERROR, Outcome.BLOCKED_ADDRESS):
        return state.fetched_at + dt.timedelta(days=1) if state.failure_count <= 30 else None
    if state.outcome in (Outcome.NOT_FOUND, Outcome.SOFT_404, Outcome.HOME_REDIRECT):
        return state.fetched_at + dt.timedelta(days=1) if state.failure_count <= 1 else None
    return None


def is_ahead(state: UrlState, now: dt.datetime) -> bool:
    """Whether the last request is dated in the future: a clock was wrong, and what was reckoned from it may be years away."""
    return state.fetched_at > now + dt.timedelta(minutes=5)


def next_poll_at(state: UrlState, settings: Settings) -> dt.datetime | None:
    """When a feed, sitemap or listing is to be asked again; None if it failed for so long that it is switched off.

    Half the time it usually takes to change, longer where it has been quiet lately, within ``poll_minutes`` and ``poll_hours``; after failures the
    interval doubles.
    """
    shortest, longest = dt.timedelta(minutes=settings.poll_minutes), dt.timedelta(hours=settings.poll_hours)
    if state.outcome not in GOOD:
        if state.fetched_at - (state.good_at or state.first_at) > dt.timedelta(days=settings.dead_after_days):
            return None
        return state.fetched_at + min(shortest * float(2 ** min(state.failure_count, 20)), longest)
    changed = state.changed_at or state.first_at
    usual = (changed - state.first_at) / max(1, state.change_count - 1)
    quiet = state.fetched_at - changed
    return state.fetched_at + max(shortest, min(max(usual, quiet / 2) / 2, longest))
