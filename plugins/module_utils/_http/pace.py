# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""How fast requests follow each other when several workers send them."""

from __future__ import annotations

import collections
import threading
import time

WINDOW = 60.0  # seconds over which services count requests


class Pace:
    """Keeps all workers of a task below a rate, and lets one that was told to slow down speak for all.

    per_minute: requests that may be sent within any minute; 0 for any number.
    """

    def __init__(self, per_minute: int) -> None:
        self._sent: collections.deque[float] | None = collections.deque(maxlen=per_minute) if per_minute else None
        self._quiet_until = 0.0
        self._lock = threading.Lock()

    def hold(self, seconds: float) -> None:
        """Nobody sends for so many seconds from now on."""
        with self._lock:
            self._quiet_until = max(self._quiet_until, time.monotonic() + seconds)

    def wait(self) -> None:
        """Return when one more request may be sent, and count it."""
        while True:
            with self._lock:
                now = time.monotonic()
                due = max(self._quiet_until, self._free_at())
                if due <= now:
                    if self._sent is not None:
                        self._sent.append(now)
                    return
            time.sleep(due - now)

    def _free_at(self) -> float:
        if self._sent is None or len(self._sent) < (self._sent.maxlen or 0):
            return 0.0
        return self._sent[0] + WINDOW
