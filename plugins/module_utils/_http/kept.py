# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""What one task leaves for the next where a loop runs in one process: connections and tokens, and nothing of records.

A process that does one task keeps nothing, and neither does a thread that a task has started: it ends with the task.
"""

from __future__ import annotations

import threading
import typing as t

_things: dict[t.Hashable, t.Any] | None = None


def start() -> None:
    """Keep things from now on, until the process ends."""
    global _things  # pylint: disable=global-statement
    if _things is None:
        _things = {}


def recall(key: t.Hashable) -> t.Any:
    """What was left under the key; None when there is nothing."""
    return _things.get(key) if _things is not None and _lasting() else None


def leave(key: t.Hashable, thing: t.Any) -> None:
    """Leave something for the next task, if there is to be one in this process."""
    if _things is not None and _lasting():
        _things[key] = thing


def _lasting() -> bool:
    return threading.current_thread() is threading.main_thread()
