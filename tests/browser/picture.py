# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take the picture of an audit's page that the documentation shows.

usage: python -m ansible_collections.vox.roster.tests.browser.picture docs/images/audit.png
"""

from __future__ import annotations

import base64
import sys
import tempfile
import typing as t
from pathlib import Path

from ansible_collections.vox.roster.tests.browser.audit_report import PARTS, ReportPage, Row, drawn
from ansible_collections.vox.roster.tests.browser.conftest import chromium

WIDTH, HEIGHT = 1200, 1130
NAMES = ("Sara Ahmadi", "Reza Karimi", "Meera Nair", "Leyla Hosseini", "Arjun Menon", "Clara Jensen", "Omid Rahimi")
DIFFERENT: tuple[dict[str, t.Any], ...] = (
    {"forward_policy": {"before": {"no_answer": "1000"}, "after": {"no_answer": "1002"}}},
    {"active": {"before": False, "after": True}},
    {"name": {"before": "Meera Pillai", "after": "Meera Nair"}, "email": {"before": "", "after": "meera@example.com"}},
    {"callgroup": {"before": ["1"], "after": ["1", "7"]}},
)


def findings(kinds: str) -> list[Row]:
    """A finding for each letter: m for missing, d for different, e for extra."""
    rows: list[Row] = []
    for position, letter in enumerate(kinds):
        kind = {"m": "missing", "d": "different", "e": "extra"}[letter]
        changed = DIFFERENT[position % len(DIFFERENT)] if kind == "different" else {"number": {"after": "1"}}
        common = {"id": str(position), "listed": kind != "extra", "warnings": []}
        name = NAMES[position % len(NAMES)]
        rows.append({"kind": kind, "item": f"user {1001 + 7 * position}", "name": name, "fields": changed, **common})
    return rows


def main() -> None:
    """Write the picture to the file that the command line names."""
    kinds = {"simotel": "ddddmme", "autodialer": "m", "exotel": "mmdddee", "sunbird": "deeee"}
    with tempfile.TemporaryDirectory() as directory, chromium() as browser:
        page = ReportPage(browser)
        page.resize(WIDTH, HEIGHT)
        page.prefer("light")
        browser.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
        page.show(drawn(Path(directory), {service: findings(kinds[service]) for service in PARTS}))
        taken = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
    Path(sys.argv[1]).write_bytes(base64.b64decode(taken["data"]))


if __name__ == "__main__":
    main()
