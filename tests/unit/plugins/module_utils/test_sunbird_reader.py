# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many look-ups of Sunbird's users side by side, when one of them fails or the task is asked to end."""

from __future__ import annotations

import os
import signal
import time
import typing as t

import pytest

from ansible_collections.vox.roster.plugins.module_utils._core.interruption import Interrupted, heeding_sigterm
from ansible_collections.vox.roster.plugins.module_utils._http.errors import Failure
from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor
from ansible_collections.vox.roster.plugins.module_utils._http.sunbird import ARGUMENTS, connect
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_reader import UserReader
from ansible_collections.vox.roster.tests.unit.http_servers import answer, serving

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.vox.roster.tests.unit.http_servers import Handler, Server

WANTED = [{"email": f"p{number}@example.com"} for number in range(50)]
REFUSED: dict[str, t.Any] = {"responseCode": "CLIENT_ERROR", "params": {"err": "X", "errmsg": "no"}, "result": {}}


def reader(url: str) -> UserReader:
    options = {name: argument.get("default") for name, argument in ARGUMENTS.arguments.items()}
    return UserReader(connect({**options, "url": url, "api_key": "key-mark", "retries": 5}, True, Redactor()), 2)


def first_only(happens: Callable[[Handler], None]) -> Callable[[Handler], None]:
    """What happens to the look-up of the first person; the others are asked to come again."""

    def act(handler: Handler) -> None:
        if "p0@" in handler.path.replace("%40", "@"):
            # Others are under way by then.
            time.sleep(0.1)
            happens(handler)
        else:
            answer("", 503)(handler)

    return act


def assert_asked_once(server: Server) -> None:
    """Nobody was asked for twice, and most not at all; a worker may have begun with one more in that moment."""
    asked = [heard.target for heard in server.heard]
    assert len(asked) == len(set(asked)) and 2 <= len(asked) < 5


def test_after_a_failure_nothing_is_sent_again() -> None:
    with serving(first_only(answer(REFUSED, 400))) as server:
        with pytest.raises(Failure, match=r"no: the email is 'p0@example\.com'"):
            reader(server.url).candidates(WANTED)
        assert_asked_once(server)


def test_a_task_that_is_asked_to_end_waits_for_no_second_attempt() -> None:
    def end(handler: Handler) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        answer("", 503)(handler)

    with serving(first_only(end)) as server, heeding_sigterm() as interruption:
        with pytest.raises(Interrupted), interruption.at_once():
            reader(server.url).candidates(WANTED)
        assert_asked_once(server)
