# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection ships for AWX, as it stands in the files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

DIRECTORY = Path(__file__).resolve().parents[2] / "playbooks" / "files" / "awx"
PROJECT = DIRECTORY / "project"


class _Loader(yaml.SafeLoader):
    """Reads what Ansible must not take for a template as the text that it is."""


def _plain(_loader: yaml.SafeLoader, node: yaml.Node) -> str:
    return str(node.value)


_Loader.add_constructor("!unsafe", _plain)


def read(name: str) -> Any:
    """The content of one of the files; templates of Ansible are texts."""
    with (DIRECTORY / name).open(encoding="utf-8") as stream:
        return yaml.load(stream, _Loader)


def credential_types() -> dict[str, dict[str, Any]]:
    """The custom credential types by name."""
    return {entry["name"]: entry for entry in read("credential_types.yml")["controller_credential_types"]}


def job_templates() -> dict[str, dict[str, Any]]:
    """The job templates by name."""
    return {entry["name"]: entry for entry in read("job_templates.yml")["controller_templates"]}


def workflows() -> dict[str, dict[str, Any]]:
    """The workflows by name."""
    return {entry["name"]: entry for entry in read("workflows.yml")["controller_workflows"]}


def schedules() -> dict[str, dict[str, Any]]:
    """The schedules by name."""
    return {entry["name"]: entry for entry in read("workflows.yml")["controller_schedules"]}
