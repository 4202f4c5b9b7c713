"""A loopback proxy that ends TLS with a throw-away authority and answers from the stand-in.

It needs nothing of the libraries but environment variables, so it works for other processes and for libcurl too; its
time-outs, resets and short bodies are real ones.
"""

import contextlib
import http.server
import socket
import socketserver
import ssl
import struct
import threading
import time
from pathlib import Path

import trustme

from tests.fake_exchange.exchange import FakeExchange
from tests.fake_exchange.faults import Fault
from tests.fake_exchange.reply import Reply


class Proxy(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """The proxy; it serves from the moment it is made until it is closed."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, exchange: FakeExchange, authority_file: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.exchange = exchange
        self._authority = trustme.CA()
        self._authority.cert_pem.write_to_path(str(authority_file))
        self._file = str(authority_file)
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def context(self, host: str) -> ssl.SSLContext:
        """Give the server side of TLS as ``host``."""
        with self._lock:
            if host not in self._contexts:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                self._authority.issue_cert(host).configure_cert(context)
                context.set_alpn_protocols(["http/1.1"])
                self._contexts[host] = context
            return self._contexts[host]

    def environment(self) -> dict[str, str]:
        """Give the environment variables that lead a program here."""
        address = f"http://127.0.0.1:{self.server_address[1]}"
        proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), address)
        bundles = dict.fromkeys(("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"), self._file)
        return {**proxies, **bundles, "NO_PROXY": "", "no_proxy": ""}

    def close(self) -> None:
        """Stop serving."""
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: callers that hang up are part of the play."""


class _Conversation(http.server.BaseHTTPRequestHandler):
    """One connection, plain until CONNECT turns it into TLS."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    host = ""
    server: Proxy

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Print nothing."""

    def finish(self) -> None:
        """Close both layers: the server itself knows of the plain one only."""
        with contextlib.suppress(OSError):
            super().finish()
        self.connection.close()

    def do_CONNECT(self) -> None:
        host = self.path.rsplit(":", 1)[0]
        self.send_response(200, "Connection established")
        self.end_headers()
        self.wfile.flush()
        try:
            secured = self.server.context(host).wrap_socket(self.connection, server_side=True)
        except (ssl.SSLError, OSError):
            self.close_connection = True
            return
        self.rfile.close()
        self.wfile.close()
        self.connection, self.host = secured, host
        self.rfile = secured.makefile("rb", -1)
        self.wfile = secured.makefile("wb")
        self.close_connection = False

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        sent = self.rfile.read(length) if length else b""
        host, target = self.host, self.path
        if sent and "form" in (self.headers.get("Content-Type") or ""):
            target += ("&" if "?" in target else "?") + sent.decode("ascii")
        if not host:  # plain http through a proxy names the host in the request line
            host, _, rest = self.path.split("://", 1)[-1].partition("/")
            target = f"/{rest}"
        reply, fault = self.server.exchange.respond(host.split(":")[0], target)
        if fault is None:
            self._send(reply)
        else:
            self._fail(reply, fault)

    do_POST = do_GET  # noqa: N815 - the name is the library's

    def _send(self, reply: Reply, *, keep: float = 1.0) -> None:
        body = reply.octets
        headers = {"Content-Type": reply.kind, **reply.headers, "Content-Length": str(len(body))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"HTTP/1.1 {reply.status} X\r\n{lines}\r\n".encode("latin-1")
        # One write: two would wait 40 ms for each other's acknowledgement.
        self.wfile.write(head + body[: int(len(body) * keep)])
        self.wfile.flush()

    def _fail(self, reply: Reply, fault: Fault) -> None:
        self.close_connection = True
        if fault.kind == "timeout":
            time.sleep(fault.seconds)
        elif fault.kind == "dribble":
            self._dribble(fault.seconds)
        elif fault.kind == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        else:
            if fault.kind == "short":
                self._send(reply, keep=0.5)
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

    def _dribble(self, seconds: float) -> None:
        """Promise an answer and send a space of it now and then: no read ever times out."""
        with contextlib.suppress(OSError):
            self.wfile.write(b"HTTP/1.1 200 X\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\n")
            for _ in range(int(seconds * 10)):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.1)
