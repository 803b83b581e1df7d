"""Samplers that put fresh noise back on the way, from a generator of their own."""

import math
from itertools import pairwise

import torch


def fresh_noise(x, seed):
    """Return what draws noise like x; from the seed itself it would be the first noise again."""
    generator = torch.Generator().manual_seed((seed + 1) % 2**64)
    return lambda: torch.randn(x.shape, generator=generator).to(x)


def descent(sigma, sigma_next):
    """Return how far down to go, and how much noise leads back up: arXiv:2010.02502, eq. 16."""
    below = sigma_next**2 / sigma
    return below, math.sqrt(max(sigma_next**2 - below**2, 0.0))


def euler_ancestral(denoise, x, sigmas, seed):
    """Euler's method with ancestral noise."""
    noise = fresh_noise(x, seed)
    for sigma, sigma_next in pairwise(sigmas):
        below, renoise = descent(sigma, sigma_next)
        x = torch.lerp(denoise(x, sigma), x, below / sigma)
        if sigma_next > 0:
            x = x + noise() * renoise
    return x


def dpm_2_ancestral(denoise, x, sigmas, seed):
    """DPM-Solver-2, arXiv:2206.00927, with ancestral noise."""
    noise = fresh_noise(x, seed)
    for sigma, sigma_next in pairwise(sigmas):
        denoised = denoise(x, sigma)
        if sigma_next == 0:
            return denoised
        below, renoise = descent(sigma, sigma_next)
        middle = math.sqrt(sigma * below)
        guess = torch.lerp(denoised, x, middle / sigma)
        x = x + (guess - denoise(guess, middle)) * ((below - sigma) / middle)
        x = x + noise() * renoise
    return x


def dpmpp_2s_ancestral(denoise, x, sigmas, seed):
    """DPM-Solver++(2S), arXiv:2211.01095, with ancestral noise."""
    noise = fresh_noise(x, seed)
    for sigma, sigma_next in pairwise(sigmas):
        denoised = denoise(x, sigma)
        if sigma_next == 0:
            return denoised
        below, renoise = descent(sigma, sigma_next)
        middle = math.sqrt(sigma * below)
        denoised = denoise(torch.lerp(denoised, x, middle / sigma), middle)
        x = torch.lerp(denoised, x, below / sigma) + noise() * renoise
    return x


def ddpm(denoise, x, sigmas, seed):
    """Draw from the posterior given x and x0: Ho et al. 2020, arXiv:2006.11239, eq. 6 and 7."""
    noise = fresh_noise(x, seed)
    for sigma, sigma_next in pairwise(sigmas):
        denoised = denoise(x, sigma)
        if sigma_next == 0:
            return denoised
        keep = (sigma_next / sigma) ** 2
        x = keep * x + (1 - keep) * denoised + sigma_next * math.sqrt(1 - keep) * noise()
    return x


def lcm(denoise, x, sigmas, seed):
    """Noise the estimate of x0 afresh: Luo et al. 2023, arXiv:2310.04378, algorithm 3."""
    noise = fresh_noise(x, seed)
    for sigma, sigma_next in pairwise(sigmas):
        x = denoise(x, sigma)
        if sigma_next > 0:
            x = x + sigma_next * noise()
    return x
