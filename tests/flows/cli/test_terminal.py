"""Terminal manners: help with examples that run, colours that NO_COLOR switches off, completion for three shells."""

import os
import pty
import re
import subprocess
from pathlib import Path

import pytest
import typer

from flows import terminal
from flows.cli import app
from flows.cli.output import print_table
from tests.commandline import COMMAND, run, takes

COLOUR = re.compile(r"\x1b\[[\d;]*m")


def commands(command=None, path=()):
    """(path, command) of every command that does something."""
    command = command or typer.main.get_command(app)
    inner = getattr(command, "commands", {})
    if path and (not inner or command.invoke_without_command):
        yield path, command
    for name, child in inner.items():
        yield from commands(child, (*path, name))


@pytest.mark.parametrize(("path", "command"), list(commands()), ids=lambda x: " ".join(x) if isinstance(x, tuple) else "")
def test_every_command_says_in_a_line_what_it_does_and_shows_an_example(path, command):
    summary, *rest = command.help.replace("\b", "").split("\n\n")
    assert len(summary) <= 80, "it is cut or wrapped in the list of commands"
    assert summary.endswith((".", "…"))
    examples = [x for paragraph in rest if paragraph.startswith("Example") for x in re.split(r" {3,}", paragraph.partition(":")[2].strip())]
    assert examples
    assert any(e.startswith(" ".join(("presslake", *path))) for e in examples)
    for example in examples:
        takes(example)


def on_a_terminal(folder: Path, *args: str, **environment: str) -> str:
    """What a command prints where a person looks at it."""
    ours, theirs = pty.openpty()
    env = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "TERM")} | {"TERM": "xterm-256color"} | environment
    process = subprocess.Popen([*COMMAND, *args], cwd=folder, env=env, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    out = b""
    while True:
        try:
            chunk = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not chunk:
            break
        out += chunk
    os.close(ours)
    process.wait()
    return out.decode()


@pytest.mark.parametrize("args", [("--help",), ("status",), ("parse", "a.txt")], ids=" ".join)
def test_colours_are_for_those_who_want_them(tmp_path, args):
    (tmp_path / "a.txt").write_text(
        "Pinterest zieht um\n\nDie Plattform Pinterest zieht nach Lindenau, sagte eine Sprecherin am Montag.\n", encoding="utf-8"
    )
    (tmp_path / "sources.toml").write_text("[sources.kurier]\nname = 'Kurier'\nfeeds = ['https://kurier.example/rss']\n")
    coloured, plain = on_a_terminal(tmp_path, *args), on_a_terminal(tmp_path, *args, NO_COLOR="1")
    assert COLOUR.search(coloured), "there is nothing that NO_COLOR could switch off"
    assert "\x1b" not in plain
    assert COLOUR.sub("", coloured).split()[:20] == plain.split()[:20]


def test_an_empty_no_color_means_nothing(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "")
    assert not terminal.is_plain()


def test_text_from_outside_does_not_steer_the_terminal(capsys):
    print_table(["title"], [["\x1b[2J\x1b]0;owned\x07Kurier\u202e [bold]"]])
    shown = capsys.readouterr().out
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", shown)
    assert "Kurier" in shown
    assert "[bold]" in shown


def complete(shell: str, **environment: str) -> str:
    return run(cwd=Path.cwd(), _PRESSLAKE_COMPLETE=shell, **environment).stdout


@pytest.mark.parametrize(
    ("shell", "sign"), [("bash", "complete -o default -F"), ("zsh", "#compdef presslake"), ("fish", "complete --command presslake")]
)
def test_there_is_a_completion_script_for_each_shell(shell, sign):
    assert sign in complete(f"source_{shell}")


def test_completion_knows_commands_and_options():
    assert complete("complete_bash", COMP_WORDS="presslake sn", COMP_CWORD="1").split() == ["snapshots"]
    assert {"verify", "diff"} <= set(complete("complete_bash", COMP_WORDS="presslake snapshots ", COMP_CWORD="2").split())
    assert "--dry-run" in complete("complete_zsh", _TYPER_COMPLETE_ARGS="presslake run --d")


def test_the_completion_script_is_one_that_bash_takes():
    script = complete("source_bash")
    done = subprocess.run(["bash", "-c", f"{script}\ncomplete -p presslake"], capture_output=True, text=True, timeout=20)
    assert "presslake" in done.stdout, done.stderr
