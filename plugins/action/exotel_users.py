# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs vox.roster.exotel_users in the process of the task where it can, to tell how far it has got."""

from __future__ import annotations

from ansible_collections.vox.roster.plugins.module_utils._services.exotel import USER
from ansible_collections.vox.roster.plugins.plugin_utils._in_process import InProcessAction


class ActionModule(InProcessAction):
    """See the documentation of the module."""

    resource = USER
    plural = True
