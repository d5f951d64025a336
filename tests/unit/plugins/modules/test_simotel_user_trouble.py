# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module simotel_user when something goes wrong: lost answers, rivals, refusals, bad input."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.tests.unit.http_servers import answer, serving
from ansible_collections.vox.roster.tests.unit.simotel_tasks import USER, task_for

SECRET = "Marker-extension-1"
NEEDED = {"number": "1001", "name": "Sara", "secret": SECRET}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses before a repetition are not what these tests are about."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@pytest.fixture
def task(sandbox: t.Any) -> t.Callable[..., dict[str, t.Any]]:
    """Runs the module; extension 1001 unless the options say otherwise."""
    return task_for(sandbox, "simotel_user", USER, {"number": "1001"})


@pytest.mark.parametrize("fault", ["reset_after", "reset_middle", "truncated_json", "timeout_after", "timeout_before"])
def test_a_lost_answer_to_a_creation_leaves_one_record(sandbox: t.Any, task: t.Any, fault: str) -> None:
    seconds = {"seconds": 0.6} if fault.startswith("timeout") else {}
    sandbox.fault("simotel.user.add", fault, **seconds)
    result = task(timeout=0.3, retries=1, **NEEDED)
    assert not result["failed"] and result["changed"], result
    assert result["user"]["id"]
    assert len(sandbox.records("simotel")) == 1
    assert not task(**NEEDED)["changed"]


def test_an_extension_that_is_declared_off_is_written_so_where_nothing_shows_it(sandbox: t.Any, task: t.Any) -> None:
    off = {"simotel.record_keys": "sparse", "simotel.user_update": "replace"}
    task(active=False, **NEEDED)
    sandbox.dialect(**off)
    assert task(active=False, name="Sara B", secret=SECRET)["changed"]
    assert sandbox.records("simotel")[0]["active"] == "no"


def test_a_list_that_names_an_extension_twice(task: t.Any) -> None:
    twice = answer({"success": 1, "message": "", "data": [{"_id": "1", "number": "1001"}, {"_id": "1"}]})
    with serving(twice) as server:
        result = task(url=server.url, name="Sara")
    assert result["failed"] and "names one of them twice" in result["msg"] and result["failure"]["retryable"]


def test_a_creation_that_stays_in_doubt_says_so(sandbox: t.Any, task: t.Any) -> None:
    sandbox.fault("simotel.user.add", "reset_before", times=None)
    result = task(**NEEDED)
    assert result["failed"] and not result["changed"]
    assert "it is not known whether user 1001 was created" in result["msg"]
    assert "Run the task again" in result["failure"]["hint"]


@pytest.mark.parametrize("operation,options", [("update", {"name": "Sara B"}), ("remove", {"state": "absent"})])
@pytest.mark.parametrize("unknown_id", ["success", "failure"])
def test_a_lost_answer_to_other_writes(
    sandbox: t.Any, task: t.Any, operation: str, options: dict[str, t.Any], unknown_id: str
) -> None:
    sandbox.dialect(**{"simotel.unknown_id": unknown_id})
    task(**NEEDED)
    sandbox.fault("simotel.user." + operation, "reset_after")
    assert task(retries=1, **options)["changed"]
    assert not task(**options)["changed"]


def test_reading_back_that_fails_is_no_lost_change(sandbox: t.Any, task: t.Any) -> None:
    sandbox.fault("simotel.user.search", "status", skip=1, status=503)
    result = task(**dict(NEEDED, description="Front desk"))
    assert result["changed"] and not result["failed"]
    sandbox.fault("simotel.user.search", "status", skip=1, status=503)
    result = task(description="Back office")
    assert result["failed"] and result["changed"]
    assert result["failure"]["done"] == ["update user"]
    assert not task(description="Back office")["changed"]


def test_a_server_that_respells_what_is_read_back(sandbox: t.Any, task: t.Any) -> None:
    task(**NEEDED)
    sandbox.fault("simotel.user.search", "change", skip=1, set={"user_type": "iax2"})
    result = task(user_type="IAX2")
    assert result["changed"] and not result["failed"]
    assert not task(user_type="IAX2")["changed"]


def test_a_written_record_that_cannot_be_found(sandbox: t.Any, task: t.Any) -> None:
    task(**NEEDED)
    sandbox.fault("simotel.user.update", "change", remove=True)
    result = task(description="Front desk")
    assert result["failed"] and "a search does not find it" in result["msg"]


@pytest.mark.parametrize("conflict", ["named", "generic"])
def test_two_runs_that_create_end_with_one_record(sandbox: t.Any, task: t.Any, conflict: str) -> None:
    sandbox.dialect(**{"simotel.number_conflict": conflict})
    sandbox.fault("simotel.user.add", "change", add={"number": "1001", "name": "Rival", "secret": SECRET})
    result = task(**NEEDED)
    assert len(sandbox.records("simotel")) == 1
    if conflict == "named":
        assert result["changed"] and result["user"]["name"] == "Sara"
    else:
        assert result["failed"] and "a number or name that is in use" in result["msg"]
        assert task(**NEEDED)["changed"]
    assert not task(**NEEDED)["changed"]


@pytest.mark.parametrize("unknown_id", ["success", "failure"])
def test_somebody_else_removes_it_first(sandbox: t.Any, task: t.Any, unknown_id: str) -> None:
    sandbox.dialect(**{"simotel.unknown_id": unknown_id})
    task(**NEEDED)
    sandbox.fault("simotel.user.remove", "change", remove=True)
    assert not task(state="absent")["failed"]
    task(**NEEDED)
    sandbox.fault("simotel.user.update", "change", remove=True)
    assert task(name="Sara B")["failed"] is (unknown_id == "failure")
    assert task(**NEEDED)["changed"]


def test_a_removal_that_is_refused_fails(sandbox: t.Any, task: t.Any) -> None:
    task(**NEEDED)
    reader = {"api_user": "sandbox-reader", "api_password": "sandbox-reader-password"}
    result = task(state="absent", **reader)
    assert result["failed"] and "Access denied" in result["msg"]
    sandbox.fault("simotel.user.remove", "status", status=400, body="plain")
    result = task(state="absent")
    assert result["failed"] and "changes requests" in result["failure"]["hint"]
    assert len(sandbox.records("simotel")) == 1


def test_a_refused_removal_of_a_record_that_changed_meanwhile_fails(sandbox: t.Any, task: t.Any) -> None:
    task(**NEEDED)
    sandbox.fault("simotel.user.remove", "status", status=400, body="plain")
    sandbox.fault("simotel.user.search", "change", skip=1, set={"number": "1009", "name": "Sara B"})
    result = task(state="absent")
    assert result["failed"] and not result["changed"]
    assert len(sandbox.records("simotel")) == 1


ACCOUNTS = {
    "basic": {"api_user": "sandbox-basic", "api_password": "sandbox-basic-password"},
    "key": {"api_user": "", "api_password": "", "api_key": "sandbox-simotel-key-only"},
    "both": {
        "api_user": "sandbox-both",
        "api_password": "sandbox-both-password",
        "api_key": "sandbox-simotel-both-key",
    },
}


@pytest.mark.parametrize("surplus", ["tolerated", "refused"])
@pytest.mark.parametrize("account", sorted(ACCOUNTS))
def test_every_mode_of_an_account(sandbox: t.Any, task: t.Any, account: str, surplus: str) -> None:
    sandbox.dialect(**{"simotel.surplus_header": surplus})
    assert task(**dict(NEEDED, **ACCOUNTS[account]))["changed"]


# options, words of the message, code or kind of the failure
REFUSED: dict[str, tuple[dict[str, t.Any], str, str]] = {
    "no credentials": ({"api_user": "", "api_password": ""}, "there are no credentials", "option"),
    "half of the credentials": ({"api_password": ""}, "'api_password' is missing or empty", "option"),
    "wrong password": ({"api_password": "wrong-password"}, "BasicAuth or ApiKey is invalid", "0"),
    "half of what the account needs": (
        {"api_user": "sandbox-both", "api_password": "sandbox-both-password"},
        "BasicAuth or ApiKey is missing",
        "0",
    ),
    "address not permitted": (
        {"api_user": "sandbox-outsider", "api_password": "sandbox-outsider-password"},
        "Allowed IPs",
        "0",
    ),
    "no permission": (
        {"api_user": "sandbox-reader", "api_password": "sandbox-reader-password"},
        "Access denied: /pbx/users/add",
        "-2",
    ),
    "wrong path": ({"api_path": "api/v9"}, "the server knows no such address", "broken"),
    "number with letters": ({"number": "10a1"}, "'number' is '10a1', which is not made of digits only", "option"),
    "range of numbers": ({"number": "100..200"}, "not made of digits only", "option"),
    "empty number": ({"number": ""}, "'number' is empty", "option"),
    "malformed address": ({"email": "sara.example.com"}, "'email' is 'sara.example.com', which is no e-mail", "option"),
    "no name": ({"name": None}, "cannot be created without 'name'", "incomplete"),
    "no secret": ({"secret": ""}, "cannot be created without 'secret'", "incomplete"),
    "limit that is none": ({"call_limit": "many"}, "'call_limit' is 'many'", "option"),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_bad_input(sandbox: t.Any, task: t.Any, case: str) -> None:
    options, words, code = REFUSED[case]
    result = task(**dict(NEEDED, **options))
    assert result["failed"] and not result["changed"]
    assert words in result["msg"]
    assert result["failure"]["code"] == code
    assert result["failure"]["service"] == "simotel"
    assert "exception" not in result and "Marker" not in result["output"]
    assert sandbox.records("simotel") == []


def test_hint_for_missing_credentials_is_about_credentials(sandbox: t.Any, task: t.Any) -> None:
    result = task(api_user="sandbox-both", api_password="sandbox-both-password", **NEEDED)
    assert "SIMOTEL_API_KEY" in result["failure"]["hint"]


def test_needed_fields_cannot_be_emptied(task: t.Any) -> None:
    task(**NEEDED)
    for field in ("name", "secret"):
        result = task(**{field: ""})
        assert result["failed"] and f"'{field}' of user 1001 cannot be emptied" in result["msg"]


def test_a_secret_too_simple_for_the_server(sandbox: t.Any, task: t.Any) -> None:
    sandbox.dialect(**{"simotel.secret_rule": "complicated"})
    result = task(**dict(NEEDED, secret="zxcv"))
    assert result["failed"] and "a secret that is too simple" in result["msg"]
    assert "zxcv" not in result["output"]


@pytest.mark.parametrize(
    "fault,parameters,words",
    [
        ("html", {}, "a web page instead of the API's JSON"),
        ("status", {"status": 502}, "HTTP 502"),
        ("status", {"status": 403, "body": "nginx"}, "a web page instead"),
        ("redirect", {"location": "https://login.example.com/?next=1"}, "redirects to https://login.example.com"),
        ("truncated_json", {}, "cut off or of another shape"),
    ],
)
def test_an_error_is_never_taken_for_absence(
    sandbox: t.Any, task: t.Any, fault: str, parameters: dict[str, t.Any], words: str
) -> None:
    task(**NEEDED)
    for options in ({"state": "absent"}, NEEDED):
        sandbox.fault("simotel.user.search", fault, **parameters)
        result = task(**options)
        assert result["failed"] and words in result["msg"], result["msg"]
    assert len(sandbox.records("simotel")) == 1


@pytest.mark.parametrize("path", ["/api/v4", "/api/v4/", "/"])
def test_an_address_with_the_path_of_the_api(sandbox: t.Any, task: t.Any, path: str) -> None:
    assert task(url=sandbox.url + "/simotel" + path, **NEEDED)["changed"]
    assert task(url=sandbox.url + "/simotel/api/v4", api_path="", state="absent")["changed"]


def test_a_wrong_content_type_does_no_harm(sandbox: t.Any, task: t.Any) -> None:
    sandbox.fault("simotel.user.*", "wrong_content_type", times=None)
    assert task(**NEEDED)["changed"]
    assert not task(**NEEDED)["changed"]
