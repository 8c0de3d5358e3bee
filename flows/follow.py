"""The rest of an article: its further pages, its view on one page, what an AMP page stands for. Fetched like any page, and put together again.

A page that was fetched for another one has the channel ``link`` and the address of the article's first page in ``found_at_url``: that is all
that a rebuild needs to join them again.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from flows.addresses import BadAddressError, parse_url
from flows.archive import OWN_CHANNELS, page_of, read_body
from flows.discover import is_due
from flows.fetch import Fetcher, Frontier, Target
from flows.state import GOOD, Outcome
from flows.warehouse import Connection, column_list
from presslake import schema
from presslake.schema import Fetch
from presslake.settings import Source
from transforms.parse.joining import PageLinks, find_links

LINK = "link"
_NEVER = OWN_CHANNELS | {"file", "warc"}


class Follower:
    """Says which further pages the pages of a run ask for."""

    def __init__(self, fetcher: Fetcher, sources: Mapping[str, Source], refetch: str = "due") -> None:
        self._fetcher, self._sources, self._refetch = fetcher, sources, refetch
        self._instead: dict[str, Target] = {}
        """Address of a whole view → the second page, to be fetched if the view does not come."""

    def hear(self, row: Fetch) -> Iterator[Target]:
        """The pages that ``row`` leads to and that are due."""
        if row.channel in _NEVER:
            return
        instead = self._instead.pop(row.url, None)
        if row.outcome not in GOOD:
            if instead is not None:
                yield instead
            return
        first = row.found_at_url if row.channel == LINK else None
        links = self._links(row, first)
        second = None if links.following is None else self._target(row, links.following, first or row.url)
        whole = None if links.whole is None else self._target(row, links.whole, row.url)
        if whole is not None and second is not None:
            known = self._fetcher.state.get(whole.url)
            if known is not None and known.outcome not in GOOD:  # it did not come in an earlier run either
                whole = None
            else:
                self._instead[whole.url] = second
        found = whole or second
        if found is not None and is_due(self._fetcher.state.get(found.url), None, self._fetcher.clock(), self._fetcher.settings, self._refetch):
            yield found

    def _links(self, row: Fetch, first: str | None) -> PageLinks:
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


def fetch_articles(targets: Iterable[Target], fetcher: Fetcher, sources: Mapping[str, Source]) -> Iterator[Fetch]:
    """Fetch ``targets`` and the further pages of their articles; one row per request, as they end."""
    frontier, follower = Frontier(fetcher), Follower(fetcher, sources)
    for target in targets:
        frontier.add(target)
    for row in frontier.rows():
        for target in follower.hear(row):
            frontier.add(target)
        yield row


# ------------------------------------------------------------------ together again

Parts = Mapping[tuple[str, str], tuple[Fetch, ...]]
"""By fetch_id and run_id of an article's first page: the further pages as they were at the end of that run."""


def group_pages(fetches: Sequence[Fetch], earlier: Iterable[Fetch] = ()) -> tuple[list[Fetch], dict[tuple[str, str], tuple[Fetch, ...]]]:
    """``fetches`` of pages that are new or changed, one for each article and run, and the further pages of those that have some.

    ``earlier`` are the rows of earlier runs that :func:`earlier_pages` gives. An article of which only a later page changed is seen at the time
    and by the run of that page. Follows from the rows alone, so that a rebuild groups them alike.
    """
    rows = list({f.fetch_id: f for f in (*earlier, *fetches)}.values())
    firsts = {f.found_at_url for f in rows if f.channel == LINK and f.found_at_url}
    if not firsts:
        return list(fetches), {}
    of_article: dict[str, list[Fetch]] = defaultdict(list)
    for row in sorted(rows, key=lambda f: (f.fetched_at, f.fetch_id)):
        first = row.found_at_url if row.channel == LINK and row.found_at_url else row.url
        if first in firsts:
            of_article[first].append(row)
    single = [f for f in fetches if f.url not in firsts and not (f.channel == LINK and f.found_at_url)]
    wanted = {f.fetch_id for f in fetches}
    parts: dict[tuple[str, str], tuple[Fetch, ...]] = {}
    for first, history in of_article.items():
        for run_id in dict.fromkeys(f.run_id for f in history if f.fetch_id in wanted):
            until = max(f.fetched_at for f in history if f.run_id == run_id)
            now = {f.url: f for f in history if f.fetched_at <= until}  # the last of each address
            root = now.pop(first, None)
            if root is None:  # its first page is gone from the archive: what is left stands for itself
                single += [f for f in history if f.run_id == run_id and f.fetch_id in wanted]
                continue
            if root.run_id != run_id:
                root = dataclasses.replace(root, run_id=run_id, fetched_at=min(f.fetched_at for f in history if f.run_id == run_id))
            single.append(root)
            parts[root.fetch_id, run_id] = tuple(now.values())
    return single, parts


def earlier_pages(con: Connection, fetches: Iterable[Fetch]) -> list[Fetch]:
    """Pages that the warehouse knows of articles with several, and the first pages that ``fetches`` continue."""
    first = sorted({f.found_at_url for f in fetches if f.channel == LINK and f.found_at_url})
    names = [c.name for c in schema.columns("fetches")]
    found = con.execute(
        f"""SELECT {column_list("fetches")} FROM fetches WHERE outcome = ? AND raw_sha256 IS NOT NULL AND warc_file IS NOT NULL
        AND (channel = ? OR url IN (SELECT found_at_url FROM fetches WHERE channel = ?) OR list_contains(CAST(? AS VARCHAR[]), url))""",
        [str(Outcome.FETCHED), LINK, LINK, first],
    ).fetchall()
    rows = (dict(zip(names, values, strict=True)) for values in found)
    return [Fetch(**row | {"hops": tuple(row["hops"])}) for row in rows]
