# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection as people get it: built, installed from the tarball into an empty place, and used from there."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Site:
    """A machine that has ansible-core and nothing else, and on it the collection that was built."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.collections = directory / "collections"
        home = directory / "home"
        home.mkdir()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "PYTHONPATH"))},
            "HOME": str(home),
            "ANSIBLE_COLLECTIONS_PATH": str(self.collections),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_NOCOLOR": "true",
            "ANSIBLE_ASYNC_DIR": str(home / "async"),
        }

    def __call__(self, program: str, *arguments: str, status: int = 0) -> str:
        command = [str(Path(sys.executable).parent / program), *arguments]
        done = subprocess.run(
            command, cwd=self.directory, env=self.environment, capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def playbook(self, name: str, status: int = 0, **variables: object) -> str:
        words = [word for pair in variables.items() for word in ("--extra-vars", "=".join(map(str, pair)))]
        return self("ansible-playbook", name, *words, status=status)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(tmp_path_factory.mktemp("site"))
    site("ansible-galaxy", "collection", "build", str(ROOT), "--output-path", str(site.directory))
    (tarball,) = site.directory.glob("vox-roster-*.tar.gz")
    site("ansible-galaxy", "collection", "install", str(tarball), "--offline", "-p", str(site.collections))
    return site


def changed(output: str) -> int:
    return sum(map(int, re.findall(r"changed=(\d+)", output)))


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def test_the_demo_runs_against_the_sandbox_of_the_collection(site: Site) -> None:
    port = free_port()
    try:
        assert changed(site.playbook("vox.roster.sandbox", sandbox_port=port)) > 0
        assert changed(site.playbook("vox.roster.sandbox", sandbox_port=port)) == 0
        url = f"http://127.0.0.1:{port}"
        assert changed(site.playbook("vox.roster.demo", sandbox_url=url)) > 0
        assert changed(site.playbook("vox.roster.demo", sandbox_url=url)) == 0
    finally:
        stopped = site.playbook("vox.roster.sandbox", sandbox_state="absent")
    assert changed(stopped) == 1
    assert changed(site.playbook("vox.roster.sandbox", sandbox_state="absent")) == 0


def test_a_package_without_tests_says_so(site: Site, tmp_path: Path) -> None:
    place = site.collections / "ansible_collections" / "vox" / "roster" / "tests"
    shutil.move(place, tmp_path / "tests")
    try:
        output = site.playbook("vox.roster.sandbox", status=2)
    finally:
        shutil.move(tmp_path / "tests", place)
    assert "Install the collection from Galaxy" in output


def test_every_module_explains_itself(site: Site) -> None:
    modules = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
    output = site("ansible-doc", *(f"vox.roster.{module}" for module in modules))
    assert all(f"vox.roster.{module}" in output.lower() for module in modules)
    assert "WARNING" not in output
