# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook that sets AWX up, with the real modules of awx.awx, against a server that keeps AWX's rules."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from ansible_collections.vox.roster.tests.awx import data, jobs, server
from ansible_collections.vox.roster.tests.runner import awx_collection
from ansible_collections.vox.roster.tests.runner.awx_job import program

# Between runs of the tests, the collection stays where everything that make builds lies, or in the user's cache.
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vox-roster-tests"


def setup(url: str, collections: Path, *options: str, modules: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the playbook."""
    paths = [str(collections)]
    if modules:
        CACHE.mkdir(parents=True, exist_ok=True)
        paths.append(str(awx_collection.provide(CACHE)))
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(paths),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_PIPELINING": "true",
        "CONTROLLER_HOST": url,
        "CONTROLLER_OAUTH_TOKEN": server.TOKEN,
    }
    command = [program("ansible-playbook"), "vox.roster.awx_setup", "--extra-vars", json.dumps(VARIABLES), *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


VARIABLES = {
    "awx_project_url": "https://git.example.com/roster.git",
    "awx_services": ["Simotel", "Simotel autodialer", "Exotel"],
    "awx_execution_environment": "Roster",
    "awx_execution_environment_image": "registry.example.com/roster-ee:1.0.0",
    "awx_roster_file": "people/roster.yml",
}


def changes(run: subprocess.CompletedProcess[str]) -> int:
    """How many tasks changed something; the test fails if the playbook did."""
    assert run.returncode == 0, run.stdout + run.stderr
    [count] = re.findall(r"changed=(\d+)", run.stdout)
    return int(count)


@pytest.fixture(scope="module")
def awx(collections: Path) -> server.Awx:
    """An AWX after two runs of the playbook, of which the second changed nothing."""
    awx = server.Awx(data.PROJECT)
    with server.serving(awx) as url:
        assert changes(setup(url, collections)) > 0
        before = awx.writes
        assert changes(setup(url, collections)) == 0
        assert awx.writes == before
    return awx


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


def test_wrong_variables_are_named_before_anything_is_written(collections: Path) -> None:
    awx = server.Awx(data.PROJECT)
    with server.serving(awx) as url:
        run = setup(url, collections, "--extra-vars", '{"awx_services": ["Exotl"]}', modules=False)
    assert run.returncode != 0
    assert "'awx_services' may hold Simotel, Simotel autodialer, Exotel, Sunbird" in re.sub(r"\s+", " ", run.stdout)
    assert awx.writes == 0


def test_a_missing_collection_is_named(collections: Path) -> None:
    awx = server.Awx(data.PROJECT)
    with server.serving(awx) as url:
        run = setup(url, collections, modules=False)
    assert run.returncode != 0
    assert "couldn't resolve module/action 'awx.awx.credential_type'" in run.stdout + run.stderr
    assert awx.writes == 0
