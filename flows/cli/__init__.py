"""The command line: ``presslake run | ingest | rebuild | check | publish | sql | report | sources | doctor`` and more.

Exit codes: 0 done; 1 failed; 2 wrong configuration or usage; 3 warehouse damaged, locked or from another version; 4 a blocking expectation does not
hold; 5 the snapshot could not be written; 6 a model could not be loaded; 7 the flow engine's server does not answer.
Only this module and its neighbours print.

Heavy libraries are imported inside the commands that use them, so that ``presslake --help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

import flows.cli.data as data
import flows.cli.look as look
import flows.cli.operate as operate
import flows.cli.people as people
import flows.cli.run as run
import flows.cli.sources as sources
from flows import terminal
from presslake import __version__
from presslake.errors import PresslakeError

app = typer.Typer(
    name="presslake",
    help="Press coverage of social platforms as traceable claims: who said what about whom, with which numbers.",
    epilog="Start with: presslake run --demo     Documents: README.md, docs/",
    no_args_is_help=True,
    rich_markup_mode="rich" if sys.stdout.isatty() else None,  # boxes and colours take longer than the rest of the help
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (run, data, operate, look, people):
    group.register(app)
app.add_typer(sources.app, name="sources")


def _version(value: bool) -> None:
    if value:
        typer.echo(f"presslake {__version__}")
        raise typer.Exit


@app.callback()
def _root(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")] = False) -> None:
    pass


def _colours() -> dict[str, bool]:
    """What the command line is told about colours: nothing, or that none are wanted."""
    if not terminal.is_plain():
        return {}
    import typer.rich_utils

    typer.rich_utils.COLOR_SYSTEM = None  # its help knows NO_COLOR only by half: no colours, but bold
    return {"color": False}


def main() -> None:
    """Entry point of the console script: what is expected to go wrong is one message on stderr and an exit code, never a traceback."""
    try:
        app(**_colours())
    except PresslakeError as e:
        typer.echo(f"presslake: {e}", err=True)
        _leave(e.exit_code)
    except SystemExit as e:
        _leave(e.code if isinstance(e.code, int) else 0 if e.code is None else 1)
    except BrokenPipeError:  # the reader of a pipe has seen enough
        sys.stderr.close()
        sys.exit(0)


def _leave(code: int) -> None:
    """Exit; at once where the flow engine's server is gone, for what the engine does at its exit would wait for it."""
    engine = sys.modules.get("flows.engine")
    if engine is not None and engine.deserted:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
