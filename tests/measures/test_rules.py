"""The denominator switch: the same formulas with don't know, held or staff-entered answers in or out."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from survey_app.extensions import db, transaction
from survey_app.kernel.errors import InvalidInput
from survey_app.measures.address import from_id, make_query, to_id
from survey_app.measures.figures import Figure
from survey_app.measures.operations import fold_all
from survey_app.measures.queries import figures, open_passport, rows_behind
from survey_app.measures.rules import SWITCHES, USUAL, Rules
from survey_app.responses.models import ResponseState, SurveyResponse
from survey_app.responses.operations import quarantine, withdraw
from survey_app.statistics.intervals import wilson_interval
from tests.factories import make_answers, make_service, make_survey

YEAR = date(2025, 4, 1), date(2026, 3, 31)
DAY = date(2025, 6, 10)
NOW = datetime(2026, 5, 1, 6, tzinfo=UTC)


def answer() -> None:
    """198 of 200 satisfied, 2 don't know; 10 satisfied in quarantine; 5 of the 198 were entered by staff."""
    survey, service = make_survey(), make_service("waste")
    make_answers(survey, service, DAY, {"satisfaction": "5"}, 193)
    make_answers(survey, service, DAY, {"satisfaction": "5"}, 5, is_staff_entered=True)
    make_answers(survey, service, DAY, {"satisfaction": "1"}, 2)
    make_answers(survey, service, DAY, {"satisfaction": "dk"}, 2)
    make_answers(survey, service, DAY, {"satisfaction": "5"}, 10, state=ResponseState.QUARANTINED)


def figure(measure: str = "satisfaction", **rules: bool) -> Figure:
    (found,) = figures(measure, *YEAR, rules=Rules(**rules), now=NOW)
    return found


@pytest.mark.usefixtures("app")
class TestFigures:
    def test_by_the_usual_rules_they_are_as_ever(self) -> None:
        answer()
        usual = figure()
        assert (usual.numerator, usual.base, usual.counted_from) == (198, 200, "tallies")
        assert usual.outside["dont_know"] == 2

    def test_dont_know_comes_into_the_base_and_never_into_the_numerator(self) -> None:
        answer()
        switched = figure(dont_know=True)
        assert (switched.numerator, switched.base) == (198, 202)
        assert (switched.low, switched.high) == tuple(wilson_interval(198, 202))
        assert (switched.by_value["dk"], switched.outside["dont_know"]) == (2, 0)
        assert switched.counted_from == "tallies"

    def test_held_answers_count_only_when_asked_for(self) -> None:
        answer()
        switched = figure(quarantined=True)
        assert (switched.numerator, switched.base, switched.counted_from) == (208, 210, "tallies")

    def test_staff_entered_answers_can_be_left_out(self) -> None:
        answer()
        switched = figure(staff_entered=False)
        assert (switched.numerator, switched.base, switched.counted_from) == (193, 195, "tallies")

    @pytest.mark.parametrize("rules", [*SWITCHES, Rules(True, True, False)])
    @pytest.mark.parametrize("is_folded", [False, True])
    def test_added_to_the_tallies_they_give_what_the_answers_themselves_give(
        self, rules: Rules, is_folded: bool
    ) -> None:
        answer()
        held = db.session.scalars(select(SurveyResponse).where(SurveyResponse.is_staff_entered).limit(2)).all()
        quarantine(held[0], "looks odd", now=NOW)
        withdraw(held[1], now=NOW)
        if is_folded:
            fold_all()
        (tallied,) = figures("satisfaction", *YEAR, rules=rules, now=NOW)
        (crossed,) = figures("satisfaction", *YEAR, by=["channel", "mode"], rules=rules, now=NOW)
        assert (tallied.counted_from, crossed.counted_from) == ("tallies", "answers")
        assert (tallied.by_value, tallied.outside, tallied.base) == (crossed.by_value, crossed.outside, crossed.base)

    def test_all_together_pool_once(self) -> None:
        answer()
        switched = figure(dont_know=True, quarantined=True, staff_entered=False)
        assert (switched.numerator, switched.base) == (203, 207)

    def test_a_net_share_takes_dont_know_as_neither(self) -> None:
        answer()
        switched = figure("net_satisfaction", dont_know=True)
        assert (switched.numerator, switched.base) == (196, 202)

    def test_a_small_base_is_hidden_by_any_rules(self) -> None:
        make_answers(make_survey(), make_service("waste"), DAY, {"satisfaction": "5"}, 8)
        assert figure(quarantined=True).suppressed

    def test_dont_know_in_the_base_uncovers_nothing_that_a_few_said(self) -> None:
        survey, service = make_survey(), make_service("waste")
        make_answers(survey, service, DAY, {"satisfaction": "5"}, 8)
        make_answers(survey, service, DAY, {"satisfaction": "dk"}, 40)
        assert figure().suppressed
        switched = figure(dont_know=True)
        assert (switched.suppressed, switched.value, switched.by_value) == (True, None, {})

    @pytest.mark.parametrize("measure", ["response_rate", "contacts", "comment_sentiment", "processing_days"])
    def test_what_is_not_an_answer_to_a_question_has_no_switch(self, measure: str) -> None:
        with pytest.raises(InvalidInput, match="its rules cannot be changed"):
            figure(measure, quarantined=True)

    def test_dont_know_has_no_score_for_a_mean(self) -> None:
        with pytest.raises(InvalidInput, match="cannot be in the base of a mean"):
            figure("satisfaction_mean", dont_know=True)


@pytest.mark.usefixtures("app")
def test_the_passport_says_the_rules_and_lists_the_rows_that_they_let_in() -> None:
    answer()
    opened = open_passport(make_query("satisfaction", *YEAR, rules=Rules(quarantined=True)), now=NOW)
    assert opened.document["rules"] == {
        "dont_know": "out",
        "quarantined": "in",
        "staff_entered": "in",
        "weighting": "none",
    }
    assert opened.document["counts"]["quarantined"] == 10
    assert (len(opened.digests), opened.document["counts"]["base"]) == (212, 210)
    usual = open_passport(make_query("satisfaction", *YEAR), now=NOW)
    assert (len(usual.digests), usual.document["counts"]["quarantined"]) == (202, 0)
    assert usual.document["rules"]["quarantined"] == "out"


@pytest.mark.usefixtures("app")
def test_with_dont_know_in_the_base_the_passport_counts_those_rows_in() -> None:
    answer()
    opened = open_passport(make_query("satisfaction", *YEAR, rules=Rules(dont_know=True)), now=NOW)
    rows = rows_behind(opened, now=NOW, most=1_000)
    assert sum(row.is_in_base for row in rows) == 202 == opened.figure.base


def test_the_address_of_the_usual_rules_is_as_it_always_was() -> None:
    assert to_id(make_query("satisfaction", *YEAR)) == "satisfaction~2025-04-01~2026-03-31"


@pytest.mark.parametrize(
    ("rules", "tail"),
    [
        (Rules(dont_know=True), "~dont_know.in"),
        (Rules(staff_entered=False), "~staff_entered.out"),
        (Rules(dont_know=True, quarantined=True), "~dont_know.in~quarantined.in"),
    ],
)
def test_other_rules_stand_in_the_address_and_come_back_from_it(rules: Rules, tail: str) -> None:
    query = make_query("satisfaction", *YEAR, {"channel": "phone"}, rules)
    assert to_id(query) == f"satisfaction~2025-04-01~2026-03-31~channel.phone{tail}"
    assert from_id(to_id(query)) == query


@pytest.mark.parametrize(
    "tail",
    [
        "~dont_know.out",  # as usual: not the one way to write it
        "~quarantined.in~dont_know.in",
        "~dont_know.in~dont_know.in",
        "~dont_know.in~channel.phone",
        "~dont_know.maybe",
        "~dont_know",
        "~dont_know.in.out",
    ],
)
def test_an_address_that_is_not_the_one_way_to_write_it_is_none(tail: str) -> None:
    with pytest.raises(InvalidInput):
        from_id(f"satisfaction~2025-04-01~2026-03-31{tail}")


def test_the_words_of_the_rules_name_what_is_changed() -> None:
    assert USUAL.words == ""
    assert Rules(dont_know=True).words == "with don't know in the base"
    assert Rules(dont_know=True, staff_entered=False).words == (
        "with don't know in the base and without answers entered by staff"
    )


class TestCommand:
    @pytest.fixture
    def answered(self, runner: FlaskCliRunner) -> FlaskCliRunner:
        with transaction():
            answer()
        return runner

    def shown(self, runner: FlaskCliRunner, *arguments: str) -> Any:
        days = ("--from", "2025-04-01", "--to", "2026-03-31")
        return runner.invoke(args=["measures", "show", "satisfaction", *days, *arguments])

    def test_the_effect_stands_beside_the_figure_and_never_replaces_it(self, answered: FlaskCliRunner) -> None:
        result = self.shown(answered, "--rule", "dont_know=in")
        assert "99.0% of 200" in result.output
        assert "99.0%; 98.0% with don't know in the base" in result.output

    def test_the_document_has_both(self, answered: FlaskCliRunner) -> None:
        (found,) = json.loads(self.shown(answered, "--rule", "staff_entered=out", "--json").stdout)["figures"]
        switched = found["switched"]
        assert (found["numerator"], found["base"]) == (198, 200)
        assert (switched["numerator"], switched["base"], switched["counted_from"]) == (193, 195, "tallies")
        assert switched["rules"] == {"dont_know": "out", "quarantined": "out", "staff_entered": "out"}
        assert switched["passport"].endswith("~staff_entered.out")

    def test_without_a_switch_there_is_no_effect(self, answered: FlaskCliRunner) -> None:
        (found,) = json.loads(self.shown(answered, "--json").stdout)["figures"]
        assert "switched" not in found

    @pytest.mark.parametrize(
        ("rule", "status", "message"),
        [
            ("open_link=out", 1, "The rules are dont_know, quarantined, staff_entered"),
            ("dont_know=perhaps", 1, "in or out"),
            ("dont_know", 2, "dont_know=in"),
        ],
    )
    def test_a_rule_that_is_none_is_refused(
        self, answered: FlaskCliRunner, rule: str, status: int, message: str
    ) -> None:
        result = self.shown(answered, "--rule", rule, "--json")
        assert (result.exit_code, result.stdout) == (status, "")
        assert message in result.stderr
