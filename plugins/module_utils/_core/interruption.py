# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""What becomes of a task with many changes when its process is asked to end (SIGTERM).

As long as nothing has been written it fails at once. After that no change is begun any more, those under way are
finished, and the result says what was done.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import typing as t

from ansible_collections.vox.roster.plugins.module_utils._http.errors import INTERRUPTED, Failure

if t.TYPE_CHECKING:
    from collections.abc import Iterator

HINT = "Run the task again: it does only what is missing."


class Interrupted(BaseException):
    """The task was asked to end where it can. No Failure, which would be tried again, or become part of the result."""


class Interruption:
    """Whether the task was asked to end."""

    def __init__(self) -> None:
        self.requested = False
        self._at_once = False

    def request(self) -> None:
        """Ask the task to end. Raises Interrupted where it can end at once."""
        self.requested = True
        if self._at_once:
            raise Interrupted

    @contextlib.contextmanager
    def at_once(self) -> Iterator[None]:
        """While the block runs, which changes nothing, a request ends it with Interrupted."""
        self._at_once = True
        try:
            if self.requested:
                self.request()
            yield
        finally:
            self._at_once = False


def failure_of_early_interruption() -> Failure:
    """Why a task failed that was asked to end before it made its changes."""
    return Failure(INTERRUPTED, "SIGTERM ended the task before anything was changed", hint=HINT, retryable=True)


def failure_of_interruption(service: str, attempted: int, total: int) -> Failure:
    """Why a task failed that was asked to end while it made its changes."""
    message = f"SIGTERM ended the task after {attempted} of {total} items; the others were not attempted"
    return Failure(INTERRUPTED, message, service, operation="apply", hint=HINT, retryable=True)


@contextlib.contextmanager
def heeding_sigterm() -> Iterator[Interruption]:
    """What the process is asked to do while the block runs. Asked a second time, it ends at once.

    Only for a process that is there for the module alone, since it takes over how the process treats the signal.
    """
    interruption = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield interruption
        return

    def note(number: int, frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        interruption.request()

    before = signal.signal(signal.SIGTERM, note)
    try:
        yield interruption
    finally:
        signal.signal(signal.SIGTERM, before)
