"""The results of a check as one HTML file that opens from disk: no script, no font, no request."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from presslake import schema

_STYLE = """
:root{color-scheme:light dark;--line:#8884;--bad:#b3261e;--warn:#8a5a00;--good:#1b6e3c}
@media(prefers-color-scheme:dark){:root{--bad:#ff8a80;--warn:#ffc46b;--good:#7fd6a0}}
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line)}
td.n{text-align:right;font-variant-numeric:tabular-nums}
.block{color:var(--bad);font-weight:600}.reject{color:var(--bad)}.warn{color:var(--warn)}.held{color:var(--good)}
details summary{cursor:pointer}
"""


def render_page(results: Iterable[schema.ExpectationResult]) -> str:
    """The page: what did not hold first, with reason and remedy; then everything that was checked, by table."""
    rows = sorted(results, key=lambda r: (r.table_name, r.expectation))
    failed = sorted((r for r in rows if not r.is_success), key=lambda r: ("block", "reject", "warn").index(r.severity))
    blocked = any(r.severity == "block" for r in failed)
    title = "Nothing was published: a blocking expectation does not hold" if blocked else "The data hold"
    when = max((r.checked_at for r in rows), default=None)
    parts = [
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>',
        f"<style>{_STYLE}</style><h1>{title}</h1>",
        f"<p>{len(rows)} expectations, {len(failed)} did not hold{f', checked {when:%Y-%m-%d %H:%M} UTC' if when else ''}.</p>",
    ]
    if failed:
        parts.append('<table><tr><th scope="col">severity<th scope="col">expectation<th scope="col">rows<th scope="col">reason and remedy')
        parts += [
            f'<tr><td class="{r.severity}">{r.severity}<td>{escape(r.table_name)}.<wbr>{escape(r.expectation)}<td class="n">{r.unexpected_count:,}'
            f"<td>{escape(r.detail or '')}"
            for r in failed
        ]
        parts.append("</table>")
    for table in dict.fromkeys(r.table_name for r in rows):
        mine = [r for r in rows if r.table_name == table]
        held = sum(r.is_success for r in mine)
        parts.append(f"<details><summary>{escape(table)}: {held} of {len(mine)} hold</summary><table>")
        parts += [
            f'<tr><td class="{"held" if r.is_success else r.severity}">{"holds" if r.is_success else "does not hold"}<td>{escape(r.expectation)}'
            f"<td>{r.severity}"
            for r in mine
        ]
        parts.append("</table></details>")
    return "\n".join(parts) + "</html>\n"
