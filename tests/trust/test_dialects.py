# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every pair of readings of what a vendor leaves open, or every three: whole lives of records under each setting."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.vox.roster.tests.sandbox.services import SERVICES
from ansible_collections.vox.roster.tests.trust.lives import Witness
from ansible_collections.vox.roster.tests.trust.pairs import combinations, covering
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
    sandbox: Sandbox, state: State, clock: Clock, tally: Tally, subject: Subject, plural: bool, setting: Setting, place: int
) -> None:
    if subject.crowd:
        sandbox.seed(subject.service, min(subject.crowd, 20) if setting.get("exotel.seat_limit") == "50" else subject.crowd)
        state.let_time_pass()
    sandbox.dialect(**setting)
    witness = Witness(subject, plural, setting, sandbox, state)
    crowd = witness.stored()
    ones = (1, 2, 3) if plural else (1, 2)
    for name, step in witness.steps(ones, only=place):
        with tally(AREA, f"{subject.title}{', plural' if plural else ''}: {name if 'only' not in name else 'one field'}"):
            step()
    assert witness.stored() == crowd
