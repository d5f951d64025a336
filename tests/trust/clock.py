# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock on which pauses take no time, so that minutes of waiting can be tried thousands of times."""

from __future__ import annotations

import threading
import time
import typing as t
from unittest import mock

if t.TYPE_CHECKING:
    from collections.abc import Callable

_monotonic = time.monotonic


class Clock:
    """Inside ``with``, sleeping only puts the clock of the thread that sleeps forward.

    at_each_pause: is called whenever somebody sleeps.
    """

    def __init__(self, at_each_pause: Callable[[], None]) -> None:
        self._at_each_pause = at_each_pause
        self._ahead = threading.local()
        self._lock = threading.Lock()
        self._patches: list[t.Any] = [mock.patch("time.sleep", self._sleep), mock.patch("time.monotonic", self._now)]
        self.slept = 0.0

    def __enter__(self) -> Clock:
        for patch in self._patches:
            patch.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        for patch in self._patches:
            patch.stop()

    def _now(self) -> float:
        return _monotonic() + float(getattr(self._ahead, "seconds", 0.0))

    def _sleep(self, seconds: float) -> None:
        self._ahead.seconds = getattr(self._ahead, "seconds", 0.0) + max(0.0, seconds)
        with self._lock:
            self.slept += seconds
            self._at_each_pause()
