# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection promises, as ratios and counts, and whether the figures keep it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .cases import (
    CASES,
    CREATE,
    DELETE,
    IN_PROCESS,
    LOOP,
    MEASURED_LOOP,
    MORE_WORKERS,
    NAMES_OF_CASES,
    NOTHING,
    PLURAL,
    SCRIPT,
    SIMOTEL,
    START,
    URI,
    WIDE,
)
from .measure import Key, Results

KIBIBYTE = 1024
LEAST_WORK = 0.1  # seconds


@dataclass(frozen=True)
class Verdict:
    """One promise. held: None where nothing was measured for it."""

    promise: str
    limit: str
    measured: str
    held: bool | None


def verdicts(results: Results) -> list[Verdict]:
    """All promises, in the order of the page."""
    return [
        _against_uri(results, PLURAL, CREATE, 100, (30,), 50),
        _against_uri(results, PLURAL, CREATE, 1000, (30,), 100),
        _against_uri(results, WIDE, CREATE, 1000, (30,), 200),
        _against_uri(results, PLURAL, NOTHING, 1000, (0, 30), 300),
        _against_script(results, 1.3),
        _in_process(results, 20),
        _budgets(results),
        _one_request(results),
        _linear(results, 2.1),
        _memory(results, KIBIBYTE),
        _start_up(results, 1.15),
    ]


def ratio(results: Results, slow: str, fast: str, case: str, records: int, latency: int) -> float | None:
    """How many times as long the slow contender takes as the fast one, the start of Ansible included."""
    keys = _measured(results, (slow, fast), case, records, latency)
    if not keys:
        return None
    return results.measurements[keys[0]].median / results.measurements[keys[1]].median


def ratio_to_script(results: Results, case: str, records: int, latency: int) -> float | None:
    """The plural module against the script, both without their starts.

    None also where the script has next to nothing to do, so that only noise would be compared.
    """
    keys = _measured(results, (PLURAL, SCRIPT), case, records, latency)
    if not keys:
        return None
    plural, script = (results.measurements[key].median - start(results, key) for key in keys)
    return plural / script if script >= LEAST_WORK else None


def ratio_of_loops(results: Results, case: str) -> float | None:
    """The ordinary loop against the one in the worker's process, at 0 ms and both without their starts."""
    keys = _measured(results, (LOOP, IN_PROCESS), case, MEASURED_LOOP, 0)
    if not keys:
        return None
    ordinary, ours = (results.measurements[key].median - start(results, key) for key in keys)
    return ordinary / ours


def _measured(results: Results, pair: tuple[str, str], case: str, records: int, latency: int) -> list[Key]:
    """What is known of two contenders; empty unless both were measured."""
    keys = [Key(contender, SIMOTEL.name, records, latency, case) for contender in pair]
    return keys if all(key in results.measurements for key in keys) else []


def start(results: Results, key: Key) -> float:
    """The seconds that the contender of a measurement takes with an empty roster, in the minutes of the measurement."""
    return results.measurements[key._replace(case=START)].median


def growth(results: Results, case: str) -> float:
    """By what the time of a plan grows when the records double, on an average."""
    seconds = [line["seconds"] for line in results.plans if line["case"] == case]
    return float((seconds[-1] / seconds[0]) ** (1 / (len(seconds) - 1)))


def plan_bytes(results: Results, case: str) -> int:
    """The memory of a plan for one record."""
    return next(int(line["bytes"]) for line in results.plans if line["case"] == case and line["bytes"] is not None)


def _least(promise: str, found: t.Sequence[float | None], limit: float) -> Verdict:
    known = [one for one in found if one is not None]
    measured = " and ".join(f"{one:.0f}×" for one in known)
    return Verdict(promise, f"≥ {limit:g}×", measured, min(known) >= limit if known else None)


def _against_uri(
    results: Results, contender: str, case: str, records: int, latencies: t.Sequence[int], limit: float
) -> Verdict:
    found = [ratio(results, URI, contender, case, records, latency) for latency in latencies]
    known = [latency for latency, one in zip(latencies, found, strict=True) if one is not None] or latencies
    at = " and ".join(f"{latency} ms" for latency in known)
    workers = f", {MORE_WORKERS} workers" if contender == WIDE else ""
    promise = f"plural module against the `uri` loop, {records:,} records, {NAMES_OF_CASES[case]}, {at}{workers}"
    return _least(promise, found, limit)


def _against_script(results: Results, limit: float) -> Verdict:
    sizes = sorted({key.records for key in results.measurements if key.contender == SCRIPT})
    found = [
        one
        for case in (CREATE, DELETE)
        for records in sizes
        for latency in (0, 30)
        if (one := ratio_to_script(results, case, records, latency)) is not None
    ]
    measured = f"{min(found):.2f}× to {max(found):.2f}×" if found else ""
    promise = "plural module against the bare script, create and delete all, starts taken off"
    return Verdict(promise, f"≤ {limit:g}×", measured, max(found) <= limit if found else None)


def _in_process(results: Results, limit: float) -> Verdict:
    found = [one for case in CASES if (one := ratio_of_loops(results, case)) is not None]
    whole = [one for case in CASES if (one := ratio(results, LOOP, IN_PROCESS, case, MEASURED_LOOP, 0)) is not None]
    measured = f"{_span(found)} (whole runs {_span(whole)})" if found else ""
    promise = f"loop in the worker's process against the ordinary loop, {MEASURED_LOOP} records, 0 ms, starts taken off"
    return Verdict(promise, f"≥ {limit:g}×", measured, min(found) >= limit if found else None)


def _span(found: t.Sequence[float]) -> str:
    return f"{min(found):.0f}× to {max(found):.0f}×"


def _budgets(results: Results) -> Verdict:
    found = {key: one for key, one in results.measurements.items() if key.case != START}
    broken = [key for key, one in found.items() if one.requests != one.budget]
    measured = f"{len(found) - len(broken)} of {len(found)} cases"
    return Verdict("requests as budgeted", "exactly", measured, not broken if found else None)


def _one_request(results: Results) -> Verdict:
    found = [
        one.requests
        for key, one in results.measurements.items()
        if (key.contender, key.service, key.records, key.case) == (PLURAL, SIMOTEL.name, 10_000, NOTHING)
    ]
    measured = str(max(found)) if found else ""
    return Verdict(
        "requests for 10,000 Simotel users with nothing to do", "1", measured, max(found) == 1 if found else None
    )


def _linear(results: Results, limit: float) -> Verdict:
    promise = "time of the pure plan for twice the records, up to {:,}"
    if not results.plans:
        return Verdict(promise.format(100_000), f"≤ {limit:g}×", "", None)
    found = [growth(results, case) for case in CASES]
    measured = f"{min(found):.2f}× to {max(found):.2f}×"
    promise = promise.format(max(line["records"] for line in results.plans))
    return Verdict(promise, f"≤ {limit:g}×", measured, max(found) <= limit)


def _memory(results: Results, limit: int) -> Verdict:
    found = [plan_bytes(results, case) for case in CASES] if results.plans else []
    measured = f"{min(found):,} to {max(found):,} bytes" if found else ""
    held = max(found) < limit if found else None
    return Verdict("memory of the pure plan for one record, beyond its input", f"< {limit:,} bytes", measured, held)


def _start_up(results: Results, limit: float) -> Verdict:
    ours, empty = results.module_process
    measured = f"{ours / empty:.2f}×" if empty else ""
    promise = (
        "import and start of `simotel_user` in a process of its own, against a module that only imports `requests`"
    )
    return Verdict(promise, f"≤ {limit:g}×", measured, ours <= empty * limit if empty else None)
