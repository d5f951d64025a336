# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is private to the collection: it can change at any time.

"""From CSV, as spreadsheets write it, to the same nodes as from YAML."""

from __future__ import annotations

import csv
import io
import re
import typing as t
from dataclasses import dataclass

from ansible_collections.vox.roster.plugins.plugin_utils._roster_nodes import Node, Problems
from ansible_collections.vox.roster.plugins.plugin_utils._roster_slips import did_you_mean

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Place = t.Tuple[int, int, str]

TEXT, LIST, ROLES, SWITCH = "text", "list", "roles", "switch"
OWN = "x_"  # what the columns and keys begin with that belong to the file's owner

YES, NO, ABSENT = ("yes", "true", "on", "1"), ("no", "false", "off", "0"), "absent"

_DELIMITERS = ",;\t"
_QUOTED_FORMULA = re.compile('="((?:[^"]|"")*)"')
_ERRORS = ("#N/A", "#NV", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")
_ROUNDED = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """Where the value of a column belongs.

    path: the keys that lead to it. kind: how its text is understood.
    """

    path: Sequence[str]
    kind: str = TEXT
    secret: bool = False


def read_csv(text: str, problems: Problems, columns: Mapping[str, Column]) -> Node:
    """The rows as the list ``people`` of a roster."""
    told, skipped = _told_delimiter(text)
    lines = text.split("\n", skipped)[skipped] if skipped else text
    delimiter = told or _sniff(lines, columns)
    reader = csv.reader(io.StringIO(lines, newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    people: list[Node] = []
    line = 1 + skipped
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if header is None:
                    header = _header(cells, line, problems, columns)
                elif not header:
                    break
                else:
                    people.append(_person(cells, line, header, problems, columns))
            line = reader.line_num + skipped + 1
    except csv.Error as error:
        problems.add((line, 1, ""), f"is no CSV: {error}. Check the quotation marks of this row.")
    if header is None and not problems:
        problems.add((1, 1, ""), "the file is empty.")
    return Node({"people": Node(people, 1, 1)}, 1, 1, keys={"people": (1, 1, "")})


def cell_node(text: str, column: Column, place: Place) -> Node:
    """The text of a cell as a node of its kind."""
    node = Node(text, *place)
    if column.kind == LIST:
        return node.holding([node.holding(part) for part in _parts(text)])
    if column.kind == ROLES:
        return node.holding([_role(part, node) for part in _parts(text)])
    return node


def put(person: Node, path: Sequence[str], node: Node) -> None:
    """Put a node below a person, making the levels between them."""
    for key in path[:-1]:
        level = person.value.get(key)
        if level is None or not isinstance(level.value, dict):
            level = person.value[key] = node.holding({})
            person.keys[key] = node.place
        person = level
    person.value[path[-1]] = node
    person.keys[path[-1]] = node.place


def settle_switches(person: Node, switches: Mapping[str, Node], problems: Problems) -> None:
    """What the columns that bear a service's name say of what is below them."""
    for service, switch in switches.items():
        word = switch.value.lower()
        if word in NO:
            person.value.pop(service, None)
        elif word == ABSENT:
            put(person, (service, "state"), switch.holding(ABSENT))
        elif word not in YES:
            guess = "" if problems.confidential else did_you_mean(word, ("yes", "no", ABSENT))
            told = problems.told(switch.label, switch.value)
            problems.add(switch.place, f"{told} is none of yes, no and absent.{guess}")
        elif service not in person.value:
            person.value[service] = switch.holding({})
            person.keys[service] = switch.place


def normal(name: str) -> str:
    """A column's name as it is known here."""
    return re.sub(r"[\s-]+", "_", name.strip().lower())


def _told_delimiter(text: str) -> tuple[str, int]:
    """What a first line ``sep=;`` says, and how many lines that takes."""
    found = re.match(r'"?sep=(.)"?\r?\n', text, re.IGNORECASE)
    return (found.group(1), 1) if found else ("", 0)


def _sniff(text: str, columns: Mapping[str, Column]) -> str:
    """The delimiter that makes most known columns of the header."""
    header = text.lstrip().split("\n", 1)[0].rstrip("\r")

    def known(delimiter: str) -> int:
        try:
            cells = next(csv.reader([header], delimiter=delimiter), [])
        except csv.Error:
            return 0
        return sum(normal(cell) in columns for cell in cells)

    return max(_DELIMITERS, key=known)


def _header(cells: Sequence[str], line: int, problems: Problems, columns: Mapping[str, Column]) -> list[str]:
    """The names of the columns; none when the row is no header."""
    names = [normal(cell) for cell in cells]
    if not any(name in columns for name in names):
        # What stands there may be the values of a person, secrets among them.
        problems.add((line, 1, ""), "the first row is no header: none of its cells is the name of a column.")
        return []
    first: dict[str, int] = {}
    for position, name in enumerate(names, 1):
        place = (line, position, "")
        if not name:
            continue
        if name in first:
            problems.add(place, f"this column has the same name as column {first[name]}.")
        elif name not in columns and not name.startswith(OWN):
            problems.unknown(place, name, "column of a roster", columns)
        first.setdefault(name, position)
    return names


def _person(
    cells: Sequence[str], line: int, header: Sequence[str], problems: Problems, columns: Mapping[str, Column]
) -> Node:
    person = Node({}, line, 1)
    switches = {}
    for position, cell in enumerate(cells, 1):
        if not cell.strip():
            continue
        name = header[position - 1] if position <= len(header) else ""
        place = (line, position, name)
        column = columns.get(name)
        if not name:
            problems.add(place, "this cell stands in a column without a name.")
        elif name.startswith(OWN):
            put(person, (name,), Node(cell.strip(), *place))
        elif column is not None:
            text = cell if column.secret else _cleaned(cell.strip(), column, place, problems)
            if text and column.kind == SWITCH:
                switches[name] = Node(text, *place)
            elif text:
                put(person, column.path, cell_node(text, column, place))
    settle_switches(person, switches, problems)
    return person


def _cleaned(text: str, column: Column, place: Place, problems: Problems) -> str:
    """The text of a cell without what spreadsheets add; empty when it is beyond repair."""
    quoted = _QUOTED_FORMULA.fullmatch(text)
    if quoted:
        return quoted.group(1).replace('""', '"')
    what = problems.told(column.path[-1], text)
    if text.startswith("="):
        problems.add(place, f"{what} is a formula. Put its result in its place.")
    elif text.upper() in _ERRORS:
        problems.add(place, f"{what} is an error of the spreadsheet.")
    elif _ROUNDED.fullmatch(text):
        hint = "Format the column as text and enter the number again."
        problems.add(place, f"{what} is a number that the spreadsheet has rounded. {hint}")
    else:
        return text
    return ""


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[|\n]", text) if part.strip()]


def _role(text: str, node: Node) -> Node:
    name, _at, organisation = text.partition("@")
    role = {"role": node.holding(name.strip())}
    if organisation:
        role["organisation_id"] = node.holding(organisation.strip())
    return Node(role, *node.place, keys=dict.fromkeys(role, node.place))
