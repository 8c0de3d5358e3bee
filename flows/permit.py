"""What we may do with a page, and which rule says so: robots.txt, TDM Reservation Protocol, Content-Signal, ai.txt, X-Robots-Tag, meta elements.

robots.txt decides whether a page is fetched (RFC 9309: no file allows all, a server that fails allows nothing). A reservation of text and data
mining (well-known file, then header, then meta element, each overriding the one before; ``noai``, Content-Signal and ai.txt add to it) is recorded
with the page, keeps its full text out of every snapshot, and with ``settings.tdm = "refuse"`` keeps the page from being stored at all.
"""

from __future__ import annotations

import dataclasses
import json
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from presslake.settings import Rights

_BESIDE = ("ai_txt:", "robots: Content-Signal")
"""Rules of reservations beside the TDM Reservation Protocol: a word of that protocol does not take them back."""
ROBOTS, TDMREP, AI_TXT = "/robots.txt", "/.well-known/tdmrep.json", "/ai.txt"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a file of rules gave: ``status`` None means that no answer came, and ``outcome`` and ``reason`` say why."""

    status: int | None
    body: bytes = b""
    outcome: str = "fetched"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What holds for one URL. ``outcome`` is None where it may be fetched."""

    outcome: str | None = None
    reason: str | None = None
    robots_rule: str | None = None
    crawl_delay: float | None = None
    tdm_reserved: bool = False
    tdm_rule: str | None = None


@dataclass(frozen=True, slots=True)
class SiteRules:
    """The rules of one origin."""

    robots: Answer
    tdmrep: Answer
    ai_txt: Answer


# ------------------------------------------------------------------ robots.txt


def check_robots(answer: Answer, url: str, agent: str) -> Decision:
    """Whether robots.txt lets ``agent`` fetch ``url``; the rule says which line decided."""
    if answer.status is None:
        outcome = answer.outcome if answer.outcome not in ("fetched", "http_error") else "refused_robots"
        return Decision(outcome, f"robots.txt cannot be read, so nothing is allowed: {answer.reason}", "unreachable: disallow all")
    if answer.status >= 500 or answer.status == 429:
        return Decision(
            "refused_robots", f"robots.txt answers {answer.status}, so nothing is allowed for now", f"status {answer.status}: disallow all"
        )
    if answer.status >= 400:
        return Decision(robots_rule=f"status {answer.status}: allow all")
    from protego import Protego

    try:
        rules = Protego.parse(answer.body.decode("utf-8-sig", "replace"))
        allowed = rules.can_fetch(url, agent)
        delay, rate = rules.crawl_delay(agent), rules.request_rate(agent)
    except Exception as e:  # a file of rules from anywhere: what cannot be read forbids
        return Decision("refused_robots", f"robots.txt cannot be parsed ({type(e).__name__}), so nothing is allowed", "unreadable: disallow all")
    if rate is not None and rate.requests:
        delay = max(delay or 0.0, rate.seconds / rate.requests)
    rule = _deciding_line(rules, url, agent) or "no rule: allow"
    if allowed:
        return Decision(robots_rule=rule, crawl_delay=delay)
    return Decision("refused_robots", f"robots.txt forbids it: {rule}", rule, delay)


def robots_sitemaps(answer: Answer) -> tuple[str, ...]:
    """Sitemaps that robots.txt names."""
    if answer.status != 200:
        return ()
    from protego import Protego

    return tuple(Protego.parse(answer.body.decode("utf-8-sig", "replace")).sitemaps)


def check_content_signals(answer: Answer, agent: str) -> str | None:
    """The Content-Signal of robots.txt that reserves our use (``ai-input`` or ``ai-train`` set to no); None where there is none.

    Signals stand in the groups of robots.txt and declare themselves reservations under article 4 of directive (EU) 2019/790.
    """
    if answer.status != 200 or b"content-signal" not in answer.body.lower():
        return None
    groups: dict[str, str] = {}
    agents: list[str] = []
    in_rules = False
    for line in answer.body.decode("utf-8-sig", "replace").splitlines()[:20_000]:
        field, _, value = line.partition("#")[0].partition(":")
        field, value = field.strip().lower(), value.strip().lower()
        if field == "user-agent":
            agents = [value] if in_rules else [*agents, value]
            in_rules = False
        elif field:
            in_rules = in_rules or field != "sitemap"
            if field == "content-signal":
                groups |= dict.fromkeys(agents or ["*"], value)
    for signal in groups.get(agent.lower(), groups.get("*", "")).split(","):
        name, _, value = signal.partition("=")
        if name.strip() in ("ai-input", "ai-train") and value.strip() == "no":
            return f"robots: Content-Signal {name.strip()}=no"
    return None


def _deciding_line(rules: object, url: str, agent: str) -> str | None:
    """The group and line that protego went by; None where it cannot be told (its internals are not a contract)."""
    try:
        group = rules._get_matching_rule_set(agent)  # type: ignore[attr-defined]
        if group is None:
            return None
        split = urlsplit(url)
        path = (split.path or "/") + (f"?{split.query}" if split.query else "")
        for rule in group._rules:
            if rule.value.match(path):
                return f"user-agent: {group.user_agent}, {rule.field}: {rule.value._pattern}"
        return f"user-agent: {group.user_agent}, no line matches: allow"
    except AttributeError:
        return None


# ------------------------------------------------------------------ reservations


def check_tdmrep(answer: Answer, url: str) -> tuple[bool, str] | None:
    """What /.well-known/tdmrep.json says of ``url``: reserved or not, and the rule; None where it says nothing."""
    if answer.status != 200:
        return None
    try:
        rules = json.loads(answer.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    path = urlsplit(url).path or "/"
    for rule in rules if isinstance(rules, list) else [rules]:
        if not isinstance(rule, dict):
            continue
        location, value = rule.get("location", "/"), _flag(rule.get("tdm-reservation"))
        if isinstance(location, str) and value is not None and _matches(location, path):
            return value, f"well_known: location {location}, tdm-reservation {int(value)}"
    return None


def check_ai_txt(answer: Answer, url: str) -> str | None:
    """The line of ai.txt that reserves text for ``url``; None where it does not."""
    if answer.status != 200 or b"<html" in answer.body[:500].lower():
        return None
    split = urlsplit(url)
    path = (split.path or "/") + (f"?{split.query}" if split.query else "")
    found: tuple[int, bool, str] | None = None
    applies = False
    for line in answer.body.decode("utf-8-sig", "replace").splitlines()[:5000]:
        field, mark, value = line.partition("#")[0].partition(":")
        field, value = field.strip().lower(), value.strip()
        if not mark:
            continue
        if field == "user-agent":
            applies = value == "*"
        elif applies and value and field in ("allow", "disallow"):
            text = value.lower() in ("*", "/", "/*", "*.txt", "*.html", "*.htm")  # kinds of media: a text page is text by whatever name
            if text or _matches(value, path):
                found = max(found or (-1, False, ""), (len(value), field == "disallow", f"ai_txt: {field} {value}"))
    return found[2] if found and found[1] else None


_META = re.compile(rb"<meta\b[^>]{0,2000}>", re.IGNORECASE)
_WITH_VALUE = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
"""Directives that look like the name of an agent."""
_ATTRIBUTE = re.compile(rb"""([a-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


def meta_tags(body: bytes) -> dict[str, list[str]]:
    """Content of the meta elements in the head of a page by lower-case name."""
    found: dict[str, list[str]] = {}
    end = body[:200_000].lower().find(b"<body")
    for tag in _META.findall(body[: end if end >= 0 else 100_000]):
        values = {k.lower(): a or b or c for k, a, b, c in _ATTRIBUTE.findall(tag)}
        name = values.get(b"name", b"").decode("latin-1").strip().lower()
        if name:
            found.setdefault(name, []).append(values.get(b"content", b"").decode("latin-1").strip())
    return found


def check_page(decision: Decision, headers: Iterable[tuple[str, str]], body: bytes, agent: str) -> Decision:
    """``decision`` after the page itself was heard: headers override the well-known file, meta elements override headers."""
    meta = meta_tags(body)
    headers = [(k.lower(), v) for k, v in headers]
    reserved, rule = decision.tdm_reserved, decision.tdm_rule
    is_overridable = not (rule or "").startswith(_BESIDE)
    for where, values in (("header", [v for k, v in headers if k == "tdm-reservation"]), ("meta", meta.get("tdm-reservation", []))):
        for value in values:
            if (flag := _flag(value)) is not None and is_overridable:
                reserved, rule = flag, f"{where}: tdm-reservation {int(flag)}"
    tags = [("header: X-Robots-Tag", word) for k, v in headers if k == "x-robots-tag" for word in _directives(v, agent)]
    tags += [(f"meta: {name}", word.strip().lower()) for name in ("robots", agent.lower()) for v in meta.get(name, []) for word in v.split(",")]
    robots = [decision.robots_rule] if decision.robots_rule else []
    for where, word in tags:
        if word in ("noai", "noml"):
            reserved, rule = True, f"{where} {word}"
        elif word in ("noindex", "none", "noarchive", "nosnippet"):
            robots.append(f"{where} {word}")
        elif re.fullmatch(r"max-snippet\s*:\s*0", word):
            robots.append(f"{where} nosnippet")
    return dataclasses.replace(decision, tdm_reserved=reserved, tdm_rule=rule, robots_rule="; ".join(robots) or None)


def publishable(robots_rule: str | None, *, tdm_reserved: bool) -> Rights:
    """How much of a page a snapshot may carry at most, by what its row in ``fetches`` says it reserved; the configuration may grant less.

    ``noarchive`` leaves excerpts; ``nosnippet``, ``noindex`` and a reservation of text and data mining leave metadata.
    """
    said = (part.strip() for part in (robots_rule or "").split(";"))
    words = {part.rpartition(" ")[2] for part in said if part.startswith(("header: X-Robots-Tag ", "meta: "))}
    if tdm_reserved or words & {"noindex", "none", "nosnippet"}:
        return "metadata"
    return "excerpt" if "noarchive" in words else "full_text"


def least(*rights: Rights) -> Rights:
    """The strictest of several.

    >>> least("full_text", "excerpt")
    'excerpt'
    """
    return min(rights, key=("metadata", "excerpt", "full_text").index)


def _directives(text: str, agent: str) -> list[str]:
    """Words of X-Robots-Tag that are meant for us: ``otherbot: noindex`` is not."""
    words: list[str] = []
    applies = True
    for part in text.split(","):
        name, mark, rest = part.partition(":")
        if mark and name.strip().lower() not in _WITH_VALUE and re.fullmatch(r"[\w*.-]+", name.strip()):
            applies = name.strip().lower() in ("*", agent.lower())
            part = rest
        if applies:
            words.append(part.strip().lower())
    return words


def _flag(value: object) -> bool | None:
    return {"1": True, "0": False}.get(str(value).strip()) if isinstance(value, int | str) else None


def _matches(pattern: str, path: str) -> bool:
    """Pattern of robots.txt kind: a prefix with ``*`` and a closing ``$``. Linear: the pieces are looked up in order."""
    if not pattern.startswith(("/", "*")):
        pattern = "/" + pattern
    anchored = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for n, piece in enumerate(rest):
        if anchored and n == len(rest) - 1:
            return path.endswith(piece) and len(path) - len(piece) >= at
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return not anchored or at == len(path)


# ------------------------------------------------------------------ of many sites


class Permits:
    """Decisions for URLs; the files of rules of an origin are fetched once, by the ``get`` that it is given."""

    def __init__(self, get: Callable[[str, str], Answer], agent: str, *, tdm: str = "mark") -> None:
        self._get, self.agent, self._tdm = get, agent, tdm
        self._sites: dict[str, SiteRules] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def site(self, url: str, source_id: str) -> SiteRules:
        """The rules of the origin of ``url``."""
        split = urlsplit(url)
        origin = f"{split.scheme}://{split.netloc}"
        with self._lock:
            lock = self._locks.setdefault(origin, threading.Lock())
        with lock:
            if origin not in self._sites:
                self._sites[origin] = self._load(origin, source_id)
            return self._sites[origin]

    def decide(self, url: str, source_id: str, *, own: bool = False) -> Decision:
        """Whether ``url`` may be fetched, before asking for it. ``own`` marks feeds and sitemaps, whose reservation is of no matter."""
        site = self.site(url, source_id)
        decision = check_robots(site.robots, url, self.agent)
        if decision.outcome or own:
            return decision
        reserved, rule = check_tdmrep(site.tdmrep, url) or (False, None)
        for line in (check_content_signals(site.robots, self.agent), check_ai_txt(site.ai_txt, url)):
            if line is not None:
                reserved, rule = True, line
        return dataclasses.replace(decision, tdm_reserved=reserved, tdm_rule=rule)

    def hear(self, decision: Decision, headers: Iterable[tuple[str, str]], body: bytes) -> Decision:
        """``decision`` after the page was read; with ``tdm="refuse"`` a reserved page is refused."""
        heard = check_page(decision, headers, body, self.agent)
        if heard.tdm_reserved and self._tdm == "refuse":
            return dataclasses.replace(heard, outcome="refused_tdm", reason=f"text and data mining is reserved ({heard.tdm_rule})")
        return heard

    def _load(self, origin: str, source_id: str) -> SiteRules:
        robots = self._get(origin + ROBOTS, source_id)
        if robots.status is None:  # the host cannot be reached: two more attempts would bring nothing
            return SiteRules(robots, robots, robots)
        return SiteRules(robots, self._get(origin + TDMREP, source_id), self._get(origin + AI_TXT, source_id))
