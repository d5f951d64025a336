# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options as nobody would write them, and what a service would hold after a plan was carried out."""

from __future__ import annotations

import typing as t

from hypothesis import strategies as some

from ansible_collections.vox.roster.plugins.module_utils._core.plan import NOTHING
from ansible_collections.vox.roster.plugins.module_utils._core.resource import Record
from ansible_collections.vox.roster.plugins.module_utils._services.autodialer_fields import (
    read_record as read_group,
)
from ansible_collections.vox.roster.plugins.module_utils._services.autodialer_fields import written_description
from ansible_collections.vox.roster.plugins.module_utils._services.exotel_fields import records_of
from ansible_collections.vox.roster.plugins.module_utils._services.simotel_fields import WRITABLE
from ansible_collections.vox.roster.plugins.module_utils._services.simotel_fields import (
    read_record as read_extension,
)
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_fields import values_of
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_reader import Held
from ansible_collections.vox.roster.tests.unit.sunbird_site import ROOT, SUB

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ansible_collections.vox.roster.plugins.module_utils._core.plan import Change
    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Resource

    Options = dict[str, t.Any]

ODD_TEXTS = some.one_of(
    some.text(max_size=30),
    some.sampled_from(["", " ", "\x00", "\u202e", "\u0663", "Zo\u00eb", "Zoe\u0308", "null", "~", "*****", "{{ x }}"]),
    some.sampled_from(["a@b.cd, e@f.gh", "\u212aelvin@example.com", "+98 21 (123) 45", "\ufb01ne", "a\nb", "x" * 300]),
)

# What a person might write, by the name of an option; so few that they often meet again.
PLAUSIBLE: Mapping[str, some.SearchStrategy[t.Any]] = {
    "number": some.sampled_from(["1001", "\u0661\u0660\u0660\u0661", " 1002"]),
    "name": some.sampled_from(["Sara", " sara ", "Zo\u00eb", "Zoe\u0308", "\u0633\u0627\u0631\u0627"]),
    "email": some.sampled_from(["Sara@example.com", "sara@EXAMPLE.com", "s.a@example.org"]),
    "secret": some.sampled_from(["Marker-extension-1", "Marker-extension-2"]),
    "phone": some.sampled_from(["9876543210", "+919876543210", "98765 43211"]),
    "device_contact_uri": some.sampled_from(["+919800000001", "+91 98000 00002"]),
    "first_name": some.sampled_from(["Asha", "Meera", "Meera "]),
    "last_name": some.sampled_from(["Rao", "Nair", "Menon"]),
    "username": some.sampled_from(["asha_rao", "ASHA_RAO"]),
    "port": some.sampled_from(["5060", "\u0665\u0660\u0666\u0660"]),
    "dob": some.sampled_from(["1990", "\u0661\u0669\u0669\u0660"]),
    "country_code": some.sampled_from(["+91", "91", "+977"]),
    "organisation_id": some.sampled_from([ROOT, SUB]),
    "role": some.sampled_from(["CONTENT_CREATOR", "COURSE_MENTOR", "PUBLIC"]),
    "numbers": some.lists(some.sampled_from(["09120000001", "0912 000 0002", "+989120000003"]), max_size=4),
    "framework": some.dictionaries(
        some.sampled_from(["id", "board", "medium"]), some.one_of(some.lists(ODD_TEXTS, max_size=2), ODD_TEXTS)
    ),
}

# The natural keys, one of which everybody would give.
KEYS = {"number", "email", "phone", "first_name", "last_name"}

# A file that is missing is refused at once, and the id of a new record is for the service to give.
LEFT_OUT = {"state", "id", "numbers_file"}


def options_of(resource: Resource) -> some.SearchStrategy[Options]:
    """Options of one record: the keys and names mostly right, everything else anything that its type allows."""
    arguments = {**resource.item_arguments().arguments, **resource.policies.arguments}
    described = {name: _values(name, argument) for name, argument in arguments.items() if name not in LEFT_OUT}
    needed = {one.name for one in resource.fields if one.needed} | (KEYS & set(described))
    required = {name: described.pop(name) for name in sorted(needed)}
    return some.fixed_dictionaries(required, optional=described).filter(lambda options: any(options.values()))


def _values(name: str, argument: Mapping[str, t.Any]) -> some.SearchStrategy[t.Any]:
    if "choices" in argument:
        return some.sampled_from(list(argument["choices"]))
    kind = argument.get("type", "str")
    if kind == "bool":
        return some.booleans()
    if kind == "list":
        return PLAUSIBLE[name] if name in PLAUSIBLE else some.lists(_element(argument), max_size=4)
    if kind == "dict" and "options" in argument:
        return _suboptions(argument["options"])
    if kind == "dict":
        return PLAUSIBLE[name]
    # Three times out of four something that makes sense, or too few would get far.
    odd = ODD_TEXTS
    return some.one_of(PLAUSIBLE[name], PLAUSIBLE[name], PLAUSIBLE[name], odd) if name in PLAUSIBLE else odd


def _element(argument: Mapping[str, t.Any]) -> some.SearchStrategy[t.Any]:
    return _suboptions(argument["options"]) if argument.get("elements") == "dict" else ODD_TEXTS


def _suboptions(options: Mapping[str, Mapping[str, t.Any]]) -> some.SearchStrategy[t.Any]:
    required = {name: _values(name, one) for name, one in options.items() if one.get("required")}
    optional = {name: some.one_of(some.none(), _values(name, one)) for name, one in options.items()}
    return some.fixed_dictionaries(required, optional={k: v for k, v in optional.items() if k not in required})


def held_after(resource: Resource, change: Change) -> Record:
    """The record that a read brings when the change has been carried out to the letter."""
    if change.record and change.action == NOTHING:
        return change.record
    return _HELD[resource.service](change)


def _extension(change: Change) -> Record:
    after = change.after or {}
    return read_extension(
        {"_id": "1", **{one.wire_name: one.write(after[one.name]) for one in WRITABLE if after[one.name] is not None}}
    )


def _group(change: Change) -> Record:
    after = change.after or {}
    description = written_description(change)
    return read_group(
        {"_id": "1", "name": after["name"], "description": description, "count": len(after["numbers"] or [])}
    )


def _agent(change: Change) -> Record:
    after = change.after or {}
    plain = ("first_name", "last_name", "email", "role", "email_verified")
    devices = [{**device, "id": "d", "type": {"name": device["type"]}} for device in after.get("devices") or []]
    user = {"id": "1", **{name: after.get(name) for name in plain}, "devices": devices}
    return records_of([user], [change.desired])[0]


def _pupil(change: Change) -> Record:
    after = change.after or {}
    roles = [{"role": role["role"], "scope": [role]} for role in after["roles"]]
    raw = {
        "userId": "1",
        "rootOrgId": ROOT,
        "email": after["email"],
        "phone": after["phone"],
        "userName": after["username"],
        "firstName": after["first_name"],
        "lastName": after["last_name"],
        "dob": after["dob"] and f"{after['dob']}-12-31",
        "channel": after["channel"],
        "recoveryEmail": after["recovery_email"],
        "recoveryPhone": after["recovery_phone"],
        "profileUserType": {"type": after["user_type"], "subType": after["user_sub_type"]},
        "organisations": [{"organisationId": after["organisation_id"]}],
        "roles": [{**one, "scope": [{"organisationId": one["scope"][0]["organisation_id"]}]} for one in roles],
        "framework": after["framework"],
        "status": 1,
    }
    return Record({**values_of(raw), "profile_locations": after["profile_locations"]}, Held(raw))


_HELD: Mapping[str, Callable[[Change], Record]] = {
    "simotel": _extension,
    "autodialer": _group,
    "exotel": _agent,
    "sunbird": _pupil,
}
