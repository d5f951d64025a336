# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs sunbird_user in the sandbox's installation, by either way in, and states what a task must do there."""

from __future__ import annotations

import typing as t

import requests

from ansible_collections.vox.roster.tests.unit.module_runner import run

if t.TYPE_CHECKING:
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

    Result = dict[str, t.Any]

API_KEY = "sandbox-api-key"
CLIENT_SECRET = "sandbox-client-secret"
ADMIN: dict[str, t.Any] = {
    "auth_username": "admin@sandbox.example",
    "auth_password": "Sandbox-Admin-1",
    "client_secret": CLIENT_SECRET,
}

ROOT = "0140000000000000001"
SUB = "0140000000000000003"
ADMIN_ID = "5a4d0000-0000-4000-8000-000000000001"

EMAIL = "asha.rao@example.org"
PHONE = "9876543210"
PASSWORD = "Marker-Pass-1"
PERSON: dict[str, t.Any] = {"email": EMAIL, "first_name": "Asha", "channel": "sandbox"}

WRITES = ("sunbird.user.create", "sunbird.user.update", "sunbird.user.delete", "sunbird.role.assign")
TOKENS = ("sunbird.token.issue", "sunbird.token.refresh")


class Site:
    """Runs the module in one mode and counts what it asks."""

    def __init__(self, sandbox: Sandbox, mode: str = "service", **connection: t.Any) -> None:
        self.sandbox = sandbox
        fast = {"mode": mode, "timeout": 5, "retries": 0, "api_key": API_KEY}
        self.connection: dict[str, t.Any] = {**fast, **(connection or ADMIN)}
        if mode == "gateway":
            self.connection.setdefault("url", sandbox.url + "/sunbird")
        else:
            self.connection.setdefault("url", sandbox.url + "/sunbird-service")
            self.connection.setdefault("keycloak_url", sandbox.url + "/sunbird/auth")
        self.operations: dict[str, int] = {}

    def __call__(self, check: bool = False, **options: t.Any) -> Result:
        self.sandbox.reset_requests()
        result = run("sunbird_user", check=check, **{**self.connection, **options})
        self.operations = self.sandbox.requests()["operations"]
        assert "Traceback" not in result["output"]
        for secret in (API_KEY, CLIENT_SECRET, ADMIN["auth_password"], PASSWORD, "eyJ"):
            assert secret not in result["output"].partition('"invocation"')[0]
        return result

    def changes(self, reads: int | None = None, writes: int | None = 1, **options: t.Any) -> dict[str, t.Any]:
        """The user after a task that changes it, as check mode has predicted without writing."""
        predicted = self(check=True, **options)
        assert not predicted["failed"], predicted["msg"]
        assert predicted["changed"]
        assert self.writes() == 0
        result = self(**options)
        assert not result["failed"], result["msg"]
        assert result["changed"]
        assert reads is None or self.reads() == reads, self.operations
        assert writes is None or self.writes() == writes, self.operations
        assert comparable(predicted["user"]) == comparable(result["user"])
        assert predicted["diff"] == result["diff"]
        return t.cast("dict[str, t.Any]", result["user"])

    def keeps(self, reads: int | None = None, **options: t.Any) -> dict[str, t.Any]:
        """The user after a task that finds everything as declared."""
        for check in (True, False):
            result = self(check=check, **options)
            assert not result["failed"], result["msg"]
            assert not result["changed"], result["diff"]
            assert self.writes() == 0
            assert reads is None or self.reads() == reads, self.operations
        return t.cast("dict[str, t.Any]", result["user"])

    def refuses(self, *texts: str, **options: t.Any) -> Result:
        """The failure of a task that fails and says these texts."""
        result = self(**options)
        assert result["failed"], result
        assert [text for text in texts if text not in result["msg"]] == [], result["msg"]
        return t.cast("dict[str, t.Any]", result["failure"])

    def reads(self) -> int:
        """How many requests the last task took besides writes and tokens."""
        return sum(count for name, count in self.operations.items() if name not in WRITES + TOKENS)

    def writes(self) -> int:
        """How many writes the last task took."""
        return sum(self.operations.get(name, 0) for name in WRITES)

    def record(self, **fields: t.Any) -> t.Any:
        """What the sandbox holds of the user with these fields; None when there is none."""
        found = (
            one for one in self.sandbox.records("sunbird") if all(one[name] == value for name, value in fields.items())
        )
        return next(found, None)

    def token(self, user: str = ADMIN["auth_username"], password: str = ADMIN["auth_password"]) -> str:
        """A user token with its roles, got without the module."""
        form = {"client_id": "lms", "client_secret": CLIENT_SECRET, "grant_type": "password"}
        keycloak = self.sandbox.url + "/sunbird/auth/realms/sunbird/protocol/openid-connect/token"
        login = requests.post(keycloak, data={**form, "username": user, "password": password}, timeout=5).json()
        refreshed = requests.post(
            self.sandbox.url + "/sunbird/auth/v1/refresh/token",
            data={"refresh_token": login["refresh_token"]},
            headers={"Authorization": f"Bearer {API_KEY}"},
            timeout=5,
        )
        return t.cast("str", refreshed.json()["result"]["access_token"])

    def post(self, path: str, **request: t.Any) -> None:
        """Do something to the service without the module, in the name of the administrator."""
        headers = {"X-Authenticated-User-token": self.token()}
        url = f"{self.sandbox.url}/sunbird-service/{path}"
        requests.post(url, json={"request": request}, headers=headers, timeout=5).raise_for_status()


def comparable(user: dict[str, t.Any]) -> dict[str, t.Any]:
    """A returned user without what only the server knows: the id, and the root organisation of roles."""
    roles = [(role["role"], role["organisation_id"] or ROOT) for role in user["roles"]]
    return {**{name: value for name, value in user.items() if name != "id"}, "roles": roles}
