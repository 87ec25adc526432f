"""What an outlet shows of one figure, and where that is not what was counted by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.journey.recount import Recount
from tests.outlets.conftest import Standing
from tests.outlets.placed import Expected, Question

HIDDEN = "[c]"
Number = float | str  # as a number, unrounded; or in words, as people read it


@dataclass(frozen=True)
class Shown:
    """What stands there, as a number or in words; None is not shown there."""

    value: Number | None
    numerator: int | None = None
    base: int | None = None
    interval: tuple[float, float] | str | None = None
    before: Number | None = None
    before_base: int | None = None

    def differences(self, expected: Expected) -> Iterator[str]:
        """Whatever is not what was counted. A figure without its value would say nothing, and agrees with nothing."""
        now, before = expected.now, expected.before
        if not _is(self.value, now.value):
            yield f"value {self.value}, counted {now.numerator} of {now.base}: {percent(now.value)}"
        for name, shown, counted in (
            ("numerator", self.numerator, now.numerator),
            ("base", self.base, now.base),
            ("base a year before", self.before_base, before.base),
        ):
            if shown is not None and shown != counted:
                yield f"{name} {shown}, counted {counted}"
        if self.interval is not None and not _is_interval(self.interval, now):
            yield f"interval {self.interval}, counted {words_of(now)}"
        if self.before is not None and not (before.base and _is(self.before, before.value)):
            yield f"a year before {self.before}, counted {before.numerator} of {before.base}"


def percent(value: float) -> str:
    """99.0%, a half rounded up."""
    return f"{(Decimal(repr(value)) * 100).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def words_of(counted: Recount) -> str:
    """95.2% to 99.6%"""
    return " to ".join(map(percent, counted.interval))


def _is(shown: Number | None, counted: float) -> bool:
    return shown == percent(counted) if isinstance(shown, str) else shown is not None and _near(shown, counted)


def _is_interval(shown: tuple[float, float] | str, counted: Recount) -> bool:
    if isinstance(shown, str):
        return shown == words_of(counted)
    return all(map(_near, shown, counted.interval))


def _near(one: float, other: float) -> bool:
    return abs(one - other) < 1e-9


Read = Callable[[Standing, Question], Shown]


@dataclass(frozen=True)
class Outlet:
    """One way out: the routes and commands `at` which it reads, and which questions it can be asked."""

    name: str
    at: Sequence[str]
    answers: Callable[[Question], bool]
    read: Read

    def __str__(self) -> str:
        return self.name


def outlet(
    listed: list[Outlet], name: str, *at: str, answers: Callable[[Question], bool] = lambda _question: True
) -> Callable[[Read], Read]:
    """List what reads it."""

    def listing(read: Read) -> Read:
        listed.append(Outlet(name, at, answers, read))
        return read

    return listing


def of_row(row: Mapping[str, Any], before: str = "previous_") -> Shown:
    """A figure as files have it, one a row; numbers may have become text on the way."""

    def number(name: str) -> float | None:
        found = row.get(name)
        return None if found in {None, "", HIDDEN} else float(found)

    def whole(name: str) -> int | None:
        found = number(name)
        return None if found is None else int(found)

    value, low, high = (number(name) for name in ("value", "low", "high"))
    return Shown(
        value,
        whole("numerator"),
        whole("base"),
        None if low is None or high is None else (low, high),
        number(f"{before}value"),
        whole(f"{before}base"),
    )


def where_of(question: Question) -> list[str]:
    """service=waste"""
    return [f"{name}={code}" for name, code in question.where.items()]
