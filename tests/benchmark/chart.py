# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A chart of bars on a logarithmic scale, as an SVG that follows a light or dark surrounding."""

from __future__ import annotations

import math
import typing as t
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

WIDTH = 880
LEFT, RIGHT = 132, 118  # for the names, and for what is written behind the longest bar
TITLE, BAR, GAP, GROUP, AXIS = 58, 18, 5, 34, 46

# The colours of bars differ in lightness, too, so that nobody has to tell them by their hue.
LIGHT = ("#8c959f", "#0a7d45", "#74c69d", "#2da5c4", "#b08800", "#c2410c")
DARK = ("#848d97", "#3fb950", "#2a7a3f", "#56c2dd", "#d9a81e", "#f0803c")
STYLE = """
  svg {{ font-family: system-ui, sans-serif; font-size: 12.5px; }}
  .ground {{ fill: #ffffff; }} .text {{ fill: #1f2328; }} .quiet {{ fill: #59636e; }} .line {{ stroke: #d1d9e0; }}
  .title {{ font-size: 16px; }} .title, .head {{ font-weight: 600; }}
  .end {{ text-anchor: end; }} .middle {{ text-anchor: middle; }}
  .note {{ paint-order: stroke; stroke: #ffffff; stroke-width: 4px; }}
  .bar {{ stroke-width: 0; }} .estimate {{ fill-opacity: 0.35; stroke-width: 1; stroke-dasharray: 4 3; }}
  {light}
  @media (prefers-color-scheme: dark) {{
    .ground {{ fill: #0d1117; }} .text {{ fill: #e6edf3; }} .quiet {{ fill: #9198a1; }} .line {{ stroke: #3d444d; }}
    .note {{ stroke: #0d1117; }}
    {dark}
  }}
"""

# What is written has the licence of what writes it.
LICENCE = "".join(line.removeprefix("# ") for line in Path(__file__).read_text("utf-8").splitlines(True)[:3])
HEADER = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<!--
{LICENCE}-->
"""


@dataclass(frozen=True)
class Bar:
    """One bar. colour: 0 to 4. note: what is written behind it. estimate: not measured, and drawn so."""

    name: str
    seconds: float
    note: str
    colour: int
    estimate: bool = False


@dataclass(frozen=True)
class Group:
    """Bars that belong together, below a heading."""

    heading: str
    bars: t.Sequence[Bar]


def chart(title: str, subtitle: str, groups: t.Sequence[Group]) -> str:
    """The chart as text; the same for the same figures. The scale is in seconds, whole powers of ten."""
    seconds = [one.seconds for group in groups for one in group.bars]
    low, high = math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds)))
    room = WIDTH - LEFT - RIGHT

    def place(value: float) -> float:
        return LEFT + room * (math.log10(value) - low) / (high - low)

    parts: list[str] = []
    top = TITLE
    for group in groups:
        parts.append(_text(LEFT, top + 18, "text head", group.heading))
        top += GROUP - 8
        for one in group.bars:
            parts.extend(_bar(one, top, place(one.seconds)))
            top += BAR + GAP
        top += 8
    lines = [_grid(place(10.0**power), top, power) for power in range(low, high + 1)]
    height = top + AXIS
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        ' role="img" aria-labelledby="title subtitle">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="subtitle">{escape(subtitle)}</desc>',
        f"<style>{STYLE.format(light=_colours(LIGHT), dark=_colours(DARK))}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{height}"/>',
        _text(LEFT, 24, "text title", title),
        _text(LEFT, 44, "quiet", subtitle),
    ]
    foot = _text(LEFT + room / 2, height - 8, "quiet middle", "time of the whole run, on a logarithmic scale")
    return HEADER + "\n".join([*head, *lines, *parts, foot, "</svg>", ""])


def _colours(colours: t.Sequence[str]) -> str:
    return " ".join(f".bar-{place} {{ fill: {one}; stroke: {one}; }}" for place, one in enumerate(colours))


def _bar(one: Bar, top: float, end: float) -> list[str]:
    kind = f"bar bar-{one.colour}" + (" estimate" if one.estimate else "")
    length = max(end - LEFT, 1)
    return [
        _text(LEFT - 8, top + 13.5, "text end", one.name),
        f'<rect class="{kind}" x="{LEFT}" y="{top}" width="{length:.1f}" height="{BAR}" rx="2"/>',
        _text(LEFT + length + 6, top + 13.5, "text note", one.note),
    ]


def _grid(place: float, bottom: float, power: int) -> str:
    label = f"{10.0**power:,.10g} s"
    line = f'<line class="line" x1="{place:.1f}" y1="{TITLE}" x2="{place:.1f}" y2="{bottom}"/>'
    return line + _text(place, bottom + 16, "quiet middle", label)


def _text(x: float, y: float, kind: str, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(text)}</text>'
