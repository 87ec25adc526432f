"""Measures by name that are counted in a way of their own: medians of days, and answers on two scales."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from survey_app.extensions import db
from survey_app.measures.address import make_query
from survey_app.measures.definitions import MEASURES
from survey_app.measures.figures import Figure
from survey_app.measures.models import Target
from survey_app.measures.presenters import as_table, figure_as_document
from survey_app.measures.queries import figures, open_passport
from survey_app.organisation.models import Service
from survey_app.statistics.intervals import (
    counted_median,
    counted_median_interval,
    median_interval,
    median_ranks,
)
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.models import Option, Question, QuestionVersion, SurveyVersion
from tests.factories import NOON, make_answers, make_contact, make_service, make_survey
from tests.oracles import oracle

YEAR = date(2025, 4, 1), date(2026, 3, 31)
DAY = date(2025, 6, 10)
AT = datetime(2025, 6, 10, 12, tzinfo=UTC)
NOW = datetime(2026, 5, 1, 6, tzinfo=UTC)


def figure(measure: str, **arguments: Any) -> Figure:
    (found,) = figures(measure, *YEAR, now=NOW, **arguments)
    return found


def make_contacts(service: Service, days: list[int | None], **facts: Any) -> None:
    for took in days:
        make_contact(service, email=None, occurred_at=AT, processing_days=took, **facts)


class TestMedian:
    @pytest.mark.parametrize(
        ("counts", "median"), [({3: 1}, 3), ({1: 1, 4: 1}, 2.5), ({0: 2, 5: 1}, 0), ({2: 2, 3: 2}, 2.5)]
    )
    def test_of_counts_is_the_middle_one_or_the_mean_of_two(self, counts: dict[int, int], median: float) -> None:
        assert counted_median(counts) == median

    def test_of_counts_has_the_interval_of_the_same_values_listed(self) -> None:
        counts = {0: 3, 1: 9, 2: 4, 7: 2, 30: 1}
        values = [value for value, n in counts.items() for _ in range(n)]
        assert counted_median_interval(counts) == median_interval(values)

    def test_of_counts_takes_the_published_ranks(self) -> None:
        for row in oracle("median_ranks.csv"):
            base = int(row["base"])
            if base > 100_000 or not row["lower_rank"]:
                continue
            interval = counted_median_interval(dict.fromkeys(range(1, base + 1), 1))
            assert interval == (int(row["lower_rank"]), int(row["upper_rank"])) == median_ranks(base)

    def test_of_nothing_is_none(self) -> None:
        assert counted_median_interval({1: 5}) is None
        with pytest.raises(ValueError, match="no values"):
            counted_median({})


@pytest.mark.usefixtures("app")
class TestProcessingDays:
    def test_it_is_the_median_of_closed_contacts_without_a_numerator(self) -> None:
        make_contacts(make_service("waste"), [0, 1, 1, 2, 2, 3, 3, 4, 9, 30, None, None])
        found = figure("processing_days")
        assert (found.value, found.numerator, found.base) == (2.5, None, 10)
        assert (found.low, found.high) == (1, 9)  # ranks 2 and 9 of 10
        assert found.outside["open"] == 2
        assert found.change is None
        document = figure_as_document(found)
        assert (document["value"], document["numerator"]) == (2.5, None)
        assert "2.5 days of 10" in as_table(found.measure, [found])

    def test_days_are_days_with_a_median_of_a_year_before_and_no_claim(self) -> None:
        service = make_service("waste")
        make_contacts(service, [5] * 40)
        for _ in range(40):
            make_contact(service, email=None, occurred_at=AT - timedelta(days=365), processing_days=9)
        found = figure("processing_days")
        assert (found.value, found.previous.value, found.change) == (5, 9, None)

    def test_fewer_than_ten_closed_ones_are_hidden(self) -> None:
        make_contacts(make_service("waste"), [1] * 9)
        assert (figure("processing_days").suppressed, figure("processing_days").value) == (True, None)

    def test_a_target_is_met_below_it(self) -> None:
        make_contacts(make_service("waste"), [3] * 50)
        db.session.add(Target(measure="processing_days", value=5, valid_from=date(2025, 4, 1), entered_at=NOON))
        db.session.flush()
        assert figure("processing_days").status == "met_with_confidence"

    def test_its_passport_holds_counts_by_days_and_no_numerator(self) -> None:
        make_contacts(make_service("waste"), [1] * 6 + [12] * 5)
        opened = open_passport(make_query("processing_days", *YEAR), now=NOW)
        assert opened.document["counts"]["by_value"] == {"1": 6, "12": 5}
        assert "numerator" not in opened.document["counts"]
        assert opened.sha256

    def test_it_goes_by_service(self) -> None:
        make_contacts(make_service("waste"), [1] * 20)
        make_contacts(make_service("planning"), [30] * 20)
        found = {each.group: each.value for each in figures("processing_days", *YEAR, by=["service"], now=NOW)}
        assert found == {("planning",): 30, ("waste",): 1}


def make_ease(code: str, scores: range) -> SurveyVersion:
    """A survey that asks how easy it was, on one scale."""
    question = QuestionVersion(
        question=Question(code=f"{code}-easy", asks="easy"),
        kind=QuestionKind.EASE,
        wording="easy",
        short_label="easy",
        options=[
            Option(position=score, code=str(score), label=str(score), score=score, is_substantive=True)
            for score in scores
        ],
    )
    return make_survey(code, more=[question])


@pytest.mark.usefixtures("app")
class TestEase:
    def test_of_five_the_top_two_count(self) -> None:
        survey, service = make_ease("five", range(1, 6)), make_service("waste")
        for code, n in {"5": 10, "4": 10, "3": 20}.items():
            make_answers(survey, service, DAY, {"easy": code}, n)
        assert (figure("easy").numerator, figure("easy").base) == (20, 40)

    def test_of_seven_five_to_seven_count(self) -> None:
        survey, service = make_ease("seven", range(1, 8)), make_service("waste")
        for code, n in {"7": 10, "5": 10, "4": 20}.items():
            make_answers(survey, service, DAY, {"easy": code}, n)
        assert (figure("easy").numerator, figure("easy").base) == (20, 40)
        assert open_passport(make_query("easy", *YEAR), now=NOW).document["scale"] == [1, 7]

    def test_two_scales_never_pool_and_the_other_one_is_shown_as_a_count(self) -> None:
        service = make_service("waste")
        five, seven = make_ease("five", range(1, 6)), make_ease("seven", range(1, 8))
        make_answers(five, service, DAY, {"easy": "5"}, 30)
        make_answers(seven, service, DAY, {"easy": "6"}, 20)
        make_answers(seven, service, DAY, {"easy": "4"}, 20)
        found = figure("easy")
        assert (found.numerator, found.base) == (20, 40)  # the newest question's scale
        assert found.outside["other_scale"] == 30


def test_every_measure_of_the_promise_has_a_definition() -> None:
    promised = {
        *("satisfaction", "satisfaction_mean", "net_satisfaction", "delivery", "timeliness", "information"),
        *("professionalism", "staff_attitude", "access", "resolved", "easy", "nps", "comment_sentiment", "contacts"),
        *("processing_days", "avoidable_contact", "response_rate", "completion_rate"),
    }
    assert set(MEASURES) == promised
    assert all(measure.definition.endswith(".") for measure in MEASURES.values())
    assert {name for name, measure in MEASURES.items() if measure.lower_is_better} == {
        "avoidable_contact",
        "processing_days",
    }
