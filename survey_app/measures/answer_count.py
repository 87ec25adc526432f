"""Counting answers again into the cells of all tallies, in one pass over the responses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping

Cell = tuple[int, int, str, int, Hashable]  # survey version, question version, value, service, place
BLANK = ""


class AnswerCount:
    """Counts of the responses that were added, for several breakdowns at once.

    A response has a place in each breakdown: its day, its channel, its team. Many responses give the same answers:
    sheets are counted first, and then taken apart into answers. `options` names the question version and the code of
    each option that is counted; `shown` the questions of a survey version that everybody is shown: one without an
    answer was left empty.
    """

    def __init__(self, options: Mapping[int, tuple[int, str]], shown: Mapping[int, Collection[int]]) -> None:
        self._options = options
        self._counted = frozenset(question for question, _ in options.values())
        self._shown = {version: frozenset(questions) for version, questions in shown.items()}
        self._sheets: defaultdict[tuple[int, int, int, Hashable], Counter[str]] = defaultdict(Counter)
        self._of_facts: dict[tuple[int, int, tuple[Hashable, ...]], list[Counter[str]]] = {}

    def add(self, version: int, service: int, sheet: str | None, places: tuple[Hashable, ...]) -> None:
        """A response. `sheet` names the option of each answer, or less the question where there is none (left empty, a
        number, a day), with commas; `places` has one for each breakdown, always in the same order."""
        facts = version, service, places
        counters = self._of_facts.get(facts)
        if counters is None:
            counters = [self._sheets[n, version, service, place] for n, place in enumerate(places)]
            self._of_facts[facts] = counters
        for counter in counters:
            counter[sheet or ""] += 1

    def cells(self) -> Iterator[tuple[int, Cell, int]]:
        """Each cell with the number of its breakdown and its count."""
        read: dict[tuple[int, str], list[tuple[int, str]]] = {}
        for (n, version, service, place), sheets in self._sheets.items():
            counts: Counter[tuple[int, str]] = Counter()
            for sheet, count in sheets.items():
                values = read.get((version, sheet))
                if values is None:
                    values = read[version, sheet] = list(self._values(version, sheet))
                for value in values:
                    counts[value] += count
            for (question, code), count in counts.items():
                yield n, (version, question, code, service, place), count

    def _values(self, version: int, sheet: str) -> Iterator[tuple[int, str]]:
        answers = [int(answer) for answer in sheet.split(",") if answer]
        given = [self._options[answer] for answer in answers if answer in self._options]
        yield from given
        blank = {-answer for answer in answers if -answer in self._counted}
        shown = self._shown.get(version, frozenset()) - {question for question, _ in given}
        for question in shown | blank:
            yield question, BLANK
