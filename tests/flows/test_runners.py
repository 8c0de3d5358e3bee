"""The same rows whoever reads the pages: this process, threads, processes, a Dask cluster; over a shared folder or an S3 store."""

import datetime as dt
import importlib
import os
import sys
import textwrap
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flows import runners
from flows.archive import Archive
from flows.archived import page_from, read_page
from flows.local import ingest_paths
from flows.process import plan_tasks, run_tasks
from flows.runners import Runner, open_pool
from flows.stores import Store
from presslake.errors import ConfigError, WarehouseError
from presslake.schema import make_id
from presslake.settings import Config, Settings, load_config
from tests.servers import s3_server

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
ARTICLE = """<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>{title}</title></head><body><article><h1>{title}</h1>
<p>Die Plattform TikTok hat am Montag neue Regeln für Werbung angekündigt. „Wir haben lange daran gearbeitet“,
sagte Europachefin Maren Holtkamp in Lindenau.</p>
<p>Nach Angaben von TikTok gelten die Regeln ab Mai. Verbände hatten mehr Schutz für Jugendliche gefordert.</p>
</article></body></html>"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A data directory with 40 archived pages, and what they give when this process reads them."""
    data_dir = tmp_path_factory.mktemp("data")
    pages = data_dir / "pages"
    pages.mkdir()
    for i in range(40):
        (pages / f"a{i:02}.html").write_text(ARTICLE.format(title=f"TikTok ändert Regel Nummer {i}"), encoding="utf-8")
    config = Config.model_construct(settings=Settings(), sources={})
    with Archive(data_dir, make_id("run", "test"), NOW) as archive:
        fetches = list(ingest_paths([pages], archive, config, clock=lambda: NOW))
    for few in (fetches[i : i + 10] for i in range(0, 40, 10)):
        run_tasks(plan_tasks(data_dir, data_dir / "expected" / few[0].fetch_id, few, {}, "builtin", 10), Runner())
    return data_dir, fetches, rows((data_dir / "expected").glob("*/*/*.parquet"))


def rows(files):
    found: dict[str, list[str]] = {}
    for f in files:
        found.setdefault(f.parent.name, []).extend(map(repr, pq.read_table(f).to_pylist()))
    return {table: sorted(lines) for table, lines in found.items()}


def read(archive, staging: Path, runner: Runner, **options):
    data_dir, fetches, _ = archive
    counts = run_tasks(plan_tasks(data_dir, staging, fetches, {}, "builtin", 10, store=options.pop("store", None)), runner, **options)
    return counts, rows(staging.glob("*/*.parquet"))


@pytest.fixture(scope="module")
def s3():
    """The address of an S3 server on loopback with a bucket, and credentials in the environment as workers find them."""
    import boto3

    with s3_server() as endpoint, pytest.MonkeyPatch.context() as patch:
        for key, value in {"ACCESS_KEY_ID": "somebody", "SECRET_ACCESS_KEY": "secret", "DEFAULT_REGION": "us-east-1"}.items():
            patch.setenv(f"AWS_{key}", value)
        boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket="pool")
        yield endpoint


def keys(endpoint):
    import boto3

    return [o["Key"] for o in boto3.client("s3", endpoint_url=endpoint).list_objects_v2(Bucket="pool").get("Contents", ())]


@pytest.fixture(scope="module")
def dask(s3):
    """A scheduler and two workers, each a process of its own."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=50) as cluster:
        yield cluster.scheduler_address


def test_two_dask_workers_give_the_same_rows_as_one_process_also_over_s3(archive, tmp_path, dask, s3):
    counts, found = read(archive, tmp_path / "run", Runner("dask", address=dask))
    assert counts.articles == 40
    assert found == archive[2]
    assert len(found["articles"]) == 40
    assert read(archive, tmp_path / "away", Runner("dask", address=dask), store=Store("s3://pool/dask", s3))[1] == archive[2]


def test_processes_that_share_nothing_but_an_s3_store_give_the_same_rows(archive, tmp_path, s3, monkeypatch):
    (tmp_path / "elsewhere.py").write_text(
        textwrap.dedent("""
            import dataclasses, os
            from pathlib import Path
            from flows.process import stage_batch

            def work(task):
                away = Path("/nowhere")  # another machine: it has no such folder
                assert not away.exists() and task.store is not None
                counts = stage_batch(dataclasses.replace(task, data_dir=away, staging=away / task.staging.name))
                counts.rejects[f"by {os.getpid()}"] += 1
                return counts
        """)
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    work, store = importlib.import_module("elsewhere").work, Store("s3://pool/team/press", s3)
    sent: list[int] = []
    counts, found = read(archive, tmp_path / "run", Runner("process", 2), store=store, work=work, on_progress=sent.append)
    assert found == archive[2]
    assert sum(sent) == 40
    assert str(os.getpid()) not in "".join(counts.rejects)
    assert not [k for k in keys(s3) if "/staging/" in k]  # staged rows are home, and gone from there


def test_what_a_lost_worker_left_in_the_store_is_not_brought_home(archive, tmp_path):
    store = Store(str(tmp_path / "share"))
    left = tmp_path / "share" / "staging" / "run" / "articles" / "part-999999.parquet"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a file")
    assert read(archive, tmp_path / "run", Runner("thread", 2), store=store)[1] == archive[2]
    assert not left.exists()


def test_an_archive_file_travels_once(archive, tmp_path):
    data_dir, fetches, _ = archive
    store, name = Store(str(tmp_path / "share")), fetches[0].warc_file
    path = next((data_dir / "raw").iterdir())
    assert store.upload(path, name)
    assert not store.upload(path, name)
    with store.open(name) as stream:
        assert [page_from(stream, f) for f in fetches] == [read_page(data_dir, f) for f in fetches]


def test_a_page_that_kills_its_dask_worker_is_set_aside(archive, tmp_path, monkeypatch):
    (tmp_path / "deadly.py").write_text(
        textwrap.dedent("""
            import os
            from flows.process import stage_batch

            def work(task):
                if any(f.url.endswith("a17.html") for f in task.fetches):
                    os._exit(11)
                return stage_batch(task)
        """)
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}:{Path.cwd()}")
    data_dir, fetches, _ = archive
    tasks = plan_tasks(data_dir, tmp_path / "run", fetches[2:18], {}, "builtin", 1)
    counts = run_tasks(tasks, Runner("dask", 1), work=importlib.import_module("deadly").work)
    assert counts.articles == 15
    assert counts.rejects == {"crashed": 1}


def test_a_store_that_does_not_answer_stops_with_the_remedy(archive, tmp_path, s3):
    with pytest.raises(WarehouseError, match=r"s3://absent/x: the shared store .* settings\.store"):
        read(archive, tmp_path / "run", Runner("thread", 1), store=Store("s3://absent/x", s3))


def test_a_missing_library_or_cluster_is_said_with_the_remedy(monkeypatch):
    monkeypatch.setattr(runners, "_PATIENCE", 1)
    with pytest.raises(ConfigError, match="no Dask scheduler answers at nowhere:1"), open_pool(Runner("dask", address="nowhere:1")):
        pass
    for kind, module in (("dask", "distributed"), ("ray", "ray")):
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(ConfigError, match=rf"pip install 'presslake\[{kind}\]'"), open_pool(Runner(kind)):
            pass


@pytest.mark.parametrize("line", ['runner = "spark"', 'store = "share"', 'store = "s3://user:secret@host/x"', 'store_endpoint = "host:9000"'])
def test_wrong_settings_stop_at_once(tmp_path, line):
    path = tmp_path / "sources.toml"
    path.write_text(f"[settings]\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert "secret" not in str(caught.value)
    assert line.split()[0] in str(caught.value)


def _environment(_: object) -> tuple[str | None, ...]:
    import numpy  # noqa: F401 - reads the first variable when it is loaded

    return tuple(map(os.environ.get, ("OMP_NUM_THREADS", "MALLOC_TRIM_THRESHOLD_")))


@pytest.mark.parametrize("kind", ["process", "dask"])
def test_a_worker_leaves_the_other_cores_to_the_others_and_keeps_the_memory_it_will_need_again(kind, monkeypatch):
    for name in ("OMP_NUM_THREADS", "MALLOC_TRIM_THRESHOLD_"):  # what a worker of another test put there
        monkeypatch.delenv(name, raising=False)
    with open_pool(Runner(kind, 1)) as pool:
        assert pool.submit(_environment, None).result() == ("1", None)
