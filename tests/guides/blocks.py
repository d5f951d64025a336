# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The code blocks of the guides, with what the comments in front of them say about them.

A block is run as its kind demands; see CONTRIBUTING.md for the kinds and the marks. A mark is an HTML comment right in
front of the block, so readers do not see it. There may be several, each in a comment of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]

FILE = "file"
NOT_RUN = "not run"
FAILS = "fails"
PREPARE = "prepare"
ANSWER = "answer of"
ENVIRONMENT = "environment"
MARKS = {
    FILE: "the block is the content of this file, which a later block of the page uses",
    NOT_RUN: "the block cannot run here, for this reason",
    FAILS: "what is run fails, and says this",
    PREPARE: "a shell script that is run first",
    ANSWER: "the block is the answer of this request in tests/fixtures/golden, where an ellipsis stands for any text",
    ENVIRONMENT: "'bare': this page begins without the credentials of the sandbox",
}
KINDS = {"bash", "console", "csv", "ini", "json", "python", "sh", "text", "yaml"}

_COMMENT = re.compile(r"<!--\s*([a-z ]+):\s*(.*?)\s*-->", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One code block.

    page: relative to the root. line: of its first line in the page. kind: as the fence names it; empty when it does
    not. marks: by their names in MARKS.
    """

    page: str
    line: int
    kind: str
    text: str
    marks: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.page}:{self.line} {self.kind or 'no kind'}"


def pages() -> list[str]:
    """All pages whose blocks are run."""
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [str(path.relative_to(ROOT)) for path in found]


def blocks_of(page: str) -> list[Block]:
    """The blocks of a page, in order."""
    return blocks_in(page, (ROOT / page).read_text(encoding="utf-8"))


def blocks_in(page: str, text: str) -> list[Block]:
    """The blocks of a text; ValueError when a mark is unknown or stands in front of nothing."""
    found: list[Block] = []
    marks: dict[str, str] = {}
    for token in MarkdownIt("commonmark").parse(text):
        place = f"{page}:{token.map[0] + 1 if token.map else 0}"
        if token.type == "html_block":
            marks.update(_COMMENT.findall(token.content))
        elif token.type in ("fence", "code_block"):
            senseless = [name for name, value in marks.items() if name not in MARKS or not value]
            if senseless:
                raise ValueError(f"{place}: {senseless} is no mark, or says nothing; marks are {list(MARKS)}")
            found.append(Block(page, (token.map or [0])[0] + 2, token.info.strip(), token.content, marks))
            marks = {}
        elif token.nesting >= 0:
            _none_left(marks, place)
            marks = {}
    _none_left(marks, page)
    return found


def is_bare(page: str) -> bool:
    """Whether a page begins without credentials in the environment."""
    return any(block.marks.get(ENVIRONMENT) == "bare" for block in blocks_of(page))


def _none_left(marks: dict[str, str], place: str) -> None:
    """ValueError when a mark stands in front of something else than a code block."""
    left = set(marks) & set(MARKS)
    if left:
        raise ValueError(f"{place}: no code block follows the mark {', '.join(sorted(left))}")
