# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module in this process, with real options in and the real JSON result out."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import typing as t
from unittest import mock

from ansible.module_utils import basic
from ansible.module_utils.common import warnings

try:
    from ansible.module_utils.testing import patch_module_args
except ImportError:  # ansible-core 2.18

    @contextlib.contextmanager
    def patch_module_args(args: dict[str, t.Any] | None = None) -> t.Iterator[None]:
        """Expose the arguments to the next ``AnsibleModule``."""
        with mock.patch.object(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": args or {}}).encode()):
            yield


__all__ = ("patch_module_args", "run")

CREDENTIAL_PREFIXES = ("SIMOTEL_", "EXOTEL_", "SUNBIRD_")


def run(
    module: str, check: bool = False, diff: bool = True, env: dict[str, str] | None = None, **options: t.Any
) -> dict[str, t.Any]:
    """The result of a module, with ``failed`` always there and ``output`` holding everything it printed.

    module: its short name. env: environment variables; none of ours come from outside.
    """
    implementation = importlib.import_module(f"ansible_collections.vox.roster.plugins.modules.{module}")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(CREDENTIAL_PREFIXES)}
    environment.update(env or {})
    arguments = {**options, "_ansible_check_mode": check, "_ansible_diff": diff}
    printed = io.StringIO()
    warnings._global_warnings.clear()
    outside = mock.patch.dict(os.environ, environment, clear=True)
    with outside, patch_module_args(arguments), contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        implementation.main()
    output = printed.getvalue()
    result: dict[str, t.Any] = json.loads(output)
    result.setdefault("failed", False)
    result["output"] = output
    return result
