"""One spelling per URL, no secrets, no private networks."""

import contextlib
import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.addresses import BadAddressError, BlockedAddressError, is_allowed, parse_url, redact, resolve_allowed


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("HTTP://Blatt.Example:80/a#b", "http://blatt.example/a"),
        ("https://blatt.example", "https://blatt.example/"),
        (" https://blatt.example/ä?q=ü ", "https://blatt.example/%C3%A4?q=%C3%BC"),
        ("https://müller.example/", "https://xn--mller-kva.example/"),
        ("https://blatt.example/a/../b", "https://blatt.example/b"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("http://anna:geheim@blatt.example/", "http://blatt.example/"),
    ],
)
def test_urls_have_one_spelling(text: str, href: str) -> None:
    assert parse_url(text).href == href
    assert parse_url(href).href == href


@pytest.mark.parametrize(
    "text",
    ["", "blatt.example", "ftp://b.example/", "file:///etc/passwd", "javascript:alert(1)", "http://", "http://a b/", "http://x.example:99999/"],
)
def test_what_is_no_web_address_says_so(text: str) -> None:
    with pytest.raises(BadAddressError):
        parse_url(text)


@given(st.text(max_size=30))
def test_any_text_is_a_url_or_a_bad_one(text: str) -> None:
    with contextlib.suppress(BadAddressError):
        assert parse_url(text).href.startswith(("http://", "https://"))


@given(st.text("abc:@/?#%", max_size=20))
def test_no_secret_is_left(text: str) -> None:
    assert "geheim" not in redact(f"https://anna:geheim@blatt.example/{text}")
    with pytest.raises(BadAddressError) as error:
        parse_url(f"nope://anna:geheim@x/{text}")
    assert "geheim" not in str(error.value)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "127.9.9.9",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
        ),
        *(
            "::1",
            "::",
            "fe80::1",
            "fe80::1%eth0",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
        ),
        *("192.0.2.1", "198.18.0.1", "203.0.113.1", "240.0.0.1", "2001:db8::1"),
    ],
)
def test_private_and_special_addresses_are_refused(address: str) -> None:
    assert not is_allowed(address, ())


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_allowed(address, ())


def test_a_network_is_allowed_by_name_only() -> None:
    networks = (ipaddress.ip_network("10.1.0.0/16"), ipaddress.ip_network("fd00::/8"))
    allowed = {a: is_allowed(a, networks) for a in ("10.1.2.3", "10.2.0.1", "::ffff:10.1.2.3", "fd00::1", "127.0.0.1")}
    assert allowed == {"10.1.2.3": True, "10.2.0.1": False, "::ffff:10.1.2.3": True, "fd00::1": True, "127.0.0.1": False}


def test_only_the_allowed_of_several_addresses_are_used() -> None:
    def resolve(host: str, port: int):
        return [(socket.AF_INET, "10.0.0.1"), (socket.AF_INET, "93.184.215.14")]

    assert resolve_allowed("b.example", 80, (), resolve) == [(socket.AF_INET, "93.184.215.14")]
    with pytest.raises(BlockedAddressError, match="allow_networks"):
        resolve_allowed("b.example", 80, (), lambda h, p: [(socket.AF_INET, "10.0.0.1")])
