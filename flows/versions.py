"""Articles, their versions and what stands in them: recomputed per touched article from all its observations.

An observation is an article row as one fetch showed it. Sorted by time, equal texts in a row are one version, whose first observation
represents it; the article's own row is the first observation of its last state. So the result does not depend on the order of merging.
"""

from __future__ import annotations

from flows.duplicates import sign_touched
from flows.warehouse import Connection, column_list, row_count, scalar
from presslake import schema
from transforms.resolve.changes import change_kind

NO_CHANGE = frozenset(
    # where it came from and what load sets itself
    {"article_id", "raw_sha256", "run_id", "extractor", "confidence", "first_seen_at", "last_seen_at", "version_no", "cluster_id"}
    | {"is_cluster_lead"}
    # stands in text_sha256, or follows from the text by a version of the code: new code is applied by rebuild, not by chance
    | {"body_text", "word_count", "platforms", "platform_relevance", "is_truncated"}
    # some outlets stamp every response with the present moment
    | {"modified_at"}
)
"""Columns of articles that do not make a new state."""

CHILDREN = ("blocks", "mentions", "affiliations", "claim_quantities")
"""Only of the current text."""

Change = tuple[int, int, int, int]
"""New, changed, unchanged, removed."""


def merge_articles(con: Connection) -> dict[str, Change]:
    """Merge the views ``in_<table>``; return what changed per table. Leaves ``_touched``, and adds to ``_touched_keys``, for what follows."""
    _find_touched(con)
    known = scalar(con, "SELECT count(DISTINCT article_id) FROM in_articles ANTI JOIN _touched USING (article_id)")
    if not row_count(con, "_touched"):
        untouched = dict.fromkeys(("articles", "article_versions", *CHILDREN, "claims", "article_entities"), (0, 0, 0, 0))
        return untouched | {"articles": (0, 0, known, 0), "article_urls": _merge_urls(con)}
    tables = ("articles", "article_versions", *CHILDREN, "claims", "article_entities")
    for table in tables:
        _take_aside(con, table)
    _build_versions(con)
    _build_articles(con)
    _build_children(con)
    _build_links(con)
    _note_touched_keys(con)
    sign_touched(con)
    changes = {table: _replace(con, table) for table in tables}
    changes["article_urls"] = _merge_urls(con)
    new, changed, same, removed = changes["articles"]
    changes["articles"] = (new, changed, same + known, removed)
    for table in (
        "_seen",
        "_versions",
        "_reps",
        "_known",
        "_links_claims",
        "_links_affiliations",
        *(f"{p}_{t}" for p in ("_old", "_new") for t in tables),
    ):
        con.execute(f'DROP TABLE IF EXISTS "{table}"')
    return changes


def _content(prefix: str = "") -> str:
    parts = (f'coalesce(CAST({prefix}"{c.name}" AS VARCHAR), chr(30))' for c in schema.columns("articles") if c.name not in NO_CHANGE)
    return f"md5(concat_ws(chr(31), {', '.join(parts)}))"


def _find_touched(con: Connection) -> None:
    """Articles with an observation that is not just the state we know, seen again."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _touched AS
        SELECT DISTINCT s.article_id FROM in_articles s LEFT JOIN articles a ON a.article_id = s.article_id
        WHERE a.article_id IS NULL OR a.last_seen_at > s.last_seen_at OR a.text_sha256 <> s.text_sha256 OR {_content("a.")} <> {_content("s.")}""")
    con.execute("CREATE OR REPLACE TEMP TABLE _known AS SELECT article_id FROM articles SEMI JOIN _touched USING (article_id)")


def _take_aside(con: Connection, table: str) -> None:
    # of articles that are new nothing is there: then no table is read
    none = "" if row_count(con, "_known") else "LIMIT 0"
    con.execute(f'CREATE OR REPLACE TEMP TABLE "_old_{table}" AS SELECT t.* FROM "{table}" t SEMI JOIN _known USING (article_id) {none}')


def _build_versions(con: Connection) -> None:
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _seen AS
        SELECT article_id, valid_from AS seen_at, text_sha256, raw_sha256, run_id FROM _old_article_versions
        UNION SELECT article_id, last_seen_at, text_sha256, raw_sha256, run_id FROM in_articles SEMI JOIN _touched USING (article_id)""")
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _versions AS
        WITH marked AS (
            SELECT *, lag(text_sha256) OVER (PARTITION BY article_id ORDER BY seen_at, text_sha256, raw_sha256, run_id) AS before FROM _seen
        )
        SELECT article_id, CAST(row_number() OVER w AS BIGINT) AS version_no, text_sha256, raw_sha256, run_id, seen_at AS valid_from,
            lead(seen_at) OVER w AS valid_to, before AS text_before, lead(seen_at) OVER w IS NULL AS is_current
        FROM marked WHERE before IS DISTINCT FROM text_sha256
        WINDOW w AS (PARTITION BY article_id ORDER BY seen_at, text_sha256, raw_sha256, run_id)""")
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _reps AS
        SELECT article_id, raw_sha256, run_id, max(version_no) AS version_no, bool_or(is_current) AS is_current FROM _versions GROUP BY ALL""")
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _texts AS
        SELECT article_id, text_sha256, any_value(title) AS title, any_value(body_text) AS body_text FROM (
            SELECT article_id, text_sha256, title, body_text FROM _old_article_versions
            UNION ALL SELECT article_id, text_sha256, title, body_text FROM in_articles SEMI JOIN _touched USING (article_id))
        GROUP BY article_id, text_sha256""")
    _judge_changes(con)
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _new_article_versions AS
        SELECT v.article_id, v.version_no, v.text_sha256, v.raw_sha256, t.title, t.body_text, v.valid_from, v.valid_to,
            coalesce(k.change_kind, 'initial') AS change_kind, v.run_id
        FROM _versions v JOIN _texts t USING (article_id, text_sha256) LEFT JOIN _kinds k USING (article_id, version_no)""")
    con.execute("DROP TABLE _texts")
    con.execute("DROP TABLE _kinds")


def _judge_changes(con: Connection) -> None:
    import pyarrow as pa

    found: dict[str, list[object]] = {"article_id": [], "version_no": [], "change_kind": []}
    result = con.execute("""
        SELECT v.article_id, v.version_no, b.title, b.body_text, a.title, a.body_text FROM _versions v
        JOIN _texts b ON b.article_id = v.article_id AND b.text_sha256 = v.text_before
        JOIN _texts a ON a.article_id = v.article_id AND a.text_sha256 = v.text_sha256""")
    while rows := result.fetchmany(500):
        for article_id, version_no, *texts in rows:
            found["article_id"].append(article_id)
            found["version_no"].append(version_no)
            found["change_kind"].append(str(change_kind(*texts)))
    kinds = pa.table(found, schema=pa.schema([("article_id", pa.string()), ("version_no", pa.int64()), ("change_kind", pa.string())]))
    con.register("_kinds_arrow", kinds)
    con.execute("CREATE OR REPLACE TEMP TABLE _kinds AS SELECT * FROM _kinds_arrow")
    con.unregister("_kinds_arrow")


def _build_articles(con: Connection) -> None:
    set_here = {
        "version_no": "v.version_no",
        "first_seen_at": "f.first_seen_at",
        "cluster_id": "o.cluster_id",
        "is_cluster_lead": "coalesce(o.is_cluster_lead, true)",
    }
    cols = ", ".join(f'{set_here.get(c.name, f"s.{c.name}")} AS "{c.name}"' for c in schema.columns("articles"))
    order = "last_seen_at, text_sha256, content, raw_sha256, run_id"
    states = f"""
        SELECT *, {_content()} AS content FROM _old_articles
        UNION ALL SELECT *, {_content()} AS content FROM in_articles SEMI JOIN _touched USING (article_id)"""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE _new_articles AS
        WITH states AS ({states}),
        keys AS (SELECT article_id, last_seen_at, text_sha256, content, raw_sha256, run_id FROM states),
        marked AS (SELECT *, lag(content) OVER (PARTITION BY article_id ORDER BY {order}) AS before FROM keys),
        last AS (SELECT * FROM marked WHERE before IS DISTINCT FROM content
            QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY last_seen_at DESC, text_sha256 DESC, content DESC) = 1),
        chosen AS (SELECT s.* FROM states s SEMI JOIN last l USING (article_id, last_seen_at, text_sha256, content, raw_sha256, run_id)
            QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY modified_at NULLS LAST, confidence) = 1),
        firsts AS (SELECT article_id, min(valid_from) AS first_seen_at FROM _versions GROUP BY article_id)
        SELECT {cols} FROM chosen s JOIN firsts f USING (article_id) JOIN _versions v ON v.article_id = s.article_id AND v.is_current
        LEFT JOIN _old_articles o ON o.article_id = s.article_id""")


def _build_children(con: Connection) -> None:
    """Rows of the texts that represent a version: of the current one only, but claims and entities of every one."""
    for table in (*CHILDREN, "claims", "article_entities"):
        has_run = any(c.name == "run_id" for c in schema.columns(table))
        same = "r.article_id = c.article_id AND r.raw_sha256 = c.raw_sha256" + (" AND r.run_id = c.run_id" if has_run else "")
        only = "" if table in ("claims", "article_entities") else " AND r.is_current"
        key = ", ".join(f'"{k}"' for k in schema.primary_key(table))
        set_here = {"is_current": "is_current_version"} if not only else {}
        if table == "article_entities":
            set_here["seen_at"] = "first_seen"
        cols = ", ".join(f'{set_here.get(c.name, c.name)} AS "{c.name}"' for c in schema.columns(table))
        # not only of the rows that stay: an earlier version knew the entity too, though its row gave way to a later one
        first_seen = f", min(seen_at) OVER (PARTITION BY {key}) AS first_seen" if table == "article_entities" else ""
        con.execute(f"""
            CREATE OR REPLACE TEMP TABLE "_new_{table}" AS SELECT {cols} FROM (
                SELECT c.*, r.version_no AS in_version, r.is_current AS is_current_version
                FROM (SELECT * {first_seen} FROM (
                    SELECT *, 0 AS from_stage FROM "_old_{table}"
                    UNION ALL SELECT *, 1 FROM "in_{table}" SEMI JOIN _touched USING (article_id))) c
                JOIN _reps r ON {same}{only})
            QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY in_version DESC, from_stage) = 1""")


def _build_links(con: Connection) -> None:
    """Remember which entity of the article a staged claim or affiliation names; the stored ones keep theirs."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _staged_entities AS
        SELECT article_id, entity_id, min(article_entity_id) AS article_entity_id FROM in_article_entities SEMI JOIN _touched USING (article_id)
        WHERE entity_id IS NOT NULL GROUP BY article_id, entity_id""")
    speaker = "coalesce(c.speaker_person_id, c.speaker_organisation_id)"
    for link, table, key, names, first, second in (
        ("_claim_entities", "claims", "claim_id", ("speaker", "addressee"), speaker, "c.addressee_person_id"),
        ("_affiliation_entities", "affiliations", "affiliation_id", ("person", "organisation"), "c.person_id", "c.organisation_id"),
    ):
        con.execute(f"""
            CREATE OR REPLACE TEMP TABLE _links_{table} AS
            SELECT c.{key}, a.article_entity_id AS {names[0]}, b.article_entity_id AS {names[1]}
            FROM (SELECT DISTINCT ON ({key}) * FROM in_{table} SEMI JOIN _new_{table} USING ({key}, raw_sha256, run_id)) c
            LEFT JOIN _staged_entities a ON a.article_id = c.article_id AND a.entity_id = {first}
            LEFT JOIN _staged_entities b ON b.article_id = c.article_id AND b.entity_id = {second}""")
        if row_count(con, f"_old_{table}"):
            con.execute(f"DELETE FROM {link} WHERE {key} IN (SELECT {key} FROM _old_{table} ANTI JOIN _new_{table} USING ({key}))")
            con.execute(f"DELETE FROM {link} WHERE {key} IN (SELECT {key} FROM _links_{table})")
        con.execute(f"INSERT INTO {link} SELECT * FROM _links_{table}")
    con.execute("DROP TABLE _staged_entities")
    _drop_dangling(con)


def _drop_dangling(con: Connection) -> None:
    """An entity that was set aside leaves what named it without an identity: the words stay, the id goes."""
    for table, link, key, columns in (
        ("claims", "speaker", "claim_id", ("speaker_person_id", "speaker_organisation_id")),
        ("claims", "addressee", "claim_id", ("addressee_person_id",)),
        ("affiliations", "person", "affiliation_id", ("person_id",)),
        ("affiliations", "organisation", "affiliation_id", ("organisation_id",)),
    ):
        source = f"_links_{table}"
        if row_count(con, f"_old_{table}"):
            source = "_claim_entities" if table == "claims" else "_affiliation_entities"
        con.execute(f"""
            UPDATE _new_{table} n SET {", ".join(f"{c} = NULL" for c in columns)} FROM {source} l WHERE l.{key} = n.{key} AND l.{link} IS NULL""")
    con.execute("""
        UPDATE _new_mentions n SET article_entity_id = NULL, entity_id = NULL, resolution = 'unresolved'
        WHERE entity_id IS NOT NULL AND NOT EXISTS (FROM _new_article_entities e WHERE e.article_entity_id = n.article_entity_id)""")


def _note_touched_keys(con: Connection) -> None:
    """Block keys of entities that came or went: only those identities can have changed."""
    con.execute("""
        INSERT INTO _touched_keys SELECT DISTINCT unnest(block_keys) FROM (
            SELECT block_keys FROM _new_article_entities UNION ALL SELECT block_keys FROM _old_article_entities)""")


LATER = frozenset(
    {"speaker_person_id", "speaker_organisation_id", "addressee_person_id", "person_id", "organisation_id", "entity_id", "claim_group_id"}
)
"""Columns that resolution fills: they are not compared here."""


def _replace(con: Connection, table: str) -> Change:
    """Put the rows of ``_new_<table>`` in the place of ``_old_<table>``, touching only rows that differ."""
    key = schema.primary_key(table)
    same = " AND ".join(f't."{k}" = s."{k}"' for k in key)
    others = [c.name for c in schema.columns(table) if c.name not in key and c.name not in LATER]
    differs = " OR ".join(f't."{c}" IS DISTINCT FROM s."{c}"' for c in others) or "false"
    removed = scalar(con, f'SELECT count(*) FROM "_old_{table}" t WHERE NOT EXISTS (FROM "_new_{table}" s WHERE {same})')
    if removed:
        con.execute(f"""
            DELETE FROM "{table}" t USING (FROM "_old_{table}" t WHERE NOT EXISTS (FROM "_new_{table}" s WHERE {same})) s WHERE {same}""")
    existing = scalar(con, f'SELECT count(*) FROM "_new_{table}" s SEMI JOIN "_old_{table}" t ON {same}')
    changed = scalar(con, f'SELECT count(*) FROM "_old_{table}" t JOIN "_new_{table}" s ON {same} WHERE {differs}') if existing else 0
    if changed:
        con.execute(f"""
            DELETE FROM "{table}" t USING (SELECT t.* FROM "_old_{table}" t JOIN "_new_{table}" s ON {same} WHERE {differs}) s WHERE {same}""")
    cols = column_list(table)
    con.execute(f"""
        INSERT INTO "{table}" ({cols}) SELECT {column_list(table, "s.")} FROM "_new_{table}" s LEFT JOIN "_old_{table}" t ON {same}
        WHERE t."{key[0]}" IS NULL OR {differs}""")
    return row_count(con, f"_new_{table}") - existing, changed, existing - changed, removed


def _merge_urls(con: Connection) -> Change:
    con.execute("""
        CREATE OR REPLACE TEMP TABLE _urls AS
        SELECT article_id, url, url_kind, min(first_seen_at) AS first_seen_at FROM in_article_urls GROUP BY ALL""")
    done = con.execute("""
        MERGE INTO article_urls t USING _urls s ON t.article_id = s.article_id AND t.url = s.url AND t.url_kind = s.url_kind
        WHEN MATCHED AND s.first_seen_at < t.first_seen_at THEN UPDATE SET first_seen_at = s.first_seen_at
        WHEN NOT MATCHED THEN INSERT VALUES (s.article_id, s.url, s.url_kind, s.first_seen_at) RETURNING merge_action""").fetchall()
    new = sum(action == "INSERT" for (action,) in done)
    total = row_count(con, "_urls")
    con.execute("DROP TABLE _urls")
    return new, len(done) - new, total - len(done), 0
