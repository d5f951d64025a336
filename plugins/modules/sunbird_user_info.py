#!/usr/bin/python
# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sunbird_user_info
short_description: Read users of a Sunbird Lern (Sunbird ED) installation
version_added: 1.0.0
author:
  - vox.roster contributors (@vox-roster)
description:
  - Reads users of a Sunbird installation through its user service. Those with certain e-mail addresses, telephone
    numbers, user names or identifiers, or all that its search index lists.
  - It changes nothing. What M(vox.roster.sunbird_user) calls a user has the same form here.
  - The two ways differ. A user who is named is looked up, and shown as the service holds the user at this moment. A
    list comes from the search index of the service. That follows changes after a second or more, masks every e-mail
    address and telephone number, shows roles only within the organisations of a user, and gives out fewer than 10,000
    users of one search. With more the task fails, and never returns a part; divide them by O(filters).
extends_documentation_fragment:
  - vox.roster._info
  - vox.roster._sunbird
  - vox.roster._connection
  - vox.roster._attributes
  - vox.roster._attributes.actiongroup_sunbird
options:
  email:
    description:
      - E-mail addresses of the users to read. Upper and lower case do not count.
      - Users who do not exist are left out of the result. An empty list finds nothing.
      - If none of this, O(phone), O(username) and O(id) is given, all users are listed. If several are given, those
        with any of the values.
    type: list
    elements: str
  phone:
    description:
      - Telephone numbers of the users to read, best without the country code.
      - With a plus sign in front a number has to begin with O(country_code), which is then taken off.
    type: list
    elements: str
  country_code:
    description:
      - Country of the numbers in O(phone), such as V(+977). V(+91) unless told otherwise.
    type: str
  username:
    description:
      - User names of the users to read. Upper and lower case do not count. To look for one needs a user token.
    type: list
    elements: str
  id:
    description:
      - The service's identifiers of the users to read. The form V(f:<provider>:<id>) of Keycloak will do.
      - Only by this a deleted user is found. With O(mode=gateway) it needs the token of an administrator or of that
        user.
    type: list
    elements: str
  filters:
    description:
      - The service's own filters for a list of users. Each that is given has to be met.
      - Mutually exclusive with O(email), O(phone), O(username) and O(id).
    type: dict
    suboptions:
      channel:
        description: Channel of the tenant.
        type: str
      root_org_id:
        description: Id of the root organisation of the tenant.
        type: str
      organisation_id:
        description: Id of an organisation to which the users belong.
        type: str
      status:
        description: States of the users. Unless told otherwise all but those who are deleted.
        type: list
        elements: str
        choices: [active, blocked, deleted]
  concurrency:
    description:
      - How many users are looked up side by side.
    type: int
    default: 8
notes:
  - A look-up by e-mail address or telephone number needs no user token. A list needs one with O(mode=gateway), and an
    API key that may search.
  - A user who is named costs one request, and one more where the answer holds no roles. A list costs one request for
    500 users. A token that has to be obtained costs two.
  - Passwords cannot be read from the service, and there is no option for it.
  - The users are ordered by user name.
seealso:
  - module: vox.roster.sunbird_user
  - module: vox.roster.sunbird_users
  - name: Sunbird Lern
    description: The user and organisation service.
    link: https://lern.sunbird.org/
"""

EXAMPLES = r"""
- name: Look two users up
  vox.roster.sunbird_user_info:
    url: "{{ lookup('ansible.builtin.env', 'SUNBIRD_URL') }}"
    api_key: "{{ lookup('ansible.builtin.env', 'SUNBIRD_API_KEY') }}"
    email:
      - ishaan@example.org
      - meera@example.org
  register: found

- name: Say who has an account
  ansible.builtin.debug:
    msg: "{{ found.users | map(attribute='email') | join(', ') | default('nobody', true) }}"

# The address and the credentials of the following examples come from SUNBIRD_URL and the other environment variables.

- name: List all users of one tenant
  vox.roster.sunbird_user_info:
    filters:
      channel: sandbox
  register: tenant

- name: Say how many there are
  ansible.builtin.debug:
    msg: "{{ tenant.count }} users"

- name: Name its administrators
  vox.roster.sunbird_user_info:
    filters:
      channel: sandbox
    query: "[?roles[?role == 'ORG_ADMIN']].username"

- name: List whoever is blocked
  vox.roster.sunbird_user_info:
    filters:
      status: [blocked]
"""

RETURN = r"""
users:
  description:
    - The users, ordered by user name. Empty when there are none.
    - What the service does not hold, or does not show in a list, is null.
  returned: success, unless O(query) is given
  type: list
  elements: dict
  contains:
    id:
      description: The service's identifier.
      type: str
      sample: de11ed18-7c0a-4a6e-9f5e-2f5e0d1c9b7a
    email:
      description: E-mail address; masked as the service shows it unless the user was found by it.
      type: str
      sample: ishaan@example.org
    phone:
      description: Telephone number; masked as the service shows it unless the user was found by it.
      type: str
      sample: '******3210'
    username:
      description: User name.
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
        - In a list of users, where most releases show only the roles in organisations to which the user belongs, roles
          that are held elsewhere are missing, and it is null where the list tells of no roles.
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
      description: Always null, as codes are only looked up to compare them. See RV(users[].locations).
      type: list
      elements: str
      sample:
    framework:
      description: What the user learns or teaches.
      type: dict
      sample: {"id": ["ncf"], "board": ["State"], "medium": ["English"]}
    status:
      description:
        - V(active), V(blocked) for a user who cannot log in, or V(deleted).
        - Of a deleted user, and of one who was blocked by an older release, a look-up shows the RV(users[].id), the key
          and the RV(users[].roles) only.
      type: str
      sample: active
    root_org_id:
      description: Id of the root organisation of the tenant.
      type: str
      sample: "0140000000000000001"
    organisations:
      description: Ids of all organisations that the user belongs to.
      type: list
      elements: str
      sample: ["0140000000000000001", "0140000000000000003"]
    locations:
      description: Locations by id, and their types.
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
    updated_date:
      description: Moment of the last change as the service prints it.
      type: str
      sample: "2026-02-11 10:20:30:000+0000"
    managed_by:
      description: Id of the user who manages this one, as parents do. Null for everybody else.
      type: str
      sample:
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
  sample: [admin, ishaan_k2x9]
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
      sample: search users
    http_status:
      description: HTTP status of the answer. Null when there was none.
      type: int
      sample: 401
    code:
      description:
        - The service's own code, or a word for the kind of failure when there is none.
        - Releases spell the same code differently, so compare its ending.
      type: str
      sample: UOS_0070
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
from ansible_collections.vox.roster.plugins.module_utils._services.sunbird_info import USER_INFO


def main() -> None:
    run_info_module(USER_INFO)


if __name__ == "__main__":
    main()
