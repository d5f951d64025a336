# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of jobs have in common: people, and a look at all that a job leaves behind."""

from __future__ import annotations

import base64
import json
from typing import Any

from ansible_collections.vox.roster.tests.runner.awx_job import LARGEST_RESULT, Controller, Finished, write_roster
from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

# Typed into a survey or written in a roster; the first three would break a shell, a template or YAML.
SECRETS = ("Ex'ample\"Secret$1101", "{{ Example-Secret-1102 }}", "Example:{%#Secret-1103", "Example-Secret-1104")
# Inputs of credentials that have to be hidden. Accounts and users are in addresses and messages.
HIDDEN = ("api_password", "api_key", "api_token", "client_secret", "auth_password", "oauth_token")
PAIRS = (("api_user", "api_password"), ("api_key", "api_token"))
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


def succeeded(controller: Controller, job: Finished, warning: str = "") -> Finished:
    """The job, after a look at whether it succeeded and kept its secrets."""
    assert job.status == "successful", job.output()
    assert job.results("runner_on_failed", "runner_on_unreachable", "error") == []
    return silent(controller, job, warning)


def failed(controller: Controller, job: Finished) -> Finished:
    """The job, after a look at whether it failed as a job, and kept its secrets."""
    assert job.status == "failed", job.output()
    return silent(controller, job)


def silent(controller: Controller, job: Finished, warning: str = "") -> Finished:
    """The job, after a look at all that it left behind.

    Its events are whole, no secret is in it, no warning but the one that has to be there, and no result too large.
    """
    assert [event["counter"] for event in job.events] == list(range(1, len(job.events) + 1))
    assert len(job.results("playbook_on_stats")) == 1, job.output()
    assert all(data["task"] for data in job.results("playbook_on_task_start"))
    assert job.kept("status") == job.status
    assert (job.kept("rc") == "0") == (job.status == "successful")
    assert secrets_in(controller, job.bytes_left_behind()) == []
    output = " ".join(job.output().split())
    assert warning in output
    assert output.count("[WARNING]") == bool(warning), output
    assert max(len(json.dumps(event)) for event in job.events) < LARGEST_RESULT
    return job


def secrets_in(controller: Controller, kept: bytes) -> list[str]:
    """The secrets of credentials, surveys and rosters that are among these bytes."""
    given = list(controller.inputs.values())
    secrets = [value for inputs in given for name, value in inputs.items() if value and name in HIDDEN]
    # As an HTTP header has them.
    secrets += [
        base64.b64encode(f"{inputs[user]}:{inputs[password]}".encode()).decode()
        for inputs in given
        for user, password in PAIRS
        if inputs.get(user) and inputs.get(password)
    ]
    forms = {form for secret in (*secrets, *SECRETS) for form in (secret, json.dumps(secret)[1:-1])}
    return [form for form in forms if form.encode() in kept]


def people(controller: Controller, *entries: dict[str, Any], **more: Any) -> None:
    """Put a roster into the project."""
    write_roster(controller.project / "roster.yml", list(entries), **more)


def names(sandbox: Sandbox, service: str, key: str) -> set[str]:
    """What the records of a service hold under a key."""
    return {str(record[key]) for record in sandbox.records(service)}
