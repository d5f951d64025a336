# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draw the terminal of ``make demo`` for the README: what the third run found, as it was really printed.

usage: python -m tests.tools.picture [--build DIR]

Writes docs/images/demo.svg. What differs from run to run (the port, ids) is made the same, so a new picture differs
from the old one only when the demo does.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

from . import workspace

PICTURE = workspace.ROOT / "docs" / "images" / "demo.svg"
COLUMNS = 120
# From the first to the last line of each part that is shown; the last one is not.
PARTS = (
    ("=== Somebody works by hand", "TASK [Sara becomes an agent"),
    ("PLAY RECAP", "The sandbox is stopped again"),
)
SAME = (
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:8765"),
    (re.compile(r'"id": "[0-9a-f]{24}"'), '"id": "64b783f3dc412c6dd0306ec7"'),
)
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# The picture stands in pages that load nothing from elsewhere.
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def printed(build: Path) -> list[str]:
    """The lines of a real demo, with colours; CalledProcessError when it does not turn out as it should."""
    environment = {**os.environ, "ANSIBLE_FORCE_COLOR": "true"}
    command = [sys.executable, "-m", "tests.tools.demo", "--build", str(build)]
    output = subprocess.run(command, cwd=workspace.ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return output.stdout.splitlines()


def excerpt(lines: list[str]) -> str:
    """The parts that are shown, of the last run."""
    plain = [_COLOURS.sub("", line) for line in lines]
    shown: list[str] = []
    start = next(at for at, line in enumerate(plain) if line.startswith(PARTS[0][0]))
    for first, last in PARTS:
        begin = next(at for at in range(start, len(plain)) if plain[at].startswith(first))
        start = next(at for at in range(begin, len(plain)) if plain[at].startswith(last))
        shown += [*([] if not shown else ["…", ""]), *lines[begin:start]]
    text = "\n".join(shown).strip()
    for pattern, instead in SAME:
        text = pattern.sub(instead, text)
    return re.sub(r"\n{3,}", "\n\n", text)


def draw(text: str) -> str:
    """A terminal with this text in it, as SVG."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True, color_system="standard")
        console.print(Text.from_ansi(text))
        drawn = _FONTS.sub("", console.export_svg(title="make demo", unique_id="demo"))
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"


def main() -> None:
    """Run the demo and write the picture."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--build", type=Path, default=workspace.ROOT / ".build", help="directory for everything made")
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(draw(excerpt(printed(parser.parse_args().build.resolve()))), encoding="utf-8")
    print(f"Wrote {PICTURE.relative_to(workspace.ROOT)}")


if __name__ == "__main__":
    main()
