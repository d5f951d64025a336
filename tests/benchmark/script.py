# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The least that a script can do: what somebody would write with ``requests`` for one Simotel server and one purpose.

usage: python script.py URL ROSTER WORKERS

One listing, then one request for each extension that is missing, differs or is to go, by so many threads. No check of
answers but for success, no retries, no check mode, no report. An empty roster makes no call, so that its start can be
measured, too.
"""

from __future__ import annotations

import json
import sys
import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

KEY = "sandbox-simotel-key"
COMPARED = ("name", "email")

_threads = threading.local()


def call(url: str, verb: str, body: dict[str, t.Any]) -> t.Any:
    """The data of an answer; every thread keeps its connection."""
    if not hasattr(_threads, "session"):
        _threads.session = requests.Session()
        _threads.session.headers["X-APIKEY"] = KEY
    answer = _threads.session.post(f"{url}/api/v4/pbx/users/{verb}", json=body, timeout=60).json()
    if answer["success"] != 1:
        raise SystemExit(f"{verb}: {answer['message']}")
    return answer["data"]


def writes(users: list[dict[str, t.Any]], held: dict[str, dict[str, t.Any]]) -> list[tuple[str, dict[str, t.Any]]]:
    """The calls that make the server hold what the roster says."""
    found: list[tuple[str, dict[str, t.Any]]] = []
    for user in users:
        record = held.get(user["number"])
        if user.get("state") == "absent":
            if record:
                found.append(("remove", {"_id": record["_id"]}))
        elif record is None:
            found.append(("add", user))
        elif any(record[name] != user[name] for name in COMPARED):
            found.append(("update", {**record, **user}))
    return found


def settle(url: str, users: list[dict[str, t.Any]], workers: int) -> None:
    """Make it so."""
    if not users:
        return
    everybody = {"status": "all", "alike": True, "conditions": {"name": "", "number": "", "mapped": ""}}
    held = {record["number"]: record for record in call(url, "search", everybody)}
    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(call, url, verb, body) for verb, body in writes(users, held)]:
            done.result()


if __name__ == "__main__":
    settle(sys.argv[1], json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))["roster"], int(sys.argv[3]))
