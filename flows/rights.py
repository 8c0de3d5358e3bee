"""What of an article's text may leave the house: what the configuration grants for its source, less what its page reserved."""

from __future__ import annotations

from collections.abc import Mapping

from flows.permit import publishable
from flows.warehouse import Connection

_LATEST = """
    CREATE OR REPLACE TEMP TABLE _latest AS
    SELECT raw_sha256, url, arg_max(coalesce(robots_rule, ''), fetched_at) AS robots_rule,
           arg_max(tdm_reserved, fetched_at) AS tdm_reserved, max(fetched_at) AS said_at
    FROM fetches WHERE raw_sha256 IS NOT NULL AND outcome IN ('fetched', 'unchanged', 'not_modified') GROUP BY ALL"""
"""What was last said of every page that gave bytes; a header may change while the page does not."""
_OF_ARTICLES = """
    CREATE OR REPLACE TEMP TABLE _of_articles AS
    SELECT a.article_id, l.robots_rule, l.tdm_reserved FROM articles a JOIN _latest l USING (raw_sha256)
    UNION
    SELECT u.article_id, arg_max(l.robots_rule, l.said_at), arg_max(l.tdm_reserved, l.said_at)
    FROM article_urls u JOIN _latest l USING (url) WHERE u.url_kind = 'requested' GROUP BY u.article_id, u.url"""
"""What was said of the bytes of every article, and of the addresses of all its pages."""


def settle_rights(con: Connection, given: Mapping[str, str]) -> None:
    """Make ``_article_rights``: per article what of its text may be shown (metadata, excerpt, full_text), and ``_rights`` per source.

    ``given`` says it per source before the table ``sources`` does; without a word on it, an excerpt. Quotations (``claims``) are not held back.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE _rights AS SELECT source_id, rights FROM sources")
    for source_id, rights in sorted(given.items()):
        con.execute("DELETE FROM _rights WHERE source_id = ?", [source_id])
        con.execute("INSERT INTO _rights VALUES (?, ?)", [source_id, rights])
    con.execute("CREATE OR REPLACE TEMP TABLE _said (robots_rule VARCHAR, tdm_reserved BOOLEAN, granted VARCHAR, shown VARCHAR)")
    con.execute(_LATEST)
    con.execute(_OF_ARTICLES)
    said = con.execute("SELECT DISTINCT robots_rule, tdm_reserved FROM _latest").fetchall()
    for rule, reserved in said:
        for granted in ("excerpt", "full_text"):
            shown = publishable(rule, granted, tdm_reserved=reserved)
            if shown != granted:  # few rules do: most of them name a line of robots.txt and hold back nothing
                con.execute("INSERT INTO _said VALUES (?, ?, ?, ?)", [rule, reserved, granted, shown])
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _article_rights AS
        WITH granted AS (SELECT a.article_id, a.raw_sha256, CASE WHEN a.tdm_reserved THEN 'metadata' ELSE coalesce(s.rights, 'excerpt') END AS rights
                         FROM articles a LEFT JOIN _rights s USING (source_id)),
             held AS (SELECT g.article_id, min(CASE w.shown WHEN 'metadata' THEN 0 ELSE 1 END) AS level
                      FROM granted g JOIN _of_articles f USING (article_id)
                      JOIN _said w ON w.robots_rule = f.robots_rule AND w.tdm_reserved = f.tdm_reserved AND w.granted = g.rights GROUP BY 1)
        SELECT g.article_id, CASE h.level WHEN 0 THEN 'metadata' WHEN 1 THEN 'excerpt' ELSE g.rights END AS rights
        FROM granted g LEFT JOIN held h USING (article_id)""")
    con.execute("DROP TABLE _said")
    con.execute("DROP TABLE _latest")
    con.execute("DROP TABLE _of_articles")
