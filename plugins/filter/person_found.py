# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: person_found
short_description: Complete the plan for one person in a service with what the service holds
version_added: 1.0.0
author:
  - vox.roster contributors (@vox-roster)
description:
  - Takes a part of what P(vox.roster.person_plan#filter) returned, and the records that the info module of the service
    found, and tells what the plural module is to do.
positional: service, records
options:
  _input:
    description:
      - The part of the plan for the service.
    type: dict
    required: true
  service:
    description:
      - The service.
    type: str
    choices: [simotel, autodialer, exotel, sunbird]
    required: true
  records:
    description:
      - The records that the info module returned for the options in C(ask) of the part. Others do not count, save
        where the part asks for a key that they do not show, or only masked. None count where the plan needs none.
    type: list
    elements: dict
    required: true
seealso:
  - plugin: vox.roster.person_plan
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Look for somebody's extension, among all where the plan asks for no key
  vox.roster.simotel_user_info:
    number: "{{ plan.services.simotel.ask.number | default(omit) }}"
    id: "{{ plan.services.simotel.ask.id | default(omit) }}"
  vars:
    plan: "{{ {'person_email': 'sara.ahmadi@example.com'} | vox.roster.person_plan('offboard', ['simotel']) }}"
  register: found

- name: Remove it
  vox.roster.simotel_users:
    users: "{{ (plan.services.simotel | vox.roster.person_found('simotel', found.users))['items'] }}"
  vars:
    plan: "{{ {'person_email': 'sara.ahmadi@example.com'} | vox.roster.person_plan('offboard', ['simotel']) }}"
"""

RETURN = r"""
_value:
  description: The part, with its C(items) complete, or with the C(reason) why nothing can be done.
  type: dict
"""

import typing as t

from ansible_collections.vox.roster.plugins.plugin_utils._roster_person import settle_part


class FilterModule:
    """The filter by its name."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """All filters of this file."""
        return {"person_found": settle_part}
