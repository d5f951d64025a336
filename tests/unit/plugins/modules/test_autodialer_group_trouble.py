# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module autodialer_group when something goes wrong: lost answers, rivals, refusals, bad input."""

from __future__ import annotations

import time
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.vox.roster.plugins.module_utils._core.apply import carry_out
from ansible_collections.vox.roster.plugins.module_utils._core.plan import Index, plan
from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor
from ansible_collections.vox.roster.plugins.module_utils._services import autodialer
from ansible_collections.vox.roster.tests.unit.simotel_tasks import KEY, task_for

NUMBERS = ["09120000001", "+989120000002", "02155500003"]
OTHERS = ["09120000007", "09120000008", "09120000009"]
SLEEP = time.sleep


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses before a repetition are not what these tests are about."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@pytest.fixture
def task(sandbox: t.Any) -> t.Callable[..., dict[str, t.Any]]:
    """Runs the module; the group Renewals unless the options say otherwise."""
    return task_for(sandbox, "autodialer_group", KEY, {"name": "Renewals"})


@pytest.fixture
def stored(sandbox: t.Any) -> t.Callable[[], list[t.Any]]:
    """What the groups really hold, which only the sandbox can tell: name, description and numbers of each."""
    return lambda: [(one["name"], one["description"], one["numbers"]) for one in sandbox.records("autodialer")]


def file_of(tmp_path: t.Any, numbers: list[str]) -> str:
    """The path of a CSV file with these numbers."""
    path = tmp_path / "numbers.csv"
    path.write_text("".join(number + "\n" for number in numbers), encoding="utf-8")
    return str(path)


# content of a file, words of the message
BAD_FILES: dict[str, tuple[str | bytes, str]] = {
    "no number": ("0912\nabc\n", "holds an entry that is no telephone number: 'abc' (entry 2)"),
    "header": ("number\n0912\n", "holds an entry that is no telephone number: 'number' (entry 1)"),
    "two columns": ("0912,x\n", "row 1 of 'numbers_file'"),
    "empty": ("\n \n", "holds no numbers"),
    "binary": (b"\xff\xfe\x00", "cannot be read"),
}


@pytest.mark.parametrize("case", sorted(BAD_FILES))
def test_bad_files(sandbox: t.Any, task: t.Any, tmp_path: t.Any, case: str) -> None:
    content, words = BAD_FILES[case]
    path = tmp_path / "numbers.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    result = task(numbers_file=str(path))
    assert result["failed"] and words in result["msg"], result["msg"]
    assert sandbox.requests()["total"] == 0


def test_a_file_that_is_missing(task: t.Any, tmp_path: t.Any) -> None:
    result = task(numbers_file=str(tmp_path / "none.csv"))
    assert result["failed"] and "cannot be read" in result["msg"]


def test_two_groups_of_one_name(sandbox: t.Any, task: t.Any, stored: t.Any) -> None:
    task(numbers=NUMBERS)
    sandbox.fault("autodialer.group.search", "change", add={"name": "Renewals", "description": "", "numbers": []})
    for state in ("present", "absent"):
        result = task(state=state)
        assert result["failed"] and result["failure"]["code"] == "ambiguous"
        assert "Address the one you mean with 'id'" in result["failure"]["hint"]
    assert len(stored()) == 2
    surplus = sandbox.records("autodialer")[1]["_id"]
    assert task(id=surplus, state="absent")["changed"]
    assert not task(numbers=NUMBERS)["changed"]


@pytest.mark.parametrize("fault", ["reset_after", "reset_middle", "truncated_json", "timeout_after", "timeout_before"])
@pytest.mark.parametrize("operation", ["add", "upload"])
def test_a_lost_answer_leaves_one_group(
    sandbox: t.Any, task: t.Any, stored: t.Any, tmp_path: t.Any, fault: str, operation: str
) -> None:
    seconds = {"seconds": 0.6} if fault.startswith("timeout") else {}
    sandbox.fault("autodialer.group." + operation, fault, **seconds)
    path = file_of(tmp_path, NUMBERS)
    result = task(numbers_file=path, timeout=0.3, retries=1)
    assert not result["failed"] and result["changed"], result
    assert result["group"]["id"]
    assert [one[2] for one in stored()] == [NUMBERS]
    assert not task(numbers_file=path)["changed"]


RIVAL = {"name": "Renewals", "description": "", "numbers": OTHERS}
ANSWERS = pytest.mark.parametrize("answer", ["id", "null"])


@ANSWERS
@pytest.mark.parametrize("names", ["free", "unique"])
def test_somebody_else_adds_it_first(sandbox: t.Any, task: t.Any, stored: t.Any, answer: str, names: str) -> None:
    sandbox.dialect(**{"autodialer.group_add_answer": answer, "autodialer.group_names": names})
    sandbox.fault("autodialer.group.add", "change", add=RIVAL)
    result = task(numbers=NUMBERS)
    assert not result["failed"] and result["changed"], result
    assert [(one[0], one[2]) for one in stored()] == [("Renewals", NUMBERS)]
    assert result["group"]["id"] == sandbox.records("autodialer")[0]["_id"]
    assert not task(numbers=NUMBERS)["changed"]


@ANSWERS
@pytest.mark.parametrize("compare", ["digest", "count"])
def test_a_group_that_somebody_else_adds_is_never_removed(
    sandbox: t.Any, task: t.Any, stored: t.Any, answer: str, compare: str
) -> None:
    sandbox.dialect(**{"autodialer.group_add_answer": answer})
    sandbox.fault("autodialer.group.search", "change", skip=1, add=RIVAL)
    result = task(numbers=NUMBERS, description="Spring", compare_numbers=compare)
    assert result["failed"] and result["changed"], result
    assert (result["failure"]["code"], result["failure"]["done"]) == ("ambiguous", ["add group"])
    ids = [one["_id"] for one in sandbox.records("autodialer")]
    assert ", ".join(ids) in result["msg"]
    assert [one[2] for one in stored()] == [NUMBERS, OTHERS]


def test_two_others_before_and_after_ours(sandbox: t.Any, task: t.Any, stored: t.Any) -> None:
    sandbox.fault("autodialer.group.add", "change", add=RIVAL)
    sandbox.fault("autodialer.group.search", "change", skip=1, add=RIVAL)
    result = task(numbers=NUMBERS)
    assert result["failed"] and not result["changed"] and result["failure"]["code"] == "ambiguous"
    assert [one[2] for one in stored()] == [OTHERS, OTHERS]


def test_groups_that_cannot_be_told_apart_all_stay(sandbox: t.Any, task: t.Any, stored: t.Any) -> None:
    sandbox.dialect(**{"autodialer.group_add_answer": "null"})
    sandbox.fault("autodialer.group.add", "change", add=RIVAL)
    result = task(numbers=NUMBERS, compare_numbers="count")
    assert result["failed"] and result["failure"]["code"] == "ambiguous"
    assert [one[2] for one in stored()] == [OTHERS, NUMBERS]


@ANSWERS
def test_a_rival_that_takes_its_group_back_in_time(
    sandbox: t.Any, task: t.Any, stored: t.Any, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    sandbox.dialect(**{"autodialer.group_add_answer": answer})
    sandbox.fault("autodialer.group.search", "change", skip=1, add=RIVAL)

    def take_back(seconds: float) -> None:
        assert seconds > 0
        task(id=sandbox.records("autodialer")[1]["_id"], state="absent")

    monkeypatch.setattr("time.sleep", take_back)
    result = task(numbers=NUMBERS)
    assert result["changed"] and not result["failed"], result
    assert [one[2] for one in stored()] == [NUMBERS]


def test_a_group_that_cannot_be_taken_back(sandbox: t.Any, task: t.Any, stored: t.Any) -> None:
    sandbox.fault("autodialer.group.add", "change", add=RIVAL)
    sandbox.fault("autodialer.group.remove", "status", status=403)
    result = task(numbers=NUMBERS)
    assert result["failed"] and result["changed"]
    assert result["failure"]["http_status"] == 403 and result["failure"]["done"] == ["add group"]
    assert "could not be taken back: there are 2 now" in result["msg"]
    assert [one[2] for one in stored()] == [OTHERS, NUMBERS]


@ANSWERS
@pytest.mark.parametrize("runs", [2, 3])
def test_runs_that_create_at_once_end_with_one_group(
    sandbox: t.Any, stored: t.Any, monkeypatch: pytest.MonkeyPatch, answer: str, runs: int
) -> None:
    monkeypatch.setattr("time.sleep", SLEEP)
    monkeypatch.setattr(autodialer, "MOMENT", 0.3)
    sandbox.dialect(**{"autodialer.group_add_answer": answer})
    sandbox.latency(20)
    group = autodialer.GROUP
    params = {name: one.get("default") for name, one in group.arguments().arguments.items()}
    params.update(url=sandbox.url + "/simotel", name="Renewals", numbers=NUMBERS, retries=0, **KEY)
    client = group.connect(params, False, Redactor())
    policy = {"compare_numbers": "digest", "numbers_file": None}
    change = plan(group, "present", {"name": "Renewals", "numbers": NUMBERS}, Index(group, []), policy)
    with ThreadPoolExecutor(runs) as pool:
        outcomes = list(pool.map(lambda _run: carry_out(group, client, change, 0), range(runs)))
    assert [str(outcome.failure) for outcome in outcomes if outcome.failure] == []
    assert [one[2] for one in stored()] == [NUMBERS]


def test_an_added_group_that_vanishes(sandbox: t.Any, task: t.Any) -> None:
    sandbox.fault("autodialer.group.search", "change", skip=1, remove=True)
    result = task(numbers=NUMBERS)
    assert result["failed"] and "a search does not find it" in result["msg"]
    assert task(numbers=NUMBERS)["changed"]


def test_looking_for_rivals_that_fails_is_no_lost_creation(sandbox: t.Any, task: t.Any, stored: t.Any) -> None:
    sandbox.fault("autodialer.group.search", "status", skip=1, status=503)
    result = task(numbers=NUMBERS)
    assert result["changed"] and not result["failed"]
    assert len(stored()) == 1


@pytest.mark.parametrize("unknown_id", ["success", "failure"])
def test_somebody_else_removes_it_first(sandbox: t.Any, task: t.Any, unknown_id: str) -> None:
    sandbox.dialect(**{"simotel.unknown_id": unknown_id})
    task(numbers=NUMBERS)
    sandbox.fault("autodialer.group.remove", "change", remove=True)
    assert not task(state="absent")["failed"]
    task(numbers=NUMBERS)
    sandbox.fault("autodialer.group.remove", "reset_after")
    assert task(state="absent", retries=1)["changed"]
    assert not task(state="absent")["changed"]


def test_a_removal_that_is_refused_fails(sandbox: t.Any, task: t.Any, stored: t.Any) -> None:
    task(numbers=NUMBERS)
    assert "Access denied" in task(state="absent", api_key="sandbox-simotel-reader-key")["msg"]
    sandbox.fault("autodialer.group.remove", "status", status=400, body="plain")
    assert task(state="absent")["failed"]
    assert len(stored()) == 1


# options, words of the message, code or kind of the failure
REFUSED: dict[str, tuple[dict[str, t.Any], str, str]] = {
    "no number": (
        {"numbers": ["0912", "many"]},
        "autodialer: 'numbers' holds an entry that is no telephone number: 'many' (entry 2).",
        "option",
    ),
    "empty entry": ({"numbers": [""]}, "holds an entry that is no telephone number: '' (entry 1)", "option"),
    "a fraction that YAML read": ({"numbers": ["0912", 2.5]}, "'2.5' (entry 2)", "option"),
    "a time that YAML read": ({"numbers": ["12:30:45"]}, "'12:30:45' (entry 1)", "option"),
    "no address": ({"url": "127.0.0.1:1/simotel"}, "'url' is '127.0.0.1:1/simotel', which is no http", "option"),
    "the mark itself": ({"description": "x [roster:0123456789ab]"}, "Leave out the part in brackets", "option"),
    "empty name": ({"name": " "}, "'name' is empty", "option"),
    "no credentials": ({"api_key": " "}, "there are no credentials", "option"),
    "wrong key": ({"api_key": "wrong-marker-key"}, "BasicAuth or ApiKey is invalid", "0"),
    "key with a line break": ({"api_key": "marker\nkey"}, "cannot be sent in an HTTP header", "option"),
    "no permission": ({"api_key": "sandbox-simotel-reader-key"}, "Access denied: /autodialer/groups/add", "-2"),
    "wrong path": ({"api_path": "api/v9"}, "the server knows no such address", "broken"),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_bad_input(sandbox: t.Any, task: t.Any, case: str) -> None:
    options, words, code = REFUSED[case]
    result = task(**options)
    assert result["failed"] and not result["changed"]
    assert words in result["msg"]
    assert result["failure"]["code"] == code
    assert result["failure"]["service"] == "autodialer"
    assert "exception" not in result and "marker" not in result["output"]
    assert sandbox.records("autodialer") == []


def test_many_entries_that_are_no_numbers(task: t.Any) -> None:
    numbers = [f"0912{place:07d}" for place in range(5000)]
    result = task(numbers=[*numbers, *(f"marker {place}" for place in range(7)), "x" * 500])
    entries = ", ".join(f"'marker {place}' (entry {5001 + place})" for place in range(5))
    assert f"'numbers' holds entries that are no telephone numbers: {entries} and 3 more." in result["msg"]
    assert "digest" not in result["msg"] and "09120000000" not in result["output"]
    result = task(numbers=["x" * 500])
    assert f"'{'x' * 40}' (entry 1)" in result["msg"]


def test_numbers_and_a_file_exclude_each_other(task: t.Any) -> None:
    result = task(numbers=NUMBERS, numbers_file="numbers.csv")
    assert result["failed"] and "mutually exclusive" in result["msg"]


def test_an_error_is_never_taken_for_absence(sandbox: t.Any, task: t.Any, stored: t.Any) -> None:
    task(numbers=NUMBERS)
    for fault, parameters in (("html", {}), ("status", {"status": 502}), ("truncated_json", {})):
        for options in ({"state": "absent"}, {"numbers": NUMBERS}):
            sandbox.fault("autodialer.group.search", fault, **parameters)
            assert task(**options)["failed"]
    assert len(stored()) == 1
