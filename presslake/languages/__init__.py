"""One TOML file per language: months, speech verbs, quotation marks, honorifics, number words.

A new language is one new file here; what it needs is what :class:`Language` has. :func:`load_language` gives the typed record.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from presslake.errors import ConfigError
from presslake.languages.inflect import verb_forms
from presslake.schema import Modality


@dataclass(frozen=True, slots=True)
class SpeechVerb:
    """A verb of saying: its lemma, what it takes, and how it puts forward what is said."""

    lemma: str
    takes: frozenset[str]
    """quote (direct speech), clause (that-clause or main clause), object (a noun: "forderte strengere Regeln"), marked (a clause that shows
    its dependence by "dass" or the subjunctive)."""
    modality: Modality
    forms: tuple[tuple[str, str], ...]
    """(form, particle): ("teilte", "mit"), ("mitteilte", "")."""


@dataclass(frozen=True, slots=True)
class NumberWords:
    words: Mapping[str, int]
    """fünfzig → 50; lower case."""
    scales: Mapping[str, int]
    """Mio → 1000000; lower case, without a full stop."""
    fractions: Mapping[str, float]
    decimal: str
    group: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A line of the file's own examples: what is read, and what it must become."""

    section: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    name: str
    months: Mapping[str, int]
    """januar → 1; lower case, without a full stop."""
    weekdays: Mapping[str, int]
    numbers: NumberWords
    quotes: Mapping[str, tuple[str, ...]]
    """Opening mark → its closing marks, the regular one first."""
    honorifics: tuple[str, ...]
    feminine: frozenset[str]
    masculine: frozenset[str]
    grammar: Mapping[str, frozenset[str]]
    subjunctive: Mapping[str, frozenset[str]]
    speech: Mapping[str, tuple[str, ...]]
    """Phrases of attribution and role nouns, by key of the table ``[speech]``."""
    verbs: tuple[SpeechVerb, ...]
    examples: tuple[Example, ...]


LANGUAGES = tuple(sorted(p.name.removesuffix(".toml") for p in resources.files(__name__).iterdir() if p.name.endswith(".toml")))
"""Codes of the languages that have a file."""


@functools.lru_cache(maxsize=8)
def load_language(code: str) -> Language:
    """The language of an ISO 639-1 code that is in :data:`LANGUAGES`.

    >>> load_language("de").months["jänner"]
    1
    """
    if code not in LANGUAGES:
        raise ConfigError(f"language {code!r}: no file presslake/languages/{code}.toml; there are: {', '.join(LANGUAGES)}")
    where = f"presslake/languages/{code}.toml"
    try:
        raw = tomllib.loads(resources.files(__name__).joinpath(f"{code}.toml").read_text(encoding="utf-8"))
        return _language(raw)
    except tomllib.TOMLDecodeError as e:
        raise ConfigError(f"{where}: not valid TOML: {e}") from e
    except KeyError as e:
        raise ConfigError(f"{where}: the key {e} is missing; compare with de.toml") from e


def _words(value: str | list[str]) -> tuple[str, ...]:
    return tuple(value.split()) if isinstance(value, str) else tuple(value)


def _language(raw: dict[str, Any]) -> Language:
    numbers, names, code = raw["numbers"], raw["names"], raw["language"]
    return Language(
        code=code,
        name=raw["name"],
        months=raw["months"],
        weekdays=raw["weekdays"],
        numbers=NumberWords(
            numbers["words"], numbers["scales"], numbers["fractions"], numbers["format"]["decimal"], tuple(numbers["format"]["group"])
        ),
        quotes={mark: tuple(closing) for mark, closing in raw["quotes"].items()},
        honorifics=tuple(names["honorifics"]),
        feminine=frozenset(names["feminine"]),
        masculine=frozenset(names["masculine"]),
        grammar={key: frozenset(_words(value)) for key, value in raw["grammar"].items()},
        subjunctive={key: frozenset(_words(value)) for key, value in raw["subjunctive"].items()},
        speech={key: _words(value) for key, value in raw["speech"].items() if key != "verbs"},
        verbs=tuple(verb for group in raw["speech"]["verbs"] for verb in _verbs(group, code)),
        examples=tuple(Example(section, facts) for section, rows in raw.get("examples", {}).items() for facts in rows),
    )


def _verbs(group: dict[str, Any], code: str) -> list[SpeechVerb]:
    takes, modality = frozenset(group["takes"]), Modality(group["modality"])
    out = [SpeechVerb(w.replace("-", ""), takes, modality, verb_forms(w, code)) for w in group["weak"].split()]
    for lemma, forms in group["strong"].items():
        split = (f.rpartition(":") for f in forms.split())
        out.append(SpeechVerb(lemma, takes, modality, tuple((form, particle) for particle, _, form in split)))
    return out
