# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that can happen to a request, at every single request of every task."""

from __future__ import annotations

import contextlib
import time
import typing as t

import pytest

from ansible_collections.vox.roster.tests.trust.front import front
from ansible_collections.vox.roster.tests.trust.subjects import AGENTS_WITH_VOIP, SUBJECTS, Subject
from ansible_collections.vox.roster.tests.trust.trouble import TIMEOUT, TROUBLES, assert_fair, scenarios
from ansible_collections.vox.roster.tests.unit.http_servers import answer, serving

if t.TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from ansible_collections.vox.roster.tests.trust.clock import Clock
    from ansible_collections.vox.roster.tests.trust.report import Tally
    from ansible_collections.vox.roster.tests.trust.state import State
    from ansible_collections.vox.roster.tests.trust.subjects import Result
    from ansible_collections.vox.roster.tests.trust.trouble import Scenario, Trouble
    from ansible_collections.vox.roster.tests.unit.http_servers import Server
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

AREA = "faults"
CROWD = 3
LONGEST_RUN = 20.0  # seconds of a disturbed run on a busy machine, besides pauses
LONGEST_PAUSES = 60.0  # seconds that it may have paused, on a clock where that takes no time


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One case for each trouble with each task of each subject, unless it is to be quick."""
    full = metafunc.config.getoption("full")
    cases = [
        pytest.param(subject, scenario, trouble, id=f"{subject.title} {scenario.name} {trouble.name}")
        for subject in SUBJECTS
        if full or subject is not AGENTS_WITH_VOIP
        for scenario in scenarios(subject)
        for trouble in TROUBLES
        # Through Sunbird's gateway nobody could undo what somebody else wrote into a profile.
        if subject.renamed or trouble.name != "changed meanwhile"
    ]
    metafunc.parametrize("subject, scenario, trouble", cases)


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[Server]:
    """A server of somebody else, to which a redirect leads."""
    with serving(answer({})) as server:
        yield server


@pytest.fixture(scope="session")
def prepared() -> dict[str, tuple[sqlite3.Connection, t.Any, int]]:
    """For each scenario the state before it, what is stored after it, and how many requests it takes."""
    return {}


def test_trouble_at_every_request(
    sandbox: Sandbox,
    state: State,
    clock: Clock,
    tally: Tally,
    full: bool,
    elsewhere: Server,
    prepared: dict[str, t.Any],
    subject: Subject,
    scenario: Scenario,
    trouble: Trouble,
) -> None:
    name = f"{subject.title} {scenario.name}"
    if name not in prepared:
        prepared[name] = prepare(sandbox, state, subject, scenario)
    before, goal, requests = prepared[name]
    for place in range(requests):
        for lasting, retries in ways(trouble, full, place):
            state.restore(before)
            with tally(AREA, f"{subject.title}: {trouble.name}"):
                disturbed(sandbox, state, clock, elsewhere, subject, scenario, trouble, goal, (place, lasting, retries))
    assert not elsewhere.connections, "somebody else was asked"


def ways(trouble: Trouble, full: bool, place: int) -> list[tuple[bool, int]]:
    """Whether the trouble lasts, and how often the task tries again: all of it, or by turns from request to request."""
    every = [(lasting, retries) for lasting in (False, True) if trouble.lasts or not lasting for retries in (1, 0, 3)]
    if trouble.fault == "refused":
        every = [(True, 1), (True, 0)]
    if full:
        return every
    if trouble.turn is not None and trouble.turn != place % 2:
        return []
    return [every[(place + TROUBLES.index(trouble)) % len(every)]]


def prepare(sandbox: Sandbox, state: State, subject: Subject, scenario: Scenario) -> t.Any:
    """Make the state before a scenario, carry the scenario out once without trouble, and count."""
    sandbox.seed(subject.service, CROWD)
    for n in scenario.there:
        made = subject.run_one(sandbox.url, **subject.options(n, 0, {}))
        assert not made["failed"], made["msg"]
    state.let_time_pass()
    before = state.save()
    sandbox.reset_requests()
    result = scenario.run(subject, sandbox.url)
    assert not result["failed"], result["msg"]
    requests = sandbox.requests()["total"]
    goal = state.stored(subject.service)
    again = scenario.run(subject, sandbox.url, check=True)
    state.let_time_pass()
    assert not again["failed"] and state.stored(subject.service) == goal
    return before, goal, requests


def disturbed(
    sandbox: Sandbox,
    state: State,
    clock: Clock,
    elsewhere: Server,
    subject: Subject,
    scenario: Scenario,
    trouble: Trouble,
    goal: t.Any,
    way: tuple[int, bool, int],
) -> None:
    """One run with trouble, and one without, which must bring everything to its end."""
    place, lasting, retries = way
    before = state.stored(subject.service)
    started, slept = time.perf_counter(), clock.slept
    options: dict[str, t.Any] = {"retries": retries}
    if trouble.fault in ("timeout_before", "timeout_after", "slow_body"):
        options["timeout"] = TIMEOUT
    with contextlib.ExitStack() as stack:
        url = sandbox.url
        if trouble.fault == "refused":
            url = stack.enter_context(front(url, place))
        else:
            rule = trouble.rule(subject, elsewhere.url)
            sandbox.fault("*", trouble.fault, skip=place, times=None if lasting else 1, **rule)
        result: Result = scenario.run(subject, url, **options)
    assert time.perf_counter() - started < LONGEST_RUN
    assert clock.slept - slept < LONGEST_PAUSES
    sandbox.clear_faults()
    assert_fair(result, before, state.stored(subject.service), goal, trouble.rivalry)
    state.let_time_pass()
    again = scenario.run(subject, sandbox.url)
    assert not again["failed"], f"the next run: {again['msg']}"
    end = state.stored(subject.service)
    if trouble.rivalry:
        # What somebody else does to the crowd is their affair.
        end, goal = (
            {key: records for key, records in whole.items() if key.lower() in subject.own_keys} for whole in (end, goal)
        )
    assert end == goal, "the next run did not bring it to its end"
