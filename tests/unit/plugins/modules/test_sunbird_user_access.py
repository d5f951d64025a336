# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module sunbird_user and who may do what: keys, tokens, permissions, and answers that are none of Sunbird's."""

from __future__ import annotations

import base64
import json
import time
import typing as t

import pytest

from ansible_collections.vox.roster.tests.unit.http_servers import answer, free_port, serving
from ansible_collections.vox.roster.tests.unit.module_runner import run
from ansible_collections.vox.roster.tests.unit.sunbird_site import (
    ADMIN,
    API_KEY,
    CLIENT_SECRET,
    EMAIL,
    PASSWORD,
    PERSON,
    PHONE,
    ROOT,
    SUB,
    Site,
)

if t.TYPE_CHECKING:
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

ROLES = [{"role": "COURSE_MENTOR"}]


@pytest.fixture
def gateway(sandbox: Sandbox) -> Site:
    """The installation from outside, as an administrator, with Asha in it."""
    site = Site(sandbox, "gateway")
    site.changes(password=PASSWORD, **PERSON)
    return site


@pytest.mark.parametrize(
    "wrong, texts",
    [
        ({"url": None}, ["'url' is missing", "SUNBIRD_URL"]),
        ({"url": "sunbird.example.org"}, ["no http or https address"]),
        ({"api_key": " "}, ["'api_key' is missing", "SUNBIRD_API_KEY"]),
        ({"api_key": "no-such-key"}, ["Unauthorized", "the gateway does not know it"]),
        ({"api_key": "a key"}, ["Unauthorized"]),
        ({"api_key": "clé"}, ["'api_key'", "cannot be sent"]),
        ({"auth_username": ""}, ["'auth_username' is missing"]),
        ({"auth_password": ""}, ["'auth_password' is missing"]),
        ({"auth_password": "Marker-Wrong-1"}, ["Invalid user credentials", "'auth_password'"]),
        ({"client_secret": "Marker-Wrong-2"}, ["Invalid client secret", "'client_secret'"]),
        ({"realm": "moon"}, ["'realm'"]),
        ({"keycloak_url": "ftp://auth.example.org"}, ["'keycloak_url'", "no http or https address"]),
        ({"user_token": "not-a-token"}, ["You are not authorized", "user token"]),
    ],
)
def test_wrong_credentials(gateway: Site, wrong: dict[str, t.Any], texts: list[str]) -> None:
    gateway.refuses(*texts, email=EMAIL, roles=ROLES, **wrong)
    assert gateway.writes() == (1 if "user_token" in wrong else 0)


def test_unreachable(sandbox: Sandbox) -> None:
    failure = Site(sandbox, "gateway").refuses("no connection", url=f"http://127.0.0.1:{free_port()}", email=EMAIL)
    assert failure["retryable"]


@pytest.mark.parametrize(
    "act, texts",
    [
        (answer("<html><h1>Portal</h1></html>", 200, "text/html"), ["web page instead of the API's JSON"]),
        (answer("<html><h1>404</h1></html>", 404, "text/html"), ["web page", "'mode'"]),
        (answer({"message": "no Route matched with those values"}, 404), ["no Route matched", "'mode'"]),
        (answer({"message": "You cannot consume this service"}, 403), ["cannot consume", "'api_key'"]),
        (answer({"message": "API rate limit exceeded"}, 429), ["rate limit", "later"]),
        (answer("<html>502</html>", 502, "text/html"), ["web page"]),
        (answer({"result": {}}, 200), ["another shape"]),
        (answer({"params": {}, "responseCode": "OK"}, 200), ["holds no record"]),
        (answer({"params": {}, "responseCode": "OK", "result": {"response": {}}}, 200), ["has no id"]),
        (answer({"params": {}, "responseCode": "PARTIAL_SUCCESS_RESPONSE"}, 206), ["without a reason"]),
        (answer({"params": {"err": "X"}, "responseCode": "serverError"}, 404), ["'mode'"]),
    ],
)
def test_answers_of_somebody_else(act: t.Any, texts: list[str]) -> None:
    with serving(act) as server:
        result = run(
            "sunbird_user", url=server.url, api_key="some-other-key", email=EMAIL, state="absent", retries=0, timeout=5
        )
    assert result["failed"] and not result["changed"]
    assert [text for text in texts if text not in result["msg"]] == [], result["msg"]


def test_an_answer_about_somebody_else_is_not_believed() -> None:
    profile = {"id": "1", "email": "other@example.org", "roles": []}
    body = {"params": {}, "responseCode": "OK", "result": {"response": profile}}
    with serving(answer(body)) as server:
        result = run("sunbird_user", url=server.url, api_key="some-other-key", email=EMAIL, retries=0, timeout=5)
    assert result["failed"]
    assert "other@example.org" in result["msg"]


def test_credentials_from_the_environment(gateway: Site) -> None:
    env = {
        "SUNBIRD_URL": gateway.connection["url"],
        "SUNBIRD_API_KEY": API_KEY,
        "SUNBIRD_AUTH_USERNAME": ADMIN["auth_username"],
        "SUNBIRD_AUTH_PASSWORD": ADMIN["auth_password"],
        "SUNBIRD_CLIENT_SECRET": CLIENT_SECRET,
        "SUNBIRD_MODE": "",
    }
    result = run("sunbird_user", env=env, email=EMAIL, roles=ROLES)
    assert result["changed"], result
    service = {**env, "SUNBIRD_MODE": "service", "SUNBIRD_URL": gateway.sandbox.url + "/sunbird-service"}
    assert not run("sunbird_user", env=service, email=EMAIL, roles=ROLES)["changed"]


def test_user_token_as_given(gateway: Site) -> None:
    token = gateway.token()
    own = Site(gateway.sandbox, "gateway", user_token=token)
    own.changes(email=EMAIL, roles=ROLES)
    assert not any("token" in name for name in own.operations)
    expired = ".".join(("e30", _part({"sub": "x", "exp": time.time() - 60}), "x"))
    own.refuses("has expired", "'user_token'", email=EMAIL, roles=[], user_token=expired)


def _part(claims: dict[str, t.Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()


def test_service_account(gateway: Site) -> None:
    account = Site(gateway.sandbox, "gateway", client_secret=CLIENT_SECRET)
    result = account(email=EMAIL, state="absent")
    assert result["changed"], result
    assert account.operations["sunbird.token.issue"] == 1


def test_a_token_that_expires_is_renewed(gateway: Site) -> None:
    gateway.sandbox.dialect(**{"sunbird.token_life": "2"})
    gateway.changes(email=EMAIL, roles=ROLES)
    gateway.sandbox.fault("sunbird.role.assign", "status", status=401, body="json")
    gateway.changes(email=EMAIL, roles=[], writes=2)
    assert gateway.operations["sunbird.token.issue"] == 2


def test_without_the_refresh_the_plain_token_has_to_do(gateway: Site) -> None:
    gateway.sandbox.fault("sunbird.token.refresh", "status", status=404, body="json", times=None)
    failure = gateway.refuses("do not have permission", "ORG_ADMIN", "carries no roles", email=EMAIL, roles=ROLES)
    assert (failure["http_status"], failure["code"]) == (403, "permission")
    assert gateway(email=EMAIL, state="absent")["changed"]


def test_without_an_answer_of_the_refresh_nothing_is_done(gateway: Site) -> None:
    gateway.sandbox.fault("sunbird.token.refresh", "reset_before", times=None)
    gateway.refuses("add the roles to the user token", email=EMAIL, roles=ROLES)
    assert gateway.writes() == 0


@pytest.mark.parametrize("answered", [{"access_token": "x.y.z"}, {"access_token": "x.y.z", "expires_in": 60}])
def test_keycloak_without_refresh_token(gateway: Site, answered: dict[str, t.Any]) -> None:
    with serving(answer(answered)) as keycloak:
        gateway.refuses("not authorized", keycloak_url=keycloak.url, email=EMAIL, roles=ROLES)
        assert len(keycloak.heard) == 2
        assert keycloak.heard[0].target == "/realms/sunbird/protocol/openid-connect/token"


@pytest.mark.parametrize(
    "act, text",
    [
        (answer({"error": "Realm does not exist"}, 404), "Realm does not exist"),
        (answer({"error": "invalid_client"}, 400), "'client_secret'"),
        (answer("<html>", 200, "text/html"), "'keycloak_url'"),
        (answer({}, 200), "'keycloak_url'"),
    ],
)
def test_keycloak_says_no(gateway: Site, act: t.Any, text: str) -> None:
    with serving(act) as keycloak:
        gateway.refuses(text, keycloak_url=keycloak.url, email=EMAIL, roles=ROLES)
    assert gateway.writes() == 0


def test_a_refresh_that_answers_nonsense(gateway: Site) -> None:
    nonsense = answer({"params": {}, "responseCode": "OK", "result": {}})
    login = answer({"access_token": "x.y.z", "refresh_token": "some-refresh-token"})
    with serving(login, nonsense, login, nonsense) as keycloak:
        site = Site(gateway.sandbox, "service", keycloak_url=keycloak.url, client_secret="some-secret")
        site.refuses("not authorized", email=EMAIL, state="absent")
        assert [heard.target for heard in keycloak.heard][1] == "/v1/refresh/token"


@pytest.mark.parametrize("codes", ["composed", "standalone_lern", "bare"])
def test_the_gateway_refuses_to_change_others(gateway: Site, codes: str) -> None:
    gateway.sandbox.dialect(**{"sunbird.error_codes": codes})
    failure = gateway.refuses("not authorized", "mode service", email=EMAIL, last_name="Rao")
    assert failure["http_status"] == 401
    assert failure["request_id"]
    assert gateway.operations["sunbird.token.issue"] == (1 if codes == "composed" else 2)
    given = Site(gateway.sandbox, "gateway", user_token=gateway.token())
    given.refuses("not authorized", "mode service", email=EMAIL, last_name="Rao")


def test_the_policy_refuses_to_change_others(gateway: Site) -> None:
    learner = {"auth_username": "learner@sandbox.example", "auth_password": "Sandbox-Learner-1"}
    own = Site(gateway.sandbox, "gateway", client_secret=CLIENT_SECRET, **learner)
    own.refuses("do not have permission", "mode service", email=EMAIL, last_name="Rao")
    own.refuses("do not have permission", "ORG_ADMIN", email=EMAIL, roles=ROLES)
    own.refuses("do not have permission", "no user token", id="5a4d0000-0000-4000-8000-000000000001")
    gateway.refuses("do not have permission", email=EMAIL, roles=[{"role": "COURSE_MENTOR", "organisation_id": SUB}])


def test_check_mode_warns_of_what_the_gateway_refuses(gateway: Site) -> None:
    assert "mode service" in str(gateway(check=True, email=EMAIL, last_name="Rao")["warnings"])
    gateway.sandbox.dialect(**{"sunbird.gateway_update": "org_admin_allowed"})
    gateway.changes(email=EMAIL, last_name="Rao")


def test_an_api_key_with_fewer_rights(gateway: Site) -> None:
    failure = gateway.refuses(
        "cannot consume", "'api_key'", email=EMAIL, roles=ROLES, api_key="sandbox-limited-api-key"
    )
    assert failure["http_status"] == 403
    gateway.keeps(email=EMAIL, api_key="sandbox-limited-api-key")


def test_service_mode_asks_for_a_token_to_delete_only(gateway: Site) -> None:
    bare = Site(gateway.sandbox, "service", auth_username=None)
    bare.changes(email=EMAIL, last_name="Rao", roles=ROLES, writes=2)
    bare.changes(email=EMAIL, roles=[])
    bare.changes(email=EMAIL, roles=ROLES)
    gone: dict[str, t.Any] = {"email": EMAIL, "state": "absent", "force": True}
    for check in (True, False):
        bare.refuses("needs a user token", "SUNBIRD_AUTH_PASSWORD", check=check, **gone)
        assert bare.writes() == 0
        failure = bare.refuses("needs a user token", "no address", check=check, keycloak_url=None, **gone, **ADMIN)
        assert failure["hint"].startswith("Give 'keycloak_url' (SUNBIRD_KEYCLOAK_URL)")
        assert (failure["code"], bare.writes()) == ("option", 0)
    bare.keeps(email=EMAIL, roles=ROLES)


def test_a_log_in_that_fails_leaves_the_roles_of_who_is_to_be_deleted(gateway: Site) -> None:
    gateway.changes(email=EMAIL, roles=ROLES)
    service = Site(gateway.sandbox, "service", **{**ADMIN, "auth_password": "Marker-Wrong-1"})
    failure = service.refuses("Invalid user credentials", email=EMAIL, state="absent", force=True)
    assert (failure["done"], service.writes()) == ([], 0)
    service.keeps(email=EMAIL, roles=ROLES)


def test_the_wrong_mode_is_told(gateway: Site) -> None:
    gateway.refuses("'mode'", email=EMAIL, url=gateway.sandbox.url + "/sunbird-service")
    gateway.refuses("'mode'", email=EMAIL, mode="service")


@pytest.mark.parametrize(
    "options, texts",
    [
        ({}, ["one of the following is required"]),
        ({"email": "asha"}, ["'email' is 'asha', which is no e-mail address"]),
        ({"email": "as**@example.org"}, ["masked"]),
        ({"phone": "one two"}, ["no telephone number"]),
        ({"phone": "+977 14211000"}, ["+91", "'country_code'"]),
        ({"phone": "98765432 10987654"}, ["more than 15 digits"]),
        ({"phone": "98765432,10987654"}, ["more than one telephone number"]),
        ({"phone": "9876543210\n9876543211"}, ["more than one telephone number"]),
        ({"phone": "98765432 10987654", "state": "absent"}, ["more than 15 digits"]),
        ({**PERSON, "recovery_phone": "9876543210 9876543211"}, ["'recovery_phone'", "digits"]),
        ({**PERSON, "password": ""}, ["the value of 'password' is empty"]),
        ({**PERSON, "password": " "}, ["the value of 'password' is empty"]),
        ({"phone": "+91", "first_name": "A"}, ["'phone' is '+91'"]),
        ({**PERSON, "recovery_phone": "+91"}, ["'recovery_phone' is '+91'", "the empty text clears"]),
        ({"phone": "12", "first_name": "A"}, ["Invalid format", "'country_code'"]),
        ({"email": "a.b+c@example.org", "first_name": "A"}, ["Invalid format", "fewer forms"]),
        ({"username": "آشا"}, ["ASCII"]),
        ({"id": "../1"}, ["no id of a user"]),
        ({"id": ""}, ["'id' is empty"]),
        ({"email": EMAIL, "country_code": "India"}, ["no country code"]),
        ({"email": EMAIL, "dob": "1990-05-01"}, ["no year"]),
        ({"email": EMAIL, "roles": [{"role": " "}]}, ["without a name"]),
        ({"email": EMAIL, "framework": {"id": [{"a": 1}]}}, ["list of texts"]),
        ({"email": EMAIL}, ["'first_name'"]),
        ({"username": "asha", "first_name": "A"}, ["'email' or 'phone'"]),
        ({"id": "no-such-id", "first_name": "A"}, ["there is no user with id no-such-id"]),
        ({**PERSON, "framework": {"board": ["State"]}}, ["'framework' needs the entry 'id'"]),
        ({**PERSON, "password": "short"}, ["8 characters"]),
        ({**PERSON, "channel": "nowhere"}, ["channel"]),
        ({**PERSON, "channel": "second-tenant", "organisation_id": SUB}, ["'channel'"]),
        ({**PERSON, "organisation_id": "0140000000000000004"}, ["not active"]),
        ({**PERSON, "recovery_email": EMAIL}, ["'recovery_email'"]),
        ({**PERSON, "user_type": "wizard"}, ["wizard"]),
        ({**PERSON, "profile_locations": ["district-adrift"]}, ["state"]),
    ],
)
def test_bad_input(sandbox: Sandbox, options: dict[str, t.Any], texts: list[str]) -> None:
    site = Site(sandbox)
    result = site(**options)
    assert result["failed"] and not result.get("changed")
    assert [text for text in texts if text not in result["msg"]] == [], result["msg"]
    assert site.record(email=EMAIL) is None


def test_keys_of_two_users(sandbox: Sandbox) -> None:
    site = Site(sandbox)
    first = site.changes(**PERSON)
    second = site.changes(phone=PHONE, username="other", first_name="Other")
    failure = site.refuses(first["id"], second["id"], email=EMAIL, phone=PHONE)
    assert failure["code"] == "conflict"
    site.refuses(first["id"], second["id"], id=second["id"], email=EMAIL)
    site.refuses("'username'", "cannot become 'other'", email=EMAIL, username="other")
    site.refuses("no user has the email", second["id"], email="new@example.org", phone=PHONE, first_name="New")
    site.refuses("no user has the email", second["id"], email="new@example.org", username="other", first_name="New")
    assert site.writes() == 0


def test_a_user_name_that_only_the_service_knows_to_be_taken(sandbox: Sandbox) -> None:
    Site(sandbox).changes(username="asha", **PERSON)
    keyed = Site(sandbox, "gateway", auth_username=None)
    failure = keyed.refuses(
        "userName already exists", "belongs to another user", email="b@example.org", username="asha", first_name="B"
    )
    assert failure["code"] == "UOS_USRCRT0002"


def test_an_organisation_that_the_service_passes_over(sandbox: Sandbox) -> None:
    site = Site(sandbox)
    site.changes(organisation_id=SUB, **PERSON)
    failure = site.refuses("did not take 'organisation_id'", email=EMAIL, organisation_id="0149", last_name="Rao")
    assert failure["done"] == ["the rest of the profile"]


def test_a_change_whose_result_cannot_be_seen_is_told(sandbox: Sandbox) -> None:
    site = Site(sandbox)
    site.changes(recovery_phone="9876500001", **PERSON)
    sandbox.fault("sunbird.user.get", "status", status=500, skip=1)
    result = site(email=EMAIL, recovery_phone="")
    assert result["failed"] and result["changed"]
    assert result["failure"]["done"] == ["the profile"]
    site.keeps(email=EMAIL, recovery_phone="")


def test_the_membership_below_the_root_organisation_cannot_end(sandbox: Sandbox) -> None:
    site = Site(sandbox)
    site.changes(organisation_id=SUB, **PERSON)
    for check in (True, False):
        texts = (SUB, "cannot take that membership away", "'organisation_id'")
        site.refuses(*texts, check=check, email=EMAIL, organisation_id=ROOT, last_name="Rao")
        assert site.writes() == 0
