# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module sunbird_user against the sandbox: the cycle of every field, by both ways in and in every dialect."""

from __future__ import annotations

import typing as t

import pytest
import requests

from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_fields import FIELDS
from ansible_collections.vox.roster.tests.unit.http_servers import answer, serving
from ansible_collections.vox.roster.tests.unit.module_runner import run
from ansible_collections.vox.roster.tests.unit.sunbird_site import (
    ADMIN,
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

CREATOR = {"role": "CONTENT_CREATOR", "organisation_id": ROOT}
MENTOR = {"role": "COURSE_MENTOR", "organisation_id": ROOT}
MENTOR_BELOW = {"role": "COURSE_MENTOR", "organisation_id": SUB}

# Field: the values that it gets one after the other, the first at the creation, and how many reads the last of them
# takes besides the look-up.
CHANGES: dict[str, tuple[list[t.Any], int]] = {
    "first_name": (["Asha", "आशा", "Asha K."], 0),
    "last_name": (["Rao", "Iyer", ""], 0),
    "dob": (["1990", "1991"], 0),
    "organisation_id": ([ROOT, SUB], 1),
    "roles": ([[CREATOR], [CREATOR, MENTOR], [MENTOR_BELOW], []], 0),
    "recovery_email": (["asha.home@example.net", "a@example.net", ""], 1),
    "recovery_phone": (["9876500001", "98765", ""], 1),
    "user_type": (["teacher", "administrator"], 0),
    "profile_locations": ([["state-north"], ["district-coast"], ["district-hills", "state-north"]], 2),
    "framework": ([{"id": ["ncf"], "board": ["State"]}, {"board": ["CBSE", "State"]}, {"board": []}], 0),
}
LOGGED_IN = {"sunbird.token.issue": 1, "sunbird.token.refresh": 1}
READ_ONLY = {"status", "root_org_id", "organisations", "locations", "created_date"}
ONLY_AT_CREATION = {"username", "password", "channel", "country_code"}

DIALECTS = {
    "error_codes": ("standalone_lern", "bare"),
    "unauthorized_response_code": ("CLIENT_ERROR",),
    "gateway_update": ("org_admin_allowed",),
    "opa": ("off",),
    "opa_without_token": ("denies",),
    "delete_policy": ("org_admin",),
    "delete_roles": ("public,content_creator",),
    "delete_failure": ("once", "always"),
    "delete_failure_leaves": ("no_lookup",),
    "legacy_block": ("present",),
    "unblock": ("works",),
    "explicit_public_row": ("yes",),
    "roles_after_create": ("missing",),
    "search": ("immediate",),
    "search_shows_deleted": ("no",),
    "external_id_after_delete": ("freed",),
    "roles_in_token": ("always",),
    "token_life": ("2",),
    "create_password": ("refused",),
    "create_errors": ("listed",),
    "record_keys": ("sparse",),
    "mask": ("none",),
    "dob": ("year",),
    "country_code": ("kept",),
    "v2_get_error": ("USER_NOT_FOUND",),
    "captcha": ("off",),
    "sync_create": ("ignored",),
    "gateway_release": ("0.14",),
}
# These say that something fails; what must happen then is tested on its own.
FAILING = (("delete_failure", "always"), ("create_password", "refused"), ("create_errors", "listed"))
CYCLED = [(name, value) for name, values in DIALECTS.items() for value in values if (name, value) not in FAILING]


@pytest.fixture(params=["service", "gateway"])
def site(request: pytest.FixtureRequest, sandbox: Sandbox) -> Site:
    """The installation, by either way in; as an administrator."""
    return Site(sandbox, request.param)


@pytest.fixture
def service(sandbox: Sandbox) -> Site:
    """The installation from inside the cluster."""
    return Site(sandbox)


@pytest.mark.parametrize("field", CHANGES)
def test_cycle_of_every_field(service: Site, field: str) -> None:
    values, reads = CHANGES[field]
    # A role takes a look at the catalogue; in a named organisation another at the new user, and a request of its own.
    extra = 1 if field == "roles" else 0
    service.changes(reads=1 + 2 * extra, writes=1 + extra, **{**PERSON, field: values[0]})
    record = service.keeps(**{**PERSON, field: values[0]})
    for value in values[1:]:
        others = {name: kept for name, kept in record.items() if name not in (field, "locations", "organisations")}
        service.changes(reads=1 + reads if value is values[-1] else None, writes=1, email=EMAIL, **{field: value})
        record = service.keeps(email=EMAIL, **{field: value})
        assert {name: kept for name, kept in record.items() if name in others} == others
    remove(service, record)


def remove(site: Site, record: dict[str, t.Any]) -> None:
    """Delete the user: foreseen, done, and not done again."""
    task: dict[str, t.Any] = {"email": EMAIL, "state": "absent", "force": True}
    predicted = site(check=True, **task)
    assert predicted["changed"] and predicted["user"] is None
    assert site.writes() == 0
    real = site(**task)
    assert real["changed"] and real["user"] is None, real
    assert site.operations["sunbird.user.delete"] == 1
    assert site.keeps(reads=1, **task) is None
    assert site.record(id=record["id"])["status"] == 2


def test_every_field_is_covered() -> None:
    names = {one.name for one in FIELDS} - {"id", "email", "phone", "user_sub_type"}
    assert names == set(CHANGES) | READ_ONLY | ONLY_AT_CREATION


def test_one_look_up_settles_that_nothing_is_to_do(site: Site) -> None:
    site.changes(reads=1, **PERSON)
    site.keeps(reads=1, **PERSON)
    assert site.operations == {"sunbird.user.get": 1}
    site.changes(reads=2, email=EMAIL, roles=[CREATOR])
    assert site.operations["sunbird.role.list"] == 1
    site.keeps(reads=1, email=EMAIL, roles=[CREATOR])
    site.changes(reads=1, writes=1, email=EMAIL, roles=[])
    site(email=EMAIL, state="absent")
    assert site.operations == {"sunbird.user.get": 1, "sunbird.user.delete": 1, **LOGGED_IN}


@pytest.mark.parametrize("dialect, value", CYCLED)
def test_cycle_in_every_dialect(site: Site, dialect: str, value: str) -> None:
    site.sandbox.dialect(**{"sunbird.search": "immediate", "sunbird." + dialect: value})
    person = {**PERSON, "last_name": "Rao", "phone": PHONE, "dob": "1990", "roles": [{"role": "CONTENT_CREATOR"}]}
    created = site.changes(writes=None, password=PASSWORD, **person)
    site.keeps(**person)
    change: dict[str, t.Any] = {
        "first_name": "Asha K.",
        "dob": "1991",
        "user_type": "teacher",
        "framework": {"id": "ncf"},
    }
    own = Site(site.sandbox, "gateway", auth_username=EMAIL, auth_password=PASSWORD, client_secret=CLIENT_SECRET)
    (own if site.connection["mode"] == "gateway" else site).changes(email=EMAIL, **change)
    site.keeps(email=EMAIL, **change)
    site.changes(id=created["id"], roles=[MENTOR])
    site.keeps(id=created["id"], email=EMAIL.upper(), phone=PHONE, roles=[MENTOR])
    gone = site(email=EMAIL, state="absent", force=True)
    assert gone["changed"], gone
    site.keeps(email=EMAIL, state="absent")
    if dialect != "search_shows_deleted" or site.connection["mode"] == "service":
        site.keeps(id=created["id"], state="absent")
    again = site.changes(writes=None, **person)
    assert again["id"] != created["id"]


def test_the_dialects_are_complete(sandbox: Sandbox) -> None:
    played = {name: sorted(one["values"][1:]) for name, one in sandbox.dialects().items() if "sunbird." in name}
    assert played == {f"sunbird.{name}": sorted(values) for name, values in DIALECTS.items()}


def test_a_user_changes_its_own_profile_through_the_gateway(sandbox: Sandbox) -> None:
    admin = Site(sandbox, "gateway")
    admin.changes(password=PASSWORD, **PERSON)
    own = Site(sandbox, "gateway", auth_username=EMAIL, auth_password=PASSWORD, client_secret=CLIENT_SECRET)
    for field in ("last_name", "dob", "recovery_email", "user_type", "profile_locations", "framework"):
        value = CHANGES[field][0][0]
        own.changes(email=EMAIL, **{field: value})
        own.keeps(email=EMAIL, **{field: value})
    own.changes(email=EMAIL, user_type="administrator", user_sub_type="hm")
    own.changes(email=EMAIL, user_sub_type="")
    assert own.keeps(email=EMAIL, user_sub_type="")["user_type"] == "administrator"


def test_sub_type_goes_with_its_type(service: Site) -> None:
    service.changes(user_type="administrator", user_sub_type="crp", **PERSON)
    service.keeps(user_type="administrator", user_sub_type="crp", **PERSON)
    service.changes(email=EMAIL, user_sub_type="hm")
    assert service.keeps(email=EMAIL, user_sub_type="hm")["user_type"] == "administrator"
    assert service.changes(email=EMAIL, user_type="teacher")["user_sub_type"] is None
    service.keeps(email=EMAIL, user_type="teacher")
    service.refuses("'user_sub_type' needs 'user_type'", email="other@example.org", first_name="O", user_sub_type="hm")


@pytest.mark.parametrize(
    "field, given, other", [("username", "Asha_Rao", "asha"), ("channel", "SANDBOX", "second-tenant")]
)
def test_fixed_at_creation(site: Site, field: str, given: str, other: str) -> None:
    record = site.changes(**{**PERSON, field: given.lower()})
    assert record[field] == given.lower()
    site.keeps(**{**PERSON, field: given})
    failure = site.refuses(repr(field), repr(given.lower()), repr(other), email=EMAIL, **{field: other})
    assert failure["code"] == "fixed"
    assert site.writes() == 0


def test_password_and_country_code_count_at_creation_only(service: Site) -> None:
    service.changes(password=PASSWORD, phone="+977 1-4211000", country_code="977", **PERSON)
    assert service.record(email=EMAIL)["phone"] == "14211000"
    assert service.record(email=EMAIL)["password"]
    service.keeps(password="Marker-Pass-1-other", phone="14211000", country_code="+1", **PERSON)
    service.changes(phone="+977 1-4211001", country_code="977", email=EMAIL)
    service.keeps(phone="+977 1-4211001", country_code="977", email=EMAIL)
    assert service.record(email=EMAIL)["phone"] == "14211001"


@pytest.mark.parametrize("country", ["+977", "977"])
def test_deleted_by_a_phone_with_its_country(site: Site, country: str) -> None:
    Site(site.sandbox).changes(phone="+977 1-4211000", country_code="977", first_name="Asha", channel="sandbox")
    gone: dict[str, t.Any] = {"phone": "+977 1-4211000", "country_code": country, "state": "absent"}
    for check in (True, False):
        result = site(check=check, **gone)
        assert result["changed"], result
    site.keeps(**gone)
    site.refuses("+91", "'country_code'", phone="+977 1-4211000", state="absent")


def test_found_by_each_key(site: Site) -> None:
    created = site.changes(phone=PHONE, username="asha_rao", writes=1, **PERSON)
    keys: dict[str, t.Any] = {"id": created["id"], "email": EMAIL, "phone": f"+91 {PHONE}", "username": "Asha_Rao"}
    nobody: dict[str, t.Any] = {"id": "nobody", "email": "nobody@example.org", "phone": "12", "username": "nobody"}
    for key in keys:
        assert site.keeps(**{key: keys[key]})["id"] == created["id"]
        assert site.keeps(state="absent", **{key: nobody[key]}) is None
    assert site.keeps(id=f"f:5a4d-fede:{created['id']}", email=EMAIL)["email"] == EMAIL
    assert site.operations == {"sunbird.user.get": 1}


def test_new_email_and_phone(service: Site) -> None:
    created = service.changes(phone=PHONE, **PERSON)
    changed = service.changes(id=created["id"], email="Asha.New@Example.org", phone="9876543211")
    assert changed["email"] == "asha.new@example.org"
    service.keeps(id=created["id"], email="asha.new@example.org", phone="9876543211")
    assert service.operations["sunbird.user.get"] == 2
    service.changes(email="asha.new@example.org", phone=PHONE)
    assert service.record(email="asha.new@example.org")["phone"] == PHONE
    assert service.keeps(phone=PHONE)["email"] == "as******@example.org"


@pytest.mark.parametrize(
    "field", ["email", "phone", "username", "first_name", "dob", "channel", "organisation_id", "user_type"]
)
def test_what_cannot_be_emptied(service: Site, field: str) -> None:
    created = service.changes(phone=PHONE, dob="1990", user_type="teacher", **PERSON)
    failure = service.refuses(repr(field), id=created["id"], **{field: ""})
    assert failure["code"] in ("unclearable", "option")
    assert service.writes() == 0


def test_locations_cannot_be_emptied_and_keep_the_organisation(service: Site) -> None:
    service.changes(organisation_id=SUB, **PERSON)
    service.changes(email=EMAIL, profile_locations=["block-ridge"])
    record = service.keeps(email=EMAIL, profile_locations=["block-ridge"])
    assert (record["organisation_id"], len(record["locations"])) == (SUB, 3)
    service.keeps(email=EMAIL, profile_locations=["block-ridge", "state-north"])
    service.refuses("'profile_locations'", "cannot be emptied", email=EMAIL, profile_locations=[])
    service.refuses("no location with the code nowhere", email=EMAIL, profile_locations=["nowhere"])


def test_roles_are_added_or_replaced(site: Site) -> None:
    site.changes(roles=[{"role": "CONTENT_CREATOR"}, {"role": "PUBLIC"}], **PERSON)
    site.keeps(email=EMAIL, roles=[CREATOR])
    both = site.changes(email=EMAIL, roles=[{"role": "COURSE_MENTOR"}], append=True)
    assert both["roles"] == [CREATOR, MENTOR]
    site.keeps(email=EMAIL, roles=[CREATOR], append=True)
    site.changes(email=EMAIL, roles=[MENTOR])
    site.keeps(email=EMAIL, roles=[{"role": "COURSE_MENTOR"}])
    site.changes(email=EMAIL, roles=[])


def test_a_role_moves_to_another_organisation(service: Site) -> None:
    service.changes(roles=[MENTOR, MENTOR_BELOW], writes=2, **PERSON)
    service.changes(email=EMAIL, roles=[MENTOR_BELOW])
    service.changes(email=EMAIL, roles=[MENTOR])
    service.keeps(email=EMAIL, roles=[MENTOR])


def test_roles_that_the_installation_does_not_know(site: Site) -> None:
    """Found out before anything is written, since such a user could be neither mended nor deleted."""
    misspelt = [{"role": "CONTENT_CREATER"}, {"role": "COURSE_MENTOR"}]
    for check in (True, False):
        texts = ("cannot get the role CONTENT_CREATER,", "Perhaps CONTENT_CREATOR is meant", "COURSE_MENTOR")
        failure = site.refuses(*texts, check=check, last_name="Rao", roles=misspelt, **PERSON)
        assert failure["code"] == "unknown_role"
        assert (site.reads(), site.writes()) == (2, 0)
    assert site.record(email=EMAIL) is None
    site.changes(**PERSON)
    for check in (True, False):
        failure = site.refuses(
            "the role WIZARD,", check=check, email=EMAIL, last_name="Rao", roles=[{"role": "WIZARD"}]
        )
        assert "Perhaps" not in failure["hint"] and "BOOK_REVIEWER" in failure["hint"]
        assert site.writes() == 0


@pytest.mark.parametrize("fault", [("status", {"status": 403, "body": "json"}), ("html", {})])
def test_a_catalogue_that_cannot_be_read_stops_nothing(site: Site, fault: tuple[str, dict[str, t.Any]]) -> None:
    site.sandbox.fault("sunbird.role.list", fault[0], times=None, **fault[1])
    site.changes(roles=[{"role": "CONTENT_CREATOR"}], **PERSON)
    site.keeps(reads=1, roles=[{"role": "CONTENT_CREATOR"}], **PERSON)
    # Then it is the service that finds out, at an assignment only.
    wizard = {"role": "WIZARD", "organisation_id": ROOT}
    failure = site.refuses("Please provide valid role: WIZARD in " + ROOT, email=EMAIL, roles=[wizard])
    assert "spelling" in failure["hint"]
    site.refuses(f"COURSE_MENTOR in {ROOT}, WIZARD in {ROOT}", email=EMAIL, roles=[MENTOR, {"role": "WIZARD"}])


@pytest.mark.parametrize("roles", [None, [], ["X"], [{"name": "X"}], {"id": "X"}])
def test_a_catalogue_that_makes_no_sense_stops_nothing(roles: t.Any) -> None:
    nobody = answer({"params": {"err": "RESOURCE_NOT_FOUND"}, "responseCode": "RESOURCE_NOT_FOUND"}, 404)
    catalogue = answer({"params": {}, "responseCode": "OK", "result": {"roles": roles}})
    with serving(nobody, catalogue) as server:
        wanted = {**PERSON, "roles": [{"role": "CONTENT_CREATOR"}]}
        assert run("sunbird_user", check=True, mode="service", url=server.url, retries=0, **wanted)["changed"]
        assert [one.target for one in server.heard][1:] == ["/v1/role/read"]


@pytest.mark.parametrize("mask", ["standard", "none"])
def test_recovery_addresses_are_always_masked(service: Site, mask: str) -> None:
    service.sandbox.dialect(**{"sunbird.mask": mask})
    task = {"recovery_email": "asha.home@example.net", "recovery_phone": "9876500001", **PERSON}
    for record in (service.changes(**task), service.keeps(**task)):
        assert record["recovery_email"] == "as*******@example.net"
        assert record["recovery_phone"] == "******0001"
    changed = service.changes(email=EMAIL, recovery_email="asha.work@example.org")
    service.sandbox.dialect(**{"sunbird.mask": "none"})
    read = requests.get(f"{service.sandbox.url}/sunbird-service/private/user/v1/read/{changed['id']}", timeout=5)
    held = read.json()["result"]["response"]
    assert (held["recoveryEmail"], held["recoveryPhone"]) == ("asha.work@example.org", "9876500001")


def test_profile_types_beside_the_first_stay(service: Site) -> None:
    created = service.changes(user_type="teacher", **PERSON)
    types = [{"type": "teacher"}, {"type": "parent"}]
    url = service.sandbox.url + "/sunbird-service/private/user/v1/update"
    requests.patch(url, json={"request": {"userId": created["id"], "profileUserTypes": types}}, timeout=5)
    service.changes(email=EMAIL, user_type="student")
    answer = requests.get(f"{service.sandbox.url}/sunbird-service/private/user/v1/read/{created['id']}", timeout=5)
    kinds = answer.json()["result"]["response"]["profileUserTypes"]
    assert [kind["type"] for kind in kinds] == ["student", "parent"]


def test_the_gateway_needs_no_user_token_to_create(sandbox: Sandbox) -> None:
    keyed = Site(sandbox, "gateway", auth_username=None)
    keyed.changes(roles=[{"role": "CONTENT_CREATOR"}], username="asha", writes=1, **PERSON)
    keyed.keeps(roles=[{"role": "CONTENT_CREATOR"}], username="asha", **PERSON)
    assert ADMIN["auth_username"] not in keyed.connection.values()
    failure = keyed.refuses("needs a user token", "SUNBIRD_USER_TOKEN", email=EMAIL, roles=[])
    assert failure["code"] == "option"
