# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running contenders against a sandbox, with a watch and a count of the requests."""

from __future__ import annotations

import csv
import json
import statistics
import subprocess
import sys
import time
import typing as t
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path

import yaml

from ..unit.sandbox_client import Sandbox
from .cases import (
    CASES,
    CREATE,
    DELETE,
    IN_PROCESS,
    LOOP,
    MORE_WORKERS,
    NOTHING,
    PLURAL,
    SCRIPT,
    SIMOTEL,
    START,
    STARTED,
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

FROM_JSON = "{{{{ (lookup('ansible.builtin.file', '{}') | from_json).roster }}}}"
FROM_PEOPLE = "{{{{ lookup('vox.roster.roster_file', '{}').simotel_users }}}}"


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
    sources: by where a list of so many (listed) comes from, the seconds of a run with nothing to do.
    module_task, module_process: seconds that the singular module takes up to its first request, and that one takes
    which only imports requests, with Ansible's work for the task and without. plans: the lines of ``planner``.
    place: the machine and the versions.
    """

    measurements: dict[Key, Measurement] = field(default_factory=dict)
    playbook_start: float = 0.0
    sources: dict[str, float] = field(default_factory=dict)
    listed: int = 0
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

    def sources(self, records: int, times: int) -> dict[str, float]:
        """By where the list of so many comes from, the median of the seconds of runs with nothing to do."""
        self._prepare(SIMOTEL, NOTHING, records)
        roster = self._roster(SIMOTEL, NOTHING, records)
        written_out = self._directory / "roster.yml"
        listed = {"roster": SIMOTEL.roster(NOTHING, records)}
        written_out.write_text(yaml.safe_dump(listed, sort_keys=False), encoding="utf-8")
        variables = {"sandbox_url": self._sandbox.url, "workers": WORKERS}
        people = {
            f"{kind}, `vox.roster.roster_file`": {"roster": FROM_PEOPLE.format(path)}
            for kind, path in self._people(records).items()
        }
        commands = {
            "JSON, `ansible.builtin.file` and `from_json`": self._play(Round(PLURAL, records, 0), NOTHING, roster),
            **{name: self.playbook(SIMOTEL.module, **variables, **more) for name, more in people.items()},
            "JSON, `--extra-vars @file`": [*self.playbook(SIMOTEL.module, **variables), "-e", f"@{roster}"],
            "YAML, `--extra-vars @file`": [*self.playbook(SIMOTEL.module, **variables), "-e", f"@{written_out}"],
        }
        found: dict[str, list[float]] = {name: [] for name in commands}
        for _time in range(times):
            for name, command in commands.items():
                self._sandbox.reset_requests()
                found[name].append(self.timed(command))
                self._check(command, records)
                if self._sandbox.requests()["total"] != SIMOTEL.budget[NOTHING](records, 0):
                    raise BenchmarkError(f"{' '.join(command)}\nfound something to do")
        return {name: statistics.median(seconds) for name, seconds in found.items()}

    def _people(self, records: int) -> dict[str, Path]:
        """The same roster as a person would keep it, by the kind of file."""
        items = SIMOTEL.roster(NOTHING, records)
        table, people = self._directory / "people.csv", self._directory / "people.yml"
        with table.open("w", encoding="utf-8", newline="") as stream:
            rows = csv.writer(stream)
            rows.writerow(("name", "email", "simotel_number", "simotel_secret"))
            rows.writerows((one["name"], one["email"], one["number"], one["secret"]) for one in items)
        listed = [
            {"name": one["name"], "email": one["email"], "simotel": {name: one[name] for name in ("number", "secret")}}
            for one in items
        ]
        people.write_text(yaml.safe_dump({"people": listed}, sort_keys=False), encoding="utf-8")
        return {"CSV": table, "YAML": people}

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
        for _time in range(STARTED if one.compared else 0):
            self._measure(one, START, found, tell)
        before = ""
        for case in [case for case in CASES if case in one.cases]:
            follows = before and CASES.index(case) == CASES.index(before) + 1
            if not follows:
                self._prepare(one.service, case, one.records)
            self._measure(one, case, found, tell)
            before = case

    def _measure(self, one: Round, case: str, found: dict[Key, Measurement], tell: t.Callable[[str], None]) -> None:
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

    def _prepare(self, service: Service, case: str, records: int) -> None:
        """Make the sandbox hold what a case begins with."""
        self._sandbox.reset()
        if case != CREATE:
            if service is not SIMOTEL:
                raise BenchmarkError("only extensions can be prepared")
            roster = self._roster(service, CREATE, records)
            self.timed(self._script(roster))

    def _run(self, one: Round, case: str) -> tuple[float, int]:
        roster = self._roster(one.service, case, 0 if case == START else one.records)
        command = self._script(roster) if one.contender == SCRIPT else self._play(one, case, roster)
        self._sandbox.latency(one.latency)
        self._sandbox.reset_requests()
        seconds = self.timed(command)
        requests = self._sandbox.requests()["total"]
        self._sandbox.latency(0)
        if one.service is SIMOTEL and case != START:
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
            "roster": FROM_JSON.format(roster),
        }
        return self.playbook(name, **variables)

    def _roster(self, service: Service, case: str, records: int) -> Path:
        path = self._directory / f"{service.name}-{case}-{records}.json"
        if path not in self._written:
            path.write_text(json.dumps({"roster": service.roster(case, records)}), encoding="utf-8")
            self._written.add(path)
        return path
