import datetime as dt
import hashlib
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.resolve.clusters import Clustered, SignedArticle, cluster_articles, is_near_duplicate, sign_article

WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("rt", "nd", "ll", "m", "st", "tz")]


def story(seed: int, length: int = 240) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def article(name: str, text: str, day: int = 1, published: int | None = None) -> SignedArticle:
    seen = dt.datetime(2026, 1, day, tzinfo=dt.UTC)
    return SignedArticle(
        article_id=name,
        signature=sign_article(text),
        seen_at=seen,
        published_at=dt.datetime(2026, 1, published, tzinfo=dt.UTC) if published else None,
    )


def test_agency_copy_with_small_cuts_is_one_cluster_and_other_stories_stand_alone():
    text = story(1)
    words = text.split()
    copies = [
        article("a", text, day=2, published=2),
        article("b", " ".join(words[:200]), day=1, published=3),
        article("c", "Kopf davor: " + " ".join(words[:120] + words[130:]) + " (dpa)", day=3),
        article("d", text.upper().replace(" ", ",  "), day=4),
    ]
    out = cluster_articles([*copies, article("x", story(2)), article("y", story(3))])
    assert len({out[k].cluster_id for k in "abcd"}) == 1
    assert out["a"].cluster_id is not None
    assert [k for k in "abcd" if out[k].is_lead] == ["a"]
    assert out["x"] == out["y"] == Clustered(None, True)


def test_signatures_stay_as_warehouses_keep_them():
    made = sign_article(" ".join(f"Wort{n} folgt{n % 7}" for n in range(60)))
    assert (made.minhash[:24], made.shingle_count, made.band_keys[0]) == ("017c79de00a71d1c00718cf7", 118, "0:3ffed1ea53e3")
    assert hashlib.sha256(made.minhash.encode()).hexdigest()[:16] == "93a385c81a7f3412"


def test_a_long_article_that_quotes_a_paragraph_of_another_is_not_its_copy():
    shared = story(4, 60)
    assert not is_near_duplicate(sign_article(story(5) + " " + shared), sign_article(story(6) + " " + shared))


def test_short_texts_are_the_same_only_if_equal():
    out = cluster_articles(
        [article("a", "Nur ein Satz."), article("b", "Nur ein Satz!"), article("c", "Nur zwei Sätze."), article("d", ""), article("e", "")]
    )
    assert out["a"].cluster_id == out["b"].cluster_id is not None
    assert {out[k].cluster_id for k in "cde"} == {None}


def test_the_cluster_keeps_its_id_when_later_articles_join():
    text = story(7)
    first = cluster_articles([article("m", text, day=1), article("z", text, day=2)])
    later = cluster_articles([article("a", text, day=9), article("m", text, day=1), article("z", text, day=2)])
    assert later["a"].cluster_id == first["m"].cluster_id


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(9)))
def test_clusters_do_not_depend_on_the_order(order: list[int]):
    articles = [article(f"a{i}", " ".join(story(i // 3).split()[: 240 - 10 * (i % 3)]), day=1 + i) for i in range(9)]
    assert cluster_articles([articles[i] for i in order]) == cluster_articles(articles)


def test_clustering_what_shares_keys_gives_the_same_as_clustering_all():
    articles = [article(f"a{i}", " ".join(story(i // 2).split()[: 240 - 20 * (i % 2)]), day=1 + i) for i in range(12)]
    reached = [a for a in articles if set(a.signature.band_keys) & set(articles[3].signature.band_keys)]
    everything = cluster_articles(articles)
    assert {k: everything[k] for k in cluster_articles(reached)} == cluster_articles(reached)
    assert len(reached) == 2


def test_a_thousand_copies_with_small_differences_are_one_cluster():
    words = story(8).split()
    articles = [article(f"a{i:04}", " ".join([*words[:100], f"ort{i}", *words[100:]])) for i in range(300)]
    assert len({c.cluster_id for c in cluster_articles(articles).values()}) == 1


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_signed(text: str):
    s = sign_article(text)
    assert s == sign_article(text)
    assert list(s.band_keys) == sorted(set(s.band_keys))
