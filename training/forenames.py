"""Write the first names that the chooser of authors knows.

usage: python training/forenames.py NAMES_DIR [--out transforms/parse/forenames.txt.gz]

NAMES_DIR holds ``common-forenames-by-country.csv`` (CC0); the first names of Faker (MIT) for the languages of the press come on top.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import importlib
import re
from pathlib import Path

LOCALES = "de_DE de_AT de_CH en_US en_GB fr_FR it_IT es_ES nl_NL pl_PL cs_CZ sv_SE tr_TR pt_PT hu_HU ro_RO hr_HR no_NO".split()
NAME = re.compile(r"[^\W\d_][^\W\d_'’]+(?:-[^\W\d_]+)*")
WORDS = frozenset("may will mark real news post media".split())
"""First names of somebody that are oftener a word of a page."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", type=Path)
    parser.add_argument("--out", type=Path, default=Path("transforms/parse/forenames.txt.gz"))
    given = parser.parse_args()
    found: set[str] = set()
    with (given.names / "common-forenames-by-country.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            found.update((row["Localized Name"].strip().casefold(), row["Romanized Name"].strip().casefold()))
    for locale in LOCALES:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for key in ("first_names", "first_names_male", "first_names_female"):
            found.update(str(name).casefold() for name in getattr(provider, key, ()))
    kept = sorted(name for name in found - WORDS if NAME.fullmatch(name))
    given.out.write_bytes(gzip.compress("\n".join(kept).encode(), 9, mtime=0))
    print(f"{len(kept)} first names: {given.out}")


if __name__ == "__main__":
    main()
