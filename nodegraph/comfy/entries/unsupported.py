"""Classes that are known and cannot be carried over: what they are, and why not."""

from __future__ import annotations

from nodegraph.comfy.classes import unsupported
from nodegraph.comfy.fields import among, choice, integer, link, number, weights, yes

CONDITIONING = link("conditioning", "CONDITIONING")
STRENGTH = number("strength", 1.0, 0.0, 10.0, step=0.01)
SAID = ["CONDITIONING"]
HOOKS = "Hooks, which give each text weights of its own, are not here; sample in two passes."
PATCHES = "Patches of models in files of their own are not here."

unsupported(
    "SetFirstSigma",
    "A schedule's first level cannot be set here; write the schedule out.",
    title="Set first sigma",
    category="sampling/custom_sampling/sigmas",
    inputs=[link("sigmas", "SIGMAS"), number("sigma", 136.0, 0.0, 20000.0, step=0.001)],
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
    "ModelMergeSDXL",
    "SDXL's networks are mixed by three parts here (ModelMergeBlocks), not block by block.",
    title="Model merge, SDXL",
    category="advanced/model_merging/model_specific",
    inputs=[link("model1", "MODEL"), link("model2", "MODEL")],
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
for _name, _title, _inputs, _outputs in (
    (
        "CreateHookLora",
        "Create hook: LoRA",
        [
            choice("lora_name", weights("loras")),
            number("strength_model", 1.0, -20.0, 20.0, step=0.01),
            number("strength_clip", 1.0, -20.0, 20.0, step=0.01),
            link("prev_hooks", "HOOKS", optional=True),
        ],
        ["HOOKS"],
    ),
    (
        "CreateHookModelAsLora",
        "Create hook: model as LoRA",
        [
            choice("ckpt_name", weights("checkpoints")),
            number("strength_model", 1.0, -20.0, 20.0, step=0.01),
            number("strength_clip", 1.0, -20.0, 20.0, step=0.01),
            link("prev_hooks", "HOOKS", optional=True),
        ],
        ["HOOKS"],
    ),
    (
        "CreateHookKeyframesInterpolated",
        "Create hook keyframes",
        [
            number("strength_start", 1.0, 0.0, 10.0, step=0.001),
            number("strength_end", 1.0, 0.0, 10.0, step=0.001),
            choice("interpolation", among("linear", "ease_in", "ease_out", "ease_in_out")),
            number("start_percent", 0.0, 0.0, 1.0, step=0.001),
            number("end_percent", 1.0, 0.0, 1.0, step=0.001),
            integer("keyframes_count", 5, 2, 100, step=1),
            yes("print_keyframes", False),
            link("prev_hook_kf", "HOOK_KEYFRAMES", optional=True),
        ],
        ["HOOK_KEYFRAMES"],
    ),
    (
        "SetHookKeyframes",
        "Set hook keyframes",
        [link("hooks", "HOOKS"), link("hook_kf", "HOOK_KEYFRAMES", optional=True)],
        ["HOOKS"],
    ),
    (
        "CombineHooks2",
        "Combine hooks",
        [link("hooks_A", "HOOKS", optional=True), link("hooks_B", "HOOKS", optional=True)],
        ["HOOKS"],
    ),
    (
        "SetClipHooks",
        "Set CLIP hooks",
        [
            link("clip", "CLIP"),
            yes("apply_to_conds", True),
            yes("schedule_clip", False),
            link("hooks", "HOOKS", optional=True),
        ],
        ["CLIP"],
    ),
    (
        "PairConditioningSetProperties",
        "Cond pair set properties",
        [
            link("positive_NEW", "CONDITIONING"),
            link("negative_NEW", "CONDITIONING"),
            STRENGTH,
            choice("set_cond_area", among("default", "mask bounds")),
            link("mask", "MASK", optional=True),
            link("hooks", "HOOKS", optional=True),
            link("timesteps", "TIMESTEPS_RANGE", optional=True),
        ],
        ["CONDITIONING", "CONDITIONING"],
    ),
    (
        "PairConditioningSetPropertiesAndCombine",
        "Cond pair set properties and combine",
        [
            link("positive", "CONDITIONING"),
            link("negative", "CONDITIONING"),
            link("positive_NEW", "CONDITIONING"),
            link("negative_NEW", "CONDITIONING"),
            STRENGTH,
            choice("set_cond_area", among("default", "mask bounds")),
            link("mask", "MASK", optional=True),
            link("hooks", "HOOKS", optional=True),
            link("timesteps", "TIMESTEPS_RANGE", optional=True),
        ],
        ["CONDITIONING", "CONDITIONING"],
    ),
):
    unsupported(
        _name,
        HOOKS,
        title=_title,
        category="advanced/hooks",
        inputs=_inputs,
        outputs=_outputs,
    )
