"""Whatever a server does, the run goes on and the row says what it was."""

import datetime as dt
import gzip
import socket
import ssl
import struct
import time
import zlib
from pathlib import Path

import brotli
import pytest
import trustme
from backports import zstd

from flows.archive import Archive, iter_fetches, read_page
from flows.faults import is_front_page, retry_after, soft_404
from flows.fetch import Fetcher, Target, fetch_targets
from presslake.schema import Fetch, make_id
from presslake.settings import Settings
from tests.servers import page, response, serve

NOW = dt.datetime(2025, 3, 4, 12, 0, tzinfo=dt.UTC)
SETTINGS = Settings(allow_networks=("127.0.0.0/8",), delay_seconds=0, retries=0, timeout_seconds=1, max_bytes=100_000, max_redirects=5)
BOMB = b"\0" * 20_000_000


def run(data_dir: Path, urls: list[str], settings: Settings = SETTINGS, **options) -> list[Fetch]:
    with Archive(data_dir, make_id("run", 1), NOW) as archive, Fetcher(settings, archive, clock=lambda: NOW, **options) as fetcher:
        rows = list(fetch_targets([Target(url=u, source_id="blatt", channel="url_list") for u in urls], fetcher))
    archived = {f.fetch_id: f for f in iter_fetches(data_dir)}
    assert archived == {r.fetch_id: r for r in rows}
    return [r for r in rows if r.channel != "permit"]


def reset(request):
    request.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.sock.close()


def drip_body(request):
    request.sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(60):
        request.sock.sendall(b"x")
        time.sleep(0.1)


def drip_headers(request):
    request.sock.sendall(b"HTTP/1.1 200 OK\r\n")
    for n in range(60):
        request.sock.sendall(b"X-%d: y\r\n" % n)
        time.sleep(0.1)


def silence(request):
    time.sleep(2)


def endless_headers(request):
    request.sock.sendall(b"HTTP/1.1 200 OK\r\n" + b"X-Big: " + b"a" * 10_000_000 + b"\r\n\r\n")


def many_headers(request):
    request.sock.sendall(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(100_000)) + b"\r\n")


def reset_in_body(request):
    request.sock.sendall(response("x" * 1000)[:-500])
    reset(request)


def chunked(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + body


def loop(request):
    return response("", "302 Found", location=f"/loop?{len(request.path)}x{request.path.count('x') * 'x'}")


FAULTS = {
    "reset": (reset, "connection_error"),
    "closed": (lambda request: None, "connection_error"),
    "reset in the body": (reset_in_body, "incomplete"),
    "truncated body": (response("x" * 1000)[:-500], "incomplete"),
    "silence": (silence, "timeout"),
    "drip of the body": (drip_body, "timeout"),
    "drip of the headers": (drip_headers, "timeout"),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.2\r\n", "bad_response"),
    "bad chunk length": (chunked(b"zz\r\nabc\r\n0\r\n\r\n"), "bad_response"),
    "no last chunk": (chunked(b"3\r\nabc\r\n"), "incomplete"),
    "torn chunk": (chunked(b"10\r\nabc"), "incomplete"),
    "a header of 10 MB": (endless_headers, "bad_response"),
    "100,000 headers": (many_headers, "bad_response"),
    "negative length": (response(page(), content_length="-5"), "fetched"),
    "no length": (response(page(), content_length=""), "fetched"),
    "length of no number": (response(page(), content_length="many"), "fetched"),
    "gzip bomb": (response(gzip.compress(BOMB), content_encoding="gzip"), "too_large"),
    "deflate bomb": (response(zlib.compress(BOMB), content_encoding="deflate"), "too_large"),
    "brotli bomb": (response(brotli.compress(BOMB, quality=3), content_encoding="br"), "too_large"),
    "zstd bomb": (response(zstd.compress(BOMB), content_encoding="zstd"), "too_large"),
    "gzip in gzip bomb": (response(gzip.compress(gzip.compress(BOMB)), content_encoding="gzip, gzip"), "too_large"),
    "large body": (response("x" * 200_000), "too_large"),
    "gzip that is none": (response("hello", content_encoding="gzip"), "bad_response"),
    "torn gzip": (response(gzip.compress(page().encode() * 9)[:-30], content_encoding="gzip"), "incomplete"),
    "torn deflate": (response(zlib.compress(page().encode() * 9)[:-30], content_encoding="deflate"), "incomplete"),
    "gzip": (response(gzip.compress(page().encode()), content_encoding="gzip"), "fetched"),
    "deflate": (response(zlib.compress(page().encode())[2:-4], content_encoding="deflate"), "fetched"),
    "brotli": (response(brotli.compress(page().encode()), content_encoding="br"), "fetched"),
    "zstd": (response(zstd.compress(page().encode()), content_encoding="zstd"), "fetched"),
    "unknown coding": (response(page(), content_encoding="klingon"), "bad_response"),
    "304 without a condition": (response("", "304 Not Modified"), "bad_response"),
    "image": (response(b"\x89PNG", content_type="image/png"), "wrong_type"),
    "film": (response(b"x" * 50, content_type="video/mp4"), "wrong_type"),
    "no type": (response(page(), content_type=""), "fetched"),
    "no content": (response("", "204 No Content", content_length=""), "http_error"),
    "status 999": (response("", "999 Who knows"), "http_error"),
    "missing": (response("", "404 Not Found"), "not_found"),
    "gone": (response("", "410 Gone"), "not_found"),
    "soft 404": (response(page("Seite nicht gefunden | Blatt")), "soft_404"),
    "forbidden": (response("", "403 Forbidden"), "http_error"),
    "too many": (response("", "429 Too Many Requests"), "rate_limited"),
    "busy": (response("", "503 Service Unavailable", retry_after="Tue, 04 Mar 2025 13:00:00 GMT"), "rate_limited"),
    "endless redirects": (loop, "too_many_redirects"),
    "redirect to itself": (lambda r: response("", "301 Moved", location=r.path), "too_many_redirects"),
    "redirect to a file": (response("", "302 Found", location="file:///etc/passwd"), "bad_url"),
    "redirect to nowhere": (response("", "302 Found", location="http://[broken"), "bad_url"),
    "redirect to a private address": (response("", "302 Found", location="http://10.1.2.3/"), "blocked_address"),
    "redirect to a metadata service": (response("", "302 Found", location="http://169.254.169.254/latest/"), "blocked_address"),
    "redirect to an address in disguise": (response("", "302 Found", location="http://[::ffff:a01:203]/"), "blocked_address"),
    "redirect to the front page": (response("", "302 Found", location="/"), "home_redirect"),
    "redirect without a location": (response("", "302 Found"), "http_error"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_has_its_outcome_and_the_next_page_is_fetched(tmp_path: Path, fault: str) -> None:
    answer, expected = FAULTS[fault]
    with serve({"/fault": answer, "/good": response(page()), "/": response(page("Startseite"))}) as press:
        if fault == "endless redirects":
            press.answers = _Everything(press.answers, loop)
        rows = run(tmp_path, [press.url("/fault"), press.url("/good")])
    left_alone = expected == "rate_limited"
    assert [r.outcome for r in rows] == [expected, "postponed" if left_alone else "fetched"]
    if "gzip deflate brotli zstd".find(fault) >= 0:
        assert read_page(tmp_path, rows[0]).body == page().encode()
    assert rows[0].reason or expected == "fetched"
    assert "0x" not in (rows[0].reason or "")


class _Everything(dict):
    def __init__(self, answers, other):
        super().__init__(answers)
        self.other = other

    def get(self, key, default=None):
        return super().get(key, self.other if key.startswith("/loop") else default)


def test_a_wrong_length_does_not_leak_into_the_next_response(tmp_path: Path) -> None:
    long = response("abc" + page("Fremd"), content_length="3", connection="")
    with serve({"/short": long, "/good": response(page("Richtig"))}) as press:
        rows = run(tmp_path, [press.url("/short"), press.url("/good")])
    assert [(r.outcome, r.byte_count) for r in rows] == [("fetched", 3), ("fetched", len(page("Richtig").encode()))]


@pytest.mark.parametrize(("header", "expected"), [("ü", "fetched"), ("%FF", "fetched"), ("a b", "fetched")])
def test_redirects_in_any_charset_are_followed(tmp_path: Path, header: str, expected: str) -> None:
    with serve({"/a": response("", "301 Moved", location=f"/{header}")}) as press:
        press.answers |= {p: response(page()) for p in ("/%C3%BC", "/%FF", "/a%20b")}
        assert [r.outcome for r in run(tmp_path, [press.url("/a")])] == [expected]


def test_a_host_that_is_not_there_or_has_no_name(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as s:
        port = s.getsockname()[1]

    def resolve(host: str, _: int):
        if host == "127.0.0.1":
            return [(socket.AF_INET, host)]
        raise socket.gaierror(-2, "Name or service not known")

    rows = run(tmp_path, [f"http://127.0.0.1:{port}/", "http://nirgends.example/", f"http://{'a' * 70}.example/"], resolve=resolve)
    assert {r.outcome for r in rows} == {"connection_error", "dns_error"}


def test_a_name_that_changes_its_mind_gains_nothing(tmp_path: Path) -> None:
    answers = iter(["127.0.0.1"])

    def resolve(host: str, _: int):
        return [(socket.AF_INET, next(answers, "10.0.0.1"))]

    with serve({"/robots.txt": response("", content_type="text/plain"), "/a": response(page())}) as press:
        (row,) = run(tmp_path, [f"http://blatt.example:{press.port}/a"], resolve=resolve)
    assert row.outcome == "blocked_address"
    assert "10.0.0.1" in (row.reason or "")


def test_international_names_are_asked_for_in_ascii(tmp_path: Path) -> None:
    asked = []

    def resolve(host: str, _: int):
        asked.append(host)
        return [(socket.AF_INET, "127.0.0.1")]

    with serve({"/%C3%BCber": response(page())}) as press:
        (row,) = run(tmp_path, [f"http://Bücher.example:{press.port}/über"], resolve=resolve)
        assert press.requests[-1].headers["host"] == f"xn--bcher-kva.example:{press.port}"
    assert set(asked) == {"xn--bcher-kva.example"}
    assert (row.outcome, row.url) == ("fetched", f"http://xn--bcher-kva.example:{press.port}/%C3%BCber")


@pytest.mark.parametrize("trusted", [True, False])
@pytest.mark.parametrize("name", ["localhost", "fremd.example"])
def test_tls_is_verified(tmp_path: Path, trusted: bool, name: str) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    settings = SETTINGS.model_copy(update={"ca_bundle": bundle if trusted else None})
    with serve({"/a": response(page())}, tls=context) as press:
        (row,) = run(tmp_path, [f"https://localhost:{press.port}/a"], settings, resolve=lambda *_: [(socket.AF_INET, "127.0.0.1")])
    assert row.outcome == ("fetched" if trusted and name == "localhost" else "tls_error")


def test_the_time_limit_holds_under_tls(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    settings = SETTINGS.model_copy(update={"ca_bundle": bundle})
    with serve({"/a": drip_body}, tls=context) as press:
        (row,) = run(tmp_path, [f"https://localhost:{press.port}/a"], settings, resolve=lambda *_: [(socket.AF_INET, "127.0.0.1")])
    assert row.outcome == "timeout"


def test_a_failure_that_passes_is_tried_again(tmp_path: Path) -> None:
    answers = iter([lambda _: response("", "503 Service Unavailable", retry_after="0"), reset, lambda _: response(page())])
    with serve({"/a": lambda request: next(answers)(request)}) as press:
        rows = run(tmp_path, [press.url("/a")], SETTINGS.model_copy(update={"retries": 3}))
    assert [r.outcome for r in rows] == ["rate_limited", "connection_error", "fetched"]
    assert len({r.fetch_id for r in rows}) == 3


def test_a_host_that_wants_an_hour_is_left_alone(tmp_path: Path) -> None:
    with serve({"/1": response("", "429 Too Many Requests", retry_after="3600"), "/2": response(page()), "/3": response(page())}) as press:
        rows = run(tmp_path, [press.url(f"/{n}") for n in (1, 2, 3)], SETTINGS.model_copy(update={"retries": 3}))
        assert press.paths() == ["/1"]
    assert [r.outcome for r in rows] == ["rate_limited", "postponed", "postponed"]


def test_a_host_that_wants_a_day_between_requests_is_asked_once(tmp_path: Path) -> None:
    robots = response("User-agent: *\nCrawl-delay: 86400", content_type="text/plain")
    with serve({"/robots.txt": robots, **{f"/{n}": response(page()) for n in range(3)}}) as press:
        rows = run(tmp_path, [press.url(f"/{n}") for n in range(3)])
        assert press.paths() == ["/0"]
    assert [r.outcome for r in rows] == ["fetched", "postponed", "postponed"]
    assert "86400" in (rows[1].reason or "")


def test_a_hiccup_of_robots_txt_does_not_cost_the_run(tmp_path: Path) -> None:
    answers = iter([response("", "502 Bad Gateway"), response("User-agent: *\nAllow: /", content_type="text/plain")])
    with serve({"/robots.txt": lambda request: next(answers), "/a": response(page())}) as press:
        assert [r.outcome for r in run(tmp_path, [press.url("/a")], SETTINGS.model_copy(update={"retries": 1}))] == ["fetched"]


def test_the_time_limit_holds_after_a_redirect_to_another_host(tmp_path: Path) -> None:
    with serve({"/b": drip_body}, host="127.0.0.4") as other, serve({"/a": response("", "302 Found", location=other.url("/b"))}) as press:
        assert [r.outcome for r in run(tmp_path, [press.url("/a")])] == ["timeout"]


def test_a_host_that_is_down_is_not_tried_for_every_page(tmp_path: Path) -> None:
    with serve({"/robots.txt": response("", content_type="text/plain"), **{f"/{n}": reset for n in range(20)}}) as press:
        rows = run(tmp_path, [press.url(f"/{n}") for n in range(20)])
    assert [r.outcome for r in rows].count("postponed") == 16


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("Tue, 04 Mar 2025 12:01:00 GMT", 60),
        ("Tue, 04 Mar 2025 11:00:00 GMT", 0),
        ("soon", None),
        ("", None),
        (None, None),
        ("-5", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


@pytest.mark.parametrize(
    "title",
    [
        *("404", "404 Not Found", "Fehler 404", "404 - Seite", "Seite nicht gefunden – Blatt", "Page not found | Daily"),
        *("Der Artikel existiert nicht mehr", "Not Found", "Diese Seite ist leider nicht mehr verfügbar"),
    ],
)
def test_error_pages_are_recognised(title: str) -> None:
    assert soft_404(page(title).encode())


@pytest.mark.parametrize(
    "title",
    [
        "404 Millionen Nutzer bei TikTok",
        "Vermisster Junge nicht gefunden: Suche geht weiter",
        "Warum die Seite „nicht gefunden“ wird und was Behörden dagegen tun wollen",
        "410 neue Stellen in Köln",
    ],
)
def test_articles_about_what_was_not_found_are_none(title: str) -> None:
    assert soft_404(page(title).encode()) is None


def test_front_pages() -> None:
    assert [is_front_page(f"https://b.example{p}") for p in ("", "/", "/index.php", "/a", "/politik/")] == [True, True, True, False, False]
