# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""What can be asked about the users of an Exotel contact centre."""

from __future__ import annotations

import typing as t

from ansible_collections.vox.roster.plugins.module_utils._core.info import Info
from ansible_collections.vox.roster.plugins.module_utils._core.resource import Field, Record
from ansible_collections.vox.roster.plugins.module_utils._core.values import digits_of, read_text
from ansible_collections.vox.roster.plugins.module_utils._http import exotel
from ansible_collections.vox.roster.plugins.module_utils._http.errors import OPTION, Failure
from ansible_collections.vox.roster.plugins.module_utils._http.options import ArgumentSpec
from ansible_collections.vox.roster.plugins.module_utils._services.exotel import REQUESTS_PER_MINUTE, USER
from ansible_collections.vox.roster.plugins.module_utils._services.exotel_fields import (
    numbers_of,
    records_of,
    same_number,
    values_of,
)
from ansible_collections.vox.roster.plugins.module_utils._services.exotel_reader import UserReader

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Values
    from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor


def read_call(value: t.Any) -> t.Any:
    """What the service tells of the call in which a user is; null when there is none."""
    return value or None


# Returned only when they are asked for, and nothing that a task could set.
FIELDS = (
    Field("active_call", read=read_call),
    Field("last_login", read=read_text),
)


class InfoReader:
    """Reads users as they are: a number in another form than the wanted one is no reason to show somebody."""

    def __init__(self, reader: UserReader) -> None:
        self._reader = reader

    def candidates(self, wanted: Sequence[Values]) -> list[Record]:
        """The users who hold a wanted key, numbers digit by digit."""
        users = [record.raw for record in self._reader.candidates(wanted)]
        held = {digits_of(uri) for user in users for uri in numbers_of(user)}
        return records_of(users, [state for state in wanted if digits_of(state.get("device_contact_uri")) in held])

    def select(self, filters: Mapping[str, t.Any], keep: Callable[[Record], t.Any]) -> list[t.Any]:
        """What is kept of each user of the account; the service has no filters but the keys."""
        return self._reader.everybody(keep=lambda user: keep(Record(values_of(user), user)))


def remarks(missing: Sequence[Values], records: Sequence[Record]) -> list[str]:
    """Who may be meant by a number that nobody has digit by digit."""
    numbers = [state["device_contact_uri"] for state in missing if "device_contact_uri" in state]
    return [
        f"No user has exactly the number {number}, but the user with id {record.values['id']} has {uri}, which may be "
        "the same number in another form."
        for number in numbers
        for record in records
        for uri in numbers_of(record.raw)
        if same_number(number, uri)
    ]


def _connect(params: Mapping[str, t.Any], redactor: Redactor) -> InfoReader:
    if params["requests_per_minute"] < 0:
        raise Failure(OPTION, f"'requests_per_minute' is {params['requests_per_minute']}", hint="Give 0 or more.")
    connection = exotel.connect(params, "exotel", True, redactor)
    return InfoReader(UserReader(connection, [one.wire_name for one in FIELDS]))


USER_INFO = Info(
    resource=USER,
    connect=_connect,
    order="email",
    fields=FIELDS,
    options=ArgumentSpec({"requests_per_minute": {"type": "int", "default": REQUESTS_PER_MINUTE}}),
    inner=("name", "contact_uri", "type", "verified", "status"),
    unforeseen=("active_call",),
    remarks=remarks,
)
