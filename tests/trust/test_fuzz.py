# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Made-up answers, options and records by the thousand: no traceback, and a plan that is carried out leaves nothing."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from ansible_collections.vox.roster.tests.trust.invented import options_of
from ansible_collections.vox.roster.tests.trust.properties import assert_clear, no_pauses, settled_twice
from ansible_collections.vox.roster.tests.trust.subjects import SUBJECTS, Subject
from ansible_collections.vox.roster.tests.trust.tampering import Spoiler, tampering

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Resource
    from ansible_collections.vox.roster.tests.trust.report import Tally
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

AREA = "hostile input"
RESOURCES = list({subject.resource.service: subject.resource for subject in SUBJECTS}.values())
TITLES = [subject.title for subject in SUBJECTS]


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    with no_pauses():
        yield


def trying(gate: int, full: int, request: pytest.FixtureRequest) -> settings:
    """How many examples to try; the same ones each time."""
    return settings(
        max_examples=full if request.config.getoption("full") else gate,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


# Answers

ODD_VALUES: list[t.Any] = [
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        10**30,
        1.5,
        "",
        " ",
        "x",
        "*****",
        "0",
        "[]",
        "null",
        "\ud800",
        "\u202e\x1b[2J\x00",
    ),
    *([], {}, [[]], [None], [{}], {"a": []}, {"id": {}}, [["x"], 7], {"_id": [1]}, "x" * 5000),
]
MARKS = [Spoiler.REMOVE, Spoiler.TWICE, Spoiler.CASE, Spoiler.LIST]
STEPS = some.tuples(some.integers(0, 5), some.integers(0, 999), some.sampled_from([*ODD_VALUES, *MARKS]))


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
@pytest.mark.parametrize("subject", SUBJECTS, ids=TITLES)
def test_spoilt_answers(
    subject: Subject, many: bool, sandbox: Sandbox, tally: Tally, request: pytest.FixtureRequest
) -> None:
    url = sandbox.url
    setting: dict[str, str] = {}

    def attempt(where: str, *stages: int, **more: t.Any) -> t.Any:
        if many:
            whole = {name: more.pop(name) for name in list(more) if name in subject.resource.policies.arguments}
            items = [{**subject.options(n, stage, setting), **more} for n, stage in enumerate(stages)]
            purge = len(stages) == 1 and not more
            return subject.run_many(where, items, retries=1, purge=purge, **whole)
        return subject.run_one(where, retries=1, **subject.options(0, stages[0], setting), **more)

    @trying(25, 600, request)
    @given(some.lists(STEPS, min_size=1, max_size=3), some.sampled_from(["create", "change", "remove", "keep"]))
    def spoilt(script: list[tuple[int, int, t.Any]], kind: str) -> None:
        sandbox.reset()
        if kind != "create":
            subject.run_one(url, **subject.options(0, 0, setting))
        case = f"answers spoilt for {subject.title}, {'many' if many else 'one'}"
        with tampering(url, Spoiler(script)) as server, tally(AREA, case):
            if kind == "remove":
                assert_clear(attempt(server.url, 0, state="absent", **subject.removal))
            else:
                assert_clear(attempt(server.url, *((1, 0) if kind == "change" else (0,))))

    spoilt()


# Options and records


@pytest.mark.parametrize("resource", RESOURCES, ids=[resource.service for resource in RESOURCES])
def test_a_plan_that_was_carried_out_leaves_nothing_to_do(
    resource: Resource, tally: Tally, request: pytest.FixtureRequest
) -> None:
    """Whatever options say, they are refused in plain words, or planned; and what a plan makes needs no other."""

    @trying(200, 5000, request)
    @given(options_of(resource), options_of(resource))
    def planned(first: dict[str, t.Any], second: dict[str, t.Any]) -> None:
        with tally(AREA, f"plans for {resource.service}"):
            settled_twice(resource, first, second)

    planned()


@pytest.mark.parametrize("subject", SUBJECTS, ids=TITLES)
def test_made_up_options_come_to_rest(
    subject: Subject, sandbox: Sandbox, tally: Tally, request: pytest.FixtureRequest
) -> None:
    """The same through a whole module and over the network: the second run of a task changes nothing."""

    @trying(20, 500, request)
    @given(options_of(subject.resource), options_of(subject.resource))
    def settles(first: dict[str, t.Any], second: dict[str, t.Any]) -> None:
        sandbox.reset()
        with tally(AREA, f"options made up for {subject.title}"):
            for options in (first, second):
                result = subject.run_one(sandbox.url, **options)
                assert_clear(result)
                if not result["failed"] and "always" not in options.values():
                    again = subject.run_one(sandbox.url, **options)
                    assert (again["failed"], again["changed"]) == (False, False), again

    settles()
