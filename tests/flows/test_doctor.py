"""The doctor finds what is wrong on a machine, names the remedy, and never falls ill itself."""

import json
import shutil
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from flows import doctor, explorer, ports

ROOT = Path(__file__).parents[2]


def examined(unconfigured, **options):
    found = list(doctor.examine(unconfigured / "data", unconfigured / "sources.toml", **options))
    assert all(f.ok or f.remedy or "; " in f.detail for f in found), "a finding without a remedy"
    return {f.name: f for f in found}


def test_an_empty_folder_needs_nothing_but_the_installation(unconfigured):
    found = examined(unconfigured)
    assert {n for n, f in found.items() if not f.ok} <= {"packages", f"port {ports.SERVE}", f"port {ports.EXPLORE}", "disk"}
    assert "sources add" in found["sources"].detail
    assert "first run" in found["warehouse"].detail
    assert found["recogniser"].detail.startswith("builtin/")


def test_the_list_of_models_is_what_the_repository_holds():
    kept = {p.relative_to(ROOT).as_posix() for pattern in ("*.npz", "*.gz", "models/*.json") for p in (ROOT / "transforms").rglob(pattern)}
    assert set(doctor.MODELS) == kept


@pytest.mark.parametrize("name", ["transforms/parse/titles.npz", "transforms/parse/forenames.txt.gz", "transforms/extract/models/claims.json"])
def test_a_model_file_that_is_cut_or_gone_is_named(tmp_path, name):
    for model in doctor.MODELS:
        (tmp_path / model).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / model, tmp_path / model)
    assert doctor._models(tmp_path).ok
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    cut = doctor._models(tmp_path)
    assert not cut.ok
    assert f"{name} is damaged" in cut.detail
    (tmp_path / name).unlink()
    assert f"{name} is missing" in doctor._models(tmp_path).detail


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("[sources.kurier]\nname = 'Kurier'\nfeds = []\n", "sources", "did you mean 'feeds'"),
        ("[sources.kurier]\nname = 'Kurier'\n", "sources", "kurier: nothing to fetch from"),
        ("[settings]\nrecogniser = 'oracle'\n", "recogniser", "allowed: builtin"),
        ("[settings\n", "sources", "not valid TOML"),
    ],
)
def test_a_wrong_configuration_is_explained(unconfigured, text, name, said):
    (unconfigured / "sources.toml").write_text(text)
    found = examined(unconfigured)[name]
    assert not found.ok
    assert said in f"{found.detail} {found.remedy}"


def test_a_package_that_the_settings_need_is_asked_for(unconfigured, monkeypatch):
    (unconfigured / "sources.toml").write_text("[settings]\ntarget = 's3://press/lake'\nrunner = 'ray'\n")
    monkeypatch.setattr(doctor, "_installed", lambda package: package != "ray")
    found = examined(unconfigured)["extras"]
    assert (found.ok, found.detail, found.remedy) == (False, "missing: ray", "pip install 'presslake[ray]'")


def test_a_variable_that_is_no_setting_is_a_typo(unconfigured, monkeypatch):
    monkeypatch.setenv("PRESSLAKE_DATA_DIR", "data")
    monkeypatch.setenv("PRESSLAKE_MEMORY", "2GB")
    assert examined(unconfigured)["environment"].ok
    monkeypatch.setenv("PRESSLAKE_WORKER", "3")
    found = examined(unconfigured)["environment"]
    assert not found.ok
    assert "PRESSLAKE_WORKER is no setting (did you mean PRESSLAKE_WORKERS?)" in found.detail


def test_a_damaged_warehouse_and_a_folder_that_is_a_file(unconfigured):
    (unconfigured / "data").mkdir()
    (unconfigured / "data" / "press.duckdb").write_bytes(b"no database")
    assert not examined(unconfigured)["warehouse"].ok
    shutil.rmtree(unconfigured / "data")
    (unconfigured / "data").write_text("a file")
    found = examined(unconfigured)["data directory"]
    assert not found.ok
    assert "--data-dir" in (found.remedy or "")


def test_a_full_disk(unconfigured, monkeypatch):
    monkeypatch.setattr(doctor, "FREE_BYTES", 10**18)
    found = examined(unconfigured)["disk"]
    assert not found.ok
    assert "--data-dir" in (found.remedy or "")


def serving(answer):
    """A server on a free port that answers ``answer(path)``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = answer(self.path)
            self.send_response(404 if body is None else 200)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *args):
            pass

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


@pytest.fixture
def start():
    """Runs a server until the test ends and gives its port."""
    running = []

    def run(server):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return server.server_address[1]

    yield run
    for server in running:
        server.shutdown()
        server.server_close()


def test_a_port_is_free_or_its_holder_is_named(start, snapshot):
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        found = doctor._port("serve", taken)
        assert not found.ok
        assert "process" in found.detail
        assert found.remedy == "end that process, or: presslake serve --port N"
    assert doctor._port("serve", taken).ok
    flows = start(serving({"/api/health": b"true"}.get))
    assert "which is a flow server" in doctor._port("serve", flows).detail
    pages = doctor._port("explore", start(explorer.serve(snapshot)))
    assert pages.ok
    assert "which is an explorer" in pages.detail


@pytest.mark.parametrize(("said", "ok"), [(None, True), ("2.0.0", False), ("nonsense", False)])
def test_a_flow_server_of_another_version_is_no_help(unconfigured, monkeypatch, start, said, ok):
    import prefect

    answers = {"/api/admin/version": json.dumps(said or prefect.__version__).encode() if said != "nonsense" else b"<html>"}
    port = start(serving(answers.get))
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{port}/api")
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{port}/api"}):
        found = doctor._flow_server()
    assert found.ok is ok
    assert f"127.0.0.1:{port}" in found.detail


def test_sources_are_asked_only_on_request(unconfigured, start):
    asked = []

    def answer(path):
        asked.append(path)
        return {"/feed": b"<rss version='2.0'><channel><item><link>http://127.0.0.1/a-1.html</link></item></channel></rss>"}.get(path)

    port = start(serving(answer))
    (unconfigured / "sources.toml").write_text(
        "[settings]\nallow_networks = ['127.0.0.0/8']\ndelay_seconds = 0\nretries = 0\n"
        f"[sources.good]\nname = 'Good'\nfeeds = ['http://127.0.0.1:{port}/feed']\n"
        f"[sources.gone]\nname = 'Gone'\nfeeds = ['http://127.0.0.1:{port}/nothing']\n"
    )
    examined(unconfigured)
    assert asked == []
    found = examined(unconfigured, ask_sources=True)
    assert "1 pages" in found["source good"].detail
    assert not found["source gone"].ok
    assert "presslake sources check gone" in (found["source gone"].remedy or "")


def test_what_breaks_the_doctor_is_a_finding(unconfigured, monkeypatch):
    monkeypatch.setattr(doctor, "_python", lambda: 1 / 0)
    assert "ZeroDivisionError" in examined(unconfigured)["python"].detail
