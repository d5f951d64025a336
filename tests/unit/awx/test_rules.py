# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The statement of AWX's rules refuses what AWX refuses, so that other tests can rely on it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.vox.roster.tests.awx import jobs, rules

GOOD_TYPE: dict[str, Any] = {
    "name": "Example",
    "kind": "cloud",
    "inputs": {
        "fields": [
            {"id": "address", "label": "Address", "type": "string", "format": "url"},
            {"id": "token", "label": "Token", "type": "string", "secret": True, "multiline": True},
            {"id": "region", "label": "Region", "choices": ["north", "south"], "default": "north"},
            {"id": "insecure", "label": "Insecure", "type": "boolean", "default": False},
        ],
        "required": ["address"],
    },
    "injectors": {
        "env": {"EXAMPLE_URL": "{{ address }}", "EXAMPLE_FILE": "{{ tower.filename.token }}"},
        "extra_vars": {"example": {"region": "{{ region }}", "more": ["{{ insecure }}"]}},
        "file": {"template.token": "{{ token }}"},
    },
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The good type with one part replaced; ``inputs.fields.0.id`` is a path."""
    document = copy.deepcopy(GOOD_TYPE)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    node: Any = document
    for step in steps:
        node = node[step]
    node[last] = value
    return document


def test_a_good_credential_type_is_let_pass():
    assert rules.credential_type_complaints(GOOD_TYPE) == []


@pytest.mark.parametrize(
    ("path", "value", "part"),
    [
        ("name", "", "name"),
        ("kind", "ssh", "kind"),
        ("inputs", [], "inputs"),
        ("inputs/dependencies", {}, "'dependencies' is not allowed"),
        ("inputs/fields/0/id", "tower", "reserved"),
        ("inputs/fields/0/id", "1st", "no identifier"),
        ("inputs/fields/0/id", "a-b", "no identifier"),
        ("inputs/fields/1/id", "address", "twice"),
        ("inputs/fields/0/ask_at_runtime", True, "'ask_at_runtime' is not allowed"),
        ("inputs/fields/0/type", "integer", "string or boolean"),
        ("inputs/fields/0/format", "email", "'format'"),
        ("inputs/fields/2/choices", [], "'choices'"),
        ("inputs/fields/2/choices", ["a", "a"], "'choices'"),
        ("inputs/fields/2/choices", [True], "'choices'"),
        ("inputs/fields/2/default", True, "'default' is no string"),
        ("inputs/fields/3/default", "no", "'default' is no boolean"),
        ("inputs/fields/3/secret", True, "'secret' is for strings only"),
        ("inputs/fields/3/choices", ["a"], "'choices' is for strings only"),
        ("inputs/fields/0", {"id": "address"}, "no 'label'"),
        ("inputs/required", ["password"], "inputs.required"),
        ("injectors/vault", {}, "'vault' is not allowed"),
        ("injectors/env/ANSIBLE_CONFIG", "x", "Ansible itself"),
        ("injectors/env/PATH", "x", "blocked"),
        ("injectors/env/JOB_ID", "x", "blocked"),
        ("injectors/env/a-b", "x", "no identifier"),
        ("injectors/env/EXAMPLE_URL", "é", "ASCII"),
        ("injectors/env/EXAMPLE_URL", 1, "ASCII"),
        ("injectors/env/EXAMPLE_URL", "{{ nothing }}", "undefined"),
        ("injectors/env/EXAMPLE_URL", "{{ tower.filename.other }}", "undefined"),
        ("injectors/env/EXAMPLE_URL", "{{ address", "no harmless template"),
        ("injectors/env/EXAMPLE_URL", "{{ address.__class__.__mro__ }}", "harmless"),
        ("injectors/extra_vars/a-b", "x", "no identifier"),
        ("injectors/extra_vars/example/region", "{{ nothing }}", "undefined"),
        ("injectors/extra_vars/example/region", True, "no text"),
        ("injectors/file/token", "x", "must be 'template'"),
        ("injectors/file/template", "x", "either one"),
        ("injectors/file", {}, "undefined"),
    ],
)
def test_a_bad_credential_type_is_refused(path, value, part):
    assert any(part in complaint for complaint in rules.credential_type_complaints(changed(path, value)))


@pytest.mark.parametrize(
    ("inputs", "part"),
    [
        ({"address": "https://a.example"}, None),
        ({"address": "https://a.example", "region": "", "insecure": True}, None),
        ({"address": ""}, "no address"),
        ({"address": "pbx.example.com"}, "no address"),
        ({"region": "west"}, "none of north, south"),
        ({"insecure": "no"}, "no boolean"),
        ({"token": 1}, "no string"),
        ({"password": "x"}, "no field"),
    ],
)
def test_inputs_of_a_credential(inputs, part):
    complaints = rules.credential_complaints(GOOD_TYPE, inputs)
    assert (part is None) == (complaints == [])
    assert part is None or part in complaints[0]


QUESTION: dict[str, Any] = {"question_name": "Who", "variable": "who", "type": "text", "required": False}


def survey(**changes: Any) -> dict[str, Any]:
    """A survey of one question."""
    return {"name": "Example", "description": "", "spec": [{**QUESTION, **changes}]}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"default": ""},
        {"default": "Sara", "min": 0, "max": 10},
        {"type": "integer", "default": 3},
        {"type": "multiselect", "choices": "a\nb", "default": "a\nb"},
        {"type": "multiplechoice", "choices": ["a", "b"], "default": "a"},
    ],
)
def test_good_surveys_are_let_pass(changes):
    assert rules.survey_complaints(survey(**changes)) == []


@pytest.mark.parametrize(
    ("document", "part"),
    [
        (None, "no mapping"),
        ({"name": "x", "spec": [QUESTION]}, "description"),
        ({"name": "x", "description": "", "spec": []}, "no questions"),
        ({"name": "x", "description": "", "spec": [QUESTION, QUESTION]}, "asked twice"),
        (survey(variable=None), "'variable' is missing"),
        (survey(required="yes"), "'required' is missing or no bool"),
        (survey(type="choice"), "no type of question"),
        (survey(default=3), "'default' is of the wrong type"),
        (survey(type="integer", default="3"), "'default' is of the wrong type"),
        (survey(type="integer", default=True), "'default' is of the wrong type"),
        (survey(type="multiselect", default=["a"], choices=["a"]), "'default' is of the wrong type"),
        (survey(min="1"), "'min'"),
        (survey(type="multiplechoice"), "no choices"),
        (survey(type="multiplechoice", choices=["a", "b"], default="a\nb"), "one default"),
        (survey(type="multiselect", choices=["a"], default="b"), "not among the choices"),
    ],
)
def test_bad_surveys_are_refused(document, part):
    assert any(part in complaint for complaint in rules.survey_complaints(document))


@pytest.mark.parametrize(
    ("rrule", "part"),
    [
        ("DTSTART:20260101T013000Z RRULE:FREQ=DAILY;INTERVAL=1", None),
        ("DTSTART;TZID=Asia/Tehran:20260101T013000 RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO", None),
        ("RRULE:FREQ=DAILY;INTERVAL=1", "DTSTART"),
        ("DTSTART:20260101T013000 RRULE:FREQ=DAILY;INTERVAL=1", "time zone"),
        ("DTSTART:20260101T013000Z", "no RRULE"),
        ("DTSTART:20260101T013000Z RRULE:FREQ=DAILY", "INTERVAL"),
        ("DTSTART:20260101T013000Z RRULE:FREQ=SECONDLY;INTERVAL=1", "FREQ"),
        ("DTSTART:20260101T013000Z RRULE:FREQ=DAILY;INTERVAL=1;COUNT=1000", "COUNT"),
        ("DTSTART:20260101T013000Z RRULE:FREQ=DAILY;INTERVAL=1;COUNT=1;UNTIL=20270101T000000Z", "COUNT or UNTIL"),
        ("DTSTART:20260101T013000Z RRULE:FREQ=MONTHLY;INTERVAL=1;BYDAY=1MO", "BYDAY"),
        ("DTSTART:20260101T013000Z RRULE:FREQ=DAILY;INTERVAL=1 EXDATE:20260102T013000Z", "EXDATE"),
    ],
)
def test_rules_of_schedules(rrule, part):
    complaints = rules.rrule_complaints(rrule)
    assert (part is None) == (complaints == [])
    assert part is None or any(part in complaint for complaint in complaints)


def test_only_files_with_plays_are_playbooks():
    assert rules.may_be_playbook("---\n- name: All\n  ansible.builtin.import_playbook: vox.roster.audit\n")
    assert rules.may_be_playbook("- hosts: all\n")
    assert not rules.may_be_playbook("people:\n  - name: Sara\n")


def injected(directory: Path, inputs: dict[str, Any]) -> jobs.Injected:
    """What the good type adds to a job."""
    result = jobs.Injected()
    jobs.inject(GOOD_TYPE, inputs, directory, result)
    return result


def test_what_is_left_empty_is_injected_as_an_empty_text_and_a_boolean_as_false(tmp_path):
    result = injected(tmp_path, {"address": "https://a.example", "region": ""})
    assert result.environment["EXAMPLE_URL"] == "https://a.example"
    assert result.variable_files[0].read_text(encoding="utf-8") == "example:\n  more:\n  - 'False'\n  region: ''\n"


def test_secrets_go_into_files_that_only_the_owner_reads_and_are_not_shown(tmp_path):
    result = injected(tmp_path, {"address": "https://a.example", "token": "Example-Secret"})
    assert Path(result.environment["EXAMPLE_FILE"]).read_text(encoding="utf-8") == "Example-Secret"
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
    assert "Example-Secret" not in str(result.shown)


def test_no_job_starts_without_what_is_required(tmp_path):
    with pytest.raises(jobs.LaunchRefused, match="does not provide address"):
        injected(tmp_path, {"address": ""})


@pytest.mark.parametrize(
    ("question", "answer", "part"),
    [
        ({}, "Sara", None),
        ({"required": True}, None, "is required"),
        ({}, 3, "wrong type"),
        ({"max": 3}, "Sara", "no more than"),
        ({"min": 5}, "Sara", "at least"),
        ({"type": "integer"}, "3", "wrong type"),
        ({"type": "integer", "min": 1}, 0, "at least"),
        ({"type": "multiplechoice", "choices": ["a"]}, "b", "not among"),
        ({"type": "multiselect", "choices": ["a", "b"]}, ["a", "b"], None),
        ({"type": "multiselect", "choices": ["a", "b"]}, "a", "wrong type"),
        ({"type": "multiselect", "choices": ["a", "b"]}, ["c"], "not among"),
    ],
)
def test_answers_are_checked_when_a_job_is_launched(question, answer, part):
    template = {"survey_enabled": True, "survey_spec": survey(**question)}
    answers = {} if answer is None else {"who": answer}
    if part is None:
        assert jobs.launch(template, answers) == answers
    else:
        with pytest.raises(jobs.LaunchRefused, match=part):
            jobs.launch(template, answers)


def test_defaults_stand_in_for_answers_but_not_for_those_that_are_lists():
    spec = [
        {**QUESTION, "default": "Sara"},
        {**QUESTION, "variable": "what", "type": "multiselect", "choices": ["a"], "default": "a"},
    ]
    template = {"survey_enabled": True, "survey_spec": {"spec": spec}, "extra_vars": {"who": "nobody", "where": "here"}}
    assert jobs.launch(template, {}) == {"who": "Sara", "where": "here"}


def test_nothing_is_taken_that_was_not_asked_for():
    with pytest.raises(jobs.LaunchRefused, match="where: not allowed"):
        jobs.launch({"survey_enabled": True, "survey_spec": survey()}, {"where": "there"})


def test_only_what_the_template_says_may_be_a_template_of_ansible():
    text = jobs.extra_variables_file({"a": "{{ x }}", "b": ["{{ y }}"]}, {"a": "{{ x }}"})
    assert text == "a: '{{ x }}'\n!unsafe 'b':\n- !unsafe '{{ y }}'\n"
