# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast requests follow each other."""

from __future__ import annotations

import pytest

from ansible_collections.vox.roster.plugins.module_utils._http.pace import WINDOW, Pace


@pytest.fixture(name="clock")
def fixture_clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The present moment, which sleeping moves on."""
    now = [1000.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr("time.monotonic", lambda: now[0])
    monkeypatch.setattr("time.sleep", sleep)
    return now


def test_no_limit_means_no_waiting(clock: list[float]) -> None:
    pace = Pace(0)
    for _turn in range(1000):
        pace.wait()
    assert clock == [1000.0]


def test_no_minute_holds_more_than_the_limit(clock: list[float]) -> None:
    pace = Pace(5)
    sent = []
    for turn in range(23):
        clock[0] += 1 if turn == 3 else 0
        pace.wait()
        sent.append(clock[0])
    assert all(later - earlier >= WINDOW for earlier, later in zip(sent, sent[5:], strict=False))
    assert sent[4] == 1001.0, "what the limit allows goes out at once"


def test_whoever_is_told_to_wait_speaks_for_all(clock: list[float]) -> None:
    pace = Pace(0)
    pace.hold(7)
    pace.hold(3)
    pace.wait()
    assert clock == [1007.0]
