# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The envelope of Exotel's answers as the client understands it, golden examples included."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ansible_collections.vox.roster.plugins.module_utils._http import errors
from ansible_collections.vox.roster.plugins.module_utils._http.connection import Answer
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._http.exotel import ARGUMENTS, connect, payload_of
from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor

GOLDEN = sorted((Path(__file__).resolve().parents[3] / "fixtures" / "golden" / "exotel").glob("*.json"))


def answer(status: int, body: t.Any, content_type: str = "application/json") -> Answer:
    return Answer(status, {"Content-Type": content_type}, body, json.dumps(body) if body else "")


def envelope(response: t.Any, http_code: t.Any = 200, **more: t.Any) -> dict[str, t.Any]:
    return {"request_id": "0f" * 16, "method": "PUT", "http_code": http_code, "response": response, **more}


def record(data: t.Any = None, code: t.Any = 200, status: str = "success", **error: t.Any) -> dict[str, t.Any]:
    return {"code": code, "error_data": error or None, "status": status, "data": data}


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden_answers_are_understood(path: Path) -> None:
    golden = json.loads(path.read_text(encoding="utf-8"))["answer"]
    response = golden["json"].get("response")
    records = response if isinstance(response, list) else [response] if response else []
    if golden["status"] == 200 and all(one["status"] == "success" for one in records):
        assert list(payload_of(answer(200, golden["json"])).records) == [one["data"] for one in records]
        return
    with pytest.raises(Failure) as raised:
        payload_of(answer(golden["status"], golden["json"]))
    failure = raised.value
    assert failure.code == str(records[0]["error_data"]["code"])
    assert failure.request_id == golden["json"]["request_id"]
    assert failure.hint
    assert failure.acted is False


SANDBOX = "http://127.0.0.1:8400/exotel"
PARAMS: dict[str, t.Any] = {
    **{name: argument.get("default") for name, argument in ARGUMENTS.arguments.items()},
    "account_sid": "acme",
    "api_key": "a-key",
    "api_token": "a-token",
}


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EXOTEL_URL", raising=False)
    monkeypatch.delenv("EXOTEL_REGION", raising=False)


@pytest.mark.parametrize(
    "options, address",
    [
        ({}, "https://ccm-api.exotel.com/v2/accounts/acme"),
        ({"region": "mumbai"}, "https://ccm-api.in.exotel.com/v2/accounts/acme"),
        ({"region": "mumbai", "url": "https://ccm.example/"}, "https://ccm.example/v2/accounts/acme"),
        ({"account_sid": "a/../b"}, "https://ccm-api.exotel.com/v2/accounts/a%2F..%2Fb"),
    ],
)
def test_the_region_decides_the_address(options: dict[str, str], address: str) -> None:
    redactor = Redactor()
    assert connect({**PARAMS, **options}, "exotel", True, redactor).settings.url == address
    assert "a-token" not in redactor.clean("the pair a-key:a-token, and YS1rZXk6YS10b2tlbg==")
    assert "YS1rZXk6YS10b2tlbg==" not in redactor.clean("YS1rZXk6YS10b2tlbg==")


# The environment, options of the task, and the host that decides.
PLACES: dict[str, tuple[dict[str, str], dict[str, str], str]] = {
    "nothing": ({}, {}, "ccm-api.exotel.com"),
    "a region outside": ({"EXOTEL_REGION": "mumbai"}, {}, "ccm-api.in.exotel.com"),
    "blanks outside": ({"EXOTEL_REGION": " ", "EXOTEL_URL": ""}, {}, "ccm-api.exotel.com"),
    "the task's region": ({"EXOTEL_REGION": "mumbai"}, {"region": "singapore"}, "ccm-api.exotel.com"),
    "an address outside": ({"EXOTEL_URL": SANDBOX, "EXOTEL_REGION": "mumbai"}, {}, "127.0.0.1"),
    "the task's address": ({"EXOTEL_URL": SANDBOX}, {"url": "https://ccm.example", "region": "mumbai"}, "ccm.example"),
    "both agree": (
        {"EXOTEL_URL": "https://ccm-api.in.exotel.com/"},
        {"region": "mumbai"},
        "ccm-api.in.exotel.com",
    ),
}


@pytest.mark.parametrize("case", PLACES)
def test_the_task_counts_more_than_the_environment(monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    environment, options, host = PLACES[case]
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert urlsplit(connect({**PARAMS, **options}, "exotel", True, Redactor()).settings.url).hostname == host


CONTRADICTIONS = {
    "an address outside": ({"EXOTEL_URL": SANDBOX}, {"region": "mumbai"}, ("'region' is 'mumbai'", "EXOTEL_URL")),
    "the other region's": (
        {"EXOTEL_URL": "https://ccm-api.exotel.com"},
        {"region": "mumbai"},
        ("'region' is 'mumbai'", "EXOTEL_URL"),
    ),
    "no such region": ({"EXOTEL_REGION": "delhi"}, {}, ("EXOTEL_REGION is 'delhi'", "singapore, mumbai")),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_no_guess_at_the_place(monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    environment, options, texts = CONTRADICTIONS[case]
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Failure) as raised:
        connect({**PARAMS, **options}, "exotel", True, Redactor())
    assert raised.value.kind == errors.OPTION
    assert [text for text in texts if text not in str(raised.value)] == []


SUCCESSES = {
    "one": (envelope(record({"id": "1"})), [{"id": "1"}]),
    "nothing to tell": (envelope(record()), [None]),
    "several": (envelope([record({"id": "1"}), record({"id": "2"})]), [{"id": "1"}, {"id": "2"}]),
    "nobody": (envelope([]), []),
    "nobody as null": (envelope(None), []),
    "nobody without a key": ({"request_id": "0f", "metadata": {"total": 0}}, []),
    "no codes": ({"request_id": "0f", "response": {"status": "success", "data": 1}}, [1]),
    "codes of null": (envelope(record(1, code=None), http_code=None), [1]),
    "codes as text": (envelope(record(1, code="200"), http_code="200"), [1]),
}


@pytest.mark.parametrize("case", SUCCESSES)
def test_success(case: str) -> None:
    body, records = SUCCESSES[case]
    assert list(payload_of(answer(200, body)).records) == records


def test_metadata() -> None:
    assert payload_of(answer(200, envelope([], metadata={"total": 3}))).metadata == {"total": 3}
    assert payload_of(answer(200, envelope([], metadata=None))).metadata == {}


# HTTP status, body, and the kind, code and message of the failure it stands for.
FAILURES: dict[str, tuple[int, t.Any, str, str | None, str]] = {
    "failed under 200": (200, envelope(record(status="failure")), errors.INVALID, None, "without a reason"),
    "odd word for failure": (200, envelope(record(status="failed", code=403)), errors.PERMISSION, "403", "reason"),
    "http_code disagrees": (200, envelope(record(), http_code=500), errors.SERVER, "500", "reason"),
    "status disagrees": (500, envelope(record()), errors.SERVER, "500", "reason"),
    "record's code disagrees": (200, envelope(record(code=409)), errors.DUPLICATE, "409", "reason"),
    "one of several": (
        207,
        envelope([record(), record(code=400, status="failure", code_=1, message="Bad")]),
        errors.INVALID,
        "400",
        "Bad",
    ),
    "said twice": (
        400,
        envelope(record(status="failure", code=400, message="Bad", description="Bad"), http_code=400),
        errors.INVALID,
        "400",
        "Bad",
    ),
    "in use, by its words": (
        400,
        envelope(record(status="failure", code=400, message="Email already exists"), http_code=400),
        errors.DUPLICATE,
        "400",
        "already exists",
    ),
    "old envelope": (429, {"RestException": {"Message": "Slow down"}}, errors.RATE_LIMIT, None, "Slow down"),
    "foreign JSON": (200, {"message": "hello"}, errors.BROKEN, None, "another shape"),
    "no object": (200, [1], errors.BROKEN, None, "another shape"),
    "no records": (200, envelope(["x"]), errors.BROKEN, None, "another shape"),
    "no such address": (404, None, errors.BROKEN, None, "empty body"),
    "unauthorised without a body": (401, None, errors.AUTHENTICATION, None, "empty body"),
    "gateway": (502, None, errors.SERVER, None, "empty body"),
}


@pytest.mark.parametrize("case", FAILURES)
def test_failure(case: str) -> None:
    status, body, kind, code, message = FAILURES[case]
    with pytest.raises(Failure) as raised:
        payload_of(answer(status, body))
    assert (raised.value.kind, raised.value.code) == (kind, code)
    assert message in raised.value.message
    assert raised.value.message.count("Bad") <= 1


MEANINGS = {
    1000: (404, errors.NOT_FOUND, "deleted meanwhile"),
    1002: (400, errors.INVALID, "'last_name'"),
    1003: (403, errors.PERMISSION, "KYC"),
    1004: (500, errors.SERVER, ""),
    1007: (400, errors.INVALID, "fault of the collection"),
    1010: (401, errors.AUTHENTICATION, "'region'"),
    1011: (415, errors.INVALID, "Content-Type"),
    1401: (400, errors.INVALID, "country code"),
    1402: (400, errors.INVALID, "VOIP"),
    10725: (400, errors.INVALID, "fault of the collection"),
    10801: (404, errors.NOT_FOUND, "deleted meanwhile"),
    10809: (409, errors.INVALID, "missed call"),
    10810: (403, errors.INVALID, "Only one device"),
    10811: (409, errors.DUPLICATE, "this number"),
    10812: (409, errors.DUPLICATE, "this number"),
    10813: (409, errors.DUPLICATE, "another Exotel account"),
    10814: (403, errors.PERMISSION, "KYC"),
    10815: (403, errors.PERMISSION, "Trial"),
    10817: (403, errors.INVALID, "SIP"),
    99999: (403, errors.PERMISSION, "KYC"),
}


@pytest.mark.parametrize("code", MEANINGS)
@pytest.mark.parametrize("under_200", [False, True])
def test_each_code_has_a_meaning(code: int, under_200: bool) -> None:
    status, kind, hint = MEANINGS[code]
    shown = 200 if under_200 else status
    body = envelope({**record(code=status, status="failure"), "error_data": {"code": code, "message": "No"}}, shown)
    with pytest.raises(Failure) as raised:
        payload_of(answer(shown, body))
    assert (raised.value.kind, raised.value.code) == (kind, str(code))
    assert hint in raised.value.hint
