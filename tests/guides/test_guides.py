# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every code block of README, CONTRIBUTING and docs/ is run, and does what it claims."""

from __future__ import annotations

import re
import subprocess
import typing as t

import pytest

from ansible_collections.vox.roster.tests.guides import blocks
from ansible_collections.vox.roster.tests.guides.blocks import KINDS, NOT_RUN, ROOT
from ansible_collections.vox.roster.tests.guides.story import Story, unused_files

EVERY = [block for page in blocks.pages() for block in blocks.blocks_of(page)]
MOST_NOT_RUN = 12


@pytest.mark.parametrize("page", [page for page in blocks.pages() if blocks.blocks_of(page)])
def test_the_blocks_of_a_page_do_what_they_claim(page: str, follow: t.Callable[[str], Story]) -> None:
    story, faults = follow(page), []
    for block in blocks.blocks_of(page):
        try:
            story.run(block)
        except (AssertionError, ValueError) as fault:
            faults.append(f"{block}: {fault}")
    assert not faults, "\n\n".join(faults)


def test_every_block_names_its_kind() -> None:
    assert [str(block) for block in EVERY if block.kind not in KINDS] == []


@pytest.mark.parametrize("page", blocks.pages())
def test_files_of_a_page_are_used(page: str) -> None:
    assert [str(block) for block in unused_files(page)] == []


def test_few_blocks_are_not_run() -> None:
    assert len([block for block in EVERY if NOT_RUN in block.marks]) <= MOST_NOT_RUN


def test_what_is_not_run_is_at_least_well_formed() -> None:
    shells = [block for block in EVERY if NOT_RUN in block.marks and block.kind in ("bash", "sh")]
    assert shells
    for block in shells:
        checked = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, f"{block}: {checked.stderr}"


def test_targets_of_make_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    texts = [(ROOT / page).read_text(encoding="utf-8") for page in blocks.pages()]
    named = {name for text in texts for name in re.findall(r"(?:`|^)make ([a-z][a-z-]*)", text, re.MULTILINE)}
    assert named <= targets


def test_marks_are_understood() -> None:
    text = "<!-- file: a.yml -->\n```yaml\na: 1\n```\n\n<!-- not run: no Galaxy here -->\n\n```bash\nls\n```\n"
    first, second = blocks.blocks_in("page.md", text)
    assert (first.kind, first.line, first.marks) == ("yaml", 3, {"file": "a.yml"})
    assert (second.text, second.marks) == ("ls\n", {"not run": "no Galaxy here"})


@pytest.mark.parametrize(
    "text",
    [
        "<!-- files: a -->\n```text\n```\n",
        "<!-- file: -->\n```text\n```\n",
        "<!-- file: a -->\n\nText.\n",
        "<!-- file: a -->",
    ],
)
def test_marks_without_sense_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="mark"):
        blocks.blocks_in("page.md", text)
