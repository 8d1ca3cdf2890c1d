"""The errors of a transport, from httpx's and from httpcore's: both name their errors alike."""

from __future__ import annotations

import asyncio
from typing import NamedTuple, Optional, Union

import httpcore
import httpx

from ..errors import NetworkError, RequestTimeoutError

HTTPCORE_ERRORS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)

#: What a connection ends in that the other side has given up meanwhile.
DEAD = (httpcore.ReadError, httpcore.WriteError, httpcore.RemoteProtocolError)


#: What certainly came before the server has seen anything.
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, ConnectionRefusedError)


class Place(NamedTuple):
    """Where attempts go, in words: the server as ``<scheme>://<host>:<port>``, and the proxy as ``<host>:<port>`` where it is known."""

    server: str
    proxy: Optional[str]

    def failure(self, error: Exception, timeout: float) -> NetworkError:
        """Our error for one of httpx's, which is its cause, after an attempt of at most ``timeout`` seconds."""
        words = str(error) or type(error).__name__
        way = f" through the proxy {self.proxy}" if self.proxy else ""
        failure: Union[NetworkError, RequestTimeoutError]
        if isinstance(error, (httpx.TimeoutException, asyncio.TimeoutError, TimeoutError)):
            failure = RequestTimeoutError(f"no answer from {self.server} within {round(timeout, 3):g} s{way}: {words}")
        else:
            failure = NetworkError(f"can't reach {self.server}{way}: {words}")
        failure.unsent = isinstance(error, UNSENT)
        failure.__cause__ = error
        return failure

    def failure_below(self, error: Exception, timeout: float) -> NetworkError:
        """The same for the engine below httpx; the cause is httpx's error of that name, so that callers need to know only one family."""
        kind = getattr(httpx, type(error).__name__, httpx.TransportError)
        cause = kind(str(error) or type(error).__name__)
        cause.__cause__ = error
        return self.failure(cause, timeout)
