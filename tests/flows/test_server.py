"""The engine's server for one run: started only where nobody else has a say, and honest where it does not start."""

import sys

import pytest

from flows import server
from presslake.errors import EngineError


def test_without_any_configuration_a_run_has_its_own_server(unconfigured):
    assert not server.is_configured()
    (unconfigured / "pyproject.toml").write_text('[project]\nname = "news"\n')
    assert not server.is_configured()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("prefect/profiles.toml", '[profiles.house]\nPREFECT_API_URL = "http://127.0.0.1:4200/api"\n'),
        ("prefect.toml", '[api]\nurl = "http://127.0.0.1:4200/api"\n'),
        (".env", "PREFECT_API_URL=http://127.0.0.1:4200/api\n"),
        ("pyproject.toml", '[tool.prefect.api]\nurl = "http://127.0.0.1:4200/api"\n'),
    ],
)
def test_a_file_that_names_a_server_leaves_the_choice_to_the_engine(unconfigured, file, text):
    (unconfigured / file).parent.mkdir(exist_ok=True)
    (unconfigured / file).write_text(text)
    assert server.is_configured()


def test_the_environment_decides_too(unconfigured, monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api")
    assert server.start_server() is None


def test_an_engine_that_is_loaded_keeps_its_settings(unconfigured, monkeypatch):
    monkeypatch.setitem(sys.modules, "prefect", sys)
    assert server.start_server() is None


def test_a_server_that_ends_at_once_says_why():
    process = server.RunServer(sys.executable, "-c", "raise SystemExit('disk I/O error')")
    try:
        with pytest.raises(EngineError, match=r"did not start: disk I/O error; .*presslake doctor"):
            process.wait()
    finally:
        process.stop()


def test_it_waits_until_the_server_answers_and_stops_it():
    answer = (
        "import http.server, sys\n"
        "class H(http.server.BaseHTTPRequestHandler):\n"
        "    def do_GET(self): self.send_response(200 if self.path == '/api/health' else 404); self.end_headers()\n"
        "http.server.HTTPServer(('127.0.0.1', int(sys.argv[sys.argv.index('--port') + 1])), H).serve_forever()"
    )
    process = server.RunServer(sys.executable, "-c", answer)
    process.wait()
    process.stop()
    assert not server.answers(process.url)
