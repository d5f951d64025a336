# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module sunbird_user and what answers where tokens should be: it never says anything about a user."""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.vox.roster.plugins.module_utils._http.redact import Redactor
from ansible_collections.vox.roster.plugins.module_utils._http.sunbird_tokens import Source, Tokens
from ansible_collections.vox.roster.tests.unit.http_servers import answer, serving
from ansible_collections.vox.roster.tests.unit.sunbird_site import EMAIL, PERSON, Site

if t.TYPE_CHECKING:
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

    Result = dict[str, t.Any]

UNKNOWN_USER = {"params": {"err": "UOS_USRDLT0013", "errmsg": "user"}, "responseCode": "RESOURCE_NOT_FOUND"}
BODIES: dict[str, t.Any] = {
    "keycloak": {"error": "HTTP 404 Not Found"},
    "old keycloak": {"error": "Realm does not exist"},
    "gateway": {"message": "no Route matched with those values"},
    "service": {**UNKNOWN_USER, "result": {}},
    "page": "<html><h1>Not here</h1></html>",
    "nothing": "",
}
TASKS: dict[str, dict[str, t.Any]] = {
    "absent": {"state": "absent"},
    "present": {"last_name": "Rao", "roles": [{"role": "COURSE_MENTOR"}]},
    "new": {"username": "asha.new", "email": "asha.new@example.org", "first_name": "Asha"},
}


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("by", ["id", "email", "username"])
@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("status", [401, 404, 409])
def test_no_answer_for_a_token_says_anything_about_a_user(
    sandbox: Sandbox, status: int, body: str, by: str, task: str
) -> None:
    site = Site(sandbox, "gateway")
    created = site.changes(username="asha", **PERSON)
    options = TASKS[task] if task == "new" else {**TASKS[task], by: created[by]}
    for check in (True, False):
        with serving(answer(BODIES[body], status)) as keycloak:
            result = site(check=check, keycloak_url=keycloak.url, **options)
            asked = len(keycloak.heard)
        if not asked:
            # Check mode needs no token for what it finds out without one.
            assert check and by == "email"
            continue
        assert result["failed"] and not result["changed"], result
        failure = result["failure"]
        assert failure["operation"] == "get a user token"
        assert failure["http_status"] == status
        assert failure["code"] not in ("not_found", "duplicate")
        assert "not known whether" not in result["msg"]
        assert "'keycloak_url'" in failure["hint"] and "'realm'" in failure["hint"]
    assert site.record(id=created["id"])["status"] == 1
    assert site.writes() == 0


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("status", [401, 404, 409])
def test_no_answer_for_roles_says_anything_about_a_user(sandbox: Sandbox, status: int, body: str) -> None:
    """Without the roles the plain token has to do; here it does not, and that is what the task says."""
    site = Site(sandbox, "gateway")
    created = site.changes(username="asha", **PERSON)
    login = answer({"access_token": "x.y.z", "refresh_token": "some-refresh-token"})
    with serving(login, answer(BODIES[body], status)) as keycloak:
        service = Site(sandbox, "service", keycloak_url=keycloak.url, client_secret="some-secret")
        result = service(id=created["id"], state="absent")
        assert len(keycloak.heard) > 1
    assert result["failed"] and not result["changed"], result
    assert result["failure"]["code"] not in ("not_found", "duplicate")
    assert site.record(id=created["id"])["status"] == 1


def test_a_token_that_cannot_be_renewed_is_not_taken_for_a_refusal_to_change_others(sandbox: Sandbox) -> None:
    site = Site(sandbox, "gateway")
    site.changes(**PERSON)
    sandbox.fault("sunbird.user.update", "status", status=401, body="json")
    sandbox.fault("sunbird.token.issue", "status", status=401, body="json", skip=1)
    failure = site.refuses("get a user token", email=EMAIL, last_name="Rao")
    assert "mode service" not in failure["hint"]


class Keycloak:
    """Gives a new token each time."""

    def __init__(self) -> None:
        self.given = 0

    def call(self, *_operation: t.Any, **_content: t.Any) -> dict[str, str]:
        """The next token."""
        self.given += 1
        return {"access_token": f"token-{self.given}"}


def test_threads_whose_token_is_refused_share_the_next_one() -> None:
    keycloak = Keycloak()
    tokens = Tokens(None, Source(t.cast("t.Any", keycloak), "token", {}, None), Redactor())
    with ThreadPoolExecutor(max_workers=1) as other:
        assert tokens.current() == other.submit(tokens.current).result() == "token-1"
        assert tokens.renew() and other.submit(tokens.renew).result()
        assert tokens.current() == other.submit(tokens.current).result() == "token-2"
        assert other.submit(tokens.renew).result()
    assert keycloak.given == 3
