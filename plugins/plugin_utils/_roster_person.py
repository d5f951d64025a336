# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is private to the collection: it can change at any time.

"""One person by variables: what is to be done in each service to give, take or change the accounts.

The variables are the columns of a CSV roster with a word in front, so that a survey can ask for them.
"""

from __future__ import annotations

import typing as t

from ansible_collections.vox.roster.plugins.module_utils._core.desired import desired_values
from ansible_collections.vox.roster.plugins.module_utils._core.plan import canonical_of, holds
from ansible_collections.vox.roster.plugins.module_utils._core.resource import ABSENT, PRESENT
from ansible_collections.vox.roster.plugins.module_utils._core.values import plain_text
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_fields import Roles, is_masked
from ansible_collections.vox.roster.plugins.plugin_utils._roster import NAMES, Layers, People, names_of
from ansible_collections.vox.roster.plugins.plugin_utils._roster_csv import cell_node, put
from ansible_collections.vox.roster.plugins.plugin_utils._roster_groups import NO_ROSTER, Groups, Moving, listed_person
from ansible_collections.vox.roster.plugins.plugin_utils._roster_nodes import Node, Problems
from ansible_collections.vox.roster.plugins.plugin_utils._roster_read import from_value
from ansible_collections.vox.roster.plugins.plugin_utils._roster_slips import nearest
from ansible_collections.vox.roster.plugins.plugin_utils._roster_told import account_told
from ansible_collections.vox.roster.plugins.plugin_utils._roster_values import (
    AUTODIALER,
    BELOW,
    USERS,
    Checked,
    Reader,
    person_columns,
)

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Given = t.Dict[str, Checked]
    Roster = t.Mapping[str, t.Any]
    Part = t.Dict[str, t.Any]
    Record = t.Mapping[str, t.Any]

ONBOARD, OFFBOARD, MOVE = "onboard", "offboard", "move"
WHO, NEW = "person_", "new_"
PHONE = "device_contact_uri"

_SERVICES = "roster_services"


def plan_person(
    purpose: str,
    variables: Mapping[str, t.Any],
    services: Sequence[str],
    defaults: Mapping[str, t.Any] | None = None,
    departments: Mapping[str, t.Any] | None = None,
    roster: Roster | None = None,
) -> dict[str, t.Any]:
    """What is to be done: ``{"problems": [...], "notes": [...], "name": "...", "services": {service: part}}``.

    purpose: ``onboard``, ``offboard`` or ``move``.
    variables: those whose names begin with ``person_``, and for a move with ``new_``.
    roster: what the lookup returned for the whole roster, where there is one.

    A part has ``items`` for the plural module; ``ask`` with the options of the info module that has to be asked first,
    None when there is no need; ``reason``, why nothing can be done, empty when something can; ``told``, what to say
    where nothing comes of it; and ``found``, the account that is meant, as a person recognises it.
    """
    problems = Problems()
    # Who is there already keeps what they have, so defaults are for those who come.
    everybody = defaults if purpose == ONBOARD else None
    person = PURPOSES[purpose](variables, services, everybody, departments, problems)
    parts = {service: person.part(service) if service in USERS else person.groups(roster) for service in services}
    note = person.note(person.listed(roster)) if roster else ""
    if purpose == OFFBOARD and roster is None and AUTODIALER not in services:
        note = "Groups of the autodialer were not looked at. That takes the roster of all people in 'roster_file'."
    return {
        "problems": problems.texts("variables"),
        "notes": [note] if note else [],
        "name": person.name(),
        "services": parts,
    }


def settle_part(part: Part, service: str, records: Sequence[Record]) -> Part:
    """A part of a plan after the service was asked: with the items for what was found, or why there are none."""
    if part["ask"] is None:
        return part
    if service == AUTODIALER:
        found = {plain_text(record["name"]) for record in records}
        items = [item for item in part["items"] if plain_text(item["name"]) in found]
        return {**part, "items": items, "told": "" if items else "none of the groups exists"}
    (key, value), *more = part["who"].items()
    changes = part["changes"]
    # An info module that was asked for a key has compared it already, and may show it masked.
    is_settled = bool(part["ask"]) and key not in changes
    matching = _asked_for(service, records, part["who"]) if is_settled else _having(service, records, key, value)
    if not matching and key in changes:
        # An earlier run may have changed the key already, and then it changed the rest, too.
        before, value = value, changes[key]
        matching = _having(service, records, key, value)
        if len(matching) == 1 and not _is_as_wanted(service, {**dict(more), **changes}, matching[0]):
            hint = f"If both are the same person, say so with '{WHO}{service}_id'."
            return {**part, "reason": f"nobody has the {key} {before}, and {value} is somebody's already. {hint}"}
    if len(matching) > 1:
        known = ", ".join(str(record.get("number") or record["id"]) for record in matching)
        hint = f"Say which is meant with '{WHO}{service}_{USERS[service].keys[-1]}'."
        return {**part, "reason": f"several have the {key} {value}: {known}. {hint}"}
    if matching:
        by_id = key in changes or key not in USERS[service].keys
        item = {**dict(more), **({"id": matching[0]["id"]} if by_id else {key: value}), **changes}
        return {**part, "items": [item], "found": account_told(service, matching[0])}
    if changes.get("state") == ABSENT:
        # Of a telephone the plural module knows other forms, too, and refuses where they leave open who is meant.
        items = [{**part["who"], **changes}] if key == PHONE else []
        return {**part, "items": items, "told": f"no such account ({key} {value})"}
    return {**part, "reason": f"nobody has the {key} {part['who'][key]}."}


def _having(service: str, records: Sequence[Record], key: str, value: t.Any) -> list[Record]:
    wanted = canonical_of(USERS[service], key, USERS[service].field_named(key).clean(value))
    return [record for record in records if canonical_of(USERS[service], key, record.get(key)) == wanted]


def _asked_for(service: str, records: Sequence[Record], who: Mapping[str, t.Any]) -> list[Record]:
    """The records that have the key, and those that do not show it: they may have it."""
    if not records:
        return []
    resource, key = USERS[service], next(iter(who))
    wanted = canonical_of(resource, key, desired_values(resource, ABSENT, who)[key])
    shown = [(record, record.get(key)) for record in records]
    return [
        record
        for record, value in shown
        if value is None or is_masked(value) or canonical_of(resource, key, value) == wanted
    ]


def _is_as_wanted(service: str, wanted: Mapping[str, t.Any], record: Record) -> bool:
    values = dict(record)
    if values.get("roles") is not None:
        values["roles"] = Roles(values["roles"])
        values["roles"].home = values.get("root_org_id")
    try:
        return holds(USERS[service], desired_values(USERS[service], PRESENT, wanted), values)
    except Failure:
        return False


def _cell(value: t.Any) -> str | None:
    """The value as a cell of a table has it; None for one that no cell can hold."""
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return "|".join(value)
    return value if isinstance(value, str) else None


def _asking(who: Mapping[str, t.Any], *others: t.Any) -> dict[str, t.Any]:
    """The options of the info module that find a key. others: values of it that count, too."""
    (key, value), *more = who.items()
    return {key: [value, *others], **dict(more)}


def _part(**more: t.Any) -> Part:
    return {"items": [], "ask": None, "reason": "", "told": "", "found": "", **more}


class _Person:
    """What the variables say of the person, whatever it is for."""

    def __init__(
        self,
        variables: Mapping[str, t.Any],
        services: Sequence[str],
        defaults: Mapping[str, t.Any] | None,
        departments: Mapping[str, t.Any] | None,
        problems: Problems,
    ) -> None:
        self._variables = variables
        self._problems = problems
        self._services = services
        self._reader = Reader(problems)
        everybody = from_value(defaults or {}, "roster_defaults")
        below_departments = from_value(departments or {}, "roster_departments")
        self._layers = Layers(self._reader, [everybody], [below_departments])
        self._people = People(self._reader, self._layers, Groups(self._reader, None))
        self._row = self._read(WHO)
        self.about = self._about(self._row)

    def name(self) -> str:
        """What to call the person in a message."""
        told = [self.about[name].value for name in ("name", "email", "phone") if name in self.about]
        number = self._explicit("simotel", self._row).get("number")
        return str(told[0] if told else number.value if number else "the person")

    def _read(self, prefix: str) -> Node:
        """The variables that begin with a word, as a person of a roster."""
        row = Node({}, label=f"{prefix}…")
        known = person_columns()
        for variable, value in self._variables.items():
            if not variable.startswith(prefix) or value is None or not str(value).strip():
                continue
            name, place = variable[len(prefix) :], (0, 0, variable)
            if name in known:
                text = _cell(value)
                node = from_value(value, variable) if text is None else cell_node(text, known[name], place)
                put(row, known[name].path, node)
                continue
            # Other variables may begin with the same word for other reasons.
            close = nearest(name, known)
            if close:
                self._problems.add(place, f"this variable is not known. Did you mean '{prefix}{close}'?")
        return row

    def _about(self, row: Node) -> Given:
        about = self._people.about(row.value)
        self._people.check_contacts(about)
        return {**about, **names_of(about)}

    def _explicit(self, service: str, row: Node) -> Given:
        below = row.value.get(service)
        return self._reader.checked(below.value, BELOW[service], service) if below else {}

    def _number(self, row: Node) -> str:
        """The number that was given for the autodialer."""
        given = self._explicit(AUTODIALER, row).get("number")
        return self._people.groups.number(given) if given else ""

    def listed(self, roster: Roster) -> Record | None:
        """The person of the roster who is meant."""
        return listed_person(roster["people"], self.about, self._number(self._row))

    def _moving(self, roster: Roster) -> Moving:
        return Moving(roster, self.about, self._number(self._row), self._problems)

    def _identity(self, service: str) -> dict[str, t.Any]:
        """The key that tells which account is meant, and what is needed to understand it; empty when nothing does."""
        resource, explicit = USERS[service], self._explicit(service, self._row)
        # A number that has another form than the service's does no harm where there is an address.
        about = {name: one for name, one in self.about.items() if name != "phone" or "email" not in self.about}
        values = {**self._people.derived(service, about, explicit), **explicit}
        for key in resource.keys:
            if key in values and values[key].clean:
                more = [one.name for one in resource.fields if one.part_of_key and one.name in values]
                return {name: values[name].value for name in (key, *more)}
        if service == "simotel" and "email" in self.about:
            return {"email": self.about["email"].value}
        return {}

    def _unknown(self, service: str) -> Part:
        names = {"simotel": ("simotel_number", "email"), "exotel": ("email", "phone")}.get(service, ("email",))
        wanted = " or ".join(f"'{WHO}{name}'" for name in names)
        return _part(reason=f"nothing tells which account is meant. Give {wanted}.")


class _Onboarding(_Person):
    def part(self, service: str) -> Part:
        """The account as a roster would declare it."""
        row = Node({**self._row.value}, label=self._row.label, keys=self._row.keys)
        entry = row.value.get(service, Node({}, label=_SERVICES))
        row.value = {name: one for name, one in row.value.items() if name not in BELOW}
        row.value[service] = entry
        people = People(self._reader, self._layers, Groups(self._reader, None))
        people.add(row)
        return _part(items=people.users[service])

    def groups(self, roster: Roster | None) -> Part:
        """The groups that the person joins."""
        layer = self._layers.of(self.about.get("department")).get(AUTODIALER, {})
        joining = {**layer, **self._explicit(AUTODIALER, self._row)}.get("groups")
        if joining is None:
            return _part()
        if roster is None:
            return _part(reason=NO_ROSTER)
        return _part(**self._moving(roster).join(joining))

    @staticmethod
    def note(listed: Record | None) -> str:
        """What is to be known besides."""
        return "" if listed else "The roster does not name the person. Add them, or a purge takes the accounts away."


class _Offboarding(_Person):
    def part(self, service: str) -> Part:
        """The removal of the account, which is looked up first so that it can be told whose it is.

        An extension can be found by its e-mail address, too.
        """
        who = self._identity(service)
        if not who:
            return self._unknown(service)
        ask = _asking(who) if next(iter(who)) in USERS[service].keys else {}
        return _part(ask=ask, who=who, changes={"state": ABSENT})

    def groups(self, roster: Roster | None) -> Part:
        """The groups that the person leaves; those that do not exist are left alone."""
        if roster is None:
            return _part(reason=NO_ROSTER)
        moving = self._moving(roster)
        if not moving.has_groups:
            return _part(told="left out, since the roster names no group")
        part = _part(**moving.leave())
        if part["reason"] or part["items"]:
            return {**part, "ask": {"name": [item["name"] for item in part["items"]]} if part["items"] else None}
        return {**part, "told": f"no group to take the number {moving.number} out of"}

    @staticmethod
    def note(listed: Record | None) -> str:
        """What is to be known besides."""
        if not listed or listed["state"] == ABSENT:
            return ""
        return f"Line {listed['line']} of the roster still names the person, so the next run creates the accounts anew."


class _Move(_Person):
    def __init__(self, *arguments: t.Any) -> None:
        super().__init__(*arguments)
        self._new = self._read(NEW)
        self._changed = self._about(self._new)
        if not self._new.value:
            self._problems.add((0, 0, f"{NEW}…"), "nothing is to change. Give a variable such as 'new_phone'.")
        self._complete_name()

    def _complete_name(self) -> None:
        """One new part of a name makes a whole one together with the other part that was there."""
        parts = [name for name in NAMES if name in self._changed]
        if "name" in self._new.value or len(parts) != 1:
            return
        both = {**{name: self.about[name] for name in NAMES if name in self.about}, parts[0]: self._changed[parts[0]]}
        self._changed.pop("name")
        if len(both) == len(NAMES):
            self._changed.update(names_of(both))
        elif "simotel" in self._services:
            hint = f"Simotel knows whole names only. Give '{NEW}name', too, or '{WHO}name'."
            self._problems.add(self._changed[parts[0]].node.place, hint)

    def part(self, service: str) -> Part:
        """The change of the account; the service has to be asked first, since a move creates nobody."""
        who, changes = self._identity(service), self._changes(service)
        if not changes:
            return _part()
        if not who:
            return self._unknown(service)
        key = next(iter(who))
        by_key = key in USERS[service].keys
        ask = _asking(who, *([changes[key]] if key in changes else [])) if by_key else {}
        return _part(ask=ask, who=who, changes=changes)

    def _changes(self, service: str) -> dict[str, t.Any]:
        explicit = self._explicit(service, self._new)
        known_by_address = "email" in self.about
        about = {
            name: one
            for name, one in self._changed.items()
            if not (service == "sunbird" and name == "phone" and known_by_address)
        }
        layer = self._department().get(service, {})
        values = {**layer, **self._people.derived(service, about, explicit), **explicit}
        return {name: checked.value for name, checked in values.items()}

    def _department(self) -> Mapping[str, Given]:
        return self._layers.of(self._changed["department"]) if "department" in self._changed else {}

    def groups(self, roster: Roster | None) -> Part:
        """The groups with the new number, or other groups."""
        number = self._number(self._new)
        if not number and "phone" in self._changed:
            number = self._people.groups.number(self._changed["phone"])
        explicit = self._explicit(AUTODIALER, self._new)
        joining = {**self._department().get(AUTODIALER, {}), **explicit}.get("groups")
        if joining is None and not number:
            return _part()
        if roster is None:
            return _part(reason=NO_ROSTER)
        return _part(**self._moving(roster).change(joining, number))

    @staticmethod
    def note(listed: Record | None) -> str:
        """What is to be known besides."""
        return f"Change line {listed['line']} of the roster, too, or the next run changes this back." if listed else ""


PURPOSES = {ONBOARD: _Onboarding, OFFBOARD: _Offboarding, MOVE: _Move}
