#!/usr/bin/python
# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: simotel_user
short_description: Manage users (extensions) of a Simotel PBX
version_added: 1.0.0
author:
  - vox.roster contributors (@vox-roster)
description:
  - Create, change and remove users of a Simotel PBX, that is its internal extensions, through version 4 of its API.
  - Only the options that are given are compared and changed. What is left out stays as it is in the PBX.
  - Text options can be emptied only where their description says what empty does. Elsewhere an empty value is refused.
  - The server is asked once. It is written to only when something differs.
extends_documentation_fragment:
  - vox.roster._simotel
  - vox.roster._connection
  - vox.roster._attributes
  - vox.roster._attributes.in_process
  - vox.roster._attributes.actiongroup_simotel
options:
  state:
    description:
      - V(present) makes sure that the extension exists with the values given, V(absent) that it does not exist.
    type: str
    choices: [present, absent]
    default: present
  number:
    description:
      - Number of the extension, digits only. It is unique in the PBX and identifies the extension unless O(id) is
        given.
      - Quote it, so that a leading zero survives.
      - Together with O(id), the extension gets this number.
    type: str
  id:
    description:
      - The server's own identifier, as in RV(user.id). It identifies the extension whatever its number, so that
        O(number) can be changed.
      - At least one of O(number) and O(id) is required.
      - Null is the same as leaving it out. Then O(number) identifies the extension, which is not what a task that gives
        it a new number means. The examples show how to skip such a task.
    type: str
  name:
    description:
      - Name of the user, as the PBX shows it. Required to create an extension.
    type: str
  secret:
    description:
      - Password with which the phone registers. Required to create an extension. The PBX may demand a strong one.
      - It never appears in results, differences or messages. A secret that is part of other values, for example equal
        to the O(number), makes Ansible hide these, too.
    type: str
  update_secret:
    description:
      - What to do about O(secret) of an existing extension when the server masks it, so that it cannot be compared.
      - V(on_create) sets it only when the extension is created. V(always) writes it with every run, which is then
        always reported as changed.
      - Where the server shows secrets this option has no effect. The secret is compared, and written when it differs.
      - A server that masks secrets and also replaces the whole record with every update would lose the secret. The task
        looks for that after an update, sets O(secret) again if it is given, and fails if it is not.
    type: str
    choices: [on_create, always]
    default: on_create
  user_type:
    description:
      - Channel technology of the extension.
      - A new extension is V(SIP) unless told otherwise.
      - Whether a server changes it for an existing extension is not documented. The task reads it back, and fails if
        the server did not take it.
    type: str
    choices: [SIP, IAX2]
  active:
    description:
      - Whether the extension is enabled. A new one is, unless told otherwise.
      - An extension of which the server does not say so is not taken for disabled, and V(false) is written. The
        exception is a server that seems to leave out of all records what is off. There it counts as disabled, and the
        task warns that it does.
    type: bool
  cid_number:
    description:
      - Caller number that is shown for calls of the extension. Empty clears it.
    type: str
  call_record:
    description:
      - Whether calls are recorded. Off for a new extension unless told otherwise.
    type: bool
  push_notification:
    description:
      - Whether the vendor's softphone is woken by push notifications. Off for a new extension unless told otherwise.
    type: bool
  deny:
    description:
      - Network from which registration is refused, as C(address/mask).
        V(0.0.0.0/0.0.0.0) for a new extension unless told otherwise.
      - It cannot be empty.
    type: str
  permit:
    description:
      - Network from which registration is allowed nevertheless, as C(address/mask).
        V(0.0.0.0/0.0.0.0) for a new extension unless told otherwise.
      - It cannot be empty.
    type: str
  dtmfmode:
    description:
      - How key presses are sent, for example V(rfc2833), V(inband), V(info) or V(auto).
        V(rfc2833) for a new extension unless told otherwise.
      - It cannot be empty.
    type: str
  context:
    description:
      - Dialplan context in which calls of the extension start. V(main_routing) for a new extension unless told
        otherwise.
      - It cannot be empty.
    type: str
  host:
    description:
      - V(dynamic) to let the phone register from anywhere, or the fixed address of the phone.
        V(dynamic) for a new extension unless told otherwise.
      - It cannot be empty.
    type: str
  type:
    description:
      - V(user) may only call, V(peer) may only be called, V(friend) may do both.
        V(user) for a new extension unless told otherwise.
    type: str
    choices: [user, peer, friend]
  port:
    description:
      - Port of the phone. V(5060) for a new SIP extension and V(4569) for a new IAX2 one unless told otherwise.
      - It cannot be empty.
    type: str
  qualify:
    description:
      - Whether the PBX checks regularly that the phone can be reached. Off for a new extension unless told otherwise.
    type: bool
  email:
    description:
      - E-mail address of the user. Upper and lower case do not count in the comparison. Empty clears it.
    type: str
  forward_policy:
    description:
      - Where calls go that the extension does not take. Only the suboptions that are given are changed. Empty clears
        one.
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
      - White space around lines, empty lines and line ends do not count in the comparison, since the server may drop
        them.
      - They are printed in results and differences. When they hold a secret, give the task C(no_log).
    type: str
  description:
    description:
      - Free text. Empty clears it.
      - Whether a server takes it through the API is not documented. The task reads it back, and fails if the server did
        not take it.
    type: str
  canreinvite:
    description:
      - Whether the phones may send media to each other directly, by the older of two names for it. SIP only.
        Off for a new extension unless told otherwise.
    type: bool
  directmedia:
    description:
      - Whether the phones may send media to each other directly. SIP only. Off for a new extension unless told
        otherwise.
    type: bool
  nat:
    description:
      - How the PBX treats a phone behind address translation. SIP only. V(no) for a new extension unless told
        otherwise.
      - V(force_rport,comedia) is what the panel calls C(Force Report & Co-Media).
    type: str
    choices: ['no', 'yes', 'force_rport,comedia']
  callgroup:
    description:
      - Group in which the phone rings, for pickup, such as V(1) or V(1,3-5). SIP only.
        V(1) for a new extension unless told otherwise.
      - Empty clears it.
    type: str
  pickupgroup:
    description:
      - Groups whose calls the phone may pick up, such as V(1) or V(1,3-5). SIP only.
        V(1) for a new extension unless told otherwise.
      - Empty clears it.
    type: str
  callcounter:
    description:
      - Whether calls are counted, which queues need in order to see that the extension is in use. SIP only.
        Off for a new extension unless told otherwise.
    type: bool
  faxdetect:
    description:
      - Whether fax tones are detected. SIP only. Off for a new extension unless told otherwise.
    type: bool
  call_limit:
    description:
      - Largest number of calls at the same time, digits only. SIP only. Empty removes the limit.
    type: str
  trunk:
    description:
      - Whether IAX2 trunking is used, which saves bandwidth. IAX2 only. Off for a new extension unless told otherwise.
    type: bool
  transfer:
    description:
      - Whether a call may be handed over to the phones themselves. IAX2 only. V(no) for a new extension unless told
        otherwise.
    type: str
    choices: ['yes', 'no', mediaonly]
notes:
  - Ansible prints the item of a loop that fails, and with C(-v) each item, with all that is in it. Where items hold
    secrets, use M(vox.roster.simotel_users), or loop over the numbers and look the secrets up.
  - The API account needs the permissions C(/pbx/users/search), and C(/pbx/users/add), C(/pbx/users/update) and
    C(/pbx/users/remove) for what the task changes. Check mode needs the search only.
  - The server cannot search for an identifier. A task with O(id) reads the list of all users, which is still one
    request.
  - An update writes the whole record back, also what this module does not know, since it is not documented whether the
    server merges or replaces. Two runs
    that change the same extension at the same moment may undo each other's change; the next run mends that.
  - A switch or choice that a record does not hold at all counts as off, or as V(no). O(active) is the exception.
  - The server answers success even for an extension that has gone in the meantime. The next run creates it again.
seealso:
  - module: vox.roster.simotel_users
  - module: vox.roster.autodialer_group
"""

EXAMPLES = r"""
# extension_secret stands for a variable that you keep in a vault.

- name: Make sure that extension 1001 exists
  vox.roster.simotel_user:
    url: "{{ lookup('ansible.builtin.env', 'SIMOTEL_URL') }}"
    api_user: "{{ lookup('ansible.builtin.env', 'SIMOTEL_API_USER') }}"
    api_password: "{{ lookup('ansible.builtin.env', 'SIMOTEL_API_PASSWORD') }}"
    api_key: "{{ lookup('ansible.builtin.env', 'SIMOTEL_API_KEY') }}"
    number: "1001"
    name: Sara Ahmadi
    secret: "{{ extension_secret }}"
    type: friend
    callcounter: true

# The address and the credentials of the following examples come from SIMOTEL_URL and the other environment variables.

- name: Forward the calls that Sara does not answer, and leave everything else alone
  vox.roster.simotel_user:
    number: "1001"
    forward_policy:
      no_answer: "1002"

- name: Stop forwarding them
  vox.roster.simotel_user:
    number: "1001"
    forward_policy:
      no_answer: ""

# The next two tasks can be run again. When 1001 has gone, the look-up fails with the code "incomplete", since it could
# only create the extension, and is told no name and no secret. Every other failure stays one.

- name: Look up Sara's extension by its old number
  vox.roster.simotel_user:
    number: "1001"
  check_mode: true
  register: sara
  failed_when: sara is failed and sara.failure.code != 'incomplete'

- name: Give her the new number
  vox.roster.simotel_user:
    id: "{{ sara.user.id }}"
    number: "1101"
  when: sara.user is defined

- name: Remove the extension
  vox.roster.simotel_user:
    number: "1101"
    state: absent
"""

RETURN = r"""
user:
  description:
    - The extension as it is after the task, or in check mode as it would be. The secret is left out.
    - Null when there is no such extension.
    - A new extension has no RV(user.id) in check mode. What the server does not hold is null.
  returned: success
  type: dict
  contains:
    id:
      description: The server's identifier.
      type: str
      sample: 64b783f3dc412c6dd0306ec7
    number:
      description: Number of the extension.
      type: str
      sample: "1001"
    name:
      description: Name of the user.
      type: str
      sample: Sara Ahmadi
    user_type:
      description: Channel technology, V(SIP) or V(IAX2).
      type: str
      sample: SIP
    active:
      description: Whether the extension is enabled.
      type: bool
      sample: true
    cid_number:
      description: Caller number that is shown.
      type: str
      sample: "1001"
    call_record:
      description: Whether calls are recorded.
      type: bool
      sample: false
    push_notification:
      description: Whether the softphone is woken by push notifications.
      type: bool
      sample: false
    deny:
      description: Network from which registration is refused.
      type: str
      sample: 0.0.0.0/0.0.0.0
    permit:
      description: Network from which registration is allowed.
      type: str
      sample: 0.0.0.0/0.0.0.0
    dtmfmode:
      description: How key presses are sent.
      type: str
      sample: rfc2833
    context:
      description: Dialplan context.
      type: str
      sample: main_routing
    host:
      description: V(dynamic) or a fixed address.
      type: str
      sample: dynamic
    type:
      description: V(user), V(peer) or V(friend).
      type: str
      sample: friend
    port:
      description: Port of the phone.
      type: str
      sample: "5060"
    qualify:
      description: Whether reachability is checked.
      type: bool
      sample: true
    email:
      description: E-mail address.
      type: str
      sample: sara@example.com
    forward_policy:
      description: Where calls go that the extension does not take. Empty where they go nowhere.
      type: dict
      sample: {"all": "", "busy": "", "no_answer": "1002", "unavailable": ""}
    more_options:
      description: Further lines of the channel configuration.
      type: str
      sample: ""
    description:
      description: Free text.
      type: str
      sample: Front desk
    canreinvite:
      description: Whether media goes directly, by the older name.
      type: bool
      sample: false
    directmedia:
      description: Whether media goes directly.
      type: bool
      sample: false
    nat:
      description: Treatment of a phone behind address translation.
      type: str
      sample: force_rport,comedia
    callgroup:
      description: Group in which the phone rings.
      type: str
      sample: "1"
    pickupgroup:
      description: Groups whose calls the phone may pick up.
      type: str
      sample: "1"
    callcounter:
      description: Whether calls are counted.
      type: bool
      sample: true
    faxdetect:
      description: Whether fax tones are detected.
      type: bool
      sample: false
    call_limit:
      description: Largest number of calls at the same time.
      type: str
      sample: ""
    trunk:
      description: Whether IAX2 trunking is used.
      type: bool
      sample: false
    transfer:
      description: Whether a call may be handed over.
      type: str
      sample: "no"
    queues:
      description: Queues that the extension is a member of, as the server lists them.
      type: list
      elements: raw
      sample: []
    date:
      description: Moment of creation as the server prints it, in the calendar and time zone that it is set to.
      type: str
      sample: "1402-04-26 19:32:56"
failure:
  description: What went wrong, for a playbook to act upon.
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
      sample: This number already exists
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
      description: What had been carried out when the rest failed.
      type: list
      elements: str
      sample: []
"""

from ansible_collections.vox.roster.plugins.module_utils._core.entry import run_module
from ansible_collections.vox.roster.plugins.module_utils._services.simotel import USER


def main() -> None:
    run_module(USER)


if __name__ == "__main__":
    main()
