"""Who is who over all articles: re-resolve what shares a block key with the batch, then carry the identities into every table.

Claims, mentions and affiliations remember which entity of their article they speak of; so an identity may be merged or split
at any time, by new articles or by an analyst, and every row follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.warehouse import Connection, column_list
from presslake import schema

Change = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identities:
    """What a resolver says: the identity of every entity, and one row per identity and parent. Counts and seen dates are set by load."""

    entity_ids: Mapping[str, str]
    """``article_entity_id`` → person_id or organisation_id."""
    people: Sequence[schema.Person] = ()
    organisations: Sequence[schema.Organisation] = ()


Resolver = Callable[[Iterable[schema.ArticleEntity], Iterable[schema.ResolutionJudgement]], Identities]


def resolve_identities(con: Connection, resolver: Resolver | None = None) -> dict[str, Change]:
    """Resolve the entities around ``_touched_keys`` (left by ``merge_articles``) and update every table; what changed in people and organisations."""
    _find_component(con)
    resolved = (resolver or keep_provisional)(_records(con, schema.ArticleEntity, "_component"), _judgements(con))
    _write_ids(con, resolved)
    _carry_ids(con)
    changes = {
        "people": _write_identities(con, "people", resolved.people),
        "organisations": _write_identities(con, "organisations", resolved.organisations),
    }
    for table in ("_component", "_touched_keys", "_ids"):
        con.execute(f"DROP TABLE IF EXISTS {table}")
    return changes


def keep_provisional(entities: Iterable[schema.ArticleEntity], judgements: Iterable[schema.ResolutionJudgement]) -> Identities:
    """The identities the rows came with: entities of one provisional id are one person or organisation."""
    groups: dict[str, list[schema.ArticleEntity]] = {}
    for e in entities:
        if e.entity_id is not None:
            groups.setdefault(e.entity_id, []).append(e)
    people, organisations = [], []
    for entity_id, members in sorted(groups.items()):
        names = sorted({m.name for m in members}, key=lambda n: (-len(n), n))
        seen = min(m.seen_at for m in members)
        common: dict[str, Any] = {"wikidata_id": None, "article_count": 0, "claim_count": 0, "first_seen_at": seen, "last_seen_at": seen}
        aliases = tuple(sorted({a for m in members for a in m.aliases} | set(names[1:])))
        if members[0].entity_kind == schema.EntityKind.PERSON:
            given, _, family = names[0].rpartition(" ")
            honorific = max((m.honorific for m in members if m.honorific), default=None)
            people.append(
                schema.Person(
                    person_id=entity_id,
                    name=names[0],
                    given_name=given or None,
                    family_name=family or None,
                    honorific=honorific,
                    aliases=aliases,
                    **common,
                )
            )
        else:
            kind = max((m.organisation_kind for m in members if m.organisation_kind), default=schema.OrganisationKind.OTHER)
            slug = max((m.watchlist for m in members if m.watchlist), default=None)
            organisations.append(
                schema.Organisation(
                    organisation_id=entity_id,
                    name=names[0],
                    kind=schema.OrganisationKind(kind),
                    parent_organisation_id=None,
                    platform=slug if kind == schema.OrganisationKind.PLATFORM else None,
                    aliases=aliases,
                    **common,
                )
            )
    ids = {m.article_entity_id: entity_id for entity_id, members in groups.items() for m in members}
    return Identities(entity_ids=ids, people=people, organisations=organisations)


def _find_component(con: Connection) -> None:
    """Entities that share a block key with the batch, or with one that does, and so on: whatever the batch can have an influence on."""
    con.execute("CREATE OR REPLACE TEMP TABLE _keys AS SELECT article_entity_id, unnest(block_keys) AS block_key FROM article_entities")
    con.execute("CREATE OR REPLACE TEMP TABLE _reached AS SELECT DISTINCT article_entity_id FROM _keys SEMI JOIN _touched_keys USING (block_key)")
    size = -1
    while size != (size := _count(con, "_reached")):
        con.execute("""
            INSERT INTO _touched_keys
            SELECT DISTINCT block_key FROM _keys SEMI JOIN _reached USING (article_entity_id) ANTI JOIN _touched_keys USING (block_key)""")
        con.execute("""
            INSERT INTO _reached
            SELECT DISTINCT article_entity_id FROM _keys SEMI JOIN _touched_keys USING (block_key) ANTI JOIN _reached USING (article_entity_id)""")
    con.execute("CREATE OR REPLACE TEMP TABLE _component AS SELECT * FROM article_entities SEMI JOIN _reached USING (article_entity_id)")
    con.execute("DROP TABLE _keys")
    con.execute("DROP TABLE _reached")


def _count(con: Connection, table: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])


def _records(con: Connection, record: type, table: str) -> list[Any]:
    """Rows of ``table`` as records, in the order of their key."""
    name = next(t for t, r in schema.TABLES.items() if r is record)
    cols = schema.columns(name)
    lists = [i for i, c in enumerate(cols) if c.is_list]
    out = []
    for row in con.execute(f"SELECT {column_list(name)} FROM {table} ORDER BY 1").fetchall():
        values = list(row)
        for i in lists:
            values[i] = tuple(values[i])
        out.append(record(**dict(zip((c.name for c in cols), values, strict=True))))
    return out


def _judgements(con: Connection) -> list[schema.ResolutionJudgement]:
    return [j for j in _records(con, schema.ResolutionJudgement, "resolution_judgements") if j.is_active]


def _write_ids(con: Connection, resolved: Identities) -> None:
    """``_ids``: entity of the component → identity before and now."""
    import pyarrow as pa

    pairs = pa.table(
        {"article_entity_id": list(resolved.entity_ids), "entity_id": list(resolved.entity_ids.values())},
        schema=pa.schema([("article_entity_id", pa.string()), ("entity_id", pa.string())]),
    )
    con.register("_pairs", pairs)
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _ids AS SELECT c.article_entity_id, c.article_id, c.entity_kind, c.entity_id AS id_before, p.entity_id
        FROM _component c LEFT JOIN _pairs p USING (article_entity_id)""")
    con.unregister("_pairs")
    con.execute("""
        UPDATE article_entities t SET entity_id = s.entity_id FROM _ids s
        WHERE t.article_entity_id = s.article_entity_id AND t.entity_id IS DISTINCT FROM s.entity_id""")


def _carry_ids(con: Connection) -> None:
    con.execute("""
        UPDATE mentions t SET entity_id = s.entity_id FROM _ids s
        WHERE t.article_entity_id = s.article_entity_id AND t.entity_id IS DISTINCT FROM s.entity_id""")
    for column, link, kind in (
        ("speaker_person_id", "speaker", "person"),
        ("speaker_organisation_id", "speaker", "organisation"),
        ("addressee_person_id", "addressee", "person"),
    ):
        con.execute(f"""
            UPDATE claims t SET {column} = s.entity_id FROM (
                SELECT l.claim_id, i.entity_id FROM _claim_entities l JOIN _ids i ON i.article_entity_id = l.{link} AND i.entity_kind = '{kind}') s
            WHERE t.claim_id = s.claim_id AND t.{column} IS DISTINCT FROM s.entity_id""")
    for column, link in (("person_id", "person"), ("organisation_id", "organisation")):
        con.execute(f"""
            UPDATE affiliations t SET {column} = s.entity_id FROM (
                SELECT l.affiliation_id, i.entity_id FROM _affiliation_entities l JOIN _ids i ON i.article_entity_id = l.{link}) s
            WHERE t.affiliation_id = s.affiliation_id AND t.{column} IS DISTINCT FROM s.entity_id""")


def _write_identities(con: Connection, table: str, rows: Sequence[Any]) -> Change:
    """Replace the identities of the component; counts and dates come from the tables. Parents without a mention take their children's dates."""
    key, speaker, kind = {
        "people": ("person_id", "speaker_person_id", "person"),
        "organisations": ("organisation_id", "speaker_organisation_id", "organisation"),
    }[table]
    con.register("_identities", schema.to_arrow(table, rows))
    # an identity named elsewhere is whole in the component; a parent may be named outside of it
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _counted AS
        WITH touched AS (SELECT {key} FROM _identities UNION SELECT id_before FROM _ids WHERE entity_kind = '{kind}' AND id_before IS NOT NULL),
        named AS (
            SELECT e.entity_id, count(DISTINCT e.article_id) FILTER (e.is_current) AS article_count, min(e.seen_at) AS first_seen_at,
                max(CASE WHEN e.is_current THEN greatest(e.seen_at, a.last_seen_at) ELSE e.seen_at END) AS last_seen_at
            FROM article_entities e JOIN articles a USING (article_id)
            WHERE e.entity_kind = '{kind}' AND e.entity_id IN (FROM touched) GROUP BY e.entity_id),
        spoken AS (SELECT {speaker} AS entity_id, count(*) AS claim_count FROM claims
            WHERE is_current AND {speaker} IN (FROM touched) {"AND speaker_kind = 'organisation'" if table == "organisations" else ""} GROUP BY 1)
        SELECT i.* REPLACE (coalesce(n.article_count, 0) AS article_count, coalesce(s.claim_count, 0) AS claim_count,
            coalesce(n.first_seen_at, i.first_seen_at) AS first_seen_at, coalesce(n.last_seen_at, i.last_seen_at) AS last_seen_at)
        FROM _identities i LEFT JOIN named n ON n.entity_id = i.{key} LEFT JOIN spoken s ON s.entity_id = i.{key}""")
    con.unregister("_identities")
    others = [c.name for c in schema.columns(table) if c.name != key]
    differs = " OR ".join(f't."{c}" IS DISTINCT FROM s."{c}"' for c in others)
    gone = con.execute(f"""
        DELETE FROM {table} t WHERE {key} IN (SELECT id_before FROM _ids) AND {key} NOT IN (SELECT {key} FROM _counted) RETURNING {key}""").fetchall()
    done = con.execute(f"""
        MERGE INTO {table} t USING _counted s ON t.{key} = s.{key}
        WHEN MATCHED AND ({differs}) THEN UPDATE SET {", ".join(f'"{c}" = s."{c}"' for c in others)}
        WHEN NOT MATCHED THEN INSERT ({column_list(table)}) VALUES ({column_list(table, "s.")}) RETURNING merge_action""").fetchall()
    total = _count(con, "_counted")
    con.execute("DROP TABLE _counted")
    new = sum(action == "INSERT" for (action,) in done)
    return new, len(done) - new, total - len(done), len(gone)
