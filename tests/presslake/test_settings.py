from pathlib import Path

import pytest

from presslake.errors import ConfigError
from presslake.settings import load_config


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_source_is_read_with_its_defaults(tmp_path):
    config = load_config(
        write(tmp_path, '[settings]\ndelay_seconds = 0.5\n[sources.kurier]\nname = "Kurier"\nfeeds = ["https://kurier.example/rss"]\n')
    )
    assert config.settings.delay_seconds == 0.5
    assert config.sources["kurier"].rights == "excerpt"
    assert config.sources["kurier"].feeds == ("https://kurier.example/rss",)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('[sources.k]\nname = "K"\nfeds = []', ["sources.k.feds", "feeds", "sitemaps"]),
        ('[sources.k]\nname = "K"\nrights = "all"', ["sources.k.rights", "metadata", "full_text"]),
        ('[sources.k]\nname = "K"\ntime_zone = "Berlin"', ["time_zone", "Europe/Berlin"]),
        ('[sources.k]\nname = "K"\nselectors = { body = "div..story" }', ["sources.k.selectors.body", "CSS selector", "div..story"]),
        ('[sources.k]\nname = "K"\nselectors = { title = "h1::text" }', ["sources.k.selectors.title", "CSS selector"]),
        ('[sources.k]\nname = "K"\nselectors = { bodi = "div" }', ["sources.k.selectors.bodi", "body", "remove"]),
        ("[setings]\n", ["setings", "settings", "sources"]),
        ("[settings]\nworkers = -1", ["settings.workers", "greater than or equal to 0"]),
        ("[sources.k\n", ["not valid TOML"]),
        ("sources = 3", ["sources"]),
    ],
)
def test_a_wrong_configuration_names_file_key_and_allowed_values(tmp_path, text, parts):
    with pytest.raises(ConfigError) as error:
        load_config(write(tmp_path, text))
    for part in ["sources.toml", *parts]:
        assert part in str(error.value)


def test_the_environment_overrides_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("PRESSLAKE_WORKERS", "3")
    assert load_config(write(tmp_path, "[settings]\nworkers = 1\n")).settings.workers == 3


def test_a_missing_file_names_the_remedy(tmp_path):
    with pytest.raises(ConfigError, match="--config"):
        load_config(tmp_path / "none.toml")
