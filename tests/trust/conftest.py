# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all tests of trust share: the counting, how much to try, and a sandbox."""

from __future__ import annotations

import typing as t
from importlib.util import find_spec
from pathlib import Path

import pytest

pytest.register_assert_rewrite("ansible_collections.vox.roster.tests.trust.lives")

from ansible_collections.vox.roster.tests.trust import guided
from ansible_collections.vox.roster.tests.trust.clock import Clock
from ansible_collections.vox.roster.tests.trust.report import PROPERTY, Report, Tally, complaints, with_figures, write
from ansible_collections.vox.roster.tests.trust.state import State
from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox, SandboxProcess

if t.TYPE_CHECKING:
    from collections.abc import Generator, Iterator

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of these tests."""
    group = parser.getgroup("trust")
    group.addoption("--full", action="store_true", help="try everything, not only what each change has to pass")
    group.addoption("--trust-json", type=Path, help="write what was tried and what held to this file")
    group.addoption("--page", type=Path, default=PAGE, help="the page with the figures")
    choices = ("compare", "write")
    group.addoption(
        "--figures", choices=choices, help="compare the figures of the page with what was tried, or write them"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Count for the whole session in the process that talks to the terminal."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Summary(config), "trust-summary")


class Summary:
    """Collects the counts of all tests, prints the table and writes the files."""

    def __init__(self, config: pytest.Config) -> None:
        self.report = Report()
        self.full: bool = config.getoption("full")
        self.json: Path | None = config.getoption("trust_json")
        self.page: Path = config.getoption("page")
        self.figures: str | None = config.getoption("figures")
        self.complaints: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the counts of one test."""
        if report.when == "call":
            for name, counts in report.user_properties:
                if name == PROPERTY:
                    self.report.take({(area, case): [tried, held] for area, case, tried, held in t.cast(t.Any, counts)})

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write what was counted; figures that the tests do not bear out make the session fail."""
        if session.config.option.collectonly:
            return
        if self.json:
            write(self.json, self.report.as_json(self.full))
        page = self.page.read_text(encoding="utf-8") if self.figures else ""
        if self.figures == "write" and not exitstatus:
            write(self.page, with_figures(page, self.report))
        elif self.figures == "compare":
            left_out = set() if find_spec(guided.LIBRARY) else {guided.AREA}
            self.complaints = complaints(page, self.report, left_out)
            if self.complaints and not exitstatus:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: t.Any) -> None:
        """Print the table."""
        terminalreporter.section("what was tried, and what held")
        for line in self.report.table():
            terminalreporter.write_line(line)
        for complaint in self.complaints:
            terminalreporter.write_line(f"ERROR: {self.page}: {complaint}", red=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, t.Any, t.Any]:
    """Let the counts of a test travel with its report, from whichever process ran it."""
    report = yield
    tally = getattr(item, "funcargs", {}).get("tally")
    if call.when == "call" and isinstance(tally, Tally):
        rows = [[area, case, tried, held] for (area, case), (tried, held) in tally.counts.items()]
        report.user_properties.append((PROPERTY, rows))
    return report


@pytest.fixture
def tally() -> Tally:
    """Counts what a test tries and what holds: ``with tally("faults", "simotel_user, create"): ...``."""
    return Tally()


@pytest.fixture
def full(request: pytest.FixtureRequest) -> bool:
    """Whether to try everything."""
    return bool(request.config.getoption("full"))


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file in which the sandbox keeps its records."""
    return tmp_path_factory.mktemp("sandbox") / "records.sqlite"


@pytest.fixture(scope="session")
def server(database: Path) -> Iterator[SandboxProcess]:
    """The sandbox's process; one for each process of pytest-xdist."""
    process = SandboxProcess("--database", str(database))
    yield process
    process.stop()


@pytest.fixture
def sandbox(server: SandboxProcess) -> Sandbox:
    """The sandbox as after its start: no records, default dialects, no faults, nothing counted."""
    client = Sandbox(server.url)
    client.reset()
    return client


@pytest.fixture
def state(sandbox: Sandbox, database: Path) -> State:
    """What the sandbox really holds."""
    return State(database)


@pytest.fixture
def clock(state: State) -> Iterator[Clock]:
    """Pauses take no time, for the modules and for the sandbox."""
    with Clock(state.let_time_pass) as running:
        yield running
