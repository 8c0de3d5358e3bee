"""The templates of deploy/ parse, and what they start and name is there. They are not run: there is no Docker here."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest
import yaml

from flows.cli import app

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
TOOLS = {"presslake", "prefect"}


def commands() -> list[tuple[str, list[str]]]:
    """(where, command) of everything that the templates start."""
    found = []
    for name, service in yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"].items():
        if "entrypoint" in service:
            found.append((f"compose.yaml {name}", service["entrypoint"]))
    for part in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()):
        pod = part.get("spec", {}).get("template", {}).get("spec", {})
        found += [(f"kubernetes.yaml {c['name']}", c["command"]) for c in pod.get("containers", ())]
    docker = (DEPLOY / "Dockerfile").read_text()
    found += [("Dockerfile", json.loads(x)) for x in re.findall(r"^ENTRYPOINT (.*)$", docker, re.MULTILINE)]
    return found


@pytest.mark.parametrize(("where", "command"), commands())
def test_what_is_started_exists(where, command):
    assert command[0] in TOOLS
    assert shutil.which(command[0], path=str(Path(sys.executable).parent)) or command[0] == "presslake"
    if "worker" in command:
        pools = {d["work_pool"]["name"] for d in yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]}
        assert {command[command.index("--pool") + 1]} == pools


def test_the_command_of_the_image_is_one_of_ours():
    (words,) = [json.loads(x) for x in re.findall(r"^CMD (.*)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)]
    assert words[0] in {c.name for c in app.registered_commands}


def test_what_the_image_copies_is_in_the_repository():
    for source in re.findall(r"^COPY (?!--from)(\S+) ", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE):
        assert (ROOT / source).exists(), source


def test_entry_points_of_deployments_are_flows_with_those_parameters():
    import inspect
    from importlib import import_module

    for deployment in yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]:
        module, _, name = deployment["entrypoint"].rpartition(".")
        flow = getattr(import_module(module), name)
        assert set(deployment["parameters"]) <= set(inspect.signature(flow.fn).parameters), deployment["name"]


@pytest.mark.parametrize("name", ["docker-pool.json", "kubernetes-pool.json"])
def test_every_placeholder_of_a_pool_is_a_variable_of_it(name):
    from prefect.client.schemas.actions import WorkPoolCreate

    template = json.loads((DEPLOY / name).read_text())
    used = set(re.findall(r"\{\{ (\w+) \}\}", json.dumps(template["job_configuration"])))
    assert used == set(template["variables"]["properties"])
    WorkPoolCreate(name="presslake", type=name.partition("-")[0], base_job_template=template)


def test_volumes_that_runs_need_are_made():
    claims = {p["metadata"]["name"] for p in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()) if p["kind"] == "PersistentVolumeClaim"}
    named = set(re.findall(r'"claimName": "(\w+)"', (DEPLOY / "kubernetes-pool.json").read_text()))
    named |= set(re.findall(r"claimName: (\w+)", (DEPLOY / "kubernetes.yaml").read_text()))
    assert named == claims
