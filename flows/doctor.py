"""Check that this machine can run presslake, and say how to fix what cannot."""

from __future__ import annotations

import difflib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING

from flows.ports import EXPLORE, SERVE, listener, server_version
from presslake.errors import ConfigError, PresslakeError

if TYPE_CHECKING:
    from presslake.settings import Settings

FREE_BYTES = 2_000_000_000
"""Below this a day of press may not fit."""
MODELS = tuple(
    f"transforms/{name}"
    for name in (
        "extract/models/claims.json",
        "extract/models/lexicon.npz",
        "extract/models/names.npz",
        "extract/models/semantics.npz",
        "parse/authors.npz",
        "parse/blocks.npz",
        "parse/dates.npz",
        "parse/forenames.txt.gz",
        "parse/second_look.npz",
        "parse/titles.npz",
    )
)
"""Files that parser and extractors read, relative to the installation."""
INSTALL = "make env installs what requirements.lock names"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str
    remedy: str | None = None


def examine(data_dir: Path, config: Path, *, ask_sources: bool = False) -> Iterator[Finding]:
    """Look at everything, one finding each; never raises. Sources are asked over the network only where ``ask_sources`` says so."""
    checks: list[tuple[str, Callable[[], Finding]]] = [
        ("python", _python),
        ("presslake", _presslake),
        ("packages", _packages),
        ("environment", _environment),
        ("sources", lambda: _sources(config)),
        ("extras", lambda: _extras(_settings(config))),
        ("model files", _models),
        ("recogniser", lambda: _recogniser(_settings(config))),
        ("data directory", lambda: _data_dir(data_dir)),
        ("disk", lambda: _disk(data_dir)),
        ("warehouse", lambda: _warehouse(data_dir)),
        ("flow server", _flow_server),
        ("port", lambda: _port("serve", SERVE)),
        ("port", lambda: _port("explore", EXPLORE)),
    ]
    for name, check in checks:
        yield _guarded(name, check)
    if ask_sources:
        yield from _ask_sources(config)


def _guarded(name: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except ConfigError as e:
        return Finding(name, False, str(e), "correct the file; docs/guides/sources.md shows every key")
    except PresslakeError as e:
        return Finding(name, False, str(e))
    except Exception as e:  # a doctor that dies of what it finds helps nobody
        return Finding(name, False, f"{type(e).__name__}: {e}", "please report this")


def _settings(config: Path) -> Settings:
    from presslake.settings import load_config

    return load_config(config, required=False).settings


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", sys.version_info >= (3, 11), f"{found}, {sys.executable}", "install Python 3.11 or newer, then: make env")


def _presslake() -> Finding:
    from presslake import __version__

    home = Path(__file__).parents[1]
    command = shutil.which("presslake")
    detail = f"{__version__} in {home}"
    if command is None:
        # it runs, so it is there: only its name is not found
        return Finding("presslake", True, f"{detail}; not on the PATH: call it as .venv/bin/presslake, or: source .venv/bin/activate")
    return Finding("presslake", True, f"{detail}, command {command}")


def _packages() -> Finding:
    from packaging.requirements import Requirement

    try:
        needed = requires("presslake") or []
    except PackageNotFoundError:
        return Finding("packages", False, "presslake itself is not installed in this environment", INSTALL)
    wrong, count = [], 0
    for line in needed:
        need = Requirement(line)
        if need.marker and not need.marker.evaluate({"extra": ""}):
            continue
        count += 1
        try:
            if not need.specifier.contains(version(need.name), prereleases=True):
                wrong.append(f"{need.name} {version(need.name)} (needs {need.specifier})")
        except PackageNotFoundError:
            wrong.append(f"{need.name} is missing")
    fine = f"{count} as required (prefect {version('prefect')}, duckdb {version('duckdb')})" if not wrong else ""
    return Finding("packages", not wrong, "; ".join(wrong) or fine, INSTALL)


def _environment() -> Finding:
    """Variables that look like settings and are none: a typo there is silent."""
    from flows.warehouse import MEMORY
    from presslake.settings import Settings

    others = ("data_dir", "config", "home", "snapshots")  # of the command line, prefect.yaml and the notebook
    known = {MEMORY, *(f"PRESSLAKE_{key.upper()}" for key in (*Settings.model_fields, *others))}
    given = sorted(key for key in os.environ if key.upper().startswith("PRESSLAKE_"))
    unknown = [key for key in given if key.upper() not in known]
    if not unknown:
        return Finding("environment", True, ", ".join(given) or "no variable PRESSLAKE_… is set")
    close = {key: difflib.get_close_matches(key.upper(), known, 1) for key in unknown}
    said = [f"{key} is no setting" + (f" (did you mean {close[key][0]}?)" if close[key] else "") for key in unknown]
    return Finding("environment", False, "; ".join(said), "unset or correct it; docs/reference/settings.md lists what there is")


def _sources(config: Path) -> Finding:
    from presslake.settings import load_config

    if not config.exists():
        return Finding("sources", True, f"{config} does not exist yet: `presslake sources add URL` writes it")
    loaded = load_config(config)
    active = sum(s.active for s in loaded.sources.values())
    channels = ("feeds", "sitemaps", "listings", "urls", "warcs")
    silent = [key for key, s in loaded.sources.items() if s.active and not any(getattr(s, c) for c in channels)]
    if silent:
        return Finding("sources", False, f"{config}: {', '.join(silent)}: nothing to fetch from", f"give each at least one of {', '.join(channels)}")
    return Finding("sources", True, f"{config}: {len(loaded.sources)} sources, {active} active; `presslake doctor --online` asks each")


def _extras(settings: Settings) -> Finding:
    """Optional packages that the settings need."""
    needs = {
        "s3": ("boto3", bool(settings.target) or str(settings.store or "").startswith("s3:")),
        "dask": ("distributed", settings.runner == "dask"),
        "ray": ("ray", settings.runner == "ray"),
    }
    missing = [extra for extra, (package, needed) in needs.items() if needed and not _installed(package)]
    wanted = [extra for extra, (_, needed) in needs.items() if needed]
    detail = f"missing: {', '.join(missing)}" if missing else f"what the settings need is there ({', '.join(wanted) or 'none'})"
    return Finding("extras", not missing, detail, f"pip install 'presslake[{','.join(missing)}]'")


def _installed(package: str) -> bool:
    try:
        return bool(version(package))
    except PackageNotFoundError:
        return False


def _models(home: Path = Path(__file__).parents[1]) -> Finding:
    """Every file read whole: archives carry checksums of what is in them."""
    wrong = [f"{name} {problem}" for name in MODELS if (problem := _damage(home / name))]
    size = sum((home / name).stat().st_size for name in MODELS) if not wrong else 0
    detail = "; ".join(wrong) or f"{len(MODELS)} files, {size / 1e6:.0f} MB, checksums hold"
    return Finding("model files", not wrong, detail, "fetch the repository again, or: git checkout -- transforms")


def _damage(path: Path) -> str | None:
    import gzip
    import json
    import zipfile
    import zlib

    if not path.is_file():
        return "is missing"
    try:
        if path.suffix == ".npz":
            with zipfile.ZipFile(path) as archive:
                return f"is damaged ({bad})" if (bad := archive.testzip()) else None
        raw = path.read_bytes()
        if path.suffix == ".gz":
            gzip.decompress(raw)
        else:
            json.loads(raw)
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error) as e:
        return f"is damaged ({e})"
    return None


def _recogniser(settings: Settings) -> Finding:
    from transforms.extract.recognise import load_recogniser

    recogniser = load_recogniser(settings.recogniser)
    names = recogniser.recognise("Das sagte Angela Merkel am Montag in Berlin.", "de")
    return Finding("recogniser", bool(names), recogniser.name, "it finds no name in a plain sentence; choose another: settings.recogniser")


def _data_dir(data_dir: Path) -> Finding:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        test = data_dir / ".doctor"
        test.write_bytes(b"")
        test.unlink()
    except OSError as e:
        return Finding("data directory", False, f"{data_dir}: {e.strerror}", "name a folder you may write to with --data-dir")
    return Finding("data directory", True, f"{data_dir} is writable")


def _disk(data_dir: Path) -> Finding:
    there = next(p for p in (data_dir, *data_dir.resolve().parents) if p.is_dir())
    free = {str(place): shutil.disk_usage(place).free for place in (there, Path(tempfile.gettempdir()))}
    detail = ", ".join(f"{n / 1e9:.1f} GB free in {place}" for place, n in free.items())
    remedy = "free some space; --data-dir names another disk, TMPDIR another place for temporary files"
    return Finding("disk", min(free.values()) > FREE_BYTES, detail, remedy)


def _warehouse(data_dir: Path) -> Finding:
    from flows.load import open_warehouse
    from flows.lock import holder

    path = data_dir / "press.duckdb"
    if not path.exists():
        return Finding("warehouse", True, f"{path} does not exist yet: the first run creates it")
    if run := holder(data_dir):
        return Finding("warehouse", True, f"{path}: in use by {run}")
    connection = open_warehouse(path, read_only=True)
    try:
        n = connection.execute("SELECT count(*) FROM articles").fetchall()[0][0]
    finally:
        connection.close()
    return Finding("warehouse", True, f"{path}: {n} articles")


def _flow_server() -> Finding:
    from flows.server import is_configured

    if not is_configured():
        return Finding("flow server", True, "none is configured: every run starts its own")
    from prefect.settings import get_current_settings

    url = get_current_settings().api.url
    if not url:
        return Finding("flow server", True, "the engine's own settings name no address: every run starts its own")
    ours = version("prefect")
    try:
        theirs = server_version(url)
    except (OSError, ValueError) as e:
        return Finding("flow server", False, f"{url}: {e}", "start it (prefect server start) or unset PREFECT_API_URL: then every run starts its own")
    if theirs.split(".")[:2] != ours.split(".")[:2]:
        return Finding("flow server", False, f"{url} is version {theirs}, here is {ours}", "bring both to one version")
    return Finding("flow server", True, f"{url}, version {theirs}")


def _port(command: str, port: int) -> Finding:
    found = listener(port)
    if found is None:
        return Finding(f"port {port}", True, f"free, for `presslake {command}`")
    detail = f"taken by {found.process}"
    if found.serves:
        return Finding(f"port {port}", True, f"{detail}, which is {'a' if found.serves == 'flow server' else 'an'} {found.serves}")
    return Finding(f"port {port}", False, detail, f"end that process, or: presslake {command} --port N")


def _ask_sources(config: Path) -> Iterator[Finding]:
    """One finding for each active source: what its channels answer; no article is fetched."""
    from flows.scratch import scratch_fetcher
    from flows.sources import check_sources
    from presslake.settings import load_config

    try:
        loaded = load_config(config)
        with scratch_fetcher(loaded.settings) as fetcher:
            for c in check_sources(loaded, fetcher):
                said = [f"{ch.channel.url}: {ch.outcome}, {ch.found_count} pages" + (f" ({ch.reason})" if ch.reason else "") for ch in c.channels]
                said += [f"{url}: {d.outcome} ({d.reason})" for url, d in c.decisions.items() if d.outcome]
                yield Finding(f"source {c.source_id}", c.is_good, "; ".join(said), f"presslake sources check {c.source_id} says more")
    except PresslakeError as e:
        yield Finding("source", False, str(e))
