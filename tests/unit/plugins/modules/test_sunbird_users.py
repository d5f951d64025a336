# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module sunbird_users against the sandbox: many users at once, and the purge of all others."""

from __future__ import annotations

import time
import typing as t

import pytest

from ansible_collections.vox.roster.tests.unit.http_servers import answer, serving
from ansible_collections.vox.roster.tests.unit.module_runner import run
from ansible_collections.vox.roster.tests.unit.sunbird_site import (
    ADMIN,
    API_KEY,
    CLIENT_SECRET,
    PASSWORD,
    Site,
)

if t.TYPE_CHECKING:
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

    Result = dict[str, t.Any]
    Item = dict[str, t.Any]

MANY = 1000
SUMMARY = dict.fromkeys(("created", "updated", "deleted", "unchanged", "failed", "not_attempted"), 0)
CREATOR = [{"role": "CONTENT_CREATOR"}]


class Sites(Site):
    """Runs the plural module in one mode and counts what it asks."""

    def __call__(self, check: bool = False, **options: t.Any) -> Result:
        self.sandbox.reset_requests()
        result = run("sunbird_users", check=check, **{**self.connection, **options})
        self.operations = self.sandbox.requests()["operations"]
        assert "Traceback" not in result["output"]
        for secret in (API_KEY, CLIENT_SECRET, ADMIN["auth_password"], PASSWORD, "eyJ"):
            assert secret not in result["output"]
        return result

    def brings(self, users: list[Item], writes: int, **options: t.Any) -> Result:
        """The result of a task that succeeds, as check mode has predicted without writing."""
        predicted = self(check=True, users=users, **options)
        assert not predicted["failed"], predicted["msg"]
        assert self.writes() == 0
        result = self(users=users, **options)
        assert not result["failed"], result["msg"]
        assert self.writes() == writes, self.operations
        for part in ("changed", "summary", "changes", "diff"):
            assert predicted.get(part) == result.get(part), part
        return result


@pytest.fixture(params=["service", "gateway"])
def sites(request: pytest.FixtureRequest, sandbox: Sandbox) -> Sites:
    """The installation, by either way in; as an administrator."""
    return Sites(sandbox, request.param)


def person(number: int, **more: t.Any) -> Item:
    """The item of one user out of many."""
    return {"email": f"p{number:04d}@example.org", "first_name": f"P{number}", "channel": "sandbox", **more}


def summary(**counts: int) -> dict[str, int]:
    """A whole summary."""
    return {**SUMMARY, **counts}


def test_a_thousand_users(sites: Sites) -> None:
    users = [person(number, password=PASSWORD) for number in range(MANY)]
    result = sites.brings(users, writes=MANY)
    assert result["summary"] == summary(created=MANY)
    assert result["changes"]["created"] == [f"user {one['email']}" for one in users]

    assert sites.brings(users, writes=0)["summary"] == summary(unchanged=MANY)
    assert sites.operations == {"sunbird.user.get": MANY}

    users[3]["roles"] = users[MANY - 2]["roles"] = CREATOR
    users[500] = {"email": users[500]["email"], "state": "absent"}
    result = sites.brings(users, writes=3)
    assert result["summary"] == summary(updated=2, deleted=1, unchanged=MANY - 3)
    changed = [f"user {users[number]['email']}" for number in (3, MANY - 2)]
    assert result["changes"]["updated"] == [{"fields": ["roles"], "names": changed}]
    assert sites.brings(users, writes=0)["summary"] == summary(unchanged=MANY)

    gone = [{"email": one["email"], "state": "absent"} for one in users]
    result = sites.brings(gone, writes=MANY + 1, force=True)
    assert result["summary"] == summary(deleted=MANY - 1, unchanged=1)
    assert not sites.brings(gone, writes=0)["changed"]


def test_locations_of_many_are_named_in_one_request(sandbox: Sandbox) -> None:
    sites = Sites(sandbox)
    users = [person(number, profile_locations=["district-hills"]) for number in range(20)]
    sites.brings(users, writes=20)
    sites.brings(users, writes=0)
    assert sites.operations == {"sunbird.user.get": 20, "sunbird.location.search": 1}
    users[7]["profile_locations"] = ["state-north"]
    assert sites.brings(users, writes=1)["changes"]["updated"][0]["names"] == ["user p0007@example.org"]


def test_items_that_fail_leave_the_others_alone(sites: Sites) -> None:
    users = [person(number) for number in range(6)]
    users[1]["dob"] = "1.5.1990"
    users[2]["password"] = "short"
    del users[4]["first_name"]
    result = sites(users=users)
    assert result["failed"] and result["changed"]
    assert result["summary"] == summary(created=3, failed=3)
    assert [one["item"] for one in result["changes"]["failed"]] == [f"user {users[n]['email']}" for n in (1, 2, 4)]
    assert result["failure"] == result["changes"]["failed"][0]["failure"]
    assert "item 2" in result["msg"] and "no year" in result["msg"]
    result = sites(users=users)
    assert not result["changed"] and result["summary"] == summary(unchanged=3, failed=3)


def test_a_misspelt_role_fails_its_item_only(sites: Sites) -> None:
    users = [person(number, roles=CREATOR) for number in range(6)]
    users[3]["roles"] = [{"role": "content_creator"}]
    for check in (True, False):
        result = sites(check=check, users=users)
        assert result["failed"] and result["summary"] == summary(created=5, failed=1)
        assert result["changes"]["failed"][0]["item"] == f"user {users[3]['email']}"
        assert result["failure"]["code"] == "unknown_role"
        assert "CONTENT_CREATOR is meant" in result["failure"]["hint"]
        assert sites.operations["sunbird.role.list"] == 1
    assert sites.record(email=users[3]["email"]) is None


def test_stop_at_the_first_failure(sites: Sites) -> None:
    users = [person(number) for number in range(9)]
    users[4]["password"] = "short"
    result = sites(users=users, on_error="stop", concurrency=1)
    assert result["failed"]
    assert result["summary"] == summary(created=4, failed=1, not_attempted=4)
    assert sites.writes() == 5


def test_two_items_for_one_user(sites: Sites) -> None:
    sites.refuses("items 2 and 3", "email 'P0001@example.org'".lower(), users=[person(0), person(1), person(1)])
    assert sites.operations == {}


def test_a_user_whom_two_items_find_by_different_keys(sites: Sites) -> None:
    sites.brings([person(1, phone="9876543210")], writes=1)
    sites.refuses("items 1 and 2", "the same user", users=[{"email": "p0001@example.org"}, {"phone": "9876543210"}])
    assert sites.writes() == 0


def test_a_look_up_that_fails_ends_the_task_before_any_change(sites: Sites) -> None:
    users = [person(number) for number in range(50)]
    users[20]["email"] = "a.b+c@example.org"
    failure = sites.refuses("'a.b+c@example.org'", "fewer forms", users=users, concurrency=2)
    assert failure["operation"] == "look up user"
    assert sites.writes() == 0
    sites.sandbox.fault("sunbird.user.get", "status", status=503, times=None)
    sites.refuses("look up user", users=users)
    # What had not begun was given up.
    assert sites.operations["sunbird.user.get"] < 50


def settled() -> None:
    """Wait until the search index has followed."""
    time.sleep(1.1)


def purge(**more: t.Any) -> dict[str, t.Any]:
    """Options that purge the sandbox's main channel."""
    return {"purge": True, "purge_filter": {"channel": "sandbox"}, **more}


@pytest.fixture
def peopled(sites: Sites) -> Sites:
    """Eight users, of whom the last has a role, and one of another channel; besides the two from the start."""
    sites.sandbox.dialect(**{"sunbird.search": "immediate"})
    users = [person(number, username=f"p{number}") for number in range(8)]
    users[7]["roles"] = CREATOR
    sites.brings([*users, {"email": "x@example.org", "first_name": "X", "channel": "second-tenant"}], writes=9)
    return sites


def test_purge(peopled: Sites) -> None:
    users = [person(number) for number in range(5)]
    users[0] = {"username": "p0"}
    result = peopled.brings(users, writes=3, **purge())
    # The user of the token and the one with a role stay, and so does the other channel.
    assert result["changes"]["deleted"] == ["user learner", "user p5", "user p6"]
    assert result["summary"] == summary(deleted=3, unchanged=5)
    assert peopled.operations["sunbird.user.search"] == 1
    result = peopled.brings(users, writes=0, **purge())
    assert not result["changed"]
    result = peopled.brings(users, writes=2, force=True, **purge())
    assert result["changes"]["deleted"] == ["user p7"]
    assert peopled.record(email="admin@sandbox.example")["status"] == 1
    result = peopled.brings(users, writes=1, purge=True)
    assert len(result["changes"]["deleted"]) == 1
    assert peopled.record(email="x@example.org") is None


@pytest.mark.parametrize(
    "options, texts",
    [
        ({"users": []}, ["'users' is empty", "'purge_limit'"]),
        ({"purge_limit": 2}, ["would remove 7", "at most 2"]),
        ({"purge_filter": {"email": ".*@example.org"}}, ["'purge_filter' names email", "username"]),
        ({"users": [{"email": "nobody"}]}, ["could not be planned", "nobody"]),
        ({"users": [{"email": "new@example.org"}]}, ["could not be planned", "new@example.org"]),
    ],
)
def test_guards_of_the_purge(peopled: Sites, options: dict[str, t.Any], texts: list[str]) -> None:
    for check in (True, False):
        peopled.refuses(*texts, check=check, **{"users": [person(0)], **purge(), **options})
        assert peopled.writes() == 0


def test_purge_filters_by_a_pattern(peopled: Sites) -> None:
    result = peopled.brings([], writes=2, purge=True, purge_limit=5, purge_filter={"username": "p[56]"})
    assert result["changes"]["deleted"] == ["user p5", "user p6"]


def test_purge_reads_the_pages_of_the_listing(sandbox: Sandbox) -> None:
    sites = Sites(sandbox)
    sites.sandbox.dialect(**{"sunbird.search": "immediate"})
    sandbox.seed("sunbird", 1200)
    everybody = [{"id": one["id"]} for one in sandbox.records("sunbird")]
    assert not sites.brings(everybody[:100], writes=0, purge=True, purge_filter={"channel": "nowhere"})["changed"]
    sites.refuses("would remove", users=everybody[:100], purge=True, force=True)
    assert sites.operations["sunbird.user.search"] == 3
    assert sites.writes() == 0


def test_roles_that_the_index_does_not_know_yet_protect_from_a_purge(sandbox: Sandbox) -> None:
    sites = Sites(sandbox)
    sites.brings([person(number, username=f"p{number}") for number in range(3)], writes=3)
    settled()
    # The index follows this only later.
    sites.brings([person(2, roles=CREATOR)], writes=1)
    result = sites(users=[person(0)], **purge())
    assert result["failed"]
    assert [one["failure"]["code"] for one in result["changes"]["failed"]] == ["protected"]
    assert sites.record(email="p0002@example.org")["status"] == 1


def test_deleted_users_in_the_index_are_left_alone(peopled: Sites) -> None:
    gone = [{"email": person(number)["email"], "state": "absent"} for number in range(5, 7)]
    peopled.brings(gone, writes=2)
    result = peopled.brings([person(number) for number in range(5)], writes=1, **purge())
    assert result["changes"]["deleted"] == ["user learner"]


def test_a_purge_without_a_token_is_told(sandbox: Sandbox) -> None:
    for mode in ("gateway", "service"):
        bare = Sites(sandbox, mode, auth_username=None)
        for check in (True, False):
            bare.refuses("needs a user token", check=check, users=[person(0)], purge=True)
            assert bare.operations == {}
    limited = Sites(sandbox, "gateway")
    limited.refuses("cannot consume", "'api_key'", users=[], api_key="sandbox-limited-api-key", **purge(purge_limit=1))


@pytest.mark.parametrize(
    "page, texts",
    [
        ({"count": 10000, "content": []}, ["10000 users or more", "'purge_filter'"]),
        ({"content": []}, ["does not say how many"]),
        ({"count": 3, "content": [{"id": "u-1"}]}, ["does not add up"]),
        ({"count": 1}, ["holds no list"]),
    ],
)
def test_listings_that_are_not_whole(page: dict[str, t.Any], texts: list[str]) -> None:
    body = {"params": {}, "responseCode": "OK", "result": {"response": page}}
    with serving(answer(body)) as server:
        options: dict[str, t.Any] = {
            "mode": "service",
            "url": server.url,
            "user_token": "some-user-token",
            "retries": 0,
        }
        result = run("sunbird_users", users=[], purge=True, purge_limit=9, **options)
    assert result["failed"] and not result["changed"]
    assert [text for text in texts if text not in result["msg"]] == [], result["msg"]
