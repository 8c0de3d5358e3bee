from pathlib import Path

import pytest

from presslake.errors import ConfigError
from presslake.schema import OrganisationKind
from presslake.watchlist import load_watchlist


def test_the_packaged_list_knows_platforms_and_their_owners():
    watchlist = load_watchlist()
    assert sum(e.is_platform for e in watchlist.entries.values()) >= 40
    assert watchlist.parents("instagram") == ("meta",)
    assert watchlist.root("tiktok") == "bytedance"
    assert watchlist.slug_of("weltgesundheitsorganisation") == "who"
    assert watchlist.entries["drk"].kind is OrganisationKind.NGO


def test_a_name_of_the_past_says_until_when_it_held():
    (former,) = load_watchlist().entries["x"].former
    assert (former.name, former.until.isoformat()) == ("Twitter", "2023-07-23")


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('[a]\nname = "A"\nkind = "plattform"', "allowed: platform, company"),
        ('[a]\nname = "A"\nkind = "company"\nalias = ["B"]', "unknown key 'alias'; allowed: name"),
        ('[a]\nname = "A"\nkind = "company"\nparent = "b"', "parent 'b' is not an entry"),
        ('[a]\nname = "A"\nkind = "company"\nparent = "a"', "in a circle"),
        ('[a]\nname = "A"\nkind = "company"\n[b]\nname = "B"\nkind = "company"\naliases = ["a"]', "belongs to [a] already"),
        ('[a]\nname = "A"\nkind = "company"\nwikidata = "355"', "expected a Q number"),
        ('[a]\nname = "A"\nkind = "company"\nformer = [{ name = "B", until = "2020" }]', "until = YYYY-MM-DD"),
        ('[a]\nname = " "\nkind = "company"', "expected a non-empty text"),
        ('[A b]\nname = "A"', "not valid TOML"),
        ("a = 1", "expected a table"),
    ],
)
def test_a_mistake_in_the_file_names_place_and_remedy(tmp_path: Path, toml: str, message: str):
    path = tmp_path / "watchlist.toml"
    path.write_text(toml, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_watchlist(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load_watchlist(tmp_path / "none.toml")
