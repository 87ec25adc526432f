"""Defining measures of the council's own. Nothing here commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from survey_app.audit.operations import record_act_by
from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.measures.own.models import OwnMeasure
from survey_app.measures.own.queries import as_measure, question_asked, rule_of
from survey_app.measures.own.rule import OwnRule, as_document, problems_of, scale_of
from survey_app.surveys.queries import question_by_code


def define_measure(rule: OwnRule, *, based_on: int = 0, now: datetime, by: int | None = None) -> OwnMeasure:
    """Store a measure, or a new version of one: what was counted by an earlier rule keeps that rule.

    `based_on` is the version that the author saw, 0 for a new measure. InvalidInput for a rule that makes no figure;
    Refused when the name is taken, or somebody made a newer version meanwhile. The same rule again changes nothing.
    """
    options = [option.choice for option in question_asked(rule.question).options]
    for problem in problems_of(rule, options).values():
        raise InvalidInput(problem)
    newest = db.session.scalar(
        select(OwnMeasure).where(OwnMeasure.code == rule.code).order_by(OwnMeasure.version.desc()).limit(1)
    )
    if (newest.version if newest else 0) != based_on:
        raise Refused(_why_not(rule.code, newest, based_on))
    if newest is not None and rule_of(newest) == rule:
        return newest
    question = question_by_code(rule.question)
    scale = scale_of(rule, options) or (None, None)
    row = OwnMeasure(
        code=rule.code,
        version=based_on + 1,
        label=rule.label,
        words=rule.words,
        question=question,
        unit=rule.unit,
        options={code: part.value for code, part in rule.options.items()},
        scale_low=scale[0],
        scale_high=scale[1],
        lower_is_better=rule.lower_is_better,
        defined_by=by,
        defined_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError as error:
        raise Refused(_why_not(rule.code, None, based_on)) from error
    before = None if newest is None else as_document(as_measure(newest)) | {"version": newest.version}
    after = as_document(as_measure(row)) | {"version": row.version}
    record_act_by("measure.defined", rule.code, at=now, by=by, before=before, after=after)
    return row


def _why_not(code: str, newest: OwnMeasure | None, based_on: int) -> str:
    if based_on == 0:
        return f"There is a measure called {code} already. Choose another name, or change that one."
    if newest is None:
        return f"Somebody has just changed {code}. Look at it again before you change it."
    return f"Somebody has made version {newest.version} of {code} meanwhile. Look at it before you change it."
