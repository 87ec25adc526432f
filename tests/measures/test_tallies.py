"""The fold, rebuild and verify: tallies say what the answers say, whenever they are read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from threading import Barrier, Event

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation
from survey_app.measures import operations
from survey_app.measures.models import DayTally, MonthTally, TallyDimension
from survey_app.measures.queries import figures
from survey_app.measures.queries.cells import months_to_recount
from survey_app.measures.queries.verifying import verify
from survey_app.organisation.channels import Channel, Mode
from survey_app.organisation.models import Service, Site, Team
from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import ChangeKind, ResponseChange
from survey_app.responses.operations import invited, quarantine, record_response, release
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.operations import publish_default_survey
from survey_app.surveys.routing import Comparison, Condition, Term
from survey_app.surveys.structure import SurveyStructure
from survey_app.work.jobs import run_job
from tests.factories import (
    NOON,
    make_answers,
    make_invitation,
    make_service,
    make_survey,
    make_user,
    publish_anew,
    withdraw,
)
from tests.threads import all_at_once, meanwhile

pytestmark = pytest.mark.usefixtures("app")
DAY = date(2026, 3, 10)


def day_cells() -> dict[tuple[int, str, date], int]:
    rows = db.session.execute(select(DayTally.question_version_id, DayTally.value, DayTally.day, DayTally.count))
    return {(question, value, day): n for question, value, day, n in rows if n}


def month_cells(dimension: TallyDimension) -> dict[tuple[str, str], int]:
    rows = db.session.execute(
        select(MonthTally.key, MonthTally.value, func.sum(MonthTally.count))
        .where(MonthTally.dimension == dimension, MonthTally.month == date(2026, 3, 1))
        .group_by(MonthTally.key, MonthTally.value)
    )
    return {(key, value): int(n) for key, value, n in rows if n}


def test_a_fold_counts_each_answer_on_its_day_and_empties_the_feed() -> None:
    survey, service = make_survey(), make_service()
    overall = survey.items[0].question_version_id
    make_answers(survey, service, DAY, {"satisfaction": "5"}, 3)
    make_answers(survey, service, date(2026, 3, 11), {"satisfaction": "2"})
    make_answers(survey, service, DAY, {}, 2)

    assert operations.fold_all() == 18  # three questions of six responses

    cells = {(value, day): n for (question, value, day), n in day_cells().items() if question == overall}
    assert cells == {("5", DAY): 3, ("", DAY): 2, ("2", date(2026, 3, 11)): 1}
    assert db.session.scalar(select(func.count()).select_from(ResponseChange)) == 0


def test_a_second_fold_changes_nothing() -> None:
    survey, service = make_survey(), make_service()
    make_answers(survey, service, DAY, {"satisfaction": "5"}, 3)
    operations.fold_all()
    before = day_cells()

    assert operations.fold_all() == 0
    assert day_cells() == before


def test_many_small_folds_give_what_one_gives() -> None:
    survey, service = make_survey(), make_service()
    make_answers(survey, service, DAY, {"satisfaction": "5", "timeliness": "3"}, 5)
    while operations.fold(most=2):
        pass
    assert verify() == []
    assert sum(day_cells().values()) == 15


def test_months_are_kept_by_each_of_the_seven_dimensions() -> None:
    survey, service = make_survey(), make_service()
    team, site = Team(code="blue", name="Blue"), Site(code="north", name="North")
    db.session.add_all([team, site])
    db.session.flush()
    facts = {"team_id": team.id, "site_id": site.id, "customer_group": "18-24", "reason": "Missed bin"}
    make_answers(survey, service, DAY, {"satisfaction": "5"}, 2, channel=Channel.EMAIL, mode=Mode.SMS, **facts)
    make_answers(survey, service, DAY, {"satisfaction": "5"}, 1, channel=None, language="cy")
    operations.fold_all()

    expected = {
        TallyDimension.CHANNEL: {"email": 2, "": 1},
        TallyDimension.MODE: {"sms": 2, "web": 1},
        TallyDimension.LANGUAGE: {"en": 2, "cy": 1},
        TallyDimension.TEAM: {"blue": 2, "": 1},
        TallyDimension.SITE: {"north": 2, "": 1},
        TallyDimension.CUSTOMER_GROUP: {"18-24": 2, "": 1},
        TallyDimension.REASON: {"Missed bin": 2, "": 1},
    }
    found = {
        dimension: {key: n for (key, value), n in month_cells(dimension).items() if value == "5"}
        for dimension in TallyDimension
    }
    assert found == expected


def test_a_withdrawal_takes_the_answer_out_and_leaves_only_its_digest() -> None:
    survey, service = make_survey(), make_service()
    gone, _stays = make_answers(survey, service, DAY, {"satisfaction": "5"}, 2)
    operations.fold_all()
    withdraw(gone)
    operations.fold_all()

    assert sum(n for (_, value, _), n in day_cells().items() if value == "5") == 1
    lines = db.session.scalars(select(ResponseChange)).all()
    assert [(line.value, line.delta, line.kind) for line in lines] == [("", 0, ChangeKind.WITHDRAWN)] * 3
    assert all(line.row_digest for line in lines)
    assert verify() == []


def test_an_answer_withdrawn_before_it_was_folded_was_never_counted() -> None:
    survey, service = make_survey(), make_service()
    (gone,) = make_answers(survey, service, DAY, {"satisfaction": "5"})
    withdraw(gone)
    operations.fold_all()
    assert day_cells() == {}
    assert verify() == []


def test_quarantine_and_release_leave_the_counts_as_they_were() -> None:
    survey, service = make_survey(), make_service()
    (answer,) = make_answers(survey, service, DAY, {"satisfaction": "5"})
    operations.fold_all()
    before = day_cells()

    quarantine(answer, "scanner", now=NOON)
    assert verify() == []
    operations.fold_all()
    assert day_cells() == {}

    release(answer, now=NOON, by=make_user("administrator").id)
    operations.fold_all()
    assert verify() == []
    assert day_cells() == before


def test_test_answers_are_never_counted() -> None:
    survey, service = make_survey(), make_service()
    make_answers(survey, service, DAY, {"satisfaction": "5"}, is_test=True)
    assert operations.fold_all() == 3
    assert day_cells() == {}
    assert verify() == []


def test_verify_names_the_cell_that_differs() -> None:
    survey, service = make_survey(), make_service()
    make_answers(survey, service, DAY, {"satisfaction": "5"}, 4)
    operations.fold_all()
    db.session.execute(update(DayTally).where(DayTally.value == "5").values(count=5))

    (difference,) = verify()
    assert (difference.counted, difference.tally) == (4, 5)
    assert difference.cell["value"] == "5"
    assert difference.cell["day"] == DAY


def shown_to_the_unhappy(survey: SurveyStructure) -> SurveyStructure:
    first, *rest, last = survey.items
    condition = Condition((Term(first.question.code, Comparison.IS, ("1",)),))
    return replace(survey, items=(first, *rest, replace(last, show_if=condition)))


def test_a_question_not_shown_to_everybody_keeps_its_blanks_in_a_rebuild() -> None:
    survey, service = publish_anew(publish_default_survey(NOON).survey, shown_to_the_unhappy), make_service()
    make_answers(survey, service, DAY, {"satisfaction": "5"}, 4)
    operations.fold_all()
    before = day_cells()

    assert verify() == []
    operations.rebuild_month(date(2026, 3, 1))
    assert day_cells() == before


def test_a_rebuild_mends_every_tally_and_counts_what_was_not_folded_once() -> None:
    survey, service = make_survey(), make_service()
    make_answers(survey, service, DAY, {"satisfaction": "5"}, 4)
    make_answers(survey, service, date(2025, 12, 31), {"satisfaction": "1"}, 2)
    operations.fold_all()
    db.session.execute(update(DayTally).values(count=77))
    db.session.execute(update(MonthTally).values(count=78))
    make_answers(survey, service, DAY, {"satisfaction": "4"})
    assert months_to_recount() == [date(2025, 12, 1), date(2026, 3, 1)]

    for month in months_to_recount():
        operations.rebuild_month(month)

    assert verify() == []
    assert sum(n for (_, value, _), n in day_cells().items() if value) == 7


def test_the_fold_is_a_job_that_runs_until_the_feed_is_empty(app: Flask) -> None:
    from survey_app.measures.jobs import FOLD

    with transaction():
        make_answers(make_survey(), make_service(), DAY, {"satisfaction": "5"}, 2)
    now = db.session.scalars(select(ResponseChange.changed_at)).first()
    assert now is not None
    db.session.rollback()
    assert FOLD.step(now, "worker") == 6
    assert FOLD.step(now, "worker") == 0


def test_figures_stay_exact_while_answers_come_in_and_are_folded(app: Flask) -> None:
    with transaction():
        survey, service = make_survey().id, make_service().id
    year = date(2026, 1, 1), date(2026, 12, 31)
    later = datetime(2027, 6, 1, tzinfo=UTC)
    over, bases = Event(), list[int]()

    def write() -> None:
        for n in range(20):
            with transaction():
                version, asked = db.session.get_one(SurveyVersion, survey), db.session.get_one(Service, service)
                make_answers(version, asked, date(2026, 1 + n % 12, 1), {"satisfaction": "5"}, 2)

    def fold() -> None:
        while not over.is_set():
            with transaction():
                operations.fold(most=10)

    def read() -> None:
        while not over.is_set():
            bases.append(figures("satisfaction", *year, now=later)[0].base)
            db.session.rollback()

    with meanwhile(app, fold, fold, read):
        all_at_once(app, write, write)
        over.set()

    assert bases == sorted(bases)  # never counted twice, never missing
    assert figures("satisfaction", *year, now=later)[0].base == 80
    assert verify() == []


def test_residents_answer_while_workers_fold_and_each_answer_is_counted_once(app: Flask) -> None:
    from survey_app.measures.jobs import FOLD

    with transaction():
        survey, service = publish_default_survey(NOON), make_service()
        asked = [make_invitation(service, survey, DAY).id for _ in range(24)]
    over = Event()

    def answer(invitations: list[int]) -> None:
        for number, invitation in enumerate(invitations):
            given = GivenAnswers(choices={"satisfaction": "4" if number % 3 else "2"})
            for _ in range(2):  # sent twice
                with transaction():
                    record_response(invited(db.session.get_one(Invitation, invitation)), given, now=NOON)

    def work(worker: str) -> None:
        while not over.is_set():
            run_job(FOLD, worker=worker)

    with meanwhile(app, partial(work, "one"), partial(work, "two")):
        all_at_once(app, *(partial(answer, asked[n::3]) for n in range(3)))
        over.set()
    run_job(FOLD, worker="the last")
    assert db.session.scalar(select(func.count()).select_from(ResponseChange)) == 0
    assert verify() == []
    satisfied = {value: n for (_, value, _), n in day_cells().items() if value in ("4", "2")}
    assert satisfied == {"4": 15, "2": 9}


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True, scope="session")  # SQLite has one writer at a time
def test_an_answer_that_commits_late_under_an_earlier_number_is_counted_once(app: Flask) -> None:
    with transaction():
        survey, service = make_survey(), make_service()
        first, second = survey.id, service.id
    both = Barrier(2, timeout=30)
    later = datetime(2027, 6, 1, tzinfo=UTC)

    def base() -> int:
        found = figures("satisfaction", DAY, DAY, now=later)[0].base
        db.session.rollback()
        return found

    def slow() -> None:
        with transaction():
            version, asked = db.session.get_one(SurveyVersion, first), db.session.get_one(Service, second)
            make_answers(version, asked, DAY, {"satisfaction": "5"}, 11)
            both.wait()  # our lines have their numbers
            both.wait()  # later ones are committed and folded

    with meanwhile(app, slow):
        both.wait()
        with transaction():
            make_answers(survey, service, DAY, {"satisfaction": "4"}, 12)
        with transaction():
            assert operations.fold_all() == 36
        assert base() == 12
        assert verify() == []
        db.session.rollback()
        both.wait()
    assert base() == 23
    with transaction():
        assert operations.fold_all() == 33
    assert base() == 23
    assert verify() == []
