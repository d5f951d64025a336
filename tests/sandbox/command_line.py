# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command that starts a sandbox."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import sys
import threading
import typing as t
from collections.abc import Mapping
from pathlib import Path

import uvicorn

from .application import build_application
from .connections import TrackedProtocol
from .contract import Sandbox, Service
from .services import SERVICES
from .store import transaction

DEMO_RECORDS = 8


def parse_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(
        prog="sandbox", description="A local server that speaks the APIs of Simotel, Exotel and Sunbird."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8765, help="port; 0 takes a free one (default: %(default)s)")
    parser.add_argument(
        "--database",
        default=":memory:",
        metavar="FILE",
        help="keep the records in this SQLite file (default: in memory)",
    )
    parser.add_argument(
        "--ready-file", type=Path, metavar="FILE", help='write {"url", "pid"} there once requests are answered'
    )
    parser.add_argument("--demo-data", action="store_true", help="start with a handful of records in each service")
    parser.add_argument("--quiet", action="store_true", help="print errors only")
    parser.add_argument(
        "--stop-with-input", action="store_true", help="stop when standard input ends, as it does when the caller dies"
    )
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; the exit code."""
    options = parse_options(arguments)
    try:
        listener = socket.create_server((options.host, options.port), backlog=1024)
    except OSError as error:
        print(f"sandbox: cannot listen on {options.host}:{options.port}: {error.strerror}", file=sys.stderr)
        return 1
    url = f"http://{options.host}:{listener.getsockname()[1]}"
    application = build_application(SERVICES, options.database)
    if options.demo_data:
        add_demo_data(application.sandbox)

    def ready() -> None:
        if options.ready_file:
            write_ready_file(options.ready_file, url)
        if not options.quiet:
            print(welcome(url, application.sandbox.services), flush=True)

    config = uvicorn.Config(
        t.cast(t.Any, application),
        http=TrackedProtocol,
        ws="none",
        lifespan="off",
        log_level="error" if options.quiet else "warning",
        access_log=False,
        server_header=False,
        # Requests that a fault holds must not hold up the end.
        timeout_graceful_shutdown=1,
    )
    server = AnnouncingServer(config, ready)
    # Uvicorn stops at these signals and then raises them again, for whoever was there before it.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    if options.stop_with_input:
        threading.Thread(target=stop_with_input, args=(server,), daemon=True).start()
    try:
        server.run(sockets=[listener])
    finally:
        application.sandbox.database.close()
        if options.ready_file:
            options.ready_file.unlink(missing_ok=True)
    return 0


class AnnouncingServer(uvicorn.Server):
    """Uvicorn, calling ``ready`` once it accepts connections."""

    def __init__(self, config: uvicorn.Config, ready: t.Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def stop_with_input(server: uvicorn.Server) -> None:
    """Wait for the end of standard input, then stop the server."""
    # Not through sys.stdin: a thread that waits there would hold its lock when the interpreter shuts down.
    while os.read(0, 4096):
        pass
    server.should_exit = True


def add_demo_data(sandbox: Sandbox) -> None:
    """A handful of records in each service that has fewer."""
    for service in sandbox.services.values():
        if len(service.records(sandbox)) < DEMO_RECORDS:
            with transaction(sandbox.database):
                service.seed(sandbox, DEMO_RECORDS)


def write_ready_file(path: Path, url: str) -> None:
    """Write the file under another name first: a reader finds it whole or not at all."""
    draft = path.with_name(path.name + ".draft")
    draft.write_text(json.dumps({"url": url, "pid": os.getpid()}), encoding="utf-8")
    draft.replace(path)


def welcome(url: str, services: Mapping[str, Service]) -> str:
    """What a person needs to know: the address, the credentials, how to stop."""
    lines = [f"The sandbox is open: {url}/ (a page for the browser, live)", ""]
    for service in services.values():
        lines.append(f"{service.title}: {url}{service.prefix}")
        lines.extend(f"    {purpose}: {credentials}" for purpose, credentials in service.accounts)
    return "\n".join([*lines, "", "Stop it with Ctrl+C."])
