"""Improvements: entered, changed, dropped, and what becomes of what they should move."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from survey_app.actions.improvements.aims import Aim
from survey_app.actions.improvements.letters import letter_of, number_of
from survey_app.actions.improvements.operations import (
    Written,
    aim_of,
    bring_back,
    change_improvement,
    drop_improvement,
    enter_improvement,
)
from survey_app.actions.improvements.queries import (
    effect_of,
    effects_of,
    improvement_called,
    improvements,
    improvements_on,
)
from survey_app.actions.models import Direction, Improvement
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.measures.effects import EffectVerdict
from survey_app.organisation.scope import Scope
from tests.factories import NOON, make_answers, make_service, make_survey

MAY_2026 = datetime(2026, 5, 1, 9, tzinfo=UTC)


def written(**facts: Any) -> Written:
    defaults = {
        "title": "Officers at the front desk",
        "heard": "People were sent from desk to desk.",
        "did": "Two housing officers sit at the front desk.",
        "done_on": date(2025, 9, 1),
    }
    return Written(**defaults | facts)


def entered(*services: str, measure: str = "resolved", now: datetime = NOON, **facts: Any) -> Improvement:
    aim = Aim(measure, facts.pop("direction", Direction.INCREASE), services, facts.pop("channels", ()))
    return enter_improvement(written(**facts), aim, now=now)


@pytest.mark.parametrize(("number", "letter"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA")])
def test_numbers_and_letters_are_two_names_of_one_improvement(number: int, letter: str) -> None:
    assert letter_of(number) == letter
    assert number_of(letter) == number


@pytest.mark.usefixtures("app")
def test_letters_are_given_in_order_and_never_twice() -> None:
    make_service("housing")
    first, second = entered("housing"), entered("housing", title="Call back")
    drop_improvement(second, now=NOON)
    assert letter_of(entered("housing", title="Texts").number) == "C"
    assert [each.title for each in improvements()] == ["Texts", "Officers at the front desk"]
    with pytest.raises(NotFound):
        improvement_called("B")
    bring_back(second, now=NOON)
    assert improvement_called("B") is second
    assert improvement_called("A") is first


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"title": " "}, "Write a title"),
        ({"did": ""}, "Write what you did"),
        ({"settling_days": 181}, "0 to 180 days"),
        ({"cost_pounds": -1}, "0 or more"),
        ({"measure": "contacts"}, "plain count"),
        ({"measure": "happiness"}, "no measure called"),
        ({"channels": ("pigeon",)}, "no channel or site pigeon"),
    ],
)
def test_what_cannot_be_measured_or_read_is_refused(facts: dict[str, Any], says: str) -> None:
    make_service("housing")
    with pytest.raises(InvalidInput, match=says):
        entered("housing", **facts)
    assert improvements() == []


@pytest.mark.usefixtures("app")
def test_whoever_sees_some_services_finds_only_what_lies_in_them() -> None:
    housing, waste = make_service("housing"), make_service("waste")
    repairs = make_service("repairs", parent_id=housing.id)
    council, theirs = entered(), entered("repairs")
    scope = Scope(frozenset({housing.id, repairs.id}))
    assert improvements(scope) == [theirs]
    assert improvements(Scope(frozenset({waste.id}))) == []
    with pytest.raises(NotFound):
        improvement_called(letter_of(council.number), scope)
    with pytest.raises(NotFound):
        enter_improvement(written(), Aim("resolved", services=("waste",)), scope=scope, now=NOON)
    with pytest.raises(NotFound):
        change_improvement(theirs, written(), Aim("resolved", services=("waste",)), scope=scope, now=NOON)


@pytest.mark.usefixtures("app")
def test_another_measure_or_place_counts_as_named_then_and_other_words_do_not() -> None:
    make_service("housing")
    improvement = entered("housing", now=datetime(2025, 8, 1, tzinfo=UTC))
    change_improvement(improvement, written(title="Two officers"), aim_of(improvement), now=NOON)
    assert improvement.named_at == datetime(2025, 8, 1, tzinfo=UTC)
    change_improvement(improvement, written(), Aim("easy", services=("housing",)), now=NOON)
    assert improvement.named_at == NOON
    assert effect_of(improvement, now=MAY_2026).named.is_named_late


@pytest.mark.usefixtures("app")
def test_a_line_of_satisfaction_has_every_improvement_of_its_services_and_another_only_its_own() -> None:
    make_service("housing")
    make_service("waste")
    entered("housing", done_on=date(2025, 9, 1))
    entered("waste", measure="timeliness", done_on=date(2025, 5, 1))
    year = date(2025, 4, 1), date(2026, 3, 31)

    def letters(measure: str, **where: list[str]) -> list[str]:
        return [each.letter for each in improvements_on(measure, where, *year)]

    assert letters("satisfaction") == ["B", "A"]
    assert letters("satisfaction", service=["housing"]) == ["A"]
    assert letters("timeliness") == ["B"]
    assert letters("timeliness", service=["housing"]) == []
    assert improvements_on("satisfaction", {}, date(2024, 4, 1), date(2025, 3, 31)) == []


@pytest.mark.usefixtures("app")
def test_effects_that_stand_on_one_page_allow_for_each_other() -> None:
    survey, housing, waste = make_survey(), make_service("housing"), make_service("waste")
    for service in (housing, waste):
        for first, yes in ((date(2024, 12, 15), 26), (date(2025, 12, 15), 35)):
            make_answers(survey, service, first, {"resolved": "yes"}, yes)
            make_answers(survey, service, first, {"resolved": "no"}, 40 - yes)
    shown = [entered("housing"), entered("waste", title="Texts")]
    alone = effect_of(shown[0], now=MAY_2026)
    assert alone.change is not None
    assert 0.025 < (alone.p_value or 0) <= 0.05
    assert alone.has_improved
    together = [effect for _, effect in effects_of(shown, now=MAY_2026)]
    assert [effect.verdict for effect in together] == [EffectVerdict.NO_EFFECT] * 2
    assert together[0].sentence.startswith("No effect that we can show: the share resolved for Housing was 65.0%")
    assert "not enough when 2 comparisons are made" in together[0].sentence
