"""Who is who over all articles: re-resolve what shares a block key with the batch, then carry the identities into every table.

Claims, mentions and affiliations remember which entity of their article they speak of; so an identity may be merged or split
at any time, by new articles or by an analyst, and every row follows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from flows.duplicates import group_touched
from flows.profiles import keep_profiles
from flows.warehouse import Connection, column_list, row_count
from presslake import schema
from transforms.resolve.entities import Identity, Resolved, resolve_entities

Change = tuple[int, int, int, int]
Resolver = Callable[[Iterable[schema.ArticleEntity], Iterable[schema.ResolutionJudgement], Mapping[str, int]], Resolved]


def resolve_identities(con: Connection, resolver: Resolver = resolve_entities) -> dict[str, Change]:
    """Resolve the entities around ``_touched_keys`` (left by ``merge_articles``, or set by a judgement) and carry the result into every table.

    Claims are grouped anew where their speaker changed or their article is in ``_touched``. Returns what changed in people and organisations.
    """
    con.execute("CREATE TEMP TABLE IF NOT EXISTS _touched (article_id VARCHAR)")
    keep_profiles(con)
    _find_near(con)
    resolved = _resolve(con, resolver)
    _carry_ids(con)
    _forget(con)
    identities = sorted(resolved.identities.values(), key=lambda i: i.entity_id)
    people = [_person(i) for i in identities if i.kind is schema.EntityKind.PERSON]
    organisations = [_organisation(i) for i in identities if i.kind is schema.EntityKind.ORGANISATION]
    changes = {"people": _write_identities(con, "people", people), "organisations": _write_identities(con, "organisations", organisations)}
    group_touched(con)
    for table in ("_near", "_before", "_touched_keys", "_ids", "_respoken"):
        con.execute(f"DROP TABLE IF EXISTS {table}")
    return changes


def _find_near(con: Connection) -> None:
    """``_near``: profiles that share a block key with the batch, or with one that does, and so on: whatever the batch can have an influence on."""
    # a merge ties what shares no key
    con.execute("""
        INSERT INTO _touched_keys SELECT DISTINCT unnest(block_keys) FROM article_entities SEMI JOIN (
            SELECT unnest([subject, object]) AS entity_id FROM resolution_judgements WHERE is_active) USING (entity_id)""")
    con.execute("CREATE OR REPLACE TEMP TABLE _keys AS SELECT profile, unnest(block_keys) AS block_key FROM _profiles")
    con.execute("CREATE OR REPLACE TEMP TABLE _near AS SELECT DISTINCT profile FROM _keys SEMI JOIN _touched_keys USING (block_key)")
    size = -1
    while size != (size := row_count(con, "_near")):
        con.execute("""
            INSERT INTO _touched_keys
            SELECT DISTINCT block_key FROM _keys SEMI JOIN _near USING (profile) ANTI JOIN _touched_keys USING (block_key)""")
        con.execute("""
            INSERT INTO _near
            SELECT DISTINCT profile FROM _keys SEMI JOIN _touched_keys USING (block_key) ANTI JOIN _near USING (profile)""")
    con.execute("DROP TABLE _keys")


def _records(con: Connection, record: type, table: str) -> list[Any]:
    """Rows of ``table`` as records, in the order of their key."""
    name = next(t for t, r in schema.TABLES.items() if r is record)
    cols = schema.columns(name)
    casts = [tuple if c.is_list else c.python_type if c.allowed else None for c in cols]
    rows = con.execute(f"SELECT {column_list(name)} FROM {table} ORDER BY 1").fetchall()
    names = [c.name for c in cols]
    return [record(**{n: v if cast is None or v is None else cast(v) for n, v, cast in zip(names, row, casts, strict=True)}) for row in rows]


def _resolve(con: Connection, resolver: Resolver) -> Resolved:
    """Resolve what is ``_near``; what every row that may have changed means is left in ``_ids``.

    A profile is compared once: a platform or a minister named in a million articles stands for all of them. The row first seen does, as
    ids come from it; rows of an article that an analyst decided on stand for themselves.
    """
    judgements = [j for j in _records(con, schema.ResolutionJudgement, "resolution_judgements") if j.is_active]
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _judged AS SELECT e.article_entity_id, bool_or(j.is_active) AS is_apart
        FROM article_entities e JOIN resolution_judgements j USING (article_id) GROUP BY 1""")
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _stand_ins AS
        SELECT profile, arg_min(article_entity_id, (seen_at, article_entity_id)) AS stand_in, count(*) AS times
        FROM _entity_profiles SEMI JOIN _near USING (profile) ANTI JOIN (FROM _judged WHERE is_apart) USING (article_entity_id) GROUP BY profile""")
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _compared AS FROM article_entities WHERE article_entity_id IN (
            SELECT stand_in FROM _stand_ins UNION ALL
            SELECT article_entity_id FROM _entity_profiles SEMI JOIN _near USING (profile)
            SEMI JOIN (FROM _judged WHERE is_apart) USING (article_entity_id))""")
    counts = dict(con.execute("SELECT stand_in, times FROM _stand_ins WHERE times > 1").fetchall())
    resolved = resolver(_records(con, schema.ArticleEntity, "_compared"), judgements, counts)
    _write_ids(con, resolved)
    for table in ("_judged", "_stand_ins", "_compared"):
        con.execute(f"DROP TABLE {table}")
    return resolved


def _write_ids(con: Connection, resolved: Resolved) -> None:
    """``_ids``: rows of profiles that mean something else than before, of touched articles, and of those that were ever decided on."""
    import pyarrow as pa

    text = pa.string()
    found = resolved.assignments
    pairs = pa.table(
        {
            "stand_in": [*found, *sorted(resolved.forgotten)],
            "entity_id": [*(a.entity_id for a in found.values()), *(None for _ in resolved.forgotten)],
            "resolution": [*(str(a.resolution) for a in found.values()), *("forgotten" for _ in resolved.forgotten)],
        },
        schema=pa.schema([("stand_in", text), ("entity_id", text), ("resolution", text)]),
    )
    con.register("_pairs", pairs)
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _settled AS
        SELECT s.profile, p.entity_id, coalesce(p.resolution, 'unresolved') AS resolution, p.entity_id IS DISTINCT FROM o.entity_id
            OR coalesce(p.resolution, 'unresolved') IS DISTINCT FROM o.resolution AS has_changed
        FROM _stand_ins s JOIN _profiles o USING (profile) LEFT JOIN _pairs p USING (stand_in)""")
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _ids AS
        WITH wanted AS (
            SELECT article_entity_id FROM _entity_profiles SEMI JOIN (FROM _settled WHERE has_changed) USING (profile)
            UNION SELECT article_entity_id FROM article_entities SEMI JOIN _touched USING (article_id)
            UNION SELECT article_entity_id FROM _judged)
        SELECT e.article_entity_id, e.article_id, e.entity_kind, e.entity_id AS id_before,
            CASE WHEN j.is_apart THEN p.entity_id ELSE s.entity_id END AS entity_id,
            CASE WHEN j.is_apart THEN coalesce(p.resolution, 'unresolved') ELSE s.resolution END AS resolution
        FROM article_entities e SEMI JOIN wanted USING (article_entity_id)
        JOIN _entity_profiles l USING (article_entity_id) SEMI JOIN _near USING (profile)
        LEFT JOIN _settled s ON s.profile = l.profile LEFT JOIN _judged j ON j.article_entity_id = e.article_entity_id
        LEFT JOIN _pairs p ON p.stand_in = e.article_entity_id""")
    con.unregister("_pairs")
    con.execute("""
        UPDATE article_entities t SET entity_id = s.entity_id FROM _ids s
        WHERE t.article_entity_id = s.article_entity_id AND t.entity_id IS DISTINCT FROM s.entity_id""")
    con.execute("CREATE OR REPLACE TEMP TABLE _before AS SELECT DISTINCT entity_id FROM _profiles SEMI JOIN _near USING (profile)")
    con.execute("""
        UPDATE _profiles t SET entity_id = s.entity_id, resolution = s.resolution FROM _settled s WHERE t.profile = s.profile AND s.has_changed""")
    con.execute("DELETE FROM _profiles WHERE profile IN (FROM _near) AND profile NOT IN (SELECT profile FROM _entity_profiles)")
    con.execute("DROP TABLE _settled")


def _forget(con: Connection) -> None:
    """Take out what names a person who is to be forgotten; what they said stays, without its speaker."""
    if not con.execute("SELECT 1 FROM _ids WHERE resolution = 'forgotten' LIMIT 1").fetchall():
        return
    gone = "(SELECT article_entity_id FROM _ids WHERE resolution = 'forgotten')"
    con.execute(f"DELETE FROM mentions WHERE article_entity_id IN {gone}")
    con.execute(f"DELETE FROM affiliations WHERE affiliation_id IN (SELECT affiliation_id FROM _affiliation_entities WHERE person IN {gone})")
    con.execute(f"""
        UPDATE claims SET speaker_kind = 'unnamed', speaker_surface = NULL, speaker_via = NULL
        WHERE claim_id IN (SELECT claim_id FROM _claim_entities WHERE speaker IN {gone})""")
    con.execute(f"DELETE FROM article_entities WHERE article_entity_id IN {gone}")


def _carry_ids(con: Connection) -> None:
    """Identities into mentions, claims and affiliations; claims with another speaker are left in ``_respoken``."""
    con.execute("CREATE OR REPLACE TEMP TABLE _respoken (claim_id VARCHAR)")
    con.execute("""
        UPDATE mentions t SET entity_id = s.entity_id, resolution = s.resolution FROM _ids s
        WHERE t.article_entity_id = s.article_entity_id AND (t.entity_id IS DISTINCT FROM s.entity_id OR t.resolution <> s.resolution)""")
    for column, link, kind in (
        ("speaker_person_id", "speaker", "person"),
        ("speaker_organisation_id", "speaker", "organisation"),
        ("addressee_person_id", "addressee", "person"),
    ):
        # materialised: else "is distinct" becomes the condition of a join, and every claim meets every entity
        con.execute(f"""
            CREATE OR REPLACE TEMP TABLE _renamed AS WITH named AS MATERIALIZED (
                SELECT l.claim_id, i.entity_id FROM _claim_entities l JOIN _ids i ON i.article_entity_id = l.{link} AND i.entity_kind = '{kind}')
            SELECT n.claim_id, n.entity_id FROM named n JOIN claims t ON t.claim_id = n.claim_id WHERE t.{column} IS DISTINCT FROM n.entity_id""")
        con.execute(f"UPDATE claims t SET {column} = s.entity_id FROM _renamed s WHERE t.claim_id = s.claim_id")
        con.execute("INSERT INTO _respoken SELECT claim_id FROM _renamed")
    con.execute("DROP TABLE _renamed")
    for column, link in (("person_id", "person"), ("organisation_id", "organisation")):
        con.execute(f"""
            WITH named AS MATERIALIZED (
                SELECT l.affiliation_id, i.entity_id FROM _affiliation_entities l JOIN _ids i ON i.article_entity_id = l.{link})
            UPDATE affiliations t SET {column} = s.entity_id FROM named s
            WHERE t.affiliation_id = s.affiliation_id AND t.{column} IS DISTINCT FROM s.entity_id""")


_NO_DATE = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
"""Stands in until the tables give the dates."""


def _person(identity: Identity) -> schema.Person:
    return schema.Person(
        person_id=identity.entity_id,
        name=identity.name,
        given_name=identity.given_name,
        family_name=identity.family_name,
        honorific=identity.honorific,
        aliases=identity.aliases,
        wikidata_id=identity.wikidata_id,
        article_count=0,
        claim_count=0,
        first_seen_at=_NO_DATE,
        last_seen_at=_NO_DATE,
    )


def _organisation(identity: Identity) -> schema.Organisation:
    return schema.Organisation(
        organisation_id=identity.entity_id,
        name=identity.name,
        kind=identity.organisation_kind or schema.OrganisationKind.OTHER,
        parent_organisation_id=identity.parent_id,
        platform=identity.platform,
        aliases=identity.aliases,
        wikidata_id=identity.wikidata_id,
        article_count=0,
        claim_count=0,
        first_seen_at=_NO_DATE,
        last_seen_at=_NO_DATE,
    )


_COUNTED = {
    "people": ("person_id", "person", "speaker_person_id"),
    "organisations": ("organisation_id", "organisation", "speaker_organisation_id"),
}


def _write_identities(con: Connection, table: str, rows: Sequence[Any]) -> Change:
    """Write the identities of the component with counts and dates from the tables, and remove those that nothing names any more."""
    key, kind, speaker = _COUNTED[table]
    con.register("_identities", schema.to_arrow(table, rows))
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _counted AS
        WITH named AS (
            SELECT e.entity_id, count(DISTINCT e.article_id) FILTER (e.is_current) AS article_count, min(e.seen_at) AS first_seen_at,
                max(CASE WHEN e.is_current THEN greatest(e.seen_at, a.last_seen_at) ELSE e.seen_at END) AS last_seen_at
            FROM article_entities e JOIN articles a USING (article_id)
            WHERE e.entity_kind = '{kind}' AND e.entity_id IN (SELECT {key} FROM _identities) GROUP BY e.entity_id),
        spoken AS (SELECT {speaker} AS entity_id, count(*) AS claim_count FROM claims
            WHERE is_current AND {speaker} IN (SELECT {key} FROM _identities) GROUP BY 1)
        SELECT i.* REPLACE (coalesce(n.article_count, 0) AS article_count, coalesce(s.claim_count, 0) AS claim_count,
            coalesce(n.first_seen_at, i.first_seen_at) AS first_seen_at, coalesce(n.last_seen_at, i.last_seen_at) AS last_seen_at)
        FROM _identities i LEFT JOIN named n ON n.entity_id = i.{key} LEFT JOIN spoken s ON s.entity_id = i.{key}""")
    con.unregister("_identities")
    if table == "organisations":
        _settle_owners(con)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _unnamed AS
        WITH once AS (SELECT id_before AS entity_id FROM _ids UNION FROM _before UNION SELECT {key} FROM {table} WHERE article_count = 0)
        SELECT {key} FROM {table} WHERE {key} IN (FROM once) AND {key} NOT IN (SELECT {key} FROM _counted)""")
    owners = "organisation_id NOT IN (SELECT parent_organisation_id FROM organisations WHERE parent_organisation_id IS NOT NULL)"
    gone = con.execute(f"""
        DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM _unnamed
            ANTI JOIN (SELECT entity_id FROM article_entities WHERE entity_id IN (FROM _unnamed)) e ON e.entity_id = {key})
        AND {owners if table == "organisations" else "true"} RETURNING {key}""").fetchall()
    others = [c.name for c in schema.columns(table) if c.name != key]
    differs = " OR ".join(f't."{c}" IS DISTINCT FROM s."{c}"' for c in others)
    done = con.execute(f"""
        MERGE INTO {table} t USING _counted s ON t.{key} = s.{key}
        WHEN MATCHED AND ({differs}) THEN UPDATE SET {", ".join(f'"{c}" = s."{c}"' for c in others)}
        WHEN NOT MATCHED THEN INSERT ({column_list(table)}) VALUES ({column_list(table, "s.")}) RETURNING merge_action""").fetchall()
    total = row_count(con, "_counted")
    for name in ("_counted", "_unnamed"):
        con.execute(f"DROP TABLE {name}")
    new = sum(action == "INSERT" for (action,) in done)
    return new, len(done) - new, total - len(done), len(gone)


def _settle_owners(con: Connection) -> None:
    """Owners outside of the component: one that articles name stays as it is, one that none names takes the dates of what it owns."""
    con.execute("""
        DELETE FROM _counted c USING organisations o WHERE o.organisation_id = c.organisation_id
        AND c.organisation_id NOT IN (
            SELECT entity_id FROM (SELECT entity_id FROM _profiles SEMI JOIN _near USING (profile) UNION SELECT entity_id FROM _ids)
            WHERE entity_id IS NOT NULL)
        AND c.organisation_id IN (SELECT entity_id FROM article_entities WHERE entity_id IS NOT NULL)""")
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _owned AS WITH RECURSIVE
        everything AS (FROM _counted UNION ALL SELECT o.* FROM organisations o ANTI JOIN _counted USING (organisation_id)),
        under AS (
            SELECT parent_organisation_id AS owner, organisation_id, first_seen_at, last_seen_at FROM everything
            WHERE parent_organisation_id IS NOT NULL
            UNION SELECT e.parent_organisation_id, u.organisation_id, u.first_seen_at, u.last_seen_at FROM under u
            JOIN everything e ON e.organisation_id = u.owner WHERE e.parent_organisation_id IS NOT NULL)
        SELECT owner, min(first_seen_at) FILTER (NOT is_dateless) AS first_seen_at, max(last_seen_at) FILTER (NOT is_dateless) AS last_seen_at
        FROM (SELECT u.*, organisation_id NOT IN (SELECT entity_id FROM article_entities WHERE entity_id IS NOT NULL) AS is_dateless FROM under u)
        GROUP BY owner""")
    con.execute("""
        UPDATE _counted c SET first_seen_at = o.first_seen_at, last_seen_at = o.last_seen_at FROM _owned o
        WHERE o.owner = c.organisation_id AND c.organisation_id NOT IN (SELECT entity_id FROM article_entities WHERE entity_id IS NOT NULL)""")
    con.execute("DROP TABLE _owned")
