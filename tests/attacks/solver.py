"""An attacker with an integer solver: what do all numbers that were ever printed allow a group to be?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

IN, OUT = "in", "out"


@dataclass(frozen=True)
class Atom:
    """The finest group of answers that anything printed could tell apart, at one moment."""

    moment: int
    service: str
    channel: str
    month: str
    group: str
    answer: str  # in the numerator, or of the base alone


Which = Callable[[Atom], bool]


def nothing(_atom: Atom) -> bool:
    return False


@dataclass
class Attacker:
    """Knows every row and column that there is, that no count is below none, and what was printed."""

    moments: int
    services: Sequence[str]
    channels: Sequence[str]
    months: Sequence[str]
    groups: Sequence[str]
    grows: bool = field(default=False, init=False)
    _rows: list[np.ndarray] = field(default_factory=list, init=False)
    _values: list[int] = field(default_factory=list, init=False)
    _fitting: list[np.ndarray] = field(default_factory=list, init=False)  # councils that all that is known allows

    def __post_init__(self) -> None:
        axes = (range(self.moments), self.services, self.channels, self.months, self.groups, (IN, OUT))
        self.atoms = [Atom(*place) for place in product(*axes)]
        self._matrix: csr_array | None = None

    def learns(self, which: Which, count: int) -> None:
        """So many answers were printed for the atoms of this kind."""
        self._rows.append(self._vector(which))
        self._values.append(count)
        self._matrix = None
        self._fitting.clear()

    def believes_that_nothing_was_withdrawn(self) -> None:
        """Each atom only grows. True or not, it sharpens what is concluded."""
        self.grows = True
        self._fitting.clear()

    def could_be(self, plus: Which, minus: Which = nothing) -> tuple[int, int] | None:
        """The smallest and the largest number of answers of these atoms less those; None where nothing fits."""
        goal = self._vector(plus) - self._vector(minus)
        low, high = self._least(goal), self._least(-goal)
        return None if low is None or high is None else (low, -high)

    def tells(self, plus: Which, minus: Which = nothing) -> int | None:
        """The number of answers of these atoms less those, where it can be but one; else None.

        Two councils that fit all that is known and differ in it are enough, so those found before are looked at first.
        """
        goal = self._vector(plus) - self._vector(minus)
        for sign in (1, -1):
            values = {round(goal @ council) for council in self._fitting}
            if len(values) > 1 or self._least(sign * goal) is None:
                return None
        values = {round(goal @ council) for council in self._fitting}
        return values.pop() if len(values) == 1 else None

    def _least(self, goal: np.ndarray) -> int | None:
        found = milp(
            goal,
            constraints=self._constraints(),
            integrality=np.ones(len(self.atoms)),
            bounds=Bounds(0, 100_000),
            options={"time_limit": 30},
        )
        if found.status == 2:
            return None
        assert found.status == 0, found.message
        self._fitting.append(found.x)
        return round(found.fun)

    def _constraints(self) -> list[LinearConstraint]:
        if self._matrix is None:
            self._matrix = vstack([csr_array(row.reshape(1, -1)) for row in self._rows])
        values = np.array(self._values, dtype=float)
        constraints = [LinearConstraint(self._matrix, values, values)]
        if self.grows and self.moments > 1:
            a_moment = len(self.atoms) // self.moments
            rest = len(self.atoms) - a_moment
            later = csr_array((np.ones(rest), (range(rest), range(a_moment, len(self.atoms)))), (rest, len(self.atoms)))
            sooner = csr_array((np.ones(rest), (range(rest), range(rest))), (rest, len(self.atoms)))
            constraints.append(LinearConstraint(later - sooner, 0, np.inf))
        return constraints

    def _vector(self, which: Which) -> np.ndarray:
        return np.array([which(atom) for atom in self.atoms], dtype=float)


def all_of(*tests: Which) -> Which:
    return lambda atom: all(test(atom) for test in tests)


def is_of(axis: str, values: Iterable[str | int]) -> Which:
    wanted = frozenset(values)
    return lambda atom: getattr(atom, axis) in wanted
