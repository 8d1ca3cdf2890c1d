"""What a client takes from the process it is in: the proxy and the certificates. It is read once, on the thread that makes the client.

A look over the whole environment, as the standard library takes one to find proxies, fails when another thread sets or removes a variable
meanwhile. So each variable is asked for by its name, which can't.
"""

from __future__ import annotations

import os
import ssl
import urllib.request
from dataclasses import dataclass
from typing import Any, Dict, Optional

import httpx


@dataclass(frozen=True)
class Surroundings:
    """The proxy's address, None where requests go straight; and where the certificates of authorities are, None for the usual ones."""

    proxy: Optional[str]
    certificate_file: Optional[str]
    certificate_folder: Optional[str]

    def ssl_context(self) -> ssl.SSLContext:
        """What a server's certificate is judged by."""
        if self.certificate_file:
            return ssl.create_default_context(cafile=self.certificate_file)
        if self.certificate_folder:
            return ssl.create_default_context(capath=self.certificate_folder)
        return httpx.create_ssl_context(trust_env=False)


def surroundings_of(url: httpx.URL) -> Surroundings:
    """What the process says at this moment about requests to ``url``."""
    return Surroundings(_proxy(url), os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


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
