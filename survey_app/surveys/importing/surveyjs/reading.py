"""SurveyJS: the JSON of its creator, of any edition, spellings that it has left behind included."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from survey_app.kernel.errors import InvalidInput
from survey_app.surveys.bank import Limits
from survey_app.surveys.importing.comparing import CannotBeSaid, both_hold
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
from survey_app.surveys.importing.files import ForeignFile
from survey_app.surveys.importing.imported import Imported, Reader
from survey_app.surveys.importing.surveyjs.conditions import condition_of
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.routing import Condition

_DEEPEST_PANEL = 20
_MOST_POINTS = 101
_WITH_CHOICES = {
    "radiogroup": QuestionKind.SINGLE_CHOICE,
    "dropdown": QuestionKind.SINGLE_CHOICE,
    "buttongroup": QuestionKind.SINGLE_CHOICE,
    "imagepicker": QuestionKind.SINGLE_CHOICE,
    "checkbox": QuestionKind.MULTIPLE_CHOICE,
    "tagbox": QuestionKind.MULTIPLE_CHOICE,
    "ranking": QuestionKind.RANKING,
}
_PANELS = {"panel", "flowpanel"}
_ENDS = {
    ("very dissatisfied", "very satisfied"): QuestionKind.SATISFACTION,
    ("strongly disagree", "strongly agree"): QuestionKind.AGREEMENT,
    ("very difficult", "very easy"): QuestionKind.EASE,
}
# What is no question here, and what is said of it.
_NO_PLACE = {
    "html": "a text or picture between questions has no place here",
    "image": "a picture between questions has no place here",
    "expression": "a value that is computed has no place here",
    "file": "nobody uploads a file here",
    "signaturepad": "nobody signs here",
    "paneldynamic": "questions that are repeated as often as somebody likes have no place here",
    "matrixdropdown": "a table with another question in each column has no place here",
    "matrixdynamic": "a table whose rows somebody adds has no place here",
    "multipletext": "it is taken apart: each of its lines is a question of its own",
    "microphone": "nobody records sound here",
    "slider": "somebody types the number here instead",
}
_INPUT = {
    "number": QuestionKind.NUMBER,
    "range": QuestionKind.NUMBER,
    "date": QuestionKind.DATE,
}
_INPUT_LEFT = {"email", "tel", "url", "datetime", "datetime-local", "month", "week", "time", "color", "password"}
# Names by which older editions call the same.
_OLD_NAMES = {
    "visibleif": "visibleIf",
    "required": "isRequired",
    "isrequired": "isRequired",
    "rateMinimum": "rateMin",
    "rateMaximum": "rateMax",
    "mininumRateDescription": "minRateDescription",
    "minimumRateDescription": "minRateDescription",
    "maximumRateDescription": "maxRateDescription",
    "showOtherItem": "hasOther",
    "storeOthersAsComment": "",
    "showNoneItem": "hasNone",
    "hasNoneItem": "hasNone",
    "questions": "elements",
    "showCommentArea": "hasComment",
    "choicesbyurl": "choicesByUrl",
    "enableif": "enableIf",
    "requiredif": "requiredIf",
}
_OF_QUESTIONS = {
    "requiredIf": "here an answer is either required or not",
    "enableIf": "here a question can be answered or is not asked",
    "setValueIf": "answers are never filled in here",
    "setValueExpression": "answers are never filled in here",
    "defaultValue": "nothing is chosen beforehand here, which would sway people",
    "defaultValueExpression": "nothing is chosen beforehand here, which would sway people",
    "validators": "what an answer has to look like is not checked beyond its kind",
    "choicesByUrl": "answers from another address have no place here",
    "choicesFromQuestion": "answers taken from another question have no place here",
    "choicesVisibleIf": "all answers are always offered",
    "choicesOrder": "answers stand in one order for everybody",
    "hasComment": "a text beside a choice is a question of its own here",
    "correctAnswer": "nobody is examined here",
    "maxSelectedChoices": "as many answers can be chosen as there are",
    "minSelectedChoices": "as few answers can be chosen as somebody likes",
    "hasSelectAll": "there is no button that chooses all",
    "showSelectAllItem": "there is no button that chooses all",
}
_OF_SURVEY = {
    "triggers": "nothing happens on its own here; skips are made of conditions in the builder",
    "completedHtml": "the thanking page has texts of its own in the settings",
    "completedHtmlOnCondition": "the thanking page has texts of its own in the settings",
    "completedBeforeHtml": "the thanking page has texts of its own in the settings",
    "loadingHtml": "the pages have texts of their own",
    "navigateToUrl": "nobody is sent elsewhere after the survey",
    "navigateToUrlOnCondition": "nobody is sent elsewhere after the survey",
    "calculatedValues": "values that are computed have no place here",
    "maxTimeToFinish": "nobody is hurried here",
    "maxTimeToFinishPage": "nobody is hurried here",
    "timeLimit": "nobody is hurried here",
    "cookieName": "who answers already is known by their link",
    "logo": "the council's logo stands on every page",
    "quizMode": "nobody is examined here",
    "description": "the text below the title has no place here; an introduction is a text of the invitation",
}
_PIPE = re.compile(r"\{\s*([^{}]{1,200}?)\s*\}")


@dataclass(frozen=True)
class _Element:
    """A question of the file in its place, and the conditions that hold for it: of its page, its panels, its own."""

    given: Mapping[str, Any]
    part: int
    place: str
    conditions: tuple[tuple[str, str], ...]  # place, expression


@dataclass(frozen=True)
class _Shape:
    """How a question is answered."""

    kind: QuestionKind
    options: tuple[ForeignOption, ...] = ()
    limits: Limits = NO_LIMITS


@dataclass
class _File:
    composer: Composer
    main: str  # the language that stands as English

    def texts(self, given: object) -> dict[str, str]:
        """A text, or one in several languages."""
        if isinstance(given, dict):
            said = {language_code(key): str(text) for key, text in given.items() if plain(text)}
            if self.main in said and ENGLISH not in said:
                said[ENGLISH] = said.pop(self.main)
            elif said and ENGLISH not in said:
                first = next(iter(said))
                said = {ENGLISH: said[first]} | said
            return said
        return {ENGLISH: str(given)} if plain(given) else {}


def _recognises(file: ForeignFile) -> bool:
    document = file.json
    if not isinstance(document, dict) or "SurveyElements" in document or "data" in document or "format" in document:
        return False
    inside = document.get("pages", document.get("elements", document.get("questions")))
    return isinstance(inside, list)


def _read(file: ForeignFile) -> Imported:
    document = {_OLD_NAMES.get(key, key): value for key, value in file.json.items()}
    main = language_code(document.get("locale"))
    title = document.get("title")
    if isinstance(title, dict):
        title = title.get("default") or title.get(main) or next(iter(title.values()), "")
    composer = Composer(title, file.name)
    here = _File(composer, main)
    if main != ENGLISH:
        composer.leave_out(f"The survey's language ({main})", "its texts stand where the English ones do here")
    _note(composer, document, _OF_SURVEY, "The survey")
    elements = list(_elements(here, document))
    for element in elements:
        _ask(here, element)
    for element in elements:
        _set_condition(here, element)
    return Imported(composer.finished(), left_out=composer.left_out)


def _elements(here: _File, document: Mapping[str, Any]) -> Iterator[_Element]:
    """All questions in their order, out of pages and panels."""
    pages = document.get("pages")
    if not isinstance(pages, list):
        pages = [{"elements": document.get("elements")}]
    for number, given in enumerate(pages, 1):
        if not isinstance(given, dict):
            here.composer.leave_out(f"Page {number}", "it is no page")
            continue
        page = _current(given)
        here.composer.title(number, here.texts(page.get("title")))
        if plain(page.get("description")) or isinstance(page.get("description"), dict):
            here.composer.leave_out(f"Page {number}: description", "a page has a title only")
        above = _conditions(page, f"page {number}")
        yield from _inside(here, page.get("elements"), number, above, 0)


def _inside(
    here: _File, elements: object, part: int, above: tuple[tuple[str, str], ...], depth: int
) -> Iterator[_Element]:
    if not isinstance(elements, list):
        return
    if depth > _DEEPEST_PANEL:
        raise InvalidInput(f"The file nests more than {_DEEPEST_PANEL} panels in each other: no survey does.")
    for one in elements:
        if not isinstance(one, dict):
            here.composer.leave_out(f"Something on page {part}", "it is no question")
            continue
        given = _current(one)
        title = here.texts(given.get("title")).get(ENGLISH) or plain(given.get("name")) or "a question without a name"
        place = f"“{title}” (page {part})"
        conditions = above + _conditions(given, place)
        if plain(given.get("type")) in _PANELS:
            if here.texts(given.get("title")):
                here.composer.leave_out(f"The panel {place}", "its questions are taken over, its title is not")
            yield from _inside(here, given.get("elements"), part, conditions, depth + 1)
        else:
            yield _Element(given, part, place, conditions)


def _conditions(given: Mapping[str, Any], place: str) -> tuple[tuple[str, str], ...]:
    said = given.get("visibleIf")
    return ((place, said),) if isinstance(said, str) and said.strip() else ()


def _current(given: Mapping[str, Any]) -> dict[str, Any]:
    """With the names that things have now."""
    return {_OLD_NAMES.get(key, key): value for key, value in given.items() if _OLD_NAMES.get(key, key)}


def _note(composer: Composer, given: Mapping[str, Any], reasons: Mapping[str, str], place: str) -> None:
    for key, why in reasons.items():
        if given.get(key) not in (None, "", [], {}, False, "none"):
            composer.leave_out(f"{place}: {key}", why)


def _ask(here: _File, element: _Element) -> None:
    given, place, composer = element.given, element.place, here.composer
    kind = plain(given.get("type")) or "text"
    if kind in _NO_PLACE:
        composer.leave_out(f"{place}, {kind}", _NO_PLACE[kind])
        if kind not in ("multipletext", "slider"):
            return
    if given.get("visible") is False:
        composer.leave_out(place, "it is hidden in the file; here it is asked: remove it where it should not be")
    _note(composer, given, _OF_QUESTIONS, place)
    for question in _questions(here, element, kind):
        composer.ask(question, element.part)


def _questions(here: _File, element: _Element, kind: str) -> Iterator[ForeignQuestion]:
    """One of the file's questions as ours; a matrix is one for each of its rows."""
    given, place = element.given, element.place
    name = plain(given.get("name")) or place
    wording = _piped(here, here.texts(given.get("title")) or here.texts(given.get("name")), place)
    required = given.get("isRequired") in (True, "true")
    if kind == "matrix":
        yield from _matrix(here, element, name, wording, required=required)
    elif kind == "multipletext":
        yield from _lines(here, element, name, wording)
    elif (shape := _shape(here, element, kind, wording)) is None:
        here.composer.leave_out(f"{place}, {kind}", "a question of this kind is not known here")
    else:
        hint = _piped(here, here.texts(given.get("description")), place)
        yield ForeignQuestion(
            name, place, shape.kind, wording, hint, shape.options, is_required=required, limits=shape.limits
        )


def _shape(here: _File, element: _Element, kind: str, wording: Texts) -> _Shape | None:
    """How it is answered; None where that is not known."""
    given = element.given
    if kind in _WITH_CHOICES:
        several = kind == "imagepicker" and given.get("multiSelect") is True
        chosen = QuestionKind.MULTIPLE_CHOICE if several else _WITH_CHOICES[kind]
        return _Shape(chosen, _options(here, given, element.place))
    found: _Shape | None = None
    match kind:
        case "comment":
            found = _Shape(QuestionKind.TEXT)
        case "text":
            found = _text(here, element)
        case "slider":
            found = _Shape(QuestionKind.NUMBER, limits=_between(given.get("min"), given.get("max")))
        case "boolean":
            found = _Shape(QuestionKind.SINGLE_CHOICE, _yes_no(here, given))
        case "rating":
            found = _rating(here, element, wording)
    return found


def _matrix(here: _File, element: _Element, name: str, wording: Texts, *, required: bool) -> Iterator[ForeignQuestion]:
    columns = _options(here, {"choices": element.given.get("columns")}, element.place)
    every = required or element.given.get("isAllRowRequired") is True or element.given.get("eachRowRequired") is True
    several = element.given.get("cellType") == "checkbox"
    kind = QuestionKind.MULTIPLE_CHOICE if several else QuestionKind.SINGLE_CHOICE
    for row in _options(here, {"choices": element.given.get("rows")}, element.place):
        place = f"{element.place}, row “{row.labels.get(ENGLISH) or row.key}”"
        yield ForeignQuestion(f"{name}.{row.key}", place, kind, row.labels, {}, columns, every, wording)


def _lines(here: _File, element: _Element, name: str, wording: Texts) -> Iterator[ForeignQuestion]:
    for line in _options(here, {"choices": element.given.get("items")}, element.place):
        place = f"{element.place}, line “{line.labels.get(ENGLISH) or line.key}”"
        yield ForeignQuestion(f"{name}.{line.key}", place, QuestionKind.SHORT_TEXT, line.labels, stem=wording)


def _text(here: _File, element: _Element) -> _Shape:
    given = element.given
    said = plain(given.get("inputType")) or "text"
    if said in _INPUT_LEFT:
        here.composer.leave_out(f"{element.place}: {said}", "it is asked for as one line of text, and not checked")
    kind = _INPUT.get(said, QuestionKind.SHORT_TEXT)
    if kind is QuestionKind.NUMBER:
        return _Shape(kind, limits=_between(given.get("min"), given.get("max")))
    return _Shape(kind)


def _between(least: object, most: object) -> Limits:
    """Limits of a number, where they are some and in order."""
    low, high = _number(least), _number(most)
    if low is not None and high is not None and low > high:
        return Limits()
    return Limits(low, high)


def _number(given: object) -> float | None:
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return None
    try:
        number = float(given)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) <= 1e12 else None


def _yes_no(here: _File, given: Mapping[str, Any]) -> tuple[ForeignOption, ForeignOption]:
    yes = here.texts(given.get("labelTrue")) or {ENGLISH: "Yes"}
    no = here.texts(given.get("labelFalse")) or {ENGLISH: "No"}
    return ForeignOption(_key(given.get("valueTrue", True)), yes), ForeignOption(
        _key(given.get("valueFalse", False)), no
    )


def _rating(here: _File, element: _Element, wording: Texts) -> _Shape:
    """The points of a rating, the best first as our scales have them; which scale it is its words say."""
    given = element.given
    values = given.get("rateValues")
    if isinstance(values, list) and values:
        return _Shape(QuestionKind.SINGLE_CHOICE, _options(here, {"choices": values}, element.place))
    points = _points(given)
    if points is None:
        here.composer.leave_out(f"{element.place}: its points", "they are no whole numbers, or too many")
        return _Shape(QuestionKind.SINGLE_CHOICE)
    least, most = here.texts(given.get("minRateDescription")), here.texts(given.get("maxRateDescription"))
    ends = {points[0]: least, points[-1]: most}
    labels = {
        point: {language: f"{point} – {text}" for language, text in ends.get(point, {}).items()} for point in points
    }
    options = [ForeignOption(str(point), {ENGLISH: str(point)} | labels[point]) for point in points]
    asked = (wording.get(ENGLISH, "") + plain(given.get("name"))).casefold()
    kind = _kind_between(least.get(ENGLISH, ""), most.get(ENGLISH, ""), points)
    if list(points) == list(range(11)) and ("recommend" in asked or "nps" in asked):
        kind = QuestionKind.NPS
    elif kind is None:
        return _Shape(QuestionKind.SINGLE_CHOICE, tuple(options))
    scored = [replace(option, score=int(option.key)) for option in options]
    return _Shape(kind, tuple(scored if kind is QuestionKind.NPS else reversed(scored)))


def _kind_between(least: str, most: str, points: range) -> QuestionKind | None:
    """The scale of ours of which only the two ends have words."""
    kind = _ENDS.get((plain(least).casefold(), plain(most).casefold()))
    if points == range(1, 6):
        return kind
    return QuestionKind.EFFORT if kind is QuestionKind.EASE and points == range(1, 8) else None


def _points(given: Mapping[str, Any]) -> range | None:
    low, high, step = (_number(given.get(key)) for key in ("rateMin", "rateMax", "rateStep"))
    count = _number(given.get("rateCount"))
    low, step = 1.0 if low is None else low, step if step and step >= 1 else 1.0
    if high is None:
        high = low + count - 1 if count else 5.0
    if not (low.is_integer() and step.is_integer()) or not 0 <= (high - low) / step < _MOST_POINTS:
        return None
    return range(int(low), int(high) + 1, int(step))


def _options(here: _File, given: Mapping[str, Any], place: str) -> tuple[ForeignOption, ...]:
    """Answers: each an object, a value, or "value|text" as the first editions wrote it."""
    choices = given.get("choices")
    found: list[ForeignOption] = []
    for choice in choices if isinstance(choices, list) else ():
        if isinstance(choice, dict):
            value = choice.get("value", choice.get("name"))
            labels = here.texts(choice.get("text")) or here.texts(choice.get("title")) or here.texts(value)
            if plain(choice.get("visibleIf")) or plain(choice.get("enableIf")):
                here.composer.leave_out(
                    f"{place}, answer “{labels.get(ENGLISH, '')}”: its condition", "all answers are always offered"
                )
        elif isinstance(choice, str) and "|" in choice:
            value, text = choice.split("|", 1)
            labels = here.texts(text) or here.texts(value)
        else:
            value, labels = choice, here.texts(choice)
        key = _key(value)
        if key:
            found.append(ForeignOption(key, labels or {ENGLISH: key}))
        else:
            here.composer.leave_out(f"{place}, an answer", "it has no value")
    none, other = given.get("hasNone") is True, given.get("hasOther") is True
    if none:
        texts = here.texts(given.get("noneText")) or {ENGLISH: "None of these"}
        found.append(ForeignOption("none", texts, is_outside=True))
    if other:
        texts = here.texts(given.get("otherText")) or {ENGLISH: "Something else"}
        found.append(ForeignOption("other", texts, is_other=True))
    return tuple(found)


def _key(value: object) -> str:
    """A value as it is compared in conditions: true, 5 and "5" by their text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return plain(value)


def _piped(here: _File, texts: Texts, place: str) -> dict[str, str]:
    """Texts with our pipes in place of the file's, where an earlier answer can be said."""
    composer = here.composer

    def pipe(found: re.Match[str]) -> str:
        asked = composer.asked.get(found[1])
        if asked is not None and asked.options and asked.item.question.kind not in (QuestionKind.RANKING,):
            return "{{answer." + asked.item.question.code + "}}"
        composer.leave_out(f"{place}: {found[0]}", "only the chosen answer of an earlier question can stand in a text")
        return "…"

    return {language: _PIPE.sub(pipe, text) for language, text in texts.items()}


def _set_condition(here: _File, element: _Element) -> None:
    """Those of its page and panels and its own have to hold, all of them."""
    names = [name for name in _names_of(here, element) if name in here.composer.asked]
    if not names:
        return
    whole: Condition | None = None
    for place, expression in element.conditions:
        try:
            condition = condition_of(expression, here.composer.asked)
        except CannotBeSaid as problem:
            here.composer.leave_out(f"{place}: visibleIf {expression}", f"{problem}; it is always asked")
            continue
        both = condition if whole is None else both_hold(whole, condition)
        if both is None:
            here.composer.leave_out(f"{place}: visibleIf {expression}", "it mixes “all of” and “any of”")
        else:
            whole = both
    for name in names:
        here.composer.show_if(name, whole, element.place)


def _names_of(here: _File, element: _Element) -> list[str]:
    name = plain(element.given.get("name")) or element.place
    if name in here.composer.asked:
        return [name]
    rows = element.given.get("rows", element.given.get("items"))
    return [f"{name}.{row.key}" for row in _options(here, {"choices": rows}, element.place)]


READER = Reader("SurveyJS (.json)", _recognises, _read)
