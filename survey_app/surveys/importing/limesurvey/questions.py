"""LimeSurvey's kinds of question, each as questions of ours: an array is one for every row, under one stem."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from survey_app.surveys.bank import Limits
from survey_app.surveys.importing.cleaning import cleaned
from survey_app.surveys.importing.limesurvey.expressions import OTHER_CODE, Role
from survey_app.surveys.importing.limesurvey.source import Answer, Question, Texts, in_scale
from survey_app.surveys.kinds import QuestionKind

EN = "en"
_LONGEST_UNIT = 30
_USUAL_DECIMALS = 2
_YES_NO = {"Y": "Yes", "N": "No"}
_GENDERS = {"F": "Female", "M": "Male"}
_UNCERTAIN = {"Y": "Yes", "U": "Uncertain", "N": "No"}
_MORE_OR_LESS = {"I": "Increase", "S": "Same", "D": "Decrease"}


@dataclass(frozen=True)
class Choosable:
    """An option, by its code in LimeSurvey."""

    code: str
    labels: Texts
    is_outside: bool = False
    is_other: bool = False


@dataclass(frozen=True)
class Column:
    """One field of a response that belongs to a question: what follows the question's own name in the names that
    LimeSurvey gives it in a response, old and new, and in expressions."""

    role: Role
    old: str = ""
    new: str = ""
    spoken: str = ""
    option: str = ""  # LimeSurvey's code of the one that a flag or "other" is about


@dataclass(frozen=True)
class Part:
    """What becomes one question of ours."""

    kind: QuestionKind
    wording: Texts
    columns: tuple[Column, ...]
    names: tuple[str, ...] = ()  # what it is called beside the question that it is a part of
    options: tuple[Choosable, ...] = ()
    stem: Texts = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    shown_if: str | None = None  # LimeSurvey's code of an option of the part before that has to be chosen
    has_own_words: bool = True  # False: LimeSurvey's program says what its options are called


def parts_of(question: Question) -> list[Part]:
    """None for what asks nothing that can be asked here; `why_left_out` says why."""
    make = _MAKERS.get(question.type)
    return make(question) if make else []


def why_left_out(question: Question) -> str:
    return _NOT_ASKED.get(question.type, f"a question of LimeSurvey's type {question.type or '?'} cannot be asked here")


_NOT_ASKED = {
    "X": "it asks nothing: a page here has its title and its questions, and a question its hint",
    "*": "it is calculated from other answers, and nothing is calculated here while somebody answers",
    "|": "files cannot be handed in with an answer",
    "I": "every page here has a switch of languages",
}


def _fixed(options: Mapping[str, str]) -> tuple[Choosable, ...]:
    return tuple(Choosable(code, {EN: label}) for code, label in options.items())


def _points(most: int) -> tuple[Choosable, ...]:
    return _fixed({str(n): str(n) for n in range(1, most + 1)})


def _listed(answers: Iterable[Answer]) -> tuple[Choosable, ...]:
    return tuple(Choosable(answer.code, answer.labels) for answer in answers)


def _other(question: Question) -> tuple[Choosable, ...]:
    if question.says("other") != "Y":
        return ()
    own = {language: text for language, text in question.attributes.get("other_replace_text", {}).items() if text}
    return (Choosable(OTHER_CODE, own or {EN: "Other"}, is_other=True),)


def _one(question: Question, options: tuple[Choosable, ...], *, has_own_words: bool = True) -> list[Part]:
    columns = [Column(Role.ONE)]
    if any(option.is_other for option in options):
        columns.append(Column(Role.OTHER, "other", "_Cother", "_other", OTHER_CODE))
    single = QuestionKind.SINGLE_CHOICE
    return [Part(single, question.texts, tuple(columns), options=options, has_own_words=has_own_words)]


def _list(question: Question) -> list[Part]:
    return _one(question, _listed(question.answers) + _other(question))


def _list_with_comment(question: Question) -> list[Part]:
    comment = Column(Role.TEXT, "comment", "_Ccomment", "_comment")
    text = Part(QuestionKind.TEXT, {EN: "Your comment on that"}, (comment,), ("comment",))
    return [*_one(question, _listed(question.answers)), text]


def _written(kind: QuestionKind) -> Callable[[Question], list[Part]]:
    return lambda question: [Part(kind, question.texts, (Column(Role.TEXT),))]


def _day(question: Question) -> list[Part]:
    return [Part(QuestionKind.DATE, question.texts, (Column(Role.DAY),))]


def _number(question: Question) -> list[Part]:
    limits = _number_limits(question, "min_num_value_n", "max_num_value_n")
    return [Part(QuestionKind.NUMBER, question.texts, (Column(Role.NUMBER),), limits=limits)]


def _number_limits(question: Question, least: str, most: str) -> Limits:
    if question.attribute("slider_layout"):
        low, high = _amount(question.attribute("slider_min") or "0"), _amount(question.attribute("slider_max") or "100")
    else:
        low, high = _amount(question.attribute(least)), _amount(question.attribute(most))
    if low is not None and high is not None and low > high:
        low = high = None
    unit = cleaned(question.attribute("suffix")).text[:_LONGEST_UNIT]
    return Limits(low, high, unit, 0 if question.attribute("num_value_int_only") else _USUAL_DECIMALS)


def _amount(text: str) -> float | None:
    try:
        amount = float(text)
    except ValueError:
        return None
    if not abs(amount) <= 1e12:
        return None
    return int(amount) if amount.is_integer() else amount


def _several(question: Question) -> list[Part]:
    alone = {code.strip() for code in question.attribute("exclude_all_others").split(";")}
    options = tuple(Choosable(part.title, part.texts, part.title in alone) for part in question.parts)
    flags = [Column(Role.FLAG, p.title, f"_S{p.qid}", f"_{p.title}", p.title) for p in question.parts]
    other = _other(question)
    columns = [*flags, *(Column(Role.OTHER, "other", "_Cother", "_other", OTHER_CODE) for _ in other)]
    limits = [_amount(question.attribute(name)) for name in ("min_answers", "max_answers")]
    low, high = (limit if limit and limit <= len(options + other) else None for limit in limits)
    usable = Limits(low, high) if low is None or high is None or low <= high else Limits()
    kind = QuestionKind.MULTIPLE_CHOICE
    return [Part(kind, question.texts, tuple(columns), options=options + other, limits=usable)]


def _several_with_comments(question: Question) -> list[Part]:
    comments = [
        Part(
            QuestionKind.SHORT_TEXT,
            {language: f"Your comment on “{text}”" for language, text in part.texts.items() if language == EN}
            or {EN: f"Your comment on “{part.title}”"},
            (Column(Role.TEXT, f"{part.title}comment", f"_S{part.qid}_Ccomment", f"_{part.title}comment"),),
            (part.title, "comment"),
            shown_if=part.title,
        )
        for part in question.parts
    ]
    return [*_several(question), *comments]


def _ranking(question: Question) -> list[Part]:
    """Its options were answers, and are parts of it since version 7."""
    named = [(part.title, part.texts, part.qid) for part in question.parts]
    named = named or [(answer.code, answer.labels, "") for answer in question.answers]
    columns = [
        Column(Role.RANK, str(place), f"_S{qid}" if qid else f"_R{place}", f"_{place}")
        for place, (_, _, qid) in enumerate(named, start=1)
    ]
    options = tuple(Choosable(code, labels) for code, labels, _ in named)
    return [Part(QuestionKind.RANKING, question.texts, tuple(columns), options=options)]


def _rows(options: Callable[[Question], tuple[Choosable, ...]], *, fixed: bool) -> Callable[[Question], list[Part]]:
    def rows(question: Question) -> list[Part]:
        return [
            Part(
                QuestionKind.SINGLE_CHOICE,
                _without_poles(part.texts),
                (Column(Role.ONE, part.title, f"_S{part.qid}", f"_{part.title}"),),
                (part.title,),
                options(question),
                question.texts,
                has_own_words=not fixed,
            )
            for part in in_scale(question.parts, 0)
        ]

    return rows


def _without_poles(texts: Texts) -> Texts:
    """A row between two poles is written "left|right"."""
    return {language: " – ".join(filter(None, text.split("|"))) for language, text in texts.items()}


def _two_scales(question: Question) -> list[Part]:
    parts = []
    for scale, header in enumerate(("dualscale_headerA", "dualscale_headerB")):
        heads = question.attributes.get(header, {})
        stem = {
            language: "<br>".join(filter(None, (text, heads.get(language) or heads.get(""))))
            for language, text in question.texts.items()
        }
        options = _listed(answer for answer in question.answers if answer.scale == scale)
        parts += [
            Part(
                QuestionKind.SINGLE_CHOICE,
                part.texts,
                (Column(Role.ONE, f"{part.title}-{scale}", f"_S{part.qid}-{scale}", f"_{part.title}_{scale}"),),
                (part.title, str(scale + 1)),
                options,
                stem,
            )
            for part in question.parts
        ]
    return parts


def _several_of(kind: QuestionKind, role: Role) -> Callable[[Question], list[Part]]:
    """Several boxes to fill in, one below the other."""

    def boxes(question: Question) -> list[Part]:
        limits = Limits()
        if kind is QuestionKind.NUMBER:
            limits = _number_limits(question, "min_num_value_n", "max_num_value_n")
        return [
            Part(
                kind,
                _without_poles(part.texts),
                (Column(role, part.title, f"_S{part.qid}", f"_{part.title}"),),
                (part.title,),
                stem=question.texts,
                limits=limits,
            )
            for part in question.parts
        ]

    return boxes


def _table(kind: QuestionKind, role: Role) -> Callable[[Question], list[Part]]:
    """Boxes in rows and columns: a question for each box."""

    def boxes(question: Question) -> list[Part]:
        rows, columns = in_scale(question.parts, 0), in_scale(question.parts, 1)
        if kind is QuestionKind.NUMBER and question.attribute("multiflexible_checkbox"):
            return [_row_of_ticks(question, row, columns) for row in rows]
        limits = Limits()
        if kind is QuestionKind.NUMBER:
            limits = _number_limits(question, "multiflexible_min", "multiflexible_max")
        return [
            Part(
                kind,
                {
                    language: " – ".join(filter(None, (text, column.texts.get(language))))
                    for language, text in row.texts.items()
                },
                (_cell(role, row, column),),
                (row.title, column.title),
                stem=question.texts,
                limits=limits,
            )
            for row in rows
            for column in columns
        ]

    return boxes


def _row_of_ticks(question: Question, row: Question, columns: list[Question]) -> Part:
    return Part(
        QuestionKind.MULTIPLE_CHOICE,
        row.texts,
        tuple(_cell(Role.FLAG, row, column) for column in columns),
        (row.title,),
        tuple(Choosable(column.title, column.texts) for column in columns),
        question.texts,
    )


def _cell(role: Role, row: Question, column: Question) -> Column:
    spoken = f"{row.title}_{column.title}"
    return Column(role, spoken, f"_S{row.qid}_S{column.qid}", f"_{spoken}", column.title)


_MAKERS: Mapping[str, Callable[[Question], list[Part]]] = {
    "5": lambda question: _one(question, _points(5)),
    "L": _list,
    "!": _list,
    "O": _list_with_comment,
    "Y": lambda question: _one(question, _fixed(_YES_NO), has_own_words=False),
    "G": lambda question: _one(question, _fixed(_GENDERS), has_own_words=False),
    "M": _several,
    "P": _several_with_comments,
    "R": _ranking,
    "A": _rows(lambda _: _points(5), fixed=False),
    "B": _rows(lambda _: _points(10), fixed=False),
    "C": _rows(lambda _: _fixed(_UNCERTAIN), fixed=True),
    "E": _rows(lambda _: _fixed(_MORE_OR_LESS), fixed=True),
    "F": _rows(lambda question: _listed(question.answers), fixed=False),
    "H": _rows(lambda question: _listed(question.answers), fixed=False),
    "1": _two_scales,
    "K": _several_of(QuestionKind.NUMBER, Role.NUMBER),
    "Q": _several_of(QuestionKind.SHORT_TEXT, Role.TEXT),
    ":": _table(QuestionKind.NUMBER, Role.NUMBER),
    ";": _table(QuestionKind.SHORT_TEXT, Role.TEXT),
    "N": _number,
    "D": _day,
    "S": _written(QuestionKind.SHORT_TEXT),
    "T": _written(QuestionKind.TEXT),
    "U": _written(QuestionKind.TEXT),
}
