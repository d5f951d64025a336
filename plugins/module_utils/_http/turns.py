# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""One worker at a time sends or reads, and all others wait for their answers meanwhile.

Python runs one thread at a time, and hands over at every call of the operating system, of which a request takes a
dozen. Where a server answers at once, eight workers spend a quarter of their time on handing over. So a worker has its
turn from the sending of a request to the end of its answer, and passes it on only while it has to wait.
"""

from __future__ import annotations

import contextlib
import threading
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterator

_turn = threading.Lock()
_own = threading.local()


@contextlib.contextmanager
def taken() -> Iterator[None]:
    """Let no other worker go on while the block runs.

    Nothing in the block may wait for another worker, except where the turn is passed on. The main thread, which a
    signal may leave the block at any point of, does without: it has no workers while it talks to a service itself.
    """
    if threading.current_thread() is threading.main_thread():
        yield
        return
    with _turn:
        _own.turn = True
        try:
            yield
        finally:
            _own.turn = False


@contextlib.contextmanager
def passed_on() -> Iterator[None]:
    """Let the other workers go on while the block waits."""
    if not getattr(_own, "turn", False):
        yield
        return
    _own.turn = False
    _turn.release()
    try:
        yield
    finally:
        _turn.acquire()
        _own.turn = True
