"""Who listens on a port of this machine: what ``presslake doctor`` says of the ports that ``serve`` and ``explore`` take."""

from __future__ import annotations

import errno
import json
import socket
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"
SERVE, EXPLORE = 4200, 8780
"""What ``presslake serve`` and ``presslake explore`` take where no other is named."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who holds a port, and what it serves."""

    process: str
    serves: str | None
    """``flow server`` or ``explorer``, where it is one of those; else None."""


def listener(port: int) -> Listener | None:
    """Who holds ``port`` on loopback; None where it is free. Raises OSError where it may not be taken at all (ports below 1024)."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do, so that one that has just ended does not count
        try:
            probe.bind((LOOPBACK, port))
        except OSError as e:
            if e.errno != errno.EADDRINUSE:
                raise
        else:
            return None
    return Listener(_process(port), _serves(port))


def _process(port: int) -> str:
    import psutil

    try:
        for c in psutil.net_connections("tcp"):
            if c.status == psutil.CONN_LISTEN and c.laddr and c.laddr.port == port and c.pid:
                return f"{psutil.Process(c.pid).name()} (process {c.pid})"
    except psutil.Error:
        pass
    return "a process of another account"


def _serves(port: int) -> str | None:
    if _get(f"http://{LOOPBACK}:{port}/api/health").strip() == b"true":
        return "flow server"
    return "explorer" if b"presslake" in _get(f"http://{LOOPBACK}:{port}/")[:4000] else None


def server_version(api_url: str) -> str:
    """Version of the flow engine that answers at ``api_url``. Raises OSError or ValueError where none does."""
    return str(json.loads(_read(f"{api_url.rstrip('/')}/admin/version", 5)))


def _get(url: str) -> bytes:
    try:
        return _read(url, 1)
    except (OSError, ValueError):
        return b""


def _read(url: str, timeout: float) -> bytes:
    from urllib.request import urlopen

    with urlopen(url, timeout=timeout) as answer:  # noqa: S310 - loopback, or the address that the user configured
        return bytes(answer.read(100_000))
