"""Workflows of real people: all that is known is translated, and runs on tiny models."""

from importlib.util import find_spec

import pytest

from nodegraph import Options, run
from nodegraph.comfy.classes import table
from nodegraph.comfy.findings import PromptError
from nodegraph.comfy.prompt import read
from nodegraph.comfy.site import Site
from nodegraph.comfy.translate import translate
from nodegraph.overrides import override
from nodegraph.workflow import catalogue
from tests.nodegraph.comfy import real, workflows

EVERY = pytest.mark.parametrize("path", real.prompts(), ids=lambda path: path.name[:50])


def unsupported(prompt):
    """Return the classes of a prompt that cannot be carried over."""
    names = {node["class_type"] for node in prompt.values()}
    return {name for name in names if name not in table() or table()[name].unsupported}


@workflows.real
@EVERY
def test_a_workflow_whose_classes_are_known_becomes_a_graph(path):
    prompt = real.load(path)
    site = Site(catalogue(), lenient=True)
    if unsupported(prompt):
        with pytest.raises(PromptError):
            translate(read(prompt), site)
        return
    made = translate(read(prompt), site)
    assert made.errors == {}
    assert {made.origin[target] for target in made.targets} == set(made.outputs)
    feeding = {link.source for link in made.graph.links()}
    assert feeding | set(made.targets) == {node.id for node in made.graph}


@workflows.real
def test_three_in_four_are_known_whole():
    known = [path for path in real.prompts() if not unsupported(real.load(path))]
    assert len(known) >= 0.75 * len(real.prompts())


RUN = {
    "2_pass_txt2img__hiresfix": "sd1",
    "night_evening_day_morning": "sd1",
    "mixing_controlnets": "sd1",
    "depth_t2i_adapter": "sd1",
    "img2img_workflow": "sd1",
    "inpain_model_cat": "sd1",
    "inpain_model_outpainting": "sd1",
    "merging_3_checkpoints": "sd1",
    "model_merging_lora": "sd1",
    "noisy_latents_3_subjects": "sd1",
    "embedding_example": "sd1",
    "2_pass_pose_worship": "sd1",
    "sd3_anime": "sd3",
    "flux_dev_example": "flux",
    "girl_in_field": "flux",
    "flux_kontext_example": "flux",
    "gligen_textbox": "sd1",
    "hypernetwork_example": "sd1",
    "unclip_example_multiple": "unclip",
    "sdxl_revision_text_prompts": "sdxl",
    "latent_upscale_different_prompt": "sd1",
    "morning_day_evening_night": "sd1",
    "night_evening_day_morning_subject": "sd1",
    "square_area_for_2_subjects": "sd1",
    "square_area_for_subject": "sd1",
    "controlnet__controlnet_example": "sd1",
    "inpain_model_woman": "sd1",
    "model_merging_basic": "sd1",
    "noisy_latents_3_subjects_": "sd1",
    "flux_controlnet_example": "flux",
    "flux_depth_lora": "flux",
    "flux_dev_example.png__": "flux",
    "sd3_controlnet_example": "sd3",
    "sd3.5_large_canny": "sd3",
}
"""Of which family the models are that stand for those a workflow names."""

if find_spec("spandrel"):
    RUN["esrgan_example"] = "sd1"


@pytest.fixture(scope="session")
def stand_ins(tmp_path_factory):
    """Tiny models and what goes with them, by family or kind of file."""
    import torch
    from PIL import Image
    from safetensors.torch import save_file

    from nodes.lib.models import network
    from nodes.model import load_model
    from tests import tiny
    from tests.tiny import adapters, controls, families, vision

    place = tmp_path_factory.mktemp("stand_ins")
    plain = {*RUN.values(), "sdxl"} - {"unclip"}
    found = {name: families.write_family(place / name, name) for name in plain}
    found |= {"unclip": vision.write_unclip(place / "unclip"), **vision.write_aside(place)}
    unet = network(load_model(model=str(found["sd1"])).model.part)
    found["controlnet"] = controls.write(place / "control", controls.controlnet(unet))
    layers = adapters.pairs(unet, ("to_q", "to_k"))
    found["loras"] = adapters.kohya(place / "lora.safetensors", lora_unet=layers)
    found["flux.controlnet"] = controls.write(place / "flux_control", controls.flux())
    found["sd3.controlnet"] = controls.write(place / "sd3_control", controls.sd3())
    first = network(load_model(model=str(found["flux"])).model.part).x_embedder
    wide = {"A": torch.randn(2, 2 * first.in_features), "B": torch.randn(first.out_features, 2)}
    control = {f"img_in.lora_{name}.weight": one for name, one in wide.items()}
    found["flux.loras"] = adapters.write(place / "depth.safetensors", control)
    found["gligen"] = vision.write_gligen(place / "box.safetensors", unet)
    found["embeddings"], found["picture"] = place / "word.safetensors", place / "picture.png"
    save_file({"emb_params": torch.randn(2, tiny.WIDTH)}, found["embeddings"])
    if find_spec("spandrel"):
        from spandrel.architectures.ESRGAN import ESRGAN

        found["upscale_models"] = place / "esrgan.safetensors"
        save_file(ESRGAN(num_filters=4, num_blocks=1).state_dict(), found["upscale_models"])
    Image.new("RGBA", (256, 192), (200, 80, 40, 128)).save(found["picture"])
    return found


class StandIns(Site):
    """A machine where every model has a tiny one in its place."""

    def __init__(self, found, family):
        super().__init__(catalogue(), lenient=True)
        object.__setattr__(self, "found", {name: str(path) for name, path in found.items()})
        object.__setattr__(self, "family", family)

    def find_checkpoint(self, name):
        return self.found[self.family]

    def find_weights(self, kind, name):
        of_family = self.found.get(f"{self.family}.{kind}")
        return of_family or self.found.get(kind, self.found[self.family])

    def picture(self, name):
        return self.found["picture"]


@workflows.real
@pytest.mark.parametrize("part", RUN)
def test_a_workflow_runs_end_to_end_on_tiny_models(part, stand_ins, tmp_path):
    (path,) = [path for path in real.prompts() if part in path.name][:1]
    made = translate(read(real.small(real.load(path))), StandIns(stand_ins, RUN[part]))
    one_folder = {f"{node.id}.clip_2": "" for node in made.graph if node.type == "model.load_clip"}
    graph = override(made.graph, one_folder)
    result = run(graph, made.targets, options=Options(out=tmp_path))
    kinds = {graph[target].type for target in made.targets}
    assert bool(list(result.files)) == bool(kinds & {"image.save", "video.save"})


def node(class_type, **inputs):
    return {"class_type": class_type, "inputs": inputs}


SDXL = {
    "4": node("CheckpointLoaderSimple", ckpt_name="base.safetensors"),
    "5": node("EmptyLatentImage", width=64, height=64, batch_size=1),
    "6": node("CLIPTextEncodeSDXL", clip=["4", 1], text_g="a fox", text_l="a happy fox"),
    "7": node("CLIPTextEncode", clip=["4", 1], text=""),
    "10": node("ConditioningZeroOut", conditioning=["7", 0]),
    "11": node("ModelSamplingDiscrete", model=["4", 0], sampling="eps", zsnr=False),
    "12": node("FreeU_V2", model=["11", 0], b1=1.3, b2=1.4, s1=0.9, s2=0.2),
    "13": node("AlignYourStepsScheduler", model_type="SDXL", steps=10, denoise=0.2),
    "14": node("SamplerEulerAncestral", eta=0.5, s_noise=1.0),
    "3": node(
        "SamplerCustom",
        model=["12", 0],
        add_noise=True,
        noise_seed=1,
        cfg=5.0,
        positive=["6", 0],
        negative=["10", 0],
        sampler=["14", 0],
        sigmas=["13", 0],
        latent_image=["5", 0],
    ),
    "8": node("VAEDecodeTiled", samples=["3", 1], vae=["4", 2], tile_size=512),
    "9": node("SaveAnimatedWEBP", images=["8", 0], filename_prefix="fox", fps=6.0, lossless=False),
}
SDXL["6"]["inputs"] |= dict.fromkeys(("width", "height", "target_width", "target_height"), 64)
SDXL["6"]["inputs"] |= {"crop_w": 0, "crop_h": 0}
SDXL["9"]["inputs"] |= {"quality": 90, "method": "default"}
SD3 = {
    "4": node("UNETLoader", unet_name="sd3.safetensors"),
    "2": node("VAELoader", vae_name="sd3.safetensors"),
    "1": node("CLIPLoader", clip_name="folder", type="sd3"),
    "5": node("EmptySD3LatentImage", width=64, height=64, batch_size=1),
    "6": node("CLIPTextEncodeSD3", clip=["1", 0], clip_l="a", clip_g="", t5xxl="a fox"),
    "7": node("ConditioningZeroOut", conditioning=["6", 0]),
    "10": node("ModelSamplingSD3", model=["4", 0], shift=3.0),
    "11": node("ConditioningSetTimestepRange", conditioning=["7", 0], start=0.0, end=0.5),
    "12": node("BasicScheduler", model=["10", 0], scheduler="sgm_uniform", steps=2, denoise=1.0),
    "13": node("RandomNoise", noise_seed=3),
    "14": node("KSamplerSelect", sampler_name="dpmpp_2m"),
    "15": node("CFGGuider", model=["10", 0], positive=["6", 0], negative=["11", 0], cfg=4.0),
    "3": node(
        "SamplerCustomAdvanced",
        noise=["13", 0],
        guider=["15", 0],
        sampler=["14", 0],
        sigmas=["12", 0],
        latent_image=["5", 0],
    ),
    "8": node("VAEDecode", samples=["3", 0], vae=["2", 0]),
    "16": node("GetImageSize", image=["8", 0]),
    "17": node("ImageScale", image=["8", 0], upscale_method="area", width=["16", 1], height=32),
    "9": node("SaveImage", images=["17", 0], filename_prefix="fox"),
}
STRONG = {"strength_model": 1.0, "strength_clip": 1.0}
HOOKED = {
    "4": node("CheckpointLoaderSimple", ckpt_name="base.safetensors"),
    "5": node("EmptyLatentImage", width=64, height=64, batch_size=1),
    "10": node("CreateHookLora", lora_name="style.safetensors", **STRONG),
    "11": node("CreateHookModelAsLora", ckpt_name="other.safetensors", **STRONG),
    "12": node("CombineHooks2", hooks_A=["10", 0], hooks_B=["11", 0]),
    "13": node("CreateHookKeyframesInterpolated", strength_start=1.0, strength_end=0.0),
    "14": node("SetHookKeyframes", hooks=["12", 0], hook_kf=["13", 0]),
    "15": node("SetClipHooks", clip=["4", 1], hooks=["14", 0]),
    "6": node("CLIPTextEncode", clip=["15", 0], text="a fox"),
    "7": node("CLIPTextEncode", clip=["4", 1], text=""),
    "16": node("LoadImageMask", image="half.png", channel="alpha"),
    "17": node("PairConditioningSetProperties", mask=["16", 0], hooks=["14", 0]),
    "18": node("PairConditioningSetPropertiesAndCombine", positive=["17", 0], negative=["17", 1]),
    "3": node("KSampler", model=["4", 0], seed=1, steps=2, cfg=5.0, latent_image=["5", 0]),
    "8": node("VAEDecode", samples=["3", 0], vae=["4", 2]),
    "9": node("SaveImage", images=["8", 0], filename_prefix="fox"),
}
HOOKED["13"]["inputs"] |= {"interpolation": "ease_in", "start_percent": 0.0, "end_percent": 1.0}
HOOKED["13"]["inputs"] |= {"keyframes_count": 3, "print_keyframes": False}
HOOKED["15"]["inputs"] |= {"apply_to_conds": True, "schedule_clip": False}
for _number in ("17", "18"):
    HOOKED[_number]["inputs"] |= {"positive_NEW": ["6", 0], "negative_NEW": ["7", 0]}
    HOOKED[_number]["inputs"] |= {"strength": 1.0, "set_cond_area": "default"}
HOOKED["3"]["inputs"] |= {"positive": ["18", 0], "negative": ["18", 1], "denoise": 1.0}
HOOKED["3"]["inputs"] |= {"sampler_name": "euler", "scheduler": "normal"}
REDUX = {
    "4": node("UNETLoader", unet_name="flux1-dev.safetensors", weight_dtype="default"),
    "2": node("VAELoader", vae_name="ae.safetensors"),
    "1": node("CLIPLoader", clip_name="folder", type="flux"),
    "5": node("EmptySD3LatentImage", width=64, height=64, batch_size=1),
    "6": node("CLIPTextEncode", clip=["1", 0], text="a fox"),
    "10": node("LoadImage", image="cat.png"),
    "11": node("CLIPVisionLoader", clip_name="sigclip_vision_patch14_384.safetensors"),
    "12": node("CLIPVisionEncode", clip_vision=["11", 0], image=["10", 0], crop="center"),
    "13": node("StyleModelLoader", style_model_name="flux1-redux-dev.safetensors"),
    "14": node("StyleModelApply", conditioning=["6", 0], style_model=["13", 0]),
    "15": node("FluxGuidance", conditioning=["14", 0], guidance=3.5),
    "3": node("KSampler", model=["4", 0], seed=1, steps=2, cfg=1.0, latent_image=["5", 0]),
    "8": node("VAEDecode", samples=["3", 0], vae=["2", 0]),
    "9": node("SaveImage", images=["8", 0], filename_prefix="fox"),
}
REDUX["14"]["inputs"] |= {"clip_vision_output": ["12", 0], "strength": 0.5}
REDUX["14"]["inputs"] |= {"strength_type": "attn_bias"}
REDUX["3"]["inputs"] |= {"positive": ["15", 0], "negative": ["6", 0], "denoise": 1.0}
REDUX["3"]["inputs"] |= {"sampler_name": "euler", "scheduler": "simple"}
SD3["6"]["inputs"]["empty_padding"] = "none"
SD3["17"]["inputs"]["crop"] = "center"


OF_FAMILIES = [("sdxl", SDXL), ("sd3", SD3), ("sd1", HOOKED), ("flux", REDUX)]


@pytest.mark.parametrize(("family", "prompt"), OF_FAMILIES)
def test_the_advanced_classes_run_on_a_family_of_their_own(family, prompt, stand_ins, tmp_path):
    made = translate(read(prompt), StandIns(stand_ins, family))
    (file,) = run(made.graph, made.targets, options=Options(out=tmp_path)).files
    assert file.stem == "fox_00001"
