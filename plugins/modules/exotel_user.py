#!/usr/bin/python
# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: exotel_user
short_description: Manage users (co-workers) of an Exotel contact centre
version_added: 1.0.0
author:
  - vox.roster contributors (@vox-roster)
description:
  - Create, change and delete users of an Exotel account, which its dashboard calls co-workers, and switch their phones
    on and off, through version 2 of the contact-centre API.
  - Only the options that are given are compared and changed. What is left out stays as it is at Exotel.
  - Exotel is asked once, and written to only when something differs.
extends_documentation_fragment:
  - vox.roster._exotel
  - vox.roster._connection
  - vox.roster._attributes
  - vox.roster._attributes.in_process
  - vox.roster._attributes.actiongroup_exotel
options:
  state:
    description:
      - V(present) makes sure that the user exists with the values given, V(absent) that it does not exist.
      - A deleted user cannot be brought back. Creating the person again gives new ids and an unverified phone.
    type: str
    choices: [present, absent]
    default: present
  email:
    description:
      - E-mail address of the user, which identifies the user unless O(id) is given.
        Upper and lower case do not count in the comparison.
      - Exotel sends an invitation to it. Without an address the person can take calls, but not log in to the dashboard.
      - Once set, an address never changes. To give one to a user who has none yet, address the user with O(id).
    type: str
  id:
    description:
      - Exotel's own identifier, as in RV(user.id). It identifies the user whatever the other values are.
      - At least one of O(id), O(email) and O(device_contact_uri) is required.
    type: str
  device_contact_uri:
    description:
      - Telephone number of the user with a plus sign and the country code, such as V(+919800000001). It identifies the
        user if neither O(id) nor O(email) is given.
      - Required to create a user, save in an account with VOIP.
      - Together with O(id) or O(email), the phone gets this number. A new number is unverified at first and gets no
        calls until its owner has verified it.
      - Numbers are compared by their digits. With O(id) or O(email), a number that Exotel returns in national form,
        such as C(09800000001), is not written again either.
      - By itself, a number identifies a user only if all its digits are the same. If the only user to be found has it
        in national form, which may also be a number of another country, the task fails and names that user. Where
        Exotel returns numbers in that form, give O(id) or O(email).
      - If the user has several phones, this tells which one the task means.
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
      - Role of the user. A new user is V(user) unless told otherwise.
      - The API cannot change it later. The task fails if an existing user has another one.
    type: str
    choices: [admin, supervisor, user]
  device_name:
    description:
      - Name of the phone. Exotel chooses one for a new phone unless told otherwise.
      - The API cannot change it later. The task fails if an existing phone has another one.
    type: str
  available:
    description:
      - Whether the phone takes calls, which is the switch C(ON) or C(OFF) of the device.
      - Only one device of a user can be on. Before the phone is switched on, the other devices of the user that are on,
        such as a SIP device, are switched off.
      - A phone can be on only after its owner has verified the number. Until then V(true) causes a warning and nothing
        else, so that the same task can run again and again, and takes effect after the verification.
    type: bool
attributes:
  idempotent:
    support: full
    details:
      - O(available=true) changes nothing, and is no change, until the phone is verified.
notes:
  - A phone is verified by its owner, with a missed call to a number that Exotel tells. No API call can do that.
  - The API cannot change an e-mail address, a role or the name of a phone, and it can neither add nor remove a phone.
    The task then fails and says what can be done. It never deletes a user in order to create it again.
  - Trial accounts, and accounts whose KYC is not complete, can read but not write. Check mode does not notice that.
  - Each user may be a paid seat of the account.
  - Where nothing proves that an e-mail address is used once, that is when a user is created without a phone, one more
    request looks whether another run has created the same user at the same moment. The younger of the two is deleted
    again by the run that made it, which then fails with RV(failure.code) V(simultaneous), says so in RV(failure.done),
    and finds the other one when it is run again. No other user is ever deleted unless O(state=absent).
  - In an account with VOIP Exotel adds a SIP device to every new user. Check mode does not predict it, since nothing
    shows beforehand whether an account has VOIP; RV(user.devices) then holds only the phone.
  - One request settles what there is in an account of up to 50 users. In a larger one the user is looked up, and if not
    found, the whole list is read, because it is not documented how exact the look-up is.
  - Names may hold letters, digits, apostrophes, hyphens, periods, and a space after a period. Which of them are allowed
    is left to Exotel to judge. So check mode takes V(van Dyk), and Exotel refuses it then, with
    RV(failure.code) V(1002).
seealso:
  - module: vox.roster.exotel_users
  - name: The users API of Exotel's contact centre
    description: Exotel's own description of the calls that this module makes.
    link: https://developer.exotel.com/api/ccm-users
"""

EXAMPLES = r"""
- name: Make sure that Meera Nair is a user
  vox.roster.exotel_user:
    account_sid: "{{ lookup('ansible.builtin.env', 'EXOTEL_ACCOUNT_SID') }}"
    api_key: "{{ lookup('ansible.builtin.env', 'EXOTEL_API_KEY') }}"
    api_token: "{{ lookup('ansible.builtin.env', 'EXOTEL_API_TOKEN') }}"
    email: meera.nair@example.com
    first_name: Meera
    last_name: Nair
    device_contact_uri: "+919800000001"
    device_name: Desk mobile
    role: supervisor
  register: meera

# The following examples take the account and the credentials from the environment: EXOTEL_ACCOUNT_SID and so on.

- name: Tell whether she still has to verify her phone
  ansible.builtin.debug:
    msg: "Verified: {{ meera.user.devices | map(attribute='verified') | list }}"

- name: Give her phone another number, and leave everything else alone
  vox.roster.exotel_user:
    email: meera.nair@example.com
    device_contact_uri: "+919800000002"

- name: Let her phone take no calls
  vox.roster.exotel_user:
    email: meera.nair@example.com
    available: false

- name: Make sure that Arjun, who has no e-mail address, is a user
  vox.roster.exotel_user:
    device_contact_uri: "+919800000003"
    first_name: Arjun
    last_name: Kapoor
  register: arjun

- name: Give him an e-mail address
  vox.roster.exotel_user:
    id: "{{ arjun.user.id }}"
    email: arjun.kapoor@example.com

- name: Delete both
  vox.roster.exotel_user:
    email: "{{ item }}"
    state: absent
  loop:
    - meera.nair@example.com
    - arjun.kapoor@example.com
"""

RETURN = r"""
user:
  description:
    - The user as it is after the task, or in check mode as it would be.
    - Null when there is no such user.
    - A new user has no RV(user.id) in check mode. What Exotel does not tell is null.
  returned: success
  type: dict
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
        - Number of the phone. Null when the user has none, or several and the task does not tell which one is meant.
        - The same holds for RV(user.device_name) and RV(user.available).
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
        - All devices of the user.
        - Null when Exotel does not tell. In check mode the phone of a new user has no id.
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
      description: Moment of creation. Null right after it.
      type: str
      sample: "2026-03-02T09:15:00Z"
    date_updated:
      description: Moment of the last change that Exotel told of. Null right after a creation.
      type: str
      sample: "2026-03-02T09:15:00Z"
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
      description: What had been carried out when the rest failed.
      type: list
      elements: str
      sample: []
"""

from ansible_collections.vox.roster.plugins.module_utils._core.entry import run_module
from ansible_collections.vox.roster.plugins.module_utils._services.exotel import USER


def main() -> None:
    run_module(USER)


if __name__ == "__main__":
    main()
