# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page about messages knows everything that the modules can say, and nothing that they no longer do."""

from __future__ import annotations

import re

from ansible_collections.vox.roster.tests.guides import messages
from ansible_collections.vox.roster.tests.guides.blocks import ROOT

PAGE = (ROOT / "docs" / "guides" / "troubleshooting.md").read_text(encoding="utf-8")
# Without the code spans, one text reads on into the next.
TEXT = " ".join(PAGE.replace("`", " ").split())
SPANS = re.findall(r"`([^`]+)`", "".join(line for line in PAGE.splitlines(True) if line.startswith("| `")))
LONGEST_NAME = 3  # words; what is shorter is no message


def test_every_kind_and_code_is_explained() -> None:
    missing = {word for word in messages.kinds() | messages.codes() if f"`{word}`" not in PAGE}
    assert missing == set()


def test_every_advice_is_there() -> None:
    assert sorted(text for text in messages.advice() if text.lstrip(messages.ELLIPSIS) not in TEXT) == []


def test_every_message_is_there() -> None:
    assert sorted(text for text in messages.messages() if text not in TEXT) == []


def test_nothing_is_shown_that_only_a_program_understands() -> None:
    assert [span for span in SPANS if re.search(r"\{[0-9a-z_.]*\}", span)] == []


def test_no_message_is_out_of_date() -> None:
    said = " | ".join([*messages.texts(), messages.said_by_playbooks()])
    sentences = [part for span in SPANS for part in re.split(r"(?<=[^.…]\.)\s+", span)]
    assert [part for part in sentences if len(part.split()) > LONGEST_NAME and not _is_said(part, said)] == []


def _is_said(sentence: str, said: str) -> bool:
    """Whether a sentence, or all its pieces between what is filled in, can still be said."""
    pieces = [piece.strip(" .:'") for piece in sentence.split(messages.ELLIPSIS)]
    return all(piece in said for piece in pieces)
