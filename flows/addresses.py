"""Addresses: one spelling per URL, no secrets in what is stored, and which networks may be talked to."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import ada_url

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = tuple[socket.AddressFamily, str]
Resolve = Callable[[str, int], Sequence[Address]]
"""Host and port → families and addresses; raises OSError if there are none."""

_NEVER = tuple(
    ipaddress.ip_network(n)
    for n in (
        "100.64.0.0/10",  # carrier-grade NAT: can lead into a provider's own network
        "192.88.99.0/24",  # 6to4 relay
        "64:ff9b::/96",  # NAT64: an IPv4 address in disguise
        "64:ff9b:1::/48",
        "2002::/16",  # 6to4, likewise
    )
)


class BadAddressError(ValueError):
    """A URL that is none, or that is not http(s); says why."""


class BlockedAddressError(Exception):
    """A host that leads to an address we do not talk to; says which."""


@dataclass(frozen=True, slots=True)
class Url:
    """A URL to fetch: ``href`` is what may be stored and logged, the secrets stand apart."""

    href: str
    host: str
    """Host and port: the unit of politeness."""
    auth: tuple[str, str] | None = None


def parse_url(text: str, base: str | None = None) -> Url:
    """Read ``text`` as browsers do (IDN to punycode, escapes), drop the fragment and set user and password apart.

    >>> parse_url("HTTP://user:secret@Zeitung.example:80/a b#top").href
    'http://zeitung.example/a%20b'

    Raises BadAddressError for anything but an http or https URL.
    """
    try:
        url = ada_url.URL(text.strip(), base) if base else ada_url.URL(text.strip())
    except ValueError:
        raise BadAddressError(f"not a URL: {redact(text)[:200]}") from None
    if url.protocol not in ("http:", "https:"):
        raise BadAddressError(f"only http and https are fetched, not {url.protocol[:40]}")
    if not url.hostname:
        raise BadAddressError("no host")
    auth = (url.username, url.password) if url.username or url.password else None
    url.username = url.password = url.hash = ""
    return Url(str(url.href), str(url.host), auth)


def redact(text: str) -> str:
    """``text`` without the user and password of a URL.

    >>> redact("https://user:secret@zeitung.example/feed")
    'https://zeitung.example/feed'
    """
    scheme, mark, rest = text.partition("://")
    if not mark:
        return text
    end = min((i for i in map(rest.find, "/?#") if i >= 0), default=len(rest))
    return scheme + mark + rest[:end].rpartition("@")[2] + rest[end:]


def system_resolve(host: str, port: int) -> list[Address]:
    """Addresses of ``host`` as the operating system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys((family, str(sockaddr[0])) for family, _, _, _, sockaddr in found))


def is_allowed(address: str, networks: Iterable[Network]) -> bool:
    """Whether ``address`` is a public one, or lies in one of the ``networks`` that the settings allow.

    >>> is_allowed("127.0.0.1", ()), is_allowed("::ffff:10.0.0.1", ()), is_allowed("93.184.215.14", ())
    (False, False, True)
    """
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if any(ip.version == n.version and ip in n for n in networks):
        return True
    return ip.is_global and not ip.is_multicast and not any(ip.version == n.version and ip in n for n in _NEVER)


def resolve_allowed(host: str, port: int, networks: Iterable[Network], resolve: Resolve = system_resolve) -> list[Address]:
    """Addresses of ``host`` that may be talked to.

    Raises BlockedAddressError if there are only others, OSError (``socket.gaierror``) if the name is not known.
    """
    networks = tuple(networks)
    found = resolve(host.strip("[]"), port)
    allowed = [a for a in found if is_allowed(a[1], networks)]
    if not allowed:
        addresses = ", ".join(sorted({a for _, a in found}))
        raise BlockedAddressError(f"{host} leads to {addresses}, not a public address; allow it with settings.allow_networks if it is meant")
    return allowed
