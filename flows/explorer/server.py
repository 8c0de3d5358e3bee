"""A server on loopback for a snapshot and its explorer: reads only, answers byte ranges, sees nothing outside the directory."""

from __future__ import annotations

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flows.explorer.page import FILE_NAME, explorer_html

_TYPES = {".html": "text/html; charset=utf-8", ".json": "application/json", ".parquet": "application/vnd.apache.parquet"}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def serve(directory: Path, port: int = 0) -> ThreadingHTTPServer:
    """A server for the snapshot in ``directory`` on 127.0.0.1, not yet running: call ``serve_forever()``, then ``shutdown()``.

    ``port`` 0 takes a free one (``server.server_address[1]``). ``/`` and ``/explorer.html`` are the explorer; HTML, JSON and
    Parquet files of the directory are served read-only. Raises OSError where the port is taken.
    """
    root, page = directory.resolve(), explorer_html().encode()

    class Handler(_Handler):
        def body(self, path: str) -> tuple[str, bytes | Path] | None:
            if path in ("", FILE_NAME):
                return ".html", page
            file = (root / path).resolve()
            if file.is_relative_to(root) and file.is_file() and file.suffix in _TYPES:
                return file.suffix, file
            return None

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def body(self, path: str) -> tuple[str, bytes | Path] | None:
        raise NotImplementedError

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        # Any site may make a browser ask 127.0.0.1 by a name of its own; it must not read the answer.
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0]
        path = unquote(urlsplit(self.path).path).lstrip("/")
        found = self.body(path) if host in ("127.0.0.1", "localhost") and "\0" not in path else None
        if found is None:
            self._send(404, ".html", b"not found", with_body=with_body)
            return
        suffix, content = found
        size = len(content) if isinstance(content, bytes) else content.stat().st_size
        span = _span(self.headers.get("Range"), size)
        if span is None:
            self._send(416, suffix, b"", with_body=with_body, headers={"Content-Range": f"bytes */{size}"})
            return
        start, end = span
        partial = (start, end) != (0, size)
        headers = {"Content-Range": f"bytes {start}-{end - 1}/{size}"} if partial else {}
        self._send(206 if partial else 200, suffix, _read(content, start, end) if with_body else end - start, with_body=with_body, headers=headers)

    def _send(self, status: int, suffix: str, body: bytes | int, *, with_body: bool, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        fixed = {
            "Content-Type": _TYPES[suffix],
            "Content-Length": str(body if isinstance(body, int) else len(body)),
            "Accept-Ranges": "bytes",
            "Cache-Control": "no-cache",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        for name, value in (fixed | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        if with_body and isinstance(body, bytes):
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing: the reader's clicks are no business of the log."""


def _span(header: str | None, size: int) -> tuple[int, int] | None:
    """The half-open range that ``Range`` asks for; the whole where it is missing or not understood; None where it lies outside."""
    match = _RANGE.fullmatch(header or "")
    if not match or match.groups() == ("", ""):
        return 0, size
    first, last = match.groups()
    if first == "":
        return max(0, size - int(last)), size
    start, end = int(first), min(size, int(last) + 1 if last else size)
    return (start, end) if start < size and start < end else None


def _read(content: bytes | Path, start: int, end: int) -> bytes:
    if isinstance(content, bytes):
        return content[start:end]
    with content.open("rb") as file:
        file.seek(start)
        return file.read(end - start)
