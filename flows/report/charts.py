"""Charts as inline SVG, drawn by hand: they follow the page's colours, width, language and print without any script.

Positions across are percentages, heights are pixels: so a chart is as wide as its place while its lettering keeps its size.
Every chart is ``role="img"`` and takes its name from an element of the page; the numbers stand in a table beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup, escape

from flows.report.periods import Periods
from flows.report.words import number, tick


def columns_over_time(
    periods: Periods, layers: Sequence[Sequence[int]], label_id: str, height: int = 220, ceiling: int | None = None, small: bool = False
) -> Markup:
    """Stacked columns per period, the first layer at the bottom; ``ceiling`` shares a scale between charts."""
    count = len(periods.starts)
    totals = [sum(layer[i] for layer in layers) for i in range(count)]
    step, top = _scale(ceiling or max(totals, default=0), 2 if small else 4)
    head, foot = (4, 16) if small else (16, 26)
    plot = height - head - foot
    out = [f'<svg class="columns" role="img" aria-labelledby="{escape(label_id)}" width="100%" height="{height}">']
    for n in range(0, top + 1, step):
        y = head + plot - plot * n / top
        out.append(f'<line class="{"axis" if n == 0 else "grid"}" x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>')
        if n and not small:
            out.append(_label(0, y - 4, number(n), "start"))
    width = 100 / max(count, 1)
    gap = min(0.22 * width, 0.6)
    for i in range(count):
        base = 0
        for kind, layer in enumerate(layers):
            if layer[i]:
                y, h = head + plot - plot * (base + layer[i]) / top, plot * layer[i] / top
                bar = f'<rect class="s{kind}" x="{i * width + gap / 2:.3f}%" width="{width - gap:.3f}%" y="{y:.1f}" height="{h:.1f}">'
                out.append(f"{bar}<title>{periods.starts[i].isoformat()}: {totals[i]}</title></rect>")
                base += layer[i]
    out.extend(_time_axis(periods, height - foot + (12 if small else 17), 2 if small else 6))
    return Markup("".join(out) + "</svg>")  # noqa: S704 - numbers and our own literals; labels are escaped by Text


def _time_axis(periods: Periods, y: int, most: int) -> list[str]:
    count = len(periods.starts)
    shown = min(most, count)
    if count == 0:
        return []
    picks = sorted({round(i * (count - 1) / max(shown - 1, 1)) for i in range(shown)})
    out = []
    for place, i in enumerate(picks):
        anchor = "start" if i == 0 else "end" if i == count - 1 else "middle"
        x = 0 if i == 0 else 100 if i == count - 1 else 100 * (i + 0.5) / count
        minor = " minor" if 0 < place < len(picks) - 1 and place != len(picks) // 2 else ""
        out.append(_label(x, y, tick(periods.starts[i], periods.unit), anchor, minor))
    return out


def _label(x: float, y: float, text: object, anchor: str, extra: str = "") -> str:
    de, en = getattr(text, "de", str(text)), getattr(text, "en", str(text))
    place = f'x="{x:.2f}%" y="{y:.1f}" text-anchor="{anchor}"'
    if de == en:
        return f'<text class="t{extra}" {place}>{escape(de)}</text>'
    return f'<text class="t d{extra}" {place}>{escape(de)}</text><text class="t e{extra}" {place}>{escape(en)}</text>'


def _scale(largest: int, steps: int) -> tuple[int, int]:
    """A round step and the multiple of it that covers ``largest``."""
    if largest <= 0:
        return 1, 1
    rough = largest / steps
    power = 10 ** math.floor(math.log10(rough)) if rough >= 1 else 1
    step = max(1, next(int(f * power) for f in (1, 2, 2.5, 5, 10) if f * power >= rough and f * power == int(f * power)))
    return step, step * math.ceil(largest / step)


def bar(value: float, largest: float, second: float = 0) -> Markup:
    """A bar for a table cell, as long as ``value`` is of ``largest``; the last ``second`` of it in the second tone."""
    whole = 100 * value / largest if largest else 0
    part = 100 * (value - second) / largest if largest else 0
    tail = f'<rect class="s1" x="{part:.2f}%" width="{whole - part:.2f}%" height="10"/>' if second else ""
    return Markup(  # noqa: S704 - numbers only
        f'<svg class="bar" aria-hidden="true" width="100%" height="10"><rect class="s0" width="{part:.2f}%" height="10"/>{tail}</svg>'
    )


def sparkline(series: Sequence[int]) -> Markup:
    """A row of small columns for a table cell, scaled to its own largest value; at most sixty, neighbours summed."""
    group = max(1, math.ceil(len(series) / 60))
    values = [sum(series[i : i + group]) for i in range(0, len(series), group)]
    top, count = max(values, default=0) or 1, max(len(values), 1)
    bars = "".join(f"M{100 * i / count:.1f} 20v-{20 * v / top:.1f}h{80 / count:.2f}V20" for i, v in enumerate(values) if v)
    return Markup(  # noqa: S704 - numbers only
        '<svg class="spark" aria-hidden="true" viewBox="0 0 100 20" preserveAspectRatio="none" width="110" height="20">'
        f'<path class="s0" d="{bars}"/></svg>'
    )


def ribbon(parts: Sequence[int], label_id: str) -> Markup:
    """One bar divided into parts of a whole."""
    total, at, out = sum(parts) or 1, 0.0, []
    for n, part in enumerate(parts):
        width = 100 * part / total
        if part:
            out.append(f'<rect class="r{n % 8}" x="{at:.3f}%" width="{max(width - 0.15, 0.1):.3f}%" height="28"/>')
        at += width
    return Markup(f'<svg class="ribbon" role="img" aria-labelledby="{escape(label_id)}" width="100%" height="28">{"".join(out)}</svg>')  # noqa: S704 - numbers only
