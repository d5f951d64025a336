#!/usr/bin/python
# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sunbird_users
short_description: Manage many users of a Sunbird Lern (Sunbird ED) installation at once
version_added: 1.0.0
author:
  - vox.roster contributors (@vox-roster)
description:
  - Bring many users of a Sunbird installation to the states that a list declares, in one task, and on demand delete the
    users that the list does not name.
  - Through the gateway users can be created, deleted, and given and taken roles, but not be renamed or changed in any
    other way. For that the task has to run inside the cluster, with O(mode=service).
  - For each user it does what M(vox.roster.sunbird_user) does, and is many times faster than a loop over that module.
    Users are looked up, and changed, side by side.
  - An item that fails does not keep the others from being carried out. The task fails in the end, and says which items
    failed and what was done.
extends_documentation_fragment:
  - vox.roster._sunbird
  - vox.roster._plural
  - vox.roster._connection
  - vox.roster._attributes
  - vox.roster._attributes.in_process
  - vox.roster._attributes.actiongroup_sunbird
options:
  users:
    description:
      - The users, each with its state and values. What is left out stays as it is.
      - No two items may have the same O(users[].id), O(users[].email), O(users[].phone) or O(users[].username).
    type: list
    elements: dict
    required: true
    suboptions:
      state:
        description: V(present) makes sure that the user exists with the values given, V(absent) that it is deleted.
        type: str
        choices: [present, absent]
        default: present
      id:
        description:
          - The service's own identifier of the user.
          - At least one of O(users[].id), O(users[].email), O(users[].phone) and O(users[].username) is required. The
            first of them that is given decides which user is meant, as described for M(vox.roster.sunbird_user).
        type: str
      email:
        description: E-mail address. It can be replaced, by addressing the user by O(users[].id), but not taken away.
        type: str
      phone:
        description: Telephone number, best without the country code. It can be replaced, but not taken away.
        type: str
      country_code:
        description: Country of O(users[].phone) and O(users[].recovery_phone); V(+91) unless told otherwise.
        type: str
      username:
        description: User name, in ASCII. It cannot be changed afterwards.
        type: str
      password:
        description:
          - Password of a new user, not empty. It is set at the creation and never compared or changed afterwards.
        type: str
      first_name:
        description: First name. Required to create a user.
        type: str
      last_name:
        description: Last name. Empty clears it.
        type: str
      dob:
        description: Year of birth, of four digits. It can be replaced, but not taken away.
        type: str
      channel:
        description: Channel of the tenant in which to create the user. It cannot be changed afterwards.
        type: str
      organisation_id:
        description: Id of the organisation below the tenant's root organisation to which the user belongs.
        type: str
      roles:
        description:
          - Roles of the user, each within one organisation. V([]) takes all roles away. See also O(append).
          - A role that the installation does not have is an error, also in check mode.
        type: list
        elements: dict
        suboptions:
          role:
            description: Name of the role, such as V(CONTENT_CREATOR), in capitals as the service lists it.
            type: str
            required: true
          organisation_id:
            description:
              - Id of the organisation in which the role counts; the root organisation of the user unless told
                otherwise.
            type: str
      recovery_email:
        description:
          - A second e-mail address for regaining access. It is compared masked; empty clears it where the service
            allows that.
        type: str
      recovery_phone:
        description:
          - A second telephone number for regaining access. It is compared masked; empty clears it where the service
            allows that.
        type: str
      user_type:
        description: Kind of user, as the installation's profile form knows it, such as V(teacher).
        type: str
      user_sub_type:
        description: Finer kind within O(users[].user_type). Empty clears it.
        type: str
      profile_locations:
        description: Codes of the locations of the user, which must lead up to a state.
        type: list
        elements: str
      framework:
        description:
          - What the user learns or teaches, as lists of texts by name. The entry C(id) is required; only the entries
            given are compared and changed.
        type: dict
  append:
    description:
      - Whether O(users[].roles) are added to those that a user has. If V(false), all other roles are taken away.
    type: bool
    default: false
  force:
    description:
      - Whether to take the roles of a user away before deleting it, for items with O(users[].state=absent) and with
        O(purge).
      - Without it an item with O(users[].state=absent) fails for a user with roles, and O(purge) leaves users with
        roles alone.
    type: bool
    default: false
  requests_per_minute:
    description:
      - How many requests to send within a minute at the most; V(0) for any number.
      - Gateways limit the requests of an API key, many to 5000 an hour. Give V(80) to stay below that.
    type: int
    default: 0
attributes:
  idempotent:
    details:
      - A O(users[].password) is set at the creation only.
      - A masked O(users[].recovery_email) or O(users[].recovery_phone) is compared by what can be seen of it.
      - O(purge) lists users by a search, which follows a change after a second or more. Right after users were deleted,
        another task with O(purge) may report them once more.
notes:
  - Each user takes one look-up, so a task that has nothing to do sends about as many requests as there are items.
    One more reads the roles of the installation where any are to be added.
    O(concurrency) bounds how many are under way at the same time, for the look-ups as for the changes.
  - When a look-up fails, the task fails before it has changed anything.
  - O(purge) lists all users by a search. With O(mode=gateway) that takes a user token, and an API key of the group
    C(userTempAdmin). Deleting takes a user token in either mode; without any O(purge) fails before all else.
  - O(purge) looks at users of all channels unless O(purge_filter) says otherwise. Name the channel as it is written
    there, without any pattern, and the service lists that channel only. A search lists fewer than 10000 users; with
    more the task fails, and purging has to go channel by channel.
  - O(purge_filter) takes C(id), C(username), C(first_name), C(last_name), C(channel), C(organisation_id),
    C(root_org_id) and C(status). E-mail addresses and phones are masked in a search and cannot be filtered by.
  - O(purge) never deletes the user to whom the user token belongs, and without O(force) nobody who has a role, even
    where an installation would let some roles pass. Before each deletion the roles are read once more.
  - Everything else that M(vox.roster.sunbird_user) says about tokens, the gateway and what the service cannot do counts
    here, too.
seealso:
  - module: vox.roster.sunbird_user
  - name: Sunbird Lern
    description: The user and organisation service.
    link: https://lern.sunbird.org/
"""

EXAMPLES = r"""
# The address and the credentials of these examples come from SUNBIRD_URL and the other environment variables, except
# where they are given. initial_password stands for a variable that you keep in a vault.

- name: Make sure that the new teachers have accounts, and that Ishaan has none
  vox.roster.sunbird_users:
    url: "{{ lookup('ansible.builtin.env', 'SUNBIRD_URL') }}"
    api_key: "{{ lookup('ansible.builtin.env', 'SUNBIRD_API_KEY') }}"
    auth_username: "{{ lookup('ansible.builtin.env', 'SUNBIRD_AUTH_USERNAME') }}"
    auth_password: "{{ lookup('ansible.builtin.env', 'SUNBIRD_AUTH_PASSWORD') }}"
    client_secret: "{{ lookup('ansible.builtin.env', 'SUNBIRD_CLIENT_SECRET') }}"
    users:
      - email: asha@example.org
        first_name: Asha
        password: "{{ initial_password }}"
        channel: sandbox
        roles:
          - role: CONTENT_CREATOR
      - email: bela@example.org
        first_name: Bela
        channel: sandbox
      - email: ishaan@example.org
        state: absent

- name: See whom the list would leave without an account
  vox.roster.sunbird_users:
    users:
      - email: asha@example.org
      - email: bela@example.org
    purge: true
    purge_filter:
      channel: sandbox
  check_mode: true
  register: foreseen

- name: Say who that is
  ansible.builtin.debug:
    msg: "{{ foreseen.changes.deleted }}"

- name: Delete everybody else of that channel who has no role, three users at the most
  vox.roster.sunbird_users:
    users:
      - email: asha@example.org
      - email: bela@example.org
    purge: true
    purge_filter:
      channel: sandbox
    purge_limit: 3

- name: Delete both, whatever their roles, and stop at the first failure
  vox.roster.sunbird_users:
    users:
      - email: asha@example.org
        state: absent
      - email: bela@example.org
        state: absent
    force: true
    on_error: stop
"""

RETURN = r"""
summary:
  description: How many items, and users that were purged, came to what. In check mode, would come to.
  returned: always, unless nothing could be planned, and save with O(drift_file)
  type: dict
  contains:
    created:
      description: Users who were created.
      type: int
      sample: 2
    updated:
      description: Users who were changed.
      type: int
      sample: 0
    deleted:
      description: Users who were deleted, by their items or by O(purge).
      type: int
      sample: 1
    unchanged:
      description: Items that were as declared already.
      type: int
      sample: 0
    failed:
      description: Items that failed. Some of their changes may have been made.
      type: int
      sample: 0
    not_attempted:
      description: Items that were left alone after a failure, with O(on_error=stop), or after a SIGTERM.
      type: int
      sample: 0
changes:
  description: What was done, in the order of the items. In check mode, what would be.
  returned: always, unless nothing could be planned, and save with O(drift_file)
  type: dict
  contains:
    created:
      description: The users who were created, by the first key of their items.
      type: list
      elements: str
      sample: [user asha@example.org, user bela@example.org]
    updated:
      description: The users who were changed, together where the same fields changed.
      type: list
      elements: dict
      sample: []
      contains:
        fields:
          description: Names of the fields that changed.
          type: list
          elements: str
          sample: [last_name, roles]
        names:
          description: The users in whom they changed.
          type: list
          elements: str
          sample: [user asha@example.org]
    deleted:
      description: The users who were deleted. Those deleted by O(purge) are named by their user names.
      type: list
      elements: str
      sample: [user ishaan@example.org]
    failed:
      description: The first hundred items that failed, each with its reason.
      type: list
      elements: dict
      sample:
        - item: user bela@example.org
          failure: {"service": "sunbird", "operation": "create user", "http_status": 400, "code": "UOS_USRCRT0002"}
      contains:
        item:
          description: The user.
          type: str
          sample: user bela@example.org
        failure:
          description: What went wrong, in parts as in RV(failure). Long texts are shortened.
          type: dict
          sample: {"service": "sunbird", "operation": "create user", "http_status": 400, "code": "UOS_USRCRT0002"}
    failed_more:
      description: All further items that failed, together where the code is the same.
      type: list
      elements: dict
      sample: []
      contains:
        code:
          description: The code, as in RV(failure.code).
          type: str
          sample: UOS_USRCRT0002
        names:
          description: The users.
          type: list
          elements: str
          sample: [user chandra@example.org]
drift:
  description: With O(drift_file), how many differences there are between the list and the service.
  returned: with O(drift_file), when the users could be read
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
  returned: with O(drift_file), when the users could be read
  type: str
  sample: https://learn.example.com/api
unlisted:
  description:
    - With O(drift_file), why users that the list does not name are not known, in the form of RV(failure).
    - Null when they are.
  returned: with O(drift_file), when the users could be read
  type: dict
  sample:
failure:
  description: The first thing that went wrong, for a playbook to act upon.
  returned: failure
  type: dict
  contains:
    service:
      description: The service that the task talked to.
      type: str
      sample: sunbird
    operation:
      description: What was attempted.
      type: str
      sample: create user
    http_status:
      description: HTTP status of the answer. Null when there was none.
      type: int
      sample: 400
    code:
      description:
        - The service's own code, or a word for the kind of failure when there is none, such as V(purge) when more would
          be deleted than O(purge_limit) allows.
        - Releases spell the same code differently, so compare its ending.
      type: str
      sample: UOS_USRCRT0002
    message:
      description: The service's message, or ours.
      type: str
      sample: email already exists
    request_id:
      description: The service's identifier of the request, to be found in its log.
      type: str
      sample: e413d019f31bcb2d3736b7054f1fd6e2
    hint:
      description: What to check or do next.
      type: str
      sample: The value named belongs to another user; it may be a blocked one.
    retryable:
      description: Whether the same task may succeed later.
      type: bool
      sample: false
    done:
      description: What had been carried out of this item when the rest failed.
      type: list
      elements: str
      sample: []
"""

from ansible_collections.vox.roster.plugins.module_utils._core.plural import run_plural_module
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird import USER


def main() -> None:
    run_plural_module(USER)


if __name__ == "__main__":
    main()
