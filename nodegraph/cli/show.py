"""``nodegraph show``: a workflow as text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nodegraph import workflow
from nodegraph.cli.counts import count
from nodegraph.cli.output import clean
from nodegraph.cli.packs import warn_of_broken_packs
from nodegraph.cli.zoning import nested
from nodegraph.form import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nodegraph.cli.output import Output
    from nodegraph.graph import Graph, Node

INDENT = "    "
LONG = 200


def show_file(path: Path, output: Output) -> None:
    """Write the graph and its subgraphs, each node after what it needs.

    Raises:
        NodegraphError: The file cannot be read.
    """
    graph = workflow.load(path)
    warn_of_broken_packs(output)
    output.line(f"{path}: {count(graph)}")
    for line in _form(graph):
        output.line(clean(line))
    for name, scope in [("", graph), *graph.subgraphs.items()]:
        if name:
            output.line(f"\nsubgraph {name}: {count(scope)}")
        for depth, node in nested(scope):
            output.line("")
            for line in _node(scope, node):
                output.line(clean(INDENT * depth + line))


def _form(graph: Graph) -> Iterator[str]:
    """Say by which names a form sets parameters, and what they are now."""
    fields = list(shown(graph))
    if fields:
        yield "\nform"
    width = max((len(field.name) for field, _ in fields), default=0)
    for field, param in fields:
        value = graph[field.node].params.get(field.param, param.default)
        yield f"  {field.name:{width}} =  {_value(value)}  ({field.node}.{field.param})"


def _node(graph: Graph, node: Node) -> Iterator[str]:
    title = f"  {json.dumps(node.title, ensure_ascii=False)}" if node.title else ""
    mode = "" if node.mode == "run" else f"  [{node.mode}]"
    unknown = "" if graph.spec_of(node).known else "  [unknown type]"
    yield f"{node.id}  {node.type}{title}{mode}{unknown}"
    links = {
        name: ", ".join(f"{source}.{output}" for source, output in sources)
        for name, sources in graph.inputs(node.id).items()
    }
    params = {name: value for name, value in node.params.items() if name not in links}
    width = max((len(name) for name in (*links, *params)), default=0)
    for name, sources in links.items():
        yield f"  {name:{width}} <- {sources}"
    for name, value in params.items():
        yield f"  {name:{width}} =  {_value(value)}"


def _value(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONG else f"{text[:LONG]}… ({len(text):,} characters)"
