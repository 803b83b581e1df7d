"""What ComfyUI can say in two ways comes to the same here too, as it does there."""

import diffusers
import numpy as np
import pytest
import torch
from PIL import Image

from tests.parity import levels

CUSTOM = {
    "20": {"class_type": "RandomNoise", "inputs": {"noise_seed": 7}},
    "21": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "euler"}},
    "22": {
        "class_type": "BasicScheduler",
        "inputs": {"model": ["4", 0], "scheduler": "normal", "steps": 8, "denoise": 1.0},
    },
    "23": {
        "class_type": "CFGGuider",
        "inputs": {"model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0], "cfg": 3.0},
    },
}
WALK = {"noise": ["20", 0], "sampler": ["21", 0], "sigmas": ["22", 0], "guider": ["23", 0]}


def whole(prompt, posted, **more):
    return posted(prompt(**more), "sample_3.latent").samples


def custom(prompt, **classes):
    """The same walk by custom sampling."""
    inputs = WALK | {"latent_image": ["5", 0]}
    return prompt() | CUSTOM | {"3": node("SamplerCustomAdvanced", **inputs)} | classes


def node(class_type, **inputs):
    return {"class_type": class_type, "inputs": inputs}


def advanced(asked, start, end, latent, **more):
    inputs = {name: value for name, value in asked["3"]["inputs"].items() if name != "denoise"}
    inputs["noise_seed"] = inputs.pop("seed")
    inputs |= {"start_at_step": start, "end_at_step": end, "latent_image": latent}
    inputs |= {"add_noise": "enable", "return_with_leftover_noise": "disable"}
    return node("KSamplerAdvanced", **inputs | more)


def test_custom_sampling_is_the_sampler(prompt, posted):
    got = posted(custom(prompt), "sample_guided_3.latent").samples
    assert torch.equal(got, whole(prompt, posted))


def test_two_halves_are_the_whole(prompt, posted):
    asked = prompt()
    first = advanced(asked, 0, 3, ["5", 0], return_with_leftover_noise="enable")
    asked["3"] = advanced(asked, 3, 10000, ["10", 0], add_noise="disable")
    got = posted(asked | {"10": first}, "sample_3.latent").samples
    torch.testing.assert_close(got, whole(prompt, posted), rtol=0, atol=1e-4)


def test_a_schedule_cut_in_two_is_the_whole_one(prompt, posted):
    halves = {
        "24": node("SplitSigmas", sigmas=["22", 0], step=3),
        "25": node(
            "SamplerCustomAdvanced", **WALK | {"sigmas": ["24", 0], "latent_image": ["5", 0]}
        ),
        "26": node("DisableNoise"),
    }
    rest = WALK | {"noise": ["26", 0], "sigmas": ["24", 1], "latent_image": ["25", 0]}
    asked = custom(prompt, **halves) | {"3": node("SamplerCustomAdvanced", **rest)}
    got = posted(asked, "sample_guided_3.latent").samples
    torch.testing.assert_close(got, whole(prompt, posted), rtol=0, atol=1e-4)


def test_guidance_that_is_rescaled_by_nothing_is_plain(prompt, posted):
    asked = prompt()
    asked["10"] = node("RescaleCFG", model=["4", 0], multiplier=0.0)
    asked["11"] = node("PerturbedAttentionGuidance", model=["10", 0], scale=0.0)
    asked["3"]["inputs"]["model"] = ["11", 0]
    got = posted(asked, "sample_guided_3.latent").samples
    torch.testing.assert_close(got, whole(prompt, posted), rtol=0, atol=1e-3)


def test_projected_guidance_with_all_of_it_is_plain_at_one_more(prompt, posted):
    asked = prompt(cfg=2.0)
    asked["10"] = node("APG", model=["4", 0], eta=1.0, norm_threshold=0.0, momentum=0.0)
    asked["3"]["inputs"]["model"] = ["10", 0]
    got = posted(asked, "sample_guided_3.latent").samples
    torch.testing.assert_close(got, whole(prompt, posted, cfg=3.0), rtol=0, atol=1e-3)


def test_a_scale_of_one_is_the_guider_with_one_text(prompt, posted):
    guider = node("BasicGuider", model=["4", 0], conditioning=["6", 0])
    got = posted(custom(prompt, **{"23": guider}), "sample_guided_3.latent").samples
    assert torch.equal(got, whole(prompt, posted, cfg=1.0))


def test_a_model_merged_with_itself_is_itself(prompt, posted):
    asked = prompt()
    asked["10"] = node("ModelMergeSimple", model1=["4", 0], model2=["4", 0], ratio=0.3)
    asked["3"]["inputs"]["model"] = ["10", 0]
    got = posted(asked, "sample_3.latent").samples
    torch.testing.assert_close(got, whole(prompt, posted), rtol=0, atol=1e-3)


def test_two_texts_that_are_one_are_that_one(prompt, posted):
    asked = prompt()
    both = {"conditioning_1": ["6", 0], "conditioning_2": ["6", 0]}
    asked["10"] = node("ConditioningCombine", **both)
    asked["3"]["inputs"]["positive"] = ["10", 0]
    got = posted(asked, "sample_3.latent").samples
    torch.testing.assert_close(got, whole(prompt, posted), rtol=0, atol=1e-4)


def test_no_denoising_leaves_a_latent_alone(prompt, posted):
    asked = prompt(denoise=0.0)
    asked["5"] = node("EmptyLatentImage", width=64, height=64, batch_size=1)
    assert not posted(asked, "sample_3.latent").samples.any()


@pytest.fixture
def picture(tmp_path):
    """Half of it is to be kept."""
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[..., 0], pixels[:, 32:, 3] = 200, 255
    path = tmp_path / "given.png"
    Image.fromarray(pixels).save(path)
    return str(path)


@pytest.mark.parametrize("gradual", [False, True])
def test_what_a_mask_keeps_is_kept_bit_by_bit(gradual, picture, folder, prompt, posted):
    asked = prompt(denoise=0.7)
    asked["10"] = node("LoadImage", image=picture)
    asked["11"] = node("VAEEncode", pixels=["10", 0], vae=["4", 2])
    asked["5"] = node("SetLatentNoiseMask", samples=["11", 0], mask=["10", 1])
    if gradual:
        asked["12"] = node("DifferentialDiffusion", model=["4", 0])
        asked["3"]["inputs"]["model"] = ["12", 0]
    before = posted(asked, "encode_11.latent").samples
    after = posted(asked, "sample_3.latent").samples
    assert torch.equal(before[..., 4:], after[..., 4:])
    assert not torch.allclose(before[..., :4], after[..., :4])


# Schedules of their own formulas


OURS = {
    "KarrasScheduler": "karras",
    "SDTurboScheduler": "turbo",
    "AlignYourStepsScheduler": "align_your_steps",
}


def sigmas(prompt, posted, name, **inputs):
    asked = custom(prompt, **{"22": node(name, **inputs)})
    return np.array(posted(asked, f"{OURS[name]}_22.schedule").sigmas)


def test_karras_is_that_of_the_models_own_ends(prompt, posted):
    model = levels.Diffusion(levels.trained())
    ends = {"sigma_max": model.levels[-1], "sigma_min": model.levels[0], "rho": 7.0}
    got = sigmas(prompt, posted, "KarrasScheduler", steps=9, **ends)
    np.testing.assert_allclose(got, levels.karras(model, 9), rtol=1e-6)


@pytest.mark.parametrize(("steps", "denoise"), [(1, 1.0), (4, 1.0), (3, 0.5)])
def test_turbo_visits_every_hundredth_time(steps, denoise, prompt, posted):
    inputs = {"model": ["4", 0], "steps": steps, "denoise": denoise}
    got = sigmas(prompt, posted, "SDTurboScheduler", **inputs)
    times = np.arange(999, 0, -100)[round(10 - 10 * denoise) :][:steps]
    np.testing.assert_allclose(got, [*levels.trained()[times], 0], rtol=1e-6)


@pytest.mark.parametrize("kind", ["SD1", "SDXL"])
def test_ten_steps_align_as_was_published(kind, prompt, posted):
    """Against the times that diffusers has from the same page, to a hundredth of each level."""
    got = sigmas(prompt, posted, "AlignYourStepsScheduler", model_type=kind, steps=10, denoise=1.0)
    name = {"SD1": "StableDiffusionTimesteps", "SDXL": "StableDiffusionXLTimesteps"}[kind]
    times = diffusers.schedulers.AysSchedules[name]
    np.testing.assert_allclose(got[:10], levels.trained()[times], rtol=0.02)
