"""Transports over a client of httpx that the caller brings: for tests, proxies, and certificates of one's own."""

from __future__ import annotations

import asyncio
from typing import Any, Union

import httpx

from .._call import Answer, Request
from ._failures import Place

UNUSABLE = (httpx.RequestError, httpx.StreamError, httpx.InvalidURL, OSError)

_DEAD = (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)


class SyncHttpx:
    """Sends through ``client``, closing it at the end if it is ``owned``. As thread-safe as that client is."""

    def __init__(self, base_url: httpx.URL, place: Place, client: httpx.Client, *, owned: bool) -> None:
        self._url = base_url
        self._place = place
        self._client = client
        self._owned = owned

    def send(self, request: Request, timeout: float) -> Answer:
        """Make one attempt; httpx bounds each of its steps by ``timeout``, not all of them together."""
        try:
            return self._attempt(request, timeout, request.again)
        except UNUSABLE as error:
            raise self._place.failure(error, timeout)  # noqa: B904 - its cause is set already.

    def _attempt(self, request: Request, timeout: float, again: bool) -> Answer:
        course = _Course()
        wire = _wire(self._client, self._url, request, timeout, course.note)
        try:
            response = self._client.send(wire, follow_redirects=False)
        except _DEAD:
            if not again or not course.has_met_a_dead_connection:
                raise
            return self._attempt(request, timeout, again=False)
        return Answer(response.status_code, response.headers.raw, response.content)

    def close(self) -> None:
        """Close the client, if it is ours."""
        if self._owned:
            self._client.close()


class AsyncHttpx:
    """Sends through ``client``, closing it at the end if it is ``owned``."""

    def __init__(self, base_url: httpx.URL, place: Place, client: httpx.AsyncClient, *, owned: bool) -> None:
        self._url = base_url
        self._place = place
        self._client = client
        self._owned = owned

    async def send(self, request: Request, timeout: float) -> Answer:
        """Make one attempt."""
        try:
            return await asyncio.wait_for(self._attempt(request, timeout, request.again), timeout)
        except (*UNUSABLE, asyncio.TimeoutError) as error:
            raise self._place.failure(error, timeout)  # noqa: B904 - its cause is set already.

    async def _attempt(self, request: Request, timeout: float, again: bool) -> Answer:
        course = _Course()
        wire = _wire(self._client, self._url, request, timeout, course.note_async)
        try:
            response = await self._client.send(wire, follow_redirects=False)
        except _DEAD:
            if not again or not course.has_met_a_dead_connection:
                raise
            return await self._attempt(request, timeout, again=False)
        return Answer(response.status_code, response.headers.raw, response.content)

    async def aclose(self) -> None:
        """Close the client, if it is ours."""
        if self._owned:
            await self._client.aclose()

    def abandon(self) -> None:
        """Nothing can be ended from outside here; what is under way ends at its timeout."""


class _Course:
    """What one attempt has gone through, as httpx's own transports tell it; others tell nothing."""

    def __init__(self) -> None:
        self._sent = self._connected = self._answered = False

    @property
    def has_met_a_dead_connection(self) -> bool:
        """Whether the request went over a connection that was open already, and no answer has begun."""
        return self._sent and not self._connected and not self._answered

    def note(self, event: str, _: Any) -> None:
        """Note one event."""
        self._connected = self._connected or event.startswith("connection.connect")
        self._sent = self._sent or event.endswith(".send_request_headers.started")
        self._answered = self._answered or event.endswith(".receive_response_headers.complete")

    async def note_async(self, event: str, details: Any) -> None:
        """As ``note``."""
        self.note(event, details)


def _wire(
    client: Union[httpx.Client, httpx.AsyncClient], url: httpx.URL, request: Request, timeout: float, note: Any
) -> httpx.Request:
    return client.build_request(
        request.method.decode("ascii"),
        url.copy_with(raw_path=request.target),
        headers=request.headers,
        content=request.content,
        # A wait for a connection ends first, so that it can be told from a server that does not answer.
        timeout=httpx.Timeout(timeout, pool=0.9 * timeout),
        extensions={"trace": note},
    )
