"""The rest of an article: its further pages, its view on one page, what an AMP page stands for. Fetched like any page, and put together again.

A page that was fetched for another one has the channel ``link`` and the address of the article's first page in ``found_at_url``: that is all
that a rebuild needs to join them again.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flows.addresses import BadAddressError, parse_url
from flows.archive import OWN_CHANNELS, PayloadRef, page_of, read_body
from flows.discover import is_due
from flows.fetch import Fetcher, Frontier, Target
from flows.replay import read_fetches
from flows.state import GOOD, LINK, Outcome, UrlState
from flows.warehouse import Connection
from presslake.schema import Fetch, make_id
from presslake.settings import Source

if TYPE_CHECKING:
    from transforms.parse.joining import PageLinks

_NEVER = OWN_CHANNELS | {"file", "warc"}


class Follower:
    """Has the further pages that the pages of a run ask for fetched by its ``frontier``.

    What is known already is not asked for again: a row with the outcome ``joined`` says whose page it is, so that a rebuild knows it too.
    """

    def __init__(self, fetcher: Fetcher, frontier: Frontier, sources: Mapping[str, Source], refetch: str = "due") -> None:
        self._fetcher, self._frontier, self._sources, self._refetch = fetcher, frontier, sources, refetch
        self._instead: dict[str, Target] = {}
        """Address of a whole view → the second page, to be fetched if the view does not come."""
        self._came: dict[str, Fetch] = {}
        self._awaited: dict[str, str] = {}
        """Address that something else asked for already → the first page of its article."""

    def hear(self, row: Fetch) -> Iterator[Fetch]:
        """Follow the links of a page that came; gives the rows of pages that were known and belong to it."""
        if row.channel in _NEVER:
            return
        instead = self._instead.pop(row.url, None)
        if row.outcome not in GOOD:
            if instead is not None:
                yield from self._bring(instead, instead.found_at_url or row.url)
            return
        self._came[row.url] = row
        first = row.found_at_url if row.channel == LINK else self._awaited.pop(row.url, None)
        if first is not None and row.channel != LINK:
            row = self._join(row, first)
            yield row
        yield from self._follow(row, first)

    def _follow(self, row: Fetch, first: str | None) -> Iterator[Fetch]:
        links = self._links(row, first)
        if (start := links.canonical or links.first) is not None:
            yield from self._belong(row, start)
            return
        second = None if links.following is None else self._target(row, links.following, first or row.url)
        whole = None if links.whole is None else self._target(row, links.whole, row.url)
        if whole is not None and second is not None:
            known = self._fetcher.state.get(whole.url)
            if known is not None and known.outcome not in GOOD:  # it did not come in an earlier run either
                whole = None
            else:
                self._instead[whole.url] = second
        if (found := whole or second) is not None:
            yield from self._bring(found, found.found_at_url or row.url)

    def _belong(self, row: Fetch, start: str) -> Iterator[Fetch]:
        """``row`` is a page of the article at ``start``, which is fetched as if it had been found where ``row`` was."""
        target = self._target(row, start, row.url)
        if target is None or target.url == row.url:
            return
        if target.url not in self._came and not self._frontier.has(target.url):
            known = self._fetcher.state.get(target.url)
            if self._is_due(target):
                self._frontier.add(dataclasses.replace(target, channel=row.channel))
            elif known is None or known.outcome not in GOOD:
                return  # what does not come takes nothing over
        if self._home(row.url) != target.url:
            yield self._join(row, target.url)

    def _bring(self, target: Target, first: str) -> Iterator[Fetch]:
        """Fetch ``target`` for the article that begins at ``first``; what is known of it already is joined."""
        row, known = self._came.get(target.url), self._fetcher.state.get(target.url)
        if row is None and self._frontier.has(target.url):
            self._awaited[target.url] = first
        elif row is None and self._is_due(target):
            self._frontier.add(target)
        else:
            if row is None and known is not None and known.outcome in GOOD:
                row = _row_of(target.url, known)
            if row is not None and row.channel not in (*_NEVER, LINK):
                row = self._join(row, first)
                yield row
                yield from self._follow(row, first)

    def _join(self, row: Fetch, first: str) -> Fetch:
        archive = self._fetcher.archive
        joined = dataclasses.replace(
            row,
            fetch_id=make_id("fet", archive.run_id, row.url, LINK),
            run_id=archive.run_id,
            channel=LINK,
            found_at_url=first,
            outcome=str(Outcome.JOINED),
            reason=f"known already; it is read with {first}",
            hops=(),
            elapsed_ms=None,
            fetched_at=self._fetcher.clock(),
        )
        self._came[row.url] = joined
        if joined.warc_file is None or joined.warc_offset is None:
            return archive.write(joined)
        return archive.write(joined, known=PayloadRef(joined.warc_file, joined.warc_offset, row.final_url or row.url, row.fetched_at))

    def _home(self, url: str) -> str | None:
        """The first page of the article that the page at ``url`` is known to belong to."""
        row, known = self._came.get(url), self._fetcher.state.get(url)
        if row is not None and row.channel == LINK:
            return row.found_at_url
        return known.found_at_url if known is not None and known.channel == LINK else None

    def _is_due(self, target: Target) -> bool:
        return is_due(self._fetcher.state.get(target.url), None, self._fetcher.clock(), self._fetcher.settings, self._refetch)

    def _links(self, row: Fetch, first: str | None) -> PageLinks:
        from transforms.parse.joining import PageLinks, find_links  # the parser is not needed where nothing came

        if row.warc_file is None or row.warc_offset is None or "html" not in (row.content_type or "html"):
            return PageLinks()
        body = read_body(self._fetcher.archive.data_dir, row.warc_file, row.warc_offset)
        return PageLinks() if body is None else find_links(page_of(row, body), first)

    def _target(self, row: Fetch, url: str, first: str) -> Target | None:
        try:
            href = parse_url(url).href  # as the row and the state of its URL will have it
        except BadAddressError:
            return None
        source = self._sources.get(row.source_id)
        return Target(
            url=href, source_id=row.source_id, channel=LINK, found_at_url=first, delay_seconds=source.delay_seconds if source is not None else None
        )


def _row_of(url: str, known: UrlState) -> Fetch:
    """What is known of ``url`` as the row that brought it."""
    values: dict[str, Any] = dict.fromkeys(f.name for f in dataclasses.fields(Fetch)) | {"url": url, "hops": ()}
    return Fetch(**values | {k: v for k, v in dataclasses.asdict(known).items() if k in values})


def fetch_articles(targets: Iterable[Target], fetcher: Fetcher, sources: Mapping[str, Source]) -> Iterator[Fetch]:
    """Fetch ``targets`` and the further pages of their articles; one row per request, as they end."""
    frontier = Frontier(fetcher)
    follower = Follower(fetcher, frontier, sources)
    for target in targets:
        frontier.add(target)
    for row in frontier.rows():
        joined = list(follower.hear(row))
        yield row
        yield from joined


# ------------------------------------------------------------------ together again

Parts = Mapping[tuple[str, str], tuple[Fetch, ...]]
"""By fetch_id and run_id of an article's first page: the further pages as they were at the end of that run."""


def group_pages(fetches: Sequence[Fetch], earlier: Iterable[Fetch] = ()) -> tuple[list[Fetch], dict[tuple[str, str], tuple[Fetch, ...]]]:
    """``fetches`` of pages that are new or changed, one for each article and run, and the further pages of those that have some.

    ``earlier`` are the rows of earlier runs that :func:`earlier_pages` gives. An article of which only a later page changed is seen at the time
    and by the run of that page. Follows from the rows alone, so that a rebuild groups them alike.
    """
    rows = _as_parts(list({f.fetch_id: f for f in (*earlier, *fetches)}.values()))
    firsts = {f.found_at_url for f in rows if f.channel == LINK and f.found_at_url}
    wanted = {f.fetch_id for f in fetches}
    single = [f for f in rows if f.fetch_id in wanted and f.url not in firsts and not (f.channel == LINK and f.found_at_url)]
    if not firsts:
        return single, {}
    of_article: dict[str, list[Fetch]] = defaultdict(list)
    for row in sorted(rows, key=lambda f: (f.fetched_at, f.fetch_id)):
        first = row.found_at_url if row.channel == LINK and row.found_at_url else row.url
        if first in firsts:
            of_article[first].append(row)
    parts: dict[tuple[str, str], tuple[Fetch, ...]] = {}
    for first, history in of_article.items():
        for run_id in dict.fromkeys(f.run_id for f in history if f.fetch_id in wanted):
            until = max(f.fetched_at for f in history if f.run_id == run_id)
            now = {f.url: f for f in history if f.fetched_at <= until}  # the last of each address
            root = now.pop(first, None)
            if root is None:  # its first page is gone from the archive: what is left stands for itself
                single += [f for f in history if f.run_id == run_id and f.fetch_id in wanted and f.outcome != Outcome.JOINED]
                continue
            if root.run_id != run_id:
                root = dataclasses.replace(root, run_id=run_id, fetched_at=min(f.fetched_at for f in history if f.run_id == run_id))
            single.append(root)
            parts[root.fetch_id, run_id] = tuple(now.values())
    return single, parts


def _as_parts(rows: Sequence[Fetch]) -> list[Fetch]:
    """``rows`` where a page that was joined to another one is its further page: since then, and in the run that joined it."""
    joined = {f.url: f for f in sorted(rows, key=lambda f: (f.fetched_at, f.fetch_id)) if f.outcome == Outcome.JOINED}
    out = []
    for f in rows:
        to = joined.get(f.url)
        if to is not None and f.channel != LINK and (f.run_id == to.run_id or f.fetched_at >= to.fetched_at):
            f = dataclasses.replace(f, channel=LINK, found_at_url=to.found_at_url)
        out.append(f)
    return out


def earlier_pages(con: Connection, fetches: Iterable[Fetch]) -> list[Fetch]:
    """Pages that the warehouse knows of articles with several, and the first pages that ``fetches`` continue."""
    first = sorted({f.found_at_url for f in fetches if f.channel == LINK and f.found_at_url})
    return read_fetches(
        con,
        """WHERE f.outcome IN ($fetched, $joined) AND f.raw_sha256 IS NOT NULL AND f.warc_file IS NOT NULL AND (f.channel = $link
        OR f.url IN (SELECT found_at_url FROM fetches WHERE channel = $link) OR list_contains($first::VARCHAR[], f.url))""",
        {"fetched": str(Outcome.FETCHED), "joined": str(Outcome.JOINED), "link": LINK, "first": first},
    )
