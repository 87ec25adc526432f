"""Counting answers one by one into the cells of all tallies at once: the plain way that tallies are made again by."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping

Cell = tuple[int, int, str, int, Hashable]  # survey version, question version, value, service, place
BLANK = ""


class AnswerCount:
    """Counts of the answers that were added, for several breakdowns in one pass over them.

    A response has a place in each breakdown: its day, its channel, its team. `options` names the question version and
    the code of each option; `shown` the choice questions of a survey version that everybody sees, so that one without
    an answer was left empty.
    """

    def __init__(self, options: Mapping[int, tuple[int, str]], shown: Mapping[int, Collection[int]]) -> None:
        self._options = options
        self._shown = {version: frozenset(questions) for version, questions in shown.items()}
        self._counters: defaultdict[tuple[int, int, int, Hashable], Counter[int]] = defaultdict(Counter)
        self._of_facts: dict[tuple[int, int, tuple[Hashable, ...]], tuple[Counter[int], ...]] = {}
        self._of_response: dict[int, tuple[int, tuple[Counter[int], ...]]] = {}
        self._answered: defaultdict[int, list[int]] = defaultdict(list)

    def add_response(self, response: int, version: int, service: int, places: tuple[Hashable, ...]) -> None:
        """A response, before its answers. `places` has one for each breakdown, always in the same order."""
        facts = version, service, places
        counters = self._of_facts.get(facts)
        if counters is None:
            counters = tuple(self._counters[n, version, service, place] for n, place in enumerate(places))
            self._of_facts[facts] = counters
        self._of_response[response] = version, counters

    def add_answer(self, response: int, question: int, option: int | None) -> None:
        """An answer of a response that was added. One without an option is a number or a day: counted nowhere."""
        self._answered[response].append(question)
        if option is not None:
            for counter in self._of_response[response][1]:
                counter[option] += 1

    def cells(self) -> Iterator[tuple[int, Cell, int]]:
        """Each cell with the number of its breakdown and its count; to be asked for once, at the end."""
        for response, (version, counters) in self._of_response.items():
            for question in self._shown.get(version, frozenset()).difference(self._answered[response]):
                for counter in counters:
                    counter[-question] += 1
        for (n, version, service, place), counter in self._counters.items():
            for option, count in counter.items():
                question, code = self._options[option] if option > 0 else (-option, BLANK)
                yield n, (version, question, code, service, place), count
