# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulated Sunbird service accepts in the fields of a user, for creation and update alike."""

from __future__ import annotations

import re
import typing as t
import unicodedata
from collections.abc import Mapping

from .sunbird_answers import Call, Refusal
from .sunbird_store import LOCATIONS, look_up, tenant_of

# A plus only before the first dot, a hyphen only in the first label of the domain.
EMAIL = re.compile(r"[_A-Za-z0-9+-]+(\.[_A-Za-z0-9-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9]+)*(\.[A-Za-z]{2,})")
DEFAULT_COUNTRY_CODE = "+91"
USER_TYPES: Mapping[str, tuple[str, ...]] = {
    "administrator": ("hm", "crp"),
    "teacher": (),
    "student": (),
    "parent": (),
    "other": (),
}

_INDIAN_PHONE = re.compile("[1-9][0-9]{9}")
_OTHER_PHONE = re.compile("[1-9][0-9]{5,13}")
_COUNTRY_CODE = re.compile(r"\+[1-9][0-9]{0,2}")
_PASSWORD = re.compile(r"(?=\S{8,}$)(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z])(?=.*[~.,`!@#$%^&*()+={}\[\]|\\<>?/:;\"'_-]).*")


def invalid(key: str, *values: str, text: str | None = None) -> Refusal:
    """A refusal by the validator."""
    return Refusal(key, *values, text=text, by_validator=True)


def check_types(body: Mapping[str, t.Any]) -> None:
    for name in ("firstName", "lastName", "email", "phone", "userName", "countryCode", "password", "channel"):
        if not isinstance(body.get(name, ""), (str, type(None))):
            raise invalid("0003", name, "String")
    for name in ("roles", "externalIds", "profileUserTypes", "profileLocation", "locationCodes"):
        if not isinstance(body.get(name, []), (list, type(None))):
            raise invalid("0003", name, "List")
    for name in ("externalIds", "profileUserTypes"):
        if not all(isinstance(item, dict) for item in body.get(name) or []):
            raise invalid("0003", name, "List of Map")
    for name in ("framework", "profileUserType"):
        if not isinstance(body.get(name, {}), (dict, type(None))):
            raise invalid("0003", name, "Map")


def check_contact(body: Mapping[str, t.Any]) -> None:
    """E-mail, phone, country code and the recovery addresses, where given."""
    email, phone, country = body.get("email"), body.get("phone"), body.get("countryCode")
    if email and not EMAIL.fullmatch(email):
        raise invalid("0009", "email")
    if country and not _COUNTRY_CODE.fullmatch(country):
        raise invalid("0019", "countryCode")
    if phone:
        if "+" in phone:
            raise invalid("0019", "phone")
        pattern = _INDIAN_PHONE if (country or DEFAULT_COUNTRY_CODE) == DEFAULT_COUNTRY_CODE else _OTHER_PHONE
        if not pattern.fullmatch(phone):
            raise invalid("0009", "phone")
    for name in ("email", "phone"):
        recovery = body.get("recovery" + name.capitalize())
        if recovery and recovery == body.get(name):
            raise invalid("0062", name)
    if body.get("recoveryEmail") and not EMAIL.fullmatch(body["recoveryEmail"]):
        raise invalid("0009", "recoveryEmail")


def check_password(password: str) -> None:
    if not _PASSWORD.fullmatch(password):
        raise invalid("0024")


def stored_birth(call: Call, body: Mapping[str, t.Any]) -> str | None:
    """A year of birth as it is stored; None when there is none."""
    year = body.get("dob")
    if year is None:
        return None
    if not re.fullmatch("[12][0-9]{3}", str(year)):
        raise invalid("0009", "dob")
    return str(year) if call.dialect("dob") == "year" else f"{year}-12-31"


def external_ids(body: Mapping[str, t.Any], *, operations: tuple[str, ...]) -> list[dict[str, str]]:
    """The external ids of a request, their provider turned into the organisation id of that channel."""
    found = []
    for item in body.get("externalIds") or []:
        for name in ("id", "provider", "idType"):
            if not item.get(name):
                raise invalid("0030", f"externalIds.{name}")
        operation = (item.get("operation") or "add").lower()
        if operation not in operations:
            raise invalid("0018", "operation", operation, ", ".join(operations))
        tenant = tenant_of(item["provider"])
        if tenant is None:
            raise invalid("0017", item["provider"], "provider")
        found.append({"id": item["id"], "idType": item["idType"], "provider": tenant["id"], "operation": operation})
    kinds = [(item["idType"], item["provider"]) for item in found]
    for kind in kinds:
        if kinds.count(kind) > 1:
            raise invalid("0043", *kind)
    return found


def external_key(item: Mapping[str, str]) -> str:
    """How the look-up table stores an external id."""
    return f"{item['id']}@{item['provider']}@{item['idType']}".lower()


def locations(codes: list[t.Any], name: str) -> list[dict[str, str]]:
    """The profile location for these codes, which must lead up to a state."""
    found: dict[str, dict[str, str]] = {}
    for code in codes:
        location = LOCATIONS.get(str(code))
        if location is None:
            raise Refusal("0017", str(code), name)
        while location:
            found[location["id"]] = {"id": location["id"], "type": location["type"]}
            location = LOCATIONS.get(location["parent"])
    if found and not any(item["type"] == "state" for item in found.values()):
        raise Refusal("0030", "state")
    return list(found.values())


def location_codes(body: Mapping[str, t.Any]) -> list[t.Any] | None:
    """The codes in a ``profileLocation``; None when there is none."""
    given = body.get("profileLocation")
    if given is None:
        return None
    return [item.get("code") if isinstance(item, dict) else item for item in given]


def user_type(kind: t.Any, sub_kind: t.Any) -> dict[str, str | None]:
    if kind not in USER_TYPES:
        raise Refusal("0017", str(kind), "userType")
    if sub_kind and sub_kind not in USER_TYPES[kind]:
        raise Refusal("0017", str(sub_kind), "userSubType")
    return {"type": kind, "subType": sub_kind or None}


def check_free(call: Call, kind: str, value: str, label: str, user_id: str | None = None) -> None:
    """Nobody else may have this value."""
    owner = look_up(call.sandbox, kind, value)
    if owner is not None and owner != user_id:
        raise Refusal("0002", label)


def plain_name(name: str) -> str:
    """A user name as it is stored: lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", name)
    return decomposed.encode("ascii", "ignore").decode().strip().lower()
