# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running contenders against a sandbox, with a watch and a count of the requests."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
import typing as t
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path

from ..unit.sandbox_client import Sandbox
from .cases import (
    CASES,
    CREATE,
    DELETE,
    IN_PROCESS,
    LOOP,
    MORE_WORKERS,
    PLURAL,
    SCRIPT,
    SIMOTEL,
    WIDE,
    WORKERS,
    Round,
    Service,
    budget,
)

HERE = Path(__file__).resolve().parent
PLAYBOOKS = HERE / "playbooks"
STARTS = 7  # how often each start is measured
SHOWN = 3000  # characters of the output of what failed


class BenchmarkError(Exception):
    """Something did not run as it should, so that figures would mean nothing; the message says what."""


@dataclass
class Measurement:
    """What one case cost one contender: seconds of each run, the requests of the last, and those it may make."""

    seconds: list[float]
    requests: int
    budget: int

    @property
    def median(self) -> float:
        """The seconds that count."""
        return statistics.median(self.seconds)


class Key(t.NamedTuple):
    """Which measurement: latency in milliseconds."""

    contender: str
    service: str
    records: int
    latency: int
    case: str


@dataclass
class Results:
    """All that was measured.

    playbook_start: seconds of an empty play.
    plural_start, script_start: seconds of the plural module's playbook and of the script, with an empty roster.
    module_task, module_process: seconds that the singular module takes up to its first request, and that one takes
    which only imports requests, with Ansible's work for the task and without. plans: the lines of ``planner``.
    place: the machine and the versions.
    """

    measurements: dict[Key, Measurement] = field(default_factory=dict)
    playbook_start: float = 0.0
    plural_start: float = 0.0
    script_start: float = 0.0
    module_task: tuple[float, float] = (0.0, 0.0)
    module_process: tuple[float, float] = (0.0, 0.0)
    plans: list[dict[str, t.Any]] = field(default_factory=list)
    place: str = ""

    def as_json(self) -> str:
        """As text, from which ``from_json`` makes the same."""
        rows = [{**key._asdict(), **asdict(one)} for key, one in self.measurements.items()]
        return json.dumps({**vars(self), "measurements": rows}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Results:
        """The results that were written as this text."""
        values = json.loads(text)
        rows = values.pop("measurements")
        values["measurements"] = {Key(*(row.pop(name) for name in Key._fields)): Measurement(**row) for row in rows}
        return cls(**values)


class Bench:
    """Runs programs in one environment against one sandbox; files go to a directory."""

    def __init__(self, sandbox: Sandbox, directory: Path, environment: t.Mapping[str, str]) -> None:
        self._sandbox = sandbox
        self._directory = directory
        self._environment = dict(environment)
        self._written: set[Path] = set()
        self.problems = 0

    def timed(self, command: t.Sequence[str], **more: str) -> float:
        """The seconds that a command takes; its output is kept aside, and shown if it fails."""
        output = self._directory / "output.txt"
        with output.open("w", encoding="utf-8") as stream:
            started = time.perf_counter()
            done = subprocess.run(command, env={**self._environment, **more}, stdout=stream, stderr=stream, check=False)
            seconds = time.perf_counter() - started
        if done.returncode:
            text = output.read_text(encoding="utf-8", errors="replace")[-SHOWN:]
            raise BenchmarkError(f"{' '.join(command)}\nended with status {done.returncode}:\n{text}")
        return seconds

    def playbook(self, name: str, **variables: t.Any) -> list[str]:
        """The command that runs a playbook."""
        program = Path(sys.executable).parent / "ansible-playbook"
        inventory = HERE / "inventory.yml"
        return [str(program), "-i", str(inventory), str(PLAYBOOKS / f"{name}.yml"), "-e", json.dumps(variables)]

    def empty_play(self) -> float:
        """The seconds that a play without a task takes."""
        return statistics.median([self.timed(self.playbook("empty")) for _run in range(STARTS)])

    def starts(self) -> tuple[float, float]:
        """The seconds that the plural module's playbook and the script take with an empty roster."""
        roster = self._roster(SIMOTEL, CREATE, 0)
        play, script = self._play(Round(PLURAL, 0, 0), CREATE, roster), self._script(roster)
        both = [(self.timed(play), self.timed(script)) for _run in range(STARTS)]
        return statistics.median([one for one, _other in both]), statistics.median([other for _one, other in both])

    def rounds(self, rounds: t.Sequence[Round], tell: t.Callable[[str], None]) -> dict[Key, Measurement]:
        """Measure everything; those of one size take turns, so that a slow minute hits all of them.

        One that fails is told and counted in ``problems``, and does not stop the others.
        """
        found: dict[Key, Measurement] = {}
        for (_records, _latency, times), group in groupby(
            rounds, key=lambda one: (one.records, one.latency, one.times)
        ):
            contenders = list(group)
            for _time in range(times):
                for contender in contenders:
                    try:
                        self._go_through(contender, found, tell)
                    except BenchmarkError as error:
                        tell(f"ERROR: {error}")
                        self.problems += 1
        return found

    def _go_through(self, one: Round, found: dict[Key, Measurement], tell: t.Callable[[str], None]) -> None:
        before = ""
        for case in [case for case in CASES if case in one.cases]:
            follows = before and CASES.index(case) == CASES.index(before) + 1
            if not follows:
                self._prepare(one.service, case, one.records)
            seconds, requests = self._run(one, case)
            key = Key(one.contender, one.service.name, one.records, one.latency, case)
            allowed = budget(one.contender, one.service, case, one.records)
            measured = found.setdefault(key, Measurement([], requests, allowed))
            measured.seconds.append(seconds)
            measured.requests = requests
            tell(
                f"{one.contender:>15}  {one.service.name:<10} {one.records:>6} records  {one.latency:>2} ms  "
                f"{case:<8} {seconds:9.2f} s  {requests:>6} requests"
            )
            before = case

    def _prepare(self, service: Service, case: str, records: int) -> None:
        """Make the sandbox hold what a case begins with."""
        self._sandbox.reset()
        if case != CREATE:
            if service is not SIMOTEL:
                raise BenchmarkError("only extensions can be prepared")
            roster = self._roster(service, CREATE, records)
            self.timed(self._script(roster))

    def _run(self, one: Round, case: str) -> tuple[float, int]:
        roster = self._roster(one.service, case, one.records)
        command = self._script(roster) if one.contender == SCRIPT else self._play(one, case, roster)
        self._sandbox.latency(one.latency)
        self._sandbox.reset_requests()
        seconds = self.timed(command)
        requests = self._sandbox.requests()["total"]
        self._sandbox.latency(0)
        if one.service is SIMOTEL:
            self._check(command, 0 if case == DELETE else one.records)
        return seconds, requests

    def _check(self, command: t.Sequence[str], expected: int) -> None:
        """See that what was measured really happened."""
        held = self._sandbox.control("GET", "records/simotel?limit=0")["total"]
        if held != expected:
            raise BenchmarkError(f"{' '.join(command)}\nleft {held} records, and not {expected}")

    def _script(self, roster: Path) -> list[str]:
        return [
            sys.executable,
            str(HERE / "script.py"),
            f"{self._sandbox.url}/simotel",
            str(roster),
            str(WORKERS),
        ]

    def _play(self, one: Round, case: str, roster: Path) -> list[str]:
        if one.contender in (PLURAL, WIDE):
            name = one.service.module
        elif one.contender in (IN_PROCESS, LOOP):
            name = "simotel_user"
        else:
            name = "uri_absent" if case == DELETE else "uri_present"
        variables = {
            "sandbox_url": self._sandbox.url,
            "vox_roster_in_process": one.contender != LOOP,
            "workers": MORE_WORKERS if one.contender == WIDE else WORKERS,
        }
        return [*self.playbook(name, **variables), "-e", f"@{roster}"]

    def _roster(self, service: Service, case: str, records: int) -> Path:
        path = self._directory / f"{service.name}-{case}-{records}.json"
        if path not in self._written:
            path.write_text(json.dumps({"roster": service.roster(case, records)}), encoding="utf-8")
            self._written.add(path)
        return path
