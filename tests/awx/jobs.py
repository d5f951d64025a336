# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX makes of credentials and answers when it starts a job."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ansible_collections.vox.roster.tests.awx import rules

HIDDEN = "**********"


class LaunchRefused(Exception):
    """AWX would not start the job; the message says why."""


@dataclass
class Injected:
    """What credentials add to a job.

    environment: variables of the job; shown: the same as AWX stores and shows them, secrets hidden.
    variable_files: files for ``--extra-vars @FILE``.
    """

    environment: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    variable_files: list[Path] = field(default_factory=list)


def inject(credential_type: Mapping[str, Any], inputs: Mapping[str, Any], directory: Path, injected: Injected) -> None:
    """Add one credential to a job. directory: the env directory of the job, for files.

    As AWX does it: what was left empty is undefined and so renders as nothing, a boolean that was left out is False,
    and every variable of the type is set, if only to an empty text. LaunchRefused when a required input is missing.
    """
    fields = credential_type["inputs"]["fields"]
    missing = [name for name in credential_type["inputs"].get("required", ()) if not inputs.get(name)]
    if missing:
        raise LaunchRefused(f"the credential {credential_type['name']} does not provide {', '.join(missing)}")
    secrets = {entry["id"] for entry in fields if entry.get("secret")}
    files = SimpleNamespace()
    values: dict[str, Any] = {"tower": files}
    shown: dict[str, Any] = {"tower": files}
    for name, value in inputs.items():
        if value != "":
            values[name] = value
            shown[name] = HIDDEN if name in secrets else value
    for entry in fields:
        if entry.get("type") == "boolean" and entry["id"] not in inputs:
            values[entry["id"]] = shown[entry["id"]] = False

    environment = ImmutableSandboxedEnvironment()

    def render(node: Any) -> Any:
        if isinstance(node, dict):
            return {render(key): render(value) for key, value in node.items()}
        if isinstance(node, list):
            return [render(value) for value in node]
        return environment.from_string(node).render(**values)

    injectors = credential_type["injectors"]
    for label, template in injectors.get("file", {}).items():
        path = _private_file(directory, render(template))
        name = label.partition(".")[2]
        if name:
            files.filename = getattr(files, "filename", SimpleNamespace())
            setattr(files.filename, name, str(path))
        else:
            files.filename = str(path)
    for name, template in injectors.get("env", {}).items():
        injected.environment[name] = render(template)
        injected.shown[name] = environment.from_string(template).render(**shown)
    variables = render(injectors.get("extra_vars", {}))
    if variables:
        injected.variable_files.append(_private_file(directory, yaml.safe_dump(variables)))


def _private_file(directory: Path, content: str) -> Path:
    with tempfile.NamedTemporaryFile("w", dir=directory, delete=False, encoding="utf-8") as stream:
        stream.write(content)
    return Path(stream.name)


def launch(template: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The extra variables of a job: those of the template, the survey's defaults, and the answers.

    LaunchRefused when an answer is wrong or missing, or was not asked for.
    """
    questions = template.get("survey_spec", {}).get("spec", []) if template.get("survey_enabled") else []
    complaints = [complaint for question in questions for complaint in rules.answer_complaints(question, answers)]
    unasked = set(answers) - {question["variable"] for question in questions}
    if unasked and not template.get("ask_variables_on_launch"):
        complaints.append(f"{', '.join(sorted(unasked))}: not allowed on launch")
    if complaints:
        raise LaunchRefused("; ".join(complaints))
    variables = dict(template.get("extra_vars", {}))
    for question in questions:
        default = {question["variable"]: question["default"]} if question.get("default") is not None else {}
        # The default of a multiselect is text and its answer a list, so it only fills the form and never counts here.
        if not rules.answer_complaints(question, default):
            variables.update(default)
    return {**variables, **answers}


class _Unsafe(str):
    """A text that Ansible must not take for a template."""


class _Dumper(yaml.SafeDumper):
    """Writes what people have typed as AWX does."""


_Dumper.add_representer(_Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


def extra_variables_file(variables: Mapping[str, Any], trusted: Mapping[str, Any]) -> str:
    """The content of ``env/extravars``: only what the template itself says may be a template of Ansible."""

    def marked(node: Any) -> Any:
        if isinstance(node, dict):
            return {marked(key): marked(value) for key, value in node.items()}
        if isinstance(node, list):
            return [marked(value) for value in node]
        return _Unsafe(node) if isinstance(node, str) else node

    parts = ({name: value} for name, value in variables.items())
    ready = [part if part.items() <= trusted.items() else marked(part) for part in parts]
    return "".join(yaml.dump(part, Dumper=_Dumper, default_flow_style=False) for part in ready)


def inventory_script(hosts: Mapping[str, Mapping[str, Any]], variables: Mapping[str, Any]) -> str:
    """A program that prints the inventory, as AWX writes it. hosts: their variables; variables: of all of them."""
    content = {"_meta": {"hostvars": hosts}, "all": {"hosts": list(hosts), "vars": variables}}
    return f"#! /usr/bin/env python3\n# -*- coding: utf-8 -*-\nprint({json.dumps(content)!r})\n"
