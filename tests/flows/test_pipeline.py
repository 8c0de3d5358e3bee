"""The flows under a real Prefect, against the demo press on loopback, a real DuckDB and real Great Expectations."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from flows.demo.server import serve_press
from flows.load import open_warehouse
from presslake import schema
from presslake.errors import WarehouseError
from tests.flows.test_local import HTML, make_warc
from tests.flows.test_process import ARTICLE

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def flows():
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        from flows import pipeline

        yield pipeline


@pytest.fixture(scope="module")
def demo(flows, tmp_path_factory):
    """Two runs of ``daily`` on the demo press, one after the other."""
    data_dir = tmp_path_factory.mktemp("demo")
    config = data_dir / "sources.toml"
    with serve_press(range(8801, 8900)) as press:
        config.write_text(press.config, encoding="utf-8")
        first = flows.daily(data_dir=str(data_dir), config=str(config), refetch="all")
        pointer = (data_dir / "snapshots" / "latest.json").read_bytes()
        second = flows.daily(data_dir=str(data_dir), config=str(config), refetch="all")
    return data_dir, first, second, pointer


def rows_of(data_dir: Path) -> dict[str, list[tuple]]:
    con = open_warehouse(data_dir / "press.duckdb", read_only=True)
    try:
        return {t: sorted(con.execute(f'SELECT * FROM "{t}"').fetchall(), key=repr) for t in schema.PUBLIC_TABLES}
    finally:
        con.close()


def test_a_run_takes_real_pages_to_a_published_snapshot(demo):
    data_dir, first, _, _ = demo
    assert first.status == "published"
    assert first.articles == 13
    assert dict(first.rejects) == {"placeholder": 1}
    assert first.fetches["refused_robots"] == 1
    assert first.fetches["not_found"] == 1
    folder = data_dir / "snapshots" / first.snapshot_path
    assert (folder / "report.html").stat().st_size < 2_000_000


def test_a_second_run_fetches_conditionally_and_changes_nothing(demo):
    data_dir, first, second, pointer = demo
    assert second.status == "unchanged"
    assert second.fetches["not_modified"] == 14
    assert second.fetches["fetched"] == 0
    assert second.changed == {}
    assert second.snapshot_id == first.snapshot_id
    assert (data_dir / "snapshots" / "latest.json").read_bytes() == pointer


def test_every_fact_leads_back_to_bytes_of_the_archive(demo):
    data_dir, *_ = demo
    con = open_warehouse(data_dir / "press.duckdb", read_only=True)
    try:
        for table in ("articles", "claims", "mentions", "affiliations", "claim_quantities"):
            lost = con.execute(f"SELECT count(*) FROM {table} t WHERE NOT EXISTS (FROM fetches f WHERE f.raw_sha256 = t.raw_sha256)").fetchall()
            assert lost == [(0,)], table
    finally:
        con.close()


def test_who_said_what_reads_right(demo):
    data_dir, *_ = demo
    folder = data_dir / "snapshots" / json.loads((data_dir / "snapshots" / "latest.json").read_text())["path"]
    con = duckdb.connect()
    claims = con.execute(
        f"SELECT p.name, c.text FROM read_parquet('{folder}/claims/*.parquet') c "
        f"JOIN read_parquet('{folder}/people/*.parquet') p ON p.person_id = c.speaker_person_id WHERE speech_type = 'direct'"
    ).fetchall()
    assert ("Maren Holtkamp", "„Wir wollen, dass Jugendliche verstehen, wie Empfehlungen zustande kommen“") in claims
    assert ("Folasade Adeyemi", "„Wer uns langweilig findet, hat uns verstanden.“") in claims
    assert ("Callum Reyes", "“We want the next generation to earn from day one,”") in claims


def test_the_query_of_the_readme_prints_what_the_readme_says(demo):
    from flows.query import execute, open_snapshot

    data_dir, *_ = demo
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
    query = readme.split('presslake sql -c "')[1].split('"\n')[0]
    shown = readme.split("<!-- readme-query -->\n")[1].split("\n\n")[0].splitlines()
    columns, rows = execute(open_snapshot(data_dir), query)
    assert shown == [f"| {' | '.join(columns)} |", "|---|---|---|", *(f"| {' | '.join(r)} |" for r in rows)]


def test_a_rebuild_from_the_archive_gives_the_same_rows(demo, flows):
    data_dir, *_ = demo
    before = rows_of(data_dir)
    summary = flows.rebuild(data_dir=str(data_dir), config=str(data_dir / "sources.toml"))
    after = rows_of(data_dir)
    assert summary.status == "unchanged"
    for table, rows in before.items():
        assert after[table] == rows, table


def test_bad_input_is_set_aside_and_the_rest_is_kept(flows, tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "empty.html").write_bytes(b"")
    (pages / "image.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    (pages / "cut.html").write_text("<html><body><article><h1>Halb", encoding="utf-8")
    (pages / "latin.txt").write_bytes(
        "Müller grüßt TikTok\n\nDie Plattform TikTok hat in Köln ein Büro eröffnet. „Wir fühlen uns hier wohl“, sagte Leiterin Ömür Kaya.\n\n"
        "Das Büro in der Südstadt hat nach Angaben von TikTok Platz für rund 200 Menschen.".encode("cp1252")
    )
    summary = flows.ingest(inputs=[str(pages), str(tmp_path / "missing.html")], data_dir=str(tmp_path / "data"), config=str(tmp_path / "none.toml"))
    assert summary.status == "published"
    assert summary.articles == 1
    con = open_warehouse(tmp_path / "data" / "press.duckdb", read_only=True)
    try:
        assert con.execute("SELECT title FROM articles").fetchall() == [("Müller grüßt TikTok",)]
        reasons = con.execute("SELECT row_key, reason FROM rejects").fetchall()
        assert con.execute("SELECT outcome FROM fetches WHERE url LIKE '%missing%'").fetchall() == [("unreadable",)]
    finally:
        con.close()
    assert len(reasons) == 3
    assert all(reason for _, reason in reasons)


def test_a_run_leaves_its_artifacts_and_its_log(demo):
    from prefect.client.orchestration import get_client

    data_dir, first, *_ = demo
    with get_client(sync_client=True) as client:
        found = [(a.key, str(a.data)) for a in client.read_artifacts()]
    assert {"run-summary", "snapshot", "report", "checks"} <= {key for key, _ in found}
    assert any(key == "report" and f"/snapshots/{first.snapshot_path}/report.html" in data for key, data in found)
    log = next((data_dir / "logs").glob(f"*-{first.run_id}.jsonl"))
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert {(x["run_id"], x["flow"]) for x in lines} == {(first.run_id, "daily")}
    assert [lines[0]["message"], lines[-1]["message"], lines[-1]["status"]] == ["run begins", "run ends", "published"]
    assert {(x["outcome"], x["source_id"]) for x in lines if x["message"] == "request"} >= {("refused_robots", "morgenkurier")}
    assert [x["expectation"] for x in lines if x["message"] == "set aside"] == ["placeholder"]


def task_runs_of(tag: str, expected: int) -> list[str]:
    """Names and states of the task runs of the flow run with this tag; the engine writes them down a moment later."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterTags

    until, found = time.monotonic() + 30, []
    with get_client(sync_client=True) as client:
        while time.monotonic() < until and (len(found) < expected or not all(x.endswith("COMPLETED") for x in found)):
            runs = client.read_task_runs(flow_run_filter=FlowRunFilter(tags=FlowRunFilterTags(all_=[tag])), limit=200)
            found = sorted(f"{r.name.rpartition('-')[0]} {r.state_type.value}" for r in runs)
            time.sleep(0.2)
    return found


def test_a_run_has_as_many_task_runs_for_one_page_as_for_many(flows, tmp_path):
    from prefect import tags

    (tmp_path / "sources.toml").write_text('[settings]\nrunner = "thread"\nbatch_size = 1\n')
    found = {}
    for name, pages in (("one", 1), ("many", 24)):
        (tmp_path / name).mkdir()
        for n in range(pages):
            (tmp_path / name / f"{n}.html").write_text(ARTICLE.format(title=f"TikTok ändert Regel {name} {n}"), encoding="utf-8")
        with tags(name):
            summary = flows.ingest(inputs=[str(tmp_path / name)], data_dir=str(tmp_path / f"data-{name}"), config=str(tmp_path / "sources.toml"))
        assert summary.articles == pages
        found[name] = task_runs_of(name, expected=7)
    assert found["one"] == found["many"]
    assert len(found["many"]) == 7
    assert all(x.endswith("COMPLETED") for x in found["many"])


def deployments_of(*names: str) -> dict:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        return {name: client.read_deployment_by_name(name) for name in names}


def schedules_of(deployment) -> list[tuple[str, str, bool]]:
    return [(s.schedule.cron, s.schedule.timezone, s.active) for s in deployment.schedules]


def test_every_deployment_of_prefect_yaml_is_accepted_with_its_schedule_in_berlin_time(flows):
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.settings import PREFECT_API_URL

    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name="presslake", type="process"))
    root = Path(__file__).parents[2]
    environment = os.environ | {"PREFECT_API_URL": PREFECT_API_URL.value(), "PRESSLAKE_HOME": str(root), "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = deployments_of("daily/hourly", "rebuild/nightly-rebuild", "ingest/ingest", "backfill/backfill")
    assert {n: schedules_of(d) for n, d in found.items()} == {
        "daily/hourly": [("7 5-22 * * *", "Europe/Berlin", True)],
        "rebuild/nightly-rebuild": [("30 2 * * *", "Europe/Berlin", True)],
        "ingest/ingest": [],
        "backfill/backfill": [],
    }
    for deployment in found.values():
        assert deployment.work_pool_name == "presslake"
        assert deployment.entrypoint.startswith("flows.pipeline.")
        assert set(deployment.parameters) <= set(deployment.parameter_openapi_schema["properties"])


def test_what_serve_serves_is_accepted_and_absolute_wherever_it_is_started(flows, tmp_path, monkeypatch):
    from flows.serve import deployments

    monkeypatch.chdir(tmp_path)
    wanted = deployments(Path("data"), Path("sources.toml"), hourly="*/30 * * * *", nightly="0 3 * * 0", time_zone="Europe/Vienna")
    for deployment in wanted:
        deployment.apply()
    found = deployments_of("daily/hourly", "rebuild/nightly-rebuild")
    assert schedules_of(found["daily/hourly"]) == [("*/30 * * * *", "Europe/Vienna", True)]
    assert schedules_of(found["rebuild/nightly-rebuild"]) == [("0 3 * * 0", "Europe/Vienna", True)]
    assert found["daily/hourly"].entrypoint == "flows.pipeline.daily"
    assert found["daily/hourly"].parameters == {"data_dir": str(tmp_path / "data"), "config": str(tmp_path / "sources.toml")}
    assert [d.name for d in deployments(Path("data"), Path("s"), hourly="", nightly="0 3 * * 0", time_zone="UTC")] == ["nightly-rebuild"]


def test_a_back_fill_runs_under_the_engine_and_its_parameters_are_checked(flows, tmp_path):
    from prefect.exceptions import ParameterTypeError

    make_warc(tmp_path / "crawl.warc.gz", [("https://blatt.example/1", ARTICLE.format(title="TikTok ändert Regeln").encode(), HTML)])
    (tmp_path / "sources.toml").write_text(f'[sources.crawl]\nname = "Crawl"\nwarcs = ["{tmp_path}/crawl.warc.gz"]\n')
    places = {"data_dir": str(tmp_path / "data"), "config": str(tmp_path / "sources.toml")}
    summary = flows.backfill(first="2023-05-01", last="2023-05-31", **places)
    assert (summary.status, summary.articles) == ("published", 1)
    assert (tmp_path / "data" / "metrics-backfill.prom").exists()
    for wrong in ({"first": "May", "last": "2023-05-31"}, {"first": "2023-05-01", "last": "2023-05-31", "hours": -1}):
        with pytest.raises(ParameterTypeError):
            flows.backfill(**wrong, **places)


def test_the_next_run_tells_the_server_how_one_ended_that_could_not(flows, tmp_path):
    from prefect.client.orchestration import get_client
    from prefect.states import Running

    with get_client(sync_client=True) as client:
        run = client.create_flow_run(flows.replay, parameters={}, state=Running())
        line = json.dumps({"flow_run_id": str(run.id), "run_id": "run_1", "status": "published"})
        (tmp_path / "untold.jsonl").write_text(f"{line}\n")
        flows.replay(data_dir=str(tmp_path), config=str(tmp_path / "none.toml"))
        state = client.read_flow_run(run.id).state
    assert (state.type, "It ended published" in state.message) == ("COMPLETED", True)
    assert not (tmp_path / "untold.jsonl").exists()


def test_while_another_program_holds_the_warehouse_a_run_fails_by_its_name_and_the_next_one_goes_on(demo, flows, tmp_path, monkeypatch):
    from flows import warehouse

    data_dir = tmp_path / "data"
    shutil.copytree(demo[0], data_dir)
    monkeypatch.setattr(warehouse, "PATIENCE_SECONDS", 0.2)
    places = {"data_dir": str(data_dir), "config": str(data_dir / "sources.toml")}
    code = f"import duckdb; con = duckdb.connect({str(data_dir / 'press.duckdb')!r}); print('open', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        with pytest.raises(WarehouseError, match=f"another process is using the warehouse \\(process {other.pid}"):
            flows.ingest(inputs=[], **places)
        other.stdin.close()
    assert 'status="failed"} 1.0' in (data_dir / "metrics.prom").read_text()
    assert flows.ingest(inputs=[], **places).status == "unchanged"


def test_a_damaged_warehouse_is_made_anew_from_the_archive_and_kept_aside(demo, flows, tmp_path):
    data_dir = tmp_path / "data"
    shutil.copytree(demo[0], data_dir)
    before = rows_of(data_dir)
    (data_dir / "press.duckdb").write_bytes(b"no database" * 1000)
    with pytest.raises(WarehouseError, match="presslake rebuild"):
        flows.ingest(inputs=[], data_dir=str(data_dir), config=str(data_dir / "sources.toml"))
    flows.rebuild(data_dir=str(data_dir), config=str(data_dir / "sources.toml"))
    assert rows_of(data_dir) == before
    assert (data_dir / "press.damaged.duckdb").exists()
