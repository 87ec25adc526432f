"""Which columns a file of answers has, and where an answer stands in them.

A question keeps its column through all its wordings: which of them somebody was asked says the column `version`, and
the codebook has each. A cell that holds nothing was not asked; what was asked and left empty says so, where one answer
was to be chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from survey_app.exports.sheets import Cell
from survey_app.exports.tables import Column, Kind
from survey_app.surveys.kinds import SEVERAL_OPTIONS, TALLIED, QuestionKind, TextType

LEFT_EMPTY = "(left empty)"  # no code of an answer has brackets
FACTS: Mapping[Column, str] = {
    Column("reference"): "A random reference of the response. It leads to nobody.",
    Column("day", Kind.DAY): "The London day on which it counts: of the contact; without one, of the answer.",
    Column("service"): "The code of the service at that time.",
    Column("channel"): "How the customer got in touch.",
    Column("team"): "The code of the team.",
    Column("site"): "The code of the site.",
    Column("reason"): "Why the customer got in touch, as the system of the contact calls it.",
    Column("mode"): "How the survey was answered.",
    Column("language"): "The language that the customer is known to prefer.",
    Column("answered_in"): "The language in which it was answered.",
    Column("customer_group"): "The customer group, where the contact had one.",
    Column("customer_kind"): "Whom the survey asks: residents, businesses, internal customers or partners.",
    Column("version"): "The survey and its version.",
}
LONG: Mapping[Column, str] = {
    Column("question"): "The code of the question.",
    Column("wording", Kind.WHOLE): "Which wording of the question was asked, by its number.",
    Column("measure"): "The measure that the question feeds.",
    Column("answer"): "The code of the answer that was chosen.",
    Column("label"): "What that answer says.",
    Column("score", Kind.WHOLE): "The score of that answer, where it has one.",
    Column("counts"): "Whether that answer is in the base of its measure.",
    Column("number", Kind.NUMBER): "The number that was given.",
    Column("rank", Kind.WHOLE): "The place in a ranking, 1 the best.",
    Column("text"): "What was written, with details of people taken out.",
    Column("sentiment"): "The label of that text: a person's, else the machine's.",
    Column("themes"): "The codes of its themes, separated by spaces.",
}


@dataclass(frozen=True)
class OptionAsked:
    """One answer that could be chosen. `counts`: it is in the base of a figure."""

    id: int
    code: str
    label: str
    score: int | None
    counts: bool


@dataclass(frozen=True)
class Wording:
    """A question as it was worded and could be answered."""

    id: int
    question: str
    number: int
    kind: QuestionKind
    measure: str | None
    words: str
    short_label: str
    options: tuple[OptionAsked, ...] = ()
    text_type: TextType | None = None

    @property
    def is_given_out(self) -> bool:
        """Not the days that people gave, nor consent, nor lines that are no comment: these may point at somebody."""
        shown = TALLIED | SEVERAL_OPTIONS | {QuestionKind.NUMBER}
        return self.kind in shown or self.text_type is not None


@dataclass(frozen=True)
class Edition:
    """A version of a survey: what it asked, in its order, and which of that everybody was shown."""

    id: int
    name: str  # post-contact@1.0
    customer_kind: str
    asked: tuple[tuple[Wording, bool], ...]

    @property
    def given_out(self) -> Iterator[tuple[Wording, bool]]:
        return ((wording, is_shown) for wording, is_shown in self.asked if wording.is_given_out)


@dataclass(frozen=True)
class Place:
    """A column of a wide file, with the wordings that fill it; `option` where it stands for one answer alone, and what
    it says of it."""

    column: Column
    says: str
    wordings: tuple[Wording, ...] = ()
    option: str | None = None


class WideLayout:
    """The columns of a row a response, and where each answer goes."""

    def __init__(self, editions: Sequence[Edition], facts: Sequence[Column], *, with_texts: bool) -> None:
        self.places = [Place(column, FACTS[column]) for column in facts]
        self._facts = len(facts)
        self._taken = {place.column.name for place in self.places}
        # By option, as the database lists them: where its code stands, it, its score, and whether that has a place
        self.chosen: dict[str, tuple[int, str, int | None, bool]] = {}
        self.ticked: dict[int, tuple[int, range]] = {}  # by option: at, and all that could be ticked
        self.ranked: dict[int, int] = {}  # by option
        self.numbers: dict[int, int] = {}  # by wording
        self.texts: dict[int, int] = {}
        self._one_answer: dict[int, int] = {}
        for question, wordings in _by_question(editions, with_texts=with_texts):
            self._add(question, wordings)
        self._blank = {edition.id: self._blank_of(edition) for edition in editions}
        self._may_be_left_empty = any(not is_shown for edition in editions for _, is_shown in edition.given_out)

    @property
    def columns(self) -> list[Column]:
        return [place.column for place in self.places]

    @property
    def has_others(self) -> bool:
        """Whether there are answers beside one option that was chosen, or questions that not everybody is shown."""
        return bool(self.ticked or self.ranked or self.numbers or self._may_be_left_empty)

    def blank(self, edition_id: int) -> Sequence[Cell]:
        """The cells behind the facts of a response that says nothing."""
        return self._blank[edition_id]

    def left_empty_at(self, wording_id: int) -> int | None:
        """Where it is said that a question was left empty; None where it is not said."""
        return self._one_answer.get(wording_id)

    def _blank_of(self, edition: Edition) -> list[Cell]:
        cells: list[Cell] = [None] * (len(self.places) - self._facts)
        for wording, is_shown in edition.asked:
            if is_shown and wording.id in self._one_answer:
                cells[self._one_answer[wording.id] - self._facts] = LEFT_EMPTY
        return cells

    def _add(self, question: str, wordings: tuple[Wording, ...]) -> None:
        kind = wordings[0].kind
        options = [(wording, option) for wording in wordings for option in wording.options]
        if kind in TALLIED:
            has_score = any(option.score is not None for _, option in options)
            at = self._column(question, Kind.TEXT, "The code of the answer.", wordings)
            if has_score:
                self._column(f"{question}_score", Kind.WHOLE, "The score of that answer.", wordings)
            for wording, option in options:
                self.chosen[str(option.id)] = (at, option.code, option.score, has_score)
                self._one_answer[wording.id] = at
        elif kind in SEVERAL_OPTIONS:
            self._add_several(question, kind, wordings)
        elif kind is QuestionKind.NUMBER:
            at = self._column(question, Kind.NUMBER, "The number that was given.", wordings)
            self.numbers |= {wording.id: at for wording in wordings}
        else:
            at = self._column(question, Kind.TEXT, "What was written, with details of people taken out.", wordings)
            self._column(f"{question}_sentiment", Kind.TEXT, "Its label: a person's, else the machine's.", wordings)
            self._column(f"{question}_themes", Kind.TEXT, "The codes of its themes, separated by spaces.", wordings)
            self.texts |= {wording.id: at for wording in wordings}

    def _add_several(self, question: str, kind: QuestionKind, wordings: tuple[Wording, ...]) -> None:
        """A column for each answer that could be chosen: 1 or 0; of a ranking, the place."""
        is_ranking = kind is QuestionKind.RANKING
        says = "The place in the ranking, 1 the best." if is_ranking else "1 where it was ticked, else 0."
        places: dict[str, int] = {}
        for wording in wordings:
            for option in wording.options:
                if option.code not in places:
                    name = f"{question}_{option.code}"
                    places[option.code] = self._column(name, Kind.WHOLE, says, wordings, option=option.code)
        all_of_it = range(min(places.values(), default=0), max(places.values(), default=-1) + 1)
        for wording in wordings:
            for option in wording.options:
                if is_ranking:
                    self.ranked[option.id] = places[option.code]
                else:
                    self.ticked[option.id] = (places[option.code], all_of_it)

    def _column(
        self,
        name: str,
        kind: Kind,
        says: str,
        wordings: tuple[Wording, ...],
        *,
        option: str | None = None,
    ) -> int:
        """Take the next column; its place."""
        plain = name.replace("-", "_")
        free = next(each for n in count(1) if (each := plain if n == 1 else f"{plain}_{n}") not in self._taken)
        self._taken.add(free)
        self.places.append(Place(Column(free, kind), says, wordings, option))
        return len(self.places) - 1


def _by_question(editions: Sequence[Edition], *, with_texts: bool) -> Iterator[tuple[str, tuple[Wording, ...]]]:
    """Each question with its wordings, in the order in which they are asked. One that came to be answered in another
    way is two."""
    found: dict[tuple[str, str], dict[int, Wording]] = {}
    for edition in editions:
        for wording, _ in edition.given_out:
            if with_texts or wording.text_type is None:
                found.setdefault((wording.question, _shape(wording.kind)), {})[wording.id] = wording
    for (question, _), wordings in found.items():
        yield question, tuple(sorted(wordings.values(), key=lambda wording: wording.number))


def _shape(kind: QuestionKind) -> str:
    if kind in TALLIED:
        return "one answer"
    return kind.value if kind in SEVERAL_OPTIONS or kind is QuestionKind.NUMBER else "text"
