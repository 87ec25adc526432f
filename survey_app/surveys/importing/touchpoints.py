"""Touchpoints: a form as its interface gives it (JSON); and the CSV of what people thought of a service, in which each
thing that went well or badly has a column of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from survey_app.kernel.characters import shortened
from survey_app.kernel.csvfile import CsvFile, CsvRow
from survey_app.surveys.importing.answering import Given, Questions, is_month_first, moment_in
from survey_app.surveys.importing.comparing import Asked, single
from survey_app.surveys.importing.composing import ENGLISH, Composer, ForeignOption, ForeignQuestion, plain
from survey_app.surveys.importing.files import ForeignFile
from survey_app.surveys.importing.imported import Imported, ImportedAnswer, Reader
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.routing import Comparison, Term

_ANSWER_COLUMN = re.compile(r"answer_\d{2}")
_DRIVER_COLUMN = re.compile(r"(positive|negative)_([a-z0-9_]+)")
_FORM_MARKS = {
    "delivery_method",
    "omb_approval_number",
    "response_count",
    "survey_form_activations",
    "modal_button_text",
}
_YES = {"1", "1.0", "true", "yes", "y", "x", "up", "thumbs up", "thumbs_up"}
_NO = {"0", "0.0", "false", "no", "n", "down", "thumbs down", "thumbs_down", ""}
_POINTS = set("12345")
_DATES = ("submitted_at", "created_at", "date", "timestamp", "submission_date", "response_date")
_OWN_COLUMNS = {"external_id", "question_1", "question_4", *_DATES}
# The drivers in words of ours: the file names them by one word.
_DRIVERS = {
    "effectiveness": ("I got what I needed", "I did not get what I needed"),
    "ease": ("It was easy", "It was not easy"),
    "efficiency": ("It took a reasonable time", "It took too long"),
    "transparency": ("I understood what was happening", "I did not understand what was happening"),
    "humanity": ("I was treated fairly", "I was not treated fairly"),
    "employee": ("The people I dealt with helped me", "The people I dealt with did not help me"),
    "other": ("Something else", "Something else"),
}
_KINDS = {
    "textarea": QuestionKind.TEXT,
    "rich_textarea": QuestionKind.TEXT,
    "text_field": QuestionKind.SHORT_TEXT,
    "text_email_field": QuestionKind.SHORT_TEXT,
    "text_phone_field": QuestionKind.SHORT_TEXT,
    "date_select": QuestionKind.DATE,
    "radio_buttons": QuestionKind.SINGLE_CHOICE,
    "dropdown": QuestionKind.SINGLE_CHOICE,
    "combobox": QuestionKind.SINGLE_CHOICE,
    "yes_no_buttons": QuestionKind.SINGLE_CHOICE,
    "star_radio_buttons": QuestionKind.SINGLE_CHOICE,
    "checkbox": QuestionKind.MULTIPLE_CHOICE,
    "icon_checkboxes": QuestionKind.MULTIPLE_CHOICE,
    "thumbs_up_down_buttons": QuestionKind.THUMBS,
    "big_thumbs_up_down_buttons": QuestionKind.THUMBS,
}
_SETTINGS = {
    "disclaimer_text": "the council's own notices stand on its pages",
    "instructions": "an introduction is a text of the invitation here",
    "success_text": "the thanking page has texts of its own in the settings",
    "notes": "a survey has no notes here",
    "modal_button_text": "no button is put on other pages; links and codes lead to a survey",
    "element_selector": "no button is put on other pages; links and codes lead to a survey",
    "notification_emails": "who is told of answers is set in the settings",
    "omb_approval_number": "approvals of the United States have no place here",
}
_THUMBS = (
    ForeignOption("1", {ENGLISH: "Thumbs up"}, code="up"),
    ForeignOption("0", {ENGLISH: "Thumbs down"}, code="down"),
)


def _recognises_form(file: ForeignFile) -> bool:
    form = _form(file.json)
    return form is not None and bool(_FORM_MARKS & set(form))


def _form(document: object) -> Mapping[str, Any] | None:
    data = document.get("data") if isinstance(document, dict) else None
    first = data[0] if isinstance(data, list) and data else data
    attributes = first.get("attributes") if isinstance(first, dict) else None
    return attributes if isinstance(attributes, dict) else None


def _read_form(file: ForeignFile) -> Imported:
    form = _form(file.json) or {}
    composer = Composer(form.get("title") or form.get("name"), file.name, plain(form.get("short_uuid"))[:8])
    if isinstance(file.json["data"], list) and len(file.json["data"]) > 1:
        composer.leave_out(
            f"{len(file.json['data']) - 1:,} more forms of the file", "the first was taken: bring one a file"
        )
    for key, why in _SETTINGS.items():
        if plain(form.get(key)):
            composer.leave_out(f"The form's {key.replace('_', ' ')}", why)
    included = [one for one in _list(file.json.get("included")) if isinstance(one, dict)]
    asked = _asked_of_form(composer, form, included)
    submissions = [one for one in included if one.get("type") == "submissions"]
    if not asked:
        asked = _guessed_from_answers(composer, form, submissions)
    structure = composer.finished()
    questions = Questions(structure)
    answers = list(_submitted(composer, submissions, questions, asked))
    said = plain(form.get("response_count"))
    if said.isdecimal() and int(said) != len(submissions):
        composer.leave_out(
            f"Of {int(said):,} answers that the form counts, those that the file does not hold",
            f"it holds {len(submissions):,}; fetch the rest from there",
        )
    questions.name_lost(composer)
    return Imported(structure, tuple(answers), composer.left_out)


def _asked_of_form(composer: Composer, form: Mapping[str, Any], included: list[Any]) -> dict[str, Asked]:
    """The questions, where the file holds them: by the column of the answers."""
    given = [one for one in included if one.get("type") in ("questions", "question")]
    nested = [one for one in _list(form.get("questions")) if isinstance(one, dict)]
    options = [_attributes(one) for one in included if one.get("type") in ("question_options", "question_option")]
    asked: dict[str, Asked] = {}
    wanted = [({**_attributes(one), "id": one.get("id")}, one) for one in given] + [
        (_attributes(one), one) for one in nested
    ]
    for question, _whole in sorted(wanted, key=lambda pair: _number(pair[0].get("position"))):
        column = plain(question.get("answer_field")) or plain(question.get("id"))
        place = f"“{shortened(plain(question.get('text')) or column, 60)}”"
        said = plain(question.get("question_type"))
        kind = _KINDS.get(said)
        if kind is None:
            composer.leave_out(f"{place} ({said or 'no type'})", "a question of this kind has no place here")
            continue
        own = [one for one in options if plain(one.get("question_id")) == plain(question.get("id"))]
        own += [_attributes(one) for one in _list(question.get("question_options")) if isinstance(one, dict)]
        found = composer.ask(
            ForeignQuestion(
                column,
                place,
                kind,
                {ENGLISH: plain(question.get("text"))},
                {ENGLISH: plain(question.get("help_text"))},
                _form_options(said, own),
                is_required=question.get("is_required") is True,
            ),
            _number(question.get("form_section_id")) or 1,
        )
        if found is not None:
            asked[column] = found
    return asked


def _form_options(said: str, own: list[Mapping[str, Any]]) -> tuple[ForeignOption, ...]:
    if "thumbs" in said:
        return _THUMBS
    if own:
        return tuple(
            ForeignOption(
                plain(one.get("value")) or plain(one.get("text")),
                {ENGLISH: plain(one.get("text"))},
                is_other=one.get("other_option") is True,
            )
            for one in sorted(own, key=lambda one: _number(one.get("position")))
        )
    if said == "yes_no_buttons":
        return ForeignOption("1", {ENGLISH: "Yes"}), ForeignOption("0", {ENGLISH: "No"})
    if said == "star_radio_buttons":
        return tuple(ForeignOption(str(n), {ENGLISH: str(n)}) for n in range(1, 6))
    return ()


def _guessed_from_answers(composer: Composer, form: Mapping[str, Any], submissions: list[Any]) -> dict[str, Asked]:
    """Without its questions, a text for each column in which somebody answered something."""
    columns = sorted(
        {
            column
            for one in submissions
            for column, value in _attributes(one).items()
            if _ANSWER_COLUMN.fullmatch(column) and plain(value)
        }
    )
    asked: dict[str, Asked] = {}
    for column in columns or ["answer_01"]:
        number = int(column[-2:])
        alone = plain(form.get("instructions")) if len(columns) < 2 else ""
        wording = alone or f"{plain(form.get('title')) or plain(form.get('name')) or 'Question'} ({number})"
        found = composer.ask(ForeignQuestion(column, column, QuestionKind.TEXT, {ENGLISH: wording}))
        composer.leave_out(
            f"{column}: its wording and kind", "the file does not hold the form's questions; write it anew"
        )
        if found is not None:
            asked[column] = found
    return asked


def _submitted(
    composer: Composer, submissions: list[Any], questions: Questions, asked: Mapping[str, Asked]
) -> Iterator[ImportedAnswer]:
    seen: set[str] = set()
    for number, submission in enumerate(submissions, 1):
        given, attributes = Given(questions), _attributes(submission)
        key = plain(attributes.get("uuid")) or plain(submission.get("id")) or str(number)
        if attributes.get("flagged") is True or attributes.get("spam") is True or attributes.get("archived") is True:
            composer.leave_out("Answers that are flagged, archived or spam there", "they were set aside already")
            continue
        if key in seen:
            composer.leave_out(f"The answer {shortened(key)} once more", "it stands in the file twice")
            continue
        seen.add(key)
        for name in ("ip_address", "user_agent", "referer", "page", "location_code", "user_id"):
            if plain(attributes.get(name)):
                composer.leave_out(f"Each answer's {name}", "an answer is kept without what tells who gave it")
        for column, one in asked.items():
            cell = plain(attributes.get(column))
            given.take(one.item.question.code, one.options.get(cell, cell))
        moment = moment_in(plain(attributes.get("created_at")))
        answer = given.finished(f"touchpoints {key}", moment, plain(attributes.get("language")))
        if answer is not None:
            yield answer


def _recognises_csv(file: ForeignFile) -> bool:
    header = (file.text or "")[:5_000].lstrip().split("\n", 1)[0].casefold()
    names = {name.strip().strip('"') for name in re.split(r"[,;\t]", header)}
    return "question_1" in names and any(_DRIVER_COLUMN.fullmatch(name) for name in names)


def _read_csv(file: ForeignFile) -> Imported:
    table = CsvFile(BytesIO(file.content), required=("question_1",))
    rows = list(table)
    composer = Composer("", file.name)
    composer.leave_out(
        "The wording of the questions", "the file holds none; ours stands there: check it in the builder"
    )
    _compose_csv(composer, table.keys, {row.values.get("question_1", "").strip() for row in rows})
    structure = composer.finished()
    questions = Questions(structure)
    answers = tuple(_answered(composer, rows, questions))
    questions.name_lost(composer)
    if not answers:
        composer.leave_out("Answers", "the file holds none that can be read")
    return Imported(structure, answers, composer.left_out)


def _compose_csv(composer: Composer, keys: tuple[str, ...], points: set[str]) -> None:
    is_scale = points - {"", "1"} and points - {""} <= _POINTS
    first = ForeignQuestion(
        "question_1",
        "question_1",
        QuestionKind.SINGLE_CHOICE if is_scale else QuestionKind.THUMBS,
        {ENGLISH: "How was it to use this service?"},
        options=tuple(ForeignOption(n, {ENGLISH: n}) for n in sorted(_POINTS)) if is_scale else _THUMBS,
    )
    asked = composer.ask(first)
    for way, wording, code in (("positive", "What went well?", "up"), ("negative", "What did not go well?", "down")):
        drivers = [found[2] for key in keys if (found := _DRIVER_COLUMN.fullmatch(key)) and found[1] == way]
        options = tuple(ForeignOption(driver, {ENGLISH: _driver(driver, way)}) for driver in drivers)
        name = f"drivers_{way}"
        question = ForeignQuestion(name, f"{way}_…", QuestionKind.MULTIPLE_CHOICE, {ENGLISH: wording}, options=options)
        if drivers and composer.ask(question, 2) and asked is not None and not is_scale:
            composer.show_if(name, single(Term(asked.item.question.code, Comparison.IS, (code,))), name)
    if "question_4" in keys:
        composer.ask(
            ForeignQuestion("question_4", "question_4", QuestionKind.TEXT, {ENGLISH: "Would you tell us more?"}), 3
        )
    for key in keys:
        if key and key not in _OWN_COLUMNS and not _DRIVER_COLUMN.fullmatch(key):
            composer.leave_out(f"The column {shortened(key)}", "it is not known here")


def _driver(driver: str, way: str) -> str:
    words = _DRIVERS.get(driver)
    return words[way == "negative"] if words else driver.replace("_", " ").capitalize()


def _answered(composer: Composer, rows: list[CsvRow], questions: Questions) -> Iterator[ImportedAnswer]:
    asked = composer.asked
    dated = next((key for key in _DATES if rows and key in rows[0].values), None)
    american = dated is not None and is_month_first(row.values.get(dated, "") for row in rows)
    seen: set[str] = set()
    for row in rows:
        key = row.values.get("external_id", "").strip() or f"line {row.line}"
        if row.problem is not None or key in seen:
            composer.leave_out(f"Line {row.line}", row.problem or "its external_id stands in the file twice")
            continue
        seen.add(key)
        given = Given(questions)
        first = row.values["question_1"].strip().casefold()
        way = "1" if first in _YES else "0" if first in _NO - {""} else first
        given.take(asked["question_1"].item.question.code, asked["question_1"].options.get(way, first))
        for column, cell in row.values.items():
            driver = _DRIVER_COLUMN.fullmatch(column)
            drivers = asked.get(f"drivers_{driver[1]}") if driver else None
            if driver and drivers and _is_ticked(questions, column, cell):
                given.choose(drivers.item.question.code, drivers.options[driver[2]])
        if "question_4" in asked and row.values["question_4"].strip() != "null":
            given.take(asked["question_4"].item.question.code, row.values["question_4"])
        moment = moment_in(row.values[dated], is_month_first=american) if dated else None
        answer = given.finished(f"touchpoints {composer.code} {key}", moment, ENGLISH)
        if answer is not None:
            yield answer


def _is_ticked(questions: Questions, column: str, cell: str) -> bool:
    said = cell.strip().casefold()
    if said not in _YES | _NO | {"null"}:
        questions.lost[f"“{column}”", "it is neither 0 nor 1"] += 1
    return said in _YES


def _attributes(given: Mapping[str, Any]) -> Mapping[str, Any]:
    inside = given.get("attributes")
    return inside if isinstance(inside, dict) else given


def _list(given: object) -> list[Any]:
    return given if isinstance(given, list) else []


def _number(given: object) -> int:
    text = plain(given)
    return int(text) if text.isdecimal() and len(text) < 9 else 0


FORM_READER = Reader("Touchpoints form (.json)", _recognises_form, _read_form)
CSV_READER = Reader("Touchpoints answers (.csv)", _recognises_csv, _read_csv)
