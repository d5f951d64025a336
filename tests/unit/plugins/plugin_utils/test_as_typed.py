# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers to surveys keep their text, whatever ansible-core makes of it."""

from __future__ import annotations

import pytest
from ansible import context
from ansible.module_utils.common.collections import ImmutableDict
from ansible.parsing.dataloader import DataLoader

from ansible_collections.vox.roster.plugins.plugin_utils._as_typed import as_typed

TEXTS = ("+982155500101", "0712", "1101", "yes", "Null", "1:30", "2026-01-01", "1.10", "0x1F", "Sara", "{{ x }}", "")


@pytest.fixture
def options(monkeypatch):
    """Makes these the values of --extra-vars."""

    def use(*values):
        monkeypatch.setattr(context, "CLIARGS", ImmutableDict(extra_vars=values))

    return use


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("line", ["person_name: !unsafe '{}'", "!unsafe 'person_name': !unsafe '{}'"])
def test_what_awx_hands_over_is_what_was_typed(text, line, tmp_path, options):
    path = tmp_path / "extravars"
    path.write_text(line.format(text) + "\n", encoding="utf-8")
    options(f"@{path}")
    # Whatever this ansible-core makes of it.
    variables = DataLoader().load_from_file(str(path))
    assert as_typed(variables) == {"person_name": text}


def test_only_the_text_that_led_to_the_value_counts(tmp_path, options):
    paths = [tmp_path / name for name in ("first", "second")]
    for path, number in zip(paths, ("0011", "0012"), strict=True):
        path.write_text(f"number: {number}\nother: {{deep: 1}}\nelsewhere: 'a: ['\n", encoding="utf-8")
    options(f"@{paths[0]}", f"@{paths[1]}", "elsewhere=1")
    variables = {"number": 10, "other": {"deep": 1}, "elsewhere": 1, "text": "kept"}
    assert as_typed(variables) == {**variables, "number": "0012"}


@pytest.mark.parametrize(
    "content", [b"$ANSIBLE_VAULT;1.1;AES256\n6162\n", b"- a list\n", b"a: [\n", b"\xff\xfe\x00", b""]
)
def test_files_that_say_nothing_are_passed_over(content, tmp_path, options):
    path = tmp_path / "extravars"
    path.write_bytes(content)
    options(f"@{path}", f"@{tmp_path / 'missing'}")
    assert as_typed({"number": 10}) == {"number": 10}


def test_without_extra_variables_nothing_changes(options):
    options()
    assert as_typed({"number": 10}) == {"number": 10}
