"""The same article in several papers, the same claim in several articles: named anew around what the batch touched.

Which texts are alike is kept in components (:mod:`flows.alike`). A cluster has the id that its earliest article gives it, and the earliest published
article leads it. A group has the id that its earliest claim has alone; where one statement has several known speakers, each has a group of its own,
and claims without speaker go with the speaker who has most.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flows import alike
from flows.warehouse import Connection, row_count
from transforms.resolve.clusters import near_duplicates, sign_article
from transforms.resolve.groups import CUT, is_same_claim, sign_claim

AT_ONCE = 2_000
"""Texts in memory while they are signed."""


def _near(pairs: Sequence[alike.Pair]) -> Sequence[bool]:
    return [bool(x) for x in near_duplicates(*zip(*pairs, strict=True))] if pairs else []


def _same(pairs: Sequence[alike.Pair]) -> Sequence[bool]:
    return [is_same_claim(one.split(), other.split()) for one, _, other, _ in pairs]


ARTICLES = alike.Kind("article", "articles", _near)
CLAIMS = alike.Kind("claim", "claims", _same, worth=f"least(x.size, y.size) >= {CUT} * greatest(x.size, y.size)")


def sign_touched(con: Connection) -> None:
    """Sign what is new in ``_new_articles`` and ``_new_claims``."""
    _sign_articles(con, "_new_articles")
    _sign_claims(con, "_new_claims")


def _sign_articles(con: Connection, table: str) -> None:
    _sign(
        con,
        ARTICLES,
        f"SELECT article_id, text_sha256, body_text FROM {table} ANTI JOIN _article_links USING (article_id, text_sha256)",
        _signed_article,
    )


def _sign_claims(con: Connection, table: str) -> None:
    _sign(con, CLAIMS, f"SELECT claim_id, text, language FROM {table} ANTI JOIN _claim_links USING (claim_id)", _signed_claim)


def _signed_article(article_id: str, sha256: str, text: str) -> tuple[Any, ...]:
    s = sign_article(text)
    # a text without words equals no other: its key is that of its article
    key = int.from_bytes(hashlib.sha256(article_id.encode()).digest()[:8], "little") if s.text_key is None else s.text_key
    return article_id, sha256, key, s.band_keys, s.shingle_count, s.minhash


def _signed_claim(claim_id: str, text: str, language: str) -> tuple[Any, ...]:
    s = sign_claim(text, language)
    return claim_id, s.text_key, s.keys, s.word_count, s.words.encode("utf-8", "replace").decode(), s.group_id


_TEXT = (("text_key", "uint64"), ("keys", "list"), ("size", "int64"))
_SIGNED = {
    "article": (("article_id", "string"), ("text_sha256", "string"), *_TEXT, ("content", "binary")),
    "claim": (("claim_id", "string"), *_TEXT, ("content", "string"), ("group_id", "string")),
}


def _sign(con: Connection, kind: alike.Kind, sql: str, sign: Callable[..., tuple[Any, ...]]) -> None:
    import pyarrow as pa

    def batches() -> Iterator[Any]:
        result = con.execute(sql)
        while rows := result.fetchmany(AT_ONCE):
            columns = zip(*(sign(*row) for row in rows), strict=True)
            yield pa.record_batch([pa.array(c, type=t) for c, t in zip(columns, target.types, strict=True)], schema=target)

    target = pa.schema([(name, pa.list_(pa.uint64()) if t == "list" else getattr(pa, t)()) for name, t in _SIGNED[kind.name]])
    signed = pa.Table.from_batches(list(batches()), schema=target)
    if signed.num_rows:
        alike.add(con, kind, signed)


def _sign_missing(con: Connection, kind: alike.Kind, sign: Callable[[Connection, str], None]) -> None:
    """Sign what another version of presslake left without: its signatures were others."""
    if row_count(con, kind.links) < row_count(con, kind.table):
        sign(con, kind.table)


def cluster_touched(con: Connection) -> int:
    """Cluster the articles around those in ``_touched`` and those that went; returns how many rows got another cluster or lead."""
    _sign_missing(con, ARTICLES, _sign_articles)
    alike.settle(con, ARTICLES)
    con.execute("""
        INSERT INTO _components SELECT component FROM _article_texts
        SEMI JOIN (FROM _article_links SEMI JOIN _touched USING (article_id)) USING (text_key)""")
    changed = con.execute("""
        WITH members AS MATERIALIZED (
            SELECT t.component, a.article_id, a.first_seen_at, coalesce(a.published_at, a.first_seen_at) AS shown_at
            FROM _article_texts t JOIN _article_links l USING (text_key) JOIN articles a USING (article_id) SEMI JOIN _components USING (component)),
        named AS (
            SELECT component, count(*) AS copies, arg_min(article_id, (first_seen_at, article_id)) AS first,
                arg_min(article_id, (shown_at, first_seen_at, article_id)) AS lead FROM members GROUP BY component),
        now AS MATERIALIZED (
            SELECT article_id, copies = 1 OR article_id = lead AS is_lead,
                CASE WHEN copies > 1 THEN 'clu_' || left(sha256(first), 20) END AS cluster_id
            FROM members JOIN named USING (component))
        UPDATE articles t SET cluster_id = s.cluster_id, is_cluster_lead = s.is_lead FROM now s
        WHERE t.article_id = s.article_id AND (t.cluster_id IS DISTINCT FROM s.cluster_id OR t.is_cluster_lead <> s.is_lead)""").fetchall()
    con.execute("DROP TABLE _components")
    return int(changed[0][0])


def group_touched(con: Connection) -> int:
    """Group the claims of the articles in ``_touched`` and those in ``_respoken`` (another speaker); returns how many rows got another group."""
    _sign_missing(con, CLAIMS, _sign_claims)
    alike.settle(con, CLAIMS)
    con.execute("""
        INSERT INTO _components SELECT component FROM _claim_texts SEMI JOIN (FROM _claim_links SEMI JOIN (
            SELECT claim_id FROM claims SEMI JOIN _touched USING (article_id) UNION ALL FROM _respoken) USING (claim_id)) USING (text_key)""")
    changed = con.execute("""
        WITH members AS MATERIALIZED (
            SELECT t.component, t.group_id, c.claim_id, c.claim_group_id, a.first_seen_at,
                coalesce(c.speaker_person_id, c.speaker_organisation_id) AS who
            FROM _claim_texts t JOIN _claim_links l USING (text_key) JOIN claims c USING (claim_id) JOIN articles a USING (article_id)
            SEMI JOIN _components USING (component)),
        spoken AS (SELECT component, who, count(*) AS times FROM members WHERE who IS NOT NULL GROUP BY ALL),
        mains AS (SELECT component, arg_min(who, (-times, who)) AS main FROM spoken GROUP BY component),
        told AS (SELECT m.*, coalesce(who, main) AS speaker, main FROM members m LEFT JOIN mains USING (component)),
        named AS (SELECT component, speaker, arg_min(group_id, (first_seen_at, claim_id)) AS first FROM told GROUP BY ALL),
        now AS MATERIALIZED (
            SELECT t.claim_id, t.claim_group_id AS before, CASE WHEN t.speaker IS NOT DISTINCT FROM t.main THEN n.first
                ELSE 'grp_' || left(sha256(t.speaker || chr(31) || n.first), 20) END AS group_id
            FROM told t JOIN named n ON n.component = t.component AND n.speaker IS NOT DISTINCT FROM t.speaker)
        UPDATE claims t SET claim_group_id = s.group_id FROM (FROM now WHERE before <> group_id) s WHERE t.claim_id = s.claim_id""").fetchall()
    con.execute("DROP TABLE _components")
    return int(changed[0][0])
