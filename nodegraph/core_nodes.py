"""The two node types the graph itself needs: where values enter and leave a subgraph."""

from __future__ import annotations

from typing import Any

from nodegraph.registry import node

INPUT, OUTPUT = "graph.input", "graph.output"


@node(INPUT, title="Input")
def graph_input(
    *, name: str = "value", type: str = "any", default: Any = None, order: int = 0
) -> Any:
    """Bring a value into a subgraph.

    Args:
        name: What the socket is called on the outside.
        type: Its type: ``Latent``, ``list[Image]``, ``int`` …
        default: Its value when nothing is linked; ``null`` makes a link necessary.
        order: Sockets are listed by this number.
    """
    return default


@node(OUTPUT, title="Output")
def graph_output(value: Any, *, name: str = "value", order: int = 0) -> Any:
    """Give a value out of a subgraph.

    Args:
        name: What the socket is called on the outside.
        order: Sockets are listed by this number.
    """
    return value
