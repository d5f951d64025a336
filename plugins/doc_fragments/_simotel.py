# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This doc fragment is private to the collection: it can change at any time.

from __future__ import annotations


class ModuleDocFragment:
    # The way to a Simotel server
    DOCUMENTATION = r"""
options:
  url:
    description:
      - Address of the Simotel server, such as V(https://pbx.example.com) or V(http://192.0.2.10:8029). The path of the
        API, see O(api_path), may follow or be left out.
      - Required. If not set, the environment variable E(SIMOTEL_URL) is used.
    type: str
  api_path:
    description:
      - Path of the API below O(url). Change it only for a server that offers another edition of version 4.
      - If not set, the environment variable E(SIMOTEL_API_PATH) is used.
    type: str
    default: api/v4
  api_user:
    description:
      - User name of an API account (in the panel under C(Maintenance > API Accounts)) in one of the modes C(Basic) and
        C(both).
      - If not set, the environment variable E(SIMOTEL_API_USER) is used. An empty variable or option counts as unset.
    type: str
  api_password:
    description:
      - Password that belongs to O(api_user).
      - If not set, the environment variable E(SIMOTEL_API_PASSWORD) is used. An empty variable or option counts as
        unset.
    type: str
  api_key:
    description:
      - Token of an API account in one of the modes C(API key) and C(both). It is sent in the header C(X-APIKEY).
      - Give either this, or O(api_user) and O(api_password), or all three, as the mode of the account demands.
      - If not set, the environment variable E(SIMOTEL_API_KEY) is used. An empty variable or option counts as unset.
    type: str
"""
