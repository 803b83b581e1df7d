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


def ipndm_v(f, x, s):
    """Its authors' weights for up to four slopes, by the steps between them: arXiv:2312.00094."""

    def weigh(places, k, then):
        h, *p = [b - a for a, b in itertools.pairwise([*places, then])][::-1]
        w = [1.0, 0.0, 0.0, 0.0]
        if p:
            w = [1 + h / p[0] / 2, -h / p[0] / 2, 0.0, 0.0]
        if len(p) > 1:
            t, q = (1 - h * h / (3 * p[0] * (p[0] + p[1]))) / 2, p[0] / p[1]
            w = [w[0] + t, w[1] - (1 + q) * t, t * q, 0.0]
        if len(p) > 2:
            t = (1 - h / (3 * (h + p[0]))) / 2 + (1 - h / (2 * (h + p[0]))) * h / (
                6 * (h + p[0] + p[1])
            )
            t = t * h * (h + p[0]) * (h + p[0] + p[1])
            t = t / (p[0] * (p[0] + p[1]) * (p[0] + p[1] + p[2]))
            q, v, z = p[0] / p[1], p[0] * (p[0] + p[1]) / (p[1] * (p[1] + p[2])), p[1] / p[2]
            w = [w[0] + t, w[1] - (1 + q + v) * t, w[2] + (q + v * (1 + z)) * t, -t * v * q]
        return w[len(places) - 1 - k] * h

    return multistep(f, x, s, 4, weigh)


def exp_heun_2_x0(f, x, s):
    """Heun's exponential method with phi_1 and phi_2, in lambda = log(1 / sigma): 2305.14267."""
    for now, then in itertools.pairwise(s):
        first = f(x, now)
        if then == 0:
            return first
        h = math.log(now / then)
        one = (1 - math.exp(-h)) / h
        two = (1 - one) / h
        other = f(math.exp(-h) * x + h * one * first, then)
        x = math.exp(-h) * x + h * ((one - two) * first + two * other)
    return x


def _third(f, x, now, then):
    """DPM-Solver-3, arXiv:2206.00927, algorithm 2, and of second order with r = 1/3."""
    h = math.log(now / then)
    a, b = now * math.exp(-h / 3), now * math.exp(-h * 2 / 3)
    e = slope(f, x, now)
    d = slope(f, x - a * math.expm1(h / 3) * e, a) - e
    u = x - b * math.expm1(h * 2 / 3) * e - 2 * b * (math.expm1(h * 2 / 3) / (h * 2 / 3) - 1) * d
    far = slope(f, u, b) - e
    plain = x - then * math.expm1(h) * e
    high = plain - then / (2 / 3) * (math.expm1(h) / h - 1) * far
    return high, plain - then / (2 / 3) * math.expm1(h) * d


def dpm_fast(f, x, s):
    """Orders 3, 3 … and what is left, of even steps in log sigma to the last level above 0."""
    n, last = len(s) - 1, s[-1] or s[-2]
    orders = [3] * (n // 3 - 1) + [2, 1] if n % 3 == 0 else [3] * (n // 3) + [n % 3]
    levels = np.geomspace(s[0], last, len(orders) + 1).tolist()
    for order, now, then in zip(orders, levels[:-1], levels[1:], strict=True):
        half = math.sqrt(now * then)
        if order == 3:
            x = _third(f, x, now, then)[0]
        else:
            first = slope(f, x, now)
            mean = first if order == 1 else slope(f, x + (half - now) * first, half)
            x = x + (then - now) * mean
    return x


def dpm_adaptive(f, x, s):
    """Orders 2 and 3 side by side; steps by an I controller, as k-diffusion's: rtol 0.05."""
    at, last, h, low = s[0], s[-1] or s[-2], 0.05, x
    while math.log(at / last) > 1e-5:
        then = max(at * math.exp(-h), last)
        high, second = _third(f, x, at, then)
        allowed = np.maximum(0.0078, 0.05 * np.maximum(abs(second), abs(low)))
        error = math.sqrt(np.mean(((high - second) / allowed) ** 2))
        factor = 1 + math.atan((error + 1e-8) ** (-1 / 3) - 1)
        if factor >= 0.81:
            x, low, at = high, second, then
        h *= factor
    return x


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
    "ipndm_v": ipndm_v,
    "exp_heun_2_x0": exp_heun_2_x0,
    "dpm_fast": dpm_fast,
    "dpm_adaptive": dpm_adaptive,
}


# CFG++: ``f`` gives the guided estimate and the one with the negative prompt


def euler_cfg_pp(f, x, s):
    """Chung et al. 2024, arXiv:2406.08070: x0 from the one, its noise from the other."""
    for now, then in itertools.pairwise(s):
        guided, without = f(x, now)
        x = guided + then / now * (x - without)
    return x


def dpmpp_2m_cfg_pp(f, x, s):
    """The same, and half the change of x0 since the last negative, weighed as DPM-Solver++'s."""
    before = None
    for n in range(len(s) - 1):
        guided, without = f(x, s[n])
        x = guided + s[n + 1] / s[n] * (x - without)
        if before is not None and s[n + 1] > 0:
            r = math.log(s[n - 1] / s[n]) / math.log(s[n] / s[n + 1])
            x = x + (1 - s[n + 1] / s[n]) / (2 * r) * (guided - before)
        before = without
    return x


def res_multistep_cfg_pp(f, x, s):
    """RES on the negative estimate; guidance is added to x before each step but the first."""
    before = None
    for n in range(len(s) - 1):
        guided, without = f(x, s[n])
        if s[n + 1] == 0:
            return guided
        if before is None:
            x = guided + s[n + 1] / s[n] * (x - without)
        else:
            h, c = math.log(s[n] / s[n + 1]), math.log(s[n] / s[n - 1])
            one = (1 - math.exp(-h)) / h
            b2 = (1 - one) / c
            x = math.exp(-h) * (x + guided - without) + h * ((one - b2) * without + b2 * before)
        before = without
    return x


def gradient_estimation_cfg_pp(f, x, s):
    """Twice the negative's slope less the last one, from the guided estimate."""
    last = None
    for now, then in itertools.pairwise(s):
        guided, without = f(x, now)
        if then == 0:
            return guided
        d = (x - without) / now
        x = guided + then * d
        if last is not None:
            x = x + (then - now) * (d - last)
        last = d
    return x


GUIDED = {
    one.__name__: one
    for one in (
        euler_cfg_pp,
        dpmpp_2m_cfg_pp,
        res_multistep_cfg_pp,
        gradient_estimation_cfg_pp,
    )
}
