# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The least that a module with requests costs: it imports the library, takes no option and does nothing."""

from __future__ import annotations

import requests
from ansible.module_utils.basic import AnsibleModule


def main() -> None:
    """Say which library was imported."""
    AnsibleModule(argument_spec={}).exit_json(requests=requests.__version__)


if __name__ == "__main__":
    main()
