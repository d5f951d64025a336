# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is private to the collection: it can change at any time.

"""What a roster is read into: values that know where they stand, and a list of all that is wrong with them."""

from __future__ import annotations

import difflib
import typing as t
from dataclasses import dataclass, field, replace

if t.TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_SHOWN = 40  # characters of a value in a message


@dataclass(slots=True)
class Node:
    """A value and its place.

    value: None for "not given", text as it was typed, a list of nodes, or a dict of them by their keys.
    line, column: from 1; 0 where there is none. label: the column's or variable's name, where there is one.
    keys: of a dict, the places of its keys as (line, column, label).
    """

    value: t.Any
    line: int = 0
    column: int = 0
    label: str = ""
    keys: dict[str, tuple[int, int, str]] = field(default_factory=dict)

    @property
    def place(self) -> tuple[int, int, str]:
        """Where the value stands, as (line, column, label)."""
        return self.line, self.column, self.label

    def holding(self, value: t.Any) -> Node:
        """Another value made of this one, at the same place."""
        return replace(self, value=value, keys={})


class Problems:
    """Everything that is wrong, each told once, in the order in which it stands in the source.

    confidential: show no value at all, since the whole source is encrypted.
    """

    def __init__(self, confidential: bool = False) -> None:
        self.confidential = confidential
        self._found: dict[tuple[int, int, str, str], None] = {}

    def __len__(self) -> int:
        return len(self._found)

    def add(self, place: tuple[int, int, str], message: str) -> None:
        """Note that something is wrong at a place."""
        self._found[(*place, message)] = None

    def told(self, name: str, value: t.Any, secret: bool = False) -> str:
        """The beginning of a sentence about a value, which goes on with a verb; secrets are not in it."""
        if secret or self.confidential or not isinstance(value, str):
            return f"the value of '{name}'"
        return f"'{name}' is {shortened(value)!r}, which"

    def unknown(self, place: tuple[int, int, str], name: str, kind: str, known: Iterable[str]) -> None:
        """Note that a name is not known, and which was probably meant."""
        # What is known may come from the same source.
        close = [] if self.confidential else difflib.get_close_matches(name.lower(), list(known), 1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        subject = "this" if self.confidential else repr(shortened(name))
        self.add(place, f"{subject} is no {kind}.{hint}")

    def texts(self, source: str) -> list[str]:
        """One line for each, as ``source:line:column (label): message``."""
        return [_line(source, *problem) for problem in sorted(self._found)]


def shortened(value: str) -> str:
    """The beginning of a long text."""
    return value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}…"


def _line(source: str, line: int, column: int, label: str, message: str) -> str:
    if not line:
        return f"{label or source}: {message}"
    return f"{source}:{line}:{column}{f' ({label})' if label else ''}: {message}"
