"""Two snapshots side by side: which rows came, changed and went, by key, over any distance and across versions of the contract."""

import json
import shutil

import duckdb
import pytest
from typer.testing import CliRunner

from benchmarks.synthetic import make_article, make_articles
from flows.cli import app
from flows.delta import Change, compare_snapshots
from flows.load import merge_staged, open_warehouse
from flows.publish import publish
from flows.snapshots import read_manifest
from flows.staging import stage
from presslake import schema
from presslake.errors import PublishError

RUN = schema.make_id("run", "diff")
NOTHING = Change(0, 0, 0)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Three snapshots: twelve articles; one with a new text and a thirteenth; one gone."""
    data_dir = tmp_path_factory.mktemp("diff")
    con = open_warehouse(data_dir / "press.duckdb")
    paths = []
    for number, rows in enumerate((make_articles(range(12)), make_article(3, edition=1, run=45), make_article(99, run=45))):
        stage(data_dir / "staging" / str(number), "b", rows)
        merge_staged(con, data_dir / "staging" / str(number), RUN)
        if number != 1:
            paths.append(publish(con, data_dir, RUN).path)
    gone = con.execute("SELECT min(article_id) FROM articles").fetchone()
    for table in (t for t in schema.PUBLIC_TABLES if t not in ("people", "organisations")):
        con.execute(f"DELETE FROM {table} WHERE article_id = ?", gone)
    paths.append(publish(con, data_dir, RUN).path)
    con.close()
    return data_dir, paths


def rows(path, table):
    key = ", ".join(schema.primary_key(table))
    return dict(duckdb.sql(f"SELECT concat_ws('/', {key}), t FROM '{path}/{table}/*.parquet' t").fetchall())


def test_the_counts_are_those_of_the_rows_themselves(published):
    _, paths = published
    for before, after in ((paths[0], paths[1]), (paths[1], paths[2]), (paths[0], paths[2]), (paths[2], paths[0])):
        found = compare_snapshots(before, after)
        assert list(found) == list(schema.PUBLIC_TABLES)
        for table, change in found.items():
            old, new = rows(before, table), rows(after, table)
            expected = (len(new.keys() - old.keys()), sum(old[k] != new[k] for k in old.keys() & new.keys()), len(old.keys() - new.keys()))
            assert (change.added, change.changed, change.withdrawn) == expected, table
    first = compare_snapshots(paths[0], paths[1])
    assert first["articles"] == Change(added=1, changed=1, withdrawn=0)
    assert compare_snapshots(paths[1], paths[2])["articles"] == Change(added=0, changed=0, withdrawn=1)
    assert {t: c.as_dict() for t, c in first.items()} == {t: facts["changes"] for t, facts in read_manifest(paths[1])["tables"].items()}


def test_a_snapshot_against_itself_shows_nothing(published):
    _, paths = published
    assert set(compare_snapshots(paths[0], paths[0]).values()) == {NOTHING}


def test_snapshots_of_two_contracts_are_compared_in_what_both_have(published, tmp_path):
    _, paths = published
    older = shutil.copytree(paths[0], tmp_path / "older")
    manifest = json.loads((older / "manifest.json").read_text())
    facts = manifest["tables"]["articles"]
    facts["columns"] = [c for c in facts["columns"] if c["name"] != "kicker"]
    for f in facts["files"]:
        f["content"] = "of another contract"
        duckdb.sql(f"COPY (SELECT * EXCLUDE kicker FROM '{older / f['path']}') TO '{older / f['path']}.new' (FORMAT parquet)")
        (older / f"{f['path']}.new").replace(older / f["path"])
    blocks = manifest["tables"].pop("blocks")
    (older / "manifest.json").write_text(json.dumps(manifest))

    found = compare_snapshots(older, paths[0])
    assert found["articles"] == NOTHING
    assert found["blocks"] == Change(blocks["rows"], 0, 0)

    facts["primary_key"] = ["url"]
    (older / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(PublishError, match="articles: has another key"):
        compare_snapshots(older, paths[0])


def test_a_damaged_snapshot_is_named_with_the_way_out(published, tmp_path):
    _, paths = published
    broken = shutil.copytree(paths[1], tmp_path / "broken")
    for path in (broken / "articles").iterdir():
        path.write_bytes(b"no parquet")
    with pytest.raises(PublishError, match="snapshots verify"):
        compare_snapshots(paths[0], broken)
    (broken / "manifest.json").unlink()
    with pytest.raises(PublishError, match="snapshots list"):
        compare_snapshots(paths[0], broken)


def test_the_command_prints_a_table_or_json_and_compares_with_the_latest(published):
    data_dir, paths = published

    def run(*args):
        result = CliRunner().invoke(app, ["snapshots", "diff", *args, "--data-dir", str(data_dir)])
        assert result.exit_code == 0, result.output
        return result.output

    lines = {line.split()[0]: line.replace("│", " ").split()[1:] for line in run(paths[0].name, paths[1].name).splitlines() if line.strip()}
    assert lines["articles"] == ["1", "1", "0"]
    found = json.loads(run(paths[1].name, "--json"))
    assert (found["before"], found["after"]) == (paths[1].name, paths[2].name)
    assert found["tables"]["articles"] == {"added": 0, "changed": 0, "withdrawn": 1}
    assert "hold the same rows" in run(paths[2].name, "latest")
    assert isinstance(CliRunner().invoke(app, ["snapshots", "diff", "ffff", "--data-dir", str(data_dir)]).exception, PublishError)
