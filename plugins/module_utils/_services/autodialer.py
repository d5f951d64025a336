# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Groups of telephone numbers of the Simotel autodialer: the calls that hold them, and the resource."""

from __future__ import annotations

import re
import time
import typing as t
from dataclasses import replace

from ansible_collections.vox.roster.plugins.module_utils._core.resource import Record, Resource
from ansible_collections.vox.roster.plugins.module_utils._core.values import plain_text
from ansible_collections.vox.roster.plugins.module_utils._http import simotel
from ansible_collections.vox.roster.plugins.module_utils._http.connection import Connection, Operation
from ansible_collections.vox.roster.plugins.module_utils._http.errors import (
    BROKEN,
    DUPLICATE,
    INVALID,
    REFUSED,
    Failure,
)
from ansible_collections.vox.roster.plugins.module_utils._http.options import ArgumentSpec
from ansible_collections.vox.roster.plugins.module_utils._http.paging import Page, collect
from ansible_collections.vox.roster.plugins.module_utils._http.retry import CREATE, WRITE
from ansible_collections.vox.roster.plugins.module_utils._services.autodialer_fields import (
    FIELDS,
    examine,
    is_marked,
    read_count,
    read_record,
    review,
    written_description,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.plan import Change
    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Values
    from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor

PAGE = 500  # records asked for at once
MOMENT = 2.0  # seconds that another run gets to take back a group of the same name

_PATTERN_CHARACTERS = re.compile(r"[\\^$.|?*+()\[\]{}]")

SEARCH = Operation("search groups", "POST", "autodialer/groups/search")
UPLOAD = Operation("upload numbers", "POST", "autodialer/groups/upload", WRITE)
ADD = Operation("add group", "POST", "autodialer/groups/add", CREATE)
UPDATE = Operation("update group", "POST", "autodialer/groups/update", WRITE)
REMOVE = Operation("remove group", "POST", "autodialer/groups/remove", WRITE)


class GroupClient:
    """The calls of ``/autodialer/groups``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def address(self) -> str:
        """The address of the API."""
        return self._connection.settings.url

    def candidates(self, wanted: Sequence[Values]) -> list[Record]:
        """One search for one name; the whole list for several, and for an id, which cannot be searched for.

        A wanted name that several groups have is looked for once more: a run beside this one may be about to take its
        group back.
        """
        found = self._candidates(wanted)
        names = {plain_text(one["name"]) for one in wanted if one.get("name")}
        shown = [plain_text(record.values["name"]) for record in found]
        held = [name for name in shown if isinstance(name, str) and name in names]
        if len(set(held)) == len(held):
            return found
        time.sleep(MOMENT)
        return self._candidates(wanted)

    def _candidates(self, wanted: Sequence[Values]) -> list[Record]:
        """The groups at this moment.

        A server that searches by pattern does not find a name with pattern characters in it, so for such a name
        finding nothing proves nothing.
        """
        name = wanted[0].get("name") if len(wanted) == 1 and "id" not in wanted[0] else None
        if not name:
            return self._search("")
        patterned = _PATTERN_CHARACTERS.search(name)
        try:
            found = self._search(name)
        except Failure as failure:
            if failure.kind != INVALID or not patterned:
                raise
            found = []
        if patterned and not any(_is_named(record, name) for record in found):
            found = self._search("")
        return found

    def everything(self, scope: Mapping[str, t.Any]) -> list[Record]:
        """All groups."""
        return self._search("")

    def select(self, filters: Mapping[str, t.Any], keep: Callable[[Record], t.Any]) -> list[t.Any]:
        """What is kept of each group that the server's own filters leave."""
        return self._listed(
            filters.get("name", ""),
            description=filters.get("description", ""),
            alike=True,
            keep=lambda raw: keep(read_record(raw)),
        )

    @staticmethod
    def is_own(record: Record) -> bool:
        """API accounts are no groups."""
        return False

    def create(self, change: Change) -> Values:
        """Add a group, and see to it that it is the only one of its name, which the server does not promise."""
        after = change.after or {}
        numbers = after["numbers"] or []
        body = {"name": after["name"], "description": written_description(change)}
        if change.policy.get("numbers_file") and numbers:
            content = "".join(f"{number}\n" for number in numbers)
            told = self._connection.call(UPLOAD, files={"file": ("numbers.csv", content, "text/csv")})
            body["filename"] = _text_of(told, "filename", UPLOAD)
        else:
            body["numbers"] = numbers
        told = self._connection.call(ADD, body=body)
        try:
            return self._settle(change, told.get("_id") if isinstance(told, dict) else None)
        except Failure as failure:
            if failure.kind != DUPLICATE and not failure.done:
                # The group was added, so whoever wants to know more has to look again.
                failure.acted = None
            raise

    def update(self, change: Change) -> Values:
        """Write the whole group, since leaving the numbers out may empty it."""
        after, record = change.after or {}, change.record
        body = {
            "_id": record.values["id"] if record else None,
            "name": after["name"],
            "numbers": after["numbers"] or [],
            "description": written_description(change),
        }
        self._connection.call(UPDATE, body=body)
        return {}

    def delete(self, change: Change) -> None:
        """Remove a group by its id."""
        if change.record:
            self._remove(change.record)

    def _remove(self, record: Record) -> None:
        simotel.remove(self._connection, REMOVE, record.values["id"], lambda: self._listed(""))

    def _settle(self, change: Change, told_id: t.Any) -> Values:
        """See to it that one group of the name is left where several runs add it at once; returns what a search shows.

        The group with the lowest id stays. Every run takes back its own group when that is another one, and never
        touches what somebody else made.
        """
        found = self._named(change)
        own = _own(found, change, told_id)
        kept = own[0] if own and own[0] is found[0] else None
        for record in own[1:] if kept else own:
            self._take_back(change, record, found)
        if found and not kept and (own or told_id):
            if len(found) > len(own) + 1:
                time.sleep(MOMENT)
            raise _overtaken(change)
        if len(found) > len(own):
            # Another run may be about to take its group back.
            time.sleep(MOMENT)
            found = self._named(change)
        else:
            found = own[:1]
        if not found:
            raise Failure(
                BROKEN,
                f"the server said that {change.label} was added, but a search does not find it",
                operation=SEARCH.name,
                hint="Look at the group in the panel, then run the task again.",
                acted=None,
            )
        if len(found) > 1:
            raise Failure(
                REFUSED,
                f"{change.label} was added, and somebody else added one of that name at the same time: {_ids(found)}",
                operation=ADD.name,
                code="ambiguous",
                hint="Remove the one that is not meant with 'id' and 'state: absent'.",
                done=(ADD.name,),
            )
        if kept is None or found[0].values["id"] != kept.values["id"]:
            raise _overtaken(change)
        wanted = len((change.after or {})["numbers"] or [])
        if change.policy.get("numbers_file") and wanted and kept.values["count"] not in (None, wanted):
            # The file did not become the list of numbers, so the list is written outright.
            self.update(replace(change, record=kept))
        return {"id": kept.values["id"], "date": kept.values["date"]}

    def _take_back(self, change: Change, record: Record, found: Sequence[Record]) -> None:
        try:
            self._remove(record)
        except Failure as failure:
            failure.message += f"; {change.label} was added beside another and could not be taken back: {_ids(found)}"
            failure.done, failure.acted = (ADD.name,), False
            raise

    def _named(self, change: Change) -> list[Record]:
        """All groups of the name, the lowest id first."""
        name = change.desired["name"]
        found = [record for record in self._candidates([change.desired]) if _is_named(record, name)]
        return sorted(found, key=lambda record: str(record.values["id"]))

    def _search(self, name: str) -> list[Record]:
        return [read_record(raw) for raw in self._listed(name)]

    def _listed(
        self,
        name: str,
        description: str = "",
        alike: bool = False,
        keep: Callable[[dict[str, t.Any]], t.Any] = lambda raw: raw,
    ) -> list[t.Any]:
        def fetch(start: int) -> Page:
            body = {
                "alike": alike or not name,
                "conditions": {"name": name, "description": description},
                "pagination": {"start": start, "count": PAGE, "sorting": {}},
            }
            return _page(self._connection.call(SEARCH, body=body))

        return collect(fetch, lambda raw: raw.get("_id"), PAGE, operation=SEARCH.name, keep=keep)


def _own(found: Sequence[Record], change: Change, told_id: t.Any) -> list[Record]:
    """Those of the groups of one name that this task surely added; one as a rule.

    A server may answer without the id. Then a group is known by what was written to it, and by the mark, which nobody
    but a run of this collection writes: groups alike in all that are as good as one.
    """
    if told_id:
        return [record for record in found if record.values["id"] == told_id]
    if len(found) == 1:
        return list(found)
    description, count = written_description(change), (change.after or {}).get("count")
    alike = [
        record
        for record in found
        if plain_text(record.raw.get("description") or "") == plain_text(description)
        and record.values["count"] in (None, count)
    ]
    return alike if len(alike) == 1 or is_marked(description) else []


def _overtaken(change: Change) -> Failure:
    message = f"{change.label} was added by somebody else at the same time"
    hint = "Run the task again: it takes the group of the other run."
    return Failure(DUPLICATE, message, operation=ADD.name, hint=hint, acted=False)


def _ids(found: Sequence[Record]) -> str:
    return f"there are {len(found)} now (ids {', '.join(str(record.values['id']) for record in found)})"


def _page(found: t.Any) -> Page:
    total = None
    if isinstance(found, dict):
        pagination = found.get("pagination")
        total = read_count(pagination.get("total")) if isinstance(pagination, dict) else None
        found = found.get("data")
    records = found or []
    if not isinstance(records, list) or not all(isinstance(raw, dict) for raw in records):
        raise Failure(BROKEN, "the server's list of groups is not a list of records", operation=SEARCH.name)
    return Page(records, total if isinstance(total, int) else None)


def _is_named(record: Record, name: str) -> bool:
    return bool(plain_text(record.values["name"]) == plain_text(name))


def _text_of(told: t.Any, name: str, operation: Operation) -> str:
    value = told.get(name) if isinstance(told, dict) else None
    if not isinstance(value, str) or not value:
        raise Failure(BROKEN, f"the server's answer lacks '{name}'", operation=operation.name)
    return value


def _connect(params: Mapping[str, t.Any], read_only: bool, redactor: Redactor) -> GroupClient:
    return GroupClient(simotel.connect(params, "autodialer", read_only, redactor))


GROUP = Resource(
    service="autodialer",
    name="group",
    fields=FIELDS,
    keys=("id", "name"),
    connection=simotel.ARGUMENTS,
    connect=_connect,
    policies=ArgumentSpec(
        {
            "numbers_file": {"type": "path"},
            "compare_numbers": {"type": "str", "choices": ["digest", "count", "always"], "default": "digest"},
        },
    ),
    rules=ArgumentSpec(mutually_exclusive=(("numbers", "numbers_file"),)),
    per_item=("numbers_file",),
    examine=examine,
    review=review,
)
