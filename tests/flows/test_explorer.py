import base64
import hashlib
import http.client
import json
import re
import threading
from pathlib import Path

import pytest

from flows.explorer import explorer_html, serve, write_explorer

VENDOR = Path(__file__).parents[2] / "flows" / "explorer" / "vendor"


@pytest.fixture
def ask(tmp_path):
    (tmp_path / "snapshot" / "articles").mkdir(parents=True)
    (tmp_path / "snapshot" / "manifest.json").write_text("{}")
    (tmp_path / "snapshot" / "articles" / "part-0.parquet").write_bytes(bytes(range(100)))
    (tmp_path / "snapshot" / "notes.txt").write_text("not served")
    (tmp_path / "secret.json").write_text("{}")
    server = serve(tmp_path / "snapshot")
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()

    def request(path, method="GET", **headers):
        connection = http.client.HTTPConnection(*server.server_address)
        connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, body, response.headers

    yield request
    server.shutdown()
    server.server_close()


def test_the_page_runs_only_its_own_parts_and_reads_only_what_lies_beside_it():
    html = explorer_html()
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    policy = policy.replace("&#39;", "'")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["connect-src"] == "'self'"
    assert "unsafe" not in policy
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert html.count("<script") == len(scripts) == len(rules["script-src"].split())
    for script in scripts:
        assert f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in rules["script-src"]
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", scripts[-1] + scripts[-2])
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", html)
    assert len(html.encode()) < 200_000


def test_vendored_code_is_what_its_notice_says():
    locked = json.loads((VENDOR / "package-lock.json").read_text())["packages"]
    notice = (VENDOR / "LICENSES.txt").read_text(encoding="utf-8")
    bundle = (VENDOR / "parquet.js").read_bytes()
    assert f"SHA-256 {hashlib.sha256(bundle).hexdigest()}" in notice
    for package in ("hyparquet", "fzstd"):
        assert f"{package} {locked[f'node_modules/{package}']['version']}\n" in notice
        assert locked[f"node_modules/{package}"]["integrity"].startswith("sha512-")
        assert locked[f"node_modules/{package}"]["license"] == "MIT"
    assert not re.search(rb"https?://", bundle)
    assert "Permission is hereby granted" in explorer_html()


def test_it_is_written_beside_a_snapshot(tmp_path):
    assert write_explorer(tmp_path).read_text(encoding="utf-8") == explorer_html()


def test_the_server_shows_explorer_and_snapshot(ask):
    status, body, headers = ask("/")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert body.decode() == explorer_html()
    assert ask("/explorer.html?lang=en")[0] == 200
    assert ask("/manifest.json")[1] == b"{}"


@pytest.mark.parametrize(
    ("given", "status", "expected", "content_range"),
    [
        ("bytes=0-3", 206, bytes(range(4)), "bytes 0-3/100"),
        ("bytes=98-", 206, bytes([98, 99]), "bytes 98-99/100"),
        ("bytes=-3", 206, bytes([97, 98, 99]), "bytes 97-99/100"),
        ("bytes=90-5000", 206, bytes(range(90, 100)), "bytes 90-99/100"),
        ("bytes=0-99", 200, bytes(range(100)), None),
        ("bytes=-", 200, bytes(range(100)), None),
        ("lines=1-2", 200, bytes(range(100)), None),
        ("bytes=100-", 416, b"", "bytes */100"),
        ("bytes=5-2", 416, b"", "bytes */100"),
    ],
)
def test_ranges(ask, given, status, expected, content_range):
    found, body, headers = ask("/articles/part-0.parquet", Range=given)
    assert (found, body, headers["Content-Range"]) == (status, expected, content_range)


def test_head_gives_the_size_without_the_bytes(ask):
    status, body, headers = ask("/articles/part-0.parquet", "HEAD")
    assert (status, body, headers["Content-Length"]) == (200, b"", "100")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.json",
        "/%2e%2e/secret.json",
        "/articles/../../secret.json",
        "//secret.json",
        "/notes.txt",
        "/articles",
        "/no.json",
        "/%00.json",
        "/\\..\\secret.json",
    ],
)
def test_nothing_else_is_served(ask, path):
    assert ask(path)[0] == 404


def test_links_out_of_the_snapshot_are_not_followed(ask, tmp_path):
    (tmp_path / "snapshot" / "link.json").symlink_to(tmp_path / "secret.json")
    assert ask("/link.json")[0] == 404


def test_other_sites_cannot_read_it_under_a_name_of_theirs(ask):
    assert ask("/manifest.json", Host="press.example:8000")[0] == 404
    assert ask("/manifest.json", Host="localhost:1")[0] == 200


def test_it_only_reads(ask):
    assert ask("/manifest.json", "POST")[0] == 501
