"""Report and explorer in Debian's Chromium (apt-get install chromium chromium-driver), from disk and from loopback, with the network cut."""

import base64
import functools
import json
import os
import shutil
import threading
import time
from pathlib import Path

import pytest

from flows.explorer import serve, write_explorer
from flows.report import write_report

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed: pip install -e .[dev]")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="no browser: apt-get install chromium chromium-driver")

FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync --hide-scrollbars --window-size=1280,1000 --lang=de-DE"
).split()
HOSTILE = ('<img src=x onerror="document.title=1">', "</script><script>document.title=1</script>", "مها \u202eالحربي", "👩‍👩‍👧‍👦 Ünïcode", "W" * 400)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def page(browser):
    """A page that is opened by calling it; at the end it must have asked for nothing outside and said nothing on the console."""
    browser.get("about:blank")
    browser.get_log("browser")
    browser.get_log("performance")
    width(browser, 1280)
    yield browser
    assert browser.get_log("browser") == []
    sent = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = {m["params"]["request"]["url"] for m in sent if m["method"] == "Network.requestWillBeSent"}
    assert {u for u in urls if not u.startswith(("file:", "http://127.0.0.1:", "data:", "about:"))} == set()


def width(browser, pixels: int) -> None:
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": pixels, "height": 1000, "deviceScaleFactor": 1, "mobile": False})


def media(browser, scheme: str = "light", kind: str = "screen") -> None:
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": kind, "features": [{"name": "prefers-color-scheme", "value": scheme}]})


def run(browser, script: str):
    return browser.execute_script("return " + script)


def wait(browser, condition: str) -> None:
    until = time.monotonic() + 30
    while not run(browser, condition):
        assert time.monotonic() < until, f"never true: {condition}; {run(browser, 'document.body.innerText.slice(0, 400)')}"
        time.sleep(0.02)


def background(browser) -> int:
    """Brightness of the page's ground, 0 to 255."""
    return run(browser, "Math.max(...getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number))")


@functools.cache
def axe_source() -> str:
    module = pytest.importorskip("axe_core_python", reason="axe-core-python is not installed: pip install -e .[dev]")
    return (Path(module.__path__[0]) / "axe.min.js").read_text(encoding="utf-8")


def violations(browser) -> list[str]:
    """Rules of WCAG 2.1 A and AA and of good practice that the page breaks, with the first element that does."""
    browser.execute_cdp_cmd("Runtime.evaluate", {"expression": axe_source()})
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
    script = (
        "const done = arguments[1]; axe.run({runOnly: arguments[0]}).then(r => done(r.violations), e => done([{id: String(e), nodes: [{html: ''}]}]))"
    )
    found = browser.execute_async_script(script, rules)
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]


# ------------------------------------------------------------------ report


@pytest.fixture(scope="module")
def report(synthetic, snapshot, tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "report.html"
    write_report(snapshot, out, operations=synthetic.OPERATIONS)
    return out.as_uri()


@pytest.mark.parametrize(
    ("language", "seen", "unseen", "title"),
    [
        ("de", "Wer zu Wort kommt", "Who is heard", "Presselage der Plattformen · presslake"),
        ("en", "Who is heard", "Wer zu Wort kommt", "Platforms in the press · presslake"),
    ],
)
def test_report_shows_one_language(page, report, language, seen, unseen, title):
    page.get(f"{report}?lang={language}")
    text = run(page, "document.body.innerText")
    assert seen in text
    assert unseen not in text
    assert (page.title, run(page, "document.documentElement.lang")) == (title, language)


def test_report_switches_by_keyboard_and_remembers(page, report):
    page.get(f"{report}?lang=de&theme=light")
    page.find_element("id", "lang-de").send_keys("\ue014")  # arrow right
    assert "Who is heard" in run(page, "document.body.innerText")
    page.find_element("id", "theme-light").send_keys("\ue014")
    assert background(page) < 60
    page.get(report)
    assert run(page, "document.documentElement.lang") == "en"
    assert background(page) < 60
    run(page, "localStorage.clear()")


def test_report_follows_the_system_and_prints_on_white(page, report):
    for scheme, low, high in (("light", 200, 255), ("dark", 0, 60)):
        media(page, scheme)
        page.get(f"{report}?theme=auto")
        assert low <= background(page) <= high
    media(page, "dark", "print")
    assert background(page) > 200
    assert not page.find_element("css selector", "nav").is_displayed()
    pdf = base64.b64decode(page.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"])
    assert pdf.startswith(b"%PDF")
    media(page)


def test_report_works_without_javascript(page, report):
    page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.get(report)
        heading = page.find_element("css selector", "#speakers h2")
        assert heading.text == "Wer zu Wort kommt"
        page.find_element("css selector", "label[for=lang-en]").click()
        assert heading.text == "Who is heard"
    finally:
        page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


@pytest.mark.parametrize(("theme", "pixels"), [("light", 1280), ("dark", 390)])
def test_report_is_accessible(page, report, theme, pixels):
    width(page, pixels)
    page.get(f"{report}?lang=en&theme={theme}")
    page.execute_script("for (const d of document.querySelectorAll('details')) d.open = true")
    assert violations(page) == []


def test_report_marks_the_claims_in_its_articles_and_opens_them_by_keyboard(page, report):
    page.get(f"{report}?lang=en&theme=light")
    second = page.find_elements("css selector", "details.reading")[1]
    text = second.find_element("css selector", ".text")
    assert not text.is_displayed()
    second.find_element("css selector", "summary").send_keys("\ue007")  # enter
    wait(page, "document.querySelectorAll('details.reading[open]').length === 2")
    marks = second.find_elements("css selector", "mark")
    assert marks
    assert all(m.is_displayed() and m.text.startswith("„") for m in marks)
    ground = run(page, "getComputedStyle(document.body).backgroundColor")
    painted = run(page, "[...document.querySelectorAll('.reading mark')].map(m => getComputedStyle(m).backgroundColor)")
    assert ground not in painted
    assert len(set(painted)) > 1, "voices are told apart"
    number = second.find_element("css selector", "sup a")
    number.send_keys("\ue007")
    wait(page, "document.querySelector('.said li:target')")
    assert run(page, "document.querySelector('.said li:target .no').textContent") == number.text.split()[-1]


def test_report_prints_articles_that_are_closed_on_the_screen(page, report):
    page.get(f"{report}?lang=en&theme=dark")
    height = "[...document.querySelectorAll('details.reading')].at(-1).getBoundingClientRect().height"
    closed = run(page, height)
    media(page, kind="print")
    try:
        wait(page, f"{height} > {2 * closed}")
    finally:
        media(page)
    assert run(page, height) == closed


@pytest.mark.parametrize("kind", ["empty", "one", "hostile"])
def test_report_of_odd_snapshots_keeps_its_layout(page, synthetic, tmp_path, kind):
    press = {
        "empty": synthetic.Press,
        "one": lambda: synthetic.press(articles=1),
        "hostile": lambda: synthetic.press(articles=12, outlets=HOSTILE, people=tuple((h, h, h, "TikTok") for h in HOSTILE)),
    }[kind]()
    for i in range(len(press.tables["claims"]) if kind == "hostile" else 0):
        press.replace("claims", i, text=HOSTILE[i % len(HOSTILE)])
    write_report(synthetic.write_snapshot(tmp_path / "s", press), tmp_path / "report.html")
    for pixels in (1280, 390):
        width(page, pixels)
        page.get((tmp_path / "report.html").as_uri() + "?lang=de")
        assert run(page, "document.documentElement.scrollWidth") <= pixels
    assert page.title == "Presselage der Plattformen · presslake"
    assert run(page, "document.querySelectorAll('img, script').length") == 1


# ------------------------------------------------------------------ explorer


@pytest.fixture
def explorer(page):
    """Serves a snapshot and opens its explorer in some state."""
    servers = []

    def open_at(snapshot: Path, state: str = "", query: str = "lang=en"):
        server = serve(snapshot)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        page.get(f"http://127.0.0.1:{server.server_address[1]}/?{query}#{state}")
        wait(page, "document.documentElement.dataset.ready")
        assert run(page, "document.documentElement.dataset.ready") == "yes"
        return page

    yield open_at
    for server in servers:
        server.shutdown()
        server.server_close()


def count(browser) -> int:
    return int(run(browser, "document.getElementById('count').textContent").split()[0].replace(",", "").replace(".", ""))


def fill(browser, name: str, value: str) -> None:
    script = "const i = document.getElementById(arguments[0]); i.value = arguments[1]; i.dispatchEvent(new Event('input', {bubbles: true}))"
    browser.execute_script(script, f"f-{name}", value)
    wait(browser, f"new URLSearchParams(location.hash.slice(1)).get('{name}') === {json.dumps(value or None)}")


@pytest.mark.parametrize(
    ("state", "keep"),
    [
        ("", lambda c, a: True),
        ("platform=tiktok", lambda c, a: "tiktok" in c.platforms),
        ("person=Orlina+Miller", lambda c, a: c.speaker_surface == "Orlina Miller"),
        ("person=miller", lambda c, a: c.speaker_surface == "Orlina Miller"),
        ("organisation=Kanalwerk+GmbH", lambda c, a: c.speaker_surface == "Jonte Ohlrogge"),
        ("organisation=TikTok", lambda c, a: c.speaker_surface in ("TikTok", "Orlina Miller")),
        ("q=JUGENDSCHUTZ", lambda c, a: "Jugendschutz" in c.text),
        ("modality=denied", lambda c, a: str(c.modality) == "denied"),
        ("once=1", lambda c, a: a.is_cluster_lead),
        ("from=2024-03-01&to=2024-04-15", lambda c, a: a.published_at and "2024-03-01" <= a.published_at.date().isoformat() <= "2024-04-15"),
        ("outlet=Weserbote&platform=tiktok", lambda c, a: a.source_id == "weserbote" and "tiktok" in c.platforms),
        ("q=erwarten", lambda c, a: "erwarten" in c.text),
        ("q=no+such+words", lambda c, a: False),
    ],
)
def test_explorer_filters_by_its_address(explorer, synthetic, snapshot, state, keep):
    press = synthetic.press()
    articles = {a.article_id: a for a in press.tables["articles"]}
    assert count(explorer(snapshot, state)) == sum(bool(keep(c, articles[c.article_id])) for c in press.tables["claims"])


def test_explorer_filters_by_hand_and_the_address_follows(explorer, snapshot):
    page = explorer(snapshot)
    everything = count(page)
    fill(page, "q", "Moderation")
    wait(page, "document.querySelectorAll('mark.hit').length > 0")
    found = count(page)
    assert 0 < found < everything
    page.find_element("css selector", "label[for=view-articles]").click()
    wait(page, "document.getElementById('count').textContent.endsWith('articles')")
    assert "view=articles" in page.current_url
    page.refresh()
    wait(page, "document.documentElement.dataset.ready")
    assert page.find_element("id", "f-q").get_attribute("value") == "Moderation"
    page.find_element("id", "reset").click()
    wait(page, "!location.hash.includes('q=')")
    assert count(page) == everything


def test_explorer_searches_the_articles_texts_too(explorer, synthetic, snapshot):
    page = explorer(snapshot, "q=wer+dazu+spricht")
    assert count(page) == 0
    page.find_element("id", "f-body").click()
    wait(page, "document.getElementById('count').textContent !== '0 claims' && !document.getElementById('count').textContent.includes('…')")
    assert count(page) == len(synthetic.press().tables["claims"])


def test_explorer_marks_the_claims_in_an_article_and_goes_back(explorer, synthetic, tmp_path):
    press = synthetic.press(articles=8, people=(("👩‍👩‍👧‍👦 Ada", "Ünsal", "Köchin", "TikTok"),))
    page = explorer(synthetic.write_snapshot(tmp_path, press))
    page.find_element("css selector", "#list .at a").click()
    wait(page, "!document.getElementById('article').hidden && document.querySelector('#article .text')")
    article_id = run(page, "new URLSearchParams(location.hash.slice(1)).get('article')")
    claims = [c.text for c in press.tables["claims"] if c.article_id == article_id]
    assert run(page, "[...document.querySelectorAll('#article mark')].map(m => m.textContent)") == claims
    assert run(page, "document.activeElement.id") == "article-h"
    assert run(page, "document.querySelectorAll('#article ol > li').length") == len(claims)
    page.back()
    wait(page, "document.getElementById('article').hidden")
    assert run(page, "!document.getElementById('results').hidden")


def test_explorer_of_a_snapshot_without_texts_says_why(explorer, synthetic, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    synthetic.write_snapshot(tmp_path, synthetic.press(articles=3))
    file = tmp_path / "articles" / "part-0.parquet"
    table = pq.read_table(file)
    withheld = pa.field("body_text", pa.string())
    pq.write_table(table.set_column(table.schema.get_field_index("body_text"), withheld, pa.nulls(3, pa.string())), file, compression="zstd")
    page = explorer(tmp_path, f"article={table['article_id'][0].as_py()}")
    assert "rights of the source" in page.find_element("css selector", ".note-box").text
    assert run(page, "document.querySelectorAll('#article ol blockquote').length") > 0


def test_explorer_runs_nothing_from_an_article(explorer, synthetic, tmp_path):
    press = synthetic.press(articles=10, outlets=HOSTILE, people=tuple((h, h, h, "TikTok") for h in HOSTILE))
    for i, url in enumerate(["javascript:document.title=1", "data:text/html,<script>1</script>", "file:///etc/passwd"]):
        press.replace("articles", i, url=url, title=HOSTILE[i])
    snapshot = synthetic.write_snapshot(tmp_path, press)
    for article in press.tables["articles"][:4]:
        page = explorer(snapshot, f"article={article.article_id}")
        assert all(
            href.startswith(("http", "#"))
            for href in run(page, "[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
            if href != "report.html"
        )
    page = explorer(snapshot, f"person={'%3Cimg'}")
    assert page.title == "Explore the claims · presslake"
    assert run(page, "document.querySelectorAll('img, iframe, object').length") == 0
    width(page, 390)
    assert run(page, "document.documentElement.scrollWidth") <= 390


def test_ten_thousand_outlets_stay_readable(page, explorer, synthetic, tmp_path):
    press = synthetic.press(articles=10_000, outlets=[f"Blatt {n:05d}" for n in range(10_000)])
    snapshot = synthetic.write_snapshot(tmp_path / "s", press)
    write_report(snapshot, tmp_path / "report.html")
    assert (tmp_path / "report.html").stat().st_size < 2_000_000
    page.get((tmp_path / "report.html").as_uri())
    assert run(page, "document.documentElement.scrollWidth <= innerWidth")
    assert "Blatt 0" in run(page, "document.body.innerText")
    assert count(explorer(snapshot)) == len(press.tables["claims"])
    assert run(page, "document.documentElement.scrollWidth <= innerWidth")
    named = next(a for a in reversed(press.tables["articles"]) if a.outlet)
    of_outlet = {a.article_id for a in press.tables["articles"] if a.source_id == named.source_id}
    assert count(explorer(snapshot, f"outlet={named.outlet.replace(' ', '+')}")) == sum(c.article_id in of_outlet for c in press.tables["claims"])


def test_explorer_of_one_article(explorer, synthetic, tmp_path):
    press = synthetic.press(articles=1)
    page = explorer(synthetic.write_snapshot(tmp_path, press), "view=articles")
    assert page.find_element("id", "count").text == "1 article"
    assert run(page, "document.documentElement.scrollWidth <= innerWidth")


def test_explorer_says_what_it_needs_without_javascript(page, snapshot):
    server = serve(snapshot)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.get(f"http://127.0.0.1:{server.server_address[1]}/")
        said = page.find_element("tag name", "main").text
        page.find_element("css selector", "label[for=lang-en]").click()
        assert "needs JavaScript" in page.find_element("tag name", "main").text
    finally:
        page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        server.shutdown()
        server.server_close()
    assert "braucht dafür JavaScript" in said
    assert "Der Bericht (report.html) kommt ohne aus" in said


@pytest.mark.parametrize("kind", ["empty", "broken"])
def test_explorer_of_odd_snapshots(page, synthetic, tmp_path, kind):
    snapshot = synthetic.write_snapshot(tmp_path / "s", synthetic.Press())
    if kind == "broken":
        (snapshot / "claims" / "part-0.parquet").write_bytes(b"PAR1 this is not Parquet")
    server = serve(snapshot)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    page.get(f"http://127.0.0.1:{server.server_address[1]}/?lang=en")
    wait(page, "document.documentElement.dataset.ready")
    server.shutdown()
    server.server_close()
    if kind == "empty":
        assert count(page) == 0
    else:
        assert "could not be read" in page.find_element("id", "stand").text


def test_explorer_opens_a_snapshot_from_disk(page, synthetic, tmp_path):
    press = synthetic.press(articles=5)
    snapshot = synthetic.write_snapshot(tmp_path / "snapshot", press)
    page.get(write_explorer(snapshot).as_uri() + "?lang=en")
    assert page.find_element("id", "open-h").text == "Open a snapshot"
    page.find_element("id", "folder").send_keys(str(snapshot))
    wait(page, "document.documentElement.dataset.ready")
    assert count(page) == len(press.tables["claims"])


def test_explorer_speaks_both_languages(explorer, snapshot):
    page = explorer(snapshot, "platform=tiktok", "lang=de&theme=dark")
    assert "Aussagen" in page.find_element("id", "count").text
    page.find_element("css selector", "label[for=lang-en]").click()
    wait(page, "document.getElementById('count').textContent.includes('claims')")
    assert page.find_element("id", "f-platform").get_attribute("value") == "tiktok"
    assert background(page) < 60
    run(page, "localStorage.clear()")


@pytest.mark.parametrize(("state", "theme"), [("", "dark"), ("", "light"), ("article", "dark")])
def test_explorer_is_accessible(explorer, synthetic, snapshot, state, theme):
    at = f"article={synthetic.press().tables['articles'][9].article_id}" if state else "q=Aufsicht"
    assert violations(explorer(snapshot, at, f"lang=en&theme={theme}")) == []


# ------------------------------------------------------------------ pictures for the documents

IMAGES = Path(__file__).parents[2] / "docs" / "images"
PICTURES = {
    "report-light-de": ("report.html?lang=de&theme=light", 1280),
    "report-dark-en": ("report.html?lang=en&theme=dark", 1280),
    "report-narrow-de": ("report.html?lang=de&theme=light", 390),
    "report-texts-de": ("report.html?lang=de&theme=light#texts", 1280),
    "explorer-list-en": ("?lang=en&theme=light#platform=tiktok&q=Aufsicht", 1280),
    "explorer-article-de": ("?lang=de&theme=light#article=", 1280),
}
HEIGHTS = {"report-texts-de": 620}


def test_pictures_in_the_documents(page, synthetic, tmp_path):
    """Each picture can be taken and is there. UPDATE_DOCS=1 keeps what was taken."""
    press = synthetic.press(articles=400)
    snapshot = synthetic.write_snapshot(tmp_path, press)
    write_report(snapshot, snapshot / "report.html", operations=synthetic.OPERATIONS, explorer=True)
    server = serve(snapshot)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    for name, (address, pixels) in PICTURES.items():
        width(page, pixels)
        page.get("about:blank")
        article = press.tables["articles"][40].article_id if address.endswith("=") else ""
        page.get(f"http://127.0.0.1:{server.server_address[1]}/{address}{article}")
        if name.startswith("explorer"):
            wait(page, "document.documentElement.dataset.ready")
        top = max(
            0, run(page, "scrollY + (document.querySelector(location.hash.match(/^#\\w+$/) ? location.hash : 'body').getBoundingClientRect().top)")
        )
        height = HEIGHTS.get(name, 1000 if name.startswith("explorer") else 1300)
        clip = {"x": 0, "y": top, "width": pixels, "height": height, "scale": 1}
        png = base64.b64decode(page.execute_cdp_cmd("Page.captureScreenshot", {"clip": clip, "captureBeyondViewport": True})["data"])
        assert png.startswith(b"\x89PNG")
        assert len(png) > 20_000, f"{name} is empty"
        assert len(png) < 150_000, f"{name} is too large for a document"
        if os.environ.get("UPDATE_DOCS"):
            IMAGES.mkdir(exist_ok=True)
            (IMAGES / f"{name}.png").write_bytes(png)
        assert (IMAGES / f"{name}.png").is_file(), "take it with UPDATE_DOCS=1"
    server.shutdown()
    server.server_close()
