"""What report and explorer share: assets, the template environment, and the policy that lets only a page's own parts run."""

from __future__ import annotations

import base64
import functools
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING

from flows.report import charts, words

if TYPE_CHECKING:
    from jinja2 import Environment


@functools.cache
def asset(name: str, package: str = "flows.report") -> str:
    """Text of a file that ships with ``package``."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


@functools.cache
def environment() -> Environment:
    """Templates with escaping on: whatever is not ``Markup`` of ours comes out as text."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    out = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=FunctionLoader(asset))
    shared = (words.both, words.counted, words.number, words.percent, words.day, words.short_day, words.name, words.bdi, words.clip, words.safe_url)
    drawn = (charts.columns_over_time, charts.bar, charts.sparkline, charts.ribbon)
    out.globals.update({f.__name__: f for f in (*shared, *drawn)})
    out.globals["unquoted"] = lambda text: text.strip("„“”»«›‹\"'‚‘’ ")
    return out


def policy(styles: tuple[str, ...], scripts: tuple[str, ...], *extra: str) -> str:
    """A Content-Security-Policy under which exactly these inline styles and scripts work, and nothing else is loaded or run."""

    def hashes(texts: tuple[str, ...]) -> str:
        return " ".join("'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'" for text in texts)

    rules = (
        "default-src 'none'",
        f"style-src {hashes(styles)}",
        f"script-src {hashes(scripts)}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join((*rules, *extra))
