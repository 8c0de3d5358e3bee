"""A test press on loopback for ``benchmarks/fetch.py``: many hosts by name behind one port, in a process of its own.

Every host has a robots.txt, a sitemap and pages; some hosts misbehave (see ``KINDS``). ``/__stats`` tells what was asked of each host and when.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import multiprocessing
import socket
import time
from collections import defaultdict
from collections.abc import Iterator
from multiprocessing.connection import Connection

KINDS = ("plain", "robots", "tdm", "bomb", "private", "busy", "endless", "slow")
"""What a host with faults does on its odd pages; ``plain`` hosts behave."""

PRIVATE = "127.0.0.66"
"""Stands for a machine in an internal network, which nobody may be led to."""

_WORDS = "der Markt für kurze Filme wächst weiter und die Plattform teilte am Dienstag mit dass sie neue Regeln für Werbung prüft".split()
_PARAGRAPHS = [f"<p>{' '.join(_WORDS[(a + b * b) % len(_WORDS)] for b in range(60)).capitalize()}.</p>" for a in range(97)]
_BOMB = gzip.compress(b"\0" * 60_000_000)


def page(host: str, number: int, size: int = 20_000) -> bytes:
    """A page of its own text: the same for the same host and number."""
    seed = sum(host.encode()) + number * 7
    text = "".join(_PARAGRAPHS[(seed + n * n) % len(_PARAGRAPHS)] for n in range(max(1, size // len(_PARAGRAPHS[0]))))
    title = f"Meldung {number} von {host}"
    return (
        f"<!doctype html><html lang=de><head><meta charset=utf-8><title>{title}</title>"
        f"<meta property='article:published_time' content='2025-03-04T10:{number % 60:02}:00+01:00'></head>"
        f"<body><article><h1>{title}</h1>{text}</article></body></html>"
    ).encode()


class Press:
    """The server's side."""

    def __init__(self, pages: int, latency: float, faults: bool) -> None:
        self.pages, self.latency, self.faults = pages, latency, faults
        self.asked: dict[str, list[tuple[float, str]]] = defaultdict(list)
        self.port = 0

    def kind(self, host: str) -> str:
        digits = "".join(c for c in host if c.isdigit())
        return KINDS[int(digits or 0) % len(KINDS)] if self.faults else "plain"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                path = head.split(" ", 2)[1]
                host = next((x[5:].strip() for x in head.split("\r\n") if x.lower().startswith("host:")), "").partition(":")[0]
                if path == "/__stats":
                    writer.write(_response(json.dumps(self.asked).encode(), "application/json"))
                    self.asked.clear()
                    continue
                self.asked[host].append((time.time(), path))
                await asyncio.sleep(self.latency)
                writer.write(await self.answer(host, path, writer))
                await writer.drain()
        writer.close()

    async def answer(self, host: str, path: str, writer: asyncio.StreamWriter) -> bytes:
        if host == PRIVATE:
            return _response(page(host, 0))
        kind = self.kind(host)
        if path == "/robots.txt":
            rules = "User-agent: *\nDisallow: /odd/\n" if kind == "robots" else "User-agent: *\nDisallow: /intern/\n"
            return _response(rules.encode(), "text/plain")
        if path == "/.well-known/tdmrep.json" and kind == "tdm":
            return _response(b'[{"location": "/odd/*", "tdm-reservation": 1}]', "application/json")
        if path == "/sitemap.xml":
            urls = "".join(f"<url><loc>{self.url(host, n)}</loc></url>" for n in range(self.pages))
            return _response(f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>".encode(), "application/xml")
        if not path.startswith(("/odd/", "/even/")):
            return _response(b"<title>404</title>", status="404 Not Found")
        return await self.misbehave(kind, host, path) if path.startswith("/odd/") else self.good(host, path)

    def url(self, host: str, number: int) -> str:
        return f"http://{host}:{self.port}/{'odd' if number % 2 else 'even'}/{number}.html"

    def good(self, host: str, path: str) -> bytes:
        return _response(page(host, int(path.rpartition("/")[2].partition(".")[0])))

    async def misbehave(self, kind: str, host: str, path: str) -> bytes:
        if kind == "bomb":
            return _response(_BOMB, extra="Content-Encoding: gzip\r\n")
        if kind == "private":
            return _response(b"", status="302 Found", extra=f"Location: http://{PRIVATE}:{self.port}/admin\r\n")
        if kind == "busy":
            return _response(b"", status="429 Too Many Requests", extra="Retry-After: 1\r\n")
        if kind == "endless":
            return _response(b"", status="302 Found", extra=f"Location: {path}x\r\n")
        if kind == "slow":
            await asyncio.sleep(3)
        return self.good(host, path)


def _response(body: bytes, kind: str = "text/html; charset=utf-8", status: str = "200 OK", extra: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{extra}\r\n".encode() + body


def _main(pipe: Connection, pages: int, latency: float, faults: bool) -> None:
    async def main() -> None:
        press = Press(pages, latency, faults)
        server = await asyncio.start_server(press.serve, "127.0.0.1", 0, backlog=1024)
        press.port = server.sockets[0].getsockname()[1]
        await asyncio.start_server(press.serve, PRIVATE, press.port)
        pipe.send(press.port)
        async with server:
            await server.serve_forever()

    asyncio.run(main())


@contextlib.contextmanager
def running(pages: int, latency: float = 0.02, *, faults: bool = False) -> Iterator[int]:
    """Run the press in another process; gives its port."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_main, args=(theirs, pages, latency, faults), daemon=True)
    process.start()
    theirs.close()  # so that a press that cannot start is noticed
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join(5)


def stats(port: int) -> dict[str, list[tuple[float, str]]]:
    """Requests since the last call by host: when and what."""
    with socket.create_connection(("127.0.0.1", port)) as s:
        s.sendall(b"GET /__stats HTTP/1.1\r\nHost: stats\r\n\r\n")
        f = s.makefile("rb")
        length = 0
        while (line := f.readline().strip()) != b"":
            if line.lower().startswith(b"content-length:"):
                length = int(line[15:])
        return {k: [(t, p) for t, p in v] for k, v in json.loads(f.read(length)).items()}


def hosts(count: int) -> list[str]:
    """Names of the hosts."""
    return [f"blatt{n:03}.press.test" for n in range(count)]
