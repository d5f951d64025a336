# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of the benchmark is judged by: figures that keep every promise, and one by one figures that do not."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.tests.benchmark.cases import (
    CASES,
    CREATE,
    IN_PROCESS,
    LOOK_UP,
    LOOP,
    NOTHING,
    PLURAL,
    SCRIPT,
    SIMOTEL,
    START,
    URI,
    WIDE,
)
from ansible_collections.vox.roster.tests.benchmark.measure import Key, Measurement, Results
from ansible_collections.vox.roster.tests.benchmark.targets import verdicts


def key(contender: str, records: int, latency: int, case: str) -> Key:
    return Key(contender, SIMOTEL.name, records, latency, case)


def plans(growth: float) -> list[dict[str, t.Any]]:
    return [
        {"case": case, "records": 50_000 << twice, "seconds": growth**twice, "bytes": 1000 if twice else None}
        for case in (*CASES, LOOK_UP)
        for twice in (0, 1)
    ]


def good() -> Results:
    """Seconds that keep every promise."""
    seconds = {
        key(PLURAL, 100, 30, CREATE): 1.0,
        key(URI, 100, 30, CREATE): 60.0,
        key(PLURAL, 1000, 30, CREATE): 5.0,
        key(WIDE, 1000, 30, CREATE): 3.0,
        key(URI, 1000, 30, CREATE): 700.0,
        key(PLURAL, 1000, 30, NOTHING): 1.0,
        key(URI, 1000, 30, NOTHING): 350.0,
        key(SCRIPT, 1000, 30, CREATE): 4.1,
        key(SCRIPT, 1000, 30, START): 0.1,
        key(PLURAL, 1000, 30, START): 0.6,
        key(PLURAL, 10_000, 0, NOTHING): 2.0,
        **{key(LOOP, 100, 0, case): 30.0 for case in CASES},
        **{key(IN_PROCESS, 100, 0, case): 1.6 for case in CASES},
        key(LOOP, 100, 0, START): 0.6,
        key(IN_PROCESS, 100, 0, START): 0.6,
    }
    return Results(
        measurements={one: Measurement([value], 1, 1) for one, value in seconds.items()},
        module_process=(0.26, 0.24),
        plans=plans(2.05),
    )


def broken(results: Results) -> list[str]:
    return [one.promise for one in verdicts(results) if one.held is False]


def test_good_figures_keep_every_promise() -> None:
    assert [one.held for one in verdicts(good())] == [True] * 11


@pytest.mark.parametrize(
    ("contender", "records", "latency", "case", "seconds", "promise"),
    [
        (URI, 100, 30, CREATE, 49.0, "100 records, create all, 30 ms"),
        (URI, 1000, 30, NOTHING, 299.0, "1,000 records, nothing to do, 30 ms"),
        (WIDE, 1000, 30, CREATE, 3.6, "1,000 records, create all, 30 ms, 16 workers"),
        (SCRIPT, 1000, 30, CREATE, 3.4, "bare script"),
        (LOOP, 100, 0, NOTHING, 20.5, "ordinary loop"),
    ],
)
def test_a_figure_that_is_too_slow_breaks_its_promise(
    contender: str, records: int, latency: int, case: str, seconds: float, promise: str
) -> None:
    results = good()
    results.measurements[key(contender, records, latency, case)].seconds = [seconds]
    (found,) = broken(results)
    assert promise in found


def test_the_loop_is_told_with_and_without_starts() -> None:
    told = next(one for one in verdicts(good()) if "ordinary loop" in one.promise)
    assert told.measured == "29× to 29× (whole runs 19× to 19×)"


def test_what_is_not_counted_breaks_its_promise() -> None:
    spoilt: dict[str, t.Callable[[Results], None]] = {
        "requests as budgeted": lambda one: setattr(one.measurements[key(PLURAL, 100, 30, CREATE)], "requests", 2),
        "memory of the pure plan": lambda one: one.plans[1].update(bytes=1024),
        "time of the pure plan": lambda one: setattr(one, "plans", plans(2.16)),  # n log n
        "import and start": lambda one: setattr(one, "module_process", (0.2761, 0.24)),
    }
    for promise, spoil in spoilt.items():
        results = good()
        spoil(results)
        (found,) = broken(results)
        assert found.startswith(promise)


def test_what_was_not_measured_is_no_promise_kept() -> None:
    assert {one.held for one in verdicts(Results())} == {None}
