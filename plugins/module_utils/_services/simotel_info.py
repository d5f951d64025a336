# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""What can be asked about the extensions of a Simotel PBX."""

from __future__ import annotations

from ansible_collections.vox.roster.plugins.module_utils._core.info import Info
from ansible_collections.vox.roster.plugins.module_utils._http import simotel
from ansible_collections.vox.roster.plugins.module_utils._services.simotel import USER, UserClient

USER_INFO = Info(
    resource=USER,
    connect=lambda params, redactor: UserClient(simotel.connect(params, "simotel", True, redactor)),
    order="number",
    filters={
        "name": {"type": "str"},
        "number": {"type": "str"},
        "agent": {"type": "str"},
        "with_agent": {"type": "bool", "default": False},
    },
    unforeseen=("queues",),
)
