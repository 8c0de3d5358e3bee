"""Commands on what is there already: ``check``, ``publish``, ``sql``, ``rejects``, ``snapshots``, ``doctor``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.cli.options import CONFIG, DATA_DIR, Config, DataDir, Json
from flows.cli.output import print_json, print_table
from presslake.errors import ConfigError

Snapshot = Annotated[str, typer.Argument(help="A snapshot_id, its first letters, or latest.")]
snapshots = typer.Typer(help="Published snapshots: list, compare, verify, go back.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command("check")(check)
    app.command("publish")(publish)
    app.command("sql")(sql)
    app.command("rejects")(rejects)
    app.command("doctor")(doctor)
    app.add_typer(snapshots, name="snapshots")


def check(json: Json = False, data_dir: DataDir = DATA_DIR, config: Config = CONFIG) -> None:
    """Run every expectation on the warehouse and print what does not hold.

    Exits with 4 where a blocking one does not hold.

    Example:  presslake check
    """
    from flows import steps

    results = steps.check_all(data_dir, config)
    rows = [[r.severity, r.table_name, r.expectation, "holds" if r.is_success else f"{r.unexpected_count} against it", r.detail] for r in results]
    if json:
        print_json([dict(zip(("severity", "table", "expectation", "result", "detail"), r, strict=True)) for r in rows])
    else:
        failed = [r for r in rows if r[3] != "holds"]
        if failed:
            print_table(["severity", "table", "expectation", "result", "reason and remedy"], failed)
        typer.echo(f"{len(rows) - len(failed)} of {len(rows)} expectations hold")
    if any(r.severity == "block" and not r.is_success for r in results):
        raise typer.Exit(4)


def publish(
    force: Annotated[bool, typer.Option("--force", help="Publish also where nothing has changed.")] = False,
    json: Json = False,
    data_dir: DataDir = DATA_DIR,
    config: Config = CONFIG,
) -> None:
    """Check the warehouse and publish it as a Parquet snapshot.

    Where nothing has changed since the last snapshot, that one stands.

    Example:  presslake publish --force
    """
    from flows import steps

    result = steps.publish_all(data_dir, config, force=force)
    if json:
        print_json({"snapshot_id": result.snapshot_id, "path": str(result.path), "published": result.published})
    else:
        typer.echo(f"{'published' if result.published else 'unchanged, still'} {result.snapshot_id}  {result.path}")


def sql(
    command: Annotated[str | None, typer.Option("-c", help="The query; without it a prompt opens.")] = None,
    snapshot: Annotated[str, typer.Option("--snapshot", help="Another than the last one: a snapshot_id or its first letters.")] = "latest",
    json: Json = False,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Query the last snapshot in SQL.

    There are its tables and the views v_claims, v_speakers, v_coverage_daily … (docs/cookbook.md); without -c a prompt opens.

    Example:  presslake sql -c "SELECT outlet, count(*) FROM articles GROUP BY ALL"
    """
    from flows import query

    connection = query.open_snapshot(data_dir, snapshot)
    if command is not None:
        columns, rows = query.execute(connection, command)
        if json:
            print_json([dict(zip(columns, r, strict=True)) for r in rows])
        else:
            print_table(columns, rows)
        return
    query.prompt(connection, print_table)


def rejects(
    replay: Annotated[bool, typer.Option("--replay", help="Put what was set aside through the pipeline again.")] = False,
    json: Json = False,
    data_dir: DataDir = DATA_DIR,
    config: Config = CONFIG,
) -> None:
    """Show what was set aside, and why.

    Example:  presslake rejects --replay
    """
    from flows import steps

    if replay:
        from flows.cli.run import _finish, _flow

        _finish(_flow("replay", False, json, data_dir=str(data_dir), config=str(config)), json, data_dir)
        return
    rows = steps.list_rejects(data_dir)
    if json:
        print_json([dict(zip(("table", "key", "expectation", "reason", "rejected_at"), r, strict=True)) for r in rows])
    elif rows:
        print_table(["table", "key", "expectation", "reason", "rejected at"], rows)
    else:
        typer.echo("nothing is set aside")


def doctor(
    online: Annotated[bool, typer.Option("--online", help="Also ask every source what it names; fetches no page.")] = False,
    json: Json = False,
    data_dir: DataDir = DATA_DIR,
    config: Config = CONFIG,
) -> None:
    """Check this installation and say how to fix what it finds.

    Exits with 1 where something needs fixing.

    Example:  presslake doctor --online --config press/sources.toml
    """
    from flows.doctor import examine

    findings = list(examine(data_dir, config, ask_sources=online))
    if json:
        print_json([{"name": f.name, "ok": f.ok, "detail": f.detail, "remedy": None if f.ok else f.remedy} for f in findings])
    else:
        for f in findings:
            typer.secho(f"{'ok  ' if f.ok else 'FIX '} ", fg="green" if f.ok else "red", nl=False)
            typer.echo(f"{f.name}: {f.detail}" + ("" if f.ok or not f.remedy else f"\n     → {f.remedy}"))
    if not all(f.ok for f in findings):
        raise typer.Exit(1)


@snapshots.command("list")
def list_(json: Json = False, data_dir: DataDir = DATA_DIR) -> None:
    """List the snapshots, newest first.

    Example:  presslake snapshots list --json
    """
    from flows.snapshots import list_snapshots

    names = ("snapshot", "created", "articles", "claims", "MB", "latest")
    rows = [
        (s.snapshot_id, s.created_at, s.rows.get("articles", 0), s.rows.get("claims", 0), round(s.byte_count / 1e6, 1), "←" if s.is_latest else "")
        for s in list_snapshots(data_dir)
    ]
    if json:
        print_json([dict(zip(names, r, strict=True)) for r in rows])
    elif rows:
        print_table(names, rows)
    else:
        typer.echo(f"no snapshots in {data_dir}; presslake run --demo makes one")


@snapshots.command("diff")
def diff(
    before: Annotated[str, typer.Argument(help="The snapshot to start from: a snapshot_id or its first letters.")],
    after: Snapshot = "latest",
    json: Json = False,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Count what was added, changed and withdrawn between two snapshots.

    Example:  presslake snapshots diff snp_cd39
    """
    from flows.delta import compare_snapshots
    from flows.snapshots import find_snapshot

    old, new = find_snapshot(data_dir, before), find_snapshot(data_dir, after)
    changes = compare_snapshots(old, new)
    if json:
        print_json({"before": old.name, "after": new.name, "tables": {t: c.as_dict() for t, c in changes.items()}})
        return
    rows = [(t, c.added, c.changed, c.withdrawn) for t, c in changes.items() if c.added or c.changed or c.withdrawn]
    if rows:
        typer.echo(f"{old.name} → {new.name}")
        print_table(["table", "added", "changed", "withdrawn"], rows)
    else:
        typer.echo(f"{old.name} and {new.name} hold the same rows")


@snapshots.command("verify")
def verify(snapshot: Snapshot = "latest", data_dir: DataDir = DATA_DIR) -> None:
    """Read a snapshot back: every file, hash and row.

    Exits with 1 where something is wrong.

    Example:  presslake snapshots verify
    """
    from flows.snapshots import find_snapshot, verify_snapshot

    folder = find_snapshot(data_dir, snapshot)
    problems = verify_snapshot(folder)
    typer.echo("\n".join(problems) or f"{folder.name} is whole")
    if problems:
        raise typer.Exit(1)


@snapshots.command("rollback")
def rollback(snapshot: Snapshot, data_dir: DataDir = DATA_DIR, config: Config = CONFIG) -> None:
    """Let latest.json name an earlier snapshot again.

    It is verified first; the target of the settings follows. The warehouse stays as it is.

    Example:  presslake snapshots rollback snp_cd39
    """
    from flows import steps

    typer.echo(f"latest is {steps.rollback(data_dir, config, snapshot)} again")


@snapshots.command("export")
def export(
    target: Annotated[Path, typer.Argument(help="Folder for the tables; each snapshot becomes one version of them.")],
    kind: Annotated[
        Literal["delta", "ducklake"], typer.Option("--format", help="A Delta Lake table each, or one DuckLake, whose tables always agree.")
    ] = "delta",
    catalog: Annotated[
        str | None, typer.Option("--catalog", help="Of the DuckLake, for a team: postgres:dbname=press host=db. Else a file in the folder.")
    ] = None,
    snapshot: Annotated[str, typer.Option("--snapshot", help="Another than the last one: a snapshot_id or its first letters.")] = "latest",
    json: Json = False,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Write a snapshot as Delta Lake tables or a DuckLake (extras delta, ducklake).

    Example:  presslake snapshots export lake/ --format ducklake
    """
    from flows.exports import export_delta, export_ducklake
    from flows.snapshots import find_snapshot

    if catalog and kind != "ducklake":
        raise ConfigError(f"--catalog {catalog}: only a DuckLake has one; add --format ducklake")
    folder = find_snapshot(data_dir, snapshot)
    done = export_ducklake(folder, target, catalog) if kind == "ducklake" else export_delta(folder, target)
    if json:
        print_json([{"table": e.table, "version": e.version, "rows": e.rows, "written": e.written} for e in done])
    else:
        print_table(["table", "version", "rows", ""], [(e.table, e.version, e.rows, "" if e.written else "as it was") for e in done])
