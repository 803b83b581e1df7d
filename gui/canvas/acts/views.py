"""What of the scene is shown, and how links are drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gui.canvas.acts.on import filled, here, some
from gui.canvas.minimap import Minimap
from gui.commands.command import Command

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.canvas.acts.on import On
    from gui.canvas.canvas import Canvas
    from gui.canvas.courses import Course
    from nodegraph.graph import Link

COURSES: dict[Course, str] = {"curved": "Curved", "straight": "Straight", "orthogonal": "Angled"}


def fit(canvas: Canvas) -> None:
    """Show everything."""
    canvas.views.leave()
    canvas.fit()


def fit_selection(canvas: Canvas) -> None:
    """Show the selected nodes, as large as they fit."""
    canvas.views.leave()
    canvas.fit(canvas.selected)


def zoom_in(canvas: Canvas) -> None:
    """Go two steps nearer."""
    canvas.zoom(2)


def zoom_out(canvas: Canvas) -> None:
    """Go two steps away."""
    canvas.zoom(-2)


def actual_size(canvas: Canvas) -> None:
    """Show nodes at their own size."""
    canvas.zoom(-canvas.camera.step)


def back(canvas: Canvas) -> None:
    """Show what was shown before."""
    canvas.views.back()


def forward(canvas: Canvas) -> None:
    """Show what was shown before one went back."""
    canvas.views.forward()


def toggle_snap(canvas: Canvas) -> None:
    """Let nodes that are dragged snap to the grid, or not; Alt does the opposite."""
    canvas.set_options(replace(canvas.options, snap=not canvas.options.snap))


def toggle_over(canvas: Canvas) -> None:
    """Draw links above the nodes, or beneath them."""
    canvas.set_options(replace(canvas.options, over=not canvas.options.over))


def hide_type(canvas: Canvas) -> None:
    """Draw no links of the type of the one that is focused or pointed at."""
    link = link_at(canvas)
    if link is not None:
        kind = canvas.scene.wires[link].type
        canvas.set_options(replace(canvas.options, hidden=canvas.options.hidden | {kind}))


def show_types(canvas: Canvas) -> None:
    """Draw the links of every type."""
    canvas.set_options(replace(canvas.options, hidden=frozenset()))


def toggle_minimap(canvas: Canvas) -> None:
    """Have a map of the graph in the corner where it is of use, or nowhere."""
    for one in canvas.findChildren(Minimap):
        one.want(not one.wanted)


def link_at(canvas: Canvas) -> Link | None:
    """Return the link that is focused, else the one under the pointer."""
    focus = canvas.keys.focus
    link = focus.link if focus is not None and focus.link is not None else canvas.marks.wire
    return link if link in canvas.scene.wires else None


def _mapped(canvas: Canvas) -> bool:
    return any(one.wanted for one in canvas.findChildren(Minimap))


def _drawing(course: Course) -> Callable[[Canvas], None]:
    return lambda canvas: canvas.set_options(replace(canvas.options, course=course))


def _drawn(course: Course) -> Callable[[Canvas], bool]:
    return lambda canvas: canvas.options.course == course


def commands(on: On) -> list[Command]:
    """Return the commands of this topic."""

    def make(id: str, title: str, act: Any, keys: tuple[str, ...], **more: Any) -> Command:
        more = {"enabled": on.when(here), "menu": "View", **more}
        more = {"help": (act.__doc__ or "").strip(), **more}
        return Command(id, title, on.do(act), keys=keys, where="canvas", **more)

    links = "View/Links"
    return [
        make("view.fit", "Show all", fit, ("F", "Home"), enabled=on.when(filled)),
        make("view.fit_selection", "Show selection", fit_selection, ("Shift+F",),
             enabled=on.when(some)),
        make("view.zoom_in", "Zoom in", zoom_in, ("Ctrl+=", "+")),
        make("view.zoom_out", "Zoom out", zoom_out, ("Ctrl+-", "-")),
        make("view.actual_size", "Actual size", actual_size, ("Ctrl+0",)),
        make("view.back", "Back", back, ("Alt+Left",),
             enabled=on.when(lambda canvas: canvas.views.can_go_back)),
        make("view.forward", "Forward", forward, ("Alt+Right",),
             enabled=on.when(lambda canvas: canvas.views.can_go_forward)),
        make("view.minimap", "Map", toggle_minimap, ("Shift+M",), checked=on.when(_mapped)),
        make("view.snap", "Snap while dragging", toggle_snap, (),
             checked=on.when(lambda canvas: canvas.options.snap)),
        *(
            make(f"links.{course}", title, _drawing(course), (), menu=links,
                 checked=on.when(_drawn(course)), help="How links run between sockets.")
            for course, title in COURSES.items()
        ),
        make("links.over", "Above nodes", toggle_over, ("Shift+O",), menu=links,
             checked=on.when(lambda canvas: canvas.options.over)),
        make("links.hide_type", "Hide links of this type", hide_type, ("Shift+T",), menu=links,
             enabled=on.when(lambda canvas: link_at(canvas) is not None)),
        make("links.show_types", "Show links of every type", show_types, (), menu=links,
             enabled=on.when(lambda canvas: bool(canvas.options.hidden))),
    ]  # fmt: skip
