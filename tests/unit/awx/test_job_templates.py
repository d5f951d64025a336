# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The job templates: AWX takes their surveys, and what these ask for is what the playbooks read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.vox.roster.plugins.plugin_utils._roster_values import BELOW, SERVICES, columns
from ansible_collections.vox.roster.tests.awx import data, jobs, rules

PLAYBOOKS = Path(__file__).resolve().parents[3] / "playbooks"
TEMPLATES = data.job_templates()
QUESTIONS = [(name, question) for name, entry in TEMPLATES.items() for question in entry["survey_spec"]["spec"]]
LABELS = [f"{name}-{question['variable']}" for name, question in QUESTIONS]
# A person's columns become variables with one of these in front.
OF_A_PERSON = ("person_", "new_")
# Answers to what has to be answered, and no more.
LEAST: dict[str, dict[str, Any]] = {
    "Roster audit": {},
    "Roster sync": {},
    "Roster purge job": {"roster_purge": ["simotel"]},
    "Roster onboard": {"roster_services": ["simotel"], "person_first_name": "Sara", "person_last_name": "Ahmadi"},
    "Roster offboard": {},
    "Roster move": {"roster_services": ["simotel"]},
}


def named_playbook(template: str) -> str:
    """The playbook of the collection that a template runs in the end."""
    [play] = yaml.safe_load((data.PROJECT / TEMPLATES[template]["playbook"]).read_text(encoding="utf-8"))
    return str(play["ansible.builtin.import_playbook"])


def source(template: str) -> str:
    """The playbook of a template and the tasks that it imports, without comments."""
    text = (PLAYBOOKS / f"{named_playbook(template).removeprefix('vox.roster.')}.yml").read_text(encoding="utf-8")
    for name in re.findall(r"import_tasks: (\S+)", text):
        text += (PLAYBOOKS / name).read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if not line.strip().startswith("#"))


def test_every_playbook_of_the_project_belongs_to_a_template_and_runs_one_of_ours():
    offered = {path.name for path in data.PROJECT.glob("*.yml") if rules.may_be_playbook(path.read_text())}
    assert offered == {entry["playbook"] for entry in TEMPLATES.values()}
    for template in TEMPLATES:
        collection, _dot, name = named_playbook(template).rpartition(".")
        assert collection == "vox.roster"
        assert (PLAYBOOKS / f"{name}.yml").is_file()


def test_the_project_asks_for_the_collection():
    requirements = yaml.safe_load((data.PROJECT / "collections" / "requirements.yml").read_text(encoding="utf-8"))
    assert [entry["name"] for entry in requirements["collections"]] == ["vox.roster"]


@pytest.mark.parametrize("name", TEMPLATES)
def test_awx_takes_the_survey(name):
    assert TEMPLATES[name]["survey_enabled"]
    assert rules.survey_complaints(TEMPLATES[name]["survey_spec"]) == []


@pytest.mark.parametrize(("template", "question"), QUESTIONS, ids=LABELS)
def test_the_playbook_reads_what_the_survey_asks_for(template, question):
    variable, text = question["variable"], source(template)
    prefix = next((prefix for prefix in OF_A_PERSON if variable.startswith(prefix)), None)
    if prefix:
        assert variable.removeprefix(prefix) in columns()
        [prefixes] = re.findall(r"varnames', '\^\(([\w|]+)\)_'", text)
        assert prefix.rstrip("_") in prefixes.split("|")
    else:
        assert re.search(rf"\b{variable}\b", text)


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_playbook_reads_what_the_template_gives_it(name):
    for variable in TEMPLATES[name].get("extra_vars", {}):
        assert re.search(rf"\b{variable}\b", source(name))


def test_the_playbooks_read_what_the_inventory_gives_them():
    for variable in data.read("project.yml")["controller_inventories"][0]["variables"]:
        assert [name for name in TEMPLATES if re.search(rf"\b{variable}\b", source(name))] != []


@pytest.mark.parametrize(("template", "question"), QUESTIONS, ids=LABELS)
def test_the_choices_are_those_of_the_modules(template, question):
    variable = question["variable"]
    choices = question.get("choices")
    if variable in ("roster_services", "roster_purge"):
        assert choices == list(SERVICES)
        return
    prefix = next((prefix for prefix in OF_A_PERSON if variable.startswith(prefix)), "")
    column = columns().get(variable.removeprefix(prefix)) if prefix else None
    argument = BELOW[column.path[0]][column.path[1]] if column and len(column.path) == 2 else {}
    assert set(choices or ()) == set(argument.get("choices", ())) or choices in (["no", "yes"], ["yes", "no"])
    assert (question["type"] == "password") == bool(argument.get("no_log"))


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_password_has_a_default_which_would_be_encrypted_and_differ_for_ever(name):
    spec = TEMPLATES[name]["survey_spec"]["spec"]
    assert [question["variable"] for question in spec if question["type"] == "password" and "default" in question] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_job_depends_on_a_default_that_only_a_form_knows(name):
    spec = TEMPLATES[name]["survey_spec"]["spec"]
    assert [
        question["variable"] for question in spec if question["type"] == "multiselect" and "default" in question
    ] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_is_required_suffices_to_launch_a_job(name):
    assert jobs.launch(TEMPLATES[name], LEAST[name])


@pytest.mark.parametrize("name", data.schedules())
def test_schedules_are_taken_and_can_launch_their_job(name):
    schedule = data.schedules()[name]
    rule = data.read("settings.yml")["awx_audit_rrule"] if "awx_audit_rrule" in schedule["rrule"] else schedule["rrule"]
    assert rules.rrule_complaints(rule) == []
    assert jobs.launch(TEMPLATES[schedule["unified_job_template"]], {})


def test_no_schedule_removes_anybody():
    assert {entry["unified_job_template"] for entry in data.schedules().values()} == {"Roster audit"}


@pytest.mark.parametrize("name", data.workflows())
def test_a_workflow_asks_for_all_that_its_jobs_need(name):
    workflow = data.workflows()[name]
    assert rules.survey_complaints(workflow["survey_spec"]) == []
    asked = {question["variable"]: question for question in workflow["survey_spec"]["spec"]}
    for node in workflow["simplified_workflow_nodes"]:
        template = TEMPLATES.get(node.get("unified_job_template"))
        if template is None:
            assert node["approval_node"]["timeout"] > 0
            continue
        spec = template["survey_spec"]["spec"]
        assert [
            question for question in spec if question["required"] and asked.get(question["variable"]) != question
        ] == []
        assert "job_type" not in node or template["ask_job_type_on_launch"]


def test_the_settings_are_all_used_and_nothing_else_is():
    settings = set(data.read("settings.yml"))
    names = ("settings.yml", "project.yml", "job_templates.yml", "workflows.yml")
    text = "\n".join((data.DIRECTORY / name).read_text(encoding="utf-8") for name in names)
    text += "".join((PLAYBOOKS / name).read_text(encoding="utf-8") for name in ("awx_setup.yml", "tasks/awx_setup.yml"))
    used = set(re.findall(r"\bawx_\w+\b", re.sub(r"^\s*(?:#.*|awx_\w+:)", "", text, flags=re.MULTILINE)))
    own = {"awx_setup", "awx_types", "awx_project_made", "awx_credentials_made"}
    assert used - own == settings
