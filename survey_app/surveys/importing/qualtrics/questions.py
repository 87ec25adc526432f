"""One question of a Qualtrics file as ours: a matrix is one for each of its statements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.kernel.characters import shortened
from survey_app.surveys.bank import Limits
from survey_app.surveys.importing.composing import (
    ENGLISH,
    NO_LIMITS,
    Composer,
    ForeignOption,
    ForeignQuestion,
    Texts,
    language_code,
    plain,
)
from survey_app.surveys.kinds import QuestionKind

_SEVERAL = {"MAVR", "MAHR", "MACOL", "MSB"}
_ROWS_OF_SEVERAL = {"MultipleAnswer"}
_LONG = {"ML", "ESTB"}
# Its type, and what is said of a question that has no place here.
_NO_PLACE = {
    "DB": "a text between questions has no place here",
    "HotSpot": "nobody clicks on a picture here",
    "HeatMap": "nobody clicks on a picture here",
    "DD": "answers that open further answers have no place here",
    "TreeSelect": "answers that open further answers have no place here",
    "FileUpload": "nobody uploads a file here",
    "Draw": "nobody signs or draws here",
    "Signature": "nobody signs or draws here",
    "Timing": "how long somebody looks at a page is not measured here",
    "Meta": "nothing is learnt of the device that somebody uses",
    "Captcha": "nobody has to prove here that they are human",
    "CS": "numbers that have to add up have no place here",
    "PGR": "things that are sorted into groups have no place here",
    "Highlight": "words that are marked in a text have no place here",
    "GAP": "a table of what might be had no place here",
    "SS": "a graphic that is slid has no place here",
    "ScreenCapture": "nobody sends pictures of their screen here",
    "VideoResponse": "nobody records themselves here",
}
_OF_QUESTIONS = {
    "QuestionJS": "scripts are never taken over",
    "Randomization": "answers stand in one order for everybody",
    "DynamicChoices": "answers carried forward from another question have no place here; those in the file are offered",
    "GradingData": "nobody is examined here",
    "SearchSource": "answers from elsewhere have no place here",
}
_PIPE = re.compile(r"\$\{([^{}]{1,300})\}")
_CHOSEN = re.compile(r"q://([^/]+)/ChoiceGroup/(?:SelectedChoices|SelectedAnswers)(?:/\d+)?")
_STATEMENT_CHOSEN = re.compile(r"q://([^/]+)/ChoiceGroup/SelectedAnswers/(\w+)")


@dataclass(frozen=True)
class Source:
    """A question of the file, where it stands."""

    payload: Mapping[str, Any]
    identity: str  # "QID4"
    part: int

    @property
    def place(self) -> str:
        """How somebody who knows the file finds it."""
        tag = plain(self.payload.get("DataExportTag")) or self.identity
        return f"{shortened(tag, 60)} “{shortened(plain(self.payload.get('QuestionText')), 60)}”"


def ask(composer: Composer, source: Source) -> list[str]:
    """Take a question in: the names under which it, or its parts, are asked. What does not fit is noted."""
    payload, place = source.payload, source.place
    for key, why in _OF_QUESTIONS.items():
        if payload.get(key) not in (None, "", [], {}, False):
            composer.leave_out(f"{place}: {key}", why)
    if payload.get("DefaultChoices") not in (None, False, "", [], {}):
        composer.leave_out(f"{place}: an answer chosen beforehand", "it would sway people")
    names = []
    for question in _questions(composer, source):
        if composer.ask(question, source.part) is not None:
            names.append(question.name)
    return names


def _questions(composer: Composer, source: Source) -> Iterator[ForeignQuestion]:
    kind, selector = plain(source.payload.get("QuestionType")), plain(source.payload.get("Selector"))
    if kind in _NO_PLACE:
        composer.leave_out(f"{source.place} ({kind})", _NO_PLACE[kind])
    elif kind == "MC":
        yield _choice(composer, source, selector)
    elif kind == "RO" or (kind == "Rank" and selector != "PGR"):
        yield _plainly(
            composer, source, QuestionKind.RANKING, options(composer, source.payload, "Choices", source.place)
        )
    elif kind == "TE":
        yield from _text(composer, source, selector)
    elif kind == "Matrix":
        yield from _matrix(composer, source, source.payload, source.identity, wording(composer, source, source.payload))
    elif kind == "SBS":
        yield from _side_by_side(composer, source)
    elif kind == "Slider":
        yield from _slider(composer, source)
    else:
        composer.leave_out(
            f"{source.place} ({kind or 'no type'} {selector})", "a question of this kind is not known here"
        )


def _plainly(
    composer: Composer,
    source: Source,
    kind: QuestionKind,
    answers: tuple[ForeignOption, ...] = (),
    limits: Limits = NO_LIMITS,
) -> ForeignQuestion:
    """A question that is one here as well."""
    return ForeignQuestion(
        source.identity,
        source.place,
        kind,
        wording(composer, source, source.payload),
        options=answers,
        is_required=_is_required(source.payload),
        limits=limits,
    )


def _choice(composer: Composer, source: Source, selector: str) -> ForeignQuestion:
    answers = options(composer, source.payload, "Choices", source.place)
    points = {answer.key: plain(answer.labels.get(ENGLISH)) for answer in answers}
    if selector == "NPS":
        answers = tuple(
            ForeignOption(one.key, one.labels, score=int(points[one.key]), code=points[one.key])
            for one in answers
            if points[one.key] in set(map(str, range(11)))
        )
        if len(answers) == 11:
            return _plainly(composer, source, QuestionKind.NPS, answers)
        zero_to_ten = tuple(ForeignOption(str(n), {ENGLISH: str(n)}, score=n) for n in range(11))
        return _plainly(composer, source, QuestionKind.NPS, zero_to_ten)
    kind = QuestionKind.MULTIPLE_CHOICE if selector in _SEVERAL else QuestionKind.SINGLE_CHOICE
    return _plainly(composer, source, kind, answers)


def _text(composer: Composer, source: Source, selector: str) -> Iterator[ForeignQuestion]:
    if selector in ("PW", "PASSWORD"):
        composer.leave_out(f"{source.place} (password)", "nobody types a password here")
        return
    if selector == "FORM":
        stem = wording(composer, source, source.payload)
        for line in options(composer, source.payload, "Choices", source.place):
            yield ForeignQuestion(
                f"{source.identity}.{line.key}", _row(source, line), QuestionKind.SHORT_TEXT, line.labels, stem=stem
            )
        return
    validation = _inside(_inside(source.payload, "Validation"), "Settings")
    content = plain(validation.get("ContentType"))
    if content == "ValidNumber":
        amounts = _inside(validation, "ValidNumber")
        limits = _limits(amounts.get("Min"), amounts.get("Max"), amounts.get("NumDecimals"))
        yield _plainly(composer, source, QuestionKind.NUMBER, limits=limits)
        return
    if content == "ValidDate":
        yield _plainly(composer, source, QuestionKind.DATE)
        return
    if content:
        composer.leave_out(f"{source.place}: {content}", "what somebody writes is not checked beyond its length")
    yield _plainly(composer, source, QuestionKind.TEXT if selector in _LONG else QuestionKind.SHORT_TEXT)


def _matrix(
    composer: Composer, source: Source, payload: Mapping[str, Any], name: str, stem: Texts
) -> Iterator[ForeignQuestion]:
    """Its statements under one heading. Of several answers of which there is but one column, the statements are the
    answers."""
    selector, sub = plain(payload.get("Selector")), plain(payload.get("SubSelector"))
    statements = options(composer, payload, "Choices", source.place)
    columns = options(composer, payload, "Answers", source.place)
    required = _is_required(payload)
    if selector in ("TE", "TextEntry") or sub in ("SL", "ML", "ESTB", "TE"):
        for statement in statements:
            for column in columns:
                both = {ENGLISH: f"{statement.labels.get(ENGLISH, '')} – {column.labels.get(ENGLISH, '')}"}
                asks = statement.labels if len(columns) == 1 else both
                label = f"{name}.{statement.key}.{column.key}"
                yield ForeignQuestion(label, _row(source, statement), QuestionKind.SHORT_TEXT, asks, stem=stem)
    elif selector in ("CS", "RO", "MaxDiff"):
        composer.leave_out(f"{source.place} (matrix {selector})", "a table of this kind has no place here")
    elif sub in _ROWS_OF_SEVERAL and len(columns) == 1:
        asked = {**stem, ENGLISH: f"{stem.get(ENGLISH, '')} – {columns[0].labels.get(ENGLISH, '')}".strip("– ")}
        yield ForeignQuestion(name, source.place, QuestionKind.MULTIPLE_CHOICE, asked, options=statements)
    elif len(columns) < 2:
        composer.leave_out(source.place, "its statements have one answer only: there is nothing to choose")
    else:
        kind = QuestionKind.MULTIPLE_CHOICE if sub in _ROWS_OF_SEVERAL else QuestionKind.SINGLE_CHOICE
        for statement in statements:
            yield ForeignQuestion(
                f"{name}.{statement.key}", _row(source, statement), kind, statement.labels, {}, columns, required, stem
            )


def _side_by_side(composer: Composer, source: Source) -> Iterator[ForeignQuestion]:
    """Each of its columns is a matrix of its own."""
    composer.leave_out(
        f"{source.place} (side by side)", "its columns stand one after the other here, each with all statements"
    )
    heading = wording(composer, source, source.payload)
    for number, column in _numbered(source.payload.get("AdditionalQuestions")):
        asked = wording(composer, source, column)
        stem = {ENGLISH: " – ".join(filter(None, (heading.get(ENGLISH), asked.get(ENGLISH))))}
        whole = column if column.get("Choices") else {**column, "Choices": source.payload.get("Choices")}
        part = {**whole, "ChoiceOrder": whole.get("ChoiceOrder") or source.payload.get("ChoiceOrder")}
        yield from _matrix(composer, source, part, f"{source.identity}#{number}", stem)


def _slider(composer: Composer, source: Source) -> Iterator[ForeignQuestion]:
    settings = _inside(source.payload, "Configuration")
    limits = _limits(settings.get("CSSliderMin"), settings.get("CSSliderMax"), settings.get("NumDecimals"))
    stem, rows = wording(composer, source, source.payload), options(composer, source.payload, "Choices", source.place)
    for row in rows:
        yield ForeignQuestion(
            f"{source.identity}.{row.key}",
            _row(source, row),
            QuestionKind.NUMBER,
            row.labels,
            is_required=_is_required(source.payload),
            stem=stem,
            limits=limits,
        )
    if not rows:
        yield _plainly(composer, source, QuestionKind.NUMBER, limits=limits)


def options(composer: Composer, payload: Mapping[str, Any], what: str, place: str) -> tuple[ForeignOption, ...]:
    """Answers or statements in the order in which the file shows them. Their codes are the values of its answers."""
    given = dict(_numbered(payload.get(what)))
    order = payload.get("ChoiceOrder" if what == "Choices" else "AnswerOrder")
    order = list(order.values()) if isinstance(order, dict) else order if isinstance(order, list) else []
    keys = [key for key in dict.fromkeys(map(plain, order)) if key in given]
    keys += [key for key in given if key not in set(keys)]
    has_columns = what == "Choices" and bool(payload.get("Answers"))  # then the values are theirs
    values = {} if has_columns else {key: plain(value) for key, value in _pairs(payload.get("RecodeValues"))}
    recoded = [values.get(key, key) for key in keys]
    is_told_apart = len(set(recoded)) == len(recoded)
    if values and not is_told_apart:
        composer.leave_out(
            f"{place}: recode values", "two answers have the same; answers in numbers may be told wrongly"
        )
    found = []
    for key, value in zip(keys, recoded, strict=True):
        choice = given[key]
        if choice.get("DisplayLogic"):
            label = shortened(plain(choice.get("Display")), 60)
            composer.leave_out(f"{place}, answer “{label}”: its condition", "all answers are always offered")
        found.append(
            ForeignOption(
                key,
                {ENGLISH: str(choice.get("Display", ""))} | _translated(payload, what, key),
                is_other=what == "Choices" and _is_on(choice.get("TextEntry")),
                is_outside=_is_on(choice.get("ExclusiveAnswer")),
                code=value if is_told_apart else key,
            )
        )
    return tuple(found)


def wording(composer: Composer, source: Source, payload: Mapping[str, Any]) -> dict[str, str]:
    """What is asked, in every language, with our pipes."""
    texts = {ENGLISH: payload.get("QuestionText")}
    texts |= {language: said.get("QuestionText") for language, said in _languages(payload)}
    return {
        language: _piped(composer, str(text), source.place)
        for language, text in texts.items()
        if isinstance(text, str) and plain(text)
    }


def _piped(composer: Composer, text: str, place: str) -> str:
    def pipe(found: re.Match[str]) -> str:
        statement, chosen = _STATEMENT_CHOSEN.fullmatch(found[1]), _CHOSEN.fullmatch(found[1])
        name = f"{statement[1]}.{statement[2]}" if statement else chosen[1] if chosen else ""
        asked = composer.asked.get(name)
        if asked is not None and asked.options and asked.item.question.kind is not QuestionKind.RANKING:
            return "{{answer." + asked.item.question.code + "}}"
        composer.leave_out(f"{place}: {found[0]}", "only the chosen answer of an earlier question can stand in a text")
        return "…"

    return _PIPE.sub(pipe, text)


def _translated(payload: Mapping[str, Any], what: str, key: str) -> dict[str, str]:
    found = {}
    for language, said in _languages(payload):
        display = _inside(_inside(said, what), key).get("Display")
        if isinstance(display, str) and plain(display):
            found[language] = display
    return found


def _languages(payload: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for language, said in _pairs(payload.get("Language")):
        if isinstance(said, dict) and language_code(language) != ENGLISH:
            yield language_code(language), said


def _numbered(given: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Parts by their numbers: an object; or a list, as the file has it where they are numbered without a gap."""
    for key, part in _pairs(given):
        if isinstance(part, dict):
            yield key, part


def _pairs(given: object) -> Iterator[tuple[str, Any]]:
    if isinstance(given, dict):
        yield from ((plain(key), part) for key, part in given.items())
    elif isinstance(given, list):
        yield from ((str(n), part) for n, part in enumerate(given))


def _inside(given: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = given.get(key)
    return part if isinstance(part, dict) else {}


def _is_on(given: object) -> bool:
    return given is True or plain(given).lower() in ("true", "on", "1")


def _is_required(payload: Mapping[str, Any]) -> bool:
    return plain(_inside(_inside(payload, "Validation"), "Settings").get("ForceResponse")) == "ON"


def _limits(least: object, most: object, decimals: object) -> Limits:
    low, high = (
        float(text) if re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", text := plain(one)) else None for one in (least, most)
    )
    if low is not None and high is not None and low > high:
        low = high = None
    places = plain(decimals)
    return Limits(low, high, decimals=min(int(places), 6) if places.isdecimal() and len(places) < 3 else 0)


def _row(source: Source, row: ForeignOption) -> str:
    return f"{source.place}, “{shortened(plain(row.labels.get(ENGLISH)), 60)}”"
