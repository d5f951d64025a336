# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module exotel_user against the sandbox: the cycle of every field in every dialect, and what it refuses."""

from __future__ import annotations

import re
import typing as t

import pytest

from ansible_collections.vox.roster.tests.unit.exotel_account import EMAIL, NUMBER, PERSON, Exotel
from ansible_collections.vox.roster.tests.unit.module_runner import run

if t.TYPE_CHECKING:
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

    Result = dict[str, t.Any]

# Field, the person before, the task that changes it, and how many requests write that.
CHANGES: dict[str, tuple[Result, Result, int]] = {
    "first_name": (PERSON, {"email": EMAIL, "first_name": "Leela"}, 1),
    "last_name": (PERSON, {"email": EMAIL.lower(), "last_name": "D'Souza"}, 1),
    "both names": (PERSON, {"email": EMAIL, "first_name": "Leela", "last_name": "Menon"}, 1),
    "number": (PERSON, {"email": EMAIL, "device_contact_uri": "+91 98000-00002"}, 1),
    "name and number": (PERSON, {"email": EMAIL, "last_name": "Menon", "device_contact_uri": "+919800000002"}, 2),
    "found by number": (PERSON, {"device_contact_uri": NUMBER, "first_name": "Leela"}, 1),
}

# Every answer that the sandbox can play to what Exotel leaves open, but the likeliest, which is the default.
DIALECTS = {
    "failure_signal": ("under_200", "under_207"),
    "failure_word": ("failed",),
    "unknown_id": ("generic", "forbidden", "invalid"),
    "empty_match": ("null", "absent"),
    "email_filter": ("ignored", "case_sensitive"),
    "contact_filter": ("loose", "ignored"),
    "devices_in_get": ("fields_only",),
    "devices_in_create": ("no",),
    "device_order": ("newest_first",),
    "order": ("newest_first",),
    "no_email": ("empty_text", "absent"),
    "default_device_name": ("null",),
    "active_call": ("boolean", "object"),
    "device_id": ("string",),
    "device_type": ("object",),
    "sip_device": ("on_verified", "off_unverified"),
    "get_one": ("array",),
    "error_data": ("absent",),
    "total": ("absent",),
    "page_limit": ("refuse",),
    "same_account_email": ("1008", "1002", "accepted"),
    "email_case": ("lowered",),
    "phone_echo": ("without_plus", "national"),
    "name_rule": ("lenient",),
    "name_spaces": ("trimmed",),
    "role_put": ("applied", "refused"),
    "unknown_keys": ("refused",),
    "explicit_null": ("refused",),
    "empty_put": ("refused",),
    "same_email_put": ("refused",),
    "same_number_put": ("unverifies",),
    "available_after_renumber": ("off",),
    "kyc_code": ("10814",),
    "freed_after_delete": ("no",),
    "last_admin_delete": ("refused",),
    "seat_limit": ("50",),
    "seat_code": ("1002", "1008"),
    "rate_limit": ("50", "200", "5"),
    "rate_limit_body": ("plain", "rest_exception"),
    "retry_after": ("present",),
}
OTHER_DIALECTS = [(name, value) for name, values in DIALECTS.items() for value in values]
# Five requests in a minute are too few for a cycle.
CYCLE_DIALECTS = [("none", "")] + [pair for pair in OTHER_DIALECTS if pair != ("rate_limit", "5")]


@pytest.fixture
def exotel(sandbox: Sandbox) -> Exotel:
    return Exotel(sandbox)


@pytest.mark.parametrize("change", CHANGES)
def test_cycle_of_each_field(exotel: Exotel, change: str) -> None:
    person, task, writes = CHANGES[change]
    created = exotel.changes(device_name="Desk mobile", **person)
    exotel.keeps(device_name="Desk mobile", **person)
    changed = exotel.changes(writes=writes, **task)
    assert changed["user"]["id"] == created["user"]["id"]
    exotel.keeps(**task)
    exotel.changes(id=created["user"]["id"], state="absent")
    exotel.keeps(id=created["user"]["id"], state="absent")


@pytest.mark.parametrize("dialect, value", CYCLE_DIALECTS)
def test_cycle_in_each_dialect(exotel: Exotel, dialect: str, value: str) -> None:
    if value:
        exotel.sandbox.dialect(**{"exotel." + dialect: value})
    extra = 1 if (dialect, value) == ("devices_in_create", "no") else 0
    created = exotel.changes(reads=1 + extra, **PERSON)["user"]
    assert created["id"] and created["devices"][0]["id"]
    assert created["device_contact_uri"] == NUMBER
    exotel.keeps(**{**PERSON, "email": EMAIL.upper(), "role": "user"})
    exotel.changes(email=EMAIL, first_name="Leela")
    exotel.keeps(email=EMAIL, first_name="Leela", device_contact_uri=NUMBER)
    exotel.verify(NUMBER)
    exotel.changes(email=EMAIL, available=True)
    exotel.keeps(email=EMAIL, available=True, device_contact_uri=NUMBER)
    exotel.changes(email=EMAIL, available=False)
    exotel.changes(email=EMAIL, device_contact_uri="+919800000002")
    exotel.keeps(email=EMAIL, device_contact_uri="+919800000002")
    # A service that writes numbers without their country code does not tell whose this is.
    key: Result = {"email": EMAIL} if value == "national" else {"device_contact_uri": "+919800000002"}
    exotel.changes(state="absent", **key)
    exotel.keeps(state="absent", **key)


def test_the_dialects_are_complete(sandbox: Sandbox) -> None:
    played = {name: tuple(one["values"][1:]) for name, one in sandbox.dialects().items()}
    ours = {f"exotel.{name}": sorted(values) for name, values in DIALECTS.items()}
    assert {name: sorted(values) for name, values in played.items() if name.startswith("exotel.")} == ours


@pytest.mark.parametrize("role", ["admin", "supervisor", "user"])
def test_role_is_set_once(exotel: Exotel, role: str) -> None:
    exotel.changes(role=role, **PERSON)
    exotel.keeps(role=role, **PERSON)
    other = "user" if role == "admin" else "admin"
    result = exotel.refuses("'role'", repr(role), repr(other), "dashboard", email=EMAIL, role=other)
    assert result["failure"]["code"] == "fixed"
    assert exotel.writes() == 0


def test_device_name_is_set_once(exotel: Exotel) -> None:
    exotel.changes(device_name="Desk mobile", **PERSON)
    exotel.keeps(device_name=" Desk mobile ", **PERSON)
    exotel.refuses("'device_name'", "'Desk mobile'", "'Spare'", "dashboard", email=EMAIL, device_name="Spare")


@pytest.mark.parametrize("no_email", ["null", *DIALECTS["no_email"]])
def test_email_is_set_once(exotel: Exotel, no_email: str) -> None:
    exotel.sandbox.dialect(**{"exotel.no_email": no_email})
    person = {name: value for name, value in PERSON.items() if name != "email"}
    created = exotel.changes(**person)["user"]
    assert created["email"] is None
    exotel.keeps(**person)
    changed = exotel.changes(id=created["id"], email=EMAIL)
    assert changed["user"]["email"] == EMAIL
    exotel.keeps(id=created["id"], email=EMAIL.upper())
    exotel.refuses("'email'", EMAIL, "other@example.com", "inviting", id=created["id"], email="other@example.com")
    assert exotel.writes() == 0


def test_available_waits_for_the_verification(exotel: Exotel) -> None:
    created = exotel.changes(available=True, **PERSON)
    assert created["user"]["available"] is False
    assert f"verified the number {NUMBER}" in created["output"]
    waiting = exotel.keeps(available=True, **PERSON)
    assert f"verified the number {NUMBER}" in waiting["output"]
    exotel.verify(NUMBER)
    assert exotel.changes(available=True, **PERSON)["user"]["available"] is True
    exotel.keeps(available=True, **PERSON)
    exotel.changes(available=False, **PERSON)
    exotel.keeps(available=False, **PERSON)


@pytest.mark.parametrize("after", ["kept", "off"])
def test_a_new_number_waits_for_its_verification(exotel: Exotel, after: str) -> None:
    exotel.sandbox.dialect(**{"exotel.available_after_renumber": after})
    exotel(**PERSON)
    exotel.verify(NUMBER)
    exotel(email=EMAIL, available=True)
    task: Result = {"email": EMAIL, "device_contact_uri": "+919800000002", "available": True}
    renumbered = exotel(**task)
    assert renumbered["user"]["available"] is (after == "kept")
    assert renumbered["user"]["devices"][0]["verified"] is False
    assert "verified the number +919800000002" in renumbered["output"]
    exotel.keeps(**task)
    exotel.verify("+919800000002")
    exotel(**task)
    assert exotel.keeps(**task)["user"]["available"] is True
    exotel.changes(writes=2, email=EMAIL, device_contact_uri=NUMBER, available=False)


@pytest.mark.parametrize("state", ["off_verified", "on_verified", "off_unverified"])
@pytest.mark.parametrize("order", ["oldest_first", "newest_first"])
def test_the_phone_takes_over_from_the_sip_device(sandbox: Sandbox, state: str, order: str) -> None:
    sandbox.dialect(**{"exotel.sip_device": state, "exotel.device_order": order})
    exotel = Exotel(sandbox, "sandbox-voip")
    created = exotel(**PERSON)["user"]
    assert created["device_contact_uri"] == NUMBER and len(created["devices"]) == 2
    exotel.keeps(available=False, **PERSON)
    exotel.verify(NUMBER)
    on = exotel.changes(writes=2 if state == "on_verified" else 1, email=EMAIL, available=True)
    assert {device["type"]: device["available"] for device in on["user"]["devices"]} == {"tel": True, "sip": False}
    exotel.keeps(email=EMAIL, available=True)


def test_a_sip_device_is_switched_on_again_when_the_phone_refuses(sandbox: Sandbox) -> None:
    sandbox.dialect(**{"exotel.sip_device": "on_verified"})
    exotel = Exotel(sandbox, "sandbox-voip")
    exotel(**PERSON)
    exotel.verify(NUMBER)
    sandbox.fault("exotel.device.update", "status", status=400, skip=1)
    result = exotel(email=EMAIL, available=True)
    assert result["failed"] and result["changed"]
    name = "the SIP device SIP device"
    assert result["failure"]["done"] == [f"switched off {name}", f"switched {name} on again"]
    assert {device["type"]: device["available"] for device in exotel(email=EMAIL)["user"]["devices"]} == {
        "tel": False,
        "sip": True,
    }
    sandbox.fault("exotel.device.update", "status", status=400, skip=1, times=2)
    result = exotel(email=EMAIL, available=True)
    assert "the SIP device SIP device could not be switched on again" in result["msg"]
    exotel.changes(email=EMAIL, available=True)


@pytest.mark.parametrize(
    "option", [{"device_contact_uri": "+919800000002"}, {"device_name": "Desk"}, {"available": True}]
)
def test_a_user_without_a_phone(sandbox: Sandbox, option: Result) -> None:
    exotel = Exotel(sandbox, "sandbox-voip")
    created = exotel(email=EMAIL, first_name="Meera", last_name="Nair")
    assert created["user"]["device_contact_uri"] is None and len(created["user"]["devices"]) == 1
    assert exotel.keeps(email=EMAIL, first_name="Meera", last_name="Nair")["user"]["available"] is None
    exotel.refuses("has no phone", next(iter(option)), "dashboard", email=EMAIL, **option)
    assert exotel.writes() == 0


def test_creation_without_a_phone_where_it_is_needed(exotel: Exotel) -> None:
    person: Result = {"email": EMAIL, "first_name": "Meera", "last_name": "Nair"}
    result = exotel.refuses("device_contact_uri", "VOIP", **person)
    assert result["failure"]["code"] == "1402"
    assert re.fullmatch("[0-9a-f]{32}", result["failure"]["request_id"])
    exotel.refuses("no phone is given", "'available'", available=True, **person)
    assert exotel.writes() == 0


BAD_VALUES: dict[str, tuple[Result, tuple[str, ...]]] = {
    "short name": ({"last_name": "Om"}, ("'last_name' is 'Om'", "2 characters", "3 to 20")),
    "blank name": ({"first_name": "   "}, ("'first_name'", "0 characters")),
    "long name": ({"first_name": "x" * 21}, ("21 characters",)),
    "malformed e-mail": ({"email": "meera.nair"}, ("'email' is 'meera.nair'", "name@example.com")),
    "empty e-mail": ({"email": ""}, ("'email'", "cannot take an address away", "inviting")),
    "malformed phone": ({"device_contact_uri": "ask me"}, ("'device_contact_uri'", "no telephone number")),
    "national phone": ({"device_contact_uri": "09800000001"}, ("country code",)),
    "empty phone": ({"device_contact_uri": ""}, ("cannot remove a phone", "dashboard")),
    "empty device name": ({"device_name": " "}, ("'device_name'", "Leave 'device_name' out")),
    "unknown role": ({"role": "agent"}, ("role", "supervisor")),
    "empty id": ({"id": ""}, ("'id' is empty",)),
    "unknown option": ({"phone": NUMBER}, ("phone",)),
}


@pytest.mark.parametrize("case", BAD_VALUES)
def test_bad_values_are_refused_before_any_request(exotel: Exotel, case: str) -> None:
    values, texts = BAD_VALUES[case]
    exotel.refuses(*texts, **{**PERSON, **values})
    assert exotel.operations == {}


def test_a_key_is_required(exotel: Exotel) -> None:
    exotel.refuses("id, email, device_contact_uri", first_name="Meera")


def test_what_exotel_itself_refuses(exotel: Exotel) -> None:
    for signal in ("http", "under_200"):
        exotel.sandbox.dialect(**{"exotel.failure_signal": signal})
        result = exotel.refuses("first_name has characters", **{**PERSON, "first_name": "Mee Ra"})
        assert result["failure"]["code"] == "1002"
        assert result["failure"]["operation"] == "create user"


def test_a_new_user_needs_names(exotel: Exotel) -> None:
    exotel.refuses("cannot be created without 'first_name', 'last_name'", email=EMAIL, device_contact_uri=NUMBER)
    assert exotel.writes() == 0


def test_an_unknown_id(exotel: Exotel) -> None:
    for value in ("not_found", "generic", "forbidden", "invalid"):
        exotel.sandbox.dialect(**{"exotel.unknown_id": value})
        exotel.refuses("there is no user with id", id="0" * 32, first_name="Meera")
        exotel.keeps(id="0" * 32, state="absent")


def test_conflicting_keys(exotel: Exotel) -> None:
    exotel(**PERSON)
    exotel(email="arjun@example.com", first_name="Arjun", last_name="Kapoor", device_contact_uri="+919800000002")
    tasks: list[Result] = [
        {"email": EMAIL, "device_contact_uri": "+919800000002"},
        {"email": "nobody@example.com", "device_contact_uri": "+919800000002", "first_name": "New", "last_name": "One"},
        {"email": EMAIL, "device_contact_uri": "+919800000002", "state": "absent"},
    ]
    for options in tasks:
        result = exotel.refuses("belongs to the user with id", **options)
        assert result["failure"]["code"] == "conflict"
        assert exotel.writes() == 0


CREDENTIALS: dict[str, tuple[Result, str, tuple[str, ...]]] = {
    "wrong token": ({"api_token": "wrong-token"}, "1010", ("also 'url': it decides, and not 'region'", "api_token")),
    "wrong region": ({"api_key": "sandbox-mumbai-key", "api_token": "sandbox-mumbai-token"}, "1010", ("'region'",)),
    "no rights": ({"api_key": "sandbox-norights-key", "api_token": "sandbox-norights-token"}, "1003", ("KYC",)),
    "foreign account": ({"account_sid": "sandbox-mumbai"}, "1003", ("account_sid",)),
    "no account": ({"account_sid": ""}, "option", ("'account_sid' is missing", "EXOTEL_ACCOUNT_SID")),
    "no key": ({"api_key": ""}, "option", ("EXOTEL_API_KEY",)),
    "no token": ({"api_token": " "}, "option", ("EXOTEL_API_TOKEN",)),
    "no address": ({"url": "ftp://example.com"}, "option", ("http",)),
    "nobody there": ({"url": "http://127.0.0.1:9", "retries": 0}, "unreachable", ("'url'",)),
}


@pytest.mark.parametrize("case", CREDENTIALS)
def test_credentials_and_address(exotel: Exotel, case: str) -> None:
    options, code, texts = CREDENTIALS[case]
    for state in ("present", "absent"):
        result = exotel.refuses(*texts, **{**PERSON, **options, "state": state})
        assert result["failure"]["code"] == code


def test_an_address_from_outside(exotel: Exotel) -> None:
    """It serves a task without a region; with one, neither of the two is taken silently."""
    address = exotel.connection.pop("url")
    exotel.changes(env={"EXOTEL_URL": address}, **PERSON)
    result = exotel.refuses("EXOTEL_URL", "'mumbai'", env={"EXOTEL_URL": address}, region="mumbai", **PERSON)
    assert result["failure"]["code"] == "option"
    assert exotel.operations == {}
    result = exotel.refuses("EXOTEL_URL", env={"EXOTEL_URL": address}, **{**PERSON, "api_token": "wrong-token"})
    assert result["failure"]["code"] == "1010"


def test_a_name_that_exotel_does_not_take(exotel: Exotel) -> None:
    person = {**PERSON, "last_name": "van Dyk"}
    assert exotel(check=True, **person)["changed"]
    result = exotel.refuses("last_name", "a space after a period only", **person)
    assert result["failure"]["code"] == "1002"


def test_a_path_that_is_no_api(exotel: Exotel) -> None:
    result = exotel.refuses("'url'", **{**PERSON, "url": exotel.sandbox.url, "state": "absent"})
    assert result["failure"]["code"] == "broken"


@pytest.mark.parametrize("state", ["present", "absent"])
def test_an_address_without_a_list_of_users(exotel: Exotel, state: str) -> None:
    """An address that ends in ``/v2`` is answered in the envelope, like a user who is not there."""
    wrong = exotel.connection["url"] + "/v2"
    result = exotel.refuses("'url'", "'account_sid'", "'/v2'", **{**PERSON, "url": wrong, "state": state})
    assert "deleted meanwhile" not in result["msg"]
    assert (result["failure"]["operation"], result["failure"]["http_status"]) == ("list users", 404)


def test_credentials_from_the_environment(sandbox: Sandbox) -> None:
    environment = {
        "EXOTEL_URL": sandbox.url + "/exotel/mumbai",
        "EXOTEL_ACCOUNT_SID": "sandbox-mumbai",
        "EXOTEL_API_KEY": "sandbox-mumbai-key",
        "EXOTEL_API_TOKEN": "sandbox-mumbai-token",
        "EXOTEL_REGION": "",
    }
    result = run("exotel_user", env=environment, **PERSON)
    assert result["changed"], result
    assert run("exotel_user", env=environment, **PERSON)["changed"] is False


@pytest.mark.parametrize("account", ["sandbox-trial", "sandbox-nokyc"])
@pytest.mark.parametrize("code", ["1003", "10814"])
def test_accounts_that_cannot_write(sandbox: Sandbox, account: str, code: str) -> None:
    sandbox.dialect(**{"exotel.kyc_code": code})
    exotel = Exotel(sandbox, account)
    assert exotel(check=True, **PERSON)["changed"]
    result = exotel.refuses("ccount", "KYC" if account == "sandbox-nokyc" else "trial", **PERSON)
    named = {"sandbox-trial": "10815", "sandbox-nokyc": "10814"}[account]
    assert result["failure"]["code"] == (named if code == "10814" else "1003")
    assert not result["failure"]["retryable"]


@pytest.mark.parametrize("key", ["email", "number"])
@pytest.mark.parametrize("code", ["10813", "1008", "1002"])
def test_keys_that_others_have(exotel: Exotel, key: str, code: str) -> None:
    exotel.sandbox.dialect(**{"exotel.same_account_email": code, "exotel.freed_after_delete": "no"})
    person = {**PERSON, "email" if key == "email" else "device_contact_uri": None}
    exotel(**PERSON)
    exotel(email=EMAIL, state="absent")
    if key == "email":
        person["email"], person["device_contact_uri"] = EMAIL, "+919800000009"
    else:
        person["email"], person["device_contact_uri"] = "other@example.com", NUMBER
    result = exotel.refuses("deleted lately" if key == "email" else "this number", **person)
    assert result["failure"]["code"] == ("10813" if key == "email" else "10812")


def test_secrets_appear_nowhere(exotel: Exotel) -> None:
    results = [exotel(check=True, **PERSON), exotel(**PERSON), exotel(email=EMAIL, state="absent")]
    results.append(exotel(**{**PERSON, "account_sid": "sandbox-mumbai"}))
    for result in results:
        assert "sandbox-token" not in result["output"]
        assert "c2FuZGJveC1rZXk6c2FuZGJveC10b2tlbg==" not in result["output"]
