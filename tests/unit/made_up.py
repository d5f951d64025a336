# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A made-up resource with a field of every kind, and a service in memory that holds it."""

from __future__ import annotations

import copy
import typing as t

from ansible_collections.vox.roster.plugins.module_utils._core.resource import (
    Field,
    Record,
    Resource,
    Unreadable,
    decode,
)
from ansible_collections.vox.roster.plugins.module_utils._core.values import (
    clean_email,
    clean_phone,
    digits_of,
    fold,
    plain_text,
    read_list,
    read_text,
    read_yes_no,
    trim,
    write_yes_no,
)
from ansible_collections.vox.roster.plugins.module_utils._http.errors import DUPLICATE, Failure
from ansible_collections.vox.roster.plugins.module_utils._http.options import ArgumentSpec

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.plan import Change
    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Policy, Values

MASKED = Unreadable("(masked)")


def _add_tags(actual: t.Any, desired: t.Any, policy: Policy) -> list[str]:
    kept = actual if policy.get("append") and isinstance(actual, list) else []
    return [*kept, *(tag for tag in desired if tag not in kept)]


def _same_secret(target: t.Any, actual: t.Any, policy: Policy) -> bool:
    return policy.get("update_secret") != "always" if isinstance(actual, Unreadable) else bool(target == actual)


def _sorted(value: t.Any) -> t.Any:
    return sorted(value) if isinstance(value, list) else value


FIELDS = (
    Field("id", {"type": "str"}, wire="_id", read=read_text, clean=trim),
    Field(
        "email",
        {"type": "str"},
        wire="mail",
        clean=clean_email,
        canonical=fold,
        needed=True,
        unclearable="It is the key.",
    ),
    Field("phone", {"type": "str"}, read=read_text, clean=clean_phone, canonical=digits_of),
    Field("name", {"type": "str"}, clean=trim, canonical=plain_text, needed=True, unclearable="People have names."),
    Field(
        "secret",
        {"type": "str", "no_log": True},
        read=lambda value: MASKED if value else None,
        same=_same_secret,
        secret=True,
        unclearable="Everybody has a secret.",
    ),
    Field("pin", {"type": "str", "no_log": True}, secret=True, fixed="Make a new badge."),
    Field("colour", {"type": "str"}, canonical=fold, fixed="Delete and create anew."),
    Field("active", {"type": "bool"}, read=read_yes_no, write=write_yes_no, initial=True),
    Field("badge", {"type": "str"}, initial=lambda desired: f"badge of {desired['name']}"),
    Field("tags", {"type": "list"}, read=read_list, overlay=_add_tags, canonical=_sorted),
    Field("numbers", {"type": "list"}, read=read_list, large=True, shown=lambda value: f"{len(value)} numbers"),
    Field("note", {"type": "str"}, clean=trim, canonical=plain_text),
    Field("seen"),
)


class Service:
    """The service: records by id, in its own words. It masks nothing; reading does.

    trouble: by operation (``read``, ``create``, ``update``, ``delete``) what happens instead, or after it has
    acted; each takes the change's name and raises. calls: what was asked, in order.
    """

    def __init__(self, *records: dict[str, t.Any]) -> None:
        self.records = {str(record["_id"]): dict(record) for record in records}
        self.calls: list[str] = []
        self.before: dict[str, list[Callable[[], None] | None]] = {}
        self.after: dict[str, list[Callable[[], None] | None]] = {}

    @property
    def address(self) -> str:
        """Nowhere in particular."""
        return "memory:demo"

    def _spoil(self, script: dict[str, list[t.Any]], operation: str) -> None:
        step = script.get(operation, [])
        happens = step.pop(0) if step else None
        if happens:
            happens()

    def candidates(self, wanted: Sequence[Values]) -> list[Record]:
        """Everybody: the plan has to find who is meant."""
        self.calls.append("read")
        self._spoil(self.before, "read")
        return [Record(decode(FIELDS, raw), raw) for raw in copy.deepcopy(list(self.records.values()))]

    def everything(self, scope: Mapping[str, t.Any]) -> list[Record]:
        """Everybody."""
        return self.candidates([])

    def is_own(self, record: Record) -> bool:
        """Nobody here is the one who asks."""
        return False

    def create(self, change: Change) -> Values:
        """Add a record, unless somebody has the address."""
        self.calls.append("create")
        self._spoil(self.before, "create")
        raw = self._wire(change)
        if any(fold(other["mail"]) == fold(raw["mail"]) for other in list(self.records.values())):
            raise Failure(DUPLICATE, "exists already")
        raw["_id"] = str(len(self.records) + 1)
        self.records[raw["_id"]] = raw
        self._spoil(self.after, "create")
        return {"id": raw["_id"], "seen": None}

    def update(self, change: Change) -> Values:
        """Write back the whole record."""
        self.calls.append("update")
        self._spoil(self.before, "update")
        raw = dict(change.record.raw) if change.record else {}
        raw.update({name: value for name, value in self._wire(change).items() if name != "_id"})
        self.records[raw["_id"]] = raw
        self._spoil(self.after, "update")
        return {}

    def delete(self, change: Change) -> None:
        """Take the record away."""
        self.calls.append("delete")
        self._spoil(self.before, "delete")
        self.records.pop(change.record.raw["_id"] if change.record else "", None)
        self._spoil(self.after, "delete")

    @staticmethod
    def _wire(change: Change) -> dict[str, t.Any]:
        after = change.after or {}
        return {one.wire_name: one.write(after[one.name]) for one in FIELDS if one.name in change.differing}


def failing(failure: Failure) -> Callable[[], None]:
    """A step that raises."""

    def step() -> None:
        raise failure

    return step


def person(**more: t.Any) -> dict[str, t.Any]:
    """A record as the service holds it."""
    raw = {"_id": "1", "mail": "Sara@example.com", "name": "Sara", "secret": "s", "active": "yes", "unknown": 7}
    return {**raw, **more}


PERSON = Resource(
    service="demo",
    name="person",
    fields=FIELDS,
    keys=("id", "email", "phone"),
    connection=ArgumentSpec({"retries": {"type": "int", "default": 3}}),
    connect=lambda params, read_only, redactor: params["service"],
    policies=ArgumentSpec(
        {
            "append": {"type": "bool", "default": False},
            "update_secret": {
                "type": "str",
                "choices": ["on_create", "always"],
                "default": "on_create",
                "no_log": False,
            },
        }
    ),
)
