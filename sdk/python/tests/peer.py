"""A server on plain sockets that does with each request what a test says, and tells of its connections."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from contextlib import contextmanager
from typing import Any, Callable, Iterator, List, NamedTuple, Optional

#: What is sent back for a request: None closes the connection, without an answer.
Respond = Callable[["Asked"], Optional[bytes]]


class Last(bytes):
    """Bytes after which the connection is closed."""


class Asked(NamedTuple):
    """A request. ``connection`` counts connections, ``nth`` the requests of one connection, both from 0."""

    connection: int
    nth: int
    head: str
    body: bytes

    def header(self, name: str) -> Optional[str]:
        """A header's value."""
        for line in self.head.split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return None

    @property
    def line(self) -> str:
        """The first line: method, target, version."""
        return self.head.split("\r\n", 1)[0]


def answer(body: Any, status: str = "200 OK", headers: str = "") -> bytes:
    """An answer of JSON; ``headers`` are lines that each end in CRLF."""
    text = json.dumps(body).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n{headers}\r\n"
    return head.encode() + text


LOCKED = answer({"success": True, "status": "locked", "key": "k", "ttl": 60, "first_seen_at": None})


class Peer:
    """Thread-safe. ``open`` is how many connections there are, ``most`` how many there were at once."""

    def __init__(self, listener: socket.socket, respond: Respond, tls: Optional[ssl.SSLContext]) -> None:
        self.asked: List[Asked] = []
        self.accepted = self.open = self.most = 0
        self.port = listener.getsockname()[1]
        self.url = f"{'http' if tls is None else 'https'}://127.0.0.1:{self.port}"
        self._listener = listener
        self._respond = respond
        self._tls = tls
        self._lock = threading.Lock()

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                number = self.accepted
                self.accepted += 1
                self.open += 1
                self.most = max(self.most, self.open)
            threading.Thread(target=self._carry, args=(connection, number), daemon=True).start()

    def _carry(self, connection: socket.socket, number: int) -> None:
        try:
            connection.settimeout(60)
            secure = connection if self._tls is None else self._tls.wrap_socket(connection, server_side=True)
            with connection, secure:
                self._talk(secure, number)
        except OSError:
            pass  # The other side has gone.
        finally:
            with self._lock:
                self.open -= 1

    def _talk(self, connection: socket.socket, number: int) -> None:
        reader = connection.makefile("rb")
        for nth in range(1_000_000):
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = reader.readline()
                if not line:
                    return
                head += line
            asked = Asked(number, nth, head.decode().strip(), b"")
            asked = asked._replace(body=reader.read(int(asked.header("content-length") or 0)))
            with self._lock:
                self.asked.append(asked)
            sent = self._respond(asked)
            if sent is None:
                return
            connection.sendall(sent)
            if isinstance(sent, Last):
                return


@contextmanager
def peer(respond: Respond, tls: Optional[ssl.SSLContext] = None) -> Iterator[Peer]:
    """Run one."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        made = Peer(listener, respond, tls)
        threading.Thread(target=made.serve, daemon=True).start()
        yield made
        listener.shutdown(socket.SHUT_RDWR)
