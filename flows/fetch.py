"""Fetch pages: lawfully (:mod:`flows.permit`), politely (:mod:`flows.pace`) and safely (:mod:`flows.guard`); every response goes to the raw archive.

``fetch_targets`` takes what :mod:`flows.discover` found and gives one row of ``fetches`` per request, also for those that were refused or failed.
Bodies are handed on by reference: ``archive.read_page(data_dir, fetch)``.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import random
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flows.addresses import BadAddressError, Resolve, Url, parse_url, redact, system_resolve
from flows.archive import OWN_CHANNELS, Archive, Clock, PayloadRef, locate, moved_to, read_body, utc_now
from flows.forget import is_forgotten
from flows.pace import Crew, Pacer, Step
from flows.permit import Answer, Decision, Permits
from flows.state import GOOD, LINK, TRANSIENT, Outcome, State, UrlState
from flows.visit import Visit, Visitor, allow_all
from presslake.schema import Fetch, make_id
from presslake.settings import Settings

_RULES_MAX_BYTES = 512_000  # RFC 9309 asks for 500 KiB at least
_UNREACHABLE = frozenset({Outcome.CONNECTION_ERROR, Outcome.DNS_ERROR, Outcome.TLS_ERROR, Outcome.TIMEOUT, Outcome.BLOCKED_ADDRESS})
_UNREACHABLE_LIMIT = 4
_HICCUPS = frozenset({Outcome.HTTP_ERROR, Outcome.CONNECTION_ERROR, Outcome.INCOMPLETE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A URL to fetch, and how it was found."""

    url: str
    """May hold user and password; what is stored and logged does not."""
    source_id: str
    channel: str
    found_at_url: str | None = None
    delay_seconds: float | None = None
    """Pause of the source, where it has its own."""
    modified_at: dt.datetime | None = None
    """Last change as the feed or sitemap states it."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request: its row, the pause its host wants, and what the server asked to wait."""

    fetch: Fetch
    pause: float
    retry_after: float | None
    ready_at: float = 0.0
    """Monotonic time at which the host may be asked again."""


class Fetcher:
    """Makes one request at a time and archives it; may be used by many threads.

    ``state`` is what earlier runs know (:func:`flows.state.fetch_state`); ``clock``, ``rng`` and ``resolve`` are replaced in tests.
    """

    def __init__(
        self,
        settings: Settings,
        archive: Archive,
        state: State | None = None,
        *,
        clock: Clock = utc_now,
        rng: random.Random | None = None,
        resolve: Resolve = system_resolve,
    ) -> None:
        self.settings, self.archive, self.clock = settings, archive, clock
        self.state: State = state if state is not None else {}
        self.rng = rng or random.Random()  # noqa: S311  # jitter, not a secret
        self.pacer = Pacer()
        self.permits = Permits(self._rules, settings.user_agent.partition("/")[0].strip(), tdm=settings.tdm)
        self._is_forgotten = is_forgotten(archive.data_dir)
        self.visitor = Visitor(settings, clock, resolve)
        self._own_rows: list[Fetch] = []
        self._numbers: dict[str, int] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.visitor.close()

    def take_own_rows(self) -> list[Fetch]:
        """Rows of the requests for robots.txt and its like since the last call."""
        with self._lock:
            rows, self._own_rows = self._own_rows, []
        return rows

    def attempt(self, target: Target) -> Attempt:
        """One attempt at ``target``. Never raises for what a server does."""
        at, started, visit = self.clock(), time.monotonic(), Visit(on_send=self.pacer.sent)
        try:
            url = parse_url(target.url)
        except BadAddressError as e:
            visit.fail(Outcome.BAD_URL, str(e))
            return Attempt(self.archive.write(self.row(target, redact(target.url), visit, at, started)), 0.0, None)
        if self._is_forgotten(url.href):
            visit.fail(Outcome.FORGOTTEN, "it was to be forgotten; take it off raw/forgotten.json if it may be fetched again")
            return Attempt(self.row(target, url.href, visit, at, started), 0.0, None)  # not archived: its address is to be gone
        own = target.channel == "source"
        visit.decision = self.permits.decide(url.href, target.source_id, own=own)
        pause = self._pause(target, visit.decision)
        known = self._known(url.href)
        if not visit.decision.outcome:
            visit.decision = self._take_turn(url, visit.decision, pause)
        if visit.decision.outcome:
            visit.fail(Outcome(visit.decision.outcome), visit.decision.reason or "")
        else:
            at, started = self.clock(), time.monotonic()

            def allow(hop: Url, *, same_host: bool) -> Decision:
                decision = self.permits.decide(hop.href, target.source_id, own=own)
                return decision if same_host or decision.outcome else self._take_turn(hop, decision, self._pause(target, decision))

            try:
                self.visitor.visit(visit, url, known, allow, own=own)
            finally:
                self.pacer.passed(url.host)
        row = self._store(target, url.href, visit, known, at, started)
        return Attempt(row, pause, visit.retry_after, self.pacer.ready_at(url.host, pause))

    def _take_turn(self, url: Url, decision: Decision, pause: float) -> Decision:
        """Wait until the host of ``url`` may be asked; postponed if that takes longer than a run waits."""
        limit = self.settings.max_wait_seconds
        if self.pacer.wait(url.host, pause, at_most=limit):
            return decision
        return dataclasses.replace(
            decision, outcome=Outcome.POSTPONED, reason=f"{url.host} wants {pause:.0f} s between requests, a run waits {limit:.0f} s"
        )

    def postpone(self, target: Target, reason: str) -> Fetch:
        """The row of a target that was not asked for, because its host wants to be left alone."""
        try:
            url = parse_url(target.url).href
        except BadAddressError:
            url = redact(target.url)
        return self.archive.write(self.row(target, url, Visit(Outcome.POSTPONED, reason), self.clock(), time.monotonic()))

    # -------------------------------------------------------------- rows

    def _pause(self, target: Target, decision: Decision) -> float:
        delay = self.settings.delay_seconds if target.delay_seconds is None else target.delay_seconds
        return max(delay, decision.crawl_delay or 0.0)

    def _known(self, url: str) -> UrlState | None:
        """What is known of ``url``, if its page is still in the archive: without it a 304 would be worth nothing."""
        known = self.state.get(url)
        if known is None or known.warc_file is None or known.warc_offset is None or known.outcome not in (*GOOD, *TRANSIENT):
            return None
        file, _ = moved_to(self.archive.data_dir, known.warc_file, known.warc_offset)
        return known if locate(self.archive.data_dir, file) is not None else None

    def _store(self, target: Target, url: str, visit: Visit, known: UrlState | None, at: dt.datetime, started: float) -> Fetch:
        """Judge what came by its own word, and archive it."""
        ref = None
        if visit.outcome == Outcome.FETCHED and target.channel not in ("source", "permit") and visit.reply is not None:
            visit.decision = self.permits.hear(visit.decision, visit.reply.headers, visit.reply.body)
            if visit.decision.outcome:
                visit.fail(Outcome(visit.decision.outcome), visit.decision.reason or "")
                visit.reply = None
        row = self.row(target, url, visit, at, started)
        if known is not None and row.outcome == Outcome.NOT_MODIFIED:
            row = _confirm(row, known)
        elif known is not None and row.outcome == Outcome.FETCHED and known.raw_sha256 == row.raw_sha256:
            row = dataclasses.replace(row, outcome=Outcome.UNCHANGED)
        if known is not None and row.outcome in (Outcome.NOT_MODIFIED, Outcome.UNCHANGED):
            assert known.warc_file is not None
            assert known.warc_offset is not None
            ref = PayloadRef(known.warc_file, known.warc_offset, known.final_url or url, known.good_at or known.fetched_at)
        for hop, reply in visit.hop_replies:
            self.archive.write_hop(hop, at, reply, hop_of=row.fetch_id)
        return self.archive.write(row, visit.reply, ref)

    def row(self, target: Target, url: str, visit: Visit, at: dt.datetime, started: float) -> Fetch:
        """The row of a visit, not archived yet."""
        with self._lock:
            number = self._numbers[url] = self._numbers.get(url, -1) + 1
        reply = visit.reply
        headers = {k.lower(): v for k, v in reply.headers} if reply else {}
        body = reply.body if reply is not None and reply.status != 304 else None
        return Fetch(
            fetch_id=make_id("fet", self.archive.run_id, url, number),
            run_id=self.archive.run_id,
            source_id=target.source_id,
            url=url,
            final_url=visit.final_url,
            channel=target.channel,
            found_at_url=redact(target.found_at_url) if target.found_at_url else None,
            outcome=str(visit.outcome),
            reason=visit.reason,
            status=reply.status if reply is not None and 100 <= reply.status <= 599 else None,
            content_type=headers.get("content-type"),
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            robots_rule=visit.decision.robots_rule,
            tdm_reserved=visit.decision.tdm_reserved,
            tdm_rule=visit.decision.tdm_rule,
            hops=visit.hops,
            byte_count=None if body is None else len(body),
            raw_sha256=hashlib.sha256(body).hexdigest() if body is not None and reply is not None and reply.truncated is None else None,
            warc_file=None,
            warc_offset=None,
            fetched_at=at,
            elapsed_ms=int((time.monotonic() - started) * 1000),
        )

    # -------------------------------------------------------------- robots.txt and its like

    def _rules(self, url: str, source_id: str) -> Answer:
        """A file of rules: from the archive while it holds, else from the server."""
        kept = self._kept_rules(url)
        if kept is not None:
            return kept
        known, target = self._known(url), Target(url=url, source_id=source_id, channel="permit")
        for patience in (self.rng.uniform(0.5, 1.0), None):  # nothing may be fetched without rules: a hiccup is worth a second try
            at, started, visit = self.clock(), time.monotonic(), Visit()
            self.visitor.visit(visit, parse_url(url), known, allow_all, own=True)
            row = self._store(target, url, visit, known, at, started)
            with self._lock:
                self._own_rows.append(row)
            if patience is None or row.outcome not in _HICCUPS or not self.settings.retries:
                break
            time.sleep(patience)
        if row.outcome == Outcome.NOT_MODIFIED:
            body = self._body_at(row.warc_file, row.warc_offset)
            return (
                Answer(200, body) if body is not None else Answer(None, outcome=Outcome.BAD_RESPONSE, reason="304, but the archive does not hold it")
            )
        if row.outcome == Outcome.TOO_MANY_REDIRECTS:
            return Answer(404)  # RFC 9309: as if there were none
        if visit.reply is None or visit.reply.truncated or row.outcome == Outcome.BAD_RESPONSE:
            return Answer(None, outcome=row.outcome, reason=row.reason or row.outcome)
        return Answer(visit.reply.status, visit.reply.body[:_RULES_MAX_BYTES])

    def _kept_rules(self, url: str) -> Answer | None:
        known = self.state.get(url)
        if known is None or not 0 <= (self.clock() - known.fetched_at).total_seconds() < self.settings.rules_hours * 3600:
            return None
        if known.outcome == Outcome.NOT_FOUND:
            return Answer(known.status or 404)
        body = self._body_at(known.warc_file, known.warc_offset) if known.outcome in GOOD else None
        return None if body is None else Answer(200, body)

    def _body_at(self, file: str | None, offset: int | None) -> bytes | None:
        return None if file is None or offset is None else read_body(self.archive.data_dir, file, offset)


def _confirm(row: Fetch, known: UrlState) -> Fetch:
    """The row of a 304: what it leaves out is as it was."""
    return dataclasses.replace(
        row,
        content_type=row.content_type or known.content_type,
        etag=row.etag or known.etag,
        last_modified=row.last_modified or known.last_modified,
        raw_sha256=known.raw_sha256,
        tdm_reserved=row.tdm_reserved or known.tdm_reserved,
        tdm_rule=row.tdm_rule or known.tdm_rule,
        robots_rule=known.robots_rule or row.robots_rule,
    )


# ------------------------------------------------------------------ many targets


class HostBatch:
    """The targets of one host, one request per step: the unit of work."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._waiting: deque[Target] = deque()
        self._tries = 0
        self._unreachable = 0
        self._closed: str | None = None
        """Why nothing more is asked of this host."""

    def add(self, target: Target) -> None:
        self._waiting.append(target)

    def step(self) -> Step[Fetch]:
        """Ask for the next target, or once more for the one that failed."""
        target = self._waiting[0]
        if self._closed is not None:
            self._waiting.popleft()
            return Step([self._fetcher.postpone(target, self._closed)], 0.0, bool(self._waiting))
        attempt = self._fetcher.attempt(target)
        rows, outcome, pause = [*self._fetcher.take_own_rows(), attempt.fetch], attempt.fetch.outcome, attempt.pause
        settings, asked = self._fetcher.settings, attempt.retry_after if outcome in TRANSIENT else None
        ready_at = max(attempt.ready_at, time.monotonic() + (asked or 0.0))
        self._unreachable = self._unreachable + 1 if outcome in _UNREACHABLE else 0
        may_pass = outcome in TRANSIENT and outcome != Outcome.POSTPONED and max(pause, asked or 0.0) <= settings.max_wait_seconds
        if may_pass and self._tries < settings.retries:
            backoff = min(2.0**self._tries * max(0.5, pause), settings.max_wait_seconds)
            self._tries += 1
            return Step(rows, max(ready_at, time.monotonic() + backoff * self._fetcher.rng.uniform(1.0, 1.25)), True)
        self._waiting.popleft()
        self._tries = 0
        self._closed = self._why_closed(attempt.fetch, asked, pause)
        return Step(rows, 0.0 if self._closed else ready_at, bool(self._waiting))

    def _why_closed(self, fetch: Fetch, asked: float | None, pause: float) -> str | None:
        if asked is not None and asked > self._fetcher.settings.max_wait_seconds:
            return f"the host asks to wait {asked:.0f} s: {fetch.url}"
        if fetch.outcome == Outcome.RATE_LIMITED:
            return "the host keeps saying that it is asked too often"
        if pause > self._fetcher.settings.max_wait_seconds:
            return f"the host wants {pause:.0f} s between requests: {fetch.robots_rule}"
        if self._unreachable >= _UNREACHABLE_LIMIT:
            return f"the host cannot be reached ({fetch.outcome})"
        return None


class Frontier:
    """Targets by host, fetched side by side. ``add`` may be called before and while the rows are read: by the thread that reads them."""

    def __init__(self, fetcher: Fetcher, threads: int | None = None) -> None:
        self._fetcher = fetcher
        self._crew: Crew[Fetch] = Crew(threads or fetcher.settings.fetch_threads)
        self._hosts: dict[str, HostBatch] = {}
        self._seen: set[str] = set()

    def add(self, target: Target) -> None:
        """Fetch ``target``, once per URL."""
        try:
            url = parse_url(target.url)
            host, href = url.host, url.href
        except BadAddressError:
            host, href = "", target.url
        if href in self._seen:
            return
        self._seen.add(href)
        known = self._fetcher.state.get(href)
        if known is not None and known.channel == LINK and target.channel not in OWN_CHANNELS:  # a further page stays one, whoever names it too
            target = dataclasses.replace(target, channel=LINK, found_at_url=known.found_at_url)
        batch = self._hosts.setdefault(host, HostBatch(self._fetcher))
        batch.add(target)
        self._crew.wake(batch)

    def has(self, url: str) -> bool:
        """Whether ``url`` (as rows spell it) was added."""
        return url in self._seen

    def rows(self) -> Iterator[Fetch]:
        """One row per request, as they end, until nothing is left to do."""
        yield from self._crew.results()
        yield from self._fetcher.take_own_rows()


def fetch_targets(targets: Iterable[Target], fetcher: Fetcher, *, threads: int | None = None) -> Iterator[Fetch]:
    """Fetch ``targets``, many hosts side by side and each at its pace; one row per request, as they end."""
    frontier = Frontier(fetcher, threads)
    for target in targets:
        frontier.add(target)
    yield from frontier.rows()
