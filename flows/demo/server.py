"""Serve the demo press on loopback, with ETags, so that a second run fetches conditionally."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from flows.demo.pages import render_press
from presslake.errors import PresslakeError

PORTS = range(8791, 8800)
"""The first free one is taken: the same port gives the same addresses, and so the same articles, on every run."""


@dataclass(frozen=True, slots=True)
class DemoPress:
    base: str
    """``http://127.0.0.1:<port>``."""
    config: str
    """The text of a ``sources.toml`` for it."""


@contextlib.contextmanager
def serve_press(ports: range = PORTS) -> Iterator[DemoPress]:
    """Serve the press while the context is open. Raises PresslakeError when no port is free."""
    server = _bind(ports)
    base = f"http://127.0.0.1:{server.server_port}"
    resources = render_press(base)
    server.resources = {path: (kind, body, f'"{hashlib.sha256(body).hexdigest()[:16]}"') for path, (kind, body) in resources.items()}
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield DemoPress(base, demo_config(base))
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    resources: dict[str, tuple[str, bytes, str]]


def _bind(ports: range) -> _Server:
    for port in ports:
        with contextlib.suppress(OSError):
            return _Server(("127.0.0.1", port), _Handler)
    raise PresslakeError(f"the demo press found no free port in {ports.start}-{ports.stop - 1}: stop what listens there, then run again")


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        resource = self.server.resources.get(self.path.partition("?")[0])
        if resource is None:
            self._answer(404, "text/html; charset=utf-8", b"<h1>Seite nicht gefunden</h1>", None)
        elif self.headers.get("If-None-Match") == resource[2]:
            self._answer(304, resource[0], b"", resource[2])
        else:
            self._answer(200, *resource)

    do_HEAD = do_GET  # noqa: N815 - the base class looks methods up by this name

    def _answer(self, status: int, kind: str, body: bytes, etag: str | None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if etag:
            self.send_header("ETag", etag)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing: the pipeline reports its fetches itself."""


def demo_config(base: str) -> str:
    """``sources.toml`` for the press at ``base``: the smallest useful example of one."""
    return f"""# The demo press of presslake. Your own sources look just like this: see docs/guides/sources.md.
[settings]
user_agent = "presslake-demo/0.1 (+https://presslake.example/bot)"
delay_seconds = 0.0                  # our own server; leave the default of one second for others
allow_networks = ["127.0.0.0/8"]     # loopback is refused unless it is allowed by name

[sources.morgenkurier]
name = "Morgenkurier Lindenau"
country = "DE"
language = "de"
time_zone = "Europe/Berlin"
feeds = ["{base}/morgenkurier/feed.xml"]
sitemaps = ["{base}/morgenkurier/sitemap.xml"]
rights = "full_text"

[sources.netzblick]
name = "Netzblick"
country = "DE"
language = "de"
time_zone = "Europe/Berlin"
feeds = ["{base}/netzblick/feed.xml"]
sitemaps = ["{base}/netzblick/sitemap.xml"]
rights = "full_text"

[sources.harboursignal]
name = "The Harbour Signal"
country = "GB"
language = "en"
time_zone = "Europe/London"
feeds = ["{base}/harboursignal/feed.xml"]
sitemaps = ["{base}/harboursignal/sitemap.xml"]
rights = "excerpt"
"""
