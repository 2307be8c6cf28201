"""A web server on the loopback that behaves as well or as badly as a test wants, and keeps count of what it sent."""

from __future__ import annotations

import base64
import re
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

import trustme


@dataclass(frozen=True)
class Reply:
    """How a path is answered.

    ranges: whether `Range` is honoured. breaks_after, stalls_after: so many bytes are sent, then the connection
    is cut or stays silent until the server is closed. length: what Content-Length says, None the truth, -1
    nothing. redirect: another address. password: `user:password` that must be given.
    """

    data: bytes = b""
    status: int = 200
    kind: str = "application/octet-stream"
    ranges: bool = True
    breaks_after: int | None = None
    stalls_after: int | None = None
    length: int | None = None
    encoding: str = ""
    redirect: str = ""
    password: str = ""


@dataclass
class Asked:
    """A request that came, and the bytes of content that went out for it."""

    path: str
    range: str
    status: int = 0
    sent: int = 0


@dataclass
class Server:
    """Serves `replies` until it is left; with a certificate over HTTPS, which `authority` has signed."""

    authority: trustme.CA | None = None
    replies: dict[str, Reply] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    stalled: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        outer = self

        class Handler(_Handler):
            server_of_test = outer

        self._web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._web.daemon_threads = True
        # A client that hangs up or refuses the certificate is what some tests want.
        self._web.handle_error = lambda request, address: None
        if self.authority:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
            # The handshake belongs to the connection's own thread: a client that refuses must not stop the server.
            self._web.socket = context.wrap_socket(self._web.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._web.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._web.shutdown()
        self._web.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        return int(self._web.server_address[1])

    @property
    def url(self) -> str:
        return f"{'https' if self.authority else 'http'}://127.0.0.1:{self.port}"

    def serve(self, path: str, data: bytes = b"", **behaviour: object) -> str:
        """Answer a path with these bytes; its whole address."""
        self.replies[path] = Reply(data, **behaviour)  # type: ignore[arg-type]
        return self.url + path

    def change(self, path: str, **behaviour: object) -> None:
        """Let a path behave otherwise from now on."""
        self.replies[path] = replace(self.replies[path], **behaviour)  # type: ignore[arg-type]

    def index(self, package: str, files: Mapping[str, bytes], *, password: str = "", prefix: str = "/simple") -> str:
        """Serve the files and a package's page that lists them (PEP 503); the address of the index."""
        for name, data in files.items():
            self.serve(f"/files/{name}", data, password=password)
        anchors = "".join(f'<a href="/files/{name}#sha256=0">{name}</a><br>' for name in files)
        page = f"<!DOCTYPE html><html><body>{anchors}</body></html>".encode()
        self.serve(f"{prefix}/{package}/", page, kind="text/html", password=password)
        return self.url + prefix

    def asked_for(self, path: str) -> list[Asked]:
        return [each for each in self.asked if each.path == path]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_of_test: Server

    def do_GET(self) -> None:
        server = self.server_of_test
        asked = Asked(self.path, self.headers.get("Range", ""))
        server.asked.append(asked)
        reply = server.replies.get(self.path, Reply(b"nothing here", 404, "text/plain"))
        wanted = "Basic " + base64.b64encode(reply.password.encode()).decode()
        if reply.password and self.headers.get("Authorization") != wanted:
            reply = Reply(b"who are you?", 401, "text/plain")
        start = re.fullmatch(r"bytes=(\d+)-", asked.range) if reply.ranges and reply.status == 200 else None
        first = int(start[1]) if start else 0
        asked.status = reply.status if not start else 206 if first < len(reply.data) else 416
        self._answer(reply, asked, first)

    def _answer(self, reply: Reply, asked: Asked, first: int) -> None:
        self.send_response(302 if reply.redirect else asked.status)
        body = b"" if reply.redirect or asked.status == 416 else reply.data[first:]
        length = len(body) if reply.length is None else reply.length
        for name, value in {
            "Content-Type": reply.kind, "Content-Length": str(length) if length >= 0 else "",
            "Content-Range": f"bytes {first}-{len(reply.data) - 1}/{len(reply.data)}" if asked.status == 206 else "",
            "Content-Encoding": reply.encoding, "Location": reply.redirect,
        }.items():  # fmt: skip
            if value:
                self.send_header(name, value)
        self.end_headers()
        until = min(each for each in (len(body), reply.breaks_after, reply.stalls_after) if each is not None)
        try:
            self.wfile.write(body[:until])
            self.wfile.flush()
            asked.sent = until
        except OSError:
            # The client has had enough.
            self.close_connection = True
            return
        if reply.stalls_after is not None:
            self.server_of_test.stalled.set()
            self.server_of_test.closing.wait(60)
        if until < len(body) or length != len(body):
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        return


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
