# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated Sunbird service behaves as its sources say: creating and updating users."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.tests.unit.sandbox.sunbird_tester import (
    INACTIVE,
    ROOT,
    SUB,
    UNKNOWN_ID,
    Sunbird,
    assert_refused,
)


@pytest.fixture
def sunbird(sandbox: t.Any) -> Sunbird:
    return Sunbird(sandbox)


def test_bodies(sunbird: Sunbird) -> None:
    path = "/user/v1/create"
    assert_refused(sunbird.call("POST", path, data="{}"), 400, "UOS_USRCRT0061")
    headers = {"Content-Type": "application/json"}
    for text in ("{", "[]", "{}", '{"request": []}'):
        assert_refused(sunbird.call("POST", path, data=text, headers=headers), 400, "UOS_USRCRT0028")


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"rootOrgId": ROOT}, "0021"),
        ({"profileUserTypes": [{"type": "teacher"}]}, "0021"),
        ({"firstName": " "}, "0030"),
        ({"firstName": ...}, "0030"),
        ({"email": ...}, "0030"),
        ({"managedBy": UNKNOWN_ID}, "0011"),
        ({"email": "no address"}, "0009"),
        ({"email": "a.b+c@mail.example"}, "0009"),
        ({"email": "a@mail.x-y.example"}, "0009"),
        ({"phone": "+919800000001"}, "0019"),
        ({"phone": "12"}, "0009"),
        ({"countryCode": "91", "phone": "9800000001"}, "0019"),
        ({"password": "short"}, "0024"),
        ({"password": "no-digits-Here"}, "0024"),
        ({"dob": "2001-02-03"}, "0009"),
        ({"channel": "unknown"}, "0017"),
        ({"organisationId": "1"}, "0019"),
        ({"organisationId": SUB, "channel": "second-tenant"}, "0045"),
        ({"organisationId": INACTIVE}, "0053"),
        ({"orgExternalId": "unknown"}, "0019"),
        ({"externalIds": [{"id": "1", "provider": "sandbox"}]}, "0030"),
        ({"externalIds": [{"id": "1", "provider": "unknown", "idType": "staff"}]}, "0017"),
        ({"externalIds": [{"id": "1", "provider": "sandbox", "idType": "staff", "operation": "edit"}]}, "0018"),
        ({"externalIds": [{"id": n, "provider": "sandbox", "idType": "staff"} for n in "12"]}, "0043"),
        ({"roles": "ORG_ADMIN"}, "0003"),
        ({"firstName": 7}, "0003"),
        ({"framework": []}, "0003"),
        ({"externalIds": ["1"]}, "0003"),
        ({"locationCodes": ["nowhere"]}, "0017"),
        ({"locationCodes": ["district-adrift"]}, "0030"),
        ({"userType": "wizard"}, "0017"),
        ({"userType": "administrator", "userSubType": "wizard"}, "0017"),
        ({"recoveryEmail": "ishaan@mail.example"}, "0062"),
    ],
)
def test_invalid_creations(sunbird: Sunbird, fields: dict[str, t.Any], key: str) -> None:
    assert_refused(sunbird.creation(**fields), 400, f"UOS_USRCRT{key}")
    assert sunbird.call("GET", "/user/v1/exists/email/ishaan@mail.example").json()["result"] == {"exists": False}


def test_creation(sunbird: Sunbird) -> None:
    sunbird.create(
        email="Ishaan+New@Mail.example",
        phone="9800000001",
        countryCode="+1",
        userName="Ïshaan.P",
        dob="2001",
        organisationId=SUB,
        locationCodes=["block-ridge"],
        userType="administrator",
        userSubType="hm",
        roles=["CONTENT_CREATOR", "NO_SUCH_ROLE"],
        unknown="dropped",
    )
    profile = sunbird.profile("ishaan%2Bnew@mail.example")
    assert (profile["userName"], profile["dob"], profile["countryCode"]) == ("ishaan.p", "2001-12-31", "+91")
    assert (profile["email"], profile["phone"]) == ("is********@mail.example", "******0001")
    assert [item["organisationId"] for item in profile["organisations"]] == [ROOT, SUB]
    assert {item["type"] for item in profile["profileLocation"]} == {"state", "district", "block"}
    assert profile["profileUserType"] == {"type": "administrator", "subType": "hm"}
    assert [item["role"] for item in profile["roles"]] == ["CONTENT_CREATOR", "NO_SUCH_ROLE"]
    assert profile["roles"][0]["scope"] == [{"organisationId": ROOT}]
    assert sunbird.call("GET", "/user/v1/get/phone/9800000001").status_code == 200
    sunbird.create(email="nochannel@mail.example", channel=...)
    assert sunbird.profile("nochannel@mail.example")["channel"] == "custodian"


def test_uniqueness_in_order(sunbird: Sunbird) -> None:
    external = [{"id": "S-1", "provider": "sandbox", "idType": "staff"}]
    taken = {"userName": "ishaan", "externalIds": external, "phone": "9800000001", "email": "ishaan@mail.example"}
    sunbird.create(**taken)
    free = {"userName": "other", "externalIds": [], "phone": "9800000002", "email": "other@mail.example"}
    labels = {"userName": "userName", "externalIds": "externalId", "phone": "phone", "email": "email"}
    for name, label in labels.items():
        assert_refused(sunbird.creation(**taken), 400, "UOS_USRCRT0002", f"{label} already exists")
        taken[name] = free[name]
    assert sunbird.creation(**taken).status_code == 200
    assert_refused(sunbird.creation(email="ISHAAN@mail.example"), 400, "UOS_USRCRT0002", "email already exists")


def test_creation_dialects(sunbird: Sunbird) -> None:
    sunbird.dialect(dob="year", country_code="kept", explicit_public_row="yes", mask="none")
    sunbird.create(dob=2001, countryCode="+44", phone="7700900123")
    profile = sunbird.profile()
    assert (profile["dob"], profile["countryCode"], profile["email"]) == ("2001", "+44", "ishaan@mail.example")
    assert profile["maskedEmail"] == "is****@mail.example"
    assert [item["role"] for item in profile["roles"]] == ["PUBLIC"]
    sunbird.dialect(create_password="refused", create_errors="listed", roles_after_create="missing")
    sunbird.dialect(explicit_public_row="no")
    external = [{"id": "S-2", "provider": "sandbox", "idType": "staff"}]
    fields = {"password": "Invented-1", "roles": ["CONTENT_CREATOR"], "organisationId": SUB, "externalIds": external}
    result = sunbird.creation(email="b@mail.example", **fields).json()["result"]
    assert result["errors"] and "password" in result["err_msg"]
    profile = sunbird.profile("b@mail.example")
    assert (profile["roles"], len(profile["organisations"])) == ([], 1)
    assert sunbird.issue(username="b@mail.example", password="Invented-1").status_code == 401


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"userId": None}, "0030"),
        ({"channel": "sandbox"}, "0021"),
        ({"userName": "new"}, "0021"),
        ({"managedBy": UNKNOWN_ID}, "0065"),
        ({"organisations": []}, "0051"),
        ({"roles": []}, "0019"),
        ({"firstName": ""}, "0019"),
        ({"email": ""}, "0017"),
        ({"phone": ""}, "0017"),
        ({"email": "no address"}, "0009"),
        ({"framework": {"board": ["x"]}}, "0030"),
        ({"framework": {"id": ["x", "y"]}}, "0058"),
        ({"profileLocation": [{"code": "nowhere", "type": "state"}]}, "0017"),
        ({"profileUserTypes": [{"type": "wizard"}]}, "0017"),
        ({"email": "learner@sandbox.example"}, "0002"),
        ({"externalIds": [{"id": "T-1", "provider": "sandbox", "idType": "staff"}]}, "0042"),
    ],
)
def test_invalid_updates(sunbird: Sunbird, fields: dict[str, t.Any], key: str) -> None:
    external = [{"id": "T-1", "provider": "sandbox", "idType": "staff"}]
    sunbird.create(email="other@mail.example", externalIds=external)
    answer = sunbird.update(**{"user_id": sunbird.create(), **fields})
    assert_refused(answer, 400, f"UOS_USRUPD{key}")


def test_update(sunbird: Sunbird) -> None:
    external = {"id": "S-1", "provider": "sandbox", "idType": "staff"}
    user_id = sunbird.create(externalIds=[external])
    changes = {
        "lastName": "Rao",
        "email": "New@mail.example",
        "phone": "9800000009",
        "dob": "1999",
        "roles": ["ORG_ADMIN"],
        "status": 0,
        "framework": {"id": ["f"], "board": ["b"]},
        "profileUserTypes": [{"type": "teacher"}],
        "profileLocation": [{"code": "state-south", "type": "state"}],
        "organisationId": SUB,
        "recoveryPhone": None,
    }
    assert sunbird.update(user_id, **changes).json()["result"] == {"response": "SUCCESS", "errors": []}
    assert sunbird.call("GET", "/user/v1/get/email/ishaan@mail.example").status_code == 404
    profile = sunbird.profile("new@mail.example")
    assert (profile["lastName"], profile["dob"], profile["status"], profile["roles"]) == ("Rao", "1999-12-31", 1, [])
    assert profile["profileUserTypes"] == [{"type": "teacher", "subType": None}]
    assert [item["organisationId"] for item in profile["organisations"]] == [ROOT, SUB]
    assert sunbird.update(user_id, externalIds=[{**external, "operation": "remove"}]).json()["result"]["errors"]
    triplet = {"externalId": "S-1", "externalIdType": "staff", "externalIdProvider": "sandbox", "firstName": "Ish"}
    assert sunbird.inside("PATCH", "/private/user/v1/update", triplet).status_code == 200
    assert sunbird.profile("new@mail.example")["firstName"] == "Ish"
    assert_refused(sunbird.update(UNKNOWN_ID, lastName="Rao"), 404, "UOS_USRUPD0013")
    sunbird.delete(user_id)
    assert_refused(sunbird.update(user_id, lastName="Rao"), 400, "UOS_USRUPD0073")


def test_only_oneself_is_updated(sunbird: Sunbird) -> None:
    user_id, body = sunbird.create(), {"lastName": "Rao"}
    assert_refused(sunbird.admin("PATCH", "/user/v2/update", {"userId": user_id, **body}), 401, "UOS_USRUPDUOS_0070")
    private = sunbird.inside("PATCH", "/private/user/v1/update", {"userId": user_id}, token=sunbird.token("admin"))
    assert_refused(private, 401, "UOS_USRUPDUOS_0070")
    sunbird.dialect(gateway_update="org_admin_allowed")
    assert sunbird.admin("PATCH", "/user/v2/update", {"userId": user_id, **body}).status_code == 200
    learner = sunbird.token("learner")
    myself = {"userId": "f:provider:5a4d0000-0000-4000-8000-000000000002", "profileUserTypes": [{"type": "teacher"}]}
    wrong_version = sunbird.call("PATCH", "/user/v2/update", {**myself, "userId": myself["userId"]}, token=learner)
    assert_refused(wrong_version, 400, "UOS_USRUPD0019", "profileUserTypes")
    assert sunbird.call("PATCH", "/user/v3/update", myself, token=learner).status_code == 200
    by_code = {"userId": myself["userId"], "locationCodes": ["state-north"], "userType": "parent"}
    assert sunbird.call("PATCH", "/user/v1/update", by_code, token=learner).status_code == 200
    kind = {"userId": myself["userId"], "profileUserType": {"type": "other"}}
    assert sunbird.call("PATCH", "/user/v2/update", kind, token=learner).status_code == 200
    profile = sunbird.profile("learner@sandbox.example")
    assert (profile["profileUserType"]["type"], len(profile["profileLocation"])) == ("other", 1)
