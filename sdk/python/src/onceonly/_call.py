"""The words in which flows and runners speak.

A flow is a generator that decides what happens: it yields an effect and is sent its outcome. It does no input or output itself, so
that the retry loop, the wait loop and ``run_fn`` are written once; a synchronous and an asynchronous runner carry the effects out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, Generator, Generic, List, NamedTuple, Optional, Tuple, TypeVar, Union

from ._lease import Lease

T = TypeVar("T")
Header = Tuple[bytes, bytes]


class Query(str):
    """A path with its query, percent-encoded; and both apart, as they were given."""

    __slots__ = ("params", "plain")

    plain: str
    params: Dict[str, Any]

    def __new__(cls, text: str, plain: str, params: Dict[str, Any]) -> Query:
        made = super().__new__(cls, text)
        made.plain = plain
        made.params = params
        return made


class Request(NamedTuple):
    """One attempt as it goes over the wire. ``target`` is the path from the host on, with its query, percent-encoded.

    ``again`` says whether it may be sent once more when a connection that was open already proves dead. ``call`` is what it is an attempt of.
    ``unheld`` is the same question without ``wait``, for one that the server may hold.
    """

    method: bytes
    target: bytes
    headers: List[Header]
    content: bytes
    again: bool
    call: Call[Any]
    unheld: Optional[Request] = None

    def __repr__(self) -> str:
        # The headers hold the API key, and a traceback may show what was at hand when an error came.
        return f"Request({self.method!r}, {self.target!r})"


class Answer(NamedTuple):
    """A whole answer; the names of its headers are compared without regard to case."""

    status: int
    headers: List[Header]
    body: bytes

    def header(self, name: bytes) -> Optional[str]:
        """The first value of a header, whose name is given in lower case."""
        for key, value in self.headers:
            if key.lower() == name:
                return value.decode("utf-8", "replace").strip()
        return None


class Send(NamedTuple):
    """Make one attempt within ``timeout`` seconds. Sent back: an Answer. Thrown in: NetworkError, ClientClosedError."""

    request: Request
    timeout: float


class Pause(NamedTuple):
    """Do nothing for that many seconds, or until the client is closed."""

    seconds: float


class Work(NamedTuple):
    """Run the caller's function and then the flow that records how it ended, while ``beats`` keeps its lease alive.

    ``record`` is given the function's value, or what it raised. Sent back, or thrown in: what ``record`` ends in. Where it can be done, the
    function is stopped when the lease is lost.
    """

    function: Callable[[], Any]
    lease: Lease
    beats: Callable[[], Flow[None]]
    record: Callable[[Any, Optional[BaseException]], Flow[Any]]


class Notify(NamedTuple):
    """Call the caller's function with one argument; an awaitable that it returns is awaited where that is possible."""

    function: Callable[[Any], Any]
    argument: Any


class Ask(NamedTuple):
    """As Notify, but the function's answer counts. Sent back: that answer. Thrown in: what it raised."""

    function: Callable[[Any], Any]
    argument: Any


Effect = Union[Send, Pause, Work, Notify, Ask]
Flow = Generator[Effect, Any, T]


class Repeat:
    """What may be repeated after which failure."""

    SAFE = "safe"  # After every failure that may pass: repeating changes nothing.
    UNSENT = "unsent"  # Only when the server has certainly not acted.
    OUTCOME = "outcome"  # As SAFE, but a 502 tool_error is the call's outcome.


@dataclass(frozen=True)
class Call(Generic[T]):
    """One call as a resource describes it: what is sent, and how the decoded JSON of a 2xx answer is read.

    ``path`` starts below the base URL and is percent-encoded. ``attempt_id`` asks for a random id that all attempts share. ``held`` is for how
    many seconds the server may hold the request before it answers; each attempt gets them beside its timeout. ``unheld`` is then the path
    that asks without waiting.
    """

    method: str
    path: str
    parse: Callable[[Any, Answer], T]
    body: Optional[Any] = None
    headers: Tuple[Header, ...] = ()
    attempt_id: bool = False
    repeat: str = Repeat.SAFE
    held: float = 0.0
    unheld: str = ""
