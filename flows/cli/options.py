"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DataDir = Annotated[Path, typer.Option("--data-dir", envvar="PRESSLAKE_DATA_DIR", help="Where warehouse, raw archive and snapshots live.")]
Config = Annotated[Path, typer.Option("--config", envvar="PRESSLAKE_CONFIG", help="Settings and sources.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines instead of text for people.")]

DATA_DIR = Path("data")
CONFIG = Path("sources.toml")
