# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Change plugins/module_utils/_core in many small ways, and find out which changes no unit test notices.

usage: python -m tests.tools.mutation [--build DIR] [FILE...]

mutmut makes the changes, one at a time, and runs the tests that reach the changed function, the quickest first. FILE is
the name of a file of the core without its ending, for instance: plan apply. Prints the survivors as differences and a
table by file, and exits with 1 if fewer than 90 % were noticed. docs/mutation.md says what was found.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from . import workspace

ENOUGH = 0.9
MUTMUT = "mutmut>=3.8,<4"
COLLECTION = Path("ansible_collections", "vox", "roster")
CORE = COLLECTION / "plugins" / "module_utils" / "_core"
COPIED = ("plugins", "tests/unit", "tests/sandbox", "tests/fixtures", "galaxy.yml", "meta")
CORE_TESTS = ("plugins/module_utils/core",)
# These need a server, and each survivor has to wait for all of them: they are asked only where the others do not reach.
ENTRY_TESTS = ("plugins/modules/test_entry.py",)
BY_ENTRY = ("entry",)
# Thousands of items take minutes where every call of a function is watched, and notice nothing that few do not.
LEFT_OUT = "not (large_result_stays_small or ten_thousand or many_failures_stay_small)"
ORDER = "quickest_first"
KILLED, TIMED_OUT = (1, 3), (24, 36, -24, 152, 255)  # exit statuses that mutmut notes


def environment(directory: Path) -> Path:
    """The Python of an environment that has mutmut and what the tests need."""
    python = directory / "venv" / "bin" / "python"
    if not python.exists():
        venv.create(directory / "venv", with_pip=True)
        requirements = str(workspace.ROOT / "tests" / "unit" / "requirements.txt")
        install = [str(python), "-m", "pip", "install", "--quiet", "ansible-core", "pytest", MUTMUT, "-r", requirements]
        subprocess.run(install, check=True)
    return python


def prepare(directory: Path, files: Iterable[str], tests: Iterable[str]) -> None:
    """Copy what the tests need, and configure mutmut."""
    shutil.rmtree(directory / "ansible_collections", ignore_errors=True)
    shutil.rmtree(directory / "mutants", ignore_errors=True)
    for path in COPIED:
        source, target = workspace.ROOT / path, directory / COLLECTION / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)
    (directory / "order").mkdir(exist_ok=True)
    shutil.copy2(Path(__file__).with_name(f"{ORDER}.py"), directory / "order")
    only = "\n".join(f"    {CORE / name}.py" for name in files)
    asked = "\n".join(f"    {COLLECTION / 'tests' / 'unit' / test}" for test in tests)
    settings = {
        "source_paths": str(CORE.parent),
        "only_mutate": f"\n{only}",
        "also_copy": f"\n    {COLLECTION.parts[0]}",
        "pytest_add_cli_args_test_selection": f"\n{asked}",
        "pytest_add_cli_args": f"\n    -pno:cacheprovider\n    -p{ORDER}\n    -k{LEFT_OUT}",
        "use_git_change_detection": "false",
        "track_dependencies": "false",
    }
    lines = ["[mutmut]", *(f"{name}={value}" for name, value in settings.items())]
    (directory / "setup.cfg").write_text("\n".join(lines) + "\n", encoding="utf-8")


def statuses(directory: Path) -> dict[str, int | None]:
    """The exit status of the tests under each mutant, by the mutant's name."""
    found: dict[str, int | None] = {}
    for path in sorted((directory / "mutants").rglob("*.meta")):
        found.update(json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"])
    return found


@functools.lru_cache(maxsize=1)
def functions(path: Path) -> dict[str, str]:
    """The source of each function of a file, by its name."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    return {
        node.name: "\n".join(lines[node.lineno - 1 : node.end_lineno])
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
    }


def differences(directory: Path, names: list[str]) -> Iterator[str]:
    """What each of these mutants changes."""
    for name in names:
        module, _dot, function = name.rpartition(".")
        defined = functions(directory / "mutants" / f"{module.replace('.', '/')}.py")
        base = function.rpartition("__mutmut_")[0]
        before, after = (
            re.sub(r"__mutmut_\w+", "", defined[one]).splitlines() for one in (f"{base}__mutmut_orig", function)
        )
        changed = difflib.unified_diff(before, after, lineterm="", n=0)
        lines = [line for line in changed if not line.startswith(("---", "+++", "@@"))]
        yield "\n".join([name.partition("_core.")[2], *(f"  {line}" for line in lines)])


def measure(directory: Path, python: Path, files: list[str], tests: Iterable[str]) -> dict[str, int | None]:
    """Run mutmut on these files of the core with these tests; the statuses as far as it came."""
    directory.mkdir(parents=True, exist_ok=True)
    prepare(directory, files, tests)
    command = [str(python.with_name("mutmut")), "run", "--max-children", str(os.cpu_count() or 2)]
    variables = {**os.environ, "PYTHONPATH": str(directory / "order")}
    with (directory / "log.txt").open("w", encoding="utf-8") as log:
        subprocess.run(command, cwd=directory, env=variables, stdout=log, stderr=subprocess.STDOUT, check=False)
    return statuses(directory)


def table(counted: Mapping[str, int | None]) -> Iterator[str]:
    """How many mutants of each file were noticed, and of all together; a line of Markdown for each."""
    by_file: dict[str, list[int | None]] = {}
    for name, status in counted.items():
        by_file.setdefault(name.partition("_core.")[2].partition(".")[0], []).append(status)
    yield "| File | Mutants | Killed | Timed out | Survived | Noticed |"
    yield "|---|---:|---:|---:|---:|---:|"
    for title, found in [*sorted(by_file.items()), ("all", list(counted.values()))]:
        killed, late = (sum(status in kind for status in found) for kind in (KILLED, TIMED_OUT))
        rest = len(found) - killed - late
        yield f"| {title} | {len(found)} | {killed} | {late} | {rest} | {(killed + late) / len(found):.1%} |"


def main() -> int:
    """Run the mutants and report; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--build", type=Path, default=workspace.ROOT / ".build", help="directory for everything made")
    parser.add_argument("files", nargs="*", metavar="FILE", help="files of the core, such as plan (default: all)")
    options = parser.parse_args()
    directory = options.build.resolve() / "mutation"
    python = environment(directory)
    everything = sorted(path.stem for path in (workspace.ROOT / "plugins/module_utils/_core").glob("[a-z]*.py"))
    files = options.files or everything
    counted: dict[str, int | None] = {}
    for title, group, tests in (
        ("core", [name for name in files if name not in BY_ENTRY], CORE_TESTS),
        ("entry", [name for name in files if name in BY_ENTRY], ENTRY_TESTS),
    ):
        if not group:
            continue
        found = measure(directory / title, python, group, tests)
        if not found or None in found.values():
            print(f"mutmut did not come to an end; see {directory / title / 'log.txt'}")
            return 1
        noticed = [name for name, status in found.items() if status in (*KILLED, *TIMED_OUT)]
        print("\n".join(differences(directory / title, sorted(set(found) - set(noticed)))))
        counted.update(found)
    print("\n".join(table(counted)))
    share = sum(status in (*KILLED, *TIMED_OUT) for status in counted.values()) / len(counted)
    return 0 if share >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main())
