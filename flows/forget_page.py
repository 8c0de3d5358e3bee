"""Forget a page now: its article, every request for it and its bytes in the archive go, and it is not fetched again."""

from __future__ import annotations

import datetime as dt
import shutil
from contextlib import closing
from dataclasses import dataclass

from flows import steps
from flows.forget import forget
from flows.load import merge_staged, open_warehouse
from presslake.errors import PresslakeError
from presslake.schema import Fetch


@dataclass(frozen=True, slots=True)
class PageForgotten:
    """What was removed."""

    titles: tuple[str, ...]
    """Of the articles."""
    urls: tuple[str, ...]
    """Addresses that are not fetched again."""
    request_count: int


def forget_page(ctx: steps.Context, url: str, *, at: dt.datetime) -> PageForgotten:
    """Take the article at ``url`` (any of its addresses) out of warehouse and archive: call it under the run lock.

    Killed on the way, the same call finishes it. Raises PresslakeError where nothing is known of the address.
    """
    with closing(open_warehouse(ctx.warehouse)) as con:
        found = con.execute(
            "SELECT DISTINCT a.article_id, a.title FROM articles a LEFT JOIN article_urls u USING (article_id) WHERE a.url = $url OR u.url = $url",
            {"url": url},
        ).fetchall()
        articles = [article_id for article_id, _ in found]
        known = "SELECT url FROM article_urls WHERE list_contains($articles::VARCHAR[], article_id)"
        urls = {url} | {u for (u,) in con.execute(known, {"articles": articles}).fetchall()}

    def is_meant(fetch: Fetch) -> bool:
        return fetch.url in urls or fetch.final_url in urls

    gone = forget(ctx.data_dir, is_meant, at=at)
    with closing(open_warehouse(ctx.warehouse)) as con:
        requests = con.execute("DELETE FROM fetches WHERE list_contains($urls, url) OR list_contains($urls, final_url)", {"urls": sorted(urls)})
        count = int(requests.fetchall()[0][0])
        if not articles and not gone.fetch_ids and not count:
            raise PresslakeError(f"{url}: nothing is known of this address; name it as it stands in articles.url or article_urls.url")
        con.execute(
            "DELETE FROM rejects WHERE list_contains($urls, row_key) OR list_contains($hashes, raw_sha256)",
            {"urls": sorted(urls), "hashes": sorted(gone.raw_sha256s)},
        )
        merge_staged(con, ctx.staging, ctx.run_id, replacing=articles)
    shutil.rmtree(ctx.staging, ignore_errors=True)
    return PageForgotten(tuple(sorted(title for _, title in found)), tuple(sorted(urls)), count)
