"""Transport of ``flows.fetch``: a requests adapter that connects only to allowed addresses and keeps a wall-clock limit.

The address that was checked is the address that is connected to, for every connection: a name that changes its mind (DNS rebinding) or a redirect
gains nothing. TLS is verified against the name.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.poolmanager import PoolManager

from flows.addresses import Network, Resolve, resolve_allowed, system_resolve

_current = threading.local()


class Deadline:
    """A wall-clock limit for the requests of this thread: when it is over, the connection in use is cut.

    Socket timeouts do not do: they start again with every byte of a slow drip.
    """

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self._connection: HTTPConnection | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        _current.deadline = self
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._timer.cancel()
        _current.deadline = None

    def watch(self, connection: HTTPConnection) -> None:
        self._connection = connection
        if self.expired:
            self._cut()

    def _cut(self) -> None:
        self.expired = True
        sock = getattr(self._connection, "sock", None)
        if sock is not None:
            with contextlib.suppress(OSError):  # it may be gone already
                # an SSLSocket's own shutdown would pull its state away under the reading thread
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


class _Guarded:
    """Mixed into urllib3's connections; ``networks`` and ``resolve`` are set on the subclass that an adapter makes."""

    networks: tuple[Network, ...] = ()
    resolve: Any = staticmethod(system_resolve)
    host: str
    port: int
    timeout: float | None
    _dns_host: str
    socket_options: Any

    def _new_conn(self) -> socket.socket:
        connection: Any = self
        try:
            addresses = resolve_allowed(self._dns_host, self.port, self.networks, self.resolve)
        except (OSError, UnicodeError) as e:
            raise NameResolutionError(self.host, connection, e) from e  # type: ignore[arg-type]  # UnicodeError: a label too long for DNS
        error: OSError | None = None
        for family, address in addresses:
            try:
                return self._connect(family, address)
            except TimeoutError as e:
                raise ConnectTimeoutError(connection, f"no answer from {self.host} within {self.timeout} s") from e
            except OSError as e:
                error = e
        raise NewConnectionError(connection, f"cannot connect to {self.host}: {error}") from error

    def _connect(self, family: socket.AddressFamily, address: str) -> socket.socket:
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            for option in self.socket_options or ():
                sock.setsockopt(*option)
            sock.settimeout(self.timeout if isinstance(self.timeout, int | float) else None)
            sock.connect((address, self.port))
        except BaseException:
            sock.close()
            raise
        return sock

    def _watch(self) -> None:
        deadline: Deadline | None = getattr(_current, "deadline", None)
        if deadline is not None:
            deadline.watch(self)  # type: ignore[arg-type]  # a mixin of HTTPConnection


class _Http(_Guarded, HTTPConnection):
    def connect(self) -> None:
        super().connect()
        self._watch()

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._watch()
        super().request(*args, **kwargs)


class _Https(_Guarded, HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self._watch()

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._watch()
        super().request(*args, **kwargs)


class GuardedAdapter(HTTPAdapter):
    """Connects to public addresses and to those in ``networks`` only; ``resolve`` replaces DNS in tests."""

    def __init__(self, networks: Iterable[Network] = (), resolve: Resolve = system_resolve, pools: int = 256) -> None:
        members = {"networks": tuple(networks), "resolve": staticmethod(resolve)}
        self._http = type("HTTPPool", (HTTPConnectionPool,), {"ConnectionCls": type("HTTPGuarded", (_Http,), members)})
        self._https = type("HTTPSPool", (HTTPSConnectionPool,), {"ConnectionCls": type("HTTPSGuarded", (_Https,), members)})
        super().__init__(pool_connections=pools, pool_maxsize=2, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": self._http, "https": self._https}
