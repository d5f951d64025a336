# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs for a whole roster: sync, audit and purge, with what they leave behind."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ansible_collections.vox.roster.tests.runner.awx_job import Controller
from ansible_collections.vox.roster.tests.runner.checks import (
    MEERA,
    SARA,
    SECRETS,
    failed,
    names,
    people,
    secrets_in,
    silent,
    succeeded,
    writes,
)
from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox


def test_sync_and_audit(controller: Controller, sandbox: Sandbox, tmp_path: Path) -> None:
    people(controller, SARA, MEERA)
    # As a directory that is mounted into the job.
    controller.variables["audit_directory"] = str(tmp_path / "reports")
    sandbox.reset_requests()
    preview = succeeded(controller, controller.run("Roster sync", job_type="check"))
    assert preview.changed > 0
    assert writes(sandbox) == []

    audit = succeeded(controller, controller.run("Roster audit"))
    assert audit.changed == 0
    assert audit.stats["audit"]["localhost"]["simotel"]["missing"] == 2
    assert writes(sandbox) == []
    reports = sorted((tmp_path / "reports").iterdir())
    assert [path.name for path in reports] == ["audit.html", "audit.json"]
    for path in reports:
        assert b"1102" in path.read_bytes()
        assert secrets_in(controller, path.read_bytes()) == []
    failed(controller, controller.run("Roster audit", {"audit_fail_on_drift": "yes"}))

    assert succeeded(controller, controller.run("Roster sync")).changed == preview.changed
    assert names(sandbox, "simotel", "number") == {"1101", "1102"}
    assert writes(sandbox) != []
    # As much as can be told, and still no secret.
    assert succeeded(controller, controller.run("Roster sync", verbosity=4)).changed == 0
    assert writes(sandbox) == []
    # The sandbox has a learner of its own, whom the roster does not name.
    strict = {"audit_fail_on_drift": "yes", "roster_services": ["simotel", "autodialer", "exotel"]}
    succeeded(controller, controller.run("Roster audit", strict))


def test_purge(controller: Controller, sandbox: Sandbox) -> None:
    sandbox.seed("simotel", 3)
    people(controller, SARA, MEERA)
    answers = {"roster_purge": ["simotel"]}
    preview = succeeded(controller, controller.run("Roster purge job", answers, job_type="check"))
    assert preview.stats["roster_sync"]["localhost"]["simotel"]["deleted"] == 3
    assert len(sandbox.records("simotel")) == 3

    failed(controller, controller.run("Roster purge job", {**answers, "roster_purge_limit": 2}))
    assert len(names(sandbox, "simotel", "number") & {"1101", "1102"}) == 0

    succeeded(controller, controller.run("Roster purge job", {**answers, "roster_purge_limit": 3}))
    assert names(sandbox, "simotel", "number") == {"1101", "1102"}


def test_a_service_that_refuses_fails_the_job_and_keeps_its_secrets(controller: Controller, sandbox: Sandbox) -> None:
    people(controller, SARA, MEERA)
    controller.inputs["Exotel"]["api_token"] = "Example-Wrong-Token"
    job = failed(controller, controller.run("Roster sync"))
    assert "api_token" in job.output()
    assert names(sandbox, "simotel", "number") == {"1101", "1102"}


def test_an_account_of_its_own_for_the_autodialer(controller: Controller, sandbox: Sandbox) -> None:
    people(controller, {**SARA, "simotel": {"number": "1101", "secret": SECRETS[0]}})
    # This account may read only, so what is written goes through the other one.
    controller.inputs["Simotel autodialer"] = dict(controller.inputs["Simotel"])
    controller.inputs["Simotel"].update(
        api_user="sandbox-reader", api_password="sandbox-reader-password", api_key="sandbox-simotel-reader-key"
    )
    failed(controller, controller.run("Roster sync", {"roster_services": ["simotel", "autodialer"]}))
    assert sandbox.records("simotel") == []
    assert names(sandbox, "autodialer", "name") == {"Night shift"}


def test_the_collection_is_the_one_that_the_project_asked_for(
    controller: Controller, collections: Path, tmp_path: Path
) -> None:
    """Without it, nothing is found: no job uses the checkout in which the tests lie."""
    elsewhere = tmp_path / "empty"
    (elsewhere / "ansible_collections").mkdir(parents=True)
    controller.collections = elsewhere
    assert controller.run("Roster audit").status == "failed"
    shutil.copytree(collections, elsewhere, dirs_exist_ok=True)
    people(controller, MEERA)
    assert succeeded(controller, controller.run("Roster audit")).changed == 0


def test_what_a_job_leaves_behind_is_searched(controller: Controller, sandbox: Sandbox, tmp_path: Path) -> None:
    """The search for secrets finds one that a playbook tells."""
    project: Path = controller.project
    (project / "audit.yml").write_text(
        "- hosts: localhost\n  gather_facts: false\n  tasks:\n"
        "    - ansible.builtin.debug:\n        msg: \"{{ lookup('ansible.builtin.env', 'SIMOTEL_API_KEY') }}\"\n",
        encoding="utf-8",
    )
    job = controller.run("Roster audit")
    assert job.status == "successful", job.output()
    with pytest.raises(AssertionError):
        silent(controller, job)
