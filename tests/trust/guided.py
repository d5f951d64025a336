# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fuzzing that is guided by which code an input reaches: atheris, in a process of its own.

usage: python -m ansible_collections.vox.roster.tests.trust.guided TARGET [OPTION OF LIBFUZZER]... [DIRECTORY OF SEEDS]

TARGET is a name of the module ``fuzzed``. To try one input again, name its file in the place of the directory.
"""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import typing as t
from dataclasses import dataclass
from pathlib import Path

AREA = "guided fuzzing"
LIBRARY = "atheris"  # of which there is no wheel for every machine
INSTRUMENTED = "ansible_collections.vox.roster.plugins"
LONGEST_INPUT = 16384  # bytes
LONGEST_TRY = 30  # seconds
MEMORY = 2048  # MiB
_REACHED = re.compile(r"^#(?P<tries>\d+)\s+(?P<event>INITED|DONE)\s+cov: (?P<reached>\d+)", re.M)


@dataclass(frozen=True)
class Guided:
    """What came of it.

    tries: how many inputs were tried. seeded, reached: the places of the code that the seeds reached, and all inputs.
    output: what the process printed, at its end how to try the input again that broke something.
    """

    passed: bool
    tries: int
    seeded: int
    reached: int
    output: str


def guided(target: str, seeds: t.Iterable[bytes], tries: int, seconds: float, place: Path) -> Guided:
    """Try so many inputs, the same ones each time, beginning with the seeds; what breaks something is kept in place."""
    corpus = place / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = [
        f"-runs={tries}",
        "-seed=1",
        f"-max_len={LONGEST_INPUT}",
        "-len_control=0",
        f"-timeout={LONGEST_TRY}",
        f"-rss_limit_mb={MEMORY}",
        f"-artifact_prefix={place}/",
    ]
    ended = subprocess.run(
        [sys.executable, "-m", __name__, target, *options, str(corpus)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=seconds,
        check=False,
    )
    output = ended.stdout.decode("utf-8", "replace")
    events = {found["event"]: found for found in _REACHED.finditer(output)}
    done, begun = events.get("DONE"), events.get("INITED")
    return Guided(
        passed=ended.returncode == 0 and done is not None,
        tries=int(done["tries"]) if done else 0,
        seeded=int(begun["reached"]) if begun else 0,
        reached=int(done["reached"]) if done else 0,
        output=output,
    )


def main() -> None:
    """Fuzz one target; the library ends the process."""
    atheris: t.Any = importlib.import_module(LIBRARY)
    with atheris.instrument_imports(include=[INSTRUMENTED]):
        fuzzed = importlib.import_module("ansible_collections.vox.roster.tests.trust.fuzzed")
    atheris.Setup([sys.argv[0], *sys.argv[2:]], fuzzed.target_of(sys.argv[1]))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
