# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Users of a Sunbird installation: what goes together, what is refused, and what a person should know."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.vox.roster.plugins.module_utils._core.plan import CREATE, DELETE, NOTHING, UPDATE
from ansible_collections.vox.roster.plugins.module_utils._core.resource import Resource
from ansible_collections.vox.roster.plugins.module_utils._http import sunbird
from ansible_collections.vox.roster.plugins.module_utils._http.errors import NOT_FOUND, OPTION, REFUSED, Failure
from ansible_collections.vox.roster.plugins.module_utils._http.options import ArgumentSpec
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_client import UserClient, check_roles
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_fields import (
    BLOCKED,
    DELETED,
    FIELDS,
)
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_roles import check_names

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible_collections.vox.roster.plugins.module_utils._core.plan import Change
    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Policy, Values
    from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor

DEFAULT_COUNTRY_CODE = "+91"

BLOCKED_WARNING = "{0} is blocked. The user cannot log in, and no API undoes that for a user of a newer release."
FOREIGN_WARNING = (
    "Through the gateway a user token changes the profile of its own user only. Unless the token is that of {0}, "
    "the service will most likely refuse this change; mode service is the way to make it."
)


def examine(desired: Values, policy: Policy) -> Values:
    """Telephone numbers without their country code, as the service wants them."""
    country = desired.get("country_code") or DEFAULT_COUNTRY_CODE
    values = dict(desired)
    for name in ("phone", "recovery_phone"):
        number = values.get(name) or ""
        if not number.startswith("+"):
            continue
        if not number.startswith(country):
            raise Failure(
                OPTION,
                f"'{name}' is {number!r}, which does not begin with the country code {country}",
                hint="Give the country's code in 'country_code', such as +977; the default is +91.",
            )
        values[name] = number[len(country) :]
        if not values[name]:
            raise Failure(
                OPTION,
                f"'{name}' is {number!r}, a country code without a number",
                hint="Give the whole number; the empty text clears a recovery phone.",
            )
    return values


def review(change: Change, policy: Policy) -> Change:
    """What the service's nature demands of a planned change."""
    if change.record is None:
        return _reviewed_creation(change)
    held = change.record.raw
    status = change.record.values.get("status")
    if change.action == DELETE:
        return _reviewed_deletion(change, policy, gone=held.shut and status == DELETED)
    if status == DELETED:
        raise Failure(
            NOT_FOUND,
            f"{change.label} has been deleted",
            code="deleted",
            hint="A deleted user cannot be brought back. Leave 'id' out to create a new one with a new id.",
        )
    if held.shut:
        raise Failure(
            REFUSED,
            f"{change.label} was blocked by an older release, or stripped of e-mail and phone, and cannot be changed",
            code="blocked",
            hint="Delete it with 'state: absent', then create it anew; or mend it in the service's database.",
        )
    change = _reviewed_values(change)
    warnings = list(change.warnings)
    if status == BLOCKED:
        warnings.append(BLOCKED_WARNING.format(change.label))
    if held.foreign and set(change.differing) - {"roles"}:
        warnings.append(FOREIGN_WARNING.format(change.label))
    return replace(change, warnings=tuple(warnings))


def _reviewed_creation(change: Change) -> Change:
    if change.action != CREATE:
        return change
    if not (change.desired.get("email") or change.desired.get("phone")):
        raise Failure(
            REFUSED,
            f"{change.label} does not exist and cannot be created without 'email' or 'phone'",
            code="incomplete",
            hint="Give one of them, or correct the key if the user should exist.",
        )
    return _reviewed_values(change)


def _reviewed_values(change: Change) -> Change:
    """Values that only make sense together, and roles that exist."""
    if change.action in (CREATE, UPDATE):
        check_names(change.label, change.desired.get("roles"))
    after = dict(change.after or {})
    if "user_type" in change.differing and "user_sub_type" not in change.desired:
        after["user_sub_type"] = None
    for name, report in (("profile_locations", "locations"), ("organisation_id", "organisations")):
        if name in change.differing:
            # What the service makes of it is only known by the next read.
            after[report] = None
    if "user_sub_type" in change.differing and not after.get("user_type"):
        raise Failure(REFUSED, "'user_sub_type' needs 'user_type'", code="incomplete", hint="Give both.")
    if change.action == UPDATE and "organisation_id" in change.differing:
        _check_organisation(change)
    if "framework" in change.differing and not (after.get("framework") or {}).get("id"):
        raise Failure(REFUSED, "'framework' needs the entry 'id'", code="incomplete", hint="Give the framework's id.")
    return replace(change, after=after) if change.action in (CREATE, UPDATE) else change


def _check_organisation(change: Change) -> None:
    before, after = change.before or {}, change.after or {}
    if after["organisation_id"] == before.get("root_org_id"):
        raise Failure(
            REFUSED,
            f"{change.label} belongs to the organisation {before.get('organisation_id')!r} below the root one, "
            "and the service cannot take that membership away",
            code="unclearable",
            hint="Give the id of another organisation below the root one in 'organisation_id', or leave it out.",
        )


def _reviewed_deletion(change: Change, policy: Policy, gone: bool) -> Change:
    if gone:
        return replace(change, action=NOTHING, before=None, record=None)
    if change.record:
        check_roles(change.label, change.record.values["roles"], policy.get("force"))
        if change.record.raw.no_token:
            raise change.record.raw.no_token
    return change


def _connect(params: Mapping[str, t.Any], read_only: bool, redactor: Redactor) -> UserClient:
    installation = sunbird.connect(params, read_only, redactor)
    return UserClient(installation, params.get("concurrency") or 1, bool(params.get("force")))


USER = Resource(
    service="sunbird",
    name="user",
    fields=FIELDS,
    keys=("id", "email", "phone", "username"),
    connection=sunbird.ARGUMENTS,
    connect=_connect,
    listed=False,
    policies=ArgumentSpec(
        {
            "append": {"type": "bool", "default": False},
            "force": {"type": "bool", "default": False},
        },
    ),
    examine=examine,
    review=review,
)
