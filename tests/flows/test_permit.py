"""Who says what we may do, and which word counts."""

import datetime as dt
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.archive import Archive, iter_pages
from flows.fetch import Fetcher, Target, fetch_targets
from flows.permit import (
    Answer,
    Decision,
    _matches,
    check_ai_txt,
    check_content_signals,
    check_page,
    check_robots,
    check_tdmrep,
    least,
    meta_tags,
    publishable,
)
from flows.state import with_fetches
from presslake.schema import make_id
from presslake.settings import Settings
from tests.servers import page, response, serve

NOW = dt.datetime(2025, 3, 4, 12, 0, tzinfo=dt.UTC)
URL = "https://blatt.example/politik/artikel-1"


def text(body: str, status: int = 200) -> Answer:
    return Answer(status, body.encode())


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (text("", 404), None),
        (text("", 401), None),
        (text("", 500), "refused_robots"),
        (text("", 503), "refused_robots"),
        (text("", 429), "refused_robots"),
        (Answer(None, outcome="timeout", reason="no answer"), "timeout"),
        (Answer(None, outcome="too_large", reason="…"), "too_large"),
        (text(""), None),
        (text("User-agent: *\nDisallow: /"), "refused_robots"),
        (text("\ufeffUser-agent: *\nDisallow: /"), "refused_robots"),
        (text("User-agent: *\nDisallow: /politik/*-1$"), "refused_robots"),
        (text("User-agent: *\nDisallow: /politik/\nAllow: /politik/artikel"), None),
        (text("User-agent: *\nDisallow: /\n\nUser-agent: presslake\nDisallow: /intern"), None),
        (text("User-agent: presslake\nDisallow: /politik\n\nUser-agent: *\nAllow: /"), "refused_robots"),
        (text("User-agent: otherbot\nDisallow: /"), None),
        (text("<html>not robots</html>"), None),
        (Answer(200, bytes(range(256)) * 50), None),
    ],
)
def test_robots_txt_fails_closed_on_errors_and_open_where_there_is_none(answer: Answer, outcome: str | None) -> None:
    decision = check_robots(answer, URL, "presslake")
    assert decision.outcome == outcome
    assert decision.robots_rule
    assert decision.reason or outcome is None


def test_the_rule_that_decided_is_named() -> None:
    decision = check_robots(text("User-agent: *\nAllow: /\nDisallow: /politik/*\nCrawl-delay: 7"), URL, "presslake")
    assert decision.robots_rule == "user-agent: *, disallow: /politik/*"
    assert decision.crawl_delay == 7
    assert check_robots(text("User-agent: *\nRequest-rate: 1/10s\nDisallow: /x"), URL, "presslake").crawl_delay == 10


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('[{"location": "/politik/*", "tdm-reservation": 1}]', True),
        ('[{"location": "/politik/", "tdm-reservation": "1"}]', True),
        ('[{"location": "/politik/artikel-1$", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}]', False),
        ('[{"location": "/sport", "tdm-reservation": 1}]', None),
        ('{"location": "/", "tdm-reservation": 1}', True),
        ("[]", None),
        ('[{"location": 5, "tdm-reservation": 1}, 7, null]', None),
        ('[{"location": "/", "tdm-reservation": true}]', None),
        ("<html>", None),
        ("[" * 5000, None),
    ],
)
def test_the_well_known_file_by_its_first_rule_that_matches(body: str, expected: bool | None) -> None:
    found = check_tdmrep(text(body), URL)
    assert (found[0] if found else None) == expected


@pytest.mark.parametrize(
    ("body", "reserved"),
    [
        ("User-Agent: *\nDisallow: /", True),
        ("User-Agent: *\nDisallow: *.txt\nDisallow: *.jpg", True),
        ("User-Agent: *\nDisallow: *.jpg", False),
        ("User-Agent: *\nDisallow: /\nAllow: /politik/", False),
        ("User-Agent: GPTBot\nDisallow: /", False),
        ("<html><body>Disallow: /</body></html>", False),
        ("", False),
    ],
)
def test_ai_txt(body: str, reserved: bool) -> None:
    assert (check_ai_txt(text(body), URL) is not None) == reserved


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("User-agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /", "robots: Content-Signal ai-train=no"),
        ("Content-Signal: ai-input=no", "robots: Content-Signal ai-input=no"),
        ("User-agent: *\nContent-Signal: search=yes,ai-train=yes", None),
        ("User-agent: GPTBot\nContent-Signal: ai-train=no\n\nUser-agent: *\nAllow: /", None),
        ("User-agent: *\nContent-Signal: ai-train=no\n\nUser-agent: presslake\nContent-Signal: ai-train=yes", None),
        ("User-agent: GPTBot\nUser-agent: presslake\nContent-Signal: ai-train=no", "robots: Content-Signal ai-train=no"),
        ("# Content-Signal: ai-train=no", None),
    ],
)
def test_content_signals(body: str, rule: str | None) -> None:
    assert check_content_signals(text(body), "presslake") == rule


@pytest.mark.parametrize(
    ("before", "headers", "meta", "reserved", "rule"),
    [
        (False, [], "", False, None),
        (True, [], "", True, "well_known: x"),
        (True, [("TDM-Reservation", "0")], "", False, "header: tdm-reservation 0"),
        (True, [("tdm-reservation", "0")], '<meta name="tdm-reservation" content="1">', True, "meta: tdm-reservation 1"),
        (False, [("tdm-reservation", "1")], "<meta content=0 name=TDM-Reservation>", False, "meta: tdm-reservation 0"),
        (False, [("tdm-reservation", "maybe")], "", False, None),
        (False, [("X-Robots-Tag", "noai, noimageai")], "", True, "header: X-Robots-Tag noai"),
        (False, [("X-Robots-Tag", "otherbot: noai")], "", False, None),
        (False, [("X-Robots-Tag", "presslake: noai")], "", True, "header: X-Robots-Tag noai"),
        (False, [("X-Robots-Tag", "otherbot: noindex, noai, presslake: nofollow")], "", False, None),
        (False, [("X-Robots-Tag", "max-image-preview:large, noai")], "", True, "header: X-Robots-Tag noai"),
        (False, [("X-Robots-Tag", "otherbot: max-snippet:0, noai")], "", False, None),
        (False, [], "<meta name=robots content='max-snippet:-1, noai'>", True, "meta: robots noai"),
        (False, [], "<meta name='robots' content='index, NOAI'>", True, "meta: robots noai"),
        (False, [], "<body><meta name='robots' content='noai'>", False, None),
    ],
)
def test_header_overrides_file_and_meta_overrides_header(before: bool, headers: list, meta: str, reserved: bool, rule: str | None) -> None:
    decision = Decision(tdm_reserved=before, tdm_rule="well_known: x" if before else None)
    heard = check_page(decision, headers, f"<html><head>{meta}</head><body>x</body>".encode(), "presslake")
    assert (heard.tdm_reserved, heard.tdm_rule) == (reserved, rule)


@pytest.mark.parametrize("rule", ["ai_txt: disallow /", "robots: Content-Signal ai-train=no"])
def test_what_ai_txt_reserves_is_not_taken_back_by_the_other_protocol(rule: str) -> None:
    heard = check_page(Decision(tdm_reserved=True, tdm_rule=rule), [("tdm-reservation", "0")], b"<meta name=tdm-reservation content=0>", "presslake")
    assert (heard.tdm_reserved, heard.tdm_rule) == (True, rule)


@pytest.mark.parametrize(
    ("headers", "reserved", "rights", "expected"),
    [
        ([], False, "full_text", "full_text"),
        ([], True, "full_text", "metadata"),
        ([], True, "metadata", "metadata"),
        ([("X-Robots-Tag", "noarchive")], False, "full_text", "excerpt"),
        ([("X-Robots-Tag", "noindex, nofollow")], False, "full_text", "metadata"),
        ([("X-Robots-Tag", "none")], False, "excerpt", "metadata"),
        ([("X-Robots-Tag", "unavailable_after: 25 Jun 2030 15:00:00 PST")], False, "full_text", "full_text"),
        ([("X-Robots-Tag", "nofollow")], False, "full_text", "full_text"),
        ([("X-Robots-Tag", "max-snippet:-1, max-image-preview:large")], False, "full_text", "full_text"),
        ([("X-Robots-Tag", "max-image-preview:large, noindex")], False, "full_text", "metadata"),
        ([("X-Robots-Tag", "max-snippet: 0")], False, "full_text", "metadata"),
    ],
)
def test_what_a_snapshot_may_carry(headers: list, reserved: bool, rights, expected: str) -> None:
    heard = check_page(Decision(robots_rule="user-agent: *, no line matches: allow", tdm_reserved=reserved), headers, b"", "presslake")
    assert least(rights, publishable(heard.robots_rule, tdm_reserved=heard.tdm_reserved)) == expected


def test_robots_rules_that_sound_like_directives_publish_as_usual() -> None:
    assert publishable("user-agent: *, disallow: /none/noindex", tdm_reserved=False) == "full_text"


@given(st.text("ab/*$", max_size=12), st.text("ab/", max_size=12))
@settings(max_examples=300, deadline=None)
def test_patterns_match_as_their_definition_says(pattern: str, path: str) -> None:
    path = "/" + path
    full = pattern if pattern.startswith(("/", "*")) else "/" + pattern
    anchored = full.endswith("$")
    expression = ".*".join(map(re.escape, full.removesuffix("$").split("*")))
    assert _matches(pattern, path) == (re.match(expression + ("$" if anchored else ""), path) is not None)


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_no_bytes_break_the_reading_of_rules(body: bytes) -> None:
    answer = Answer(200, body)
    check_robots(answer, URL, "presslake")
    check_tdmrep(answer, URL)
    check_ai_txt(answer, URL)
    check_content_signals(Answer(200, b"Content-Signal:" + body), "presslake")
    check_page(Decision(), [("x-robots-tag", body.decode("latin-1"))], body, "presslake")


def test_meta_tags_are_read_in_linear_time() -> None:
    assert meta_tags(b"<meta " * 200_000) == {}


def fetch_one(data_dir: Path, press, **changes):
    options = Settings(allow_networks=("127.0.0.0/8",), delay_seconds=0, retries=0).model_copy(update=changes)
    with Archive(data_dir, make_id("run", 1), NOW) as archive, Fetcher(options, archive, clock=lambda: NOW) as fetcher:
        rows = list(fetch_targets([Target(url=press.url("/a"), source_id="blatt", channel="url_list")], fetcher))
    return rows[-1]


@pytest.mark.parametrize("where", ["well_known", "header", "meta", "ai_txt"])
@pytest.mark.parametrize("tdm", ["mark", "refuse"])
def test_a_reservation_is_recorded_or_refused(tmp_path: Path, where: str, tdm: str) -> None:
    answers = {"/a": response(page())}
    if where == "well_known":
        answers["/.well-known/tdmrep.json"] = response('[{"location": "/", "tdm-reservation": 1}]', content_type="application/json")
    elif where == "header":
        answers["/a"] = response(page(), tdm_reservation="1")
    elif where == "meta":
        answers["/a"] = response(page().replace("<title>", "<meta name=tdm-reservation content=1><title>"))
    else:
        answers["/ai.txt"] = response("User-Agent: *\nDisallow: /", content_type="text/plain")
    with serve(answers) as press:
        row = fetch_one(tmp_path, press, tdm=tdm)
        asked = press.paths()
    assert row.outcome == ("fetched" if tdm == "mark" else "refused_tdm")
    assert (row.tdm_reserved, (row.tdm_rule or "").partition(":")[0]) == (True, where)
    assert len(list(iter_pages(tmp_path))) == (tdm == "mark")
    assert asked == ["/a"], "the header or the meta element may still allow it"


def test_robots_txt_of_the_other_host_holds_after_a_redirect(tmp_path: Path) -> None:
    robots = {"/robots.txt": response("User-agent: *\nDisallow: /", content_type="text/plain"), "/b": response(page())}
    with serve(robots, host="127.0.0.3") as other, serve({"/a": response("", "302 Found", location=other.url("/b"))}) as press:
        row = fetch_one(tmp_path, press)
        assert other.paths() == []
    assert (row.outcome, row.hops) == ("refused_robots", (press.url("/a"),))


def test_rules_hold_for_a_day_and_are_asked_for_conditionally_after_it(tmp_path: Path) -> None:
    def robots(request):
        known = request.headers.get("if-none-match") == '"r"'
        return response("", "304 Not Modified") if known else response("User-agent: *\nDisallow: /b", content_type="text/plain", etag='"r"')

    options = Settings(allow_networks=("127.0.0.0/8",), delay_seconds=0, retries=0)
    rows, asked = [], []
    with serve({"/robots.txt": robots, "/a": response(page()), "/b": response(page())}) as press:
        for hours in (0, 1, 30):
            now = NOW + dt.timedelta(hours=hours)
            archive, state = Archive(tmp_path, make_id("run", hours), now), with_fetches({}, rows)
            with archive, Fetcher(options, archive, state, clock=lambda now=now: now) as fetcher:
                rows += list(fetch_targets([Target(url=press.url("/b"), source_id="blatt", channel="url_list")], fetcher))
            asked.append(press.paths(rules=True).count("/robots.txt"))
    assert asked == [1, 1, 2]
    assert [r.outcome for r in rows if r.channel == "url_list"] == ["refused_robots"] * 3
