# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workers send and read one at a time, and none of them holds up the others by waiting for its server."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.vox.roster.plugins.module_utils._http import turns
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._http.retry import WRITE
from ansible_collections.vox.roster.tests.unit.http_servers import raw, serving, silence
from ansible_collections.vox.roster.tests.unit.talking import GOOD, OPERATIONS, connect

WHILE = 0.5  # seconds that a server keeps one worker waiting
LARGE = {"x": "x" * (16 * 1024 * 1024)}  # more than the system takes for a server that does not read


@contextlib.contextmanager
def deaf() -> t.Iterator[str]:
    """The address of a server that accepts connections, and neither reads nor answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("kept_waiting", ["for the answer", "for the rest of it", "for TLS", "with a request"])
def test_others_go_on_while_one_waits(kept_waiting: str) -> None:
    slow = raw(b"HTTP/1.1 200 OK\r\n", b"Content-Length: 0\r\n\r\n", pause=WHILE)
    script = {"for the answer": silence(WHILE), "for the rest of it": slow}.get(kept_waiting, GOOD)
    with deaf() as address, serving(script) as waiting, serving(GOOD) as prompt, ThreadPoolExecutor(2) as pool:
        urls = {"for TLS": f"https://{address}", "with a request": f"http://{address}"}
        url = urls.get(kept_waiting, waiting.url)
        body = LARGE if kept_waiting == "with a request" else {}
        held = pool.submit(connect(url, timeout=2 * WHILE).call, OPERATIONS[WRITE], body=body)
        time.sleep(WHILE / 5)
        for _number in range(3):
            pool.submit(connect(prompt.url).call, OPERATIONS[WRITE], body={}).result(WHILE / 2)
        assert not held.done()
        assert isinstance(held.exception(), Failure)


@pytest.mark.parametrize("body, has_turn", [({}, True), (LARGE, False)])
def test_a_worker_sends_what_is_small_in_its_turn(
    body: dict[str, t.Any], has_turn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    send = http.client.HTTPConnection.send

    def watched(connection: t.Any, data: t.Any) -> None:
        seen.append(turns._turn.locked())
        send(connection, data)

    monkeypatch.setattr(http.client.HTTPConnection, "send", watched)
    with serving(GOOD) as server, ThreadPoolExecutor(1) as pool:
        pool.submit(connect(server.url).call, OPERATIONS[WRITE], body=body).result(20)
    assert seen == [True, has_turn]


def test_one_at_a_time_before_and_after_waiting() -> None:
    inside, most = 0, 0

    def at_work() -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.0005)
        inside -= 1

    def work() -> None:
        for _number in range(20):
            with turns.taken():
                at_work()
                with turns.passed_on():
                    time.sleep(0.0005)
                at_work()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work) for _worker in range(4)]:
            done.result()
    assert most == 1


def test_the_turn_goes_on_after_waiting_in_vain() -> None:
    def in_vain() -> None:
        with turns.taken(), turns.passed_on():
            with turns.passed_on():  # as a connection is made when a request is sent
                pass
            raise OSError

    def next_one() -> bool:
        with turns.taken():
            return True

    with ThreadPoolExecutor(2) as pool:
        for _time in range(2):
            with pytest.raises(OSError):
                pool.submit(in_vain).result(5)
            assert pool.submit(next_one).result(5)


def test_the_main_thread_waits_for_no_turn() -> None:
    """A signal may end what it does at any point, and the turn must not be lost with it."""
    begun, done = threading.Event(), threading.Event()

    def work() -> None:
        with turns.taken():
            begun.set()
            done.wait(5)

    with ThreadPoolExecutor(1) as pool:
        worker = pool.submit(work)
        assert begun.wait(5)
        with turns.taken(), turns.passed_on():
            assert not worker.done()
        done.set()
