# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run checks of the collection one after the other and print a summary.

usage: python -m tests.tools.check [--build DIR] [--home DIR] [--results FILE] STEP... [-- ARGUMENT...]

--help lists the steps. Arguments after "--" go to what the step runs: to pytest, or to ansible-test. Exits with 1 if a
step failed; the steps after it run all the same. A step that cannot run here for want of a program is left out, which
the summary says.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import dropwhile
from pathlib import Path

from . import coverage_floor, workspace

RELIABILITY = workspace.ROOT / "docs" / "reliability.md"
TARGETS_AT_ONCE = 2  # each keeps about one processor busy
LINT_SESSIONS = ["lint", "license-check", "extra-checks", "ansible-lint", "build-import-check"]


@dataclass(frozen=True)
class Run:
    """What every step needs: directories, environment and arguments."""

    build: Path
    home: Path
    environment: dict[str, str]
    arguments: list[str]
    with_coverage: bool


@dataclass(frozen=True)
class Outcome:
    """One finished step: its name, its verdict (passed, failed or left out), its duration in seconds, and a reason."""

    step: str
    verdict: str
    seconds: float
    reason: str = ""

    def line(self, *details: str) -> str:
        """Return the outcome as one line: the verdict, the step, the duration, details, and the reason if any."""
        line = ", ".join([f"{self.verdict} {self.step} ({self.seconds:.0f} s)", *details])
        return f"{line}: {self.reason}" if self.reason else line


class LeftOut(Exception):
    """A step cannot run here, which is no failure. The message says why, and what would help."""


def call(command: list[str], run: Run, directory: Path) -> bool:
    """Run a command, its output going to ours, and tell whether it exited with 0."""
    print(f"$ {' '.join(command)}", flush=True)
    return subprocess.run(command, cwd=directory, env=run.environment, check=False).returncode == 0


def program(name: str) -> str:
    """Return the path of a program installed in the virtual environment that runs this script."""
    return str(Path(sys.executable).parent / name)


def nox(run: Run, sessions: list[str]) -> bool:
    """Run sessions of the noxfile, their virtual environments kept for the next time."""
    options = ["--reuse-existing-virtualenvs", "--envdir", str(run.build / "nox")]
    # antsibull-nox's formatters only report in CI, and rewrite files elsewhere.
    in_ci = replace(run, environment={**run.environment, "CI": "true"})
    return call([program("nox"), *options, "--sessions", *sessions], in_ci, workspace.ROOT)


def pytest(run: Run, directory: str, *options: str) -> bool:
    """Run the tests of a directory on a fresh copy of the checkout."""
    tree = workspace.refresh_tree(run.build)
    own = {"PYTHONPATH": str(run.build / "tree"), "HYPOTHESIS_STORAGE_DIRECTORY": str(run.build / "hypothesis")}
    environment = {**run.environment, **own}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--durations=3", directory]
    return call([*command, *options, *run.arguments], replace(run, environment=environment), tree)


def ansible_test(run: Run, command: list[str], options: list[str]) -> bool:
    """Run an ansible-test command on a fresh copy of the checkout."""
    environment, tree = content_root(run)
    return call([program("ansible-test"), *command, "--venv", *options], replace(run, environment=environment), tree)


def content_root(run: Run) -> tuple[dict[str, str], Path]:
    """Make a fresh copy of the checkout for ansible-test; return the environment to call it with, and the copy."""
    workspace.provide_pip_bootstrap(run.home)
    tree = workspace.refresh_tree(run.build)
    # The copy lies inside a directory that git ignores; named outright, ansible-test takes it as it is.
    return {**run.environment, "ANSIBLE_TEST_CONTENT_ROOT": str(tree)}, tree


def measured(run: Run, command: str) -> list[str]:
    """Return the options that units and integration share: one Python, and coverage if a later step wants it.

    What an earlier run of the command measured is deleted.
    """
    options = ["--python", f"{sys.version_info.major}.{sys.version_info.minor}"]
    if run.with_coverage:
        options.append("--coverage")
        for path in output_directory(run).glob(f"coverage/{command}=*"):
            path.unlink()
    return options


def output_directory(run: Run) -> Path:
    """Return the directory into which ansible-test writes."""
    return workspace.tree_path(run.build) / "tests" / "output"


def lint(run: Run) -> bool:
    """Check style, types, licences and the frame of the collection."""
    return nox(run, LINT_SESSIONS)


def docs_check(run: Run) -> bool:
    """Check the documentation of plugins and the guides."""
    return nox(run, ["docs-check"])


def docs(run: Run) -> bool:
    """Build the documentation site, without a warning."""
    return nox(run, ["docs"])


def guides(run: Run) -> bool:
    """Run every code block of README and guides, two pages at a time."""
    return pytest(run, "tests/guides", "--numprocesses=2", "--maxschedchunk=1")


def browser(run: Run) -> bool:
    """Test the sandbox's page, and that of an audit, in Chromium without a window."""
    missing = [
        name for name in ("chromium", "chromedriver") if shutil.which(name, path=run.environment["PATH"]) is None
    ]
    if missing:
        raise LeftOut(
            f"{' and '.join(missing)} not found, so no page was tested;"
            " on Debian, 'apt-get install chromium chromium-driver' installs both"
        )
    return pytest(run, "tests/browser")


def package(run: Run) -> bool:
    """Build the collection, install it into an empty place, and use it from there."""
    return pytest(run, "tests/package")


def runner(run: Run) -> bool:
    """Run the playbooks as AWX runs them, and set up what speaks as AWX does."""
    return pytest(run, "tests/runner", "--numprocesses=2", "--dist=loadfile")


def trust(run: Run) -> bool:
    """Try everything that can go wrong, say what was tried and what held, and compare it with docs/reliability.md."""
    options = ["--numprocesses=3", f"--trust-json={run.build / 'trust.json'}", f"--page={RELIABILITY}"]
    if set(run.arguments) <= {"--full"}:
        options.append("--figures=compare")
    return pytest(run, "tests/trust", *options)


def sanity(run: Run) -> bool:
    """Run ansible-test sanity with every installed Python; a list of ignored findings fails it."""
    ignored = sorted((workspace.ROOT / "tests" / "sanity").glob("ignore*.txt"))
    for path in ignored:
        print(f"ERROR: {path.relative_to(workspace.ROOT)}: this collection ignores no finding of a sanity test.")
    return ansible_test(run, ["sanity"], run.arguments) and not ignored


def units(run: Run) -> bool:
    """Run the unit tests."""
    return ansible_test(run, ["units"], [*measured(run, "units"), *run.arguments])


def integration(run: Run) -> bool:
    """Run the integration targets, each by an ansible-test of its own, several at a time.

    The shortest goes first and alone, for it makes the virtual environment that they share; then the longest ones. The
    size of a target's files tells well enough how long it takes. What those print is shown when they have ended.
    Arguments are targets, then options of ansible-test.
    """
    options = measured(run, "integration")
    environment, tree = content_root(run)
    command = [program("ansible-test"), "integration"]
    listing = subprocess.run(
        [*command, "--list-targets", *run.arguments],
        cwd=tree,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    targets = sorted(listing.stdout.split(), key=lambda name: size(tree / "tests" / "integration" / "targets" / name))
    options += dropwhile(lambda word: not word.startswith("-"), run.arguments)

    def whole_for(target: str) -> list[str]:
        return [*command, target, "--venv", *options]

    def passes(target: str) -> bool:
        whole = whole_for(target)
        ended = subprocess.run(
            whole, cwd=tree, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        sys.stdout.buffer.write(f"$ {' '.join(whole)}\n".encode() + ended.stdout)
        sys.stdout.flush()
        return ended.returncode == 0

    in_tree = replace(run, environment=environment)
    verdicts = {name: call(whole_for(name), in_tree, tree) for name in targets[:1]}
    longest_first = targets[:0:-1]
    with ThreadPoolExecutor(TARGETS_AT_ONCE) as lanes:
        verdicts.update(zip(longest_first, lanes.map(passes, longest_first), strict=True))
    for name in sorted(verdicts):
        print(f"{'passed' if verdicts[name] else 'FAILED'} {name}")
    return listing.returncode == 0 and bool(verdicts) and all(verdicts.values())


def size(directory: Path) -> int:
    """Return the bytes in the files below a directory."""
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def coverage(run: Run) -> bool:
    """Check that units and integration together covered enough of plugins/."""
    report = output_directory(run) / "reports" / "coverage.xml"
    report.unlink(missing_ok=True)
    return ansible_test(run, ["coverage", "xml"], []) and coverage_floor.check(report, workspace.ROOT)


STEPS: dict[str, Callable[[Run], bool]] = {
    "lint": lint,
    "docs-check": docs_check,
    "docs": docs,
    "guides": guides,
    "browser": browser,
    "package": package,
    "runner": runner,
    "trust": trust,
    "sanity": sanity,
    "units": units,
    "integration": integration,
    "coverage": coverage,
}


def main() -> int:
    """Run the steps named on the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--build", type=Path, default=workspace.ROOT / ".build", help="directory for everything made")
    parser.add_argument("--home", type=Path, help="home directory for what is run (default: BUILD/home)")
    parser.add_argument("--results", type=Path, help="append one line per step to this file")
    parser.add_argument("steps", nargs="+", choices=STEPS, metavar="STEP", help=", ".join(STEPS))
    own, arguments = split(sys.argv[1:])
    options = parser.parse_args(own)

    build = options.build.resolve()
    home = options.home.resolve() if options.home else build / "home"
    run = Run(build, home, workspace.test_environment(build, home), arguments, "coverage" in options.steps)
    label = f"ansible-core {version('ansible-core')}, Python {'.'.join(map(str, sys.version_info[:3]))}"
    outcomes = []
    for step in options.steps:
        print(f"\n=== {step} ({label})", flush=True)
        started = time.monotonic()
        reason = ""
        try:
            verdict = "passed" if STEPS[step](run) else "failed"
        except LeftOut as left_out:
            verdict, reason = "left out", str(left_out)
            print(f"Left out: {reason}.", flush=True)
        outcomes.append(Outcome(step, verdict, time.monotonic() - started, reason))
        if options.results:
            with options.results.open("a", encoding="utf-8") as stream:
                stream.write(f"{outcomes[-1].line(label)}\n")

    print(f"\n=== summary ({label})")
    for outcome in outcomes:
        print(outcome.line())
    failed = [outcome.step for outcome in outcomes if outcome.verdict == "failed"]
    every = "All passed." if all(outcome.verdict == "passed" for outcome in outcomes) else "None failed."
    print(f"Failed: {', '.join(failed)}." if failed else every, flush=True)
    return 1 if failed else 0


def split(words: list[str]) -> tuple[list[str], list[str]]:
    """Divide a command line at the first "--"."""
    if "--" not in words:
        return words, []
    position = words.index("--")
    return words[:position], words[position + 1 :]


if __name__ == "__main__":
    os.chdir(workspace.ROOT)
    sys.exit(main())
