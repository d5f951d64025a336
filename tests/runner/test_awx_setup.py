# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook that sets AWX up, with the real modules of awx.awx, against a server that keeps AWX's rules."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.vox.roster.tests.awx import data, jobs, server
from ansible_collections.vox.roster.tests.runner import awx_collection
from ansible_collections.vox.roster.tests.runner.awx_job import Controller, Finished, program, usual_inventory
from ansible_collections.vox.roster.tests.runner.checks import succeeded

# Between runs of the tests, the collection stays where everything that make builds lies, or in the user's cache.
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vox-roster-tests"


VARIABLES = {
    "awx_project_url": "https://git.example.com/roster.git",
    "awx_services": ["Simotel", "Simotel autodialer", "Exotel"],
    "awx_execution_environment": "Roster",
    "awx_execution_environment_image": "registry.example.com/roster-ee:1.0.0",
    "awx_roster_file": "people/roster.yml",
}

# The part of AWX's own type for its own address that matters here; a boolean that is left out is False.
CONTROLLER = "Red Hat Ansible Automation Platform"
CONTROLLER_TYPE: dict[str, Any] = {
    "name": CONTROLLER,
    "inputs": {
        "fields": [
            {"id": "host", "type": "string"},
            {"id": "oauth_token", "type": "string", "secret": True},
            {"id": "verify_ssl", "type": "boolean"},
        ],
        "required": ["host"],
    },
    "injectors": {
        "env": {
            f"{prefix}_{end}": f"{{{{ {name} }}}}"
            for prefix in ("TOWER", "CONTROLLER")
            for end, name in (("HOST", "host"), ("OAUTH_TOKEN", "oauth_token"), ("VERIFY_SSL", "verify_ssl"))
        }
    },
}


def job(controller: Controller, awx: server.Awx, **options: Any) -> Finished:
    """Run the playbook as a job of AWX itself, with its own credential, and look at what it leaves behind."""
    with server.serving(awx) as url:
        controller.inputs[CONTROLLER] = {"host": url, "oauth_token": server.TOKEN}
        return succeeded(controller, controller.start("awx_setup.yml", VARIABLES, **options))


@pytest.fixture(scope="module")
def controller(collections: Path, tmp_path_factory: pytest.TempPathFactory) -> Controller:
    """A controller with the playbook in its project, and awx.awx in the image of its jobs."""
    place = tmp_path_factory.mktemp("awx_setup")
    project = place / "project"
    shutil.copytree(data.PROJECT, project)
    (project / "awx_setup.yml").write_text(
        "- name: Set AWX up\n  ansible.builtin.import_playbook: vox.roster.awx_setup\n", encoding="utf-8"
    )
    CACHE.mkdir(parents=True, exist_ok=True)
    hosts, variables = usual_inventory()
    types = {CONTROLLER: CONTROLLER_TYPE}
    modules = awx_collection.provide(CACHE)
    return Controller(place / "jobs", collections, {}, hosts, variables, project, types, modules)


@pytest.fixture(scope="module")
def awx(controller: Controller) -> server.Awx:
    """An AWX after the playbook."""
    awx = server.Awx(data.PROJECT)
    assert job(controller, awx).changed > 0
    return awx


@pytest.mark.parametrize("job_type", ["run", "check"])
def test_another_run_changes_nothing(awx: server.Awx, controller: Controller, job_type: str) -> None:
    before = awx.writes
    assert job(controller, awx, job_type=job_type).changed == 0
    assert awx.writes == before


def test_the_credential_types_are_those_of_the_file(awx: server.Awx) -> None:
    for name, wanted in data.credential_types().items():
        found = awx.named("credential_types")[name]
        assert {key: found[key] for key in wanted} == wanted


def test_the_credentials_are_empty_and_given_to_the_templates(awx: server.Awx) -> None:
    credentials = awx.named("credentials")
    assert set(credentials) == {"Roster Simotel", "Roster Simotel autodialer", "Roster Exotel"}
    assert all(credential["inputs"] == {} for credential in credentials.values())
    for template in awx.named("job_templates").values():
        assert set(awx.related("job_templates", template["id"], "credentials")) == {
            credential["id"] for credential in credentials.values()
        }


def test_the_templates_ask_what_their_surveys_say(awx: server.Awx) -> None:
    assert set(awx.named("job_templates")) == set(data.job_templates())
    for name, template in awx.named("job_templates").items():
        assert awx.surveys[template["id"]] == data.job_templates()[name]["survey_spec"]
        assert template["survey_enabled"]
        assert template["execution_environment"] == awx.named("execution_environments")["Roster"]["id"]


def test_the_inventory_runs_modules_beside_ansible_and_knows_the_roster(awx: server.Awx) -> None:
    variables = json.loads(awx.named("hosts")["localhost"]["variables"])
    assert variables == {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
    }
    assert json.loads(awx.named("inventories")["Roster"]["variables"])["roster_file"] == "people/roster.yml"


def test_nothing_is_purged_before_somebody_has_approved(awx: server.Awx) -> None:
    nodes = awx.named("workflow_job_template_nodes")
    order = ["Audit"]
    while following := awx.related("workflow_job_template_nodes", nodes[order[-1]]["id"], "success_nodes"):
        [number] = following
        order.append(awx.read("workflow_job_template_nodes", number)["identifier"])
    assert order == ["Audit", "Preview", "Approval", "Purge"]
    templates = {name: nodes[name]["unified_job_template"] for name in order}
    assert awx.read("workflow_approval_templates", templates["Approval"])["name"] == "Remove whom the preview lists"
    assert templates["Purge"] == templates["Preview"]
    assert nodes["Preview"]["job_type"] == "check"
    assert nodes["Purge"]["job_type"] is None


def test_only_the_workflow_and_its_job_can_purge(awx: server.Awx) -> None:
    for name, template in awx.named("job_templates").items():
        asked = {question["variable"] for question in awx.surveys[template["id"]]["spec"]}
        assert ("roster_purge" in asked) == (name == "Roster purge job")
        assert not template["ask_variables_on_launch"]


def test_the_audit_runs_every_night(awx: server.Awx) -> None:
    schedule = awx.named("schedules")["Roster nightly audit"]
    assert schedule["unified_job_template"] == awx.named("job_templates")["Roster audit"]["id"]
    assert schedule["enabled"]
    assert jobs.launch(awx.template(schedule["unified_job_template"]), {})["roster_hosts"] == "all"


def without_modules(url: str, collections: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the playbook where awx.awx is not installed."""
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "CONTROLLER_HOST": url,
        "CONTROLLER_OAUTH_TOKEN": server.TOKEN,
    }
    command = [program("ansible-playbook"), "vox.roster.awx_setup", "--extra-vars", json.dumps(VARIABLES), *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_wrong_variables_are_named_before_anything_is_written(collections: Path) -> None:
    awx = server.Awx(data.PROJECT)
    with server.serving(awx) as url:
        run = without_modules(url, collections, "--extra-vars", '{"awx_services": ["Exotl"]}')
    assert run.returncode != 0
    assert "'awx_services' may hold Simotel, Simotel autodialer, Exotel, Sunbird" in re.sub(r"\s+", " ", run.stdout)
    assert awx.writes == 0


def test_a_missing_collection_is_named(collections: Path) -> None:
    awx = server.Awx(data.PROJECT)
    with server.serving(awx) as url:
        run = without_modules(url, collections)
    assert run.returncode != 0
    assert "couldn't resolve module/action 'awx.awx.credential_type'" in run.stdout + run.stderr
    assert awx.writes == 0
