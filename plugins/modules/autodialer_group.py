#!/usr/bin/python
# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: autodialer_group
short_description: Manage groups of telephone numbers of the Simotel autodialer
version_added: 1.0.0
author:
  - vox.roster contributors (@vox-roster)
description:
  - Create, change and remove groups of the Simotel autodialer, that is its named lists of telephone numbers to call,
    through version 4 of the API of the Simotel server.
  - Only the options that are given are compared and changed. What is left out stays as it is on the server.
  - The server takes the numbers of a group and never shows them again. It shows only how many they are. So that a
    second run changes nothing, a short digest of the numbers is kept at the end of the group's description. See
    O(compare_numbers).
extends_documentation_fragment:
  - vox.roster._simotel
  - vox.roster._connection
  - vox.roster._attributes
  - vox.roster._attributes.in_process
  - vox.roster._attributes.actiongroup_autodialer
options:
  state:
    description:
      - V(present) makes sure that the group exists with the values given, V(absent) that it does not exist.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the group. It identifies the group unless O(id) is given. Upper and lower case count.
      - Together with O(id), the group gets this name. That needs O(numbers) or O(numbers_file), too.
      - When several groups have the name, which the server allows, the task fails and lists their identifiers.
    type: str
  id:
    description:
      - The server's own identifier, as in RV(group.id). It identifies the group whatever its name, so that O(name) can
        be changed, or one of several groups of the same name be removed.
      - At least one of O(name) and O(id) is required.
      - Null is the same as leaving it out. Then O(name) identifies the group, and a task that gives it a new name
        creates another group instead. The examples show how to skip such a task.
    type: str
  numbers:
    description:
      - All numbers of the group. Numbers that are not in the list are taken out. V([]) empties the group.
      - An entry is made of digits, perhaps with a plus sign in front. Spaces, dashes and parentheses are taken out of
        it. V(0912...) and V(+98912...) are different numbers, here as for the server.
      - Order does not count, and a number that comes twice counts once.
      - Quote the numbers. Without quotes YAML reads C(02155500101) as an octal number and drops the plus sign of
        C(+982155500103). An entry with a dot or a colon is refused, since YAML may have made it of something else.
      - Required for every change of an existing group that holds numbers, also of its O(name) or O(description) alone,
        because the server may empty a group when an update leaves them out.
      - Mutually exclusive with O(numbers_file).
    type: list
    elements: str
  numbers_file:
    description:
      - Path of a CSV file that holds all numbers of the group, one a row, in a single column and without a header.
        Everything said of O(numbers) is true of it, too.
      - The file is read on the machine that runs the module, which is the controller only for C(localhost) and with
        C(delegate_to=localhost).
      - A new group gets its numbers by an upload of the file, which suits large lists. It costs one more request.
        An existing group gets them directly.
      - A file without any number is refused, since it is more likely the remains of an export that failed. To empty a
        group give O(numbers=[]).
    type: path
  description:
    description:
      - Free text. Empty clears it. For an existing group that holds numbers, O(numbers) or O(numbers_file) is needed to
        change it.
      - The mark that O(compare_numbers=digest) keeps behind it is neither compared nor returned.
    type: str
  compare_numbers:
    description:
      - How to find out whether the group holds O(numbers) already, which the server does not show.
      - V(digest) keeps a mark like C([roster:82ab48b45f5b]) at the end of the description, made from the numbers.
        People see it in the panel, and this module hides it. It notices every change of the numbers in the playbook,
        and of the count on the server. It does not notice when somebody replaces numbers in the panel by as many
        others. When somebody removes the mark, the next run writes the numbers once more.
      - V(count) compares only how many numbers there are, and keeps no mark. It does not notice when numbers were
        replaced by as many others, in the playbook or on the server. On a server that does not return a count it cannot
        compare anything, and writes with every run.
      - V(always) compares nothing. It writes the numbers with every run, which is then always reported as changed.
      - Should a server return the numbers after all, they are compared themselves, whatever is given here.
      - After changing from another value to V(digest), the next run writes every group once to leave the mark.
    type: str
    choices: [digest, count, always]
    default: digest
notes:
  - The autodialer is a paid module of Simotel. Without it the server refuses all calls, and the task fails and says so.
  - The API account needs the permissions C(/autodialer/groups/search), and C(/autodialer/groups/add),
    C(/autodialer/groups/update), C(/autodialer/groups/remove) and C(/autodialer/groups/upload) for what the task
    changes. Check mode needs the search only.
  - The server does not promise unique names. After a group was added it is therefore looked for once more, which is one
    more request. If another run added one of the same name at the same moment, the group with the lowest RV(group.id)
    stays and gets the values of this task. A run removes only the group that it added itself. When somebody who does
    not use this module adds one of the name at the same moment, both stay, and the task fails and lists their
    identifiers.
  - A server may answer the addition of a group without its identifier. Several runs that add a group at the same moment
    then know their own by the mark of O(compare_numbers=digest). With other values of O(compare_numbers) they may both
    fail and leave their groups.
  - A group that was changed gets a new RV(group.date) from the server, which the result shows only at the next run.
  - The server cannot search for an identifier. A task with O(id) reads the list of all groups.
  - A running campaign may have copied the numbers of a group already. What a change or removal of the group means to
    campaigns that use it is not documented by the vendor.
seealso:
  - module: vox.roster.autodialer_groups
  - module: vox.roster.simotel_user
"""

EXAMPLES = r"""
- name: Make sure that a group holds exactly these numbers
  vox.roster.autodialer_group:
    url: "{{ lookup('ansible.builtin.env', 'SIMOTEL_URL') }}"
    api_user: "{{ lookup('ansible.builtin.env', 'SIMOTEL_API_USER') }}"
    api_password: "{{ lookup('ansible.builtin.env', 'SIMOTEL_API_PASSWORD') }}"
    api_key: "{{ lookup('ansible.builtin.env', 'SIMOTEL_API_KEY') }}"
    name: Renewals
    description: Contracts that end this month
    numbers:
      - "02155500101"
      - "02155500102"
      - "+982155500103"

# The address and the credentials of the following examples come from SIMOTEL_URL and the other environment variables.

- name: Write the numbers that tonight's campaign calls to a file
  ansible.builtin.copy:
    content: |
      02155500104
      02155500105
    dest: /tmp/reminders.csv
    mode: "0600"

- name: Create or update a group from the file
  vox.roster.autodialer_group:
    name: Reminders
    numbers_file: /tmp/reminders.csv

- name: Keep the description free of the mark, and compare only how many numbers there are
  vox.roster.autodialer_group:
    name: Surveys
    description: Called after every visit
    numbers:
      - "02155500106"
      - "02155500107"
    compare_numbers: count

# The next two tasks can be run again. When there is no group of the old name, the look-up predicts that it would be
# created, without an identifier, and nothing is renamed.

- name: Look for the group that gets a new name
  vox.roster.autodialer_group:
    name: Renewals
  check_mode: true
  changed_when: false
  register: renewals

- name: Rename it, which needs its numbers
  vox.roster.autodialer_group:
    id: "{{ renewals.group.id }}"
    name: Renewals of this month
    numbers:
      - "02155500101"
      - "02155500102"
      - "+982155500103"
  when: renewals.group.id is not none

- name: Empty a group and keep it
  vox.roster.autodialer_group:
    name: Reminders
    numbers: []

- name: Remove a group
  vox.roster.autodialer_group:
    name: Renewals of this month
    state: absent
"""

RETURN = r"""
group:
  description:
    - The group as it is after the task, or in check mode as it would be. Its numbers are left out, since they may be
      many.
    - Null when there is no such group.
    - A new group has no RV(group.id) in check mode. What the server does not hold is null.
  returned: success
  type: dict
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
      description: Free text, without the mark of O(compare_numbers=digest).
      type: str
      sample: Contracts that end this month
    count:
      description: How many numbers the group holds.
      type: int
      sample: 3
    date:
      description:
        - Moment of the last change as the server prints it, in the calendar and time zone that it is set to.
        - After a change it is still the moment of the change before.
      type: str
      sample: "1402-09-30 18:06:15"
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
      sample: Give the API account the permission that the message names (Maintenance > API Accounts > Request).
    retryable:
      description: Whether the same task may succeed later.
      type: bool
      sample: false
    done:
      description: What had been carried out when the rest failed.
      type: list
      elements: str
      sample: []
"""

from ansible_collections.vox.roster.plugins.module_utils._core.entry import run_module
from ansible_collections.vox.roster.plugins.module_utils._services.autodialer import GROUP


def main() -> None:
    run_module(GROUP)


if __name__ == "__main__":
    main()
