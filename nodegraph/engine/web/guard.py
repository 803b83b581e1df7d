"""Who may ask: a token on every request, from this very host's pages or from none.

A page of another site may make a browser send requests here, and by DNS may even bear this
address's name; so the names it is called by (Host) and the page that asks (Origin) are looked at
before the token is.
"""

from __future__ import annotations

import hmac
import ipaddress
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from nodegraph.engine.web.errors import RefusedError

if TYPE_CHECKING:
    from aiohttp import web

PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Guard:
    """What a request must show.

    Attributes:
        token: The secret.
        host: The address that is bound.
        names: What else the engine may be called.
        chosen: Whether the user gave the token; one that was drawn may be left out of the routes
            that say so.
    """

    token: str
    host: str = "127.0.0.1"
    names: frozenset[str] = frozenset()
    chosen: bool = False

    def check(self, request: web.Request, *, tokenless: bool, socket: bool) -> None:
        """Refuse a request that may not be made.

        Args:
            tokenless: The route is for programs that know of no token.
            socket: The route is a WebSocket, which browsers can give no header.

        Raises:
            RefusedError: With the reason.
        """
        self._check_host(request)
        self._check_origin(request)
        if tokenless and not self.chosen and is_loopback(self.host):
            return
        self._check_token(request, socket=socket)

    def _check_host(self, request: web.Request) -> None:
        name = _host(request.headers.get("Host", ""))
        if not self._is_mine(name):
            raise RefusedError(
                HTTPStatus.FORBIDDEN,
                f"this engine is not called {name!r}; use the address it printed, or start it "
                "with --allow-host",
            )

    def _is_mine(self, name: str) -> bool:
        if name in self.names or name == self.host:
            return True
        if is_loopback(name):
            return is_loopback(self.host) or is_any(self.host)
        return is_any(self.host) and _address(name) is not None

    def _check_origin(self, request: web.Request) -> None:
        origin = request.headers.get("Origin")
        site = request.headers.get("Sec-Fetch-Site", "none")
        if not _is_own(origin, request.headers["Host"]) or site not in ("none", "same-origin"):
            raise RefusedError(
                HTTPStatus.FORBIDDEN,
                f"pages of {origin or 'another site'} may not use this engine; use one that it "
                "serves, or a program",
            )

    def _check_token(self, request: web.Request, *, socket: bool) -> None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            given = request.query.get("token", "") if socket else ""
        if not hmac.compare_digest(_bytes(given.strip()), _bytes(self.token)):
            where = ", or ?token=" if socket else ""
            raise RefusedError(
                HTTPStatus.UNAUTHORIZED,
                "the token is missing or wrong; send the one that the engine printed as "
                f"Authorization: Bearer TOKEN{where}",
            )


def is_loopback(name: str) -> bool:
    """Tell whether only this machine can reach a host by that name or address."""
    address = _address(name)
    return name == "localhost" if address is None else address.is_loopback


def is_any(name: str) -> bool:
    """Tell whether an address stands for all that the machine has."""
    address = _address(name)
    return address is not None and address.is_unspecified


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _host(text: str) -> str:
    try:
        return urlsplit(f"//{text}").hostname or ""
    except ValueError:
        return ""


def _is_own(origin: str | None, host: str) -> bool:
    """Tell whether a page's origin is this host; something in between may have added TLS."""
    if origin is None:
        return True
    place = _place(origin)
    return place is not None and place == _place(f"{urlsplit(origin).scheme}://{host}")


def _place(url: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    return (parts.hostname, port) if parts.hostname else None


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")
