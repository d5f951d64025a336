# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task with many changes whose process is asked to end."""

from __future__ import annotations

import os
import signal
import threading
import typing as t

import pytest

from ansible_collections.vox.roster.plugins.module_utils._core.interruption import Interruption, heeding_sigterm
from ansible_collections.vox.roster.plugins.module_utils._core.plural import answer_of_many
from ansible_collections.vox.roster.plugins.module_utils._http.retry import READ
from ansible_collections.vox.roster.tests.unit.http_servers import answer as answering
from ansible_collections.vox.roster.tests.unit.http_servers import serving
from ansible_collections.vox.roster.tests.unit.made_up import PERSON, Service, person
from ansible_collections.vox.roster.tests.unit.talking import GOOD, OPERATIONS, connect

if t.TYPE_CHECKING:
    from pathlib import Path

    from ansible_collections.vox.roster.tests.unit.http_servers import Handler

OPTIONS: dict[str, t.Any] = {
    "purge": False,
    "purge_filter": None,
    "purge_limit": None,
    "drift_file": None,
    "concurrency": 1,
    "on_error": "continue",
    "requests_per_minute": 0,
    "retries": 0,
    "append": False,
    "update_secret": "on_create",
}


def answer(
    service: Service, count: int, interruption: Interruption, check: bool = False, **more: t.Any
) -> dict[str, t.Any]:
    people = [{"state": "present", "email": f"p{number}@example.com", "name": f"P {number}"} for number in range(count)]
    options = {**OPTIONS, "service": service, "persons": people, **more}
    return answer_of_many(PERSON, options, check, False, interruption=interruption)


def test_what_is_under_way_is_finished_and_nothing_is_begun() -> None:
    service, interruption = Service(), Interruption()
    service.before["create"] = [None, None, interruption.request]
    result = answer(service, 5, interruption)
    assert service.calls == ["read", "create", "create", "create"]
    assert result["changed"] and len(result["changes"]["created"]) == 3
    assert (result["summary"]["created"], result["summary"]["not_attempted"]) == (3, 2)
    assert result["failure"]["code"] == "interrupted" and result["failure"]["retryable"]
    assert "SIGTERM ended the task after 3 of 5 items; the others were not attempted." in result["msg"]
    assert answer(service, 5, Interruption())["summary"] == {**result["summary"], "created": 2, "not_attempted": 0} | {
        "unchanged": 3
    }


def test_failures_are_told_beside_the_interruption() -> None:
    service, interruption = Service(), Interruption()

    def fail() -> None:
        interruption.request()
        raise ValueError("odd")

    service.before["create"] = [fail]
    result = answer(service, 2, interruption)
    assert result["msg"].startswith("demo apply: SIGTERM ended the task after 1 of 2 items")
    assert "1 of 2 persons failed. The first: demo: ValueError: odd." in result["msg"]
    assert result["failure"]["code"] == "interrupted"


@pytest.mark.parametrize("when", ["before", "while reading"])
def test_nothing_is_begun_when_it_comes_early(when: str) -> None:
    service, interruption = Service(), Interruption()
    if when == "before":
        interruption.request()
    else:
        service.before["read"] = [interruption.request]
    result = answer(service, 2, interruption)
    assert not service.records and not result["changed"]
    assert "before anything was changed" in result["msg"]
    assert result["failure"]["code"] == "interrupted"


@pytest.mark.parametrize("compares", [False, True])
def test_a_request_that_is_under_way_is_not_sent_again(compares: bool, tmp_path: Path) -> None:
    """The signal comes while the connection waits, which would try again after any failure."""

    def end(handler: Handler) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        answering("", 503)(handler)

    more: dict[str, t.Any] = {"check": True, "drift_file": str(tmp_path / "drift.json")} if compares else {}
    service = Service()
    with serving(end, GOOD) as server, heeding_sigterm() as interruption:
        talk = connect(server.url, retries=3)
        service.before["read"] = [lambda: talk.call(OPERATIONS[READ])]
        result = answer(service, 2, interruption, **more)
        assert len(server.heard) == 1
    assert result["failure"]["code"] == "interrupted" and "before anything was changed" in result["msg"]
    assert not service.records and not list(tmp_path.iterdir())


@pytest.mark.parametrize("check", [True, False])
def test_a_request_that_comes_when_all_is_done_changes_nothing(check: bool) -> None:
    service, interruption = Service(person(mail="p0@example.com", name="P 0")), Interruption()
    service.before["create"] = [interruption.request]
    result = answer(service, 2, interruption, check)
    assert "msg" not in result
    assert result["summary"]["created"] == 1


def test_the_signal_is_heeded_once_and_only_inside() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with heeding_sigterm() as interruption:
        assert not interruption.requested
        os.kill(os.getpid(), signal.SIGTERM)
        assert interruption.requested
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL, "a second one ends the process"
    assert signal.getsignal(signal.SIGTERM) is before


def test_threads_leave_the_signal_alone() -> None:
    seen: list[t.Any] = []

    def look() -> None:
        with heeding_sigterm() as interruption:
            seen.extend([interruption.requested, signal.getsignal(signal.SIGTERM)])

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [False, before]
