# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""What can be asked about the users of a Sunbird installation: single ones exactly, all of them by the search index."""

from __future__ import annotations

import typing as t

from ansible_collections.vox.roster.plugins.module_utils._core.info import Info
from ansible_collections.vox.roster.plugins.module_utils._core.resource import Field, Record
from ansible_collections.vox.roster.plugins.module_utils._core.values import fold, read_text
from ansible_collections.vox.roster.plugins.module_utils._http import sunbird
from ansible_collections.vox.roster.plugins.module_utils._http.errors import OPTION, Failure
from ansible_collections.vox.roster.plugins.module_utils._http.options import ArgumentSpec
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird import USER
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_fields import (
    ACTIVE,
    BLOCKED,
    DELETED,
    values_of,
)
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_listing import listing
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_reader import Held, UserReader

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Values
    from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor

# What is asked for of each user. Names that a release does not know do no harm.
WANTED = (
    *("id", "userId", "userName", "firstName", "lastName", "email", "phone", "countryCode", "dob"),
    *("recoveryEmail", "recoveryPhone", "channel", "rootOrgId", "organisations", "roles", "status"),
    *("profileUserType", "profileUserTypes", "profileLocation", "framework"),
    *("managedBy", "createdDate", "updatedDate"),
)
SEARCHED = {"channel": "channel", "root_org_id": "rootOrgId", "organisation_id": "organisations.organisationId"}
STATUS = {ACTIVE: 1, BLOCKED: 0, DELETED: 2}
WAY_OUT = "Name one 'channel', 'organisation_id' or 'status' in 'filters', and read one after the other."


class InfoReader:
    """Looks single users up, and lists all from the search index."""

    def __init__(self, installation: sunbird.Sunbird, concurrency: int) -> None:
        self._sunbird = installation
        self._reader = UserReader(installation, concurrency)

    def candidates(self, wanted: Sequence[Values]) -> list[Record]:
        """The users who hold a wanted key."""
        return self._reader.candidates(wanted)

    def select(self, filters: Mapping[str, t.Any], keep: Callable[[Record], t.Any]) -> list[t.Any]:
        """What is kept of each user whom the filters leave; a deleted one only where they name that status."""
        searched: dict[str, t.Any] = {SEARCHED[name]: value for name, value in filters.items() if name in SEARCHED}
        if "status" in filters:
            searched["status"] = [STATUS[word] for word in filters["status"]]

        def kept(row: dict[str, t.Any]) -> t.Any:
            record = _record(row)
            return keep(record) if _passes(record.values, filters) else None

        return [one for one in listing(self._sunbird, searched, WANTED, WAY_OUT, kept) if one is not None]


def _passes(values: Values, filters: Mapping[str, t.Any]) -> bool:
    """Whether a user is one of those asked for, since an index may take a filter in a broader sense."""
    status = values["status"]
    return (
        (status in filters["status"] if "status" in filters else status != DELETED)
        and fold(filters.get("channel", values["channel"])) == fold(values["channel"])
        and filters.get("root_org_id", values["root_org_id"]) == values["root_org_id"]
        and ("organisation_id" not in filters or filters["organisation_id"] in values["organisations"])
    )


def _record(row: Mapping[str, t.Any]) -> Record:
    """A row of the index in our words. Its e-mail address and phone are masked."""
    kinds = row.get("profileUserTypes")
    kind = row.get("profileUserType") or (kinds[0] if isinstance(kinds, list) and kinds else None)
    profile = {**row, "profileUserType": kind, "roles": _roles(row)}
    values = values_of(profile)
    return Record({**values, "roles": None} if profile["roles"] is None else values, Held(profile, listed=True))


def _roles(row: Mapping[str, t.Any]) -> list[t.Any] | None:
    """The roles of a row as a profile has them; None when the row tells of none, not even that there are none.

    Most releases put them inside the organisations of the user, which leaves out those held anywhere else.
    """
    if isinstance(row.get("roles"), list):
        return list(row["roles"])
    memberships = [item for item in row.get("organisations") or [] if isinstance(item, dict)]
    if not any(isinstance(item.get("roles"), list) for item in memberships):
        return None
    return [
        {"role": name, "scope": [{"organisationId": item.get("organisationId")}]}
        for item in memberships
        if not item.get("isDeleted")
        for name in item.get("roles") or []
    ]


def _connect(params: Mapping[str, t.Any], redactor: Redactor) -> InfoReader:
    if params["concurrency"] < 1:
        raise Failure(OPTION, f"'concurrency' is {params['concurrency']}", hint="Give 1 or more.")
    return InfoReader(sunbird.connect(params, True, redactor), params["concurrency"])


USER_INFO = Info(
    resource=USER,
    connect=_connect,
    order="username",
    fields=(
        Field("updated_date", wire="updatedDate", read=read_text),
        Field("managed_by", wire="managedBy", read=lambda value: read_text(value) or None),
    ),
    source=lambda record: t.cast("Mapping[str, t.Any]", record.raw.profile),
    filters={
        **{name: {"type": "str"} for name in SEARCHED},
        "status": {"type": "list", "elements": "str", "choices": list(STATUS)},
    },
    options=ArgumentSpec({"country_code": {"type": "str"}, "concurrency": {"type": "int", "default": 8}}),
    inner=("type",),
    unforeseen=("framework",),
)
