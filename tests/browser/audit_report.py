# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of the playbook audit: made by it, or of findings that were made up, and as a person sees them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t
from pathlib import Path

from ansible_collections.vox.roster.tests.browser.sandbox_page import SandboxPage

COLLECTIONS = Path(__file__).parents[5]
PLAYBOOKS = COLLECTIONS / "ansible_collections" / "vox" / "roster" / "playbooks"
ENVIRONMENT = {
    "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
    "ANSIBLE_LOCALHOST_WARNING": "false",
    "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    "NO_PROXY": "127.0.0.1",
}
PARTS = {
    "simotel": ("Simotel extensions", "Extension"),
    "autodialer": ("Autodialer groups", "Group"),
    "exotel": ("Exotel users", "User"),
    "sunbird": ("Sunbird users", "User"),
}
KINDS = ("missing", "different", "extra", "refused", "note")

Row = dict[str, t.Any]


def audited(url: str, directory: Path, roster: str, **variables: t.Any) -> Path:
    """The page that the playbook makes of a roster and the sandbox at this address, also if it fails at its end."""
    (directory / "roster.yml").write_text(roster, encoding="utf-8")
    given = {
        "roster_file": str(directory / "roster.yml"),
        "audit_directory": str(directory),
        "simotel_connection": {"url": f"{url}/simotel", "api_user": "sandbox", "api_password": "sandbox-password"},
        "exotel_connection": {
            "url": f"{url}/exotel",
            "account_sid": "sandbox",
            "api_key": "sandbox-key",
            "api_token": "sandbox-token",
        },
        "sunbird_connection": {
            "url": f"{url}/sunbird",
            "api_key": "sandbox-api-key",
            "client_secret": "sandbox-client-secret",
            "auth_username": "admin@sandbox.example",
            "auth_password": "Sandbox-Admin-1",
        },
        **variables,
    }
    _play("vox.roster.audit", directory, given)
    return directory / "audit.html"


def drawn(directory: Path, findings: dict[str, list[Row]]) -> Path:
    """The page of these findings by service, made by the playbook's own templates."""
    parts = []
    for service, rows in findings.items():
        counts: dict[str, int] = {kind: sum(row["kind"] == kind for row in rows) for kind in KINDS}
        drift = {"findings": len(rows) - counts["note"], **counts, "agreeing": 100}
        found = {"service": service, "resource": "user", "drift": drift, "unlisted": None, "rows": rows}
        (directory / f"{service}.json").write_text(json.dumps(found).replace("<", "\\u003c"), encoding="utf-8")
        title, key = PARTS[service]
        result = {"drift": drift, "address": f"https://{service}.example.com", "unlisted": None}
        parts.append({"service": service, "title": title, "key": key, "result": result})
    given = {
        "audit_parts": parts,
        "audit_read": parts,
        "audit_unread": [],
        "audit_roster": {"people": [{}] * max(len(rows) for rows in findings.values())},
        "audit_work": {"path": str(directory)},
        "audit_file": str(directory / "audit"),
        "audit_options": {},
        "roster_file": "roster.yml",
    }
    tasks = [
        {
            "ansible.builtin.template": {
                "src": f"{PLAYBOOKS}/templates/audit.{kind}.j2",
                "dest": f"{directory}/audit.{kind}",
            }
        }
        for kind in ("json", "html")
    ]
    # A playbook looks for files beside itself.
    (directory / "files").symlink_to(PLAYBOOKS / "files")
    play = {"hosts": "localhost", "gather_facts": False, "tasks": tasks}
    (directory / "draw.yml").write_text(json.dumps([play]), encoding="utf-8")
    _play(str(directory / "draw.yml"), directory, given)
    return directory / "audit.html"


def _play(playbook: str, directory: Path, variables: dict[str, t.Any]) -> None:
    values = directory / "variables.json"
    values.write_text(json.dumps(variables), encoding="utf-8")
    program = Path(sys.executable).parent / "ansible-playbook"
    command = [str(program), playbook, f"--extra-vars=@{values}"]
    ended = subprocess.run(command, env={**os.environ, **ENVIRONMENT}, capture_output=True, text=True, check=False)
    assert ended.returncode in (0, 2), ended.stdout + ended.stderr
    assert (directory / "audit.html").exists(), ended.stdout + ended.stderr


class ReportPage(SandboxPage):
    """The page of a report, opened from its file as a person opens it."""

    def __init__(self, browser: t.Any) -> None:
        super().__init__(browser, "")

    def show(self, path: Path) -> None:
        """Open the page."""
        self.browser.get(path.as_uri())

    def rows(self, service: str) -> list[list[str]]:
        """The cells of the rows of a service's table that are shown."""
        code = """
          const rows = [...document.querySelectorAll(`[data-service=${arguments[0]}] tbody tr`)];
          return rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim()));
        """
        return t.cast("list[list[str]]", self.script(code, service))

    def status(self, service: str) -> str:
        """What the page says of the rows that are shown."""
        return self.text(f"[data-service={service}] [role=status]")

    def data(self) -> t.Any:
        """The findings that the page holds."""
        return json.loads(self.script("return document.getElementById('data').textContent"))
