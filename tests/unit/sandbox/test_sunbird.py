# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated Sunbird service behaves as its sources say: golden examples, the way in, reading."""

from __future__ import annotations

import pathlib
import time
import typing as t

import pytest

from ansible_collections.vox.roster.tests.unit.sandbox.sunbird_tester import (
    NO_PERMISSION,
    ROOT,
    SECOND,
    SUB,
    UNKNOWN_ID,
    Sunbird,
    assert_refused,
)

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "golden" / "sunbird"


@pytest.fixture
def sunbird(sandbox: t.Any) -> Sunbird:
    return Sunbird(sandbox)


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.json")))
def test_golden_example(replay: t.Callable[[str], None], name: str) -> None:
    replay(f"sunbird/{name}")


def test_tokens(sunbird: Sunbird) -> None:
    assert sunbird.issue(client_secret="wrong").json()["error"] == "unauthorized_client"
    assert sunbird.issue(grant_type="magic").json()["error"] == "unsupported_grant_type"
    assert sunbird.issue(username="nobody", password="x").status_code == 401
    tokens = sunbird.issue(username="admin", password="Sandbox-Admin-1").json()
    again = sunbird.issue(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert again.json()["expires_in"] == 43200
    assert sunbird.issue(grant_type=...).json()["error"] == "invalid_request"
    url = f"{sunbird.url}/sunbird/auth/realms/sunbird/protocol/openid-connect/token"
    assert sunbird.session.post(url, json={}, timeout=10).status_code == 415
    assert sunbird.refresh("nonsense").json()["params"]["err"] == "invalid_grant"
    assert sunbird.refresh(tokens["access_token"]).status_code == 400
    assert sunbird.refresh("x", data=None, json={}).status_code == 415
    assert sunbird.refresh("x", headers={}).json() == {"message": "Unauthorized"}


def test_expired_and_forged_tokens(sunbird: Sunbird) -> None:
    sunbird.dialect(token_life="2")
    token = sunbird.token("admin")
    assert sunbird.call("POST", "/user/v1/search", {"filters": {}}, token=token).status_code == 200
    forged = token[:-4] + ("AAAA" if not token.endswith("AAAA") else "BBBB")
    assert_refused(sunbird.call("POST", "/user/v1/search", {"filters": {}}, token=forged), 401, "UOS_0070")
    time.sleep(2.1)
    assert_refused(sunbird.call("POST", "/user/v1/search", {"filters": {}}, token=token), 401, "UOS_0070")
    assert sunbird.call("GET", "/user/v1/get/email/admin@sandbox.example", token=token).status_code == 200


def test_roles_come_with_the_refreshed_token_only(sunbird: Sunbird) -> None:
    path = f"/user/v5/read/{sunbird.create()}"
    plain = sunbird.token("admin", refreshed=False)
    refusal = sunbird.call("GET", path, token=plain)
    assert (refusal.status_code, refusal.text, refusal.headers["x-request-allowed"]) == (403, NO_PERMISSION, "no")
    assert sunbird.admin("GET", path).status_code == 200
    sunbird.dialect(opa="off")
    assert sunbird.call("GET", path, token=plain).status_code == 200
    sunbird.dialect(opa="on", roles_in_token="always")
    sunbird.tokens.clear()
    assert sunbird.call("GET", path, token=sunbird.token("admin", refreshed=False)).status_code == 200


def test_sidecar_rules(sunbird: Sunbird) -> None:
    user_id, learner = sunbird.create(), sunbird.token("learner")
    assert sunbird.call("GET", f"/user/v5/read/{user_id}", token=learner).text == NO_PERMISSION
    assert sunbird.admin("GET", f"/user/v4/read/{user_id}").text == NO_PERMISSION
    assert sunbird.admin("PATCH", "/user/v1/update", {"userId": user_id, "lastName": "Rao"}).text == NO_PERMISSION
    body = {"userId": user_id, "organisationId": ROOT, "roles": ["CONTENT_CREATOR"]}
    assert sunbird.call("POST", "/user/v1/role/assign", body, token=learner).text == NO_PERMISSION
    assert sunbird.assign(user_id, "add", "CONTENT_CREATOR", SECOND).text == NO_PERMISSION
    assert sunbird.inside("GET", f"/v5/user/read/{user_id}", token=learner).text == NO_PERMISSION
    sunbird.dialect(opa_without_token="denies")
    assert sunbird.call("GET", f"/user/v5/read/{user_id}").text == NO_PERMISSION


def test_delete_policies(sunbird: Sunbird) -> None:
    learner, body = sunbird.token("learner"), {"userId": sunbird.create()}
    sunbird.dialect(delete_policy="org_admin")
    assert sunbird.call("POST", "/user/v1/delete", body, token=learner).text == NO_PERMISSION
    sunbird.dialect(delete_policy="open")
    assert sunbird.call("POST", "/user/v1/delete", body, token=learner).status_code == 200
    other = sunbird.create()
    sunbird.dialect(delete_policy="org_admin")
    assert sunbird.delete(other).status_code == 200


def test_the_way_in(sunbird: Sunbird) -> None:
    limited = {"Authorization": "Bearer sandbox-limited-api-key"}
    body = {"message": "You cannot consume this service"}
    assert sunbird.call("POST", "/user/v1/delete", {"userId": UNKNOWN_ID}, headers=limited).json() == body
    assert sunbird.call("GET", "/user/v1/get/email/admin@sandbox.example", headers=limited).status_code == 200
    assert sunbird.call("GET", "/nothing/v1").json() == {"message": "no Route matched with those values"}
    sunbird.dialect(gateway_release="0.14")
    assert sunbird.call("GET", "/nothing/v1").json() == {"message": "no API found with those values"}
    assert "Action Not Found" in sunbird.call("GET", "/user/v1/delete").text
    assert sunbird.call("GET", "/user/v1/delete", headers={"Authorization": "x"}).status_code == 401
    assert "Action Not Found" in sunbird.inside("GET", "/v1/nothing").text
    outside = sunbird.call("GET", "/nothing", way="/sunbird")
    assert (outside.status_code, "nginx" in outside.text) == (404, True)
    assert sunbird.call("POST", "/private/user/v1/lookup", {}).status_code == 404


def test_message_ids(sunbird: Sunbird) -> None:
    headers = {"x-request-id": "request-1", "X-msgId": "message-1"}
    params = sunbird.call("GET", "/user/v1/get/email/nobody@mail.example", headers=headers).json()["params"]
    assert (params["msgid"], params["resmsgid"]) == ("request-1", "request-1")
    sunbird.dialect(error_codes="bare")
    params = sunbird.call("GET", "/user/v1/get/email/nobody@mail.example", headers=headers).json()["params"]
    assert params["msgid"] == "message-1"


def test_reads(sunbird: Sunbird) -> None:
    external = [{"id": "S-1", "provider": "sandbox", "idType": "staff"}]
    user_id = sunbird.create(externalIds=external, password="Invented-1", roles=["CONTENT_CREATOR"])
    assert sunbird.profile()["externalIds"] == []
    tokens = sunbird.issue(username="ishaan@mail.example", password="Invented-1").json()
    for version in ("v1", "v4", "v5"):
        answer = sunbird.call("GET", f"/user/{version}/read/{user_id}", token=tokens["access_token"])
        profile = answer.json()["result"]["response"]
        assert profile["externalIds"][0]["id"] == "S-1"
        assert ("roles" in profile, "userType" in profile) == (version == "v5", version == "v1")
        if version == "v1":
            assert profile["organisations"][0]["roles"] == ["CONTENT_CREATOR"]
            assert profile["emailVerified"] is True
    private = sunbird.inside("GET", f"/private/user/v1/read/{user_id}", params={"fields": "roles,externalIds"})
    profile = private.json()["result"]["response"]
    assert (len(profile["roles"]), len(profile["externalIds"]), bool(profile["encEmail"])) == (1, 1, True)
    by_external_id = "/private/user/v1/read/S-1?provider=sandbox&idType=staff"
    assert sunbird.inside("GET", by_external_id).json()["result"]["response"]["id"] == user_id
    assert_refused(sunbird.inside("GET", f"/private/user/v1/read/{UNKNOWN_ID}"), 404, "UOS_USRRED0013")


def test_look_ups_by_key(sunbird: Sunbird) -> None:
    sunbird.create(userName="ishaan")
    path = "/user/v1/get/userName/Ishaan"
    assert_refused(sunbird.call("GET", path), 401, "UOS_0070")
    assert sunbird.admin("GET", path).status_code == 200
    assert_refused(sunbird.call("GET", "/user/v1/get/shoeSize/9"), 400, "UOS_USRRED0018")
    unknown = "/get/email/nobody@mail.example"
    assert_refused(sunbird.call("GET", "/user/v1" + unknown), 404, "USER_NOT_FOUND")
    assert_refused(sunbird.call("GET", "/user/v2" + unknown), 401, "UOS_0070")
    assert_refused(sunbird.admin("GET", "/user/v2" + unknown), 404, "UOS_USRRED0013")
    sunbird.dialect(v2_get_error="USER_NOT_FOUND")
    assert_refused(sunbird.admin("GET", "/user/v2" + unknown), 404, "USER_NOT_FOUND")
    known = "/user/v2/exists/email/ishaan@mail.example"
    assert sunbird.admin("GET", known).json()["responseCode"] == "IM_A_TEAPOT"
    assert sunbird.admin("GET", known, params={"captchaResponse": "yes"}).json()["result"]["name"] == "Ishaan"
    sunbird.dialect(captcha="off")
    assert sunbird.admin("GET", known).json()["result"]["exists"] is True
    lookup = "/private/user/v1/lookup"
    row = sunbird.inside("POST", lookup, {"key": "username", "value": "ISHAAN"}).json()["result"]["response"][0]
    assert (row["email"], row["userName"]) == ("is****@mail.example", "ishaan")
    assert sunbird.inside("POST", lookup, {"key": "id", "value": "x"}).json()["result"] == {"response": []}
    assert_refused(sunbird.inside("POST", lookup, {"key": "id"}), 400, "UOS_USRLKP0030")
    assert_refused(sunbird.inside("POST", lookup, {"key": "shoe", "value": "x"}), 400, "UOS_USRLKP0018")


def test_search(sunbird: Sunbird) -> None:
    user_id = sunbird.create()
    by_email = {"email": "ishaan@mail.example"}
    assert sunbird.found(filters=by_email)["count"] == 0
    time.sleep(1.1)
    (found,) = sunbird.found(filters=by_email)["content"]
    assert (found["userId"], found["email"]) == (user_id, "is****@mail.example")
    sunbird.create(email="sync@mail.example", sync=True)
    assert sunbird.found(filters={"email": "sync@mail.example"})["count"] == 1
    sunbird.dialect(search="immediate")
    sunbird.create(email="third@mail.example", firstName="Zara", roles=["CONTENT_CREATOR"], organisationId=SUB)
    assert sunbird.found(query="zara")["count"] == 1
    assert sunbird.found(filters={"roles.role": ["CONTENT_CREATOR"]})["count"] == 1
    assert sunbird.found(filters={"organisations.organisationId": SUB, "status": 1, "isDeleted": False})["count"] == 1
    old = sunbird.found("v1", query="zara", fields=["organisations"])["content"][0]
    assert old["organisations"][0]["roles"] == ["CONTENT_CREATOR"]
    page = sunbird.found(sort_by={"firstName": "desc"}, limit=1, offset=1)
    assert (page["count"], len(page["content"])) == (5, 1)
    assert_refused(sunbird.admin("POST", "/user/v1/search", {"filters": {"email": ["a"]}}), 500, "UOS_USRSERUOS_0069")
    assert sunbird.inside("POST", "/private/user/v1/search", {"filters": {}}).status_code == 200
    assert sunbird.delete(user_id).status_code == 200
    assert sunbird.found(filters={"userId": user_id})["content"][0]["status"] == 2
    sunbird.dialect(search_shows_deleted="no")
    assert sunbird.found(filters={"userId": user_id})["count"] == 0
    sunbird.dialect(search="eventual", sync_create="ignored")
    sunbird.create(email="late@mail.example", sync=True)
    assert sunbird.found(filters={"email": "late@mail.example"})["count"] == 0


def test_sparse_records(sunbird: Sunbird) -> None:
    sunbird.dialect(search="immediate")
    user_id = sunbird.create()
    full = sunbird.found(filters={"userId": user_id})["content"][0]
    sunbird.dialect(record_keys="sparse")
    sparse = sunbird.found(filters={"userId": user_id})["content"][0]
    assert sparse == {name: value for name, value in full.items() if value not in (None, "", [], {})}
    assert sparse.keys() < full.keys()
    read = sunbird.inside("GET", f"/private/user/v1/read/{user_id}").json()["result"]["response"]
    assert "dob" not in read and read["firstName"] == full["firstName"]


def test_organisations_and_locations(sunbird: Sunbird) -> None:
    filters = {"filters": {"channel": "sandbox", "isTenant": True}}
    (found,) = sunbird.call("POST", "/org/v1/search", filters).json()["result"]["response"]["content"]
    assert found["id"] == ROOT
    read = sunbird.call("POST", "/org/v1/read", {"organisationId": SUB})
    assert read.json()["result"]["response"]["rootOrgId"] == ROOT
    assert_refused(sunbird.call("POST", "/org/v1/read", {"organisationId": "1"}), 404, "UOS_ORGRED0013")
    assert_refused(sunbird.call("POST", "/org/v1/read", {}), 400, "UOS_ORGRED0030")
    assert_refused(sunbird.call("POST", "/org/v2/search", {}), 400, "UOS_ORGSER0030")
    body = {"filters": {"code": ["district-hills", "state-north"]}}
    found = sunbird.call("POST", "/data/v1/location/search", body).json()["result"]["response"]
    state, district = sorted(found, key=lambda item: item["type"], reverse=True)
    assert district["parentId"] == state["id"]


def test_error_codes_of_the_newer_service(sunbird: Sunbird) -> None:
    user_id = sunbird.create()
    get, no_name = "/user/v1/get/email/nobody@mail.example", {"email": "x@mail.example"}
    sunbird.dialect(error_codes="standalone_lern")
    assert_refused(sunbird.call("GET", get), 404, "USER_NOT_FOUND")
    missing = sunbird.call("POST", "/user/v1/create", no_name)
    assert_refused(missing, 400, "UOS_USRCRTMANDATORY_PARAMETER_MISSING")
    assert_refused(sunbird.creation(), 400, "0002")
    assert_refused(sunbird.delete(UNKNOWN_ID), 404, "RESOURCE_NOT_FOUND", "user")
    sunbird.dialect(error_codes="bare")
    assert_refused(sunbird.call("GET", get), 404, "RESOURCE_NOT_FOUND", "Requested resource not found")
    assert_refused(sunbird.call("POST", "/user/v1/create", no_name), 400, "MANDATORY_PARAMETER_MISSING")
    assert sunbird.delete(user_id).status_code == 200
    assert_refused(sunbird.delete(user_id), 400, "0008", "User is already deleted.")
    unauthorised = sunbird.call("POST", "/user/v1/search", {"filters": {}})
    assert (unauthorised.status_code, unauthorised.json()["responseCode"]) == (401, "CLIENT_ERROR")
    assert "X-Response-Length" not in unauthorised.headers
    sunbird.dialect(error_codes="composed", unauthorized_response_code="CLIENT_ERROR")
    assert sunbird.call("POST", "/user/v1/search", {"filters": {}}).json()["responseCode"] == "CLIENT_ERROR"


def test_seeded_users(sandbox: t.Any, sunbird: Sunbird) -> None:
    for _attempt in range(2):
        sandbox.seed("sunbird", 30)
    assert sunbird.found(filters={"rootOrgId": ROOT}, limit=5)["count"] == 62
    shown = sandbox.records("sunbird")
    assert (len(shown), shown[0]["password"], shown[-1]["password"]) == (62, "********", None)
