# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What exotel_user makes of numbers that the service writes in another form than the task."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.tests.unit.exotel_account import EMAIL, NUMBER, PERSON, Exotel

if t.TYPE_CHECKING:
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

    Result = dict[str, t.Any]


@pytest.fixture
def exotel(sandbox: Sandbox) -> Exotel:
    return Exotel(sandbox)


def test_a_number_in_another_form_is_never_written(exotel: Exotel) -> None:
    exotel(**PERSON)
    exotel.verify(NUMBER)
    by_email: Result = {"email": EMAIL, "device_contact_uri": NUMBER}
    by_id: Result = {"id": exotel(email=EMAIL)["user"]["id"], "device_contact_uri": NUMBER}
    by_number: Result = {"device_contact_uri": "+91 (98) 0000-0001"}
    for echo, tasks in (("without_plus", (by_email, by_id, by_number)), ("national", (by_email, by_id))):
        exotel.sandbox.dialect(**{"exotel.phone_echo": echo})
        for task in tasks:
            result = exotel.keeps(**task)
            assert result["user"]["device_contact_uri"] == NUMBER
            assert result["user"]["devices"][0]["verified"] is True


# How the service writes numbers, the number that somebody has, how it is written, and another number that is like it.
SIMILAR = {
    "two countries": ("national", NUMBER, "09800000001", "+449800000001"),
    "no plus sign": ("without_plus", "+15551234567", "15551234567", "+3215551234567"),
    "the same number": ("national", NUMBER, "09800000001", NUMBER),
}


@pytest.mark.parametrize("case", SIMILAR)
def test_a_similar_number_tells_nobody(exotel: Exotel, case: str) -> None:
    echo, number, written, similar = SIMILAR[case]
    exotel.sandbox.dialect(**{"exotel.phone_echo": echo})
    there = exotel(**{**PERSON, "device_contact_uri": number})["user"]
    tasks: list[Result] = [
        {"state": "absent"},
        {"last_name": "Menon"},
        {"first_name": "John", "last_name": "Doe"},
        {"available": False},
    ]
    for task in tasks:
        result = exotel.refuses(
            similar, written, "Meera Nair", f"'id': {there['id']}", device_contact_uri=similar, **task
        )
        assert result["failure"]["code"] == "similar_number"
        assert exotel.writes() == 0
    assert len(exotel.sandbox.records("exotel")) == 1


def test_a_similar_number_is_no_conflict(exotel: Exotel) -> None:
    exotel.sandbox.dialect(**{"exotel.phone_echo": "national"})
    exotel(**PERSON)
    other: Result = {"first_name": "John", "last_name": "Doe", "device_contact_uri": "+449800000001"}
    assert exotel.changes(email="john@example.com", **other)
    exotel.keeps(email="john@example.com", **other)
    # Whether it is the same number only Exotel knows.
    result = exotel.refuses("already exists", email="new@example.com", **{**other, "device_contact_uri": NUMBER})
    assert result["failure"]["code"] == "10812"
