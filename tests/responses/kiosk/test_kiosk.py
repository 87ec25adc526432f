"""A kiosk on our side: the page, what a device hands over, and the same without scripts."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from time_machine import TimeMachineFixture
from werkzeug.test import TestResponse

from survey_app.extensions import db, transaction
from survey_app.kernel.errors import InvalidInput
from survey_app.organisation.channels import Mode
from survey_app.responses.kiosk.operations import change_kiosk, set_up_kiosk
from survey_app.responses.kiosk.queries import kiosks
from survey_app.responses.links.operations import close_link
from survey_app.responses.models import HandOver, OpenLink, ResponseState, SurveyResponse
from survey_app.surveys.models import Survey
from survey_app.surveys.operations import import_survey, publish_default_survey, publish_kiosk_survey, publish_survey
from survey_app.surveys.queries import published_version, structure_of, survey_by_code
from tests.factories import make_council, make_new_wording, make_service
from tests.threads import all_at_once

NOW = datetime(2026, 3, 10, 0, 30, tzinfo=UTC)  # half past midnight in London
MADE = NOW - timedelta(days=30)
PIN = "47110815"


@pytest.fixture(autouse=True)
def _now(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def set_up(survey: Survey) -> OpenLink:
    facts = {"site": None, "pin": PIN, "seconds_between_taps": 3}
    return set_up_kiosk("Riverside House reception", survey, make_service(), now=MADE, **facts)  # type: ignore[arg-type]


@pytest.fixture
def link(app: Flask) -> OpenLink:
    """A kiosk with the survey of one question."""
    with transaction():
        make_council()
        publish_default_survey(NOW)
        return set_up(publish_kiosk_survey(NOW).survey)


@pytest.fixture
def long_link(link: OpenLink) -> OpenLink:
    """A kiosk that asks the whole default survey, but for its texts."""
    with transaction():
        survey = survey_by_code("after-contact")
        assert survey is not None
        link.survey = survey
    return link


class Device:
    """The tablet at the reception: it has opened the page, and hands over what it is told to."""

    def __init__(self, client: FlaskClient, link: OpenLink) -> None:
        self.client = client
        self.address = f"/k/{link.code}"
        self.open()

    def open(self) -> None:
        page = BeautifulSoup(self.client.get(self.address).text, "html.parser")
        found = page.find(id="kiosk")
        assert isinstance(found, Tag)
        self.nonce, self.version = str(found["data-nonce"]), int(str(found["data-version"]))

    def answer(self, number: int = 1, *, at: datetime = NOW, **facts: Any) -> dict[str, Any]:
        answer = {
            "key": f"{number:016}",
            "version": self.version,
            "at": at.isoformat(),
            "answers": {"satisfaction": "4"},
        }
        return answer | facts

    def send(self, *answers: dict[str, Any], device_now: datetime = NOW, **facts: Any) -> TestResponse:
        whole = {"nonce": self.nonce, "version": self.version, "device_now": device_now.isoformat(), "answers": answers}
        return self.client.post(f"{self.address}/answers", json=whole | facts)

    def told(self, *answers: dict[str, Any], **facts: Any) -> list[tuple[str, str | None]]:
        told = self.send(*answers, **facts)
        assert told.status_code == 200
        return [(one["outcome"], one["why"]) for one in told.json["answers"]]  # type: ignore[index]


@pytest.fixture
def device(client: FlaskClient, link: OpenLink) -> Device:
    return Device(client, link)


def responses() -> list[SurveyResponse]:
    db.session.expire_all()
    return list(db.session.scalars(select(SurveyResponse).order_by(SurveyResponse.id)))


def received(*names: str) -> tuple[int, ...]:
    return tuple(db.session.execute(select(*(func.sum(getattr(HandOver, name)) for name in names))).one())


def test_the_kiosk_survey_shares_its_question_and_is_sent_to_nobody(link: OpenLink) -> None:
    sent = published_version()
    assert sent is not None and sent.survey.code == "after-contact"
    (item,) = link.survey.versions[0].items
    assert item.question_version is sent.items[0].question_version
    assert publish_kiosk_survey(NOW) is link.survey.versions[0]


def test_the_kiosk_survey_asks_what_is_asked_now(app: Flask) -> None:
    with transaction():
        newer = make_new_wording(publish_default_survey(NOW), "satisfaction", "How satisfied were you?", NOW)
        kiosk = publish_kiosk_survey(NOW)
    assert [item.question_version.wording for item in kiosk.items] == ["How satisfied were you?"]
    assert kiosk.items[0].question_version is newer.items[0].question_version


def test_what_residents_are_asked_next_is_asked_at_kiosks_too(link: OpenLink) -> None:
    sent = published_version()
    assert sent is not None
    (first, *others) = structure_of(sent).items
    reworded = replace(first, question=replace(first.question, wording="How satisfied were you with us?"))
    for code, items in (("newer", (reworded, *others)), ("newest", (reworded, others[1]))):
        survey = import_survey(replace(structure_of(sent), code=code, items=items), now=NOW)
        publish_survey(survey, now=NOW + timedelta(hours=1))
    versions = link.survey.versions
    assert [version.label for version in versions] == ["1.0", "2.0"]
    assert [item.question_version.wording for item in versions[-1].items] == ["How satisfied were you with us?"]
    assert published_version() is not versions[-1]


def test_a_survey_that_happens_to_be_called_kiosk_is_sent(app: Flask) -> None:
    with transaction():
        structure = structure_of(publish_default_survey(NOW))
        survey = import_survey(replace(structure, code="kiosks-and-shops"), now=NOW)
        version = publish_survey(survey, now=NOW + timedelta(hours=1))
        assert published_version() is version
        assert publish_kiosk_survey(NOW).survey is not survey


def test_the_page_asks_one_question_and_sets_no_cookie(client: FlaskClient, link: OpenLink) -> None:
    answer = client.get(f"/k/{link.code}")
    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    assert page.find("h1").text == "Overall, how satisfied were you with the service you received?"  # type: ignore[union-attr]
    labels = [button.text.strip() for button in page.select(".screen button")]
    assert labels == [
        "Very satisfied",
        "Fairly satisfied",
        "Neither satisfied nor dissatisfied",
        "Fairly dissatisfied",
        "Very dissatisfied",
        "I do not know",
    ]
    assert [face["aria-hidden"] for face in page.select(".answers svg")] == ["true"] * 5
    assert page.select("script:not([src]), [style], style") == []
    assert PIN not in answer.text


def test_an_answer_counts_for_the_kiosk_on_the_day_of_its_tap(device: Device, link: OpenLink) -> None:
    yesterday = NOW - timedelta(hours=1)
    assert device.told(device.answer(at=yesterday, thrown_away=2)) == [("stored", None)]
    (found,) = responses()
    assert (found.mode, found.open_link_id, found.service_id) == (Mode.KIOSK, link.id, link.service_id)
    assert (found.counts_on, found.submitted_at, found.received_at) == (date(2026, 3, 9), yesterday, NOW)
    assert (found.state, found.is_day_of_receipt, found.invitation_id) == (ResponseState.COUNTED, False, None)
    assert [answer.option.code for answer in found.answers if answer.option] == ["4"]
    assert received("answers", "repeated", "refused", "thrown_away") == (1, 0, 0, 2)


def test_handed_over_twice_it_is_stored_once_and_so_are_the_taps_thrown_away(device: Device) -> None:
    batch = [device.answer(1, thrown_away=1), device.answer(2)]
    assert device.told(*batch) == [("stored", None)] * 2
    assert device.told(*batch, device.answer(3), device.answer(3)) == [("repeated", None)] * 2 + [
        ("stored", None),
        ("repeated", None),
    ]
    assert len(responses()) == 3
    assert received("answers", "repeated", "refused", "thrown_away") == (3, 3, 0, 1)


def test_the_same_hand_over_at_the_same_moment_is_stored_and_noted_once(device: Device, app: Flask) -> None:
    batch = [device.answer(number, thrown_away=1) for number in range(5)]
    answers: list[list[tuple[str, str | None]]] = []
    all_at_once(app, *[lambda: answers.append(device.told(*batch))] * 4)
    assert Counter(outcome for told in answers for outcome, _ in told) == {"stored": 5, "repeated": 15}
    assert len(responses()) == 5
    assert received("answers", "repeated", "thrown_away") == (5, 15, 5)


def test_a_clock_that_is_days_wrong_counts_on_the_day_of_receipt_and_is_marked(device: Device) -> None:
    device_now = NOW - timedelta(days=400)
    device.told(device.answer(at=device_now - timedelta(hours=3)), device_now=device_now)
    (found,) = responses()
    assert (found.counts_on, found.is_day_of_receipt, found.submitted_at) == (date(2026, 3, 10), True, NOW)


def test_what_does_not_fit_the_survey_is_refused_with_its_reason(device: Device, client: FlaskClient) -> None:
    wrong: list[dict[str, Any]] = [
        {"answers": {}},
        {"answers": {"satisfaction": "6"}},
        {"answers": {"satisfaction": ""}},
        {"answers": {"satisfaction": "4", "why": "They were kind."}},
        {"version": 999},
        {"at": "yesterday"},
    ]
    told = device.told(*(device.answer(place) | facts for place, facts in enumerate(wrong)), device.answer(99))
    assert [outcome for outcome, _ in told] == ["refused"] * len(wrong) + ["stored"]
    assert all(why for outcome, why in told if outcome == "refused")
    assert len(responses()) == 1
    assert received("answers", "refused") == (1, len(wrong))


def test_a_survey_that_is_not_asked_here_is_refused(device: Device, link: OpenLink) -> None:
    other = published_version()
    assert other is not None
    assert device.told(device.answer(version=other.id)) == [("refused", "its survey is not asked here")]


def test_the_version_that_was_shown_counts_when_there_is_a_newer_one(device: Device, link: OpenLink) -> None:
    with transaction():
        shown = link.survey.versions[0]
        newer = make_new_wording(shown, "satisfaction", "How satisfied were you?", NOW + timedelta(seconds=1))
        assert newer.survey_id == shown.survey_id
    told = device.send(device.answer())
    assert told.json is not None
    assert (told.json["answers"][0]["outcome"], told.json["version"]) == ("stored", newer.id)
    assert responses()[0].survey_version_id == shown.id


def test_a_page_with_an_earlier_pin_or_a_made_up_nonce_hands_nothing_over(device: Device, link: OpenLink) -> None:
    with transaction():
        change_kiosk(link, pin="1234", seconds_between_taps=3, now=NOW)
    assert device.send(device.answer()).status_code == 403
    assert device.send(device.answer(), nonce="made up").status_code == 403
    assert responses() == []
    device.open()
    assert device.told(device.answer()) == [("stored", None)]


def test_a_page_that_stood_open_for_weeks_hands_over(device: Device, time_machine: TimeMachineFixture) -> None:
    later = NOW + timedelta(days=40)
    time_machine.move_to(later, tick=False)
    assert device.told(device.answer(at=NOW), device_now=later) == [("stored", None)]
    assert responses()[0].counts_on == date(2026, 3, 10)


def test_a_closed_kiosk_takes_over_what_was_tapped_before(device: Device, client: FlaskClient, link: OpenLink) -> None:
    with transaction():
        close_link(link, now=NOW - timedelta(minutes=5))
    page = client.get(device.address)
    assert page.status_code == 410 and "This survey has closed" in page.text and "kiosk.js" in page.text
    device.open()
    before, after = device.answer(1, at=NOW - timedelta(minutes=6)), device.answer(2)
    assert device.told(before, after) == [("stored", None), ("refused", "the kiosk was closed")]
    assert client.post(device.address, data={"satisfaction": "4"}).location == device.address
    assert len(responses()) == 1


def test_an_address_of_no_kiosk_says_so(client: FlaskClient, link: OpenLink) -> None:
    for answer in (client.get("/k/nowhere"), client.post("/k/nowhere"), client.get("/k/nowhere/thanks")):
        assert answer.status_code == 404 and "There is no kiosk at this address" in answer.text
    assert client.post("/k/nowhere/answers", json={}).status_code == 404


@pytest.mark.parametrize("body", [b"", b"[]", b"{", json.dumps({"answers": [{}]}).encode()], ids=str)
def test_what_is_no_hand_over_is_refused_in_words(client: FlaskClient, link: OpenLink, body: bytes) -> None:
    answer = client.post(f"/k/{link.code}/answers", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json is not None and "could not be read" in answer.json["detail"]


def test_a_hand_over_that_is_too_large_is_not_read(client: FlaskClient, link: OpenLink) -> None:
    body = b'{"nonce": "' + b"x" * 300_000 + b'"}'
    assert client.post(f"/k/{link.code}/answers", data=body, content_type="application/json").status_code == 413


def states() -> Counter[tuple[str, str | None]]:
    return Counter((each.state.value, each.quarantine_reason) for each in responses())


HELD = ("quarantined", "many_from_one_address")


def test_what_a_device_kept_for_days_counts(device: Device) -> None:
    for day in range(1, 5):
        for hour in range(5):
            at = NOW - timedelta(days=day, hours=hour)
            device.told(*(device.answer(100 * (5 * day + hour) + number, at=at) for number in range(40)))
    assert states() == {("counted", None): 800}


def test_more_than_visitors_can_tap_in_an_hour_is_held_whenever_it_comes(
    device: Device, time_machine: TimeMachineFixture
) -> None:
    for batch in range(2):
        device.told(*(device.answer(100 * batch + number) for number in range(60)))
    assert states() == {("counted", None): 109, HELD: 11}
    next_day = NOW + timedelta(days=1)
    time_machine.move_to(next_day, tick=False)
    told = device.told(device.answer(900), device.answer(901, at=next_day), device_now=next_day)
    assert told == [("stored", None)] * 2
    assert states() == {("counted", None): 110, HELD: 12}
    (found,) = kiosks(next_day)
    assert (found.in_all, found.held) == (122, 12)


def test_a_flood_dated_back_is_held_but_for_what_can_have_been_tapped_since_the_last_hand_over(
    device: Device, time_machine: TimeMachineFixture
) -> None:
    device.told(device.answer(999))
    later = NOW + timedelta(hours=1)
    time_machine.move_to(later, tick=False)
    for batch in range(2):
        days = [NOW - timedelta(days=1 + number % 20, hours=batch) for number in range(60)]
        flood = [device.answer(100 * batch + number, at=at) for number, at in enumerate(days)]
        device.told(*flood, device_now=later)
    assert states() == {("counted", None): 1 + 109, HELD: 11}


def test_a_tap_of_a_day_before_the_kiosk_was_made_is_refused_and_shown(device: Device, link: OpenLink) -> None:
    before, that_day = MADE - timedelta(days=1), MADE - timedelta(minutes=5)
    told = device.told(device.answer(1, at=before), device.answer(2, at=that_day))
    assert told == [("refused", "it was tapped before the kiosk was made"), ("stored", None)]
    (found,) = kiosks(NOW)
    assert (found.refused, found.too_early, found.in_all) == (1, 1, 1)


@pytest.mark.parametrize("number", [0, -1, 2**31, 10**30])
def test_a_number_that_is_no_survey_of_ours_spoils_no_other_answer(
    client: FlaskClient, device: Device, number: int
) -> None:
    assert device.told(device.answer(1, version=number), device.answer(2)) == [
        ("refused", "its survey is not asked here"),
        ("stored", None),
    ]
    assert client.post(device.address, data={"version": str(number)}).status_code == 303


def press(client: FlaskClient, page: TestResponse, label: str) -> TestResponse:
    """Press a button of the screen that is shown, as a browser without scripts does."""
    shown = BeautifulSoup(page.text, "html.parser").select_one(".screen:not([hidden])")
    assert shown is not None
    form, button = shown.find("form"), next(one for one in shown.find_all("button") if one.text.strip() == label)
    assert isinstance(form, Tag)
    hidden = {str(field["name"]): str(field["value"]) for field in form.find_all("input")}
    return client.post(str(form["action"]), data=hidden | {str(button["name"]): str(button["value"])})


def test_without_scripts_a_tap_is_stored_at_once_and_thanked(client: FlaskClient, link: OpenLink) -> None:
    page = client.get(f"/k/{link.code}")
    sent = press(client, page, "Very dissatisfied")
    assert (sent.status_code, sent.location) == (303, f"/k/{link.code}/thanks")
    thanks = client.get(sent.location)
    assert thanks.headers["Refresh"] == f"4; url=/k/{link.code}"
    assert "Thank you" in thanks.text and "Start again" in thanks.text
    again = press(client, page, "Very dissatisfied")  # the same page, sent twice
    assert again.location == sent.location
    (found,) = responses()
    assert (found.mode, found.received_at, found.counts_on) == (Mode.KIOSK, None, date(2026, 3, 10))
    assert received("answers", "repeated") == (1, 1)


def test_a_longer_survey_is_one_question_a_screen_without_its_texts(client: FlaskClient, long_link: OpenLink) -> None:
    page = client.get(f"/k/{long_link.code}?text=large")
    assert "We do not record who you are" in page.text
    labels = ["Fairly satisfied", "Agree", "Skip this question", "Disagree", *["Skip this question"] * 3, "No", "Skip"]
    for label in labels[:-2]:
        page = press(client, page, label)
        assert page.status_code == 200 and 'class="large"' in page.text
        assert "could we do better" not in page.text
    assert press(client, page, "No").status_code == 303
    (found,) = responses()
    given = {answer.question_version_id: answer.option.code for answer in found.answers if answer.option}
    assert sorted(given.values()) == ["2", "4", "4", "no"]


@pytest.mark.parametrize("sent", [{}, {"nonce": "made up"}, {"version": "999"}, {"satisfaction": "6"}], ids=str)
def test_without_scripts_what_does_not_fit_leads_back_to_the_question(
    client: FlaskClient, device: Device, sent: dict[str, str]
) -> None:
    whole = {"nonce": device.nonce, "version": str(device.version), "satisfaction": "5"} | sent
    answer = client.post(device.address, data=whole if sent else {})
    assert (answer.status_code, answer.location) == (303, device.address)
    assert responses() == []


def test_the_worker_is_always_asked_for_anew(client: FlaskClient, app: Flask) -> None:
    with client.get("/k/worker.js") as answer:
        assert answer.status_code == 200 and "javascript" in answer.content_type
        assert answer.headers["Cache-Control"] == "no-cache"


def test_what_was_received_is_summed_up(device: Device, link: OpenLink, time_machine: TimeMachineFixture) -> None:
    device.told(device.answer(1), device.answer(2, thrown_away=3))
    next_day = NOW + timedelta(days=1)
    time_machine.move_to(next_day, tick=False)
    device.told(device.answer(2), device.answer(3, at=next_day), device.answer(4, answers={}), device_now=next_day)
    (found,) = kiosks(next_day)
    assert (found.today, found.in_all, found.thrown_away, found.repeated, found.refused) == (1, 3, 3, 1, 1)
    assert found.last_at == next_day


def test_a_kiosk_needs_a_pin_of_digits(link: OpenLink) -> None:
    with pytest.raises(InvalidInput, match="4 to 8 digits"):
        change_kiosk(link, pin="abcd", seconds_between_taps=3, now=NOW)
    with pytest.raises(InvalidInput, match="seconds"):
        change_kiosk(link, pin=None, seconds_between_taps=999, now=NOW)
