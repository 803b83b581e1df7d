"""HTTP to one engine: the token on every request, refusals and broken lines as errors of ours."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

import aiohttp
from yarl import URL

from nodegraph.engine.address import NoEngineError
from nodegraph.engine.client.errors import RefusedError, UnreachableError, broken, refusal

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping

    from nodegraph.engine.address import Address

R = TypeVar("R")

CONNECT = 10.0
"""Seconds in which somebody must answer at all."""
SILENCE = 60.0
"""Seconds that an answer may pause."""
AGAIN = (0.2, 0.5, 1.0, 2.0, 4.0)
"""Seconds between attempts at what must get through."""
PULSE = 20.0
"""Seconds between two pings on a WebSocket; one without an answer ends it."""
LARGEST = 64 * 2**20
"""Bytes of one message on a WebSocket."""


class Connection:
    """Requests to the engine that ``find`` names; it is asked again when that one is gone."""

    def __init__(self, find: Callable[[], Address]) -> None:
        self._find = find
        self._address: Address | None = None
        self._session: aiohttp.ClientSession | None = None

    @property
    def address(self) -> Address:
        """The engine that was last found.

        Raises:
            NoEngineError: There is none.
        """
        if self._address is None:
            self._address = self._find()
        return self._address

    async def close(self) -> None:
        """Close the sockets; the next request opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def ask(
        self,
        method: str,
        *path: str,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        silence: float | None = SILENCE,
    ) -> Any:
        """Send JSON and return what is answered, as data; ``None`` where nothing is.

        Args:
            silence: Seconds that the answer may be waited for.

        Raises:
            UnreachableError: Nobody answers.
            RefusedError: The engine says no.
        """
        data = None if body is None else json.dumps(body).encode()
        async with self.open(method, *path, query=query, body=data, silence=silence) as response:
            text = await response.read()
        try:
            return json.loads(text) if text else None
        except ValueError:
            raise refusal(response.status, text, self.address) from None

    async def insist(self, method: str, path: str, body: Any) -> Any:
        """Ask what may be asked twice: again where the line breaks before the answer."""
        for pause in AGAIN:
            try:
                return await self.ask(method, path, body=body)
            except UnreachableError as error:
                if pause == AGAIN[0] and not error.sent:
                    raise
            await asyncio.sleep(pause)
        return await self.ask(method, path, body=body)

    @asynccontextmanager
    async def open(
        self,
        method: str,
        *path: str,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        silence: float | None = SILENCE,
    ) -> AsyncGenerator[aiohttp.ClientResponse]:
        """Open an answer to read from, of a good status.

        Args:
            body: Bytes of JSON, or a function that makes what is sent.
            silence: Seconds that the answer may pause, or be waited for.

        Raises:
            UnreachableError: Nobody answers, or the answer breaks off.
            RefusedError: The engine says no.
        """
        kind = {"Content-Type": "application/json"} if isinstance(body, bytes) else {}

        async def send(address: Address) -> aiohttp.ClientResponse:
            response = await self._opened.request(
                method,
                _url(address, path, query),
                data=body() if callable(body) else body,
                headers={**_token(address), **kind},
                timeout=aiohttp.ClientTimeout(sock_connect=CONNECT, sock_read=silence),
                allow_redirects=False,
            )
            if response.status >= 300:
                raise refusal(response.status, await response.read(), address)
            return response

        with self._translated():
            async with await self._send(send) as response:
                yield response

    @asynccontextmanager
    async def listen(
        self, *path: str, query: Mapping[str, Any]
    ) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
        """Open a WebSocket.

        Raises:
            UnreachableError: Nobody answers.
            RefusedError: The engine says no.
        """

        async def send(address: Address) -> aiohttp.ClientWebSocketResponse:
            try:
                return await self._opened.ws_connect(
                    _url(address, path, query),
                    headers=_token(address),
                    heartbeat=PULSE,
                    max_msg_size=LARGEST,
                )
            except aiohttp.WSServerHandshakeError as error:
                raise await self._reason(error, address) from None

        with self._translated():
            async with await self._send(send) as socket:
                yield socket

    async def _reason(
        self, error: aiohttp.WSServerHandshakeError, address: Address
    ) -> RefusedError:
        """Return why a WebSocket was refused; only a plain request is told."""
        url = error.request_info.real_url
        async with self._opened.get(url, headers=_token(address)) as response:
            body = await response.read() if response.status == error.status else b""
        return refusal(error.status, body, address)

    async def _send(self, send: Callable[[Address], Awaitable[R]]) -> R:
        """Send; once more where the engine was started anew with another port or token."""
        before = self.address
        try:
            return await send(before)
        except (aiohttp.ClientConnectorError, RefusedError) as error:
            if isinstance(error, RefusedError) and error.status != 401:
                raise
            if not self._moved(before):
                raise
        return await send(self.address)

    def _moved(self, before: Address) -> bool:
        with suppress(NoEngineError):
            self._address = self._find()
        return self._address != before

    @property
    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    @contextmanager
    def _translated(self) -> Generator[None]:
        try:
            yield
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            raise broken(error, self.address) from None


def _token(address: Address) -> dict[str, str]:
    return {"Authorization": f"Bearer {address.token}"} if address.token else {}


def _url(address: Address, path: tuple[str, ...], query: Mapping[str, Any] | None) -> URL:
    """Return ``URL/api/PATH``; a part of the path may hold any character."""
    base = address.url if "://" in address.url else f"http://{address.url}"
    parts = "/".join(quote(part, safe="") for part in path)
    given = {name: _text(value) for name, value in (query or {}).items() if value is not None}
    try:
        url = URL(f"{base.rstrip('/')}/api/{parts}", encoded=True).with_query(given)
        if url.host and url.port:
            return url
    except ValueError:
        pass
    raise aiohttp.InvalidURL(address.url)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (list, tuple)):
        return ",".join(str(one) for one in value)  # pyright: ignore
    return str(value)
