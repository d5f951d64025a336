# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that are ended by a signal somewhere in the middle: the next one brings everything to its end."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.vox.roster.tests.trust import module_process
from ansible_collections.vox.roster.tests.trust.lives import ABSENT
from ansible_collections.vox.roster.tests.trust.module_process import ModuleProcess
from ansible_collections.vox.roster.tests.trust.subjects import (
    AGENTS,
    EXTENSIONS,
    GROUPS,
    PUPILS,
    PUPILS_FROM_OUTSIDE,
    Subject,
)

if t.TYPE_CHECKING:
    from ansible_collections.vox.roster.tests.trust.report import Tally
    from ansible_collections.vox.roster.tests.trust.state import State, Stored
    from ansible_collections.vox.roster.tests.trust.subjects import Options, Result
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

AREA = "interruption"
COLLECTIONS = Path(module_process.__file__).parents[5]
ENDED = (EXTENSIONS, GROUPS, AGENTS, PUPILS, PUPILS_FROM_OUTSIDE)
TIMES = 5  # for each subject and signal, so fifty in all
TIMES_IN_FULL = 20
LATENCY = 10  # milliseconds of each answer, so that a signal finds something under way
CONCURRENCY = 3
ATTEMPTS = 10  # at most, to send a signal before a run comes to its end
UPDATED, DELETED, UNCHANGED, CREATED = range(1, 5), range(5, 9), range(9, 12), range(12, 20)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One case for each time that a run of a subject is ended by a signal."""
    if "seed" in metafunc.fixturenames:
        times = TIMES_IN_FULL if metafunc.config.getoption("full") else TIMES
        cases = [
            pytest.param(subject, number, seed, id=f"{subject.title} {number.name} {seed}")
            for subject in ENDED
            for number in (signal.SIGTERM, signal.SIGKILL)
            for seed in range(times)
        ]
        metafunc.parametrize("subject, number, seed", cases)


def roster(subject: Subject) -> list[Options]:
    """Items to be changed, removed, left alone and made, in this order."""
    return [
        *(subject.options(n, 1, {}) for n in UPDATED),
        *({subject.key: subject.key_of(n), **ABSENT} for n in DELETED),
        *(subject.options(n, 0, {}) for n in (*UNCHANGED, *CREATED)),
    ]


def prepare(sandbox: Sandbox, state: State, subject: Subject) -> tuple[Stored, int]:
    """What there is before; and how many changes the roster makes."""
    there = [subject.options(n, 0, {}) for n in (*UPDATED, *DELETED, *UNCHANGED)]
    made = subject.run_many(sandbox.url, there)
    assert not made["failed"], made["msg"]
    sandbox.latency(LATENCY)
    return state.stored(subject.service), len(UPDATED) + len(DELETED) + len(CREATED)


def differing(before: Stored, now: Stored) -> set[str]:
    """The keys of the records that came, went or changed."""
    return {key.lower() for key in before.keys() | now.keys() if before.get(key) != now.get(key)}


def told(result: Result) -> set[str]:
    """The keys that a result says were changed."""
    changes = result["changes"]
    updated = [label for entry in changes["updated"] for label in entry["names"]]
    labels = [*changes["created"], *changes["deleted"], *updated]
    return {label.split(" ", 1)[1].lower() for label in labels}


def test_a_run_that_is_ended(
    sandbox: Sandbox, state: State, tally: Tally, subject: Subject, number: signal.Signals, seed: int
) -> None:
    chance = random.Random(f"{subject.title} {number} {seed}")
    before, total = prepare(sandbox, state, subject)
    # Each worker has one item under way, and may begin another one until the module takes notice.
    most = 2 * CONCURRENCY
    end_of_moments = total - most if number is signal.SIGTERM else total
    items, moment = roster(subject), chance.randrange(end_of_moments)
    options = {subject.items: items, "concurrency": CONCURRENCY, "requests_per_minute": 0, **subject.removal}
    saved = state.save()
    for _attempt in range(ATTEMPTS):
        state.restore(saved)
        process = ModuleProcess(f"{subject.module}s", {**subject.connection(sandbox.url), **options})
        process.begin()
        if moment == 0:
            time.sleep(chance.uniform(0.0, 0.02))
        while process.running() and len(differing(before, state.stored(subject.service))) < moment:
            time.sleep(0.001)
        was_running = process.running()
        process.signal(number)
        stored = len(differing(before, state.stored(subject.service)))
        if was_running and stored < end_of_moments:
            break
        process.result()
        wait_for_the_rest(sandbox)
    else:
        pytest.fail("every signal came too late")
    with tally(AREA, f"{subject.title}, plural: {number.name}"):
        result = process.result()
        now = state.stored(subject.service)
        if number is signal.SIGTERM and result is None:
            assert now == before, "something was done, and nothing said"
        elif result is not None:
            assert result["failed"], "the signal was ignored"
            assert len(differing(before, now)) - stored <= most, "changes were begun after the signal"
            assert_said(result, before, now, len(items))
        sandbox.latency(0)
        end = subject.run_many(sandbox.url, items, **subject.removal)
        assert not end["failed"], end["msg"]
        again = subject.run_many(sandbox.url, items, **subject.removal)
        assert not again["changed"] and again["summary"]["unchanged"] == len(items)
        now = state.stored(subject.service)
        assert not [key for key, records in now.items() if len(records) > 1]
        assert differing(before, now) == {subject.key_of(n).lower() for n in (*UPDATED, *DELETED, *CREATED)}


def assert_said(result: Result, before: Stored, now: Stored, items: int) -> None:
    """The result of a run that was asked to end tells what was done, and nothing else."""
    assert "Traceback" not in result["output"]
    assert result["failure"]["code"] == "interrupted", result["msg"]
    assert "SIGTERM" in result["msg"] and "again" in result["failure"]["hint"]
    if "changes" not in result:
        assert now == before
        return
    assert sum(result["summary"].values()) == items and result["summary"]["not_attempted"]
    assert told(result) == differing(before, now)
    assert result["changed"] is bool(differing(before, now))


@pytest.mark.parametrize("target", ["module", "playbook, in process", "playbook, with a process"])
def test_a_playbook_that_is_ended(sandbox: Sandbox, state: State, tally: Tally, tmp_path: Path, target: str) -> None:
    subject = EXTENSIONS
    before, _total = prepare(sandbox, state, subject)
    sandbox.latency(30)
    task = {
        "vox.roster.simotel_users": {**subject.connection(sandbox.url), "users": roster(subject), "concurrency": 2},
        "register": "done",
        "ignore_errors": True,
    }
    in_process = target == "playbook, in process"
    variables = {"ansible_python_interpreter": "{{ ansible_playbook_python }}", "vox_roster_in_process": in_process}
    said = tmp_path / "said.json"
    tell = {"ansible.builtin.copy": {"content": "{{ done | to_json }}", "dest": str(said), "mode": "0600"}}
    play = {"hosts": "localhost", "gather_facts": False, "vars": variables, "tasks": [task, tell]}
    playbook = tmp_path / "play.yml"
    playbook.write_text(json.dumps([play]), encoding="utf-8")
    with tally(AREA, f"ansible-playbook: {target}"):
        process = start(playbook)
        while process.poll() is None and len(differing(before, state.stored(subject.service))) < 3:
            time.sleep(0.005)
        for one in modules_of(process.pid) if target == "module" else [process.pid]:
            os.kill(one, signal.SIGTERM)
        process.communicate(timeout=60)
        if target == "module":
            result = json.loads(said.read_text(encoding="utf-8"))
            assert result["failed"]
            assert_said({**result, "output": ""}, before, state.stored(subject.service), len(roster(subject)))
        else:
            wait_for_the_rest(sandbox)
        sandbox.latency(0)
        said.unlink(missing_ok=True)
        process = start(playbook)
        output, _nothing = process.communicate(timeout=60)
        assert process.returncode == 0 and not json.loads(said.read_text(encoding="utf-8"))["failed"], output
        assert not subject.run_many(sandbox.url, roster(subject))["changed"]


def start(playbook: Path) -> subprocess.Popen[str]:
    """Start ansible-playbook, in a group of its own."""
    program = Path(sys.executable).with_name("ansible-playbook")
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS)}
    return subprocess.Popen(
        [str(program), "-i", "localhost,", "-c", "local", str(playbook)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def modules_of(parent: int) -> list[int]:
    """The processes below this one that run a module and have no such process below themselves."""
    parents, commands = {}, {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            parents[int(entry.name)] = int(fields[1])
            commands[int(entry.name)] = (entry / "cmdline").read_text()
        except OSError:
            continue
    below, found = {parent}, []
    while added := {one for one, above in parents.items() if above in below} - below:
        below |= added
    # The shells around the module name it, too.
    found = [
        one for one in below if "AnsiballZ_simotel_users" in commands[one] and "/sh" not in commands[one].split("\0")[0]
    ]
    assert found, "no module is running"
    return found


def wait_for_the_rest(sandbox: Sandbox) -> None:
    """Wait until nobody sends requests any more: what a process that was ended has started may outlive it."""
    seen, quiet = -1, 0
    while quiet < 10:
        total = sandbox.requests()["total"]
        quiet, seen = (quiet + 1, seen) if total == seen else (0, total)
        time.sleep(0.05)
