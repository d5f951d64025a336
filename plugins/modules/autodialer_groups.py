#!/usr/bin/python
# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.vox.roster.plugins.module_utils._core.entry import run_plural_module
from ansible_collections.vox.roster.plugins.module_utils._services.autodialer import GROUP


def main() -> None:
    run_plural_module(GROUP)


if __name__ == "__main__":
    main()
