"""Sources: how they do (``presslake sources``), what they would give (``sources check``), and how a new one is written (``sources add``)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.addresses import BadAddressError, parse_url, redact
from flows.archive import OWN_CHANNELS, read_body
from flows.channels import Found, find_channels, parse_channel
from flows.discover import Channel, channels_of, discover, source_of
from flows.fetch import Fetcher, Target, fetch_targets
from flows.permit import Decision, least, publishable, robots_sitemaps
from flows.state import GOOD, Outcome, State, next_poll_at
from flows.summary import Silence
from presslake import schema
from presslake.errors import ConfigError
from presslake.settings import Config, Rights, Settings, Source, load_config

_GUESSES = {"feed": ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml"), "sitemap": ("/sitemap.xml", "/news-sitemap.xml", "/sitemap-news.xml")}


# ------------------------------------------------------------------ health


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a source does."""

    source_id: str
    name: str
    is_active: bool
    last_success_at: dt.datetime | None
    """Last answer of one of its channels, or of a page where it has none."""
    articles_per_day: float
    """New pages per day over the last seven days."""
    usual_per_day: float | None
    """The same over the 28 days before; None while that is not known."""
    failure_count: int
    """Failures in a row of the channel that does worst."""
    next_poll_at: dt.datetime | None
    dead_channels: tuple[str, ...]
    """Switched off, because they failed for longer than ``settings.dead_after_days``."""
    verdict: str
    """In words: ok, never fetched, silent, quiet, failing, dead, off."""


def sources_health(config: Config, state: State, now: dt.datetime) -> list[Health]:
    """Health of every source of the configuration, from the state of its URLs."""
    pages: dict[str, list[dt.datetime]] = {}
    good: dict[str, dt.datetime] = {}
    for known in state.values():
        if known.good_at is None or known.channel == "permit":
            continue
        good[known.source_id] = max(known.good_at, good.get(known.source_id, known.good_at))
        if known.channel not in (*OWN_CHANNELS, "link"):  # further pages are no articles
            pages.setdefault(known.source_id, []).append(known.first_at)
    return [_health(k, s, config.settings, state, good.get(k), pages.get(k, []), now) for k, s in config.sources.items()]


def _health(
    source_id: str, source: Source, settings: Settings, state: State, good_at: dt.datetime | None, seen: list[dt.datetime], now: dt.datetime
) -> Health:
    channels = [(c, known) for c in channels_of(source_id, source) if (known := state.get(_href(c.url))) is not None]
    polls = [next_poll_at(known, settings) for _, known in channels]
    dead = tuple(redact(c.url) for (c, _), at in zip(channels, polls, strict=True) if at is None)
    failures = max((known.failure_count for _, known in channels), default=0)
    recent = sum(now - dt.timedelta(days=7) <= t <= now for t in seen) / 7
    before = [t for t in seen if now - dt.timedelta(days=35) <= t < now - dt.timedelta(days=7)]
    days = (now - dt.timedelta(days=7) - min(before)).total_seconds() / 86400 if before else 0.0
    usual = len(before) / days if days >= 3 else None
    successes = [known.good_at for _, known in channels if known.good_at is not None]
    return Health(
        source_id=source_id,
        name=source.name,
        is_active=source.active,
        last_success_at=max(successes) if successes else good_at,
        articles_per_day=round(recent, 1),
        usual_per_day=None if usual is None else round(usual, 1),
        failure_count=failures,
        next_poll_at=min((p for p in polls if p is not None), default=None) if source.active else None,
        dead_channels=dead,
        verdict=_verdict(source, good_at, failures, dead, recent, usual, silence_of(source_id, seen, now)),
    )


def _verdict(
    source: Source, good_at: dt.datetime | None, failures: int, dead: tuple[str, ...], recent: float, usual: float | None, silence: Silence | None
) -> str:
    if not source.active:
        return "off"
    if dead:
        return "dead: " + ", ".join(dead)
    if failures:
        return f"failing: {failures} times in a row"
    if good_at is None:
        return "never fetched"
    if silence is not None:
        return f"silent: nothing new since {silence.last_new_at:%Y-%m-%d %H:%M}"
    if usual is not None and usual >= 1 and recent < usual / 4:
        return "quiet: far fewer pages than usual"
    return "ok"


_SILENT_INTERVALS = 6
"""So many times the usual time between two new pages: by chance one in four hundred, if pages came at random."""
_SILENT_AT_LEAST = dt.timedelta(hours=24)
"""No house prints at night."""


def silence_of(source_id: str, seen: Iterable[dt.datetime], now: dt.datetime) -> Silence | None:
    """Whether a source whose new pages came at the times ``seen`` has been silent for too long: six of its usual intervals, and a day.

    What is usual is known after five pages over three days, of the five weeks before it fell silent.
    """
    times = sorted(t for t in seen if t <= now)
    if not times:
        return None
    last = times[-1]
    recent = [t for t in times if t >= last - dt.timedelta(days=35)]
    span = last - recent[0]
    if len(recent) < 5 or span < dt.timedelta(days=3):
        return None
    usual = span / (len(recent) - 1)
    if now - last < max(_SILENT_AT_LEAST, _SILENT_INTERVALS * usual):
        return None
    return Silence(source_id, last, usual.total_seconds() / 3600)


def fallen_silent(con: Any, config: Config, now: dt.datetime) -> list[Silence]:
    """Active sources that are silent now and were not at the start of the run before, so that each is told of once."""
    before = con.execute("SELECT max(started_at) FROM runs WHERE flow = 'daily' AND started_at < ?", [now]).fetchall()[0][0]
    rows = con.execute(
        "SELECT source_id, list(first_at) FROM (SELECT source_id, min(fetched_at) AS first_at FROM fetches WHERE outcome = 'fetched'"
        " AND channel NOT IN ('source', 'permit', 'link') GROUP BY source_id, url) WHERE first_at > ? GROUP BY 1 ORDER BY 1",
        [now - dt.timedelta(days=100)],
    ).fetchall()
    found = []
    for source_id, seen in rows:
        source = config.sources.get(source_id)
        silence = silence_of(source_id, seen, now) if source is not None and source.active else None
        if silence is not None and (before is None or silence_of(source_id, seen, before) is None):
            found.append(silence)
    return found


def source_rows(config: Config, state: State, now: dt.datetime) -> list[schema.Source]:
    """Rows of the table ``sources``."""
    return [
        schema.Source(
            source_id=h.source_id,
            name=h.name,
            country=config.sources[h.source_id].country,
            language=config.sources[h.source_id].language,
            rights=config.sources[h.source_id].rights,
            is_active=h.is_active,
            last_success_at=h.last_success_at,
            failure_count=h.failure_count,
            next_poll_at=h.next_poll_at,
        )
        for h in sources_health(config, state, now)
    ]


# ------------------------------------------------------------------ check and dry run


@dataclass(frozen=True, slots=True)
class ChannelCheck:
    """What one channel gave when it was tried."""

    channel: Channel
    outcome: str
    reason: str | None
    found_count: int
    newest_at: dt.datetime | None
    examples: tuple[str, ...]


@dataclass(slots=True)
class SourceCheck:
    """What a source would give."""

    source_id: str
    channels: list[ChannelCheck] = field(default_factory=list)
    decisions: dict[str, Decision] = field(default_factory=dict)
    """Of the first pages that are named: what robots.txt and the reservations say."""

    @property
    def is_good(self) -> bool:
        """Whether every channel answers and names pages, and the pages may be fetched."""
        return all(c.outcome in GOOD and c.found_count for c in self.channels) and all(d.outcome is None for d in self.decisions.values())


def check_sources(config: Config, fetcher: Fetcher, only: set[str] | None = None, *, examples: int = 3) -> Iterator[SourceCheck]:
    """Try the channels of sources and say what would be fetched; pages themselves are not asked for.

    Raises ConfigError if ``only`` names a source that is not configured.
    """
    if only and (unknown := only - config.sources.keys()):
        raise ConfigError(f"no source {', '.join(sorted(unknown))}; configured: {', '.join(config.sources) or 'none'}")
    for source_id, source in config.sources.items():
        if only is None or source_id in only:
            yield _check(source_id, source, fetcher, examples)


def _check(source_id: str, source: Source, fetcher: Fetcher, examples: int) -> SourceCheck:
    out = SourceCheck(source_id)
    named: list[str] = list(source.urls[:examples])
    channels = list(channels_of(source_id, source))
    for _ in range(_CHECK_DEPTH):  # an index says nothing of pages: the newest of its sitemaps does
        children = []
        for check, found in _try(channels, source, fetcher, examples):
            out.channels.append(check)
            named += [f.url for f in found[:examples] if not f.is_sitemap]
            if sitemaps := [f for f in found if f.is_sitemap]:
                newest = max(sitemaps, key=lambda f: f.modified_at.timestamp() if f.modified_at else 0.0)
                children.append(Channel(newest.url, source_id, "sitemap"))
        channels = children
    out.channels += [_check_crawl(source_id, entry, fetcher, examples) for entry in source.warcs]
    out.decisions = {url: fetcher.permits.decide(url, source_id) for url in dict.fromkeys(named)}
    return out


_CHECK_DEPTH = 3


def _try(channels: Iterable[Channel], source: Source, fetcher: Fetcher, examples: int) -> Iterator[tuple[ChannelCheck, list[Found]]]:
    by_href = {_href(c.url): c for c in channels}
    targets = [Target(url=c.url, source_id=c.source_id, channel="source", delay_seconds=source.delay_seconds) for c in by_href.values()]
    last = {row.url: row for row in fetch_targets(targets, fetcher) if row.channel == "source"}
    for href, channel in by_href.items():
        row = last[href]
        body = read_body(fetcher.archive.data_dir, row.warc_file or "", row.warc_offset or 0) if row.outcome in GOOD and row.warc_file else None
        found = parse_channel(channel.kind, body, row.final_url or row.url, channel.pattern) if body is not None else []
        reason = row.reason
        if body is not None and not found:
            reason = f"answers, but names no address: not a {channel.kind}, or the pattern fits none"
        elif any(f.is_sitemap for f in found):
            reason = f"an index of {len(found)} sitemaps; the newest is tried"
        newest = max((f.modified_at for f in found if f.modified_at is not None), default=None)
        examples_of = tuple(f.url for f in found[:examples])
        yield ChannelCheck(dataclasses.replace(channel, url=href), row.outcome, reason, len(found), newest, examples_of), found


def _check_crawl(source_id: str, entry: str, fetcher: Fetcher, examples: int) -> ChannelCheck:
    """How many files an entry of ``warcs`` stands for; ``cc-news`` by the last whole month."""
    from flows.crawls import expand

    last = fetcher.clock().replace(day=1) - dt.timedelta(days=1)
    places, row = [], None
    try:
        for place in expand(f"cc-news:{last:%Y-%m}" if entry == "cc-news" else entry, source_id, fetcher):
            if isinstance(place, schema.Fetch):
                row = place
            else:
                places.append(str(place))
    except ConfigError as e:
        return ChannelCheck(Channel(entry, source_id, "warc"), str(Outcome.UNREADABLE), str(e), 0, None, ())
    outcome, reason = (row.outcome, row.reason) if row is not None else (str(Outcome.FETCHED), None)
    return ChannelCheck(Channel(entry, source_id, "warc"), outcome, reason, len(places), None, tuple(places[:examples]))


def dry_run(config: Config, fetcher: Fetcher, *, refetch: str = "due", poll: str = "all") -> dict[str, Decision]:
    """What a run would ask for, and what is allowed: the channels are polled and the rules read, but no page is fetched."""
    found = discover(config.sources, fetcher, refetch=refetch, poll=poll)
    return {_href(t.url): fetcher.permits.decide(_href(t.url), t.source_id) for t in found.targets}


# ------------------------------------------------------------------ add


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source that was found at an address."""

    source_id: str
    name: str
    language: str | None
    feeds: tuple[str, ...]
    sitemaps: tuple[str, ...]

    def to_toml(self) -> str:
        """Its table for ``sources.toml``."""
        lines = [f"[sources.{self.source_id}]", f"name = {_quoted(self.name)}"]
        if self.language:
            lines.append(f"language = {_quoted(self.language)}")
        for key, urls in (("feeds", self.feeds), ("sitemaps", self.sitemaps)):
            if urls:
                lines += [f"{key} = [", *(f"  {_quoted(u)}," for u in urls), "]"]
        return "\n".join(lines) + "\n"


def find_source(url: str, fetcher: Fetcher) -> NewSource:
    """Look for the feeds and sitemaps of the outlet at ``url``: those it announces, else the usual places.

    Raises ConfigError if there are none, with what to do instead.
    """
    try:
        start = parse_url(url if "://" in url else f"https://{url}")
    except BadAddressError as e:
        raise ConfigError(f"{redact(url)}: {e}") from None
    host = start.host.partition(":")[0].removeprefix("www.")
    source_id = re.sub(r"[^a-z0-9]+", "_", host.lower()).strip("_") or "source"
    row = _ask(start.href, source_id, fetcher)
    if row.outcome not in GOOD:
        raise ConfigError(f"{start.href}: {row.reason or row.outcome}; look at the address, or write the source by hand (docs/guides/sources.md)")
    final = row.final_url or start.href
    body = _body(row, fetcher)
    feeds = [u for u in find_channels(body, final)["feeds"] if _names_pages("feed", u, source_id, fetcher)]
    announced = robots_sitemaps(fetcher.permits.site(final, source_id).robots)
    sitemaps = [u for s in announced if (u := _href(s)) and _names_pages("sitemap", u, source_id, fetcher)]
    feeds = feeds or [u for u in _guesses(final, "feed") if _names_pages("feed", u, source_id, fetcher)][:1]
    sitemaps = sitemaps or [u for u in _guesses(final, "sitemap") if _names_pages("sitemap", u, source_id, fetcher)][:1]
    if not feeds and not sitemaps:
        raise ConfigError(f"{final}: announces neither feed nor sitemap; use a listing page with a pattern instead (docs/guides/sources.md)")
    name, language = _name_of(body, host)
    return NewSource(source_id, name, language, tuple(feeds), tuple(sitemaps))


def add_source(path: Path, new: NewSource) -> None:
    """Append the table of ``new`` to ``path``; the file is replaced whole or not at all.

    Raises ConfigError if the id is taken, or if the file would not be valid.
    """
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    if path.exists() and new.source_id in load_config(path).sources:
        raise ConfigError(f"{path}: sources.{new.source_id} exists already; edit it there")
    aside = path.with_name(path.name + ".new")
    aside.write_text(old.rstrip("\n") + ("\n\n" if old.strip() else "") + new.to_toml(), encoding="utf-8")
    try:
        load_config(aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _ask(url: str, source_id: str, fetcher: Fetcher) -> schema.Fetch:
    return list(fetch_targets([Target(url=url, source_id=source_id, channel="source")], fetcher))[-1]


def _body(row: schema.Fetch, fetcher: Fetcher) -> bytes:
    return read_body(fetcher.archive.data_dir, row.warc_file, row.warc_offset or 0) or b"" if row.warc_file else b""


def _names_pages(kind: str, url: str, source_id: str, fetcher: Fetcher) -> bool:
    row = _ask(url, source_id, fetcher)
    return row.outcome in GOOD and bool(parse_channel(kind, _body(row, fetcher), row.final_url or url))


def _guesses(url: str, kind: str) -> list[str]:
    return [parse_url(path, url).href for path in _GUESSES[kind]]


def _name_of(body: bytes, host: str) -> tuple[str, str | None]:
    """Name and language of an outlet as its front page states them."""
    from flows.permit import meta_tags

    head = body[:200_000].decode("utf-8", "replace")
    site = re.search(r"""property=["']og:site_name["'][^>]{0,50}content=["']([^"'<>]{1,80})""", head)
    title = re.search(r"<title[^>]{0,100}>([^<]{1,200})", head)
    named = meta_tags(body).get("application-name", [])
    name = site[1] if site else named[0] if named else re.split(r"\s[|–—-]\s", title[1])[0] if title else host
    language = re.search(r"<html[^>]{0,300}\blang=[\"']?([a-z]{2})\b", head, re.IGNORECASE)
    return " ".join(html.unescape(name).split()) or host, language[1].lower() if language else None


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a JSON string is a TOML basic string


def _href(url: str) -> str:
    try:
        return parse_url(url).href
    except BadAddressError:
        return redact(url)


def describe(decisions: Mapping[str, Decision], sources: Mapping[str, Source]) -> list[dict[str, object]]:
    """Rows for ``--dry-run``: URL, whether it would be fetched, the rules, and what a snapshot could carry by what is known before fetching."""
    rows: list[dict[str, object]] = []
    for url, d in decisions.items():
        source = sources.get(source_of(url, sources))
        granted: Rights = source.rights if source is not None else "excerpt"
        rows.append(
            {
                "url": url,
                "would_fetch": d.outcome is None,
                "reason": d.reason,
                "robots_rule": d.robots_rule,
                "tdm_reserved": d.tdm_reserved,
                "tdm_rule": d.tdm_rule,
                "publish": None if d.outcome else least(granted, publishable(d.robots_rule, tdm_reserved=d.tdm_reserved)),
            }
        )
    return rows
