"""Transports over a stand-in for a client of httpx, as users' own tests bring one: an object with ``post``, ``get`` and ``delete``.

It is called as the published client calls its client: with the path below the base URL, ``json=`` or ``params=``, and ``headers=`` for
check-lock alone. It answers with an httpx.Response, or raises one of httpx's errors.
"""

from __future__ import annotations

import inspect
from typing import Any, Dict

import httpx

from .._call import Answer, Call, Query, Request
from ._failures import Place
from ._httpx import UNUSABLE


def is_stand_in(client: Any) -> bool:
    """Whether ``client`` is none of httpx's; its class counts, since a mock says that it is an instance of what it mocks."""
    return not issubclass(type(client), (httpx.Client, httpx.AsyncClient))


class SyncStandIn:
    """Calls the stand-in on the caller's thread."""

    def __init__(self, place: Place, client: Any) -> None:
        self._place = place
        self._client = client

    def send(self, request: Request, timeout: float) -> Answer:
        """Make one attempt. The stand-in knows no timeout."""
        try:
            return _answer_of(_called(self._client, request.call))
        except UNUSABLE as error:
            raise self._place.failure(error, timeout)  # noqa: B904 - its cause is set already.

    def close(self) -> None:
        """Nothing: the stand-in is not ours."""


class AsyncStandIn:
    """Calls the stand-in and awaits what it answers with."""

    def __init__(self, place: Place, client: Any) -> None:
        self._place = place
        self._client = client

    async def send(self, request: Request, timeout: float) -> Answer:
        """Make one attempt. The stand-in knows no timeout."""
        try:
            response = _called(self._client, request.call)
            return _answer_of(await response if inspect.isawaitable(response) else response)
        except UNUSABLE as error:
            raise self._place.failure(error, timeout)  # noqa: B904 - its cause is set already.

    async def aclose(self) -> None:
        """Nothing: the stand-in is not ours."""

    def abandon(self) -> None:
        """Nothing can be ended from outside here."""


def _called(client: Any, call: Call[Any]) -> Any:
    arguments: Dict[str, Any] = {}
    if call.body is not None:
        arguments["json"] = call.body
    path = call.path
    if isinstance(call.path, Query):
        path, arguments["params"] = call.path.plain, call.path.params
    if path == "/check-lock":
        arguments["headers"] = {name.decode("ascii"): value.decode("utf-8") for name, value in call.headers}
    return getattr(client, call.method.lower())(path, **arguments)


def _answer_of(response: Any) -> Answer:
    if not isinstance(response, httpx.Response):
        raise TypeError(f"a stand-in must answer with an httpx.Response, not {type(response).__name__}")
    return Answer(response.status_code, response.headers.raw, response.content)
