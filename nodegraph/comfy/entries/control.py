"""Classes by which a picture leads the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class, twin_class
from nodegraph.comfy.fields import among, choice, link, number, weights
from nodegraph.comfy.twin import Twin
from nodegraph.comfy.wire import Control, Wire

if TYPE_CHECKING:
    from nodegraph.comfy.here import Here

STRENGTH = number("strength", 1.0, 0.0, 10.0, step=0.01)
LED = {
    "positive": "positive",
    "negative": "negative",
    "control_net": "control_net",
    "image": "image",
    "vae": "vae",
    "strength": "strength",
    "start_percent": "start",
    "end_percent": "end",
}
SIDES = [
    link("positive", "CONDITIONING"),
    link("negative", "CONDITIONING"),
    link("control_net", "CONTROL_NET"),
]
HOW = [
    STRENGTH,
    number("start_percent", 0.0, 0.0, 1.0, step=0.001),
    number("end_percent", 1.0, 0.0, 1.0, step=0.001),
]
PAIR = ["CONDITIONING", "CONDITIONING"]
LOADER = Twin("control.load", {"control_net_name": "control"}, ("control_net",))
FAMILIES = (
    "Control LoRAs, XLabs' files under their own names and those for inpainting in Flux.1 are "
    "refused at the run."
)
NUMBERS = (
    "Of Stability's networks for Stable Diffusion 3.5 large, those for edges and depth are given "
    "the numbers that they were trained on."
)
UNION = Twin(
    "control.kind",
    {"control_net": "control_net", "type": "kind"},
    ("control_net",),
    words={
        "type": {
            "openpose": "openpose",
            "depth": "depth",
            "hed/pidi/scribble/ted": "scribble",
            "canny/lineart/anime_lineart/mlsd": "canny",
            "normal": "normal",
            "segment": "segment",
            "tile": "tile",
            "repaint": "repaint",
        }
    },
)
UNION_INPUTS = [
    link("control_net", "CONTROL_NET"),
    choice("type", among("auto", *UNION.words["type"])),
]

for _name, _title in (
    ("ControlNetLoader", "Load ControlNet"),
    ("T2IAdapterLoader", "Load T2I adapter"),
):
    twin_class(
        _name,
        LOADER,
        "Load a network that leads another one along a picture.",
        title=_title,
        category="loaders",
        inputs=[choice("control_net_name", weights("controlnet"))],
        outputs=["CONTROL_NET"],
        differs=FAMILIES,
    )
twin_class(
    "DiffControlNetLoader",
    LOADER,
    "Load a network that leads another one along a picture.",
    title="Load ControlNet as a difference",
    category="loaders",
    inputs=[link("model", "MODEL"), choice("control_net_name", weights("controlnet"))],
    outputs=["CONTROL_NET"],
    differs="The file has to be a whole network: one that holds the difference to a model's "
    "weights leads astray.",
)


@comfy_class(
    "ControlNetApply",
    title="Apply ControlNet, old",
    category="conditioning/controlnet",
    inputs=[
        link("conditioning", "CONDITIONING"),
        link("control_net", "CONTROL_NET"),
        link("image", "IMAGE"),
        STRENGTH,
    ],
    outputs=["CONDITIONING"],
    differs="Where texts of several ControlNets are combined, the negative is led by all of them.",
)
def control_net_apply(here: Here) -> list[Wire]:
    """Let a picture lead the network; the negative text is led too, where it is sampled."""
    before = here["conditioning"]
    settings = tuple((name, here[name]) for name in ("control_net", "image", "strength"))
    made = here.add("control.apply", positive=before, **dict(settings))
    controls = (*before.facts.get("controls", ()), Control(*(value for _, value in settings)))
    return [Wire((made, "positive"), {**before.facts, "controls": controls})]


@comfy_class(
    "SetUnionControlNetType",
    title="Set union ControlNet type",
    category="conditioning/controlnet",
    inputs=UNION_INPUTS,
    outputs=["CONTROL_NET"],
    differs="Flux.1's networks are told a kind by its name, where ComfyUI tells them the number of "
    "Stable Diffusion XL's; left at auto, a network for several kinds is refused at the run.",
    back=(
        UNION.type,
        lambda graph, node: UNION.back("SetUnionControlNetType", UNION_INPUTS, graph, node),
    ),
)
def set_union_type(here: Here) -> list[Wire]:
    """Say what the picture shows that a network for several kinds shall follow."""
    return [here["control_net"]] if here["type"] == "auto" else UNION.forth(here)


twin_class(
    "ControlNetApplyAdvanced",
    Twin("control.apply", LED, ("positive", "negative")),
    "Let a picture lead both sides of the guidance.",
    title="Apply ControlNet",
    category="conditioning/controlnet",
    inputs=[*SIDES, link("image", "IMAGE"), *HOW, link("vae", "VAE", optional=True)],
    outputs=PAIR,
    differs=NUMBERS,
)
twin_class(
    "ControlNetApplySD3",
    Twin("control.apply", LED, ("positive", "negative")),
    "Let a picture lead both sides of the guidance.",
    title="Apply ControlNet with VAE",
    category="conditioning/controlnet",
    inputs=[*SIDES, link("vae", "VAE"), link("image", "IMAGE"), *HOW],
    outputs=PAIR,
    differs=NUMBERS,
)
twin_class(
    "ControlNetInpaintingAliMamaApply",
    Twin("control.apply", LED | {"mask": "mask"}, ("positive", "negative")),
    "Let what stays of a picture lead both sides of the guidance.",
    title="Apply ControlNet for inpainting",
    category="conditioning/controlnet",
    inputs=[
        *SIDES,
        link("vae", "VAE"),
        link("image", "IMAGE"),
        link("mask", "MASK"),
        *HOW,
    ],
    outputs=PAIR,
    differs="Networks for Stable Diffusion 3; one that reads no mask is refused at the run. A mask "
    "of another size than the picture is resampled before the latent is made of it.",
)
