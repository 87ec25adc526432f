"""What became of a measure where something was improved: windows, verdicts, the rest of the council, warnings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.kernel.periods import Period
from survey_app.measures.definitions import measure_named
from survey_app.measures.effects import (
    Annotation,
    Before,
    EffectVerdict,
    Named,
    WarningKind,
    chart_parts,
    first_month_after,
    months_after,
    months_on,
    windows,
)
from survey_app.measures.queries.effects import chart_figures, read_effect
from survey_app.measures.queries.standing import read_standing
from survey_app.measures.sentences.effects import (
    HELPED,
    chance_words,
    rest_sentence,
    scope_words,
    size_words,
    warning_sentence,
)
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Service
from survey_app.organisation.queries import own_channel_names
from survey_app.surveys.models import SurveyVersion
from tests.factories import make_answers, make_contacts, make_new_wording, make_service, make_survey
from tests.statements import statements

DONE = date(2025, 6, 2)
MAY_2026 = datetime(2026, 5, 1, 9, tzinfo=UTC)


def over_by(day: date) -> Callable[[Period], bool]:
    return lambda month: month.last < day


def test_the_months_after_are_whole_settled_and_set_against_the_same_a_year_earlier() -> None:
    found = windows(DONE, months_after(DONE, 14, over_by(date(2026, 1, 1))))
    assert found is not None
    assert (found.after.first, found.after.last) == (date(2025, 7, 1), date(2025, 12, 31))
    assert (found.before.first, found.before.last) == (date(2024, 7, 1), date(2024, 12, 31))
    assert (found.just_before.first, found.just_before.last) == (date(2024, 12, 1), date(2025, 5, 31))
    assert next((span.first, span.last) for span in found.like) == (date(2024, 6, 1), date(2024, 11, 30))


@pytest.mark.parametrize(
    ("done_on", "settling", "first"),
    [
        (date(2025, 9, 1), 0, date(2025, 9, 1)),
        (date(2025, 9, 1), 1, date(2025, 10, 1)),
        (date(2025, 9, 17), 14, date(2025, 10, 1)),
        (date(2025, 12, 20), 14, date(2026, 2, 1)),
    ],
)
def test_a_month_that_began_before_the_change_had_settled_is_left_out(
    done_on: date, settling: int, first: date
) -> None:
    assert first_month_after(done_on, settling).first == first


def test_a_february_before_is_whole_in_a_leap_year_too() -> None:
    found = windows(date(2024, 11, 20), months_after(date(2024, 11, 20), 0, over_by(date(2025, 3, 1))))
    assert found is not None
    assert (found.after.last, found.before.last) == (date(2025, 2, 28), date(2024, 2, 29))


def test_with_fewer_than_three_whole_months_over_nothing_can_be_told() -> None:
    assert windows(DONE, months_after(DONE, 14, over_by(date(2025, 9, 30)))) is None
    assert windows(DONE, months_after(DONE, 14, over_by(date(2025, 10, 1)))) is not None


@given(st.dates(date(2015, 1, 1), date(2025, 1, 1)), st.integers(0, 180))
def test_no_month_before_ever_had_the_change(done_on: date, settling: int) -> None:
    found = windows(done_on, months_after(done_on, settling, lambda _month: True))
    assert found is not None
    assert 3 <= len(found.after.split("month")) <= 12
    assert found.before.last < done_on < found.after.last
    assert found.just_before.last < done_on
    assert [month.first.month for month in found.before.split("month")] == [
        month.first.month for month in found.after.split("month")
    ]
    assert (found.before.last + timedelta(days=1)).day == 1
    assert len(found.just_before.split("month")) == len(found.after.split("month"))


def test_the_parts_of_a_chart_have_answers_and_room_and_keep_to_one_side() -> None:
    before, after = (
        Period.between(date(2024, 10, 1), date(2025, 3, 31)),
        Period.between(date(2025, 10, 1), date(2026, 3, 31)),
    )
    months = Period.between(before.first, after.last).split("month")

    def lengths(answers: int) -> list[int]:
        parts = chart_parts(before, after, {month.first: answers for month in months})
        assert [day for part in parts for day in (part.first,)] == sorted(part.first for part in parts)
        assert (parts[0].first, parts[-1].last) == (before.first, after.last)
        assert any(part.last == before.last for part in parts) and any(part.first == after.first for part in parts)
        return [len(part.split("month")) for part in parts]

    assert lengths(100) == [2] * 9  # 18 months have no room
    assert lengths(12) == [3] * 6
    short = Period.between(date(2025, 4, 1), date(2025, 6, 30)), Period.between(date(2025, 8, 1), date(2025, 11, 30))
    assert [len(part.split("month")) for part in chart_parts(*short, {})] == [3, 1, 4]


def test_chance_is_told_as_how_often_it_does_as_much() -> None:
    assert chance_words(0.0125) == "chance alone would do this about once in 80 times"
    assert chance_words(0.0004) == "chance alone would do this less than once in 1,000 times"
    assert chance_words(0.7) == "chance alone does this more often than not"


@pytest.mark.parametrize(
    ("services", "channels", "sites", "words"),
    [
        ((), (), (), ""),
        (("Housing", "Waste"), (), (), "Housing and Waste"),
        (("Housing",), ("Face to face",), ("Riverside House",), "Housing (face to face, Riverside House)"),
        ((), ("Phone", "E-mail"), (), "contacts (phone, e-mail)"),
    ],
)
def test_a_scope_is_named_in_words(
    services: tuple[str, ...], channels: tuple[str, ...], sites: tuple[str, ...], words: str
) -> None:
    assert scope_words(services, channels, sites) == words


# ---- counted from the database ----

needs_a_database = pytest.mark.usefixtures("app")


def named(measure: str = "resolved", **facts: Any) -> Named:
    defaults = {
        "measure": measure_named(measure),
        "where": {"service": ("housing",)},
        "scope": "Housing",
        "what": "Officers at the front desk",
        "done_on": date(2025, 9, 1),
    }
    return Named(**defaults | facts)


def answer_months(
    survey: SurveyVersion, service: Service, first: date, *yes_of_each: tuple[int, int], **facts: Any
) -> None:
    """So many of so many say yes, in the middle of one month after the other."""
    for n, (yes, base) in enumerate(yes_of_each):
        day = months_on(first, n) + timedelta(days=14)
        make_answers(survey, service, day, {"resolved": "yes"}, yes, **facts)
        make_answers(survey, service, day, {"resolved": "no"}, base - yes, **facts)


def two_winters(survey: SurveyVersion, service: Service, before: int, after: int, base: int = 20) -> None:
    """October to March of two years, with so many yes of so many a month."""
    answer_months(survey, service, date(2024, 10, 1), *[(before, base)] * 6)
    answer_months(survey, service, date(2025, 10, 1), *[(after, base)] * 6)


@needs_a_database
def test_an_effect_that_the_rest_of_the_council_does_not_show_is_told_as_such() -> None:
    survey, housing = make_survey(), make_service()
    two_winters(survey, housing, 14, 18)
    two_winters(survey, make_service("waste"), 16, 16)

    effect = read_effect(named(), now=MAY_2026)

    assert effect.after is not None and effect.before is not None and effect.rest is not None
    assert (effect.after.numerator, effect.after.base) == (108, 120)
    assert (effect.before.numerator, effect.before.base) == (84, 120)
    assert effect.after.passport == "/figures/resolved~2025-10-01~2026-03-31~service.housing"
    assert effect.before.passport == "/figures/resolved~2024-10-01~2025-03-31~service.housing"
    assert effect.rest.after.passport == "/figures/resolved~2025-10-01~2026-03-31~service.waste"
    assert effect.verdict is EffectVerdict.MORE_THAN_ELSEWHERE
    assert effect.sentence == (
        "The share resolved for Housing rose from 70.0% to 90.0% after “Officers at the front desk”; "
        "elsewhere it did not rise as much."
    )
    assert (effect.difference, effect.rest.difference) == pytest.approx((0.2, 0.2))
    # by hand: Newcombe of 108 and 84 of 120 is 0.09983 to 0.29669, of 96 and 96 of 120 -0.10135 to 0.10135, and D from
    # 0.2 - sqrt(0.10017^2 + 0.10135^2) to 0.2 + sqrt(0.09669^2 + 0.10135^2)
    assert (effect.low, effect.high) == pytest.approx((0.0998347, 0.2966859), abs=1e-7)
    assert effect.rest.interval == pytest.approx((0.0575023, 0.3400739), abs=1e-7)
    assert "In the rest of the council it was 80.0% before and 80.0% after." in rest_sentence(effect)
    assert size_words(effect).startswith("+20.0 points (+")


@needs_a_database
def test_what_rose_elsewhere_too_is_not_this_improvement_s_own() -> None:
    survey = make_survey()
    two_winters(survey, make_service(), 14, 18)
    two_winters(survey, make_service("waste"), 14, 18)
    effect = read_effect(named(), now=MAY_2026)
    assert effect.verdict is EffectVerdict.ELSEWHERE_TOO
    assert effect.sentence.endswith("after “Officers at the front desk”, but it rose elsewhere too.")
    assert HELPED[effect.verdict] != "Yes"


@needs_a_database
def test_without_a_hundred_answers_elsewhere_there_is_no_rest() -> None:
    survey = make_survey()
    two_winters(survey, make_service(), 14, 18)
    two_winters(survey, make_service("waste"), 10, 10, base=16)
    effect = read_effect(named(), now=MAY_2026)
    assert (effect.rest, effect.verdict) == (None, EffectVerdict.IMPROVED)
    assert effect.sentence.endswith("rose from 70.0% to 90.0% after “Officers at the front desk”.")
    assert "There is no rest of the council to compare with" in rest_sentence(effect)


@needs_a_database
def test_the_rest_neither_holds_the_improved_service_nor_lies_under_it() -> None:
    survey, homes = make_survey(), make_service("homes")
    repairs = make_service("repairs", parent_id=homes.id)
    make_service("gas", parent_id=repairs.id)
    make_service("lettings", parent_id=homes.id)
    make_service("waste")
    standing = read_standing(MAY_2026)
    assert standing.services.apart_from(["repairs"]) == ["lettings", "waste"]
    two_winters(survey, repairs, 14, 18)
    effect = read_effect(named(where={"service": ("repairs",)}), now=MAY_2026)
    assert effect.rest is None


@needs_a_database
@pytest.mark.parametrize(
    ("after", "verdict", "says"),
    [
        (15, EffectVerdict.NO_EFFECT, "No effect that we can show: the share resolved for Housing was 70.0% before"),
        (10, EffectVerdict.WORSE, "That is worse, and unlikely to be chance."),
    ],
)
def test_what_does_not_show_or_went_wrong_is_no_effect(after: int, verdict: EffectVerdict, says: str) -> None:
    two_winters(make_survey(), make_service(), 14, after)
    effect = read_effect(named(), now=MAY_2026)
    assert effect.verdict is verdict
    assert says in effect.sentence
    assert "No effect that we can show" in effect.sentence
    assert not any(word in effect.sentence for word in ("because", "led to", "caused"))


@needs_a_database
def test_nothing_is_said_before_three_settled_months_have_answers() -> None:
    survey, housing = make_survey(), make_service()
    answer_months(survey, housing, date(2024, 10, 1), *[(14, 20)] * 6)
    early = read_effect(named(), now=datetime(2026, 1, 10, tzinfo=UTC))
    assert early.verdict is EffectVerdict.NOT_YET
    assert early.sentence.endswith("Look again from 15 January 2026.")
    answer_months(survey, housing, date(2025, 10, 1), *[(18, 20)] * 2)
    silent = read_effect(named(), now=MAY_2026)
    assert (silent.verdict, silent.windows) == (EffectVerdict.NOT_YET, None)
    assert (
        silent.sentence
        == "We cannot tell yet: it needs answers of three whole months after “Officers at the front desk”."
    )
    answer_months(survey, housing, date(2025, 12, 1), (18, 20))
    found = read_effect(named(), now=MAY_2026)
    assert found.windows is not None
    assert found.windows.after.last == date(2025, 12, 31)  # January to March have no answers: they are not set against


@needs_a_database
def test_too_few_answers_are_said_with_their_numbers_unless_these_are_small() -> None:
    survey, housing = make_survey(), make_service()
    two_winters(survey, housing, 3, 3, base=4)
    effect = read_effect(named(), now=MAY_2026)
    assert effect.verdict is EffectVerdict.NOT_ENOUGH
    assert effect.sentence == (
        "We cannot tell: 24 answers after “Officers at the front desk” and 24 before it; we compare from 30 in each."
    )
    parts = chart_figures(effect, read_standing(MAY_2026))
    assert [(figure.base, figure.value is None) for figure in parts] == [(12, False)] * 2 + [(0, True)] * 2 + [
        (12, False)
    ] * 2


@needs_a_database
def test_without_the_same_months_a_year_earlier_the_months_before_are_taken_and_the_season_is_warned_of() -> None:
    answer_months(make_survey(), make_service(), date(2025, 3, 1), *[(14, 20)] * 7, *[(18, 20)] * 6)
    effect = read_effect(named(), now=MAY_2026)
    assert effect.comparisons[0].kind is Before.JUST_BEFORE
    assert effect.before is not None
    assert (effect.before.numerator, effect.before.base) == (84, 120)
    assert WarningKind.SEASON in {warning.kind for warning in effect.warnings}


@needs_a_database
def test_a_rise_from_the_worst_of_four_stretches_is_warned_of() -> None:
    survey, housing = make_survey(), make_service()
    answer_months(survey, housing, date(2023, 9, 1), *[(16, 20)] * 13, *[(12, 20)] * 6, *[(11, 20)] * 5, (11, 20))
    answer_months(survey, housing, date(2025, 10, 1), *[(17, 20)] * 6)
    effect = read_effect(named(), now=MAY_2026)
    assert effect.has_improved
    warned = {warning.kind: warning for warning in effect.warnings}
    assert WarningKind.REGRESSION in warned
    sentence = warning_sentence(warned[WarningKind.REGRESSION], effect.named)
    assert sentence.startswith("It was chosen when unusually low (")
    assert "part of the rise would have come anyway" in sentence
    year = effect.comparisons[-1]
    assert year.kind is Before.BEFORE_THE_LOW
    assert len(year.before.period.split("month")) == 12


@needs_a_database
def test_what_else_changed_in_these_months_is_said() -> None:
    survey, housing = make_survey(), make_service()
    answer_months(survey, housing, date(2024, 10, 1), *[(14, 20)] * 6)
    answer_months(survey, housing, date(2025, 10, 1), *[(18, 20)] * 6, channel=Channel.EMAIL)
    other = Annotation("A", "Reception opens", date(2025, 6, 2))
    long_ago = Annotation("C", "Texts", date(2024, 1, 1))
    effect = read_effect(named(named_on=date(2026, 5, 1)), others=[other, long_ago], now=MAY_2026)
    said = [warning_sentence(warning, effect.named) for warning in effect.warnings]
    assert said == [
        "What it should move was named on 1 May 2026, after the change.",
        "Something else changed: E-mail had 0.0% of the answers before and has 100.0% after.",
        "Something else changed: improvement A “Reception opens” (2 June 2025) was made in these months too.",
    ]


@needs_a_database
def test_a_new_wording_between_the_windows_is_not_compared() -> None:
    survey, housing = make_survey(), make_service()
    answer_months(survey, housing, date(2024, 10, 1), *[(14, 20)] * 6)
    reworded = make_new_wording(
        survey, "resolved", "Was it put right?", datetime(2025, 8, 1, tzinfo=UTC), scores={"yes": 3, "no": 1}
    )
    answer_months(reworded, housing, date(2025, 10, 1), *[(18, 20)] * 6)
    effect = read_effect(named(), now=MAY_2026)
    assert effect.verdict is EffectVerdict.NOT_COMPARED
    assert effect.sentence.startswith("We cannot tell: the wording of this question changed")
    assert effect.change is None


@needs_a_database
def test_shorter_times_count_as_better_where_that_was_named() -> None:
    benefits = make_service("benefits")
    for first, days in ((date(2024, 10, 1), (22, 24, 26)), (date(2025, 10, 1), (16, 17, 20))):
        for n in range(3):
            for taken in days:
                day = months_on(first, n) + timedelta(days=6)
                make_contacts(benefits, day, 12, processing_days=taken)
    facts = {"where": {"service": ("benefits",)}, "scope": "Benefits", "lower_is_better": True}
    effect = read_effect(named("processing_days", what="Fewer hand-overs", **facts), now=MAY_2026)
    assert effect.verdict is EffectVerdict.IMPROVED
    assert effect.sentence == (
        "The median processing time for Benefits fell from 24 to 17 working days after “Fewer hand-overs”."
    )
    assert effect.difference == -7


@needs_a_database
def test_months_of_many_answers_have_a_control_chart_and_a_line_as_second_opinions() -> None:
    survey, housing = make_survey(), make_service()
    wave = (0, 2, 1, -1, 0, 1, -2, 1, 0, -1, 2, 0)
    before = [(28 + wave[n % 12], 40) for n in range(24)]
    after = [(36 + wave[(n + 5) % 12] // 2, 40) for n in range(6)]
    answer_months(survey, housing, date(2023, 9, 1), *before, (32, 40), *after)
    effect = read_effect(named(), now=MAY_2026)
    assert effect.has_improved
    assert effect.signals
    assert effect.series is not None
    assert effect.names_a_step


@needs_a_database
def test_small_months_are_hidden_with_another_beside_them() -> None:
    survey, housing = make_survey(), make_service()
    answer_months(survey, housing, date(2024, 10, 1), (30, 40), (30, 40), (4, 5), (30, 40), (30, 40), (30, 40))
    answer_months(survey, housing, date(2025, 10, 1), *[(35, 40)] * 6)
    effect = read_effect(named(), now=MAY_2026)
    hidden = [month.period.label for month in effect.months if month.suppressed]
    assert "2024-12" in hidden
    assert len(hidden) == 2
    assert all(month.value is None for month in effect.months if month.suppressed)


@needs_a_database
def test_the_number_of_statements_depends_neither_on_months_nor_on_services() -> None:
    survey = make_survey()
    two_winters(survey, make_service(), 14, 18)
    two_winters(survey, make_service("waste"), 16, 16)
    standing = read_standing(MAY_2026)
    own_channel_names()  # read once for a page

    def counted(done_on: date) -> int:
        with statements() as found:
            read_effect(named(done_on=done_on), now=MAY_2026, standing=standing)
        return len(found)

    few = counted(date(2025, 12, 1))
    make_service("parks")
    assert counted(date(2025, 9, 1)) == few <= 6
