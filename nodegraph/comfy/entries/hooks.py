"""Classes by which single texts change the network while it is evaluated for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class, twin_class
from nodegraph.comfy.entries.loaders import CHECKPOINTS, DORA
from nodegraph.comfy.fields import among, choice, integer, link, number, weights, yes
from nodegraph.comfy.theirs import Feed, Theirs, feed, given
from nodegraph.comfy.twin import Twin
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nodegraph.comfy.fields import Field
    from nodegraph.comfy.here import Here
    from nodegraph.graph import Graph, Node

HOOKS, FRAMES = ["HOOKS"], ["HOOK_KEYFRAMES"]
PREVIOUS = link("prev_hooks", "HOOKS", optional=True)
BEFORE = link("prev_hook_kf", "HOOK_KEYFRAMES", optional=True)
CREATE, SCHEDULING = "advanced/hooks/create", "advanced/hooks/scheduling"
GUARANTEE = "A keyframe is passed over where its share of the way has no step of its own."


def _strengths(*names: str) -> Iterable[Field]:
    return (number(name, 1.0, -20.0, 20.0, step=0.01) for name in names)


twin_class(
    "CreateHookLora",
    Twin(
        "hooks.lora",
        {
            "lora_name": "lora",
            "strength_model": "strength_model",
            "strength_clip": "strength_clip",
            "prev_hooks": "hooks",
        },
        ("hooks",),
    ),
    "Make a LoRA something that single texts lay over the network.",
    title="Create hook: LoRA",
    category=CREATE,
    inputs=[
        choice("lora_name", weights("loras")),
        *_strengths("strength_model", "strength_clip"),
        PREVIOUS,
    ],
    outputs=HOOKS,
    rarely=DORA,
)
twin_class(
    "CreateHookLoraModelOnly",
    Twin(
        "hooks.lora",
        {"lora_name": "lora", "strength_model": "strength_model", "prev_hooks": "hooks"},
        ("hooks",),
        {"strength_clip": 0.0},
    ),
    "Make a LoRA something that single texts lay over the network, and not over what reads them.",
    title="Create hook: LoRA, network only",
    category=CREATE,
    inputs=[choice("lora_name", weights("loras")), *_strengths("strength_model"), PREVIOUS],
    outputs=HOOKS,
    rarely=DORA,
)


def _model_back(graph: Graph, node: Node) -> Theirs | None:
    """Return the class where nothing but a loader gives the model."""
    sources = {feed(graph, node, name) for name in ("model", "clip")}
    found = {one.source[0] for one in sources if one is not None}
    loader = graph[found.pop()] if len(found) == 1 else None
    if loader is None or loader.type != "model.load":
        return None
    inputs = {"ckpt_name": given(graph, loader, "model")}
    inputs |= {name: given(graph, node, name) for name in ("strength_model", "strength_clip")}
    before = feed(graph, node, "hooks")
    inputs |= {"prev_hooks": before} if before else {}
    return Theirs("CreateHookModelAsLora", inputs, {"hooks": 0}, frozenset({loader.id}))


@comfy_class(
    "CreateHookModelAsLora",
    title="Create hook: model as LoRA",
    category=CREATE,
    inputs=[
        choice("ckpt_name", CHECKPOINTS),
        *_strengths("strength_model", "strength_clip"),
        PREVIOUS,
    ],
    outputs=HOOKS,
    back=("hooks.model", _model_back),
)
def model_as_lora(here: Here) -> list[Wire]:
    """Let the network's weights lean to another model's for single texts."""
    loaded = here.add("model.load", model=here["ckpt_name"])
    made = here.add(
        "hooks.model",
        model=Wire((loaded, "model")),
        clip=Wire((loaded, "clip")),
        hooks=here["prev_hooks"],
        strength_model=here["strength_model"],
        strength_clip=here["strength_clip"],
    )
    return [Wire((made, "hooks"))]


twin_class(
    "CreateHookKeyframe",
    Twin(
        "hooks.keyframe",
        {"strength_mult": "strength", "start_percent": "start", "prev_hook_kf": "keyframes"},
        ("keyframes",),
    ),
    "Say how strong hooks are from a share of the way on.",
    title="Create hook keyframe",
    category=SCHEDULING,
    inputs=[
        number("strength_mult", 1.0, -20.0, 20.0, step=0.01),
        number("start_percent", 0.0, 0.0, 1.0, step=0.001),
        BEFORE,
    ],
    outputs=FRAMES,
    differs=GUARANTEE,
)
twin_class(
    "CreateHookKeyframesInterpolated",
    Twin(
        "hooks.keyframes",
        {
            "strength_start": "strength_start",
            "strength_end": "strength_end",
            "interpolation": "interpolation",
            "start_percent": "start",
            "end_percent": "end",
            "keyframes_count": "count",
            "prev_hook_kf": "keyframes",
        },
        ("keyframes",),
    ),
    "Let hooks grow stronger or weaker on the way, in steps.",
    title="Create hook keyframes",
    category=SCHEDULING,
    inputs=[
        number("strength_start", 1.0, 0.0, 10.0, step=0.001),
        number("strength_end", 1.0, 0.0, 10.0, step=0.001),
        choice("interpolation", among("linear", "ease_in", "ease_out", "ease_in_out")),
        number("start_percent", 0.0, 0.0, 1.0, step=0.001),
        number("end_percent", 1.0, 0.0, 1.0, step=0.001),
        integer("keyframes_count", 5, 2, 100, step=1),
        yes("print_keyframes", False),
        BEFORE,
    ],
    outputs=FRAMES,
    differs=GUARANTEE,
)


def _keyed_back(graph: Graph, node: Node) -> Theirs:
    inputs = {"hooks": feed(graph, node, "hooks"), "hook_kf": feed(graph, node, "keyframes")}
    return Theirs("SetHookKeyframes", inputs, {"hooks": 0})


@comfy_class(
    "SetHookKeyframes",
    title="Set hook keyframes",
    category=SCHEDULING,
    inputs=[link("hooks", "HOOKS"), link("hook_kf", "HOOK_KEYFRAMES", optional=True)],
    outputs=HOOKS,
    back=("hooks.set_keyframes", _keyed_back),
)
def set_keyframes(here: Here) -> list[Wire]:
    """Let the strengths of hooks follow keyframes."""
    if here["hook_kf"] is None:
        return [here["hooks"]]
    made = here.add("hooks.set_keyframes", hooks=here["hooks"], keyframes=here["hook_kf"])
    return [Wire((made, "hooks"))]


def _combine_back(graph: Graph, node: Node) -> Theirs | None:
    sources = graph.inputs(node.id).get("hooks", ())
    if len(sources) != 2:
        return None
    names = ("hooks_A", "hooks_B")
    inputs = {name: Feed(source) for name, source in zip(names, sources, strict=True)}
    return Theirs("CombineHooks2", inputs, {"hooks": 0})


@comfy_class(
    "CombineHooks2",
    title="Combine hooks",
    category="advanced/hooks/combine",
    inputs=[link("hooks_A", "HOOKS", optional=True), link("hooks_B", "HOOKS", optional=True)],
    outputs=HOOKS,
    differs="Two hooks of one file at the same strengths count once.",
    back=("hooks.combine", _combine_back),
)
def combine(here: Here) -> list[Wire]:
    """Join hooks."""
    both = tuple(here[name] for name in ("hooks_A", "hooks_B") if here[name] is not None)
    if not both:
        raise here.refuse("hooks_A", "there are no hooks to combine; link some")
    if len(both) == 1:
        return [both[0]]
    return [Wire((here.add("hooks.combine", hooks=both), "hooks"))]


def _clip_back(graph: Graph, node: Node) -> Theirs:
    inputs = {name: feed(graph, node, name) for name in ("clip", "hooks")}
    inputs |= {"apply_to_conds": given(graph, node, "pass_on"), "schedule_clip": False}
    return Theirs("SetClipHooks", inputs, {"clip": 0})


@comfy_class(
    "SetClipHooks",
    title="Set CLIP hooks",
    category="advanced/hooks/clip",
    inputs=[
        link("clip", "CLIP"),
        yes("apply_to_conds", True),
        yes("schedule_clip", False),
        link("hooks", "HOOKS", optional=True),
    ],
    outputs=["CLIP"],
    differs="schedule_clip does not count: texts are read once, under hooks of full strength.",
    back=("hooks.clip", _clip_back),
)
def clip_hooks(here: Here) -> list[Wire]:
    """Read texts under hooks."""
    if here["hooks"] is None:
        return [here["clip"]]
    if here["schedule_clip"]:
        here.approximate("texts are read once, under hooks of full strength")
    made = here.add(
        "hooks.clip", clip=here["clip"], hooks=here["hooks"], pass_on=here["apply_to_conds"]
    )
    return [Wire((made, "clip"), here["clip"].facts)]
