# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is private to the collection: it can change at any time.

"""What may stand in a roster, and values of the right type from nodes.

What may stand below a service are the options of its module, so there is no second list of them.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.vox.roster.plugins.module_utils._core.resource import ABSENT, PRESENT, Resource
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._services import autodialer, exotel, simotel, sunbird
from ansible_collections.vox.roster.plugins.plugin_utils._roster_csv import (
    LIST,
    NO,
    OWN,
    ROLES,
    SWITCH,
    TEXT,
    YES,
    Column,
)
from ansible_collections.vox.roster.plugins.plugin_utils._roster_nodes import Node, Problems
from ansible_collections.vox.roster.plugins.plugin_utils._roster_slips import did_you_mean

if t.TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    Argument = t.Mapping[str, t.Any]

AUTODIALER = "autodialer"
USERS: Mapping[str, Resource] = {"simotel": simotel.USER, "exotel": exotel.USER, "sunbird": sunbird.USER}
# What the values below a word are cleaned by. The numbers of groups are looked at elsewhere.
_CLEANED_BY: Mapping[str, Resource] = {**USERS, "group": autodialer.GROUP}
SERVICES = ("simotel", AUTODIALER, "exotel", "sunbird")
LISTS = {service: f"{service}_{'groups' if service == AUTODIALER else 'users'}" for service in SERVICES}

WORDS = ("yes", "no", "true", "false")  # what is suggested for a slip in a switch

_TEXT: Argument = {"type": "str"}
STATE: Argument = {"type": "str", "choices": [PRESENT, ABSENT]}
# Whatever is below it is read where more is known of it.
ANYTHING: Argument = {"type": "any"}

PERSON: Mapping[str, Argument] = {
    **dict.fromkeys(("name", "first_name", "last_name", "email", "phone", "department"), _TEXT),
    "state": STATE,
    **dict.fromkeys(SERVICES, ANYTHING),
}
MEMBERSHIP: Mapping[str, Argument] = {
    "groups": {"type": "list", "elements": "str"},
    "number": _TEXT,
    "state": STATE,
}
GROUP: Mapping[str, Argument] = autodialer.GROUP.item_arguments().arguments
BELOW: Mapping[str, Mapping[str, Argument]] = {
    AUTODIALER: MEMBERSHIP,
    **{service: resource.item_arguments().arguments for service, resource in USERS.items()},
}
FILE: Mapping[str, Argument] = dict.fromkeys(("defaults", "departments", "people", "autodialer_groups"), ANYTHING)


def columns() -> dict[str, Column]:
    """The columns of a CSV roster by their names."""
    found = {name: Column((name,)) for name, argument in PERSON.items() if argument is not ANYTHING}
    for service, arguments in BELOW.items():
        found[service] = Column((service,), SWITCH)
        for name, argument in arguments.items():
            secret = bool(argument.get("no_log"))
            if argument["type"] == "dict":
                for part in argument.get("options", ()):
                    found[f"{service}_{name}_{part}"] = Column((service, name, part), TEXT, secret)
            elif argument["type"] == "list":
                kind = LIST if argument["elements"] == "str" else ROLES
                found[f"{service}_{name}"] = Column((service, name), kind, secret)
            else:
                found[f"{service}_{name}"] = Column((service, name), TEXT, secret)
    return found


def person_columns() -> dict[str, Column]:
    """Those that say something of one person in a variable: neither switches nor states."""
    return {name: column for name, column in columns().items() if column.kind != SWITCH and column.path[-1] != "state"}


@dataclass(slots=True)
class Checked:
    """A value of the right type, as it was given and as its field cleans it, and its node."""

    value: t.Any
    clean: t.Any
    node: Node


class Refused(Exception):
    """A value is wrong, which is among the problems already."""


class Reader:
    """From nodes to values; what is wrong goes to the problems."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def pairs(self, node: Node, known: Collection[str], kind: str, whose: str, own: bool = False) -> dict[str, Node]:
        """What is given of the known keys, without those that hold nothing.

        kind: what the keys are called. whose: what they belong to. own: let keys pass that belong to the file's owner.
        """
        if not isinstance(node.value, dict):
            self.problems.add(node.place, f"{whose} has to be key and value pairs.")
            return {}
        for name in node.value:
            if name not in known and not (own and name.startswith(OWN)):
                self.problems.unknown(node.keys[name], name, kind, known)
        return {
            name: value
            for name, value in node.value.items()
            if value.value is not None and (name in known or (own and name.startswith(OWN)))
        }

    def entries(self, node: Node | None, what: str) -> list[Node]:
        """The entries of a list; none when it is not given."""
        if node is None or node.value is None:
            return []
        if isinstance(node.value, list):
            return node.value
        self.problems.add(node.place, f"{what} has to be a list.")
        return []

    def checked(self, given: Mapping[str, Node], arguments: Mapping[str, Argument], service: str = "") -> Given:
        """The values of the right type, cleaned as the service's module would; wrong ones are left out."""
        found: dict[str, Checked] = {}
        for name, node in given.items():
            told = f"{service}.{name}" if service else name
            try:
                value = self._typed(node, told, arguments[name])
                found[name] = Checked(value, self.cleaned(service, name, value, node), node)
            except Refused:
                continue
        return found

    def cleaned(self, service: str, name: str, value: t.Any, node: Node) -> t.Any:
        """The value as its field cleans it; Refused when that cannot be."""
        if service not in _CLEANED_BY or name == "state":
            return value
        field = _CLEANED_BY[service].field_named(name)
        try:
            return field.clean(value)
        except ValueError as reason:
            told = self.problems.told(f"{service}.{name}", value, field.secret)
            self.problems.add(node.place, f"{told} {reason}")
            raise Refused from None

    def examined(self, resource: Resource, given: Given, place: tuple[int, int, str]) -> None:
        """Note what the values of one account make impossible together."""
        try:
            resource.examine({name: checked.clean for name, checked in given.items() if name != "state"}, {})
        except Failure as failure:
            message = "the values do not go together" if self.problems.confidential else failure.message.rstrip(".")
            self.problems.add(place, f"{message}. {failure.hint}".strip())

    def _typed(self, node: Node, name: str, argument: Argument) -> t.Any:
        kind, value = argument["type"], node.value
        if kind == "list":
            if not isinstance(value, list):
                self._refuse(node, f"'{name}' has to be a list.")
            return [self._entry(entry, name, argument) for entry in value]
        if kind == "dict":
            return self._dict(node, name, argument)
        if not isinstance(value, str):
            self._refuse(node, f"'{name}' has to be a text.")
        secret = bool(argument.get("no_log"))
        told = self.problems.told(name, value, secret)
        if kind == "bool":
            word = value.strip().lower()
            if word not in (*YES, *NO):
                self._refuse(node, f"{told} is neither yes nor no.{self.guess(word, WORDS, secret)}")
            return word in YES
        choices = argument.get("choices", (value,))
        if value not in choices:
            self._refuse(node, f"{told} is none of {', '.join(choices)}.{self.guess(value, choices, secret)}")
        return value

    def guess(self, value: str, known: Collection[str], secret: bool = False) -> str:
        """The question whether a known word was meant, with a blank in front; nothing where the value is secret."""
        return "" if secret or self.problems.confidential else did_you_mean(value, known)

    def _entry(self, node: Node, name: str, argument: Argument) -> t.Any:
        if node.value is None:
            self._refuse(node, f"'{name}' has an entry that is empty.")
        return self._typed(node, name, {**argument, "type": argument["elements"]})

    def _dict(self, node: Node, name: str, argument: Argument) -> dict[str, t.Any]:
        options = argument.get("options")
        if options is None:
            if not isinstance(node.value, dict):
                self._refuse(node, f"'{name}' has to be key and value pairs.")
            return {key: self._free(entry, name) for key, entry in node.value.items() if entry.value is not None}
        before = len(self.problems)
        given = self.pairs(node, options, f"key of '{name}'", f"'{name}'")
        values = {key: checked.value for key, checked in self.checked(given, options).items()}
        for key, option in options.items():
            if option.get("required") and key not in given:
                self.problems.add(node.place, f"'{name}' needs '{key}'.")
        if len(self.problems) > before:
            raise Refused
        return values

    def _free(self, node: Node, name: str) -> t.Any:
        entries = node.value if isinstance(node.value, list) else [node]
        for entry in entries:
            if not isinstance(entry.value, str):
                self._refuse(entry, f"'{name}' takes texts and lists of texts.")
        texts = [entry.value for entry in entries]
        return texts if isinstance(node.value, list) else texts[0]

    def _refuse(self, node: Node, message: str) -> t.NoReturn:
        self.problems.add(node.place, message)
        raise Refused


if t.TYPE_CHECKING:
    Given = t.Dict[str, Checked]
