"""Every sampler of ComfyUI's menus, and those that are told more than their name."""

import pytest

from nodegraph.comfy.prompt import read
from nodegraph.comfy.translate import translate

MENU = [
    "euler",
    "euler_cfg_pp",
    "euler_ancestral",
    "euler_ancestral_cfg_pp",
    "heun",
    "heunpp2",
    "exp_heun_2_x0",
    "exp_heun_2_x0_sde",
    "dpm_2",
    "dpm_2_ancestral",
    "lms",
    "dpm_fast",
    "dpm_adaptive",
    "dpmpp_2s_ancestral",
    "dpmpp_2s_ancestral_cfg_pp",
    "dpmpp_sde",
    "dpmpp_sde_gpu",
    "dpmpp_2m",
    "dpmpp_2m_cfg_pp",
    "dpmpp_2m_sde",
    "dpmpp_2m_sde_gpu",
    "dpmpp_2m_sde_heun",
    "dpmpp_2m_sde_heun_gpu",
    "dpmpp_3m_sde",
    "dpmpp_3m_sde_gpu",
    "ddpm",
    "lcm",
    "ipndm",
    "ipndm_v",
    "deis",
    "res_multistep",
    "res_multistep_cfg_pp",
    "res_multistep_ancestral",
    "res_multistep_ancestral_cfg_pp",
    "gradient_estimation",
    "gradient_estimation_cfg_pp",
    "er_sde",
    "seeds_2",
    "seeds_3",
    "sa_solver",
    "sa_solver_pece",
    "ddim",
    "uni_pc",
    "uni_pc_bh2",
]
QUIET = ["euler", "euler_cfg_pp", "heun", "dpm_fast", "dpm_adaptive", "dpmpp_2m_sde", "sample_lms"]


@pytest.mark.parametrize("name", [*MENU, "sample_euler"])
def test_every_name_of_the_menu_is_a_sampler_here(name, prompt, site):
    prompt["3"]["inputs"]["sampler_name"] = name
    made = translate(read(prompt), site)
    expected = name.removesuffix("_gpu").removeprefix("sample_")
    assert made.graph["sampler_3"].params == {"sampler_name": expected}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        *((name, "") for name in QUIET),
        ("sa_solver_pece", "the seed after"),
        ("res_multistep_ancestral_cfg_pp", "the seed after"),
        ("seeds_3", "the seed after"),
        ("dpmpp_2m_sde_heun_gpu", "drawn on the CPU"),
    ],
)
def test_what_draws_noise_elsewhere_says_so(name, said, prompt, site):
    prompt["3"]["inputs"]["sampler_name"] = name
    notes = translate(read(prompt), site).notes.get("3", [])
    assert any(said in note for note in notes) if said else not notes


def custom(prompt, class_type, inputs):
    """The same walk with a sampler of a class of its own."""
    old = prompt["3"]["inputs"]
    steps = {"steps": 5, "sigma_max": 14.6, "sigma_min": 0.03, "rho": 7.0}
    prompt["30"] = {"class_type": class_type, "inputs": inputs}
    prompt["31"] = {"class_type": "KarrasScheduler", "inputs": steps}
    prompt["3"] = {
        "class_type": "SamplerCustom",
        "inputs": {
            **{name: old[name] for name in ("model", "positive", "negative", "latent_image")},
            **{"add_noise": True, "noise_seed": 7, "cfg": 1.0},
            **{"sampler": ["30", 0], "sigmas": ["31", 0]},
        },
    }
    return prompt


ADAPTIVE = {"order": 3, "rtol": 0.01, "atol": 0.002, "h_init": 0.05, "pcoeff": 0.0}
ADAPTIVE |= {"icoeff": 1.0, "dcoeff": 0.0, "accept_safety": 0.81, "eta": 0.0, "s_noise": 1.0}
ADAMS = {"model": ["4", 0], "eta": 0.5, "sde_start_percent": 0.2, "sde_end_percent": 0.8}
ADAMS |= {"s_noise": 1.0, "predictor_order": 3, "corrector_order": 4, "use_pece": True}
ADAMS |= {"simple_order_2": False}


@pytest.mark.parametrize(
    ("class_type", "inputs", "name", "told"),
    [
        ("SamplerDPMAdaptative", ADAPTIVE, "dpm_adaptive", {"rtol": 0.01, "atol": 0.002}),
        ("SamplerSASolver", ADAMS, "sa_solver_pece", {"eta": 0.5, "s_noise": 1.0}),
        (
            "SamplerER_SDE",
            {"solver_type": "ER-SDE", "max_stage": 2, "eta": 1.0, "s_noise": 0.9},
            "er_sde",
            {"order": 2, "s_noise": 0.9},
        ),
        (
            "SamplerEulerAncestralCFGPP",
            {"eta": 0.4, "s_noise": 1.0},
            "euler_ancestral_cfg_pp",
            {"eta": 0.4, "s_noise": 1.0},
        ),
        (
            "SamplerDPMPP_2S_Ancestral",
            {"eta": 0.4, "s_noise": 1.0},
            "dpmpp_2s_ancestral",
            {"eta": 0.4, "s_noise": 1.0},
        ),
    ],
)
def test_samplers_are_told_what_they_know(class_type, inputs, name, told, prompt, site):
    made = translate(read(custom(prompt, class_type, inputs)), site)
    assert made.graph["sampler_30"].params == {"sampler_name": name}
    params = made.graph["sampler_options_30"].params
    assert {name: params[name] for name in told} == told
    assert not made.notes.get("30")


@pytest.mark.parametrize(
    ("class_type", "inputs", "note"),
    [
        ("SamplerDPMAdaptative", ADAPTIVE | {"order": 2}, "order is 3 here"),
        ("SamplerSASolver", ADAMS | {"sde_end_percent": 1.0}, "sde_end_percent is 0.8 here"),
        ("SamplerEulerCFGpp", {"version": "alternative"}, "version is regular here"),
    ],
)
def test_what_a_sampler_does_not_know_is_said(class_type, inputs, note, prompt, site):
    made = translate(read(custom(prompt, class_type, inputs)), site)
    assert list(made.notes["30"]) == [note]
