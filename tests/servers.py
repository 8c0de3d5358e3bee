"""Servers on loopback: a press that may misbehave, of which the tests say byte by byte what it answers; and an object store."""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

Answer = bytes | Callable[["Request"], bytes | None]


@dataclass(frozen=True)
class Request:
    path: str
    headers: Mapping[str, str]
    sock: socket.socket


@dataclass
class Press:
    """``answers`` by path: whole responses as bytes, or a function that gives them or writes to the socket itself (then it gives None)."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    scheme: str = "http"
    host: str = "127.0.0.1"

    def url(self, path: str) -> str:
        return f"{self.scheme}://{self.host}:{self.port}{path}"

    def paths(self, *, rules: bool = False) -> list[str]:
        """Paths asked for, in order; without robots.txt and its like unless ``rules``."""
        return [r.path for r in self.requests if rules or r.path not in ("/robots.txt", "/ai.txt", "/.well-known/tdmrep.json")]


@contextlib.contextmanager
def s3_server() -> Iterator[str]:
    """An S3 server; gives its address."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def response(body: bytes | str = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A whole response; header names with underscores for hyphens, ``content_length=""`` leaves it out."""
    raw = body.encode() if isinstance(body, str) else body
    fields = {"content_type": "text/html; charset=utf-8", "content_length": str(len(raw)), "connection": "close"} | headers
    lines = [f"HTTP/1.1 {status}", *(f"{k.replace('_', '-')}: {v}" for k, v in fields.items() if v)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8") + raw


def page(title: str = "Neues vom Marktplatz", text: str = "Ein Satz. " * 20) -> str:
    return f"<!doctype html><html lang=de><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{text}</p></article></body></html>"


@contextlib.contextmanager
def serve(answers: Mapping[str, Answer] | None = None, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Press]:
    """Serve ``answers`` until the block ends. What is not in it is answered by 404."""
    press = Press(answers=dict(answers or {}), scheme="https" if tls else "http", host=host)
    listener = socket.create_server((host, 0), backlog=256)
    press.port = listener.getsockname()[1]

    def handle(sock: socket.socket) -> None:
        with contextlib.suppress(OSError, ssl.SSLError), contextlib.closing(tls.wrap_socket(sock, server_side=True) if tls else sock) as conn:
            conn.settimeout(10)
            while (request := _read(conn)) is not None:
                press.requests.append(request)
                answer = press.answers.get(request.path, response(b"<title>404</title>", "404 Not Found"))
                data = answer(request) if callable(answer) else answer
                if data is None:
                    return
                conn.sendall(data)
                if b"connection: close" in data[:2000].lower():
                    return

    def accept() -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=handle, args=(sock,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield press
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(2)


def _read(conn: socket.socket) -> Request | None:
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = conn.recv(65536)
        if not chunk:
            return None
        data += chunk
    first, *lines = data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    return Request(first.split(" ")[1], {k.lower(): v.strip() for k, _, v in (x.partition(":") for x in lines)}, conn)
