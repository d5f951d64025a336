# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules that AWX keeps for custom credential types, credentials, surveys, schedules and playbooks of a project.

Every function returns a list of complaints, empty if all is well. None of them needs AWX.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError
from jinja2.runtime import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

KINDS = ("cloud", "net")
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
FIELD_KEYS: dict[str, type] = {
    "id": str,
    "label": str,
    "type": str,
    "help_text": str,
    "secret": bool,
    "multiline": bool,
    "choices": list,
    "format": str,
    "default": object,
}
FIELD_TYPES: dict[str, type] = {"string": str, "boolean": bool}
ONLY_OF_STRINGS = ("choices", "format", "multiline", "secret")
FORMATS = ("ssh_private_key", "url")

# Names that a job needs for itself.
BLOCKED_VARIABLES = frozenset(
    (
        "AD_HOC_COMMAND_ID",
        "AWX_HOST",
        "CACHE",
        "CALLBACK_CONNECTION",
        "CALLBACK_QUEUE",
        "INVENTORY_HOSTVARS",
        "INVENTORY_ID",
        "INVENTORY_SOURCE_ID",
        "INVENTORY_UPDATE_ID",
        "JOB_CALLBACK_DEBUG",
        "JOB_ID",
        "MAX_EVENT_RES",
        "PATH",
        "PROJECT_REVISION",
        "PYTHONPATH",
        "REST_API_TOKEN",
        "REST_API_URL",
        "SUPERVISOR_CONFIG_PATH",
        "VIRTUAL_ENV",
    )
)

SURVEY_TYPES: dict[str, type | tuple[type, ...]] = {
    "text": str,
    "textarea": str,
    "password": str,
    "multiplechoice": str,
    "multiselect": str,
    "integer": int,
    "float": (float, int),
}

PLAYBOOK_LINE = re.compile(r"\s*-?\s*(?:hosts|(?:ansible\.builtin\.)?(?:include|import_playbook)):")


def credential_type_complaints(document: Mapping[str, Any]) -> list[str]:
    """What AWX would say against a custom credential type: ``{name, description, kind, inputs, injectors}``."""
    complaints = []
    if not isinstance(document.get("name"), str) or not document["name"]:
        complaints.append("name: is missing")
    if document.get("kind") not in KINDS:
        complaints.append(f"kind: must be one of {', '.join(KINDS)}")
    inputs, injectors = document.get("inputs", {}), document.get("injectors", {})
    of_inputs = list(_inputs_complaints(inputs)) if isinstance(inputs, dict) else ["inputs: is no mapping"]
    complaints += of_inputs
    if not isinstance(injectors, dict):
        return [*complaints, "injectors: is no mapping"]
    complaints += _injectors_complaints(injectors)
    if not of_inputs:
        complaints += _template_complaints(inputs, injectors)
    return complaints


def _inputs_complaints(inputs: Mapping[str, Any]) -> Iterator[str]:
    for key in set(inputs) - {"fields", "required"}:
        yield f"inputs: '{key}' is not allowed"
    fields, required = inputs.get("fields", []), inputs.get("required", [])
    if not isinstance(fields, list) or not all(isinstance(field, dict) for field in fields):
        yield "inputs.fields: is no list of mappings"
        return
    seen: set[Any] = set()
    for field in fields:
        yield from _field_complaints(field)
        if field.get("id") in seen:
            yield f"{field.get('id')}: is there twice"
        seen.add(field.get("id"))
    if not isinstance(required, list) or not set(required) <= seen:
        yield "inputs.required: is no list of fields"


def _field_complaints(field: Mapping[str, Any]) -> Iterator[str]:
    name = field.get("id")
    for key in ("id", "label"):
        if key not in field:
            yield f"{name}: has no '{key}'"
    for key, value in field.items():
        if key not in FIELD_KEYS:
            yield f"{name}: '{key}' is not allowed"
        elif not isinstance(value, FIELD_KEYS[key]):
            yield f"{name}: '{key}' is of the wrong type"
    if name == "tower":
        yield "tower: is a reserved name"
    if isinstance(name, str) and not IDENTIFIER.fullmatch(name):
        yield f"{name}: is no identifier"
    kind = field.get("type", "string")
    if kind not in FIELD_TYPES:
        yield f"{name}: 'type' must be string or boolean"
        return
    if "default" in field and not isinstance(field["default"], FIELD_TYPES[kind]):
        yield f"{name}: 'default' is no {kind}"
    if kind != "string":
        yield from (f"{name}: '{key}' is for strings only" for key in ONLY_OF_STRINGS if key in field)
    if "format" in field and field["format"] not in FORMATS:
        yield f"{name}: 'format' must be one of {', '.join(FORMATS)}"
    choices = field.get("choices")
    if isinstance(choices, list) and (
        not choices or not all(isinstance(choice, str) for choice in choices) or len(set(choices)) < len(choices)
    ):
        yield f"{name}: 'choices' must be different texts"


def _injectors_complaints(injectors: Mapping[str, Any]) -> Iterator[str]:
    for key, value in injectors.items():
        if key not in ("env", "extra_vars", "file"):
            yield f"injectors: '{key}' is not allowed"
        elif not isinstance(value, dict):
            yield f"injectors.{key}: is no mapping"
    for name, value in _mapping(injectors.get("env")).items():
        if not IDENTIFIER.fullmatch(name):
            yield f"env {name}: is no identifier"
        if name.startswith("ANSIBLE_"):
            yield f"env {name}: may change how Ansible itself works"
        if name in BLOCKED_VARIABLES:
            yield f"env {name}: is on the list of blocked variables"
        if not isinstance(value, str) or not value.isascii():
            yield f"env {name}: must be ASCII text"
    for name in _mapping(injectors.get("extra_vars")):
        if not IDENTIFIER.fullmatch(name):
            yield f"extra_vars {name}: is no identifier"
    files = _mapping(injectors.get("file"))
    for name in files:
        if not re.fullmatch(r"template(\.[A-Za-z_][A-Za-z0-9_]*)?", name):
            yield f"file {name}: must be 'template' or 'template.NAME'"
    if "template" in files and len(files) > 1:
        yield "file: either one 'template' or several 'template.NAME'"


def _template_complaints(inputs: Mapping[str, Any], injectors: Mapping[str, Any]) -> Iterator[str]:
    """Every template must hold defined fields only, and paths of files that the type injects."""
    example: dict[str, Any] = {field["id"]: "EXAMPLE" for field in inputs.get("fields", [])}
    files = [name.partition(".")[2] for name in _mapping(injectors.get("file"))]
    # Without any file the name itself is undefined, as AWX has it.
    named = {name: "EXAMPLE_FILENAME" for name in files if name}
    example["tower"] = {"filename": named or "EXAMPLE_FILENAME"} if files else {}
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    for place, template in _templates(injectors):
        if not isinstance(template, str):
            yield f"{place}: is no text"
            continue
        try:
            environment.from_string(template).render(example)
        except UndefinedError as error:
            yield f"{place}: uses an undefined field: {error}"
        except (SecurityError, TemplateSyntaxError) as error:
            yield f"{place}: is no harmless template: {error}"


def _templates(node: Any, place: str = "injectors") -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _templates(value, f"{place}.{key}")
    elif isinstance(node, list):
        for position, value in enumerate(node):
            yield from _templates(value, f"{place}[{position}]")
    else:
        yield place, node


def credential_complaints(credential_type: Mapping[str, Any], inputs: Mapping[str, Any]) -> list[str]:
    """What AWX would say against the inputs of a credential. Required fields may be missing until a job starts."""
    fields: dict[str, dict[str, Any]] = {field["id"]: field for field in credential_type["inputs"]["fields"]}
    complaints = []
    for name, value in inputs.items():
        field = fields.get(name)
        if field is None:
            complaints.append(f"{name}: is no field of {credential_type['name']}")
        elif not isinstance(value, FIELD_TYPES[field.get("type", "string")]):
            complaints.append(f"{name}: is no {field.get('type', 'string')}")
        elif value and "choices" in field and value not in field["choices"]:
            complaints.append(f"{name}: is none of {', '.join(field['choices'])}")
        elif field.get("format") == "url" and not all(urlsplit(str(value))[:2]):
            complaints.append(f"{name}: is no address")
    return complaints


def survey_complaints(survey: Any) -> list[str]:
    """What AWX would say against a survey: ``{name, description, spec: [question]}``."""
    if not isinstance(survey, dict):
        return ["the survey is no mapping"]
    complaints = [
        f"{key}: is no {kind.__name__}"
        for key, kind in (("name", str), ("description", str), ("spec", list))
        if not isinstance(survey.get(key), kind)
    ]
    if complaints:
        return complaints
    if not survey["spec"]:
        return ["spec: has no questions"]
    variables = [question.get("variable") for question in survey["spec"]]
    complaints += [f"{variable}: is asked twice" for variable in set(variables) if variables.count(variable) > 1]
    for question in survey["spec"]:
        complaints += _question_complaints(question)
    return complaints


def _question_complaints(question: Mapping[str, Any]) -> Iterator[str]:
    variable = question.get("variable")
    for key, expected in (("type", str), ("question_name", str), ("variable", str), ("required", bool)):
        if not isinstance(question.get(key), expected):
            yield f"{variable}: '{key}' is missing or no {expected.__name__}"
    kind = str(question.get("type"))
    if kind not in SURVEY_TYPES:
        yield f"{variable}: '{kind}' is no type of question"
        return
    default = question.get("default", "")
    if default != "" and (not isinstance(default, SURVEY_TYPES[kind]) or isinstance(default, bool)):
        yield f"{variable}: 'default' is of the wrong type"
    for key in ("min", "max"):
        if question.get(key) is not None and not isinstance(question[key], int):
            yield f"{variable}: '{key}' is no integer"
    if kind not in ("multiplechoice", "multiselect"):
        return
    if "choices" not in question:
        yield f"{variable}: has no choices"
        return
    defaults = _lines(default)
    if kind == "multiplechoice" and len(defaults) > 1:
        yield f"{variable}: can have one default only"
    if not set(defaults) <= set(_lines(question["choices"])):
        yield f"{variable}: 'default' is not among the choices"


def _lines(choices: Any) -> list[str]:
    lines = choices.splitlines() if isinstance(choices, str) else choices
    return [line for line in lines if line.strip()]


def answer_complaints(question: Mapping[str, Any], answers: Mapping[str, Any]) -> list[str]:
    """What AWX would say against the answer to one question when a job is launched."""
    variable, kind = question["variable"], question["type"]
    if variable not in answers:
        return [f"{variable}: is required"] if question["required"] else []
    answer = answers[variable]
    expected: type | tuple[type, ...] = list if kind == "multiselect" else SURVEY_TYPES[kind]
    if not isinstance(answer, expected) or isinstance(answer, bool):
        return [f"{variable}: the answer is of the wrong type"]
    if kind in ("multiplechoice", "multiselect"):
        chosen: list[Any] = answer if isinstance(answer, list) else [answer]
        wrong = [choice for choice in chosen if choice not in _lines(question["choices"])]
        return [f"{variable}: {', '.join(wrong)} is not among the choices"] if wrong else []
    size = len(answer) if isinstance(answer, str) else answer
    if question.get("min") not in (None, "") and size < question["min"]:
        return [f"{variable}: must be at least {question['min']}"]
    if question.get("max") not in (None, "") and size > question["max"]:
        return [f"{variable}: must be no more than {question['max']}"]
    return []


def rrule_complaints(rrule: str) -> list[str]:
    """What AWX would say against the rule of a schedule."""
    starts = re.findall(r"DTSTART(?:;[^:\s]+)?:[0-9]+T[0-9]+Z?", rrule)
    rules = re.findall(r"RRULE:(\S*)", rrule)
    complaints = []
    if len(starts) != 1:
        complaints.append("there must be one DTSTART")
    elif re.fullmatch(r"DTSTART:[0-9]+T[0-9]+", starts[0]):
        complaints.append("DTSTART has no time zone")
    if not rules:
        complaints.append("there is no RRULE")
    if re.search(r"\b(EXDATE|RDATE):", rrule):
        complaints.append("neither EXDATE nor RDATE is allowed")
    for rule in rules:
        parts = dict(part.partition("=")[::2] for part in rule.split(";"))
        if "INTERVAL" not in parts:
            complaints.append("INTERVAL is missing")
        if parts.get("FREQ") not in ("MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
            complaints.append("FREQ is missing, or not supported")
        if {"COUNT", "UNTIL"} <= set(parts):
            complaints.append("either COUNT or UNTIL")
        if int(parts.get("COUNT", 0)) > 999:
            complaints.append("COUNT is above 999")
        if re.search(r"[0-9]", parts.get("BYDAY", "")):
            complaints.append("BYDAY has a number")
    return complaints


def may_be_playbook(text: str) -> bool:
    """Whether AWX offers a file of a project as a playbook, by what is in it."""
    return any(PLAYBOOK_LINE.match(line) for line in text.splitlines())


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
