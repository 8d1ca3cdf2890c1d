"""Proxies and certificates of one's own: through a real forwarding proxy, and with a certificate authority made here."""

from __future__ import annotations

import importlib.util
import logging
import ssl
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Callable, Iterator, List

import httpx
import pytest
import trustme
from peer import LOCKED, Asked, Peer, answer, peer
from tasks import run

import onceonly
from onceonly import OnceOnly

KEY = "once_live_secret_0123456789"
PASSWORD = "s3cr3t-of-the-proxy"
ME = answer({"plan": "free"})

Calling = Callable[[OnceOnly], List[Any]]


def synchronously(client: OnceOnly) -> List[Any]:
    with client:
        return [client.me(), client.check_lock("k", fail_open=False).locked]


def asynchronously(client: OnceOnly) -> List[Any]:
    async def main() -> List[Any]:
        async with client:
            return [await client.me_async(), (await client.check_lock_async("k", fail_open=False)).locked]

    return run(main())


both = pytest.mark.parametrize("calling", [synchronously, asynchronously])


def respond(asked: Asked) -> bytes:
    return ME if asked.line.startswith("GET /v1/me ") else LOCKED


class Proxy:
    """A proxy's process, and what it has let through."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self._process = process
        self.port = int(process.stdout.readline())
        self.url = f"http://ada:{PASSWORD}@127.0.0.1:{self.port}"
        self.lines: List[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line.strip())

    def close(self) -> None:
        """End it; all of its lines are there then."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._reader.join(30)
        self._process.stdout.close()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    program = Path(__file__).parent / "forwarding_proxy.py"
    process = subprocess.Popen(
        [sys.executable, str(program), "ada", PASSWORD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    made = Proxy(process)
    yield made
    if process.poll() is None:
        made.close()


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def authority_file(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Peer]:
    """A server whose certificate only the authority made here answers for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with peer(respond, context) as server:
        yield server


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment without proxies and certificates."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return monkeypatch


@both
def test_http_is_forwarded_by_the_proxy(variables: pytest.MonkeyPatch, proxy: Proxy, calling: Calling) -> None:
    with peer(respond) as server:
        variables.setenv("HTTP_PROXY", proxy.url)
        assert calling(OnceOnly(KEY, server.url, timeout=30)) == [{"plan": "free"}, True]
        proxy.close()
        assert proxy.lines == [f"GET {server.url}/v1/me HTTP/1.1", f"POST {server.url}/v1/check-lock HTTP/1.1"]
        assert all(one.header("Authorization") == f"Bearer {KEY}" for one in server.asked)
        assert all(one.header("Proxy-Authorization") is None for one in server.asked)


@both
def test_https_goes_through_a_tunnel_of_the_proxy(
    variables: pytest.MonkeyPatch, proxy: Proxy, secure: Peer, authority_file: str, calling: Calling
) -> None:
    variables.setenv("HTTPS_PROXY", proxy.url)
    variables.setenv("SSL_CERT_FILE", authority_file)
    assert calling(OnceOnly(KEY, secure.url, timeout=30)) == [{"plan": "free"}, True]
    proxy.close()
    # One tunnel, which both calls share; the proxy sees nothing of what goes through it.
    assert proxy.lines == [f"CONNECT 127.0.0.1:{secure.port} HTTP/1.1"]
    assert [one.line for one in secure.asked] == ["GET /v1/me HTTP/1.1", "POST /v1/check-lock HTTP/1.1"]
    assert all(one.header("Proxy-Authorization") is None for one in secure.asked)


@both
def test_proxy_and_authority_may_be_given_in_the_code(
    variables: pytest.MonkeyPatch, proxy: Proxy, secure: Peer, authority_file: str, calling: Calling
) -> None:
    trusted = ssl.create_default_context(cafile=authority_file)
    threads = httpx.HTTPTransport(proxy=proxy.url, verify=trusted)
    tasks = httpx.AsyncHTTPTransport(proxy=proxy.url, verify=trusted)
    client = OnceOnly(KEY, secure.url, timeout=30, transport=threads, async_transport=tasks)
    assert calling(client) == [{"plan": "free"}, True]
    proxy.close()
    assert proxy.lines == [f"CONNECT 127.0.0.1:{secure.port} HTTP/1.1"]


@both
@pytest.mark.parametrize("folder", [False, True])
def test_authority_is_named_by_a_variable(
    variables: pytest.MonkeyPatch, secure: Peer, authority_file: str, calling: Calling, folder: bool
) -> None:
    if folder:
        hashed = subprocess.run(
            ["openssl", "x509", "-noout", "-subject_hash", "-in", authority_file], capture_output=True, text=True, check=True
        )
        (Path(authority_file).parent / f"{hashed.stdout.strip()}.0").symlink_to(authority_file)
        variables.setenv("SSL_CERT_DIR", str(Path(authority_file).parent))
    else:
        variables.setenv("SSL_CERT_FILE", authority_file)
    assert calling(OnceOnly(KEY, secure.url, timeout=30)) == [{"plan": "free"}, True]
    assert secure.accepted == 1


def test_file_of_certificates_that_is_not_there_is_an_error_when_the_client_is_made(variables: pytest.MonkeyPatch) -> None:
    variables.setenv("SSL_CERT_FILE", "/nowhere/authority.pem")
    with pytest.raises(OSError):
        OnceOnly(KEY, "https://127.0.0.1:9")


@both
def test_error_names_the_server_and_the_proxy_and_no_password(
    variables: pytest.MonkeyPatch, proxy: Proxy, calling: Calling
) -> None:
    variables.setenv("HTTPS_PROXY", proxy.url.replace(PASSWORD, "wr0ng"))
    with pytest.raises(onceonly.NetworkError) as raised:
        calling(OnceOnly(KEY, "https://127.0.0.1:9", timeout=30))
    assert raised.value.message.startswith(f"can't reach https://127.0.0.1:9 through the proxy 127.0.0.1:{proxy.port}: 407")
    assert raised.value.unsent
    assert "wr0ng" not in raised.value.message + repr(raised.value.__cause__)


@both
def test_error_names_a_proxy_that_is_not_there(variables: pytest.MonkeyPatch, calling: Calling) -> None:
    variables.setenv("HTTP_PROXY", f"http://ada:{PASSWORD}@127.0.0.1:9")
    with pytest.raises(onceonly.NetworkError, match=r"can't reach http://h:80 through the proxy 127\.0\.0\.1:9: ") as raised:
        calling(OnceOnly(KEY, "http://h", timeout=30))
    assert PASSWORD not in raised.value.message


@both
def test_lock_that_fails_open_for_want_of_trust_says_that_it_will_not_go_away(
    variables: pytest.MonkeyPatch, secure: Peer, caplog: pytest.LogCaptureFixture, calling: Calling
) -> None:
    client = OnceOnly(KEY, secure.url, timeout=30)
    lock = client.check_lock("k") if calling is synchronously else run(client.check_lock_async("k"))
    assert lock.failed_open and "it will not go away by itself" in caplog.text
    assert f"can't reach {secure.url}: " in caplog.text and "UNPROTECTED" in caplog.text
    client.close()


def test_lock_that_fails_open_for_another_reason_says_nothing_of_the_kind(
    variables: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    assert OnceOnly(KEY, "https://127.0.0.1:9").check_lock("k").failed_open
    assert "UNPROTECTED" in caplog.text and "by itself" not in caplog.text


def test_socks_proxy_without_its_package_is_refused_when_the_client_is_made(variables: pytest.MonkeyPatch) -> None:
    variables.setattr(importlib.util, "find_spec", lambda name: None)
    variables.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    with pytest.raises(ImportError, match="socksio"):
        OnceOnly(KEY, "http://h")
