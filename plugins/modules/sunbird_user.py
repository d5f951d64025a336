#!/usr/bin/python
# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sunbird_user
short_description: Manage users of a Sunbird Lern (Sunbird ED) installation
version_added: 1.0.0
author:
  - vox.roster contributors (@vox-roster)
description:
  - Create, change and delete users of a Sunbird installation, and give and take their roles, through its user
    service.
  - Through the gateway, which is the default way in, users can be created, deleted, and given and taken roles. They
    cannot be renamed, get another phone or be changed in any other way there, unless the user token is their own; that
    of an administrator will not do. For that the task has to run inside the cluster, with O(mode=service).
  - Only the options that are given are compared and changed. What is left out stays as it is.
  - A user is found by its id, e-mail address, phone or user name. Each of these belongs to one user only.
extends_documentation_fragment:
  - vox.roster._sunbird
  - vox.roster._connection
  - vox.roster._attributes
  - vox.roster._attributes.in_process
  - vox.roster._attributes.actiongroup_sunbird
options:
  state:
    description:
      - V(present) makes sure that the user exists with the values given, V(absent) that it is deleted.
      - Deleting wipes the name, the e-mail address and the phone at once. It cannot be undone, but the e-mail
        address, the phone and the user name are free for a new user, who gets another id. Content that the user owns
        is not handed over.
    type: str
    choices: [present, absent]
    default: present
  id:
    description:
      - The service's own identifier of the user, as in RV(user.id). The form V(f:<provider>:<id>) of Keycloak will
        do.
      - Together with O(id), the user gets O(email) and O(phone).
      - At least one of O(id), O(email), O(phone) and O(username) is required. The first of them that is given decides
        which user is meant. The others must belong to that user or to nobody; anything else is an error.
    type: str
  email:
    description:
      - E-mail address. Upper and lower case do not count.
      - It can be replaced, but not taken away. To replace it, address the user by O(id).
      - A new user needs O(email) or O(phone).
    type: str
  phone:
    description:
      - Telephone number, best without the country code. White space, dots, dashes and brackets do not matter.
      - With a plus sign in front it has to begin with O(country_code), which is then taken off.
      - More than 15 digits are refused, since they are more than one number.
      - It can be replaced, but not taken away.
    type: str
  country_code:
    description:
      - Country of O(phone) and O(recovery_phone), such as V(+977). It serves to check a number when it is written,
        to understand one with a plus sign, and is not compared, since the service stores V(+91) whatever was given.
      - V(+91) unless told otherwise.
    type: str
  username:
    description:
      - User name, in ASCII. Upper and lower case do not count. Without it the service makes one up.
      - It cannot be changed afterwards; a difference is an error.
      - A look-up by user name needs a user token. Where there is none, and O(email) or O(phone) is given, the
        service's own check at the creation has to do, which check mode cannot foresee.
    type: str
  password:
    description:
      - Password of a new user, of 8 characters or more with a digit, a lower-case and an upper-case letter and a
        special character. An empty one is an error. Without this option the user has none.
      - It is set when the user is created and never compared or changed afterwards, since the service offers no way
        to.
      - When the service creates the user but cannot set the password, the task fails and says so. The user exists
        then, and another run does not repeat the failure.
      - When the answer to the creation is lost, the task looks for the user, and warns that the password may not be
        set.
    type: str
  first_name:
    description:
      - First name. Required to create a user. It cannot be empty.
    type: str
  last_name:
    description:
      - Last name. Empty clears it.
    type: str
  dob:
    description:
      - Year of birth, of four digits. The service keeps no day.
      - It can be replaced, but not taken away.
    type: str
  channel:
    description:
      - Channel of the tenant in which to create the user. Without it the service takes its own (custodian)
        organisation, or the tenant of O(organisation_id).
      - It cannot be changed afterwards; a difference is an error. Upper and lower case do not count.
    type: str
  organisation_id:
    description:
      - Id of the organisation below the tenant's root organisation to which the user belongs. It must be one of the
        same tenant.
      - A change ends the membership in the organisation before. The service cannot end it without another one, so the
        id of the root organisation is an error for a user who belongs to one below.
      - The service passes over an organisation that it does not know; the task notices by reading back, and fails.
    type: str
  roles:
    description:
      - Roles of the user, each within one organisation. V([]) takes all roles away.
      - The role V(PUBLIC), which everybody has, is left out of account on both sides.
      - Before anything is written, also in check mode, roles to be added are looked up in the roles of the
        installation, and an unknown one is an error. For a user with a role that does not exist could be neither
        changed nor deleted, and the service does not check the names when it creates a user.
      - Where the roles of the installation cannot be read, the task goes on without. Mind the spelling then.
    type: list
    elements: dict
    suboptions:
      role:
        description: Name of the role, such as V(CONTENT_CREATOR), in capitals as the service lists it.
        type: str
        required: true
      organisation_id:
        description:
          - Id of the organisation in which the role counts; the root organisation of the user unless told otherwise.
        type: str
  append:
    description:
      - Whether O(roles) are added to those that the user has. If V(false), all other roles are taken away.
    type: bool
    default: false
  recovery_email:
    description:
      - A second e-mail address for regaining access, other than O(email). Empty clears it where the service allows
        that, and is an error where it does not.
      - The service shows it masked, so it is compared and returned masked. Two addresses with the same beginning,
        length and domain count as equal.
    type: str
  recovery_phone:
    description:
      - A second telephone number for regaining access, other than O(phone). Empty clears it where the service allows
        that, and is an error where it does not.
      - The service shows it masked, so it is compared and returned masked. Two numbers of the same length with the
        same last four digits count as equal.
    type: str
  user_type:
    description:
      - Kind of user, as the installation's profile form knows it, by default one of V(administrator), V(teacher),
        V(student), V(parent) and V(other).
    type: str
  user_sub_type:
    description:
      - Finer kind within O(user_type), by default V(hm) or V(crp) for an V(administrator). Empty clears it.
      - A new O(user_type) without this option clears it, too.
    type: str
  profile_locations:
    description:
      - Codes of the locations of the user, which must lead up to a state.
      - The service adds by itself what lies above a location, which therefore need not be given.
    type: list
    elements: str
  framework:
    description:
      - What the user learns or teaches, as lists of texts by name, such as C(board), C(medium) and C(gradeLevel). The
        entry C(id) is required and names the one framework.
      - Only the entries given are compared and changed. An empty list clears one.
    type: dict
  force:
    description:
      - With O(state=absent), whether to take the roles of the user away first. Sunbird protects users with roles from
        deletion, and without this the task fails for them, even where an installation would let some roles pass.
      - No role is taken before the task has the user token that the deletion needs.
    type: bool
    default: false
attributes:
  idempotent:
    details:
      - The O(password) is set at the creation only.
      - O(recovery_email) and O(recovery_phone) are compared by what can be seen of them, since they are masked.
notes:
  - Ansible prints the item of a loop that fails, and with C(-v) each item, with all that is in it. Where items hold
    passwords, use M(vox.roster.sunbird_users), or loop over the addresses and look the passwords up.
  - Through the gateway a user token changes the profile of its own user only. Check mode warns of a change that the
    gateway will most likely refuse.
  - Roles need the token of an administrator (C(ORG_ADMIN)) of the organisations concerned. A token straight from
    Keycloak carries no roles, so the task has them added through C(/auth/v1/refresh/token). Where an installation
    does not offer that, the task goes on with the plain token.
  - A look-up by e-mail or phone needs no user token and sees every change at once. A look-up by O(id) needs, with
    O(mode=gateway), the token of an administrator or of that user.
  - A deleted user reads as blocked. The task finds out which of the two it is by the status, with O(mode=gateway)
    from a search, which follows after a moment and which the API key must allow.
  - The task neither blocks nor unblocks users. Newer releases cannot undo a block.
  - External ids, declarations, consents and managed users (those with a parent) are left alone. The service keeps the
    external id of a deleted user taken, and does not tell the external ids of others.
  - Which user names, e-mail addresses and numbers are valid is decided by the service, after check mode.
seealso:
  - module: vox.roster.sunbird_users
  - name: Sunbird Lern
    description: The user and organisation service.
    link: https://lern.sunbird.org/
"""

EXAMPLES = r"""
# initial_password stands for a variable that you keep in a vault.

- name: Make sure that Ishaan has an account and may create content
  vox.roster.sunbird_user:
    url: "{{ lookup('ansible.builtin.env', 'SUNBIRD_URL') }}"
    api_key: "{{ lookup('ansible.builtin.env', 'SUNBIRD_API_KEY') }}"
    auth_username: "{{ lookup('ansible.builtin.env', 'SUNBIRD_AUTH_USERNAME') }}"
    auth_password: "{{ lookup('ansible.builtin.env', 'SUNBIRD_AUTH_PASSWORD') }}"
    client_secret: "{{ lookup('ansible.builtin.env', 'SUNBIRD_CLIENT_SECRET') }}"
    email: ishaan@example.org
    first_name: Ishaan
    last_name: Patel
    password: "{{ initial_password }}"
    channel: sandbox
    roles:
      - role: CONTENT_CREATOR

# The address and the credentials of the following examples come from SUNBIRD_URL and the other environment variables.

- name: Let him review books, too
  vox.roster.sunbird_user:
    email: ishaan@example.org
    roles:
      - role: BOOK_REVIEWER
    append: true

- name: Look him up
  vox.roster.sunbird_user:
    email: ishaan@example.org
  check_mode: true
  register: ishaan

- name: Say where he is and what he may do
  ansible.builtin.debug:
    msg: "{{ ishaan.user.root_org_id }}: {{ ishaan.user.roles | map(attribute='role') | join(', ') }}"

- name: See what he would lose if he were a mentor only
  vox.roster.sunbird_user:
    id: "{{ ishaan.user.id }}"
    roles:
      - role: COURSE_MENTOR
  check_mode: true
  diff: true

- name: Rename him, which takes the user service's own address inside the cluster, such as http://userorg:9000
  vox.roster.sunbird_user:
    url: "{{ lookup('ansible.builtin.env', 'SUNBIRD_SERVICE_URL') }}"
    mode: service
    email: ishaan@example.org
    last_name: Sharma

- name: Take his roles away and delete the account
  vox.roster.sunbird_user:
    email: ishaan@example.org
    state: absent
    force: true
"""

RETURN = r"""
user:
  description:
    - The user as it is after the task, or in check mode as it would be. The password is left out.
    - Null when there is no such user.
    - What the service gives by itself, such as RV(user.id), is null for a user who has just been created in check
      mode, and some of it is null until the next run. What the service does not hold is null.
  returned: success
  type: dict
  contains:
    id:
      description: The service's identifier.
      type: str
      sample: de11ed18-7c0a-4a6e-9f5e-2f5e0d1c9b7a
    email:
      description: E-mail address; masked as the service shows it unless the task named it.
      type: str
      sample: ishaan@example.org
    phone:
      description: Telephone number; masked as the service shows it unless the task named it.
      type: str
      sample: '******3210'
    username:
      description: User name. Null right after a creation for which the service made one up.
      type: str
      sample: ishaan_k2x9
    country_code:
      description: Country code as the service keeps it, which need not be that of the number.
      type: str
      sample: "+91"
    first_name:
      description: First name.
      type: str
      sample: Ishaan
    last_name:
      description: Last name.
      type: str
      sample: Patel
    dob:
      description: Year of birth.
      type: str
      sample: "1990"
    channel:
      description: Channel of the tenant.
      type: str
      sample: sandbox
    organisation_id:
      description:
        - Id of the organisation below the root organisation that was joined last, or of the root organisation.
      type: str
      sample: "0140000000000000003"
    roles:
      description:
        - Roles, without V(PUBLIC).
        - In check mode a role of a new user in the root organisation has no organisation_id yet.
      type: list
      elements: dict
      sample: [{"role": "CONTENT_CREATOR", "organisation_id": "0140000000000000001"}]
      contains:
        role:
          description: Name of the role.
          type: str
          sample: CONTENT_CREATOR
        organisation_id:
          description: Id of the organisation in which it counts.
          type: str
          sample: "0140000000000000001"
    recovery_email:
      description: Second e-mail address, always masked.
      type: str
      sample: is*****@example.net
    recovery_phone:
      description: Second telephone number, always masked.
      type: str
      sample: '******0001'
    user_type:
      description: Kind of user.
      type: str
      sample: teacher
    user_sub_type:
      description: Finer kind of user.
      type: str
      sample:
    profile_locations:
      description:
        - Codes of the locations, when the task gave O(profile_locations); null otherwise.
        - What lies above a location that the task gave is left out.
      type: list
      elements: str
      sample: [district-hills]
    framework:
      description: What the user learns or teaches.
      type: dict
      sample: {"id": ["ncf"], "board": ["State"], "medium": ["English"]}
    status:
      description: V(active), or V(blocked) for a user who cannot log in. V(deleted) where deletion is not complete.
      type: str
      sample: active
    root_org_id:
      description: Id of the root organisation of the tenant.
      type: str
      sample: "0140000000000000001"
    organisations:
      description: Ids of all organisations that the user belongs to. Null right after a change of O(organisation_id).
      type: list
      elements: str
      sample: ["0140000000000000001", "0140000000000000003"]
    locations:
      description: Locations by id, and their types. Null right after a change of O(profile_locations).
      type: list
      elements: dict
      sample: [{"id": "10ca0000-0000-4000-8000-000000000001", "type": "state"}]
      contains:
        id:
          description: The service's identifier of the location.
          type: str
          sample: 10ca0000-0000-4000-8000-000000000001
        type:
          description: Its level, such as V(state) or V(district).
          type: str
          sample: state
    created_date:
      description: Moment of creation as the service prints it.
      type: str
      sample: "2026-01-05 08:00:00:000+0000"
failure:
  description: What went wrong, for a playbook to act upon.
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
      sample: update user
    http_status:
      description: HTTP status of the answer. Null when there was none.
      type: int
      sample: 401
    code:
      description:
        - The service's own code, or a word for the kind of failure when there is none.
        - Releases spell the same code differently, so compare its ending.
      type: str
      sample: UOS_USRUPDUOS_0070
    message:
      description: The service's message, or ours.
      type: str
      sample: You are not authorized.
    request_id:
      description: The service's identifier of the request, to be found in its log.
      type: str
      sample: e413d019f31bcb2d3736b7054f1fd6e2
    hint:
      description: What to check or do next.
      type: str
      sample: Through the gateway a user token changes the profile of its own user only.
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
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird import USER


def main() -> None:
    run_module(USER)


if __name__ == "__main__":
    main()
