"""Classes that join, mix, place and time texts once they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class, twin_class
from nodegraph.comfy.fields import among, choice, integer, link, number, yes, younger
from nodegraph.comfy.theirs import Feed, Theirs, feed
from nodegraph.comfy.twin import Twin
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from nodegraph.comfy.here import Here
    from nodegraph.graph import Graph, Node

GIVES = ["CONDITIONING"]
CONDITIONING = link("conditioning", "CONDITIONING")
STRENGTH = number("strength", 1.0, 0.0, 10.0, step=0.01)
OUT = ("conditioning",)
METHODS = among("offset", "index", "uxo/uno", "index_timestep_zero")


def _combine_back(graph: Graph, node: Node) -> Theirs | None:
    sources = [Feed(source) for source in graph.inputs(node.id).get("conditioning", ())]
    if len(sources) < 2:
        return None
    found: Feed | Theirs = sources[0]
    for one in sources[1:]:
        inputs = {"conditioning_1": found, "conditioning_2": one}
        found = Theirs("ConditioningCombine", inputs, {"conditioning": 0})
    return found if isinstance(found, Theirs) else None


@comfy_class(
    "ConditioningCombine",
    title="Conditioning combine",
    category="conditioning",
    inputs=[link("conditioning_1", "CONDITIONING"), link("conditioning_2", "CONDITIONING")],
    outputs=GIVES,
    back=("conditioning.combine", _combine_back),
)
def combine(here: Here) -> list[Wire]:
    """Let two texts count: each is predicted by itself, and the predictions are averaged."""
    both = (here["conditioning_1"], here["conditioning_2"])
    facts = dict(here.kept("CONDITIONING"))
    for name in ("controls", "boxes", "pictures"):
        every = [one for wire in both for one in wire.facts.get(name, ())]
        facts |= {name: tuple(dict.fromkeys(every))} if every else {}
    return [Wire((here.add("conditioning.combine", conditioning=both), "conditioning"), facts)]


twin_class(
    "ConditioningConcat",
    Twin(
        "conditioning.concat",
        {"conditioning_to": "conditioning", "conditioning_from": "then"},
        OUT,
    ),
    "Let the network read two texts as one long one.",
    title="Conditioning concat",
    category="conditioning",
    inputs=[link("conditioning_to", "CONDITIONING"), link("conditioning_from", "CONDITIONING")],
    outputs=GIVES,
)
twin_class(
    "ConditioningAverage",
    Twin(
        "conditioning.average",
        {
            "conditioning_to": "conditioning",
            "conditioning_from": "other",
            "conditioning_to_strength": "strength",
        },
        OUT,
    ),
    "Mix two texts, token by token.",
    title="Conditioning average",
    category="conditioning",
    inputs=[
        link("conditioning_to", "CONDITIONING"),
        link("conditioning_from", "CONDITIONING"),
        number("conditioning_to_strength", 1.0, 0.0, 1.0, step=0.01),
    ],
    outputs=GIVES,
)
twin_class(
    "ConditioningSetArea",
    Twin(
        "conditioning.area",
        {name: name for name in ("conditioning", "width", "height", "x", "y", "strength")},
        OUT,
    ),
    "Let a text count in a rectangle of the picture only.",
    title="Conditioning set area",
    category="conditioning",
    inputs=[
        CONDITIONING,
        integer("width", 64, 64, 16384, step=8),
        integer("height", 64, 64, 16384, step=8),
        integer("x", 0, 0, 16384, step=8),
        integer("y", 0, 0, 16384, step=8),
        STRENGTH,
    ],
    outputs=GIVES,
)
twin_class(
    "ConditioningSetAreaPercentage",
    Twin(
        "conditioning.area_percentage",
        {name: name for name in ("conditioning", "width", "height", "x", "y", "strength")},
        OUT,
    ),
    "Let a text count in a rectangle of the picture only, in shares of its sides.",
    title="Conditioning set area, in shares",
    category="conditioning",
    inputs=[
        CONDITIONING,
        number("width", 1.0, 0.0, 1.0, step=0.01),
        number("height", 1.0, 0.0, 1.0, step=0.01),
        number("x", 0.0, 0.0, 1.0, step=0.01),
        number("y", 0.0, 0.0, 1.0, step=0.01),
        STRENGTH,
    ],
    outputs=GIVES,
)
twin_class(
    "ConditioningSetAreaStrength",
    Twin(
        "conditioning.strength",
        {"conditioning": "conditioning", "strength": "strength"},
        OUT,
    ),
    "Let a text count more or less beside others.",
    title="Conditioning set area strength",
    category="conditioning",
    inputs=[CONDITIONING, STRENGTH],
    outputs=GIVES,
    differs="The strength multiplies one that was set before; ComfyUI puts it in its place.",
)
twin_class(
    "ConditioningSetMask",
    Twin(
        "conditioning.mask",
        {"conditioning": "conditioning", "mask": "mask", "strength": "strength"},
        OUT,
    ),
    "Let a text count where a mask is bright.",
    title="Conditioning set mask",
    category="conditioning",
    inputs=[
        CONDITIONING,
        link("mask", "MASK"),
        STRENGTH,
        choice("set_cond_area", among("default", "mask bounds")),
    ],
    outputs=GIVES,
    differs="set_cond_area is always default: the network sees the whole picture.",
)
twin_class(
    "ConditioningSetTimestepRange",
    Twin(
        "conditioning.timestep_range",
        {"conditioning": "conditioning", "start": "start", "end": "end"},
        OUT,
    ),
    "Let a text count during a part of the way only.",
    title="Conditioning set timestep range",
    category="advanced/conditioning",
    inputs=[
        CONDITIONING,
        number("start", 0.0, 0.0, 1.0, step=0.001),
        number("end", 1.0, 0.0, 1.0, step=0.001),
    ],
    outputs=GIVES,
)
twin_class(
    "ConditioningZeroOut",
    Twin("conditioning.zero_out", {"conditioning": "conditioning"}, OUT),
    "Put zeros in the place of a text.",
    title="Conditioning zero out",
    category="advanced/conditioning",
    inputs=[CONDITIONING],
    outputs=GIVES,
)
twin_class(
    "FluxGuidance",
    Twin(
        "conditioning.guidance",
        {"conditioning": "conditioning", "guidance": "guidance"},
        OUT,
    ),
    "Tell Flux how closely to follow the text.",
    title="Flux guidance",
    category="advanced/conditioning/flux",
    inputs=[CONDITIONING, number("guidance", 3.5, 0.0, 100.0, step=0.1)],
    outputs=GIVES,
)


@comfy_class(
    "InpaintModelConditioning",
    title="Inpaint model conditioning",
    category="conditioning/inpaint",
    inputs=[
        link("positive", "CONDITIONING"),
        link("negative", "CONDITIONING"),
        link("vae", "VAE"),
        link("pixels", "IMAGE"),
        link("mask", "MASK"),
        younger(yes("noise_mask", True)),
    ],
    outputs=["CONDITIONING", "CONDITIONING", "LATENT"],
)
def inpaint_model(here: Here) -> list[Wire]:
    """Show a model for inpainting the picture and what of it to paint anew."""
    made = here.add(
        "conditioning.inpaint",
        positive=here["positive"],
        negative=here["negative"],
        vae=here["vae"],
        image=here["pixels"],
        mask=here["mask"],
        keep=here["noise_mask"],
    )
    facts = {"masked": here["noise_mask"] is not False}
    return [
        Wire((made, "positive"), here["positive"].facts),
        Wire((made, "negative"), here["negative"].facts),
        Wire((made, "latent"), facts),
    ]


@comfy_class(
    "InstructPixToPixConditioning",
    title="InstructPix2Pix conditioning",
    category="conditioning/instructpix2pix",
    inputs=[
        link("positive", "CONDITIONING"),
        link("negative", "CONDITIONING"),
        link("vae", "VAE"),
        link("pixels", "IMAGE"),
    ],
    outputs=["CONDITIONING", "CONDITIONING", "LATENT"],
)
def instruct(here: Here) -> list[Wire]:
    """Show a network for editing the picture that the words are about."""
    vae, image = here["vae"], here["pixels"]
    sides = [
        Wire(
            (
                here.add("conditioning.reference", conditioning=here[name], vae=vae, image=image),
                "conditioning",
            ),
            here[name].facts,
        )
        for name in ("positive", "negative")
    ]
    encoded = Wire((here.add("vae.encode", vae=vae, image=image), "latent"))
    return [*sides, Wire(None, {"like": encoded})]


def _reference_back(graph: Graph, node: Node) -> Theirs:
    inputs = {name: feed(graph, node, name) for name in ("conditioning", "latent")}
    return Theirs("ReferenceLatent", inputs, {"conditioning": 0})


@comfy_class(
    "ReferenceLatent",
    title="Reference latent",
    category="advanced/conditioning/edit_models",
    inputs=[CONDITIONING, link("latent", "LATENT", optional=True)],
    outputs=GIVES,
    differs="Of several in a row the last one counts.",
    back=("conditioning.reference_latent", _reference_back),
)
def reference(here: Here) -> list[Wire]:
    """Show a model for editing what the words are about."""
    before, latent, model = here["conditioning"], here["latent"], here.near()
    if latent is None:
        return [before]
    if model is None:
        raise here.refuse("latent", "nothing says which model the reference is for; load one")
    if "reference" in before.facts:
        here.approximate("of several reference latents the last one counts")
    made = here.add(
        "conditioning.reference_latent", conditioning=before, model=model, latent=latent
    )
    return [Wire((made, "conditioning"), {**before.facts, "reference": True})]


@comfy_class(
    "FluxKontextMultiReferenceLatentMethod",
    title="Flux Kontext: method for several references",
    category="advanced/conditioning/flux",
    inputs=[CONDITIONING, choice("reference_latents_method", METHODS)],
    outputs=GIVES,
    differs="There is one reference alone, for which every method is the same.",
)
def several(here: Here) -> list[Wire]:
    """Say how several references lie beside each other."""
    return [here["conditioning"]]
