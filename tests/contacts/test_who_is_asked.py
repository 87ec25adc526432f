"""Eligibility and the draw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from survey_app.contacts.eligibility import Dimension, Exclusions, Standing, ineligible_reason
from survey_app.contacts.sampling import ClosestRules, draw_score
from survey_app.contacts.ways import Way, had_an_address, way_to_reach
from survey_app.organisation.channels import Channel, CustomerKind

NO_EXCLUSIONS = Exclusions({})
TODAY = date(2026, 3, 31)


@dataclass(frozen=True)
class Facts:
    do_not_survey: bool = False
    sensitive: bool = False
    open_complaint: bool = False
    customer_kind: CustomerKind = CustomerKind.RESIDENT
    occurred_on: date = TODAY - timedelta(days=14)
    channel: Channel = Channel.PHONE
    service_id: int = 1
    reason: str | None = None
    outcome: str | None = None
    language: str = "en"


@dataclass(frozen=True)
class Rules:
    too_old_days: int = 14
    ask_open_complaint: bool = False
    ask_second_contact: bool = False


def reason(
    facts: Facts, *, rules: Rules = Rules(), exclusions: Exclusions = NO_EXCLUSIONS, **standing: bool
) -> str | None:
    return ineligible_reason(facts, rules, exclusions, Standing(**standing), today=TODAY)


def test_a_resident_with_an_address_may_be_asked() -> None:
    assert reason(Facts()) is None
    assert reason(Facts(customer_kind=CustomerKind.BUSINESS)) is None


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(do_not_survey=True), "do_not_survey"),
        (Facts(sensitive=True), "sensitive"),
        (Facts(open_complaint=True), "open_complaint"),
        (Facts(occurred_on=TODAY - timedelta(days=15)), "too_old"),
    ],
)
def test_each_reason_stands_alone(facts: Facts, expected: str) -> None:
    assert reason(facts) == expected


def test_each_reason_that_other_rows_give_stands_alone() -> None:
    internal = Facts(customer_kind=CustomerKind.INTERNAL)
    assert reason(Facts(), opted_out=True) == "opted_out"
    assert reason(internal, has_survey=False) == "internal"
    assert reason(internal) is None  # they have a survey of their own
    assert reason(Facts(), is_staff=True) == "staff"
    assert reason(Facts(), is_second_of_case=True) == "same_case"
    assert reason(Facts(), can_be_reached=False, had_an_address=False) == "no_address"
    assert reason(Facts(), can_be_reached=False) == "address_blocked"
    assert reason(Facts(), recently_asked=True) == "recently_asked"


def test_what_the_person_decided_comes_before_what_stands_in_the_way() -> None:
    nowhere = {"can_be_reached": False, "had_an_address": False}
    assert reason(Facts(), recently_asked=True, **nowhere) == "no_address"
    assert reason(Facts(), opted_out=True, recently_asked=True, **nowhere) == "opted_out"
    assert reason(Facts(do_not_survey=True), opted_out=True, **nowhere) == "do_not_survey"


def test_the_council_may_ask_about_open_complaints_and_second_contacts() -> None:
    rules = Rules(ask_open_complaint=True, ask_second_contact=True)
    assert reason(Facts(open_complaint=True), rules=rules, is_second_of_case=True) is None


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(channel=Channel.LETTER), "channel_not_asked"),
        (Facts(service_id=7), "service_not_asked"),
        (Facts(reason="  Death of  a relative"), "reason_not_asked"),
        (Facts(outcome="PASSED ON"), "outcome_not_asked"),
        (Facts(language="cy"), "language_not_asked"),
        (Facts(reason="Death", outcome="passed"), None),
    ],
)
def test_the_council_leaves_out_what_it_has_listed_however_it_is_written(facts: Facts, expected: str | None) -> None:
    listed = [
        (Dimension.CHANNEL, "letter"),
        (Dimension.SERVICE, "coroner"),
        (Dimension.REASON, "death of a relative"),
        (Dimension.OUTCOME, "Passed on"),
        (Dimension.LANGUAGE, "cy"),
    ]
    assert reason(facts, exclusions=Exclusions.of(listed, service_ids={7})) == expected


@dataclass(frozen=True)
class Reach:
    email_key: str | None = "e"
    phone_key: str | None = "p"
    has_email: bool = True
    has_phone: bool = True
    phone_is_mobile: bool = True


@dataclass(frozen=True)
class Ways:
    texts_are_on: bool = True
    letters_are_on: bool = True


@pytest.mark.parametrize(
    ("reach", "ways", "blocked", "expected"),
    [
        (Reach(), Ways(), set(), Way.EMAIL),
        (Reach(), Ways(), {"e"}, Way.SMS),
        (Reach(), Ways(), {"e", "p"}, Way.LETTER),
        (Reach(has_email=False, phone_is_mobile=False), Ways(), set(), Way.LETTER),
        (Reach(has_email=False), Ways(texts_are_on=False, letters_are_on=False), set(), None),
        (Reach(), Ways(letters_are_on=False), {"e", "p"}, None),
        (None, Ways(), set(), Way.LETTER),
    ],
)
def test_people_are_asked_by_email_else_by_text_message_else_by_letter(
    reach: Reach | None, ways: Ways, blocked: set[str], expected: Way | None
) -> None:
    assert way_to_reach(reach, ways, blocked=blocked, is_written_to=True) is expected


def test_a_letter_goes_only_where_the_council_can_enclose_it() -> None:
    assert way_to_reach(None, Ways(), blocked=(), is_written_to=False) is None


def test_an_address_that_no_way_in_use_needs_is_none() -> None:
    assert had_an_address(Reach(has_email=False), Ways())
    assert not had_an_address(Reach(has_email=False), Ways(texts_are_on=False))
    assert not had_an_address(Reach(has_email=False, phone_is_mobile=False), Ways())


def test_the_draw_hangs_on_seed_and_reference_alone_and_is_even() -> None:
    scores = [draw_score(b"k" * 32, f"C-{n}") for n in range(10_000)]
    assert scores == [draw_score(b"k" * 32, f"C-{n}") for n in range(10_000)]
    assert scores[0] != draw_score(b"o" * 32, "C-0")
    assert all(0 <= score < 1 for score in scores)
    for share in (0.1, 0.25, 0.5, 0.9):
        assert abs(sum(score < share for score in scores) / 10_000 - share) < 0.02


def test_the_closest_rule_holds() -> None:
    parents = {1: None, 2: 1, 3: 2}
    rules = {
        (2, Channel.PHONE): "calls about it",
        (2, None): "all about it",
        (1, None): "all above it",
        (None, Channel.WEB): "web forms",
    }
    closest = ClosestRules(rules, parents).closest
    assert closest(3, Channel.PHONE) == "calls about it"
    assert closest(2, Channel.WEB) == "all about it"
    assert closest(1, Channel.WEB) == "all above it"
    assert closest(9, Channel.WEB) == "web forms"
    assert closest(9, Channel.PHONE) is None
    assert ClosestRules(rules, {8: 7, 7: 8}).closest(8, Channel.WEB) == "web forms"
