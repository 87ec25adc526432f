"""Answers out of the cells of a table, given to the questions of a survey of ours: by code, by label, as number, day or
text. What a question cannot take is counted, and named once for each question."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from survey_app.kernel.characters import fit, shortened
from survey_app.surveys.bank import BankQuestion
from survey_app.surveys.importing.composing import Composer, language_code
from survey_app.surveys.importing.imported import ImportedAnswer, LeftOuts
from survey_app.surveys.kinds import ONE_OPTION, SEVERAL_OPTIONS, WRITTEN, QuestionKind
from survey_app.surveys.structure import SurveyStructure

_LONGEST_TEXT = 5_000
_LARGEST = Decimal("1e12")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_YEARS = range(1990, 2200)
_MOST_PARTS = 100
_MONTHS = 12
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(.*)")
_EMPTY = frozenset({"null", "none", "n/a", "-99"})  # what programs write where nothing was answered


class Questions:
    """The questions of a survey, and which cells they can take."""

    def __init__(self, structure: SurveyStructure) -> None:
        self.by_code = {item.question.code: item.question for item in structure.items}
        self.lost: Counter[tuple[str, str]] = Counter()
        self._options: dict[str, Mapping[str, str]] = {}

    def option(self, code: str, cell: str) -> str | None:
        """The option that a cell names, by its code or else by its label."""
        if code not in self._options:
            choices = self.by_code[code].choices
            labels = {_folded(choice.label): choice.code for choice in reversed(choices)}
            self._options[code] = labels | {_folded(choice.code): choice.code for choice in choices}
        found = self._options[code].get(_folded(cell))
        if found is None and (number := _decimal(cell)) is not None and number == number.to_integral_value():
            found = self._options[code].get(str(int(number)))  # "4.0", as some tables write 4
        return found

    def name_lost(self, left_out: LeftOuts | Composer) -> None:
        """Note what could not be taken: how many answers of which question, and why."""
        note = left_out.leave_out if isinstance(left_out, Composer) else left_out.add
        for (what, why), count in self.lost.items():
            note(f"{what}: {count:,} {'answer' if count == 1 else 'answers'}", why)


class Given:
    """One answered survey, as it is put together."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        self._choices: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._values: dict[str, list[str]] = {}
        self._ranks: dict[str, dict[str, Decimal]] = {}

    def take(self, code: str, cell: str) -> None:
        """What a cell says to a question; several options stand in it with commas between them."""
        question, text = self._questions.by_code[code], fit(cell).strip()
        if not text:
            return
        if question.kind in WRITTEN:
            self._write(code, text)
        elif (option := self._questions.option(code, text)) is not None and question.kind in ONE_OPTION:
            self._choices[code] = option
        elif option is None and text.casefold() in _EMPTY:
            return
        elif question.kind in ONE_OPTION:
            self._lose(question, "it is none of the answers to choose")
        elif question.kind in SEVERAL_OPTIONS:
            self._take_several(question, text)
        elif question.kind is QuestionKind.NUMBER:
            number = _decimal(text)
            if number is None:
                self._lose(question, "it is no number")
            else:
                self._values[code] = [f"{number:f}"]
        else:
            self._take_day(question, text)

    def choose(self, code: str, option: str) -> None:
        """One of several options that stand in columns of their own."""
        chosen = self._values.setdefault(code, [])
        if option not in chosen:
            chosen.append(option)

    def rank(self, code: str, option: str, cell: str) -> None:
        """The place of an option, which stands in a column of its own."""
        place = _decimal(cell)
        if place is not None and place > 0:
            self._ranks.setdefault(code, {})[option] = place

    def write_other(self, code: str, cell: str) -> None:
        """What somebody wrote at an option that asks for it."""
        if fit(cell).strip():
            self._write(f"{code}.other", fit(cell).strip())

    def finished(self, key: str, submitted_at: datetime | None, language: str) -> ImportedAnswer | None:
        """The answered survey; None where nothing was answered."""
        for code, places in self._ranks.items():
            self._values[code] = sorted(places, key=places.__getitem__)
        for name in [name for name in self._texts if name.endswith(".other")]:
            if not self._is_other_chosen(name.removesuffix(".other")):
                del self._texts[name]
        if not (self._choices or self._texts or self._values):
            return None
        said = language_code(language)
        values = {code: self._in_order(code, said) for code, said in self._values.items()}
        language = said if _LANGUAGE.fullmatch(said) else "en"
        return ImportedAnswer(key, submitted_at, language, self._choices, self._texts, values)

    def _in_order(self, code: str, said: list[str]) -> tuple[str, ...]:
        question = self._questions.by_code[code]
        if question.kind is not QuestionKind.MULTIPLE_CHOICE:
            return tuple(said)
        return tuple(sorted(said, key=[choice.code for choice in question.choices].index))

    def _is_other_chosen(self, code: str) -> bool:
        others = [choice.code for choice in self._questions.by_code[code].choices if choice.is_other]
        if self._questions.by_code[code].kind in SEVERAL_OPTIONS and others:
            self.choose(code, others[0])
            return True
        return self._choices.get(code) in others

    def _take_several(self, question: BankQuestion, text: str) -> None:
        """Parts between commas, and as many of them together as are one label: a label may hold commas itself."""
        parts, first = re.split(r"[,;|]", text)[:_MOST_PARTS], 0
        while first < len(parts):
            for last in range(len(parts), first, -1):
                option = self._questions.option(question.code, ",".join(parts[first:last]))
                if option is not None:
                    self.choose(question.code, option)
                    first = last
                    break
            else:
                if parts[first].strip():
                    self._lose(question, "it names something that is none of the answers to choose")
                first += 1

    def _take_day(self, question: BankQuestion, text: str) -> None:
        moment = moment_in(text)
        if moment is None:
            self._lose(question, "it is no day")
        else:
            self._values[question.code] = [moment.date().isoformat()]

    def _write(self, name: str, text: str) -> None:
        if len(text) > _LONGEST_TEXT:
            self._questions.lost[f"“{shortened(name)}”", f"what follows {_LONGEST_TEXT:,} characters was cut"] += 1
        self._texts[name] = text[:_LONGEST_TEXT]

    def _lose(self, question: BankQuestion, why: str) -> None:
        self._questions.lost[f"“{shortened(question.wording, 60)}”", why] += 1


def moment_in(cell: str, *, is_month_first: bool = False) -> datetime | None:
    """The moment that a cell names, as it stands there; None where it names none. Days go before months, as here."""
    text = cell.strip()
    slashed = _SLASHED.fullmatch(text)
    if slashed:
        day, month = (slashed[2], slashed[1]) if is_month_first else (slashed[1], slashed[2])
        hour = re.sub(r"^(\d):", r"0\1:", slashed[4].strip())
        text = f"{slashed[3]}-{month:0>2}-{day:0>2} {hour}".strip()
    try:
        moment = datetime.fromisoformat(text.removesuffix(" UTC"))
    except ValueError:
        return None
    if moment.year not in _YEARS:
        return None
    return moment.replace(tzinfo=UTC) if text.endswith(" UTC") and moment.tzinfo is None else moment


def is_month_first(cells: Iterable[str]) -> bool:
    """Whether the days of a column can only be read with the month in front: 7/20/2016."""
    found = [match for match in map(_SLASHED.fullmatch, (cell.strip() for cell in cells)) if match]
    return any(int(one[2]) > _MONTHS for one in found) and not any(int(one[1]) > _MONTHS for one in found)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) <= _LARGEST and number == round(number, 6) else None
