# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module exotel_user_info against the sandbox."""

from __future__ import annotations

import json
import typing as t
import urllib.request

import pytest

from ansible_collections.vox.roster.tests.unit.exotel_account import EMAIL, NUMBER, PERSON, Exotel

if t.TYPE_CHECKING:
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

    Result = dict[str, t.Any]

OTHER: dict[str, t.Any] = {
    "email": "arjun.kapoor@example.com",
    "first_name": "Arjun",
    "last_name": "Kapoor",
    "device_contact_uri": "+919800000002",
}


class ExotelInfo(Exotel):
    """Runs the module, in check mode and then in earnest, which are the same."""

    module = "exotel_user_info"

    def __init__(self, sandbox: Sandbox, account: str = "sandbox") -> None:
        super().__init__(sandbox, account)
        self.connection["requests_per_minute"] = 0

    def finds(self, emails: list[str], lists: int = 1, gets: int = 0, **options: t.Any) -> Result:
        """The result of a task that finds these users with so many requests."""
        predicted = self(check=True, **options)
        result = self(**options)
        assert not result["failed"], result["msg"]
        assert predicted == result
        assert result["changed"] is False and "sandbox-token" not in result["output"]
        assert [user["email"] for user in result["users"]] == emails
        assert result["count"] == len(emails)
        counted = {"exotel.user.list": lists, "exotel.user.get": gets}
        assert self.operations == {name: count for name, count in counted.items() if count}
        return result


@pytest.fixture
def create(sandbox: Sandbox) -> Exotel:
    return Exotel(sandbox)


@pytest.fixture
def exotel(sandbox: Sandbox) -> ExotelInfo:
    return ExotelInfo(sandbox)


@pytest.fixture
def two(create: Exotel) -> list[str]:
    """Two users; their e-mail addresses in order."""
    for person in (PERSON, OTHER):
        assert create(**person)["changed"]
    return [OTHER["email"], EMAIL]


def test_all_users_as_the_singular_module_returns_them(exotel: ExotelInfo, create: Exotel, two: list[str]) -> None:
    result = exotel.finds(two)
    for user in result["users"]:
        assert {name: user.pop(name) for name in ("active_call", "last_login")} == {
            "active_call": None,
            "last_login": None,
        }
        assert user == create(email=user["email"], check=True)["user"]


def test_what_only_a_reading_shows(exotel: ExotelInfo, two: list[str]) -> None:
    identifier = exotel.finds([EMAIL], email=EMAIL)["users"][0]["id"]
    body = json.dumps({"user_id": identifier, "active": True}).encode()
    request = urllib.request.Request(exotel.sandbox.url + "/exotel/sandbox/call", data=body, method="POST")
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        assert answer.status == 200
    for options in ({}, {"email": EMAIL}, {"id": identifier}):
        assert exotel(query="[?active_call].email", **options)["query_result"] == [EMAIL]
    assert two


def test_users_by_their_keys(exotel: ExotelInfo, two: list[str]) -> None:
    identifier = exotel.finds([EMAIL], email=EMAIL)["users"][0]["id"]
    exotel.finds([EMAIL], email=EMAIL.upper())
    exotel.finds(two, email=[EMAIL, OTHER["email"], "nobody@example.com"])
    exotel.finds([EMAIL], device_contact_uri=" +91 (98) 0000-0001")
    exotel.finds([EMAIL], id=identifier)
    exotel.finds(two, id=identifier, device_contact_uri=OTHER["device_contact_uri"], email=EMAIL)
    exotel.finds([], email="nobody@example.com")
    exotel.finds([], id="0" * 32, device_contact_uri="+919800000009")
    exotel.finds([], email=[], lists=0)


def test_several_pages(exotel: ExotelInfo) -> None:
    exotel.sandbox.seed("exotel", 233)
    emails = sorted((one["email"] for one in exotel.sandbox.records("exotel")), key=str.casefold)
    assert len(emails) == 233
    exotel.finds(emails, lists=5)
    # Two keys that are there are looked up after the first page, which shows whether there are more.
    exotel.finds([emails[100], emails[200]], lists=2, email=[emails[200], emails[100]])
    # One that is not there is missing only when everybody has been read.
    exotel.finds([], lists=6, email="nobody@example.com")
    assert exotel(query="[].email")["query_result"] == emails


@pytest.mark.parametrize("fault", ["truncated_json", "html"])
def test_a_part_of_a_listing_is_never_returned(exotel: ExotelInfo, fault: str) -> None:
    exotel.sandbox.seed("exotel", 120)
    exotel.sandbox.fault("exotel.user.list", fault, skip=2, times=None)
    result = exotel.refuses("list users", retries=0)
    assert "users" not in result
    exotel.sandbox.clear_faults()
    assert exotel()["count"] == 120


def test_every_dialect_shows_the_same(exotel: ExotelInfo, two: list[str]) -> None:
    plain = exotel.finds(two)["users"]
    for name, dialect in exotel.sandbox.dialects().items():
        for value in dialect["values"][1:] if name.startswith("exotel.") and "rate_limit" not in name else ():
            exotel.sandbox.dialect(**{name: value})
            found = exotel.finds(two)["users"]
            if name == "exotel.phone_echo":
                assert all(user["device_contact_uri"] == user["devices"][0]["contact_uri"] for user in found)
                assert all(user["device_contact_uri"][0] != "+" for user in found)
            else:
                assert found == plain, (name, value)
            exotel.finds([EMAIL], email=EMAIL)
        exotel.sandbox.dialect(**{name: dialect["values"][0]})


def test_accounts_of_several_pages_in_every_dialect_of_reading(exotel: ExotelInfo, two: list[str]) -> None:
    exotel.sandbox.seed("exotel", 60)
    identifier = exotel(email=EMAIL)["users"][0]["id"]
    readings = ("unknown_id", "empty_match", "email_filter", "contact_filter", "devices_in_get", "get_one", "total")
    for name in readings:
        for value in exotel.sandbox.dialects()[f"exotel.{name}"]["values"][1:]:
            exotel.sandbox.dialect(**{f"exotel.{name}": value})
            assert exotel()["count"] == 62
            for options in ({"email": two}, {"device_contact_uri": [NUMBER, OTHER["device_contact_uri"]]}):
                assert [user["email"] for user in exotel(**t.cast("Result", options))["users"]] == two, (name, value)
            assert exotel(id=[identifier, "0" * 32])["count"] == 1
        exotel.sandbox.dialect(**{f"exotel.{name}": exotel.sandbox.dialects()[f"exotel.{name}"]["values"][0]})


def test_a_number_without_a_plus_sign_is_the_same_number(exotel: ExotelInfo, two: list[str]) -> None:
    exotel.sandbox.dialect(**{"exotel.phone_echo": "without_plus"})
    (user,) = exotel.finds([EMAIL], device_contact_uri=NUMBER)["users"]
    assert user["device_contact_uri"] == NUMBER
    assert two


@pytest.mark.parametrize("wanted", [NUMBER, "+449800000001"])
def test_a_number_in_another_form_is_told_and_not_returned(exotel: ExotelInfo, two: list[str], wanted: str) -> None:
    exotel.sandbox.dialect(**{"exotel.phone_echo": "national"})
    (identifier,) = exotel(query="[?email=='" + EMAIL + "'].id")["query_result"]
    (warning,) = exotel.finds([], device_contact_uri=wanted)["warnings"]
    assert [part for part in (wanted, identifier, "09800000001") if part not in str(warning)] == []
    # Somebody found by another key is shown as the service has it.
    (user,) = exotel.finds([EMAIL], device_contact_uri=wanted, email=EMAIL)["users"]
    assert user["device_contact_uri"] == "09800000001"
    assert two


def test_a_user_with_several_devices(sandbox: Sandbox) -> None:
    create, exotel = Exotel(sandbox, "sandbox-voip"), ExotelInfo(sandbox, "sandbox-voip")
    create(**PERSON)
    (user,) = exotel.finds([EMAIL], query=None)["users"]
    assert [device["type"] for device in user["devices"]] == ["tel", "sip"]
    assert user["device_contact_uri"] == NUMBER
    assert exotel(query="[].devices[?type == 'sip'][] | length(@)")["query_result"] == 1


def test_options_that_make_no_sense(exotel: ExotelInfo) -> None:
    exotel.refuses("'device_contact_uri' is '9800000001'", "international form", device_contact_uri="9800000001")
    exotel.refuses("'email' is 'nobody'", email=[EMAIL, "nobody"])
    exotel.refuses("'requests_per_minute' is -1. Give 0 or more.", requests_per_minute=-1)
    exotel.refuses("'query' names 'emial'", "Perhaps email is meant", query="[].emial")
    exotel.refuses("Unsupported parameters", "filters", filters={})
    exotel.refuses("Unsupported parameters", "include_secrets", include_secrets=True)
    assert exotel.operations == {}


def test_the_wrong_credentials(exotel: ExotelInfo) -> None:
    failure = exotel.refuses("list users", api_token="wrong")["failure"]
    assert (failure["service"], failure["code"]) == ("exotel", "1010")


def test_the_pace_is_kept_by_default(exotel: ExotelInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    exotel.sandbox.seed("exotel", 2600)
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", sleep)
    with pytest.raises(KeyboardInterrupt):
        exotel(requests_per_minute=50)
    assert exotel.sandbox.requests()["total"] == 50
    assert 0 < waits[0] <= 60
