"""Samplers by their papers: from x at the first level to the last; ``f`` estimates the picture.

Plain loops over levels ``s``, in float64. ComfyUI's rules at the end: a step to 0 gives the
estimate itself, and UniPC ends at 0.001.
"""

import itertools
import math

import numpy as np
from scipy.integrate import quad


def slope(f, x, s):
    """dx/dsigma: Karras et al. 2022, eq. 3, with s(t) = 1."""
    return (x - f(x, s)) / s


def euler(f, x, s):
    for now, then in itertools.pairwise(s):
        x = x + (then - now) * slope(f, x, now)
    return x


def heun(f, x, s):
    """Karras et al. 2022, algorithm 1."""
    for now, then in itertools.pairwise(s):
        first = slope(f, x, now)
        guess = x + (then - now) * first
        x = guess if then == 0 else x + (then - now) * (first + slope(f, guess, then)) / 2
    return x


def heunpp2(f, x, s):
    """Slopes at one, two or three levels ahead, each weighed by its level over the first one."""
    for n in range(len(s) - 1):
        ahead = [s[n]] + [one for one in s[n + 1 : n + 3] if one > 0]
        slopes, guess = [], x
        for k, level in enumerate(ahead):
            slopes.append(slope(f, guess, level))
            if k + 1 < len(ahead):
                guess = guess + (ahead[k + 1] - level) * slopes[-1]
        shares = [level / (len(ahead) * s[0]) for level in ahead[1:]]
        mean = (1 - sum(shares)) * slopes[0]
        x = x + (s[n + 1] - s[n]) * (
            mean + sum(a * b for a, b in zip(shares, slopes[1:], strict=True))
        )
    return x


def dpm_2(f, x, s):
    """DPM-Solver-2, by way of the middle in log sigma: Lu et al. 2022, arXiv:2206.00927."""
    for now, then in itertools.pairwise(s):
        first = slope(f, x, now)
        if then == 0:
            x = x + (then - now) * first
        else:
            half = math.sqrt(now * then)
            x = x + (then - now) * slope(f, x + (half - now) * first, half)
    return x


def lagrange(places, k, at):
    """The polynomial that is 1 at the k-th place and 0 at the others."""
    return math.prod((at - one) / (places[k] - one) for i, one in enumerate(places) if i != k)


def multistep(f, x, s, order, weigh):
    """Go along the last few slopes, newest last; a step to 0 gives the estimate."""
    slopes = []
    for n in range(len(s) - 1):
        slopes = [*slopes, slope(f, x, s[n])][-order:]
        if s[n + 1] == 0:
            return x - s[n] * slopes[-1]
        places = s[n + 1 - len(slopes) : n + 1]
        x = x + sum(weigh(places, k, s[n + 1]) * one for k, one in enumerate(slopes))
    return x


def lms(f, x, s):
    """Integrals of Lagrange's polynomials over sigma, of fourth order."""

    def weigh(places, k, then):
        return quad(lambda at: lagrange(places, k, at), places[-1], then, epsrel=1e-8)[0]

    return multistep(f, x, s, 4, weigh)


def ipndm(f, x, s):
    """Adams and Bashforth's weights for even steps, of fourth order: arXiv:2202.09778."""
    known = {
        1: [1],
        2: [-1 / 2, 3 / 2],
        3: [5 / 12, -4 / 3, 23 / 12],
        4: [-3 / 8, 37 / 24, -59 / 24, 55 / 24],
    }

    def weigh(places, k, then):
        return known[len(places)][k] * (then - places[-1])

    return multistep(f, x, s, 4, weigh)


def deis(f, x, s):
    """tAB-DEIS of third order, in the time of the variance preserving SDE: arXiv:2204.13902.

    Its betas are such that sigma(0.001) = 0.002 and sigma(1) = 80, as in arXiv:2206.00364.
    """
    low, high = math.log(1 + 0.002**2), math.log(1 + 80**2)
    rise, least = np.linalg.solve([[0.001**2 / 2, 0.001], [1 / 2, 1]], [low, high])

    def time(sigma):
        return np.roots([rise / 2, least, -math.log(1 + sigma**2)]).max()

    def sigma(t):
        return math.sqrt(math.expm1(rise / 2 * t * t + least * t))

    def weigh(places, k, then):
        if len(places) == 1:
            return then - places[0]
        times = [time(one) for one in places]

        def rate(t):
            return lagrange(times, k, t) * (rise * t + least) * (1 + sigma(t) ** 2) / (2 * sigma(t))

        return quad(rate, times[-1], time(then), epsrel=1e-8)[0]

    return multistep(f, x, s, 3, weigh)


def gradient_estimation(f, x, s):
    """Twice the slope less the last one: arXiv:2306.04848, gamma 2."""

    def weigh(places, k, then):
        return ([1] if len(places) == 1 else [-1, 2])[k] * (then - places[-1])

    return multistep(f, x, s, 2, weigh)


def dpmpp_2m(f, x, s):
    """DPM-Solver++(2M): Lu et al. 2022, arXiv:2211.01095, algorithm 2, with lambda = -log sigma."""
    before = None
    for n in range(len(s) - 1):
        estimate = f(x, s[n])
        if s[n + 1] == 0:
            return estimate
        h = -math.log(s[n + 1]) + math.log(s[n])
        use = estimate
        if before is not None:
            r = (math.log(s[n - 1]) - math.log(s[n])) / h
            use = (1 + 1 / (2 * r)) * estimate - before / (2 * r)
        x, before = (s[n + 1] / s[n]) * x - math.expm1(-h) * use, estimate
    return x


def res_multistep(f, x, s):
    """RES, the multistep solver of second order: arXiv:2308.02157, with phi_1 and phi_2."""
    before = None
    for n in range(len(s) - 1):
        estimate = f(x, s[n])
        if s[n + 1] == 0:
            return estimate
        h = math.log(s[n] / s[n + 1])
        one = (1 - math.exp(-h)) / h
        two = (1 - one) / h
        c = -math.log(s[n - 1] / s[n]) / h if before is not None else -1.0
        b2 = two / c if before is not None else 0.0
        last = estimate if before is None else before
        x = math.exp(-h) * x + h * ((one - b2) * estimate + b2 * last)
        before = estimate
    return x


def _uni_pc(f, x, s, size):
    """UniPC with data prediction: Zhao et al. 2023, arXiv:2302.04867, of third order.

    The last level is 0.001 in place of 0, the orders of the last steps fall to 1, and a
    corrector stands behind every step but the last.
    """
    s = [*s[:-1], s[-1] or 0.001]
    lam = [-math.log(one) for one in s]
    steps = len(s) - 1
    known = [f(x, s[0])]
    top = min(3, steps - 1)
    for n in range(1, steps + 1):
        order = min(top, n, steps + 1 - n)
        h = lam[n] - lam[n - 1]
        base, old = known[-1], x
        places = [(lam[n - 1 - k] - lam[n - 1]) / h for k in range(1, order)]
        bends = [(known[-1 - k] - base) / r for k, r in zip(range(1, order), places, strict=True)]
        plain = s[n] / s[n - 1] * old - math.expm1(-h) * base
        x = plain - size(-h) * sum(
            a * b for a, b in zip(_rhos(places, h, size), bends, strict=True)
        )
        if n == steps:
            return x
        estimate = f(x, s[n])
        rhos = _rhos([*places, 1.0], h, size)
        bends = [*bends, estimate - base]
        x = plain - size(-h) * sum(a * b for a, b in zip(rhos, bends, strict=True))
        known.append(estimate)
    return x


def _rhos(places, h, size):
    """Solve R rho = b of the paper; a single place takes 1/2."""
    if len(places) < 2:
        return [0.5] * len(places)
    phi, factorial, b = math.expm1(-h) / -h - 1, 1, []
    for k in range(1, len(places) + 1):
        b.append(phi * factorial / size(-h))
        factorial *= k + 1
        phi = phi / -h - 1 / factorial
    return np.linalg.solve([[r**k for r in places] for k in range(len(places))], b)


def uni_pc(f, x, s):
    return _uni_pc(f, x, s, lambda hh: hh)


def uni_pc_bh2(f, x, s):
    return _uni_pc(f, x, s, math.expm1)


WALKS = {
    "euler": euler,
    "ddim": euler,
    "heun": heun,
    "heunpp2": heunpp2,
    "dpm_2": dpm_2,
    "lms": lms,
    "ipndm": ipndm,
    "deis": deis,
    "gradient_estimation": gradient_estimation,
    "dpmpp_2m": dpmpp_2m,
    "res_multistep": res_multistep,
    "uni_pc": uni_pc,
    "uni_pc_bh2": uni_pc_bh2,
}
