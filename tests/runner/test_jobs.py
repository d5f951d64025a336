# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every playbook as a job of AWX: with its job template, its survey and credentials that leave fields empty."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.vox.roster.tests.runner.awx_job import LARGEST_RESULT, Controller, Finished, write_roster
from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

# Typed into a survey or written in a roster; the first three would break a shell, a template or YAML.
SECRETS = ("Ex'ample\"Secret$1101", "{{ Example-Secret-1102 }}", "Example:{%#Secret-1103", "Example-Secret-1104")
# Whoever reads may search and log in.
READING = ("search", "list", "get", "read", "lookup", "exists", "issue", "refresh")

SARA: dict[str, Any] = {
    "first_name": "Sara",
    "last_name": "Ahmadi",
    "email": "sara.ahmadi@example.com",
    "phone": "+919800000101",
    "simotel": {"number": "1101", "secret": SECRETS[0]},
    "autodialer": {"groups": ["Night shift"]},
    "exotel": True,
    "sunbird": {"channel": "sandbox", "password": SECRETS[3]},
}
MEERA: dict[str, Any] = {
    "first_name": "Meera",
    "last_name": "Nair",
    "email": "meera.nair@example.com",
    "simotel": {"number": "1102", "secret": SECRETS[1]},
}


def writes(sandbox: Sandbox) -> list[str]:
    """The operations since the last counting that may have changed something."""
    operations = [name for name in sandbox.requests()["operations"] if name.rpartition(".")[2] not in READING]
    sandbox.reset_requests()
    return operations


def succeeded(controller: Controller, job: Finished) -> Finished:
    """The job, after a look at whether it succeeded and kept its secrets."""
    assert job.status == "successful", job.output()
    assert job.results("runner_on_failed", "runner_on_unreachable", "error") == []
    return silent(controller, job)


def silent(controller: Controller, job: Finished) -> Finished:
    """The job, after a look at all that it left behind: no secret is in it, no warning, and no result too large."""
    kept = job.bytes_left_behind()
    secrets = [
        value for inputs in controller.inputs.values() for name, value in inputs.items() if is_secret(name, value)
    ]
    forms = {form for secret in (*secrets, *SECRETS) for form in (secret, json.dumps(secret)[1:-1])}
    assert [form for form in forms if form.encode() in kept] == []
    assert "WARNING" not in job.output()
    assert max(len(json.dumps(event)) for event in job.events) < LARGEST_RESULT
    return job


def is_secret(name: str, value: str) -> bool:
    """Whether an input of a credential has to be hidden. The account and its user are in addresses and messages."""
    return bool(value) and name in ("api_password", "api_key", "api_token", "client_secret", "auth_password")


def people(controller: Controller, *entries: dict[str, Any], **more: Any) -> None:
    """Put a roster into the project."""
    write_roster(controller.project / "roster.yml", list(entries), **more)


def names(sandbox: Sandbox, service: str, key: str) -> set[str]:
    """What the records of a service hold under a key."""
    return {str(record[key]) for record in sandbox.records(service)}


def test_the_demo(controller: Controller, sandbox: Sandbox) -> None:
    (controller.project / "demo.yml").write_text(
        "- name: Demo\n  ansible.builtin.import_playbook: vox.roster.demo\n", encoding="utf-8"
    )
    for service in ("simotel", "autodialer", "exotel", "sunbird"):
        sandbox.seed(service, 8)
    controller.inputs = {}
    first = succeeded(controller, controller.start("demo.yml", {"sandbox_url": sandbox.url}))
    assert first.changed > 0
    assert b"Demo-Secret-1101" not in first.bytes_left_behind()
    assert succeeded(controller, controller.start("demo.yml", {"sandbox_url": sandbox.url})).changed == 0


def test_sync_and_audit(controller: Controller, sandbox: Sandbox) -> None:
    people(controller, SARA, MEERA)
    sandbox.reset_requests()
    preview = succeeded(controller, controller.run("Roster sync", job_type="check"))
    assert preview.changed > 0
    assert writes(sandbox) == []

    audit = succeeded(controller, controller.run("Roster audit"))
    assert audit.changed == 0
    assert audit.stats["audit"]["localhost"]["simotel"]["missing"] == 2
    assert writes(sandbox) == []
    failing = silent(controller, controller.run("Roster audit", {"audit_fail_on_drift": "yes"}))
    assert failing.status == "failed"

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

    limited = silent(controller, controller.run("Roster purge job", {**answers, "roster_purge_limit": 2}))
    assert limited.status == "failed"
    assert len(names(sandbox, "simotel", "number") & {"1101", "1102"}) == 0

    succeeded(controller, controller.run("Roster purge job", {**answers, "roster_purge_limit": 3}))
    assert names(sandbox, "simotel", "number") == {"1101", "1102"}


def test_one_person_joins_moves_and_leaves(controller: Controller, sandbox: Sandbox) -> None:
    people(controller, MEERA, autodialer_groups=[{"name": "Night shift", "numbers": ["02155500199"]}])
    controller.variables["roster_defaults"] = {"sunbird": {"channel": "sandbox"}}
    joins = {
        "roster_services": ["simotel", "exotel", "sunbird"],
        "person_first_name": "Sara",
        "person_last_name": "Ahmadi",
        "person_email": "sara.ahmadi@example.com",
        "person_phone": "+919800000101",
        "person_department": "",
        "person_simotel_number": "1101",
        "person_simotel_secret": SECRETS[1],
        "person_autodialer_groups": "",
        "person_exotel_role": "user",
        "person_sunbird_password": SECRETS[2],
        "person_sunbird_roles": "CONTENT_CREATOR",
    }
    sandbox.reset_requests()
    assert succeeded(controller, controller.run("Roster onboard", joins, job_type="check")).changed > 0
    assert writes(sandbox) == []
    assert succeeded(controller, controller.run("Roster onboard", joins)).changed > 0
    assert names(sandbox, "simotel", "number") == {"1101"}
    assert succeeded(controller, controller.run("Roster onboard", joins)).changed == 0

    moves = {
        "roster_services": ["simotel", "exotel"],
        "person_email": "sara.ahmadi@example.com",
        "person_phone": "",
        "person_simotel_number": "1101",
        "new_simotel_number": "1201",
        "new_phone": "",
        "new_department": "",
        "new_name": "Sara Karimi",
        "new_first_name": "",
        "new_last_name": "Karimi",
        "new_sunbird_roles": "",
    }
    assert succeeded(controller, controller.run("Roster move", moves)).changed > 0
    assert names(sandbox, "simotel", "number") == {"1201"}

    leaves = {
        "person_email": "sara.ahmadi@example.com",
        "person_simotel_number": "1201",
        "person_phone": "+919800000101",
    }
    assert succeeded(controller, controller.run("Roster offboard", leaves)).changed > 0
    assert names(sandbox, "simotel", "number") == set()
    assert names(sandbox, "exotel", "email") == set()
    assert succeeded(controller, controller.run("Roster offboard", leaves)).changed == 0


def test_a_service_that_refuses_fails_the_job_and_keeps_its_secrets(controller: Controller, sandbox: Sandbox) -> None:
    people(controller, SARA, MEERA)
    controller.inputs["Exotel"]["api_token"] = "Example-Wrong-Token"
    job = silent(controller, controller.run("Roster sync"))
    assert job.status == "failed"
    assert "api_token" in job.output()
    assert names(sandbox, "simotel", "number") == {"1101", "1102"}


def test_an_account_of_its_own_for_the_autodialer(controller: Controller, sandbox: Sandbox) -> None:
    people(controller, {**SARA, "simotel": {"number": "1101", "secret": SECRETS[0]}})
    # This account may read only, so what is written goes through the other one.
    controller.inputs["Simotel autodialer"] = dict(controller.inputs["Simotel"])
    controller.inputs["Simotel"].update(
        api_user="sandbox-reader", api_password="sandbox-reader-password", api_key="sandbox-simotel-reader-key"
    )
    job = silent(controller, controller.run("Roster sync", {"roster_services": ["simotel", "autodialer"]}))
    assert job.status == "failed"
    assert sandbox.records("simotel") == []
    assert names(sandbox, "autodialer", "name") == {"Night shift"}


@pytest.fixture
def sites(controller: Controller, sandbox: Sandbox) -> Controller:
    """A controller whose inventory has two sites, each with a roster and an address of its own."""
    [usual] = controller.hosts.values()
    addresses = {"berlin": f"{sandbox.url}/simotel", "tehran": f"{sandbox.url}/simotel/"}
    controller.hosts = {
        site: {**usual, "simotel_connection": {"url": address}, "roster_file": f"{site}.yml"}
        for site, address in addresses.items()
    }
    controller.inputs["Simotel"]["url"] = "https://nowhere.example"
    for site, person in zip(controller.hosts, (SARA, MEERA), strict=True):
        write_roster(
            controller.project / f"{site}.yml", [{key: person[key] for key in ("first_name", "last_name", "simotel")}]
        )
    return controller


def test_sites_are_hosts_of_the_inventory(sites: Controller, sandbox: Sandbox, tmp_path: Path) -> None:
    audit = succeeded(sites, sites.run("Roster audit"))
    assert {site: counts["simotel"]["missing"] for site, counts in audit.stats["audit"].items()} == {
        "berlin": 1,
        "tehran": 1,
    }
    # A slice of a job has a part of the hosts.
    part = succeeded(sites, sites.run("Roster sync", limit="tehran"))
    assert part.changed == 1
    assert names(sandbox, "simotel", "number") == {"1102"}


def test_a_person_joins_at_one_site(sites: Controller, sandbox: Sandbox) -> None:
    answers = {
        "roster_hosts": "berlin",
        "roster_services": ["simotel"],
        "person_first_name": "Sara",
        "person_last_name": "Ahmadi",
        # Neither a number nor a template of Ansible, whatever it looks like.
        "person_simotel_number": "0701",
        "person_simotel_secret": SECRETS[3],
    }
    assert succeeded(sites, sites.run("Roster onboard", answers)).changed == 1
    assert names(sandbox, "simotel", "number") == {"0701"}


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
