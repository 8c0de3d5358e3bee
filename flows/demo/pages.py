"""Render the demo press: three outlets with three kinds of real-world markup, feeds, a sitemap and a robots.txt."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from email.utils import format_datetime
from html import escape
from importlib.resources import files
from typing import Any

HIDDEN = "intern/entwurf"
"""Listed in the sitemap, disallowed by robots.txt: shows that the rule is obeyed."""
GONE = "archiv/geloescht"
"""Listed in the sitemap, answers 404."""


def render_press(base: str) -> dict[str, tuple[str, bytes]]:
    """Path → (content type, body) of every resource of the press at ``base`` (``http://127.0.0.1:8791``)."""
    press = tomllib.loads(files(__package__).joinpath("press.toml").read_text("utf-8"))
    out: dict[str, tuple[str, bytes]] = {"/robots.txt": ("text/plain; charset=utf-8", _robots(base, press["outlets"]).encode())}
    for outlet_id, outlet in press["outlets"].items():
        articles = [a | {"url": f"{base}/{outlet_id}/{a['path']}.html"} for a in press["articles"] if a["outlet"] == outlet_id]
        for article in articles:
            html = TEMPLATES[outlet["template"]](outlet, article, articles)
            out[f"/{outlet_id}/{article['path']}.html"] = ("text/html; charset=utf-8", html.encode())
        out[f"/{outlet_id}/"] = ("text/html; charset=utf-8", _front(outlet, articles).encode())
        out[f"/{outlet_id}/feed.xml"] = ("application/rss+xml; charset=utf-8", _feed(base, outlet_id, outlet, articles).encode())
        out[f"/{outlet_id}/sitemap.xml"] = ("application/xml", _sitemap(base, outlet_id, articles).encode())
    return out


def _robots(base: str, outlets: dict[str, Any]) -> str:
    lines = ["User-agent: *", *(f"Disallow: /{o}/intern/" for o in outlets), "", *(f"Sitemap: {base}/{o}/sitemap.xml" for o in outlets)]
    return "\n".join(lines) + "\n"


def _feed(base: str, outlet_id: str, outlet: dict[str, Any], articles: list[dict[str, Any]]) -> str:
    items = "".join(
        f"<item><title>{escape(a['title'])}</title><link>{a['url']}</link><guid>{a['url']}</guid>"
        f"<pubDate>{format_datetime(dt.datetime.fromisoformat(a['published']))}</pubDate></item>"
        for a in articles[: len(articles) - 1]  # the oldest only stands in the sitemap
    )
    head = f"<title>{escape(outlet['name'])}</title><link>{base}/{outlet_id}/</link><description>{escape(outlet['claim'])}</description>"
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{head}{items}</channel></rss>'


def _sitemap(base: str, outlet_id: str, articles: list[dict[str, Any]]) -> str:
    urls = "".join(f"<url><loc>{a['url']}</loc><lastmod>{a.get('modified', a['published'])}</lastmod></url>" for a in articles)
    if outlet_id == "morgenkurier":
        urls += "".join(f"<url><loc>{base}/{outlet_id}/{p}.html</loc></url>" for p in (HIDDEN, GONE))
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


def _front(outlet: dict[str, Any], articles: list[dict[str, Any]]) -> str:
    links = "".join(f'<li><a href="{a["url"]}">{escape(a["title"])}</a></li>' for a in articles)
    return f'<!DOCTYPE html><html lang="{outlet["language"]}"><title>{escape(outlet["name"])}</title><h1>{escape(outlet["name"])}</h1><ul>{links}</ul></html>'


def _teasers(article: dict[str, Any], articles: list[dict[str, Any]], css: str) -> str:
    others = [a for a in articles if a["path"] != article["path"]][:3]
    return "".join(f'<li class="{css}"><a href="{a["url"]}">{escape(a["title"])}</a></li>' for a in others)


def _json_ld(outlet: dict[str, Any], a: dict[str, Any]) -> str:
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting" if a.get("live") else "NewsArticle",
        "headline": a["title"],
        "datePublished": a["published"],
        "articleSection": a["section"],
        "author": [{"@type": "Person", "name": n} for n in a["authors"]],
        "publisher": {"@type": "Organization", "name": outlet["name"]},
        "mainEntityOfPage": a["url"],
    }
    if "modified" in a:
        data["dateModified"] = a["modified"]
    if a.get("paywalled"):
        data["isAccessibleForFree"] = False
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")


def _kurier(outlet: dict[str, Any], a: dict[str, Any], articles: list[dict[str, Any]]) -> str:
    """A daily: JSON-LD, bold questions, byline by link, dateline as a time element."""
    when = dt.datetime.fromisoformat(a["published"])
    lead = f'<p class="article__lead"><strong>{escape(a["lead"])}</strong></p>' if "lead" in a else ""
    kicker = f'<span class="article__kicker">{escape(a["kicker"])}</span>' if "kicker" in a else ""
    byline = " und ".join(f'<a rel="author" href="/morgenkurier/autoren/">{escape(n)}</a>' for n in a["authors"])
    credit = f'<p class="article__credit"><em>{escape(a["credit"])}</em></p>' if "credit" in a else ""
    return f"""<!DOCTYPE html>
<html lang="de"><head><meta charset="utf-8"><title>{escape(a["title"])} | {escape(outlet["name"])}</title>
<link rel="canonical" href="{a["url"]}"><meta property="og:title" content="{escape(a["title"])}"><meta property="og:site_name" content="{outlet["name"]}">
<meta name="description" content="{escape(a.get("lead", ""))}"><script type="application/ld+json">{_json_ld(outlet, a)}</script></head>
<body><header><nav><ul><li><a href="/morgenkurier/">Startseite</a></li><li><a href="/morgenkurier/abo">Abo</a></li><li><a href="/morgenkurier/e-paper">E-Paper</a></li></ul></nav></header>
<div id="cmp-layer" class="consent">Wir verwenden Cookies, um Inhalte zu personalisieren. <button>Alle akzeptieren</button></div>
<main><article class="article">{kicker}<h1 class="article__headline">{escape(a["title"])}</h1>
<div class="article__meta">Von {byline} <time datetime="{a["published"]}">{when:%d.%m.%Y, %H:%M} Uhr</time></div>
{lead}<div class="article__body">{_body(a, "p", "<strong>{}</strong>")}{credit}</div>
<aside class="article__related"><h3>Lesen Sie auch</h3><ul>{_teasers(a, articles, "teaser")}</ul></aside></article></main>
<div class="newsletter-box"><p>Jeden Morgen das Wichtigste aus Lindenau: Abonnieren Sie unseren Newsletter.</p></div>
<footer><p>© 2026 {outlet["name"]} · Impressum · Datenschutz</p></footer></body></html>"""


def _magazin(outlet: dict[str, Any], a: dict[str, Any], articles: list[dict[str, Any]]) -> str:
    """A magazine: no JSON-LD, meta elements only, a byline in words, teasers between the paragraphs."""
    when = dt.datetime.fromisoformat(a["published"])
    months = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember")
    names = " und ".join(a["authors"])
    byline = f'<p class="byline">Von {escape(names)}</p>' if names else ""
    wall = ""
    if a.get("paywalled"):
        wall = '<div class="paywall"><h3>Weiterlesen mit Netzblick plus</h3><p>Jetzt vier Wochen für 1 Euro testen und alle Artikel lesen.</p></div>'
    kicker = f'<p class="kicker">{escape(a["kicker"])}</p>' if "kicker" in a else ""
    lead = f'<p class="teaser-text intro">{escape(a["lead"])}</p>' if "lead" in a else ""
    tier = '<meta property="article:content_tier" content="locked">' if a.get("paywalled") else ""
    return f"""<!doctype html>
<html lang="de-DE"><head><meta charset="utf-8"><title>{escape(a["title"])} - {outlet["name"]}</title>
<meta property="og:type" content="article"><meta property="og:title" content="{escape(a["title"])}"><meta property="og:site_name" content="{outlet["name"]}">
<meta property="og:description" content="{escape(a.get("lead", a["title"]))}"><meta property="og:url" content="{a["url"]}">{tier}
<meta property="article:published_time" content="{a["published"]}"><meta property="article:section" content="{a["section"]}"></head>
<body><div class="site-nav"><a href="/netzblick/">Netzblick</a> <a href="/netzblick/themen">Themen</a> <a href="/netzblick/podcast">Podcast</a></div>
<div class="content"><div class="article-header">{kicker}<h1>{escape(a["title"])}</h1>{lead}{byline}
<p class="date">{when.day}. {months[when.month - 1]} {when.year}, {when:%H:%M} Uhr</p></div>
<div class="article-content">{_body(a, "p", "<em>{}</em>")}{wall}</div>
<div class="mehr-zum-thema"><h4>Mehr zum Thema</h4><ul>{_teasers(a, articles, "item")}</ul></div>
<div class="comments"><h4>2 Kommentare</h4><div class="comment">Endlich sagt es mal jemand!</div><div class="comment">„Quatsch“, sage ich.</div></div></div>
<div class="site-footer">Netzblick erscheint im Verlag Offenes Feld. Kontakt · Mediadaten · Impressum</div></body></html>"""


def _signal(outlet: dict[str, Any], a: dict[str, Any], articles: list[dict[str, Any]]) -> str:
    """An English daily of the single-page kind: nested containers, hashed class names, data in JSON-LD and microdata."""
    when = dt.datetime.fromisoformat(a["published"])
    lead = f'<div class="css-1x7w" data-testid="standfirst"><p>{escape(a["lead"])}</p></div>' if "lead" in a else ""
    names = " and ".join(f'<span itemprop="name">{escape(n)}</span>' for n in a["authors"])
    return f"""<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>{escape(a["title"])} | {escape(a["section"])} | {outlet["name"]}</title>
<link rel="canonical" href="{a["url"]}"><meta property="og:title" content="{escape(a["title"])}"><meta property="og:site_name" content="{outlet["name"]}">
<script type="application/ld+json">{{"@context": "https://schema.org", "@graph": [{_json_ld(outlet, a)}]}}</script></head>
<body><div id="root"><div class="css-0a1"><div role="navigation"><a href="/harboursignal/">News</a><a href="/harboursignal/">Opinion</a><a href="/harboursignal/">Sport</a></div>
<div class="css-9f2" itemscope itemtype="https://schema.org/NewsArticle"><h1 class="css-77b">{escape(a["title"])}</h1>{lead}
<div class="css-b13"><address>By {names}</address><time itemprop="datePublished" datetime="{a["published"]}">{when:%d %B %Y %H:%M}</time></div>
<div class="css-c55"><div class="css-d01">{_body(a, "p", "<b>{}</b>")}</div>
<figure class="css-e01"><img src="/x.jpg" alt=""><figcaption>The harbour at dawn. Photograph: Signal archive</figcaption></figure></div>
<div class="css-r99"><h2>Most read</h2><ol>{_teasers(a, articles, "css-r1")}</ol></div></div></div></div>
<footer>© 2026 The Harbour Signal Ltd. All rights reserved.</footer></body></html>"""


TEMPLATES = {"kurier": _kurier, "magazin": _magazin, "signal": _signal}


def _body(article: dict[str, Any], tag: str, question: str) -> str:
    """Paragraphs by their first character: ! heading, ? question, > answer, # list item, @ caption, + live-blog entry."""
    out: list[str] = []
    for line in article["body"]:
        mark, rest = line[0], escape(line[1:], quote=False)
        if mark == "#" and not (out and out[-1].endswith("</ol>")):
            out.append("<ol></ol>")
        if mark == "!":
            out.append(f"<h2>{rest}</h2>")
        elif mark == "?":
            out.append(f"<{tag}>{question.format(rest)}</{tag}>")
        elif mark == ">":
            out.append(f"<{tag}>{rest}</{tag}>")
        elif mark == "#":
            out[-1] = out[-1].removesuffix("</ol>") + f"<li>{rest}</li></ol>"
        elif mark == "@":
            out.append(f'<figure><img src="/bild.jpg" alt=""><figcaption>{rest}</figcaption></figure>')
        elif mark == "+":
            time, text = rest.split("|", 1)
            out.append(f'<section class="entry"><h3>{time}</h3><p>{text}</p></section>')
        else:
            out.append(f"<{tag}>{escape(line, quote=False)}</{tag}>")
    return "\n".join(out)
