# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a singular module takes until it would send its first request, beside one that only imports ``requests``."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
import typing as t
from dataclasses import dataclass
from pathlib import Path

from .measure import Bench, BenchmarkError

OURS, NOTHING = "simotel_user", "nothing_but_requests"
TAGS = {OURS: "ours", NOTHING: "nothing"}


@dataclass(frozen=True)
class Starts:
    """Seconds of our module and of the one that does nothing.

    task: of one item of a loop, as a person waits for it. process: of the module's process alone.
    """

    task: tuple[float, float]
    process: tuple[float, float]


def start_of_modules(bench: Bench, directory: Path, items: int, processes: int, playbook_start: float) -> Starts:
    """Both, by turns: three loops of so many items, and so many processes."""

    def task(name: str) -> float:
        command = [*bench.playbook("starts", times=items), "--tags", TAGS[name]]
        return (bench.timed(command) - playbook_start) / items

    payloads = _payloads(bench, directory / "payloads")
    return Starts(_by_turns(task, 3), _by_turns(lambda name: _process(payloads[name]), processes))


def _by_turns(measure: t.Callable[[str], float], times: int) -> tuple[float, float]:
    """The medians of what is measured for ours and for the other."""
    seconds: dict[str, list[float]] = {OURS: [], NOTHING: []}
    for turn in range(times):
        for name in (OURS, NOTHING) if turn % 2 else (NOTHING, OURS):
            seconds[name].append(measure(name))
    return statistics.median(seconds[OURS]), statistics.median(seconds[NOTHING])


def _payloads(bench: Bench, place: Path) -> dict[str, Path]:
    """The files that Ansible would run, by the names of the modules.

    Ansible hands a module over as one file with everything in it, and leaves it behind when it is told to.
    """
    shutil.rmtree(place, ignore_errors=True)
    bench.timed(bench.playbook("starts", times=1, ansible_remote_tmp=str(place)), ANSIBLE_KEEP_REMOTE_FILES="true")
    found = {path.stem.rpartition("AnsiballZ_")[2]: path for path in place.glob("*/AnsiballZ_*.py")}
    if set(found) != {OURS, NOTHING}:
        raise BenchmarkError(f"Ansible left {sorted(found)} behind")
    return found


def _process(payload: Path) -> float:
    started = time.perf_counter()
    # Ours ends with a failure, on purpose.
    subprocess.run([sys.executable, str(payload)], stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - started
