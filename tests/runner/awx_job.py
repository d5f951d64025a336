# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs as AWX runs them: a private data directory for each, and ansible-runner on it.

env/envvars            environment, with what credentials inject
env/extravars          extra variables: of the template, the survey's defaults, the answers
env/cmdline            --check, --diff, --limit, and the files that credentials inject
env/settings           of ansible-runner
inventory/hosts        a program that prints the inventory
project/               the project
requirements_collections/   what its collections/requirements.yml asks for
artifacts/ID/          what the job leaves behind
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ansible_runner
import yaml

from ansible_collections.vox.roster.tests.awx import data, jobs

# Beyond this many characters AWX empties the result of a task.
LARGEST_RESULT = 700_000
SECONDS_FOR_A_JOB = 100
COLLECTIONS = "requirements_collections"


@dataclass(frozen=True)
class Finished:
    """A job that has ended. artifacts: its directory; shown: variables of the environment as AWX shows them."""

    status: str
    events: list[dict[str, Any]]
    artifacts: Path
    shown: Mapping[str, str]

    def results(self, *kinds: str) -> list[dict[str, Any]]:
        """The data of events of these kinds, such as ``runner_on_ok``."""
        return [event["event_data"] for event in self.events if event["event"] in kinds]

    def kept(self, name: str) -> str:
        """The text of one of the artefacts, such as ``rc``."""
        return (self.artifacts / name).read_text(encoding="utf-8")

    @property
    def changed(self) -> int:
        """How many tasks changed something, on all hosts."""
        return sum(self._stats()["changed"].values())

    @property
    def stats(self) -> Any:
        """What ``set_stats`` left for later jobs of a workflow."""
        return self._stats().get("artifact_data", {})

    def _stats(self) -> dict[str, Any]:
        [stats] = self.results("playbook_on_stats")
        return stats

    def output(self) -> str:
        """Everything that was printed, without colours."""
        return re.sub(r"\x1b\[[0-9;]*m", "", self.kept("stdout"))

    def bytes_left_behind(self) -> bytes:
        """All bytes of the artefacts, as AWX keeps them.

        ansible-runner notes the whole environment with the command, of which AWX keeps what is fit to be shown.
        """
        parts = []
        for path in sorted(self.artifacts.rglob("*")):
            if path.name == "command":
                command = json.loads(path.read_text(encoding="utf-8"))
                command["env"].update(self.shown)
                parts.append(json.dumps(command).encode())
            elif path.is_file():
                parts.append(path.read_bytes())
        return b"\0".join(parts)


@dataclass
class Controller:
    """What jobs share.

    collections: where the collection is installed; inputs: of a credential by the type's name; hosts, variables: of the
    inventory; types: of credentials; of_the_image: where the image of the job has collections.
    """

    directory: Path
    collections: Path
    inputs: dict[str, dict[str, Any]]
    hosts: dict[str, dict[str, Any]] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    project: Path = data.PROJECT
    types: Mapping[str, dict[str, Any]] = field(default_factory=data.credential_types)
    of_the_image: Path = Path("/usr/share/ansible/collections")
    count: int = 0

    def run(
        self, template: str, answers: Mapping[str, Any] | None = None, job_type: str = "run", **options: Any
    ) -> Finished:
        """Launch a job template by its name, and wait for the end."""
        entry = data.job_templates()[template]
        variables = jobs.launch(entry, answers or {})
        return self.start(entry["playbook"], variables, entry.get("extra_vars", {}), job_type, **options)

    def start(
        self,
        playbook: str,
        variables: Mapping[str, Any],
        trusted: Mapping[str, Any] | None = None,
        job_type: str = "run",
        limit: str = "",
        verbosity: int = 0,
    ) -> Finished:
        """Run a playbook of the project with extra variables, of which the trusted ones may be templates."""
        self.count += 1
        place = self.directory / f"awx_{self.count}"
        for name in ("env", "inventory"):
            (place / name).mkdir(parents=True)
        shutil.copytree(self.project, place / "project")
        (place / COLLECTIONS).symlink_to(self.collections)

        injected = jobs.Injected()
        for name, inputs in self.inputs.items():
            jobs.inject(self.types[name], inputs, place / "env", injected)
        environment = {
            "ANSIBLE_COLLECTIONS_PATH": f"{place / COLLECTIONS}:{self.of_the_image}",
            "ANSIBLE_RETRY_FILES_ENABLED": "False",
            "MAX_EVENT_RES": str(LARGEST_RESULT),
            **injected.environment,
        }
        arguments = ["--check"] * (job_type == "check") + ["--diff", "-u", "root"]
        arguments += ["-l", limit] if limit else []
        arguments += [f"-{'v' * verbosity}"] if verbosity else []
        for path in injected.variable_files:
            arguments += ["-e", f"@{path}"]
        meta = {"awx_job_id": self.count, "awx_user_name": "example"}
        settings = {"job_timeout": SECONDS_FOR_A_JOB, "suppress_ansible_output": True, "suppress_output_file": False}

        env = place / "env"
        (env / "envvars").write_text(json.dumps(environment), encoding="utf-8")
        (env / "extravars").write_text(
            jobs.extra_variables_file({**variables, **meta}, trusted or {}), encoding="utf-8"
        )
        (env / "cmdline").write_text(shlex.join(arguments), encoding="utf-8")
        (env / "settings").write_text(json.dumps(settings), encoding="utf-8")
        inventory = place / "inventory" / "hosts"
        inventory.write_text(jobs.inventory_script(self.hosts, self.variables), encoding="utf-8")
        inventory.chmod(0o700)

        runner = ansible_runner.run(
            private_data_dir=str(place), playbook=playbook, ident=str(self.count), fact_cache_type=""
        )
        return Finished(runner.status, list(runner.events), place / "artifacts" / str(self.count), injected.shown)


def usual_inventory() -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Hosts and variables of the inventory that the playbook ``awx_setup`` makes of the settings as they are."""
    content, settings = data.read("project.yml"), data.read("settings.yml")
    hosts = {host["name"]: host["variables"] for host in content["controller_hosts"]}
    variables = content["controller_inventories"][0]["variables"]
    return hosts, {name: settings[value.strip("{ }")] for name, value in variables.items()}


def write_roster(path: Path, people: list[dict[str, Any]], **more: Any) -> None:
    """Write a roster file."""
    path.write_text(yaml.safe_dump({"people": people, **more}, sort_keys=False), encoding="utf-8")


def program(name: str) -> str:
    """The path of a program, which is installed beside the Python that runs this or in PATH."""
    found = shutil.which(name, path=os.environ["PATH"])
    if found is None:
        raise RuntimeError(f"{name} is not on PATH")
    return found
