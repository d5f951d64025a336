# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module that comes as an archive: imported as Python imports it, but compiled once."""

from __future__ import annotations

import gc
import json
import os
import re
import subprocess
import sys
import typing as t
import zipfile
import zipimport
from pathlib import Path

import pytest

from ansible_collections.vox.roster.plugins.module_utils import _start

MODULE_UTILS = Path(_start.__file__).parent
MODULES = MODULE_UTILS.parent / "modules"
INSIDE = "ansible_collections/vox/roster/plugins/module_utils"

# Imports what it is told from an archive, and writes down what was compiled, and where everything came from.
SCRIPT = """
import atexit, collections, gc, importlib, json, sys, traceback, zipimport

result = {}
atexit.register(lambda: print(json.dumps({**result, "frozen": gc.get_freeze_count()})))  # what comes first is last

compiled = collections.Counter()
compile_source = zipimport._compile_source
zipimport._compile_source = lambda path, source: (compiled.update([path]), compile_source(path, source))[1]

archive, names = sys.argv[1], sys.argv[2:]
sys.path.insert(0, archive)
found = {name: importlib.import_module(name) for name in names}

try:
    found[names[-1]].desired_values(None, None, None)
except AttributeError:
    told = traceback.format_exc()

result.update({
    "compiled": compiled,
    "files": {name: [module.__file__, module.__spec__.origin] for name, module in sys.modules.items()
              if name.startswith("ansible_collections.vox") and getattr(module, "__file__", None)},
    "threshold": gc.get_threshold()[0],
    "told": told,
})
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """All helpers of the modules, as Ansible packs them: every package has a file of its own."""
    path = tmp_path / "payload.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for source in MODULE_UTILS.rglob("*.py"):
            packed.write(source, f"{INSIDE}/{source.relative_to(MODULE_UTILS).as_posix()}")
        parents = [INSIDE.rsplit("/", up)[0] for up in range(INSIDE.count("/") + 1)]
        for package in (*parents, *(f"{INSIDE}/{name}" for name in _start.PACKAGES)):
            packed.writestr(f"{package}/__init__.py", "")
    return path


def imported(archive: Path, *names: str) -> dict[str, t.Any]:
    """What came of importing these, the last of which is ``_core.desired``, in a process of its own."""
    arguments = [f"{INSIDE.replace('/', '.')}.{name}" for name in names]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(archive), *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return t.cast("dict[str, t.Any]", json.loads(done.stdout))


def ours(found: dict[str, t.Any], archive: Path) -> dict[str, int]:
    """How often each file of our packages was compiled; what makes them packages is empty."""
    inside = [str(archive / INSIDE / name) for name in _start.PACKAGES]
    return {
        os.path.basename(path): times
        for path, times in found["compiled"].items()
        if os.path.dirname(path) in inside and not path.endswith("__init__.py")
    }


def test_files_are_compiled_once(archive: Path) -> None:
    found = imported(archive, "_start", "_core.entry", "_services.simotel", "_core.desired")
    times = ours(found, archive)
    assert {"entry.py", "plan.py", "connection.py", "simotel.py"} < set(times)
    assert set(times.values()) == {1}


def test_without_it_python_compiles_them_twice(archive: Path) -> None:
    times = ours(imported(archive, "_http.errors", "_core.desired"), archive)
    assert times
    assert set(times.values()) == {2}


def test_nothing_else_is_different(archive: Path) -> None:
    fast = imported(archive, "_start", "_core.desired")
    usual = imported(archive, "_core.desired")
    start = f"{INSIDE.replace('/', '.')}._start"
    assert {name: files for name, files in fast["files"].items() if name != start} == usual["files"]
    assert fast["told"] == usual["told"]
    assert re.search(r"desired\.py\", line \d+, in desired_values\n {4}\S", fast["told"])


def test_garbage_is_looked_for_less_often_in_a_process_of_its_own(archive: Path) -> None:
    assert imported(archive, "_start", "_core.desired")["threshold"] == _start.NEW_OBJECTS
    assert gc.get_threshold()[0] != _start.NEW_OBJECTS


def test_garbage_is_not_looked_for_before_such_a_process_ends(archive: Path) -> None:
    everything = 1000  # objects; there are some ten thousand
    assert imported(archive, "_start", "_core.desired")["frozen"] > everything
    assert imported(archive, "_core.desired")["frozen"] < everything


@pytest.mark.parametrize("door", ["entry", "plural", "info"])
def test_wherever_a_module_starts_only_that_file_is_compiled_twice(archive: Path, door: str) -> None:
    times = ours(imported(archive, f"_core.{door}", "_services.simotel", "_core.desired"), archive)
    assert {"plan.py", "errors.py", "options.py"} < set(times)
    assert [name for name, count in times.items() if count == 2] == [f"{door}.py"]


@pytest.mark.parametrize("module", sorted(MODULES.glob("[a-z]*.py")), ids=lambda path: path.stem)
def test_every_module_starts_there(module: Path) -> None:
    first = next(line for line in module.read_text(encoding="utf-8").splitlines() if ".module_utils" in line)
    assert re.search(r"import run_(module|plural_module|info_module)$", first)


def test_packages_of_the_list_are_those_that_there_are() -> None:
    assert sorted(_start.PACKAGES) == sorted(path.name for path in MODULE_UTILS.iterdir() if any(path.glob("*.py")))


def test_names_of_files_are_those_of_the_standard_importer(archive: Path) -> None:
    for directory, names in {INSIDE: _start.PACKAGES, f"{INSIDE}/_core": ("entry", "a.b.plan")}.items():
        place = str(archive / directory)
        for name in names:
            assert _start.Importer(place).get_filename(name) == zipimport.zipimporter(place).get_filename(name)


def test_a_file_that_is_not_there_is_an_import_error(archive: Path) -> None:
    with pytest.raises(ImportError, match="nobody"):
        _start.Importer(str(archive / INSIDE)).get_filename("nobody")


def test_an_unpacked_archive_is_left_alone(archive: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tmp_path / "unpacked")
    found = imported(tmp_path / "unpacked", "_core.entry", "_core.desired")
    assert not found["compiled"]
    assert found["threshold"] == gc.get_threshold()[0]


def test_an_importer_that_says_nothing_of_itself_does_no_harm() -> None:
    exec(compile(Path(_start.__file__).read_text(encoding="utf-8"), "_start", "exec"), {"__spec__": None})


def test_the_controller_imports_as_always() -> None:
    assert not any(isinstance(one, _start.Importer) for one in sys.path_importer_cache.values())
