"""What the rows of ``article_entities`` say, each thing once: a profile is a name with its forms, roles and organisations, in however many articles.

Kept beside the table, so that a batch compares its profiles with those near them and reads none of the million rows that mean the same.
"""

from __future__ import annotations

from flows.warehouse import Connection, row_count

_SAYS = ("entity_kind", "name", "aliases", "watchlist", "honorific", "roles", "organisations", "organisation_kind", "block_keys")
_LISTS = frozenset({"aliases", "roles", "organisations", "block_keys"})


def _hash() -> str:
    parts = (f"coalesce({f'array_to_string({c}, chr(29))' if c in _LISTS else c}, chr(30))" for c in _SAYS)
    return f"md5_number_lower(concat_ws(chr(31), {', '.join(parts)}))"


def keep_profiles(con: Connection) -> None:
    """Bring ``_entity_profiles`` (row → profile) and ``_profiles`` up to date: with the articles in ``_touched``, and with rows that came or went."""
    columns = f"article_entity_id, seen_at, block_keys, {_hash()} AS profile"
    con.execute(f"CREATE OR REPLACE TEMP TABLE _said AS SELECT {columns} FROM article_entities SEMI JOIN _touched USING (article_id)")
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _same AS SELECT article_entity_id FROM _said
        SEMI JOIN _entity_profiles USING (article_entity_id, profile, seen_at)""")
    con.execute("""
        DELETE FROM _entity_profiles
        WHERE article_entity_id IN (SELECT article_entity_id FROM _said ANTI JOIN _same USING (article_entity_id))""")
    _keep(con, "FROM _said ANTI JOIN _same USING (article_entity_id)")
    if row_count(con, "_entity_profiles") != row_count(
        con, "article_entities"
    ):  # rows went with their articles; or another version of presslake wrote the table
        con.execute("DELETE FROM _entity_profiles WHERE article_entity_id NOT IN (SELECT article_entity_id FROM article_entities)")
        _keep(con, f"FROM (SELECT {columns} FROM article_entities ANTI JOIN _entity_profiles USING (article_entity_id))")
    for table in ("_said", "_same"):
        con.execute(f"DROP TABLE {table}")


def _keep(con: Connection, said: str) -> None:
    con.execute(f"""
        INSERT INTO _profiles SELECT profile, any_value(block_keys), NULL, NULL FROM (SELECT * {said}) ANTI JOIN _profiles USING (profile)
        GROUP BY profile""")
    con.execute(f"INSERT INTO _entity_profiles SELECT article_entity_id, profile, seen_at {said}")
