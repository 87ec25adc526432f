"""When a control chart may begin a new range, and what is kept of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from survey_app.audit.models import AuditLine
from survey_app.extensions import db
from survey_app.kernel.errors import NotFound, Refused
from survey_app.kernel.periods import Period
from survey_app.measures.control import Entry
from survey_app.measures.models import Rebase
from survey_app.measures.operations import rebase, undo_rebase
from survey_app.measures.queries.control import control_entries, rebase_by_id, rebases
from survey_app.measures.rebasing import RebaseLine, in_effect, points_from, refusal
from tests.factories import make_answers, make_service, make_survey, make_user

NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
REASON = "The contact centre opened."


def year_and_a_half(*, provisional: int = 0, small: int = 0) -> list[Entry]:
    """Eighteen months from October 2024; the last few are provisional, and of those before a few have 9 answers."""
    months = Period.between(date(2024, 10, 1), date(2026, 3, 31)).split("month")
    settled = len(months) - provisional
    bases = [9 if settled - small <= place < settled else 100 for place in range(len(months))]
    return [
        Entry(month, 0.9, None, base, is_provisional=place >= settled)
        for place, (month, base) in enumerate(zip(months, bases, strict=True))
    ]


@pytest.mark.parametrize(
    ("month", "reason", "others", "refused"),
    [
        (date(2025, 8, 1), REASON, (), None),
        (date(2025, 8, 1), "  ", (), "Say why the usual range is a new one from then on."),
        (date(2025, 9, 1), REASON, (), "7 settled months have a figure from September 2025 on. A new range needs 8."),
        (date(2026, 3, 1), REASON, (), "1 settled month has a figure from March 2026 on. A new range needs 8."),
        (date(2026, 4, 1), REASON, (), "No settled months have a figure from April 2026 on. A new range needs 8."),
        (date(2026, 6, 1), REASON, (), None),  # declared before its month: it waits
        (date(2027, 5, 1), REASON, (), None),
        (date(2027, 6, 1), REASON, (), "A new range can be declared 12 months ahead at most."),
        (date(2024, 10, 1), REASON, (), "No month before October 2024 has a figure, so there is no range to leave."),
        (
            date(2025, 8, 1),
            REASON,
            (date(2024, 12, 1), date(2025, 3, 1)),
            "A new range begins in March 2025. Two have to lie at least 6 months apart.",
        ),
        (date(2025, 8, 1), REASON, (date(2025, 2, 1),), None),
        (
            date(2025, 8, 1),
            REASON,
            (date(2025, 8, 1),),
            "A new range begins in August 2025. Two have to lie at least 6 months apart.",
        ),
        (
            date(2025, 8, 1),
            REASON,
            (date(2025, 10, 1),),
            "A new range begins in October 2025. Two have to lie at least 6 months apart.",
        ),
    ],
)
def test_a_new_range_needs_a_reason_eight_points_and_six_months(
    month: date, reason: str, others: tuple[date, ...], refused: str | None
) -> None:
    found = refusal(month, reason, entries=year_and_a_half(), others=others, today=NOW.date())
    assert found == refused


def test_only_settled_months_that_have_a_point_count() -> None:
    august = date(2025, 8, 1)
    assert points_from(august, year_and_a_half()) == 8
    assert points_from(august, year_and_a_half(provisional=1)) == 7
    assert points_from(august, year_and_a_half(small=2)) == 6


def test_a_range_without_its_points_waits() -> None:
    months = [date(2025, 1, 1), date(2025, 8, 1), date(2026, 6, 1)]
    assert in_effect(months, year_and_a_half()) == months[:2]
    assert in_effect(months, year_and_a_half(provisional=1)) == months[:1]


@pytest.mark.parametrize(
    ("entered", "is_after"), [(date(2025, 7, 31), False), (date(2025, 8, 1), False), (date(2025, 8, 2), True)]
)
def test_a_range_entered_after_its_month_began_was_chosen_after_seeing_the_data(entered: date, is_after: bool) -> None:
    assert RebaseLine(1, date(2025, 8, 1), REASON, "", entered).is_after_seeing_the_data is is_after


@pytest.fixture
def housing(app: object) -> None:
    """Housing answered by 20 people in each of the eighteen months."""
    survey, service = make_survey(), make_service("housing", "Housing options")
    for entry in year_and_a_half():
        make_answers(survey, service, entry.period.first, {"satisfaction": "5"}, 18)
        make_answers(survey, service, entry.period.first, {"satisfaction": "2"}, 2)


@pytest.mark.usefixtures("housing")
class TestOnceEntered:
    def test_the_months_of_a_chart_run_from_the_first_to_the_last_with_answers(self) -> None:
        entries = control_entries("satisfaction", "housing", now=NOW)
        assert [entry.period.label for entry in entries] == [entry.period.label for entry in year_and_a_half()]
        assert {(entry.numerator, entry.base, entry.is_provisional) for entry in entries} == {(18, 20, False)}

    def test_it_is_kept_with_reason_person_and_time_and_audited(self) -> None:
        user = make_user("administrator", email="admin@anyborough.example")
        rebase("satisfaction", "housing", date(2025, 8, 14), f" {REASON} ", now=NOW, by=user.id)
        (line,) = rebases("satisfaction", "housing")
        assert (line.month, line.reason, line.person) == (date(2025, 8, 1), REASON, "admin@anyborough.example")
        assert line.entered_on == date(2026, 5, 20) and line.is_after_seeing_the_data
        (audited,) = db.session.scalars(select(AuditLine).where(AuditLine.action == "rebase.set"))
        assert audited.after is not None and audited.after["month"] == "2025-08-01"

    def test_a_service_s_new_range_is_not_the_council_s(self) -> None:
        rebase("satisfaction", "housing", date(2025, 8, 1), REASON, now=NOW)
        assert rebases("satisfaction", None) == [] and rebases("timeliness", "housing") == []
        rebase("satisfaction", None, date(2025, 8, 1), REASON, now=NOW)
        assert len(rebases("satisfaction", None)) == len(rebases("satisfaction", "housing")) == 1

    @pytest.mark.parametrize("month", [date(2025, 9, 1), date(2024, 10, 1)])
    def test_what_the_rules_forbid_is_refused_and_nothing_is_kept(self, month: date) -> None:
        with pytest.raises(Refused):
            rebase("satisfaction", "housing", month, REASON, now=NOW)
        assert db.session.scalars(select(Rebase)).all() == []

    def test_a_second_one_within_six_months_is_refused(self) -> None:
        rebase("satisfaction", "housing", date(2025, 3, 1), REASON, now=NOW)
        with pytest.raises(Refused, match="A new range begins in March 2025"):
            rebase("satisfaction", "housing", date(2025, 8, 1), REASON, now=NOW)

    def test_an_unknown_service_has_no_chart(self) -> None:
        with pytest.raises(NotFound):
            rebase("satisfaction", "nowhere", date(2025, 8, 1), REASON, now=NOW)

    def test_taken_back_it_is_gone_and_the_audit_keeps_it(self) -> None:
        line = rebase("satisfaction", "housing", date(2025, 8, 1), REASON, now=NOW)
        undo_rebase(rebase_by_id(line.id), now=NOW)
        assert rebases("satisfaction", "housing") == []
        (audited,) = db.session.scalars(select(AuditLine).where(AuditLine.action == "rebase.undone"))
        assert audited.before is not None and audited.before["reason"] == REASON
        with pytest.raises(NotFound):
            rebase_by_id(line.id)
