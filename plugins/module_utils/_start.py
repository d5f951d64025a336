# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is private to the collection: it can change at any time.

"""Imported before our other files, so that a module with a process of its own starts sooner.

Ansible hands a module over as an archive. To import a file from one, Python asks the importer where the file is and
then for its code, and ``zipimport`` compiles the file to answer either question. For our own packages, and no others,
the first is answered without. And next to nothing becomes garbage in a process that starts, works and ends, but Python
looks for it after every few hundred or thousand new objects, and again among all of them before it ends; here it does
the former less often, and not the latter.

Nothing happens in a process that is not the module's own: there the files are not in an archive.
"""

from __future__ import annotations

import atexit
import gc
import os.path
import sys
import zipimport

PACKAGES = ("_core", "_http", "_services")
NEW_OBJECTS = 50_000  # more than before, when Python looks for garbage


class Importer(zipimport.zipimporter):
    """Knows where a file is without compiling it."""

    def get_filename(self, fullname: str) -> str:
        """The path of a module, as the class above makes it; raises ImportError where there is none."""
        name = fullname.rpartition(".")[2]
        file = os.path.join(name, "__init__.py") if self.is_package(fullname) else f"{name}.py"
        return os.path.join(self.archive, self.prefix, file)


if isinstance(getattr(__spec__, "loader", None), zipimport.zipimporter):
    for _directory in (os.path.join(os.path.dirname(__file__), package) for package in PACKAGES):
        sys.path_importer_cache[_directory] = Importer(_directory)
    gc.set_threshold(NEW_OBJECTS)
    atexit.register(gc.freeze)
