# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control API steers the sandbox and tells what happened in it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import pytest
import requests

from ansible_collections.vox.roster.tests.unit.sandbox.simotel_hand import Simotel
from ansible_collections.vox.roster.tests.unit.sandbox_client import SERVER

SERVICES = ("simotel", "autodialer", "exotel", "sunbird")
PERSON = {"name": "Reception", "number": "530", "secret": "Front-Desk-530"}


def test_requests_are_counted(sandbox: t.Any) -> None:
    simotel = Simotel(sandbox, "pbx/users")
    simotel.done("add", PERSON)
    simotel.search(number="530")
    simotel.search(number="530")
    simotel.raw("pbx/nothing/search", json={})
    seen = sandbox.requests()
    assert seen["total"] == 4
    assert seen["operations"] == {"simotel.unknown": 1, "simotel.user.add": 1, "simotel.user.search": 2}
    assert seen["log"][0] == {
        "operation": "simotel.user.add",
        "method": "POST",
        "path": "/simotel/api/v4/pbx/users/add",
        "status": 200,
        "fault": None,
    }
    assert seen["log"][3]["status"] == 501
    assert "Front-Desk" not in json.dumps(seen)
    sandbox.reset_requests()
    assert sandbox.requests() == {"total": 0, "operations": {}, "log": []}


def test_the_log_is_bounded(sandbox: t.Any) -> None:
    simotel = Simotel(sandbox, "setting/ping")
    for _request in range(510):
        simotel.done("act", {})
    seen = sandbox.requests()
    assert (seen["total"], len(seen["log"])) == (510, 500)


@pytest.mark.parametrize("service", SERVICES)
def test_seed_and_records(sandbox: t.Any, service: str) -> None:
    before = len(sandbox.records(service))
    sandbox.seed(service, 5)
    sandbox.seed(service, 1000)
    assert len(sandbox.records(service)) == before + 1005
    with pytest.raises(ValueError, match="'count' must be a number"):
        sandbox.seed(service, 100_001)


@pytest.mark.parametrize("service", SERVICES)
def test_seeding_the_most_is_fast(sandbox: t.Any, service: str) -> None:
    start = time.monotonic()
    sandbox.seed(service, 100_000)
    assert time.monotonic() - start < 30


def test_reset(sandbox: t.Any) -> None:
    for service in SERVICES:
        sandbox.seed(service, 3)
    sandbox.dialect(**{"simotel.secret": "masked"})
    sandbox.fault("*", "reset_before")
    sandbox.latency(5)
    sandbox.reset()
    assert sandbox.records("simotel") == sandbox.records("autodialer") == sandbox.records("exotel") == []
    assert all(dialect["value"] == dialect["values"][0] for dialect in sandbox.dialects().values())
    assert sandbox.control("GET", "faults")["rules"] == []
    assert sandbox.control("GET", "latency") == {"milliseconds": 0}


def test_dialects(sandbox: t.Any) -> None:
    known = sandbox.dialects()
    assert {name.partition(".")[0] for name in known} == set(SERVICES)
    for dialect in known.values():
        assert len(set(dialect["values"])) == len(dialect["values"]) >= 2
        assert dialect["meaning"]
    for name, dialect in known.items():
        for value in reversed(dialect["values"]):
            sandbox.dialect(**{name: value})
    with pytest.raises(ValueError, match=r"unknown dialect 'simotel.nothing'; valid ones: simotel.secret, "):
        sandbox.dialect(**{"simotel.nothing": "x"})
    with pytest.raises(ValueError, match="knows no 'green'; valid values: clear, masked"):
        sandbox.dialect(**{"simotel.user_update": "replace", "simotel.secret": "green"})
    assert sandbox.dialects()["simotel.user_update"]["value"] == "partial"


@pytest.mark.parametrize(
    "method, path, body, reason",
    [
        ("POST", "seed", {"service": "nothing", "count": 1}, "unknown service 'nothing'; valid ones: simotel"),
        ("POST", "seed", {"service": "simotel", "count": "1"}, "'count' must be a number"),
        ("POST", "seed", [], "must be a JSON object"),
        ("PUT", "latency", {"milliseconds": -1}, "'milliseconds' must be a number"),
        ("GET", "records/nothing", None, "unknown service 'nothing'"),
        ("GET", "records/simotel?limit=x", None, "'limit' must be a number"),
    ],
)
def test_what_makes_no_sense(sandbox: t.Any, method: str, path: str, body: t.Any, reason: str) -> None:
    with pytest.raises(ValueError, match=".*" + reason):
        sandbox.control(method, path, body)
    answer = requests.post(sandbox.url + "/control/seed", data="{", timeout=10)
    assert (answer.status_code, answer.json()["error"].partition(":")[0]) == (400, "the body is not JSON")


def test_latency(sandbox: t.Any) -> None:
    sandbox.latency(150)
    start = time.monotonic()
    Simotel(sandbox, "setting/ping").done("act", {})
    assert 0.15 <= time.monotonic() - start < 2


class TestCommand:
    """The command itself, as a person or another tool starts it."""

    @pytest.fixture
    def start(self, tmp_path: Path) -> t.Iterator[t.Callable[..., tuple[subprocess.Popen[str], str]]]:
        started: list[subprocess.Popen[str]] = []

        def run(*options: str) -> tuple[subprocess.Popen[str], str]:
            ready = tmp_path / "ready.json"
            python = os.environ.get("VOX_ROSTER_SANDBOX_PYTHON") or sys.executable
            command = [python, str(SERVER), "--port", "0", "--ready-file", str(ready), *options]
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            started.append(process)
            for _look in range(1000):
                if ready.exists():
                    break
                time.sleep(0.01)
            described = json.loads(ready.read_text())
            assert described["pid"] == process.pid
            return process, described["url"]

        yield run
        for process in started:
            process.kill()
            process.communicate()

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_for_a_person(self, start: t.Any, tmp_path: Path, number: int) -> None:
        process, url = start("--demo-data")
        for service in SERVICES:
            assert requests.get(f"{url}/control/records/{service}", timeout=10).json()["total"] >= 8
        process.send_signal(number)
        output, errors = process.communicate(timeout=10)
        assert (process.returncode, errors) == (0, "")
        assert url in output and "sandbox-password" in output and "Ctrl+C" in output
        assert not (tmp_path / "ready.json").exists()

    def test_kept_records(self, start: t.Any, tmp_path: Path) -> None:
        options = ("--quiet", "--stop-with-input", "--database", str(tmp_path / "records.sqlite"))
        for total in (7, 14):
            process, url = start(*options)
            requests.post(f"{url}/control/seed", json={"service": "simotel", "count": 7}, timeout=10)
            assert requests.get(f"{url}/control/records/simotel", timeout=10).json()["total"] == total
            assert process.communicate(timeout=10) == ("", "")
            assert process.returncode == 0

    def test_port_in_use(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            result = subprocess.run(
                [os.environ.get("VOX_ROSTER_SANDBOX_PYTHON") or sys.executable, str(SERVER), "--port", port],
                capture_output=True,
                text=True,
                timeout=20,
                check=False,
            )
        assert result.returncode == 1
        assert result.stderr.startswith(f"sandbox: cannot listen on 127.0.0.1:{port}: ")
