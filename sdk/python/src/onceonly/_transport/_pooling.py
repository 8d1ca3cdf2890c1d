"""What both connection pools are made of."""

from __future__ import annotations

from typing import Any, Dict

import httpcore
import httpx

from .._call import Request
from ._deadlines import Until
from ._surroundings import Surroundings

KEEPALIVE_SECONDS = 15.0  # Shorter than the server's, so that a connection is seldom used just as the server closes it.
SWEEP_SECONDS = 1.0  # Between two looks for connections that have been idle for too long.
ANSWER_BYTES_MAX = 64 * 1024 * 1024


class Target:
    """The server, and the way there. Safe to share; nothing in it changes."""

    def __init__(self, url: httpx.URL, around: Surroundings) -> None:
        self._url = url
        self._around = around
        self.origin = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/").origin

    def wire(self, request: Request, until: Until) -> httpcore.Request:
        """One attempt as the engine takes it; nothing in its address is parsed again."""
        url = self._url
        return httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=request.target),
            headers=request.headers,
            content=request.content,
            extensions={"timeout": {"connect": until, "read": until, "write": until, "pool": until}},
        )

    def arguments(self, backend: Any) -> Dict[str, Any]:
        """The arguments of a pool of httpcore, which makes the connections; keeping them is not its business here."""
        proxy = self._around.proxy
        arguments: Dict[str, Any] = {
            "ssl_context": self._around.ssl_context,
            "keepalive_expiry": KEEPALIVE_SECONDS,
            "http1": True,
            "http2": False,
            "network_backend": backend,
        }
        if proxy is not None:
            arguments["proxy"] = httpcore.Proxy(
                str(proxy.url),
                auth=proxy.raw_auth,
                ssl_context=self._around.ssl_context if proxy.url.scheme == "https" else None,
            )
        return arguments


def is_clean(connection: Any) -> bool:
    """Whether nothing is left over of an answer that has been read to its end: what is, would be taken for the next answer."""
    engine = connection
    while (below := getattr(engine, "_connection", None)) is not None:  # Each kind of way wraps the one below.
        engine = below
    left, _ = engine._h11_state.trailing_data
    return not left


def no_connection_free(count: int) -> httpcore.PoolTimeout:
    """The error of a call that has waited for a connection in vain."""
    return httpcore.PoolTimeout(f"all {count} connections (max_connections) were in use")


def too_large() -> httpcore.ProtocolError:
    """The error for an answer that nobody could mean."""
    return httpcore.ProtocolError(f"the answer has more than {ANSWER_BYTES_MAX} bytes")
