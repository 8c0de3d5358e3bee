"""Many invented articles from some: the rows of a staged folder again under other keys, words and names, by SQL and so a hundred times faster.

Every copy keeps lengths and offsets, and gets other letters: those of small words by the copy, those of names by one of ``NAMES`` alphabets, so that
the people of one copy are met again in others. What stands in the text is cut out of the new one.
"""

from __future__ import annotations

import random
import string
from pathlib import Path

from expectations.suites import CHECKED_TABLES
from flows.warehouse import Connection, memory
from presslake import schema
from transforms.resolve.entities import block_keys, provisional_id

NAMES = 25
"""Alphabets of names: so many times more people than in what is copied."""


def multiply(base: Path, folder: Path, copies: range, *, threads: int = 2) -> None:
    """Stage one file per table for each of ``copies`` of what is staged in ``base``."""
    con = memory()
    con.execute(f"SET threads = {threads}")
    con.execute("SET preserve_insertion_order = false")
    con.execute("SET memory_limit = '3GB'")
    for table in CHECKED_TABLES:
        con.execute(f"CREATE TABLE base_{table} AS FROM read_parquet('{base}/{table}/*.parquet')")
        (folder / table).mkdir(parents=True, exist_ok=True)
    for copy in copies:
        _write_copy(con, folder, copy)
    con.close()


def _letters(seed: str) -> str:
    return "".join(random.Random(seed).sample(string.ascii_lowercase, 26))


def _write_copy(con: Connection, folder: Path, copy: int) -> None:
    names = _letters(f"names {copy % NAMES}") if copy % NAMES else string.ascii_lowercase
    # the whole text in both alphabets, and then word by word one of them; two blanks in a row are an end of a paragraph
    small = f"translate(body_text, '{string.ascii_lowercase}', '{_letters(f'words {copy}')}')"
    large = f"translate(body_text, '{string.ascii_lowercase}', '{names}')"
    words = ", ".join(f"string_split(replace({text}, chr(10), ' '), ' ')" for text in ("body_text", small, large))
    choose = "CASE WHEN ascii(w[1]) BETWEEN 97 AND 122 THEN w[2] WHEN starts_with(w[1], 'TikTok') THEN w[1] ELSE w[3] END"
    body = f"replace(array_to_string(list_transform(list_zip({words}), lambda w: {choose}), ' '), '  ', chr(10) || chr(10))"
    url = f"url || '-{copy}'"
    con.execute(f"""
        CREATE OR REPLACE TABLE renamed AS SELECT article_id AS was, 'art_' || left(sha256(source_id || chr(31) || {url}), 20) AS article_id,
            sha256(raw_sha256 || '{copy}') AS raw_sha256, {body} AS body, sha256(text_sha256 || '{copy}') AS text_sha256 FROM base_articles""")
    _rename_entities(con, names)
    later = f"+ INTERVAL {copy} DAY"
    cut = "substr(r.body, t.char_start + 1, t.char_end - t.char_start)"

    def key(prefix: str, column: str) -> str:
        return f"'{prefix}_' || left(sha256(t.{column} || '{copy}'), 20)"

    def entity(column: str) -> str:
        return f"(SELECT any_value(e.entity_id) FROM entities e WHERE e.was = t.{column})"

    words = f"array_to_string(regexp_extract_all(lower({cut}), '[\\p{{L}}\\p{{N}}_]+'), chr(31))"
    said = f"'grp_' || left(sha256(concat_ws(chr(31), 'de', {words})), 20)"
    changed = {
        "articles": {
            "url": url,
            "body_text": "r.body",
            "lead": "split_part(r.body, chr(10), 1)",
            "text_sha256": "r.text_sha256",
            "title": f"t.title || ' / {copy}'",
            "published_at": f"t.published_at {later}",
            "first_seen_at": f"t.first_seen_at {later}",
            "last_seen_at": f"t.last_seen_at {later}",
        },
        "article_urls": {"url": url, "first_seen_at": f"t.first_seen_at {later}"},
        "article_entities": {
            "article_entity_id": key("ent", "article_entity_id"),
            "name": "n.now",
            "block_keys": "n.block_keys",
            "entity_id": "n.entity_id",
            "seen_at": f"t.seen_at {later}",
        },
        "mentions": {
            "mention_id": key("men", "mention_id"),
            "article_entity_id": key("ent", "article_entity_id"),
            "entity_id": entity("entity_id"),
            "surface": cut,
        },
        "affiliations": {
            "affiliation_id": key("aff", "affiliation_id"),
            "person_id": entity("person_id"),
            "organisation_id": entity("organisation_id"),
        },
        "claims": {
            "claim_id": key("clm", "claim_id"),
            "text": cut,
            "claim_group_id": said,
            "speaker_person_id": entity("speaker_person_id"),
        },
        "claim_quantities": {"quantity_id": key("qty", "quantity_id"), "raw_text": cut},
    }
    for table in CHECKED_TABLES:
        new = {"article_id": "r.article_id", "raw_sha256": "r.raw_sha256"} | changed.get(table, {})
        cols = ", ".join(f'{new.get(c.name, f"t.{c.name}")} AS "{c.name}"' for c in schema.columns(table))
        more = " JOIN entities n ON n.name = t.name AND n.entity_kind = t.entity_kind" if table == "article_entities" else ""
        con.execute(f"""
            COPY (SELECT {cols} FROM base_{table} t JOIN renamed r ON r.was = t.article_id {more})
            TO '{folder}/{table}/{copy:06d}.parquet' (COMPRESSION zstd, COMPRESSION_LEVEL 1)""")


def _rename_entities(con: Connection, names: str) -> None:
    """``entities``: what each name of the base is called now, with the keys and the id that a worker would give it."""
    import pyarrow as pa

    rows = con.execute(f"""
        SELECT DISTINCT entity_id, entity_kind, watchlist, name,
            CASE WHEN watchlist IS NULL THEN translate(name, '{string.ascii_lowercase}', '{names}') ELSE name END
        FROM base_article_entities""").fetchall()
    found = [
        (was, kind, name, now, list(block_keys(now, (), schema.EntityKind(kind), slug)), provisional_id(schema.EntityKind(kind), now, slug))
        for was, kind, slug, name, now in rows
    ]
    columns = ("was", "entity_kind", "name", "now", "block_keys", "entity_id")
    con.register("renamed_entities", pa.table({c: [r[i] for r in found] for i, c in enumerate(columns)}))
    con.execute("CREATE OR REPLACE TABLE entities AS FROM renamed_entities")
    con.unregister("renamed_entities")
