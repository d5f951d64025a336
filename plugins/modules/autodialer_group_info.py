#!/usr/bin/python
# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: autodialer_group_info
short_description: Read groups of telephone numbers of the Simotel autodialer
version_added: 1.0.0
author:
  - vox.roster contributors (@vox-roster)
description:
  - Reads groups of the Simotel autodialer, that is its named lists of telephone numbers to call, through version 4 of
    the API of the Simotel server. All of them, those with certain names or identifiers, or those that the server's own
    search leaves.
  - It changes nothing. What M(vox.roster.autodialer_group) calls a group has the same form here.
  - The server never shows the numbers of a group, only how many they are.
extends_documentation_fragment:
  - vox.roster._info
  - vox.roster._simotel
  - vox.roster._connection
  - vox.roster._attributes
  - vox.roster._attributes.actiongroup_autodialer
options:
  name:
    description:
      - Names of the groups to read. Upper and lower case count. Write a name that holds a comma as an item of a list.
      - All groups of a name are returned, since the server allows several.
      - Groups that do not exist are left out of the result. An empty list finds nothing.
      - If neither this nor O(id) is given, all groups are read. If both are given, those with any of the values.
    type: list
    elements: str
  id:
    description:
      - The server's identifiers of the groups to read.
    type: list
    elements: str
  filters:
    description:
      - The server's own search. Each condition that is given has to be met.
      - Whether the server looks for a part of the value, or takes it for a regular expression, and whether upper and
        lower case count, differs between servers. What has to be exact is better left to O(query).
      - Mutually exclusive with O(name) and O(id).
    type: dict
    suboptions:
      name:
        description: Something similar to the name.
        type: str
      description:
        description: Something similar to the description.
        type: str
notes:
  - The API account needs the permission C(/autodialer/groups/search) and no other.
  - One name costs one request; one with pattern characters in it, such as V(Sales (north\)), may cost the pages of the
    whole list besides. Anything else costs one request for 500 groups.
  - The groups are ordered by name, those of the same name by identifier.
seealso:
  - module: vox.roster.autodialer_group
  - module: vox.roster.autodialer_groups
  - module: vox.roster.simotel_user_info
"""

EXAMPLES = r"""
- name: Read all groups
  vox.roster.autodialer_group_info:
    url: "{{ lookup('ansible.builtin.env', 'SIMOTEL_URL') }}"
    api_user: "{{ lookup('ansible.builtin.env', 'SIMOTEL_API_USER') }}"
    api_password: "{{ lookup('ansible.builtin.env', 'SIMOTEL_API_PASSWORD') }}"
    api_key: "{{ lookup('ansible.builtin.env', 'SIMOTEL_API_KEY') }}"
  register: dialer

- name: Say how many numbers they hold
  ansible.builtin.debug:
    msg: "{{ dialer.groups | map(attribute='count') | sum }} numbers in {{ dialer.count }} groups"

# The address and the credentials of the following examples come from SIMOTEL_URL and the other environment variables.

- name: Look for two groups by their names
  vox.roster.autodialer_group_info:
    name:
      - Renewals
      - Reminders

- name: List the groups that are empty
  vox.roster.autodialer_group_info:
    query: "[?count == `0`].name"

- name: Read the groups that have to do with the north
  vox.roster.autodialer_group_info:
    filters:
      description: north
"""

RETURN = r"""
groups:
  description:
    - The groups, ordered by name. Empty when there are none. Their numbers are left out, since the server does not show
      them.
    - What the server does not hold is null.
  returned: success, unless O(query) is given
  type: list
  elements: dict
  contains:
    id:
      description: The server's identifier.
      type: str
      sample: 653e0c4f95e63077f8379be7
    name:
      description: Name of the group.
      type: str
      sample: Renewals
    description:
      description: Free text, without the mark that M(vox.roster.autodialer_group) keeps there.
      type: str
      sample: Contracts that end this month
    count:
      description: How many numbers the group holds.
      type: int
      sample: 3
    date:
      description: Moment of the last change as the server prints it, in the calendar and time zone that it is set to.
      type: str
      sample: "1402-09-30 18:06:15"
    numbers_digest:
      description:
        - A short digest of the numbers, whatever their order, as M(vox.roster.autodialer_group) keeps it at the end of
          the description. Two groups with the same digest were given the same numbers.
        - Null where there is none, because the group was made in another way.
      type: str
      sample: 3f2a90c41b7e
count:
  description: How many groups the task found, before O(query) is applied.
  returned: success
  type: int
  sample: 1
query_result:
  description:
    - What O(query) made of the groups, in whatever form it asks for. RV(groups) is left out then.
  returned: success, when O(query) is given
  type: raw
  sample: [Reminders, Renewals]
failure:
  description: What went wrong, for a playbook to act upon.
  returned: failure
  type: dict
  contains:
    service:
      description: The service that the task talked to.
      type: str
      sample: autodialer
    operation:
      description: What was attempted.
      type: str
      sample: search groups
    http_status:
      description: HTTP status of the answer. Null when there was none.
      type: int
      sample: 403
    code:
      description: The server's own code, or a word for the kind of failure when there is none.
      type: str
      sample: "-2"
    message:
      description: The server's message, or ours.
      type: str
      sample: "Access denied: /autodialer/groups/search"
    request_id:
      description: The server's identifier of the request. Simotel has none, so this is null.
      type: str
      sample:
    hint:
      description: What to check or do next.
      type: str
      sample: ""
    retryable:
      description: Whether the same task may succeed later.
      type: bool
      sample: false
    done:
      description: What had been carried out. Nothing, since the task only reads.
      type: list
      elements: str
      sample: []
"""

from ansible_collections.vox.roster.plugins.module_utils._core.info import run_info_module
from ansible_collections.vox.roster.plugins.module_utils._services.autodialer_info import GROUP_INFO


def main() -> None:
    run_info_module(GROUP_INFO)


if __name__ == "__main__":
    main()
