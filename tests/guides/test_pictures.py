# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures exist, say in words what they show, and the one of the demo shows the demo that there is."""

from __future__ import annotations

import html
import re

from ansible_collections.vox.roster.tests.guides import blocks
from ansible_collections.vox.roster.tests.guides.blocks import ROOT

DEMO = (ROOT / "docs" / "images" / "demo.svg").read_text(encoding="utf-8")


def test_pictures_exist_and_have_words() -> None:
    for page in blocks.pages():
        text = (ROOT / page).read_text(encoding="utf-8")
        for words, target in re.findall(r"!\[([^]]*)\]\(([^)]+)\)", text):
            assert words.strip(), f"{page} shows {target} without words"
            assert ((ROOT / page).parent / target).is_file(), f"{page} shows {target}, which does not exist"


def test_every_picture_is_shown() -> None:
    text = "".join((ROOT / page).read_text(encoding="utf-8") for page in blocks.pages())
    pictures = [path.name for path in (ROOT / "docs" / "images").iterdir()]
    assert [name for name in pictures if f"images/{name})" not in text] == []


def test_the_picture_shows_the_demo() -> None:
    shown = html.unescape(DEMO).replace("\xa0", " ")
    playbook = (ROOT / "playbooks" / "demo.yml").read_text(encoding="utf-8")
    tasks = re.findall(r"TASK \[([^]]+)\]", shown)
    assert tasks and all(f"- name: {task}\n" in playbook for task in tasks)
    program = (ROOT / "tests" / "tools" / "demo.py").read_text(encoding="utf-8")
    headings = re.findall(r"=== ([^<]+)", shown)
    assert headings and all(heading.strip() in program for heading in headings)


def test_the_picture_loads_nothing() -> None:
    assert re.findall(r"url\(\s*[\"']?http|@import|<image|xlink:href", DEMO) == []
