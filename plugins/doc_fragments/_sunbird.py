# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This doc fragment is private to the collection: it can change at any time.

from __future__ import annotations


class ModuleDocFragment:
    # The two ways into a Sunbird installation, and its two tokens
    DOCUMENTATION = r"""
options:
  url:
    description:
      - With O(mode=gateway), the public address of the installation without C(/api), such as
        V(https://sunbird.example.org).
      - With O(mode=service), the address of the user service inside the cluster, such as V(http://userorg:9000).
      - Required. If not set, the environment variable E(SUNBIRD_URL) is used.
    type: str
  mode:
    description:
      - V(gateway) goes through the public gateway, where every call needs O(api_key) and many a user token besides.
      - V(service) talks to the user service itself, from inside the cluster, without an API key. It can change the
        profile of any user, and asks for a user token only to delete one; for that give O(keycloak_url) besides the
        credentials, or O(user_token). The private calls that it makes are
        protected by nothing but the network, so keep them inside the cluster.
      - If not set, the environment variable E(SUNBIRD_MODE) is used.
    type: str
    choices: [gateway, service]
    default: gateway
  api_key:
    description:
      - The gateway's API key, a long-lived token in the form of a JWT, which is sent in the header C(Authorization).
      - Required with O(mode=gateway). With O(mode=service) it only serves to have the roles added to a user token,
        which installations whose policy guards deletions demand.
      - If not set, the environment variable E(SUNBIRD_API_KEY) is used. An empty variable or option counts as unset.
    type: str
  user_token:
    description:
      - The access token of a person or of a service account, sent in the header C(X-Authenticated-User-token). It is
        not renewed.
      - To let the task get a token by itself when it needs one, and renew it in time, leave this out and give
        O(auth_username) and O(auth_password), or O(client_secret).
      - A look-up by e-mail or phone and a creation need no user token. With O(mode=gateway), everything else does.
      - If not set, the environment variable E(SUNBIRD_USER_TOKEN) is used. An empty variable or option counts as
        unset.
    type: str
  auth_username:
    description:
      - E-mail address, phone or user name of the person in whose name the task acts. Most tasks want an administrator
        (C(ORG_ADMIN)) of the organisations concerned.
      - If not set, the environment variable E(SUNBIRD_AUTH_USERNAME) is used. An empty variable or option counts as
        unset.
    type: str
  auth_password:
    description:
      - Password that belongs to O(auth_username).
      - If not set, the environment variable E(SUNBIRD_AUTH_PASSWORD) is used. An empty variable or option counts as
        unset.
    type: str
  client_id:
    description:
      - The client of Keycloak through which the task logs in.
      - If not set, the environment variable E(SUNBIRD_CLIENT_ID) is used.
    type: str
    default: lms
  client_secret:
    description:
      - Secret that belongs to O(client_id), if the client has one.
      - Without O(auth_username) the task logs in as the client's service account.
      - If not set, the environment variable E(SUNBIRD_CLIENT_SECRET) is used. An empty variable or option counts as
        unset.
    type: str
  keycloak_url:
    description:
      - Address of Keycloak up to and without C(/realms). With O(mode=gateway) it is C(/auth) below O(url) unless told
        otherwise. With O(mode=service) it has to be given if the task is to get a user token, and has to be the
        public address if the roles are to be added to it.
      - If not set, the environment variable E(SUNBIRD_KEYCLOAK_URL) is used.
    type: str
  realm:
    description:
      - The realm of Keycloak.
      - If not set, the environment variable E(SUNBIRD_REALM) is used.
    type: str
    default: sunbird
"""
