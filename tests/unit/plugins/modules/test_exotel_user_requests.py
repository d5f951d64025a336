# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How exotel_user finds users in accounts of any size, and what becomes of tasks whose requests go wrong."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.plugins.module_utils._http import retry
from ansible_collections.vox.roster.plugins.module_utils._services import exotel_client
from ansible_collections.vox.roster.plugins.module_utils._services.exotel_client import UserClient
from ansible_collections.vox.roster.tests.unit.exotel_account import EMAIL, NUMBER, PERSON, Exotel

if t.TYPE_CHECKING:
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

UNKNOWN = "nobody@example.com"


@pytest.fixture
def exotel(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Exotel:
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.01)
    return Exotel(sandbox)


def blind_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next reading sees nobody, as when another run creates the user between reading and writing."""
    candidates = UserClient.candidates
    looks = iter(["the first one"])

    def seen(client: UserClient, wanted: t.Sequence[t.Mapping[str, t.Any]]) -> list[t.Any]:
        return [] if next(looks, None) else candidates(client, wanted)

    monkeypatch.setattr(UserClient, "candidates", seen)


def newest(sandbox: Sandbox) -> dict[str, t.Any]:
    return sandbox.records("exotel")[-1]


@pytest.mark.parametrize("count, pages", [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2), (101, 3), (151, 4)])
@pytest.mark.parametrize("total", ["present", "absent"])
def test_absence_is_proved_by_everybody(exotel: Exotel, count: int, pages: int, total: str) -> None:
    exotel.sandbox.seed("exotel", count)
    exotel.sandbox.dialect(**{"exotel.total": total})
    look_up = 1 if pages > 2 or (pages == 2 and total == "absent") else 0
    if total == "absent" and count in (50, 100):
        # A full last page does not tell that it is the last one.
        pages, look_up = pages + 1, 1
    exotel.keeps(reads=pages + look_up, email=UNKNOWN, state="absent")


FILTERS = [
    ("honoured", "exact", "exact"),
    ("ignored", "ignored", "exact"),
    ("case_sensitive", "loose", "exact"),
    ("honoured", "exact", "without_plus"),
    ("case_sensitive", "loose", "without_plus"),
    ("honoured", "exact", "national"),
    ("case_sensitive", "loose", "national"),
    ("ignored", "ignored", "national"),
]


@pytest.mark.parametrize("email_filter, contact_filter, echo", FILTERS)
def test_each_key_in_a_large_account(exotel: Exotel, email_filter: str, contact_filter: str, echo: str) -> None:
    exotel.sandbox.seed("exotel", 160)
    exotel.sandbox.dialect(
        **{"exotel.email_filter": email_filter, "exotel.contact_filter": contact_filter, "exotel.phone_echo": echo}
    )
    user = newest(exotel.sandbox)
    number = user["devices"].split()[0]
    email = user["email"].upper()
    ways: list[dict[str, t.Any]] = [
        {"id": user["id"]},
        {"email": email},
        {"device_contact_uri": number},
        {"email": email, "device_contact_uri": number},
        {"id": user["id"], "email": email, "device_contact_uri": number},
    ]
    if echo == "national":
        alone = ways.pop(2)
        exotel.refuses(user["id"], "'id'", number, **alone)
    for keys in ways:
        result = exotel(first_name=user["first_name"], **keys)
        assert not result["failed"] and not result["changed"], result
        assert result["user"]["id"] == user["id"]
        assert exotel.reads() <= 6
    if echo != "national":
        exotel.refuses("belongs to the user with id", email=UNKNOWN, device_contact_uri=number, first_name="New")
    exotel.refuses("belongs to the user with id", device_contact_uri="+919812345678", email=email, id="f" * 32)


def test_a_similar_number_does_not_hide_the_same_number(exotel: Exotel) -> None:
    """Two forms side by side: a number that is only similar comes on the first page, the number itself on the last."""
    exotel.sandbox.dialect(**{"exotel.phone_echo": "without_plus"})
    exotel(email="us@example.com", first_name="Arjun", last_name="Kapoor", device_contact_uri="+15551234567")
    exotel.sandbox.seed("exotel", 160)
    there = exotel(**{**PERSON, "device_contact_uri": "+3215551234567"})["user"]
    assert exotel.keeps(reads=2, device_contact_uri="+3215551234567")["user"]["id"] == there["id"]


def test_one_look_up_suffices_in_a_large_account(exotel: Exotel) -> None:
    exotel.sandbox.seed("exotel", 1000)
    user = newest(exotel.sandbox)
    number = user["devices"].split()[0]
    exotel.keeps(reads=2, email=user["email"], device_contact_uri=number)
    exotel.keeps(reads=2, device_contact_uri=number)
    exotel.keeps(reads=2, id=user["id"], email=user["email"], device_contact_uri=number)
    first = exotel.sandbox.records("exotel")[0]
    exotel.keeps(reads=1, email=first["email"])
    exotel.changes(reads=2, email=user["email"], last_name="Menon")
    exotel.changes(reads=2, id=user["id"], state="absent")


@pytest.mark.parametrize("unknown_id", ["not_found", "generic", "forbidden", "invalid"])
def test_an_unknown_id_in_a_large_account(exotel: Exotel, unknown_id: str) -> None:
    exotel.sandbox.seed("exotel", 160)
    exotel.sandbox.dialect(**{"exotel.unknown_id": unknown_id})
    exotel.keeps(reads=5 if unknown_id in ("forbidden", "invalid") else 2, id="0" * 32, state="absent")
    exotel.refuses("there is no user with id", id="0" * 32, last_name="Menon")


def test_a_failed_look_up_is_no_absence(exotel: Exotel) -> None:
    exotel.sandbox.seed("exotel", 160)
    exotel.sandbox.fault("exotel.user.get", "status", status=400)
    assert exotel.refuses(id="0" * 32, state="absent")["failure"]["operation"] == "get user"
    for skip in (0, 1, 2):
        exotel.sandbox.fault("exotel.user.list", "status", status=403, skip=skip)
        exotel.refuses("HTTP 403", email=UNKNOWN, state="absent")


def test_a_list_that_changes_while_it_is_read(exotel: Exotel) -> None:
    exotel.sandbox.seed("exotel", 160)
    user = newest(exotel.sandbox)
    # Somebody deletes the user between the first page and the others, which are then read anew.
    exotel.sandbox.fault("exotel.user.list", "change", skip=1, remove=True)
    exotel.keeps(reads=1 + 1 + 1 + 4, email=user["email"], state="absent")


FAULTS: dict[str, dict[str, t.Any]] = {
    "reset_before": {},
    "reset_after": {},
    "reset_middle": {},
    "status": {"status": 503, "acts": True},
    "html": {"acts": True},
    "truncated_json": {},
    "redirect": {"location": "https://elsewhere.example/"},
}

# The life of a user: each task, and the request that it is about.
STEPS: list[tuple[dict[str, t.Any], str]] = [
    (PERSON, "exotel.user.create"),
    ({"email": EMAIL, "last_name": "Menon"}, "exotel.user.update"),
    ({"email": EMAIL, "device_contact_uri": "+919800000002"}, "exotel.device.update"),
    ({"email": EMAIL, "state": "absent"}, "exotel.user.delete"),
]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("unknown_id", ["not_found", "forbidden"])
def test_a_fault_at_every_request(exotel: Exotel, fault: str, unknown_id: str) -> None:
    exotel.sandbox.dialect(**{"exotel.unknown_id": unknown_id})
    exotel.connection["retries"] = 1
    for task, operation in STEPS:
        for spoiled, check in (("exotel.user.list", True), (operation, False)):
            exotel.sandbox.fault(spoiled, fault, **FAULTS[fault])
            result = exotel(check=check, **task)
            assert "Traceback" not in result["output"]
            assert not result["failed"] or result["failure"]["hint"]
            assert exotel.operations[spoiled] >= 1
            exotel.sandbox.control("DELETE", "faults")
        assert not exotel(**task)["failed"]
        exotel.keeps(**task)
        assert len(exotel.sandbox.records("exotel")) == (0 if "state" in task else 1)


@pytest.mark.parametrize("fault", ["reset_after", "truncated_json", "timeout_after"])
def test_a_lost_answer_is_found_out(exotel: Exotel, fault: str) -> None:
    parameters = {"seconds": 2} if fault == "timeout_after" else {}
    exotel.connection["timeout"] = 0.5
    for task, operation in STEPS:
        exotel.sandbox.fault(operation, fault, **parameters)
        result = exotel(**task)
        assert not result["failed"] and result["changed"], result
        exotel.keeps(**task)


@pytest.mark.parametrize("same_email", ["noop", "refused"])
def test_a_lost_answer_to_an_address(exotel: Exotel, same_email: str) -> None:
    exotel.sandbox.dialect(**{"exotel.same_email_put": same_email})
    user = exotel(**{**PERSON, "email": None})["user"]
    exotel.sandbox.fault("exotel.user.update", "reset_after")
    assert exotel(id=user["id"], email=EMAIL)["user"]["email"] == EMAIL
    exotel.keeps(id=user["id"], email=EMAIL)


def test_a_number_that_is_taken_stays_refused(exotel: Exotel) -> None:
    exotel.sandbox.dialect(**{"exotel.freed_after_delete": "no"})
    exotel(email="gone@example.com", first_name="Arjun", last_name="Kapoor", device_contact_uri="+919800000002")
    exotel(email="gone@example.com", state="absent")
    exotel(**PERSON)
    task: dict[str, t.Any] = {"email": EMAIL, "device_contact_uri": "+919800000002"}
    assert exotel.refuses("already exists", "number", **task)["failure"]["code"] == "10811"
    exotel.sandbox.fault("exotel.user.get", "status", status=500, times=None)
    exotel.connection["retries"] = 0
    assert exotel.refuses("already exists", **task)["failure"]["code"] == "10811"
    result = exotel(last_name="Menon", **task)
    assert result["failed"] and result["changed"]
    assert result["failure"]["done"] == ["changed last_name"]


@pytest.mark.parametrize("code", ["10813", "1008", "1002"])
@pytest.mark.parametrize("signal", ["http", "under_200", "under_207"])
@pytest.mark.parametrize("number", [NUMBER, "+919800000002"])
def test_somebody_else_creates_the_user_meanwhile(
    exotel: Exotel, monkeypatch: pytest.MonkeyPatch, code: str, signal: str, number: str
) -> None:
    exotel.sandbox.dialect(**{"exotel.same_account_email": code, "exotel.failure_signal": signal})
    there = exotel(**PERSON)["user"]
    blind_at_first(monkeypatch)
    result = exotel(**{**PERSON, "device_contact_uri": number, "last_name": "Menon"})
    assert not result["failed"], result
    assert (result["user"]["id"], result["user"]["last_name"]) == (there["id"], "Menon")
    assert result["user"]["device_contact_uri"] == number
    assert len(exotel.sandbox.records("exotel")) == 1


def test_somebody_else_deletes_the_user_meanwhile(exotel: Exotel) -> None:
    for unknown_id in ("not_found", "generic", "forbidden", "invalid"):
        exotel.sandbox.dialect(**{"exotel.unknown_id": unknown_id})
        exotel(**PERSON)
        exotel.sandbox.fault("exotel.user.delete", "change", remove=True)
        result = exotel(email=EMAIL, state="absent")
        assert not result["failed"], result
        exotel(**PERSON)
        exotel.sandbox.fault("exotel.user.update", "change", remove=True)
        exotel.refuses("update user", email=EMAIL, first_name="Leela")


@pytest.mark.parametrize("seat_code", ["1003", "1002", "1008"])
def test_one_user_too_many(exotel: Exotel, seat_code: str) -> None:
    exotel.sandbox.dialect(**{"exotel.seat_limit": "50", "exotel.seat_code": seat_code})
    exotel.sandbox.seed("exotel", 50)
    result = exotel.refuses("its limit of 50 users", **PERSON)
    assert result["failure"]["code"] == seat_code and result["failure"]["hint"]
    assert exotel.operations["exotel.user.create"] == 1
    assert len(exotel.sandbox.records("exotel")) == 50


def test_a_delete_that_is_not_allowed_fails(exotel: Exotel) -> None:
    exotel.sandbox.dialect(**{"exotel.last_admin_delete": "refused"})
    exotel(role="admin", **PERSON)
    assert exotel.refuses("last admin", email=EMAIL, state="absent")["failure"]["code"] == "1003"
    exotel.sandbox.fault("exotel.user.delete", "status", status=400)
    assert exotel.refuses(email=EMAIL, state="absent")["failure"]["http_status"] == 400


@pytest.mark.parametrize("body", ["envelope", "plain", "rest_exception"])
def test_the_rate_limit(exotel: Exotel, body: str) -> None:
    exotel.sandbox.dialect(**{"exotel.rate_limit": "5", "exotel.rate_limit_body": body})
    exotel.connection["retries"] = 0
    for _turn in range(5):
        exotel(email=UNKNOWN)
    result = exotel.refuses("oo many requests" if body != "plain" else "Too Many Requests", "minute", **PERSON)
    assert result["failure"]["http_status"] == 429
    assert result["failure"]["retryable"] is True


def test_devices_that_the_creation_does_not_tell(exotel: Exotel) -> None:
    exotel.sandbox.dialect(**{"exotel.devices_in_create": "no"})
    exotel.sandbox.fault("exotel.user.get", "status", status=400)
    result = exotel(**PERSON)
    assert result["changed"] and result["user"]["id"]
    assert result["user"]["device_contact_uri"] == NUMBER


PHONELESS: dict[str, t.Any] = {"email": EMAIL, "first_name": "Meera", "last_name": "Nair"}


@pytest.mark.parametrize("email_filter", ["honoured", "ignored", "case_sensitive"])
@pytest.mark.parametrize("others", [0, 60])
def test_two_runs_leave_one_user_without_a_phone(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, email_filter: str, others: int
) -> None:
    sandbox.dialect(**{"exotel.same_account_email": "accepted", "exotel.email_filter": email_filter})
    exotel = Exotel(sandbox, "sandbox-voip")
    for number in range(others):
        exotel(email=f"user{number}@example.com", first_name="Arjun", last_name="Kapoor")
    there = exotel(**PHONELESS)["user"]["id"]
    monkeypatch.setattr(exotel_client, "SECOND_LOOK", 0.01)
    blind_at_first(monkeypatch)
    result = exotel(**PHONELESS)
    assert result["failed"] and result["changed"]
    assert there in result["msg"] and "deleted again" in result["msg"]
    created, deleted = result["failure"]["done"]
    assert created.startswith("created the user with id ") and deleted.endswith(" again")
    assert result["failure"]["retryable"]
    again = exotel(**PHONELESS)
    assert not again["failed"] and not again["changed"] and again["user"]["id"] == there
    assert len(sandbox.records("exotel")) == others + 1


def test_a_second_user_that_cannot_be_taken_back(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.dialect(**{"exotel.same_account_email": "accepted"})
    exotel = Exotel(sandbox, "sandbox-voip")
    there = exotel(**PHONELESS)["user"]["id"]
    monkeypatch.setattr(exotel_client, "SECOND_LOOK", 0.01)
    blind_at_first(monkeypatch)
    sandbox.fault("exotel.user.delete", "status", status=403)
    result = exotel(**PHONELESS)
    assert result["failed"] and result["changed"]
    ids = [record["id"] for record in sandbox.records("exotel")]
    assert len(ids) == 2 and all(identifier in result["msg"] for identifier in ids)
    assert "Delete one of the two by its 'id'" in result["failure"]["hint"]
    exotel.changes(id=next(one for one in ids if one != there), state="absent")


def test_a_new_user_is_reported_although_the_second_look_fails(sandbox: Sandbox) -> None:
    exotel = Exotel(sandbox, "sandbox-voip")
    sandbox.fault("exotel.user.list", "status", status=400, skip=1)
    result = exotel(**PHONELESS)
    assert result["changed"] and not result["failed"] and result["user"]["id"]
