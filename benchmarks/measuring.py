"""Pairs of figures taken in turn, what a command took, and what a benchmark reports of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from survey_app.settings import PROJECT_ROOT
from survey_app.upkeep.cli import BIN


@dataclass(frozen=True)
class Result:
    """One line of the report: a figure of the product beside the same figure of a reference, several times."""

    name: str
    unit: str
    reference: str
    pairs: Sequence[tuple[float, float]]  # the product's figure, the reference's
    more_is_better: bool
    note: str = ""

    @property
    def product_median(self) -> float:
        return median(ours for ours, _ in self.pairs)

    @property
    def reference_median(self) -> float:
        return median(theirs for _, theirs in self.pairs)

    @property
    def ratios(self) -> list[float]:
        """Product to reference, pair by pair, the smallest first."""
        return sorted(ours / theirs for ours, theirs in self.pairs)

    @property
    def ratio(self) -> float:
        return median(self.ratios)


def in_turn(
    product: Callable[[], float], reference: Callable[[], float], pairs: int, *, warm_up: bool = True
) -> list[tuple[float, float]]:
    """So many pairs, product and reference in turn. The pair that warms both up is not counted."""
    if warm_up:
        product()
        reference()
    return [(product(), reference()) for _ in range(pairs)]


def seconds(act: Callable[[], object]) -> float:
    """How long an act takes."""
    started = perf_counter()
    act()
    return perf_counter() - started


def milliseconds(act: Callable[[], object]) -> float:
    return 1_000 * seconds(act)


@dataclass(frozen=True)
class Used:
    """What a run of a command took."""

    seconds: float
    core_seconds: float  # for which a core worked on it: the rest it waited, for the disk or for others
    megabytes: float  # at most, as the kernel counted it


def run_flask(*arguments: str, environment: Mapping[str, str]) -> Used:
    """`flask` with these arguments, as users run it, start-up and all."""
    command = [sys.executable, "-c", _MEASURED, str(BIN / "flask"), *arguments]
    started = perf_counter()
    done = subprocess.run(command, cwd=PROJECT_ROOT, env=os.environ | environment, capture_output=True, check=False)
    took = perf_counter() - started
    if done.returncode != 0:
        raise RuntimeError(f"flask {' '.join(arguments[:2])} failed: {done.stderr.decode()}")
    core_seconds, kilobytes = map(float, done.stdout.split()[-2:])
    return Used(took, core_seconds, kilobytes / 1_024)


# A small program between us and the command: the system counts the memory of whoever starts a program as the program's.
_MEASURED = """
import os, sys
_pid, status, used = os.wait4(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ), 0)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
