import datetime as dt
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from flows.report import write_report
from flows.report.figures import read_figures
from flows.report.page import render

HOSTILE = (
    '<script>alert("x")</script>',
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% raw %}",
    "</title></style></script><h1>",
    "مها \u202eالحربي\u202c",
    "👩‍👩‍👧‍👦 e\u0301" * 80,
    "A" * 3000,
    "\x00\x07\x1b[31m",
)


class Page(HTMLParser):
    """What a browser would see of the page: elements, attributes, ids and text."""

    void = frozenset(("meta", "link", "input", "br", "img", "line", "rect", "path"))

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.void:
            assert self.open
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.text.append(data)

    def attribute(self, name: str) -> list[str]:
        return [a[name] or "" for _, a in self.elements if name in a]


def check_page(html: str) -> Page:
    """What holds for every report, whatever the data."""
    page = Page(html)
    assert page.open == []
    tags = [t for t, _ in page.elements]
    assert tags.count("script") == 1
    assert tags.count("style") == 1
    assert not {"img", "iframe", "object", "embed", "form", "base", "video", "audio"} & set(tags)
    assert not [a for _, attributes in page.elements for a in attributes if a.startswith("on") or a in ("style", "src", "srcdoc")]
    assert all(re.match(r"https?://|#|data:,$|explorer\.html(#[\w.~%=&+-]*)?$", href) for href in page.attribute("href"))
    ids = page.attribute("id")
    assert len(ids) == len(set(ids))
    assert {i for label in page.attribute("aria-labelledby") for i in label.split()} <= set(ids)
    assert {href[1:] for href in page.attribute("href") if href.startswith("#")} <= set(ids)
    return page


def report(snapshot_dir: Path, tmp_path: Path, operations=None) -> str:
    out = tmp_path / "report.html"
    write_report(snapshot_dir, out, operations=operations)
    assert [p.name for p in tmp_path.glob("report*")] == ["report.html"]
    return out.read_text(encoding="utf-8")


def test_report_says_what_the_snapshot_holds(snapshot, synthetic, tmp_path):
    html = report(snapshot, tmp_path, synthetic.OPERATIONS)
    page = check_page(html)
    text = " ".join(page.text)
    press = synthetic.press()
    assert len(html.encode()) < 2_000_000
    for expected in (
        "60 Artikel aus 12 Medien",
        "60 articles from 12 outlets",
        *(f"{given} {family}" for given, family, *_ in synthetic.PEOPLE),
        "Marketing Managerin Europe",
        "page_is_an_article",
        "published_at_is_known",
        "10 von 11 Prüfungen bestanden.",
        "10 of 11 checks passed.",
        "snap_0a1b2c3d4e",
    ):
        assert expected in text
    urls = {a.url for a in press.tables["articles"]}
    links = [h for h in page.attribute("href") if h.startswith("http")]
    assert len([h for h in links if h in urls]) >= 12


def test_report_is_the_same_for_the_same_snapshot(snapshot, synthetic, tmp_path):
    assert report(snapshot, tmp_path, synthetic.OPERATIONS) == report(snapshot, tmp_path, synthetic.OPERATIONS)


def test_policy_allows_only_the_script_and_style_of_the_page(snapshot, tmp_path):
    import base64
    import hashlib

    html = report(snapshot, tmp_path)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert policy.startswith("default-src &#39;none&#39;;")
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        (body,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;" in policy


def test_nothing_from_an_article_is_markup(synthetic, tmp_path):
    press = synthetic.press(articles=24, outlets=HOSTILE, people=tuple((h, h[::-1] or "x", h, "TikTok") for h in HOSTILE))
    for i, article in enumerate(press.tables["articles"]):
        url = (
            "javascript:alert(1)",
            "data:text/html,<script>",
            'https://ok.example/"><script>',
            "file:///etc/passwd",
            "//evil.example",
            "https://ok.example/a\nb",
        )
        press.replace(
            "articles",
            i,
            title=HOSTILE[i % len(HOSTILE)],
            url=url[i % len(url)] if i % 2 else article.url,
            published_at=None if i == 3 else article.published_at,
        )
    for i, c in enumerate(press.tables["claims"]):
        press.replace("claims", i, text=HOSTILE[i % len(HOSTILE)], claim_group_id=press.tables["claims"][i % 9].claim_group_id, language=c.language)
    snapshot_dir = synthetic.write_snapshot(tmp_path / "hostile", press, snapshot_id=HOSTILE[1], code_version=HOSTILE[0])
    operations = {
        "rejects": [{"table_name": h, "expectation": h, "reason": h, "count": 1, "example": "javascript:alert(1)"} for h in HOSTILE],
        "fetches": [{"outcome": h, "count": 1} for h in HOSTILE],
    }
    check_page(render(read_figures(snapshot_dir), operations, explorer=True))
    html = report(snapshot_dir, tmp_path, operations)
    page = check_page(html)
    assert "explorer.html" not in html
    assert "alert(" in "".join(page.text)
    assert "{{ 7*7 }}{% raw %}" in "".join(page.text)
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e]", html.replace("\n", " "))


def test_empty_snapshot_is_a_page_that_says_so(synthetic, tmp_path):
    html = report(synthetic.write_snapshot(tmp_path / "s", synthetic.Press()), tmp_path, {"rejects": [], "fetches": []})
    page = check_page(html)
    text = " ".join(page.text)
    assert "Nothing reported yet" in text
    assert "Nothing was set aside." in text


def test_snapshot_without_manifest_and_tables_is_read_too(tmp_path):
    (tmp_path / "s").mkdir()
    check_page(report(tmp_path / "s", tmp_path))


def test_one_article_reads_in_the_singular(synthetic, tmp_path):
    html = report(synthetic.write_snapshot(tmp_path / "s", synthetic.press(articles=1)), tmp_path)
    text = " ".join(check_page(html).text)
    assert "1 Artikel aus 1 Medium vom" in text
    assert "1 article from 1 outlet of" in text


def test_thousands_of_outlets_stay_small(synthetic, tmp_path):
    press = synthetic.press(articles=400, outlets=[f"Bote {n}" for n in range(400)])
    html = report(synthetic.write_snapshot(tmp_path / "s", press), tmp_path)
    assert len(html) < 400_000
    assert "Dazu 380 weitere Medien" in html
    assert "And 380 more outlets" in html


def test_figures_agree_with_the_records(synthetic, snapshot):
    press, f = synthetic.press(), read_figures(snapshot)
    articles, claims = press.tables["articles"], press.tables["claims"]
    created = dt.date(2024, 8, 1)
    shown = [a for a in articles if a.published_at and a.published_at.date() <= created]
    assert sum(f.first_hand) == sum(a.is_cluster_lead for a in shown)
    assert sum(f.copies) == sum(not a.is_cluster_lead for a in shown)
    assert f.totals.undated == sum(a.published_at is None for a in articles)
    assert f.totals.attributed == sum(str(c.speaker_kind) != "unknown" for c in claims)
    for p in f.platforms:
        assert p.articles == sum(p.slug in a.platforms for a in articles)
        assert p.claims == sum(p.slug in c.platforms for c in claims)
    assert sum(p.share for p in f.platforms) == pytest.approx(1)
    first = f.speakers[0]
    said = [c for c in claims if c.speaker_surface == first.name]
    assert first.claims == len(said)
    assert first.unique_claims == len({c.claim_group_id for c in said})


def test_old_versions_do_not_count(synthetic, tmp_path):
    press = synthetic.press(articles=12)
    for i in range(len(press.tables["claims"])):
        press.replace("claims", i, is_current=False)
    f = read_figures(synthetic.write_snapshot(tmp_path / "s", press))
    assert (f.totals.claims, f.speakers, f.newest, f.repeated) == (0, (), (), ())
    check_page(render(f))


def test_dates_in_the_future_are_counted_but_not_news(synthetic, tmp_path):
    press = synthetic.press(articles=20)
    late = dt.datetime(2031, 5, 1, tzinfo=dt.UTC)
    press.replace("articles", 0, published_at=late)
    f = read_figures(synthetic.write_snapshot(tmp_path / "s", press))
    assert f.totals.in_future == 1
    assert f.totals.last_on
    assert f.totals.last_on.year == 2024
    assert all(c.published_on and c.published_on.year == 2024 for c in f.newest)


def test_quoted_text_is_cut_and_keeps_its_language(synthetic, tmp_path):
    press = synthetic.press(articles=3)
    press.replace("claims", 0, text="wort " * 500)
    html = render(read_figures(synthetic.write_snapshot(tmp_path / "s", press)))
    assert "wort " * 100 not in html
    assert '<blockquote dir="auto" lang="de">' in html
