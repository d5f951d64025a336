# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This doc fragment is private to the collection: it can change at any time.

from __future__ import annotations


class ModuleDocFragment:
    # How a task works through a list
    DOCUMENTATION = r"""
options:
  purge:
    description:
      - Whether records that the list does not name are removed.
      - Nothing is removed when the list is empty (unless O(purge_limit) is given), when an item makes no sense or
        could not be looked up, when the listing of the service is not complete, or when more would go than
        O(purge_limit) allows. The task fails then, before it has changed anything.
      - The account that the task itself uses is never removed, where the service lets that be known.
    type: bool
    default: false
  purge_filter:
    description:
      - Limits O(purge) to records of which each of these fields matches. The keys are names of fields, as the singular
        module returns them, the values regular expressions that the whole value has to match.
    type: dict
  purge_limit:
    description:
      - How many records O(purge) may remove at the most.
      - If not given, 10, or a tenth of the records that O(purge_filter) leaves, whichever is more.
    type: int
  drift_file:
    description:
      - Compares the list with the service and writes all that differs to this file, as JSON and in full, for an audit.
        The result only counts it.
      - To be given with C(check_mode) only, so that nobody takes a comparison for a change. The file is the only thing
        that is written. It may be read by its owner only, as it holds personal data. Secrets are hidden in it.
      - Records that the list does not name are in it, too, as far as O(purge_filter) leaves them. O(purge) and
        O(purge_limit) play no part in that.
      - An item that makes no sense or is refused does not make the task fail. It is one of the findings.
      - If the service cannot list all its records, the rest is compared nevertheless, and RV(unlisted) says why.
    type: path
  concurrency:
    description:
      - How many changes are carried out side by side. V(1) carries them out one after the other, in the order of the
        list.
      - More of them save time where the service takes long to answer, and none where it answers at once. Each holds a
        connection, so a service that bears few wants fewer.
    type: int
    default: 8
  on_error:
    description:
      - V(continue) works through all items, whatever becomes of one, unless the service asks for a pause of more than
        two minutes. V(stop) begins no further change after the first failure, and none behind an item that cannot be
        planned, which check mode foresees. In both cases the task fails in the end, and says what was done.
    type: str
    choices: [continue, stop]
    default: continue
notes:
  - A list of thousands is best kept in a file that a lookup reads, such as P(vox.roster.roster_file#lookup), or
    C(ansible.builtin.file) with the filter C(from_json). Where it is written out in a variables file, the inventory or
    C(--extra-vars), ansible-core 2.19 and later need longer to read it.
  - While a long task makes its changes, a person at a terminal sees every five seconds how many are done, on standard
    error. Nothing of that is seen in AWX, in C(ansible-runner), in a log, or where standard error is no terminal, and
    what a callback writes to standard output stays as it is. It takes a module that runs in the process of the task.
"""
