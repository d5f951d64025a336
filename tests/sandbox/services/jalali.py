# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calendar of Iran."""

from __future__ import annotations

import datetime

# The Jalali leap years repeat every 33 years, for about as long as anybody now alive will run a telephone exchange.
# The year 1387 began a cycle, on 20 March 2008.
CYCLE_YEAR = 1387
CYCLE_START = datetime.date(2008, 3, 20).toordinal()
CYCLE_DAYS = 33 * 365 + 8
LEAP_YEARS = frozenset({1, 5, 9, 13, 17, 22, 26, 30})


def jalali(day: datetime.date) -> tuple[int, int, int]:
    """Year, month and day of the Persian solar calendar."""
    cycles, rest = divmod(day.toordinal() - CYCLE_START, CYCLE_DAYS)
    year = CYCLE_YEAR + 33 * cycles
    while rest >= (length := 366 if year % 33 in LEAP_YEARS else 365):
        rest -= length
        year += 1
    # Six months of 31 days, then months of 30.
    if rest < 186:
        return year, rest // 31 + 1, rest % 31 + 1
    return year, (rest - 186) // 30 + 7, (rest - 186) % 30 + 1
