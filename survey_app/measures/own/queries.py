"""Reading the council's own measures, and every measure there is by its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from survey_app.extensions import db
from survey_app.kernel.characters import fit, shortened
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.measures.definitions import MEASURES, Choice, Measure
from survey_app.measures.own.models import OwnMeasure
from survey_app.measures.own.rule import CODE, OwnRule, Part, measure_of
from survey_app.surveys.kinds import TALLIED
from survey_app.surveys.models import Option, Question, QuestionVersion


def measure_called(name: str) -> Measure:
    """The measure of this name, one of ours or the newest version of the council's own. InvalidInput, with all the
    names, when there is none."""
    if name in MEASURES:
        return MEASURES[name]
    found = db.session.scalar(_newest().where(OwnMeasure.code == name)) if CODE.fullmatch(name) else None
    if found is None:
        names = sorted([*MEASURES, *(measure.name for measure in own_measures())])
        raise InvalidInput(f"There is no measure called {shortened(name)}. The measures are {', '.join(names)}.")
    return as_measure(found)


def all_measures() -> list[Measure]:
    """Ours in their order, then the council's own by label."""
    return [*MEASURES.values(), *own_measures()]


def own_measures() -> list[Measure]:
    """The newest version of each measure that the council defined, by label."""
    return [as_measure(row) for row in db.session.scalars(_newest().order_by(OwnMeasure.label, OwnMeasure.code))]


def as_measure(row: OwnMeasure) -> Measure:
    scale = None if row.scale_low is None or row.scale_high is None else (row.scale_low, row.scale_high)
    return measure_of(rule_of(row), row.version, scale)


def rule_of(row: OwnMeasure) -> OwnRule:
    """The rule of a version, as a form shows it again."""
    return OwnRule(
        code=row.code,
        label=row.label,
        words=row.words,
        question=row.question.code,
        unit=row.unit,
        options={code: Part(part) for code, part in row.options.items()},
        lower_is_better=row.lower_is_better,
    )


def versions_of(code: str) -> Sequence[OwnMeasure]:
    """Every version of one measure of the council's own, newest first. NotFound when there is none."""
    rows = db.session.scalars(
        select(OwnMeasure)
        .where(OwnMeasure.code == fit(code))
        .options(joinedload(OwnMeasure.author))
        .order_by(OwnMeasure.version.desc())
    ).all()
    if not rows:
        raise NotFound(f"The council has defined no measure called {code}.")
    return rows


@dataclass(frozen=True)
class AskedOption:
    """An option of a question in its newest wording."""

    label: str
    choice: Choice


@dataclass(frozen=True)
class AskedQuestion:
    """A question that a measure can stand on, with the options of all its wordings."""

    code: str
    label: str
    options: Sequence[AskedOption]


def questions() -> list[AskedQuestion]:
    """Every question with options, by the label that managers read."""
    rows = db.session.execute(
        select(Question.code, QuestionVersion.short_label, Option.code, Option.label, Option.score)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .join(Option, Option.question_version_id == QuestionVersion.id)
        .where(QuestionVersion.kind.in_(TALLIED))
        .order_by(Question.code, QuestionVersion.number, Option.position)
    )
    labels: dict[str, str] = {}
    options: dict[str, dict[str, AskedOption]] = {}
    for question, question_label, code, label, score in rows:
        labels[question] = question_label  # the newest wording wins, here and below
        options.setdefault(question, {})[code] = AskedOption(label, Choice(code, score))
    found = [AskedQuestion(code, label, list(options[code].values())) for code, label in labels.items()]
    return sorted(found, key=lambda question: (question.label, question.code))


def question_asked(code: str) -> AskedQuestion:
    """One of them. NotFound when there is none."""
    for question in questions():
        if question.code == code:
            return question
    raise NotFound("There is no such question.")


def _newest() -> Select[OwnMeasure]:
    newest = select(func.max(OwnMeasure.id)).group_by(OwnMeasure.code)
    return select(OwnMeasure).where(OwnMeasure.id.in_(newest))
