# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module simotel_user_info against the sandbox, and what all info modules have in common."""

from __future__ import annotations

import json
import sys
import typing as t
from unittest import mock

import pytest

from ansible_collections.vox.roster.plugins.module_utils._http import simotel as vendor
from ansible_collections.vox.roster.tests.unit.module_runner import run
from ansible_collections.vox.roster.tests.unit.simotel_tasks import USER, task_for

Task = t.Callable[..., dict[str, t.Any]]


@pytest.fixture
def create(sandbox: t.Any) -> Task:
    """Runs simotel_user."""
    return task_for(sandbox, "simotel_user", USER, {})


@pytest.fixture
def plain(sandbox: t.Any) -> Task:
    """Runs the module."""
    return task_for(sandbox, "simotel_user_info", USER, {})


@pytest.fixture
def task(sandbox: t.Any, plain: Task) -> Task:
    """Runs the module, in check mode and then in earnest, which are the same; nothing changes and nothing leaks."""

    def both(**options: t.Any) -> dict[str, t.Any]:
        sandbox.reset_requests()
        predicted = plain(check=True, **options)
        assert set(sandbox.requests()["operations"]) <= {"simotel.user.search"}
        sandbox.reset_requests()
        result = plain(**options)
        assert result == predicted
        assert not result.get("changed")
        assert "Traceback" not in result["output"] and USER["api_password"] not in result["output"]
        return result

    return both


@pytest.fixture
def three(create: Task) -> None:
    """The extensions 99, 100 and 1000, made in another order."""
    for number, name in (("1000", "Sara Ahmadi"), ("99", "Ali Karimi"), ("100", "Sina Ahmadi")):
        created = create(number=number, name=name, secret=f"Marker-{number}")
        assert created["changed"], created["msg"]


def numbers(result: dict[str, t.Any]) -> list[str]:
    """The numbers of the extensions that were found."""
    assert not result["failed"], result["msg"]
    assert result["count"] == len(result["users"])
    return [user["number"] for user in result["users"]]


@pytest.mark.usefixtures("three")
def test_all_extensions_with_one_request_and_as_the_singular_module_returns_them(
    sandbox: t.Any, task: Task, create: Task
) -> None:
    result = task()
    assert sandbox.requests()["operations"] == {"simotel.user.search": 1}
    assert numbers(result) == ["99", "100", "1000"]
    assert "warnings" not in result and "query_result" not in result and "secrets_included" not in result
    for user in result["users"]:
        assert user == create(number=user["number"], check=True)["user"]
    assert "Marker" not in result["output"] and "secret" not in result["users"][0]


def test_nothing_there(sandbox: t.Any, task: Task) -> None:
    assert numbers(task()) == []
    assert numbers(task(number="1001")) == []
    assert sandbox.requests()["total"] == 1


@pytest.mark.usefixtures("three")
def test_extensions_by_their_keys(sandbox: t.Any, task: Task) -> None:
    identifier = task(number="99")["users"][0]["id"]
    for options, found in (
        ({"number": "99"}, ["99"]),
        ({"number": " ۱۰۰ "}, ["100"]),
        ({"number": ["1000", "404", "99"]}, ["99", "1000"]),
        ({"number": "1000,99,99"}, ["99", "1000"]),
        ({"id": [identifier]}, ["99"]),
        ({"id": [identifier, "64b783f3dc412c6dd0306ec7"], "number": ["99", "100"]}, ["99", "100"]),
        ({"id": "64b783f3dc412c6dd0306ec7"}, []),
        ({"number": "10"}, []),
    ):
        assert numbers(task(**options)) == found, options
        assert sandbox.requests()["total"] == 1
    assert numbers(task(number=[])) == []
    assert sandbox.requests()["total"] == 0


def test_options_that_make_no_sense(sandbox: t.Any, task: Task) -> None:
    for options, words in (
        ({"number": ""}, "'number' is empty"),
        ({"number": ["1001", "12a"]}, "'number' is '12a', which is not made of digits only"),
        ({"number": "1001", "filters": {"name": "Sara"}}, "mutually exclusive: number|filters"),
        ({"id": "1", "filters": {}}, "mutually exclusive: id|filters"),
        ({"query": "[?numbr == '99']"}, "'query' names 'numbr', which no record holds (column 3). Perhaps number is"),
        ({"query": "[?secret]"}, "Secrets are left out without 'include_secrets: true'"),
        ({"query": "[?"}, "no JMESPath expression"),
    ):
        result = task(**t.cast("dict[str, t.Any]", options))
        assert result["failed"] and words in result["msg"], result["msg"]
        assert sandbox.requests()["total"] == 0


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("alike", ["substring", "regex", "substring_any_case"])
def test_the_filters_of_the_server(sandbox: t.Any, task: Task, alike: str) -> None:
    sandbox.dialect(**{"simotel.alike": alike})
    agent = {"number": "2001", "name": "Reza", "secret": "Marker-2001", "mapped": "8001"}
    sandbox.fault("simotel.user.search", "change", add=agent)
    for filters, found in (
        ({}, ["99", "100", "1000", "2001"]),
        ({"name": "Ahmadi"}, ["100", "1000"]),
        ({"name": "Ahmadi", "number": "1000"}, ["1000"]),
        ({"name": "ahmadi"}, ["100", "1000"] if alike == "substring_any_case" else []),
        ({"number": "00"}, ["100", "1000", "2001"]),
        ({"number": "^10"}, ["100", "1000"] if alike == "regex" else []),
        ({"agent": "8001"}, ["2001"]),
        ({"with_agent": True}, ["2001"]),
        ({"with_agent": False, "name": "", "number": ""}, ["99", "100", "1000", "2001"]),
    ):
        assert numbers(task(filters=filters)) == found, filters
        assert sandbox.requests()["total"] == 1


@pytest.mark.usefixtures("three")
def test_every_dialect_shows_the_same(sandbox: t.Any, task: Task) -> None:
    secondary = {"simotel.dates": ("date",), "simotel.record_keys": ("queues",)}
    saying_less = ("simotel.record_keys", "simotel.forward_policy_unset")
    plain = task()["users"]
    for name, dialect in sandbox.dialects().items():
        for value in dialect["values"][1:] if name.startswith("simotel.") else ():
            sandbox.dialect(**{name: value})
            # A sparse record lacks what is off or empty: where it says nothing, neither do we.
            for found, known in zip(task()["users"], plain, strict=True):
                left_out = [field for field in found if found[field] is None] if name in saying_less else []
                for field in (*secondary.get(name, ()), *left_out):
                    found.pop(field, None)
                assert found == {field: known[field] for field in found}
                assert len(found) > 10
            assert numbers(task(number=["1000", "99"])) == ["99", "1000"], (name, value)
        sandbox.dialect(**{name: dialect["values"][0]})


@pytest.mark.usefixtures("three")
def test_queries(sandbox: t.Any, task: Task) -> None:
    for expression, found in (
        ("[].number", ["99", "100", "1000"]),
        (
            "[?starts_with(number, '100')].{n: number, to: forward_policy.all}",
            [{"n": n, "to": ""} for n in ("100", "1000")],
        ),
        ("length([?active])", 3),
        ("max_by(@, &to_number(number)).name", "Sara Ahmadi"),
        ("[?number == 'none'] | [0]", None),
    ):
        result = task(query=expression)
        assert result["query_result"] == found
        assert "users" not in result and result["count"] == 3
        assert sandbox.requests()["total"] == 1
    assert task(number="99", query="[].name")["query_result"] == ["Ali Karimi"]
    assert numbers(task(query=" ")) == ["99", "100", "1000"]


@pytest.mark.usefixtures("three")
def test_a_query_that_meets_a_value_which_it_cannot_take(task: Task) -> None:
    result = task(query="sort_by(@, &queues)")
    assert result["failed"] and result["failure"]["code"] == "query"
    assert "there is null" in result["msg"] and "Sara" not in result["output"]


@pytest.mark.usefixtures("three")
def test_the_library_for_queries_is_needed_for_queries_only(sandbox: t.Any, task: Task) -> None:
    with mock.patch.dict(sys.modules, {"jmespath": None}):
        assert len(numbers(task())) == 3
        result = task(query="[].number")
    assert result["failed"] and result["failure"]["code"] == "missing_library"
    assert "Failed to import the required Python library (jmespath)" in result["msg"]
    assert sandbox.requests()["total"] == 0


WARNING = "The result holds secrets, because of 'include_secrets: true'. Give the task 'no_log: true'"


@pytest.mark.usefixtures("three")
def test_secrets_that_are_asked_for(task: Task) -> None:
    result = task(include_secrets=True)
    assert [user["secret"] for user in result["users"]] == ["Marker-99", "Marker-100", "Marker-1000"]
    assert result["secrets_included"] is True
    (warning,) = result["warnings"]
    assert WARNING in json.dumps(warning)
    assert "Marker" not in str(result.get("invocation"))
    assert list(result["users"][0])[:4] == ["id", "number", "name", "secret"]
    result = task(include_secrets=True, query="[].secret")
    assert result["query_result"] == ["Marker-99", "Marker-100", "Marker-1000"] and result["secrets_included"]


@pytest.mark.usefixtures("three")
def test_no_warning_where_ansible_hides_the_result_anyway(task: Task) -> None:
    result = task(include_secrets=True, number="99", _ansible_no_log=True)
    assert result["users"][0]["secret"] == "Marker-99"
    assert "warnings" not in result and result["secrets_included"] is True


@pytest.mark.usefixtures("three")
def test_secrets_that_the_server_masks(sandbox: t.Any, task: Task) -> None:
    sandbox.dialect(**{"simotel.secret": "masked"})
    result = task(include_secrets=True)
    assert [user["secret"] for user in result["users"]] == [None] * 3
    assert "The service masks 'secret', so it is null wherever there is one." in json.dumps(result["warnings"])
    assert "***" not in str(result["users"])
    assert "warnings" not in task()


def test_a_wanted_secret_is_not_mistaken_for_one_of_the_task(create: Task, plain: Task) -> None:
    """The same words as in the password of the API, and in other fields: there they are hidden, as always."""
    password = USER["api_password"]
    create(number="1001", name=f"Has {password}", secret=f"x{password}x", description="9")
    result = plain(include_secrets=True)
    assert result["users"][0]["secret"] == f"x{password}x"
    assert result["users"][0]["name"] == "Has ********"
    assert password not in str({**result["users"][0], "secret": ""})
    assert result["count"] == 1


def test_a_server_that_cannot_be_read(sandbox: t.Any, task: Task) -> None:
    for fault in ("truncated_json", "html", "reset_before"):
        sandbox.fault("simotel.user.search", fault, times=2)
        result = task()
        assert result["failed"] and result["failure"]["service"] == "simotel"
        assert result["failure"]["operation"] == "search users"
        assert "users" not in result
    assert task(api_user="sandbox-outsider", api_password="sandbox-outsider-password")["failed"]
    reader = {"api_user": "sandbox-reader", "api_password": "sandbox-reader-password"}
    assert numbers(task(**reader)) == []


def test_reading_is_all_that_the_connection_allows(sandbox: t.Any, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    connect = vendor.connect

    def watched(params: t.Any, service: str, read_only: bool, redactor: t.Any) -> t.Any:
        seen.append(read_only)
        return connect(params, service, read_only, redactor)

    monkeypatch.setattr(vendor, "connect", watched)
    assert task()["changed"] is False
    assert seen == [True, True]


def test_everything_from_the_environment(sandbox: t.Any) -> None:
    env = {"SIMOTEL_URL": sandbox.url + "/simotel", "SIMOTEL_API_KEY": "sandbox-simotel-key"}
    result = run("simotel_user_info", env=env, query="", number=None, api_user="")
    assert not result["failed"] and result["users"] == []
    assert "sandbox-simotel-key" not in result["output"]


def test_ten_thousand_extensions(sandbox: t.Any, task: Task) -> None:
    sandbox.seed("simotel", 10000)
    result = task(query="[-1].number")
    assert result["query_result"] == "10999" and result["count"] == 10000
    assert sandbox.requests()["total"] == 1
