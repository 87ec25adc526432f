"""How much of everything, and when each resident answers. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

YEAR_CONTACTS, YEAR_ANSWERS, FILES = 800_000, 60_000, 4
SAMPLED = 0.25  # of those who may be asked: enough of them for all the answers
# Shares of the answers and of the peak at which they come: a quiet start, the hour after a mailing, the evening.
WAVES = ((0.2, 0.2), (0.6, 1.0), (0.2, 0.4))


@dataclass(frozen=True)
class Plan:
    """One run."""

    scale: float
    peak_a_second: float

    @property
    def contacts_in_a_file(self) -> int:
        return max(1, round(YEAR_CONTACTS * self.scale / FILES))

    @property
    def contacts(self) -> int:
        return self.contacts_in_a_file * FILES

    @property
    def answers(self) -> int:
        return max(1, round(YEAR_ANSWERS * self.scale))

    def arrivals(self, answers: int) -> Iterator[float]:
        """Seconds after the first wave began at which each of these answers begins."""
        begins, given = 0.0, 0
        for share, of_peak in WAVES:
            rate = self.peak_a_second * of_peak
            count = min(round(answers * share), answers - given)
            if (share, of_peak) == WAVES[-1]:
                count = answers - given
            yield from (begins + n / rate for n in range(count))
            begins, given = begins + count / rate, given + count


def by_second(moments: list[tuple[float, float]]) -> list[tuple[float, float, float]]:
    """Of (when, how long) the median and the 95th percentile of each second in which something was."""
    seconds: dict[int, list[float]] = {}
    for when, took in moments:
        seconds.setdefault(int(when), []).append(took)
    return [(float(second), at(times, 0.5), at(times, 0.95)) for second, times in sorted(seconds.items())]


def at(values: list[float], share: float) -> float:
    """The value below which this share of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
