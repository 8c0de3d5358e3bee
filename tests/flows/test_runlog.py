"""The log of a run can be asked by run, source and article; lineage says what was read and written."""

import datetime as dt
import json
import logging
from collections import Counter

from flows import lineage, runlog, steps
from flows.summary import RunSummary
from presslake.schema import PUBLIC_TABLES, make_id
from tests.rows import fetch_row

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def lines_of(path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_line_carries_what_it_is_about_also_from_what_is_called(tmp_path):
    with runlog.kept(tmp_path, "run_1", "daily", NOW, level="debug") as path:
        runlog.LOGGER.info("one")
        with runlog.about(source_id="kurier"), runlog.about(article_id="art_7"):
            logging.getLogger("presslake.deep.below").debug("two %s", "words", extra={"reason": "ä"})
        try:
            raise ValueError("no")
        except ValueError:
            runlog.LOGGER.exception("three")
    runlog.LOGGER.error("after the run")
    found = lines_of(path)
    assert [(x["message"], x["run_id"], x["flow"], x.get("source_id"), x.get("article_id"), x.get("reason")) for x in found] == [
        ("one", "run_1", "daily", None, None, None),
        ("two words", "run_1", "daily", "kurier", "art_7", "ä"),
        ("three", "run_1", "daily", None, None, None),
    ]
    assert found[2]["error"] == "ValueError: no"
    assert found[0]["at"].endswith("+00:00")


def test_level_and_number_of_files_are_those_of_the_settings(tmp_path):
    for n in range(4):
        with runlog.kept(tmp_path, f"run_{n}", "daily", NOW + dt.timedelta(hours=n), level="warning", keep=2) as path:
            runlog.LOGGER.info("not this")
            runlog.LOGGER.warning("this")
    assert [x["message"] for x in lines_of(path)] == ["this"]
    assert [p.name for p in sorted((tmp_path / "logs").iterdir())] == [f"20260301T1{n}0000Z-daily-run_{n - 2}.jsonl" for n in (4, 5)]
    with runlog.kept(tmp_path, "run_9", "daily", NOW, level="off") as path:
        assert path is None


def test_requests_are_logged_with_their_source(tmp_path):
    rows = [
        fetch_row("https://blatt.example/1", b"x", source_id="blatt"),
        fetch_row("https://blatt.example/2", None, source_id="blatt", outcome="timeout"),
    ]
    with runlog.kept(tmp_path, "run_1", "daily", NOW) as path:
        steps.note_fetches(RunSummary("daily", "run_1", str(tmp_path)), rows)
    (line,) = lines_of(path)
    assert (line["level"], line["source_id"], line["url"], line["outcome"]) == ("warning", "blatt", "https://blatt.example/2", "timeout")


def test_lineage_names_what_was_read_and_written_under_one_run_id(tmp_path):
    summary = RunSummary("daily", make_id("run", 1), str(tmp_path), "published", Counter(fetched=1), totals={"articles": 7}, sources={"blatt"})
    summary.snapshot_id = "snp_1"
    place = tmp_path / "out" / "lineage.jsonl"
    for event in (lineage.started(summary.run_id, "daily", tmp_path, NOW), lineage.ended(summary, tmp_path, NOW)):
        lineage.emit(event, str(place))
    start, end = lines_of(place)
    assert (start["eventType"], end["eventType"], start["run"]["runId"]) == ("START", "COMPLETE", end["run"]["runId"])
    assert {i["name"] for i in end["inputs"]} == {str(tmp_path / "raw"), "source.blatt"}
    assert [o["name"].rpartition("/")[2] for o in end["outputs"]] == list(PUBLIC_TABLES)
    articles = next(o for o in end["outputs"] if o["name"].endswith("/articles"))
    assert articles["outputFacets"]["outputStatistics"]["rowCount"] == 7
    assert articles["facets"]["version"]["datasetVersion"] == "snp_1"
    assert {"name": "title", "type": "VARCHAR"} in articles["facets"]["schema"]["fields"]
    blocked = RunSummary("daily", make_id("run", 2), str(tmp_path), "blocked", warnings=["articles: twice the same key"])
    failed = lineage.ended(blocked, tmp_path, NOW)
    assert (failed["eventType"], failed["outputs"]) == ("FAIL", [])
    assert failed["run"]["facets"]["errorMessage"]["message"] == "articles: twice the same key"


def test_lineage_is_sent_and_a_receiver_that_is_not_there_costs_nothing(tmp_path, httpserver, caplog):
    event = lineage.started(make_id("run", 1), "daily", tmp_path, NOW)
    httpserver.expect_oneshot_request("/api/v1/lineage", method="POST", json=event).respond_with_data("")
    lineage.emit(event, httpserver.url_for("/api/v1/lineage"))
    httpserver.check_assertions()
    lineage.emit(event, "http://127.0.0.1:9/api/v1/lineage")
    assert "could not be sent" in caplog.text
