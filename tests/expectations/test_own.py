import pytest

from expectations.own import load_own_rules
from expectations.rules import Severity
from presslake.errors import ConfigError

GOOD = """
[[expectation]]
table = "articles"
name = "no_sponsored_text"
severity = "reject"
where = "t.title ILIKE 'Anzeige:%'"
reason = "Sponsored text is not press coverage."
remedy = "remove the feed"
"""


def test_own_rules_are_read_in_the_order_of_their_files(tmp_path):
    (tmp_path / "b.toml").write_text(GOOD)
    (tmp_path / "a.toml").write_text(GOOD.replace("no_sponsored_text", "first"))
    rules = load_own_rules(tmp_path)
    assert [(r.name, r.severity) for r in rules] == [("first", Severity.REJECT), ("no_sponsored_text", Severity.REJECT)]
    assert load_own_rules(tmp_path / "nothing here") == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("severity =", "severty =", r"expectation 1: severty: unknown key; did you mean 'severity'"),
        ('"reject"', '"fatal"', "severity: 'fatal'; allowed: block, reject, warn"),
        ('"articles"', '"article"', "table: 'article'; allowed: articles, "),
        ("remedy =", "query =", "remedy: is missing"),
        ("where =", "query =", "names no row to reject"),
        ("reason =", "reason", "not valid TOML"),
        ("[[expectation]]", "[expectation]", "two brackets"),
        ("[[expectation]]", "[[expectations]]", "expectations: unknown key"),
        ('"Sponsored text is not press coverage."', "3", "reason: expected str, got 3"),
    ],
)
def test_a_mistake_is_named_with_file_key_and_what_is_allowed(tmp_path, old, new, message):
    (tmp_path / "own.toml").write_text(GOOD.replace(old, new))
    with pytest.raises(ConfigError, match=message) as error:
        load_own_rules(tmp_path)
    assert "own.toml" in str(error.value)


def test_two_of_one_name_are_a_mistake(tmp_path):
    (tmp_path / "own.toml").write_text(GOOD + GOOD)
    with pytest.raises(ConfigError, match="two expectations of this name"):
        load_own_rules(tmp_path)
