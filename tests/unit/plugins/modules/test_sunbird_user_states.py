# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module sunbird_user and users who are deleted, blocked or protected, and writes that go wrong half-way."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.plugins.module_utils._services import sunbird_reader
from ansible_collections.vox.roster.tests.unit.http_servers import answer, serving
from ansible_collections.vox.roster.tests.unit.module_runner import run
from ansible_collections.vox.roster.tests.unit.sunbird_site import EMAIL, PASSWORD, PERSON, PHONE, ROOT, SUB, Site

if t.TYPE_CHECKING:
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

ROLES = [{"role": "COURSE_MENTOR", "organisation_id": ROOT}, {"role": "COURSE_MENTOR", "organisation_id": SUB}]


@pytest.fixture(params=["service", "gateway"])
def site(request: pytest.FixtureRequest, sandbox: Sandbox) -> Site:
    """The installation, by either way in; as an administrator."""
    return Site(sandbox, request.param)


@pytest.fixture
def service(sandbox: Sandbox) -> Site:
    """The installation from inside the cluster."""
    return Site(sandbox)


def test_a_deleted_user_is_absent_and_cannot_come_back(site: Site) -> None:
    created = site.changes(phone=PHONE, username="asha", **PERSON)
    assert site(email=EMAIL, state="absent")["changed"]
    site.keeps(id=created["id"], state="absent")
    failure = site.refuses("has been deleted", "cannot be brought back", id=created["id"], first_name="Asha")
    assert failure["code"] == "deleted"
    again = site.changes(phone=PHONE, username="asha", **PERSON)
    assert again["id"] != created["id"]
    site.refuses("has been deleted", id=created["id"], first_name="Asha")


@pytest.mark.parametrize("codes", ["composed", "standalone_lern", "bare"])
def test_roles_protect_from_deletion(site: Site, codes: str) -> None:
    site.sandbox.dialect(**{"sunbird.error_codes": codes})
    Site(site.sandbox).changes(roles=ROLES, writes=2, **PERSON)
    failure = site.refuses("has the roles COURSE_MENTOR", "force", check=True, email=EMAIL, state="absent")
    assert failure["code"] == "protected"
    site.refuses("COURSE_MENTOR", email=EMAIL, state="absent")
    assert site.writes() == 0
    if site.connection["mode"] == "gateway":
        # The administrator may not take the roles of the other organisation away.
        assert site.refuses("do not have permission", email=EMAIL, state="absent", force=True)["done"] == []
        return
    assert site(check=True, email=EMAIL, state="absent", force=True)["changed"]
    assert site(email=EMAIL, state="absent", force=True)["changed"]
    assert site.writes() == 2


def test_roles_given_in_between_protect_from_deletion(service: Site) -> None:
    created = service.changes(**PERSON)
    service.sandbox.dialect(**{"sunbird.delete_roles": "public,content_creator"})
    service.changes(email=EMAIL, roles=[ROLES[0]])
    service.sandbox.fault("sunbird.user.delete", "status", status=503, times=1)
    result = service(email=EMAIL, state="absent", force=True)
    assert result["failed"] and result["changed"]
    assert result["failure"]["done"] == ["its roles"]
    assert service.record(id=created["id"])["status"] == 1
    assert service(email=EMAIL, state="absent")["changed"]


def test_a_blocked_user_is_managed_with_a_warning(service: Site) -> None:
    created = service.changes(**PERSON)
    service.post("v1/user/block", userId=created["id"])
    result = service(email=EMAIL, last_name="Rao")
    assert result["changed"] and result["user"]["status"] == "blocked"
    assert "is blocked" in str(result["warnings"])
    assert service.keeps(email=EMAIL)["status"] == "blocked"
    assert service(email=EMAIL, state="absent")["changed"]


def test_a_user_blocked_by_an_older_release_is_no_deleted_one(site: Site) -> None:
    created = site.changes(**PERSON)
    site.sandbox.dialect(**{"sunbird.legacy_block": "present", "sunbird.search": "immediate"})
    site.post("v1/user/block", userId=created["id"])
    for key in ({"email": EMAIL}, {"id": created["id"]}, {"username": site.record(email=EMAIL)["userName"]}):
        assert site.refuses("blocked by an older release", **key)["code"] == "blocked"
    assert site(check=True, email=EMAIL, state="absent")["changed"]
    assert site(email=EMAIL, state="absent")["changed"]
    assert site.record(id=created["id"])["status"] == 2
    site.keeps(id=created["id"], state="absent")


def test_a_freed_user_is_known_by_its_id(service: Site) -> None:
    created = service.changes(phone=PHONE, **PERSON)
    service.post("private/user/v1/identifier/freeup", id=created["id"], identifier=["email", "phone"])
    service.keeps(email=EMAIL, state="absent")
    assert service(id=created["id"], state="absent")["changed"]


def test_a_search_that_never_tells(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sunbird_reader, "PAUSES_FOR_THE_INDEX", (0.01,))
    gateway = Site(sandbox, "gateway")
    created = gateway.changes(**PERSON)
    gateway.sandbox.dialect(**{"sunbird.search_shows_deleted": "no", "sunbird.search": "immediate"})
    assert gateway(email=EMAIL, state="absent")["changed"]
    failure = gateway.refuses("does not tell which", "mode service", id=created["id"], state="absent")
    assert failure["code"] == "undetermined" and failure["retryable"]
    assert gateway.operations["sunbird.user.search"] == 2


def test_a_search_that_is_not_allowed(sandbox: Sandbox) -> None:
    gateway = Site(sandbox, "gateway")
    created = gateway.changes(**PERSON)
    assert gateway(email=EMAIL, state="absent")["changed"]
    gateway.sandbox.fault("sunbird.user.search", "status", status=403, body="json")
    gateway.refuses("search users", "a deleted user from a blocked one", id=created["id"], state="absent")


def test_a_deletion_that_breaks_off_once_is_continued(site: Site) -> None:
    site.sandbox.dialect(**{"sunbird.delete_failure": "once", "sunbird.delete_failure_leaves": "no_lookup"})
    created = site.changes(**PERSON)
    assert site(email=EMAIL, state="absent")["changed"]
    assert site.operations["sunbird.user.delete"] == 2
    assert site.record(id=created["id"])["status"] == 2


@pytest.mark.parametrize("codes", ["composed", "bare"])
def test_a_deletion_that_always_breaks_off_is_a_failure(site: Site, codes: str) -> None:
    created = site.changes(**PERSON)
    site.sandbox.dialect(**{"sunbird.delete_failure": "always", "sunbird.error_codes": codes})
    failure = site.refuses("in the middle of the deletion", f"'id: {created['id']}'", email=EMAIL, state="absent")
    assert failure["code"].endswith("0008") and failure["retryable"]
    assert site.record(email=EMAIL)["status"] == 1


def test_deleted_in_between(site: Site) -> None:
    site.changes(**PERSON)
    site.sandbox.fault("sunbird.user.delete", "change", remove=True)
    assert site(email=EMAIL, state="absent")["changed"]
    assert (site.reads(), site.writes()) == (1, 1)
    site.keeps(email=EMAIL, state="absent")


def test_a_lost_answer_to_the_deletion(site: Site) -> None:
    site.changes(**PERSON)
    site.sandbox.fault("sunbird.user.delete", "reset_after")
    assert site(email=EMAIL, state="absent", retries=1)["changed"]


@pytest.mark.parametrize("fault", ["reset_before", "reset_after", "truncated_json"])
def test_a_lost_answer_to_the_creation(site: Site, fault: str) -> None:
    site.sandbox.fault("sunbird.user.create", fault)
    result = site(retries=1, roles=[{"role": "CONTENT_CREATOR"}], **PERSON)
    assert result["changed"] and result["user"]["id"], result
    assert len([one for one in site.sandbox.records("sunbird") if one["email"] == EMAIL]) == 1
    site.keeps(roles=[{"role": "CONTENT_CREATOR"}], **PERSON)


def test_a_password_that_is_not_set_is_told(site: Site) -> None:
    site.sandbox.dialect(**{"sunbird.create_password": "refused"})
    result = site(password=PASSWORD, **PERSON)
    assert result["failed"] and result["changed"]
    assert result["failure"]["done"] == ["the account"]
    created = site.record(email=EMAIL)
    assert created and created["id"] in result["msg"] and "forgot password" in result["msg"]


@pytest.mark.parametrize("dialect", ["ok", "refused"])
def test_a_password_that_may_not_be_set_is_told(site: Site, dialect: str) -> None:
    site.sandbox.dialect(**{"sunbird.create_password": dialect})
    site.sandbox.fault("sunbird.user.create", "reset_after")
    result = site(password=PASSWORD, **PERSON)
    assert result["changed"] and "password may not be set" in str(result["warnings"])
    assert "warnings" not in site(password=PASSWORD, **PERSON)


def test_attributes_that_are_not_saved_are_told(service: Site) -> None:
    service.sandbox.dialect(**{"sunbird.create_errors": "listed"})
    result = service(organisation_id=SUB, **PERSON)
    assert result["failed"] and result["changed"]
    assert "Organisation" in result["msg"]
    service.changes(organisation_id=SUB, email=EMAIL)


def test_roles_that_the_creation_does_not_save_are_given_afterwards(site: Site) -> None:
    site.sandbox.dialect(**{"sunbird.roles_after_create": "missing"})
    site.changes(roles=[{"role": "CONTENT_CREATOR"}], writes=2, **PERSON)
    site.keeps(roles=[{"role": "CONTENT_CREATOR"}], **PERSON)


def test_roles_that_fail_after_the_creation(service: Site) -> None:
    service.sandbox.fault("sunbird.role.assign", "status", status=503)
    result = service(roles=ROLES, **PERSON)
    assert result["failed"] and result["changed"]
    assert result["failure"]["done"] == ["the account"]
    service.changes(roles=ROLES, email=EMAIL)


def test_roles_that_fail_after_the_profile(service: Site) -> None:
    service.changes(**PERSON)
    service.sandbox.fault("sunbird.role.list", "status", status=503)
    result = service(email=EMAIL, last_name="Rao", roles=[{"role": "WIZARD"}])
    assert result["failed"] and result["changed"]
    assert result["failure"]["done"] == ["the profile"]


def test_a_user_who_vanishes_after_being_written(service: Site) -> None:
    service.sandbox.fault("sunbird.user.get", "change", remove=True, skip=1)
    result = service(roles=ROLES, **PERSON)
    assert result["failed"] and result["changed"]
    assert "cannot be found" in result["msg"]


def envelope(result: t.Any) -> t.Any:
    """A scripted success."""
    return answer({"params": {}, "responseCode": "OK", "result": result})


NOBODY = answer({"params": {"err": "RESOURCE_NOT_FOUND"}, "responseCode": "RESOURCE_NOT_FOUND"}, 404)
ASHA = {"id": "u-1", "email": EMAIL, "firstName": "Asha", "status": 1, "rootOrgId": ROOT, "roles": []}


@pytest.mark.parametrize(
    "script, options, texts",
    [
        ([NOBODY, envelope({}), NOBODY], PERSON, ["no id of the new user", "not known whether", "was created"]),
        ([envelope({"response": ASHA}), envelope({"errors": ["no link"]})], {"dob": "1990"}, ["no link"]),
        ([envelope({"response": ASHA}), envelope({"response": 1})], {"profile_locations": ["x"]}, ["holds no list"]),
        ([envelope({"response": ASHA}), envelope(None), NOBODY], {"organisation_id": SUB}, ["cannot be found"]),
        ([envelope({"response": {**ASHA, "roles": None}}), envelope({"roles": []})], {}, []),
        ([envelope({"response": {**ASHA, "roles": None}}), envelope(None)], {}, ["read roles", "holds no list"]),
    ],
)
def test_odd_answers_of_the_service(script: list[t.Any], options: dict[str, t.Any], texts: list[str]) -> None:
    if "profile_locations" in options:
        script[0] = envelope({"response": {**ASHA, "profileLocation": [{"id": "l-1", "type": "state"}]}})
    with serving(*script) as server:
        result = run("sunbird_user", mode="service", url=server.url, retries=0, **{"email": EMAIL, **options})
    assert result["failed"] == bool(texts)
    assert [text for text in texts if text not in result.get("msg", "")] == [], result


@pytest.mark.parametrize(
    "fault, parameters",
    [
        ("reset_before", {}),
        ("reset_after", {}),
        ("truncated_json", {}),
        ("html", {}),
        ("status", {"status": 503}),
        ("status", {"status": 429, "retry_after": 1}),
        ("status", {"status": 502, "acts": True}),
    ],
)
@pytest.mark.parametrize(
    "operation",
    [
        "user.get",
        "user.create",
        "user.update",
        "user.delete",
        "role.assign",
        "role.list",
        "location.search",
        "token.issue",
        "token.refresh",
    ],
)
def test_every_fault_ends_well(
    service: Site, monkeypatch: pytest.MonkeyPatch, operation: str, fault: str, parameters: dict[str, t.Any]
) -> None:
    """One fault at each request: the task succeeds, or fails clearly and succeeds the next time."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    tasks = (
        {**PERSON, "roles": ROLES, "profile_locations": ["district-hills"]},
        {"email": EMAIL, "last_name": "Rao", "roles": [], "profile_locations": ["state-south"]},
        {"email": EMAIL, "state": "absent"},
    )
    for task in tasks:
        service.sandbox.fault(f"sunbird.{operation}", fault, **parameters)
        result = service(retries=1, **task)
        service.sandbox.clear_faults()
        if result["failed"]:
            assert result["failure"]["message"] and result["failure"]["hint"], result["failure"]
            result = service(**task)
            assert not result["failed"], result["msg"]
        service.keeps(**task)
    assert service.record(email=EMAIL) is None
    assert [one["status"] for one in service.sandbox.records("sunbird")] == [1, 1, 2]
