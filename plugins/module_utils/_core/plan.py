# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""What has to change so that the actual state becomes the desired one.

Pure functions: no requests, no module, no service. All of idempotence lives here.
"""

from __future__ import annotations

import functools
import sys
import typing as t
from collections.abc import Hashable
from dataclasses import dataclass, field

from ansible_collections.vox.roster.plugins.module_utils._core.resource import ABSENT, Unreadable
from ansible_collections.vox.roster.plugins.module_utils._http.errors import NOT_FOUND, REFUSED, Failure

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.resource import (
        Field,
        Policy,
        Record,
        Resource,
        Values,
    )

NOTHING = "nothing"
CREATE = "create"
UPDATE = "update"
DELETE = "delete"


# A plan may hold a hundred thousand changes. Before Python 3.10 this cannot be combined with defaults.
_COMPACT: dict[str, bool] = {"slots": True} if sys.version_info >= (3, 10) else {}


@dataclass(frozen=True, **_COMPACT)
class Change:
    """The difference for one key.

    label: the key as a person would say it, such as ``user 100``.
    desired: what the task gave, cleaned.
    before, after: the whole record in our words; None where there is none.
    differing: names of the fields that change.
    record: the record that is changed or deleted.
    warnings: what the person should know although nothing fails.
    refusal: why the change must not be carried out.
    policy: the options that say how to treat what cannot simply be compared.
    """

    action: str
    label: str
    desired: Values
    before: Values | None = None
    after: Values | None = None
    differing: tuple[str, ...] = ()
    record: Record | None = None
    warnings: tuple[str, ...] = ()
    refusal: Failure | None = None
    policy: Policy = field(default_factory=dict)

    @property
    def needs_nothing(self) -> bool:
        """Whether everything is as declared; of a change that is refused that is not known."""
        return self.action == NOTHING and not self.refusal


class Index:
    """Records by the canonical value of a key, so that many items cost no more than one each."""

    def __init__(self, resource: Resource, records: Sequence[Record]) -> None:
        self._resource = resource
        self._records = records
        self._by_key: dict[str, dict[t.Any, list[Record]]] = {}

    def holders(self, key: str, value: t.Any) -> list[Record]:
        """All records whose key has this value."""
        if key not in self._by_key:
            # Most lists name no ids, and looking up by what nobody names would take half of the memory.
            self._by_key[key] = self._grouped(key)
        return self._by_key[key].get(_canonical(self._resource.field_named(key), value), [])

    def _grouped(self, key: str) -> dict[t.Any, list[Record]]:
        one = self._resource.field_named(key)
        grouped: dict[t.Any, list[Record]] = {}
        for record in self._records:
            value = _canonical(one, record.values.get(key))
            # What cannot be hashed is of a type that no task can ask for.
            if not is_blank(value) and isinstance(value, Hashable) and not isinstance(value, Unreadable):
                grouped.setdefault(value, []).append(record)
        return grouped


def plan(resource: Resource, state: str, desired: Values, index: Index, policy: Policy) -> Change:
    """The change for one item; a change that must not be made carries its refusal."""
    label = label_of(resource, desired)
    try:
        record = identify(resource, desired, index)
        if state == ABSENT:
            change = _absent(label, desired, record, policy)
        elif record is None:
            change = _create(resource, label, desired, policy)
        else:
            change = _update(resource, label, desired, record, policy)
        return resource.review(change, policy)
    except Failure as refusal:
        refusal.service = refusal.service or resource.service
        return Change(NOTHING, label, desired, refusal=refusal, policy=policy)


def label_of(resource: Resource, desired: Values) -> str:
    """How a person would name the item: by the first key that was given."""
    key = _deciding_key(resource, desired)
    return f"{resource.name} {desired[key]}" if key != "id" else f"{resource.name} with id {desired[key]}"


def identify(resource: Resource, desired: Values, index: Index) -> Record | None:
    """The one record that the item means, or None when there is none.

    The first key given decides. The values of the other keys must belong to that record or to nobody:
    anything else means two people, and Failure says which.
    """
    deciding = _deciding_key(resource, desired)
    found = index.holders(deciding, desired[deciding])
    if len(found) > 1:
        ids = ", ".join(str(record.values.get("id")) for record in found)
        raise Failure(
            REFUSED,
            f"{len(found)} {resource.name}s have the {deciding} {desired[deciding]!r} (ids {ids})",
            code="ambiguous",
            hint="Address the one you mean with 'id', or remove the others first.",
        )
    record = found[0] if found else None
    for key in resource.keys:
        if key == deciding or is_blank(desired.get(key)):
            continue
        for other in index.holders(key, desired[key]):
            if record is None or other.values.get("id") != record.values.get("id"):
                raise _conflict(resource, desired, deciding, record, key, other)
    return record


def is_blank(value: t.Any) -> bool:
    """Whether a value stands for "not set"; False and 0 are values."""
    return value is None or value == "" or value == [] or value == {}


def canonical_of(resource: Resource, key: str, value: t.Any) -> t.Any:
    """A key's value in the form in which it is compared; None where it cannot be compared."""
    value = _canonical(resource.field_named(key), value)
    return value if isinstance(value, Hashable) and not isinstance(value, Unreadable) else None


def agreed(resource: Resource, foreseen: Change, current: Change) -> dict[str, t.Any]:
    """The values that were foreseen for a record, as far as those that it has now are the same in another form."""
    before, after = foreseen.after or {}, current.after or {}
    return {
        one.name: before[one.name]
        for one in resource.fields
        if one.name in before and _agree(one, before[one.name], after.get(one.name), foreseen.policy)
    }


def holds(resource: Resource, desired: Values, values: Values) -> bool:
    """Whether a record has the desired values already.

    values: of the record, as results show them. Secrets are not among them, and so do not count.
    """
    return all(
        one.secret or _agree(one, one.overlay(values.get(one.name), desired[one.name], {}), values.get(one.name), {})
        for one in resource.fields
        if one.name in desired
    )


def _deciding_key(resource: Resource, desired: Values) -> str:
    return next(key for key in resource.keys if not is_blank(desired.get(key)))


def _conflict(
    resource: Resource, desired: Values, deciding: str, record: Record | None, key: str, other: Record
) -> Failure:
    owner = f"the {resource.name} with id {other.values.get('id')}"
    if record is None:
        message = (
            f"no {resource.name} has the {deciding} {desired[deciding]!r}, "
            f"but the {key} {desired[key]!r} belongs to {owner}"
        )
    elif deciding == "id":
        message = f"{label_of(resource, desired)} cannot get the {key} {desired[key]!r}, which belongs to {owner}"
    else:
        message = (
            f"the {deciding} {desired[deciding]!r} belongs to the {resource.name} with id {record.values.get('id')}, "
            f"but the {key} {desired[key]!r} belongs to {owner}"
        )
    if deciding == "id":
        hint = f"Correct 'id' or '{key}', or change the other {resource.name} first."
    elif record is None:
        hint = f"If both are the same {resource.name}, address it with 'id'; otherwise correct '{key}'."
    else:
        hint = f"These are two {resource.name}s: correct '{deciding}' or '{key}', or leave one of them out."
    return Failure(REFUSED, message, code="conflict", hint=hint)


def _absent(label: str, desired: Values, record: Record | None, policy: Policy) -> Change:
    if record is None:
        return Change(NOTHING, label, desired, policy=policy)
    return Change(DELETE, label, desired, before=record.values, record=record, policy=policy)


def _create(resource: Resource, label: str, desired: Values, policy: Policy) -> Change:
    if "id" in desired:
        raise Failure(
            NOT_FOUND,
            f"there is no {label}",
            hint="Ids are given by the service; leave 'id' out to create a new record.",
        )
    missing = [one.name for one in resource.fields if one.needed and is_blank(desired.get(one.name))]
    if missing:
        names = ", ".join(f"'{name}'" for name in missing)
        raise Failure(
            REFUSED,
            f"{label} does not exist and cannot be created without {names}",
            code="incomplete",
            hint=f"Give {names}, or correct the key if the {resource.name} should exist.",
        )
    after = {one.name: _initial(one, desired) for one in resource.fields}
    after.update({name: resource.field_named(name).overlay(None, value, policy) for name, value in desired.items()})
    differing = _shared(tuple(one.name for one in resource.fields if not is_blank(after[one.name])))
    return Change(CREATE, label, desired, after=after, differing=differing, policy=policy)


@functools.lru_cache(maxsize=1000)
def _shared(names: tuple[str, ...]) -> tuple[str, ...]:
    """These names as one object, however many changes have them."""
    return names


def _initial(one: Field, desired: Values) -> t.Any:
    return one.initial(desired) if callable(one.initial) else one.initial


def _update(resource: Resource, label: str, desired: Values, record: Record, policy: Policy) -> Change:
    changed: dict[str, t.Any] = {}
    differing = []
    for one in resource.fields:
        if one.name not in desired:
            continue
        actual = record.values.get(one.name)
        target = one.overlay(actual, desired[one.name], policy)
        if not _agree(one, target, actual, policy):
            _check_possible(one, label, target, actual)
            differing.append(one.name)
            changed[one.name] = target
        elif isinstance(actual, Unreadable):
            changed[one.name] = target
    # Most records of a long list stay as they are, and a copy of each would take most of the memory.
    after = {**record.values, **changed} if changed else record.values
    action = UPDATE if differing else NOTHING
    return Change(action, label, desired, record.values, after, _shared(tuple(differing)), record, policy=policy)


def _agree(one: Field, target: t.Any, actual: t.Any, policy: Policy) -> bool:
    if is_blank(target) and is_blank(actual):
        return True
    return one.same(_canonical(one, target), _canonical(one, actual), policy)


def _canonical(one: Field, value: t.Any) -> t.Any:
    return value if value is None or isinstance(value, Unreadable) else one.canonical(value)


def _check_possible(one: Field, label: str, target: t.Any, actual: t.Any) -> None:
    if is_blank(target) and one.unclearable:
        raise Failure(REFUSED, f"'{one.name}' of {label} cannot be emptied", code="unclearable", hint=one.unclearable)
    if one.fixed and not is_blank(actual):
        values = "" if one.secret else f" is {one.shown(actual)!r} and cannot become {one.shown(target)!r}"
        raise Failure(REFUSED, f"'{one.name}' of {label}{values or ' cannot change'}", code="fixed", hint=one.fixed)
