"""Whatever becomes of answers, every figure is what a recount of them gives, at every step."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from threading import Event

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation
from survey_app.kernel.errors import Refused
from survey_app.kernel.periods import Period
from survey_app.measures import operations
from survey_app.measures.definitions import measure_named
from survey_app.measures.models import DayTally
from survey_app.measures.queries import figures
from survey_app.measures.queries.cells import months_to_recount
from survey_app.measures.queries.counts import counts_by_choice
from survey_app.measures.queries.cuts import Cut
from survey_app.measures.queries.standing import read_standing
from survey_app.measures.queries.verifying import verify
from survey_app.organisation.channels import CustomerKind
from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import ResponseChange, ResponseState, SurveyResponse
from survey_app.responses.operations import change_response, invited, quarantine, record_response, release, withdraw
from tests.factories import NOON, make_answers, make_invitation, make_service, make_survey, make_user
from tests.threads import meanwhile

pytestmark = pytest.mark.usefixtures("app")
DAYS = (date(2026, 3, 9), date(2026, 3, 10))
LATER = datetime(2027, 6, 1, tzinfo=UTC)
ACTS = ("record", "hold", "change", "withdraw", "quarantine", "release", "fold", "rebuild")
VALUES = ("5", "2", "dk", "")
A_STEP = st.tuples(st.sampled_from(ACTS), st.integers(0, 3), st.sampled_from(VALUES))


def take_step(act: str, invitation: Invitation, given: GivenAnswers, by: int) -> None:
    """One act on an invitation's newest answer. What a rule forbids moves nothing."""
    newest = db.session.scalars(
        select(SurveyResponse)
        .where(SurveyResponse.invitation_id == invitation.id)
        .order_by(SurveyResponse.id.desc())
        .limit(1)
    ).first()
    if act in ("record", "hold"):
        record_response(invited(invitation), given, now=NOON, quarantine_reason="scanner" if act == "hold" else None)
    elif act == "fold":
        operations.fold(most=3)
    elif act == "rebuild":
        operations.rebuild_month(date(2026, 3, 1))
    elif newest is not None:
        try:
            if act == "change":
                change_response(newest, given, now=NOON)
            elif act == "withdraw":
                withdraw(newest, now=NOON)
            elif act == "quarantine":
                quarantine(newest, "scanner", now=NOON)
            else:
                release(newest, now=NOON, by=by)
        except Refused:
            return


def recounted() -> Counter[str]:
    """What the responses that count say of satisfaction, read one by one."""
    counts: Counter[str] = Counter()
    for response in db.session.scalars(select(SurveyResponse).where(SurveyResponse.state == ResponseState.COUNTED)):
        db.session.refresh(response)
        first = response.survey_version.items[0].question_version
        options = {option.id: option.code for option in first.options}
        codes = [options[found.option_id] for found in response.answers if found.option_id in options]
        counts[codes[0] if codes else ""] += 1
    return counts


def counted(*by: str) -> Counter[str]:
    """The same as figures count it, by these dimensions, added up."""
    standing, measure = read_standing(LATER), measure_named("satisfaction")
    found = counts_by_choice(
        measure,
        [Period.parse("2026-03")],
        cut=Cut(None, (CustomerKind.RESIDENT,), {}),
        groups=by,
        services=standing.services,
        choices=standing.choices(measure),
    )
    counts: Counter[str] = Counter()
    for choices in found.cells.values():
        for choice, n in choices.items():
            counts[choice.code] += n
    return +counts


def day_cells() -> set[tuple[object, ...]]:
    found = select(DayTally.day, DayTally.question_version_id, DayTally.value, DayTally.count)
    return {tuple(row) for row in db.session.execute(found.where(DayTally.count != 0))}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(A_STEP, min_size=3, max_size=12))
def test_any_sequence_of_changes_is_counted_exactly_at_every_step(
    app: Flask, steps: list[tuple[str, int, str]]
) -> None:
    survey, service, by = make_survey(), make_service(), make_user("administrator").id
    asked = [make_invitation(service, survey, DAYS[n % 2]) for n in range(4)]
    code = survey.items[0].question_version.question.code
    for act, who, value in steps:
        take_step(act, asked[who], GivenAnswers({code: value} if value else {}), by)
        assert counted("service") == counted("channel", "mode") == recounted()
        assert verify() == []
    operations.fold_all()
    folded = day_cells()
    for month in months_to_recount():
        operations.rebuild_month(month)
    assert day_cells() == folded
    db.session.rollback()


def test_after_a_fold_a_change_keeps_a_digest_and_nothing_of_what_was_said() -> None:
    (response,) = make_answers(make_survey(), make_service(), DAYS[0], {"satisfaction": "5"})
    quarantine(response, "scanner", now=NOON)
    release(response, now=NOON, by=make_user("administrator").id)
    operations.fold_all()
    kept = db.session.scalars(select(ResponseChange)).all()
    assert {(line.value, line.delta, bool(line.row_digest)) for line in kept} == {("", 0, True)}
    assert len(kept) == 6


def test_answers_are_held_and_released_while_workers_fold(app: Flask) -> None:
    with transaction():
        survey, service, by = make_survey(), make_service(), make_user("administrator").id
        numbers = [response.id for response in make_answers(survey, service, DAYS[0], {"satisfaction": "5"}, 20)]
    over = Event()

    def fold() -> None:
        while not over.is_set():
            with transaction():
                operations.fold(most=7)

    with meanwhile(app, fold):
        for number in numbers:
            with transaction():
                quarantine(db.session.get_one(SurveyResponse, number), "scanner", now=NOON)
            if number % 2:
                with transaction():
                    release(db.session.get_one(SurveyResponse, number), now=NOON, by=by)
        over.set()
    left = sum(number % 2 for number in numbers)
    assert figures("satisfaction", *DAYS, now=LATER)[0].base == left
    assert verify() == []
    with transaction():
        operations.fold_all()
    assert figures("satisfaction", *DAYS, now=LATER)[0].base == left
    assert db.session.scalar(select(func.count()).select_from(ResponseChange).where(ResponseChange.delta != 0)) == 0
