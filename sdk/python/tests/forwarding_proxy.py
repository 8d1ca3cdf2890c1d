"""A forwarding proxy, run as a process of its own: tunnels CONNECT, forwards what is asked for by an absolute http URL, and wants a password.

    python forwarding_proxy.py USER PASSWORD

It prints its port, then the first line of each request that it lets through, and lives until its standard input ends.
"""

from __future__ import annotations

import asyncio
import base64
import sys
from contextlib import suppress
from typing import List
from urllib.parse import urlsplit

REFUSED = (
    b"HTTP/1.1 407 Proxy Authentication Required\r\n"
    b'Proxy-Authenticate: Basic realm="proxy"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
)


async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes one way until they end."""
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    with suppress(OSError, RuntimeError):
        writer.close()


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, allowed: str) -> None:
    """Carry one connection of a client."""
    with suppress(OSError, asyncio.IncompleteReadError):
        while head := await reader.readuntil(b"\r\n\r\n"):
            line, *headers = head.decode("latin-1").rstrip().split("\r\n")
            if f"proxy-authorization: {allowed}".lower() not in [one.lower() for one in headers]:
                writer.write(REFUSED)
                break
            print(line, flush=True)
            method, target, version = line.split(" ")
            if method == "CONNECT":
                await tunnel(reader, writer, target)
                break
            await forward(reader, writer, f"{method} {target} {version}", headers)
    writer.close()


async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str) -> None:
    """Connect both sides; what they say to one another is theirs."""
    host, _, port = target.rpartition(":")
    far_reader, far_writer = await asyncio.open_connection(host, int(port))
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    await asyncio.gather(pipe(reader, far_writer), pipe(far_reader, writer))


async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: str, headers: List[str]) -> None:
    """Pass one request on, by a connection of its own, and its answer back."""
    method, target, version = line.split(" ")
    url = urlsplit(target)
    kept = [one for one in headers if not one.lower().startswith(("proxy-", "connection:"))]
    length = next((int(one.partition(":")[2]) for one in headers if one.lower().startswith("content-length:")), 0)
    far_reader, far_writer = await asyncio.open_connection(url.hostname, url.port or 80)
    path = url.path + (f"?{url.query}" if url.query else "")
    sent = "\r\n".join([f"{method} {path} {version}", *kept, "Connection: close"])
    far_writer.write(sent.encode("latin-1") + b"\r\n\r\n" + await reader.readexactly(length))
    head = await far_reader.readuntil(b"\r\n\r\n")
    size = next(int(one.partition(b":")[2]) for one in head.split(b"\r\n") if one.lower().startswith(b"content-length:"))
    writer.write(head + await far_reader.readexactly(size))
    await writer.drain()
    far_writer.close()


async def main(user: str, password: str) -> None:
    """Run until standard input ends."""
    allowed = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    server = await asyncio.start_server(lambda reader, writer: serve(reader, writer, allowed), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
