# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This doc fragment is private to the collection: it can change at any time.

from __future__ import annotations


class ModuleDocFragment:
    # What every module of the collection can do
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    support: full
    description:
      - Can run in C(check_mode) and return the state that it predicts, without changing anything.
      - The connection itself refuses to write in check mode.
  diff_mode:
    support: full
    description:
      - Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
      - Secrets are hidden in it.
  idempotent:
    support: partial
    details:
      - A second run with the same options changes nothing, save where an option says V(always) for a value that
        the service does not let anyone read back.
    description:
      - When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
"""

    # Modules with an action plugin
    IN_PROCESS = r"""
options: {}
notes:
  - Where it makes no difference, the module runs in the process of the task and not in one of its own, which makes a
    loop many times faster. That is with a local connection and the Python that runs Ansible, without C(become) and
    C(async), and with nothing in C(environment) but the variables of this module. Set the variable
    C(vox_roster_in_process) to V(false) to switch it off. It is off on macOS.
  - In the process of the task no entry is made in the system log.
"""

    ACTIONGROUP_SIMOTEL = r"""
options: {}
attributes:
  action_group:
    description:
      - Use C(group/vox.roster.simotel) or C(group/vox.roster.all) in C(module_defaults) to set defaults for
        this module.
    support: full
    membership:
      - vox.roster.simotel
      - vox.roster.all
"""

    ACTIONGROUP_AUTODIALER = r"""
options: {}
attributes:
  action_group:
    description:
      - Use C(group/vox.roster.autodialer) or C(group/vox.roster.all) in C(module_defaults) to set defaults for
        this module.
    support: full
    membership:
      - vox.roster.autodialer
      - vox.roster.all
"""

    ACTIONGROUP_EXOTEL = r"""
options: {}
attributes:
  action_group:
    description:
      - Use C(group/vox.roster.exotel) or C(group/vox.roster.all) in C(module_defaults) to set defaults for
        this module.
    support: full
    membership:
      - vox.roster.exotel
      - vox.roster.all
"""

    ACTIONGROUP_SUNBIRD = r"""
options: {}
attributes:
  action_group:
    description:
      - Use C(group/vox.roster.sunbird) or C(group/vox.roster.all) in C(module_defaults) to set defaults for
        this module.
    support: full
    membership:
      - vox.roster.sunbird
      - vox.roster.all
"""
