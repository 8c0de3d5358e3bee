"""Every block of Python, SQL and TOML in the documents does what it is shown for."""

import json
import os
import re

import pytest

from benchmarks.synthetic import make_articles
from expectations.own import load_own_rules
from flows.exports import export_ducklake
from flows.load import merge_staged, open_warehouse
from flows.publish import publish
from flows.staging import stage
from presslake import schema
from presslake.settings import load_config
from tests.documents import blocks
from tests.duckdb_extensions import install
from tests.servers import s3_server

RUN = schema.make_id("run", "documents")
QUERIES = [(document, text) for document, text in blocks("sql") if document != "docs/cookbook.md"]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """A data directory with a published snapshot."""
    folder = tmp_path_factory.mktemp("data")
    con = open_warehouse(folder / "press.duckdb")
    stage(folder / "staging" / RUN, "documents", make_articles(range(20)))
    merge_staged(con, folder / "staging" / RUN, RUN)
    publish(con, folder, RUN)
    con.close()
    return folder


def latest(data_dir):
    return data_dir / "snapshots" / json.loads((data_dir / "snapshots" / "latest.json").read_text())["path"]


@pytest.mark.parametrize(("document", "text"), QUERIES, ids=[d for d, _ in QUERIES])
def test_queries_run_on_a_snapshot(data_dir, tmp_path, monkeypatch, document, text):
    import duckdb

    folder = latest(data_dir)
    if "ducklake" in text:
        export_ducklake(folder, tmp_path)
        install(("ducklake",), tmp_path / "home", monkeypatch)
    con = duckdb.connect()
    for statement in text.replace("/srv/press/snapshots/<snapshot_id>", str(folder)).replace("<folder>", str(tmp_path)).split(";"):
        if statement.strip():
            found = con.execute(statement)
    assert found.fetchall()


def runs(text: str, folder, monkeypatch) -> dict:
    monkeypatch.chdir(folder)
    names: dict = {}
    exec(compile(text, "document", "exec"), names)
    return names


def test_python_of_the_readme_reads_the_claims(data_dir, tmp_path, monkeypatch):
    (text,) = [t for d, t in blocks("python") if d == "README.md"]
    (tmp_path / "data").symlink_to(data_dir)
    assert len(runs(text, tmp_path, monkeypatch)["claims"]) > 0


def test_python_of_the_cookbook_opens_a_snapshot(data_dir, tmp_path, monkeypatch, capsys):
    (text,) = [t for d, t in blocks("python") if d == "docs/cookbook.md"]
    (tmp_path / "data").symlink_to(data_dir)
    runs(text.replace("<snapshot_id>", latest(data_dir).name), tmp_path, monkeypatch)
    assert "speaker_kind" in capsys.readouterr().out


@pytest.fixture
def bucket(data_dir, monkeypatch):
    """An S3 server on loopback with the snapshot in the bucket of the guide."""
    import boto3

    from flows.targets import publish_to_s3

    with s3_server() as endpoint:
        for key, value in {
            "AWS_ACCESS_KEY_ID": "somebody",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": endpoint,
        }.items():
            monkeypatch.setenv(key, value)
        boto3.client("s3").create_bucket(Bucket="press")
        publish_to_s3(latest(data_dir), "s3://press/presslake", endpoint=endpoint)
        yield endpoint


@pytest.mark.parametrize("text", [t for d, t in blocks("python") if d == "docs/guides/targets.md"])
def test_python_of_the_guide_to_object_stores_reads_the_claims(bucket, tmp_path, monkeypatch, text):
    if "httpfs" in text:
        install(("httpfs", "aws"), tmp_path / "home", monkeypatch)
    assert len(runs(text.replace("minio.internal:9000", bucket.removeprefix("http://")), tmp_path, monkeypatch)["claims"]) > 0


def test_every_block_of_python_is_run():
    assert {d for d, _ in blocks("python")} == {"README.md", "docs/cookbook.md", "docs/guides/targets.md"}


@pytest.mark.parametrize(("document", "text"), blocks("toml"), ids=[d for d, _ in blocks("toml")])
def test_configuration_is_taken(tmp_path, document, text):
    if "[[expectation]]" in text:
        (tmp_path / "own.toml").write_text(text)
        assert len(load_own_rules(tmp_path)) == text.count("[[expectation]]")
        return
    (tmp_path / "sources.toml").write_text(text)
    loaded = load_config(tmp_path / "sources.toml")
    assert loaded.sources or re.search(r"^\[settings\]", text, re.MULTILINE)
    assert not os.environ.get("PRESSLAKE_TARGET")
