# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From options to the desired values."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.plugins.module_utils._core.desired import desired_values, policy_of
from ansible_collections.vox.roster.plugins.module_utils._core.resource import ABSENT, PRESENT, Field
from ansible_collections.vox.roster.plugins.module_utils._core.values import clean_digits
from ansible_collections.vox.roster.plugins.module_utils._http.errors import OPTION, Failure
from ansible_collections.vox.roster.tests.unit.made_up import PERSON


def test_only_what_is_given_counts() -> None:
    options: dict[str, t.Any] = {
        "email": " Sara@example.com ",
        "name": None,
        "note": "",
        "active": False,
        "tags": [],
        "seen": "no option",
    }
    assert desired_values(PERSON, PRESENT, options) == {
        "email": "Sara@example.com",
        "note": "",
        "active": False,
        "tags": [],
    }


def test_policies_are_no_values() -> None:
    options = {"email": "a@b.cd", "append": True, "retries": 3}
    assert policy_of(PERSON, options) == {"append": True, "update_secret": None}
    assert desired_values(PERSON, PRESENT, options) == {"email": "a@b.cd"}


@pytest.mark.parametrize("key", ["id", "email", "phone"])
@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_key_means_nobody(key: str, empty: str) -> None:
    with pytest.raises(Failure) as caught:
        desired_values(PERSON, PRESENT, {key: empty, "name": "Sara"})
    assert caught.value.kind == OPTION
    assert str(caught.value) == f"'{key}' is empty. Give a value, or leave '{key}' out."


def test_a_value_that_makes_no_sense_is_told_with_the_way_out() -> None:
    with pytest.raises(Failure) as caught:
        desired_values(PERSON, PRESENT, {"email": "sara"})
    assert caught.value.kind == OPTION
    assert str(caught.value) == "'email' is 'sara', which is no e-mail address. Write it like name@example.com."


def test_a_secret_that_makes_no_sense_is_not_told() -> None:
    pin = Field("pin", {"type": "str"}, clean=clean_digits, secret=True)
    resource = PERSON._replace(fields=(*(one for one in PERSON.fields if one.name != "pin"), pin))
    with pytest.raises(Failure) as caught:
        desired_values(resource, PRESENT, {"email": "a@b.cd", "pin": "mark"})
    assert str(caught.value) == "the value of 'pin' is not made of digits only. Write it like '1001', in quotes."


def test_the_resource_looks_at_the_whole() -> None:
    seen: list[t.Any] = []

    def examine(desired: t.Any, policy: t.Any) -> t.Any:
        seen.append((desired, policy))
        return {**desired, "name": "completed"}

    resource = PERSON._replace(examine=examine)
    assert desired_values(resource, PRESENT, {"email": "a@b.cd", "append": True})["name"] == "completed"
    assert seen == [({"email": "a@b.cd"}, {"append": True, "update_secret": None})]


def test_only_the_keys_count_for_what_is_to_be_absent() -> None:
    options = {"email": "a@b.cd", "phone": " ", "note": "x", "tags": ["y"]}
    with pytest.raises(Failure, match="'phone' is empty"):
        desired_values(PERSON, ABSENT, options)
    assert desired_values(PERSON, ABSENT, {**options, "phone": None}) == {"email": "a@b.cd"}


@pytest.mark.parametrize("value", ["Sara\0", ["a", "\0"], {"a": ["b\0"]}, {"a": "b", "\0": "c"}])
def test_a_character_that_no_service_keeps_is_refused_before_anything_is_sent(value: t.Any) -> None:
    resource = PERSON._replace(fields=(*PERSON.fields, Field("anything", {"type": "raw"})))
    with pytest.raises(Failure) as caught:
        desired_values(resource, PRESENT, {"email": "a@b.cd", "anything": value})
    assert str(caught.value) == f"'anything' is {value!r}, which holds the character NUL, which no service keeps."
    harmless = {"email": "a@b.cd", "anything": {"a": ["b", 7, None], "c": "\\0"}}
    assert desired_values(resource, PRESENT, harmless) == harmless
