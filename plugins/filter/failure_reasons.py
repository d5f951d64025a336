# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: failure_reasons
short_description: Tell why a task of a module failed, item by item
version_added: 1.0.0
author:
  - vox.roster contributors (@vox-roster)
description:
  - Takes what a task of a plural module registered, and returns one sentence for each item that failed, in place of the
    one message that tells only the first.
notes:
  - It serves the playbooks of the collection, and may change in any version.
options:
  _input:
    description:
      - The registered result.
    type: dict
    required: true
seealso:
  - module: vox.roster.simotel_users
  - module: vox.roster.autodialer_groups
  - module: vox.roster.exotel_users
  - module: vox.roster.sunbird_users
"""

EXAMPLES = r"""
- name: Make the extensions follow the roster
  vox.roster.simotel_users:
    users: "{{ lookup('vox.roster.roster_file', 'roster.yml').simotel_users }}"
  register: done
  ignore_errors: true

- name: Tell what failed
  ansible.builtin.debug:
    msg: "{{ done | vox.roster.failure_reasons }}"
"""

RETURN = r"""
_value:
  description: The sentences. Empty if the task did not fail. If it failed as a whole, its message.
  type: list
  elements: str
"""

import typing as t

from ansible_collections.vox.roster.plugins.plugin_utils._roster_told import reasons


class FilterModule:
    """The filter by its name."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """All filters of this file."""
        return {"failure_reasons": reasons}
