"""What a client takes from the process it is in: the proxy and the certificates. It is read once, on the thread that makes the client.

A look over the whole environment, as the standard library takes one to find proxies, fails when another thread sets or removes a variable
meanwhile. So each variable is asked for by its name, which can't.
"""

from __future__ import annotations

import importlib.util
import os
import ssl
import urllib.request
from dataclasses import dataclass
from typing import Any, Dict, Optional

import httpx

from .._options import origin_of


@dataclass(frozen=True)
class Surroundings:
    """The proxy, None where requests go straight; and what certificates are judged by, None where there are none on the way."""

    proxy: Optional[httpx.Proxy]
    ssl_context: Optional[ssl.SSLContext]

    @property
    def proxy_place(self) -> Optional[str]:
        """The proxy as ``<host>:<port>``, without the user and the password."""
        return None if self.proxy is None else origin_of(self.proxy.url).partition("://")[2]


def surroundings_of(url: httpx.URL) -> Surroundings:
    """What the process says at this moment about requests to ``url``. Certificates that can't be read are an OSError here."""
    address = _proxy(url)
    proxy = None if address is None else httpx.Proxy(address)
    if proxy is not None and proxy.url.scheme.startswith("socks") and importlib.util.find_spec("socksio") is None:
        raise ImportError("a SOCKS proxy needs the package socksio: pip install 'httpx[socks]'")
    is_secure = url.scheme == "https" or (proxy is not None and proxy.url.scheme == "https")
    return Surroundings(proxy, _ssl_context() if is_secure else None)


def _ssl_context() -> ssl.SSLContext:
    # Made at once: the standard library looks into the environment when it makes one.
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file:
        return ssl.create_default_context(cafile=file)
    if folder:
        return ssl.create_default_context(capath=folder)
    return httpx.create_ssl_context(trust_env=False)


def _proxy(url: httpx.URL) -> Optional[str]:
    proxies: Dict[str, str] = {}
    for scheme in ("http", "https", "all", "no"):
        value = _variable(scheme)
        if value:
            proxies[scheme] = value
    if proxies:
        passed_by = _request("proxy_bypass_environment", url.host, proxies)
    else:
        passed_by = _of_system("proxy_bypass", url.host)
        proxies = _of_system("getproxies") or {}
    named = proxies.get(url.scheme) or proxies.get("all")
    if not named or passed_by:
        return None
    return named if "://" in named else f"http://{named}"


def _variable(scheme: str) -> Optional[str]:
    """Small letters win, even when empty. A CGI program gets HTTP_PROXY from whoever sends it a header ``Proxy``."""
    small = os.environ.get(f"{scheme}_proxy")
    if small is not None or (scheme == "http" and os.environ.get("REQUEST_METHOD") is not None):
        return small
    return os.environ.get(f"{scheme.upper()}_PROXY")


def _of_system(name: str, *arguments: Any) -> Any:
    """What macOS or Windows has in its settings; other systems have none."""
    return _request(f"{name}_macosx_sysconf", *arguments) or _request(f"{name}_registry", *arguments)


def _request(name: str, *arguments: Any) -> Any:
    """A function of urllib.request that only some systems have."""
    function = getattr(urllib.request, name, None)
    return None if function is None else function(*arguments)
