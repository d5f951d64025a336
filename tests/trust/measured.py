# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module in a process of its own, and measures the time and the memory that it takes.

As a program: reads ``{"module", "options"}`` from its input and writes ``{"result", "peak"}``, with bytes as the unit.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
import typing as t
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.vox.roster.tests.unit.module_runner import run

COLLECTIONS = Path(__file__).parents[5]


@dataclass(frozen=True)
class Measured:
    """What a module returned, and how many seconds and bytes of memory it took."""

    result: dict[str, t.Any]
    seconds: float
    peak: int


def measured(module: str, seconds: float, **options: t.Any) -> Measured:
    """Run a module; ``subprocess.TimeoutExpired`` when it takes longer than so many seconds."""
    paths = [str(COLLECTIONS), *(path for path in (os.environ.get("PYTHONPATH"),) if path)]
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", __spec__.name],
        input=json.dumps({"module": module, "options": options}),
        stdout=subprocess.PIPE,
        timeout=seconds,
        check=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )
    told = json.loads(done.stdout)
    return Measured(told["result"], time.monotonic() - started, told["peak"])


def main() -> None:
    """Run one module."""
    asked = json.load(sys.stdin)
    result = run(asked["module"], **asked["options"])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    json.dump({"result": result, "peak": peak}, sys.stdout)


if __name__ == "__main__":
    main()
