#!/usr/bin/python
# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: exotel_user_info
short_description: Read users (co-workers) of an Exotel contact centre
version_added: 1.0.0
author:
  - vox.roster contributors (@vox-roster)
description:
  - Reads users of an Exotel account, which its dashboard calls co-workers, with their phones and other devices. All of
    them, or those with certain e-mail addresses, telephone numbers or identifiers.
  - It changes nothing. What M(vox.roster.exotel_user) calls a user has the same form here.
extends_documentation_fragment:
  - vox.roster._info
  - vox.roster._exotel
  - vox.roster._connection
  - vox.roster._attributes
  - vox.roster._attributes.actiongroup_exotel
options:
  email:
    description:
      - E-mail addresses of the users to read. Upper and lower case do not count.
      - Users who do not exist are left out of the result. An empty list finds nothing.
      - If none of this, O(device_contact_uri) and O(id) is given, all users are read. If several are given, those with
        any of the values.
    type: list
    elements: str
  device_contact_uri:
    description:
      - Telephone numbers of the users to read, each with a plus sign and the country code, and quoted.
      - All digits have to be the same. The task warns of a user who has a number that may be the same one in another
        form, such as V(09800000001) for V(+919800000001), and leaves the user out.
    type: list
    elements: str
  id:
    description:
      - Exotel's identifiers of the users to read.
    type: list
    elements: str
  requests_per_minute:
    description:
      - How many requests are sent within any minute at the most. V(0) for any number.
      - Exotel limits the requests of an account, and 50 is the smallest of the limits that it tells of. An account with
        the larger one can take V(200). Whatever else uses the account at the same time counts, too.
    type: int
    default: 50
notes:
  - Exotel has no other filters than e-mail address and number, and it is not documented how exact they are. They serve
    to ask for less, and what comes is compared again. O(query) filters by everything else.
  - Exotel gives out 50 users with one request. An account of up to 50 costs one request whatever is asked for. In a
    larger one keys are looked up, 40 with one request, and the whole list is read when one of them is not found.
  - Exotel gives out no secrets.
  - The users are ordered by e-mail address, those without one come last.
seealso:
  - module: vox.roster.exotel_user
  - module: vox.roster.exotel_users
  - name: The users API of Exotel's contact centre
    description: Exotel's own description of the calls that this module makes.
    link: https://developer.exotel.com/api/ccm-users
"""

EXAMPLES = r"""
- name: Read all users
  vox.roster.exotel_user_info:
    account_sid: "{{ lookup('ansible.builtin.env', 'EXOTEL_ACCOUNT_SID') }}"
    api_key: "{{ lookup('ansible.builtin.env', 'EXOTEL_API_KEY') }}"
    api_token: "{{ lookup('ansible.builtin.env', 'EXOTEL_API_TOKEN') }}"
  register: centre

- name: Say how many seats are taken
  ansible.builtin.debug:
    msg: "{{ centre.count }} users"

# The following examples take the account and the credentials from the environment: EXOTEL_ACCOUNT_SID and so on.

- name: Find out whose number this is
  vox.roster.exotel_user_info:
    device_contact_uri: "+919800000001"
    query: "[0].email"

- name: List everybody who has not verified the phone yet
  vox.roster.exotel_user_info:
    query: "[?devices[?type == 'tel' && !verified]].{email: email, invited: date_created}"

- name: Read two users
  vox.roster.exotel_user_info:
    email:
      - meera.nair@example.com
      - arjun.kapoor@example.com

- name: Count the supervisors who take calls at this moment
  vox.roster.exotel_user_info:
    query: "length([?role == 'supervisor' && available])"
"""

RETURN = r"""
users:
  description:
    - The users, ordered by e-mail address. Empty when there are none.
    - What Exotel does not tell is null.
  returned: success, unless O(query) is given
  type: list
  elements: dict
  contains:
    id:
      description: Exotel's identifier.
      type: str
      sample: 7b1e0c9a4d3f4f6e8c2a5b9d0e7f1a23
    first_name:
      description: First name.
      type: str
      sample: Meera
    last_name:
      description: Last name.
      type: str
      sample: Nair
    email:
      description: E-mail address.
      type: str
      sample: meera.nair@example.com
    role:
      description: V(admin), V(supervisor) or V(user).
      type: str
      sample: supervisor
    device_contact_uri:
      description:
        - Number of the phone. Null when the user has none, or several and O(device_contact_uri) does not name
          one of them.
        - The same holds for RV(users[].device_name) and RV(users[].available).
      type: str
      sample: "+919800000001"
    device_name:
      description: Name of the phone.
      type: str
      sample: Desk mobile
    available:
      description: Whether the phone is on.
      type: bool
      sample: false
    devices:
      description:
        - All devices of the user. Null when Exotel does not tell.
      type: list
      elements: dict
      contains:
        id:
          description: Exotel's identifier of the device.
          type: str
          sample: "512044"
        name:
          description: Name of the device.
          type: str
          sample: Desk mobile
        contact_uri:
          description: Telephone number or SIP address, in the form in which Exotel returns it.
          type: str
          sample: "+919800000001"
        type:
          description: V(tel) for a telephone, V(sip) for a SIP device.
          type: str
          sample: tel
        available:
          description: Whether the device is on.
          type: bool
          sample: false
        verified:
          description: Whether the owner has verified the number.
          type: bool
          sample: false
        status:
          description: What the device is doing, such as V(free) or V(busy). Null for an unverified phone.
          type: str
          sample: free
    email_verified:
      description: Whether the person has accepted the invitation.
      type: bool
      sample: false
    date_created:
      description: Moment of creation.
      type: str
      sample: "2026-03-02T09:15:00Z"
    date_updated:
      description: Moment of the last change.
      type: str
      sample: "2026-03-02T09:15:00Z"
    active_call:
      description: Whether the user is in a call at this moment, in the form in which Exotel tells. Null when not.
      type: raw
      sample:
    last_login:
      description: Moment of the last login. Null when there was none.
      type: str
      sample: "2026-03-04T08:02:11Z"
count:
  description: How many users the task found, before O(query) is applied.
  returned: success
  type: int
  sample: 1
query_result:
  description:
    - What O(query) made of the users, in whatever form it asks for. RV(users) is left out then.
  returned: success, when O(query) is given
  type: raw
  sample: meera.nair@example.com
failure:
  description: What went wrong, for a playbook to act upon.
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
      sample: list users
    http_status:
      description: HTTP status of the answer. Null when there was none. Exotel may refuse under status 200.
      type: int
      sample: 401
    code:
      description: Exotel's own code, or a word for the kind of failure when there is none.
      type: str
      sample: "1010"
    message:
      description: Exotel's message, or ours.
      type: str
      sample: Authorization failed
    request_id:
      description: Exotel's identifier of the request, for its support desk. Null when the answer held none.
      type: str
      sample: 0f3c9a51d0b84d7e9a3b8c2f6e41d7aa
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
from ansible_collections.vox.roster.plugins.module_utils._services.exotel_info import USER_INFO


def main() -> None:
    run_info_module(USER_INFO)


if __name__ == "__main__":
    main()
