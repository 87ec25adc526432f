"""Sharing out whole numbers so that their sum is exact, drawing with a seed, and taking much in parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from math import floor
from random import Random
from typing import TypeVar

T = TypeVar("T")
CHUNK = 5_000


def seeded(*parts: object) -> Random:
    """Random numbers that hang on these parts alone, on every machine. Not for secrets."""
    return Random(" ".join(map(str, parts)))  # noqa: S311 # nosec B311


def scaled(count: int, scale: float) -> int:
    """`count` times `scale`, rounded half up: never falling where `count` rises."""
    return floor(count * scale + 0.5)


def allocate(total: int, weights: Mapping[T, float]) -> dict[T, int]:
    """Whole numbers in proportion to `weights` that add up to `total` exactly.

    Largest remainder (Hamilton's method): each gets its share rounded down, and what is left goes one by one to the
    largest remainders, the earlier on a tie. Weights that are counts and add up to `total` come back unchanged.
    """
    whole = sum(weights.values())
    if total < 0 or whole <= 0:
        raise ValueError("there is nothing to share out, or nobody to give it to")
    quotas = {key: total * weight / whole for key, weight in weights.items()}
    shares = {key: floor(quota + 1e-9) for key, quota in quotas.items()}
    by_remainder = sorted(quotas, key=lambda key: shares[key] - quotas[key])
    for key in by_remainder[: total - sum(shares.values())]:
        shares[key] += 1
    return shares


def spread(shares: Mapping[T, int]) -> list[T]:
    """Each key as often as its share says, in the order of the keys."""
    return [key for key, count in shares.items() for _ in range(count)]


def shuffled(rng: Random, total: int, weights: Mapping[T, float]) -> list[T]:
    """`total` keys in exact proportion to `weights`, in random order."""
    keys = spread(allocate(total, weights))
    rng.shuffle(keys)
    return keys


def chosen(rng: Random, weights: Sequence[float], count: int) -> set[int]:
    """The places of `count` items drawn without replacement, each draw in proportion to the weights that remain.

    Efraimidis and Spirakis (2006): the largest values of u ** (1 / weight) are such a sample. Weights are positive.
    """
    keys = [rng.random() ** (1 / weight) for weight in weights]
    return set(sorted(range(len(keys)), key=keys.__getitem__, reverse=True)[:count])


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """So many at a time, in their order."""
    waiting = iter(items)
    while chunk := list(islice(waiting, CHUNK)):
        yield chunk
