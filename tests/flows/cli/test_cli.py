"""What a user meets on the command line when something is wrong: one message that names the remedy, an exit code, no traceback."""

import json
import re
from pathlib import Path

import click
import pytest
import typer

from flows.cli import app
from tests.commandline import run as presslake

ROOT = Path(__file__).resolve().parents[3]


def command_names() -> dict[str, click.Command]:
    group = typer.main.get_command(app)
    assert hasattr(group, "commands")
    return group.commands


@pytest.mark.parametrize(
    ("args", "code", "parts"),
    [
        (["sql", "-c", "SELECT 1"], 1, ["latest.json", "presslake run --demo"]),
        (["sources"], 2, ["sources.toml", "--config"]),
        (["run"], 2, ["sources.toml", "--config"]),
        (["parse", "nowhere.html"], 1, ["nowhere.html", "cannot be read"]),
        (["parse", "empty.html"], 1, ["empty", "holds no bytes"]),
        (["snapshots", "verify"], 5, ["nothing was published yet"]),
        (["rejects"], 3, ["press.duckdb", "presslake"]),
    ],
)
def test_what_is_missing_is_named_with_the_way_out(tmp_path, args, code, parts):
    (tmp_path / "empty.html").write_bytes(b"")
    done = presslake(*args, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    for part in parts:
        assert part in done.stderr


def test_a_typo_in_the_configuration_stops_before_anything_is_started(tmp_path):
    (tmp_path / "sources.toml").write_text('[sources.kurier]\nname = "Kurier"\nfeds = ["https://kurier.example/rss"]\n', encoding="utf-8")
    done = presslake("sources", cwd=tmp_path)
    assert done.returncode == 2
    assert "sources.toml: sources.kurier.feds: unknown key; did you mean 'feeds'?" in done.stderr
    assert "Traceback" not in done.stderr


def test_parse_and_claims_give_json_for_machines(tmp_path):
    (tmp_path / "a.txt").write_text(
        "Pinterest zieht um\n\nDie Plattform Pinterest zieht nach Lindenau. „Hier ist es schöner“, sagte Europachefin Folasade Adeyemi am Montag.\n",
        encoding="utf-8",
    )
    document = json.loads(presslake("parse", "a.txt", "--json", cwd=tmp_path).stdout)
    found = json.loads(presslake("claims", "a.txt", "--json", cwd=tmp_path).stdout)
    assert document["title"] == "Pinterest zieht um"
    (claim,) = [c for c in found["claims"] if c["speech_type"] == "direct"]
    assert (claim["speaker"], claim["text"]) == ("Folasade Adeyemi", "„Hier ist es schöner“")
    start, end = claim["spans"][0]
    assert document["body_text"][start:end] == claim["text"]


def test_every_command_of_the_readme_exists():
    readme = (ROOT / "README.md").read_text("utf-8")
    named = set(re.findall(r"presslake ([a-z]+)", "\n".join(re.findall(r"```bash\n(.*?)```", readme, re.S))))
    table = {name for row in re.findall(r"^\| (`[a-z`, ]+`) \|", readme, re.M) for name in re.findall(r"[a-z]+", row)}
    assert named | table <= set(command_names())


def test_every_command_explains_itself():
    for name, command in command_names().items():
        assert command.help, name


def test_version():
    from presslake import __version__

    assert presslake("--version", cwd=ROOT).stdout.strip() == f"presslake {__version__}"
