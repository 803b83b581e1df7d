"""Samplers by the names users know."""

from __future__ import annotations

from typing import NamedTuple

from nodegraph.errors import UnknownChoiceError
from nodes.lib.noise import NoiseKind
from nodes.lib.samplers.adams import deis, ipndm, lms
from nodes.lib.samplers.ancestral import dpm_2_ancestral, dpmpp_2s_ancestral, euler_ancestral
from nodes.lib.samplers.exponential import dpmpp_2m, res_multistep
from nodes.lib.samplers.renoising import ddpm, lcm
from nodes.lib.samplers.sde import dpmpp_2m_sde, dpmpp_3m_sde, dpmpp_sde
from nodes.lib.samplers.single_step import dpm_2, euler, heun
from nodes.lib.samplers.solver import Sampler
from nodes.lib.samplers.uni_pc import uni_pc


class SamplerSpec(NamedTuple):
    """A sampler and what it needs.

    Attributes:
        start: Makes the solver.
        noise: The kind of noise it draws on the way.
        discard_penultimate: Whether its schedule is best made with one step more and without
            the second to last sigma.
    """

    start: Sampler
    noise: NoiseKind = "none"
    discard_penultimate: bool = False


SAMPLERS: dict[str, SamplerSpec] = {
    "euler": SamplerSpec(euler),
    "euler_ancestral": SamplerSpec(euler_ancestral, "ancestral"),
    "heun": SamplerSpec(heun),
    "dpm_2": SamplerSpec(dpm_2, discard_penultimate=True),
    "dpm_2_ancestral": SamplerSpec(dpm_2_ancestral, "ancestral", discard_penultimate=True),
    "lms": SamplerSpec(lms),
    "dpmpp_2s_ancestral": SamplerSpec(dpmpp_2s_ancestral, "ancestral"),
    "dpmpp_sde": SamplerSpec(dpmpp_sde, "brownian"),
    "dpmpp_2m": SamplerSpec(dpmpp_2m),
    "dpmpp_2m_sde": SamplerSpec(dpmpp_2m_sde, "brownian"),
    "dpmpp_3m_sde": SamplerSpec(dpmpp_3m_sde, "brownian"),
    "ddpm": SamplerSpec(ddpm, "ancestral"),
    "lcm": SamplerSpec(lcm, "ancestral"),
    "ipndm": SamplerSpec(ipndm),
    "deis": SamplerSpec(deis),
    "res_multistep": SamplerSpec(res_multistep),
    "ddim": SamplerSpec(euler),
    "uni_pc": SamplerSpec(uni_pc, discard_penultimate=True),
}


def sampler(name: str) -> SamplerSpec:
    """Return the sampler of that name."""
    if name not in SAMPLERS:
        raise UnknownChoiceError("sampler", name, SAMPLERS)
    return SAMPLERS[name]
