"""The CSV of answers that Qualtrics exports, read for a survey that came out of its `.qsf`.

Its third header row names each column by the question, statement and answer that it holds; the first two, which change
with every wording, are only looked at where that one does not say which answer a column stands for. A question of ours
is known by the end of its code, which is that name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from zoneinfo import ZoneInfo

from survey_app.kernel.characters import shortened
from survey_app.kernel.csvfile import CsvFile, CsvRow
from survey_app.kernel.errors import InvalidInput
from survey_app.surveys.importing.answering import Given, Questions, is_month_first, moment_in
from survey_app.surveys.importing.files import ForeignFile
from survey_app.surveys.importing.imported import Imported, ImportedAnswer, LeftOuts, Reader
from survey_app.surveys.kinds import SEVERAL_OPTIONS, QuestionKind
from survey_app.surveys.structure import SurveyStructure

_PAIR = re.compile(r"""["'](\w{1,40})["']\s*:\s*["']([^"']{0,200})["']""")
_QUESTION = re.compile(r"(QID\d{1,9})((?:[#_-].*)?)")
_OUR_END = re.compile(r"_(qid\d+(?:_[a-z0-9_]+)?)$")
_FINISHED = {"1", "true", "yes", "100"}
_NO_PERSONS = {"1", "2", "9", "17", "survey preview", "survey test", "preview", "test", "offline survey preview"}
_SPAM = {"8", "spam", "possible spam"}
_OF_A_PERSON = {
    *(
        "ipaddress",
        "recipientlastname",
        "recipientfirstname",
        "recipientemail",
        "externaldatareference",
        "externalreference",
    ),
    *("locationlatitude", "locationlongitude", "locationaccuracy", "panelid", "contactid"),
}
_OF_THE_FILE = {
    *(
        "responseid",
        "recordid",
        "responsesetid",
        "responseset",
        "startdate",
        "enddate",
        "recordeddate",
        "finished",
        "status",
    ),
    *("progress", "duration", "distributionchannel", "userlanguage"),
}
_SEEN = "-99"  # somebody saw the question and left it
_ENDED = ("recordeddate", "enddate", "startdate")  # the first of these that there is says when it was sent
_COMPUTED = {"do", "nps", "group", "topics", "sentiment", "score", "parent", "label"}


@dataclass(frozen=True)
class _Column:
    """What a column holds: `code` is the question of ours, or None; `parts` what of it."""

    name: str  # as people see it
    identity: str  # in the third row, in small letters
    zone: str
    words: str  # in the second row
    code: str | None = None
    parts: tuple[str, ...] = ()


def recognises(file: ForeignFile) -> bool:
    """Whether it is such a CSV, with its third row."""
    return "ImportId" in (file.text or "")[:200_000] and (file.text or "").lstrip()[:1] not in ("{", "[")


def read_answers(file: ForeignFile, structure: SurveyStructure) -> Imported:
    """The answers to a survey that came out of a `.qsf`. InvalidInput where it did not, or nothing of it is there."""
    table = CsvFile(BytesIO(file.content))
    rows = iter(table)
    words, identities = next(rows, None), next(rows, None)
    if words is None or identities is None or "ImportId" not in "".join(identities.cells):
        raise InvalidInput(f"{file.name} lacks the third header row, with an ImportId for each column: export it anew.")
    by_end = {
        found[1]: item.question.code for item in structure.items if (found := _OUR_END.search(item.question.code))
    }
    if not by_end:
        raise InvalidInput(f"{structure.name} did not come from Qualtrics. Import its .qsf first, then this file.")
    columns = [
        _column(name, cell, text, by_end)
        for name, cell, text in zip(table.header, identities.cells, _padded(words.cells, table.header), strict=False)
    ]
    if not any(column.code for column in columns):
        raise InvalidInput(f"No column of {file.name} is of a question of {structure.name}: it is another survey's.")
    reader = _Reader(columns, structure)
    answers = tuple(reader.answers(list(rows)))
    return Imported(structure, answers, reader.left_out.all())


class _Reader:
    def __init__(self, columns: list[_Column], structure: SurveyStructure) -> None:
        self.left_out = LeftOuts()
        self._columns, self._questions = columns, Questions(structure)
        self._at = {column.identity: n for n, column in reversed(list(enumerate(columns)))}
        self._dated = next((self._at[name] for name in _ENDED if name in self._at), None)
        zone = columns[self._dated].zone if self._dated is not None else ""
        self._zone = _zone(zone)
        self._put_aside: Counter[tuple[str, str]] = Counter()
        self._ticked_by_nought: set[str] = set()

    def answers(self, rows: Sequence[CsvRow]) -> Iterator[ImportedAnswer]:
        """One for each row that somebody finished."""
        american = self._dated is not None and is_month_first(self._cell(row, self._dated) for row in rows)
        self._ticked_by_nought = self._without_other_marks(rows)
        seen: set[str] = set()
        filled: set[int] = set()
        for row in rows:
            key = self._named(row, "responseid") or self._named(row, "recordid") or f"line {row.line}"
            why = self._why_not(row) or ("their number stands in the file twice" if key in seen else "")
            if why:
                self._put_aside["answers", why] += 1
                continue
            seen.add(key)
            filled |= {n for n, cell in enumerate(row.cells) if cell.strip()}
            answer = self._answer(row, key, is_american=american)
            if answer is None:
                self._put_aside["answers", "nothing in them answers a question of this survey"] += 1
            else:
                yield answer
        self._name_rest(filled)

    def _without_other_marks(self, rows: Sequence[CsvRow]) -> set[str]:
        """The questions of which no column holds anything but 0: that is then the value of what was chosen. Else it
        stands for what was not."""
        marks: dict[str, set[str]] = {}
        for row in rows:
            for column, cell in zip(self._columns, row.cells, strict=False):
                if column.code is not None and cell.strip() and len(column.parts) > 0:
                    marks.setdefault(column.code, set()).add(cell.strip())
        return {code for code, found in marks.items() if found == {"0"}}

    def _why_not(self, row: CsvRow) -> str:
        """Why a row is no answer of a person; empty where it is one."""
        status, finished = self._named(row, "status").casefold(), self._named(row, "finished").casefold()
        if row.problem is not None:
            return row.problem
        if status in _NO_PERSONS:
            return "they are previews or tests, no answers of customers"
        if status in _SPAM:
            return "Qualtrics took them for spam"
        if finished and finished not in _FINISHED:
            return "they were never finished"
        progress = self._named(row, "progress")
        return "they were never finished" if not finished and progress and progress != "100" else ""

    def _answer(self, row: CsvRow, key: str, *, is_american: bool) -> ImportedAnswer | None:
        given = Given(self._questions)
        for column, cell in zip(self._columns, row.cells, strict=False):
            if column.code is not None and cell.strip():
                self._take(given, column, cell.strip())
        moment = (
            moment_in(self._cell(row, self._dated), is_month_first=is_american) if self._dated is not None else None
        )
        if moment is not None and moment.tzinfo is None and self._zone is not None:
            moment = moment.replace(tzinfo=self._zone)
        return given.finished(f"qualtrics {key}", moment, self._named(row, "userlanguage"))

    def _take(self, given: Given, column: _Column, cell: str) -> None:
        code = column.code or ""
        question, parts = self._questions.by_code[code], column.parts
        if not parts or (parts == ("text",) and not question.choices):
            given.take(code, cell)
        elif parts[-1] == "text":
            given.write_other(code, cell)
        elif question.kind in SEVERAL_OPTIONS:
            option = self._option(column)
            if option is None:
                self.left_out.of("columns", column.name, "none of the question's answers is theirs")
            elif question.kind is QuestionKind.RANKING:
                given.rank(code, option, cell)
            elif cell == option or (cell != _SEEN and (cell != "0" or code in self._ticked_by_nought)):
                given.choose(code, option)
        elif len(parts) == 1 and not question.choices:
            given.take(code, cell)  # the one row of a slider

    def _option(self, column: _Column) -> str | None:
        """The answer that has this column: the one whose words end the second row, else the one of its number."""
        choices = self._questions.by_code[column.code or ""].choices
        words = " ".join(column.words.split())
        by_words = [one for one in choices if words.endswith(" ".join(one.label.split()))]
        if by_words:
            return max(by_words, key=lambda one: len(one.label)).code
        return next((one.code for one in choices if one.code == column.parts[0]), None)

    def _name_rest(self, filled: set[int]) -> None:
        for (what, why), count in self._put_aside.items():
            self.left_out.add(f"{count:,} {what}", why)
        for n, column in enumerate(self._columns):
            if column.code is not None or n not in filled or column.identity in _OF_THE_FILE:
                continue
            if column.identity.removeprefix("panel").removeprefix("location") in _OF_A_PERSON or (
                column.identity in _OF_A_PERSON or column.identity.startswith("panel")
            ):
                self.left_out.of("what tells who answered", column.name, "an answer is kept without its person")
            elif set(re.split(r"[#_-]", column.identity)) & _COMPUTED:
                self.left_out.of("what Qualtrics computed", column.name, "it is no answer")
            else:
                self.left_out.of("columns", column.name, "no question of this survey is theirs")
        if self._dated is None:
            self.left_out.add("the day of each answer", "the file does not say it, so they are in no figure")
        elif self._zone is None:
            self.left_out.add("the time zone of the file", "it does not say which: its times were taken for London's")
        self._questions.name_lost(self.left_out)

    def _named(self, row: CsvRow, identity: str) -> str:
        return self._cell(row, self._at[identity]).strip() if identity in self._at else ""

    def _cell(self, row: CsvRow, place: int) -> str:
        return row.cells[place] if place < len(row.cells) else ""


def _column(name: str, cell: str, words: str, by_end: dict[str, str]) -> _Column:
    said = dict(_PAIR.findall(cell))
    identity, zone = said.get("ImportId", ""), said.get("timeZone", "")
    found = _QUESTION.fullmatch(identity)
    shown = shortened(name, 60)
    if found is None:
        plain_name = re.sub(r"[^a-z]", "", identity.casefold())
        return _Column(shown, plain_name or re.sub(r"[^a-z]", "", name.casefold()), zone, words)
    parts = [found[1].casefold(), *filter(None, re.split(r"[#_-]", found[2].casefold()))]
    if "choiceId" in said:
        parts.append(said["choiceId"])
    if not set(parts) & _COMPUTED:
        for length in range(len(parts), 0, -1):
            code = by_end.get("_".join(parts[:length]))
            if code is not None:
                return _Column(shown, identity.casefold(), zone, words, code, tuple(parts[length:]))
    return _Column(shown, identity.casefold(), zone, words)


def _padded(cells: Sequence[str], header: Sequence[str]) -> list[str]:
    return [*cells, *[""] * (len(header) - len(cells))]


def _zone(name: str) -> ZoneInfo | None:
    if not re.fullmatch(r"[A-Za-z]+(?:/[A-Za-z0-9_+-]+){0,2}", name):
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return None


def _refuse(file: ForeignFile) -> Imported:
    raise InvalidInput(
        f"{file.name} holds the answers of a Qualtrics survey. Import the survey itself first (its .qsf), "
        "then this file into that survey."
    )


READER = Reader("answers of Qualtrics (.csv, into a survey that came from its .qsf)", recognises, _refuse)
