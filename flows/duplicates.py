"""The same article in several papers, the same claim in several articles: re-grouped around what the batch touched.

Keys of every text are kept beside the tables, so that only what shares a key with the batch, or with something that does, is compared again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flows.warehouse import Connection
from transforms.resolve.clusters import Signature, SignedArticle, cluster_articles, sign_article
from transforms.resolve.groups import KeyedClaim, claim_keys, group_claims

AT_ONCE = 2_000
"""Texts in memory while their keys are computed."""


def cluster_touched(con: Connection) -> int:
    """Cluster the articles around ``_touched``; returns how many rows got another cluster or lead. Needs ``_touched`` of ``merge_articles``."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _seed_keys AS
        SELECT DISTINCT unnest(band_keys) AS key FROM _article_keys SEMI JOIN _touched USING (article_id)""")
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _to_sign AS SELECT a.article_id, a.text_sha256, a.body_text FROM articles a SEMI JOIN _touched USING (article_id)
        ANTI JOIN _article_keys k ON k.article_id = a.article_id AND k.text_sha256 = a.text_sha256""")
    con.execute("DELETE FROM _article_keys WHERE article_id IN (SELECT article_id FROM _to_sign)")
    for rows in _batches(con, "SELECT article_id, text_sha256, body_text FROM _to_sign ORDER BY 1"):
        signed = [(article_id, sha, sign_article(text)) for article_id, sha, text in rows]
        _insert(con, "_article_keys", [(i, sha, s.minhash, s.shingle_count, list(s.band_keys)) for i, sha, s in signed])
    con.execute("INSERT INTO _seed_keys SELECT DISTINCT unnest(band_keys) FROM _article_keys SEMI JOIN _touched USING (article_id)")
    _reach(con, "_article_keys", "article_id", "band_keys", "_touched")
    rows = con.execute("""
        SELECT a.article_id, k.minhash, k.shingle_count, k.band_keys, a.first_seen_at, a.published_at
        FROM articles a JOIN _article_keys k USING (article_id) SEMI JOIN _reached USING (article_id) ORDER BY 1""").fetchall()
    found = cluster_articles(
        SignedArticle(article_id=i, signature=Signature(minhash, count, tuple(keys)), seen_at=seen, published_at=published)
        for i, minhash, count, keys, seen, published in rows
    )
    _register(con, "_clustered", ("article_id", "cluster_id", "is_lead"), [(i, c.cluster_id, c.is_lead) for i, c in found.items()])
    changed = con.execute("""
        UPDATE articles t SET cluster_id = s.cluster_id, is_cluster_lead = s.is_lead FROM _clustered s
        WHERE t.article_id = s.article_id AND (t.cluster_id IS DISTINCT FROM s.cluster_id OR t.is_cluster_lead <> s.is_lead)""").fetchall()
    for table in ("_seed_keys", "_to_sign", "_reached", "_clustered"):
        con.execute(f"DROP TABLE {table}")
    return int(changed[0][0])


def group_touched(con: Connection) -> int:
    """Group the claims of the articles in ``_touched`` and those in ``_respoken`` (another speaker); returns how many rows got another group."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _claims_now AS SELECT c.claim_id FROM claims c SEMI JOIN _touched USING (article_id)
        UNION SELECT claim_id FROM _respoken SEMI JOIN claims USING (claim_id)""")
    con.execute("CREATE OR REPLACE TEMP TABLE _gone AS SELECT claim_id, keys FROM _claim_keys ANTI JOIN claims USING (claim_id)")
    con.execute("CREATE OR REPLACE TEMP TABLE _seed_keys AS SELECT DISTINCT unnest(keys) AS key FROM _gone")
    con.execute("DELETE FROM _claim_keys WHERE claim_id IN (SELECT claim_id FROM _gone)")
    new = "SELECT claim_id, text, language FROM claims SEMI JOIN _claims_now USING (claim_id) ANTI JOIN _claim_keys USING (claim_id) ORDER BY 1"
    con.execute(f"CREATE OR REPLACE TEMP TABLE _to_key AS {new}")
    for rows in _batches(con, "FROM _to_key"):
        _insert(con, "_claim_keys", [(claim_id, list(claim_keys(text, language))) for claim_id, text, language in rows])
    con.execute("INSERT INTO _seed_keys SELECT DISTINCT unnest(keys) FROM _claim_keys SEMI JOIN _claims_now USING (claim_id)")
    _reach(con, "_claim_keys", "claim_id", "keys", "_claims_now")
    rows = con.execute("""
        SELECT c.claim_id, c.text, c.language, coalesce(c.speaker_person_id, c.speaker_organisation_id), a.first_seen_at, k.keys
        FROM claims c JOIN articles a USING (article_id) JOIN _claim_keys k USING (claim_id) SEMI JOIN _reached USING (claim_id)
        ORDER BY 1""").fetchall()
    found = group_claims(
        KeyedClaim(claim_id=i, text=text, language=language, speaker=speaker, seen_at=seen, keys=tuple(keys))
        for i, text, language, speaker, seen, keys in rows
    )
    _register(con, "_grouped", ("claim_id", "group_id"), list(found.items()))
    changed = con.execute("""
        UPDATE claims t SET claim_group_id = s.group_id FROM _grouped s
        WHERE t.claim_id = s.claim_id AND t.claim_group_id <> s.group_id""").fetchall()
    for table in ("_claims_now", "_gone", "_seed_keys", "_to_key", "_reached", "_grouped"):
        con.execute(f"DROP TABLE {table}")
    return int(changed[0][0])


def _reach(con: Connection, table: str, key: str, list_column: str, start: str) -> None:
    """``_reached``: rows of ``table`` that share a key with ``_seed_keys``, or with one that does, and so on; and those in ``start``."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE _reached AS SELECT DISTINCT {key} FROM {start}")
    con.execute("CREATE OR REPLACE TEMP TABLE _front AS SELECT DISTINCT key FROM _seed_keys")
    # the keys of all rows stream past the few of the front; they are many times more than the rows and never all held at once
    while _size(con, "_front"):
        con.execute(f"""
            CREATE OR REPLACE TEMP TABLE _added AS
            SELECT DISTINCT {key} FROM (SELECT {key}, unnest({list_column}) AS key FROM {table} ANTI JOIN _reached USING ({key}))
            SEMI JOIN _front USING (key)""")
        con.execute("INSERT INTO _reached FROM _added")
        con.execute(f"""
            CREATE OR REPLACE TEMP TABLE _front AS
            SELECT DISTINCT key FROM (SELECT unnest({list_column}) AS key FROM {table} SEMI JOIN _added USING ({key}))
            ANTI JOIN _seed_keys USING (key)""")
        con.execute("INSERT INTO _seed_keys FROM _front")
    for name in ("_front", "_added"):
        con.execute(f"DROP TABLE IF EXISTS {name}")


def _size(con: Connection, table: str) -> int:
    return int(con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def _batches(con: Connection, sql: str) -> Iterable[list[Any]]:
    """Rows of ``sql`` in pieces, on a cursor of their own so that ``con`` can write meanwhile."""
    total = con.execute(f"SELECT count(*) FROM ({sql})").fetchall()[0][0]
    for offset in range(0, total, AT_ONCE):
        yield con.execute(f"FROM ({sql}) LIMIT {AT_ONCE} OFFSET {offset}").fetchall()


_TYPES = {"shingle_count": "int64", "is_lead": "bool_", "band_keys": "list", "keys": "list"}
_COLUMNS = {"_article_keys": ("article_id", "text_sha256", "minhash", "shingle_count", "band_keys"), "_claim_keys": ("claim_id", "keys")}


def _insert(con: Connection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    _register(con, "_rows", _COLUMNS[table], rows)
    con.execute(f"INSERT INTO {table} FROM _rows")
    con.execute("DROP TABLE _rows")


def _register(con: Connection, name: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows as a temporary table, through Arrow."""
    import pyarrow as pa

    def kind(column: str) -> Any:
        given = _TYPES.get(column, "string")
        return pa.list_(pa.string()) if given == "list" else getattr(pa, given)()

    arrays = [pa.array([row[i] for row in rows], type=kind(c)) for i, c in enumerate(columns)]
    con.register("_arrow", pa.Table.from_arrays(arrays, names=list(columns)))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM _arrow")
    con.unregister("_arrow")
