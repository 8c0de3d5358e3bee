import datetime as dt
from collections import Counter

import duckdb
import pytest

from presslake.schema import PUBLIC_TABLES, ddl, to_arrow
from presslake.views import create_views, open_snapshot, view_names


@pytest.fixture(scope="module")
def press(synthetic):
    return synthetic.press()


@pytest.fixture(scope="module")
def con(snapshot):
    with open_snapshot(snapshot) as connection:
        yield connection


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict]:
    cursor = con.execute(sql)
    return [dict(zip((d[0] for d in cursor.description), r, strict=True)) for r in cursor.fetchall()]


def test_the_promised_views_exist(con):
    promised = {"v_claims", "v_coverage_daily", "v_share_of_voice", "v_speakers", "v_first_appearance", "v_outlets", "v_articles_unique"}
    assert promised <= set(view_names())
    for view in view_names():
        assert con.execute(f"SELECT count(*) FROM {view}").fetchone()[0] > 0, view


def test_views_are_the_same_on_a_warehouse_as_on_a_snapshot(con, press):
    with duckdb.connect() as warehouse:
        warehouse.execute("SET TimeZone = 'America/New_York'")
        for table, records in press.tables.items():
            warehouse.execute(ddl(table))
            warehouse.register("batch", to_arrow(table, records))
            warehouse.execute(f'INSERT INTO "{table}" SELECT * FROM batch')
        create_views(warehouse)
        create_views(warehouse)
        for view in view_names():
            # Times are equal as instants, whatever zone shows them.
            query = f"SELECT * FROM {view} ORDER BY ALL"
            assert warehouse.execute(query).fetchall() == con.execute(query).fetchall(), view


def test_a_database_file_keeps_the_views(snapshot, tmp_path):
    file = tmp_path / "dashboard.duckdb"
    open_snapshot(snapshot, file).close()
    with duckdb.connect(str(file), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM v_claims").fetchone()[0] > 0


@pytest.mark.parametrize("name", ["o'clock", "a[b]c*d?", 'quo"te', "ümlaut blank"])
def test_paths_with_special_characters(synthetic, tmp_path, name):
    (tmp_path / name.replace("*", "x") / "articles").mkdir(parents=True)  # a neighbour that an unescaped pattern would read too
    directory = synthetic.write_snapshot(tmp_path / name, synthetic.press(articles=2))
    with open_snapshot(directory) as con:
        assert con.execute("SELECT count(*) FROM v_articles").fetchone() == (2,)


def test_an_empty_directory_gives_empty_views(tmp_path):
    with open_snapshot(tmp_path) as con:
        for view in view_names():
            assert con.execute(f"FROM {view}").fetchall() == []
        assert {t for (t,) in con.execute("SELECT table_name FROM information_schema.tables").fetchall()} >= set(PUBLIC_TABLES)


def test_one_outlet_per_source_though_some_pages_do_not_name_it(con, press):
    names = {a.source_id for a in press.tables["articles"]}
    assert any(a.outlet is None for a in press.tables["articles"])
    assert len(rows(con, "FROM v_outlets")) == len(names)


def test_local_files_take_the_outlet_from_page_or_address(synthetic, tmp_path):
    press = synthetic.press(articles=3)
    for i, (outlet, url) in enumerate([("Weserbote", "urn:x:1"), (None, "https://www.isarblatt.example/a"), (None, "urn:x:2")]):
        press.replace("articles", i, source_id="local", outlet=outlet, url=url)
    with open_snapshot(synthetic.write_snapshot(tmp_path, press)) as con:
        assert {r["outlet"] for r in rows(con, "FROM v_articles")} == {"Weserbote", "isarblatt.example", "local"}


def test_agency_copy_counts_once(con, press):
    articles = press.tables["articles"]
    clusters = {a.cluster_id for a in articles if a.cluster_id}
    works = rows(con, "FROM v_articles_unique")
    assert clusters
    assert len(works) == len(clusters) + sum(a.cluster_id is None for a in articles)
    assert sum(w["copy_count"] for w in works) == len(articles)
    by_id = {a.article_id: a for a in articles}
    for w in works:
        copies = [a for a in articles if a.cluster_id == w["cluster_id"]] if w["cluster_id"] else [by_id[w["article_id"]]]
        assert w["copy_count"] == len(copies)
        assert by_id[w["article_id"]].is_cluster_lead or not any(a.is_cluster_lead for a in copies)


def test_claims_name_speaker_role_numbers_and_source(con, press):
    claims = {r["claim_id"]: r for r in rows(con, "FROM v_claims")}
    assert len(claims) == len(press.tables["claims"])
    people = {p.person_id: p for p in press.tables["people"]}
    articles = {a.article_id: a for a in press.tables["articles"]}
    numbers = Counter(q.claim_id for q in press.tables["claim_quantities"])
    for c in press.tables["claims"]:
        row = claims[c.claim_id]
        assert row["url"] == articles[c.article_id].url
        assert len(row["quantities"]) == numbers[c.claim_id]
        if c.speaker_person_id:
            assert row["speaker"] == people[c.speaker_person_id].name
    assert {(r["speaker"], r["speaker_role"], r["speaker_organisation"]) for r in claims.values()} >= {
        ("Orlina Miller", "Marketing Managerin Europe", "TikTok"),
        ("Solveig Habermehl", None, None),
    }


def test_claims_of_old_versions_are_not_shown(synthetic, tmp_path):
    press = synthetic.press(articles=9)
    press.replace("claims", 0, is_current=False)
    old = press.tables["claims"][0].claim_id
    with open_snapshot(synthetic.write_snapshot(tmp_path, press)) as con:
        assert old not in {r["claim_id"] for r in rows(con, "FROM v_claims")}
        assert sum(r["claim_count"] for r in rows(con, "FROM v_outlets")) == len(press.tables["claims"]) - 1


def test_daily_coverage_adds_up(con, press):
    articles = press.tables["articles"]
    daily = rows(con, "FROM v_coverage_daily")
    assert sum(r["article_count"] for r in daily) == sum(max(1, len(a.platforms)) for a in articles)
    assert sum(r["article_count"] for r in daily if r["day"] is None) == sum(max(1, len(a.platforms)) for a in articles if a.published_at is None)
    assert {type(r["day"]) for r in daily} == {dt.date, type(None)}


def test_shares_of_voice_add_up_to_one_in_every_month(con):
    shares: dict = {}
    for r in rows(con, "FROM v_share_of_voice"):
        assert r["own_claim_count"] <= r["claim_count"]
        entry = shares.setdefault(r["month"], [0.0, 0.0])
        entry[0] += r["share_of_articles"]
        entry[1] += r["share_of_claims"]
    assert len(shares) > 3
    assert all(a == pytest.approx(1) and c in (0, pytest.approx(1)) for a, c in shares.values())


def test_a_platform_speaks_for_itself_through_its_own_people(synthetic, tmp_path):
    press = synthetic.press(articles=40)
    with open_snapshot(synthetic.write_snapshot(tmp_path, press)) as con:
        own = {
            r["platform"]: r["own_claim_count"]
            for r in rows(con, "SELECT platform, sum(own_claim_count) AS own_claim_count FROM v_share_of_voice GROUP BY 1")
        }
    tiktok = [c for c in press.tables["claims"] if "tiktok" in c.platforms and c.speaker_surface in ("TikTok", "Orlina Miller")]
    assert tiktok
    assert own["tiktok"] == len(tiktok)


def test_speakers_are_ranked_by_what_they_said(con, press):
    counts = Counter(c.speaker_surface for c in press.tables["claims"] if c.speaker_surface)
    speakers = {r["speaker"]: r for r in rows(con, "FROM v_speakers")}
    assert {name: r["claim_count"] for name, r in speakers.items()} == dict(counts)
    assert all(r["unique_claim_count"] <= r["claim_count"] for r in speakers.values())


def test_first_appearance_is_the_earliest_dated_article(con, press):
    dated = {a.article_id: a for a in press.tables["articles"] if a.published_at}
    first: dict = {}
    for m in press.tables["mentions"]:
        if m.article_id in dated:
            first[m.entity_id] = min(first.get(m.entity_id, dt.datetime.max.replace(tzinfo=dt.UTC)), dated[m.article_id].published_at)
    found = {r["id"]: r for r in rows(con, "FROM v_first_appearance WHERE kind <> 'claim'")}
    assert {k: v["first_on"] for k, v in found.items()} == {k: v.date() for k, v in first.items()}
    assert all(dated[r["article_id"]].url == r["url"] for r in found.values())
