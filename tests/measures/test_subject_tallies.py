"""Tallies of contacts, invitations and comments: whatever is written, and whenever it is folded, a figure is exact."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Event

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from survey_app.comments.models import Comment, CommentTheme, Theme
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, InvitationState
from survey_app.invitations.operations import mark_answered, mark_open, stop_asking
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.periods import Period
from survey_app.measures import operations
from survey_app.measures.counting import count
from survey_app.measures.definitions import measure_named
from survey_app.measures.models import LastClosing, SubjectDayTally, SubjectMonthTally, Tallied, TallyDimension
from survey_app.measures.queries import figures, read_standing
from survey_app.measures.queries.counts import counts_by_choice
from survey_app.measures.queries.cuts import Cut
from survey_app.measures.queries.verifying import verify
from survey_app.measures.tree import ServiceTree
from survey_app.organisation.channels import Channel, CustomerKind
from survey_app.organisation.models import Service, Site, Team
from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import AnswerText, ResponseState, SurveyResponse
from survey_app.responses.operations import invited, record_response
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.operations import publish_default_survey
from survey_app.work.models import Recount, Subject
from survey_app.work.operations import recount
from tests.factories import NOON, make_answers, make_contact, make_invitation, make_service, make_survey
from tests.threads import all_at_once, meanwhile

pytestmark = pytest.mark.usefixtures("app")
DAY = date(2026, 3, 10)
MONTH = date(2026, 3, 1), date(2026, 3, 31)
LATER = datetime(2027, 6, 1, tzinfo=UTC)


def held(tallied: Tallied) -> dict[str, int]:
    rows = db.session.execute(
        select(SubjectDayTally.value, func.sum(SubjectDayTally.count))
        .where(SubjectDayTally.subject == tallied)
        .group_by(SubjectDayTally.value)
    )
    return {value: int(n) for value, n in rows}


def waiting() -> int:
    return db.session.scalar(select(func.count()).select_from(Recount)) or 0


def rate(first: date = MONTH[0], last: date = MONTH[1]) -> tuple[int, int]:
    """Answered and delivered; a figure of fewer than ten would not say."""
    measure = measure_named("response_rate")
    cut = Cut(None, (CustomerKind.RESIDENT,), {})
    windows = [Period.between(first, last)]
    counts = counts_by_choice(measure, windows, cut=cut, groups=(), services=ServiceTree(()), choices={})
    found = count(measure, counts.cells.get((0, ()), {}))
    return found.numerator, found.base


def contacts_counted(first: date = MONTH[0], last: date = MONTH[1], **where: str) -> int:
    return figures("contacts", first, last, where=where, now=LATER)[0].numerator


def make_comment(response: SurveyResponse, sentiment: str, *themes: Theme) -> Comment:
    question = response.survey_version.items[0].question_version_id
    text = AnswerText(response_id=response.id, question_version_id=question, raw="Thank you")
    db.session.add(text)
    db.session.flush()
    comment = Comment(
        answer_text_id=text.id,
        response_id=response.id,
        question_version_id=question,
        redacted_text="Thank you",
        removed=[],
        sentiment=sentiment,
        flags=[],
        method="test",
        analysed_at=NOON,
        themes=[CommentTheme(theme_id=theme.id, matched=[]) for theme in themes],
    )
    db.session.add(comment)
    recount(Subject.COMMENTS, [(response.counts_on, response.service_id)])
    return comment


@pytest.fixture
def asked() -> tuple[SurveyVersion, Service]:
    return make_survey(), make_service()


def test_a_fold_counts_each_invitation_by_what_became_of_it(asked: tuple[SurveyVersion, Service]) -> None:
    survey, service = asked
    for _ in range(3):
        invitation = make_invitation(service, survey, DAY)
        make_answers(survey, service, DAY, {"satisfaction": "5"}, invitation_id=invitation.id)
    for state in InvitationState:
        make_invitation(service, survey, DAY, state=state)
    make_invitation(service, survey, DAY, sent_at=None)
    before = rate()

    operations.fold_all()

    assert waiting() == 0
    assert held(Tallied.INVITATIONS) == {
        "answered": 3,
        "not_answered": 2,  # open, and one that says answered though no answer counts
        "opted_out": 1,
        "does_not_exist": 1,
        "failed": 1,
        "too_old": 1,
        "waiting": 1,
    }
    assert rate() == before == (3, 6)
    assert verify() == []


def test_a_figure_follows_every_change_before_and_after_it_is_folded(asked: tuple[SurveyVersion, Service]) -> None:
    survey, service = asked
    first, second = (make_invitation(service, survey, DAY) for _ in range(2))
    (answer,) = make_answers(survey, service, DAY, {}, invitation_id=first.id)
    mark_answered(first, NOON)
    operations.fold_all()
    assert rate() == (1, 2)

    stop_asking(second, source="page", now=NOON)
    mark_answered(second, NOON)
    make_answers(survey, service, DAY, {}, invitation_id=second.id)
    assert rate() == (2, 2)
    operations.fold_all()
    assert rate() == (2, 2)

    answer.state = ResponseState.WITHDRAWN
    mark_open(first)
    assert rate() == (1, 2)
    operations.recount_parts()
    assert (rate(), held(Tallied.INVITATIONS)) == ((1, 2), {"answered": 1, "withdrawn": 1})


def test_only_the_parts_that_were_touched_are_counted_again(asked: tuple[SurveyVersion, Service]) -> None:
    survey, service = asked
    other = make_service("waste")
    for place, day in ((service, DAY), (other, DAY), (service, DAY + timedelta(days=1))):
        make_invitation(place, survey, day)
    operations.fold_all()
    db.session.execute(update(SubjectDayTally).values(count=70))

    make_invitation(service, survey, DAY)
    operations.fold_all()

    cells = select(SubjectDayTally.day, SubjectDayTally.service_id, SubjectDayTally.count)
    found = db.session.execute(cells.where(SubjectDayTally.subject == Tallied.INVITATIONS)).all()
    assert sorted(found) == sorted(
        [(DAY, service.id, 2), (DAY, other.id, 70), (DAY + timedelta(days=1), service.id, 70)]
    )


def test_months_are_kept_by_each_dimension_that_an_invitation_has(asked: tuple[SurveyVersion, Service]) -> None:
    survey, service = asked
    team, site = Team(code="blue", name="Blue"), Site(code="north", name="North")
    db.session.add_all([team, site])
    db.session.flush()
    facts = {"team_id": team.id, "site_id": site.id, "customer_group": "18-24", "reason": "Missed bin"}
    for _ in range(2):
        make_invitation(service, survey, DAY, channel=Channel.EMAIL, **facts)
    make_invitation(service, survey, DAY, channel=None, language="cy")
    operations.fold_all()

    rows = db.session.execute(
        select(SubjectMonthTally.dimension, SubjectMonthTally.key, SubjectMonthTally.count).where(
            SubjectMonthTally.subject == Tallied.INVITATIONS
        )
    )
    assert sorted((str(dimension), key, n) for dimension, key, n in rows) == sorted(
        [
            *[(name, "", 1) for name in ("channel", "team", "site", "customer_group", "reason")],
            ("channel", "email", 2),
            ("team", "blue", 2),
            ("site", "north", 2),
            ("language", "en", 2),
            ("language", "cy", 1),
            ("customer_group", "18-24", 2),
            ("reason", "Missed bin", 2),
        ]
    )
    by_channel = {f.group: f.base for f in figures("response_rate", *MONTH, by=["channel"], now=LATER)}
    assert by_channel == {("",): 1, ("email",): 2}
    with pytest.raises(InvalidInput, match="mode is known of answers only"):
        figures("response_rate", *MONTH, by=["mode"], now=LATER)


def test_contacts_are_counted_by_service_and_channel_and_leave_again(asked: tuple[SurveyVersion, Service]) -> None:
    _survey, service = asked
    at = datetime(2026, 3, 10, 12, tzinfo=UTC)
    stays, goes = (make_contact(service, occurred_at=at) for _ in range(2))
    make_contact(make_service("waste"), occurred_at=at, channel=Channel.EMAIL)
    operations.fold_all()
    (figure,) = [f for f in figures("contacts", *MONTH, by=["service", "channel"], now=LATER) if f.group[0] == "waste"]
    assert (figure.group, figure.numerator, figure.counted_from) == (("waste", "email"), 1, "tallies")

    db.session.delete(goes)
    recount(Subject.CONTACTS, [(stays.occurred_on, service.id)])
    assert contacts_counted(service="housing") == 1
    operations.fold_all()
    assert (contacts_counted(service="housing"), contacts_counted()) == (1, 2)
    assert verify() == []


def test_a_comment_counts_by_its_label_and_once_for_each_theme(asked: tuple[SurveyVersion, Service]) -> None:
    survey, service = asked
    waits, staff = Theme(code="waiting", name="Waiting", keywords=""), Theme(code="staff", name="Staff", keywords="")
    db.session.add_all([waits, staff])
    first, second = make_answers(survey, service, DAY, {"satisfaction": "5"}, 2)
    comment = make_comment(first, "negative", waits, staff)
    make_comment(second, "positive", staff)
    operations.fold_all()
    assert held(Tallied.COMMENTS) == {"negative": 1, "positive": 1}
    assert held(Tallied.THEMES) == {f"{waits.id} negative": 1, f"{staff.id} negative": 1, f"{staff.id} positive": 1}

    comment.person_label = "positive"
    second.state = ResponseState.WITHDRAWN
    recount(Subject.COMMENTS, [(DAY, service.id)])
    operations.fold_all()
    assert held(Tallied.COMMENTS) == {"positive": 1}
    assert held(Tallied.THEMES) == {f"{waits.id} positive": 1, f"{staff.id} positive": 1}


def test_days_are_unsettled_until_their_last_invitation_has_closed_and_the_days_for_changes_are_over(
    asked: tuple[SurveyVersion, Service],
) -> None:
    survey, service = asked
    make_invitation(service, survey, DAY, closes_at=NOON + timedelta(days=9))
    make_invitation(service, survey, DAY, closes_at=NOON + timedelta(days=5))
    make_invitation(service, survey, DAY, closes_at=NOON + timedelta(days=30), state=InvitationState.VOID)
    open_for, last = timedelta(days=9), timedelta(days=23)

    def unsettled(now: datetime) -> frozenset[date]:
        return read_standing(now).unsettled

    live = unsettled(NOON + open_for), unsettled(NOON + last - timedelta(seconds=1)), unsettled(NOON + last)
    operations.fold_all()
    assert db.session.execute(select(LastClosing.day, LastClosing.closes_at)).all() == [(DAY, NOON + timedelta(days=9))]
    folded = unsettled(NOON + open_for), unsettled(NOON + last - timedelta(seconds=1)), unsettled(NOON + last)
    assert live == folded == ({DAY}, {DAY}, frozenset())


def test_verify_names_a_wrong_cell_and_a_rebuild_mends_every_tally(asked: tuple[SurveyVersion, Service]) -> None:
    survey, service = asked
    make_comment(make_answers(survey, service, DAY, {"satisfaction": "5"})[0], "positive")
    for day in (DAY, date(2025, 12, 31)):
        make_invitation(service, survey, day)
    operations.fold_all()
    db.session.execute(update(SubjectMonthTally).where(SubjectMonthTally.key == "en").values(count=7))
    db.session.execute(delete(SubjectDayTally).where(SubjectDayTally.subject == Tallied.CONTACTS))
    db.session.execute(delete(LastClosing))

    found = [(d.cell["subject"], str(d.cell.get("day", "")), d.counted, d.tally) for d in verify()]
    assert ("contacts", "2026-03-10", 1, 0) in found and ("invitations", "", 1, 7) in found

    make_invitation(service, survey, DAY)
    for month in (date(2025, 12, 1), date(2026, 3, 1)):
        operations.rebuild_month(month)
    assert (verify(), waiting(), rate()) == ([], 0, (0, 2))
    assert db.session.scalar(select(func.count()).select_from(LastClosing)) == 2


def test_odd_days_are_tallied_by_service_and_channel_and_otherwise_counted_from_the_rows(
    asked: tuple[SurveyVersion, Service],
) -> None:
    survey, service = asked
    make_invitation(service, survey, DAY)
    make_invitation(service, survey, DAY, channel=Channel.EMAIL)
    operations.fold_all()
    days = DAY, DAY + timedelta(days=3)

    def read(first: date, last: date, **where: str) -> tuple[int, str]:
        (figure,) = figures("response_rate", first, last, where=where, now=LATER)
        return figure.base, figure.counted_from

    for first, last in (MONTH, days):
        assert read(first, last) == (2, "tallies")
        assert read(first, last, channel="phone", service="housing") == (1, "tallies")
    assert read(*MONTH, language="en") == (2, "tallies")
    assert read(*days, language="en") == (2, "answers")
    by_both = figures("contacts", *days, by=["service", "channel"], now=LATER)
    assert [(f.group, f.numerator, f.counted_from) for f in by_both] == [(("housing", "phone"), 2, "tallies")]


def test_a_month_touched_on_one_day_is_the_other_days_of_the_tally_and_this_one_counted_again(
    asked: tuple[SurveyVersion, Service],
) -> None:
    survey, service = asked
    for day in (DAY, DAY + timedelta(days=1)):
        make_invitation(service, survey, day)
    operations.fold_all()
    db.session.execute(update(SubjectDayTally).values(count=30))  # so that it shows what is read
    db.session.execute(update(SubjectMonthTally).values(count=700))
    make_invitation(service, survey, DAY, channel=Channel.EMAIL)

    assert rate() == (0, 32)
    by_channel = {f.group: f.base for f in figures("response_rate", *MONTH, by=["channel"], now=LATER)}
    assert by_channel == {("phone",): 31, ("email",): 1}


def test_figures_are_exact_while_people_are_asked_and_answer_and_two_workers_fold(app: Flask) -> None:
    with transaction():
        survey, service = publish_default_survey(NOON).id, make_service().id
    days, over, seen = [DAY + timedelta(days=n) for n in range(3)], Event(), list[tuple[int, int]]()

    def ask_and_answer() -> None:
        for n in range(12):
            with transaction():
                version, place = db.session.get_one(SurveyVersion, survey), db.session.get_one(Service, service)
                invitation = make_invitation(place, version, days[n % 3]).id
            with transaction():
                given = GivenAnswers(choices={"satisfaction": "4"})
                record_response(invited(db.session.get_one(Invitation, invitation)), given, now=NOON)

    def fold() -> None:
        while not over.is_set():
            with transaction():
                operations.recount_parts(most=3)

    def read() -> None:
        while not over.is_set():
            seen.extend([rate(), rate(DAY, DAY + timedelta(days=2))])
            db.session.rollback()

    with meanwhile(app, fold, fold, read):
        all_at_once(app, ask_and_answer, ask_and_answer)
        over.set()

    for kind in (seen[::2], seen[1::2]):  # by month and by day; each only ever grows
        assert [base for _, base in kind] == sorted(base for _, base in kind)
        assert [answered for answered, _ in kind] == sorted(answered for answered, _ in kind)
        assert all(base - answered in (0, 1, 2) for answered, base in kind)  # two people at once have not answered yet
    assert (rate(), rate(DAY, days[-1])) == ((24, 24), (24, 24))
    operations.fold_all()
    assert (rate(), rate(DAY, days[-1]), contacts_counted(), verify()) == ((24, 24), (24, 24), 24, [])


@pytest.fixture
def counted(app: Flask) -> Iterator[tuple[int, int]]:
    with transaction():
        survey, service = make_survey(), make_service()
        for _ in range(4):
            make_invitation(service, survey, DAY)
        operations.fold_all()
        ids = survey.id, service.id
    yield ids


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True, scope="session")  # SQLite has one writer at a time
def test_a_writer_that_commits_late_is_counted_by_the_next_fold(app: Flask, counted: tuple[int, int]) -> None:
    both = Barrier(2, timeout=30)

    def slow() -> None:
        with transaction():
            version = db.session.get_one(SurveyVersion, counted[0])
            make_invitation(db.session.get_one(Service, counted[1]), version, DAY)
            both.wait()  # our line has its number
            both.wait()  # a later one is committed and folded

    with meanwhile(app, slow):
        both.wait()
        with transaction():
            version = db.session.get_one(SurveyVersion, counted[0])
            make_invitation(db.session.get_one(Service, counted[1]), version, DAY)
        with transaction():
            operations.fold_all()
        assert (rate(), waiting()) == ((0, 5), 0)
        assert verify() == []
        db.session.rollback()
        both.wait()
    assert (rate(), waiting()) == ((0, 6), 2)  # of its contact and its invitation
    db.session.rollback()
    with transaction():
        operations.fold_all()
    assert (rate(), waiting(), verify()) == ((0, 6), 0, [])


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True, scope="session")
def test_a_fold_waits_for_another_so_that_an_older_count_never_takes_the_place_of_a_newer(
    app: Flask, counted: tuple[int, int]
) -> None:
    def ask() -> None:
        with transaction():
            version = db.session.get_one(SurveyVersion, counted[0])
            make_invitation(db.session.get_one(Service, counted[1]), version, DAY)

    def fold() -> None:
        with transaction():
            operations.fold_all()

    ask()
    with ExitStack() as stack, transaction():
        operations.recount_parts()  # counted, and not committed yet
        with meanwhile(app, ask):
            pass
        stack.enter_context(meanwhile(app, fold))
        assert rate() == (0, 6)
    assert (rate(), waiting(), held(Tallied.INVITATIONS), verify()) == ((0, 6), 0, {"not_answered": 6}, [])


def test_a_test_contact_of_staff_is_in_the_tally_and_outside_the_residents_figure(
    asked: tuple[SurveyVersion, Service],
) -> None:
    _survey, service = asked
    at = datetime(2026, 3, 10, 12, tzinfo=UTC)
    make_contact(service, occurred_at=at)
    make_contact(service, occurred_at=at, customer_kind="partner")
    operations.fold_all()
    assert held(Tallied.CONTACTS) == {"open": 2}
    assert (contacts_counted(), contacts_counted(customer_kind="partner")) == (1, 1)


def test_every_dimension_of_the_monthly_tally_adds_up_to_the_same(asked: tuple[SurveyVersion, Service]) -> None:
    _survey, service = asked
    at = datetime(2026, 3, 10, 12, tzinfo=UTC)
    for n in range(6):
        make_contact(service, occurred_at=at, reason=f"reason {n % 2}", customer_group=None if n else "65+")
    operations.fold_all()
    sums = db.session.execute(
        select(SubjectMonthTally.dimension, func.sum(SubjectMonthTally.count))
        .where(SubjectMonthTally.subject == Tallied.CONTACTS)
        .group_by(SubjectMonthTally.dimension)
    )
    assert {dimension: int(n) for dimension, n in sums} == dict.fromkeys(set(TallyDimension) - {TallyDimension.MODE}, 6)
