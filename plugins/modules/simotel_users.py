#!/usr/bin/python
# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: simotel_users
short_description: Manage many users (extensions) of a Simotel PBX at once
version_added: 1.0.0
author:
  - vox.roster contributors (@vox-roster)
description:
  - Brings a whole list of extensions of a Simotel PBX to the state that it declares, with one request to read them and
    one for each that differs.
  - Every item means what the same options mean to M(vox.roster.simotel_user), and its values are described there in
    full.
  - The whole list is checked and planned before anything is written. An item that fails does not keep the others from
    being carried out, unless O(on_error=stop).
extends_documentation_fragment:
  - vox.roster._simotel
  - vox.roster._connection
  - vox.roster._plural
  - vox.roster._attributes
  - vox.roster._attributes.in_process
  - vox.roster._attributes.actiongroup_simotel
options:
  users:
    description:
      - The extensions. What is left out of an item stays as it is in the PBX.
      - Two items that mean the same extension are refused, and the message says which.
    type: list
    elements: dict
    required: true
    suboptions:
      state:
        description:
          - V(present) makes sure that the extension exists with the values given, V(absent) that it does not exist.
        type: str
        choices: [present, absent]
        default: present
      number:
        description:
          - Number of the extension, digits only and quoted. It identifies the extension unless O(users[].id) is given.
          - No two items may have the same.
        type: str
      id:
        description:
          - The server's own identifier. Needed only to change a number.
          - At least one of O(users[].number) and O(users[].id) is required.
        type: str
      name:
        description:
          - Name of the user. Required to create an extension.
        type: str
      secret:
        description:
          - Password with which the phone registers. Required to create an extension. It never appears in results. See
            O(update_secret).
        type: str
      user_type:
        description:
          - Channel technology. A new extension is V(SIP) unless told otherwise.
        type: str
        choices: [SIP, IAX2]
      active:
        description:
          - Whether the extension is enabled. A new one is, unless told otherwise.
        type: bool
      cid_number:
        description:
          - Caller number that is shown for calls of the extension. Empty clears it.
        type: str
      call_record:
        description:
          - Whether calls are recorded.
        type: bool
      push_notification:
        description:
          - Whether the vendor's softphone is woken by push notifications.
        type: bool
      deny:
        description:
          - Network from which registration is refused, as C(address/mask).
          - It cannot be empty.
        type: str
      permit:
        description:
          - Network from which registration is allowed nevertheless, as C(address/mask).
          - It cannot be empty.
        type: str
      dtmfmode:
        description:
          - How key presses are sent, for example V(rfc2833).
          - It cannot be empty.
        type: str
      context:
        description:
          - Dialplan context in which calls of the extension start.
          - It cannot be empty.
        type: str
      host:
        description:
          - V(dynamic), or the fixed address of the phone.
          - It cannot be empty.
        type: str
      type:
        description:
          - V(user) may only call, V(peer) may only be called, V(friend) may do both.
        type: str
        choices: [user, peer, friend]
      port:
        description:
          - Port of the phone.
          - It cannot be empty.
        type: str
      qualify:
        description:
          - Whether the PBX checks regularly that the phone can be reached.
        type: bool
      email:
        description:
          - E-mail address of the user. Empty clears it.
        type: str
      forward_policy:
        description:
          - Where calls go that the extension does not take. Only the suboptions that are given are changed. Empty
            clears one.
          - A target is made of digits, V(*), V(#) and V(+). One that is the extension's own number gets a warning.
        type: dict
        suboptions:
          busy:
            description: Number for calls while the extension is busy.
            type: str
          no_answer:
            description: Number for calls that nobody answers.
            type: str
          unavailable:
            description: Number for calls while the phone is not registered.
            type: str
          all:
            description: Number for calls in any of the three cases.
            type: str
      more_options:
        description:
          - Further lines of C(key=value) for the channel configuration, one a line. Empty clears them.
          - They are printed in results and differences. When they hold a secret, give the task C(no_log).
        type: str
      description:
        description:
          - Free text. Empty clears it. A server may not take it, and the item fails then.
        type: str
      canreinvite:
        description:
          - Whether the phones may send media to each other directly, by the older name. SIP only.
        type: bool
      directmedia:
        description:
          - Whether the phones may send media to each other directly. SIP only.
        type: bool
      nat:
        description:
          - How the PBX treats a phone behind address translation. SIP only.
        type: str
        choices: ['no', 'yes', 'force_rport,comedia']
      callgroup:
        description:
          - Group in which the phone rings, such as V(1) or V(1,3-5). SIP only.
          - Empty clears it.
        type: str
      pickupgroup:
        description:
          - Groups whose calls the phone may pick up, such as V(1) or V(1,3-5). SIP only.
          - Empty clears it.
        type: str
      callcounter:
        description:
          - Whether calls are counted, which queues need. SIP only.
        type: bool
      faxdetect:
        description:
          - Whether fax tones are detected. SIP only.
        type: bool
      call_limit:
        description:
          - Largest number of calls at the same time. SIP only. Empty removes the limit.
        type: str
      trunk:
        description:
          - Whether IAX2 trunking is used. IAX2 only.
        type: bool
      transfer:
        description:
          - Whether a call may be handed over to the phones themselves. IAX2 only.
        type: str
        choices: ['yes', 'no', mediaonly]
  update_secret:
    description:
      - What to do about the secrets of existing extensions when the server masks them, so that they cannot be compared.
      - V(on_create) sets them only when an extension is created. V(always) writes every secret that is given, with
        every run, which is then always reported as changed.
      - Where the server shows secrets this option has no effect.
    type: str
    choices: [on_create, always]
    default: on_create
  requests_per_minute:
    description:
      - How many requests are sent within any minute at the most. V(0) for any number.
    type: int
    default: 0
notes:
  - The API account needs the same permissions as for M(vox.roster.simotel_user).
  - All extensions are read with one request, and each creation, change and removal costs one. One more is needed to
    read back what a server may not take or keep, that is O(users[].description), O(users[].user_type) and masked
    secrets.
  - Simotel knows no limit of requests, so O(requests_per_minute) is V(0). A small server may still like a lower
    O(concurrency).
  - The keys of O(purge_filter) are names of fields as M(vox.roster.simotel_user) returns them in RV(ignore:user).
    A field that is not set counts as the empty text.
seealso:
  - module: vox.roster.simotel_user
  - module: vox.roster.autodialer_groups
"""

EXAMPLES = r"""
# extension_secret stands for a variable that you keep in a vault.

- name: Make sure that the extensions of the front desk exist
  vox.roster.simotel_users:
    url: "{{ lookup('ansible.builtin.env', 'SIMOTEL_URL') }}"
    api_user: "{{ lookup('ansible.builtin.env', 'SIMOTEL_API_USER') }}"
    api_password: "{{ lookup('ansible.builtin.env', 'SIMOTEL_API_PASSWORD') }}"
    api_key: "{{ lookup('ansible.builtin.env', 'SIMOTEL_API_KEY') }}"
    users:
      - number: "1201"
        name: Sara Ahmadi
        secret: "{{ extension_secret }}"
      - number: "1202"
        name: Reza Karimi
        secret: "{{ extension_secret }}"
        forward_policy:
          no_answer: "1201"
      - number: "1203"
        state: absent

# The address and the credentials of the following examples come from SIMOTEL_URL and the other environment variables.

- name: Declare all extensions that begin with 12, and remove at most five others of them
  vox.roster.simotel_users:
    users:
      - number: "1201"
        name: Sara Ahmadi
        secret: "{{ extension_secret }}"
      - number: "1204"
        name: Mina Rad
        secret: "{{ extension_secret }}"
    purge: true
    purge_filter:
      number: "12[0-9]{2}"
    purge_limit: 5

- name: Switch two extensions off, one after the other, and stop at the first failure
  vox.roster.simotel_users:
    users:
      - number: "1201"
        active: false
      - number: "1204"
        active: false
    concurrency: 1
    on_error: stop
"""

RETURN = r"""
summary:
  description:
    - How many items, and with O(purge) other extensions, came to what. In check mode, what would become of them.
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
      description: The extensions that were created.
      type: list
      elements: str
      sample: [user 1201, user 1202]
    updated:
      description: The extensions that were changed, together where the same fields changed.
      type: list
      elements: dict
      contains:
        fields:
          description: Names of the fields that changed.
          type: list
          elements: str
          sample: [name]
        names:
          description: The extensions of which they changed.
          type: list
          elements: str
          sample: [user 1203]
    deleted:
      description: The extensions that were removed.
      type: list
      elements: str
      sample: []
    failed:
      description: The first 100 items that failed.
      type: list
      elements: dict
      contains:
        item:
          description: The extension, or the position in the list where it has no key.
          type: str
          sample: user 1204
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
          description: The extensions that failed with it.
          type: list
          elements: str
          sample: [user 1304]
drift:
  description: With O(drift_file), how many differences there are between the list and the service.
  returned: with O(drift_file), when the extensions could be read
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
  returned: with O(drift_file), when the extensions could be read
  type: str
  sample: https://pbx.example.com/api/v4
unlisted:
  description:
    - With O(drift_file), why extensions that the list does not name are not known, in the form of RV(failure).
    - Null when they are.
  returned: with O(drift_file), when the extensions could be read
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
      sample: simotel
    operation:
      description: What was attempted.
      type: str
      sample: add user
    http_status:
      description: HTTP status of the answer. Null when there was none.
      type: int
      sample: 200
    code:
      description: The server's own code, or a word for the kind of failure when there is none.
      type: str
      sample: "0"
    message:
      description: The server's message, or ours.
      type: str
      sample: "This number already exists"
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
      description: What had been carried out for the item when the rest failed.
      type: list
      elements: str
      sample: []
"""

from ansible_collections.vox.roster.plugins.module_utils._core.plural import run_plural_module
from ansible_collections.vox.roster.plugins.module_utils._services.simotel import USER


def main() -> None:
    run_plural_module(USER)


if __name__ == "__main__":
    main()
