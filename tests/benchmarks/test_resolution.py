from benchmarks.resolution import read_articles, resolve_articles, score

JUDGED = resolve_articles(read_articles())


def test_the_benchmark_is_large_enough_and_in_both_languages():
    articles = read_articles()
    assert len(articles) >= 150
    assert {a.language for a in articles} == {"de", "en"}
    assert all(a.text[s:e].strip() and "|" not in a.text for a in articles for s, e, _ in a.spans)


def test_people_and_organisations_stay_above_the_floor():
    assert score(JUDGED, "p", across=True).f1 >= 0.95
    assert score(JUDGED, "o", across=True).f1 >= 0.97


def test_wrong_joins_are_rare():
    assert score(JUDGED).precision >= 0.98
