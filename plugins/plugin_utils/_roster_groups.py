# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is private to the collection: it can change at any time.

"""The autodialer groups of a roster: those that stand in it by themselves, and the people who are in them."""

from __future__ import annotations

import typing as t

from ansible_collections.vox.roster.plugins.module_utils._core.resource import ABSENT
from ansible_collections.vox.roster.plugins.module_utils._core.values import clean_phone, fold, plain_text
from ansible_collections.vox.roster.plugins.plugin_utils._roster_nodes import Node, Problems
from ansible_collections.vox.roster.plugins.plugin_utils._roster_values import GROUP, Checked, Reader

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Given = t.Dict[str, Checked]

NO_ROSTER = (
    "the server does not show which numbers a group holds, so a group can only be written whole. Give the roster that "
    "says who is in the groups in 'roster_file', or change that file and run vox.roster.roster_sync."
)


class Groups:
    """Groups with their members, as the plural module takes them."""

    def __init__(self, reader: Reader, declared: Node | None) -> None:
        self._reader = reader
        self._problems = reader.problems
        self._only_declared = declared is not None
        self._declared: dict[str, Given] = {}
        self._members: dict[str, dict[str, None]] = {}
        self._ids: dict[str, int] = {}
        for node in reader.entries(declared, "'autodialer_groups'"):
            self._declare(node)

    def join(self, given: Given, present: bool, entry: Node) -> list[str]:
        """Put a number into the groups that a person names, unless the person is not to have it; their names.

        given: ``groups`` and ``number``. entry: where the person names the autodialer.
        """
        if not present:
            # A group that only people name who left has to be emptied, so it counts as named.
            names = self._known_names(given)
            for name in names:
                self._members.setdefault(name, {})
            return names
        for name, missing in (("groups", "'groups'"), ("number", "'number', or a 'phone' of the person")):
            if name not in given:
                self._problems.add(entry.place, f"the autodialer needs {missing}.")
        number = self.number(given["number"]) if "number" in given else ""
        names = self._known_names(given)
        for name in names:
            group = self._declared.get(name, {})
            if "state" in group and group["state"].value == ABSENT:
                self._problems.add(given["groups"].node.place, f"the group {name!r} is to be absent.")
            members = self._members.setdefault(name, {})
            if number:
                members[number] = None
        return names

    def number(self, checked: Checked) -> str:
        """A number as the autodialer gets it; empty when it is none, which is then among the problems."""
        return self._clean(checked.value, checked.node)

    def items(self) -> list[dict[str, t.Any]]:
        """The entries for ``groups`` of the module, those that stand by themselves first."""
        return [self._item(name) for name in {**self._declared, **self._members}]

    def _declare(self, node: Node) -> None:
        given = self._reader.pairs(node, GROUP, "key of a group", "a group")
        checked = self._reader.checked(given, GROUP, "group")
        name = plain_text(checked["name"].value) if "name" in checked else ""
        if not name:
            self._problems.add(node.place, "a group needs a 'name'.")
            return
        if name in self._declared:
            line = self._declared[name]["name"].node.line
            self._problems.add(checked["name"].node.place, f"the group of line {line} has this name, too.")
            return
        identifier = checked.get("id")
        if identifier:
            line = self._ids.setdefault(identifier.value, identifier.node.line)
            if line != identifier.node.line:
                self._problems.add(identifier.node.place, f"the group of line {line} has this id, too.")
        self._declared[name] = checked

    def _known_names(self, given: Given) -> list[str]:
        if "groups" not in given:
            return []
        names = []
        for node in given["groups"].node.value:
            name = plain_text(node.value)
            if self._only_declared and name not in self._declared:
                self._problems.unknown(node.place, name, "name in 'autodialer_groups'", self._declared)
            elif name and name not in names:
                names.append(name)
        return names

    def _item(self, name: str) -> dict[str, t.Any]:
        given = self._declared.get(name, {})
        item = {
            "name": name,
            **{key: checked.value for key, checked in given.items() if key not in ("name", "numbers")},
        }
        if item.get("state") == ABSENT:
            return {key: item[key] for key in ("name", "id", "state") if key in item}
        own = given["numbers"].node.value if "numbers" in given else []
        numbers = [self._clean(node.value, node) for node in own] + list(self._members.get(name, ()))
        return {**item, "numbers": list(dict.fromkeys(number for number in numbers if number))}

    def _clean(self, value: str, node: Node) -> str:
        try:
            number = clean_phone(value)
        except ValueError as reason:
            self._problems.add(node.place, f"{self._problems.told('autodialer.number', value)} {reason}")
            return ""
        if not number:
            self._problems.add(node.place, "'autodialer.number' is empty.")
        return number


class Moving:
    """One person who joins, leaves or changes groups that are otherwise as the roster says.

    number: as the autodialer gets it; empty when it is not known, and the roster's then.
    """

    def __init__(self, roster: Mapping[str, t.Any], about: Given, number: str, problems: Problems) -> None:
        listed = listed_person(roster, about) or {}
        self._problems = problems
        self._number = number or _number_or_nothing(listed.get("phone") or "")
        self._groups = {group["name"]: group["numbers"] for group in roster["autodialer_groups"] if "numbers" in group}
        self._held = [
            name
            for name, numbers in self._groups.items()
            if self._number in numbers or name in listed.get("groups", ())
        ]

    def join(self, groups: Checked) -> dict[str, t.Any]:
        """The groups with the number in them."""
        return self._items(self._named(groups), self._number, leaving=False)

    def leave(self) -> dict[str, t.Any]:
        """The groups that hold the number, without it."""
        return self._items([], "")

    def change(self, groups: Checked | None, number: str) -> dict[str, t.Any]:
        """The groups with another number, or other groups with the number."""
        return self._items(self._held if groups is None else self._named(groups), number or self._number)

    def _items(self, wanted: Sequence[str], number: str, leaving: bool = True) -> dict[str, t.Any]:
        if not self._number:
            return {"reason": "the number is not known. Give 'person_phone' or 'person_autodialer_number'."}
        items = []
        for name, numbers in self._groups.items():
            others = [other for other in numbers if other not in (self._number, number)]
            if name in wanted:
                items.append({"name": name, "numbers": [*others, number]})
            elif leaving and name in self._held:
                items.append({"name": name, "numbers": others})
        return {"items": items}

    def _named(self, groups: Checked) -> list[str]:
        names = []
        for node in groups.node.value:
            name = plain_text(node.value)
            if name in self._groups:
                names.append(name)
            else:
                self._problems.unknown(node.place, name, "autodialer group of the roster", self._groups)
        return names


def listed_person(roster: Mapping[str, t.Any], about: Given) -> Mapping[str, t.Any] | None:
    """The person of a roster who is meant: the one with the e-mail address, else the only one with the number."""
    if "email" in about:
        address = fold(about["email"].value)
        return next((person for person in roster["people"] if fold(person["email"]) == address), None)
    if "phone" not in about:
        return None
    number = _number_or_nothing(about["phone"].value)
    same = [person for person in roster["people"] if _number_or_nothing(person["phone"] or "") == number]
    return same[0] if len(same) == 1 else None


def _number_or_nothing(value: str) -> str:
    try:
        return clean_phone(value)
    except ValueError:
        return ""
