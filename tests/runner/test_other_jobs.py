# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks for which no job template ships, as jobs of a project that names them."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest
import yaml

from ansible_collections.vox.roster.tests.awx import data
from ansible_collections.vox.roster.tests.runner.awx_job import Controller
from ansible_collections.vox.roster.tests.runner.checks import succeeded, writes
from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

PLAYBOOKS = Path(__file__).resolve().parents[2] / "playbooks"
# Those that this file runs, and the one of test_awx_setup.py.
WITHOUT_TEMPLATE = {"awx_setup.yml", "demo.yml", "sandbox.yml"}
SECRETS = (b"Demo-Secret-1101", b"sandbox-token", b"sandbox-client-secret", b"Sandbox-Admin-1")

TRIES = """
- name: Start the sandbox
  ansible.builtin.import_playbook: vox.roster.sandbox

- name: Try what production will get
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Make an extension
      vox.roster.simotel_user:
        url: "{{ sandbox_url }}/simotel"
        api_user: sandbox
        api_password: sandbox-password
        number: "1101"
        name: Sara Ahmadi
        secret: Demo-Secret-1101

- name: Stop the sandbox
  ansible.builtin.import_playbook: vox.roster.sandbox
  vars:
    sandbox_state: absent
"""


def test_every_playbook_is_run_as_a_job() -> None:
    """By a template, all of which the tests of jobs launch, or here."""
    templates = {entry["playbook"] for entry in data.job_templates().values()}
    assert {path.name for path in PLAYBOOKS.glob("*.yml")} == templates | WITHOUT_TEMPLATE


@pytest.fixture
def plain(controller: Controller) -> Controller:
    """A controller without credentials: these playbooks know the sandbox's."""
    controller.inputs = {}
    return controller


def project_playbook(controller: Controller, name: str) -> str:
    """A playbook of the project that names one of the collection."""
    content = [{"name": "One of the collection", "ansible.builtin.import_playbook": f"vox.roster.{name}"}]
    (controller.project / f"{name}.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return f"{name}.yml"


def test_the_demo(plain: Controller, sandbox: Sandbox) -> None:
    playbook = project_playbook(plain, "demo")
    for service in ("simotel", "autodialer", "exotel", "sunbird"):
        sandbox.seed(service, 8)
    sandbox.reset_requests()
    variables = {"sandbox_url": sandbox.url}
    foreseen = succeeded(plain, plain.start(playbook, variables, job_type="check"))
    assert foreseen.changed > 0
    assert writes(sandbox) == []
    done = succeeded(plain, plain.start(playbook, variables))
    assert done.changed == foreseen.changed
    again = succeeded(plain, plain.start(playbook, variables))
    assert again.changed == 0
    for job in (foreseen, done, again):
        assert [secret for secret in SECRETS if secret in job.bytes_left_behind()] == []


def test_the_sandbox_within_a_job(plain: Controller, tmp_path: Path) -> None:
    """A job that tests a playbook starts a sandbox, uses it, and leaves none running."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    variables = {
        "sandbox_directory": str(tmp_path / "place"),
        "sandbox_port": port,
        "sandbox_python": sys.executable,
        "sandbox_lifetime": 120,
    }
    playbook = project_playbook(plain, "sandbox")
    assert succeeded(plain, plain.start(playbook, variables, job_type="check")).changed > 0
    assert not (tmp_path / "place").exists()

    (plain.project / "tries.yml").write_text(TRIES, encoding="utf-8")
    job = succeeded(plain, plain.start("tries.yml", variables))
    assert "Make an extension" in {result["task"] for result in job.results("runner_on_ok") if "task" in result}
    assert b"Demo-Secret-1101" not in job.bytes_left_behind()
    assert not (tmp_path / "place" / "ready.json").exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
