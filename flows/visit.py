"""One visit to one URL: through its redirects to the response at the end, each hop allowed by address and by robots.txt."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import requests
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar
from urllib3.util.request import ACCEPT_ENCODING

from flows.addresses import BadAddressError, Resolve, Url, parse_url, system_resolve
from flows.archive import Clock, Reply
from flows.faults import classify, is_front_page, read_limited, retry_after, soft_404
from flows.guard import Deadline, GuardedAdapter
from flows.permit import Decision
from flows.state import Outcome, UrlState
from presslake.settings import Settings

_PAGE_TYPES = re.compile(r"(text/|application/(xhtml|xml|json|ld\+json|rss|atom)|[^;]{0,100}\+xml)", re.IGNORECASE)
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.8,*/*;q=0.1"
_REDIRECTS = (301, 302, 303, 307, 308)


def _ignore(host: str) -> None: ...


@dataclass(slots=True)
class Visit:
    """What a visit came to."""

    outcome: Outcome = Outcome.FETCHED
    reason: str | None = None
    reply: Reply | None = None
    final_url: str | None = None
    hops: tuple[str, ...] = ()
    hop_replies: list[tuple[str, Reply]] = field(default_factory=list)
    decision: Decision = field(default_factory=Decision)
    retry_after: float | None = None
    on_send: Callable[[str], None] = _ignore
    """Told the host of each request as it goes out."""

    def fail(self, outcome: Outcome, reason: str) -> Visit:
        self.outcome, self.reason = outcome, reason
        return self


class Allow(Protocol):
    """Asked before each hop: whether it may be followed; waits until its host may be asked."""

    def __call__(self, url: Url, /, *, same_host: bool) -> Decision: ...


def allow_all(url: Url, *, same_host: bool) -> Decision:
    """For the files of rules themselves."""
    return Decision()


class Visitor:
    """Makes requests; may be used by many threads."""

    def __init__(self, settings: Settings, clock: Clock, resolve: Resolve = system_resolve) -> None:
        self.settings, self.clock = settings, clock
        self._adapter = GuardedAdapter(settings.allow_networks, resolve)
        self._verify: bool | str = str(settings.ca_bundle) if settings.ca_bundle else True

    def close(self) -> None:
        self._adapter.close()

    def visit(self, visit: Visit, url: Url, known: UrlState | None, allow: Allow, *, own: bool = False) -> Visit:
        """Follow ``url`` to its end and fill ``visit``. ``own`` marks what is no page: feeds, sitemaps, rules."""
        jar = RequestsCookieJar()  # cookies live for one visit: some outlets redirect in circles without them
        following: Url | None = url
        while following is not None:
            url = following
            condition = known if known is not None and url.href == (known.final_url or url.href) else None
            with Deadline(self.settings.timeout_seconds) as deadline:
                try:
                    location = self._ask(visit, url, condition, jar, deadline, own=own)
                except Exception as e:  # a server may do anything; what it did becomes the outcome
                    visit.reply = None
                    return visit.fail(*classify(e, deadline, self.settings.timeout_seconds))
            following = None if location is None else self._redirect(visit, url, location, allow)
        return visit

    def _ask(self, visit: Visit, url: Url, condition: UrlState | None, jar: RequestsCookieJar, deadline: Deadline, *, own: bool) -> str | None:
        """One request: where it redirects to, or None once ``visit`` has its end."""
        visit.on_send(url.host)
        with self.send(url, self._condition(condition), jar) as response:
            location = response.headers.get("location") if response.status_code in _REDIRECTS else None
            if location is None:
                self._receive(visit, response, url, deadline, condition, own=own)
                return None
            visit.hop_replies.append((url.href, _head(response)))
            extract_cookies_to_jar(jar, response.request, response.raw)  # type: ignore[no-untyped-call]
            return location

    def _redirect(self, visit: Visit, url: Url, location: str, allow: Allow) -> Url | None:
        """The URL that a redirect leads to, or None if the way ends here (``visit`` says why)."""
        visit.hops = (*visit.hops, url.href)
        try:
            following = parse_url(_utf8(location), url.href)
        except BadAddressError as e:
            visit.fail(Outcome.BAD_URL, f"redirected to what is not fetched: {e}")
            return None
        visit.final_url = following.href
        if len(visit.hops) > self.settings.max_redirects:
            visit.fail(Outcome.TOO_MANY_REDIRECTS, f"more than {self.settings.max_redirects} redirects")
            return None
        if visit.hops.count(following.href) > 1:  # once is what a cookie wall does
            visit.fail(Outcome.TOO_MANY_REDIRECTS, f"redirected in a circle at {following.href}")
            return None
        same_host = following.host == url.host
        decision = allow(following, same_host=same_host)
        visit.decision = decision
        if decision.outcome:
            visit.fail(Outcome(decision.outcome), f"redirected to {following.href}: {decision.reason}")
            return None
        return dataclasses.replace(following, auth=url.auth) if same_host and following.auth is None else following

    def _condition(self, known: UrlState | None) -> dict[str, str]:
        """Headers that ask for a page only if it has changed."""
        fields = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified} if known is not None else {}
        return {k: v for k, v in fields.items() if v}

    def send(self, url: Url, headers: Mapping[str, str], jar: RequestsCookieJar | None = None) -> requests.Response:
        """One request, its body not read yet. Raises what requests raises."""
        fields = {"User-Agent": self.settings.user_agent, "Accept": _ACCEPT, "Accept-Encoding": ACCEPT_ENCODING, **headers}
        if self.settings.contact:
            fields["From"] = self.settings.contact
        request = requests.Request("GET", url.href, headers=fields, auth=url.auth, cookies=jar).prepare()
        return self._adapter.send(request, stream=True, timeout=self.settings.timeout_seconds, verify=self._verify)

    def _receive(self, visit: Visit, response: requests.Response, url: Url, deadline: Deadline, known: UrlState | None, *, own: bool) -> None:
        visit.final_url = url.href
        visit.retry_after = retry_after(response.headers.get("retry-after"), self.clock())
        head = visit.reply = _head(response)
        if response.status_code == 304:
            if not self._condition(known):
                visit.fail(Outcome.BAD_RESPONSE, "304 Not Modified to a request without a condition")
            else:
                visit.outcome = Outcome.NOT_MODIFIED
            return
        content_type = response.headers.get("content-type", "").strip()
        if response.status_code < 400 and not own and content_type and not _PAGE_TYPES.match(content_type):
            visit.fail(Outcome.WRONG_TYPE, f"{content_type[:100]} is no page")
            visit.reply = dataclasses.replace(head, truncated="length")
            response.close()
            return
        body, trouble = read_limited(response, self.settings.max_bytes, deadline, self.settings.timeout_seconds)
        visit.reply = dataclasses.replace(head, body=body)
        if trouble is not None:
            visit.fail(*trouble)
            cut = {Outcome.TOO_LARGE: "length", Outcome.TIMEOUT: "time"}.get(trouble[0], "disconnect")
            visit.reply = dataclasses.replace(head, body=body, truncated=cut)
        else:
            self._judge(visit, url, body, own=own)

    def _judge(self, visit: Visit, url: Url, body: bytes, *, own: bool) -> None:
        """Set the outcome of a whole response."""
        reply = visit.reply
        assert reply is not None
        said = f"{reply.status} {reply.reason}".strip()
        if reply.status in (404, 410):
            visit.fail(Outcome.NOT_FOUND, said)
        elif reply.status == 429 or (reply.status == 503 and visit.retry_after is not None):
            wait = f", asks to wait {visit.retry_after:.0f} s" if visit.retry_after is not None else ""
            visit.fail(Outcome.RATE_LIMITED, said + wait)
        elif not 200 <= reply.status < 300 or reply.status in (204, 205, 206):
            visit.fail(Outcome.HTTP_ERROR, said)
        elif not own and visit.hops and is_front_page(url.href) and not is_front_page(visit.hops[0]):
            visit.fail(Outcome.HOME_REDIRECT, f"sent to the front page {url.href}")
        elif not own and (title := soft_404(body)):
            visit.fail(Outcome.SOFT_404, f"says {said} but is an error page: {title!r}")


def _head(response: requests.Response) -> Reply:
    """Status and headers as they are archived: the body is kept decoded, so the headers of its coding are kept under another name."""
    headers = []
    for name, value in response.raw.headers.items():
        name, value = _utf8(name), _utf8(value)
        if name.lower() in ("content-encoding", "transfer-encoding", "content-length"):
            name = f"X-Crawler-{name}"
        headers.append((name, value))
    return Reply(response.status_code, _utf8(response.reason or ""), tuple(headers))


def _utf8(text: str | bytes) -> str:
    """A header as it was meant: http.client reads latin-1, servers often write UTF-8."""
    raw = text if isinstance(text, bytes) else text.encode("latin-1", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
