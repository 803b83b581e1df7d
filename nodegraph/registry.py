"""Node types by id. Packs are Python packages that declare node types when imported; they are
found through the entry point group ``nodegraph.nodes``, never through a workflow."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from nodegraph.declare import Fingerprint, Migration, NodeType, Traits, describe
from nodegraph.errors import UnknownNodeError
from nodegraph.spec import NodeSpec

P = ParamSpec("P")
R = TypeVar("R")

GROUP = "nodegraph.nodes"


class Registry(dict[str, NodeType]):
    """Node types by id."""

    def node(
        self,
        type_id: str,
        *,
        version: int = 1,
        effect: bool = False,
        fingerprint: Fingerprint | None = None,
        migrations: Mapping[int, Migration] | None = None,
        title: str = "",
        independent: bool = False,
    ) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Register a typed function as a node type, and return it unchanged.

        Args:
            type_id: ``family.name``, permanent.
            version: Raise it, and add a migration, when the meaning of a parameter changes.
            effect: The node acts on the world, so it is what a run is for.
            fingerprint: Called with the params; joins the signature (files, time, randomness).
            migrations: ``{1: upgrade}`` turns the params of version 1 into those of version 2.
            title: Shown on the node; the name by default.
            independent: For a zone: no turn depends on another, so that each is cached by itself.
        """
        traits = Traits(version, effect, fingerprint, migrations or {}, title, independent)

        def register(function: Callable[P, R]) -> Callable[P, R]:
            for node_type in describe(type_id, function, traits):
                self._add(node_type)
            return function

        return register

    def _add(self, node_type: NodeType) -> None:
        type_id, function = node_type.spec.id, node_type.function
        other = self.get(type_id)
        if other is not None and other.function.__module__ != function.__module__:
            raise TypeError(
                f"{type_id} is declared in {other.function.__module__} and in "
                f"{function.__module__}; type ids are unique, rename one"
            )
        self[type_id] = node_type

    @property
    def stamp(self) -> str:
        """A hash of the packs' source files, by size and time: values stored by other code are
        not taken for those of this one."""
        if self._stamp is None or self._stamp[0] != len(self):
            folders = {Path(f).parent for f in map(_file, self.values()) if f}
            lines = [
                f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}"
                for folder in sorted(folders)
                for path in sorted(folder.rglob("*.py"))
            ]
            self._stamp = len(self), blake2b("\n".join(lines).encode(), digest_size=8).hexdigest()
        return self._stamp[1]

    _stamp: tuple[int, str] | None = None

    def __missing__(self, type_id: str) -> NodeType:
        raise UnknownNodeError(type_id, self)


def _file(node_type: NodeType) -> str | None:
    return getattr(sys.modules.get(node_type.function.__module__), "__file__", None)


class Catalogue(Mapping[str, NodeSpec]):
    """The specifications of a registry: all that anything but the executor needs."""

    def __init__(self, types: Registry) -> None:
        self._types = types

    def __getitem__(self, type_id: str) -> NodeSpec:
        return self._types[type_id].spec

    def __contains__(self, type_id: object) -> bool:
        return type_id in self._types

    def __iter__(self) -> Iterator[str]:
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)


registry = Registry()
node = registry.node
broken_packs: dict[str, str] = {}


@cache
def load_packs() -> Registry:
    """Import every installed pack once; one that fails is left out and said in ``broken_packs``."""
    importlib.import_module("nodegraph.core_nodes")
    for _ in offered(GROUP):
        pass
    return registry


def offered(group: str) -> Iterator[Any]:
    """Yield what packs offer under an entry point group; broken ones are left out, and said.

    Whatever a pack does while it is imported, ending the program too, is its own fault alone.
    """
    from importlib.metadata import entry_points

    for entry in entry_points(group=group):
        try:
            found = entry.load()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it must not take others along
            broken_packs[entry.name] = f"{type(error).__name__}: {error}"
        else:
            yield found
