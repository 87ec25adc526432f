"""Wordings of a question: what one figure adds up, what is not compared, and bridges that somebody declares."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from time_machine import travel

from survey_app.audit.models import AuditLine
from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.measures import operations
from survey_app.measures.address import make_query
from survey_app.measures.lineage import Lineage, Wording
from survey_app.measures.models import LineageBridge
from survey_app.measures.operations import declare_bridge, freeze_passport, take_bridge_back
from survey_app.measures.queries import figures, open_passport, rows_behind
from survey_app.measures.queries.run_again import run_again
from survey_app.measures.queries.standing import read_lineage
from survey_app.measures.rerun import rerun_sentence
from survey_app.organisation.models import Service
from survey_app.surveys.models import SurveyVersion
from tests.factories import SATISFIED, make_answers, make_new_wording, make_service, make_survey, make_user

OCTOBER = datetime(2025, 10, 1, 9, tzinfo=UTC)
NOW = datetime(2026, 7, 1, tzinfo=UTC)
YEAR = date(2025, 4, 1), date(2026, 3, 31)
NEXT_YEAR = date(2026, 4, 1), date(2027, 3, 31)
LATER = datetime(2027, 7, 1, tzinfo=UTC)
SENTENCE = (
    "The wording of this question changed in October 2025: no comparison until somebody says that both can be compared."
)


def wording(version: int, number: int, reads: str, question: str = "q", asks: str = "satisfaction") -> Wording:
    return Wording(version, question, number, asks, reads, frozenset({("5", 5)}), date(2025, number, 1))


THREE = [wording(1, 1, "Happy?"), wording(2, 2, "Satisfied?"), wording(3, 3, "Content?")]


def test_a_figure_adds_up_the_answers_to_the_newest_wording() -> None:
    lineage = Lineage(THREE)
    assert lineage.feeding({1, 2}) == {2}
    assert lineage.feeding({1}) == {1}
    assert lineage.feeding({1, 3, 99}) == {3, 99}  # 99 has no other wording


def test_a_bridge_adds_up_both_sides_and_what_leads_to_them() -> None:
    lineage = Lineage(THREE, [(1, 2)])
    assert lineage.feeding({1, 2}) == {1, 2}
    assert lineage.feeding({1, 2, 3}) == {3}
    assert Lineage(THREE, [(1, 2), (2, 3)]).feeding({1, 2, 3}) == {1, 2, 3}


def test_what_reads_the_same_is_the_same_wording() -> None:
    lineage = Lineage(
        [wording(1, 1, "Happy?"), wording(2, 2, "Happy?"), wording(3, 3, "Glad?"), wording(4, 4, "Happy?")]
    )
    assert lineage.feeding({1, 2}) == {1, 2}
    assert lineage.feeding({1, 3, 4}) == {1, 4}
    assert [turn.versions for turn in lineage.turns()] == [(2, 3), (3, 4)]


def test_two_figures_are_compared_within_one_wording_only() -> None:
    lineage = Lineage(THREE, [(1, 2)])
    assert lineage.between({2}, {1}) is None
    assert lineage.between({3}, {2}) == THREE[2]
    assert lineage.between({1}, {3}) == THREE[2]
    assert lineage.between({3}, set()) is None
    assert Lineage([*THREE, wording(7, 1, "Other?", "other")]).between({3}, {7}) is None


def test_turns_are_those_of_one_measure_or_all() -> None:
    lineage = Lineage([*THREE, wording(8, 1, "Quick?", "t", "timeliness"), wording(9, 2, "Fast?", "t", "timeliness")])
    assert [turn.versions for turn in lineage.turns("timeliness")] == [(8, 9)]
    assert len(lineage.turns()) == 3


@pytest.fixture
def survey(app: Flask) -> SurveyVersion:
    return make_survey()


@pytest.fixture
def housing(app: Flask) -> Service:
    return make_service("housing")


@pytest.fixture
def reworded(survey: SurveyVersion, housing: Service) -> SurveyVersion:
    """40 answers before October 2025, 30 of them good; then a new wording and 50, 45 of them good."""
    make_answers(survey, housing, date(2025, 6, 10), {"satisfaction": "5"}, 30)
    make_answers(survey, housing, date(2025, 6, 10), {"satisfaction": "1"}, 10)
    newer = make_new_wording(survey, "satisfaction", "How satisfied were you?", OCTOBER)
    make_answers(newer, housing, date(2025, 11, 10), {"satisfaction": "5"}, 45)
    make_answers(newer, housing, date(2025, 11, 10), {"satisfaction": "2"}, 5)
    return newer


def versions(survey: SurveyVersion, newer: SurveyVersion) -> tuple[int, int]:
    return survey.items[0].question_version_id, newer.items[0].question_version_id


@pytest.mark.parametrize("by", [(), ("channel",), ("channel", "mode")])
@pytest.mark.parametrize("is_folded", [True, False])
def test_answers_to_an_earlier_wording_stand_outside(
    reworded: SurveyVersion, by: tuple[str, ...], is_folded: bool
) -> None:
    if is_folded:
        operations.fold_all()
    (figure,) = figures("satisfaction", *YEAR, by=by, now=NOW)
    assert (figure.numerator, figure.base) == (45, 50)
    assert figure.outside["earlier_wording"] == 40
    months = {month.period.label: month.base for month in figures("satisfaction", *YEAR, by=["month"], now=NOW)}
    assert (months["2025-06"], months["2025-11"]) == (40, 50)


def test_a_question_that_was_not_worded_anew_is_added_up_as_before(reworded: SurveyVersion) -> None:
    (figure,) = figures("timeliness", *YEAR, now=NOW)
    assert figure.outside == {"blank": 90, "does_not_apply": 0, "dont_know": 0}


def test_the_passport_holds_both_and_says_which_count(reworded: SurveyVersion) -> None:
    opened = open_passport(make_query("satisfaction", *YEAR), now=NOW)
    assert (opened.figure.numerator, opened.figure.base, len(opened.digests)) == (45, 50, 90)
    assert opened.document["counts"]["earlier_wording"] == 40
    assert opened.document["versions"] == ["post-contact@1.0", "post-contact@2.0"]
    assert sum(row.is_in_base for row in rows_behind(opened, now=NOW, most=100)) == 50


def test_no_change_is_claimed_across_a_new_wording(reworded: SurveyVersion, housing: Service) -> None:
    make_answers(reworded, housing, date(2026, 6, 10), {"satisfaction": "5"}, 60)
    july = date(2026, 6, 1), date(2026, 6, 30)
    (figure,) = figures("satisfaction", *july, now=LATER)
    assert (figure.previous.base, figure.change, figure.not_compared) == (40, None, SENTENCE)
    (other,) = figures("timeliness", *july, now=LATER)
    assert other.not_compared is None
    (year,) = figures("satisfaction", *NEXT_YEAR, now=LATER)  # both years end on the new wording
    assert year.change is not None
    assert (year.previous.base, year.not_compared) == (50, None)


def test_a_bridge_adds_up_and_compares(survey: SurveyVersion, reworded: SurveyVersion, housing: Service) -> None:
    make_answers(reworded, housing, date(2026, 6, 10), {"satisfaction": "5"}, 60)
    by = make_user("cse_lead").id
    earlier, later = versions(survey, reworded)
    declare_bridge(earlier, later, " Asked side by side. ", now=NOW, by=by)

    (figure,) = figures("satisfaction", *YEAR, now=NOW)
    assert (figure.numerator, figure.base) == (75, 90)
    assert "earlier_wording" not in figure.outside
    (june,) = figures("satisfaction", date(2026, 6, 1), date(2026, 6, 30), now=LATER)
    assert june.not_compared is None
    assert june.change is not None
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "lineage.bridge declared")).one()
    assert (line.subject, line.actor_id) == ("post-contact-satisfaction", str(by))
    assert line.after == {"from": 1, "to": 2, "reason": "Asked side by side."}


def test_a_bridge_can_be_taken_back(survey: SurveyVersion, reworded: SurveyVersion) -> None:
    pair = versions(survey, reworded)
    with pytest.raises(NotFound, match="No bridge"):
        take_bridge_back(*pair, now=NOW)
    declare_bridge(*pair, "Side by side.", now=NOW)
    take_bridge_back(*pair, now=NOW)
    assert figures("satisfaction", *YEAR, now=NOW)[0].base == 50
    actions = db.session.scalars(select(AuditLine.action).order_by(AuditLine.id)).all()
    assert actions[-2:] == ["lineage.bridge declared", "lineage.bridge taken back"]


def test_a_bridge_needs_a_reason_two_wordings_and_one_scale(survey: SurveyVersion, reworded: SurveyVersion) -> None:
    earlier, later = versions(survey, reworded)
    for reason in ("", "   ", "x" * 1001):
        with pytest.raises(InvalidInput, match="1,000 characters"):
            declare_bridge(earlier, later, reason, now=NOW)
    for pair in ((later, earlier), (earlier, earlier), (earlier, survey.items[1].question_version_id)):
        with pytest.raises(NotFound):
            declare_bridge(*pair, "Why not", now=NOW)
    declare_bridge(earlier, later, "Side by side.", now=NOW)
    with pytest.raises(Refused, match="compared already"):
        declare_bridge(earlier, later, "Again", now=NOW)
    ten = {str(n): n for n in range(1, 11)}
    third = make_new_wording(reworded, "satisfaction", "From 1 to 10?", NOW, scores=ten)
    with pytest.raises(Refused, match="two scales cannot be added up"):
        declare_bridge(later, third.items[0].question_version_id, "Why not", now=NOW)
    assert len(db.session.scalars(select(LineageBridge)).all()) == 1


def test_another_order_of_the_options_is_a_new_wording(survey: SurveyVersion) -> None:
    make_new_wording(survey, "satisfaction", "satisfaction", OCTOBER, scores=dict(reversed(SATISFIED.items())))
    (turn,) = read_lineage().turns()
    assert not turn.is_bridged


def test_a_frozen_passport_says_that_a_bridge_was_declared(survey: SurveyVersion, reworded: SurveyVersion) -> None:
    frozen = freeze_passport(make_query("satisfaction", *YEAR), now=NOW)
    declare_bridge(*versions(survey, reworded), "Side by side.", now=NOW)
    found = run_again(frozen, now=LATER)
    assert (found.is_same, found.moves) == (False, ())
    assert rerun_sentence(found) == (
        "40 to an earlier wording stand outside no longer: it was declared comparable; "
        "the figure was 45 of 50, it is 75 of 90 now."
    )


def test_a_frozen_passport_says_that_the_question_was_worded_anew(survey: SurveyVersion, housing: Service) -> None:
    make_answers(survey, housing, date(2025, 6, 10), {"satisfaction": "5"}, 30)
    frozen = freeze_passport(make_query("satisfaction", *YEAR), now=OCTOBER)
    newer = make_new_wording(survey, "satisfaction", "How satisfied?", OCTOBER)
    make_answers(newer, housing, date(2025, 11, 10), {"satisfaction": "5"}, 12)
    found = run_again(frozen, now=NOW)
    assert found.unexplained == 0
    assert rerun_sentence(found) == (
        "12 answers arrived later, 30 stand outside now, for the question has been worded anew; "
        "the figure was 30 of 30, it is 12 of 12 now."
    )


def test_the_command_line_says_why_there_is_no_change(reworded: SurveyVersion, housing: Service, app: Flask) -> None:
    make_answers(reworded, housing, date(2026, 6, 10), {"satisfaction": "5"}, 60)
    db.session.commit()
    runner = app.test_cli_runner()
    days = ["--from", "2026-06-01", "--to", "2026-06-30"]
    with travel(LATER, tick=False):
        assert SENTENCE in runner.invoke(args=["measures", "show", "satisfaction", *days]).output
        document = json.loads(runner.invoke(args=["measures", "show", "satisfaction", *days, "--json"]).stdout)
    (figure,) = document["figures"]
    assert (figure["change"], figure["not_compared"]) == (None, SENTENCE)
