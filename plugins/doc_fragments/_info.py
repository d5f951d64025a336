# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This doc fragment is private to the collection: it can change at any time.

from __future__ import annotations


class ModuleDocFragment:
    # What every module has in common that only reads
    DOCUMENTATION = r"""
requirements:
  - jmespath >= 1.0.0, only for O(query)
options:
  query:
    description:
      - A L(JMESPath,https://jmespath.org) expression over the list of records, to return only what is needed of it.
      - It is checked before the first request. The message names the place of a mistake, also that of a function that
        does not exist, and of a field that no record holds.
      - What a record does not hold is null, which some functions do not take. Leave such records out first, as
        V([?email]) does.
      - An empty text counts as not given.
    type: str
attributes:
  check_mode:
    support: full
    description:
      - Can run in C(check_mode), and does the same there.
    details:
      - This action does not modify state.
  diff_mode:
    support: N/A
    description:
      - Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
    details:
      - This action does not modify state.
  idempotent:
    support: full
    description:
      - When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    details:
      - This action does not modify state.
"""
