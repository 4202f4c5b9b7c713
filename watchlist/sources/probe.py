"""Whether a host answers at all: a TCP connection and a TLS handshake, through the proxy where the system names one."""

import base64
import socket
import ssl
import time
import urllib.request
from urllib.parse import SplitResult, unquote, urlsplit

_HTTPS = 443


def answers(host: str, seconds: float) -> bool:
    """Say whether ``host`` completes a TLS handshake within about ``seconds``; never raises.

    Looking the name up is up to the system and may take longer: give the answer up after ``seconds`` where that counts.
    """
    deadline = time.monotonic() + seconds
    try:
        with _connected(host, seconds) as connection:
            connection.settimeout(max(0.1, deadline - time.monotonic()))
            with _unverified().wrap_socket(connection, server_hostname=host):
                return True
    except (OSError, ValueError):
        return False


def _connected(host: str, seconds: float) -> socket.socket:
    """Open a connection to the host, by the proxy's ``CONNECT`` where there is a proxy."""
    proxy = _proxy_for(host)
    if proxy is None:
        return socket.create_connection((host, _HTTPS), seconds)
    connection = socket.create_connection((proxy.hostname or "", proxy.port or 80), seconds)
    login = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}" if proxy.username else ""
    allowed = f"Proxy-Authorization: Basic {base64.b64encode(login.encode()).decode()}\r\n" if login else ""
    connection.sendall(f"CONNECT {host}:{_HTTPS} HTTP/1.1\r\nHost: {host}:{_HTTPS}\r\n{allowed}\r\n".encode())
    reply = b""
    while b"\r\n\r\n" not in reply:
        more = connection.recv(4096)
        if not more:
            break
        reply += more
    if b" 200" not in reply.split(b"\r\n", 1)[0]:
        connection.close()
        raise ConnectionError(reply[:80])
    return connection


def _proxy_for(host: str) -> SplitResult | None:
    """Give the HTTP proxy that requests to the host go through, or ``None``."""
    if urllib.request.proxy_bypass(host):
        return None
    named = urllib.request.getproxies().get("https") or urllib.request.getproxies().get("all")
    return urlsplit(named if "://" in named else f"http://{named}") if named else None


def _unverified() -> ssl.SSLContext:
    """Give a context without certificate checks: the probe sends nothing and believes nothing it reads."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
