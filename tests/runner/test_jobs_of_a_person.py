# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs for one person, and at one site of several."""

from __future__ import annotations

import pytest

from ansible_collections.vox.roster.tests.runner.awx_job import Controller, write_roster
from ansible_collections.vox.roster.tests.runner.checks import (
    MEERA,
    SARA,
    SECRETS,
    failed,
    names,
    people,
    succeeded,
    writes,
)
from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox


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
    sandbox.reset_requests()
    assert succeeded(controller, controller.run("Roster move", moves, job_type="check")).changed > 0
    assert writes(sandbox) == []
    assert succeeded(controller, controller.run("Roster move", moves)).changed > 0
    assert names(sandbox, "simotel", "number") == {"1201"}

    leaves = {
        "person_email": "sara.ahmadi@example.com",
        "person_simotel_number": "1201",
        "person_phone": "+919800000101",
    }
    sandbox.reset_requests()
    assert succeeded(controller, controller.run("Roster offboard", leaves, job_type="check")).changed > 0
    assert writes(sandbox) == []
    # What one service refuses is told, and keeps no other service.
    right = controller.inputs["Exotel"]["api_token"]
    controller.inputs["Exotel"]["api_token"] = "Example-Wrong-Token"
    partly = failed(controller, controller.run("Roster offboard", leaves))
    assert partly.stats["offboard"]["localhost"]["failed"] == ["exotel"]
    assert names(sandbox, "simotel", "number") == set()
    assert names(sandbox, "exotel", "email") == {"sara.ahmadi@example.com"}

    controller.inputs["Exotel"]["api_token"] = right
    rest = succeeded(controller, controller.run("Roster offboard", leaves))
    assert rest.changed > 0
    assert rest.stats["offboard"]["localhost"]["failed"] == []
    assert names(sandbox, "exotel", "email") == set()
    again = succeeded(controller, controller.run("Roster offboard", leaves), "so nothing was to be removed")
    assert again.changed == 0


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


def test_sites_are_hosts_of_the_inventory(sites: Controller, sandbox: Sandbox) -> None:
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
