"""What to fetch: the channels of the sources (feeds, sitemaps, listings, URL lists), and what earlier runs left to do."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from flows.addresses import BadAddressError, parse_url, redact
from flows.archive import OWN_CHANNELS, read_body
from flows.channels import Found, parse_channel
from flows.fetch import Fetcher, Frontier, Target
from flows.state import GOOD, UrlState, is_ahead, next_poll_at, refetch_at
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
    dead: tuple[Channel, ...] = ()
    """Channels that failed for so long that they are switched off: they are asked once in ``dead_after_days``."""


def channels_of(source_id: str, source: Source) -> Iterator[Channel]:
    """The channels of a source in the order of the file."""
    for url in source.feeds:
        yield Channel(url, source_id, "feed")
    for url in source.sitemaps:
        yield Channel(url, source_id, "sitemap")
    for listing in source.listings:
        yield Channel(listing.url, source_id, "listing", listing.pattern)


class Scout:
    """Follows the channels of the active sources: says what to ask for first, and what each answer leads to.

    ``refetch``: ``due`` looks at known pages again on a decaying schedule and where a channel states a change, ``all`` at every one, ``none`` at
    none. ``poll``: ``due`` asks only the channels that may have something new by their habit, ``all`` asks each, also the dead ones.
    """

    def __init__(self, sources: Mapping[str, Source], fetcher: Fetcher, *, refetch: str = "due", poll: str = "all") -> None:
        self._sources = {k: s for k, s in sources.items() if s.active}
        self._fetcher, self._refetch, self._poll = fetcher, refetch, poll
        self._now = fetcher.clock()
        self._channels: dict[str, tuple[Channel, int]] = {}
        self._sitemap_count: Counter[str] = Counter()
        self.skipped_count = 0
        self.dead: list[Channel] = []

    def start(self) -> Iterator[Target]:
        """Channels to poll, and the pages that are due without one: URL lists, and what earlier runs left."""
        for source_id, source in self._sources.items():
            for channel in channels_of(source_id, source):
                yield from self._open(channel, 0)
        for source_id, source in self._sources.items():
            for url in source.urls:
                yield from self._due(Target(url=url, source_id=source_id, channel="url_list", delay_seconds=source.delay_seconds))
        for url, known in self._fetcher.state.items():
            if known.channel not in _UNPOLLED and known.source_id in self._sources:
                source = self._sources[known.source_id]
                target = Target(url=url, source_id=known.source_id, channel=known.channel, delay_seconds=source.delay_seconds)
                yield from self._due(dataclasses.replace(target, found_at_url=known.found_at_url))

    def hear(self, row: Fetch) -> Iterator[Target]:
        """What a row leads to: the pages that a channel names and that are due, and the sitemaps of an index."""
        if row.channel != "source" or row.outcome not in GOOD or row.url not in self._channels:
            return
        if row.warc_file is None or row.warc_offset is None:
            return
        channel, depth = self._channels[row.url]
        source = self._sources[channel.source_id]
        body = read_body(self._fetcher.archive.data_dir, row.warc_file, row.warc_offset) or b""
        for found in parse_channel(channel.kind, body, row.final_url or row.url, channel.pattern):
            if found.is_sitemap:
                if depth < _MAX_DEPTH and self._sitemap_count[channel.source_id] < _MAX_SITEMAPS and self._worth(found, source):
                    self._sitemap_count[channel.source_id] += 1
                    yield from self._open(Channel(found.url, channel.source_id, "sitemap"), depth + 1)
            elif _wanted(source, found, self._now):
                yield from self._due(
                    Target(
                        url=found.url,
                        source_id=channel.source_id,
                        channel=channel.kind,
                        found_at_url=redact(channel.url),
                        delay_seconds=source.delay_seconds,
                        modified_at=found.modified_at,
                    )
                )

    def _open(self, channel: Channel, depth: int) -> Iterator[Target]:
        href = _href(channel.url)
        if href in self._channels:
            return
        known = self._fetcher.state.get(href)
        if self._poll == "due" and known is not None:
            again = next_poll_at(known, self._fetcher.settings)
            if again is None:
                self.dead.append(dataclasses.replace(channel, url=href))
                again = known.fetched_at + dt.timedelta(days=self._fetcher.settings.dead_after_days)  # once in a while: it may be back
            if again > self._now and not is_ahead(known, self._now):
                return
        self._channels[href] = channel, depth
        yield Target(url=channel.url, source_id=channel.source_id, channel="source", delay_seconds=self._sources[channel.source_id].delay_seconds)

    def _due(self, target: Target) -> Iterator[Target]:
        if is_due(self._fetcher.state.get(_href(target.url)), target.modified_at, self._now, self._fetcher.settings, self._refetch):
            yield target
        else:
            self.skipped_count += 1

    def _worth(self, found: Found, source: Source) -> bool:
        """Whether a sitemap named by an index may name something new."""
        if found.modified_at is None:
            return True
        if source.max_age_days is not None and found.modified_at < self._now - dt.timedelta(days=source.max_age_days):
            return False
        known = self._fetcher.state.get(found.url)
        return known is None or known.outcome not in GOOD or found.modified_at > known.fetched_at - dt.timedelta(days=1)


def acquire(
    config: Config, fetcher: Fetcher, *, refetch: str = "due", poll: str = "all", threads: int | None = None, recovered: Iterable[Fetch] = ()
) -> Iterator[Fetch]:
    """Discover and fetch: the rows of every request of a run, as they end. No source waits for another. Options as for :class:`Scout`.

    ``recovered`` are the rows of a killed run: what they lead to is fetched now.
    """
    from flows.follow import Follower

    scout, frontier = Scout(config.sources, fetcher, refetch=refetch, poll=poll), Frontier(fetcher, threads)
    follower = Follower(fetcher, frontier, config.sources, refetch)
    for target in scout.start():
        frontier.add(target)
    for row in recovered:
        yield from follower.hear(row)
    for row in frontier.rows():
        for target in scout.hear(row):
            frontier.add(target)
        joined = list(follower.hear(row))  # before the row is handed on: the crew is at work meanwhile
        yield row
        yield from joined


def discover(sources: Mapping[str, Source], fetcher: Fetcher, *, refetch: str = "due", poll: str = "all", threads: int | None = None) -> Discovery:
    """Poll the channels only and list the pages that are due: for a dry run. Options as for :class:`Scout`."""
    scout, frontier, out = Scout(sources, fetcher, refetch=refetch, poll=poll), Frontier(fetcher, threads), Discovery()
    seen: dict[str, Target] = {}

    def sort(targets: Iterable[Target]) -> None:
        for target in targets:
            if target.channel == "source":
                frontier.add(target)
            else:
                seen.setdefault(_href(target.url), target)

    sort(scout.start())
    for row in frontier.rows():
        out.rows.append(row)
        sort(scout.hear(row))
    out.targets, out.skipped_count, out.dead = list(seen.values()), scout.skipped_count, tuple(scout.dead)
    return out


def is_due(known: UrlState | None, modified_at: dt.datetime | None, now: dt.datetime, settings: Settings, refetch: str = "due") -> bool:
    """Whether a page is to be asked for: never before, changed as its channel says, or on schedule."""
    if known is None or refetch == "all":
        return True
    if known.outcome in GOOD:
        if refetch == "none":
            return False
        if modified_at is not None and known.fetched_at < modified_at <= now:
            return True
    if known.outcome not in GOOD and is_ahead(known, now):
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


def _wanted(source: Source, found: Found, now: dt.datetime) -> bool:
    if source.max_age_days is not None and found.modified_at is not None and found.modified_at < now - dt.timedelta(days=source.max_age_days):
        return False
    if source.include is not None and not re.search(source.include, found.url):
        return False
    return source.exclude is None or not re.search(source.exclude, found.url)


def _href(url: str) -> str:
    try:
        return parse_url(url).href
    except BadAddressError:
        return redact(url)
