"""What of an article's text may leave the house: what the configuration grants for its source, less what its page reserved."""

from __future__ import annotations

from collections.abc import Mapping

from flows.warehouse import Connection

_LATEST = """
    CREATE OR REPLACE TEMP TABLE _latest AS
    SELECT raw_sha256, url, arg_max(coalesce(publish, 'metadata'), fetched_at) AS publish, max(fetched_at) AS said_at
    FROM fetches WHERE raw_sha256 IS NOT NULL AND outcome IN ('fetched', 'unchanged', 'not_modified', 'joined') GROUP BY ALL"""
"""What was last said of every page that gave bytes; a header may change while the page does not."""
_OF_ARTICLES = """
    CREATE OR REPLACE TEMP TABLE _of_articles AS
    SELECT a.article_id, l.publish FROM articles a JOIN _latest l USING (raw_sha256)
    UNION
    SELECT u.article_id, arg_max(l.publish, l.said_at)
    FROM article_urls u JOIN _latest l USING (url) WHERE u.url_kind = 'requested' GROUP BY u.article_id, u.url"""
"""What was said of the bytes of every article, and of the addresses of all its pages."""
_LEVEL = "CASE {} WHEN 'metadata' THEN 0 WHEN 'excerpt' THEN 1 ELSE 2 END"


def settle_rights(con: Connection, given: Mapping[str, str]) -> None:
    """Make ``_article_rights``: per article what of its text may be shown (metadata, excerpt, full_text), and ``_rights`` per source.

    ``given`` says it per source before the table ``sources`` does; without a word on it, an excerpt. Quotations (``claims``) are not held back.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE _rights AS SELECT source_id, rights FROM sources")
    for source_id, rights in sorted(given.items()):
        con.execute("DELETE FROM _rights WHERE source_id = ?", [source_id])
        con.execute("INSERT INTO _rights VALUES (?, ?)", [source_id, rights])
    con.execute(_LATEST)
    con.execute(_OF_ARTICLES)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _article_rights AS
        WITH granted AS (SELECT a.article_id, CASE WHEN a.tdm_reserved THEN 'metadata' ELSE coalesce(s.rights, 'excerpt') END AS rights
                         FROM articles a LEFT JOIN _rights s USING (source_id)),
             held AS (SELECT article_id, min({_LEVEL.format("publish")}) AS level FROM _of_articles GROUP BY 1)
        SELECT g.article_id, ['metadata', 'excerpt', 'full_text'][least({_LEVEL.format("g.rights")}, coalesce(h.level, 2)) + 1] AS rights
        FROM granted g LEFT JOIN held h USING (article_id)""")  # noqa: S608 - our own words
    con.execute("DROP TABLE _latest")
    con.execute("DROP TABLE _of_articles")
