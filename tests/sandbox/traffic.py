# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is the same for every request: counting it, delaying it, and the faults that wait for it."""

from __future__ import annotations

import asyncio
import typing as t
from collections import Counter, deque
from dataclasses import asdict, dataclass

from .faults import FaultBook

LOG_LENGTH = 500


@dataclass
class Entry:
    """One request in the log: no header, body or query, and so no secret.

    status: None when there was no (whole) answer, or none yet.
    fault: the fault it suffered.
    """

    operation: str
    method: str
    path: str
    status: int | None
    fault: str | None


class Traffic:
    """The requests seen since the last reset, and what is done to the coming ones.

    latency: seconds that every request waits before the service sees it.
    """

    def __init__(self) -> None:
        self.faults = FaultBook()
        self.latency = 0.0
        self._operations: Counter[str] = Counter()
        self._log: deque[Entry] = deque(maxlen=LOG_LENGTH)

    async def delay(self) -> None:
        """Let one request wait."""
        if self.latency:
            await asyncio.sleep(self.latency)

    def note(self, operation: str, method: str, path: str, status: int | None, fault: str | None = None) -> Entry:
        """Count one request; the entry returned takes a status that is known only later."""
        self._operations[operation] += 1
        entry = Entry(operation, method, path, status, fault)
        self._log.append(entry)
        return entry

    def summary(self, newest: int = LOG_LENGTH) -> dict[str, t.Any]:
        """``{"total", "operations": {name: count}, "log": [...]}``, the log's oldest entry first."""
        entries = list(self._log)[-newest:] if newest else []
        return {
            "total": self._operations.total(),
            "operations": dict(sorted(self._operations.items())),
            "log": [asdict(entry) for entry in entries],
        }

    def forget(self) -> None:
        """Start counting anew."""
        self._operations.clear()
        self._log.clear()

    def reset(self) -> None:
        """As after the start: nothing counted, no faults, no delay."""
        self.forget()
        self.faults.clear()
        self.latency = 0.0
