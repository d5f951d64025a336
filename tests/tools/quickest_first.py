# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plugin of pytest for mutation.py: the quickest tests come first, and no example is made simpler.

Most mutants are noticed by a test of a few milliseconds, and nobody reads what the tests say of a mutant.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import Phase, settings

STATISTICS = Path("mutmut-stats.json")  # of the run that watched which test reaches which function

settings.register_profile(
    "mutation", phases=(Phase.explicit, Phase.generate), database=None, derandomize=True, deadline=None
)
settings.load_profile("mutation")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests by how long they take, but those of a file stay together: they may share a server."""
    if not STATISTICS.exists():
        return
    seconds = json.loads(STATISTICS.read_text(encoding="utf-8"))["duration_by_test"]
    of_file: dict[Path, float] = {}
    for item in items:
        of_file[item.path] = max(of_file.get(item.path, 0.0), seconds.get(item.nodeid, 0.0))
    items.sort(key=lambda item: (of_file[item.path], str(item.path), seconds.get(item.nodeid, 0.0)))
