# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages about the vendors' APIs against the sandbox: what one knows of the dialects, the other plays."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

if t.TYPE_CHECKING:
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

PAGES = Path(__file__).resolve().parents[3] / "docs" / "apis"
ROW = re.compile(r"^\| `(?P<name>[a-z]+\.[a-z0-9_]+)` \| (?P<values>[^|]+) \| \S[^|]* \|$", re.MULTILINE)


def test_every_dialect_is_described_with_its_readings(sandbox: Sandbox) -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in sorted(PAGES.glob("*.md")))
    described = {row["name"]: _readings(row["values"]) for row in ROW.finditer(text)}
    assert described == {name: one["values"] for name, one in sandbox.dialects().items()}


def _readings(cell: str) -> list[str]:
    """The values between commas; between semicolons where values hold commas."""
    return cell.split("; ") if ";" in cell else cell.split(", ")
