"""Figures read from the database equal what the test counts itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from survey_app.comments.models import Comment
from survey_app.extensions import db
from survey_app.invitations.models import InvitationState
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.measures import operations
from survey_app.measures.figures import Figure
from survey_app.measures.models import Target
from survey_app.measures.queries import figures
from survey_app.measures.queries.verifying import verify
from survey_app.organisation.channels import Channel, CustomerKind, Mode
from survey_app.organisation.models import Service
from survey_app.organisation.scope import Scope
from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import AnswerText, ResponseState, SurveyResponse
from survey_app.responses.operations import invited, quarantine, record_response
from survey_app.statistics.target_status import Comparator
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.operations import publish_default_survey
from survey_app.work.models import Subject
from survey_app.work.operations import recount
from tests.factories import (
    NOON,
    make_answers,
    make_contact,
    make_invitation,
    make_service,
    make_survey,
    withdraw,
)
from tests.oracles import oracle
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("app")
YEAR = date(2025, 4, 1), date(2026, 3, 31)
LATER = datetime(2026, 7, 1, 9, tzinfo=UTC)
DAY = date(2025, 6, 10)


def one(measure: str = "satisfaction", first: date = YEAR[0], last: date = YEAR[1], **asked: Any) -> Figure:
    (figure,) = figures(measure, first, last, **{"now": LATER} | asked)
    return figure


def many(measure: str = "satisfaction", *by: str, **asked: Any) -> dict[tuple[str, ...], Figure]:
    found = figures(measure, *YEAR, by=by, **{"now": LATER} | asked)
    return {figure.group or (figure.period.label,): figure for figure in found}


def add_target(value: float, **facts: Any) -> None:
    defaults = {"measure": "satisfaction", "value": value, "valid_from": date(2020, 1, 1), "entered_at": NOON}
    db.session.add(Target(**defaults | facts))
    db.session.flush()


def two_years_of_the_borough(survey: SurveyVersion, service: Service) -> None:
    make_answers(survey, service, DAY, {"satisfaction": "5"}, 1000)
    make_answers(survey, service, DAY, {"satisfaction": "4"}, 222)
    make_answers(survey, service, DAY, {"satisfaction": "2"}, 12)
    make_answers(survey, service, date(2024, 6, 10), {"satisfaction": "5"}, 1152)
    make_answers(survey, service, date(2024, 6, 10), {"satisfaction": "1"}, 36)


def test_the_borough_meets_its_target_and_has_improved() -> None:
    two_years_of_the_borough(make_survey(), make_service())
    add_target(0.9, comparator=Comparator.OVER)
    operations.fold_all()

    figure = one()

    (expected,) = (row for row in oracle("scenario_figures.csv") if row["scenario"] == "borough")
    assert (figure.numerator, figure.base) == (1222, 1234)
    assert figure.value == 1222 / 1234
    assert (figure.previous.value, figure.previous.base) == (1152 / 1188, 1188)
    assert (figure.low, figure.high) == pytest.approx((float(expected["low"]), float(expected["high"])), abs=1e-8)
    assert (figure.target, figure.comparator, figure.status) == (0.9, "over", "met_with_confidence")
    assert not figure.provisional
    assert figure.change is not None
    assert figure.change.verdict == "improved"
    assert figure.change.sentence == expected["sentence"]
    assert figure.change.p_value == pytest.approx(float(expected["p_value"]), abs=1e-8)
    assert (figure.period.label, figure.counted_from) == ("2025/26", "tallies")


def test_what_is_outside_the_base_is_counted_beside_it() -> None:
    survey, service = make_survey(), make_service()
    for code, n in {"5": 9, "4": 6, "3": 1, "2": 1, "1": 2, "dk": 2, "na": 1, "": 2}.items():
        make_answers(survey, service, DAY, {"satisfaction": code}, n)
    figure = one()
    assert (figure.numerator, figure.base) == (15, 19)
    assert dict(figure.outside) == {"blank": 2, "does_not_apply": 1, "dont_know": 2}
    assert dict(figure.by_value) == {"1": 2, "2": 1, "3": 1, "4": 6, "5": 9}
    assert figure.indicative


def test_one_question_feeds_share_mean_and_net_share() -> None:
    survey, service = make_survey(), make_service()
    for code, n in {"5": 20, "4": 10, "3": 5, "2": 3, "1": 2}.items():
        make_answers(survey, service, DAY, {"satisfaction": code}, n)
    assert one("satisfaction").value == 30 / 40
    assert one("satisfaction_mean").value == (100 + 40 + 15 + 6 + 2) / 40
    assert one("net_satisfaction").value == (30 - 5) / 40
    mean = one("satisfaction_mean")
    assert mean.low is not None
    assert mean.low < 163 / 40 < (mean.high or 0) < 5


def test_partly_is_in_the_base_of_resolved_and_too_early_is_not() -> None:
    survey, service = make_survey(), make_service()
    for code, n in {"yes": 12, "partly": 4, "no": 2, "too_early": 3}.items():
        make_answers(survey, service, DAY, {"resolved": code}, n)
    figure = one("resolved")
    assert (figure.numerator, figure.base) == (12, 18)
    assert figure.outside["too_early"] == 3


def test_folded_half_folded_and_unfolded_give_the_same_figures() -> None:
    survey, service = make_survey(), make_service()
    gone, *_rest = make_answers(survey, service, DAY, {"satisfaction": "5"}, 30)
    make_answers(survey, service, date(2025, 8, 1), {"satisfaction": "1"}, 11, channel=Channel.EMAIL)
    asked = [("satisfaction", ()), ("satisfaction", ("month",)), ("satisfaction", ("channel",)), ("resolved", ())]

    def answers() -> list[list[Figure]]:
        return [figures(name, *YEAR, by=by, now=LATER) for name, by in asked]

    unfolded = answers()
    operations.fold(most=20)
    assert answers() == unfolded
    operations.fold_all()
    assert answers() == unfolded
    withdraw(gone)
    live = answers()
    assert live[0][0].base == 40
    operations.fold_all()
    assert answers() == live


def test_quarantined_withdrawn_and_test_answers_are_in_no_figure() -> None:
    survey, service = make_survey(), make_service()
    make_answers(survey, service, DAY, {"satisfaction": "5"}, 12)
    make_answers(survey, service, DAY, {"satisfaction": "1"}, 3, is_test=True)
    make_answers(survey, service, DAY, {"satisfaction": "1"}, 2, state=ResponseState.QUARANTINED)
    (caught,) = make_answers(survey, service, DAY, {"satisfaction": "1"})
    quarantine(caught, "scanner", now=LATER)
    for by in ((), ("channel",), ("channel", "mode")):
        (figure,) = figures("satisfaction", *YEAR, by=by, now=LATER)
        assert (figure.numerator, figure.base) == (12, 12)


def test_internal_customers_are_never_pooled_into_residents_figures() -> None:
    service = make_service()
    make_answers(make_survey(), service, DAY, {"satisfaction": "5"}, 20)
    partners = make_survey("internal", customer_kind=CustomerKind.INTERNAL)
    make_answers(partners, service, DAY, {"satisfaction": "1"}, 15)
    assert (one().numerator, one().base) == (20, 20)
    internal = one(where={"customer_kind": "internal"})
    assert (internal.numerator, internal.base) == (0, 15)


def test_months_quarters_and_years_carry_their_labels_and_add_up() -> None:
    survey, service = make_survey(), make_service()
    for month in range(1, 13):
        make_answers(survey, service, date(2025, month, 28), {"satisfaction": "4"}, 10 + month)
    asked = {"first": date(2025, 2, 1), "last": date(2025, 12, 31), "now": LATER}
    months = figures("satisfaction", **asked, by=["month"])
    quarters = figures("satisfaction", **asked, by=["quarter"])
    years = figures("satisfaction", **asked, by=["year"])
    assert [(f.period.label, f.base) for f in months][:3] == [("2025-02", 12), ("2025-03", 13), ("2025-04", 14)]
    assert [f.period.label for f in quarters] == ["2024/25 Q4", "2025/26 Q1", "2025/26 Q2", "2025/26 Q3"]
    assert [f.period.label for f in years] == ["2024/25", "2025/26"]
    total = one(first=date(2025, 2, 1), last=date(2025, 12, 31)).base
    assert sum(f.base for f in months) == sum(f.base for f in quarters) == sum(f.base for f in years) == total


def test_the_leap_day_counts_in_its_year_and_compares_with_the_end_of_february() -> None:
    survey, service = make_survey(), make_service()
    make_answers(survey, service, date(2024, 2, 29), {"satisfaction": "5"}, 11)
    make_answers(survey, service, date(2023, 2, 28), {"satisfaction": "5"}, 12)
    make_answers(survey, service, date(2025, 2, 28), {"satisfaction": "5"}, 13)
    leap = one(first=date(2024, 2, 1), last=date(2024, 2, 29))
    assert (leap.base, leap.previous.base, leap.previous.period.last) == (11, 12, date(2023, 2, 28))
    after = one(first=date(2025, 2, 1), last=date(2025, 2, 28))
    assert (after.base, after.previous.base) == (13, 0)
    assert one(first=date(2024, 4, 1), last=date(2025, 3, 31)).previous.base == 11


def test_answers_on_the_days_the_clocks_change_count_once_and_in_their_month() -> None:
    survey, service = make_survey(), make_service()
    instants = [
        datetime(2025, 3, 30, 0, 30, tzinfo=UTC),
        datetime(2025, 3, 30, 22, 59, tzinfo=UTC),
        datetime(2025, 3, 31, 23, 0, tzinfo=UTC),  # 00:00 on 1 April in London
        datetime(2025, 10, 26, 0, 30, tzinfo=UTC),  # 01:30 for the first time
        datetime(2025, 10, 26, 1, 30, tzinfo=UTC),  # 01:30 for the second
    ]
    for instant in instants:
        make_answers(survey, service, london_day(instant), {"satisfaction": "5"}, 10, submitted_at=instant)
    months = figures("satisfaction", date(2025, 3, 1), date(2025, 10, 31), by=["month"], now=LATER)
    assert {f.period.label: f.base for f in months if f.base} == {"2025-03": 20, "2025-04": 10, "2025-10": 20}


def test_a_base_below_ten_hides_everything_but_itself() -> None:
    survey, service = make_survey(), make_service()
    make_answers(survey, service, DAY, {"satisfaction": "5"}, 9)
    make_answers(survey, service, date(2024, 6, 1), {"satisfaction": "5"}, 40)
    figure = one()
    assert figure.suppressed
    assert (figure.base, figure.status) == (9, "suppressed")
    assert (figure.value, figure.numerator, figure.low, figure.high, figure.change) == (None,) * 5
    assert (dict(figure.by_value), dict(figure.outside)) == ({}, {})
    assert figure.previous.value == 1.0


def test_no_answers_is_no_figure_and_hides_nothing() -> None:
    make_survey()
    figure = one()
    assert (figure.value, figure.base, figure.status, figure.suppressed) == (None, 0, None, False)


def test_a_hidden_group_cannot_be_had_by_subtraction() -> None:
    survey = make_survey()
    for code, n in {"council-tax": 40, "housing": 7, "libraries": 12, "waste": 55}.items():
        make_answers(survey, make_service(code), DAY, {"satisfaction": "5"}, n)
    found = many("satisfaction", "service")
    assert {code for (code,), figure in found.items() if figure.suppressed} == {"housing", "libraries"}
    assert found["libraries",].value is None
    assert found["libraries",].base == 12


def test_a_year_before_that_was_small_is_hidden_and_named_as_fewer_than_ten() -> None:
    survey, service = make_survey(), make_service()
    make_answers(survey, service, DAY, {"satisfaction": "5"}, 40)
    make_answers(survey, service, date(2024, 6, 10), {"satisfaction": "5"}, 4)
    figure = one()
    assert (figure.previous.value, figure.previous.base) == (None, 4)
    assert figure.change is not None
    assert figure.change.verdict == "not_enough"
    assert "fewer than 10 last year" in figure.change.sentence


def test_changes_in_one_breakdown_allow_for_each_other() -> None:
    survey = make_survey()
    for code in ("benefits", "housing", "waste"):
        service = make_service(code)
        make_answers(survey, service, DAY, {"satisfaction": "5"}, 95)
        make_answers(survey, service, DAY, {"satisfaction": "1"}, 5)
        make_answers(survey, service, date(2024, 6, 10), {"satisfaction": "5"}, 85)
        make_answers(survey, service, date(2024, 6, 10), {"satisfaction": "1"}, 15)
    alone = one(where={"service": "waste"}).change
    beside = many("satisfaction", "service")["waste",].change
    assert alone is not None
    assert beside is not None
    assert (alone.adjusted_for, alone.verdict) == (1, "improved")
    assert (beside.adjusted_for, beside.verdict) == (3, "no_change_shown")
    assert beside.p_value == alone.p_value


def test_each_dimension_and_filter_counts_its_own_answers() -> None:
    survey, service = make_survey(), make_service()
    make_answers(survey, service, DAY, {"satisfaction": "5"}, 20, channel=Channel.EMAIL, reason="Missed bin")
    make_answers(survey, service, DAY, {"satisfaction": "1"}, 30, channel=Channel.PHONE, mode=Mode.SMS)
    make_answers(survey, service, DAY, {"satisfaction": "4"}, 10, channel=None, language="cy", customer_group="18-24")
    operations.fold_all()

    def bases(name: str) -> dict[tuple[str, ...], int]:
        return {group: figure.base for group, figure in many("satisfaction", name).items()}

    assert bases("channel") == {("",): 10, ("email",): 20, ("phone",): 30}
    assert bases("mode") == {("sms",): 30, ("web",): 30}
    assert bases("reason") == {("",): 40, ("Missed bin",): 20}
    assert bases("language") == {("cy",): 10, ("en",): 50}
    assert bases("customer_group") == {("",): 50, ("18-24",): 10}
    assert one(where={"channel": "email"}).numerator == 20
    assert one(where={"channel": ["email", "phone"]}).base == 50
    assert one(where={"channel": ""}).base == 10


def test_what_the_tallies_do_not_hold_is_counted_from_the_answers_and_says_so() -> None:
    survey, service = make_survey(), make_service()
    make_answers(survey, service, DAY, {"satisfaction": "5"}, 20, channel=Channel.EMAIL)
    make_answers(survey, service, DAY, {"satisfaction": ""}, 2, channel=Channel.EMAIL)
    make_answers(survey, service, DAY, {"satisfaction": "2"}, 30, channel=Channel.PHONE, mode=Mode.SMS)
    operations.fold_all()

    crossed = many("satisfaction", "channel", "mode")
    assert {group: (f.numerator, f.base) for group, f in crossed.items()} == {
        ("email", "web"): (20, 20),
        ("phone", "sms"): (0, 30),
    }
    assert crossed["email", "web"].outside["blank"] == 2
    part = one(first=date(2025, 6, 10), last=date(2025, 6, 10), where={"channel": "email"})
    assert (part.base, part.outside["blank"]) == (20, 2)
    assert {f.counted_from for f in (*crossed.values(), part)} == {"answers"}
    assert one(where={"channel": "email"}).counted_from == "tallies"
    assert one(first=date(2025, 6, 10), last=date(2025, 6, 10)).counted_from == "tallies"


def test_months_by_channel_carry_both() -> None:
    survey, service = make_survey(), make_service()
    make_answers(survey, service, DAY, {"satisfaction": "5"}, 20, channel=Channel.EMAIL)
    make_answers(survey, service, date(2025, 7, 1), {"satisfaction": "2"}, 30)
    found = figures("satisfaction", DAY.replace(day=1), date(2025, 7, 31), by=["month", "channel"], now=LATER)
    assert [(f.period.label, f.group, f.base) for f in found] == [
        ("2025-06", ("email",), 20),
        ("2025-06", ("phone",), 0),
        ("2025-07", ("email",), 0),
        ("2025-07", ("phone",), 30),
    ]


@pytest.fixture
def tree() -> dict[str, Service]:
    environment = make_service("environment")
    waste = make_service("waste", parent_id=environment.id)
    bulky = make_service("bulky", parent_id=waste.id)
    return {"environment": environment, "waste": waste, "bulky": bulky, "housing": make_service("housing")}


def test_a_service_takes_the_services_under_it(tree: dict[str, Service]) -> None:
    survey = make_survey()
    for n, service in enumerate(tree.values()):
        make_answers(survey, service, DAY, {"satisfaction": "5"}, 20 + n)
    assert one(where={"service": "environment"}).base == 20 + 21 + 22
    assert one(where={"service": "waste"}).base == 21 + 22
    assert one(where={"service_alone": "waste"}).base == 21
    apart = many("satisfaction", "service", where={"service": "environment"})
    assert {group: f.base for group, f in apart.items()} == {("environment",): 20, ("waste",): 21, ("bulky",): 22}
    for (code,), figure in apart.items():
        again = figures("satisfaction", *YEAR, where=figure.query.filters, now=LATER)[0]
        assert (code, again.base) == (code, figure.base)


def test_a_viewer_sees_the_services_in_scope_and_no_others(tree: dict[str, Service]) -> None:
    survey = make_survey()
    for n, service in enumerate(tree.values()):
        make_answers(survey, service, DAY, {"satisfaction": "5"}, 20 + n)
    scope = Scope(frozenset({tree["waste"].id, tree["bulky"].id}))
    assert one(scope=scope).base == 43
    assert set(many("satisfaction", "service", scope=scope)) == {("waste",), ("bulky",)}
    assert one(scope=scope, where={"service": "bulky"}).base == 22
    with pytest.raises(NotFound) as forbidden:
        one(scope=scope, where={"service": "housing"})
    with pytest.raises(NotFound) as unknown:
        one(scope=scope, where={"service": "hovercraft"})
    assert str(forbidden.value).replace("housing", "hovercraft") == str(unknown.value)


def test_the_target_is_the_services_own_else_the_one_above_else_the_councils(tree: dict[str, Service]) -> None:
    survey = make_survey()
    for service in tree.values():
        make_answers(survey, service, DAY, {"satisfaction": "5"}, 20)
    add_target(0.8)
    add_target(0.85, service_id=tree["environment"].id)
    add_target(0.95, service_id=tree["bulky"].id, valid_from=date(2026, 3, 31))
    add_target(0.5, service_id=tree["bulky"].id, valid_to=date(2026, 3, 30))
    targets = {code: figure.target for (code,), figure in many("satisfaction", "service").items()}
    assert targets == {"environment": 0.85, "waste": 0.85, "bulky": 0.95, "housing": 0.8}
    assert one().target == 0.8
    assert one("timeliness").target is None


def test_a_period_is_provisional_until_its_last_invitation_closed_and_its_days_for_changes_are_over() -> None:
    survey, service = make_survey(), make_service()
    make_answers(survey, service, DAY, {"satisfaction": "5"}, 40)
    make_answers(survey, service, date(2024, 6, 10), {"satisfaction": "5"}, 40)
    make_invitation(service, survey, date(2025, 6, 30))
    june = {"first": date(2025, 6, 1), "last": date(2025, 6, 30)}
    closed = datetime(2025, 7, 14, 18, tzinfo=UTC)
    early = one(**june, now=closed + timedelta(days=13))
    assert early.provisional
    assert early.change is None
    assert not one(**june, now=closed + timedelta(days=14)).provisional
    assert one(**june, now=datetime(2025, 6, 20, tzinfo=UTC)).provisional


def test_the_response_rate_is_answered_of_delivered() -> None:
    survey, service = make_survey(), make_service()
    for _ in range(12):
        invitation = make_invitation(service, survey, DAY, state=InvitationState.ANSWERED)
        make_answers(survey, service, DAY, {"satisfaction": "5"}, invitation_id=invitation.id)
    opened = [make_invitation(service, survey, DAY) for _ in range(20)]
    make_invitation(service, survey, DAY, state=InvitationState.OPTED_OUT)
    suspicious = make_invitation(service, survey, DAY)
    make_answers(survey, service, DAY, {}, invitation_id=suspicious.id, state=ResponseState.QUARANTINED)
    for state in (InvitationState.UNDELIVERABLE, InvitationState.FAILED, InvitationState.TOO_OLD, InvitationState.VOID):
        make_invitation(service, survey, DAY, state=state)
    make_invitation(service, survey, DAY, state=InvitationState.OPTED_OUT, sent_at=None)
    figure = one("response_rate")
    assert (figure.numerator, figure.base) == (12, 12 + len(opened) + 2)
    assert dict(figure.by_value) == {"answered": 12, "not_answered": 20, "opted_out": 1, "quarantined": 1}
    assert (figure.outside["undelivered"], figure.outside["not_sent"]) == (1, 3)
    with pytest.raises(InvalidInput, match="known of answers only"):
        figures("response_rate", *YEAR, by=["mode"], now=LATER)


def test_contacts_are_counted_and_never_tested() -> None:
    service = make_service()
    for day in (10, 11, 12):
        make_contact(service, occurred_at=datetime(2025, 6, day, 9, tzinfo=UTC))
    make_contact(service, occurred_at=datetime(2025, 6, 10, 9, tzinfo=UTC), customer_kind=CustomerKind.PARTNER)
    figure = one("contacts")
    assert (figure.value, figure.low, figure.change, figure.suppressed) == (3, None, None, False)


def test_a_persons_label_of_a_comment_beats_the_machines_and_those_in_review_wait() -> None:
    survey, service = make_survey(), make_service()
    labels = [{"sentiment": "positive"}] * 8 + [{"sentiment": "negative", "person_label": "positive"}] * 3
    labels += [{"sentiment": "negative"}] * 4 + [{"sentiment": "positive", "needs_review": True}] * 2 + [{}]
    question = survey.items[0].question_version_id
    for label, response in zip(
        labels, make_answers(survey, service, DAY, {"satisfaction": "5"}, len(labels)), strict=True
    ):
        text = AnswerText(response_id=response.id, question_version_id=question, raw="Thank you")
        db.session.add(text)
        db.session.flush()
        db.session.add(
            Comment(
                answer_text_id=text.id,
                response_id=response.id,
                question_version_id=question,
                redacted_text="Thank you",
                removed=[],
                flags=[],
                method="test",
                analysed_at=NOON,
                **label,
            )
        )
    recount(Subject.COMMENTS, [(DAY, service.id)])
    figure = one("comment_sentiment")
    assert (figure.numerator, figure.base) == (11, 15)
    assert (figure.outside["waiting_for_review"], figure.outside["not_analysed"]) == (2, 1)


def test_one_page_surveys_have_no_completion_rate() -> None:
    make_answers(make_survey(), make_service(), DAY, {"satisfaction": "5"}, 20)
    assert one("completion_rate").value is None


def test_the_number_of_statements_does_not_grow_with_periods_services_or_answers() -> None:
    survey = make_survey()
    make_answers(survey, make_service("a"), DAY, {"satisfaction": "5"}, 10)
    with statements() as few:
        figures("satisfaction", date(2025, 6, 1), date(2025, 6, 30), by=["service"], now=LATER)
    for n in range(8):
        make_answers(survey, make_service(f"b{n}"), date(2024, 4 + n, 1), {"satisfaction": "5"}, 12)
    with statements() as many_more:
        figures("satisfaction", date(2023, 1, 1), date(2025, 12, 31), by=["month", "service"], now=LATER)
    assert len(many_more) == len(few) <= 8


def test_twenty_years_of_months_are_counted_at_once_and_more_are_refused() -> None:
    make_answers(make_survey(), make_service(), DAY, {"satisfaction": "5"}, 12)
    months = figures("satisfaction", date(2006, 1, 1), date(2025, 12, 31), by=["month"], now=LATER)
    assert (len(months), sum(month.base for month in months)) == (240, 12)
    with pytest.raises(InvalidInput, match="That is 241 periods; ask for at most 240"):
        figures("satisfaction", date(2005, 12, 1), date(2025, 12, 31), by=["month"], now=LATER)


@pytest.mark.parametrize(
    ("measure", "asked", "message"),
    [
        ("happiness", {}, "The measures are"),
        ("satisfaction", {"by": ["colour"]}, "not by colour"),
        ("satisfaction", {"by": ["month", "year"]}, "one of month, quarter and year"),
        ("satisfaction", {"by": ["channel", "channel"]}, "each breakdown once"),
        ("satisfaction", {"where": {"colour": "red"}}, "no filter called colour"),
        ("satisfaction", {"where": {"channel": "pigeon"}}, "cannot be pigeon"),
        ("satisfaction", {"first": date(2026, 4, 1)}, "before the first"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_with_a_reason(
    measure: str, asked: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        figures(measure, **{"first": YEAR[0], "last": YEAR[1], "now": LATER} | asked)


def test_every_figure_equals_a_recount_by_hand() -> None:
    survey = make_survey()
    services = [make_service("a"), make_service("b")]
    everything: list[SurveyResponse] = []
    given: dict[int, str] = {}
    for n in range(120):
        code = ("5", "4", "3", "dk", "1", "5", "")[n % 7]
        made = make_answers(
            survey,
            services[n % 2],
            date(2025, 4, 1) + timedelta(days=3 * n),
            {"satisfaction": code},
            channel=(Channel.PHONE, Channel.EMAIL, None)[n % 3],
        )
        given[made[0].id] = code
        everything += made
    operations.fold(most=100)

    def recount(keep: list[SurveyResponse]) -> tuple[int, int]:
        codes = [given[response.id] for response in keep]
        return sum(code in {"4", "5"} for code in codes), sum(code.isdigit() for code in codes)

    for by, key in (
        ("service", lambda r: (next(s.code for s in services if s.id == r.service_id),)),
        ("channel", lambda r: ("" if r.channel is None else str(r.channel),)),
    ):
        found = many("satisfaction", by)
        groups = {key(response) for response in everything if YEAR[0] <= response.counts_on <= YEAR[1]}
        assert {group: (f.numerator, f.base) for group, f in found.items()} == {
            group: recount([r for r in everything if key(r) == group and r.counts_on <= YEAR[1]]) for group in groups
        }


def test_an_answer_given_on_the_page_is_in_the_figures_at_once_and_the_recount_agrees() -> None:
    survey, service = publish_default_survey(NOON), make_service()
    for n in range(12):
        invitation = make_invitation(service, survey, DAY)
        choices = {"satisfaction": "5" if n else "dk", "timeliness": "na", "resolved": "partly"}
        record_response(invited(invitation), GivenAnswers(choices=choices, texts={"why": "It was quick"}), now=NOON)
    satisfied, timely, rate = one("satisfaction"), one("timeliness"), one("response_rate")
    assert (satisfied.numerator, satisfied.base, satisfied.outside["dont_know"]) == (11, 11, 1)
    assert (timely.base, timely.outside["does_not_apply"]) == (0, 12)
    assert one("delivery").outside["blank"] == 12
    assert (rate.numerator, rate.base) == (12, 12)
    assert verify() == []
    operations.fold_all()
    assert verify() == []
