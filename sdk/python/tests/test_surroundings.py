"""What a client takes from its process: the proxy and the certificates, once, whatever other threads do to the environment."""

from __future__ import annotations

import os
import socket
import ssl
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, Iterator, List, MutableMapping

import pytest
from tasks import run

import onceonly
from onceonly import OnceOnly

KEY = "once_live_secret_0123456789"
UNREACHABLE = "http://127.0.0.1:9"
BODY = b'{"plan": "by proxy"}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (
    len(BODY),
    BODY,
)
Calling = Callable[[OnceOnly], Any]


def _is_read(name: str) -> bool:
    return name.lower().endswith("_proxy") or name.startswith("SSL_CERT")


class Environment(MutableMapping[str, str]):
    """An environment in which another thread removes a variable whenever somebody looks at all of them, and that says by which thread
    each variable was asked for."""

    def __init__(self, variables: Dict[str, str]) -> None:
        self.variables = dict(variables)
        self.asked: List[str] = []

    def __getitem__(self, name: str) -> str:
        # A new event loop looks for PYTHONASYNCIODEBUG, which is not the client's doing.
        if not name.startswith("PYTHON"):
            self.asked.append(threading.current_thread().name)
        return self.variables[name]

    def __setitem__(self, name: str, value: str) -> None:
        self.variables[name] = value

    def __delitem__(self, name: str) -> None:
        del self.variables[name]

    def __len__(self) -> int:
        return len(self.variables)

    def __iter__(self) -> Iterator[str]:
        names = ["SHORT_LIVED", *self.variables]
        self.variables["SHORT_LIVED"] = "1"
        for name in names:
            self.variables.pop("SHORT_LIVED", None)
            yield name


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Environment:
    """In place of the process' own, without the proxies and certificates of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not _is_read(name)}
    shifting = Environment(kept)
    monkeypatch.setattr(os, "environ", shifting)
    return shifting


@pytest.fixture
def proxy() -> Iterator[str]:
    """The address of a proxy that answers everything itself."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(30)
                    asked = b""
                    while b"\r\n\r\n" not in asked:
                        asked += connection.recv(4096)
                    connection.sendall(ANSWER)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def synchronously(client: OnceOnly) -> Any:
    with client:
        return client.me()


def asynchronously(client: OnceOnly) -> Any:
    async def call() -> Any:
        async with client:
            return await client.me_async()

    return run(call())


both = pytest.mark.parametrize("calling", [synchronously, asynchronously])


@both
def test_client_does_not_mind_an_environment_that_changes_meanwhile(environment: Environment, calling: Calling) -> None:
    client = OnceOnly(KEY, UNREACHABLE)
    with ThreadPoolExecutor(1, "worker") as threads, pytest.raises(onceonly.NetworkError):
        threads.submit(calling, client).result()


@both
def test_calls_do_not_mind_an_environment_that_other_threads_change_all_the_while(
    monkeypatch: pytest.MonkeyPatch, proxy: str, calling: Calling
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy)
    monkeypatch.delenv("http_proxy", raising=False)
    stop = threading.Event()

    def change(number: int) -> None:
        names = [f"ONCEONLY_TEST_{number}_{n}" for n in range(50)]
        while not stop.is_set():
            for name in names:
                os.environ[name] = "1"
            for name in names:
                del os.environ[name]

    clients = [OnceOnly(KEY, UNREACHABLE, timeout=60) for _ in range(50)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # Threads take turns within each look at the environment.
    changing = [threading.Thread(target=change, args=(number,)) for number in range(2)]
    for thread in changing:
        thread.start()
    try:
        with ThreadPoolExecutor(4, "worker") as threads:
            assert list(threads.map(calling, clients)) == [{"plan": "by proxy"}] * 50
    finally:
        stop.set()
        sys.setswitchinterval(interval)
        for thread in changing:
            thread.join()


@both
def test_environment_is_read_once_by_the_thread_that_makes_the_client(environment: Environment, calling: Calling) -> None:
    client = OnceOnly(KEY, "https://127.0.0.1:9")
    asked = len(environment.asked)
    with ThreadPoolExecutor(1, "worker") as threads, pytest.raises(onceonly.NetworkError):
        threads.submit(calling, client).result()
    assert asked > 0 and environment.asked == [threading.current_thread().name] * asked


@both
def test_proxy_is_the_one_that_was_named_when_the_client_was_made(
    environment: Environment, proxy: str, calling: Calling
) -> None:
    environment["HTTP_PROXY"] = proxy
    client = OnceOnly(KEY, UNREACHABLE)
    environment["HTTP_PROXY"] = "http://127.0.0.1:9"
    assert calling(client) == {"plan": "by proxy"}


@pytest.mark.parametrize(
    ("variables", "goes_by_proxy"),
    [
        ({"http_proxy": "PROXY"}, True),
        ({"HTTP_PROXY": "PROXY"}, True),
        ({"ALL_PROXY": "PROXY"}, True),
        ({"all_proxy": "PROXY", "http_proxy": "http://127.0.0.1:9"}, False),
        ({"https_proxy": "PROXY"}, False),
        ({"HTTP_PROXY": "PROXY", "http_proxy": ""}, False),
        ({"HTTP_PROXY": "PROXY", "REQUEST_METHOD": "GET"}, False),
        ({"http_proxy": "PROXY", "REQUEST_METHOD": "GET"}, True),
        ({"http_proxy": "PROXY", "no_proxy": "example.org, 127.0.0.1"}, False),
        ({"http_proxy": "PROXY", "NO_PROXY": "*"}, False),
        ({"http_proxy": "PROXY", "no_proxy": "example.org"}, True),
    ],
)
def test_names_of_proxies_are_those_that_are_usual(
    environment: Environment, proxy: str, variables: Dict[str, str], goes_by_proxy: bool
) -> None:
    environment.update({name: value.replace("PROXY", proxy) for name, value in variables.items()})
    if goes_by_proxy:
        assert synchronously(OnceOnly(KEY, UNREACHABLE)) == {"plan": "by proxy"}
    else:
        with pytest.raises(onceonly.NetworkError):
            synchronously(OnceOnly(KEY, UNREACHABLE))


def test_proxy_without_a_scheme_is_spoken_to_by_http(environment: Environment, proxy: str) -> None:
    environment["http_proxy"] = proxy[len("http://") :]
    assert synchronously(OnceOnly(KEY, UNREACHABLE)) == {"plan": "by proxy"}


@pytest.mark.parametrize(("name", "argument"), [("SSL_CERT_FILE", "cafile"), ("SSL_CERT_DIR", "capath")])
def test_certificates_are_those_that_were_named_when_the_client_was_made(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, name: str, argument: str
) -> None:
    used: List[Dict[str, Any]] = []
    plain = ssl.create_default_context

    def noting(**arguments: Any) -> ssl.SSLContext:
        used.append(arguments)
        return plain()

    monkeypatch.setattr(ssl, "create_default_context", noting)
    environment[name] = "/certificates"
    client = OnceOnly(KEY, "https://127.0.0.1:9")
    del environment[name]
    with pytest.raises(onceonly.NetworkError):
        synchronously(client)
    assert used == [{argument: "/certificates"}]
