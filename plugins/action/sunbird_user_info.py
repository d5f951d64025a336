# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs vox.roster.sunbird_user_info, and keeps the secrets among its options out of Ansible's debug log."""

from __future__ import annotations

from ansible_collections.vox.roster.plugins.plugin_utils._unshown import UnshownAction


class ActionModule(UnshownAction):
    """See the documentation of the module."""
