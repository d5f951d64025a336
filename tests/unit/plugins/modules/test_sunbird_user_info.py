# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module sunbird_user_info against the sandbox, by either way in."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.tests.unit.http_servers import answer, serving
from ansible_collections.vox.roster.tests.unit.module_runner import run
from ansible_collections.vox.roster.tests.unit.sunbird_site import (
    ADMIN,
    ADMIN_ID,
    API_KEY,
    CLIENT_SECRET,
    EMAIL,
    PASSWORD,
    PERSON,
    PHONE,
    ROOT,
    SUB,
    TOKENS,
    Site,
)

if t.TYPE_CHECKING:
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

    Result = dict[str, t.Any]

ONLY_HERE = ("updated_date", "managed_by")
MENTOR = [{"role": "COURSE_MENTOR", "organisation_id": SUB}]


class SiteInfo(Site):
    """Runs the module in one mode and counts what it asks."""

    def __call__(self, check: bool = False, **options: t.Any) -> Result:
        self.sandbox.reset_requests()
        result = run("sunbird_user_info", check=check, **{**self.connection, **options})
        self.operations = self.sandbox.requests()["operations"]
        assert "Traceback" not in result["output"]
        assert not result.get("changed")
        for secret in (API_KEY, CLIENT_SECRET, ADMIN["auth_password"], PASSWORD, "eyJ"):
            assert secret not in result["output"]
        return result

    def finds(self, names: list[str], **options: t.Any) -> list[Result]:
        """The users that a task finds; in check mode the same."""
        predicted = self(check=True, **options)
        result = self(**options)
        assert not result["failed"], result["msg"]
        assert predicted == result
        assert [user["username"] for user in result["users"]] == names
        assert result["count"] == len(names)
        return t.cast("list[Result]", result["users"])

    def requests(self) -> dict[str, int]:
        """What the last task asked for besides tokens."""
        return {name: count for name, count in self.operations.items() if name not in TOKENS}


@pytest.fixture(params=["service", "gateway"])
def site(request: pytest.FixtureRequest, sandbox: Sandbox) -> SiteInfo:
    """The installation, by either way in; as an administrator. Searches see every change at once."""
    sandbox.dialect(**{"sunbird.search": "immediate"})
    return SiteInfo(sandbox, request.param)


@pytest.fixture
def create(site: SiteInfo) -> Site:
    """Runs sunbird_user, which can do everything in mode service only."""
    return Site(site.sandbox)


@pytest.fixture
def asha(create: Site) -> str:
    """A user with something in most fields; returns the id."""
    more: Result = {"username": "asha", "phone": PHONE, "last_name": "Rao", "dob": "1990", "roles": MENTOR}
    more.update(organisation_id=SUB, user_type="teacher", recovery_email="asha@example.net")
    more.update(profile_locations=["district-hills"], framework={"id": ["ncf"], "board": ["State"]})
    return t.cast("str", create.changes(reads=None, writes=None, **PERSON, **more)["id"])


def test_users_by_their_keys_as_the_singular_module_returns_them(site: SiteInfo, create: Site, asha: str) -> None:
    for key, value in (("email", EMAIL.upper()), ("phone", PHONE), ("username", "Asha"), ("id", f"f:x:{asha}")):
        (user,) = site.finds(["asha"], **{key: value})
        shown = {name: user.pop(name) for name in ONLY_HERE}
        assert shown["managed_by"] is None
        assert user == create(check=True, **{key: value})["user"], key
        assert user["roles"] == MENTOR and user["id"] == asha
    site.finds(["admin", "asha"], id=[ADMIN_ID, asha], email=[EMAIL, "nobody@example.org"])
    site.finds(["asha"], phone=f"+91{PHONE}")
    for key, nobody in (("email", "a@example.org"), ("phone", "9876500000"), ("username", "x"), ("id", "0-0")):
        assert site.finds([], **{key: nobody}) == []
    site.finds([], email=[])
    assert site.operations == {}


def test_what_a_look_up_costs(site: SiteInfo, asha: str) -> None:
    site.finds(["asha"], email=EMAIL)
    assert site.operations == {"sunbird.user.get": 1}
    site.finds(["asha"], email=[EMAIL, "a@example.org", "b@example.org"])
    assert site.operations == {"sunbird.user.get": 3}
    site.finds(["asha"], id=asha)
    # What the service itself answers holds no roles, other than what comes through the gateway.
    roles = {} if site.connection["mode"] == "gateway" else {"sunbird.role.read": 1}
    assert site.requests() == {"sunbird.user.read": 1, **roles}


def test_a_list_of_all(site: SiteInfo, asha: str) -> None:
    admin, user, learner = site.finds(["admin", "asha", "learner"])
    assert site.requests() == {"sunbird.user.search": 1}
    assert admin["roles"] == [{"role": "ORG_ADMIN", "organisation_id": ROOT}]
    assert learner["roles"] == []
    (known,) = site.finds(["asha"], id=asha)
    assert user["email"] == "as******@example.org" and user["phone"] == "******3210"
    # Addresses are masked, and nothing else is different.
    assert {**user, "email": None, "phone": None} == {**known, "email": None, "phone": None}
    assert user["user_type"] == "teacher" and user["roles"] == MENTOR
    assert user["recovery_email"] == "as**@example.net"


def test_the_filters_of_the_service(site: SiteInfo, create: Site, asha: str) -> None:
    other = create.changes(writes=None, email="x@example.org", first_name="X", channel="second-tenant", username="x")
    site.post("v1/user/block", userId=other["id"])
    for filters, found in (
        ({}, ["admin", "asha", "learner", "x"]),
        ({"channel": "sandbox"}, ["admin", "asha", "learner"]),
        ({"channel": "second-tenant"}, ["x"]),
        ({"root_org_id": ROOT}, ["admin", "asha", "learner"]),
        ({"organisation_id": SUB}, ["asha"]),
        ({"status": "blocked"}, ["x"]),
        ({"status": ["active", "blocked"], "channel": "second-tenant"}, ["x"]),
        ({"status": "active", "channel": "second-tenant"}, []),
        ({"status": [], "channel": ""}, ["admin", "asha", "learner", "x"]),
        ({"channel": "nowhere"}, []),
    ):
        site.finds(found, filters=filters)
        assert site.requests() == {"sunbird.user.search": 1}
    assert create(email=EMAIL, state="absent", force=True)["changed"]
    site.finds(["admin", "learner", "x"])
    (gone,) = site.finds(["asha"], filters={"status": "deleted"})
    assert (gone["id"], gone["status"]) == (asha, "deleted")


def test_a_service_that_takes_no_notice_of_filters(sandbox: Sandbox) -> None:
    rows = [
        {"id": "u-1", "userName": "one", "channel": "North", "status": 1, "organisations": [{"organisationId": "o-1"}]},
        {"id": "u-2", "userName": "two", "channel": "south", "status": 0, "organisations": []},
        {"id": "u-3", "userName": "three", "channel": "north", "status": 2, "rootOrgId": "r-1"},
    ]
    body = {"params": {}, "responseCode": "OK", "result": {"response": {"count": 3, "content": rows}}}
    with serving(answer(body)) as server:
        options: dict[str, t.Any] = {"mode": "service", "url": server.url, "retries": 0}
        for filters, found in (
            ({}, ["one", "two"]),
            ({"channel": "north"}, ["one"]),
            ({"status": ["deleted"]}, ["three"]),
            ({"root_org_id": "r-1"}, []),
            ({"organisation_id": "o-1"}, ["one"]),
        ):
            result = run("sunbird_user_info", filters=filters, **options)
            assert [user["username"] for user in result["users"]] == found
        # Of these nothing is known, which is not the same as that they have no roles.
        assert [user["roles"] for user in result["users"]] == [None]


def test_roles_of_a_list_in_either_form() -> None:
    scoped = [{"role": "ORG_ADMIN", "scope": [{"organisationId": "o-9"}]}, {"role": "PUBLIC", "scope": []}]
    inside = [{"organisationId": "o-1", "roles": ["PUBLIC", "BOOK_CREATOR"]}, {"organisationId": "o-2", "roles": []}]
    left = [{"organisationId": "o-3", "roles": ["BOOK_CREATOR"], "isDeleted": True}]
    rows = [
        {"userId": "u-1", "userName": "a", "status": 1, "roles": scoped, "profileUserTypes": [{"type": "teacher"}]},
        {"userId": "u-2", "userName": "b", "status": 1, "organisations": inside + left},
    ]
    body = {"params": {}, "responseCode": "OK", "result": {"response": {"count": 2, "content": rows}}}
    with serving(answer(body)) as server:
        result = run("sunbird_user_info", mode="service", url=server.url, retries=0)
    assert [user["roles"] for user in result["users"]] == [
        [{"role": "ORG_ADMIN", "organisation_id": "o-9"}],
        [{"role": "BOOK_CREATOR", "organisation_id": "o-1"}],
    ]
    assert [user["user_type"] for user in result["users"]] == ["teacher", None]


def test_several_pages(sandbox: Sandbox) -> None:
    site = SiteInfo(sandbox, "service")
    sandbox.seed("sunbird", 1200)
    sandbox.dialect(**{"sunbird.search": "immediate"})
    result = site()
    assert result["count"] == 1202 == len({user["id"] for user in result["users"]})
    assert site.operations == {"sunbird.user.search": 3}
    names = [user["username"] for user in result["users"]]
    assert names == sorted(names)
    assert site(query="[?status == 'active'] | length(@)")["query_result"] == 1202


@pytest.mark.parametrize(
    "page, texts",
    [
        ({"count": 10000, "content": []}, ["10000 users or more", "in 'filters'"]),
        ({"content": []}, ["does not say how many"]),
        ({"count": 3, "content": [{"id": "u-1"}]}, ["does not add up"]),
        ({"count": 1}, ["holds no list"]),
    ],
)
def test_a_part_of_a_list_is_never_returned(page: dict[str, t.Any], texts: list[str]) -> None:
    body = {"params": {}, "responseCode": "OK", "result": {"response": page}}
    with serving(answer(body)) as server:
        result = run("sunbird_user_info", mode="service", url=server.url, retries=0)
    assert result["failed"] and "users" not in result
    assert [text for text in texts if text not in result["msg"]] == [], result["msg"]
    assert result["failure"]["operation"] == "search users"


def test_users_who_cannot_log_in(site: SiteInfo, create: Site, asha: str) -> None:
    site.post("v1/user/block", userId=asha)
    (user,) = site.finds(["asha"], email=EMAIL)
    assert user["status"] == "blocked"
    assert create(email=EMAIL, state="absent", force=True)["changed"]
    assert site.finds([], email=EMAIL) == []
    (user,) = site.finds([None], id=asha)  # type: ignore[list-item]
    assert (user["id"], user["status"], user["roles"]) == (asha, "deleted", [])


def test_queries(site: SiteInfo, asha: str) -> None:
    for expression, found in (
        ("[?roles[?role == 'ORG_ADMIN']].username", ["admin"]),
        ("[?framework.board].id", [asha]),
        ("[].locations[].type | sort(@)", ["district", "state"]),
    ):
        assert site(query=expression)["query_result"] == found
    site.refuses("'query' names 'user_name'", "Perhaps username is meant", query="[].user_name")
    site.refuses("'query' names 'password'", query="[].password")
    assert site.operations == {}


def test_options_that_make_no_sense(site: SiteInfo) -> None:
    site.refuses("'phone' is '+9779876543210'", "country code +91", phone="+9779876543210")
    site.refuses("'email'", "no e-mail address", email="nobody")
    site.refuses("'concurrency' is 0", concurrency=0)
    assert "mutually exclusive: email|filters" in site(email=EMAIL, filters={})["msg"]
    assert "Unsupported parameters" in site(include_secrets=True)["msg"]
    assert site.operations == {}
    assert site.finds([], phone="+9779876543210", country_code="+977") == []


def test_without_a_token(sandbox: Sandbox) -> None:
    bare = SiteInfo(sandbox, "gateway", auth_username=None)
    bare.finds(["learner"], email="learner@sandbox.example")
    assert bare.refuses("needs a user token")["operation"] == "plan"
    assert bare.operations == {}
    inside = SiteInfo(sandbox, "service", auth_username=None)
    inside.finds(["admin", "learner"])
    stranger = SiteInfo(sandbox, "gateway", **ADMIN, api_key="nobody-knows-it")
    assert stranger.refuses("'api_key'")["service"] == "sunbird"


def test_every_dialect_shows_the_same(site: SiteInfo, asha: str) -> None:
    everybody, single = site.finds(["admin", "asha", "learner"]), site.finds(["asha"], email=EMAIL)
    for name, dialect in site.sandbox.dialects().items():
        for value in dialect["values"][1:] if name.startswith("sunbird.") and name != "sunbird.search" else ():
            site.sandbox.dialect(**{name: value})
            users = site.finds(["admin", "asha", "learner"])
            if name == "sunbird.mask":
                assert users[1]["email"] == EMAIL and users[1]["phone"] == PHONE
            else:
                assert users == everybody, (name, value)
            assert site.finds(["asha"], email=EMAIL)[0]["id"] == single[0]["id"] == asha
        site.sandbox.dialect(**{name: dialect["values"][0]})
