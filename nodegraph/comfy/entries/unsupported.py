"""Classes that are known and cannot be carried over: what they are, and why not."""

from __future__ import annotations

from nodegraph.comfy.classes import unsupported
from nodegraph.comfy.fields import among, choice, integer, link, number, weights

CONDITIONING = link("conditioning", "CONDITIONING")
STRENGTH = number("strength", 1.0, 0.0, 10.0, step=0.01)
SAID = ["CONDITIONING"]
PATCHES = "Patches of models in files of their own are not here."

unsupported(
    "GITSScheduler",
    "GITS' tables of levels, found for each number of steps, are not here; AlignYourStepsScheduler "
    "is the like.",
    title="GITS scheduler",
    category="sampling/custom_sampling/schedulers",
    inputs=[
        number("coeff", 1.2, 0.8, 1.5, step=0.05),
        integer("steps", 10, 2, 1000),
        number("denoise", 1.0, 0.0, 1.0, step=0.01),
    ],
    outputs=["SIGMAS"],
)
unsupported(
    "LotusConditioning",
    "Lotus' own text, which comes with it as numbers, is not here.",
    title="Lotus conditioning",
    category="conditioning/lotus",
    outputs=SAID,
)
unsupported(
    "ModelSamplingContinuousEDM",
    "Models without a training schedule of their own (EDM, Cascade, Playground) are told from "
    "their files alone.",
    title="Model sampling, continuous EDM",
    category="advanced/model",
    inputs=[
        link("model", "MODEL"),
        choice(
            "sampling", among("v_prediction", "edm", "edm_playground_v2.5", "eps", "cosmos_rflow")
        ),
        number("sigma_max", 120.0, 0.0, 1000.0, step=0.001, round=False),
        number("sigma_min", 0.002, 0.0, 1000.0, step=0.001, round=False),
    ],
    outputs=["MODEL"],
)
unsupported(
    "ModelPatchLoader",
    PATCHES,
    title="Load model patch",
    category="advanced/loaders",
    inputs=[choice("name", weights("model_patches"))],
    outputs=["MODEL_PATCH"],
)
unsupported(
    "USOStyleReference",
    PATCHES,
    title="USO style reference",
    category="advanced/model_patches/flux",
    inputs=[
        link("model", "MODEL"),
        link("model_patch", "MODEL_PATCH"),
        link("clip_vision_output", "CLIP_VISION_OUTPUT"),
    ],
    outputs=["MODEL"],
)
