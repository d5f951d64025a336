# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sandbox, the collection installed as AWX installs it, and a controller that starts jobs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.vox.roster.tests.awx import data
from ansible_collections.vox.roster.tests.runner.awx_job import Controller, program, usual_inventory
from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox, SandboxProcess

CHECKOUT = Path(__file__).resolve().parents[2]
# What a job would not see in AWX either, and what would change what it does. With PYTHONPATH, Ansible would find this
# checkout instead of the collection that is installed.
OURS = ("ANSIBLE_", "SIMOTEL_", "EXOTEL_", "SUNBIRD_", "CONTROLLER_", "TOWER_", "PYTHONPATH")


def pytest_configure(config: pytest.Config) -> None:
    """Let jobs find the programs beside this Python, no settings of whoever runs this, and no proxy on this machine."""
    for name in [name for name in os.environ if name.startswith(OURS)]:
        del os.environ[name]
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    os.environ.update(NO_PROXY="127.0.0.1,localhost", no_proxy="127.0.0.1,localhost")
    # ansible-runner starts Ansible from a process that has threads, as it does in AWX.
    config.addinivalue_line("filterwarnings", "ignore:This process .* is multi-threaded:DeprecationWarning")


@pytest.fixture(scope="session")
def server() -> Iterator[SandboxProcess]:
    """The sandbox's process."""
    process = SandboxProcess()
    yield process
    process.stop()


@pytest.fixture
def sandbox(server: SandboxProcess) -> Sandbox:
    """The sandbox as after its start."""
    client = Sandbox(server.url)
    client.reset()
    return client


@pytest.fixture(scope="session")
def collections(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the collection is installed, from its artefact and by a project's ``collections/requirements.yml``."""
    place = tmp_path_factory.mktemp("collections")
    galaxy = program("ansible-galaxy")
    subprocess.run(
        [galaxy, "collection", "build", str(CHECKOUT), "--output-path", str(place)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    [artefact] = place.glob("vox-roster-*.tar.gz")
    text = (data.PROJECT / "collections" / "requirements.yml").read_text(encoding="utf-8")
    requirements = place / "requirements.yml"
    # There is no Galaxy here, so its place is taken by the file that would lie there.
    requirements.write_text(text.replace("name: vox.roster", f"name: {artefact}\n    type: file"), encoding="utf-8")
    installed = place / "installed"
    subprocess.run(
        [galaxy, "collection", "install", "--offline", "-r", str(requirements), "-p", str(installed)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return installed


@pytest.fixture
def controller(tmp_path: Path, collections: Path, sandbox: Sandbox) -> Controller:
    """A controller with the project, the usual inventory, and credentials for the sandbox with nothing needless."""
    project = tmp_path / "project"
    shutil.copytree(data.PROJECT, project)
    hosts, variables = usual_inventory()
    inputs = {
        "Simotel": {
            "url": f"{sandbox.url}/simotel",
            "api_user": "sandbox",
            "api_password": "sandbox-password",
            "api_key": "sandbox-simotel-key",
        },
        "Exotel": {
            "url": f"{sandbox.url}/exotel",
            "account_sid": "sandbox",
            "api_key": "sandbox-key",
            "api_token": "sandbox-token",
        },
        "Sunbird": {
            "url": f"{sandbox.url}/sunbird",
            "api_key": "sandbox-api-key",
            "client_secret": "sandbox-client-secret",
            "auth_username": "admin@sandbox.example",
            "auth_password": "Sandbox-Admin-1",
        },
    }
    for name, given in inputs.items():
        # As the form sends it: all other fields are there, and empty.
        inputs[name] = {**{field["id"]: "" for field in data.credential_types()[name]["inputs"]["fields"]}, **given}
    return Controller(tmp_path / "jobs", collections, inputs, hosts, variables, project)
