"""The watch list: the platforms, and the companies, regulators, media and associations around them (``watchlist.toml``).

The file is data; this module checks it and answers the questions that the stages ask of it. A mistake in the file stops at once
with a :class:`~presslake.errors.ConfigError` that names file, entry and what is allowed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from presslake.errors import ConfigError
from presslake.schema import OrganisationKind

DEFAULT_PATH = Path(__file__).with_name("watchlist.toml")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WIKIDATA = re.compile(r"Q[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that an organisation gave up, and the last day it held."""

    name: str
    until: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One organisation of the watch list."""

    slug: str
    name: str
    kind: OrganisationKind
    parent: str | None = None
    wikidata: str | None = None
    aliases: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    former: tuple[FormerName, ...] = ()

    @property
    def is_platform(self) -> bool:
        return self.kind is OrganisationKind.PLATFORM

    @property
    def certain_names(self) -> tuple[str, ...]:
        """Names that mean this organisation wherever they stand."""
        names = (self.name, *self.aliases, *(f.name for f in self.former))
        return tuple(n for n in names if n not in self.ambiguous)


@dataclass(frozen=True, slots=True)
class Watchlist:
    """All entries by slug, with the look-ups the stages need."""

    entries: Mapping[str, Entry]
    by_name: Mapping[str, str]
    """Casefolded name → slug; names that are ambiguous in running text are in it too."""

    def slug_of(self, name: str) -> str | None:
        """Slug of the entry that is called ``name`` (case does not matter), where the name stands for an organisation for certain."""
        return self.by_name.get(name.casefold())

    def root(self, slug: str) -> str:
        """The topmost owner: ``instagram`` → ``meta``."""
        while (parent := self.entries[slug].parent) is not None:
            slug = parent
        return slug

    def parents(self, slug: str) -> tuple[str, ...]:
        """The owners from the nearest to the topmost."""
        out: list[str] = []
        while (parent := self.entries[slug].parent) is not None:
            out.append(parent)
            slug = parent
        return tuple(out)


@functools.cache
def load_watchlist(path: Path = DEFAULT_PATH) -> Watchlist:
    """Read and check ``path``; the packaged file by default. Read once per process.

    Raises ConfigError naming file, entry, key and allowed values.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as e:
        raise ConfigError(f"{path}: cannot be read: {e.strerror}") from e
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise ConfigError(f"{path}: not valid TOML: {e}") from e
    entries = {slug: _entry(path, slug, table) for slug, table in raw.items()}
    for entry in entries.values():
        _check_parents(path, entry, entries)
    return Watchlist(entries, _names(path, entries))


def _entry(path: Path, slug: str, table: Any) -> Entry:
    where = f"{path}: [{slug}]"
    if not isinstance(table, dict) or not _SLUG.fullmatch(slug):
        raise ConfigError(f"{where}: expected a table with a slug of lower-case letters, digits and hyphens")
    allowed = [f.name for f in dataclasses.fields(Entry) if f.name != "slug"]
    for key in table:
        if key not in allowed:
            raise ConfigError(f"{where}: unknown key {key!r}; allowed: {', '.join(allowed)}")
    kinds = [k.value for k in OrganisationKind]
    if table.get("kind") not in kinds:
        raise ConfigError(f"{where}: kind is {table.get('kind')!r}; allowed: {', '.join(kinds)}")
    wikidata = table.get("wikidata")
    if wikidata is not None and not (isinstance(wikidata, str) and _WIKIDATA.fullmatch(wikidata)):
        raise ConfigError(f"{where}: wikidata is {wikidata!r}; expected a Q number, for example Q355")
    parent = table.get("parent")
    if parent is not None and not isinstance(parent, str):
        raise ConfigError(f"{where}: parent is {parent!r}; expected a slug")
    return Entry(
        slug=slug,
        name=_text(where, "name", table.get("name")),
        kind=OrganisationKind(table["kind"]),
        parent=parent,
        wikidata=wikidata,
        aliases=_texts(where, "aliases", table.get("aliases", [])),
        ambiguous=_texts(where, "ambiguous", table.get("ambiguous", [])),
        former=tuple(_former(where, f) for f in _list(where, "former", table.get("former", []))),
    )


def _former(where: str, value: Any) -> FormerName:
    if not isinstance(value, dict) or set(value) != {"name", "until"} or type(value["until"]) is not dt.date:
        raise ConfigError(f'{where}: former: expected {{ name = "…", until = YYYY-MM-DD }}, got {value!r}')
    return FormerName(_text(where, "former.name", value["name"]), value["until"])


def _text(where: str, key: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or value != value.strip():
        raise ConfigError(f"{where}: {key} is {value!r}; expected a non-empty text without blanks around it")
    return value


def _list(where: str, key: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ConfigError(f"{where}: {key}: expected a list, got {value!r}")
    return value


def _texts(where: str, key: str, value: Any) -> tuple[str, ...]:
    return tuple(_text(where, key, v) for v in _list(where, key, value))


def _check_parents(path: Path, entry: Entry, entries: Mapping[str, Entry]) -> None:
    seen = {entry.slug}
    slug = entry.parent
    while slug is not None:
        if slug not in entries:
            raise ConfigError(f"{path}: [{entry.slug}]: parent {slug!r} is not an entry of the file")
        if slug in seen:
            raise ConfigError(f"{path}: [{entry.slug}]: parents run in a circle over {slug!r}")
        seen.add(slug)
        slug = entries[slug].parent


def _names(path: Path, entries: Mapping[str, Entry]) -> dict[str, str]:
    owners: dict[str, str] = {}
    for entry in entries.values():
        for name in {n.casefold() for n in (*entry.certain_names, *entry.ambiguous)}:
            if name in owners:
                raise ConfigError(f"{path}: [{entry.slug}]: the name {name!r} belongs to [{owners[name]}] already")
            owners[name] = entry.slug
    return owners
