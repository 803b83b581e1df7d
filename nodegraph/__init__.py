"""Nodegraph: wire diffusion pipelines, run them anywhere.

>>> from nodegraph import load, run
>>> result = run(load("workflows/text_to_image.json"))
>>> result.files
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# Names are imported when first used, so that `nodegraph --help` need not load networkx.
_HOME = {
    "nodegraph.declare": ["ALWAYS", "NodeType"],
    "nodegraph.errors": ["Cancelled", "NodegraphError"],
    "nodegraph.execution.context": ["CancelToken", "Options", "current"],
    "nodegraph.execution.run": ["Executor", "Result", "run"],
    "nodegraph.graph": ["Graph", "Link", "Node"],
    "nodegraph.params": [
        *("FilePath", "FolderPath", "Lazy", "MaskPath", "Multiline", "Param", "Range", "Seed"),
    ],
    "nodegraph.registry": ["Registry", "load_packs", "node"],
    "nodegraph.sockets": ["socket"],
    "nodegraph.spec": ["NodeSpec"],
    "nodegraph.workflow": ["dumps", "load", "loads", "save"],
}
_MODULE = {name: module for module, names in _HOME.items() for name in names}

if TYPE_CHECKING:
    from nodegraph.declare import ALWAYS, NodeType
    from nodegraph.errors import Cancelled, NodegraphError
    from nodegraph.execution.context import CancelToken, Options, current
    from nodegraph.execution.run import Executor, Result, run
    from nodegraph.graph import Graph, Link, Node
    from nodegraph.params import FilePath, FolderPath, Lazy, MaskPath, Multiline, Param, Range, Seed
    from nodegraph.registry import Registry, load_packs, node
    from nodegraph.sockets import socket
    from nodegraph.spec import NodeSpec
    from nodegraph.workflow import dumps, load, loads, save

__all__ = [
    "ALWAYS",
    "CancelToken",
    "Cancelled",
    "Executor",
    "FilePath",
    "FolderPath",
    "Graph",
    "Lazy",
    "Link",
    "MaskPath",
    "Multiline",
    "Node",
    "NodeSpec",
    "NodeType",
    "NodegraphError",
    "Options",
    "Param",
    "Range",
    "Registry",
    "Result",
    "Seed",
    "current",
    "dumps",
    "load",
    "load_packs",
    "loads",
    "node",
    "run",
    "save",
    "socket",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE:
        raise AttributeError(f"module 'nodegraph' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_MODULE[name]), name)
