# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two to eight runs at the same time, of the same roster and of rosters that contradict each other."""

from __future__ import annotations

import typing as t

from ansible_collections.vox.roster.tests.trust.lives import ABSENT
from ansible_collections.vox.roster.tests.trust.module_process import ModuleProcess
from ansible_collections.vox.roster.tests.trust.subjects import (
    AGENTS,
    AGENTS_WITH_VOIP,
    EXTENSIONS,
    GROUPS,
    PUPILS,
    PUPILS_FROM_OUTSIDE,
    Subject,
)

if t.TYPE_CHECKING:
    import pytest

    from ansible_collections.vox.roster.tests.trust.report import Tally
    from ansible_collections.vox.roster.tests.trust.state import State, Stored
    from ansible_collections.vox.roster.tests.trust.subjects import Options, Result
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

AREA = "two at once"
RACING = (EXTENSIONS, GROUPS, AGENTS, PUPILS, PUPILS_FROM_OUTSIDE)
LATENCY = 5  # milliseconds of each answer, so that the runs get between each other's requests
ROUNDS, ROUNDS_IN_FULL = 1, 5
UPDATED, DELETED, CREATED = (1, 2), (3,), (4, 5, 6)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One case for each number of runs of each subject."""
    full = metafunc.config.getoption("full")
    if "subject" in metafunc.fixturenames:
        metafunc.parametrize("subject", RACING, ids=[subject.title for subject in RACING])
    metafunc.parametrize("runs", range(2, 9) if full else (2, 3, 8))
    metafunc.parametrize("attempt", range(ROUNDS_IN_FULL if full else ROUNDS))


def race(subject: Subject, module: str, tasks: t.Sequence[Options], url: str) -> list[Result]:
    """The results of tasks that are begun at the same moment."""
    processes = [ModuleProcess(module, {**subject.connection(url), **task}) for task in tasks]
    for process in processes:
        process.begin()
    results = [process.result() for process in processes]
    said = [result for result in results if result is not None]
    assert len(said) == len(tasks), "a run said nothing"
    return said


def same_roster(subject: Subject) -> Options:
    """A task for the plural module."""
    items = [
        *(subject.options(n, 1, {}) for n in UPDATED),
        *({subject.key: subject.key_of(n), **ABSENT} for n in DELETED),
        *(subject.options(n, 0, {}) for n in CREATED),
    ]
    return {subject.items: items, "requests_per_minute": 0, **subject.removal}


def begin(sandbox: Sandbox, subject: Subject) -> None:
    """The records that there are before."""
    made = subject.run_many(sandbox.url, [subject.options(n, 0, {}) for n in (*UPDATED, *DELETED)])
    assert not made["failed"], made["msg"]
    sandbox.latency(LATENCY)


def assert_one_each(stored: Stored) -> None:
    """No key twice."""
    assert not [key for key, records in stored.items() if len(records) > 1]


def test_the_same_roster(
    sandbox: Sandbox, state: State, tally: Tally, subject: Subject, runs: int, attempt: int
) -> None:
    begin(sandbox, subject)
    task = same_roster(subject)
    with tally(AREA, f"{subject.title}, plural: the same roster"):
        for result in race(subject, f"{subject.module}s", [task] * runs, sandbox.url):
            assert not result["failed"], result["msg"]
        assert_one_each(state.stored(subject.service))
        again = subject.run_many(sandbox.url, task[subject.items], **subject.removal)
        assert not again["failed"] and not again["changed"], again


def test_the_same_new_record(
    sandbox: Sandbox, state: State, tally: Tally, subject: Subject, runs: int, attempt: int
) -> None:
    sandbox.latency(LATENCY)
    task = subject.options(1, 0, {})
    with tally(AREA, f"{subject.title}: the same new record"):
        for result in race(subject, subject.module, [task] * runs, sandbox.url):
            assert not result["failed"], result["msg"]
        stored = state.stored(subject.service)
        assert_one_each(stored)
        assert not subject.run_one(sandbox.url, **task)["changed"]


def test_the_same_new_agent_without_a_phone(
    sandbox: Sandbox, state: State, tally: Tally, runs: int, attempt: int
) -> None:
    subject = AGENTS_WITH_VOIP
    sandbox.latency(LATENCY)
    task = {name: value for name, value in subject.options(1, 0, {}).items() if not name.startswith("device_")}
    with tally(AREA, "exotel_user, with VOIP: the same new agent without a phone"):
        results = race(subject, subject.module, [task] * runs, sandbox.url)
        for result in results:
            assert not result["failed"] or result["failure"]["code"] == "simultaneous", result["msg"]
        assert not all(result["failed"] for result in results), "nobody's agent stayed"
        assert_one_each(state.stored(subject.service))
        again = subject.run_one(sandbox.url, **task)
        assert not again["failed"] and not again["changed"], again
        assert len(state.stored(subject.service)) == 1


def contradicting(subject: Subject, n: int, stage: int) -> Options:
    """One item, without the membership in an organisation, which Sunbird cannot end."""
    item = {**subject.options(n, 0, {}), **subject.options(n, stage, {})}
    return {name: value for name, value in item.items() if name != "organisation_id"}


def test_rosters_that_contradict_each_other(
    sandbox: Sandbox, state: State, tally: Tally, subject: Subject, runs: int, attempt: int
) -> None:
    begin(sandbox, subject)
    rosters: list[Options] = []
    for run in range(runs):
        items = [
            *(contradicting(subject, n, run % 3) for n in (*UPDATED, *CREATED)),
            *({subject.key: subject.key_of(n), **ABSENT} for n in DELETED if run % 2),
            *(contradicting(subject, n, 0) for n in DELETED if not run % 2),
        ]
        rosters.append({subject.items: items, "requests_per_minute": 0, **subject.removal})
    with tally(AREA, f"{subject.title}, plural: rosters that contradict each other"):
        for result in race(subject, f"{subject.module}s", rosters, sandbox.url):
            assert "Traceback" not in result["output"]
            if result["failed"]:
                assert result["failure"]["code"] != "internal" and result["failure"]["hint"], result["msg"]
        assert_one_each(state.stored(subject.service))
        last = rosters[0]
        end = subject.run_many(sandbox.url, last[subject.items], **subject.removal)
        assert not end["failed"], end["msg"]
        again = subject.run_many(sandbox.url, last[subject.items], **subject.removal)
        assert not again["failed"] and not again["changed"], again
