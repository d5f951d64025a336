# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated Simotel server behaves as the vendor's material says."""

from __future__ import annotations

import datetime
import importlib.util
import pathlib
import typing as t

import pytest
import requests

from ansible_collections.vox.roster.tests.unit.sandbox.simotel_hand import FAILED, UNKNOWN_ID, Simotel

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "golden" / "simotel"
PERSON = {"name": "Reception", "number": "530", "secret": "Front-Desk-530"}
POLICY = {"Busy": "1", "No Answer": "2", "UnAvailable": "3", "All": "4"}


@pytest.fixture
def simotel(sandbox: t.Any) -> Simotel:
    return Simotel(sandbox, "pbx/users")


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.json")))
def test_golden(
    replay: t.Callable[[str], requests.Response], golden_message: t.Callable[[str], str], name: str
) -> None:
    answer = replay("simotel/" + name)
    assert answer.json()["message"] == golden_message("simotel/" + name)


class TestGate:
    @pytest.mark.parametrize("path", ["/simotel/", "/simotel/api/v3/pbx/users", "/simotel/API/v4/pbx/users/search"])
    def test_outside_the_api(self, sandbox: t.Any, path: str) -> None:
        answer = requests.post(sandbox.url + path, json={}, timeout=10)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert "was not found on this server" in answer.text

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
    def test_wrong_method(self, simotel: Simotel, method: str) -> None:
        answer = simotel.raw("pbx/users/search", method, json={})
        assert (answer.status_code, answer.json()["message"]) == (405, "Method not allowed")

    @pytest.mark.parametrize(
        "auth, key, status",
        [
            (("sandbox", "sandbox-password"), None, 200),
            (None, "sandbox-simotel-key", 200),
            (("sandbox", "sandbox-password"), "sandbox-simotel-key", 200),
            (("sandbox", "sandbox-password"), "other", 401),
            (("sandbox", "other"), "sandbox-simotel-key", 401),
            (("sandbox-basic", "sandbox-basic-password"), None, 200),
            (("sandbox-basic", "sandbox-basic-password"), "anything", 200),
            (None, "sandbox-simotel-key-only", 200),
            (("anybody", "anything"), "sandbox-simotel-key-only", 200),
            (("sandbox-both", "sandbox-both-password"), "sandbox-simotel-both-key", 200),
            (("sandbox-both", "sandbox-both-password"), None, 401),
            (None, "sandbox-simotel-both-key", 401),
            (("sandbox-both", "sandbox-both-password"), "sandbox-simotel-key-only", 200),
            (("", ""), None, 401),
        ],
    )
    def test_credentials(self, simotel: Simotel, auth: tuple[str, str] | None, key: str | None, status: int) -> None:
        simotel.session.auth = auth
        headers = {"X-APIKEY": key} if key else {}
        assert simotel.raw("pbx/users/search", json={"alike": False}, headers=headers).status_code == status

    @pytest.mark.parametrize("header", ["Bearer something", "Basic ***", "Basic"])
    def test_unreadable_authorization(self, simotel: Simotel, header: str) -> None:
        simotel.session.auth = None
        answer = simotel.raw("pbx/users/search", json={}, headers={"Authorization": header})
        assert (answer.status_code, answer.json()["message"]) == (401, "BasicAuth or ApiKey is invalid")

    def test_surplus_header_refused(self, simotel: Simotel) -> None:
        simotel.dialect(surplus_header="refused")
        simotel.session.auth = ("sandbox-basic", "sandbox-basic-password")
        assert simotel.raw("pbx/users/search", json={}).status_code == 200
        assert simotel.raw("pbx/users/search", json={}, headers={"X-APIKEY": "more"}).status_code == 401

    def test_permissions_are_per_verb(self, simotel: Simotel) -> None:
        simotel.session.auth = ("sandbox-reader", "sandbox-reader-password")
        assert simotel.search() == []
        for verb in ("add", "update", "remove"):
            answer = simotel.raw("pbx/users/" + verb, json=PERSON)
            assert (answer.status_code, answer.json()["success"]) == (403, -2)

    def test_negative_failure_codes(self, simotel: Simotel) -> None:
        simotel.dialect(failure_code="negative")
        assert simotel.call("add", {})["success"] == -1

    @pytest.mark.parametrize("body", ["[", "12", '"text"', "\xff"])
    def test_unreadable_body(self, simotel: Simotel, body: str) -> None:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        answer = simotel.raw("pbx/users/search", data=body.encode("latin-1"), headers=headers)
        assert (answer.status_code, answer.json()["message"]) == (400, "Unable to parse content")


class TestUsers:
    def test_life_of_a_user(self, simotel: Simotel) -> None:
        identity = simotel.done("add", PERSON)["_id"]
        assert len(identity) == 24 and int(identity, 16)
        (record,) = simotel.search(number="530")
        assert record.pop("date") and record == {**PERSON, "_id": identity, "queues": []}
        assert simotel.done("update", {"_id": identity, "name": "Front desk", "number": "530"}) == ""
        assert [found["name"] for found in simotel.search(number="530")] == ["Front desk"]
        assert simotel.done("remove", {"_id": identity}) == ""
        assert simotel.search() == []

    def test_anything_is_stored_but_the_servers_own(self, simotel: Simotel) -> None:
        simotel.done("add", {**PERSON, "note": {"deep": [1]}, "_id": "x", "date": "never", "queues": ["a"]})
        (record,) = simotel.search()
        assert record["note"] == {"deep": [1]}
        assert record["queues"] == [] and record["date"] != "never" and len(record["_id"]) == 24

    @pytest.mark.parametrize("name", ["name", "number", "secret"])
    @pytest.mark.parametrize("value", ["", None])
    def test_required_fields(self, simotel: Simotel, name: str, value: str | None) -> None:
        assert simotel.reason("add", {**PERSON, name: value}) == f"Field '{name}':value is missing"

    def test_numbers_are_unique(self, simotel: Simotel) -> None:
        simotel.done("add", PERSON)
        assert simotel.reason("add", {**PERSON, "number": 530}) == "This number already exists"
        other = simotel.done("add", {**PERSON, "number": "531"})["_id"]
        assert simotel.reason("update", {"_id": other, "number": "530"}) == "This number already exists"
        simotel.dialect(number_conflict="generic")
        assert simotel.reason("add", PERSON) == FAILED
        simotel.dialect(renumber_duplicate="accepted")
        simotel.done("update", {"_id": other, "number": "530"})
        assert len(simotel.search(number="530")) == 2

    def test_number_format(self, simotel: Simotel) -> None:
        assert simotel.reason("add", {**PERSON, "number": "100..200"}) == FAILED
        simotel.dialect(number_format="any")
        simotel.done("add", {**PERSON, "number": "100..200"})

    @pytest.mark.parametrize(
        "fields",
        [
            {"active": True},
            {"active": "true"},
            {"user_type": "IAX"},
            {"nat": "Force Report & Co-Media"},
            {"forward_policy": "571"},
            {"forward_policy": {"busy": ""}},
            {"forward_policy": {"Busy": None}},
            {"cid_number": None},
            {"callgroup": ["1"]},
        ],
    )
    def test_documented_values_only(self, simotel: Simotel, fields: dict[str, t.Any]) -> None:
        assert simotel.reason("add", {**PERSON, **fields}) == FAILED
        simotel.dialect(values="any")
        simotel.done("add", {**PERSON, **fields})

    def test_secret_rule(self, simotel: Simotel) -> None:
        simotel.dialect(secret_rule="complicated")
        assert simotel.reason("add", {**PERSON, "secret": "12345678"}) == FAILED
        simotel.done("add", PERSON)

    def test_ids(self, simotel: Simotel) -> None:
        for verb in ("update", "remove"):
            assert simotel.reason(verb, {"name": "x"}) == "Field '_id':value is missing"
            assert simotel.reason(verb, {"_id": "530"}) == FAILED
            assert simotel.done(verb, {"_id": UNKNOWN_ID}) == ""
        simotel.dialect(unknown_id="failure")
        for verb in ("update", "remove"):
            assert simotel.reason(verb, {"_id": UNKNOWN_ID}) == FAILED

    @pytest.mark.parametrize(
        "alike, number, found",
        [
            (False, "53", []),
            (0, "53", []),
            ("0", "53", []),
            ("", "53", []),
            (True, "53", ["530", "531"]),
            (1, "53", ["530", "531"]),
            ("true", "31", ["531"]),
            ("false", "53", ["530", "531"]),
            (False, "531", ["531"]),
        ],
    )
    def test_alike(self, simotel: Simotel, alike: t.Any, number: str, found: list[str]) -> None:
        for own in ("530", "531", "777"):
            simotel.done("add", {**PERSON, "number": own})
        assert [record["number"] for record in simotel.search(alike, number=number)] == found

    def test_alike_dialects(self, simotel: Simotel) -> None:
        simotel.done("add", {**PERSON, "name": "Night (b)"})
        assert simotel.search(True, name="night") == []
        assert len(simotel.search(True, name="(b)")) == 1
        simotel.dialect(alike="substring_any_case")
        assert len(simotel.search(True, name="night")) == 1
        simotel.dialect(alike="regex")
        assert simotel.search(True, name="(b)") != simotel.search(True, name="Night (b)")
        assert simotel.reason("search", {"alike": True, "conditions": {"name": "(b"}}) == FAILED
        simotel.dialect(alike_false="substring", alike="substring")
        assert len(simotel.search(False, name="Night")) == 1
        assert len(simotel.done("search", {})) == 1
        simotel.dialect(alike_missing="refused")
        assert simotel.reason("search", {}) == "Field 'alike':value is missing"

    def test_mapped(self, simotel: Simotel) -> None:
        simotel.done("add", {**PERSON, "mapped": "7001"})
        simotel.done("add", {**PERSON, "number": "531"})
        found = simotel.done("search", {"status": "mapped", "alike": False, "conditions": []})
        assert [record["number"] for record in found] == ["530"]
        assert [record["number"] for record in simotel.search(mapped="7001")] == ["530"]

    def test_update_replaces(self, simotel: Simotel) -> None:
        simotel.dialect(user_update="replace")
        identity = simotel.done("add", {**PERSON, "email": "front@sandbox.example"})["_id"]
        created = simotel.search()[0]["date"]
        simotel.done("update", {"_id": identity, "number": "530", "name": "New"})
        (record,) = simotel.search()
        assert record == {"_id": identity, "number": "530", "name": "New", "date": created, "queues": []}

    def test_forward_policy(self, simotel: Simotel) -> None:
        identity = simotel.done("add", {**PERSON, "forward_policy": POLICY})["_id"]
        simotel.dialect(forward_policy_update="merge")
        simotel.done("update", {"_id": identity, "forward_policy": {"Busy": "9"}})
        assert simotel.search()[0]["forward_policy"] == {**POLICY, "Busy": "9"}
        simotel.dialect(forward_policy_update="replace")
        simotel.done("update", {"_id": identity, "forward_policy": {"Busy": "8"}})
        assert simotel.search()[0]["forward_policy"] == {"Busy": "8"}

    @pytest.mark.parametrize(("reading", "shown"), [("null", None), ("empty_text", "")])
    def test_an_unset_forward_policy(self, simotel: Simotel, reading: str, shown: str | None) -> None:
        for number, policy in (("530", POLICY), ("531", dict.fromkeys(POLICY, "")), ("532", None)):
            simotel.done("add", {**PERSON, "number": number, **({"forward_policy": policy} if policy else {})})
        simotel.dialect(forward_policy_unset=reading)
        found = {record["number"]: record.get("forward_policy", "none") for record in simotel.search()}
        assert found == {"530": POLICY, "531": shown, "532": "none"}

    def test_a_masked_secret_written_back_is_the_new_secret(self, simotel: Simotel) -> None:
        simotel.dialect(secret="masked")
        identity = simotel.done("add", PERSON)["_id"]
        assert simotel.search()[0]["secret"] == "******"
        simotel.dialect(secret="clear")
        assert simotel.search()[0]["secret"] == PERSON["secret"]
        simotel.done("update", {"_id": identity, "secret": "******"})
        assert simotel.search()[0]["secret"] == "******"

    def test_what_the_server_does_to_values(self, simotel: Simotel) -> None:
        simotel.dialect(
            more_options="stripped", spelling="normalised", description_writable="no", server_defaults="panel"
        )
        fields = {"more_options": "a=1\nb=2\t", "type": "Friend", "callgroup": "1, 3", "description": "x"}
        simotel.done("add", {**PERSON, **fields})
        (record,) = simotel.search()
        assert (record["more_options"], record["type"], record["callgroup"]) == ("a=1b=2", "friend", "1,3")
        assert (record["description"], record["port"], record["forward_policy"]["All"]) == ("", "5060", "")

    def test_how_values_are_shown(self, simotel: Simotel) -> None:
        policy = {"Busy": "1002", "All": ""}
        fields = {"type": "friend", "nat": "force_rport,comedia", "port": "5060", "cid_number": "0912"}
        simotel.done("add", {**PERSON, **fields, "forward_policy": policy})
        simotel.done("add", {**PERSON, "number": "531", "nat": "no"})
        assert [record["number"] for record in simotel.search()] == ["530", "531"]
        simotel.dialect(spelling="panel", digits="numbers", order="newest_first")
        second, first = simotel.search()
        assert (first["number"], first["port"], first["cid_number"]) == (530, 5060, "0912")
        assert (first["type"], first["nat"], second["nat"]) == ("Friend", "Force Report & Co-Media", "no")
        assert first["forward_policy"] == {"Busy": 1002, "All": ""}
        simotel.dialect(record_keys="sparse")
        assert simotel.search(number="530")[0]["forward_policy"] == {"Busy": 1002}

    def test_user_type_update_ignored(self, simotel: Simotel) -> None:
        identity = simotel.done("add", {**PERSON, "user_type": "SIP"})["_id"]
        simotel.dialect(user_type_update="ignored")
        simotel.done("update", {"_id": identity, "user_type": "IAX2"})
        assert simotel.search()[0]["user_type"] == "SIP"
        simotel.dialect(user_type_update="changed")
        simotel.done("update", {"_id": identity, "user_type": "IAX2"})
        assert simotel.search()[0]["user_type"] == "IAX2"

    def test_sparse_records(self, simotel: Simotel) -> None:
        simotel.dialect(record_keys="sparse")
        simotel.done("add", {**PERSON, "email": "", "trunk": "no", "active": "yes", "forward_policy": {"Busy": ""}})
        assert set(simotel.search()[0]) == {"_id", "date", "name", "number", "secret", "active"}

    def test_dates(self, simotel: Simotel) -> None:
        simotel.done("add", PERSON)
        zone = datetime.timezone(datetime.timedelta(hours=3, minutes=30))
        today = datetime.datetime.now(zone)
        jalali = simotel.search()[0]["date"]
        assert int(jalali[:4]) in (today.year - 621, today.year - 622)
        simotel.dialect(dates="gregorian")
        shown = datetime.datetime.strptime(simotel.search()[0]["date"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone)
        assert abs(today - shown) < datetime.timedelta(minutes=1)

    @pytest.mark.parametrize(
        "gregorian, jalali",
        [
            ((1970, 1, 1), (1348, 10, 11)),
            ((2008, 3, 19), (1386, 12, 29)),
            ((2021, 3, 8), (1399, 12, 18)),
            ((2023, 7, 17), (1402, 4, 26)),
            ((2023, 9, 23), (1402, 7, 1)),
            ((2024, 3, 19), (1402, 12, 29)),
            ((2024, 3, 20), (1403, 1, 1)),
            ((2025, 3, 20), (1403, 12, 30)),
            ((2025, 3, 21), (1404, 1, 1)),
        ],
    )
    def test_calendar(self, gregorian: tuple[int, int, int], jalali: tuple[int, int, int]) -> None:
        path = pathlib.Path(__file__).resolve().parents[2] / "sandbox" / "services" / "jalali.py"
        spec = importlib.util.spec_from_file_location("sandbox_jalali", path)
        assert spec and spec.loader
        calendar = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(calendar)
        assert calendar.jalali(datetime.date(*gregorian)) == jalali

    def test_ten_thousand(self, simotel: Simotel) -> None:
        simotel.sandbox.seed("simotel", 10_000)
        numbers = {record["number"] for record in simotel.search()}
        assert len(numbers) == 10_000
        (last,) = simotel.search(number="10999")
        assert last["forward_policy"] == dict.fromkeys(POLICY, "")
