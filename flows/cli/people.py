"""Commands that record an analyst's judgement on who is who; it holds for every later run and rebuild, and can be taken back."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli.options import CONFIG, DATA_DIR, Config, DataDir, Json
from flows.cli.output import print_json, print_table

if TYPE_CHECKING:
    from presslake.schema import ResolutionJudgement

Subject = Annotated[str, typer.Argument(help="A person or organisation: its id or its name.")]
Note = Annotated[str | None, typer.Option("--note", help="Why, for those who come after you.")]


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    for command in (merge, split, rename, forget, judgements):
        app.command(command.__name__)(command)


def merge(
    subject: Subject,
    into: Annotated[str, typer.Argument(help="Who it is the same as; this id stands.")],
    note: Note = None,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Judge that two people (or organisations) are one.

    Example:  presslake merge "V. Sandkuhl" "Veit Sandkuhl" --note "same office"
    """
    from flows import judge

    with _warehouse(data_dir) as con:
        _say([judge.merge(con, subject, into, at=_now(), note=note)])


def split(
    subject: Subject,
    article: Annotated[str, typer.Argument(help="The article_id that speaks of someone else.")],
    into: Annotated[str | None, typer.Option("--into", help="Who is meant there; without it, someone new.")] = None,
    note: Note = None,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Judge that in one article the name means someone else.

    Example:  presslake split "Veit Sandkuhl" art_5f0c…
    """
    from flows import judge

    with _warehouse(data_dir) as con:
        _say([judge.split(con, subject, article, at=_now(), into=into, note=note)])


def rename(subject: Subject, name: Annotated[str, typer.Argument(help="The name to show.")], note: Note = None, data_dir: DataDir = DATA_DIR) -> None:
    """Show a person or organisation under another name.

    Example:  presslake rename "Sandkuhl" "Veit Sandkuhl"
    """
    from flows import judge

    with _warehouse(data_dir) as con:
        _say([judge.rename(con, subject, name, at=_now(), note=note)])


def forget(
    person: Subject,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data_dir: DataDir = DATA_DIR,
    config: Config = CONFIG,
) -> None:
    """Remove a person, or the page at an address, and keep it out (data protection).

    A person: their rows go from the warehouse and from all snapshots to come; the name is masked in the texts.
    A page: its article and its bytes in the archive go, and it is not fetched again.

    Examples:  presslake forget "Veit Sandkuhl"     presslake forget https://kurier.example/politik/a1
    """
    if person.startswith(("http://", "https://")):
        _forget_page(person, yes, data_dir, config)
        return
    from flows import judge, steps
    from flows.forget_person import forget_person
    from flows.lock import run_lock
    from presslake.schema import EntityKind

    with _warehouse(data_dir) as con:
        articles = judge.articles_naming(con, person, EntityKind.PERSON)
    typer.echo(f"{person} is named in {len(articles)} articles; all rows about the person go, and the name is masked in their texts.")
    for _, url in articles[:10]:
        typer.echo(f"  {url}")
    if not yes:
        typer.confirm("Forget this person?", abort=True)
    ctx = steps.begin("forget", str(data_dir), str(config), required=False)
    with run_lock(data_dir, ctx.run_id, wait_seconds=30):
        done = forget_person(ctx, person, at=_now())
    _say(done.judgements)
    typer.echo(f"{done.masked_count} articles were read again without the name")
    for url in done.removed:
        typer.echo(f"  removed, since the archive does not hold it any more: {url}")
    typer.echo("publish without it: presslake publish; snapshots that are out name the person until they are deleted (presslake snapshots)")


def _forget_page(url: str, yes: bool, data_dir: Path, config: Path) -> None:
    from flows import steps
    from flows.forget_page import forget_page
    from flows.lock import run_lock

    if not yes:
        typer.confirm(f"Forget {url}, its article and its bytes in the archive?", abort=True)
    ctx = steps.begin("forget", str(data_dir), str(config), required=False)
    with run_lock(data_dir, ctx.run_id, wait_seconds=30):
        done = forget_page(ctx, url, at=_now())
    for title in done.titles:
        typer.echo(f"removed: {title}")
    typer.echo(f"{done.request_count} requests were forgotten; never fetched again: {', '.join(done.urls)}")
    typer.echo("publish without it: presslake publish; snapshots that are out hold it until they are deleted (presslake snapshots)")


def judgements(
    undo: Annotated[str | None, typer.Option("--undo", metavar="ID", help="Take this judgement back.")] = None,
    json: Json = False,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """List what was judged, or take a judgement back.

    Example:  presslake judgements --undo jud_5f0c…
    """
    from flows import judge

    with _warehouse(data_dir) as con:
        if undo:
            _say([judge.take_back(con, undo)])
            return
        rows = judge.list_judgements(con)
    names = ("judgement_id", "judgement_kind", "subject", "object", "article_id", "note", "decided_at", "is_active")
    table = [[getattr(r, n) for n in names] for r in rows]
    if json:
        print_json([dict(zip(names, r, strict=True)) for r in table])
    elif table:
        print_table(names, table)
    else:
        typer.echo("nothing has been decided yet: presslake merge, split, rename")


@contextlib.contextmanager
def _warehouse(data_dir: Path) -> Iterator[Any]:
    from flows.load import open_warehouse
    from flows.lock import run_lock

    with run_lock(data_dir, "judgement", wait_seconds=30):
        con = open_warehouse(data_dir / "press.duckdb")
        try:
            yield con
        finally:
            con.close()


def _say(rows: Sequence[ResolutionJudgement]) -> None:
    for r in rows:
        typer.echo(f"{r.judgement_id}  {r.judgement_kind} {r.subject}" + (f" → {r.object}" if r.object and r.judgement_kind != "forget" else ""))


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
