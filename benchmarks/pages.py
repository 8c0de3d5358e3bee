"""Pages as large as real ones, each with its own text: articles of the demo press, longer, in the markup that surrounds articles on the web.

The same number gives the same page. Nobody and nothing in them is real.
"""

from __future__ import annotations

import json
import random
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from flows.demo.pages import TEMPLATES

SIZE = 150_000
"""Bytes of a page: what press pages weigh on average."""

GIVEN = "Anna Bela Carla Dennis Edda Falk Greta Hanno Ines Jonas Käthe Lars Mila Nils Olga Paul Rieke Sönke Thea Uwe Vera Wim Yara Zoe".split()
FAMILY = "Ahrens Böttcher Clausen Dörfler Ehlert Frings Göbel Harms Ihde Jansen Köhler Lühr Menke Nolte Oltmann Pape Quast Rehder Siebel Tams".split()
FIRMS = "Nordlicht Medien GmbH|Klangwerk AG|Seeblick Studio|Hafenfunk|Verband der Netzhändler|Institut Weitblick|Wellengang SE|Rotbuche Daten".split(
    "|"
)
PLATFORMS = "TikTok Instagram YouTube Snapchat Pinterest Reddit Facebook WhatsApp LinkedIn".split()
_VOCABULARY = {
    "de": """
        who: Der Ausschuss|Die Redaktion|Eine Lehrerin|Das Ministerium|Der Stadtrat|Die Händlerin|Ein Verein|Die Behörde|Der Betreiber|Eine Jury
        does: prüft|veröffentlicht|kürzt|verlangt|bewertet|vergleicht|verschiebt|erneuert|bezahlt|beobachtet|erklärt|bestreitet
        what: den Bericht|die Regeln|das Angebot|den Vertrag|die Werbung|den Jugendschutz|die Zahlen|das Verfahren|den Vorschlag|die Spende
        why: für Schulen|gegen Betrug|ohne Frist|mit Bedenken|nach langem Streit|zum zweiten Mal|trotz der Kritik|im Frühjahr|seit Wochen
        where: in Lindenau|an der Küste|im Norden|auf dem Land|in drei Städten|bei der Anhörung|im Netz|vor Gericht|im Rathaus""",
    "en": """
        who: The committee|A teacher|The ministry|The council|A shop owner|The regulator|A charity|The newsroom|The operator|A jury
        does: reviews|publishes|cuts|demands|rates|compares|delays|renews|funds|watches|explains|disputes
        what: the report|the rules|the offer|the contract|the adverts|the safeguards|the figures|the case|the proposal|the grant
        why: for schools|against fraud|without a deadline|with some doubts|after a long row|for a second time|despite criticism|this spring
        where: in Harbour Bay|on the coast|up north|in the countryside|in three cities|at the hearing|online|in court|at the town hall""",
}
_WORDS = {
    language: {key: words.split("|") for key, words in (line.strip().split(": ") for line in text.strip().splitlines())}
    for language, text in _VOCABULARY.items()
}
_SPOKEN = {
    "de": ("„{said}“, sagte {person}, {role} von {firm}, am {day} zu {platform}.", "{person} zufolge {does} {firm} {what}, weil {platform} zögert."),
    "en": (
        '"{said}," said {person}, {role} of {firm}, on {day} about {platform}.',
        "According to {person}, {firm} {does} {what} because {platform} waits.",
    ),
}
_MONEY = {
    "de": "Dafür stehen {number} Millionen Euro bereit, {share} Prozent mehr als im Jahr davor.",
    "en": "It has set aside {number} million euros, {share} per cent more than a year ago.",
}
_ROLES = {"de": ("Sprecherin", "Geschäftsführer", "Leiterin"), "en": ("spokeswoman", "chief executive", "head")}
_DAYS = {"de": ("Montag", "Dienstag", "Freitag"), "en": ("Monday", "Tuesday", "Friday")}


@cache
def _press() -> dict[str, Any]:
    return tomllib.loads(files("flows.demo").joinpath("press.toml").read_text("utf-8"))


def make_page(number: int, size: int = SIZE) -> bytes:
    """Page ``number``: one of the three outlets' templates, some 500 words of article, ``size`` bytes in all."""
    draw = random.Random(number)
    outlets = _press()["outlets"]
    article = dict(_press()["articles"][number % len(_press()["articles"])])
    outlet = outlets[article["outlet"]]
    language = outlet["language"]
    article["path"] = f"{article['path']}-{number}"
    article["url"] = f"https://{article['outlet']}.example/{article['path']}.html"
    article["title"] = f"{article['title']}: {_sentence(draw, language).rstrip('.')}"
    article["body"] = list(_body(draw, language, article["body"]))
    others = [{"path": f"x{i}", "url": f"/x{i}.html", "title": _sentence(draw, language)} for i in range(4)]
    html = TEMPLATES[outlet["template"]](outlet, article, others)
    return _surround(html, draw, language, size).encode()


def write_pages(folder: Path, count: int, size: int = SIZE) -> None:
    """``count`` pages as files, sources and numbers in their names."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"seite-{number:06d}.html").write_bytes(make_page(number, size))


def _body(draw: random.Random, language: str, lines: list[str]) -> Iterator[str]:
    """The lines of the press with other numbers, and paragraphs between them until the article is as long as articles are."""
    for line in lines:
        yield re.sub(r"(?<![\d:.,])\d{2,3}(?![\d:.,])", lambda m: str(draw.randrange(11, 990)), line)
        if line[0] not in "?#+@" and "|" not in line:
            for _ in range(1 + 7 // len(lines)):
                yield " ".join(_sentence(draw, language) for _ in range(3)) + " " + _spoken(draw, language)


def _words(draw: random.Random, language: str) -> dict[str, str]:
    return {k: draw.choice(v) for k, v in _WORDS[language].items()}


def _sentence(draw: random.Random, language: str) -> str:
    return "{who} {does} {what} {why} {where}.".format(**_words(draw, language))


def _spoken(draw: random.Random, language: str) -> str:
    facts = _words(draw, language) | {
        "said": _sentence(draw, language).rstrip("."),
        "person": f"{draw.choice(GIVEN)} {draw.choice(FAMILY)}{draw.choice(('', 'mann', 'berg', 'sen', 'feld', 'stein'))}",
        "firm": draw.choice(FIRMS),
        "platform": draw.choice(PLATFORMS),
        "role": draw.choice(_ROLES[language]),
        "day": draw.choice(_DAYS[language]),
        "number": str(draw.randrange(2, 900)),
        "share": str(draw.randrange(2, 90)),
    }
    return f"{draw.choice(_SPOKEN[language])} {_MONEY[language]}".format(**facts)


def _surround(html: str, draw: random.Random, language: str, size: int) -> str:
    """What weighs most on real pages: styles, state for scripts, menus, icons, teasers with pictures, comments, consent lists."""
    missing = size - len(html.encode())
    head = _styles(draw, missing * 15 // 100) + _state(draw, language, missing * 30 // 100)
    menu = _until(missing * 15 // 100, lambda i: _menu_entry(draw, language, i))
    teasers = _until(missing * 27 // 100, lambda i: _teaser(draw, language, i))
    comments = _until(missing * 8 // 100, lambda i: _comment(draw, language, i))
    scripts = _until(
        missing * 5 // 100, lambda i: f'<script async src="https://cdn.example/{draw.getrandbits(64):x}.js" data-consent="{i}"></script>'
    )
    html = html.replace("</head>", f"{head}</head>", 1)
    html = re.sub(r"(<body[^>]*>)", lambda m: f'{m[1]}<div class="c-nav" role="navigation"><ul>{menu}</ul></div>', html, count=1)
    after = f'<section class="c-teaser-list">{teasers}</section><section class="comments" id="comments">{comments}</section>{scripts}'
    return html.replace("<footer", f"{after}<footer", 1) if "<footer" in html else html.replace("</body>", f"{after}</body>", 1)


def _until(size: int, make: Any) -> str:
    parts: list[str] = []
    have = 0
    while have < size:
        parts.append(make(len(parts)))
        have += len(parts[-1])
    return "".join(parts)


def _styles(draw: random.Random, size: int) -> str:
    rules = _until(
        size, lambda i: f".c-{draw.getrandbits(24):06x}{{display:flex;margin:0 {i % 40}px;color:#{draw.getrandbits(24):06x};line-height:1.4}}"
    )
    return f"<style>{rules}</style>"


def _state(draw: random.Random, language: str, size: int) -> str:
    items: list[dict[str, Any]] = []
    have = 0
    while have < size:
        items.append(
            {"id": draw.getrandbits(48), "title": _sentence(draw, language), "teaser": _sentence(draw, language), "tags": draw.sample(PLATFORMS, 3)}
        )
        have += 210
    return f"<script>window.__STATE__={json.dumps(items, ensure_ascii=False)};</script>"


def _menu_entry(draw: random.Random, language: str, i: int) -> str:
    word = draw.choice(_WORDS[language]["what"]).split()[-1]
    return f'<li class="c-nav__item c-nav__item--l{i % 3}"><a class="c-nav__link" href="/r/{i}" data-track="nav|{i}"><span>{word}</span></a></li>'


def _teaser(draw: random.Random, language: str, i: int) -> str:
    picture = "".join(
        f'<source srcset="https://img.example/{draw.getrandbits(40):x}-{w}.webp {w}w" media="(min-width:{w}px)">' for w in (320, 640, 1280)
    )
    icon = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 2 2 7l10 5 10-5zM2 17l10 5 10-5M2 12l10 5 10-5"/></svg>'
    head = f'<span class="c-teaser__kicker">{draw.choice(PLATFORMS)}</span><h3>{_sentence(draw, language)}</h3><p>{_sentence(draw, language)}</p>'
    link = f'<a href="/t/{draw.getrandbits(32):x}.html"><picture>{picture}<img src="/p.jpg" alt="" loading="lazy"></picture><div>{head}</div></a>'
    return f'<article class="c-teaser c-teaser--{i % 5}">{link}{icon}</article>'


def _comment(draw: random.Random, language: str, i: int) -> str:
    return (
        f'<div class="comment" id="c{i}"><div class="comment__head"><b>{draw.choice(GIVEN)}{i}</b> <time>{i % 24}:00</time></div>'
        f'<div class="comment__body"><p>{_sentence(draw, language)} {_sentence(draw, language)}</p></div></div>'
    )
