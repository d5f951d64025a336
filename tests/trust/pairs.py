# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Few settings of many switches, among which every combination of any two (or three) values occurs."""

from __future__ import annotations

import itertools
import random
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Setting = dict[str, str]
    # Some switches with a value each, in the order of the switches.
    Combination = tuple[tuple[str, str], ...]

CANDIDATES = 20  # settings that are thought of before the best of them is taken


def covering(switches: Mapping[str, Sequence[str]], strength: int = 2, seed: int = 1) -> list[Setting]:
    """Settings in which every combination of values of ``strength`` switches occurs; the first is that of all defaults.

    switches: the values of each, the default first. The same arguments give the same settings.
    """
    chance = random.Random(seed)
    first = {name: values[0] for name, values in switches.items()}
    # A dictionary keeps an order, which a set does not: settings must not differ from run to run.
    missing = dict.fromkeys(combinations(switches, strength))
    settings = [first]
    _strike_out(missing, first, strength)
    while missing:
        candidates = [_candidate(switches, missing, chance, strength) for _candidate_number in range(CANDIDATES)]
        best = max(candidates, key=lambda setting: sum(1 for one in _within(setting, strength) if one in missing))
        _strike_out(missing, best, strength)
        settings.append(best)
    return settings


def combinations(switches: Mapping[str, Sequence[str]], strength: int) -> Iterable[Combination]:
    """Every combination of values of so many switches."""
    for names in itertools.combinations(switches, strength):
        for values in itertools.product(*(switches[name] for name in names)):
            yield tuple(zip(names, values, strict=True))


def _candidate(
    switches: Mapping[str, Sequence[str]], missing: Mapping[Combination, t.Any], chance: random.Random, strength: int
) -> Setting:
    """A setting that begins with a combination that is missing, and takes for each other switch the best value."""
    setting = dict(chance.choice(list(missing)))
    others = [name for name in switches if name not in setting]
    chance.shuffle(others)
    order = {name: place for place, name in enumerate(switches)}
    for name in others:
        scores = {}
        for value in switches[name]:
            partners = itertools.combinations(setting.items(), strength - 1)
            own = (tuple(sorted((*partner, (name, value)), key=lambda one: order[one[0]])) for partner in partners)
            scores[value] = sum(1 for one in own if one in missing)
        most = max(scores.values())
        setting[name] = chance.choice([value for value, score in scores.items() if score == most])
    return {name: setting[name] for name in switches}


def _within(setting: Setting, strength: int) -> Iterable[Combination]:
    return itertools.combinations(setting.items(), strength)


def _strike_out(missing: dict[Combination, t.Any], setting: Setting, strength: int) -> None:
    for one in _within(setting, strength):
        missing.pop(one, None)
