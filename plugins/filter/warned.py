# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: warned
short_description: Show texts as warnings of Ansible
version_added: 1.0.0
author:
  - vox.roster contributors (@vox-roster)
description:
  - Shows each text once as a warning, and returns the texts. No module of Ansible's own can warn without failing.
notes:
  - It serves the playbooks of the collection, and may change in any version.
options:
  _input:
    description:
      - The texts.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Warn of a thin roster
  ansible.builtin.debug:
    msg: "{{ ['The roster has fewer than 100 people.'] | vox.roster.warned }}"
  when: lookup('vox.roster.roster_file', 'roster.yml').people | length < 100
"""

RETURN = r"""
_value:
  description: The texts.
  type: list
  elements: str
"""

import typing as t

from ansible.utils.display import Display

display = Display()


def warned(texts: t.Sequence[str]) -> list[str]:
    """Show each text as a warning."""
    for text in texts:
        display.warning(str(text))
    return list(texts)


class FilterModule:
    """The filter by its name."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """All filters of this file."""
        return {"warned": warned}
