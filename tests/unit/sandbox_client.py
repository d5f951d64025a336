# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox, as tests use it: its process, and a client of its control API.

Python 3.8 and the standard library suffice here, wherever the tests run. The server itself needs Python 3.11 and
``tests/sandbox/requirements.txt``; where the tests' own Python has neither, ``VOX_ROSTER_SANDBOX_PYTHON`` names
another one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import typing as t
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

SERVER = Path(__file__).resolve().parent.parent / "sandbox"
SECONDS_TO_START = 20

# The environment's proxies are for the world outside.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class SandboxProcess:
    """One sandbox server on a free port of this machine. It ends with ``stop``, or with the process that started it.

    more: further options of its command line.
    """

    def __init__(self, *more: str) -> None:
        self._owner = os.getpid()
        self._directory = Path(tempfile.mkdtemp(prefix="vox-roster-sandbox-"))
        ready_file, log_file = self._directory / "ready.json", self._directory / "errors.txt"
        python = os.environ.get("VOX_ROSTER_SANDBOX_PYTHON") or sys.executable
        options = ["--port", "0", "--quiet", "--stop-with-input", "--ready-file", str(ready_file), *more]
        with log_file.open("w") as log:
            self._process = subprocess.Popen(
                [python, str(SERVER), *options], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=log
            )
        deadline = time.monotonic() + SECONDS_TO_START
        while not ready_file.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                errors = log_file.read_text()
                self.stop()
                raise RuntimeError(f"The sandbox did not start with {python}:\n{errors}")
            time.sleep(0.01)
        self.url: str = json.loads(ready_file.read_text())["url"]

    def stop(self) -> None:
        """End the server; a forked copy of the process that started it leaves it alone."""
        if os.getpid() != self._owner:
            return
        self._process.terminate()
        self._process.wait(SECONDS_TO_START)
        if self._process.stdin:
            self._process.stdin.close()
        shutil.rmtree(str(self._directory), ignore_errors=True)


class Sandbox:
    """The control API of a running sandbox.

    The services are below ``url``: ``/simotel`` (also the autodialer), ``/exotel``, ``/sunbird``, ``/sunbird-service``.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    def control(self, method: str, path: str, body: t.Any = None) -> t.Any:
        """The answer of a control call; ValueError with the sandbox's reason when it refuses."""
        data = None if body is None else json.dumps(body).encode("utf-8")
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.url + "/control/" + path, data=data, headers=headers, method=method)
        try:
            with _opener.open(request, timeout=60) as answer:
                return json.loads(answer.read().decode("utf-8"))
        except urllib.error.HTTPError as error:
            with error:
                text = error.read().decode("utf-8", "replace")
            raise ValueError(f"{method} {path}: {error.code} {text}") from error

    def reset(self) -> None:
        """Everything as after the start: no records, default dialects, no faults, nothing counted."""
        self.control("POST", "reset")

    def requests(self) -> dict[str, t.Any]:
        """``{"total", "operations": {"simotel.user.search": 3}, "log": [...]}``.

        An entry of the log has operation, method, path, status (None without an answer) and fault; the newest is last.
        """
        return t.cast("dict[str, t.Any]", self.control("GET", "requests"))

    def reset_requests(self) -> None:
        """Count the requests anew."""
        self.control("DELETE", "requests")

    def dialect(self, **values: str) -> None:
        """Switch dialects: ``sandbox.dialect(**{"simotel.secret": "masked"})``."""
        self.control("PUT", "dialects", values)

    def dialects(self) -> dict[str, t.Any]:
        """Every dialect: ``{"simotel.secret": {"value", "values", "meaning"}}``, the default first in ``values``."""
        return t.cast("dict[str, t.Any]", self.control("GET", "dialects"))

    def fault(self, operation: str, fault: str, **parameters: t.Any) -> None:
        """Spoil coming requests of an operation (or pattern): ``sandbox.fault("simotel.user.add", "reset_after")``.

        ``skip`` lets so many pass first, ``times`` is how many suffer it (1; None for all from then on); the other
        parameters belong to the fault, see ``GET /control/faults``.
        """
        self.control("POST", "faults", dict(parameters, operation=operation, fault=fault))

    def clear_faults(self) -> None:
        """No more faults."""
        self.control("DELETE", "faults")

    def latency(self, milliseconds: float) -> None:
        """Let every request to a service wait so long."""
        self.control("PUT", "latency", {"milliseconds": milliseconds})

    def seed(self, service: str, count: int) -> None:
        """So many more plausible records."""
        self.control("POST", "seed", {"service": service, "count": count})

    def records(self, service: str) -> list[dict[str, t.Any]]:
        """What a service holds, secrets masked, oldest first."""
        answer = self.control("GET", "records/" + urllib.parse.quote(service))
        return t.cast("list[dict[str, t.Any]]", answer["records"])
