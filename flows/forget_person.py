"""Forget a person now: their rows go, and the articles that name them are read again from the archive with the name masked.

The result is what a rebuild would give; a rebuild gives it again, from the judgement.
"""

from __future__ import annotations

import datetime as dt
import shutil
from contextlib import closing
from dataclasses import dataclass

from flows import judge, steps
from flows.archive import read_page
from flows.load import merge_staged, open_warehouse
from flows.replay import pages_of
from flows.warehouse import Connection
from presslake.errors import WarehouseError
from presslake.schema import EntityKind, Fetch, ResolutionJudgement
from transforms.names import parse_person


@dataclass(frozen=True, slots=True)
class PersonForgotten:
    """What was done."""

    judgements: tuple[ResolutionJudgement, ...]
    masked_count: int
    """Articles read again, without the name."""
    removed: tuple[str, ...]
    """Addresses of articles whose bytes the archive does not hold any more: they could not be read again, so they went."""


def forget_person(ctx: steps.Context, person: str, *, at: dt.datetime, note: str | None = None) -> PersonForgotten:
    """Take ``person`` out of the warehouse: call it under the run lock. Killed on the way, `presslake rebuild` finishes it."""
    with closing(open_warehouse(ctx.warehouse)) as con:
        one = next(iter(judge.find_subjects(con, person, EntityKind.PERSON)), None)
        articles = set(judge.articles_naming(con, person, EntityKind.PERSON)) | _written_by(con, one)
        judged = judge.forget(con, person, at=at, note=note)
        names = [] if one is None else [n for n in (one.name, *one.aliases) if len(n.split()) > 1]
        con.execute("DELETE FROM rejects r WHERE EXISTS (FROM (SELECT unnest(?::VARCHAR[]) AS name) WHERE contains(r.row_json, name))", [names])
        fetches = pages_of(con, [a for a, _ in articles])
    held = [f for f in fetches if _is_held(ctx, f)]
    steps.process(ctx, held)
    steps.check_staged(ctx)
    with closing(open_warehouse(ctx.warehouse)) as con:
        merge_staged(con, ctx.staging, ctx.run_id, replacing=[a for a, _ in articles])
        left = {a for (a,) in con.execute("SELECT article_id FROM articles").fetchall()}
    shutil.rmtree(ctx.staging, ignore_errors=True)
    removed = sorted(url for article_id, url in articles if article_id not in left)
    return PersonForgotten(tuple(judged), len(articles) - len(removed), tuple(removed))


def _written_by(con: Connection, person: judge.Subject | None) -> set[tuple[str, str]]:
    """Articles with the person in their byline."""
    cores = {parse_person(n).core for n in (person.name, *person.aliases)} if person is not None else set()
    rows = con.execute("SELECT article_id, url, authors FROM articles WHERE len(authors) > 0").fetchall()
    return {(article_id, url) for article_id, url, authors in rows if any(parse_person(a).core in cores for a in authors)}


def _is_held(ctx: steps.Context, fetch: Fetch) -> bool:
    try:
        read_page(ctx.data_dir, fetch)
    except WarehouseError:
        return False
    return True
