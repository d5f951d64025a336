# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module exotel_users against the sandbox: many users in one task, and what becomes of each."""

from __future__ import annotations

import time
import typing as t

import pytest

from ansible_collections.vox.roster.plugins.module_utils._http import pace
from ansible_collections.vox.roster.plugins.module_utils._services.exotel import USER
from ansible_collections.vox.roster.tests.unit.exotel_account import Exotel, ExotelMany, counts

if t.TYPE_CHECKING:
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

    Result = dict[str, t.Any]

MANY = 1000


@pytest.fixture
def exotel(sandbox: Sandbox) -> ExotelMany:
    return ExotelMany(sandbox)


def email(number: int) -> str:
    return f"user{number}@example.com"


def phone(number: int) -> str:
    return f"+9198{number:08}"


def people(first: int, last: int, **more: t.Any) -> list[Result]:
    return [
        {
            "email": email(number),
            "first_name": "Meera",
            "last_name": "Nair",
            "device_contact_uri": phone(number),
            **more,
        }
        for number in range(first, last)
    ]


def labels(first: int, last: int) -> list[str]:
    return [f"user {email(number)}" for number in range(first, last)]


def there(exotel: Exotel) -> set[str]:
    return {record["email"] for record in exotel.sandbox.records("exotel")}


def id_of(exotel: Exotel, number: int) -> str:
    """The id of a user, wherever in the order the users were made side by side."""
    (found,) = [record["id"] for record in exotel.sandbox.records("exotel") if record["email"] == email(number)]
    return str(found)


def test_the_cycle_of_a_thousand_users(exotel: ExotelMany) -> None:
    created = exotel.settles(reads=1, writes=MANY, users=people(0, MANY))
    assert created["summary"] == counts(created=MANY)
    assert created["changes"]["created"] == labels(0, MANY)
    again = exotel.settles(reads=20, writes=0, users=people(0, MANY))
    assert (again["changed"], again["summary"]) == (False, counts(unchanged=MANY))
    assert "diff" not in again

    mixed = [
        *people(0, 300, last_name="Menon"),
        *people(300, 900),
        *[{"email": email(number), "state": "absent"} for number in range(900, 1000)],
        *people(1000, 1010),
    ]
    changed = exotel.settles(reads=1 + 20 - 1, writes=300 + 100 + 10, users=mixed)
    assert changed["summary"] == counts(created=10, updated=300, deleted=100, unchanged=600)
    assert changed["changes"]["updated"] == [{"fields": ["last_name"], "names": labels(0, 300)}]
    assert changed["changes"]["deleted"] == labels(900, 1000)
    assert changed["diff"]["before"][f"user {email(0)}"] == {"last_name": "Nair"}
    assert changed["diff"]["after"][f"user {email(0)}"] == {"last_name": "Menon"}
    assert len(changed["output"]) < 100_000
    assert exotel.settles(reads=19, writes=0, users=mixed)["summary"] == counts(unchanged=1010)


def test_a_few_in_a_large_account_are_looked_up(exotel: ExotelMany) -> None:
    exotel.sandbox.seed("exotel", MANY)
    users = [{"email": one["email"].upper(), "first_name": "Same"} for one in exotel.sandbox.records("exotel")[-40:]]
    assert exotel.settles(reads=2, writes=40, users=users)["summary"] == counts(updated=40)


@pytest.mark.parametrize("email_filter, contact_filter", [("ignored", "ignored"), ("case_sensitive", "loose")])
@pytest.mark.parametrize("total", ["present", "absent"])
def test_any_filter(exotel: ExotelMany, email_filter: str, contact_filter: str, total: str) -> None:
    exotel(users=people(0, 120))
    exotel.sandbox.dialect(
        **{"exotel.email_filter": email_filter, "exotel.contact_filter": contact_filter, "exotel.total": total}
    )
    users: list[Result] = [
        {"email": email(119).upper(), "last_name": "Menon"},
        {"device_contact_uri": phone(118), "state": "absent"},
        {"email": email(500), "state": "absent"},
        {"id": id_of(exotel, 117), "first_name": "Leela"},
    ]
    result = exotel(users=users)
    assert not result["failed"], result["msg"]
    assert result["summary"] == counts(updated=2, deleted=1, unchanged=1)
    assert exotel(users=users[:3])["changed"] is False


def test_items_that_fail_leave_the_others_alone(exotel: ExotelMany) -> None:
    users: list[Result] = [
        *people(0, 2),
        {"email": email(2), "first_name": "Mee Ra", "last_name": "Nair", "device_contact_uri": phone(2)},
        {"email": email(3), "first_name": "Om"},
        {"email": email(4), "last_name": "Nair"},
        *people(5, 6),
    ]
    result = exotel(users=users)
    assert result["failed"] and result["changed"]
    assert result["summary"] == counts(created=3, failed=3)
    assert result["changes"]["created"] == [*labels(0, 2), *labels(5, 6)]
    failures = result["changes"]["failed"]
    assert [one["item"] for one in failures] == [f"user {email(number)}" for number in (2, 3, 4)]
    assert [one["failure"]["code"] for one in failures] == ["1002", "option", "incomplete"]
    assert "item 4" in failures[1]["failure"]["message"]
    assert result["failure"] == failures[0]["failure"]
    assert result["msg"].startswith("3 of 6 users failed")
    assert exotel(users=people(0, 2))["changed"] is False


def test_the_first_failure_stops_the_others(exotel: ExotelMany) -> None:
    exotel.sandbox.fault("exotel.user.create", "status", status=400, skip=2)
    result = exotel(users=people(0, 10), on_error="stop", concurrency=1)
    assert result["failed"] and result["changed"]
    assert result["summary"] == counts(created=2, failed=1, not_attempted=7)
    assert result["changes"]["created"] == labels(0, 2)
    assert exotel.settles(reads=1, writes=8, users=people(0, 10))["summary"] == counts(created=8, unchanged=2)


DUPLICATES: dict[str, tuple[Result, Result, str]] = {
    "e-mail": ({"email": "m@example.com"}, {"email": "M@Example.com "}, "email"),
    "number": (
        {"device_contact_uri": "+919800000071"},
        {"device_contact_uri": "+91 98000 00071"},
        "device_contact_uri",
    ),
    "id": ({"id": "7"}, {"id": "7", "email": "m@example.com"}, "id"),
}


@pytest.mark.parametrize("case", DUPLICATES)
def test_duplicates_name_both_positions(exotel: ExotelMany, case: str) -> None:
    one, two, key = DUPLICATES[case]
    result = exotel.refuses("items 2 and 4", f"the {key}", users=[*people(0, 1), one, *people(1, 2), two])
    assert result["failure"]["code"] == "duplicate"
    assert exotel.operations == {}


def test_numbers_without_a_digit_are_not_the_same_number(exotel: ExotelMany) -> None:
    users = [*people(0, 2), *people(2, 3), *people(3, 4)]
    users[0]["device_contact_uri"], users[1]["device_contact_uri"] = "unknown", "n/a"
    result = exotel(users=users)
    assert result["summary"] == counts(created=2, failed=2)
    assert all("which is no telephone number" in one["failure"]["message"] for one in result["changes"]["failed"])


def test_an_item_needs_a_key(exotel: ExotelMany) -> None:
    users = [*people(0, 1), {"first_name": "Meera"}]
    result = exotel(users=users)
    assert "item 2: it has neither 'id' nor 'email' nor 'device_contact_uri'. Say which user is meant" in result["msg"]
    assert (result["summary"]["created"], result["summary"]["failed"]) == (1, 1)


def test_numbers_of_several_countries(exotel: ExotelMany) -> None:
    """A service that writes numbers in national form: e-mail addresses tell who is meant, the number alone does not."""
    exotel.sandbox.dialect(**{"exotel.phone_echo": "national"})
    users = people(0, 60)
    users[1]["device_contact_uri"] = phone(0).replace("+91", "+44")
    exotel.settles(reads=1, writes=60, users=users)
    assert exotel(users=users)["summary"] == counts(unchanged=60)
    result = exotel(users=[*users[1:], {"device_contact_uri": phone(0), "state": "absent"}])
    assert result["summary"] == counts(unchanged=59, failed=1)
    assert result["failure"]["code"] == "similar_number"
    assert len(there(exotel)) == 60


def test_purge(exotel: ExotelMany) -> None:
    exotel(users=[*people(0, 60), *people(60, 64, role="supervisor")])
    kept = people(0, 57)
    purged = exotel.settles(
        reads=2, writes=1 + 3, users=[*kept, *people(64, 65)], purge=True, purge_filter={"role": "user"}
    )
    assert purged["summary"] == counts(created=1, unchanged=57, deleted=3)
    assert sorted(purged["changes"]["deleted"]) == labels(57, 60)
    assert there(exotel) == {email(number) for number in [*range(57), *range(60, 65)]}


def test_a_purge_leaves_who_may_be_meant_alone(exotel: ExotelMany) -> None:
    """In national form the number of a new user may be that of somebody who has no or another e-mail address."""
    exotel(users=people(0, 3))
    exotel.sandbox.dialect(**{"exotel.phone_echo": "national"})
    newcomer = {**people(7, 8)[0], "device_contact_uri": phone(2).replace("+91", "+44")}
    users = [*people(0, 1), newcomer]
    purged = exotel.settles(reads=1, writes=1 + 1, users=users, purge=True)
    assert purged["summary"] == counts(created=1, unchanged=1, deleted=1)
    assert there(exotel) == {email(0), email(2), email(7)}
    # Now it is known whose number that is.
    assert exotel(users=users, purge=True)["changes"]["deleted"] == labels(2, 3)
    assert there(exotel) == {email(0), email(7)}


def test_a_purge_in_a_large_account_leaves_who_may_be_meant_alone(exotel: ExotelMany) -> None:
    exotel(users=people(0, 120))
    exotel.sandbox.dialect(**{"exotel.phone_echo": "national"})
    users = [*people(0, 118), {"email": "new@example.com", "device_contact_uri": phone(119), "state": "absent"}]
    assert exotel(users=users, purge=True)["changes"]["deleted"] == labels(118, 119)


@pytest.mark.parametrize("unknown_id", ["forbidden", "invalid"])
def test_a_purge_of_everybody_knows_who_is_gone_after_a_lost_answer(exotel: ExotelMany, unknown_id: str) -> None:
    exotel(users=people(0, 3))
    exotel.sandbox.dialect(**{"exotel.unknown_id": unknown_id})
    exotel.sandbox.fault("exotel.user.delete", "reset_after")
    assert exotel(users=[], purge=True, purge_limit=3)["summary"] == counts(deleted=3)


GUARDS: dict[str, tuple[Result, str]] = {
    "more than allowed": ({"purge_limit": 2}, "at most 2 are allowed"),
    "more than usual": ({}, "at most 10 are allowed"),
    "an item that fails": (
        {"users": [{"email": email(0), "first_name": "Om"}], "purge_limit": 99},
        "nothing is purged",
    ),
    "an empty list": ({"users": []}, "'users' is empty"),
    "a similar number": ({"users": [{"device_contact_uri": "+449800000000"}]}, "nothing is purged"),
}


@pytest.mark.parametrize("case", GUARDS)
def test_guards_of_a_purge(exotel: ExotelMany, case: str) -> None:
    exotel(users=people(0, 30))
    exotel.sandbox.dialect(**{"exotel.phone_echo": "national"})
    options, text = GUARDS[case]
    result = exotel.refuses(text, **{"users": people(0, 5), "purge": True, **options})
    assert result["failure"]["code"] == "purge"
    assert exotel.writes() == 0


def test_a_listing_that_fails_purges_nobody(exotel: ExotelMany) -> None:
    exotel(users=people(0, 60))
    exotel.sandbox.fault("exotel.user.list", "status", status=400, skip=1)
    exotel.refuses("HTTP 400", users=people(0, 50), purge=True)
    assert len(there(exotel)) == 60


def test_a_purge_knows_a_user_by_any_of_the_keys(exotel: ExotelMany) -> None:
    exotel(users=people(0, 3))
    identifier = id_of(exotel, 2)
    users: list[Result] = [{"device_contact_uri": phone(0)}, {"email": email(1).upper()}, {"id": identifier}]
    assert exotel(users=users, purge=True)["summary"] == counts(unchanged=3)


@pytest.mark.parametrize("fault", ["reset_after", "truncated_json"])
def test_lost_answers_make_nobody_twice(exotel: ExotelMany, fault: str) -> None:
    exotel.sandbox.fault("exotel.user.create", fault, times=3)
    assert exotel(users=people(0, 20))["summary"] == counts(created=20)
    assert len(exotel.sandbox.records("exotel")) == 20


def test_availability_waits_with_a_warning_each(exotel: ExotelMany) -> None:
    users = people(0, 30, available=True)
    result = exotel(users=users)
    assert result["summary"] == counts(created=30)
    assert result["output"].count("by a missed call") <= 20
    exotel.verify(phone(3))
    assert exotel(users=users)["changes"]["updated"] == [{"fields": ["available"], "names": labels(3, 4)}]


def test_the_service_limits_the_requests(exotel: ExotelMany) -> None:
    exotel.sandbox.dialect(**{"exotel.rate_limit": "50"})
    exotel.connection["retries"] = 0
    result = exotel(users=people(0, 60), on_error="stop", concurrency=1)
    assert result["summary"]["created"] == 49 and result["failure"]["retryable"]
    assert result["failure"]["http_status"] == 429


def test_the_module_limits_its_requests(exotel: ExotelMany, monkeypatch: pytest.MonkeyPatch) -> None:
    assert USER.plural_arguments().arguments["requests_per_minute"]["default"] == 50
    monkeypatch.setattr(pace, "WINDOW", 0.5)
    exotel.connection["requests_per_minute"] = 5
    started = time.monotonic()
    # With the reading these are ten requests.
    assert exotel(users=people(0, 9), concurrency=4)["summary"] == counts(created=9)
    assert time.monotonic() - started >= 0.5


def test_many_failures_stay_readable(exotel: ExotelMany) -> None:
    result = exotel(users=people(0, 150, first_name="Mee Ra"))
    assert result["summary"] == counts(failed=150)
    changes = result["changes"]
    assert [one["item"] for one in changes["failed"]] + changes["failed_more"][0]["names"] == labels(0, 150)
    assert changes["failed_more"][0]["code"] == "1002"


def test_secrets_appear_nowhere(exotel: ExotelMany) -> None:
    results = [exotel(check=check, users=people(0, 3)) for check in (True, False)]
    results.append(exotel(users=people(0, 3), account_sid="sandbox-mumbai"))
    for result in results:
        assert "sandbox-token" not in result["output"]
        assert "c2FuZGJveC1rZXk6c2FuZGJveC10b2tlbg==" not in result["output"]
