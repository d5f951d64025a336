# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers, options and roster files that a fuzzer finds by watching which code they reach."""

from __future__ import annotations

import random
import typing as t
from pathlib import Path

import pytest

from ansible_collections.vox.roster.tests.trust.fuzzed import ANSWERED, PLANNED, READ, TASKS, conversation, task
from ansible_collections.vox.roster.tests.trust.guided import AREA, LIBRARY, guided
from ansible_collections.vox.roster.tests.trust.tampering import tampering

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.vox.roster.tests.trust.report import Tally
    from ansible_collections.vox.roster.tests.trust.subjects import Subject
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

FILES = Path(__file__).resolve().parents[2] / "playbooks" / "files"
TRIES = {**dict.fromkeys(ANSWERED, 1000), **dict.fromkeys(PLANNED, 4000), **dict.fromkeys(READ, 4000)}
FULL = 50  # times as many
SECONDS = 600  # for the tries of a change; an ordinary machine takes about a tenth


@pytest.mark.parametrize("target", TRIES)
def test_nothing_breaks(target: str, sandbox: Sandbox, tally: Tally, full: bool, tmp_path: Path) -> None:
    pytest.importorskip(LIBRARY, reason=f"there is no wheel of {LIBRARY} for this Python or this machine")
    tries = TRIES[target] * (FULL if full else 1)
    done = guided(target, seeds(target, sandbox), tries, SECONDS * (FULL if full else 1), tmp_path)
    tally.count(AREA, target, done.tries or 1, done.tries if done.passed else 0)
    assert done.passed, done.output[-5000:]
    assert done.tries >= tries
    assert done.reached > done.seeded > 0, "nothing guided it"


def seeds(target: str, sandbox: Sandbox) -> Iterator[bytes]:
    """Inputs to begin with that make sense."""
    if target in ANSWERED:
        yield from conversations(ANSWERED[target], sandbox)
    elif target in PLANNED:
        chance = random.Random(1)
        yield from (chance.randbytes(size) for size in (64, 256, 1024, 2048) for _again in range(5))
    else:
        yield from (path.read_bytes() for path in sorted(FILES.glob("roster.*")))


def conversations(subject: Subject, sandbox: Sandbox) -> Iterator[bytes]:
    """What the sandbox answers to each task, when there is no such record and when there is one."""
    for number in range(len(TASKS)):
        for exists in (False, True):
            sandbox.reset()
            if exists:
                subject.run_one(sandbox.url, **task(subject, 0))
            yield conversation(number, answers_to(subject, sandbox, number))


def answers_to(subject: Subject, sandbox: Sandbox, number: int) -> list[tuple[int, bytes]]:
    """The sandbox's answers to one of the tasks."""
    answers: list[tuple[int, bytes]] = []

    def noted(_target: str, status: int, content: bytes) -> tuple[int, bytes]:
        answers.append((status, content))
        return status, content

    with tampering(sandbox.url, noted) as server:
        subject.run_one(server.url, **task(subject, number))
    return answers
