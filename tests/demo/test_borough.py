"""The borough as it is drawn, before anything is stored."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta

import pytest

from survey_app.demo.answering import DemoResponse, make_responses, sent_at
from survey_app.demo.opening import is_working_day
from survey_app.demo.population import DemoContact, contacts_by_year
from survey_app.demo.scenarios.borough import BOROUGH
from survey_app.demo.scenarios.fates import Fate
from survey_app.demo.scenarios.years import this_year, years_until
from survey_app.demo.texts import Tone, load_comment_texts
from survey_app.kernel.clock import LONDON, day_starts_at, london_day
from survey_app.kernel.periods import Period
from survey_app.organisation.channels import Channel

TODAY = date(2026, 5, 1)
STORY_OF = {comment.text: comment for comment in load_comment_texts()}


def drawn(today: date, scale: float) -> list[DemoContact]:
    return [contact for year in contacts_by_year(BOROUGH, today, scale) for contact in year]


@pytest.fixture(scope="module")
def contacts() -> list[DemoContact]:
    return drawn(TODAY, 0.2)


@pytest.fixture(scope="module")
def responses(contacts: list[DemoContact]) -> list[DemoResponse]:
    return make_responses(BOROUGH, contacts, load_comment_texts(), TODAY, 0.2)


def test_the_figures_of_the_borough_are_those_of_its_document() -> None:
    before_last, last, now = BOROUGH.years

    assert (now.satisfied, now.base, now.contacts, now.asked, now.delivered) == (1_222, 1_234, 96_412, 10_314, 9_826)
    assert (last.satisfied, last.base) == (1_152, 1_188)
    assert (before_last.satisfied, before_last.base) == (1_109, 1_150)
    assert now.answers["planning"] == (71, 78)


def test_each_service_is_in_the_figures_of_each_year() -> None:
    codes = {service.code for service in BOROUGH.services}
    assert all(set(year.answers) == codes for year in BOROUGH.years)


@pytest.mark.parametrize(
    ("today", "label"),
    [
        (date(2026, 5, 1), "2025/26"),
        (date(2026, 4, 1), "2025/26"),
        (date(2026, 3, 31), "2024/25"),
        (date(2026, 11, 22), "2025/26"),
    ],
)
def test_this_year_is_the_last_full_financial_year(today: date, label: str) -> None:
    assert this_year(today).label == label
    assert years_until(today)[2] == this_year(today)
    assert years_until(today)[1] == this_year(today).previous


def test_the_same_arguments_draw_the_same_and_another_day_does_not() -> None:
    texts = load_comment_texts()
    first = drawn(TODAY, 0.02)
    second = drawn(TODAY, 0.02)

    assert first == second
    assert make_responses(BOROUGH, first, texts, TODAY, 0.02) == make_responses(BOROUGH, second, texts, TODAY, 0.02)
    assert drawn(date(2026, 5, 2), 0.02) != first


def test_contacts_are_numbered_in_the_order_of_their_times(contacts: list[DemoContact]) -> None:
    assert [contact.number for contact in contacts] == list(range(1, len(contacts) + 1))
    assert [c.occurred_at for c in contacts] == sorted(c.occurred_at for c in contacts)
    assert all(london_day(contact.occurred_at) == contact.occurred_on for contact in contacts)


def test_people_call_and_visit_only_while_the_council_is_open(contacts: list[DemoContact]) -> None:
    counted = [c for c in contacts if c.channel in (Channel.PHONE, Channel.FACE_TO_FACE) and c.fate is not Fate.SCANNED]

    assert all(is_working_day(contact.occurred_on) for contact in counted)
    assert all(time(9) <= c.occurred_at.astimezone(LONDON).time() < time(17) for c in counted)
    assert any(not is_working_day(c.occurred_on) for c in contacts if c.channel is Channel.WEB)


def test_the_new_reception_has_visitors_only_from_its_opening(contacts: list[DemoContact]) -> None:
    riverside = [contact.occurred_on for contact in contacts if contact.site == "riverside-house"]

    assert min(riverside) >= date(2025, 6, 2)
    assert len(riverside) > 500
    assert {contact.channel for contact in contacts if contact.site} == {Channel.FACE_TO_FACE}


def test_nobody_is_asked_again_who_was_left_out_for_having_been_asked(contacts: list[DemoContact]) -> None:
    asked = {contact.customer_ref: contact for contact in contacts if contact.is_asked}
    again = [c for c in contacts if c.fate is Fate.RECENTLY_ASKED and c.customer_ref]

    assert len(asked) == sum(contact.is_asked for contact in contacts)
    assert len(again) > 1_000
    assert all(
        timedelta(0) < contact.occurred_on - asked[contact.customer_ref].occurred_on <= timedelta(90)
        for contact in again
    )


def test_nothing_is_after_today(contacts: list[DemoContact], responses: list[DemoResponse]) -> None:
    end = day_starts_at(TODAY)

    assert max(contact.closed_at for contact in contacts if contact.closed_at) < end
    assert max(response.submitted_at for response in responses) < end


@pytest.mark.parametrize("today", [date(2026, 4, 1), date(2026, 4, 3), date(2026, 4, 14)])
def test_early_in_april_answers_come_before_the_day_is_over(today: date) -> None:
    responses = make_responses(BOROUGH, drawn(today, 0.02), load_comment_texts(), today, 0.02)

    assert max(response.submitted_at for response in responses) < day_starts_at(today) + timedelta(hours=9)


def test_answers_come_after_the_message_and_before_it_closes(responses: list[DemoResponse]) -> None:
    waits = [response.submitted_at - sent_at(response.contact) for response in responses]

    assert min(waits) > timedelta(0)
    assert max(waits) < timedelta(days=14)


def test_scanners_come_on_two_days_of_october_within_a_minute(responses: list[DemoResponse]) -> None:
    wave = [response for response in responses if response.contact.fate is Fate.SCANNED]

    assert len(wave) == 8
    assert {london_day(response.submitted_at) for response in wave} == {date(2025, 10, 14), date(2025, 10, 15)}
    assert all(r.submitted_at - sent_at(r.contact) < timedelta(minutes=1) for r in wave)


def test_no_long_comment_is_written_twice_in_a_year(responses: list[DemoResponse]) -> None:
    for year in years_until(TODAY):
        of_year = [t for r in responses if r.contact.occurred_on in year for t in r.texts.values()]
        repeated = [text for text, times in Counter(of_year).items() if times > 1]

        assert len(of_year) > 100
        assert [text for text in repeated if len(text.split()) > 3] == []


def test_comments_fit_the_service_the_tone_and_the_language(responses: list[DemoResponse]) -> None:
    for response in responses:
        for question, text in response.texts.items():
            comment = STORY_OF[text]
            assert comment.service in (response.contact.service, "any")
            assert comment.question == question
            assert comment.language == response.answered_in
            if response.is_satisfied:
                assert comment.tone is not Tone.COMPLAINT
            elif response.contact.fate is Fate.DISSATISFIED:
                assert comment.tone not in (Tone.PRAISE, Tone.NEUTRAL)


def test_a_story_is_told_only_where_and_while_it_is_true(responses: list[DemoResponse]) -> None:
    told = [(STORY_OF[t].story, r.contact) for r in responses for t in r.texts.values() if STORY_OF[t].story]
    begin = {
        "riverside-reception": date(2025, 6, 2),
        "front-desk": date(2025, 9, 1),
        "quicker-decisions": date(2025, 10, 6),
    }

    assert set(begin) <= {story for story, _contact in told}
    assert all(contact.occurred_on >= begin[story] for story, contact in told if story in begin)
    assert all(contact.occurred_on < date(2025, 9, 1) for story, contact in told if story == "passed-around")


def test_every_story_of_the_texts_is_one_of_the_borough() -> None:
    assert {comment.story for comment in load_comment_texts()} - {""} == {story.code for story in BOROUGH.stories}


def test_a_text_that_names_the_new_reception_tells_its_story() -> None:
    named = [comment for comment in load_comment_texts() if "riverside" in comment.text.casefold()]

    assert len(named) >= 8
    assert {comment.story for comment in named} == {"riverside-reception", "front-desk"}


def test_drivers_go_with_satisfaction(responses: list[DemoResponse]) -> None:
    year = [r for r in responses if r.contact.occurred_on in Period.financial_year(2024) and "information" in r.choices]
    content = [r.choices["information"] in ("4", "5") for r in year if r.is_satisfied]
    others = [r.choices["information"] in ("4", "5") for r in year if r.contact.fate is Fate.DISSATISFIED]

    assert sum(content) / len(content) > sum(others) / len(others) + 0.3
