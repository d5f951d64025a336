# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""The fields of a Sunbird user: what each is called, how it is read, compared and written."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.vox.roster.plugins.module_utils._core.resource import Field, decode
from ansible_collections.vox.roster.plugins.module_utils._core.values import (
    clean_email,
    clean_phone,
    fold,
    plain_text,
    read_id,
    read_text,
    trim,
    western_digits,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Policy

ACTIVE, BLOCKED, DELETED = "active", "blocked", "deleted"
_STATUS = {1: ACTIVE, 0: BLOCKED, 2: DELETED}

LONGEST_NUMBER = 15  # digits of an international number; more are two numbers with a blank between them

# Everybody has this role; whether the service keeps a row for it makes no difference.
IMPLIED_ROLE = "PUBLIC"


class Roles(t.List[t.Dict[str, t.Any]]):
    """The roles of a user that exists. home: the organisation meant where a task names none."""

    home: str | None = None


class WantedRoles(t.List[t.Dict[str, t.Any]]):
    """The roles that a task wants.

    unknown: names among them that the installation does not have, found out when the user is looked up.
    catalogue: the names that it has, as far as it tells.
    """

    unknown: t.Sequence[str] = ()
    catalogue: t.Sequence[str] = ()


def mask_email(value: str) -> str:
    """An e-mail address as the service shows it: the first two characters and the domain."""
    local, at, domain = value.partition("@")
    return f"{local[:2]}{'*' * (len(local) - 2)}{at}{domain}"


def mask_phone(value: str) -> str:
    """A telephone number as the service shows it: the last four digits; short ones whole."""
    if len(value) < 10:
        return value
    digits = value.replace("-", "")
    return "*" * (len(digits) - 4) + digits[-4:]


def is_masked(value: t.Any) -> bool:
    """Whether the service has put asterisks into the value."""
    return isinstance(value, str) and "*" in value


def _recovery(name: str, wire: str, clean: Callable[[str], str], mask: Callable[[str], str]) -> Field:
    """An address to regain access by. Services show it masked, so results and comparisons always have it masked.

    What is sent is in the desired values.
    """

    def masked(value: t.Any) -> t.Any:
        return mask(value) if isinstance(value, str) else value

    return Field(
        name,
        {"type": "str"},
        wire=wire,
        read=lambda value: masked(read_filled(value)),
        clean=clean,
        canonical=fold,
        overlay=lambda actual, desired, policy: masked(desired),
    )


def never_compared(target: t.Any, actual: t.Any, policy: Policy) -> bool:
    """For what counts at creation only and cannot be told from the record."""
    return True


def clean_id(value: str) -> str:
    """A user's id; the form ``f:<provider>:<id>`` of Keycloak means the same."""
    value = value.strip().rpartition(":")[2]
    if value and not re.fullmatch("[0-9A-Za-z_-]+", value):
        raise ValueError("is no id of a user.")
    return value


def clean_address(value: str) -> str:
    """An e-mail address in the form that the service keeps."""
    if is_masked(value):
        raise ValueError("is masked. Give the whole address.")
    return clean_email(value).lower()


def clean_user_name(value: str) -> str:
    """A user name in the form that the service keeps."""
    value = value.strip().lower()
    if not value.isascii():
        raise ValueError("holds characters that the service replaces. Write it in ASCII.")
    return value


def clean_number(value: str) -> str:
    """One telephone number without separators."""
    value = clean_phone(value)
    if len(value.lstrip("+")) > LONGEST_NUMBER:
        raise ValueError(f"is no telephone number: it has more than {LONGEST_NUMBER} digits.")
    return value


def clean_password(value: str) -> str:
    """A password as it was typed; the service would take an empty one for none, and create the user without."""
    if not value.strip():
        raise ValueError("is empty. Give a password, or leave 'password' out to create the user without one.")
    return value


def never_empty(reason: str) -> Callable[[str], str]:
    """The cleaner of a text that the service fills in by itself, so that it cannot stay empty after a creation."""

    def cleaned(value: str) -> str:
        value = value.strip()
        if not value:
            raise ValueError(f"is empty. {reason} Leave the option out to let the service choose.")
        return value

    return cleaned


def clean_country_code(value: str) -> str:
    """A country code such as +91; empty leaves it to the service."""
    value = western_digits(value).strip()
    if value and not re.fullmatch(r"\+?[1-9][0-9]{0,3}", value):
        raise ValueError("is no country code. Write it like +91.")
    return f"+{value.lstrip('+')}" if value else ""


def clean_year(value: str) -> str:
    """A year."""
    value = western_digits(value).strip()
    if value and not re.fullmatch("[12][0-9]{3}", value):
        raise ValueError("is no year. Write four digits; the service knows no day of birth.")
    return value


def read_year(value: t.Any) -> t.Any:
    """The year of a date; the service keeps it as the last day of that year."""
    return str(value)[:4] if value else None


def read_filled(value: t.Any) -> t.Any:
    """Text; the empty text that the service keeps in unused columns is not set."""
    return read_text(value) or None


def clean_roles(value: list[dict[str, t.Any]]) -> WantedRoles:
    """Roles without doubles and without the one that everybody has."""
    roles = WantedRoles()
    for item in value:
        role = {"role": item["role"].strip(), "organisation_id": (item.get("organisation_id") or "").strip() or None}
        if not role["role"]:
            raise ValueError("holds a role without a name.")
        if role["role"] != IMPLIED_ROLE and role not in roles:
            roles.append(role)
    return roles


def overlay_roles(actual: t.Any, desired: t.Any, policy: Policy) -> list[dict[str, t.Any]]:
    """The wanted roles with their organisations, and with ``append`` those that are there."""
    held = list(actual or ())
    home = getattr(actual, "home", None)
    wanted = [{**role, "organisation_id": role["organisation_id"] or home} for role in desired]
    kept = [role for role in held if policy.get("append") or role in wanted]
    added: list[dict[str, t.Any]] = []
    for role in wanted:
        if role not in kept and role not in added:
            added.append(role)
    return kept + added


def canonical_roles(value: t.Any) -> t.Any:
    """Roles as a set."""
    return frozenset((role["role"], role["organisation_id"]) for role in value)


def clean_codes(value: list[str]) -> list[str]:
    """Codes without doubles, in their order."""
    return list(dict.fromkeys(code.strip() for code in value if code.strip()))


def canonical_codes(value: t.Any) -> t.Any:
    """Codes as a set."""
    return frozenset(value)


def clean_framework(value: Mapping[str, t.Any]) -> dict[str, list[str]]:
    """Lists of texts by their names; a single text stands for a list of one."""
    cleaned = {}
    for name, items in value.items():
        if items is None:
            continue
        items = items if isinstance(items, list) else [items]
        if not all(isinstance(item, (str, int, float)) for item in items):
            raise ValueError(f"holds something else than a list of texts in {name!r}.")
        cleaned[name] = [str(item) for item in items if str(item)]
    return cleaned


def merge_framework(actual: t.Any, desired: t.Any, policy: Policy) -> dict[str, t.Any]:
    """The entries given over those that are there."""
    return {**(actual if isinstance(actual, dict) else {}), **desired}


def canonical_framework(value: t.Any) -> t.Any:
    """Entries with something in them, in any order."""
    if not isinstance(value, dict):
        return value
    filled = {name: items if isinstance(items, list) else [items] for name, items in value.items() if items}
    return {name: sorted(str(item) for item in items) for name, items in filled.items()}


def _text(name: str, wire: str, **more: t.Any) -> Field:
    more.setdefault("clean", trim)
    more.setdefault("canonical", plain_text)
    more.setdefault("read", read_filled)
    return Field(name, {"type": "str"}, wire=wire, **more)


FIELDS = (
    Field("id", {"type": "str"}, read=read_id, clean=clean_id),
    _text(
        "email",
        "email",
        clean=clean_address,
        canonical=fold,
        unclearable="The service cannot take an e-mail address away; give another one.",
    ),
    _text(
        "phone",
        "phone",
        clean=clean_number,
        unclearable="The service cannot take a telephone number away; give another one.",
    ),
    _text(
        "username",
        "userName",
        clean=clean_user_name,
        canonical=fold,
        unclearable="A user always has a user name.",
        fixed="A user name stays for ever. Leave 'username' out, or delete the user and create a new one.",
    ),
    _text("country_code", "countryCode", clean=clean_country_code, same=never_compared, part_of_key=True),
    Field(
        "password",
        {"type": "str", "no_log": True},
        read=lambda value: None,
        clean=clean_password,
        same=never_compared,
        secret=True,
        write_once=True,
    ),
    _text("first_name", "firstName", needed=True, unclearable="A user needs a first name."),
    _text("last_name", "lastName"),
    _text(
        "dob",
        "dob",
        read=read_year,
        clean=clean_year,
        unclearable="The service cannot take a year of birth away; give another one.",
    ),
    _text(
        "channel",
        "channel",
        clean=never_empty("A user always belongs to a channel."),
        canonical=fold,
        fixed="A user stays in the channel of the creation. Leave 'channel' out, or delete and create the user.",
    ),
    _text(
        "organisation_id",
        "organisationId",
        clean=never_empty("A user always belongs to an organisation."),
    ),
    Field(
        "roles",
        {
            "type": "list",
            "elements": "dict",
            "options": {"role": {"type": "str", "required": True}, "organisation_id": {"type": "str"}},
        },
        clean=clean_roles,
        overlay=overlay_roles,
        canonical=canonical_roles,
        initial=lambda desired: [],
    ),
    _recovery("recovery_email", "recoveryEmail", clean_address, mask_email),
    _recovery("recovery_phone", "recoveryPhone", clean_number, mask_phone),
    _text("user_type", "userType", unclearable="The service cannot take a user type away; give another one."),
    _text("user_sub_type", "userSubType"),
    Field(
        "profile_locations",
        {"type": "list", "elements": "str"},
        clean=clean_codes,
        canonical=canonical_codes,
        unclearable="The service cannot take the locations away; give other ones.",
    ),
    Field(
        "framework",
        {"type": "dict"},
        clean=clean_framework,
        overlay=merge_framework,
        canonical=canonical_framework,
    ),
    Field("status", initial=ACTIVE),
    Field("root_org_id"),
    Field("organisations"),
    Field("locations"),
    Field("created_date", wire="createdDate", read=read_text),
)

# What creation and update carry as it stands, by our name and the service's.
PLAIN = {
    "first_name": "firstName",
    "last_name": "lastName",
    "email": "email",
    "phone": "phone",
    "dob": "dob",
    "framework": "framework",
    "organisation_id": "organisationId",
}

# The same, with values that the record holds masked; the desired state has them clear.
MASKED = {"recovery_email": "recoveryEmail", "recovery_phone": "recoveryPhone"}

# What only creation carries, or carries under other names than an update.
AT_CREATION = {
    "username": "userName",
    "password": "password",
    "country_code": "countryCode",
    "channel": "channel",
    "user_type": "userType",
    "user_sub_type": "userSubType",
    "profile_locations": "locationCodes",
}


def values_of(raw: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """A profile in our words. Locations stay without their codes, which the profile does not hold."""
    values = decode(FIELDS, raw)
    root, status = read_text(raw.get("rootOrgId")), raw.get("status")
    organisations = [item for item in dicts_of(raw.get("organisations")) if not item.get("isDeleted")]
    user_type = raw.get("profileUserType")
    kind = user_type if isinstance(user_type, dict) else {}
    values.update(
        id=read_id(raw.get("userId") or raw.get("id")),
        status=_STATUS.get(status, status) if isinstance(status, int) else read_text(status),
        root_org_id=root,
        organisations=[read_text(item.get("organisationId")) for item in organisations],
        organisation_id=_own_organisation(organisations, root),
        roles=roles_of(raw.get("roles"), root),
        user_type=read_filled(kind.get("type")),
        user_sub_type=read_filled(kind.get("subType")),
        profile_locations=None,
        locations=[
            {"id": read_text(item.get("id")), "type": read_text(item.get("type"))}
            for item in dicts_of(raw.get("profileLocation"))
        ],
        framework=raw.get("framework") or None,
    )
    return values


def roles_of(raw: t.Any, root: str | None) -> Roles:
    """The service's roles, each with a list of organisations, as one item for each organisation."""
    roles = Roles()
    roles.home = root
    for item in dicts_of(raw):
        for scope in dicts_of(item.get("scope")) or [{}]:
            organisation = read_text(scope.get("organisationId")) or root
            role = {"role": read_text(item.get("role")), "organisation_id": organisation}
            if role["role"] not in (None, IMPLIED_ROLE) and role not in roles:
                roles.append(role)
    return roles


def _own_organisation(organisations: list[dict[str, t.Any]], root: str | None) -> str | None:
    """The organisation below the root one that was joined last; the root one when there is none."""
    below = [item for item in organisations if item.get("organisationId") != root]
    latest = max(below, key=lambda item: str(item.get("orgjoindate") or ""), default={})
    return read_text(latest.get("organisationId")) or root


def dicts_of(value: t.Any) -> list[dict[str, t.Any]]:
    """The records in a list; none where it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
