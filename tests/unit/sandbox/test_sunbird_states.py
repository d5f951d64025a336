# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated Sunbird service behaves as its sources say: blocking, deleting, roles."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.tests.unit.sandbox.sunbird_tester import (
    ROOT,
    SUB,
    UNKNOWN_ID,
    Sunbird,
    assert_refused,
)


@pytest.fixture
def sunbird(sandbox: t.Any) -> Sunbird:
    return Sunbird(sandbox)


def test_block_is_one_way(sunbird: Sunbird) -> None:
    user_id = sunbird.create(password="Invented-1")
    body = {"userId": user_id}
    tokens = sunbird.issue(username="ishaan@mail.example", password="Invented-1").json()
    for _attempt in range(2):
        assert sunbird.admin("POST", "/user/v1/block", body).status_code == 200
    assert sunbird.profile()["status"] == 0
    assert sunbird.issue(username="ishaan@mail.example", password="Invented-1").json()["error"] == "invalid_grant"
    assert sunbird.refresh(tokens["refresh_token"]).json()["params"]["errmsg"] == "Account disabled"
    assert_refused(sunbird.admin("POST", "/user/v1/unblock", body), 400, "UOS_USRUNBLOK0008", "User is already active.")
    assert sunbird.update(user_id, lastName="Rao").status_code == 200
    sunbird.dialect(unblock="works")
    assert sunbird.admin("POST", "/user/v1/unblock", body).status_code == 200
    assert sunbird.profile()["status"] == 1
    assert_refused(sunbird.admin("POST", "/user/v1/block", {}), 400, "UOS_USRBLOK0030")


def test_legacy_block(sunbird: Sunbird) -> None:
    body = {"userId": sunbird.create()}
    sunbird.dialect(legacy_block="present")
    assert sunbird.admin("POST", "/user/v1/block", body).status_code == 200
    assert_refused(sunbird.call("GET", "/user/v1/get/email/ishaan@mail.example"), 400, "UOS_USRRED0006")
    assert sunbird.call("GET", "/user/v1/exists/email/ishaan@mail.example").json()["result"] == {"exists": True}
    assert sunbird.row(body["userId"])["status"] == 0
    again = sunbird.admin("POST", "/user/v1/block", body)
    assert_refused(again, 400, "UOS_USRBLOK0008", "User is already inactive.")
    assert sunbird.admin("POST", "/user/v1/unblock", body).status_code == 200
    assert sunbird.row(body["userId"])["isDeleted"] is True


def test_delete(sunbird: Sunbird) -> None:
    external = [{"id": "S-1", "provider": "sandbox", "idType": "staff"}]
    user_id = sunbird.create(userName="ishaan", phone="9800000001", externalIds=external)
    assert_refused(sunbird.delete(UNKNOWN_ID), 404, "UOS_USRDLT0013", "user")
    assert_refused(sunbird.admin("POST", "/user/v1/delete", {}), 500, "UOS_USRDLTUOS_0069")
    assert sunbird.delete(user_id).status_code == 200
    row = sunbird.row(user_id)
    assert row == {"status": 2, "isDeleted": True, "userName": "ishaan", "email": ""}
    assert_refused(sunbird.delete(user_id), 400, "UOS_USRDLT0008", "User is already deleted.")
    assert_refused(sunbird.admin("POST", "/user/v1/block", {"userId": user_id}), 400, "UOS_USRBLOK0017")
    assert_refused(sunbird.creation(externalIds=external), 400, "UOS_USRCRT0002", "externalId already exists")
    assert sunbird.create(userName="ishaan", phone="9800000001") != user_id
    sunbird.dialect(external_id_after_delete="freed")
    external[0]["id"] = "S-2"
    assert sunbird.delete(sunbird.create(email="b@mail.example", externalIds=external)).status_code == 200
    assert sunbird.creation(email="b@mail.example", externalIds=external).status_code == 200


def test_roles_keep_a_user(sunbird: Sunbird) -> None:
    user_id = sunbird.create(roles=["CONTENT_CREATOR"])
    assert_refused(sunbird.delete(user_id), 400, "UOS_USRDLT0083")
    sunbird.dialect(delete_roles="public,content_creator")
    assert sunbird.delete(user_id).status_code == 200
    assert sunbird.assign(user_id, "add", "BOOK_CREATOR").status_code == 200
    assert_refused(sunbird.delete(user_id), 400, "UOS_USRDLT0083")


def test_deletions_that_break_off(sunbird: Sunbird) -> None:
    user_id = sunbird.create()
    sunbird.dialect(delete_failure="once")
    assert_refused(sunbird.delete(user_id), 400, "UOS_USRDLT0008", "User is already delete.")
    assert sunbird.profile()["status"] == 1
    assert sunbird.delete(user_id).status_code == 200
    sunbird.dialect(delete_failure="always", delete_failure_leaves="no_lookup")
    user_id = sunbird.create()
    for _attempt in range(2):
        assert_refused(sunbird.delete(user_id), 400, "UOS_USRDLT0008", "User is already delete.")
    assert sunbird.call("GET", "/user/v1/get/email/ishaan@mail.example").status_code == 404
    assert sunbird.row(user_id)["status"] == 1


def test_freeing_an_address(sunbird: Sunbird) -> None:
    user_id, path = sunbird.create(), "/private/user/v1/identifier/freeup"
    assert_refused(sunbird.inside("POST", path, {"id": user_id}), 400, "UOS_IDNTFREE0030")
    assert sunbird.inside("POST", path, {"id": user_id, "identifier": ["email"]}).status_code == 200
    row = sunbird.row(user_id)
    assert (row["status"], row["isDeleted"]) == (0, True)
    assert_refused(sunbird.inside("GET", f"/private/user/v1/read/{user_id}"), 400, "UOS_USRRED0006")
    assert sunbird.create() != user_id


def test_roles(sunbird: Sunbird) -> None:
    user_id, path = sunbird.create(), "/user/v1/role/assign"

    def roles() -> dict[str, list[str]]:
        result = sunbird.call("GET", f"/user/v1/role/read/{user_id}").json()["result"]
        return {item["role"]: [scope["organisationId"] for scope in item["scope"]] for item in result["roles"]}

    assert sunbird.call("GET", f"/user/v1/role/read/{user_id}").json()["result"] == {"roles": []}
    for _attempt in range(2):
        assert sunbird.assign(user_id, "add").status_code == 200
    assert sunbird.assign(user_id, "remove", "BOOK_CREATOR").status_code == 200
    assert roles() == {"CONTENT_CREATOR": [ROOT]}
    body: dict[str, t.Any] = {"userId": user_id, "organisationId": ROOT, "roles": ["BOOK_CREATOR", "COURSE_MENTOR"]}
    assert sunbird.admin("POST", path, body).status_code == 200
    assert roles() == {"BOOK_CREATOR": [ROOT], "COURSE_MENTOR": [ROOT]}
    assert_refused(sunbird.admin("POST", path, {**body, "roles": ["WIZARD"]}), 400, "UOS_ROLUPD0019")
    assert_refused(sunbird.admin("POST", path, {**body, "roles": []}), 400, "UOS_ROLUPD0030")
    assert_refused(sunbird.admin("POST", path, {**body, "userId": ""}), 400, "UOS_ROLUPD0030")
    assert_refused(sunbird.assign(user_id, "toggle"), 400, "UOS_ROLUPD0018")
    private = "/private/user/v2/assign/role"
    scope = [{"organisationId": SUB}]
    body = {"userId": user_id, "roles": [{"role": "BOOK_CREATOR", "operation": "add", "scope": scope}]}
    assert sunbird.inside("POST", private, body).status_code == 200
    assert roles()["BOOK_CREATOR"] == [ROOT, SUB]
    assert sunbird.assign(user_id, "remove", "BOOK_CREATOR").status_code == 200
    assert sunbird.assign(user_id, "remove", "COURSE_MENTOR").status_code == 200
    assert roles() == {"BOOK_CREATOR": [SUB]}
    scope[0]["organisationId"] = "1"
    assert_refused(sunbird.inside("POST", private, body), 400, "UOS_ROLUPD0076")
    body["roles"] = [{"role": "BOOK_CREATOR", "operation": "add"}]
    assert_refused(sunbird.inside("POST", private, body), 400, "UOS_ROLUPD0030")
    by_external_id = {"userId": user_id, "externalId": "north-school", "provider": "sandbox", "roles": ["PUBLIC"]}
    assert sunbird.inside("POST", "/private/user/v1/assign/role", by_external_id).status_code == 200
    assert roles() == {"PUBLIC": [SUB]}
    assert sunbird.assign(UNKNOWN_ID, "add").status_code == 200
    catalogue = sunbird.call("GET", "/data/v1/role/read").json()["result"]["roles"]
    assert "ORG_ADMIN" in {item["id"] for item in catalogue}


def test_somebody_else_changes_a_user_in_between(sandbox: t.Any, sunbird: Sunbird) -> None:
    user_id = sunbird.create()
    sandbox.fault("sunbird.user.get", "change", set={"lastName": "Rao"})
    assert sunbird.profile()["lastName"] == "Rao"
    sandbox.fault("sunbird.user.delete", "change", remove=True)
    assert_refused(sunbird.delete(user_id), 400, "UOS_USRDLT0008", "User is already deleted.")
    sandbox.fault("sunbird.user.update", "change", remove=True)
    assert_refused(sunbird.update(UNKNOWN_ID, lastName="Rao"), 404, "UOS_USRUPD0013")
    sandbox.fault("*", "change", remove=True)
    answer = sunbird.issue(username="admin@sandbox.example", password="Sandbox-Admin-1")
    assert answer.status_code == 200, "a request for a token is about nobody"
