# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small server with the part of AWX's API that configures it: objects by collection, their relations, and its rules.

It refuses what AWX refuses, see ``rules``, and besides every field that it does not know, so that a misspelt one is
found. Nothing ever runs in it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ansible_collections.vox.roster.tests.awx import jobs, rules

TOKEN = "Example-Awx-Token"
ROOT = "/api/v2/"
PROMPTS = ("credential", "diff_mode", "inventory", "job_type", "limit", "scm_branch", "variables")

# What each collection's objects may hold beside id, and what they start with.
FIELDS: dict[str, dict[str, Any]] = {
    "organizations": {},
    "credential_types": {"kind": "", "inputs": {}, "injectors": {}, "managed": False},
    "credentials": {"credential_type": None, "organization": None, "inputs": {}},
    "execution_environments": {"image": "", "organization": None, "credential": None, "pull": ""},
    "projects": {
        "organization": None,
        "scm_type": "",
        "scm_url": "",
        "scm_branch": "",
        "credential": None,
        "scm_update_on_launch": False,
    },
    "inventories": {"organization": None, "kind": "", "host_filter": None, "variables": ""},
    "hosts": {"inventory": None, "enabled": True, "variables": ""},
    "job_templates": {
        "organization": None,
        "project": None,
        "inventory": None,
        "playbook": "",
        "job_type": "run",
        "execution_environment": None,
        "extra_vars": "",
        "diff_mode": False,
        "allow_simultaneous": False,
        "job_slice_count": 1,
        "survey_enabled": False,
        **{f"ask_{prompt}_on_launch": False for prompt in PROMPTS},
    },
    "workflow_job_templates": {"organization": None, "extra_vars": "", "survey_enabled": False},
    "workflow_job_template_nodes": {
        "workflow_job_template": None,
        "unified_job_template": None,
        "identifier": "",
        "extra_data": {},
        "job_type": None,
        "limit": None,
        "inventory": None,
    },
    "workflow_approval_templates": {"timeout": 0},
    "schedules": {"unified_job_template": None, "rrule": "", "extra_data": {}, "enabled": True},
}
UNIFIED = {
    "projects": "project",
    "job_templates": "job_template",
    "workflow_job_templates": "workflow_job_template",
    "workflow_approval_templates": "workflow_approval_template",
}
# The collection of the object that a field or relation names.
TARGETS = {
    "credential": "credentials",
    "credential_type": "credential_types",
    "credentials": "credentials",
    "execution_environment": "execution_environments",
    "inventory": "inventories",
    "organization": "organizations",
    "project": "projects",
    "workflow_job_template": "workflow_job_templates",
    **{f"{end}_nodes": "workflow_job_template_nodes" for end in ("always", "failure", "success")},
}
RELATIONS = {
    "job_templates": ("credentials",),
    "workflow_job_template_nodes": ("always_nodes", "credentials", "failure_nodes", "success_nodes"),
}
WITHIN = {"hosts": "inventory", "schedules": "unified_job_template", "credentials": "credential_type"}


class Refusal(Exception):
    """An answer other than success: the status, and the body that says why."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"{status}: {body}")
        self.status, self.body = status, body


class Awx:
    """The objects of one AWX. playbooks: what a synchronised project offers."""

    def __init__(self, project: Path) -> None:
        self.objects: dict[str, dict[int, dict[str, Any]]] = {collection: {} for collection in FIELDS}
        self.relations: dict[tuple[str, int, str], list[int]] = {}
        self.surveys: dict[int, dict[str, Any]] = {}
        self.writes = 0
        self.playbooks = sorted(
            path.name for path in project.glob("*.yml") if rules.may_be_playbook(path.read_text(encoding="utf-8"))
        )
        self._last_id = 0
        self.create("organizations", {"name": "Default"})

    def named(self, collection: str) -> dict[str, dict[str, Any]]:
        """The objects of a collection by name, or nodes by identifier."""
        key = "identifier" if collection == "workflow_job_template_nodes" else "name"
        return {item[key]: item for item in self.objects[collection].values()}

    def listing(self, collection: str, wanted: Mapping[str, str]) -> list[dict[str, Any]]:
        """The objects that hold all wanted values."""
        if collection == "unified_job_templates":
            found = [item for name in UNIFIED for item in self.objects[name].values()]
        else:
            found = list(self.objects[collection].values())
        unknown = [name for name in wanted if found and not any(name in item for item in found)]
        if unknown:
            raise Refusal(400, {"detail": f"{unknown[0]} is no field of {collection}"})
        return [item for item in found if all(str(item.get(name)) == value for name, value in wanted.items())]

    def read(self, collection: str, number: int) -> dict[str, Any]:
        """One object; 404 if there is none."""
        try:
            return self.objects[collection][number]
        except KeyError:
            raise Refusal(404, {"detail": "Not found."}) from None

    def create(self, collection: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Add an object, with its identifier, its address and those of what belongs to it."""
        self._last_id += 1
        number, url = self._last_id, f"{ROOT}{collection}/{self._last_id}/"
        item = {
            "name": "",
            "description": "",
            **FIELDS[collection],
            "id": number,
            "url": url,
            "type": UNIFIED.get(collection, collection.rstrip("s")),
            "related": {"survey_spec": f"{url}survey_spec/"},
            "summary_fields": {},
            "scm_revision": "",
        }
        self.objects[collection][number] = self._changed(collection, item, values)
        return self.objects[collection][number]

    def update(self, collection: str, number: int, values: Mapping[str, Any]) -> dict[str, Any]:
        """Change an object."""
        self.objects[collection][number] = self._changed(collection, self.read(collection, number), values)
        return self.objects[collection][number]

    def related(self, collection: str, number: int, relation: str) -> list[int]:
        """The numbers of the objects that are associated with one."""
        self.read(collection, number)
        if relation not in RELATIONS.get(collection, ()):
            raise Refusal(404, {"detail": "Not found."})
        return self.relations.setdefault((collection, number, relation), [])

    def relate(self, collection: str, number: int, relation: str, body: Mapping[str, Any]) -> None:
        """Associate an object with another, or end that."""
        related = self.related(collection, number, relation)
        other = self.read(TARGETS[relation], body["id"])
        if body.get("disassociate"):
            related.remove(other["id"])
            return
        if relation == "credentials":
            kinds = [self.objects["credentials"][held]["credential_type"] for held in related]
            if other["credential_type"] in kinds:
                raise Refusal(400, {"error": "Cannot assign multiple credentials of one type."})
        related.append(other["id"])

    def survey(self, number: int, spec: Any) -> None:
        """Set the survey of a job or workflow template."""
        complaints = rules.survey_complaints(spec)
        if complaints:
            raise Refusal(400, {"error": "; ".join(complaints)})
        self.surveys[number] = spec

    def approve(self, number: int, values: Mapping[str, Any]) -> dict[str, Any]:
        """Let a node of a workflow be an approval."""
        node = self.read("workflow_job_template_nodes", number)
        wanted = {name: value for name, value in values.items() if name in ("name", "description", "timeout")}
        template = self.create("workflow_approval_templates", wanted)
        node["unified_job_template"] = template["id"]
        node["related"]["unified_job_template"] = template["url"]
        return template

    def template(self, number: int) -> dict[str, Any]:
        """A job template as ``jobs.launch`` takes it."""
        item = self.read("job_templates", number)
        variables = json.loads(item["extra_vars"] or "{}")
        return {**item, "extra_vars": variables, "survey_spec": self.surveys.get(number, {})}

    def _changed(self, collection: str, item: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
        """The object with new values, unless a rule forbids them."""
        # An approval gets the fields of its node once more when it is updated.
        ignored = {"identifier", "workflow_job_template"} if collection == "workflow_approval_templates" else {"type"}
        changes = {name: value for name, value in values.items() if name not in ignored}
        allowed = {"name", "description", *FIELDS[collection]}
        if not set(changes) <= allowed:
            raise Refusal(400, {name: ["No such field."] for name in set(changes) - allowed})
        changed = {**item, **changes}
        for name, target in TARGETS.items():
            if changed.get(name) and target in self.objects and changed[name] not in self.objects[target]:
                raise Refusal(400, {name: [f"Invalid pk {changed[name]}: object does not exist."]})
        scope = WITHIN.get(collection, "organization")
        for other in self.objects[collection].values():
            same = changed["name"] and other["name"] == changed["name"] and other.get(scope) == changed.get(scope)
            if same and other["id"] != item["id"]:
                raise Refusal(400, {"__all__": [f"{collection} with this name exists already."]})
        check: Callable[..., list[str]] = getattr(self, f"_check_{collection}", lambda *_both: [])
        complaints = check(changed, item)
        if complaints:
            raise Refusal(400, {"__all__": complaints})
        return changed

    def _check_credential_types(self, changed: dict[str, Any], item: Mapping[str, Any]) -> list[str]:
        for field in changed["inputs"].get("fields", []):
            field.setdefault("type", "string")
        used = any(held["credential_type"] == item["id"] for held in self.objects["credentials"].values())
        if used and changed["inputs"] != item["inputs"]:
            raise Refusal(403, {"detail": "Modifications to inputs are not allowed for types that are in use"})
        return rules.credential_type_complaints(changed)

    def _check_credentials(self, changed: dict[str, Any], _item: Mapping[str, Any]) -> list[str]:
        return rules.credential_complaints(self.read("credential_types", changed["credential_type"]), changed["inputs"])

    def _check_job_templates(self, changed: dict[str, Any], _item: Mapping[str, Any]) -> list[str]:
        return [] if changed["playbook"] in self.playbooks else ["Playbook not found for project."]

    def _check_schedules(self, changed: dict[str, Any], _item: Mapping[str, Any]) -> list[str]:
        return [*rules.rrule_complaints(changed["rrule"]), *self._launch_complaints(changed, {})]

    def _check_workflow_job_template_nodes(self, changed: dict[str, Any], _item: Mapping[str, Any]) -> list[str]:
        # The answers to the workflow's own survey are not there before it starts.
        spec = self.surveys.get(changed["workflow_job_template"], {}).get("spec", [])
        examples = {"multiselect": [], "integer": 0}
        return self._launch_complaints(changed, {question["variable"]: examples[question["type"]] for question in spec})

    def _launch_complaints(self, changed: Mapping[str, Any], handed_down: Mapping[str, Any]) -> list[str]:
        """Whether the template takes what a schedule or a node gives it. handed_down: by the workflow."""
        if changed["unified_job_template"] not in self.objects["job_templates"]:
            return []
        template = self.template(changed["unified_job_template"])
        asked = {question["variable"] for question in template["survey_spec"].get("spec", [])}
        taken = {name: value for name, value in handed_down.items() if name in asked}
        complaints = [
            f"{prompt}: the template does not ask for it"
            for prompt in PROMPTS
            if changed.get(prompt) and not template.get(f"ask_{prompt}_on_launch")
        ]
        try:
            jobs.launch(template, {**taken, **changed["extra_data"]})
        except jobs.LaunchRefused as refused:
            complaints.append(str(refused))
        return complaints


class _Handler(BaseHTTPRequestHandler):
    """Maps addresses to what ``Awx`` does."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PATCH(self) -> None:
        self._answer()

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length) or b"{}")
        try:
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                raise Refusal(401, {"detail": "Authentication credentials were not provided."})
            with self.server.lock:
                status, answer = self._handle(body)
        except Refusal as refusal:
            status, answer = refusal.status, refusal.body
        content = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        headers = {"Content-Type": "application/json", "X-API-Product-Name": "AWX", "X-API-Product-Version": "24.6.1"}
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _handle(self, body: Any) -> tuple[int, Any]:
        awx, target = self.server.awx, urlsplit(self.path)
        parts = target.path.removeprefix(ROOT).strip("/").split("/")
        collection = parts[0]
        if collection not in (*FIELDS, "unified_job_templates"):
            raise Refusal(404, {"detail": "Not found."})
        reading = self.command == "GET"
        awx.writes += not reading
        if len(parts) == 1:
            return (
                (200, _page(awx.listing(collection, dict(parse_qsl(target.query)))))
                if reading
                else (
                    201,
                    awx.create(collection, body),
                )
            )
        number = int(parts[1])
        if len(parts) == 2:
            return 200, awx.read(collection, number) if reading else awx.update(collection, number, body)
        relation = parts[2]
        if relation == "survey_spec":
            if not reading:
                awx.survey(number, body)
            return 200, awx.surveys.get(number, {})
        if relation == "create_approval_template":
            return 201, awx.approve(number, body)
        if reading:
            return 200, _page([awx.read(TARGETS[relation], one) for one in awx.related(collection, number, relation)])
        awx.relate(collection, number, relation, body)
        return 204, None

    def log_message(self, *_arguments: Any) -> None:
        """Be quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, awx: Awx) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.awx, self.lock = awx, threading.Lock()


def _page(results: list[dict[str, Any]]) -> dict[str, Any]:
    return {"count": len(results), "next": None, "previous": None, "results": results}


@contextmanager
def serving(awx: Awx) -> Iterator[str]:
    """The address of a server for these objects, which ends with the context."""
    server = _Server(awx)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
