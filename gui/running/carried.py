"""What of a workflow that came from ComfyUI is not the same here, as long as nobody changed it, or
said that it is well so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.document.accepting import is_accepted
from gui.running.problem import Problem
from nodegraph.comfy.importing import is_imported, report, still_as_it_came

if TYPE_CHECKING:
    from nodegraph.graph import Graph


def carried(graph: Graph) -> list[Problem]:
    """Return a warning for each node that is not exactly what it was; they keep nothing from
    running, which the others say.
    """
    if not is_imported(graph):
        return []
    return [
        Problem(
            f"{row.class_type} of ComfyUI is {row.mark} here",
            row.ours[-1],
            "",
            why,
            "warning",
            "unsupported" if row.mark == "unsupported" else "approximate",
        )
        for row in report(graph).rows
        if row.ours and not is_accepted(graph, row.ours[-1])
        if still_as_it_came(graph, row.ours[-1])
        for why in row.why
    ]
