# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide on audits names every key of the report for programs, and none that is not there."""

from __future__ import annotations

import json
import re

from ansible_collections.vox.roster.plugins.module_utils._core import drift
from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor
from ansible_collections.vox.roster.plugins.module_utils._services.simotel import USER
from ansible_collections.vox.roster.tests.guides.blocks import ROOT

PAGE = (ROOT / "docs" / "guides" / "audit.md").read_text(encoding="utf-8")
TEMPLATE = (ROOT / "playbooks" / "templates" / "audit.json.j2").read_text(encoding="utf-8")
FIRST_CELLS = " ".join(line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `"))


def test_every_key_of_the_report_is_named() -> None:
    written = set(re.findall(r'^\{?"(\w+)":', TEMPLATE, re.MULTILINE))
    assert "version" in written
    assert {key for key in written if f"`{key}`" not in FIRST_CELLS} == set()


def test_every_key_of_a_service_is_named() -> None:
    found = drift.Drift("http://pbx.example.com", {}, [], 0, None)
    told = {"address": found.address, "drift": found.counts(), "unlisted": None}
    part = json.loads(drift._text_of(USER, found, told, Redactor()))
    assert set(re.findall(r"`services\[\]\.(\w+)`", FIRST_CELLS)) == {*part, "unreadable"}
    assert {kind for kind in part["drift"] if f"`{kind}`" not in PAGE} == set()
