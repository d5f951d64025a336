#!/usr/bin/python
# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: simotel_user_info
short_description: Read users (extensions) of a Simotel PBX
version_added: 1.0.0
author:
  - vox.roster contributors (@vox-roster)
description:
  - Reads users of a Simotel PBX, that is its internal extensions, through version 4 of its API. All of them, those with
    certain numbers or identifiers, or those that the server's own search leaves.
  - It changes nothing. What M(vox.roster.simotel_user) calls a user has the same form here.
extends_documentation_fragment:
  - vox.roster._info
  - vox.roster._simotel
  - vox.roster._connection
  - vox.roster._attributes
  - vox.roster._attributes.actiongroup_simotel
options:
  number:
    description:
      - Numbers of the extensions to read. Quote them, so that a leading zero survives.
      - Extensions that do not exist are left out of the result. An empty list finds nothing.
      - If neither this nor O(id) is given, all extensions are read. If both are given, those with any of the values.
    type: list
    elements: str
  id:
    description:
      - The server's identifiers of the extensions to read.
    type: list
    elements: str
  filters:
    description:
      - The server's own search. Each condition that is given has to be met.
      - Whether the server looks for a part of the value, or takes it for a regular expression, and whether upper and
        lower case count, differs between servers. What has to be exact is better left to O(query).
      - Mutually exclusive with O(number) and O(id).
    type: dict
    suboptions:
      name:
        description: Something similar to the name.
        type: str
      number:
        description: Something similar to the number, such as its beginning.
        type: str
      agent:
        description: Something similar to the number of the agent who is logged in at the extension.
        type: str
      with_agent:
        description: Only extensions at which an agent is logged in.
        type: bool
        default: false
  include_secrets:
    description:
      - Whether RV(users[].secret) is part of the result, and can be used in O(query).
      - Give the task C(no_log=true), too. Without that it warns, and Ansible is told to hide the result all the same,
        except that of an asynchronous task. What is registered holds the secrets in any case, so do not print it.
      - A server that masks secrets gives out none. The task warns then, and they are null.
    type: bool
    default: false
notes:
  - The API account needs the permission C(/pbx/users/search) and no other.
  - A task costs one request, since the server does not divide its answer into pages.
  - The extensions are ordered by number.
  - Ansible prints the secrets of a task with O(include_secrets=true) when it is itself debugged with E(ANSIBLE_DEBUG),
    whatever C(no_log) says.
seealso:
  - module: vox.roster.simotel_user
  - module: vox.roster.simotel_users
  - module: vox.roster.autodialer_group_info
"""

EXAMPLES = r"""
- name: Read all extensions
  vox.roster.simotel_user_info:
    url: "{{ lookup('ansible.builtin.env', 'SIMOTEL_URL') }}"
    api_user: "{{ lookup('ansible.builtin.env', 'SIMOTEL_API_USER') }}"
    api_password: "{{ lookup('ansible.builtin.env', 'SIMOTEL_API_PASSWORD') }}"
    api_key: "{{ lookup('ansible.builtin.env', 'SIMOTEL_API_KEY') }}"
  register: pbx

- name: Say how many there are
  ansible.builtin.debug:
    msg: "{{ pbx.count }} extensions"

# The address and the credentials of the following examples come from SIMOTEL_URL and the other environment variables.

- name: See which of these numbers are taken
  vox.roster.simotel_user_info:
    number:
      - "1001"
      - "1002"
      - "1003"
    query: "[].number"
  register: taken

- name: Name a free one
  ansible.builtin.debug:
    msg: "{{ ['1001', '1002', '1003'] | difference(taken.query_result) | first | default('none') }}"

- name: List the extensions of the shop floor that forward all calls, and to where
  vox.roster.simotel_user_info:
    query: "[?starts_with(number, '20') && forward_policy.all].{number: number, to: forward_policy.all}"

- name: Count the extensions that are disabled
  vox.roster.simotel_user_info:
    query: "length([?active == `false`])"

- name: Look for everybody called Ahmadi
  vox.roster.simotel_user_info:
    filters:
      name: Ahmadi

- name: Read the secrets that the softphones need
  vox.roster.simotel_user_info:
    number: ["1001", "1002"]
    include_secrets: true
  register: softphones
  no_log: true
"""

RETURN = r"""
users:
  description:
    - The extensions, ordered by number. Empty when there are none.
    - What the server does not hold is null.
  returned: success, unless O(query) is given
  type: list
  elements: dict
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
    secret:
      description: Password with which the phone registers. Null where the server masks it.
      returned: success, with O(include_secrets=true)
      type: str
      sample: Example-Secret-1
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
count:
  description: How many extensions the task found, before O(query) is applied.
  returned: success
  type: int
  sample: 1
query_result:
  description:
    - What O(query) made of the users, in whatever form it asks for. RV(users) is left out then.
  returned: success, when O(query) is given
  type: raw
  sample: ["1001", "1002"]
secrets_included:
  description: That the result may hold secrets.
  returned: success, with O(include_secrets=true)
  type: bool
  sample: true
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
      sample: search users
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
      sample: "Access denied: /pbx/users/search"
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
from ansible_collections.vox.roster.plugins.module_utils._services.simotel_info import USER_INFO


def main() -> None:
    run_info_module(USER_INFO)


if __name__ == "__main__":
    main()
