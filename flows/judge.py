"""An analyst's decisions about who is who: written to ``resolution_judgements``, applied at once and on every later run and rebuild.

Every function takes the open warehouse, works in one transaction, re-resolves what the decision touches, and returns the rows it wrote.
People and organisations are named by id or by name; a name that means several is refused with the ids to choose from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flows.identities import resolve_identities
from flows.warehouse import Connection, column_list, transaction
from presslake import schema
from presslake.errors import PresslakeError
from presslake.schema import EntityKind, ResolutionJudgement, make_id
from transforms.names import fold, parse_person
from transforms.resolve.judgements import fingerprints


class JudgementError(PresslakeError):
    """What a judgement is about does not exist or is not clear; the message says what to name instead."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Subject:
    """A person or organisation of the warehouse."""

    entity_id: str
    kind: EntityKind
    name: str
    aliases: tuple[str, ...]


_TABLES = {EntityKind.PERSON: ("people", "person_id"), EntityKind.ORGANISATION: ("organisations", "organisation_id")}


def find_subjects(con: Connection, subject: str, kind: EntityKind | None = None) -> list[Subject]:
    """Everyone that an id, a name or an alias can mean, in order of their ids; case and accents do not matter."""
    out: list[Subject] = []
    for entity_kind, (table, key) in _TABLES.items():
        if kind in (None, entity_kind):
            rows = con.execute(f"SELECT {key}, name, aliases FROM {table} ORDER BY 1").fetchall()
            found = [Subject(i, entity_kind, name, tuple(aliases)) for i, name, aliases in rows]
            exact = [s for s in found if subject in (s.entity_id, s.name)]
            out += exact or [s for s in found if fold(subject) in {fold(n) for n in (s.name, *s.aliases)}]
    return out


def merge(
    con: Connection, subject: str, into: str, *, at: dt.datetime, kind: EntityKind | None = None, note: str | None = None
) -> ResolutionJudgement:
    """``subject`` is the same person or organisation as ``into``, whose id stands."""
    one = _only(con, subject, kind)
    other = _only(con, into, one.kind)
    if one.entity_id == other.entity_id:
        raise JudgementError(f"{subject!r} and {into!r} are one already: {one.name} ({one.entity_id})")
    return _decide(con, [_judgement("merge", one.kind, one.entity_id, other.entity_id, at=at, note=note)], _keys_of(con, [one, other]))[0]


def split(
    con: Connection,
    subject: str,
    article_id: str,
    *,
    at: dt.datetime,
    into: str | None = None,
    kind: EntityKind | None = None,
    note: str | None = None,
) -> ResolutionJudgement:
    """In ``article_id`` the subject is someone else: the person or organisation ``into``, or one of its own."""
    one = _only(con, subject, kind)
    other = _only(con, into, one.kind) if into else None
    named = con.execute("SELECT 1 FROM article_entities WHERE article_id = ? AND entity_id = ? LIMIT 1", [article_id, one.entity_id]).fetchone()
    if named is None:
        raise JudgementError(f"article {article_id} does not name {one.name} ({one.entity_id}); `presslake sql` finds the articles in mentions")
    touched = [one, other] if other else [one]
    row = _judgement("split", one.kind, one.entity_id, other.entity_id if other else None, at=at, note=note, article_id=article_id)
    return _decide(con, [row], _keys_of(con, touched))[0]


def rename(
    con: Connection, subject: str, name: str, *, at: dt.datetime, kind: EntityKind | None = None, note: str | None = None
) -> ResolutionJudgement:
    """The subject is called ``name`` from now on; its id and the forms seen stay."""
    one = _only(con, subject, kind)
    name = " ".join(name.split())
    if not name:
        raise JudgementError("the new name is empty; give the name to show")
    return _decide(con, [_judgement("rename", one.kind, one.entity_id, name, at=at, note=note)], _keys_of(con, [one]))[0]


def forget(con: Connection, person: str, *, at: dt.datetime, note: str | None = None) -> list[ResolutionJudgement]:
    """Take a person out of the warehouse and keep them out: one judgement for each form of the name, with hashes instead of it.

    Rows that name the person go at once; later runs and rebuilds drop them before they are written. ``note`` should not say the name.
    Texts of articles in the warehouse keep what they say: :func:`flows.forget_person.forget_person` masks them too.
    """
    one = _only(con, person, EntityKind.PERSON)
    rows = con.execute("SELECT name, organisations FROM article_entities WHERE entity_id = ?", [one.entity_id]).fetchall()
    organisations = sorted({o for _, tied in rows for o in tied})
    forms = {parse_person(n).core: n for n in sorted({one.name, *(name for name, _ in rows), *one.aliases}, reverse=True)}
    objects = sorted({fingerprints(name, organisations) for core, name in forms.items() if core[0] or len(forms) == 1})
    judged = [_judgement("forget", EntityKind.PERSON, one.entity_id, o, at=at, note=note) for o in objects]
    return _decide(con, judged, _keys_of(con, [one]))


def articles_naming(con: Connection, subject: str, kind: EntityKind | None = None) -> list[tuple[str, str]]:
    """Article id and URL of every article that names the subject, in order."""
    one = _only(con, subject, kind)
    return con.execute(
        "SELECT DISTINCT article_id, url FROM article_entities JOIN articles USING (article_id) WHERE entity_id = ? ORDER BY 1", [one.entity_id]
    ).fetchall()


def take_back(con: Connection, judgement_id: str) -> ResolutionJudgement:
    """Let a judgement hold no longer; what it changed goes back to what the articles say.

    A person forgotten comes back with the next article or rebuild: nothing of them was kept.
    """
    found = [j for j in list_judgements(con) if j.judgement_id == judgement_id]
    if not found:
        raise JudgementError(f"{judgement_id}: no such judgement; `presslake judgements` lists them")
    (judgement,) = found
    ids = [i for i in (judgement.subject, judgement.object) if i]
    keys = {k for (keys,) in con.execute("SELECT block_keys FROM article_entities WHERE list_contains(?, entity_id)", [ids]).fetchall() for k in keys}
    if judgement.judgement_kind == "split":
        rows = con.execute("SELECT block_keys FROM article_entities WHERE article_id = ?", [judgement.article_id]).fetchall()
        keys |= {k for (row,) in rows for k in row}
    with transaction(con):
        con.execute("UPDATE resolution_judgements SET is_active = false WHERE judgement_id = ?", [judgement_id])
        _resolve_again(con, keys)
    return next(j for j in list_judgements(con) if j.judgement_id == judgement_id)


def list_judgements(con: Connection) -> list[ResolutionJudgement]:
    """All judgements, those taken back too, in the order they were made."""
    rows = con.execute(f"SELECT {column_list('resolution_judgements')} FROM resolution_judgements ORDER BY decided_at, judgement_id").fetchall()
    names = [c.name for c in schema.columns("resolution_judgements")]
    facts = [dict(zip(names, row, strict=True)) for row in rows]
    return [ResolutionJudgement(**{**f, "entity_kind": EntityKind(f["entity_kind"])}) for f in facts]


# ------------------------------------------------------------------ steps


def _only(con: Connection, subject: str, kind: EntityKind | None) -> Subject:
    found = find_subjects(con, subject, kind)
    if not found:
        raise JudgementError(f'{subject!r}: nobody of that name or id is in the warehouse; `presslake sql "SELECT * FROM people"` lists the names')
    if len(found) > 1:
        choice = ", ".join(f"{s.entity_id} ({s.kind} {s.name})" for s in found[:8])
        raise JudgementError(f"{subject!r} can mean {len(found)}: name one by id: {choice}")
    return found[0]


def _judgement(
    kind: str, of: EntityKind, subject: str, obj: str | None, *, at: dt.datetime, note: str | None, article_id: str | None = None
) -> ResolutionJudgement:
    return ResolutionJudgement(
        judgement_id=make_id("jud", kind, subject, obj, article_id, at.astimezone(dt.UTC).isoformat()),
        judgement_kind=kind,
        entity_kind=of,
        subject=subject,
        object=obj,
        article_id=article_id,
        note=note,
        decided_at=at,
        is_active=True,
    )


def _decide(con: Connection, judgements: Sequence[ResolutionJudgement], keys: Iterable[str]) -> list[ResolutionJudgement]:
    with transaction(con):
        con.register("_judged", schema.to_arrow("resolution_judgements", judgements))
        columns = column_list("resolution_judgements")
        con.execute(
            f"INSERT INTO resolution_judgements ({columns}) SELECT {columns} FROM _judged ANTI JOIN resolution_judgements USING (judgement_id)"
        )
        con.unregister("_judged")
        _resolve_again(con, keys)
    return list(judgements)


def _keys_of(con: Connection, subjects: Iterable[Subject]) -> set[str]:
    ids = [s.entity_id for s in subjects]
    rows = con.execute("SELECT block_keys FROM article_entities WHERE list_contains(?, entity_id)", [ids]).fetchall()
    return {key for (keys,) in rows for key in keys}


def _resolve_again(con: Connection, keys: Iterable[str]) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE _touched_keys (block_key VARCHAR)")
    con.execute("INSERT INTO _touched_keys SELECT unnest(?::VARCHAR[])", [sorted(keys)])
    resolve_identities(con)
