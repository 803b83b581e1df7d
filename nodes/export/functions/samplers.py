"""Samplers that draw no noise on the way, each as its loop: x goes from sigma to sigma."""

import math
from itertools import pairwise

import torch


def euler(denoise, x, sigmas):
    """Euler's method, here the same as DDIM: arXiv:2206.00364, arXiv:2010.02502."""
    for sigma, sigma_next in pairwise(sigmas):
        x = torch.lerp(denoise(x, sigma), x, sigma_next / sigma)
    return x


def heun(denoise, x, sigmas):
    """Heun's method, two evaluations a step: Karras et al. 2022, arXiv:2206.00364."""
    for sigma, sigma_next in pairwise(sigmas):
        denoised = denoise(x, sigma)
        guess = torch.lerp(denoised, x, sigma_next / sigma)
        if sigma_next == 0:
            return guess
        slope = (x - denoised) / sigma
        slope_next = (guess - denoise(guess, sigma_next)) / sigma_next
        x = x + (slope + slope_next) * ((sigma_next - sigma) / 2)
    return x


def dpm_2(denoise, x, sigmas):
    """DPM-Solver-2, two evaluations a step: Lu et al. 2022, arXiv:2206.00927."""
    for sigma, sigma_next in pairwise(sigmas):
        denoised = denoise(x, sigma)
        if sigma_next == 0:
            return denoised
        middle = math.sqrt(sigma * sigma_next)
        guess = torch.lerp(denoised, x, middle / sigma)
        x = x + (guess - denoise(guess, middle)) * ((sigma_next - sigma) / middle)
    return x


def dpmpp_2m(denoise, x, sigmas):
    """DPM-Solver++(2M): Lu et al. 2022, arXiv:2211.01095, algorithm 2."""
    last = h_last = None
    for sigma, sigma_next in pairwise(sigmas):
        denoised = denoise(x, sigma)
        if sigma_next == 0:
            return denoised
        h = math.log(sigma / sigma_next)
        better = denoised if last is None else denoised + (denoised - last) * (h / h_last / 2)
        x = torch.lerp(better, x, sigma_next / sigma)
        last, h_last = denoised, h
    return x


def res_multistep(denoise, x, sigmas):
    """RES, the multistep solver: Zhang et al. 2023, arXiv:2308.02157."""
    last = h_last = None
    for sigma, sigma_next in pairwise(sigmas):
        denoised = denoise(x, sigma)
        if sigma_next == 0:
            return denoised
        h = math.log(sigma / sigma_next)
        x = torch.lerp(denoised, x, sigma_next / sigma)
        if last is not None:
            x = x + (denoised - last) * ((math.expm1(-h) / h + 1) * h / h_last)
        last, h_last = denoised, h
    return x
