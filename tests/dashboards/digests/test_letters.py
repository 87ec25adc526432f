"""What a letter says, whom it reaches, and that its figures are those of the page."""

from __future__ import annotations

import email
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email import policy
from email.message import EmailMessage

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from time_machine import TimeMachineFixture

from survey_app.accounts.models import User
from survey_app.accounts.operations import deactivate
from survey_app.comments.models import Comment
from survey_app.dashboards.digests.operations import begin_digest, send_digests, send_now, stop_digest, write_digests
from survey_app.dashboards.digests.queries import DigestChoice
from survey_app.dashboards.models import Digest, DigestLetter, Rhythm
from survey_app.extensions import db, transaction
from survey_app.kernel.errors import NotFound, Refused
from survey_app.measures.models import FrozenPassport
from survey_app.measures.queries.run_again import frozen_passport, run_again
from survey_app.organisation.channels import Channel
from survey_app.responses.models import SurveyResponse
from survey_app.settings import Settings
from tests.dashboards.conftest import Cast, SignIn, make_comment
from tests.factories import make_answers, withdraw
from tests.test_templates import Inside

SATURDAY = datetime(2024, 11, 9, 12, 0, tzinfo=UTC)
MONDAY = datetime(2024, 11, 11, 7, 30, tzinfo=UTC)  # the day after 78 answers
WEEKLY, MONTHLY = DigestChoice(Rhythm.WEEKLY), DigestChoice(Rhythm.MONTHLY)
VOICES = (  # more than ten, so that some may be quoted
    "emptied all bins before breakfast",
    "answered my call within a minute",
    "explained the garden scheme well",
    "left paper all over our street",
    "took away an old fridge for nothing",
    "kept to the new calendar",
    "knew my name from last time",
    "rang back when they had promised",
    "cleaned up behind the shops",
    "wrote in words that I understand",
    "helped my mother with her sacks",
    "came although it snowed",
)
Letters = Callable[[], list[EmailMessage]]


@pytest.fixture(autouse=True)
def _on_saturday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(SATURDAY, tick=False)


@pytest.fixture
def letters(settings: Settings) -> Letters:
    """The letters so far, oldest first."""

    def found() -> list[EmailMessage]:
        files = sorted((settings.instance_path / "outbox").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        return [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]  # type: ignore[misc]

    return found


def reader(who: str) -> User:
    return db.session.scalars(select(User).where(User.email == f"{who}@anyborough.example")).one()


def begin(who: str, choice: DigestChoice, now: datetime = SATURDAY) -> Digest:
    with transaction():
        return begin_digest(choice, reader(who), now=now)


def send(now: datetime) -> int:
    """What the worker does at that moment; how many letters were dealt with."""
    db.session.rollback()  # a worker begins with nothing read
    while write_digests(now, "test"):
        pass
    return send_digests(now, "test")


def plain(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def rich(letter: EmailMessage) -> str:
    part = letter.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def test_nothing_goes_before_monday_at_half_past_seven_and_then_once(cast: Cast, letters: Letters) -> None:
    begin("lead", WEEKLY)
    assert send(MONDAY - timedelta(minutes=1)) == 0 and not letters()
    assert send(MONDAY) == 1
    assert send(MONDAY + timedelta(days=6)) == 0
    (letter,) = letters()
    assert letter["To"] == "lead@anyborough.example"
    assert send(MONDAY + timedelta(days=7)) == 1


def test_it_says_sentence_figure_base_interval_target_and_what_changed(cast: Cast, letters: Letters) -> None:
    begin("lead", WEEKLY)
    send(MONDAY)
    (letter,) = letters()
    text = " ".join(plain(letter).split())
    assert letter["Subject"] == "Last week: 89.7% satisfied (All services, all channels)"
    assert "4 November 2024 to 10 November 2024: 89.7%" in text and "70 of 78 answers, 95% interval" in text
    assert "of the 631 residents who answered were satisfied" in text and "Provisional" in text
    assert "target over 90%" in text
    assert "1 April 2024 to 30 September 2024, against the same dates a year before." in text
    assert "All services: better." in text and "Housing options: better." in text
    assert "There are 2 comments to quote from" in text and "rang me back" not in text
    words = " ".join(Inside(rich(letter)).text.split())
    for said in ("70 of 78 answers", "All services: better.", "What needs attention", "There are 2 comments"):
        assert said in words


def test_the_figures_are_those_of_the_page_at_the_cut_and_stay_frozen_when_answers_go(
    cast: Cast, letters: Letters, sign_in: SignIn, time_machine: TimeMachineFixture
) -> None:
    begin("lead", WEEKLY)
    time_machine.move_to(MONDAY, tick=False)
    client = sign_in("lead")
    page = " ".join(Inside(client.get("/dashboards/?period=2024/25").get_data(as_text=True)).text.split())
    send(MONDAY)
    text = plain(letters()[0])
    claim = next(line for line in text.splitlines() if "residents who answered were satisfied" in line)
    assert claim.split(".  ")[0].split(" Target")[0].split(" The target")[0] in page
    address = re.search(r"http://\S+(/dashboards/\?\S+)", text)
    assert address is not None and client.get(address[1]).status_code == 200
    codes = re.findall(r"/figures/(p1-\S+)", text)
    assert len(codes) >= 4
    frozen = frozen_passport(codes[0])
    assert run_again(frozen, now=MONDAY).is_same
    withdrawn = db.session.scalars(
        select(SurveyResponse).where(SurveyResponse.counts_on == date(2024, 11, 10)).limit(1)
    ).one()
    withdraw(withdrawn)
    db.session.commit()
    shown = " ".join(Inside(client.get(f"/figures/{codes[0]}").get_data(as_text=True)).text.split())
    assert "89.7%" in shown


def test_three_comments_are_picked_by_lot_and_one_that_is_erased_meanwhile_is_not_sent(
    cast: Cast, letters: Letters
) -> None:
    with transaction():
        for each in db.session.scalars(select(Comment)):
            db.session.delete(each)
        answers = make_answers(cast.survey, cast.waste, date(2024, 11, 7), {"satisfaction": "4"}, len(VOICES))
        for words, answer in zip(VOICES, answers, strict=True):
            make_comment(answer, f"They {words}")
    begin("lead", WEEKLY)
    with transaction():
        write_digests(MONDAY, "test")
    (row,) = db.session.scalars(select(DigestLetter))
    assert not any(words in row.document for words in VOICES)  # words are the comment's own
    quoted = [int(each) for each in re.search(r'"quotes": \[(.*?)\]', row.document)[1].split(",")]  # type: ignore[index]
    assert len(quoted) == 3
    with transaction():
        gone = db.session.get(Comment, quoted[0])
        assert gone is not None
        erased, gone.redacted_text = gone.redacted_text, ""
    send(MONDAY)
    text = plain(letters()[0])
    assert "Picked by lot, not by anybody" in text
    assert text.count("“They ") == 2 and erased not in text


def test_whoever_may_read_no_comments_gets_none(cast: Cast, letters: Letters) -> None:
    begin("admin", WEEKLY)
    send(MONDAY)
    assert "RESIDENTS WROTE" not in plain(letters()[0])


def test_when_nobody_answered_it_says_so_and_stays_short(cast: Cast, letters: Letters) -> None:
    quiet = MONDAY + timedelta(days=14)
    begin("lead", WEEKLY, quiet - timedelta(days=1))
    send(quiet)
    (letter,) = letters()
    text = plain(letter)
    assert letter["Subject"] == "Last week: nobody answered (All services, all channels)"
    assert "Nobody answered last week. There is nothing new to read." in text
    assert "WHAT CHANGED" not in text and "WHAT RESIDENTS WROTE" not in text


def test_a_monthly_letter_comes_on_the_third_working_day_and_says_that_the_month_is_provisional(
    cast: Cast, letters: Letters
) -> None:
    begin("lead", MONTHLY)
    assert send(datetime(2024, 12, 3, 9, 0, tzinfo=UTC)) == 0
    assert send(datetime(2024, 12, 4, 7, 30, tzinfo=UTC)) == 1
    (letter,) = letters()
    assert letter["Subject"].startswith("November 2024: 89.7% satisfied")
    assert "Provisional: answers are still coming in." in plain(letter)
    assert "period=2024-11" in plain(letter)


def test_a_manager_gets_own_services_only_and_of_another_nothing(cast: Cast, letters: Letters) -> None:
    begin("manager", WEEKLY)
    with pytest.raises(NotFound):
        begin_digest(DigestChoice(Rhythm.WEEKLY, "waste"), reader("manager"), now=SATURDAY)
    send(MONDAY)
    text = plain(letters()[0])
    assert "All your services" in text and "30 of 36 answers" in text and "Waste" not in text


def test_scope_is_looked_at_each_time(cast: Cast, letters: Letters) -> None:
    begin("manager", DigestChoice(Rhythm.WEEKLY, "housing", Channel.EMAIL))
    with transaction():
        reader("manager").services = [cast.waste]
    assert send(MONDAY) == 0 and not letters()


def test_a_letter_that_was_written_does_not_reach_who_left_or_stopped_it_meanwhile(
    cast: Cast, letters: Letters
) -> None:
    begin("manager", WEEKLY)
    stopped = begin("lead", WEEKLY)
    write_digests(MONDAY, "test")
    write_digests(MONDAY, "test")
    with transaction():
        deactivate(reader("manager"), MONDAY)
        stop_digest(db.session.merge(stopped), now=MONDAY)
    assert send_digests(MONDAY, "test") == 2 and not letters()
    assert db.session.scalar(select(func.count()).where(DigestLetter.done_at.is_(None))) == 0


def test_a_leaver_gets_none_from_then_on(cast: Cast, letters: Letters) -> None:
    begin("manager", WEEKLY)
    with transaction():
        deactivate(reader("manager"), SATURDAY)
    assert send(MONDAY) == 0 and not letters()


def test_one_can_be_had_now_but_no_second_while_the_first_is_on_its_way(cast: Cast, letters: Letters) -> None:
    digest = begin("lead", WEEKLY)
    with transaction():
        send_now(db.session.merge(digest), now=SATURDAY)
    with transaction(), pytest.raises(Refused, match="on its way"):
        send_now(db.session.merge(digest), now=SATURDAY)
    assert send(SATURDAY) == 1
    assert "28 October 2024 to 3 November 2024" in plain(letters()[0])
    assert send(MONDAY) == 1  # and the usual one comes all the same
    assert len(letters()) == 2


def test_small_numbers_are_hidden_in_a_letter_too(cast: Cast, letters: Letters) -> None:
    with transaction():
        make_answers(cast.survey, cast.housing, date(2024, 11, 6), {"satisfaction": "1"}, 4, channel=Channel.LETTER)
    begin("lead", DigestChoice(Rhythm.WEEKLY, channel=Channel.LETTER))
    send(MONDAY)
    (letter,) = letters()
    assert "too few answers to show" in letter["Subject"]
    assert "0.0%" not in plain(letter) and "0 of 4" not in plain(letter)
    assert db.session.scalar(select(func.count(FrozenPassport.id))) == 0


def test_outlook_gets_tables_with_bars_and_nothing_that_has_to_load(cast: Cast, letters: Letters) -> None:
    begin("lead", WEEKLY)
    send(MONDAY)
    html = rich(letters()[0])
    inside = Inside(html)
    assert not [tag for tag, _ in inside.tags if tag in {"img", "svg", "script", "link", "div", "form", "iframe"}]
    assert "display: grid" not in html and "flex" not in html and "@import" not in html and "url(" not in html
    assert [cell["width"] for cell in inside.all("td", **{"class": "filled"})] == ["90%", "90%"]
    assert "prefers-color-scheme: dark" in html
    assert 'style="' in html.split("<body")[1]


def stop_address(letter: EmailMessage) -> str:
    found = re.search(r"Stop it: http://[^/]+(/\S+)", plain(letter))
    assert found is not None
    return found[1]


def test_the_letter_stops_it_by_a_button_and_mail_programs_stop_it_by_one_click(
    cast: Cast, letters: Letters, client: FlaskClient, app: Flask
) -> None:
    digest = begin("lead", WEEKLY).id
    send(MONDAY)
    (letter,) = letters()
    address = stop_address(letter)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Unsubscribe"].endswith(f"{address}/one-click>")

    def runs() -> bool:
        db.session.expire_all()
        return db.session.get_one(Digest, digest).next_on is not None

    assert "Stop this digest?" in client.get(address).get_data(as_text=True) and runs()
    assert "Stopped." in client.post(address).get_data(as_text=True) and not runs()
    assert "It goes on as before." in client.post(f"{address}/again").get_data(as_text=True) and runs()
    assert client.get(f"{address}/one-click").status_code == 302 and runs()
    for _ in range(2):
        assert client.post(f"{address}/one-click", data={"List-Unsubscribe": "One-Click"}).status_code == 200
        assert not runs()
    assert send(MONDAY + timedelta(days=7)) == 0


@pytest.mark.parametrize("token", ["x", "A" * 22])
def test_a_link_that_is_none_of_ours_stops_nothing(cast: Cast, client: FlaskClient, token: str) -> None:
    begin("lead", WEEKLY)
    for address in (f"/digests/stop/{token}", f"/digests/stop/{token}/again", f"/digests/stop/{token}/one-click"):
        assert client.post(address).status_code == 404
    assert db.session.scalars(select(Digest.next_on)).one() is not None
