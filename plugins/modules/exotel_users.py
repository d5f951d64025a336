#!/usr/bin/python
# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: exotel_users
short_description: Manage many users (co-workers) of an Exotel contact centre at once
version_added: 1.0.0
author:
  - vox.roster contributors (@vox-roster)
description:
  - Brings a whole list of users of an Exotel account, which its dashboard calls co-workers, to the state that it
    declares.
  - Every item means what the same options mean to M(vox.roster.exotel_user), and its values are described there in
    full.
  - The whole list is checked and planned before anything is written. An item that fails does not keep the others from
    being carried out, unless O(on_error=stop).
extends_documentation_fragment:
  - vox.roster._exotel
  - vox.roster._connection
  - vox.roster._plural
  - vox.roster._attributes
  - vox.roster._attributes.in_process
  - vox.roster._attributes.actiongroup_exotel
options:
  users:
    description:
      - The users. What is left out of an item stays as it is at Exotel.
      - No two items may have the same O(users[].id), O(users[].email) or O(users[].device_contact_uri). The message
        says which have.
    type: list
    elements: dict
    required: true
    suboptions:
      state:
        description:
          - V(present) makes sure that the user exists with the values given, V(absent) that it does not exist.
        type: str
        choices: [present, absent]
        default: present
      email:
        description:
          - E-mail address of the user, which identifies the user unless O(users[].id) is given. Once set it never
            changes.
        type: str
      id:
        description:
          - Exotel's own identifier.
          - At least one of O(users[].id), O(users[].email) and O(users[].device_contact_uri) is required.
        type: str
      device_contact_uri:
        description:
          - Telephone number of the user with a plus sign and the country code, quoted. It identifies the user if
            neither O(users[].id) nor O(users[].email) is given, and then all its digits have to be the same.
          - Required to create a user, save in an account with VOIP.
        type: str
      first_name:
        description:
          - First name, 3 to 20 characters. Required to create a user.
        type: str
      last_name:
        description:
          - Last name, 3 to 20 characters. Required to create a user.
        type: str
      role:
        description:
          - Role of the user. A new user is V(user) unless told otherwise. The API cannot change it later.
        type: str
        choices: [admin, supervisor, user]
      device_name:
        description:
          - Name of the phone. Exotel chooses one unless told otherwise. The API cannot change it later.
        type: str
      available:
        description:
          - Whether the phone takes calls. V(true) waits, with a warning, until the owner has verified the number.
        type: bool
  requests_per_minute:
    description:
      - How many requests are sent within any minute at the most. V(0) for any number.
      - Exotel limits the requests of an account, and 50 is the smallest of the limits that it tells of. An account with
        the larger one can take V(200). Whatever else uses the account at the same time counts, too.
    type: int
    default: 50
attributes:
  idempotent:
    details:
      - A second run with the same options changes nothing, save where the first one had a user left alone by O(purge)
        who might have been meant by an item; see the notes.
notes:
  - An account of up to 50 users is read with one request. In a larger one the keys are looked up, 40 with one request,
    or the whole list is read, 50 users with one request, whichever is less. Each creation, change and removal costs one
    request or, where the phone changes, more.
  - With the usual O(requests_per_minute) the creation of 1,000 users takes twenty minutes. An asynchronous task, with
    C(async) and C(poll), keeps a connection from being given up meanwhile.
  - A limit that Exotel still reports is waited for, by all workers together, up to O(retries) times for one request.
  - Each user may be a paid seat of the account.
  - O(purge) also removes users that are known to the dashboard only, administrators among them. Give a O(purge_filter),
    such as V({"role":"user"}), to keep those. A removed user cannot be brought back.
  - O(purge) reads the whole list of users, and looks up the items, too.
  - O(purge) leaves a user alone whose number may be that of an item in another form, as V(09800000001) may be that of
    V(+919800000001), as long as no user is known to have the number of that item. If the item turns out to be somebody
    else, the next run removes that user.
  - The keys of O(purge_filter) are names of fields as M(vox.roster.exotel_user) returns them in RV(ignore:user).
    A field that is not set counts as the empty text.
seealso:
  - module: vox.roster.exotel_user
  - name: The users API of Exotel's contact centre
    description: Exotel's own description of the calls that this module makes.
    link: https://developer.exotel.com/api/ccm-users
"""

EXAMPLES = r"""
- name: Make sure that the users of the help desk exist
  vox.roster.exotel_users:
    account_sid: "{{ lookup('ansible.builtin.env', 'EXOTEL_ACCOUNT_SID') }}"
    api_key: "{{ lookup('ansible.builtin.env', 'EXOTEL_API_KEY') }}"
    api_token: "{{ lookup('ansible.builtin.env', 'EXOTEL_API_TOKEN') }}"
    users:
      - email: meera.nair@example.com
        first_name: Meera
        last_name: Nair
        device_contact_uri: "+919800000001"
        role: supervisor
      - email: arjun.kapoor@example.com
        first_name: Arjun
        last_name: Kapoor
        device_contact_uri: "+919800000002"
      - email: leela.menon@example.com
        state: absent

# The following examples take the account and the credentials from the environment: EXOTEL_ACCOUNT_SID and so on.

- name: Switch all phones of the help desk off, in an account with the larger limit of requests
  vox.roster.exotel_users:
    users:
      - email: meera.nair@example.com
        available: false
      - email: arjun.kapoor@example.com
        available: false
    requests_per_minute: 200

- name: Declare all users of one mail domain who are no supervisors, and remove at most five others of them
  vox.roster.exotel_users:
    users:
      - email: arjun.kapoor@example.com
        first_name: Arjun
        last_name: Kapoor
        device_contact_uri: "+919800000002"
    purge: true
    purge_filter:
      email: ".*@example[.]com"
      role: user
    purge_limit: 5

- name: Delete two users, one after the other, and stop at the first failure
  vox.roster.exotel_users:
    users:
      - email: meera.nair@example.com
        state: absent
      - email: arjun.kapoor@example.com
        state: absent
    concurrency: 1
    on_error: stop
"""

RETURN = r"""
summary:
  description:
    - How many items, and with O(purge) other users, came to what. In check mode, what would become of them.
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
      description: The users that were created.
      type: list
      elements: str
      sample: [user meera.nair@example.com]
    updated:
      description: The users that were changed, together where the same fields changed.
      type: list
      elements: dict
      contains:
        fields:
          description: Names of the fields that changed.
          type: list
          elements: str
          sample: [last_name]
        names:
          description: The users of which they changed.
          type: list
          elements: str
          sample: [user arjun.kapoor@example.com]
    deleted:
      description: The users that were removed.
      type: list
      elements: str
      sample: []
    failed:
      description: The first 100 items that failed.
      type: list
      elements: dict
      contains:
        item:
          description: The user, or the position in the list where it has no key.
          type: str
          sample: user leela@example.com
        failure:
          description: What went wrong, in the form of RV(failure). Long texts are cut off.
          type: dict
    failed_more:
      description: The other items that failed, together where the failure has the same code.
      type: list
      elements: dict
      contains:
        code:
          description: As in RV(failure.code).
          type: str
          sample: "10812"
        names:
          description: The users that failed with it.
          type: list
          elements: str
          sample: [user nikhil@example.com]
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
  sample: https://api.exotel.com/v2/accounts/example
unlisted:
  description:
    - With O(drift_file), why users that the list does not name are not known, in the form of RV(failure).
    - Null when they are.
  returned: with O(drift_file), when the users could be read
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
      sample: exotel
    operation:
      description: What was attempted.
      type: str
      sample: create user
    http_status:
      description: HTTP status of the answer. Null when there was none. Exotel may refuse under status 200.
      type: int
      sample: 409
    code:
      description: Exotel's own code, or a word for the kind of failure when there is none.
      type: str
      sample: "10812"
    message:
      description: Exotel's message, or ours.
      type: str
      sample: "Duplicate resource: Device already exists"
    request_id:
      description: Exotel's identifier of the request, for its support desk. Null when the answer held none.
      type: str
      sample: 0f3c9a51d0b84d7e9a3b8c2f6e41d7aa
    hint:
      description: What to check or do next.
      type: str
      sample: Another user of this account has this number, or had it until lately; release it there first.
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
from ansible_collections.vox.roster.plugins.module_utils._services.exotel import USER


def main() -> None:
    run_plural_module(USER)


if __name__ == "__main__":
    main()
