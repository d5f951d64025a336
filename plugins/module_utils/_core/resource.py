# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""What the core knows of a resource: its fields, its keys, and how to talk to the service that holds it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.vox.roster.plugins.module_utils._http.options import ArgumentSpec

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.plan import Change
    from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor

    # Values in our words, by field name. In a desired state a missing name means "leave alone";
    # in a record it means the same as None: not set.
    Values = t.Mapping[str, t.Any]
    # Ansible's description of one option.
    Argument = t.Mapping[str, t.Any]
    # The task's options that are no fields, such as ``update_secret``.
    Policy = t.Mapping[str, t.Any]


PRESENT = "present"
ABSENT = "absent"


@dataclass(frozen=True)
class Unreadable:
    """A value that exists in the service but cannot be read back; ``shown`` stands for it in a diff."""

    shown: str = "(not readable)"

    def __str__(self) -> str:
        return self.shown


def keep(value: t.Any) -> t.Any:
    """The value as it is."""
    return value


def replace(actual: t.Any, desired: t.Any, policy: Policy) -> t.Any:
    """The desired value, whatever there was."""
    return desired


def equal(target: t.Any, actual: t.Any, policy: Policy) -> bool:
    """Plain equality of two values in canonical form."""
    return bool(target == actual)


class Field(t.NamedTuple):
    """All that is known of one field; behaviour that differs between fields lives here and nowhere else.

    name: the option, and the name in results.
    argument: Ansible's description of the option; None for what the service only reports.
    wire: the name in the service's own records; the same as ``name`` when empty.
    read: from the service's value to ours. None stands for "not set".
    write: from our value to the service's.
    clean: from what a person typed to the value that is sent; raises ValueError with the reason when
        it makes no sense.
    canonical: to the form in which values are compared; applied to both sides.
    overlay: from the actual and the desired value to the one wanted, for values that are not simply replaced.
    same: whether the wanted and the actual value agree, for values that cannot simply be compared.
    shown: what stands for the value in a diff, where the value itself would be too large or secret.
    secret: never shown anywhere.
    large: left out of results, since it may hold thousands of entries.
    fixed: why the value cannot change once the record exists, and the way out; empty when it can.
    unclearable: why the value cannot be emptied, and the way out; empty when it can.
    initial: the value a new record gets when the task gives none; may be computed from the desired values.
    needed: a record cannot be created without it.
    part_of_key: needed to understand a key, and so kept for what is to be absent, too.
    write_once: taken at creation only and never shown, so that nobody can tell later whether it was taken.
    """

    name: str
    argument: Mapping[str, t.Any] | None = None
    wire: str = ""
    read: Callable[[t.Any], t.Any] = keep
    write: Callable[[t.Any], t.Any] = keep
    clean: Callable[[t.Any], t.Any] = keep
    canonical: Callable[[t.Any], t.Any] = keep
    overlay: Callable[[t.Any, t.Any, Policy], t.Any] = replace
    same: Callable[[t.Any, t.Any, Policy], bool] = equal
    shown: Callable[[t.Any], t.Any] = keep
    secret: bool = False
    large: bool = False
    fixed: str = ""
    unclearable: str = ""
    initial: t.Any = None
    needed: bool = False
    part_of_key: bool = False
    write_once: bool = False

    @property
    def wire_name(self) -> str:
        """The field's name in the service's own records."""
        return self.wire or self.name

    @property
    def returned(self) -> bool:
        """Whether the field is part of results."""
        return not (self.secret or self.large)


class Record(t.NamedTuple):
    """One resource as the service holds it.

    values: in our words. raw: as the service returned it, for writing back what we know nothing of.
    """

    values: Values
    raw: t.Any = None


class Client(t.Protocol):
    """How one service says what the core needs. Every method raises Failure when the service says no."""

    @property
    def address(self) -> str:
        """Where the service is, without credentials, for people to read."""

    def candidates(self, wanted: Sequence[Values]) -> list[Record]:
        """All records that hold a key value of one of the wanted states; others may be among them."""

    def create(self, change: Change) -> Values:
        """Make the record ``change.after``; returns what the service told of it, its id at least."""

    def update(self, change: Change) -> Values:
        """Make ``change.record`` into ``change.after``; returns what the service told of it, or nothing."""

    def delete(self, change: Change) -> None:
        """Take ``change.record`` away; no failure when it has gone already."""

    def everything(self, scope: Mapping[str, t.Any]) -> list[Record]:
        """All records of the service, or those that the filter of a purge leaves; never a part of them."""

    def is_own(self, record: Record) -> bool:
        """Whether a purge must leave the record alone: the account that the task uses, or one that may be an item."""


class Resource(t.NamedTuple):
    """A kind of thing that a service holds.

    keys: the fields that identify a record, best first; the first of them that a task gives decides.
    connection: the options to reach the service.
    policies: the options that say how to treat what cannot simply be compared.
    per_item: the policies that belong to an item of a list, and not to a whole task.
    rules: Ansible's rules between options of the resource, such as what excludes each other.
    connect: from a module's parameters, whether only reading is allowed, and the redactor, to a client.
    listed: whether a listing of everything shows the keys of each record, and so serves instead of look-ups.
    pace: requests a minute that the service takes; 0 for any number. The default of ``requests_per_minute``.
    examine: looks at one desired state as a whole before any request and raises Failure when its values
        do not go together; may return a completed one.
    review: looks at a planned change and adds what the service's nature demands: a refusal or a warning.
    """

    service: str
    name: str
    fields: Sequence[Field]
    keys: Sequence[str]
    connection: ArgumentSpec
    connect: Callable[[Mapping[str, t.Any], bool, Redactor], Client]
    policies: ArgumentSpec = ArgumentSpec()
    per_item: Sequence[str] = ()
    rules: ArgumentSpec = ArgumentSpec()
    listed: bool = True
    pace: int = 0
    examine: Callable[[Values, Policy], Values] = lambda desired, policy: desired
    review: Callable[[Change, Policy], Change] = lambda change, policy: change

    def field_named(self, name: str) -> Field:
        """The field of that name; KeyError when there is none."""
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise KeyError(name)

    def arguments(self) -> ArgumentSpec:
        """The options of the singular module."""
        return self.connection + self.policies + self.item_arguments()

    def item_arguments(self) -> ArgumentSpec:
        """The options that say what is wanted of one record."""
        fields = {one.name: one.argument for one in self.fields if one.argument is not None}
        state = {"state": {"type": "str", "choices": [PRESENT, ABSENT], "default": PRESENT}}
        return self.rules + ArgumentSpec({**fields, **state}, required_one_of=(tuple(self.keys),))

    def plural_arguments(self) -> ArgumentSpec:
        """The options of the plural module: a list of items, and how to work through it."""
        item = self.item_arguments() + ArgumentSpec({name: self.policies.arguments[name] for name in self.per_item})
        common = {name: one for name, one in self.policies.arguments.items() if name not in self.per_item}
        # Which item names no record is told by its place, which Ansible does not know.
        without = ("argument_spec", "required_one_of")
        rules = {name: rule for name, rule in item.to_kwargs().items() if rule and name not in without}
        options = dict(item.arguments)
        items: Argument = {"type": "list", "elements": "dict", "required": True, "options": options, **rules}
        work: dict[str, Argument] = {
            "purge": {"type": "bool", "default": False},
            "purge_filter": {"type": "dict"},
            "purge_limit": {"type": "int"},
            "drift_file": {"type": "path"},
            "concurrency": {"type": "int", "default": 8},
            "on_error": {"type": "str", "choices": ["continue", "stop"], "default": "continue"},
            "requests_per_minute": {"type": "int", "default": self.pace},
        }
        return self.connection + ArgumentSpec({self.plural: items, **common, **work})

    @property
    def plural(self) -> str:
        """The name for several of the resource, which is the option that lists them."""
        return f"{self.name}s"


def decode(fields: Sequence[Field], raw: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """A service's flat record in our words; what it does not hold is None, what we do not know is left out."""
    return {one.name: one.read(raw.get(one.wire_name)) for one in fields}
