"""How many of those who began came to the end, and where the others stopped."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from survey_app.extensions import db, transaction
from survey_app.invitations.models import InvitationState
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.periods import Period
from survey_app.measures.address import make_query
from survey_app.measures.figures import Figure
from survey_app.measures.queries import figures, open_passport
from survey_app.measures.queries.break_offs import break_offs
from survey_app.measures.queries.verifying import verify
from survey_app.organisation.channels import Channel, CustomerKind, Mode
from survey_app.organisation.models import Service
from survey_app.organisation.scope import Scope
from survey_app.responses.models import ResponseState
from survey_app.statistics.intervals import wilson_interval
from survey_app.surveys.kinds import Paging
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.operations import set_paging
from tests.factories import make_answers, make_draft, make_invitation, make_service, make_survey

DAY = date(2025, 6, 10)
YEAR = date(2025, 4, 1), date(2026, 3, 31)
NOW = datetime(2026, 5, 1, 6, tzinfo=UTC)


@pytest.fixture
def survey(app: Flask) -> SurveyVersion:
    """One question a page."""
    return make_survey(paging=Paging.ONE_QUESTION)


@pytest.fixture
def waste(app: Flask) -> Service:
    return make_service("waste")


def rate(**where: str) -> Figure:
    (figure,) = figures("completion_rate", *YEAR, where=where, now=NOW)
    return figure


def test_it_is_complete_answers_of_those_and_drafts_that_were_not_finished(
    survey: SurveyVersion, waste: Service
) -> None:
    make_answers(survey, waste, DAY, {"satisfaction": "5"}, 30)
    for _ in range(10):
        make_draft(survey, waste, DAY)
    figure = rate()
    assert (figure.numerator, figure.base, figure.value) == (30, 40, 0.75)
    assert (figure.low, figure.high) == tuple(wilson_interval(30, 40))


def test_a_survey_of_one_page_has_none_and_moves_no_other(survey: SurveyVersion, waste: Service) -> None:
    make_answers(make_survey("short"), waste, DAY, {"satisfaction": "5"}, 50)
    assert (rate().value, rate().base) == (None, 0)
    make_answers(survey, waste, DAY, {"satisfaction": "5"}, 12)
    assert rate().base == 12


def test_a_survey_that_was_divided_later_is_counted_from_then_on(app: Flask, waste: Service) -> None:
    survey = make_survey()
    make_answers(survey, waste, DAY, {"satisfaction": "5"}, 100)
    divided = datetime(2025, 7, 1, 9, tzinfo=UTC)
    set_paging(survey.survey, Paging.PAGES, now=divided)
    assert rate().base == 0
    later = DAY + timedelta(days=30)
    make_answers(survey, waste, later, {"satisfaction": "5"}, 15)
    for day in (DAY, later, later, later, later, later):  # the first is of an earlier division
        make_draft(survey, waste, day)
    set_paging(survey.survey, Paging.ONE_QUESTION, now=divided + timedelta(days=90))
    figure = rate()
    assert (figure.numerator, figure.base) == (15, 20)
    assert (break_offs(Period("2025-26", *YEAR)).began, verify()) == (20, [])
    set_paging(survey.survey, Paging.ONE_PAGE, now=divided + timedelta(days=91))
    assert (rate().base, survey.survey.paging_since_at) == (0, None)


def test_held_and_withdrawn_answers_are_neither_and_below_ten_nothing_is_shown(
    survey: SurveyVersion, waste: Service
) -> None:
    make_answers(survey, waste, DAY, {"satisfaction": "5"}, 9)
    for state in (ResponseState.QUARANTINED, ResponseState.WITHDRAWN):
        make_answers(survey, waste, DAY, {"satisfaction": "5"}, 5, state=state)
    figure = rate()
    assert (figure.base, figure.suppressed, figure.value) == (9, True, None)


def test_a_draft_of_an_invitation_that_was_answered_otherwise_or_wrongly_made_is_none(
    survey: SurveyVersion, waste: Service
) -> None:
    answered, void = make_invitation(waste, survey, DAY), make_invitation(waste, survey, DAY)
    make_answers(survey, waste, DAY, {"satisfaction": "5"}, mode=Mode.PHONE, invitation_id=answered.id)
    make_answers(survey, waste, DAY, {"satisfaction": "5"}, 19)
    void.state = InvitationState.VOID
    for invitation in (answered, void):
        make_draft(survey, waste, DAY, invitation_id=invitation.id)
    assert rate().base == 20


def test_it_goes_by_what_a_draft_knows_and_says_what_it_does_not(survey: SurveyVersion, waste: Service) -> None:
    housing = make_service("housing")
    for service, channel, mode, day in (
        (waste, Channel.PHONE, Mode.WEB, DAY),
        (housing, Channel.EMAIL, Mode.KIOSK, DAY + timedelta(days=40)),
    ):
        make_answers(survey, service, day, {"satisfaction": "5"}, 20, channel=channel, mode=mode)
        for _ in range(5):
            make_draft(survey, service, day, channel=channel, mode=mode)
    expected = {"service": ("housing", "waste"), "channel": ("email", "phone"), "mode": ("kiosk", "web")}
    for name, codes in expected.items():
        parts = figures("completion_rate", *YEAR, by=[name], now=NOW)
        assert [(part.group[0], part.numerator, part.base) for part in parts] == [(code, 20, 25) for code in codes]
    months = {f.period.label: f.base for f in figures("completion_rate", *YEAR, by=["month"], now=NOW) if f.base}
    assert months == {"2025-06": 25, "2025-07": 25}
    assert rate(service="waste", mode="web").base == 25
    with pytest.raises(InvalidInput, match="language is known of answers only"):
        figures("completion_rate", *YEAR, by=["language"], now=NOW)


def test_drafts_of_partners_and_of_other_services_stay_apart(survey: SurveyVersion, waste: Service) -> None:
    partners = make_survey("partners", customer_kind=CustomerKind.PARTNER, paging=Paging.PAGES)
    for _ in range(12):
        make_draft(partners, waste, DAY)
        make_draft(survey, waste, DAY)
    assert (rate().base, rate(customer_kind="partner").base) == (12, 12)
    nowhere = Scope(frozenset())
    (figure,) = figures("completion_rate", *YEAR, scope=nowhere, now=NOW)
    assert figure.base == 0


def test_its_passport_holds_the_counts(survey: SurveyVersion, waste: Service) -> None:
    make_answers(survey, waste, DAY, {"satisfaction": "5"}, 30)
    make_draft(survey, waste, DAY)
    opened = open_passport(make_query("completion_rate", *YEAR), now=NOW)
    counts = opened.document["counts"]
    assert (counts["numerator"], counts["base"]) == (30, 31)
    assert counts["by_value"] == {"complete": 30, "draft": 1}


def test_the_command_shows_it(survey: SurveyVersion, waste: Service, runner: FlaskCliRunner) -> None:
    with transaction():
        make_answers(survey, waste, DAY, {"satisfaction": "5"}, 30)
        for _ in range(10):
            make_draft(survey, waste, DAY)
    days = ["--from", "2025-04-01", "--to", "2026-03-31"]
    shown = runner.invoke(args=["measures", "show", "completion_rate", *days, "--json"])
    assert shown.exit_code == 0, shown.output
    (figure,) = json.loads(shown.stdout)["figures"]
    assert (figure["value"], figure["numerator"], figure["base"]) == (0.75, 30, 40)


def test_where_people_stop_is_counted_by_question_the_most_first(survey: SurveyVersion, waste: Service) -> None:
    make_answers(survey, waste, DAY, {"satisfaction": "5"}, 14)
    for at in (1, 2, 2, 2, 1, 2):
        make_draft(survey, waste, DAY, at=at)
    found = break_offs(Period.between(*YEAR))
    assert (found.began, found.unfinished) == (20, 6)
    assert [(each.question, each.count, each.share) for each in found.at] == [
        ("resolved", 4, 0.2),
        ("timeliness", 2, 0.1),
    ]


def test_shares_of_fewer_than_ten_who_began_are_not_told(survey: SurveyVersion, waste: Service) -> None:
    make_draft(survey, waste, DAY)
    found = break_offs(Period.between(*YEAR))
    assert [(each.question, each.count, each.share) for each in found.at] == [("satisfaction", 1, None)]


def test_without_a_survey_of_several_pages_nobody_stops(waste: Service) -> None:
    make_answers(make_survey(), waste, DAY, {"satisfaction": "5"}, 14)
    assert break_offs(Period.between(*YEAR)).began == 0
    assert db.session.query(Service).count() == 1
