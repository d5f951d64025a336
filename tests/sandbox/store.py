# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The database of a sandbox: opened, filled and emptied here, used by the services."""

from __future__ import annotations

import sqlite3
import typing as t
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

if t.TYPE_CHECKING:
    from .contract import Service


def open_database(path: str, services: Iterable[Service]) -> sqlite3.Connection:
    """The database at ``path`` (``:memory:`` for none), its tables created unless they exist.

    Every statement commits by itself, so handlers need no commit; rows give their values by position and by name.
    """
    database = sqlite3.connect(path, isolation_level=None)
    database.row_factory = sqlite3.Row
    database.execute("PRAGMA journal_mode = MEMORY")
    # Losing the last second of a sandbox to a power cut harms nobody; waiting for the disk would slow every write.
    database.execute("PRAGMA synchronous = OFF")
    if not _tables(database):
        create_tables(database, services)
    return database


def create_tables(database: sqlite3.Connection, services: Iterable[Service]) -> None:
    """Run the schema of every service."""
    for service in services:
        database.executescript(service.schema)


def empty_database(database: sqlite3.Connection, services: Iterable[Service]) -> None:
    """Back to the state of a fresh start, including rows that a schema itself inserts."""
    with transaction(database):
        for name in _tables(database):
            database.execute(f'DROP TABLE IF EXISTS "{name}"')
    create_tables(database, services)


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All or nothing for the statements inside; also much faster than a commit for each.

    The lock is taken at once: one that is asked for after a read fails where another process is about to write, too.
    """
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
    if database.in_transaction:
        database.execute("COMMIT")


def _tables(database: sqlite3.Connection) -> list[str]:
    statement = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return [row["name"] for row in database.execute(statement)]
