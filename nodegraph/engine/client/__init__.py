"""Clients of an engine: ``Client`` for asyncio, ``ThreadedClient`` for everybody else."""

from __future__ import annotations

from nodegraph.engine.client.client import Client
from nodegraph.engine.client.errors import RefusedError, UnreachableError
from nodegraph.engine.client.threaded import ThreadedClient

__all__ = ["Client", "RefusedError", "ThreadedClient", "UnreachableError"]
