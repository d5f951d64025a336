# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the process of a singular module takes until it would send its first request.

Ansible hands a module over as one file with everything in it. It leaves that file behind when it is told to, so that
the very same thing can be started again and again without the rest of Ansible.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from .measure import Bench, BenchmarkError

OURS, EMPTY = "AnsiballZ_simotel_user.py", "AnsiballZ_nothing_but_requests.py"


def payloads(bench: Bench, directory: Path) -> dict[str, Path]:
    """The files that Ansible would run, by their names."""
    place = directory / "payloads"
    shutil.rmtree(place, ignore_errors=True)
    bench.timed(bench.playbook("payloads", payload_directory=str(place)), ANSIBLE_KEEP_REMOTE_FILES="true")
    found = {path.name: path for path in place.glob("*/AnsiballZ_*.py")}
    if set(found) != {OURS, EMPTY}:
        raise BenchmarkError(f"Ansible left {sorted(found)} behind")
    return found


def start_of_modules(bench: Bench, directory: Path, times: int) -> tuple[float, float]:
    """The median seconds of our module and of the empty one, run by turns."""
    found = payloads(bench, directory)
    seconds: dict[str, list[float]] = {OURS: [], EMPTY: []}
    for time_ in range(times):
        for name in (OURS, EMPTY) if time_ % 2 else (EMPTY, OURS):
            seconds[name].append(_started(found[name]))
    return statistics.median(seconds[OURS]), statistics.median(seconds[EMPTY])


def _started(payload: Path) -> float:
    started = time.perf_counter()
    # Ours ends with a failure, on purpose.
    subprocess.run([sys.executable, str(payload)], stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - started
