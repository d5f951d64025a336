# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A callback that writes down whatever callbacks are told of results, as those for JSON do."""

from __future__ import annotations

import json
import os
import typing as t

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: everything
short_description: Writes every result to a file
description: For tests.
type: aggregate
requirements:
  - the environment variable EVERYTHING_FILE
"""


class CallbackModule(CallbackBase):
    """Appends each result as one line of JSON."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "everything"

    def v2_on_any(self, *args: t.Any, **more: t.Any) -> None:
        """Write down what an event brings, if it is a result or a task."""
        for event in (*args, *more.values()):
            told = getattr(event, "_result", None)
            line = {"kind": type(event).__name__, "name": str(event), "result": told}
            with open(os.environ["EVERYTHING_FILE"], "a", encoding="utf-8") as file:
                file.write(json.dumps(line, default=repr) + "\n")
