# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: roster_file
short_description: Read a roster of people and their accounts from a YAML or CSV file
version_added: 1.0.0
author:
  - vox.roster contributors (@vox-roster)
description:
  - Reads one file that says who has which accounts, and returns the lists that the plural modules take.
  - The whole file is checked first. Everything that is wrong with it is told at once, with line and column, and secrets
    are never told.
  - The guide on rosters, C(docs/guides/roster.md), describes what may stand in the file.
options:
  _terms:
    description:
      - Path of the file. One that is not absolute is looked for as M(ansible.builtin.template) looks for its files, in
        the directory C(files) and beside the playbook, and then in the current directory.
      - A file that is wholly encrypted by Ansible Vault is decrypted, and so are C(!vault) values of a YAML file.
    required: true
    type: list
    elements: str
  format:
    description:
      - How the file is written. If not given, its name tells. C(.csv), C(.tsv) and C(.txt) are CSV, and C(.yml),
        C(.yaml) and C(.json) are YAML. Another C(.vault) at the end makes no difference.
    type: str
    choices: [yaml, csv]
  defaults:
    description:
      - What everybody has who has a service, in the shape of C(defaults) of the file, which counts more.
    type: dict
    default: {}
  departments:
    description:
      - What everybody of a department has, in the shape of C(departments) of the file, which counts more.
    type: dict
    default: {}
  on_problems:
    description:
      - What to do when something is wrong with the file. V(fail) fails. V(return) returns what is right, and what is
        wrong under C(problems), so that a playbook can show it in its own way.
    type: str
    choices: [fail, return]
    default: fail
notes:
  - The lists hold secrets, for new accounts. Give a task that sets a fact to them, or registers them, C(no_log=true).
seealso:
  - module: vox.roster.simotel_users
  - module: vox.roster.autodialer_groups
  - module: vox.roster.exotel_users
  - module: vox.roster.sunbird_users
"""

EXAMPLES = r"""
- name: Make sure that the extensions are those of the roster
  vox.roster.simotel_users:
    users: "{{ lookup('vox.roster.roster_file', 'roster.yml').simotel_users }}"

- name: Tell who is in the roster
  ansible.builtin.debug:
    msg: "{{ lookup('vox.roster.roster_file', 'roster.yml').people | map(attribute='name') | list }}"
"""

RETURN = r"""
_raw:
  description: One dict for each file.
  type: list
  elements: dict
  contains:
    people:
      description:
        - The people, without secrets. What is not known of somebody is null. Keys that begin with C(x_) are returned as
          they stand in the file.
      type: list
      elements: dict
      contains:
        name:
          description: Whole name.
          type: str
          sample: Sara Ahmadi
        first_name:
          description: First name.
          type: str
          sample: Sara
        last_name:
          description: Last name.
          type: str
          sample: Ahmadi
        email:
          description: E-mail address.
          type: str
          sample: sara.ahmadi@example.com
        phone:
          description: Telephone number, as it is written in the file.
          type: str
          sample: "+982155500101"
        department:
          description: Department.
          type: str
          sample: Front desk
        state:
          description: V(present) or V(absent).
          type: str
          sample: present
        services:
          description: The services that the person has.
          type: list
          elements: str
          sample: [simotel, sunbird]
        groups:
          description: The autodialer groups that the person names, also when the number is to leave them.
          type: list
          elements: str
          sample: [Night shift]
        autodialer_number:
          description: The number that the person has in these groups, as the autodialer gets it.
          type: str
          sample: "+982155500101"
        line:
          description: Line of the file on which the person begins.
          type: int
          sample: 14
    simotel_users:
      description: What M(vox.roster.simotel_users) takes as C(users). Empty if nobody is named there.
      type: list
      elements: dict
    autodialer_groups:
      description: What M(vox.roster.autodialer_groups) takes as C(groups). Empty if there are none.
      type: list
      elements: dict
    exotel_users:
      description: What M(vox.roster.exotel_users) takes as C(users). Empty if nobody is named there.
      type: list
      elements: dict
    sunbird_users:
      description: What M(vox.roster.sunbird_users) takes as C(users). Empty if nobody is named there.
      type: list
      elements: dict
    problems:
      description: What is wrong with the file, one text for each problem. Only with O(on_problems=return).
      type: list
      elements: str
      sample: ["roster.yml:14:5: 'simotle' is no key of a person. Did you mean 'simotel'?"]
"""

import os
import typing as t

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

from ansible_collections.vox.roster.plugins.plugin_utils._roster_nodes import Problems
from ansible_collections.vox.roster.plugins.plugin_utils._roster_read import read_file

MOST_TOLD = 100  # problems of a file that a failure tells
VAULTED = "!vault |\n"


class LookupModule(LookupBase):
    """Rosters from files."""

    def run(self, terms: list[str], variables: t.Any = None, **kwargs: t.Any) -> list[dict[str, t.Any]]:
        """The content of each file."""
        self.set_options(var_options=variables, direct=kwargs)  # type: ignore[no-untyped-call]
        return [self._roster(str(term), variables) for term in terms]

    def _roster(self, term: str, variables: t.Any) -> dict[str, t.Any]:
        option: t.Callable[[str], t.Any] = self.get_option
        try:
            # Bytes, since what a spreadsheet writes may not be UTF-8.
            content, may_be_shown = self._files()._get_file_contents(self._path(term, variables))
        except AnsibleError as error:
            content, may_be_shown, unread = b"", True, str(error)
        else:
            unread = ""
        problems = Problems(confidential=not may_be_shown)
        roster = read_file(
            term,
            bytes(content),
            problems,
            decrypt=self._decrypted,
            written=option("format"),
            defaults=option("defaults"),
            departments=option("departments"),
        )
        told = [unread] if unread else problems.texts(os.path.basename(term))
        if option("on_problems") == "return":
            return {**roster, "problems": told}
        if told:
            more = [f"… and {len(told) - MOST_TOLD} more"] if len(told) > MOST_TOLD else []
            raise AnsibleError("\n".join([f"The roster {term} cannot be used:", *told[:MOST_TOLD], *more]))
        return roster

    def _files(self) -> t.Any:
        """Ansible's own way to files, which knows the vault secrets."""
        return self._loader

    def _path(self, term: str, variables: t.Any) -> str:
        search: t.Callable[..., t.Any] = self.find_file_in_search_path
        found = search(variables, "files", term, ignore_missing=True)
        for path in (found, os.path.abspath(os.path.expanduser(term))):
            if path and os.path.isfile(path):
                return str(path)
        raise AnsibleError(f"The roster {term} does not exist, neither beside the playbook nor in {os.getcwd()}.")

    def _decrypted(self, encrypted: str) -> str:
        lines = "".join(f"  {line.strip()}\n" for line in encrypted.splitlines())
        try:
            return str(self._files().load(VAULTED + lines))
        except AnsibleError:
            raise ValueError("cannot be decrypted with the vault secrets that were given.") from None
