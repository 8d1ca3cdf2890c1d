"""Transports over a client of httpx that the caller brings: for tests, proxies, and certificates of one's own."""

from __future__ import annotations

import asyncio

import httpx

from .._call import Answer, Request
from ._failures import of_httpx

_UNUSABLE = (httpx.RequestError, httpx.StreamError, httpx.InvalidURL)


class SyncHttpx:
    """Sends through ``client``, closing it at the end if it is ``owned``. As thread-safe as that client is."""

    def __init__(self, base_url: httpx.URL, client: httpx.Client, *, owned: bool) -> None:
        self._url = base_url
        self._client = client
        self._owned = owned

    def send(self, request: Request, timeout: float) -> Answer:
        """Make one attempt; httpx bounds each of its steps by ``timeout``, not all of them together."""
        try:
            wire = self._client.build_request(
                request.method.decode("ascii"),
                self._url.copy_with(raw_path=request.target),
                headers=request.headers,
                content=request.content,
                timeout=timeout,
            )
            response = self._client.send(wire, follow_redirects=False)
        except _UNUSABLE as error:
            raise of_httpx(error)  # noqa: B904 - its cause is set already.
        return Answer(response.status_code, response.headers.raw, response.content)

    def close(self) -> None:
        """Close the client, if it is ours."""
        if self._owned:
            self._client.close()


class AsyncHttpx:
    """Sends through ``client``, closing it at the end if it is ``owned``."""

    def __init__(self, base_url: httpx.URL, client: httpx.AsyncClient, *, owned: bool) -> None:
        self._url = base_url
        self._client = client
        self._owned = owned

    async def send(self, request: Request, timeout: float) -> Answer:
        """Make one attempt."""
        wire = self._client.build_request(
            request.method.decode("ascii"),
            self._url.copy_with(raw_path=request.target),
            headers=request.headers,
            content=request.content,
            timeout=timeout,
        )
        try:
            response = await asyncio.wait_for(self._client.send(wire, follow_redirects=False), timeout)
        except (*_UNUSABLE, asyncio.TimeoutError) as error:
            raise of_httpx(error)  # noqa: B904 - its cause is set already.
        return Answer(response.status_code, response.headers.raw, response.content)

    async def aclose(self) -> None:
        """Close the client, if it is ours."""
        if self._owned:
            await self._client.aclose()

    def abandon(self) -> None:
        """Nothing can be ended from outside here; what is under way ends at its timeout."""
