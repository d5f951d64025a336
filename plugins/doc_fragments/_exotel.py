# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This doc fragment is private to the collection: it can change at any time.

from __future__ import annotations


class ModuleDocFragment:
    # The way to an Exotel account
    DOCUMENTATION = r"""
options:
  account_sid:
    description:
      - SID of the Exotel account, as the dashboard shows it among the API settings.
      - Required. If not set, the environment variable E(EXOTEL_ACCOUNT_SID) is used.
        An empty variable or option counts as unset.
    type: str
  api_key:
    description:
      - API key of the account, the user name of the pair.
      - Required. If not set, the environment variable E(EXOTEL_API_KEY) is used.
        An empty variable or option counts as unset.
    type: str
  api_token:
    description:
      - API token that belongs to O(api_key).
      - Required. If not set, the environment variable E(EXOTEL_API_TOKEN) is used.
        An empty variable or option counts as unset.
    type: str
  region:
    description:
      - Where the account lives. Exotel answers the other region's credentials as if they were wrong.
      - V(singapore) is C(https://ccm-api.exotel.com), with a dashboard at C(my.exotel.com). V(mumbai) is
        C(https://ccm-api.in.exotel.com), with a dashboard at C(my.in.exotel.com).
      - If neither this nor O(url) is set, the environment variables E(EXOTEL_URL) and E(EXOTEL_REGION) are used, in
        this order, and else V(singapore).
      - The task fails if this is set and E(EXOTEL_URL) holds another address than that of the region, unless O(url) is
        set, too. Leave this out to use E(EXOTEL_URL), or set E(EXOTEL_URL) to an empty text to use the region.
    type: str
    choices: [singapore, mumbai]
  url:
    description:
      - Address of the contact-centre API in front of C(/v2), instead of that of the O(region).
      - If not set, the environment variable E(EXOTEL_URL) is used, but never against an O(region) of the task.
    type: str
"""
