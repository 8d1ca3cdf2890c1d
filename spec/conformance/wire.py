"""HTTP/1.1 over plain sockets: what a fault needs, and no more.

A server library would answer whole and in order; here an answer may be cut in half, be late, or be a reset.
"""

import json
import re
import socket
import struct
from http.client import responses
from urllib.parse import parse_qsl, unquote

HEAD_BYTES_MAX = 64 * 1024
BODY_BYTES_MAX = 8 * 1024 * 1024


class BrokenRequest(ValueError):
    """Bytes that are no HTTP request."""


class Request:
    """One request as it came: `target` raw, header names in lower case, `query` as a list of pairs."""

    def __init__(self, method, target, headers, body):
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        path, _, query = target.partition("?")
        self.path = path
        self.query = parse_qsl(query, keep_blank_values=True)

    def json(self):
        """The body as JSON, or None when it is empty; raises ValueError when it is neither."""
        return json.loads(self.body.decode("utf-8")) if self.body else None

    def __str__(self):
        body = self.body.decode("utf-8", "replace")
        return "%s %s%s" % (self.method, self.target, " " + body[:300] if body else "")


def path_parts(path):
    """The parts of a path, each decoded, so that `/a%2Fb` differs from `/a/b` but `%7E` does not from `~`."""
    return [unquote(part) for part in path.split("/")]


def read_request(stream):
    """The next request of a connection, or None at its end."""
    line = stream.readline(HEAD_BYTES_MAX)
    if not line:
        return None
    found = re.fullmatch(r"([A-Z]+) (\S+) HTTP/1\.1", line.decode("latin-1").rstrip("\r\n"))
    if not found:
        raise BrokenRequest("a request line that is none: %r" % line[:200])
    headers = _read_headers(stream)
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _read_chunks(stream)
    else:
        length = int(headers.get("content-length", "0"))
        if length > BODY_BYTES_MAX:
            raise BrokenRequest("a body of %d bytes" % length)
        body = stream.read(length)
        if len(body) < length:
            raise BrokenRequest("a body that ended early")
    return Request(found.group(1), found.group(2), headers, body)


def _read_headers(stream):
    headers = {}
    size = 0
    while True:
        line = stream.readline(HEAD_BYTES_MAX)
        size += len(line)
        if not line or size > HEAD_BYTES_MAX:
            raise BrokenRequest("headers that ended early or are too long")
        text = line.decode("latin-1").rstrip("\r\n")
        if not text:
            return headers
        name, _, value = text.partition(":")
        headers[name.strip().lower()] = value.strip()


def _read_chunks(stream):
    body = b""
    while True:
        size = int(stream.readline(100).split(b";")[0], 16)
        if len(body) + size > BODY_BYTES_MAX:
            raise BrokenRequest("a chunked body that is too long")
        body += stream.read(size)
        stream.readline(100)
        if size == 0:
            return body


class Answer:
    """Status, headers (a list of pairs) and the bytes of the body."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        """The body as JSON, or None when it is none."""
        try:
            return json.loads(self.body.decode("utf-8"))
        except ValueError:
            return None

    def to_bytes(self, keep_alive):
        """Head and body; Content-Length and Connection are written here and nowhere else."""
        head = ["HTTP/1.1 %d %s" % (self.status, responses.get(self.status, "Status"))]
        head += ["%s: %s" % pair for pair in self.headers]
        head.append("Content-Length: %d" % len(self.body))
        head.append("Connection: %s" % ("keep-alive" if keep_alive else "close"))
        return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + self.body


def reset(connection):
    """Closes a connection with RST, so that the peer sees a broken connection and not an end."""
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    finally:
        connection.close()
