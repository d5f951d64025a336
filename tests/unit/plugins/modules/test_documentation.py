# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every module, now and when one is added."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
MODULES = sorted((ROOT / "plugins" / "modules").glob("*.py"))
LONGEST_CODE = 40  # lines after the documentation


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_is_documentation_and_a_few_lines(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = [node for node in tree.body if isinstance(node, ast.Assign)]
    code = [node for node in tree.body if node.lineno > max(text.end_lineno or 0 for text in texts)]
    assert [text.targets[0].id for text in texts if isinstance(text.targets[0], ast.Name)] == [
        "DOCUMENTATION",
        "EXAMPLES",
        "RETURN",
    ]
    assert sum((node.end_lineno or 0) - node.lineno + 1 for node in code) <= LONGEST_CODE


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_module_is_tested_and_in_its_groups(path: Path) -> None:
    assert (Path(__file__).parent / f"test_{path.stem}.py").is_file()
    assert (ROOT / "tests" / "integration" / "targets" / path.stem / "tasks" / "main.yml").is_file()
    examples = (ROOT / "tests" / "integration" / "targets" / "examples" / "defaults" / "main.yml").read_text()
    assert f"vox.roster.{path.stem}\n" in examples
    groups = (ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8")
    assert len(re.findall(rf"^    - {path.stem}$", groups, re.MULTILINE)) == 2, (
        "its service's group, and the one for all"
    )
