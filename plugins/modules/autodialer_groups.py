#!/usr/bin/python
# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: autodialer_groups
short_description: Manage many groups of telephone numbers of the Simotel autodialer at once
version_added: 1.0.0
author:
  - vox.roster contributors (@vox-roster)
description:
  - Brings a whole list of groups of the Simotel autodialer to the state that it declares. The groups are read together,
    and only those that differ are written.
  - Every item means what the same options mean to M(vox.roster.autodialer_group), and its values are described there in
    full.
  - The whole list is checked and planned before anything is written. An item that fails does not keep the others from
    being carried out, unless O(on_error=stop).
extends_documentation_fragment:
  - vox.roster._simotel
  - vox.roster._connection
  - vox.roster._plural
  - vox.roster._attributes
  - vox.roster._attributes.in_process
  - vox.roster._attributes.actiongroup_autodialer
options:
  groups:
    description:
      - The groups. What is left out of an item stays as it is on the server.
      - Two items that mean the same group are refused, and the message says which.
    type: list
    elements: dict
    required: true
    suboptions:
      state:
        description:
          - V(present) makes sure that the group exists with the values given, V(absent) that it does not exist.
        type: str
        choices: [present, absent]
        default: present
      name:
        description:
          - Name of the group. It identifies the group unless O(groups[].id) is given. Upper and lower case count.
          - No two items may have the same.
        type: str
      id:
        description:
          - The server's own identifier. Needed only to change a name, or to remove one of several groups of the same
            name.
          - At least one of O(groups[].name) and O(groups[].id) is required.
        type: str
      numbers:
        description:
          - All numbers of the group, quoted. Numbers that are not in the list are taken out. V([]) empties the group.
          - Required for every change of an existing group that holds numbers, unless O(groups[].numbers_file) is
            given.
          - Mutually exclusive with O(groups[].numbers_file).
        type: list
        elements: str
      numbers_file:
        description:
          - Path of a CSV file that holds all numbers of the group, one a row, in a single column and without a header,
            on the machine that runs the module.
        type: path
      description:
        description:
          - Free text. Empty clears it.
        type: str
  compare_numbers:
    description:
      - How to find out whether a group holds its numbers already, which the server does not show.
      - V(digest) keeps a mark like C([roster:82ab48b45f5b]) at the end of the description, made from the numbers.
        V(count) compares only how many numbers there are. V(always) writes the numbers with every run, which is then
        always reported as changed.
      - What each of them notices and what not is told in M(vox.roster.autodialer_group).
    type: str
    choices: [digest, count, always]
    default: digest
  requests_per_minute:
    description:
      - How many requests are sent within any minute at the most. V(0) for any number.
    type: int
    default: 0
notes:
  - The autodialer is a paid module of Simotel. Without it the server refuses all calls, and the task fails and says so.
  - The API account needs the same permissions as for M(vox.roster.autodialer_group).
  - Groups are read in pages of 500. A change and a removal cost one request, a creation two, since every new group is
    looked for to see that it is the only one of its name, and three with O(groups[].numbers_file).
  - Simotel knows no limit of requests, so O(requests_per_minute) is V(0). A small server may still like a lower
    O(concurrency).
  - The keys of O(purge_filter) are names of fields as M(vox.roster.autodialer_group) returns them in RV(ignore:group).
    A field that is not set counts as the empty text.
  - When several groups have a name that is in the list, nothing is purged, and the task fails and lists them.
seealso:
  - module: vox.roster.autodialer_group
  - module: vox.roster.simotel_users
"""

EXAMPLES = r"""
- name: Make sure that two groups hold exactly these numbers, and that a third does not exist
  vox.roster.autodialer_groups:
    url: "{{ lookup('ansible.builtin.env', 'SIMOTEL_URL') }}"
    api_user: "{{ lookup('ansible.builtin.env', 'SIMOTEL_API_USER') }}"
    api_password: "{{ lookup('ansible.builtin.env', 'SIMOTEL_API_PASSWORD') }}"
    api_key: "{{ lookup('ansible.builtin.env', 'SIMOTEL_API_KEY') }}"
    groups:
      - name: District 1
        description: Called in the morning
        numbers:
          - "02155500101"
          - "+982155500102"
      - name: District 2
        numbers:
          - "02155500103"
      - name: District 3
        state: absent

# The address and the credentials of the following examples come from SIMOTEL_URL and the other environment variables.

- name: Remove all groups of districts but these, and at most twenty
  vox.roster.autodialer_groups:
    groups:
      - name: District 1
      - name: District 4
        numbers:
          - "02155500104"
    purge: true
    purge_filter:
      name: "District [0-9]+"
    purge_limit: 20

- name: Keep descriptions free of the mark, and begin nothing more after a failure
  vox.roster.autodialer_groups:
    groups:
      - name: District 1
        description: Called in the evening
        numbers:
          - "02155500101"
          - "+982155500102"
    compare_numbers: count
    on_error: stop
"""

RETURN = r"""
summary:
  description:
    - How many items, and with O(purge) other groups, came to what. In check mode, what would become of them.
    - Missing when the task failed before it could plan, for example because it was told nonsense.
  returned: when the items could be planned, save with O(drift_file)
  type: dict
  contains:
    created:
      description: How many were created.
      type: int
      sample: 2
    updated:
      description: How many were changed.
      type: int
      sample: 1
    deleted:
      description: How many were removed, those of O(purge) included.
      type: int
      sample: 0
    unchanged:
      description: How many were as declared already.
      type: int
      sample: 997
    failed:
      description: How many failed.
      type: int
      sample: 0
    not_attempted:
      description: How many were not begun after a failure, with O(on_error=stop), or after a SIGTERM.
      type: int
      sample: 0
changes:
  description: What changed or failed, in the order of the items; those of O(purge) come last.
  returned: when the items could be planned, save with O(drift_file)
  type: dict
  contains:
    created:
      description: The groups that were created.
      type: list
      elements: str
      sample: [group District 1, group District 2]
    updated:
      description: The groups that were changed, together where the same fields changed.
      type: list
      elements: dict
      contains:
        fields:
          description: Names of the fields that changed.
          type: list
          elements: str
          sample: [numbers]
        names:
          description: The groups of which they changed.
          type: list
          elements: str
          sample: [group District 3]
    deleted:
      description: The groups that were removed.
      type: list
      elements: str
      sample: []
    failed:
      description: The first 100 items that failed.
      type: list
      elements: dict
      contains:
        item:
          description: The group, or the position in the list where it has no key.
          type: str
          sample: group District 4
        failure:
          description: What went wrong, in the form of RV(failure).
          type: dict
    failed_more:
      description: The other items that failed, together where the failure has the same code.
      type: list
      elements: dict
      contains:
        code:
          description: As in RV(failure.code).
          type: str
          sample: refused
        names:
          description: The groups that failed with it.
          type: list
          elements: str
          sample: [group District 9]
drift:
  description: With O(drift_file), how many differences there are between the list and the service.
  returned: with O(drift_file), when the groups could be read
  type: dict
  contains:
    findings:
      description: How many there are of all that follow, save RV(drift.note) and RV(drift.agreeing).
      type: int
      sample: 16
    missing:
      description: How many the list names and the service does not hold.
      type: int
      sample: 3
    different:
      description: How many the service holds otherwise.
      type: int
      sample: 12
    extra:
      description:
        - How many the list does not name, or says to be absent, although they are there.
        - Null when the rest could not be listed, see RV(unlisted), and nothing is known of it.
      type: int
      sample: 1
    refused:
      description: How many items make no sense, or would be refused by a task that changes things.
      type: int
      sample: 0
    note:
      description: How many are as they should be, or left alone, and have something that a person should know.
      type: int
      sample: 0
    agreeing:
      description: How many items the service holds as the list says.
      type: int
      sample: 984
address:
  description: With O(drift_file), the address that was asked, without credentials.
  returned: with O(drift_file), when the groups could be read
  type: str
  sample: https://pbx.example.com/api/v4
unlisted:
  description:
    - With O(drift_file), why groups that the list does not name are not known, in the form of RV(failure).
    - Null when they are.
  returned: with O(drift_file), when the groups could be read
  type: dict
  sample:
failure:
  description:
    - The first failure, for a playbook to act upon. The others are in RV(changes.failed) and RV(changes.failed_more).
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
      sample: add group
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
      sample: "Access denied: /autodialer/groups/add"
    request_id:
      description: The server's identifier of the request. Simotel has none, so this is null.
      type: str
      sample:
    hint:
      description: What to check or do next.
      type: str
      sample: "Give the API account the permission that the message names (Maintenance > API Accounts > Request)."
    retryable:
      description: Whether the same task may succeed later.
      type: bool
      sample: false
    done:
      description: What had been carried out for the item when the rest failed.
      type: list
      elements: str
      sample: []
"""

from ansible_collections.vox.roster.plugins.module_utils._core.plural import run_plural_module
from ansible_collections.vox.roster.plugins.module_utils._services.autodialer import GROUP


def main() -> None:
    run_plural_module(GROUP)


if __name__ == "__main__":
    main()
