# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the coverage report of ansible-test and say whether plugins/ is covered well enough."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

LINE_FLOOR = 95.0  # per cent
BRANCH_FLOOR = 90.0  # per cent


@dataclass
class Count:
    """How many lines and branches a file has, and how many of them ran."""

    lines: int = 0
    lines_run: int = 0
    branches: int = 0
    branches_run: int = 0

    def add(self, other: Count) -> None:
        """Add another file's figures to this one's."""
        self.lines += other.lines
        self.lines_run += other.lines_run
        self.branches += other.branches
        self.branches_run += other.branches_run


def percent(part: int, whole: int) -> float:
    """Return part of whole in per cent; nothing of nothing counts as all."""
    return 100.0 * part / whole if whole else 100.0


def read_report(report: Path) -> dict[str, Count]:
    """Return the figures of every file below plugins/ from a report in Cobertura's XML format, keyed by path."""
    counts: dict[str, Count] = {}
    for entry in ElementTree.parse(report).iter("class"):
        position = entry.get("filename", "").find("plugins/")
        if position < 0 or "tests/" in entry.get("filename", "")[:position]:
            continue
        count = counts.setdefault(entry.get("filename", "")[position:], Count())
        for line in entry.iter("line"):
            count.lines += 1
            count.lines_run += line.get("hits") != "0"
            conditions = re.search(r"\((\d+)/(\d+)\)", line.get("condition-coverage", ""))
            if conditions:
                count.branches_run += int(conditions.group(1))
                count.branches += int(conditions.group(2))
    return counts


def never_run(root: Path, reported: set[str]) -> list[str]:
    """Return the files below plugins/ that hold code but are not in the report, which knows only what was imported.

    Fragments of documentation are data for ansible-doc, which the sanity tests read.
    """
    files = [path for path in root.glob("plugins/**/*.py") if path.parent.name != "doc_fragments"]
    with_code = {str(path.relative_to(root)) for path in files if ast.parse(path.read_text(encoding="utf-8")).body}
    return sorted(with_code - reported)


def check(report: Path, root: Path) -> bool:
    """Print the coverage of every file below ROOT/plugins and tell whether the whole reaches both floors."""
    if not report.is_file():
        print(f"ERROR: there is no coverage report {report}.")
        return False
    counts = read_report(report)
    total = Count()
    print(f"{'lines':>8} {'branches':>9}  file")
    for path, count in sorted(counts.items()):
        total.add(count)
        _print_row(path, count)
    _print_row("plugins/ in all", total)
    missing = never_run(root, set(counts))
    for path in missing:
        print(f"ERROR: {path}: no test imported this file.")
    lines = percent(total.lines_run, total.lines)
    branches = percent(total.branches_run, total.branches)
    print(f"Line coverage {lines:.1f} % (at least {LINE_FLOOR:.0f} % wanted), ", end="")
    print(f"branch coverage {branches:.1f} % (at least {BRANCH_FLOOR:.0f} % wanted).", flush=True)
    return lines >= LINE_FLOOR and branches >= BRANCH_FLOOR and not missing


def _print_row(name: str, count: Count) -> None:
    lines = percent(count.lines_run, count.lines)
    branches = percent(count.branches_run, count.branches)
    print(f"{lines:6.1f} % {branches:7.1f} %  {name}")
