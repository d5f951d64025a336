# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts what was tried and what held, over all tests and processes, and says it in one table.

A test counts with its fixture ``tally``; the counts travel with the test's report, and so survive pytest-xdist.
The page for operators shows the same figures between two marks, and is compared with them.
"""

from __future__ import annotations

import contextlib
import json
import re
import typing as t
from pathlib import Path

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

PROPERTY = "trust"
MARKS = ("<!-- figures: begin -->", "<!-- figures: end -->")
_ROW = re.compile(r"\| (?P<area>[^|]+?) \| (?P<tried>[\d,]+) \|")


class Tally:
    """The counts of one test: ``{(area, case): [tried, held]}``.

    area: one of few, a row of the page for operators, such as ``faults``.
    case: what was tried, in plain words; a row of the table on the terminal.
    """

    def __init__(self) -> None:
        self.counts: dict[tuple[str, str], list[int]] = {}

    @contextlib.contextmanager
    def __call__(self, area: str, case: str) -> Iterator[None]:
        """Count one try; it held if the block ends without an exception."""
        held = False
        try:
            yield
            held = True
        finally:
            self.count(area, case, 1, int(held))

    def count(self, area: str, case: str, tried: int, held: int) -> None:
        """Count many tries at once."""
        counted = self.counts.setdefault((area, case), [0, 0])
        counted[0] += tried
        counted[1] += held


class Report:
    """The counts of all tests of a session, as ``{area: {case: [tried, held]}}``."""

    def __init__(self) -> None:
        self.areas: dict[str, dict[str, list[int]]] = {}

    def take(self, counts: Mapping[tuple[str, str], list[int]]) -> None:
        """Add the counts of one test."""
        for (area, case), (tried, held) in counts.items():
            counted = self.areas.setdefault(area, {}).setdefault(case, [0, 0])
            counted[0] += tried
            counted[1] += held

    def totals(self) -> dict[str, list[int]]:
        """What was tried and what held in each area."""
        return {
            area: [sum(count[column] for count in cases.values()) for column in (0, 1)]
            for area, cases in sorted(self.areas.items())
        }

    def table(self) -> list[str]:
        """The lines of the table for a terminal."""
        rows = []
        for area, total in self.totals().items():
            rows += [(area, case, *counted) for case, counted in sorted(self.areas[area].items())]
            rows.append((area, "all", *total))
        widths = [max([8, *(len(str(row[column])) for row in rows)]) for column in range(4)]

        def line(area: object, case: object, tried: object, held: object) -> str:
            return f"{area:<{widths[0]}}  {case:<{widths[1]}}  {tried:>{widths[2]}}  {held:>{widths[3]}}"

        return [
            line("area", "case", "tried", "held"),
            *(line(*row) + ("" if row[2] == row[3] else "  !") for row in rows),
        ]

    def as_json(self, full: bool) -> str:
        """The same for a program: the totals of the areas, and the cases of each."""
        areas = {
            area: {
                "tried": tried,
                "held": held,
                "cases": {case: {"tried": one, "held": other} for case, (one, other) in self.areas[area].items()},
            }
            for area, (tried, held) in self.totals().items()
        }
        return json.dumps({"full": full, "areas": areas}, indent=2, sort_keys=True) + "\n"


def stated(page: str) -> dict[str, int]:
    """The figures of the page: how often it says each area was tried."""
    _before, _mark, rest = page.partition(MARKS[0])
    rows = [_ROW.fullmatch(line) for line in rest.partition(MARKS[1])[0].splitlines()]
    return {row["area"]: int(row["tried"].replace(",", "")) for row in rows if row}


def complaints(page: str, report: Report, left_out: Collection[str] = ()) -> list[str]:
    """What the page claims and the tests did not do. It may claim less than was done, for that is no lie.

    left_out: areas that cannot be tried here.
    """
    said, done = stated(page), report.totals()
    found = [f"{area} is missing" for area in done if area not in said]
    for area, claimed in said.items():
        tried = done.get(area, [0, 0])[0]
        if claimed > tried and area not in left_out:
            found.append(f"{area}: {claimed} tries are claimed, there were {tried}")
    return found


def with_figures(page: str, report: Report) -> str:
    """The page with the figures of this session; KeyError when it has no place for them."""
    if MARKS[0] not in page or MARKS[1] not in page:
        raise KeyError("the page has no marks for the figures")
    lines = ["| area | tries |", "|---|---|"]
    lines += [f"| {area} | {_rounded(tried):,} |" for area, (tried, _held) in report.totals().items()]
    before, _mark, rest = page.partition(MARKS[0])
    after = rest.partition(MARKS[1])[2]
    return "\n".join([before + MARKS[0], "", *lines, "", MARKS[1] + after])


def _rounded(tried: int) -> int:
    """Rounded down, so that not every new test changes the page."""
    return tried if tried < 100 else tried // 10 * 10


def write(path: Path, text: str) -> None:
    """Write a file and make its directory."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
