"""What can come back instead of a page, and how it is recognised."""

from __future__ import annotations

import datetime as dt
import email.utils
import html
import http.client
import re
import socket
import ssl
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    IncompleteRead,
    InvalidChunkLength,
    LocationParseError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)

from flows.addresses import BlockedAddressError
from flows.guard import Deadline
from flows.state import Outcome

_CHUNK = 1 << 16
_CODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate", "br", "zstd"})


def classify(error: BaseException, deadline: Deadline, limit: float) -> tuple[Outcome, str]:
    """Outcome and reason of an exception of a request."""
    chain = _chain(error)
    if deadline.expired or any(_is_timeout(e) for e in chain):
        return Outcome.TIMEOUT, f"no whole answer within {limit:g} s"
    for e in chain:
        match e:
            case BlockedAddressError():
                return Outcome.BLOCKED_ADDRESS, str(e)
            case NameResolutionError() | socket.gaierror():
                return Outcome.DNS_ERROR, "the host's name is not known"
            case SSLError() | ssl.SSLError() | requests.exceptions.SSLError():
                return Outcome.TLS_ERROR, f"TLS: {_words(chain[-1])}"
            case InvalidChunkLength():
                return Outcome.BAD_RESPONSE, "the body is chunked wrongly"
            case IncompleteRead() | http.client.IncompleteRead():
                return Outcome.INCOMPLETE, "the body is shorter than announced"
            case ProtocolError() if "ended prematurely" in str(e):  # the only sign that urllib3 gives
                return Outcome.INCOMPLETE, "the body ends before its last chunk"
            case DecodeError() | requests.exceptions.ContentDecodingError():
                return Outcome.BAD_RESPONSE, f"the body does not decode: {_words(e)}"
            case LocationParseError() | requests.exceptions.InvalidURL() | UnicodeError():
                return Outcome.BAD_URL, f"not a URL that can be asked for: {_words(e)}"
    last = chain[-1]
    if isinstance(last, ConnectionError | OSError) and not isinstance(last, requests.RequestException):
        return Outcome.CONNECTION_ERROR, f"connection: {_words(last)}"
    if any(isinstance(e, ProtocolError | HTTPError | requests.RequestException) for e in chain):
        return Outcome.BAD_RESPONSE, f"not an HTTP response: {_words(last)}"
    return Outcome.BAD_RESPONSE, f"{type(error).__name__}: {_words(error)}"


def read_limited(response: requests.Response, limit: int, deadline: Deadline, seconds: float) -> tuple[bytes, tuple[Outcome, str] | None]:
    """Decoded body of a streamed response, and the outcome where it is not whole. Never holds more than ``limit`` and a chunk."""
    if (coding := _undecodable(response)) is not None:
        response.close()
        return b"", (Outcome.BAD_RESPONSE, f"content coding {coding} is not known")
    body = bytearray()
    try:
        for chunk in response.raw.stream(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > limit:
                response.close()
                return b"", (Outcome.TOO_LARGE, f"more than {limit} bytes, decoded")
            if deadline.expired:
                raise TimeoutError
    except Exception as e:  # a server may do anything; what it did becomes the outcome
        response.close()
        outcome, reason = classify(e, deadline, seconds)
        if outcome == Outcome.CONNECTION_ERROR:
            outcome, reason = Outcome.INCOMPLETE, f"the connection ended before the body did: {reason}"
        return bytes(body), (outcome, reason)
    if deadline.expired:  # cut at the moment in which an unmeasured body seemed to end
        return bytes(body), (Outcome.TIMEOUT, f"no whole answer within {seconds:g} s")
    if body and _is_torn(response):
        return bytes(body), (Outcome.INCOMPLETE, "the compressed body ends before its end")
    return bytes(body), None


def retry_after(value: str | None, now: dt.datetime) -> float | None:
    """Seconds to wait by a Retry-After header, which gives seconds or a date; None if it gives neither.

    >>> retry_after("120", dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    120.0
    """
    if not value:
        return None
    value = value.strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", value):
        return float(value)
    try:
        at = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=dt.UTC)
    return max(0.0, (at - now).total_seconds())


def is_front_page(url: str) -> bool:
    """Whether a URL is the front page of its host.

    >>> is_front_page("https://zeitung.example/index.html"), is_front_page("https://zeitung.example/politik/a-1")
    (True, False)
    """
    return re.fullmatch(r"/?(index\.\w{3,5}|home|start|startseite)?/?", urlsplit(url).path, re.IGNORECASE) is not None


_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{0,300})", re.IGNORECASE)
_NOT_FOUND = re.compile(
    r"^\W*((error|fehler|http|status)\W+)?(404|410)\W*($|[-–—:|]|error|fehler|not |nicht|page|seite|file)"
    r"|\b(404|410)\W{0,3}(error|fehler|not found|nicht gefunden|seite)"
    r"|\b(page|site|article|document) (was )?(not found|(can ?not|could not|can't) be found|does not exist|no longer (exists|available))"
    r"|\b(seite|artikel|beitrag|dokument|inhalt)\b.{0,30}\b(nicht (gefunden|vorhanden|verfügbar|mehr verfügbar)|existiert nicht)"
    r"|^(not found|nicht gefunden)\W*$",
    re.IGNORECASE,
)


def soft_404(body: bytes) -> str | None:
    """The title of an error page that came with status 200; None for any other page.

    Only the beginning of the title counts: an article about a page not found has a headline before it.
    """
    match = _TITLE.search(body, 0, 50_000)
    if match is None:
        return None
    title = " ".join(html.unescape(match[1].decode("utf-8", "replace")).split())
    headline = re.split(r"\s[|–—-]\s", title)[0]
    return title[:100] if len(headline) <= 60 and _NOT_FOUND.search(headline) else None


def _chain(error: BaseException) -> list[BaseException]:
    """``error`` and what caused it, the outermost first."""
    out: list[BaseException] = []
    todo: list[object] = [error]
    while todo and len(out) < 20:
        e = todo.pop(0)
        if isinstance(e, BaseException) and e not in out:
            out.append(e)
            todo += [e.__cause__, e.__context__, getattr(e, "reason", None), *e.args]
    return out


def _is_timeout(error: BaseException) -> bool:
    if isinstance(error, NewConnectionError):  # refused or unknown: a subclass of the timeout for the sake of old callers
        return False
    return isinstance(error, TimeoutError | ReadTimeoutError | ConnectTimeoutError)


def _undecodable(response: requests.Response) -> str | None:
    """Codings of a response that we neither asked for nor know; they would be kept as if they were the page."""
    codings = [c.strip().lower() for c in response.headers.get("content-encoding", "").split(",")]
    unknown = [c for c in codings if c not in _CODINGS]
    return ", ".join(unknown)[:100] or None


def _is_torn(response: requests.Response) -> bool:
    """Whether a compressed body ended before its coding did, which urllib3 lets pass (its decoder is no contract: unknown means whole)."""
    decoder = getattr(response.raw, "_decoder", None)
    return getattr(getattr(decoder, "_obj", None), "eof", True) is False


def _words(error: BaseException) -> str:
    """The message of an exception on one line, without memory addresses."""
    text = re.sub(r"<[\w.]+ object at 0x[0-9a-f]+>:? ?", "", str(error)) or type(error).__name__
    return " ".join(text.split())[:200]
