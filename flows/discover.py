"""What to fetch: the channels of the sources (feeds, sitemaps, listings, URL lists), and what earlier runs left to do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from flows.addresses import BadAddressError, parse_url, redact
from flows.archive import OWN_CHANNELS, read_body
from flows.channels import Found, parse_channel
from flows.fetch import Fetcher, Target, fetch_targets
from flows.state import GOOD, State, UrlState, refetch_at
from presslake.schema import Fetch
from presslake.settings import Config, Settings, Source

_MAX_DEPTH = 3
_MAX_SITEMAPS = 1000
_UNPOLLED = OWN_CHANNELS | {"file", "warc"}


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed, sitemap or listing page of a source."""

    url: str
    source_id: str
    kind: str
    pattern: str | None = None


@dataclass(slots=True)
class Discovery:
    """What a round of discovery gave: pages to fetch, and the requests it took."""

    targets: list[Target] = field(default_factory=list)
    rows: list[Fetch] = field(default_factory=list)
    skipped_count: int = 0
    """Addresses that were named but are not due: known, and not changed as far as their channel says."""


def channels_of(source_id: str, source: Source) -> Iterator[Channel]:
    """The channels of a source in the order of the file."""
    for url in source.feeds:
        yield Channel(url, source_id, "feed")
    for url in source.sitemaps:
        yield Channel(url, source_id, "sitemap")
    for listing in source.listings:
        yield Channel(listing.url, source_id, "listing", listing.pattern)


def discover(sources: Mapping[str, Source], fetcher: Fetcher, *, refetch: str = "due", threads: int | None = None) -> Discovery:
    """Poll the channels of all active ``sources`` and list the pages that are due.

    ``refetch``: ``due`` looks at known pages again on a decaying schedule and where a channel states a change, ``all`` at every one,
    ``none`` at none.
    """
    active = {k: s for k, s in sources.items() if s.active}
    out, now = Discovery(), fetcher.clock()
    seen: set[str] = set()
    for target in _candidates(active, fetcher, out, now, threads):
        try:
            href = parse_url(target.url).href
        except BadAddressError:
            href = target.url
        if href in seen:
            continue
        seen.add(href)
        if is_due(fetcher.state.get(href), target.modified_at, now, fetcher.settings, refetch):
            out.targets.append(target)
        else:
            out.skipped_count += 1
    return out


def acquire(config: Config, fetcher: Fetcher, *, refetch: str = "due", threads: int | None = None) -> Iterator[Fetch]:
    """Discover and fetch: the rows of every request of a run, as they end."""
    found = discover(config.sources, fetcher, refetch=refetch, threads=threads)
    yield from found.rows
    yield from fetch_targets(found.targets, fetcher, threads=threads)


def is_due(known: UrlState | None, modified_at: dt.datetime | None, now: dt.datetime, settings: Settings, refetch: str = "due") -> bool:
    """Whether a page is to be asked for: never before, changed as its channel says, or on schedule."""
    if known is None or refetch == "all":
        return True
    if known.outcome in GOOD:
        if refetch == "none":
            return False
        if modified_at is not None and known.fetched_at < modified_at <= now:
            return True
    again = refetch_at(known, settings.refetch_days)
    return again is not None and again <= now


def source_of(url: str, sources: Mapping[str, Source]) -> str:
    """The source that a URL belongs to by its host; the host itself where none does."""
    host = parse_url(url).host.partition(":")[0].removeprefix("www.")
    for source_id, source in sources.items():
        for known in (*source.urls, *(c.url for c in channels_of(source_id, source))):
            try:
                if parse_url(known).host.partition(":")[0].removeprefix("www.") == host:
                    return source_id
            except BadAddressError:
                continue
    return host


def url_targets(urls: Iterable[str], sources: Mapping[str, Source]) -> list[Target]:
    """Targets for addresses that a person names. Raises BadAddressError for one that is no http URL."""
    out = []
    for url in urls:
        source_id = source_of(url, sources)
        source = sources.get(source_id)
        out.append(Target(url=url, source_id=source_id, channel="url_list", delay_seconds=source.delay_seconds if source else None))
    return out


# ------------------------------------------------------------------ candidates


def _candidates(active: Mapping[str, Source], fetcher: Fetcher, out: Discovery, now: dt.datetime, threads: int | None) -> Iterator[Target]:
    for source_id, source in active.items():
        for url in source.urls:
            yield Target(url=url, source_id=source_id, channel="url_list", delay_seconds=source.delay_seconds)
    for channel, found in _poll(active, fetcher, out, threads):
        source = active[channel.source_id]
        if _wanted(source, found, now):
            yield Target(
                url=found.url,
                source_id=channel.source_id,
                channel=channel.kind,
                found_at_url=redact(channel.url),
                delay_seconds=source.delay_seconds,
                modified_at=found.modified_at,
            )
    yield from _left_over(active, fetcher.state)


def _poll(active: Mapping[str, Source], fetcher: Fetcher, out: Discovery, threads: int | None) -> Iterator[tuple[Channel, Found]]:
    """Fetch the channels, and what sitemap indexes name, level by level."""
    level = [c for source_id, source in active.items() for c in channels_of(source_id, source)]
    polled: set[str] = set()
    for _ in range(_MAX_DEPTH):
        channels: dict[str, Channel] = {}
        for channel in level:
            try:
                href = parse_url(channel.url).href
            except BadAddressError:
                href = redact(channel.url)
            if href not in polled:
                channels.setdefault(href, channel)
        polled |= channels.keys()
        level = []
        for row in fetch_targets([_channel_target(c, active) for c in channels.values()], fetcher, threads=threads):
            out.rows.append(row)
            if row.outcome not in GOOD or row.channel != "source" or row.warc_file is None or row.warc_offset is None:
                continue
            channel = channels[row.url]
            body = read_body(fetcher.archive.data_dir, row.warc_file, row.warc_offset) or b""
            for found in parse_channel(channel.kind, body, row.final_url or row.url, channel.pattern):
                if not found.is_sitemap:
                    yield channel, found
                elif len(level) < _MAX_SITEMAPS and _worth(found, fetcher.state, active[channel.source_id], fetcher.clock()):
                    level.append(Channel(found.url, channel.source_id, "sitemap"))


def _channel_target(channel: Channel, active: Mapping[str, Source]) -> Target:
    return Target(url=channel.url, source_id=channel.source_id, channel="source", delay_seconds=active[channel.source_id].delay_seconds)


def _worth(found: Found, state: State, source: Source, now: dt.datetime) -> bool:
    """Whether a sitemap named by an index may name something new."""
    if found.modified_at is None:
        return True
    if source.max_age_days is not None and found.modified_at < now - dt.timedelta(days=source.max_age_days):
        return False
    known = state.get(found.url)
    return known is None or known.outcome not in GOOD or found.modified_at > known.fetched_at - dt.timedelta(days=1)


def _wanted(source: Source, found: Found, now: dt.datetime) -> bool:
    if source.max_age_days is not None and found.modified_at is not None and found.modified_at < now - dt.timedelta(days=source.max_age_days):
        return False
    if source.include is not None and not re.search(source.include, found.url):
        return False
    return source.exclude is None or not re.search(source.exclude, found.url)


def _left_over(active: Mapping[str, Source], state: State) -> Iterator[Target]:
    """Pages of earlier runs, for the schedule: they may have left their feed long ago."""
    for url, known in state.items():
        if known.channel not in _UNPOLLED and known.source_id in active:
            yield Target(
                url=url,
                source_id=known.source_id,
                channel=known.channel,
                found_at_url=known.found_at_url,
                delay_seconds=active[known.source_id].delay_seconds,
            )
