"""Probabilities that the intervals and tests need, with the standard library alone, in double precision.

Sums of probabilities start at the value asked for and walk away from the mode by the ratio of neighbouring terms, so
that a tail costs as many steps as it has weight, and a small tail keeps its relative accuracy.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, lgamma, log, log1p, pi
from statistics import NormalDist

ALPHA = 0.05  # two-sided: intervals are at 95%
Z = NormalDist().inv_cdf(1 - ALPHA / 2)
Z_POWER = NormalDist().inv_cdf(0.8)  # 80% power
NEGLIGIBLE = 1e-17  # a term smaller than this part of its sum no longer changes it


def normal_two_sided(z: float) -> float:
    """P(|Z| >= |z|) of the standard normal distribution."""
    return 2 * NormalDist().cdf(-abs(z))


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b), by its continued fraction (modified Lentz)."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    return front / _beta_fraction(a, b, x)


def _beta_fraction(a: float, b: float, x: float) -> float:
    """1 + d1/(1 + d2/(1 + ...)) with the terms of the beta function; quick for x below (a+1)/(a+b+2)."""
    tiny = 1e-300  # stands in for a zero denominator
    value, c, d, step, m = 1.0, 1.0, 0.0, 0.0, 0
    while abs(step - 1) > 1e-15:
        m += 1
        k = m // 2
        if m % 2:
            term = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1))
        else:
            term = k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k))
        d = 1 / ((1 + term * d) or tiny)
        c = (1 + term / c) or tiny
        step = c * d
        value *= step
    return value


def chi_square_upper_tail(x: float, df: float) -> float:
    """P(X >= x) of the chi-square distribution: the regularised upper incomplete gamma function Q(df/2, x/2).

    By its series below the mean and its continued fraction (modified Lentz) above, as Abramowitz and Stegun 6.5.29, 31.
    """
    a, half = df / 2, x / 2
    if half <= 0:
        return 1.0
    front = exp(a * log(half) - half - lgamma(a))
    return 1 - front * _gamma_series(a, half) if half < a + 1 else front * _gamma_fraction(a, half)


def _gamma_series(a: float, x: float) -> float:
    term = total = 1 / a
    n = a
    while term > NEGLIGIBLE * total:
        n += 1
        term *= x / n
        total += term
    return total


def _gamma_fraction(a: float, x: float) -> float:
    tiny = 1e-300
    b = x + 1 - a
    c, d = 1 / tiny, 1 / b
    value, n, step = d, 0, 0.0
    while abs(step - 1) > 1e-15:
        n += 1
        term = -n * (n - a)
        b += 2
        d = 1 / ((term * d + b) or tiny)
        c = (b + term / c) or tiny
        step = c * d
        value *= step
    return value


def t_two_sided(t: float, df: float) -> float:
    """P(|T| >= |t|) of Student's t distribution; df need not be whole (Welch)."""
    return incomplete_beta(df / 2, 0.5, df / (df + t * t))


def t_quantile(df: float) -> float:
    """The t for which P(|T| >= t) is 5%: what 1.96 is to the normal distribution.

    Newton's steps from the normal quantile: the distribution is concave there, so they rise to the root and never pass.
    """
    log_scale = lgamma((df + 1) / 2) - lgamma(df / 2) - 0.5 * log(df * pi)
    t, step = Z, 1.0
    while step > 1e-13 * t:
        density = exp(log_scale - (df + 1) / 2 * log1p(t * t / df))
        step = (t_two_sided(t, df) - ALPHA) / (2 * density)
        t += step
    return t


def _walk(term: float, k: int, end: int, ratio: Callable[[int], float]) -> float:
    """term + its neighbours from k to end (both included), each the one before times ratio(k of the one before)."""
    total = term
    step = 1 if end >= k else -1
    while k != end and term > NEGLIGIBLE * total:
        term *= ratio(k)
        total += term
        k += step
    return total


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def hypergeometric_tails(x: int, drawn: int, marked: int, total: int) -> tuple[float, float]:
    """(P(X <= x), P(X >= x)) for X marked ones among `drawn` out of `total`, of which `marked` are marked."""
    least, most = max(0, drawn + marked - total), min(drawn, marked)
    rest = total - marked
    here = exp(_log_choose(marked, x) + _log_choose(rest, drawn - x) - _log_choose(total, drawn))
    if x * (total + 2) >= (drawn + 1) * (marked + 1):  # at or beyond the mode: walk up
        upper = _walk(here, x, most, lambda k: (marked - k) * (drawn - k) / ((k + 1) * (rest - drawn + k + 1)))
        return min(1.0, 1 - upper + here), min(1.0, upper)
    lower = _walk(here, x, least, lambda k: k * (rest - drawn + k) / ((marked - k + 1) * (drawn - k + 1)))
    return min(1.0, lower), min(1.0, 1 - lower + here)


def binomial_lower_tail(x: int, n: int, p: float) -> float:
    """P(X <= x) for X binomial(n, p)."""
    if x < 0:
        return 0.0
    if x >= n or p <= 0:
        return 1.0
    if p >= 1:
        return 0.0
    if x > (n + 1) * p:
        return 1 - binomial_lower_tail(n - x - 1, n, 1 - p)
    here = exp(_log_choose(n, x) + x * log(p) + (n - x) * log1p(-p))
    odds = (1 - p) / p
    return min(1.0, _walk(here, x, 0, lambda k: k / (n - k + 1) * odds))
