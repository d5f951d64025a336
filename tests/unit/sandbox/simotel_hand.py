# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tester's hand on the simulated Simotel server."""

from __future__ import annotations

import typing as t

import requests

ADMINISTRATOR = ("sandbox", "sandbox-password")
DONE = "Requested operation is done successfully"
FAILED = "Requested operation failed"
UNKNOWN_ID = "6055a1b2c3d4e5f60718ffff"


class Simotel:
    """Calls of one area of the API, such as ``pbx/users``, under one account."""

    def __init__(self, sandbox: t.Any, area: str) -> None:
        self.sandbox = sandbox
        self.service = "autodialer" if area.startswith("autodialer/") else "simotel"
        self.root = sandbox.url + "/simotel/api/v4/"
        self.area = area
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = ADMINISTRATOR

    def raw(self, path: str, method: str = "POST", **options: t.Any) -> requests.Response:
        """Any call at all."""
        return self.session.request(method, self.root + path, timeout=10, **options)

    def call(self, verb: str, body: t.Any) -> dict[str, t.Any]:
        """A call under HTTP status 200, whatever it reports."""
        answer = self.raw(self.area + "/" + verb, json=body)
        assert answer.status_code == 200, answer.text
        return t.cast("dict[str, t.Any]", answer.json())

    def done(self, verb: str, body: t.Any) -> t.Any:
        """The data of a call that must succeed."""
        answer = self.call(verb, body)
        assert answer["success"] == 1, answer
        return answer["data"]

    def reason(self, verb: str, body: t.Any) -> str:
        """The message of a call that must fail."""
        answer = self.call(verb, body)
        assert answer["success"] == 0, answer
        return str(answer["message"])

    def search(self, alike: t.Any = False, **conditions: str) -> list[dict[str, t.Any]]:
        """The records found, of a page or of a bare list."""
        data = self.done("search", {"alike": alike, "conditions": conditions})
        return data if isinstance(data, list) else data["data"]

    def dialect(self, **values: str) -> None:
        """Switch dialects of the area's service."""
        self.sandbox.dialect(**{self.service + "." + name: value for name, value in values.items()})
