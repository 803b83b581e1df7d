"""Files a workflow of theirs names that stand elsewhere here: found by name, then by hash."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from nodegraph.comfy.bringing.came import CAME, key, unchanged
from nodegraph.comfy.bringing.report import Located
from nodegraph.comfy.origin import ORIGIN
from nodegraph.comfy.site import WEIGHTS
from nodegraph.edits import Batch, Restore
from nodegraph.hashes import Index
from nodegraph.places import KINDS, places, weights
from nodegraph.subgraph_edits import EditSubgraph

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from nodegraph.comfy.bringing.report import Missing
    from nodegraph.edits import Edit
    from nodegraph.execution.context import Options
    from nodegraph.graph import Graph, Node
    from nodegraph.hashes import Report


def locate(
    graph: Graph,
    missing: Sequence[Missing],
    models: Sequence[Mapping[str, str]],
    options: Options,
    report: Report,
) -> list[Located]:
    """Have a workflow name files that are here for those that are not, and return which.

    A file of the same name in another folder counts before one with the same hash, if there is
    only one. A node that becomes another by this goes back as it came all the same.

    Args:
        models: What the file says of models: ``name``, ``hash``, ``directory``.
        report: Told how far the reading of files is; see ``Index.find``.

    Raises:
        PlacesError: A file that says where models are cannot be read.
        StorageError: The index of hashes cannot be kept.
    """
    index, made = Index.load(), list[Located]()
    for name in dict.fromkeys(one.name for one in missing if one.name):
        same_name = (one for one in models if last(one.get("name", "")) == last(name))
        said = next(same_name, None) or dict[str, str]()
        files = list(_files(graph, name, said.get("directory", ""), options))
        same = [path for path in files if stem(path.name) == stem(last(name))]
        if len(same) == 1:
            made.append(Located(name, str(same[0]), "name"))
        elif found := index.find(said.get("hash", ""), files, report):
            made.append(Located(name, str(found), "hash"))
    for one in made:
        _put(graph, one)
    return made


def putting(graph: Graph, found: Sequence[Located]) -> Batch:
    """Return the edit that has a workflow name these files, as ``locate`` does.

    Args:
        graph: As it is by now; what it does not name any more is passed over.
    """
    made = graph.copy()
    for one in found:
        _put(made, one)
    edits: list[Edit] = [Restore(made[node.id]) for node in graph if made[node.id] != node]
    for name, definition in graph.subgraphs.items():
        now = made.subgraphs[name]
        changed = (now[node.id] for node in definition if now[node.id] != node)
        edits += [EditSubgraph(name, Restore(node)) for node in changed]
    return Batch(tuple(edits), "Name the models that were found")


def last(name: str) -> str:
    """Return the last part of a name, whatever system's slashes it has."""
    return PurePosixPath(name.replace("\\", "/")).name


def stem(name: str) -> str:
    """Return a file's name without what weights end in."""
    path = PurePosixPath(name)
    return path.stem if path.suffix.lower() in WEIGHTS else name


def _files(graph: Graph, name: str, directory: str, options: Options) -> Iterator[Path]:
    """Yield the files of the kind that is meant, as the nodes say it, or else as the file does."""
    kinds = [
        param.kind
        for one in (graph, *graph.subgraphs.values())
        for node in one
        for param in one.spec_of(node).params.values()
        if param.kind in KINDS and node.params.get(param.name) == name
    ]
    kinds += [directory] if directory in KINDS else []
    for kind in dict.fromkeys(kinds):
        yield from weights(kind, places(options))


def _put(graph: Graph, found: Located) -> None:
    """Have every node name the file that was found, inside of subgraphs too."""
    for one in (graph, *graph.subgraphs.values()):
        as_they_came = [node for node in one if _as_it_came(one, node)]
        for node in list(one):
            named = {name: found.path for name, value in node.params.items() if value == found.name}
            if named:
                one.keep(replace(node, params={**node.params, **named}))
        for node in as_they_came:
            _sign(one, one[node.id])


def _came(node: Node) -> dict[str, Any]:
    said: Any = node.extra.get(ORIGIN) or {}
    return said.get(CAME) or {}


def _as_it_came(graph: Graph, node: Node) -> bool:
    return bool(_came(node)) and unchanged(graph, _came(node))


def _sign(graph: Graph, node: Node) -> None:
    """Let a node count as the one that came, though it names another file."""
    entry = _came(node)
    origin: Any = {**node.extra[ORIGIN], CAME: {**entry, "key": key(graph, entry["made"])}}
    graph.keep(replace(node, extra={**node.extra, ORIGIN: origin}))
