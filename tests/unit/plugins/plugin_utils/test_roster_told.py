# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbooks say of accounts and of failures."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.plugins.plugin_utils._roster_told import account_told, reasons

ABOUT: dict[str, t.Any] = {
    "service": "simotel",
    "http_status": None,
    "request_id": None,
    "retryable": False,
    "hint": "",
    "done": [],
}


@pytest.mark.parametrize(
    ("service", "record", "told"),
    [
        (
            "simotel",
            {"number": "1001", "name": "Sara", "email": "s@example.com"},
            "extension 1001, Sara, s@example.com",
        ),
        ("simotel", {"number": "1001", "name": "", "email": None}, "extension 1001"),
        (
            "exotel",
            {"first_name": "Meera", "last_name": "Nair", "device_contact_uri": "+91980", "email": "m@example.com"},
            "Meera Nair, m@example.com, +91980",
        ),
        (
            "sunbird",
            {"id": "a", "first_name": "Meera", "last_name": None, "username": "meera", "phone": "******0001"},
            "Meera, user name meera, ******0001",
        ),
        ("sunbird", {"id": "a"}, "id a"),
    ],
)
def test_an_account_is_told_as_a_person_knows_it(service: str, record: dict[str, t.Any], told: str) -> None:
    assert account_told(service, record) == told


def test_nothing_failed() -> None:
    assert reasons({"changed": True, "changes": {"failed": []}}) == []
    assert reasons({"skipped": True}) == []


def test_each_item_has_its_reason() -> None:
    failed = [
        {"item": "user 1", "failure": {**ABOUT, "operation": "plan", "code": "option", "message": "user 1 is wrong"}},
        {
            "item": "user 2",
            "failure": {
                **ABOUT,
                "operation": "create user",
                "code": "server",
                "message": "it is out of order",
                "http_status": 503,
                "hint": "Wait.",
                "done": ["the roles"],
            },
        },
    ]
    more = [{"code": "server", "names": ["user 3", "user 4"]}]
    result = {"failed": True, "msg": "4 of 4", "failure": failed[0]["failure"]}
    assert reasons({**result, "changes": {"failed": failed, "failed_more": more}}) == [
        "user 1 is wrong.",
        "user 2: create user: it is out of order (HTTP 503). Already done: the roles. Wait.",
        "2 more for the reason server: user 3, user 4",
    ]


def test_an_interruption_is_told_even_if_no_item_failed() -> None:
    failure = {**ABOUT, "operation": "apply", "code": "interrupted", "message": "SIGTERM ended the task"}
    result = {"failed": True, "msg": "SIGTERM", "failure": failure, "changes": {"failed": [], "failed_more": []}}
    assert reasons(result) == ["apply: SIGTERM ended the task."]


@pytest.mark.parametrize(("msg", "told"), [("No way.", "No way."), (None, "no reason is given.")])
def test_a_task_that_failed_as_a_whole(msg: str | None, told: str) -> None:
    assert reasons({"failed": True, "msg": msg}) == [told]
