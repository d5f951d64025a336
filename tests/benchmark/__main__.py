# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure how fast the collection is, beside other ways to do the same.

usage: python -m tests.benchmark [--build DIR] [--quick | --figures FILE]

Starts a sandbox of its own, runs all contenders against it, prints a table, writes docs/benchmarks.md and
docs/images/benchmarks.svg, and says for each promise whether it is held. Exits with 1 if one is not, and with 2 if
something failed. With --quick, some minutes instead of most of an hour, not everything is measured, and the page
goes to DIR/benchmark. The raw figures are always there, in figures.json. With --figures nothing is measured, and the
page is written anew from such a file.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from ..tools import workspace
from ..unit.sandbox_client import Sandbox, SandboxProcess
from .cases import full_rounds, quick_rounds
from .measure import HERE, Bench, BenchmarkError, Results
from .report import drawing, page
from .start_up import start_of_modules
from .targets import Verdict, verdicts

CHART = (1000, 30)  # records and latency that are drawn
# By whether it is to be quick: items of a loop and processes; records of the plan; records of a list and runs.
STARTS_OF_MODULES = {False: (40, 60), True: (10, 15)}
PLANNED = {False: 100_000, True: 12_500}
LISTED = {False: (10_000, 3), True: (1000, 1)}


def tell(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def environment(build: Path) -> dict[str, str]:
    """What every contender finds: the collection, no proxies on the way, and nobody's own settings."""
    kept = workspace.test_environment(build, build / "home")
    kept = {
        name: text
        for name, text in kept.items()
        if not name.startswith(("ANSIBLE_", "SIMOTEL_", "EXOTEL_", "SUNBIRD_"))
    }
    return {
        **kept,
        "ANSIBLE_COLLECTIONS_PATH": str(build / "tree"),
        "ANSIBLE_NOCOLOR": "true",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }


def planned(build: Path, most: int, surroundings: dict[str, str]) -> list[dict[str, object]]:
    """What planning costs, measured in a process of its own."""
    command = [sys.executable, str(HERE / "planner.py"), str(most)]
    path = {"PYTHONPATH": str(build / "tree")}
    done = subprocess.run(command, env={**surroundings, **path}, check=True, stdout=subprocess.PIPE, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def measured(build: Path, quick: bool) -> tuple[Results, int]:
    """Everything, from a sandbox that starts and stops here, and how often something failed."""
    directory = build / "benchmark"
    directory.mkdir(parents=True, exist_ok=True)
    workspace.refresh_tree(build)
    surroundings = environment(build)
    results = Results(place=place())
    process = SandboxProcess()
    try:
        bench = Bench(Sandbox(process.url), directory, surroundings)
        results.playbook_start = bench.empty_play()
        tell(f"An empty play takes {results.playbook_start:.2f} s.")
        starts = start_of_modules(bench, directory, *STARTS_OF_MODULES[quick], results.playbook_start)
        results.module_task, results.module_process = starts.task, starts.process
        tell("A process with our module starts in {:.3f} s, with an empty one in {:.3f} s.".format(*starts.process))
        results.measurements = bench.rounds(quick_rounds() if quick else full_rounds(), tell)
        keep(results, directory)
        results.listed, runs = LISTED[quick]
        results.sources = bench.sources(results.listed, runs)
        for name, seconds in results.sources.items():
            tell(f"Nothing to do, from {name}: {seconds:.2f} s")
    finally:
        process.stop()
    tell("Planning, without any request")
    results.plans = planned(build, PLANNED[quick], surroundings)
    keep(results, directory)
    return results, bench.problems


def keep(results: Results, directory: Path) -> None:
    """Write the raw figures down, so that what follows can fail without losing them."""
    (directory / "figures.json").write_text(results.as_json(), encoding="utf-8")


def place() -> str:
    """The machine and the versions, without names of either."""
    programs = ", ".join(f"{name} {version(name)}" for name in ("ansible-core", "requests"))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{platform.system()} {platform.machine()} with {cores} cores, Python {platform.python_version()}, {programs}"
    )


def read(figures: Path) -> Results:
    """The results of an earlier run."""
    return Results.from_json(figures.read_text(encoding="utf-8"))


def write(results: Results, found: list[Verdict], build: Path, quick: bool, publish: bool) -> Path:
    """Write the page and its chart; returns where the page is.

    publish: below docs, and not in the build directory.
    """
    directory = workspace.ROOT / "docs" if publish else build / "benchmark"
    svg = drawing(results, *CHART)
    if svg:
        (directory / "images").mkdir(exist_ok=True)
        (directory / "images" / "benchmarks.svg").write_text(svg, encoding="utf-8")
    path = directory / "benchmarks.md"
    command = "make bench QUICK=1" if quick else "make bench"
    path.write_text(page(results, found, command, bool(svg)), encoding="utf-8")
    return path


def main() -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--build", type=Path, default=workspace.ROOT / ".build", help="directory for everything made")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--quick", action="store_true", help="a few minutes, for a look at a change")
    kind.add_argument("--figures", type=Path, help="measure nothing, and take the figures of an earlier run")
    options = parser.parse_args()
    build = options.build.resolve()
    try:
        results, problems = (read(options.figures), 0) if options.figures else measured(build, options.quick)
    except BenchmarkError as error:
        print(f"ERROR: {error}", file=sys.stderr)
        return 2
    found = verdicts(results)
    path = write(results, found, build, options.quick, publish=not (options.quick or problems))
    print()
    print(path.read_text(encoding="utf-8"))
    for one in found:
        word = "not measured" if one.held is None else "held" if one.held else "NOT HELD"
        print(f"{word:>12}: {one.promise}: {one.measured or '-'} ({one.limit})")
    print(f"\nThe page is {path}")
    if problems:
        print(f"ERROR: {problems} runs failed; what they said stands above.", file=sys.stderr)
        return 2
    return 1 if any(one.held is False for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
