# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What guided fuzzing feeds with bytes: answers to a module, options for a plan, and roster files.

Each target raises when something does not hold. Whoever imports this module before anything else of the collection can
have the collection instrumented while it is imported.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from unittest import mock

import requests
from hypothesis import HealthCheck, given, settings
from requests.structures import CaseInsensitiveDict

from ansible_collections.vox.roster.plugins.module_utils._http import connection
from ansible_collections.vox.roster.tests.trust.invented import options_of
from ansible_collections.vox.roster.tests.trust.properties import assert_clear, no_pauses, settled_twice
from ansible_collections.vox.roster.tests.trust.subjects import SUBJECTS, Subject
from ansible_collections.vox.roster.tests.unit.rosters import read

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ansible_collections.vox.roster.plugins.module_utils._core.resource import Resource

    Target = Callable[[bytes], None]

TASKS = ((0, "present"), (1, "present"), (0, "absent"))  # the stage of the record's life, and its state
SERVER = "http://127.0.0.1:9"  # never asked: the answers come from the fuzzer
BETWEEN = b"\n\n"


def task(subject: Subject, number: int) -> dict[str, t.Any]:
    """The options of one of the tasks, by number: to make a record, to change it, to remove it."""
    stage, state = TASKS[number % len(TASKS)]
    removal = subject.removal if state == "absent" else {}
    return {**subject.options(0, stage, {}), "retries": 1, "state": state, **removal}


def conversation(number: int, answers: Sequence[tuple[int, bytes]]) -> bytes:
    """A task's number and the answers to it (status and body), as one input."""
    return bytes([number]) + BETWEEN.join(b"%d %s" % one for one in answers)


@dataclass(frozen=True)
class Told:
    """An answer as far as a connection looks at it."""

    status_code: int
    content: bytes
    headers: CaseInsensitiveDict[str]


class Teller(requests.Session):
    """A session that answers what an input says; then nothing but errors."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._answers: Iterator[bytes] = iter(content.split(BETWEEN))

    def send(self, *_args: t.Any, **_more: t.Any) -> Told:  # type: ignore[override]
        """The next answer."""
        status, _space, content = next(self._answers, b"503").partition(b" ")
        number = int(status) if status.isdigit() and 100 <= int(status[:4]) <= 599 else 200
        return Told(number, content, CaseInsensitiveDict({"Content-Type": "application/json"}))


def answers_to(subject: Subject) -> Target:
    """A task of the singular module, whatever the service answers."""

    def target(data: bytes) -> None:
        teller = Teller(data[1:])
        with (
            mock.patch.object(connection.Connection, "_session", lambda self: teller),
            mock.patch.object(connection, "content_of", lambda response, allowance: response.content),
            no_pauses(),
        ):
            assert_clear(subject.run_one(SERVER, **task(subject, data[0] if data else 0)))

    return target


def plans_of(resource: Resource) -> Target:
    """Two plans one after the other, from whatever options; each leaves nothing to do."""

    @settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(options_of(resource), options_of(resource))
    def planned(first: dict[str, t.Any], second: dict[str, t.Any]) -> None:
        settled_twice(resource, first, second)

    return t.cast("Target", planned.hypothesis.fuzz_one_input)  # type: ignore[attr-defined]


def roster_in(name: str) -> Target:
    """A roster file, whatever it holds."""

    def target(data: bytes) -> None:
        roster, problems = read(name, data)
        assert set(roster) == {"people", "simotel_users", "autodialer_groups", "exotel_users", "sunbird_users"}
        assert all(isinstance(problem, str) and problem for problem in problems)

    return target


ANSWERED = {f"answers to {subject.title}": subject for subject in SUBJECTS}
PLANNED = {f"plans for {subject.service}": subject.resource for subject in SUBJECTS}
READ = {f"roster in {kind}": f"roster.{kind}" for kind in ("yml", "csv")}


def target_of(name: str) -> Target:
    """The target of a name."""
    if name in ANSWERED:
        return answers_to(ANSWERED[name])
    return plans_of(PLANNED[name]) if name in PLANNED else roster_in(READ[name])
