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
from ansible_collections.vox.roster.plugins.plugin_utils._roster_values import AUTODIALER, GROUP, Checked, Reader

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Given = t.Dict[str, Checked]
    Record = t.Mapping[str, t.Any]

NO_ROSTER = (
    "the server does not show which numbers a group holds, so a group can only be written whole. Give the roster that "
    "says who is in the groups in 'roster_file', or change that file and run vox.roster.roster_sync."
)
UNKNOWN_NUMBER = "the number is not known. Give 'person_phone' or 'person_autodialer_number'."


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

    def join(self, given: Given, present: bool, entry: Node) -> tuple[list[str], str]:
        """Put a number into the groups that a person names, unless the person is not to have it; their names and it.

        given: ``groups`` and ``number``. entry: where the person names the autodialer.
        """
        if not present:
            # A group that only people name who left has to be emptied, so it counts as named.
            names = self._known_names(given)
            for name in names:
                self._members.setdefault(name, {})
            return names, _number_or_nothing(given["number"].value) if "number" in given else ""
        for name, missing in (("groups", "'groups'"), ("number", "'number', or a 'phone' of the person")):
            if name not in given:
                self._problems.add(entry.place, f"the autodialer needs {missing}.")
        number = self.number(given["number"]) if "number" in given else ""
        names = self._known_names(given)
        for name in names:
            group = self._declared.get(name, {})
            if "state" in group and group["state"].value == ABSENT:
                told = self._problems.told("autodialer.groups", name)
                self._problems.add(given["groups"].node.place, f"{told} is a group that is to be absent.")
            members = self._members.setdefault(name, {})
            if number:
                members[number] = None
        return names, number

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

    number: the one that was given for the autodialer, cleaned; the roster's if empty, then the person's telephone.
    """

    def __init__(self, roster: Mapping[str, t.Any], about: Given, number: str, problems: Problems) -> None:
        people = list(roster["people"])
        phone = _number_or_nothing(about["phone"].value) if "phone" in about else ""
        listed = listed_person(people, about, number)
        own = listed or {"autodialer_number": "", "phone": "", "groups": [], "services": []}
        self._problems = problems
        self._number = number or own["autodialer_number"] or phone or _number_or_nothing(own["phone"] or "")
        self._groups = {group["name"]: group["numbers"] for group in roster["autodialer_groups"] if "numbers" in group}
        self._held = [
            name for name, numbers in self._groups.items() if self._number in numbers or name in own["groups"]
        ]
        self._is_member = AUTODIALER in own["services"]
        others = [person for person in people if person is not listed and _is_member_with(person, self._number)]
        self._unclear = listed is None and "email" not in about and len(others) > 1
        # In these groups the number is somebody else's, too.
        self._shared = {name for person in others for name in person["groups"]}

    @property
    def has_groups(self) -> bool:
        """Whether the roster names any group that numbers can be in."""
        return bool(self._groups)

    @property
    def number(self) -> str:
        """The number that joins, leaves or changes; empty when nothing tells it."""
        return self._number

    def join(self, groups: Checked) -> dict[str, t.Any]:
        """The groups with the number in them."""
        wanted = self._named(groups)
        if not self._number:
            return {"reason": UNKNOWN_NUMBER}
        return {"items": [self._with(name, self._number) for name in self._groups if name in wanted]}

    def leave(self) -> dict[str, t.Any]:
        """The groups that hold the number, without it, unless somebody else in the group has it, too."""
        return self._changed([], "")

    def change(self, groups: Checked | None, number: str) -> dict[str, t.Any]:
        """The groups with another number, or other groups with the number."""
        return self._changed(self._held if groups is None else self._named(groups), number or self._number)

    def _changed(self, wanted: Sequence[str], number: str) -> dict[str, t.Any]:
        if not self._number:
            return {"reason": UNKNOWN_NUMBER}
        if self._unclear:
            return {"reason": f"several people of the roster have the number {self._number}. Give 'person_email'."}
        strange = [name for name in self._held if not {self._number, number} & set(self._groups[name])]
        if strange and self._is_member:
            groups = ", ".join(strange)
            hint = "Correct 'person_autodialer_number', or leave it out."
            return {"reason": f"the roster has the person in {groups}, and not with {self._number}. {hint}"}
        items = []
        for name in self._groups:
            if name in wanted:
                items.append(self._with(name, number))
            elif name in self._held and name not in self._shared:
                items.append({"name": name, "numbers": self._others(name, number)})
        return {"items": items}

    def _with(self, name: str, number: str) -> dict[str, t.Any]:
        return {"name": name, "numbers": [*self._others(name, number), number]}

    def _others(self, name: str, number: str) -> list[str]:
        own = {number} if name in self._shared else {number, self._number}
        return [other for other in self._groups[name] if other not in own]

    def _named(self, groups: Checked) -> list[str]:
        names = []
        for node in groups.node.value:
            name = plain_text(node.value)
            if name in self._groups:
                names.append(name)
            else:
                self._problems.unknown(node.place, name, "autodialer group of the roster", self._groups)
        return names


def listed_person(people: Sequence[Record], about: Given, number: str = "") -> Record | None:
    """The person of a roster who is meant: the one with the e-mail address, else the only one with a number.

    number: the one that was given for the autodialer, cleaned.
    """
    if "email" in about:
        address = fold(about["email"].value)
        for person in people:
            if fold(person["email"]) == address:
                return person
        # Whoever has another address is somebody else, whatever the number.
        people = [person for person in people if not person["email"]]
    phone = _number_or_nothing(about["phone"].value) if "phone" in about else ""
    for given in (phone, number):
        same = [
            person
            for person in people
            if given and given in (_number_or_nothing(person["phone"] or ""), person["autodialer_number"])
        ]
        if len(same) == 1:
            return same[0]
    return None


def _is_member_with(person: Record, number: str) -> bool:
    return AUTODIALER in person["services"] and person["autodialer_number"] == number


def _number_or_nothing(value: str) -> str:
    try:
        return clean_phone(value)
    except ValueError:
        return ""
