"""The answers in an archive of LimeSurvey's: what was given, on which day, and nothing of who gave it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from decimal import Decimal, InvalidOperation

from survey_app.kernel.characters import fit, shortened
from survey_app.surveys.importing.imported import ImportedAnswer, LeftOuts
from survey_app.surveys.importing.limesurvey.expressions import Field, Role, plain_name
from survey_app.surveys.importing.limesurvey.survey import Built
from survey_app.surveys.importing.xmltables import Row, Tables
from survey_app.surveys.kinds import SEVERAL_OPTIONS

# Of the person or the machine, never of what they answered.
_OF_NOBODY = frozenset({"id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp"})
_OF_A_PERSON = frozenset({"token", "ipaddr", "refurl"})
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_LARGEST = Decimal("1e12")
_NO_DAY = 1980  # what LimeSurvey writes where it must not keep the day
_USUAL_LANGUAGE = "en"


def read_answers(tables: Tables, built: Built, sid: str, left_out: LeftOuts) -> tuple[ImportedAnswer, ...]:
    """Those that were finished. Who broke off never sent anything, so that is counted and not kept."""
    rows = tables["responses"]
    finished = [row for row in rows if row.get("submitdate", "").strip()]
    if len(finished) < len(rows):
        left_out.add(f"answers that were never finished: {len(rows) - len(finished):,}", "nobody sent them")
    columns = {column for row in rows for column in row}
    for column in sorted(columns & _OF_A_PERSON):
        left_out.of("what tells who answered", column, "an answer is kept without its person")
    reader = _Reader(built, sid)
    answers = tuple(map(reader.answer, finished))
    reader.name_left_out(left_out)
    return answers


class _Reader:
    def __init__(self, built: Built, sid: str) -> None:
        self._fields, self._not_kept, self._sid = built.fields, built.not_kept, sid
        questions = [item.question for item in built.structure.items]
        self._options = {question.code: [choice.code for choice in question.choices] for question in questions}
        self._others = {
            (question.code, choice.code): question.kind in SEVERAL_OPTIONS
            for question in questions
            for choice in question.choices
            if choice.is_other
        }
        self._lost: Counter[tuple[str, str]] = Counter()

    def answer(self, row: Row) -> ImportedAnswer:
        taken = _Taken()
        for column, value in row.items():
            if column in _OF_NOBODY or column in _OF_A_PERSON or not value.strip():
                continue
            name = plain_name(column.removeprefix("_"))
            if name in self._not_kept:
                self._lost[self._not_kept[name], "the question is not asked here, or its answers are encrypted"] += 1
            elif name not in self._fields:
                self._lost[shortened(column), "there is no such question in the survey"] += 1
            elif not taken.add(self._fields[name], value.strip()):
                self._lost[self._fields[name].code, "they are none of its answers"] += 1
        for (code, option), is_one_of_several in self._others.items():
            if is_one_of_several and f"{code}.other" in taken.texts:
                taken.flags.setdefault(code, set()).add(option)
            elif taken.choices.get(code) != option:
                taken.texts.pop(f"{code}.other", None)
        values = {code: tuple(sorted(said, key=self._options[code].index)) for code, said in taken.flags.items()}
        values |= {code: tuple(dict.fromkeys(said)) for code, said in taken.ranks.items()}
        values |= {code: (said,) for code, said in taken.single.items()}
        return ImportedAnswer(
            key=f"limesurvey {self._sid} {row.get('id', '').strip()} {row['submitdate'].strip()}",
            submitted_at=_moment(row["submitdate"]),
            language=_language(row.get("startlanguage", "").strip()),
            choices=taken.choices,
            texts=taken.texts,
            values=values,
        )

    def name_left_out(self, left_out: LeftOuts) -> None:
        for (what, why), count in self._lost.items():
            left_out.add(f"answers to {what}: {count:,}", why)


class _Taken:
    """What one response says, field by field."""

    def __init__(self) -> None:
        self.choices: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.flags: dict[str, set[str]] = {}
        self.ranks: dict[str, list[str]] = {}
        self.single: dict[str, str] = {}

    def add(self, known: Field, value: str) -> bool:
        """False for a value that cannot be an answer to the question."""
        match known.role:
            case Role.FLAG:
                if value not in ("N", "0"):
                    self.flags.setdefault(known.code, set()).add(known.option)
            case Role.TEXT:
                self.texts[known.code] = fit(value)
            case Role.OTHER:
                self.texts[f"{known.code}.other"] = fit(value)
            case Role.NUMBER | Role.DAY:
                said = _number(value) if known.role is Role.NUMBER else _day(value)
                if said is None:
                    return False
                self.single[known.code] = said
            case Role.ONE | Role.RANK:
                if value not in known.options:
                    return False
                if known.role is Role.ONE:
                    self.choices[known.code] = known.options[value]
                else:
                    self.ranks.setdefault(known.code, []).append(known.options[value])
        return True


def _number(value: str) -> str | None:
    try:
        number = Decimal(value.replace(",", "."))
    except InvalidOperation:
        return None
    return f"{number.normalize():f}" if number.is_finite() and abs(number) <= _LARGEST else None


def _day(value: str) -> str | None:
    moment = _moment(value, no_day=None)
    return moment.date().isoformat() if moment is not None else None


def _language(code: str) -> str:
    return code if _LANGUAGE.fullmatch(code) else _USUAL_LANGUAGE


def _moment(text: str, *, no_day: int | None = _NO_DAY) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return None if moment.year == no_day else moment
