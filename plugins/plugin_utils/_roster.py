# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is private to the collection: it can change at any time.

"""From the nodes of a roster to the lists that the plural modules take. Nothing is asked of a service here."""

from __future__ import annotations

import typing as t

from ansible_collections.vox.roster.plugins.module_utils._core.plan import canonical_of
from ansible_collections.vox.roster.plugins.module_utils._core.resource import ABSENT, PRESENT
from ansible_collections.vox.roster.plugins.module_utils._core.values import clean_email, clean_phone, fold
from ansible_collections.vox.roster.plugins.plugin_utils._roster_csv import NO, OWN, YES
from ansible_collections.vox.roster.plugins.plugin_utils._roster_groups import Groups
from ansible_collections.vox.roster.plugins.plugin_utils._roster_nodes import Node, Problems
from ansible_collections.vox.roster.plugins.plugin_utils._roster_values import (
    ANYTHING,
    BELOW,
    FILE,
    LISTS,
    PERSON,
    SERVICES,
    USERS,
    WORDS,
    Checked,
    Reader,
    Refused,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Given = t.Dict[str, Checked]
    Layer = t.Dict[str, Given]  # by service
    Result = t.Dict[str, t.List[t.Dict[str, t.Any]]]

ABOUT = [name for name, argument in PERSON.items() if argument is not ANYTHING and name != "state"]
NAMES = ("first_name", "last_name")

# What the services take from what is known of a person, by their words.
DERIVED = {
    "simotel": {"name": "name", "email": "email"},
    "exotel": {"first_name": "first_name", "last_name": "last_name", "email": "email", "device_contact_uri": "phone"},
    "sunbird": {"first_name": "first_name", "last_name": "last_name", "email": "email", "phone": "phone"},
    "autodialer": {"number": "phone"},
}


def read_roster(
    root: Node, problems: Problems, defaults: Node | None = None, departments: Node | None = None
) -> Result:
    """The people and the list for each service; what is wrong goes to the problems, and is left out.

    defaults, departments: the same as those of the roster, which count more.
    """
    reader = Reader(problems)
    given = reader.pairs(root, FILE, "key of a roster", "a roster")
    if "people" not in given and "autodialer_groups" not in given and not len(problems):
        problems.add(root.place, "a roster needs 'people'.")
    layers = Layers(reader, [defaults, given.get("defaults")], [departments, given.get("departments")])
    groups = Groups(reader, given.get("autodialer_groups"))
    people = People(reader, layers, groups)
    told = [people.add(node) for node in reader.entries(given.get("people"), "'people'")]
    lists = {LISTS[service]: people.users.get(service) for service in SERVICES}
    return {"people": told, **{name: groups.items() if items is None else items for name, items in lists.items()}}


class Layers:
    """What everybody has who has a service, and what everybody of a department has."""

    def __init__(self, reader: Reader, defaults: Iterable[Node | None], departments: Iterable[Node | None]) -> None:
        self._reader = reader
        self._everybody = _merged([self._layer(node, "'defaults'") for node in defaults])
        self._departments: dict[str, Layer] = {}
        for node in departments:
            self._add_departments(node)

    def of(self, department: Checked | None) -> Layer:
        """What somebody of the department has."""
        if department is None:
            return self._everybody
        name = department.value.strip()
        if name not in self._departments:
            self._reader.problems.unknown(department.node.place, name, "department of 'departments'", self._departments)
            return self._everybody
        return self._departments[name]

    def _layer(self, node: Node | None, whose: str) -> Layer:
        if node is None or node.value is None:
            return {}
        layer = {}
        for service, below in self._reader.pairs(node, SERVICES, "service", whose).items():
            resource = USERS.get(service)
            # What tells one person from another cannot be the same for several.
            apart = {"state", *(resource.keys if resource else ("number",))}
            known = {name: argument for name, argument in BELOW[service].items() if name not in apart}
            given = self._reader.pairs(below, known, f"key that can be the same for all of {service}", f"'{service}'")
            layer[service] = self._reader.checked(given, known, service)
        return layer

    def _add_departments(self, node: Node | None) -> None:
        if node is None:
            return
        if not isinstance(node.value, dict):
            self._reader.problems.add(node.place, "'departments' has to be key and value pairs.")
            return
        for name, below in node.value.items():
            before = self._departments.get(name, self._everybody)
            self._departments[name] = _merged([before, self._layer(below, "a department")])


class People:
    """The people of a roster, and the items for the services that have users."""

    def __init__(self, reader: Reader, layers: Layers, groups: Groups) -> None:
        self.users: dict[str, list[dict[str, t.Any]]] = {service: [] for service in USERS}
        self._reader = reader
        self._problems = reader.problems
        self._layers = layers
        self.groups = groups
        self._count = 0
        # By service, key and value: which person has it, and on which line.
        self._seen: dict[tuple[str, str, t.Any], tuple[int, int]] = {}

    def add(self, node: Node) -> dict[str, t.Any]:
        """Read one person; returns what is told of them, without secrets."""
        self._count += 1
        given = self._reader.pairs(node, PERSON, "key of a person", "a person", own=True)
        about = self.about(given)
        gone = "state" in about and about.pop("state").value == ABSENT
        self.check_contacts(about)
        about.update(names_of(about))
        if not gone and "name" not in about:
            self._problems.add(node.place, "a person needs a 'name', or a 'first_name' and a 'last_name'.")
        layer = self._layers.of(about.get("department"))
        services: list[str] = []
        groups: list[str] = []
        number = ""
        named = 0
        for service in SERVICES:
            entry = node.value.get(service) if isinstance(node.value, dict) else None
            below = self._below(service, entry)
            if entry is None or below is None:
                continue
            named += 1
            explicit = self._reader.checked(below, BELOW[service], service)
            own_state = explicit.pop("state", None)
            present = not gone and (own_state is None or own_state.value == PRESENT)
            values = {**layer.get(service, {}), **self.derived(service, about, explicit), **explicit}
            if service in USERS:
                # A key that is given and wrong is told of already.
                tried = {*below, *(name for name, source in DERIVED[service].items() if source in given)}
                self._user(service, present, entry, values, about, tried)
            else:
                groups, number = self.groups.join(values, present, entry)
            if present:
                services.append(service)
        if gone and not named:
            self._problems.add(node.place, "this person is to be absent, and no service is named.")
        return {
            **{name: about[name].value.strip() if name in about else None for name in ABOUT},
            "state": ABSENT if gone else PRESENT,
            "services": services,
            "groups": groups,
            "autodialer_number": number or None,
            "line": node.line or None,
            **{name: self._own(name, one) for name, one in given.items() if name.startswith(OWN)},
        }

    def about(self, given: Mapping[str, Node]) -> Given:
        """What is given of the person as such, and not of a service."""
        plain = {name: given[name] for name in (*ABOUT, "state") if name in given}
        checked = self._reader.checked(plain, PERSON)
        return {name: one for name, one in checked.items() if one.value.strip()}

    def _below(self, service: str, entry: Node | None) -> dict[str, Node] | None:
        """What is given below a service; None when the person is not said to have it."""
        if entry is None:
            return None
        if isinstance(entry.value, dict):
            return self._reader.pairs(entry, BELOW[service], f"key of '{service}'", f"'{service}'")
        word = entry.value.strip().lower() if isinstance(entry.value, str) else ""
        if word in YES:
            return {}
        if word == ABSENT:
            return {"state": entry.holding(ABSENT)}
        if word not in NO:
            told, guess = self._problems.told(service, entry.value), self._reader.guess(word, (*WORDS, ABSENT))
            hint = "Write true, false, absent, or key and value pairs."
            self._problems.add(entry.place, f"{told} does not say whether the person has it.{guess} {hint}")
        return None

    def derived(self, service: str, about: Given, explicit: Given) -> Given:
        """What a service takes from the person, where nothing else is given for it."""
        derived: Given = {}
        for name, source in DERIVED[service].items():
            if source not in about or name in explicit:
                continue
            if (service, name) == ("sunbird", "phone") and ("email" in about or "email" in explicit):
                # It would have to be nobody else's, and most installations let nobody change it later.
                continue
            one = about[source]
            try:
                clean = self._reader.cleaned(service, name, one.value, one.node)
            except Refused:
                continue
            derived[name] = Checked(one.value, clean, one.node)
        return derived

    def _user(self, service: str, present: bool, entry: Node, values: Given, about: Given, tried: set[str]) -> None:
        resource = USERS[service]
        keys = [key for key in resource.keys if key in values and values[key].clean]
        if not keys:
            if not tried.intersection(resource.keys):
                known = ", ".join(f"'{key}'" for key in resource.keys)
                self._problems.add(entry.place, f"{service} needs one of {known} to know who is meant.")
            return
        if present:
            self._check_names(service, values, about)
        else:
            # Another value may belong to somebody else by now.
            kept = {one.name for one in resource.fields if one.part_of_key} | {keys[0]}
            values = {name: checked for name, checked in values.items() if name in kept}
        self._reader.examined(resource, values, entry.place)
        for key in keys if present else keys[:1]:
            self._once(service, key, canonical_of(resource, key, values[key].clean), values[key])
        item = {name: checked.value for name, checked in values.items()}
        self.users[service].append(item if present else {**item, "state": ABSENT})

    def _check_names(self, service: str, values: Given, about: Given) -> None:
        if "name" not in about:
            return
        missing = [name for name in NAMES if name not in values and name not in about]
        needed = [f"'{one.name}'" for one in USERS[service].fields if one.needed and one.name in missing]
        if needed:
            what = f"{service} needs {' and '.join(needed)}"
            self._problems.add(about["name"].node.place, f"{what}: the name is not made of two words.")

    def check_contacts(self, about: Given) -> None:
        """Leave out an e-mail address and a telephone number that are none, and note one that somebody else has."""
        for name, clean in (("email", clean_email), ("phone", clean_phone)):
            if name not in about:
                continue
            try:
                value = clean(about[name].value)
            except ValueError as reason:
                wrong = about.pop(name)
                self._problems.add(wrong.node.place, f"{self._problems.told(name, wrong.value)} {reason}")
                continue
            if name == "email":
                self._once("", name, fold(value), about[name])

    def _once(self, service: str, key: str, canonical: t.Any, checked: Checked) -> None:
        """Note that somebody else has the same key."""
        person, line = self._seen.setdefault((service, key, canonical), (self._count, checked.node.line))
        if person != self._count:
            what = self._problems.told(f"{service}.{key}" if service else key, checked.value)
            self._problems.add(checked.node.place, f"{what} line {line} has, too.")

    def _own(self, name: str, node: Node) -> str | None:
        if isinstance(node.value, str):
            return node.value
        self._problems.add(node.place, f"'{name}' has to be a text.")
        return None


def names_of(about: Given) -> Given:
    """The whole name from its parts, or the parts from a whole name of two words."""
    parts = [about[name] for name in NAMES if name in about]
    if "name" not in about:
        whole = " ".join(part.value.strip() for part in parts)
        return {"name": Checked(whole, whole, parts[0].node)} if parts else {}
    words = about["name"].value.split()
    if parts or len(words) != len(NAMES):
        return {}
    return {name: Checked(word, word, about["name"].node) for name, word in zip(NAMES, words)}


def _merged(layers: Iterable[Layer]) -> Layer:
    """Several layers as one; what comes later counts more."""
    merged: Layer = {}
    for layer in layers:
        for service, given in layer.items():
            merged[service] = {**merged.get(service, {}), **given}
    return merged
