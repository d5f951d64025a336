# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is private to the collection: it can change at any time.

"""Which known word somebody meant who wrote another."""

from __future__ import annotations

import difflib
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable

SHORT = 5  # letters of a word in which a second wrong one would make it another word
_CLOSE = 0.75  # how alike two words are that are taken for one, as difflib counts


def distance(one: str, other: str) -> int:
    """How many letters are missing, too many, wrong, or have changed places with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]


def mistyped(word: str, known: Iterable[str]) -> str:
    """The known word of which another one is a slip of the pen: a letter or two make the difference; empty if none.

    Capital letters make none.
    """
    word = word.lower()
    near = []
    for name in known:
        allowed = 1 if min(len(name), len(word)) <= SHORT else 2
        if abs(len(name) - len(word)) <= allowed:
            letters = distance(word, name.lower())
            near += [(letters, name)] if letters <= allowed else []
    return min(near)[1] if near else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, also where more letters make the difference; empty if none is near."""
    names = list(known)
    similar = difflib.get_close_matches(word.lower(), names, 1, _CLOSE)
    return mistyped(word, names) or (similar[0] if similar else "")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question to be put behind a sentence, with a blank in front; empty if no known word is near."""
    close = nearest(word, known)
    return f" Did you mean {close!r}?" if close else ""
