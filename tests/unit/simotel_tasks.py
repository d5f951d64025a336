# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running the modules of a Simotel server against the sandbox."""

from __future__ import annotations

import typing as t

from ansible_collections.vox.roster.tests.unit.module_runner import run

USER = {"api_user": "sandbox", "api_password": "sandbox-password"}
KEY = {"api_key": "sandbox-simotel-key"}


def task_for(
    sandbox: t.Any, module: str, credentials: t.Mapping[str, str], key: t.Mapping[str, str]
) -> t.Callable[..., dict[str, t.Any]]:
    """A function ``task(check=False, **options)`` that runs a module.

    Options win over the credentials. key: the record that is meant unless the options say otherwise.
    """

    def task(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        connection = {"url": sandbox.url + "/simotel", "retries": 0, "timeout": 5}
        meant = {} if "id" in options else key
        return run(module, check=check, **{**connection, **credentials, **meant, **options})

    return task
