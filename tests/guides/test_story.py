# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A guide that claims what is not so does not pass."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.tests.guides.blocks import Block
from ansible_collections.vox.roster.tests.guides.story import Story

PAGE = "docs/design.md"


def block(kind: str, text: str, **marks: str) -> Block:
    return Block(PAGE, 1, kind, text, marks)


@pytest.fixture
def story(follow: t.Callable[[str], Story]) -> Story:
    return follow(PAGE)


def test_what_is_true_passes(story: Story) -> None:
    story.run(block("bash", "NAME=Sara\necho one; echo two of three; echo four"))
    story.run(block("text", "one\ntwo … three\n"))
    story.run(block("console", "$ echo $NAME\nSara\n$ false || echo no\nno\n"))
    story.run(block("python", "import os\nprint(os.environ['NAME'])"))
    story.run(block("bash", "echo 'no such thing' >&2; exit 3", fails="no such thing"))
    story.run(block("csv", "a,b\n1,2\n", file="table.csv"))
    story.run(block("bash", "test -e table.csv"))
    story.run(block("bash", "test $LATER = now", prepare="LATER=now"))


@pytest.mark.parametrize(
    "false",
    [
        block("bash", "ls no-such-file"),
        block("bash", "false | true"),
        block("bash", "true", fails="anything"),
        block("bash", "echo this; exit 1", fails="that"),
        block("console", "$ echo one\ntwo\n"),
        block("console", "$ echo changed=12\nchanged=1\n"),
        block("text", "was never printed"),
        block("json", "{'a': 1}"),
        block("json", '{"success": 1, "message": "…", "data": []}', **{"answer of": "simotel/user_update"}),
        block("csv", "a,b\n1\n", file="table.csv"),
        block("csv", "a,b\n"),
        block("python", "raise SystemExit(1)"),
        block("yaml", "people: []"),
    ],
    ids=lambda block: f"{block.kind}: {block.text[:30]}",
)
def test_what_is_false_does_not_pass(story: Story, false: Block) -> None:
    with pytest.raises((AssertionError, ValueError)):
        story.run(false)


def test_the_order_of_what_is_printed_counts(story: Story) -> None:
    story.run(block("bash", "echo one; echo two"))
    with pytest.raises(AssertionError, match="one"):
        story.run(block("text", "two\none\n"))
