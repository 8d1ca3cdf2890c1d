"""What both connection pools are made of."""

from __future__ import annotations

import ssl
from typing import Any, Dict, Optional, Tuple

import httpcore
import httpx

from ._surroundings import Surroundings

CONNECTIONS_MAX = 256
KEEPALIVE_SECONDS = 15.0  # Shorter than the server's, so that a connection is seldom used just as the server closes it.
ANSWER_BYTES_MAX = 64 * 1024 * 1024


def pool_arguments(url: httpx.URL, around: Surroundings) -> Dict[str, Any]:
    """The arguments that every pool is made with."""
    return {
        "ssl_context": around.ssl_context() if url.scheme == "https" else None,
        "max_connections": CONNECTIONS_MAX,
        "max_keepalive_connections": CONNECTIONS_MAX,
        "keepalive_expiry": KEEPALIVE_SECONDS,
        "http1": True,
        "http2": False,
    }


def proxy_of(around: Surroundings) -> Optional[Tuple[str, Optional[Tuple[str, str]], Optional[ssl.SSLContext]]]:
    """The proxy's address, user and password, and the context for one behind TLS."""
    if around.proxy is None:
        return None
    proxy = httpx.Proxy(around.proxy)
    return str(proxy.url), proxy.auth, around.ssl_context() if proxy.url.scheme == "https" else None


def target_url(url: httpx.URL, target: bytes) -> httpcore.URL:
    """The address of one request; nothing in it is parsed again."""
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=target)


def too_large() -> httpcore.ProtocolError:
    """The error for an answer that nobody could mean."""
    return httpcore.ProtocolError(f"the answer has more than {ANSWER_BYTES_MAX} bytes")
