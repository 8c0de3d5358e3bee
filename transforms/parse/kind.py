"""What sort of page it is: form of journalism, paywall, stub, consent wall, error page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from presslake.schema import ArticleType
from transforms.parse.shapes import words
from transforms.parse.structured import Declared
from transforms.parse.text import article_type
from transforms.records import Block

SOFT_404 = re.compile(
    r"\b404\b|(?:seite|artikel|inhalt|beitrag|page|article|content|story)\s.{0,25}(?:nicht (?:gefunden|verfügbar|vorhanden|mehr)"
    r"|not (?:be )?(?:found|available)|does ?n[o']t exist"
    r"|no longer (?:available|exists)|existiert nicht)|^(?:not found|nicht gefunden|fehler|error|oops|ups|page not found)\b",
    re.I,
)
CONSENT = re.compile(
    r"cookies? (?:akzeptieren|zustimmen|accept|consent|einstellungen|settings|policy)|(?:accept|allow|reject|alle) (?:all )?cookies"
    r"|mit werbung weiterlesen|ihre privatsphäre"
    r"|we value your privacy|wir (?:und unsere (?:\d+ )?partner|verwenden cookies|benötigen ihre (?:zustimmung|einwilligung))|(?:we"
    r"|our) (?:and our )?(?:\d+ )?partners|einwilligung|zustimmung zur"
    r"|consent|datenschutzeinstellungen|privacy (?:settings|choices)|personalisierte (?:werbung|anzeigen)|personali[sz]ed ads|werbefrei|gdpr|dsgvo",
    re.I,
)
BLOCKED = re.compile(
    r"enable javascript|javascript (?:aktivieren|is (?:disabled|required))|verify(?:ing)? (?:that )?you are (?:a )?human"
    r"|checking your browser|access denied|zugriff verweigert|are you a robot"
    r"|unusual traffic|just a moment|bot detection|captcha|request blocked|attention required",
    re.I,
)
STUB = re.compile(
    r"weiterlesen (?:mit|sie)|jetzt (?:weiterlesen|abonnieren|testen|freischalten)|(?:keep|continue) reading|(?:ganzen|vollständigen"
    r"|kompletten) (?:artikel|beitrag|text)"
    r"|(?:nur )?für (?:abonnent|mitglieder|registrierte)|subscribe (?:now|to|today)|already a (?:subscriber|member)|(?:bereits"
    r"|schon) (?:abonnent|registriert|kunde|ein abo)"
    r"|\w+(?:\+| plus) (?:lesen|testen|abonn)|free trial|sign in to (?:read|continue)|log in to (?:read|continue)|register to (?:read"
    r"|continue)|dieser (?:artikel|inhalt|beitrag) ist"
    r"|this (?:article|content|story) is (?:only )?(?:for|available|reserved)|unlock this|probeabo|digital-?abo|premium-?(?:artikel|inhalt)",
    re.I,
)
CORRECTION = re.compile(
    r"^(?:korrektur(?:hinweis)?|berichtigung|richtigstellung|correction|clarification|klarstellung|erratum)\b.{0,30}[:.,]"
    r"|in einer (?:früheren|ersten|vorherigen|vorigen) (?:version|fassung)"
    r"|(?:an|a) (?:earlier|previous) version of this|this (?:article|story|post|piece) (?:has been|was) (?:corrected|amended)|(?:artikel"
    r"|text|beitrag) wurde (?:nachträglich )?(?:korrigiert|berichtigt)"
    r"|hieß es (?:zunächst|zuerst|fälschlich)",
    re.I | re.M,
)
_CORRECTION_HINTS = words("""
    korrektur berichtigung richtigstellung correction clarification klarstellung erratum fassung version corrected amended korrigiert
    zunächst zuerst fälschlich
""")
"""One of these stands in all that ``CORRECTION`` finds: looked for first because it costs a tenth."""
AGENCIES = {
    "dpa": "dpa",
    "afp": "afp",
    "apa": "apa",
    "reuters": "reuters",
    "rtr": "reuters",
    "sid": "sid",
    "epd": "epd",
    "kna": "kna",
    "sda": "sda",
    "keystone-sda": "sda",
    "ap": "ap",
    "ots": "ots",
    "pti": "pti",
    "ansa": "ansa",
    "dts": "dts",
    "upi": "upi",
    "bloomberg": "bloomberg",
    "associated press": "ap",
    "agence france-presse": "afp",
    "deutsche presse-agentur": "dpa",
    "dpa-afx": "dpa",
    "pa media": "pa",
    "press association": "pa",
    "ians": "ians",
    "ani": "ani",
    "xinhua": "xinhua",
    "ritzau": "ritzau",
    "efe": "efe",
    "the canadian press": "cp",
    "aap": "aap",
    "dpa/lnw": "dpa",
}
_BRACKETED = re.compile(r"\(([a-zA-Z-]{2,14}(?: Media)?)(?:[-/ ,+][\w/ ,+-]{0,14})?\)")
_SIGNED = re.compile(
    r"(?:^|[\s(/–—-])(?:Quelle|Source|Mit Material von|Von|By|©"
    r"|mit Agenturmaterial von)?\s*:?\s*([A-Za-z-]{2,14})(?:[/,+ ][\w/,+ -]{0,14})?\)?\.?\s*$"
)


def agency_of(declared: Declared, authors: Sequence[str], bylines: Sequence[str], body: str, blocks: Sequence[Block]) -> str | None:
    """News agency by byline, dateline ("Berlin (dpa/lby) –"), or a signature at the end."""
    for name in (*authors, *bylines):
        for word in re.split(r"[/,;|&]|\s(?:und|and)\s", name):
            key = word.strip(" .()").casefold()
            key = re.sub(r"^(?:von|by|the)\s+", "", key)
            if key in AGENCIES:
                return AGENCIES[key]
    for b in blocks[:3]:
        start = body[b.start : b.start + 90]
        for found in _BRACKETED.finditer(start):
            key = found.group(1).casefold()
            key = key if key in AGENCIES else key.split("-")[0]
            if key in AGENCIES:
                return AGENCIES[key]
        dateline = re.match(r"[A-ZÄÖÜ][\w/ .,]{1,40}\s[-–—]{1,2}\s?\(?(dpa|AFP|APA|Reuters|AP)\)?\b", start)
        if dateline:
            return AGENCIES[dateline.group(1).casefold()]
    if blocks:
        last = body[blocks[-1].start : blocks[-1].end]
        if len(last) < 60 and (by := _SIGNED.search(last)) and by.group(1).casefold() in AGENCIES:
            return AGENCIES[by.group(1).casefold()]
        signed = re.search(r"\((dpa|afp|apa|reuters|sid|epd|kna|ap|sda)(?:[/,-][\w/, -]{0,12})?\)\s*\.?$", last, re.I)
        if signed:
            return AGENCIES[signed.group(1).casefold()]
    return None


def is_correction(body: str) -> bool:
    """True if the head or the foot of the text says that something in it was put right."""
    for part in (body[:800], body[-2000:]):
        lower = part.lower()
        if any(hint in lower for hint in _CORRECTION_HINTS) and CORRECTION.search(part):
            return True
    return False


def is_paywalled(declared: Declared) -> bool | None:
    """What the page declares: JSON-LD isAccessibleForFree, content tier; None if it declares nothing."""
    values = [o.get("isAccessibleForFree") for o in (declared.article, *declared.objects)]
    for value in values:
        if isinstance(value, bool):
            return not value
        if isinstance(value, str) and value.strip():
            return value.strip().lower().rsplit("/", 1)[-1] in {"false", "no", "0"}
    tier = (declared.meta("article:content_tier", "og:article:content_tier", "content_tier") or "").lower()
    if tier in {"locked", "metered", "paid", "premium"}:
        return True
    return False if tier in {"free"} else None


def type_of(declared: Declared, title: str, kicker: str, section: str, body: str, blocks: tuple[Block, ...], url: str) -> ArticleType:
    """Form of journalism: what JSON-LD says where it is specific, else headline, kicker and the shape of the text."""
    declared_type = declared.article_type
    if declared_type == "liveblogposting" or re.search(r"live-?(?:blog|ticker)", url, re.I):
        return ArticleType.LIVE_BLOG
    found = article_type(title, kicker, body, blocks)
    if found is not ArticleType.NEWS:
        return found
    if declared_type == "opinionnewsarticle" or re.match(
        r"(?:meinung|kommentare?|kolumnen?|opinion|comment(?:isfree)?|editorials?|columns?)$", section, re.I
    ):
        return ArticleType.OPINION
    return found


def problem_of(title: str, body: str, declared: Declared, wall: str) -> tuple[str, str] | None:
    """(expectation, reason) if the text is no article: an error page, a consent wall, a check for robots."""
    words = len(body[:6000].split())
    head = f"{title}\n{body[:400]}"
    if words < 120 and SOFT_404.search(title):
        return "soft_404", "The page says that there is nothing here; check the address."
    if words < 60 and SOFT_404.search(head):
        return "soft_404", "The page says that there is nothing here; check the address."
    if words < 150 and BLOCKED.search(f"{title}\n{wall}") and not declared.article:
        return "blocked", "The page asks for a browser or a human; it holds no article."
    if words < 250 and len(CONSENT.findall(head)) >= 2:
        return "consent_stub", "A consent wall stands before the article; fetch it with consent or use the feed."
    return None
