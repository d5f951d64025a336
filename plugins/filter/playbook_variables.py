# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: playbook_variables
short_description: Check the variables of a playbook of this collection before anything is done
version_added: 1.0.0
author:
  - vox.roster contributors (@vox-roster)
description:
  - Tells what is wrong with the variables of C(vox.roster.roster_sync), C(vox.roster.audit), C(vox.roster.onboard),
    C(vox.roster.offboard) or C(vox.roster.move), as far as that can be known before a service is asked. What is wrong
    with those of a person, P(vox.roster.person_plan#filter) tells.
notes:
  - It serves the playbooks of the collection, and may change in any version.
positional: playbook, names
options:
  _input:
    description:
      - The values of the variables by their names. Others do not count.
    type: dict
    required: true
  playbook:
    description:
      - The playbook.
    type: str
    choices: [roster_sync, audit, onboard, offboard, move]
    required: true
  names:
    description:
      - The names of all variables there are.
    type: list
    elements: str
    default: []
seealso:
  - plugin: vox.roster.person_plan
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Look at options before they are used
  ansible.builtin.assert:
    that: checked.problems | length == 0
    fail_msg: "{{ checked.problems }}"
  vars:
    options: {simotel: {concurrency: 8}}
    checked: >-
      {{ {'roster_file': 'roster.yml', 'roster_options': options} | vox.roster.playbook_variables('roster_sync') }}
"""

RETURN = r"""
_value:
  description: What is wrong. No secret is in it.
  type: dict
  contains:
    problems:
      description: What has to be mended first, one text each.
      type: list
      elements: str
    slips:
      description: Names that are nearly those of variables of the playbook, one text each.
      type: list
      elements: str
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.vox.roster.plugins.plugin_utils._roster_variables import PLAYBOOKS, problems, slips


def playbook_variables(
    values: t.Mapping[str, t.Any], playbook: str, names: t.Sequence[str] = ()
) -> dict[str, list[str]]:
    """What is wrong with the variables of a playbook."""
    if playbook not in PLAYBOOKS:
        raise AnsibleFilterError(f"'playbook' is '{playbook}', which is none of {', '.join(PLAYBOOKS)}.")
    return {"problems": problems(playbook, values), "slips": slips(playbook, names)}


class FilterModule:
    """The filter by its name."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """All filters of this file."""
        return {"playbook_variables": playbook_variables}
