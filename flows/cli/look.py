"""Commands to look at things: ``parse`` and ``claims`` show one page, ``report`` and ``explore`` a snapshot."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import CONFIG, DATA_DIR, Config, DataDir, Json
from flows.cli.output import print_json
from flows.ports import EXPLORE
from presslake.errors import PresslakeError

Input = Annotated[str, typer.Argument(metavar="FILE-OR-URL", help="An HTML or text file, or an address.")]


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command("parse")(parse)
    app.command("claims")(claims)
    app.command("report")(report)
    app.command("explore")(explore)


def parse(page: Input, json: Json = False, config: Config = CONFIG) -> None:
    """Show one page as the parser sees it.

    Metadata, and the body with the roles of its blocks.

    Example:  presslake parse article.html
    """
    from flows import inspect_page

    document = inspect_page.read_document(page, config)
    if json:
        print_json(inspect_page.document_as_dict(document))
    else:
        inspect_page.print_document(document)


def claims(page: Input, json: Json = False, config: Config = CONFIG) -> None:
    """Show one page with its claims and who makes them.

    Example:  presslake claims https://kurier.example/politik/a1
    """
    from flows import inspect_page

    document = inspect_page.read_document(page, config)
    extraction = inspect_page.extract(document, config)
    if json:
        print_json(inspect_page.extraction_as_dict(document, extraction))
    else:
        inspect_page.print_claims(document, extraction)


def report(
    open_: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Say where the report of the last snapshot is, or open it.

    It opens from disk and needs no network.

    Example:  presslake report --open
    """
    from flows.query import latest_snapshot

    path = latest_snapshot(data_dir) / "report.html"
    typer.echo(str(path))
    if open_:
        import webbrowser

        webbrowser.open(Path(path).resolve().as_uri())


def explore(
    port: Annotated[int, typer.Option("--port", help="Port on loopback.")] = EXPLORE,
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Open it in the browser.")] = True,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Browse the last snapshot: filters, articles, their claims marked.

    Served on loopback until Ctrl-C.

    Example:  presslake explore --no-open --port 8781
    """
    from flows.explorer import serve
    from flows.query import latest_snapshot

    try:
        server = serve(latest_snapshot(data_dir), port)
    except OSError as e:
        raise PresslakeError(f"port {port}: {e.strerror}; name another with --port") from e
    address = f"http://127.0.0.1:{server.server_address[1]}/"
    typer.echo(f"{address}  (Ctrl-C stops)")
    if open_:
        import webbrowser

        webbrowser.open(address)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
