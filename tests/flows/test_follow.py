"""Articles on several pages from a real HTTP server to the warehouse, and the same again from the archive alone."""

import dataclasses

import pytest

from flows import steps
from flows.follow import group_pages
from flows.load import open_warehouse
from flows.rights import settle_rights
from presslake import schema
from tests.rows import fetch_row
from tests.servers import page, response, serve

SENTENCES = [
    f"Absatz {n}: Die Plattform erklärte am Dienstag zum {n}. Mal, dass sie ihre Regeln für Werbung in Europa bald ändern werde." for n in range(9)
]


def text(*numbers: int) -> str:
    return "</p><p>".join(SENTENCES[n] for n in numbers)


def numbered(first: int, *numbers: int, more: str = "", title: str = "Videodienst ändert seine Regeln") -> bytes:
    return response(page(title, text(*numbers) + "</p>" + more + "<p>"))


@pytest.fixture
def press():
    pages = {
        "/netz/lang-1.html": numbered(0, 0, 1, more="<a href='/netz/lang-1.html?page=2'>2</a>"),
        "/netz/lang-1.html?page=2": numbered(0, 2, 3, more="<a href='/netz/lang-1.html?page=3'>3</a>"),
        "/netz/lang-1.html?page=3": numbered(0, 4, 5),
        "/netz/ganz-2.html": numbered(
            0, 0, 1, more="<a href='/netz/ganz-2.html?page=2'>2</a><a href='/netz/ganz-2.html?page=all'>Auf einer Seite lesen</a>"
        ),
        "/netz/ganz-2.html?page=all": numbered(0, 0, 1, 6, 7),
        "/netz/ganz-2.html?page=2": numbered(0, 6, 7),
        "/geheim/lang-3.html": numbered(0, 0, 1, more="<a href='/geheim/intern/lang-3.html?page=2'>2</a><a href='/geheim/lang-3.html?page=2'>2</a>"),
        "/geheim/lang-3.html?page=2": numbered(0, 2, 3),
        "/netz/kurz-4.html": numbered(0, 0, 8),
        "/robots.txt": response("User-agent: *\nDisallow: /geheim/lang-3.html?page=\n", content_type="text/plain"),
    }
    with serve(pages) as press:
        yield press


@pytest.fixture
def start(press, tmp_path):
    """Begins a run of ``flow`` on the press."""
    config = tmp_path / "sources.toml"
    urls = [press.url(p) for p in press.answers if "?" not in p and p.endswith(".html")]
    settings = '[settings]\nallow_networks = ["127.0.0.1/32"]\ndelay_seconds = 0\nretries = 0\n'
    config.write_text(f'{settings}[sources.blatt]\nname = "Blatt"\nlanguage = "de"\nurls = {urls}\n')
    return lambda flow: steps.begin(flow, str(tmp_path / "data"), str(config))


def run(ctx, rows) -> None:
    steps.process(ctx, rows)
    steps.check_staged(ctx)
    steps.load(ctx)


def tables(ctx):
    con = open_warehouse(ctx.warehouse, read_only=True)
    try:
        return {t: sorted(con.execute(f'SELECT * FROM "{t}"').fetchall(), key=repr) for t in schema.PUBLIC_TABLES}
    finally:
        con.close()


def bodies(ctx) -> dict[str, tuple[str, int]]:
    con = open_warehouse(ctx.warehouse, read_only=True)
    try:
        rows = con.execute("SELECT url, body_text, version_no FROM articles").fetchall()
        wrong = con.execute("SELECT count(*) FROM claims c JOIN articles a USING (article_id) WHERE is_current AND char_start IS NOT NULL "
                            "AND len(spans) = 1 AND substring(body_text, char_start + 1, char_end - char_start) <> text").fetchone()  # fmt: skip
        blocks = con.execute("SELECT count(*) FROM articles a WHERE len(body_text) <> (SELECT max(char_end) FROM blocks b "
                             "WHERE b.article_id = a.article_id AND b.raw_sha256 = a.raw_sha256)").fetchone()  # fmt: skip
        assert wrong == blocks == (0,)
        return {u.partition("/netz/")[2] or u.rpartition("/")[2]: (b.replace("\n\n", "</p><p>"), v) for u, b, v in rows}
    finally:
        con.close()


def test_every_page_of_an_article_is_fetched_politely_and_becomes_one_article(press, start):
    ctx = start("daily")
    rows = steps.acquire(ctx)
    run(ctx, rows)
    assert bodies(ctx) == {
        "lang-1.html": (text(0, 1, 2, 3, 4, 5), 1),
        "ganz-2.html": (text(0, 1, 6, 7), 1),
        "lang-3.html": (text(0, 1), 1),
        "kurz-4.html": (text(0, 8), 1),
    }
    asked = press.paths()
    assert len(asked) == len(set(asked)), "nothing twice"
    assert "/netz/ganz-2.html?page=2" not in asked, "a whole view makes the other pages needless"
    assert "/geheim/lang-3.html?page=2" not in asked, "robots.txt holds for them too"
    assert next(r for r in rows if r.channel == "link" and "lang-3" in r.url).outcome == "refused_robots"
    third = next(r for r in rows if r.url.endswith("page=3"))
    assert (third.channel, third.found_at_url) == ("link", press.url("/netz/lang-1.html"))


def test_a_later_page_that_changes_gives_a_version_and_a_rebuild_the_same_rows(press, start):
    ctx = start("daily")
    run(ctx, steps.acquire(ctx))
    press.answers["/netz/lang-1.html?page=2"] = numbered(0, 2, 8, more="<a href='/netz/lang-1.html?page=3'>3</a>")
    later = start("daily")
    run(later, steps.acquire(later, refetch="all"))
    assert bodies(later)["lang-1.html"] == (text(0, 1, 2, 8, 4, 5), 2)
    assert bodies(later)["kurz-4.html"] == (text(0, 8), 1)
    before = tables(later)
    asked = len(press.requests)
    rebuilt = steps.new_warehouse(start("rebuild"))
    run(rebuilt, steps.replay_archive(rebuilt))
    assert tables(rebuilt) == before
    assert len(press.requests) == asked, "without network"


def test_an_amp_page_and_its_canonical_one_are_one_article_with_the_text_of_the_canonical(press, start):
    head = f"<link rel=canonical href='{press.url('/netz/kurz-4.html')}'>"
    amp = page("Videodienst ändert seine Regeln", text(0)).replace("<html", "<html amp").replace("<head>", f"<head>{head}")
    del press.answers["/netz/kurz-4.html"]
    ctx = start("ingest")
    press.answers |= {"/amp/kurz-4": response(amp), "/netz/kurz-4.html": numbered(0, 0, 8)}
    run(ctx, steps.archive_inputs(ctx, [press.url("/amp/kurz-4")]))
    assert bodies(ctx) == {"kurz-4.html": (text(0, 8), 1)}


def canonical(press, path: str, body: str, html: str = "<html") -> bytes:
    return response(body.replace("<html", html).replace("<head>", f"<head><link rel=canonical href='{press.url(path)}'>"))


def rebuilt(ctx) -> None:
    """A rebuild gives the rows that the warehouse has."""
    before = tables(ctx)
    again = steps.new_warehouse(dataclasses.replace(ctx, flow="rebuild"))
    run(again, steps.replay_archive(again))
    assert tables(again) == before


def test_the_amp_page_beside_the_article_gives_neither_an_article_nor_a_version_of_its_own(press, start):
    title = "Videodienst ändert seine Regeln"
    more = f"</p><a href='{press.url('/netz/beide-5.html?page=2')}'>2</a><p>"
    press.answers |= {
        "/amp/beide-5.html": canonical(press, "/netz/beide-5.html", page(title, text(0, 5)), "<html amp"),
        "/netz/beide-5.html": response(page(title, text(0, 1) + more)),
        "/netz/beide-5.html?page=2": numbered(0, 2),
    }
    both = [press.url("/netz/beide-5.html"), press.url("/amp/beide-5.html")]
    ctx, later, last = start("ingest"), start("ingest"), start("ingest")
    run(ctx, steps.archive_inputs(ctx, both))
    assert bodies(ctx)["beide-5.html"] == (text(0, 1, 2), 1), "not the text of the AMP page"
    press.answers["/amp/beide-5.html"] = canonical(press, "/netz/beide-5.html", page(title, text(0, 6)), "<html amp")
    run(later, steps.archive_inputs(later, both[::-1]))
    assert bodies(later)["beide-5.html"] == (text(0, 1, 2), 1), "a change of the AMP page alone is none of the article"
    assert not [r for r in steps.archive_inputs(last, both) if r.outcome == "joined"], "joined once"
    rebuilt(later)


@pytest.mark.parametrize("order", [1, -1])
def test_a_later_page_that_is_listed_on_its_own_is_read_with_the_article(press, start, order):
    title = "Videodienst ändert seine Regeln"
    press.answers |= {
        "/netz/liste-6.html": response(page(title, text(0, 1) + "</p><a href='/netz/liste-6.html/seite-2.html'>2</a><p>")),
        "/netz/liste-6.html/seite-2.html": response(page(title, text(2, 3) + "</p><a href='/netz/liste-6.html/seite-3.html'>3</a><p>")),
        "/netz/liste-6.html/seite-3.html": numbered(0, 4),
    }
    ctx = start("ingest")
    listed = [press.url("/netz/liste-6.html"), press.url("/netz/liste-6.html/seite-2.html")]
    run(ctx, steps.archive_inputs(ctx, listed[::order]))
    assert bodies(ctx) == {"liste-6.html": (text(0, 1, 2, 3, 4), 1)}
    assert sorted(press.paths()) == sorted({p for p in press.answers if "liste-6" in p}), "nothing is asked for twice"


def test_a_page_that_came_in_an_earlier_run_is_joined_without_being_asked_for_again(press, start):
    press.answers |= {
        "/netz/spaet-7.html": numbered(0, 0, 1, more="<a href='/netz/spaet-7.html?page=2'>2</a>"),
        "/netz/spaet-7.html?page=2": numbered(0, 2, 3),
    }
    ctx, later = start("ingest"), start("ingest")
    run(ctx, steps.archive_inputs(ctx, [press.url("/netz/spaet-7.html?page=2")]))
    assert bodies(ctx)["spaet-7.html?page=2"] == (text(2, 3), 1), "as far as is known by then, an article"
    run(later, steps.archive_inputs(later, [press.url("/netz/spaet-7.html")]))
    assert bodies(later)["spaet-7.html"] == (text(0, 1, 2, 3), 1)
    assert press.paths().count("/netz/spaet-7.html?page=2") == 1
    rebuilt(later)


def test_a_later_page_alone_brings_the_article(press, start):
    title = "Videodienst ändert seine Regeln"
    press.answers |= {
        "/netz/allein-8.html": response(page(title, text(0, 1) + "</p><a href='/netz/allein-8.html?page=2'>2</a><p>")),
        "/netz/allein-8.html?page=2": canonical(press, "/netz/allein-8.html", page(title, text(2, 3))),
    }
    ctx = start("ingest")
    rows = steps.archive_inputs(ctx, [press.url("/netz/allein-8.html?page=2")])
    run(ctx, rows)
    assert bodies(ctx) == {"allein-8.html": (text(0, 1, 2, 3), 1)}
    assert [(r.url.rpartition("/")[2], r.outcome, r.channel) for r in rows if r.channel != "permit"] == [
        ("allein-8.html?page=2", "fetched", "url_list"),
        ("allein-8.html?page=2", "joined", "link"),
        ("allein-8.html", "fetched", "url_list"),
    ]


def test_a_further_page_that_may_not_be_indexed_holds_back_the_text_of_the_article(press, start):
    press.answers["/netz/lang-1.html?page=3"] = response(page(text=text(4, 5)), x_robots_tag="noindex")
    ctx = start("daily")
    run(ctx, steps.acquire(ctx))
    con = open_warehouse(ctx.warehouse)
    settle_rights(con, {"blatt": "full_text"})
    found = dict(con.execute("SELECT split_part(url, '/', -1), r.rights FROM articles JOIN _article_rights r USING (article_id)").fetchall())
    con.close()
    assert found == {"lang-1.html": "metadata", "ganz-2.html": "full_text", "lang-3.html": "full_text", "kurz-4.html": "full_text"}


def test_a_whole_view_that_fails_is_replaced_by_the_pages(press, start):
    press.answers["/netz/ganz-2.html?page=all"] = response("gone", "404 Not Found")
    ctx = start("daily")
    run(ctx, steps.acquire(ctx))
    assert bodies(ctx)["ganz-2.html"] == (text(0, 1, 6, 7), 1)


def test_what_a_killed_run_left_out_is_fetched_by_the_next(press, start):
    ctx = start("daily")
    rows = [r for r in steps.acquire(ctx) if r.channel != "link" and "lang-1" in r.url]
    next_run = start("daily")
    state_before = press.paths().count("/netz/lang-1.html?page=2")
    steps.acquire(next_run, rows)  # the first page is known, its further pages are not
    assert press.paths().count("/netz/lang-1.html?page=2") == state_before + 1


def test_a_whole_view_that_failed_in_a_killed_run_is_not_waited_for(press, start):
    press.answers["/netz/ganz-2.html?page=all"] = response("gone", "404 Not Found")
    ctx = start("daily")
    rows = [r for r in steps.acquire(ctx) if not r.url.endswith("ganz-2.html?page=2")]
    before = press.paths().count("/netz/ganz-2.html?page=2")
    steps.acquire(start("daily"), rows)
    assert press.paths().count("/netz/ganz-2.html?page=2") == before + 1


def test_pages_are_grouped_by_run_as_they_were_then():
    first, second = (
        fetch_row("https://blatt.example/a"),
        fetch_row("https://blatt.example/a?page=2", channel="link", found_at_url="https://blatt.example/a"),
    )
    other = fetch_row("https://blatt.example/b")
    changed = dataclasses.replace(second, fetch_id="fet_x", run_id="run_2", fetched_at=second.fetched_at.replace(year=2026))
    single, parts = group_pages([first, second, other])
    assert (single, parts) == ([other, first], {(first.fetch_id, first.run_id): (second,)})
    single, parts = group_pages([changed], earlier=[first, second])
    assert [(f.fetch_id, f.run_id, f.fetched_at) for f in single] == [(first.fetch_id, "run_2", changed.fetched_at)]
    assert parts == {(first.fetch_id, "run_2"): (changed,)}
    whole, all_parts = group_pages([first, second, other, changed])
    assert len(whole) == 3
    assert set(all_parts.values()) == {(second,), (changed,)}


def test_a_rebuild_since_a_time_reads_again_what_came_since_with_all_its_states_and_leaves_the_rest(press, start):
    press.answers |= {f"/netz/seit-{n}.html": numbered(0, n, n + 1) for n in (1, 2, 3)}
    press.answers["/netz/seit-2.html"] = numbered(0, 2, 3, more="<a href='/netz/seit-2.html?page=2'>2</a>")
    press.answers["/netz/seit-2.html?page=2"] = numbered(0, 4)
    first = start("ingest")
    run(first, steps.archive_inputs(first, [press.url(f"/netz/seit-{n}.html") for n in (1, 2)]))
    press.answers["/netz/seit-2.html?page=2"] = numbered(0, 5)
    later = start("daily")
    addresses = [press.url(p) for p in ("/netz/seit-2.html?page=2", "/netz/seit-3.html")]
    run(later, steps.archive_inputs(later, addresses))
    before, asked = tables(later), len(press.requests)
    assert bodies(later)["seit-2.html"] == (text(2, 3, 5), 2)

    con = open_warehouse(later.warehouse)
    con.execute("UPDATE articles SET title = 'Verlorener Titel'")
    con.execute("DELETE FROM claims")
    con.execute("UPDATE article_versions SET body_text = 'Verlorener Text'")
    con.close()
    again = start("rebuild")
    run(again, steps.read_again(again, later.started_at.replace(tzinfo=None).isoformat()))
    after = tables(again)
    assert len(press.requests) == asked, "without network"
    old = {r[0] for r in before["articles"] if press.url("/netz/seit-1.html") in r}
    for table in ("articles", "claims", "article_versions", "blocks", "mentions", "article_urls"):
        column = [c.name for c in schema.columns(table)].index("article_id")
        assert [r for r in after[table] if r[column] not in old] == [r for r in before[table] if r[column] not in old], table
    assert [r for r in after["articles"] if r[0] in old] != [r for r in before["articles"] if r[0] in old], "what came before is left as it was"
