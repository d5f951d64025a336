# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs exotel_user in an account of the sandbox, and states what a task must do there."""

from __future__ import annotations

import json
import re
import typing as t
import urllib.request

from ansible_collections.vox.roster.tests.unit.module_runner import run

if t.TYPE_CHECKING:
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

    Result = dict[str, t.Any]

EMAIL = "Meera.Nair+ccm@example.com"
NUMBER = "+919800000001"
PERSON: Result = {"email": EMAIL, "first_name": "Meera", "last_name": "Nair", "device_contact_uri": NUMBER}

WRITES = ("exotel.user.create", "exotel.user.update", "exotel.user.delete", "exotel.device.update")

# What only the server knows: in check mode these are null.
SERVER_MADE = ("id", "date_created", "date_updated")


class Exotel:
    """Runs the module in one account of a sandbox and counts what it asks."""

    module = "exotel_user"

    def __init__(self, sandbox: Sandbox, account: str = "sandbox") -> None:
        self.sandbox = sandbox
        self.connection: dict[str, t.Any] = {
            "url": sandbox.url + "/exotel",
            "account_sid": account,
            "api_key": "sandbox-key",
            "api_token": "sandbox-token",
        }
        self.operations: dict[str, int] = {}

    def __call__(self, check: bool = False, **options: t.Any) -> Result:
        self.sandbox.reset_requests()
        result = run(self.module, check=check, **{**self.connection, **options})
        self.operations = self.sandbox.requests()["operations"]
        return result

    def changes(self, reads: int = 1, writes: int = 1, **options: t.Any) -> Result:
        """The result of a task that changes something, after check mode has predicted it without writing."""
        predicted = self(check=True, **options)
        assert not predicted["failed"], predicted
        assert predicted["changed"]
        assert self.writes() == 0
        result = self(**options)
        assert not result["failed"], result
        assert result["changed"]
        assert (self.reads(), self.writes()) == (reads, writes)
        assert comparable(predicted["user"]) == comparable(result["user"])
        assert predicted["diff"] == result["diff"]
        return result

    def keeps(self, reads: int = 1, **options: t.Any) -> Result:
        """The result of a task that finds everything as declared."""
        result = self(**options)
        assert not result["failed"], result
        assert not result["changed"]
        assert "diff" not in result
        assert (self.reads(), self.writes()) == (reads, 0)
        return result

    def refuses(self, *texts: str, **options: t.Any) -> Result:
        """The result of a task that fails, writes nothing, and says these texts."""
        result = self(**options)
        assert result["failed"]
        assert not result.get("changed")
        assert "Traceback" not in result["output"]
        assert [text for text in texts if text not in result["msg"]] == [], result["msg"]
        return result

    def writes(self) -> int:
        return sum(self.operations.get(name, 0) for name in WRITES)

    def reads(self) -> int:
        return sum(self.operations.values()) - self.writes()

    def verify(self, number: str) -> None:
        """Do what the owner of a number does by a missed call."""
        body = json.dumps({"contact_uri": number, "account": self.connection["account_sid"]}).encode()
        request = urllib.request.Request(self.sandbox.url + "/exotel/sandbox/verify", data=body, method="POST")
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
            assert answer.status == 200


class ExotelMany(Exotel):
    """Runs the module for many users, as fast as it can."""

    module = "exotel_users"

    def __init__(self, sandbox: Sandbox, account: str = "sandbox") -> None:
        super().__init__(sandbox, account)
        self.connection["requests_per_minute"] = 0

    def settles(self, reads: int, writes: int, **options: t.Any) -> Result:
        """The result of a task that succeeds, after check mode has told the same without writing."""
        predicted = self(check=True, **options)
        assert self.writes() == 0
        result = self(**options)
        assert not result["failed"], result["msg"]
        for name in ("changed", "summary", "changes"):
            assert predicted[name] == result[name]
        assert (self.reads(), self.writes()) == (reads, writes)
        return result


def counts(**given: int) -> dict[str, int]:
    """A summary: what is not given is 0."""
    names = ("created", "updated", "deleted", "unchanged", "failed", "not_attempted")
    return {**dict.fromkeys(names, 0), **given}


def comparable(user: Result | None) -> Result | None:
    """A user without what only the server knows, and with what it may give in another form in one form."""
    if not user:
        return user
    plain = {name: value for name, value in user.items() if name not in SERVER_MADE}
    plain["email"] = (plain["email"] or "").lower()
    plain["devices"] = [
        {
            **{name: value for name, value in device.items() if name != "id"},
            "contact_uri": re.sub("[^0-9]", "", device["contact_uri"])[-10:],
        }
        for device in user.get("devices") or []
    ]
    if plain["device_name"] is None or plain["device_name"].endswith("'s phone"):
        # The name that the service chooses.
        plain["device_name"] = None
        plain["devices"] = [{**device, "name": None} for device in plain["devices"]]
    return plain
