"""Responses as rows of a file: a row each, or a row an answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from survey_app.exports.responses.layout import LEFT_EMPTY, Edition, OptionAsked, WideLayout, Wording
from survey_app.exports.sheets import Cell
from survey_app.exports.tables import Row
from survey_app.surveys.kinds import TALLIED, QuestionKind


class Answered(NamedTuple):
    """A response: its number, which is in no file, the edition that it answers, the cells of its facts, and the numbers
    of the options that were chosen, with commas between them."""

    id: int
    edition: int
    facts: list[Cell]
    options: str


class Given(NamedTuple):
    """An option that was chosen, a number, or neither: a question left empty that not everybody is shown."""

    response: int
    wording: int
    option: int | None
    number: float | None
    rank: int | None


class Written(NamedTuple):
    """What was written at one question, as it may be shown."""

    wording: int
    text: str
    label: str
    themes: str


Texts = Mapping[int, Sequence[Written]]  # by response


def wide_rows(layout: WideLayout, found: Iterable[Answered], others: Iterable[Given], texts: Texts) -> list[Row]:
    """A row a response. Nearly all answers are one option: the database lists these. The `others` come one by one."""
    rows: dict[int, list[Cell]] = {}
    chosen = layout.chosen
    for number, edition, facts, options in found:
        row = rows[number] = [*facts, *layout.blank(edition)]
        for option in options.split(","):
            if option in chosen:
                at, code, score, has_score = chosen[option]
                row[at] = code
                if has_score:
                    row[at + 1] = score
    for given in others:
        _put(layout, rows[given[0]], Given(*given))
    for response, written in texts.items():
        for text in written:
            if (place := layout.texts.get(text.wording)) is not None:
                rows[response][place : place + 3] = text[1:]
    return list(rows.values())


def _put(layout: WideLayout, row: list[Cell], given: Given) -> None:
    option = given.option
    if option is None and given.number is None:
        if (place := layout.left_empty_at(given.wording)) is not None:
            row[place] = LEFT_EMPTY
    elif option is None:
        if given.wording in layout.numbers:
            row[layout.numbers[given.wording]] = given.number
    elif option in layout.ticked:
        at, all_of_it = layout.ticked[option]
        for place in all_of_it:
            row[place] = row[place] or 0
        row[at] = 1
    elif option in layout.ranked:
        row[layout.ranked[option]] = given.rank


class LongRows:
    """A row an answer, in the order in which the survey asks."""

    def __init__(self, editions: Sequence[Edition]) -> None:
        self._asked = {edition.id: list(edition.given_out) for edition in editions}
        self._options = {
            option.id: option for asked in self._asked.values() for wording, _ in asked for option in wording.options
        }

    def of(self, found: Iterable[Answered], answers: Iterable[Given], texts: Texts) -> list[Row]:
        given = defaultdict[tuple[int, int], list[Given]](list)
        for row in answers:
            given[row[0], row[1]].append(Given(*row))
        rows: list[Row] = []
        for each in found:
            written = {text.wording: text for text in texts.get(each.id, ())}
            for wording, is_shown in self._asked[each.edition]:
                answered = self._cells(wording, is_shown, given.get((each.id, wording.id), ()), written)
                rows += [[*each.facts, wording.question, wording.number, wording.measure, *cells] for cells in answered]
        return rows

    def _cells(
        self, wording: Wording, is_shown: bool, given: Sequence[Given], written: Mapping[int, Written]
    ) -> Iterator[list[Cell]]:
        """The last cells of a row for each answer to one question."""
        if (text := written.get(wording.id)) is not None:
            yield [*[None] * 6, text.text, text.label, text.themes]
        is_ranking = wording.kind is QuestionKind.RANKING
        for each in given:
            if each.option is not None and (option := self._options.get(each.option)) is not None:
                yield _of_option(option, each.rank if is_ranking else None)
            elif each.number is not None:
                yield [*[None] * 4, each.number, *[None] * 4]
        says_nothing = all(each.option is None and each.number is None for each in given)
        if wording.kind in TALLIED and says_nothing and (given or is_shown):
            yield [LEFT_EMPTY, None, None, "no", *[None] * 5]


def _of_option(option: OptionAsked, rank: int | None) -> list[Cell]:
    return [option.code, option.label, option.score, "yes" if option.counts else "no", None, rank, *[None] * 3]
