# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: person_plan
short_description: Plan the accounts of one person from variables
version_added: 1.0.0
author:
  - vox.roster contributors (@vox-roster)
description:
  - Makes of variables such as C(person_email) and C(new_phone) what the plural modules need to give one person
    accounts, to take them away, or to change them. Nothing is asked of a service.
  - The playbooks C(vox.roster.onboard), C(vox.roster.offboard) and C(vox.roster.move) are made of it. The variables are
    described in C(docs/guides/roster.md).
positional: purpose, services
options:
  _input:
    description:
      - The variables, by their names. Those that are empty or begin with other words do not count.
    type: dict
    required: true
  purpose:
    description:
      - What is to be done.
    type: str
    choices: [onboard, offboard, move]
    required: true
  services:
    description:
      - The services in which to do it.
    type: list
    elements: str
    choices: [simotel, autodialer, exotel, sunbird]
    required: true
  defaults:
    description:
      - What everybody has who has a service, as in a roster. Only for O(purpose=onboard).
    type: dict
  departments:
    description:
      - What everybody of a department has, as in a roster. Not for O(purpose=offboard).
    type: dict
  roster:
    description:
      - What P(vox.roster.roster_file#lookup) returned for the roster of all people. Without it groups of the autodialer
        cannot be changed.
    type: dict
seealso:
  - plugin: vox.roster.person_found
    plugin_type: filter
  - plugin: vox.roster.roster_file
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Remove somebody's extension
  vox.roster.simotel_users:
    users: "{{ plan.services.simotel['items'] }}"
  vars:
    plan: "{{ {'person_simotel_number': '1009'} | vox.roster.person_plan('offboard', ['simotel']) }}"
"""

RETURN = r"""
_value:
  description: What is to be done. It holds secrets.
  type: dict
  contains:
    problems:
      description: What is wrong with the variables. Nothing should be done unless this is empty.
      type: list
      elements: str
    notes:
      description: What is to be known besides.
      type: list
      elements: str
    name:
      description: What the person is called in messages.
      type: str
    services:
      description:
        - A dict for each service. Its C(items) are for the plural module. If C(ask) is not null, the info module has to
          be asked with these options, and P(vox.roster.person_found#filter) then tells the items. C(reason) says why
          nothing can be done, and is empty otherwise.
      type: dict
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.vox.roster.plugins.plugin_utils._as_typed import as_typed
from ansible_collections.vox.roster.plugins.plugin_utils._roster_person import PURPOSES, plan_person
from ansible_collections.vox.roster.plugins.plugin_utils._roster_values import SERVICES


def person_plan(
    variables: t.Mapping[str, t.Any],
    purpose: str,
    services: t.Sequence[str],
    defaults: t.Mapping[str, t.Any] | None = None,
    departments: t.Mapping[str, t.Any] | None = None,
    roster: t.Mapping[str, t.Any] | None = None,
) -> dict[str, t.Any]:
    """The plan; what is wrong with the variables is in it."""
    unknown = [service for service in services if service not in SERVICES]
    if purpose not in PURPOSES or unknown:
        raise AnsibleFilterError(
            f"'purpose' is one of {', '.join(PURPOSES)}, and 'services' holds none but {', '.join(SERVICES)}."
        )
    return plan_person(purpose, as_typed(variables), services, defaults or None, departments or None, roster or None)


class FilterModule:
    """The filter by its name."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """All filters of this file."""
        return {"person_plan": person_plan}
