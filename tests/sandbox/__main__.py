# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the sandbox: ``python tests/sandbox``, or ``python -m sandbox`` with ``tests`` on the module path."""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:
    # Started by its directory, Python has put that directory on the path; the package's parent belongs there.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from sandbox.command_line import main

if __name__ == "__main__":
    sys.exit(main())
