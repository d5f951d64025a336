# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is private to the collection: it can change at any time.

"""Runs a module as ever, save that Ansible's own debug log does not show the secrets among its options."""

from __future__ import annotations

import typing as t

from ansible.plugins.action.normal import ActionModule as NormalAction


class Unshown(t.Dict[str, t.Any]):
    """Options that are printed without their values, which is what ``ANSIBLE_DEBUG`` makes Ansible do with them."""

    def __repr__(self) -> str:
        return "(options)"


class UnshownAction(NormalAction):
    """The action plugin of a module that runs in a process of its own."""

    def _execute_module(self, *args: t.Any, **kwargs: t.Any) -> dict[str, t.Any]:
        kwargs["module_args"] = Unshown(kwargs.get("module_args") or self._task.args)
        return t.cast("dict[str, t.Any]", super()._execute_module(*args, **kwargs))
