"""Measures that the council defines: refused where they make no figure, versioned, and usable like any other."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from survey_app.audit.models import AuditLine
from survey_app.evidence.packs.queries import live_differences
from survey_app.extensions import db, transaction
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.measures.address import make_query
from survey_app.measures.definitions import Choice, Unit
from survey_app.measures.figures import Figure
from survey_app.measures.frozen import figure_of
from survey_app.measures.models import Target
from survey_app.measures.operations import freeze_passport
from survey_app.measures.own.models import OwnMeasure
from survey_app.measures.own.operations import define_measure
from survey_app.measures.own.queries import (
    all_measures,
    measure_called,
    own_measures,
    question_asked,
    questions,
    versions_of,
)
from survey_app.measures.own.rule import OwnRule, Part, as_document, from_document, problems_of
from survey_app.measures.queries import figures, open_passport, query_from_id
from survey_app.measures.rules import Rules
from survey_app.statistics.intervals import NetCounts, mean_interval, net_interval, wilson_interval
from survey_app.surveys.models import SurveyVersion
from tests.factories import NOON, SATISFIED, make_answers, make_new_wording, make_service, make_survey, make_user

YEAR = date(2025, 4, 1), date(2026, 3, 31)
DAY = date(2025, 6, 10)
NOW = datetime(2026, 5, 1, 6, tzinfo=UTC)
QUESTION = "post-contact-satisfaction"
OPTIONS = [*(Choice(str(score), score) for score in range(1, 6)), Choice("dk")]
VERY = OwnRule(
    code="very_satisfied",
    label="Very satisfied",
    words="Answers very satisfied overall, as a share of all who gave an opinion.",
    question=QUESTION,
    unit=Unit.SHARE,
    options={
        "5": Part.COUNTS,
        "4": Part.BASE,
        "3": Part.BASE,
        "2": Part.BASE,
        "1": Part.BASE,
        "dk": Part.OUTSIDE,
    },
)


def with_parts(rule: OwnRule = VERY, **parts: Part) -> OwnRule:
    return replace(rule, options=rule.options | {code.removeprefix("o"): part for code, part in parts.items()})


class TestRule:
    def test_a_share_that_is_well_made_has_no_problem(self) -> None:
        assert problems_of(VERY, OPTIONS) == {}

    @pytest.mark.parametrize(
        ("rule", "field", "words"),
        [
            (replace(VERY, code="Very satisfied"), "code", "small letters"),
            (replace(VERY, code="9lives"), "code", "beginning with a letter"),
            (replace(VERY, code="x"), "code", "3 to 60"),
            (replace(VERY, code="satisfaction"), "code", "every council has"),
            (replace(VERY, label=" "), "label", "3 to 60"),
            (replace(VERY, words=""), "words", "3 to 500"),
            (replace(VERY, unit=Unit.DAYS), "unit", "share"),
            (replace(VERY, options={"6": Part.COUNTS}), "options", "no option 6"),
            (with_parts(o5=Part.BASE), "options", "at least one option that counts"),
            (with_parts(o1=Part.AGAINST), "options", "Only in a net share"),
            (replace(VERY, options={"5": Part.COUNTS, "dk": Part.OUTSIDE}), "options", "always 100%"),
            (replace(VERY, unit=Unit.NET_SHARE), "options", "counts against"),
            (replace(with_parts(dk=Part.BASE), unit=Unit.MEAN), "options", "dk has no score"),
            (replace(VERY, unit=Unit.MEAN, options={"5": Part.BASE}), "options", "at least two"),
        ],
    )
    def test_what_makes_no_figure_is_refused_where_it_is_wrong(self, rule: OwnRule, field: str, words: str) -> None:
        problems = problems_of(rule, OPTIONS)
        assert list(problems) == [field]
        assert words in problems[field]


@pytest.fixture
def asked(app: object) -> None:
    """A survey with 12 very and 18 fairly satisfied, 6 neither, 4 very dissatisfied and 2 who don't know."""
    survey, service = make_survey(), make_service("waste")
    for code, n in {"5": 12, "4": 18, "3": 6, "1": 4, "dk": 2}.items():
        make_answers(survey, service, DAY, {"satisfaction": code}, n)


def figure(name: str = "very_satisfied", **rules: bool) -> Figure:
    (found,) = figures(name, *YEAR, rules=Rules(**rules), now=NOW)
    return found


@pytest.mark.usefixtures("asked")
class TestFigures:
    def test_a_share_counts_what_the_council_said(self) -> None:
        define_measure(VERY, now=NOON)
        found = figure()
        assert (found.numerator, found.base, found.counted_from) == (12, 40, "tallies")
        assert (found.low, found.high) == tuple(wilson_interval(12, 40))
        assert found.outside["dont_know"] == 2
        assert found.measure.code_and_version == "very_satisfied@1"

    def test_a_net_share_takes_away_what_counts_against(self) -> None:
        define_measure(replace(with_parts(o1=Part.AGAINST), unit=Unit.NET_SHARE), now=NOON)
        found = figure()
        assert (found.numerator, found.base) == (8, 40)
        assert (found.low, found.high) == tuple(net_interval(NetCounts(12, 24, 4)))

    def test_a_mean_takes_the_scores_of_the_options_in_its_base(self) -> None:
        parts = dict.fromkeys(("5", "4", "3"), Part.BASE) | {"1": Part.OUTSIDE, "2": Part.OUTSIDE, "dk": Part.OUTSIDE}
        define_measure(replace(VERY, unit=Unit.MEAN, options=parts), now=NOON)
        found = figure()
        assert found.value == (12 * 5 + 18 * 4 + 6 * 3) / 36
        assert (found.low, found.high) == tuple(mean_interval({5: 12, 4: 18, 3: 6}, 3, 5))

    def test_an_option_put_outside_leaves_the_base(self) -> None:
        define_measure(with_parts(o3=Part.OUTSIDE), now=NOON)
        found = figure()
        assert (found.numerator, found.base, found.outside["3"]) == (12, 34, 6)

    def test_dont_know_may_be_in_the_base_by_the_rule_or_by_the_switch(self) -> None:
        define_measure(VERY, now=NOON)
        assert (figure().base, figure(dont_know=True).base) == (40, 42)
        define_measure(with_parts(dk=Part.BASE), based_on=1, now=NOON)
        assert figure().base == 42

    def test_an_option_that_comes_later_is_outside_until_a_version_names_it(self) -> None:
        define_measure(VERY, now=NOON)
        survey = db.session.scalars(select(SurveyVersion)).one()
        newer = make_new_wording(survey, "satisfaction", "How was it?", NOON, scores=SATISFIED | {"6": 6})
        make_answers(newer, make_service("housing"), DAY, {"satisfaction": "5"}, 20)
        make_answers(newer, make_service("benefits"), DAY, {"satisfaction": "6"}, 3)
        assert (figure().base, figure().outside["6"]) == (20, 3)

    def test_a_target_holds_for_it_as_for_any_other(self) -> None:
        define_measure(VERY, now=NOON)
        db.session.add(Target(measure="very_satisfied", value=0.1, valid_from=YEAR[0], entered_at=NOON))
        db.session.flush()
        assert (figure().target, figure().status) == (0.1, "met_with_confidence")

    def test_it_breaks_down_and_filters(self) -> None:
        define_measure(VERY, now=NOON)
        found = figures("very_satisfied", *YEAR, by=["channel"], where={"service": "waste"}, now=NOW)
        assert [(each.group, each.base) for each in found] == [(("phone",), 40)]


@pytest.mark.usefixtures("asked")
class TestVersions:
    def test_a_change_makes_a_new_version_and_rewrites_none(self) -> None:
        author = make_user("cse_lead")
        define_measure(VERY, now=NOON, by=author.id)
        define_measure(with_parts(o4=Part.COUNTS), based_on=1, now=NOW, by=author.id)
        second, first = versions_of("very_satisfied")
        assert (first.version, first.options["4"], second.version, second.options["4"]) == (1, "base", 2, "counts")
        assert (first.author, first.defined_at) == (author, NOON)
        assert (figure().numerator, figure().measure.version) == (30, 2)

    def test_each_is_written_into_the_audit_with_what_it_was(self) -> None:
        define_measure(VERY, now=NOON)
        define_measure(with_parts(o4=Part.COUNTS), based_on=1, now=NOW)
        first, second = db.session.scalars(select(AuditLine).where(AuditLine.action == "measure.defined")).all()
        assert (first.before, second.subject) == (None, "very_satisfied")
        assert second.before is not None and second.after is not None
        assert (second.before["counts"], second.after["counts"]) == (["5"], ["4", "5"])
        assert (second.before["version"], second.after["version"]) == (1, 2)

    def test_the_same_rule_again_changes_nothing(self) -> None:
        define_measure(VERY, now=NOON)
        define_measure(VERY, based_on=1, now=NOW)
        assert len(versions_of("very_satisfied")) == 1

    def test_a_name_that_is_taken_is_refused(self) -> None:
        define_measure(VERY, now=NOON)
        with pytest.raises(Refused, match="already"):
            define_measure(with_parts(o4=Part.COUNTS), now=NOW)

    def test_who_saw_an_older_version_does_not_overwrite_a_newer_one(self) -> None:
        define_measure(VERY, now=NOON)
        define_measure(with_parts(o4=Part.COUNTS), based_on=1, now=NOW)
        with pytest.raises(Refused, match="version 2"):
            define_measure(with_parts(o3=Part.COUNTS), based_on=1, now=NOW)
        assert len(versions_of("very_satisfied")) == 2

    def test_a_rule_that_makes_no_figure_is_not_stored(self) -> None:
        with pytest.raises(InvalidInput, match="at least one option that counts"):
            define_measure(with_parts(o5=Part.BASE), now=NOON)
        with pytest.raises(NotFound):
            define_measure(replace(VERY, question="nothing-asked"), now=NOON)
        assert db.session.scalars(select(OwnMeasure)).all() == []


@pytest.mark.usefixtures("asked")
class TestPassports:
    def test_the_address_names_it_and_the_document_carries_its_rule(self) -> None:
        define_measure(VERY, now=NOON)
        query = query_from_id("very_satisfied~2025-04-01~2026-03-31")
        opened = open_passport(query, now=NOW)
        assert opened.document["definition"] == "very_satisfied@1"
        assert opened.document["defined"]["counts"] == ["5"]
        assert (len(opened.digests), opened.figure.passport) == (42, "/figures/very_satisfied~2025-04-01~2026-03-31")

    def test_the_figure_follows_from_the_document_alone(self) -> None:
        define_measure(VERY, now=NOON)
        document = open_passport(query_from_id("very_satisfied~2025-04-01~2026-03-31"), now=NOW).document
        again = figure_of(json.loads(json.dumps(document)))
        assert (again.numerator, again.base, again.low) == (12, 40, wilson_interval(12, 40).low)
        assert again.measure == measure_called("very_satisfied")

    def test_a_frozen_figure_keeps_its_rule_when_a_new_version_is_made(self) -> None:
        define_measure(VERY, now=NOON)
        frozen = freeze_passport(make_query(measure_called("very_satisfied"), *YEAR), now=NOW)
        define_measure(with_parts(o4=Part.COUNTS), based_on=1, now=NOW)
        document = json.loads(frozen.document)
        assert live_differences(document, now=NOW) == []
        assert (figure_of(document).numerator, figure().numerator) == (12, 30)

    def test_a_rule_in_a_document_is_the_rule_that_went_in(self) -> None:
        define_measure(replace(with_parts(o1=Part.AGAINST), unit=Unit.NET_SHARE, lower_is_better=True), now=NOON)
        measure = measure_called("very_satisfied")
        assert from_document(measure.name, measure.version, as_document(measure)) == measure


@pytest.mark.usefixtures("asked")
class TestNames:
    def test_all_measures_are_ours_and_then_the_councils_own(self) -> None:
        define_measure(VERY, now=NOON)
        assert [measure.name for measure in own_measures()] == ["very_satisfied"]
        assert [measure.name for measure in all_measures()][-1] == "very_satisfied"

    def test_an_unknown_name_is_refused_with_all_the_names(self) -> None:
        define_measure(VERY, now=NOON)
        with pytest.raises(InvalidInput, match="timeliness, very_satisfied"):
            measure_called("happiness")

    @pytest.mark.parametrize("name", ["very\x00satisfied", "x" * 10_000, "", "Ünïcode", "'; drop table"])
    def test_a_name_that_can_be_none_is_refused_without_asking_the_database(self, name: str) -> None:
        with pytest.raises(InvalidInput, match="There is no measure called"):
            measure_called(name)
        with pytest.raises(NotFound):
            versions_of(name)

    def test_a_question_offers_its_options_with_their_newest_labels(self) -> None:
        assert [question.code for question in questions()] == [
            "post-contact-resolved",
            QUESTION,
            "post-contact-timeliness",
        ]
        assert [option.choice.code for option in question_asked(QUESTION).options] == [
            *("5", "4", "3", "2", "1", "dk", "na"),
        ]


def test_the_command_shows_it_like_any_other(runner: FlaskCliRunner) -> None:
    with transaction():
        survey, service = make_survey(), make_service("waste")
        make_answers(survey, service, DAY, {"satisfaction": "5"}, 12)
        make_answers(survey, service, DAY, {"satisfaction": "4"}, 18)
        define_measure(VERY, now=NOON)
    days = ("--from", "2025-04-01", "--to", "2026-03-31")
    result = runner.invoke(args=["measures", "show", "very_satisfied", *days, "--by", "month", "--json"])
    document = json.loads(result.stdout)
    assert (document["unit"], document["is_own"], document["version"]) == ("share", True, 1)
    assert document["definition"] == VERY.words
    assert [(found["numerator"], found["base"]) for found in document["figures"] if found["base"]] == [(12, 30)]
