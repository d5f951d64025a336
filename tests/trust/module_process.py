# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module in a process of its own, which begins when it is told to: so that it can be killed, or raced."""

from __future__ import annotations

import json
import subprocess
import sys
import typing as t

SECONDS = 120  # after which a process counts as hanging


class ModuleProcess:
    """A module that has been started and waits for ``begin``."""

    def __init__(self, module: str, options: t.Mapping[str, t.Any]) -> None:
        command = [sys.executable, "-m", __name__, module, json.dumps(options)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self._output.readline() == "ready\n"

    @property
    def _output(self) -> t.IO[str]:
        assert self._process.stdout is not None
        return self._process.stdout

    def begin(self) -> None:
        """Let the module begin."""
        assert self._process.stdin is not None
        self._process.stdin.write("begin\n")
        self._process.stdin.flush()

    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def signal(self, number: int) -> None:
        """Send it a signal, if it has not ended yet."""
        self._process.send_signal(number)

    def result(self) -> dict[str, t.Any] | None:
        """What it printed when it ended; None if it could not say anything any more."""
        output, errors = self._process.communicate(timeout=SECONDS)
        assert "Traceback" not in errors, errors
        return t.cast("dict[str, t.Any]", json.loads(output)) if output else None


def main() -> None:
    """Run a module: its name and its options come as arguments."""
    from ansible_collections.vox.roster.tests.unit.module_runner import run

    module, options = sys.argv[1], json.loads(sys.argv[2])
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(run(module, **options)))


if __name__ == "__main__":
    main()
