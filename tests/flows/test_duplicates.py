"""Clusters and groups as the tables show them: whatever order the articles come in, one by one or all at once."""

import datetime as dt
import hashlib
import random
from dataclasses import replace
from itertools import permutations

import pytest

from benchmarks.synthetic import START, make_article
from flows.duplicates import cluster_touched, group_touched, sign_touched
from flows.warehouse import open_warehouse, upsert
from presslake.schema import make_id
from tests.transforms.resolve.test_clusters import story
from transforms.resolve.groups import sign_claim

QUOTE = "„Wir löschen jeden Abend alles, was niemand mehr braucht, und wir fangen am Morgen neu an“"
CUT = "Wir löschen jeden Abend alles, was niemand mehr braucht"


@pytest.fixture
def con():
    con = open_warehouse(":memory:")
    yield con
    con.close()


def article(name: str, text: str, day: int = 1, published: int | None = None):
    row = make_article(1)["articles"][0]
    seen = START + dt.timedelta(days=day)
    at = None if published is None else START + dt.timedelta(days=published)
    sha = hashlib.sha256(text.encode()).hexdigest()
    return replace(row, article_id=make_id("art", name), url=name, body_text=text, text_sha256=sha, first_seen_at=seen, published_at=at)


def claim(name: str, text: str, speaker: str | None = None, day: int = 1, language: str = "de"):
    row = make_article(1)["claims"][0]
    ids = {"claim_id": make_id("clm", name), "article_id": make_id("art", f"on day {day}"), "claim_group_id": sign_claim(text, language).group_id}
    return replace(row, **ids, text=text, language=language, cue=name, speaker_person_id=speaker)


def add(con, articles=(), claims=()) -> None:
    """What load does around the duplicates of a batch."""
    upsert(con, "articles", articles)
    upsert(con, "claims", claims)
    con.execute("CREATE OR REPLACE TEMP TABLE _new_articles AS FROM articles WHERE list_contains(?, article_id)", [[a.article_id for a in articles]])
    con.execute("CREATE OR REPLACE TEMP TABLE _new_claims AS FROM claims WHERE list_contains(?, claim_id)", [[c.claim_id for c in claims]])
    con.execute("CREATE OR REPLACE TEMP TABLE _touched AS SELECT article_id FROM _new_articles UNION SELECT article_id FROM _new_claims")
    con.execute("CREATE OR REPLACE TEMP TABLE _respoken (claim_id VARCHAR)")
    sign_touched(con)
    cluster_touched(con)
    group_touched(con)


def clusters(con) -> dict[str, tuple[str | None, bool]]:
    return {url: found for url, *found in con.execute("SELECT url, cluster_id, is_cluster_lead FROM articles ORDER BY 1").fetchall()}


def groups(con) -> list[list[str]]:
    return [found for (found,) in con.execute("SELECT list(cue ORDER BY cue) FROM claims GROUP BY claim_group_id ORDER BY 1").fetchall()]


def test_copies_are_one_cluster_led_by_the_first_published_and_named_by_the_first_seen(con):
    words = story(1).split()
    copies = [
        article("a", " ".join(words), day=2, published=2),
        article("b", " ".join(words[:200]), day=1, published=3),
        article("c", "Kopf davor: " + " ".join(words[:120] + words[130:]) + " (dpa)", day=3),
    ]
    add(con, [*copies, article("x", story(2)), article("y", story(3)), article("e", ""), article("f", "")])
    found = clusters(con)
    cluster = make_id("clu", make_id("art", "b"))
    assert {k: found[k] for k in "abc"} == {"a": [cluster, True], "b": [cluster, False], "c": [cluster, False]}
    assert {tuple(found[k]) for k in "xyef"} == {(None, True)}, "texts without words equal none"

    add(con, [article("d", " ".join(words[5:]), day=9)])
    assert clusters(con)["d"] == [cluster, False], "the id stays when later articles join"


def test_an_article_that_is_written_anew_leaves_its_cluster_and_what_only_it_held_together_falls_apart(con):
    words = story(4, 300).split()
    ends, middle = [article("a", " ".join(words[:220])), article("z", " ".join(words[80:]))], article("m", " ".join(words))
    add(con, ends)
    assert {tuple(found) for found in clusters(con).values()} == {(None, True)}
    add(con, [middle])
    assert len({cluster for cluster, _ in clusters(con).values()}) == 1
    add(con, [replace(middle, body_text=story(5), text_sha256="5" * 64)])
    assert {tuple(found) for found in clusters(con).values()} == {(None, True)}


def test_three_hundred_copies_with_small_differences_are_one_cluster_in_any_order(con):
    words = story(8).split()
    articles = [article(f"a{i:04}", " ".join([*words[:100], f"ort{i}", *words[100:]])) for i in range(300)]
    add(con, articles)
    assert len({tuple(c) for c in clusters(con).values()}) == 2, "one cluster with one lead"

    other = open_warehouse(":memory:")
    shuffled = random.Random(1).sample(articles, 300)
    for first in range(0, 300, 100):
        add(other, shuffled[first : first + 100])
    assert clusters(other) == clusters(con)
    other.close()


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_two_speakers_of_the_same_words_are_two_groups_and_unknown_ones_go_with_the_most(order):
    claims = [claim("a", QUOTE, "per_1"), claim("b", QUOTE, "per_2", 2), claim("c", CUT, "per_2", 3), claim("d", QUOTE.upper(), None, 4)]
    days = [article(f"on day {day}", story(100 + day), day=day) for day in range(5)]
    con = open_warehouse(":memory:")
    add(con, days)
    for i in order:
        add(con, claims=[claims[i]])
    assert sorted(groups(con)) == [["a"], ["b", "c", "d"]]
    ids = dict(con.execute("SELECT cue, claim_group_id FROM claims").fetchall())
    assert ids["b"] == sign_claim(QUOTE, "de").group_id, "the group of its earliest claim's words"
    assert ids["a"] == make_id("grp", "per_1", sign_claim(QUOTE, "de").group_id)
    con.close()


def test_a_claim_that_goes_takes_its_words_along(con):
    bridge = QUOTE.replace("„", "").replace("“", "") + " und hören erst am Abend wieder auf damit"
    add(con, [article(f"on day {day}", story(100 + day), day=day) for day in range(5)])
    add(con, claims=[claim("a", CUT), claim("b", bridge, day=2)])
    assert groups(con) == [["a"], ["b"]], "less than half of it"
    add(con, claims=[claim("m", QUOTE, day=3)])
    assert groups(con) == [["a", "b", "m"]]

    con.execute("DELETE FROM claims WHERE cue = 'm'")
    add(con)
    assert sorted(groups(con)) == [["a"], ["b"]]


def test_languages_stay_apart(con):
    add(con, [article("on day 1", story(1))], [claim("a", QUOTE), claim("b", QUOTE, language="en")])
    assert sorted(groups(con)) == [["a"], ["b"]]


def test_what_an_earlier_version_left_without_a_signature_is_signed(con):
    text = story(1)
    add(con, [article("a", text), article("b", text)])
    for table in ("_article_texts", "_article_links"):
        con.execute(f"DELETE FROM {table}")
    add(con, [article("c", text, day=3)])
    assert len({c for c, _ in clusters(con).values()}) == 1
