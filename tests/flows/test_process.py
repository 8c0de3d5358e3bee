import dataclasses
import datetime as dt
import importlib
import pickle
import textwrap
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flows.archive import Archive
from flows.local import ingest_paths
from flows.process import plan_tasks, run_tasks
from flows.runners import Runner, open_pool
from presslake.schema import make_id
from presslake.settings import Config, Settings

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
ARTICLE = """<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>{title}</title></head><body><article><h1>{title}</h1>
<p>Die Plattform TikTok hat am Montag neue Regeln für Werbung angekündigt. „Wir haben lange daran gearbeitet“,
sagte Europachefin Maren Holtkamp in Lindenau.</p>
<p>Nach Angaben von TikTok gelten die Regeln ab Mai.
Verbände hatten mehr Schutz für Jugendliche gefordert und wollen die Umsetzung genau beobachten.</p>
</article></body></html>"""


@pytest.fixture
def fetches(tmp_path: Path):
    pages = tmp_path / "pages"
    pages.mkdir()
    for i in range(20):
        (pages / f"a{i:02}.html").write_text(ARTICLE.format(title=f"TikTok ändert Regel Nummer {i}"), encoding="utf-8")
    (pages / "empty.html").write_bytes(b"")
    (pages / "noise.html").write_bytes(bytes(range(256)) * 20)
    run_id = make_id("run", "test")
    config = Config.model_construct(settings=Settings(), sources={})
    with Archive(tmp_path, run_id, NOW) as archive:
        return list(ingest_paths([pages], archive, config, clock=lambda: NOW))


def rows(staging: Path, table: str) -> list[dict]:
    return [row for f in sorted((staging / table).glob("*.parquet")) for row in pq.read_table(f).to_pylist()]


def test_every_page_becomes_an_article_or_a_reject_with_a_reason(tmp_path, fetches):
    tasks = plan_tasks(tmp_path, tmp_path / "staging", fetches, {}, "builtin", batch_size=8)
    done: list[int] = []
    counts = run_tasks(tasks, Runner(workers=2), done.append)
    articles, rejects = rows(tmp_path / "staging", "articles"), rows(tmp_path / "staging", "rejects")
    assert (counts.pages, counts.articles, sum(counts.rejects.values())) == (22, 20, 2)
    assert (len(articles), len(rejects), sum(done)) == (20, 2, 22)
    assert all(r["reason"] and r["raw_sha256"] for r in rejects)


def test_offsets_of_everything_staged_agree_with_the_text(tmp_path, fetches):
    run_tasks(plan_tasks(tmp_path, tmp_path / "staging", fetches[:3], {}, "builtin", batch_size=8), Runner(workers=1))
    body = {a["article_id"]: a["body_text"] for a in rows(tmp_path / "staging", "articles")}
    mentions, claims = rows(tmp_path / "staging", "mentions"), rows(tmp_path / "staging", "claims")
    assert mentions
    assert any(c["speech_type"] == "direct" for c in claims)
    for m in mentions:
        assert body[m["article_id"]][m["char_start"] : m["char_end"]] == m["surface"]
    for c in claims:
        if c["char_start"] is not None:
            assert " ".join(body[c["article_id"]][s["start"] : s["end"]] for s in c["spans"]) == c["text"]


def test_a_page_that_kills_its_process_is_set_aside_and_the_others_are_kept(tmp_path, fetches, monkeypatch):
    (tmp_path / "killer.py").write_text(
        textwrap.dedent("""
            import os
            from flows.process import stage_batch

            def work(task):
                if any(f.url.endswith("a07.html") for f in task.fetches):
                    os._exit(11)
                return stage_batch(task)
        """)
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    work = importlib.import_module("killer").work
    counts = run_tasks(plan_tasks(tmp_path, tmp_path / "staging", fetches[:16], {}, "builtin", batch_size=4), Runner(workers=2), work=work)
    assert counts.articles == 15
    assert [r["row_key"].rsplit("/", 1)[1] for r in rows(tmp_path / "staging", "rejects")] == ["a07.html"]
    assert counts.rejects == {"crashed": 1}


def test_a_process_that_is_killed_costs_no_page(tmp_path, fetches, monkeypatch):
    (tmp_path / "victim.py").write_text(
        textwrap.dedent("""
            import os, pathlib, signal
            from flows.process import stage_batch

            def work(task):
                if not (mark := task.data_dir / "killed").exists():
                    mark.touch()
                    os.kill(os.getpid(), signal.SIGKILL)
                return stage_batch(task)
        """)
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    work = importlib.import_module("victim").work
    counts = run_tasks(plan_tasks(tmp_path, tmp_path / "staging", fetches[:16], {}, "builtin", batch_size=4), Runner(workers=2), work=work)
    assert (tmp_path / "killed").exists()
    assert (counts.articles, counts.rejects) == (16, {})
    assert len(rows(tmp_path / "staging", "articles")) == 16


def test_processes_that_read_pages_write_arrow_without_loading_pandas():
    with open_pool(Runner(workers=1)) as pool:
        assert pool.submit(eval, "__import__('pyarrow').array(['a', None]).null_count").result() == 1
        assert pool.submit(eval, "'pandas' in __import__('sys').modules").result() is False


def test_work_travels_in_batches_of_references_however_many_pages_there_are(tmp_path, fetches):
    many = [dataclasses.replace(fetches[0], fetch_id=f"fch_{n:016x}", warc_offset=n) for n in range(100_000)]
    tasks = plan_tasks(tmp_path, tmp_path / "staging", many, {}, "builtin", Settings().batch_size)
    assert len(tasks) == 500
    assert len({t.part for t in tasks}) == 500
    assert [f for t in tasks for f in t.fetches] == many
    assert len(pickle.dumps(tasks[0])) < 100_000  # 200 pages of 150 KB are named, not carried
