"""The server's life: one engine a data folder, an address in a line of JSON, an orderly end."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from nodegraph.engine import address
from nodegraph.engine.address import Address
from nodegraph.engine.engine import Engine
from nodegraph.engine.web.app import ROUTES, make_app
from nodegraph.engine.web.guard import Guard, is_any
from nodegraph.errors import NodegraphError
from nodegraph.storage import explain

if TYPE_CHECKING:
    from pathlib import Path

    from nodegraph.engine.settings import Settings
    from nodegraph.engine.web.routes import Route

PATIENCE = 3.0
"""Seconds that requests may take when the engine ends."""


class ServerError(NodegraphError):
    """The server cannot begin."""


class TakenError(ServerError):
    """Another engine works on the folder."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server listens, and to whom.

    Attributes:
        host: A name or an address.
        port: 0 for one that is free.
        routes: What is answered.
        attached: It ends when its standard input does, as with the program that holds the pipe.
    """

    host: str
    port: int
    guard: Guard
    routes: Sequence[Route] = ROUTES
    attached: bool = False


def serve(settings: Settings, place: Place, ready: Callable[[Address], None]) -> None:
    """Serve until a signal ends it.

    Args:
        ready: Called once clients are answered; workers start after it.

    Raises:
        TakenError: Another engine works on the folder.
        ServerError: The address cannot be had.
        StorageError: The folder cannot be used.
    """
    with _alone(settings.data):
        asyncio.run(_serve(settings, place, ready))


async def _serve(settings: Settings, place: Place, ready: Callable[[Address], None]) -> None:
    stopping = asyncio.Event()
    _on_signals(stopping.set)
    if place.attached:
        _on_closed_input(stopping.set)
    async with opened(settings, place) as (engine, here):
        address.leave(here, settings.data)
        ready(here)
        await _run(engine, stopping)


@asynccontextmanager
async def opened(settings: Settings, place: Place) -> AsyncGenerator[tuple[Engine, Address]]:
    """Answer as an engine that is not started yet, and stop it in the end.

    Raises:
        ServerError: The address cannot be had.
        StorageError: The folder cannot be used.
    """
    engine = Engine(settings)
    runner = web.AppRunner(
        make_app(engine, place.guard, place.routes), access_log=None, shutdown_timeout=PATIENCE
    )
    try:
        yield engine, await _listen(runner, place)
    finally:
        await runner.cleanup()
        await engine.stop()


async def _run(engine: Engine, stopping: asyncio.Event) -> None:
    """Start the engine and wait for the end, whichever it comes to.

    Raises:
        NodegraphError: It could not be started.
    """
    starting = asyncio.create_task(engine.start())
    ending = asyncio.create_task(stopping.wait())
    await asyncio.wait((starting, ending), return_when=asyncio.FIRST_COMPLETED)
    if starting.done():
        starting.result()
    await ending
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)


async def _listen(runner: web.AppRunner, place: Place) -> Address:
    """Begin to answer, and return where.

    Raises:
        ServerError: The address cannot be had.
    """
    await runner.setup()
    try:
        host = "127.0.0.1" if place.host == "localhost" else place.host  # one port, not two
        await web.TCPSite(runner, host, place.port).start()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ServerError(
            f"cannot listen on {place.host}, port {place.port}: {reason}; choose another --port "
            "or --host"
        ) from None
    port: int = runner.addresses[0][1]
    return Address(f"http://{_shown(place.host)}:{port}", place.guard.token, os.getpid())


def _shown(host: str) -> str:
    """Return a host as a URL of this machine's has it."""
    if is_any(host):
        host = "::1" if ":" in host else "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _on_signals(stop: Callable[[], None]) -> None:
    """End on Ctrl-C and on SIGTERM; while it ends, a second one ends it at once."""
    loop = asyncio.get_running_loop()

    def handle(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        loop.call_soon_threadsafe(stop)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handle)


def _on_closed_input(stop: Callable[[], None]) -> None:
    """End when nobody holds the other end of standard input any more, killed or not."""
    loop = asyncio.get_running_loop()

    def watch() -> None:
        with suppress(OSError):
            while os.read(0, 4096):
                pass
        with suppress(RuntimeError):  # it has ended already
            loop.call_soon_threadsafe(stop)

    threading.Thread(target=watch, name="standard input", daemon=True).start()


@contextmanager
def _alone(folder: Path) -> Generator[None]:
    """Be the only engine on a data folder; the system lets go of it however this one ends.

    Raises:
        TakenError: Another one works on it.
        StorageError: The folder cannot be used.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(folder / "engine.lock", timeout=0)
        lock.acquire()
    except Timeout:
        raise TakenError(
            f"another engine works on {folder}; stop that one, or choose another folder with --data"
        ) from None
    except OSError as error:
        raise explain("use", folder, error) from error
    try:
        yield
    finally:
        (folder / address.FILE).unlink(missing_ok=True)
        lock.release()
