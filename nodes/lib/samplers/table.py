"""Samplers by the names users know."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from nodegraph.errors import UnknownChoiceError
from nodes.lib.noise import NoiseKind
from nodes.lib.samplers.adams import deis, gradient_estimation, ipndm, ipndm_v, lms
from nodes.lib.samplers.ancestral import dpm_2_ancestral, dpmpp_2s_ancestral, euler_ancestral
from nodes.lib.samplers.cfg_pp import (
    dpmpp_2m_cfg_pp,
    dpmpp_2s_ancestral_cfg_pp,
    euler_ancestral_cfg_pp,
    euler_cfg_pp,
    gradient_estimation_cfg_pp,
    res_multistep_ancestral_cfg_pp,
    res_multistep_cfg_pp,
)
from nodes.lib.samplers.dpm_solver import dpm_adaptive, dpm_fast
from nodes.lib.samplers.er_sde import er_sde
from nodes.lib.samplers.exponential import dpmpp_2m, res_multistep, res_multistep_ancestral
from nodes.lib.samplers.renoising import ddpm, lcm
from nodes.lib.samplers.sa_solver import sa_solver, sa_solver_pece
from nodes.lib.samplers.sde import dpmpp_2m_sde, dpmpp_3m_sde, dpmpp_sde
from nodes.lib.samplers.seeds import exp_heun_2_x0, exp_heun_2_x0_sde, seeds_2, seeds_3
from nodes.lib.samplers.single_step import Churn, dpm_2, euler, heun, heunpp2
from nodes.lib.samplers.solver import Sampler
from nodes.lib.samplers.uni_pc import uni_pc, uni_pc_bh2

CHURN = Churn._fields
ORDER = ("order",)
ETA = ("eta", "s_noise")


class SamplerSpec(NamedTuple):
    """A sampler and what it needs.

    Attributes:
        start: Makes the solver.
        noise: The kind of noise it draws on the way.
        options: What else it can be told, by name.
        discard_penultimate: Whether its schedule is best made with one step more and without
            the second to last sigma.
        cfg_pp: Whether it walks along the estimate with the negative prompt, which it is sent too.
    """

    start: Sampler
    noise: NoiseKind = "none"
    options: tuple[str, ...] = ()
    discard_penultimate: bool = False
    cfg_pp: bool = False


SAMPLERS: dict[str, SamplerSpec] = {
    "euler": SamplerSpec(euler, options=CHURN),
    "euler_cfg_pp": SamplerSpec(euler_cfg_pp, cfg_pp=True),
    "euler_ancestral": SamplerSpec(euler_ancestral, "ancestral", ETA),
    "euler_ancestral_cfg_pp": SamplerSpec(euler_ancestral_cfg_pp, "ancestral", ETA, cfg_pp=True),
    "heun": SamplerSpec(heun, options=CHURN),
    "heunpp2": SamplerSpec(heunpp2),
    "dpm_2": SamplerSpec(dpm_2, options=CHURN, discard_penultimate=True),
    "dpm_2_ancestral": SamplerSpec(dpm_2_ancestral, "ancestral", ETA, discard_penultimate=True),
    "lms": SamplerSpec(lms, options=ORDER),
    "dpm_fast": SamplerSpec(dpm_fast),
    "dpm_adaptive": SamplerSpec(dpm_adaptive, options=("rtol", "atol")),
    "dpmpp_2s_ancestral": SamplerSpec(dpmpp_2s_ancestral, "ancestral", ETA),
    "dpmpp_2s_ancestral_cfg_pp": SamplerSpec(
        dpmpp_2s_ancestral_cfg_pp, "ancestral", ETA, cfg_pp=True
    ),
    "dpmpp_sde": SamplerSpec(dpmpp_sde, "brownian", ETA),
    "dpmpp_2m": SamplerSpec(dpmpp_2m),
    "dpmpp_2m_cfg_pp": SamplerSpec(dpmpp_2m_cfg_pp, cfg_pp=True),
    "dpmpp_2m_sde": SamplerSpec(dpmpp_2m_sde, "brownian", (*ETA, "solver_type")),
    "dpmpp_2m_sde_heun": SamplerSpec(partial(dpmpp_2m_sde, solver_type="heun"), "brownian", ETA),
    "dpmpp_3m_sde": SamplerSpec(dpmpp_3m_sde, "brownian", ETA),
    "ddpm": SamplerSpec(ddpm, "ancestral"),
    "lcm": SamplerSpec(lcm, "ancestral"),
    "ipndm": SamplerSpec(ipndm, options=ORDER),
    "ipndm_v": SamplerSpec(ipndm_v, options=ORDER),
    "deis": SamplerSpec(deis, options=ORDER),
    "res_multistep": SamplerSpec(res_multistep),
    "res_multistep_cfg_pp": SamplerSpec(res_multistep_cfg_pp, cfg_pp=True),
    "res_multistep_ancestral": SamplerSpec(res_multistep_ancestral, "ancestral", ETA),
    "res_multistep_ancestral_cfg_pp": SamplerSpec(
        res_multistep_ancestral_cfg_pp, "ancestral", ETA, cfg_pp=True
    ),
    "gradient_estimation": SamplerSpec(gradient_estimation),
    "gradient_estimation_cfg_pp": SamplerSpec(gradient_estimation_cfg_pp, cfg_pp=True),
    "er_sde": SamplerSpec(er_sde, "ancestral", ("s_noise", "order")),
    "seeds_2": SamplerSpec(seeds_2, "ancestral", ETA),
    "seeds_3": SamplerSpec(seeds_3, "ancestral", ETA),
    "exp_heun_2_x0": SamplerSpec(exp_heun_2_x0),
    "exp_heun_2_x0_sde": SamplerSpec(exp_heun_2_x0_sde, "ancestral", ETA),
    "sa_solver": SamplerSpec(sa_solver, "ancestral", ETA),
    "sa_solver_pece": SamplerSpec(sa_solver_pece, "ancestral", ETA),
    "ddim": SamplerSpec(euler, options=CHURN),
    "uni_pc": SamplerSpec(uni_pc, discard_penultimate=True),
    "uni_pc_bh2": SamplerSpec(uni_pc_bh2, discard_penultimate=True),
}


def sampler(name: str) -> SamplerSpec:
    """Return the sampler of that name."""
    if name not in SAMPLERS:
        raise UnknownChoiceError("sampler", name, SAMPLERS)
    return SAMPLERS[name]
