"""What is left to do before a visit: how old evidence is, what matters first, and whether the ratings would pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from survey_app.actions.models import Prompt
from survey_app.evidence.elements.gaps import gaps
from survey_app.evidence.elements.readiness import NextVisit, outlook, readiness
from survey_app.evidence.elements.state import Cited, ElementState, FrameworkState
from survey_app.evidence.exhibits.suggestions import Offer, Offers, suggestions
from survey_app.evidence.freshness import Age, freshness_of, full_months
from survey_app.evidence.models import Rating, SurveyEvidence
from survey_app.evidence.thresholds import Thresholds, check_thresholds, default_thresholds, read_thresholds
from survey_app.kernel.errors import InvalidInput

TODAY = date(2026, 5, 1)
SATISFACTION = Offer("measure satisfaction", "Satisfaction 2025/26", "satisfaction")
MADE_ALREADY = Offer("measure resolved", "Resolved 2025/26", "resolved")
USUAL = default_thresholds("cse")


def element(
    number: str,
    *,
    rating: Rating | None = Rating.COMPLIANT,
    dated: date | None = date(2026, 4, 1),
    measure: str | None = None,
    source: str | None = None,
    **facts,
) -> ElementState:
    cited = (Cited(int(number.replace(".", "")), "Report", dated, measure, source),) if dated else ()
    return ElementState(
        id=int(number.replace(".", "")),
        number=number,
        title="Title",
        criterion=f"{number[0]} Criterion",
        sub_criterion=f"{number[:3]} Part",
        rating=rating,
        freshness=freshness_of(dated, TODAY, USUAL),
        survey_evidence=SurveyEvidence.SUPPORTING,
        exhibits=cited,
        **facts,
    )


def framework(*elements: ElementState, thresholds: Thresholds = USUAL) -> FrameworkState:
    return FrameworkState("cse", "Customer Service Excellence", thresholds, elements)


@pytest.mark.parametrize(
    ("newest", "age", "words"),
    [
        (None, Age.NONE, "no evidence"),
        (date(2026, 4, 2), Age.FRESH, "this month"),
        (date(2026, 4, 1), Age.FRESH, "1 month"),
        (date(2025, 7, 2), Age.FRESH, "9 months"),
        (date(2025, 7, 1), Age.AGEING, "10 months"),
        (date(2025, 5, 2), Age.AGEING, "11 months"),
        (date(2025, 5, 1), Age.STALE, "12 months"),
        (date(2024, 5, 1), Age.STALE, "24 months"),
        (date(2026, 9, 9), Age.FRESH, "this month"),
    ],
)
def test_evidence_is_fresh_for_ten_months_and_out_of_date_from_twelve(newest, age, words):
    found = freshness_of(newest, TODAY, USUAL)
    assert (found.age, found.words) == (age, words)


def test_a_month_that_began_on_the_31st_has_passed_at_the_end_of_a_shorter_one():
    assert full_months(date(2026, 1, 31), date(2026, 2, 27)) == 0
    assert full_months(date(2026, 1, 31), date(2026, 2, 28)) == 1


def test_a_council_sets_its_own_months():
    thresholds = replace(USUAL, ageing_months=2, stale_months=3)
    assert freshness_of(date(2026, 2, 1), TODAY, thresholds).age is Age.STALE
    assert read_thresholds("cse", thresholds.stored()) == thresholds
    assert read_thresholds("cse", None).partials_allowed == (2, 2, 2, 3, 2)
    assert read_thresholds("own", None).partials_in(0) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"share_needed": 0.0},
        {"share_needed": 1.2},
        {"partials_allowed": (-1,)},
        {"ageing_months": 12},
        {"stale_months": 999},
    ],
)
def test_thresholds_that_cannot_be_are_refused(wrong):
    with pytest.raises(InvalidInput):
        check_thresholds(replace(USUAL, **wrong))


def test_gaps_stand_in_the_order_in_which_an_assessor_would_miss_them():
    found = gaps(
        framework(
            element("1.1.1"),
            element("1.1.2", review_on=date(2026, 4, 30)),
            element("1.1.3", open_questions=1),
            element("1.2.1", rating=None),
            element("1.2.2", rating=Rating.PARTIAL),
            element("1.2.3", rating=Rating.NONE),
            element("1.3.1", dated=date(2025, 4, 1)),
            element("1.3.2", dated=date(2025, 2, 1)),
            element("1.3.3", dated=None),
            element("1.3.4", dated=None, rating=None),
            element("1.3.5", dated=None, rating=Rating.NOT_APPLICABLE),
        ),
        TODAY,
    )
    assert [(gap.element.number, gap.why) for gap in found] == [
        ("1.3.4", "No exhibit and not rated"),
        ("1.3.3", "No exhibit"),
        ("1.3.2", "Newest exhibit is 15 months old"),
        ("1.3.1", "Newest exhibit is 13 months old"),
        ("1.2.3", "Not met"),
        ("1.2.2", "Partly met"),
        ("1.2.1", "Not rated"),
        ("1.1.3", "Assessor’s question open"),
        ("1.1.2", "Review was due on 30 April 2026"),
    ]


def test_all_that_is_wrong_with_an_element_is_said():
    (gap,) = gaps(framework(element("4.2.3", rating=Rating.PARTIAL, open_questions=2, dated=date(2025, 1, 1))), TODAY)
    assert gap.why == "Newest exhibit is 16 months old; partly met; assessor’s questions open"
    assert gap.next_step == "Answer the assessor"


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (
            element("1.3.1", dated=date(2025, 1, 1), measure="Satisfaction"),
            "Satisfaction of the last year would renew E131",
        ),
        (
            element("1.3.1", dated=None, could_cite=(SATISFACTION, Offer("improvement 2", "improvement B"))),
            "Cite Satisfaction 2025/26",
        ),
        (element("1.3.1", dated=None, could_cite=(MADE_ALREADY,)), "Cite E132 of 1.3.2: Report"),
        (element("1.3.1", dated=None), "Add an exhibit"),
        (element("1.3.1", rating=Rating.PARTIAL), "Add an exhibit of what has changed, and rate it again"),
        (element("1.3.1", rating=Rating.PARTIAL, could_cite=(SATISFACTION,)), "Cite Satisfaction 2025/26"),
        (element("1.2.1", dated=date(2025, 1, 1)), "Renew E121: Report"),
        (element("1.2.1", rating=None), "Rate it: it has 1 exhibit"),
        (
            replace(element("1.2.1", dated=None), survey_evidence=SurveyEvidence.NONE),
            "Upload a document or link to a page",
        ),
    ],
)
def test_each_gap_comes_with_the_quickest_next_step(state, step):
    beside = element("1.3.2", source=MADE_ALREADY.source)
    (gap,) = gaps(framework(state, beside), TODAY)
    assert gap.next_step == step


def test_an_element_is_offered_only_what_is_about_it():
    reception = Offer("improvement 1", "improvement A", "access", Prompt.CONSULTATION)
    quicker = Offer("improvement 2", "improvement B", "processing_days", Prompt.COMPLAINT)
    tables = Offer("table timeliness 2025-04-01", "the tables", "timeliness")
    offers = Offers({"satisfaction": SATISFACTION}, [reception, quicker], [tables])

    def offered(number: str) -> tuple[Offer, ...]:
        return offers.for_element(suggestions("cse", number), ["improvement 9"])

    assert offered("2.1.5") == offered("4.2.3") == offered("3.2.3") == ()
    assert offered("1.2.2") == offered("3.3.2") == (reception,)
    assert offered("5.3.1") == offered("4.3.4") == (quicker,)
    assert offered("5.3.2") == (tables,)
    assert offered("1.3.4") == (SATISFACTION,)


def test_the_first_sentence_counts_what_is_ready_and_what_the_others_need():
    state = framework(element("1.1.1"), element("1.1.2", dated=None), element("1.1.3", rating=Rating.PARTIAL))
    found = readiness(state, gaps(state, TODAY), NextVisit("the review", date(2026, 6, 24)))
    assert found.sentence == "1 of 3 elements is ready for the review on 24 June 2026."
    assert found.work == "2 need work: 1 has no evidence, 1 is partly met."
    whole = framework(element("1.1.1"))
    assert readiness(whole, gaps(whole, TODAY)).work == ""


def test_the_ratings_are_held_against_the_thresholds():
    partly = [element(f"1.1.{n}", rating=Rating.PARTIAL) for n in (1, 2, 3)]
    met = [element(f"2.1.{n}") for n in range(1, 18)]
    assert outlook(framework(*met)).sentence == "As rated it would pass: 17 of 17 met, 80.0% needed."
    assert "1 Criterion has 3 partly met, and 2 may be" in outlook(framework(*partly, *met)).sentence
    assert outlook(framework(*partly[:2], *met)).would_pass is True
    assert "9.9.9 is not met" in outlook(framework(*met, element("9.9.9", rating=Rating.NONE))).sentence
    assert outlook(framework(*met[:16], element("9.9.9", rating=None))).would_pass is None
    assert outlook(framework(met[0], *partly[:1])).would_pass is False
    anything = Thresholds(share_needed=0.1)
    assert outlook(framework(*partly, *met, thresholds=anything)).would_pass is True
