"""Eligibility and the draw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from survey_app.contacts.eligibility import ineligible_reason
from survey_app.contacts.sampling import draw_fraction
from survey_app.organisation.channels import CustomerKind

TODAY = date(2026, 3, 31)


@dataclass(frozen=True)
class Facts:
    do_not_survey: bool = False
    sensitive: bool = False
    open_complaint: bool = False
    customer_kind: CustomerKind = CustomerKind.RESIDENT
    occurred_on: date = TODAY - timedelta(days=14)


@dataclass(frozen=True)
class Rules:
    too_old_days: int = 14


def reason(
    facts: Facts, *, has_address: bool = True, opted_out: bool = False, recently_asked: bool = False
) -> str | None:
    return ineligible_reason(
        facts, Rules(), has_address=has_address, opted_out=opted_out, recently_asked=recently_asked, today=TODAY
    )


def test_a_resident_with_an_address_may_be_asked() -> None:
    assert reason(Facts()) is None
    assert reason(Facts(customer_kind=CustomerKind.BUSINESS)) is None


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(do_not_survey=True), "do_not_survey"),
        (Facts(sensitive=True), "sensitive"),
        (Facts(open_complaint=True), "open_complaint"),
        (Facts(customer_kind=CustomerKind.INTERNAL), "internal"),
        (Facts(customer_kind=CustomerKind.PARTNER), "internal"),
        (Facts(occurred_on=TODAY - timedelta(days=15)), "too_old"),
    ],
)
def test_each_reason_stands_alone(facts: Facts, expected: str) -> None:
    assert reason(facts) == expected


def test_what_the_person_decided_comes_before_what_stands_in_the_way() -> None:
    assert reason(Facts(), recently_asked=True) == "recently_asked"
    assert reason(Facts(), has_address=False, recently_asked=True) == "no_address"
    assert reason(Facts(), has_address=False, opted_out=True, recently_asked=True) == "opted_out"
    assert reason(replace(Facts(), do_not_survey=True), has_address=False, opted_out=True) == "do_not_survey"


def test_the_draw_hangs_on_key_and_reference_alone_and_is_even() -> None:
    fractions = [draw_fraction(b"k" * 32, f"C-{n}") for n in range(10_000)]
    assert fractions == [draw_fraction(b"k" * 32, f"C-{n}") for n in range(10_000)]
    assert fractions[0] != draw_fraction(b"o" * 32, "C-0")
    assert all(0 <= fraction < 1 for fraction in fractions)
    for share in (0.1, 0.25, 0.5, 0.9):
        assert abs(sum(fraction < share for fraction in fractions) / 10_000 - share) < 0.02
