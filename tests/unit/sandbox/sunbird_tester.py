# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tester's hand on the simulated Sunbird service."""

from __future__ import annotations

import typing as t

import requests

KEY = {"Authorization": "Bearer sandbox-api-key"}
ROOT, SECOND, SUB, INACTIVE = (f"014000000000000000{number}" for number in range(1, 5))
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
NO_PERMISSION = "You do not have permission to perform this operation"


class Sunbird:
    """A tester's hand on the simulated service, by the gateway and from inside the cluster."""

    def __init__(self, sandbox: t.Any) -> None:
        self.sandbox = sandbox
        self.url = sandbox.url
        self.session = requests.Session()
        # The environment's proxies are for the world outside.
        self.session.trust_env = False
        self.tokens: dict[tuple[str, bool], str] = {}

    def dialect(self, **settings: str) -> None:
        self.sandbox.dialect(**{f"sunbird.{name}": value for name, value in settings.items()})

    def issue(self, **fields: t.Any) -> requests.Response:
        form = {"client_id": "lms", "client_secret": "sandbox-client-secret", "grant_type": "password", **fields}
        form = {name: value for name, value in form.items() if value is not ...}
        url = f"{self.url}/sunbird/auth/realms/sunbird/protocol/openid-connect/token"
        return self.session.post(url, data=form, timeout=10)

    def refresh(self, token: str, **options: t.Any) -> requests.Response:
        options.setdefault("headers", KEY)
        options.setdefault("data", {"refresh_token": token})
        return self.session.post(f"{self.url}/sunbird/auth/v1/refresh/token", timeout=10, **options)

    def token(self, name: str, *, refreshed: bool = True) -> str:
        if (name, refreshed) not in self.tokens:
            person = {"username": f"{name}@sandbox.example", "password": f"Sandbox-{name.capitalize()}-1"}
            tokens = self.issue(**person).json()
            if refreshed:
                tokens = self.refresh(tokens["refresh_token"]).json()["result"]
            self.tokens[name, refreshed] = tokens["access_token"]
        return self.tokens[name, refreshed]

    def call(
        self,
        method: str,
        path: str,
        body: t.Any = None,
        *,
        token: str = "",
        way: str = "/sunbird/api",
        **options: t.Any,
    ) -> requests.Response:
        headers = {**KEY, **options.pop("headers", {})}
        if token:
            headers["X-Authenticated-User-token"] = token
        if body is not None:
            options["json"] = {"request": body}
        return self.session.request(method, self.url + way + path, headers=headers, timeout=10, **options)

    def admin(self, method: str, path: str, body: t.Any = None, **options: t.Any) -> requests.Response:
        return self.call(method, path, body, token=self.token("admin"), **options)

    def inside(self, method: str, path: str, body: t.Any = None, **options: t.Any) -> requests.Response:
        return self.call(method, path, body, way="/sunbird-service", **options)

    def creation(self, **fields: t.Any) -> requests.Response:
        body = {"firstName": "Ishaan", "email": "ishaan@mail.example", "channel": "sandbox", **fields}
        return self.call("POST", "/user/v1/create", {name: value for name, value in body.items() if value is not ...})

    def create(self, **fields: t.Any) -> str:
        answer = self.creation(**fields)
        assert answer.status_code == 200, answer.text
        user_id: str = answer.json()["result"]["userId"]
        return user_id

    def profile(self, email: str = "ishaan@mail.example") -> dict[str, t.Any]:
        profile: dict[str, t.Any] = self.call("GET", f"/user/v1/get/email/{email}").json()["result"]["response"]
        return profile

    def delete(self, user_id: str) -> requests.Response:
        return self.admin("POST", "/user/v1/delete", {"userId": user_id})

    def update(self, user_id: str, **fields: t.Any) -> requests.Response:
        return self.inside("PATCH", "/private/user/v1/update", {"userId": user_id, **fields})

    def row(self, user_id: str) -> dict[str, t.Any]:
        body = {"key": "id", "value": user_id, "fields": ["status", "isDeleted", "userName", "email"]}
        rows: list[dict[str, t.Any]] = self.inside("POST", "/private/user/v1/lookup", body).json()["result"]["response"]
        (row,) = rows
        return row

    def found(self, version: str = "v3", **body: t.Any) -> dict[str, t.Any]:
        body.setdefault("filters", {})
        answer: dict[str, t.Any] = self.admin("POST", f"/user/{version}/search", body).json()["result"]["response"]
        return answer

    def assign(self, user_id: str, operation: str, role: str = "CONTENT_CREATOR", *scope: str) -> requests.Response:
        scopes = [{"organisationId": organisation} for organisation in scope or (ROOT,)]
        body = {"userId": user_id, "roles": [{"role": role, "operation": operation, "scope": scopes}]}
        return self.admin("POST", "/user/v2/role/assign", body)


def assert_refused(answer: requests.Response, status: int, code: str, text: str | None = None) -> None:
    body = answer.json()
    assert (answer.status_code, body["params"]["err"]) == (status, code), answer.text
    assert body["result"] == {}
    if text is not None:
        assert body["params"]["errmsg"] == text
