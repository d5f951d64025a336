# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The linters. ``make lint`` and ``make docs-check`` run these sessions; the settings are in antsibull-nox.toml.

Everything comes from a package index: antsibull-nox's sessions that need containers, a devel branch of ansible-core or
other collections are not configured. ``make sanity units integration`` covers ansible-test without containers.
"""

from __future__ import annotations

import antsibull_nox
import nox

antsibull_nox.load_antsibull_nox_toml()


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Build the documentation site; warnings are errors."""
    session.install("--requirement", "docs/docsite/requirements.txt", "ansible-core>=2.18.0,<2.22")
    session.run("python", "-m", "tests.tools.docs_site")


nox.options.envdir = ".build/nox"
nox.options.reuse_existing_virtualenvs = True

if __name__ == "__main__":
    nox.main()
