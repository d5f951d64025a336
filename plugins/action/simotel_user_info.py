# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs vox.roster.simotel_user_info, and has a result with secrets in it hidden as if the task said no_log."""

from __future__ import annotations

import typing as t

from ansible_collections.vox.roster.plugins.plugin_utils._unshown import UnshownAction


class ActionModule(UnshownAction):
    """See the documentation of the module."""

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """A module cannot say of its own result that it must not be shown; only what runs it can."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)  # type: ignore[no-untyped-call]
        if result.get("secrets_included"):
            result["_ansible_no_log"] = True
        return result
