# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Users of an Exotel contact centre as a resource, and what Exotel's nature demands of a planned change."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.vox.roster.plugins.module_utils._core.plan import CREATE, DELETE, NOTHING
from ansible_collections.vox.roster.plugins.module_utils._core.resource import Resource, Unreadable
from ansible_collections.vox.roster.plugins.module_utils._http import exotel
from ansible_collections.vox.roster.plugins.module_utils._http.errors import REFUSED, Failure
from ansible_collections.vox.roster.plugins.module_utils._services.exotel_client import UserClient
from ansible_collections.vox.roster.plugins.module_utils._services.exotel_fields import (
    FIELDS,
    KEYS,
    PHONE_OPTIONS,
    has_number,
    is_decided_by_number,
    is_phone,
    phone_of,
)

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible_collections.vox.roster.plugins.module_utils._core.plan import Change
    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Policy
    from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor

REQUESTS_PER_MINUTE = 50  # the smallest of the limits that are told of accounts


def review(change: Change, policy: Policy) -> Change:
    """Refuse what has no phone to act on, leave out what Exotel would refuse, and predict the devices.

    Raises Failure when it is open which user or phone the task means, or when the user has no phone.
    """
    _refuse_similar_number(change)
    if change.action == DELETE or change.after is None:
        return change
    about_phone = [name for name in PHONE_OPTIONS if name in change.desired]
    if change.action == CREATE:
        return _review_creation(change, about_phone)
    return _review_phone(change, about_phone) if about_phone else change


def _refuse_similar_number(change: Change) -> None:
    """A number in a looser form may be somebody else's in another country: it must not say whom the task means."""
    if change.record is None or not is_decided_by_number(change.desired):
        return
    user, number = change.record.values, change.desired["device_contact_uri"]
    if has_number(user.get("devices"), number):
        return
    name = " ".join(str(user[part]) for part in ("first_name", "last_name") if user.get(part))
    raise Failure(
        REFUSED,
        f"no user has exactly the number {number}, but the user {name or 'without a name'} with id {user['id']} has "
        f"{_numbers(user.get('devices') or [])}, which may be the same number in another form",
        code="similar_number",
        hint=f"If this user is meant, say so with 'id': {user['id']}. If not, name the one you mean with 'id' or "
        "'email', not by the number alone.",
    )


def _review_creation(change: Change, about_phone: list[str]) -> Change:
    after = dict(change.after or {}, email_verified=False)
    number = change.desired.get("device_contact_uri")
    if number is None:
        if about_phone:
            raise Failure(
                REFUSED,
                f"{_quoted(about_phone)} is about the phone of {change.label}, but no phone is given",
                code="no_phone",
                hint="Give 'device_contact_uri'.",
            )
        return replace(change, after=after)
    after["available"] = False
    after["devices"] = [
        {
            "id": None,
            "name": after.get("device_name"),
            "contact_uri": number,
            "type": "tel",
            "available": False,
            "verified": False,
            "status": None,
        }
    ]
    return _with_warning(replace(change, after=after), change.desired.get("available") is True)


def _review_phone(change: Change, about_phone: list[str]) -> Change:
    before, after = dict(change.before or {}), dict(change.after or {})
    devices = before.get("devices") or []
    if isinstance(before.get("device_contact_uri"), Unreadable):
        raise Failure(
            REFUSED,
            f"{change.label} has several phones, and {_quoted(about_phone)} does not tell which one is meant",
            code="several_phones",
            hint=f"Give one of their numbers in 'device_contact_uri': {_numbers(devices)}.",
        )
    phone = phone_of(devices, before.get("device_contact_uri"))
    if phone is None:
        raise Failure(
            REFUSED,
            f"{change.label} has no phone, so {_quoted(about_phone)} cannot be set",
            code="no_phone",
            hint="The API cannot add a phone to a user: add it in Exotel's dashboard, or leave this out.",
        )
    renumbered = "device_contact_uri" in change.differing
    verified = phone["verified"] is not False and not renumbered
    waits = change.desired.get("available") is True and not verified and (renumbered or not before["available"])
    differing = change.differing
    if "available" in differing and waits:
        differing = tuple(name for name in differing if name != "available")
        after["available"] = before["available"]
    changes: dict[str, t.Any] = {"available": after["available"]}
    if renumbered:
        changes.update(contact_uri=after["device_contact_uri"], verified=False, status=None)
    switched_on = "available" in differing and after["available"]
    after["devices"] = [
        {**device, **changes}
        if device["id"] == phone["id"]
        else {**device, "available": False if switched_on else device["available"]}
        for device in devices
    ]
    action = change.action if differing else NOTHING
    return _with_warning(replace(change, action=action, after=after, differing=differing), waits)


def _with_warning(change: Change, waits: bool) -> Change:
    if not waits:
        return change
    number = (change.after or {}).get("device_contact_uri")
    warning = (
        f"{change.label}: Exotel lets a phone be available only after its owner has verified the number {number} "
        "by a missed call from that phone. 'available' is left as it is; a later run of this task will switch it on."
    )
    return replace(change, warnings=(*change.warnings, warning))


def _quoted(names: list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _numbers(devices: list[Mapping[str, t.Any]]) -> str:
    return ", ".join(str(device["contact_uri"]) for device in devices if is_phone(device))


def _connect(params: Mapping[str, t.Any], read_only: bool, redactor: Redactor) -> UserClient:
    return UserClient(exotel.connect(params, "exotel", read_only, redactor))


USER = Resource(
    service="exotel",
    name="user",
    fields=FIELDS,
    keys=KEYS,
    connection=exotel.ARGUMENTS,
    connect=_connect,
    # A listing does not say which of a user's phones an item means.
    listed=False,
    pace=REQUESTS_PER_MINUTE,
    review=review,
)
