# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""What can be asked about the groups of the Simotel autodialer."""

from __future__ import annotations

from ansible_collections.vox.roster.plugins.module_utils._core.info import Info
from ansible_collections.vox.roster.plugins.module_utils._core.resource import Field
from ansible_collections.vox.roster.plugins.module_utils._http import simotel
from ansible_collections.vox.roster.plugins.module_utils._services.autodialer import GROUP, GroupClient
from ansible_collections.vox.roster.plugins.module_utils._services.autodialer_fields import split_description

GROUP_INFO = Info(
    resource=GROUP,
    connect=lambda params, redactor: GroupClient(simotel.connect(params, "autodialer", True, redactor)),
    order="name",
    fields=(Field("numbers_digest", wire="description", read=lambda value: split_description(value)[1]),),
    filters={"name": {"type": "str"}, "description": {"type": "str"}},
)
