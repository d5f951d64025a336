# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every pair of readings of what a vendor leaves open, or every three: whole lives of records under each setting."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.tests.sandbox.services import SERVICES
from ansible_collections.vox.roster.tests.trust.lives import Witness
from ansible_collections.vox.roster.tests.trust.pairs import covering
from ansible_collections.vox.roster.tests.trust.subjects import SUBJECTS, Subject

if t.TYPE_CHECKING:
    from ansible_collections.vox.roster.tests.trust.clock import Clock
    from ansible_collections.vox.roster.tests.trust.pairs import Setting
    from ansible_collections.vox.roster.tests.trust.report import Tally
    from ansible_collections.vox.roster.tests.trust.state import State
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

AREA = "dialects"


def switches_of(subject: Subject) -> dict[str, list[str]]:
    """The dialects that matter to a subject, each with the values under which it can do its work."""
    return {
        one.name: [value for value in one.values if (one.name, value) not in subject.hopeless]
        for service in SERVICES
        for one in service.dialects
        if one.name.startswith(tuple(subject.switches))
    }


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One case for each setting of each subject, with the singular and the plural module."""
    if "setting" not in metafunc.fixturenames:
        return
    strength = 3 if metafunc.config.getoption("full") else 2
    settings = {subject.title: covering(switches_of(subject), strength) for subject in SUBJECTS}
    cases = [
        pytest.param(subject, plural, setting, place, id=f"{subject.title}{' plural' if plural else ''} {place}")
        for subject in SUBJECTS
        for plural in (False, True)
        for place, setting in enumerate(settings[subject.title])
    ]
    metafunc.parametrize("subject, plural, setting, place", cases)


def test_life_under_every_pair_of_readings(
    sandbox: Sandbox,
    state: State,
    clock: Clock,
    tally: Tally,
    full: bool,
    subject: Subject,
    plural: bool,
    setting: Setting,
    place: int,
) -> None:
    crowded = subject.crowd and setting.get("exotel.seat_limit") != "50"
    sandbox.seed(subject.service, subject.crowd if crowded else 3)
    state.let_time_pass()
    sandbox.dialect(**setting)
    witness = Witness(subject, plural, setting, sandbox, state)
    crowd = witness.stored()
    ones = (1, 2, 3) if plural else (1, 2) if full else (1,)
    for name, step in witness.steps(ones, only=place):
        step_name = "one field changed" if name.startswith("only") else name
        with tally(AREA, f"{subject.title}{', plural' if plural else ''}: {step_name}"):
            step()
    assert witness.stored() == crowd


@pytest.mark.parametrize("subject", SUBJECTS, ids=[subject.title for subject in SUBJECTS])
def test_readings_under_which_something_cannot_work(
    sandbox: Sandbox, state: State, clock: Clock, tally: Tally, full: bool, subject: Subject
) -> None:
    """It fails clearly, says what was done, and a run after the server was mended brings it to its end."""
    for name, value in subject.hopeless:
        others = {other: values for other, values in switches_of(subject).items() if other != name}
        for other, values in others.items():
            for beside in values if full else values[-1:]:
                sandbox.reset()
                sandbox.dialect(**{name: value, other: beside})
                with tally(AREA, f"{subject.title}: something cannot work"):
                    hopeless(sandbox, state, subject, subject.options(1, 0, {other: beside}))


def hopeless(sandbox: Sandbox, state: State, subject: Subject, item: dict[str, t.Any]) -> None:
    """Make and remove a record where one of both fails."""
    gone = {subject.key: item[subject.key], "state": "absent", **subject.removal}
    failures = 0
    for task in (item, gone):
        before = state.stored(subject.service)
        result = subject.run_one(sandbox.url, **task)
        assert "Traceback" not in result["output"]
        if result["failed"]:
            failures += 1
            assert result["failure"]["hint"] and result["failure"]["code"] != "internal", result["msg"]
            told = result["changed"] or "not known" in result["msg"] or "in the middle" in result["msg"]
            assert told or state.stored(subject.service) == before
    assert failures, "nothing failed"
    sandbox.dialect(**{one: described["values"][0] for one, described in sandbox.dialects().items()})
    for task in (item, gone):
        state.let_time_pass()
        result = subject.run_one(sandbox.url, **task)
        assert not result["failed"], result["msg"]
        assert not subject.run_one(sandbox.url, **task)["changed"]
