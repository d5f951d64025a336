# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured: the rosters, what each case may cost in requests, and which contender meets which case."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

Item = dict[str, t.Any]

CREATE, NOTHING, CHANGED, DELETE = "create", "nothing", "changed", "delete"
# In this order each case finds what the one before it left.
CASES = (CREATE, NOTHING, CHANGED, DELETE)
NAMES_OF_CASES = {
    CREATE: "create all",
    NOTHING: "nothing to do",
    CHANGED: "1 % changed",
    DELETE: "delete all",
}

# Before the cases, those that are compared without their starts run with an empty roster.
START = "start"
STARTED = 3  # times for each time that they go through the cases

WORKERS = 8  # of the script, and the default of the plural modules
MORE_WORKERS = 16

SCRIPT, PLURAL, WIDE = "script", "plural", f"plural, {MORE_WORKERS} workers"
IN_PROCESS, LOOP, URI = "in-process loop", "ordinary loop", "uri loop"
WITH_LISTS = (SCRIPT, PLURAL, WIDE)  # those that take a list as a whole; the others are loops
CONTENDERS = (*WITH_LISTS, IN_PROCESS, LOOP, URI)

MEASURED_LOOP = 100  # items; what loops over more of them take is estimated where it is not measured

PLANS = 5  # of which the quickest counts
LOOK_UP = "look_up"  # what the growth of a plan is compared with


@dataclass(frozen=True)
class Service:
    """What one service needs for the measurements.

    item: the roster's entry of a number; key: the option that names it; renamed: the option that a change alters.
    budget: by case, the requests of the plural module for so many records, of which so many change.
    """

    name: str
    module: str
    item: t.Callable[[int], Item]
    key: str
    renamed: str
    budget: t.Mapping[str, t.Callable[[int, int], int]]

    def roster(self, case: str, records: int) -> list[Item]:
        """The list that a case declares."""
        items = [self.item(number) for number in range(records)]
        if case == DELETE:
            return [{self.key: item[self.key], "state": "absent"} for item in items]
        if case == CHANGED:
            for item in items[: changes(records)]:
                item[self.renamed] += "-Rad"
        return items


def changes(records: int) -> int:
    """How many of the records one per cent are."""
    return max(1, records // 100)


def pages(records: int, size: int) -> int:
    """How many requests a listing takes; an empty one takes one, too."""
    return max(1, -(-records // size))


def extension(number: int) -> Item:
    """An extension of a Simotel PBX."""
    return {
        "number": str(20_000 + number),
        "name": f"Person {number}",
        "secret": f"Example-secret-{number}",
        "email": f"person{number}@example.com",
    }


def group(number: int) -> Item:
    """A group of the autodialer with two numbers."""
    return {
        "name": f"District {number}",
        "description": "Spring",
        "numbers": [f"0912{number:07d}", f"0913{number:07d}"],
    }


def agent(number: int) -> Item:
    """A user of an Exotel contact centre, and the phone."""
    return {
        "email": f"agent{number}@example.com",
        "first_name": "Meera",
        "last_name": "Nair",
        "device_contact_uri": f"+9198{number:08d}",
    }


def learner(number: int) -> Item:
    """A user of a Sunbird installation."""
    return {
        "email": f"learner{number}@example.com",
        "first_name": "Asha",
        "last_name": "Rao",
        "channel": "sandbox",
    }


SIMOTEL = Service(
    "simotel",
    "simotel_users",
    extension,
    "number",
    "name",
    {
        CREATE: lambda records, changed: 1 + records,
        NOTHING: lambda records, changed: 1,
        CHANGED: lambda records, changed: 1 + changed,
        DELETE: lambda records, changed: 1 + records,
    },
)
# A new group is looked for once more, as the server does not promise that names are unique.
AUTODIALER = Service(
    "autodialer",
    "autodialer_groups",
    group,
    "name",
    "description",
    {
        CREATE: lambda records, changed: 1 + 2 * records,
        NOTHING: lambda records, changed: pages(records, 500),
        CHANGED: lambda records, changed: pages(records, 500) + changed,
        DELETE: lambda records, changed: pages(records, 500) + records,
    },
)
EXOTEL = Service(
    "exotel",
    "exotel_users",
    agent,
    "email",
    "last_name",
    {
        CREATE: lambda records, changed: 1 + records,
        NOTHING: lambda records, changed: pages(records, 50),
        CHANGED: lambda records, changed: pages(records, 50) + changed,
        DELETE: lambda records, changed: pages(records, 50) + records,
    },
)
# There is no listing that is certain: each user is looked up. Deletions need a token, which takes one request.
SUNBIRD = Service(
    "sunbird",
    "sunbird_users",
    learner,
    "email",
    "last_name",
    {
        CREATE: lambda records, changed: 2 * records,
        NOTHING: lambda records, changed: records,
        CHANGED: lambda records, changed: records + changed,
        DELETE: lambda records, changed: 2 * records + 1,
    },
)
SERVICES = (SIMOTEL, AUTODIALER, EXOTEL, SUNBIRD)

# One by one, as a looped module and a person with ansible.builtin.uri do it: look, then write.
ONE_BY_ONE: t.Mapping[str, t.Callable[[int, int], int]] = {
    CREATE: lambda records, changed: 2 * records,
    NOTHING: lambda records, changed: records,
    CHANGED: lambda records, changed: records + changed,
    DELETE: lambda records, changed: 2 * records,
}


def budget(contender: str, service: Service, case: str, records: int) -> int:
    """The requests that a contender may make, no more and no less."""
    if case == START:
        return 0
    costs = service.budget if contender in WITH_LISTS else ONE_BY_ONE
    return costs[case](records, changes(records))


@dataclass(frozen=True)
class Round:
    """One contender that goes through cases, in the order of CASES, so many times.

    latency: milliseconds that each request waits in the sandbox. A case that is not run is prepared without measuring.
    """

    contender: str
    records: int
    latency: int
    cases: tuple[str, ...] = CASES
    times: int = 1
    service: Service = SIMOTEL

    @property
    def compared(self) -> bool:
        """Whether contenders are compared without their starts here, so that they have to run without a roster."""
        if self.contender in (IN_PROCESS, LOOP):
            return (self.records, self.latency) == (MEASURED_LOOP, 0)
        return self.contender in (SCRIPT, PLURAL) and self.service is SIMOTEL


def full_rounds() -> list[Round]:
    """Everything that the targets and the page need; takes most of an hour."""
    rounds = []
    for latency in (0, 30):
        for records, times in ((100, 5), (1000, 5), (10_000, 1 if latency else 3)):
            rounds += [Round(contender, records, latency, times=times) for contender in (SCRIPT, PLURAL)]
            if (records, latency) == (1000, 30):
                rounds.append(Round(WIDE, records, latency, times=times))
        rounds += [Round(PLURAL, 1000, latency, service=service) for service in SERVICES[1:]]
        rounds += [Round(IN_PROCESS, MEASURED_LOOP, latency, times=3), Round(LOOP, MEASURED_LOOP, latency)]
    return [
        *rounds,
        Round(IN_PROCESS, 1000, 0),
        Round(URI, 100, 30),
        Round(URI, 1000, 30, (CREATE, NOTHING)),
    ]


def quick_rounds() -> list[Round]:
    """A few minutes, for a look at a change."""
    return [
        *[Round(contender, 1000, latency) for latency in (0, 30) for contender in (SCRIPT, PLURAL)],
        *[Round(PLURAL, 200, 0, service=service) for service in SERVICES[1:]],
        *[Round(contender, 100, 30, (CREATE,), times=3) for contender in (SCRIPT, PLURAL)],
        Round(IN_PROCESS, MEASURED_LOOP, 0, times=3),
        Round(LOOP, MEASURED_LOOP, 0, (NOTHING,)),
        Round(URI, 100, 30, (CREATE,)),
    ]
