# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sandbox for the pages, one page at a time, and a list of what was not run."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.vox.roster.tests.guides import blocks
from ansible_collections.vox.roster.tests.guides.story import Story
from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox, SandboxProcess


@pytest.fixture(scope="session")
def server() -> t.Iterator[SandboxProcess]:
    """A sandbox server; one for each worker."""
    process = SandboxProcess()
    yield process
    process.stop()


@pytest.fixture
def follow(server: SandboxProcess, tmp_path: Path) -> t.Iterator[t.Callable[[str], Story]]:
    """The story of a page, which has the sandbox for itself."""
    stories: list[Story] = []

    def story_of(page: str) -> Story:
        stories.append(Story(page, tmp_path, Sandbox(server.url)))
        return stories[-1]

    yield story_of
    for story in stories:
        story.end()


def pytest_terminal_summary(terminalreporter: t.Any) -> None:
    """List the blocks that are not run, with the reasons."""
    every = [block for page in blocks.pages() for block in blocks.blocks_of(page)]
    left_out = [block for block in every if blocks.NOT_RUN in block.marks]
    terminalreporter.section("code blocks")
    for block in left_out:
        terminalreporter.write_line(f"not run: {block}: {' '.join(block.marks[blocks.NOT_RUN].split())}")
    terminalreporter.write_line(f"{len(every) - len(left_out)} blocks run, {len(left_out)} not run")
