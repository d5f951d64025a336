# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small real servers on this machine that answer as badly as a test wants, and a proxy."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import select
import socket
import ssl
import struct
import threading
import time
import typing as t
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import trustme

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Act = Callable[["Handler"], None]


@dataclass(frozen=True)
class Heard:
    """One request that a server got; ``headers`` by lower-case name."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Handler(BaseHTTPRequestHandler):
    """Notes each request and plays the next act of the server's script."""

    protocol_version = "HTTP/1.1"
    server: _Http

    def handle_one_request(self) -> None:
        """As the library does, save that any method will do and that a connection that breaks is no news."""
        with contextlib.suppress(OSError):
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            heard = Heard(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            self.server.take(heard)(self)
            self.wfile.flush()
            return
        self.close_connection = True

    def log_message(self, *_arguments: t.Any) -> None:
        """Be quiet."""


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 32

    def __init__(self, script: Sequence[Act], tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = list(script)
        self.heard: list[Heard] = []
        self.connections = 0
        self._lock = threading.Lock()
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def get_request(self) -> tuple[socket.socket, t.Any]:
        self.connections += 1
        return super().get_request()

    def take(self, heard: Heard) -> Act:
        """The act for this request: the last one stays."""
        with self._lock:
            self.heard.append(heard)
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def handle_error(self, request: t.Any, client_address: t.Any) -> None:
        """A client that hangs up, or refuses our certificate, is no error of the test."""


@dataclass
class Server:
    """A running server. heard: the requests that arrived, oldest first."""

    url: str
    _http: _Http = field(repr=False)

    @property
    def heard(self) -> list[Heard]:
        return self._http.heard

    @property
    def connections(self) -> int:
        return self._http.connections


@contextlib.contextmanager
def serving(*script: Act, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Server]:
    """A server that plays one act for each request, the last one for ever."""
    server = _Http(script, tls)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield Server(f"{'https' if tls else 'http'}://{host}:{server.server_port}", server)
    finally:
        server.shutdown()
        server.server_close()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def answer(body: t.Any = None, status: int = 200, kind: str = "application/json", **headers: str) -> Act:
    """A proper answer; what is neither text nor bytes is sent as JSON. ``Retry_After`` stands for ``Retry-After``."""
    if not isinstance(body, (str, bytes)):
        body = json.dumps(body)
    content = body.encode("utf-8") if isinstance(body, str) else body

    def act(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return act


def raw(*parts: bytes, pause: float = 0.0, ends: bool = True) -> Act:
    """These bytes with pauses between them, then the end of the connection."""

    def act(handler: Handler) -> None:
        handler.close_connection = ends
        for part in parts:
            handler.wfile.write(part)
            handler.wfile.flush()
            time.sleep(pause)

    return act


def silence(seconds: float) -> Act:
    """Nothing for some seconds, then the end of the connection."""
    return raw(b"", pause=seconds)


def reset(handler: Handler) -> None:
    """The connection is reset without an answer."""
    handler.close_connection = True
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def proxy(credentials: str | None = None, after_sending: Act | None = None) -> Act:
    """A forward proxy, also for tunnels. credentials: ``user:password`` that it demands.

    after_sending: what it does with its own client when the server has got the request, instead of answering.
    """
    expected = "Basic " + base64.b64encode((credentials or "").encode("utf-8")).decode("ascii")

    def act(handler: Handler) -> None:
        if credentials and handler.headers.get("Proxy-Authorization") != expected:
            answer("Proxy Authentication Required", 407, "text/plain", Proxy_Authenticate="Basic")(handler)
        elif handler.command == "CONNECT":
            _tunnel(handler)
        else:
            _forward(handler, handler.server.heard[-1], after_sending)

    return act


def _forward(handler: Handler, heard: Heard, after_sending: Act | None) -> None:
    target = urlsplit(heard.target)
    upstream = http.client.HTTPConnection(target.hostname or "", target.port or 80, timeout=10)
    with contextlib.closing(upstream):
        headers = {name: value for name, value in heard.headers.items() if not name.startswith("proxy-")}
        upstream.request(heard.method, target._replace(scheme="", netloc="").geturl(), heard.body, headers)
        got = upstream.getresponse()
        content = got.read()
    (after_sending or answer(content, got.status, got.headers["Content-Type"]))(handler)


def _tunnel(handler: Handler) -> None:
    host, _colon, port = handler.path.rpartition(":")
    handler.close_connection = True
    with socket.create_connection((host, int(port)), timeout=10) as upstream:
        handler.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        ends = {handler.connection: upstream, upstream: handler.connection}
        while True:
            for ready in select.select(list(ends), [], [], 10)[0]:
                data = ready.recv(65536)
                if not data:
                    return
                ends[ready].sendall(data)


@dataclass(frozen=True)
class Authority:
    """A certificate authority of our own; ``path`` is its certificate, for ``ca_path``."""

    ca: trustme.CA
    directory: Path

    @property
    def path(self) -> str:
        target = self.directory / "authority.pem"
        self.ca.cert_pem.write_to_path(str(target))
        return str(target)

    def server(self, name: str = "127.0.0.1", client_must_show: bool = False, **more: t.Any) -> ssl.SSLContext:
        """What a TLS server for this name needs; more: see ``trustme.CA.issue_cert``."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert(name, **more).configure_cert(context)
        if client_must_show:
            self.ca.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def client(self, name: str = "client.example.com") -> tuple[str, str]:
        """The paths of a client's certificate and of its key."""
        issued = self.ca.issue_cert(name)
        certificate, key = self.directory / "client.pem", self.directory / "client.key"
        issued.cert_chain_pems[0].write_to_path(str(certificate))
        issued.private_key_pem.write_to_path(str(key))
        return str(certificate), str(key)
