# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Change plugins/module_utils/_core in many small ways, and find out which changes no unit test notices.

usage: python -m tests.tools.mutation [--build DIR] [FILE...]

mutmut makes the changes, one at a time, and runs the tests that reach the changed function. FILE is the name of a file
of the core without its ending; all of them take an hour. Prints the survivors as differences, and exits with 1 if
fewer than 90 % were noticed.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

from . import workspace

ENOUGH = 0.9
MUTMUT = "mutmut>=3.8,<4"
COLLECTION = Path("ansible_collections", "vox", "roster")
CORE = COLLECTION / "plugins" / "module_utils" / "_core"
COPIED = ("plugins", "tests/unit", "tests/sandbox", "tests/fixtures", "galaxy.yml", "meta")
TESTS = (
    "plugins/module_utils/core",
    "plugins/modules/test_entry.py",
    "plugins/modules/test_simotel_users.py",
)
# Ten thousand items take minutes where every call of a function is watched.
LEFT_OUT = "not test_a_large_result_stays_small"
KILLED, TIMED_OUT = (1, 3), (24, 36, -24, 152, 255)  # exit statuses that mutmut notes


def prepare(directory: Path, files: list[str]) -> Path:
    """Copy what the tests need, and configure mutmut; return the Python of an environment that has it."""
    shutil.rmtree(directory / "ansible_collections", ignore_errors=True)
    shutil.rmtree(directory / "mutants", ignore_errors=True)
    for path in COPIED:
        source, target = workspace.ROOT / path, directory / COLLECTION / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)
    only = "\n".join(f"    {CORE / name}.py" for name in files or ["*"])
    tests = "\n".join(f"    {COLLECTION / 'tests' / 'unit' / test}" for test in TESTS)
    settings = {
        "source_paths": str(CORE.parent),
        "only_mutate": f"\n{only}",
        "also_copy": f"\n    {COLLECTION.parts[0]}",
        "pytest_add_cli_args_test_selection": f"\n{tests}",
        "pytest_add_cli_args": f"\n    -pno:cacheprovider\n    -k{LEFT_OUT}",
        "use_git_change_detection": "false",
        "track_dependencies": "false",
    }
    lines = ["[mutmut]", *(f"{name}={value}" for name, value in settings.items())]
    (directory / "setup.cfg").write_text("\n".join(lines) + "\n", encoding="utf-8")
    python = directory / "venv" / "bin" / "python"
    if not python.exists():
        venv.create(directory / "venv", with_pip=True)
        requirements = str(workspace.ROOT / "tests" / "unit" / "requirements.txt")
        install = [str(python), "-m", "pip", "install", "--quiet", "ansible-core", "pytest", MUTMUT, "-r", requirements]
        subprocess.run(install, check=True)
    return python


def statuses(directory: Path) -> dict[str, int | None]:
    """The exit status of the tests under each mutant, by the mutant's name."""
    found: dict[str, int | None] = {}
    for path in sorted((directory / "mutants").rglob("*.meta")):
        found.update(json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"])
    return found


def differences(directory: Path, names: list[str]) -> Iterator[str]:
    """What each of these mutants changes."""
    for name in names:
        module, _dot, function = name.rpartition(".")
        path = directory / "mutants" / f"{module.replace('.', '/')}.py"
        source = path.read_text(encoding="utf-8")
        defined = {
            node.name: ast.get_source_segment(source, node) or ""
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.FunctionDef)
        }
        base = function.rpartition("__mutmut_")[0]
        before, after = (
            re.sub(r"__mutmut_\w+", "", defined[one]).splitlines() for one in (f"{base}__mutmut_orig", function)
        )
        changed = difflib.unified_diff(before, after, lineterm="", n=0)
        lines = [line for line in changed if not line.startswith(("---", "+++", "@@"))]
        yield "\n".join([name.partition("_core.")[2], *(f"  {line}" for line in lines)])


def main() -> int:
    """Run the mutants and report; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--build", type=Path, default=workspace.ROOT / ".build", help="directory for everything made")
    parser.add_argument("files", nargs="*", metavar="FILE", help="files of the core, such as plan (default: all)")
    options = parser.parse_args()
    directory = options.build.resolve() / "mutation"
    directory.mkdir(parents=True, exist_ok=True)
    python = prepare(directory, options.files)
    command = [str(python.with_name("mutmut")), "run", "--max-children", str(max(1, (os.cpu_count() or 2) - 1))]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with (directory / "log.txt").open("w", encoding="utf-8") as log:
        ran = subprocess.run(command, cwd=directory, env=environment, stdout=log, stderr=subprocess.STDOUT, check=False)
    counted = statuses(directory)
    if ran.returncode or not counted or None in counted.values():
        print(f"mutmut did not come to an end; see {directory / 'log.txt'}")
        return 1
    noticed = [name for name, status in counted.items() if status in (*KILLED, *TIMED_OUT)]
    survivors = sorted(set(counted) - set(noticed))
    print("\n".join(differences(directory, survivors)))
    share = len(noticed) / len(counted)
    print(f"{len(counted)} mutants, {len(noticed)} noticed ({share:.1%}), {len(survivors)} survived")
    return 0 if share >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main())
