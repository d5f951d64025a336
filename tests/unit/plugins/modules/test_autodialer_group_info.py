# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module autodialer_group_info against the sandbox."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.plugins.module_utils._services.autodialer_fields import digest_of
from ansible_collections.vox.roster.tests.unit.simotel_tasks import USER, task_for

Task = t.Callable[..., dict[str, t.Any]]
NUMBERS = ["02155500101", "02155500102"]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses before a repetition are not what these tests are about."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@pytest.fixture
def create(sandbox: t.Any) -> Task:
    """Runs autodialer_group."""
    return task_for(sandbox, "autodialer_group", USER, {})


@pytest.fixture
def task(sandbox: t.Any) -> Task:
    """Runs the module, and counts its requests anew."""
    plain = task_for(sandbox, "autodialer_group_info", USER, {})

    def counted(**options: t.Any) -> dict[str, t.Any]:
        sandbox.reset_requests()
        result = plain(**options)
        assert not result.get("changed") and "Traceback" not in result["output"]
        return result

    return counted


@pytest.fixture
def three(create: Task) -> None:
    """Three groups; one of them was given other numbers than the other two, and one keeps no digest."""
    assert create(name="Renewals", description="North", numbers=NUMBERS)["changed"]
    assert create(name="invitations", description="South", numbers=[*NUMBERS, "02155500103"])["changed"]
    assert create(name="Surveys (new)", numbers=NUMBERS[::-1], compare_numbers="count")["changed"]


def names(result: dict[str, t.Any]) -> list[str]:
    """The names of the groups that were found."""
    assert not result["failed"], result["msg"]
    assert result["count"] == len(result["groups"])
    return [group["name"] for group in result["groups"]]


@pytest.mark.usefixtures("three")
def test_all_groups_as_the_singular_module_returns_them(sandbox: t.Any, task: Task, create: Task) -> None:
    result = task()
    assert sandbox.requests()["operations"] == {"autodialer.group.search": 1}
    assert names(result) == ["invitations", "Renewals", "Surveys (new)"]
    assert result == task(check=True)
    digests = []
    for group in result["groups"]:
        digests.append(group.pop("numbers_digest"))
        assert group == create(name=group["name"], check=True)["group"]
    assert digests == [digest_of([*NUMBERS, "02155500103"]), digest_of(NUMBERS), None]
    assert [group["count"] for group in result["groups"]] == [3, 2, 2]
    assert "roster:" not in result["output"] and NUMBERS[0] not in result["output"]


@pytest.mark.usefixtures("three")
def test_groups_by_their_keys(sandbox: t.Any, task: Task) -> None:
    identifier = task(name="Renewals")["groups"][0]["id"]
    for options, found, requests in (
        ({"name": "Renewals"}, ["Renewals"], 1),
        ({"name": "renewals"}, [], 1),
        ({"name": ["Surveys (new)", "Renewals", "none"]}, ["Renewals", "Surveys (new)"], 1),
        ({"name": "Surveys (new)"}, ["Surveys (new)"], 1),
        ({"id": identifier}, ["Renewals"], 1),
        ({"id": identifier, "name": "invitations"}, ["invitations", "Renewals"], 1),
        ({"name": []}, [], 0),
    ):
        assert names(task(**t.cast("dict[str, t.Any]", options))) == found, options
        assert sandbox.requests()["total"] == requests, options


def test_all_groups_of_one_name(sandbox: t.Any, task: Task) -> None:
    for number in range(3):
        body = {"name": "Renewals", "description": str(number)}
        sandbox.fault("autodialer.group.search", "change", add=body)
        task(name="none")
    assert names(task(name="Renewals")) == ["Renewals"] * 3
    ids = [group["id"] for group in task(name="Renewals")["groups"]]
    assert ids == sorted(ids)


def test_several_pages(sandbox: t.Any, task: Task) -> None:
    sandbox.seed("autodialer", 1203)
    result = task()
    assert sandbox.requests()["operations"] == {"autodialer.group.search": 3}
    assert len({group["id"] for group in result["groups"]}) == 1203 == result["count"]
    folded = [name.casefold() for name in names(result)]
    assert folded == sorted(folded)
    assert task(query="length(@)")["query_result"] == 1203
    # A group comes or goes while the pages are read: they are read again, and never returned in part.
    sandbox.fault("autodialer.group.search", "change", add={"name": "A new one"}, skip=1)
    assert task()["count"] == 1204
    assert sandbox.requests()["total"] > 3
    sandbox.fault("autodialer.group.search", "truncated_json", skip=2)
    result = task()
    assert result["failed"] and "groups" not in result


@pytest.mark.usefixtures("three")
def test_filters_and_queries(task: Task) -> None:
    for filters, found in (
        ({}, ["invitations", "Renewals", "Surveys (new)"]),
        ({"name": "new"}, ["Renewals", "Surveys (new)"]),
        ({"description": "orth"}, ["Renewals"]),
        ({"name": "s", "description": "South"}, ["invitations"]),
        ({"name": "none"}, []),
    ):
        assert names(task(filters=filters)) == found
    assert task(filters={"name": "new"}, query="[?count > `1`].name")["query_result"] == ["Renewals", "Surveys (new)"]
    assert task(query="[?numbers_digest].name")["query_result"] == ["invitations", "Renewals"]
    assert "'query' names 'numbers'" in task(query="[].numbers")["msg"]
    assert "mutually exclusive: name|filters" in task(name="Renewals", filters={})["msg"]


@pytest.mark.usefixtures("three")
def test_every_dialect_shows_the_same(sandbox: t.Any, task: Task) -> None:
    plain = task()["groups"]
    for name, dialect in sandbox.dialects().items():
        for value in dialect["values"][1:] if name.startswith(("simotel.", "autodialer.")) else ():
            sandbox.dialect(**{name: value})
            if name == "autodialer.module":
                assert {"absent": "the paid module is not installed", "denied": "Access denied"}[value] in task()["msg"]
                continue
            found = task()["groups"]
            other = {"simotel.dates": ["date"], "autodialer.record_keys": ["count", "description"]}.get(name, [])
            for group, known in zip(found, plain, strict=True):
                assert {**group, **{field: known[field] for field in other}} == known, (name, value)
            assert names(task(name=["Renewals", "Surveys (new)"])) == ["Renewals", "Surveys (new)"], (name, value)
            assert names(task(name="Surveys (new)")) == ["Surveys (new)"], (name, value)
        sandbox.dialect(**{name: dialect["values"][0]})


@pytest.mark.usefixtures("three")
def test_a_filter_that_the_server_takes_for_a_pattern(sandbox: t.Any, task: Task) -> None:
    sandbox.dialect(**{"simotel.alike": "regex"})
    assert names(task(filters={"name": "^R|^i"})) == ["invitations", "Renewals"]
    result = task(filters={"name": "(new"})
    assert result["failed"] and result["failure"]["operation"] == "search groups"
