# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Extensions of a Simotel PBX: the calls that hold them, and the resource."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.vox.roster.plugins.module_utils._core.resource import Record, Resource
from ansible_collections.vox.roster.plugins.module_utils._http import simotel
from ansible_collections.vox.roster.plugins.module_utils._http.connection import Connection, Operation
from ansible_collections.vox.roster.plugins.module_utils._http.errors import BROKEN, INVALID, REFUSED, Failure
from ansible_collections.vox.roster.plugins.module_utils._http.options import ArgumentSpec
from ansible_collections.vox.roster.plugins.module_utils._http.retry import CREATE, WRITE
from ansible_collections.vox.roster.plugins.module_utils._services.simotel_fields import (
    FIELDS,
    UNPROVEN,
    WRITABLE,
    is_unproven,
    read_record,
    took,
    written_back,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.plan import Change
    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Policy, Values
    from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor

SEARCH = Operation("search users", "POST", "pbx/users/search")
ADD = Operation("add user", "POST", "pbx/users/add", CREATE)
UPDATE = Operation("update user", "POST", "pbx/users/update", WRITE)
REMOVE = Operation("remove user", "POST", "pbx/users/remove", WRITE)


class UserClient:
    """The calls of ``/pbx/users``.

    The server answers success also for an id that it does not hold, so only a search tells what is there.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def address(self) -> str:
        """The address of the API."""
        return self._connection.settings.url

    def candidates(self, wanted: Sequence[Values]) -> list[Record]:
        """One search for one number; the whole list for several, and for an id, which cannot be searched for."""
        if len(wanted) == 1 and "id" not in wanted[0]:
            return self._search(wanted[0]["number"])
        return self._search("")

    def everything(self, scope: Mapping[str, t.Any]) -> list[Record]:
        """All extensions; the server does not filter by more than parts of names and numbers."""
        return self._search("")

    def select(self, filters: Mapping[str, t.Any], keep: Callable[[Record], t.Any]) -> list[t.Any]:
        """What is kept of each extension that the server's own filters leave; there are no pages."""
        return [keep(read_record(raw)) for raw in forgetting(self._listed("", filters))]

    @staticmethod
    def is_own(record: Record) -> bool:
        """API accounts are no extensions."""
        return False

    def create(self, change: Change) -> Values:
        """Add an extension; returns its id."""
        after = change.after or {}
        body = {one.wire_name: one.write(after[one.name]) for one in WRITABLE if after.get(one.name) is not None}
        told = self._connection.call(ADD, body=body)
        identifier = told.get("_id") if isinstance(told, dict) else None
        if isinstance(identifier, str) and identifier and not self._unproven(change):
            return {"id": identifier}
        return self._read_back(change)

    def update(self, change: Change) -> Values:
        """Write back the whole record with the changes in it.

        That is right whether the server merges what it gets or replaces the record with it.
        """
        raw, after = (change.record.raw, change.after) if change.record and change.after else ({}, {})
        body = written_back(raw)
        body.update({one.wire_name: one.write(after[one.name]) for one in WRITABLE if one.name in change.differing})
        if change.desired.get("active") is False:
            # Where the record does not show it, it only counts as off, and a server that replaces would lose that.
            body["active"] = "no"
        body["_id"] = raw.get("_id")
        self._connection.call(UPDATE, body=body)
        secret_left_out = "secret" in raw and "secret" not in body
        if not (secret_left_out or self._unproven(change)):
            return {}
        told = self._read_back(change)
        if secret_left_out and not told["secret"]:
            self._restore_secret(change, body)
        return told

    def delete(self, change: Change) -> None:
        """Remove an extension by its id."""
        if change.record:
            simotel.remove(self._connection, REMOVE, change.record.raw.get("_id"), lambda: self._listed(""))

    def _search(self, number: str) -> list[Record]:
        return [read_record(raw) for raw in self._listed(number)]

    def _listed(self, number: str, filters: Mapping[str, t.Any] | None = None) -> list[dict[str, t.Any]]:
        # An exact search may still return similar numbers, which the caller sorts out. An empty condition
        # filters nothing; asking for similar ones makes that true for a server that compares literally, too.
        similar = filters or {}
        body = {
            "status": "mapped" if similar.get("with_agent") else "all",
            "alike": not number,
            "conditions": {
                "name": similar.get("name", ""),
                "number": number or similar.get("number", ""),
                "mapped": similar.get("agent", ""),
            },
        }
        return _records(self._connection.call(SEARCH, body=body))

    @staticmethod
    def _unproven(change: Change) -> bool:
        after = change.after or {}
        return any(is_unproven(name, change.before is None, after.get(name)) for name in change.differing)

    def _restore_secret(self, change: Change, body: Mapping[str, t.Any]) -> None:
        """Set the secret again after a server that replaces records, and shows no secrets, lost it."""
        secret = (change.after or {}).get("secret")
        if not isinstance(secret, str):
            raise Failure(
                REFUSED,
                f"{change.label} was changed, and lost its secret with it: this server replaces the whole record, "
                "and does not show the secret that would have to be written back",
                operation=UPDATE.name,
                code="incomplete",
                hint="Give 'secret', now and with every change on this server.",
                done=("the change",),
            )
        self._connection.call(UPDATE, body={**body, "secret": secret})

    def _read_back(self, change: Change) -> Values:
        after = change.after or {}
        known = change.record.values["id"] if change.record else None
        try:
            records = self._search(after["number"])
        except Failure as failure:
            # The writing is done; only its result has not been seen.
            if change.record:
                failure.done = (UPDATE.name,)
            else:
                failure.acted = None
            raise
        found = [
            record
            for record in records
            if took("number", record.values["number"], after["number"]) and known in (None, record.values["id"])
        ]
        if not found:
            raise Failure(
                BROKEN,
                f"the server said that {change.label} was written, but a search does not find it",
                operation=SEARCH.name,
                hint="Look at the extension in the panel, then run the task again.",
            )
        values = found[0].values
        for name in UNPROVEN:
            if name in change.differing and not took(name, values.get(name), after.get(name)):
                raise Failure(
                    INVALID,
                    f"the server did not take '{name}' of {change.label}: it is {values.get(name)!r}",
                    operation=SEARCH.name,
                    hint=f"This server does not let the API set '{name}'; set it in the panel and leave it out here.",
                    done=("the other fields",) if set(change.differing) - set(UNPROVEN) else (),
                )
        return {"id": values["id"], "date": values["date"], "secret": values["secret"]}


def _records(found: t.Any) -> list[dict[str, t.Any]]:
    if isinstance(found, dict):
        found = found.get("data")
    if not found:
        return []
    if not isinstance(found, list) or not all(isinstance(raw, dict) for raw in found):
        raise Failure(BROKEN, "the server's list of users is not a list of records", operation=SEARCH.name)
    identifiers = [str(raw.get("_id")) for raw in found]
    if len(set(identifiers)) < len(identifiers):
        message = "the server's list of users names one of them twice"
        hint = "Run the task again when nothing else changes the server."
        raise Failure(BROKEN, message, operation=SEARCH.name, hint=hint, retryable=True)
    return found


def forgetting(records: list[dict[str, t.Any]]) -> Iterator[dict[str, t.Any]]:
    """The records of a list that nobody else needs, in their order; the list lets go of each that is taken."""
    records.reverse()
    while records:
        yield records.pop()


def review(change: Change, policy: Policy) -> Change:
    """Warn of what is probably not meant, or only supposed."""
    warnings = (*_supposed_inactive(change), *_forwarded_to_itself(change))
    return replace(change, warnings=(*change.warnings, *warnings)) if warnings else change


def _supposed_inactive(change: Change) -> Sequence[str]:
    """Say so where an extension counts as inactive only because its server shows nothing that is off."""
    asked = change.after is not None and change.desired.get("active") is False and "active" not in change.differing
    if not (asked and change.record and "active" not in change.record.raw):
        return ()
    return (
        f"The server does not show whether {change.label} is active. It counts as inactive, since this server seems to "
        "leave out whatever is off; look at it once in the panel.",
    )


def _forwarded_to_itself(change: Change) -> Sequence[str]:
    """Say so where a task makes, or declares, an extension forward calls to its own number."""
    if change.after is None or not ("forward_policy" in change.desired or "number" in change.differing):
        return ()
    policy, number = change.after.get("forward_policy"), change.after["number"]
    targets = policy.items() if isinstance(policy, dict) else ()
    own = ", ".join(f"'{name}'" for name, target in targets if target == number)
    return (f"'forward_policy' of {change.label} forwards calls to its own number {number}: {own}.",) if own else ()


def _connect(params: Mapping[str, t.Any], read_only: bool, redactor: Redactor) -> UserClient:
    return UserClient(simotel.connect(params, "simotel", read_only, redactor))


USER = Resource(
    service="simotel",
    name="user",
    fields=FIELDS,
    keys=("id", "number"),
    connection=simotel.ARGUMENTS,
    connect=_connect,
    policies=ArgumentSpec(
        {
            "update_secret": {
                "type": "str",
                "choices": ["on_create", "always"],
                "default": "on_create",
                "no_log": False,
            },
        },
    ),
    review=review,
)
