"""The explorer's page: template, style and scripts put together into one file that loads nothing but the snapshot beside it."""

from __future__ import annotations

import json
from pathlib import Path

from markupsafe import Markup

from flows.report import words
from flows.report.parts import asset, environment, policy
from presslake import __version__

FILE_NAME = "explorer.html"


def write_explorer(directory: Path) -> Path:
    """Write the explorer into ``directory``, beside the ``manifest.json`` of the snapshot it is to show, and return its path."""
    out = directory / FILE_NAME
    out.write_text(explorer_html(), encoding="utf-8")
    return out


def explorer_html() -> str:
    """The page; it is the same for every snapshot."""
    css = asset("base.css") + asset("explorer.css", __package__)
    switches, vendor, data = asset("switches.js"), asset("vendor/parquet.js", __package__), asset("data.js", __package__)
    js = f"const NAMES = {json.dumps(words.NAMES)};\n" + asset("explorer.js", __package__)
    return (
        environment()
        .from_string(asset("explorer.html", __package__))
        .render(
            title=words.both("Aussagen durchsuchen", "Explore the claims") + " · presslake",
            csp=policy((css,), (switches, vendor, data, js), "connect-src 'self'"),
            licences=Markup(asset("vendor/LICENSES.txt", __package__)),  # noqa: S704 - our own file
            css=Markup(css),  # noqa: S704 - our own file
            switches=Markup(switches),  # noqa: S704 - our own file
            vendor=Markup(vendor),  # noqa: S704 - our own file
            data_js=Markup(data),  # noqa: S704 - our own file
            js=Markup(js),  # noqa: S704 - our own file
            version=__version__,
        )
    )
