# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rosters as tests read them."""

from __future__ import annotations

import typing as t

from ansible_collections.vox.roster.plugins.plugin_utils._roster_nodes import Problems
from ansible_collections.vox.roster.plugins.plugin_utils._roster_read import read_file

SECRET = "Marker-secret-1"


def undecipherable(text: str) -> str:
    """What decrypting comes to without the right secret."""
    raise ValueError("cannot be decrypted.")


def read(
    name: str, content: str | bytes, confidential: bool = False, **more: t.Any
) -> tuple[dict[str, t.Any], list[str]]:
    """The roster, and what is wrong with it."""
    problems = Problems(confidential)
    data = content.encode("utf-8") if isinstance(content, str) else content
    roster = read_file(name, data, problems, decrypt=more.pop("decrypt", undecipherable), **more)
    return roster, problems.texts(name)


def good(name: str, content: str | bytes, **more: t.Any) -> dict[str, t.Any]:
    """The roster, with nothing wrong."""
    roster, problems = read(name, content, **more)
    assert problems == []
    return roster


def wrong(name: str, content: str | bytes, **more: t.Any) -> list[str]:
    """What is wrong with the roster."""
    return read(name, content, **more)[1]


def person(text: str) -> str:
    """A roster of one, with a line about her."""
    return f"people:\n  - name: Sara Ahmadi\n    {text}\n"
