"""The workflow file: JSON to graph and back. One format for editing and for running."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from nodegraph import jsontext, media, storage
from nodegraph.collecting import no_collecting
from nodegraph.errors import Problem, WorkflowError
from nodegraph.form import written
from nodegraph.registry import Catalogue, Registry, load_packs

if TYPE_CHECKING:
    from nodegraph.form_field import Field
    from nodegraph.graph import Graph, Node

FORMAT = 1

FORMAT_MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From each older format to the next. Format 1 is the first."""


def load(path: Path | str, registry: Registry | None = None) -> Graph:
    """Load a workflow file, or the workflow that made a picture, a film or a sound.

    One of ComfyUI's is carried over; ``comfy.importing.report`` says what became of it.

    Raises:
        StorageError: The file cannot be read.
        WorkflowError: It is no workflow, or a wrong one; every problem has its path.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise storage.explain("read", Path(path), error) from error
    try:
        return _ours(data, registry)
    except WorkflowError:
        from nodegraph.comfy.importing import imported

        with no_collecting():
            theirs = imported(data, catalogue(registry))
        if theirs is None:
            raise
        return theirs


def _ours(data: bytes, registry: Registry | None) -> Graph:
    if media.kind(data[: media.HEAD]):
        from nodegraph.record import read_record

        return read(read_record(data)["workflow"], registry)
    return loads(data, registry)


def loads(text: str | bytes, registry: Registry | None = None) -> Graph:
    """Load a workflow from JSON text.

    Raises:
        WorkflowError: It is no workflow, or a wrong one; every problem has its path.
    """
    with no_collecting():
        return read(jsontext.parse(text), registry)


def save(graph: Graph, path: Path | str) -> None:
    """Save a workflow atomically.

    Raises:
        StorageError: It cannot be written; the file is as it was.
    """
    storage.write_atomic(path, dumps(graph).encode())


def dumps(graph: Graph) -> str:
    """Return the one text of a graph: the same graph always gives the same bytes."""
    return jsontext.dumps(write(graph))


def write(graph: Graph) -> dict[str, Any]:
    """Return a graph as plain JSON data, keys in the order of the file."""
    data: dict[str, Any] = {"nodegraph": FORMAT, **_write_nodes(graph)}
    if graph.subgraphs:
        definitions = sorted(graph.subgraphs.items())
        data["subgraphs"] = {name: _write_graph(definition) for name, definition in definitions}
    fields = [_write_field(field) for field in written(graph)]
    if fields:
        data["form"] = fields
    return data | _write_rest(graph)


def _write_graph(graph: Graph) -> dict[str, Any]:
    return _write_nodes(graph) | _write_rest(graph)


def _write_rest(graph: Graph) -> dict[str, Any]:
    view = dict(graph.view)
    if isinstance(view.get("nodes"), dict):
        view["nodes"] = {name: place for name, place in view["nodes"].items() if name in graph}
    view = {section: entries for section, entries in view.items() if entries}
    rest = {"view": ordered(view), "extra": ordered(graph.extra)}
    return {key: value for key, value in rest.items() if value}


def _write_nodes(graph: Graph) -> dict[str, Any]:
    nodes = sorted(graph, key=lambda node: node.id)
    return {"nodes": {node.id: _write_node(graph, node) for node in nodes}}


def _write_node(graph: Graph, node: Node) -> dict[str, Any]:
    data: dict[str, Any] = {"type": node.type, "version": node.version}
    optional = {"title": node.title, "zone": node.zone, "params": ordered(node.params)}
    if node.mode != "run":
        data["mode"] = node.mode
    data |= {key: value for key, value in optional.items() if value}
    inputs = graph.inputs(node.id)
    if inputs:
        data["inputs"] = {name: _write_sources(inputs[name]) for name in sorted(inputs)}
    return data | ({"extra": ordered(node.extra)} if node.extra else {})


def _write_field(field: Field) -> dict[str, Any]:
    data: dict[str, Any] = {"name": field.name, "param": f"{field.node}.{field.param}"}
    slider = None if field.slider is None else list(field.slider)
    optional = {"title": field.title, "help": field.help, "slider": slider}
    return data | {key: value for key, value in optional.items() if value}


def _write_sources(sources: list[tuple[str, str]]) -> str | list[str]:
    """Write one link as text and several as a list, whatever is known of the node's type."""
    texts = [f"{node_id}.{output}" for node_id, output in sources]
    return texts if len(texts) > 1 else texts[0]


def ordered(value: Any) -> Any:
    """Return JSON data with every object's keys sorted."""
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value)
        return {key: ordered(items[key]) for key in sorted(items)}
    if isinstance(value, (list, tuple)):
        entries = cast("list[Any]", value)
        return [ordered(item) for item in entries]
    return value


def read(data: Any, registry: Registry | None = None) -> Graph:
    """Build the graph that JSON data describes.

    Raises:
        WorkflowError: With every problem found, each with its path and a remedy.
    """
    from pydantic import ValidationError

    from nodegraph.reader import Reader, explain_form
    from nodegraph.schema import WorkflowForm

    data = _migrate(_recognize(data))
    try:
        form = WorkflowForm.model_validate(data)
    except ValidationError as error:
        raise WorkflowError([explain_form(detail) for detail in error.errors()]) from None
    return Reader(load_packs() if registry is None else registry).read(form)


def _recognize(data: Any) -> dict[str, Any]:
    """Refuse what is another program's file, and say whose."""
    if not isinstance(data, dict):
        raise _refusal("$", "a workflow is a JSON object; this is something else")
    found = cast("dict[str, Any]", data)
    if "nodegraph" in found:
        return found
    first = next(iter(found.values()), None)
    comfy = ("nodes" in found and "links" in found) or (
        isinstance(first, dict) and "class_type" in first
    )
    if comfy:
        raise _refusal(
            "$", "this is a workflow of ComfyUI's; nodegraph import FILE makes one of ours"
        )
    raise _refusal(
        "$", 'this JSON is no Nodegraph workflow: it lacks "nodegraph", the format\'s version'
    )


def _migrate(data: dict[str, Any]) -> dict[str, Any]:
    version = data["nodegraph"]
    if not isinstance(version, int) or isinstance(version, bool) or version < 0:
        raise _refusal("$.nodegraph", f"{version!r} is no format version; this one is {FORMAT}")
    if version > FORMAT:
        raise _refusal(
            "$.nodegraph",
            f"the file is of format {version}, newer than {FORMAT}, the newest known here; "
            "update Nodegraph to open it",
        )
    while version < FORMAT:
        if version not in FORMAT_MIGRATIONS:
            raise _refusal("$.nodegraph", f"format {version} was never released; this is {FORMAT}")
        data = FORMAT_MIGRATIONS[version](data)
        version += 1
    return data


def _refusal(path: str, message: str) -> WorkflowError:
    return WorkflowError([Problem(path, message)])


def catalogue(registry: Registry | None = None) -> Catalogue:
    """Return the specifications of all installed node types."""
    return Catalogue(load_packs() if registry is None else registry)
