# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Exotel's users and devices are understood, and what is planned for them. No requests."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.plugins.module_utils._core.plan import NOTHING, UPDATE, Change, Index, plan
from ansible_collections.vox.roster.plugins.module_utils._core.resource import Unreadable
from ansible_collections.vox.roster.plugins.module_utils._services.exotel import USER
from ansible_collections.vox.roster.plugins.module_utils._services.exotel_fields import (
    is_phone,
    phone_of,
    read_device,
    read_devices,
    records_of,
    same_number,
    values_of,
)

WANTED = "+916598765432"


def device(uri: str | None, **more: t.Any) -> dict[str, t.Any]:
    kind = "sip" if str(uri).startswith("sip:") else "tel"
    return {"id": uri, "name": "Mobile", "contact_uri": uri, "type": kind, "available": False, "verified": True, **more}


def user(identifier: str, *uris: str, **more: t.Any) -> dict[str, t.Any]:
    return {"id": identifier, "email": f"{identifier}@example.com", "devices": [device(uri) for uri in uris], **more}


@pytest.mark.parametrize(
    "echoed, same",
    [
        ("+916598765432", True),
        ("+91 65987-65432", True),
        ("916598765432", True),
        ("00916598765432", True),
        ("06598765432", True),
        ("6598765432", True),
        ("+6598765432", False),
        ("+916598765433", False),
        ("8765432", False),
        ("05432", False),
        ("", False),
        (None, False),
    ],
)
def test_forms_of_one_number(echoed: str | None, same: bool) -> None:
    assert same_number(WANTED, echoed) is same


@pytest.mark.parametrize(
    "raw, phone",
    [
        ({"type": "tel"}, True),
        ({"type": "TEL"}, True),
        ({"type": {"name": "tel"}}, True),
        ({"type": "sip"}, False),
        ({"contact_uri": "sip:meeran1a2b3c4d"}, False),
        ({"contact_uri": "+919800000001"}, True),
        ({}, True),
    ],
)
def test_what_is_a_phone(raw: dict[str, t.Any], phone: bool) -> None:
    assert is_phone(read_device(raw)) is phone


def test_devices() -> None:
    assert read_devices(None) is None
    assert read_devices(["?", {"id": 7, "contact_uri": 919800000001}]) == [
        {
            "id": "7",
            "name": None,
            "contact_uri": "919800000001",
            "type": None,
            "available": None,
            "verified": None,
            "status": None,
        }
    ]


def test_which_phone_is_meant() -> None:
    one, two, sip = device("+916598765432"), device("6598765432"), device("sip:meeran1a2b3c4d")
    assert phone_of(None, None) is None
    assert phone_of([sip], WANTED) is None
    assert phone_of([sip, one], None) is one
    assert phone_of([one], "+919800000001") is one
    assert phone_of([one, two], None) is None
    assert phone_of([one, two], "+919800000001") is None
    assert phone_of([two, one], WANTED) is one
    assert phone_of([two, device("+919800000001")], WANTED) is two


def test_a_number_held_digit_by_digit_is_not_sought_in_looser_forms() -> None:
    records = records_of([user("loose", "6598765432"), user("exact", WANTED)], [{"device_contact_uri": WANTED}])
    assert [record.values["device_contact_uri"] for record in records] == ["6598765432", WANTED]
    (record,) = records_of([user("loose", "6598765432")], [{"device_contact_uri": WANTED}])
    assert record.values["device_contact_uri"] == WANTED


def test_a_user_with_several_phones() -> None:
    raw = user("two", "+919800000001", "+919800000002")
    values = values_of(raw)
    assert isinstance(values["device_contact_uri"], Unreadable)
    assert values_of(raw, "+919800000002")["device_contact_uri"] == "+919800000002"


def planned(raw: dict[str, t.Any], **desired: t.Any) -> Change:
    desired = {"id": raw["id"], **desired}
    return plan(USER, "present", desired, Index(USER, records_of([raw], [desired])), {})


@pytest.mark.parametrize(
    "desired", [{"available": True}, {"device_name": "Desk"}, {"device_contact_uri": "+919800000003"}]
)
def test_an_open_choice_between_phones_is_refused(desired: dict[str, t.Any]) -> None:
    change = planned(user("two", "+919800000001", "+919800000002"), **desired)
    assert change.refusal is not None
    assert change.refusal.code == "several_phones"
    assert "+919800000001, +919800000002" in change.refusal.hint


def test_one_of_several_phones() -> None:
    raw = user("two", "+919800000001", "+919800000002", "sip:two1a2b3c4d")
    raw["devices"][0]["available"] = True
    change = planned(raw, device_contact_uri="+919800000002", available=True)
    assert (change.action, change.differing) == (UPDATE, ("available",))
    assert change.after is not None
    assert [one["available"] for one in change.after["devices"]] == [False, True, False]
    assert planned(raw, device_contact_uri="+919800000001", available=True).action == NOTHING


def test_names_change_whatever_the_phones() -> None:
    change = planned(user("two", "+919800000001", "+919800000002", first_name="Meera"), first_name="Leela")
    assert (change.action, change.differing, change.refusal) == (UPDATE, ("first_name",), None)


def test_what_exotel_does_not_tell_is_no_difference() -> None:
    raw = user("one", "+919800000001", role=None)
    raw["devices"][0]["name"] = ""
    assert planned(raw, role="admin", device_name="Desk").action == NOTHING


def test_a_phone_that_is_on_unverified_is_as_declared() -> None:
    raw = user("one", "+919800000001")
    raw["devices"][0].update(available=True, verified=False)
    change = planned(raw, available=True)
    assert (change.action, change.warnings) == (NOTHING, ())
    assert planned(raw, available=False).differing == ("available",)


def test_a_phone_of_unknown_verification_is_switched_on() -> None:
    raw = user("one", "+919800000001")
    raw["devices"][0].update(available=None, verified=None)
    assert planned(raw, available=True).differing == ("available",)
