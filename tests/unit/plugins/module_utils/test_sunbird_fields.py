# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the values of a Sunbird user are cleaned, read and compared. No requests."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird import USER, examine
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_fields import (
    Roles,
    canonical_framework,
    clean_codes,
    clean_country_code,
    clean_framework,
    clean_id,
    clean_roles,
    clean_year,
    mask_email,
    mask_phone,
    merge_framework,
    overlay_roles,
    read_year,
    values_of,
)

CREATOR = {"role": "CREATOR", "organisation_id": "home"}
MENTOR = {"role": "MENTOR", "organisation_id": "below"}


@pytest.mark.parametrize(
    "email, masked",
    [("testuser_x@example.org", "te********@example.org"), ("abc@x.org", "ab*@x.org"), ("ab@x.org", "ab@x.org")],
)
def test_masked_email(email: str, masked: str) -> None:
    assert mask_email(email) == masked


@pytest.mark.parametrize(
    "phone, masked",
    [("9876543210", "******3210"), ("98-76543210", "******3210"), ("987654321", "987654321"), ("", "")],
)
def test_masked_phone(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    "target, actual, same",
    [
        ("asha@example.org", "as**@example.org", True),
        ("asho@example.org", "as**@example.org", True),
        ("ashas@example.org", "as**@example.org", False),
        ("asha@example.org", "asha@example.org", True),
        ("asha@example.org", "asho@example.org", True),
        ("asha@example.org", "asho@example.net", False),
        ("asha@example.org", None, False),
        ("", "as**@example.org", False),
    ],
)
def test_comparison_through_the_mask(target: str, actual: str | None, same: bool) -> None:
    one = USER.field_named("recovery_email")
    held = one.read(actual)
    wanted = one.overlay(held, target, {})
    assert "ha" not in wanted
    assert (one.canonical(wanted) == one.canonical(held)) is same


@pytest.mark.parametrize("phone", ["+91", "+91 ", "91"])
@pytest.mark.parametrize("field", ["phone", "recovery_phone"])
def test_a_country_code_is_no_number(field: str, phone: str) -> None:
    wanted = {field: USER.field_named(field).clean(phone)}
    if phone == "91":
        assert examine(wanted, {}) == wanted
    else:
        with pytest.raises(Failure, match="country code without a number"):
            examine(wanted, {})


@pytest.mark.parametrize(
    "clean, typed, cleaned",
    [
        (clean_id, " f:1f2e:de11ed18-7c0a ", "de11ed18-7c0a"),
        (clean_country_code, "91", "+91"),
        (clean_country_code, "+977", "+977"),
        (clean_country_code, "", ""),
        (clean_year, " ۱۹۹۰ ", "1990"),
        (clean_year, "", ""),
        (clean_codes, ["b", " a ", "", "b"], ["b", "a"]),
        (clean_framework, {"id": "ncf", "board": ["A", ""], "x": None}, {"id": ["ncf"], "board": ["A"]}),
        (clean_roles, [{"role": "PUBLIC"}, {"role": "A"}, {"role": "A "}], [{"role": "A", "organisation_id": None}]),
    ],
)
def test_cleaning(clean: t.Callable[[t.Any], t.Any], typed: t.Any, cleaned: t.Any) -> None:
    assert clean(typed) == cleaned


@pytest.mark.parametrize(
    "clean, typed",
    [(clean_id, "a/b"), (clean_id, ".."), (clean_country_code, "IN"), (clean_year, "90"), (clean_year, "3990")],
)
def test_what_makes_no_sense(clean: t.Callable[[str], str], typed: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        clean(typed)


@pytest.mark.parametrize("stored, year", [("2001-12-31", "2001"), ("2001", "2001"), (2001, "2001"), (None, None)])
def test_year_of_birth(stored: t.Any, year: str | None) -> None:
    assert read_year(stored) == year


@pytest.mark.parametrize(
    "append, wanted, result",
    [
        (False, [{"role": "CREATOR", "organisation_id": None}], [CREATOR]),
        (True, [{"role": "CREATOR", "organisation_id": None}], [CREATOR, MENTOR]),
        (False, [], []),
        (True, [], [CREATOR, MENTOR]),
        (False, [{"role": "CREATOR", "organisation_id": None}, CREATOR, MENTOR], [CREATOR, MENTOR]),
        (False, [{"role": "NEW", "organisation_id": None}], [{"role": "NEW", "organisation_id": "home"}]),
    ],
)
def test_roles_over_those_that_are_there(append: bool, wanted: list[t.Any], result: list[t.Any]) -> None:
    held = Roles([CREATOR, MENTOR])
    held.home = "home"
    assert overlay_roles(held, wanted, {"append": append}) == result


def test_roles_of_a_new_user_have_no_home_yet() -> None:
    wanted = [{"role": "NEW", "organisation_id": None}]
    assert overlay_roles(None, wanted, {"append": False}) == wanted


def test_framework_is_merged_and_compared_without_order() -> None:
    held = {"id": ["ncf"], "board": ["A", "B"], "profileConfig": ["{}"]}
    merged = merge_framework(held, {"board": ["B", "A"]}, {})
    assert canonical_framework(merged) == canonical_framework(held)
    assert canonical_framework(merge_framework(held, {"board": []}, {})) == {"id": ["ncf"], "profileConfig": ["{}"]}
    assert canonical_framework(merge_framework(None, {"id": ["x"]}, {})) == {"id": ["x"]}
    assert canonical_framework("odd") == "odd"


def test_an_empty_profile_is_understood() -> None:
    values = values_of({"id": "1"})
    assert values["status"] is None
    assert values["roles"] == []
    assert values["organisation_id"] is None


def test_an_odd_profile_is_understood() -> None:
    profile = {
        "id": "1",
        "status": 7,
        "rootOrgId": "home",
        "organisations": [
            {"organisationId": "home"},
            {"organisationId": "left", "isDeleted": True, "orgjoindate": "2026"},
            {"organisationId": "old", "orgjoindate": "2024-01-01"},
            {"organisationId": "new", "orgjoindate": "2025-01-01"},
            "odd",
        ],
        "roles": [{"role": "A"}, {"role": "PUBLIC", "scope": []}, {"role": "B", "scope": [{"organisationId": "x"}]}],
        "profileUserType": "teacher",
        "profileLocation": None,
        "framework": {},
        "email": "",
    }
    values = values_of(profile)
    assert values["status"] == 7
    assert values["organisations"] == ["home", "old", "new"]
    assert values["organisation_id"] == "new"
    assert values["roles"] == [
        {"role": "A", "organisation_id": "home"},
        {"role": "B", "organisation_id": "x"},
    ]
    assert (values["user_type"], values["framework"], values["email"]) == (None, None, None)


def test_country_codes_are_taken_off() -> None:
    assert examine({"phone": "+919876543210"}, {})["phone"] == "9876543210"
    wanted = {"phone": "14211000", "recovery_phone": "+97714211001", "country_code": "+977"}
    assert examine(wanted, {})["recovery_phone"] == "14211001"
    with pytest.raises(Failure, match="does not begin with the country code"):
        examine({"recovery_phone": "+97714211001"}, {})


def test_every_secret_option_is_marked() -> None:
    arguments = USER.arguments().arguments
    secret = {name for name, argument in arguments.items() if argument.get("no_log")}
    assert secret == {"api_key", "user_token", "auth_password", "client_secret", "password", "proxy"}
