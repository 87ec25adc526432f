"""Letters and cards: printed once, with codes that open the right survey, and made again where a file was lost."""

from __future__ import annotations

import csv
import io
import json
import re
import zlib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select
from time_machine import TimeMachineFixture

from survey_app.audit.models import AuditLine
from survey_app.contacts.models import AskingRules, Way
from survey_app.extensions import db, transaction
from survey_app.invitations.letters.operations import print_again, print_letters
from survey_app.invitations.letters.presenters import mailing_of
from survey_app.invitations.letters.printing import Mailing, Paper, comes_too_late
from survey_app.invitations.letters.queries import last_batch, waiting_letters
from survey_app.invitations.message_texts import Slot, Written
from survey_app.invitations.models import (
    Invitation,
    InvitationState,
    InvitationToken,
    Message,
    MessageKind,
    MessageState,
)
from survey_app.invitations.operations import mark_answered, send_messages, stop_asking, write_text
from survey_app.invitations.queries import own_texts
from survey_app.kernel.errors import Refused
from survey_app.kernel.qr_codes import qr_svg
from survey_app.kernel.tokens import CODE_ALPHABET
from survey_app.organisation.models import Logo, Service
from survey_app.organisation.queries import the_council
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.operations import publish_default_survey
from tests.conftest import PersonsClient
from tests.factories import NOON, make_council, make_invitation, make_service
from tests.pictures import jpeg, png
from tests.threads import all_at_once

DAY = date(2026, 3, 10)
NOW = NOON + timedelta(days=1)


@pytest.fixture(autouse=True)
def _on_the_next_day(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW)


@pytest.fixture
def housing(app: Flask) -> Service:
    with transaction():
        make_council()
        return make_service("housing", "Housing options")


@pytest.fixture
def survey(housing: Service) -> SurveyVersion:
    with transaction():
        return publish_default_survey(NOON)


@pytest.fixture
def ask(housing: Service, survey: SurveyVersion) -> Callable[..., Invitation]:
    """ask() makes somebody wait for a letter; `minutes` orders them, `of_contact` are facts of their contact."""

    def make(minutes: int = 0, of_contact: dict[str, object] | None = None, **facts: object) -> Invitation:
        with transaction():
            invitation = make_invitation(housing, survey, DAY, **{"sent_at": None, **facts})
            invitation.contact.detail, invitation.contact.customer_ref = None, f"P-{minutes}"
            for name, value in (of_contact or {}).items():
                setattr(invitation.contact, name, value)
            due_at = NOON + timedelta(minutes=minutes)
            db.session.add(Message(invitation=invitation, kind=MessageKind.INVITATION, way=Way.LETTER, due_at=due_at))
        return invitation

    return make


def printed(now: object = NOW, **most: int) -> list[tuple[Invitation, str]]:
    with transaction():
        return print_letters(now=now, **most)  # type: ignore[arg-type]


def files_of(letters: list[tuple[Invitation, str]], paper: Paper = Paper.LETTER) -> dict[str, bytes]:
    return mailing_with(letters, paper).files()


def mailing_with(letters: list[tuple[Invitation, str]], paper: Paper) -> Mailing:
    rules = db.session.scalar(select(AskingRules)) or AskingRules(
        cooling_off_days=90, sampling_fraction=1.0, reminder_after_days=4
    )
    return mailing_of(
        letters,
        paper,
        council=the_council(),
        rules=rules,
        base_url="https://anyborough.example",
        now=NOW,
        texts=own_texts(),
    )


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF has; what it compresses is looked into."""
    opened = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            opened.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return sum(len(re.findall(rb"/Type\s*/Page\b(?!s)", part)) for part in opened)


def states() -> list[tuple[str, str | None]]:
    db.session.rollback()
    messages = db.session.scalars(select(Message).order_by(Message.id))
    return [(message.state.value, message.last_error) for message in messages]


def test_what_waits_is_printed_once_the_oldest_first_and_each_code_opens_its_survey(
    ask: Callable[..., Invitation], client: PersonsClient
) -> None:
    later, earlier = ask(2), ask(1, {"case_ref": "CASE-7"})
    assert [(row.service, row.count, row.oldest_on) for row in waiting_letters(NOW)] == [("Housing options", 2, DAY)]
    letters = printed()
    assert [invitation.id for invitation, _ in letters] == [earlier.id, later.id]
    assert all(len(code) == 10 and set(code) <= set(CODE_ALPHABET) for _, code in letters)
    assert states() == [("sent", None)] * 2
    assert (earlier.sent_at, earlier.state) == (NOW, InvitationState.OPEN)
    assert printed() == []
    assert waiting_letters(NOW) == []
    rows = rows_of(files_of(letters)["letters.csv"])
    assert [(row["reference"], row["case_ref"]) for row in rows] == [
        (earlier.contact.reference, "CASE-7"),
        (later.contact.reference, ""),
    ]
    for row in rows:
        answer = client.post("/s", data={"code": row["code"]})
        assert "housing options" in client.get(answer.headers["Location"]).text
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "letters.printed")).one()
    assert line.after == {"letters": 2, "dropped": 0}


def test_the_mail_job_leaves_letters_alone(ask: Callable[..., Invitation]) -> None:
    ask()
    assert send_messages(NOW, "test") == 0
    assert states() == [("waiting", None)]


@pytest.mark.parametrize(
    ("paper", "media_type", "content"),
    [(Paper.LETTER, "image/png", png()), (Paper.CARD, "image/jpeg", jpeg())],  # the second has no points
)
def test_a_file_has_a_page_for_each_and_words_never_become_markup(
    ask: Callable[..., Invitation], housing: Service, paper: Paper, media_type: str, content: bytes
) -> None:
    with transaction():
        council = the_council()
        council.name = '#panic("no") *Anyborough* $x$ \\ <label> @ref Cyngor Sŵn ]'
        council.logo = Logo(media_type=media_type, sha256="0" * 64, content=content, stored_at=NOON)
        housing.name = '#{ panic("no") } _Housing_ ` // /* [ ŵ ŷ & "quoted"'
    for number in range(3):
        ask(number, {"reference": f'=cmd"#{number}'})
    files = files_of(printed(), paper)
    assert files["letters.pdf"].startswith(b"%PDF-")
    assert pages_of(files["letters.pdf"]) == 3
    assert b"pdfuaid" in files["letters.pdf"], "it says that it keeps the rules of PDF/UA"
    assert [row["reference"] for row in rows_of(files["letters.csv"])] == [f"'=cmd\"#{number}" for number in range(3)]


@pytest.mark.parametrize(
    ("paper", "above"),
    [
        (Paper.LETTER, ("Your phone call about housing options.", "Your code: 7KQ4M 3HDRT.")),
        (Paper.CARD, ("Your contact about our services.", "Your code: 7KQ4M 3HDRT.")),  # anybody may read it
    ],
)
def test_the_councils_own_paragraphs_stand_around_the_way_in(
    ask: Callable[..., Invitation], survey: SurveyVersion, paper: Paper, above: tuple[str, ...]
) -> None:
    body = "Your {{channel}} about {{service}}.\n\nYour code: {{code}}.\n\n{{link}}\n\n#panic(1)\n*Anyborough*"
    with transaction():
        slot = Slot(MessageKind.INVITATION, Way.LETTER)
        write_text(survey.survey, slot, Written("", body), based_on="", now=NOON)
    mailing = mailing_with([(ask(), "7KQ4M3HDRT")], paper)
    assert (mailing.letters[0].opening, mailing.letters[0].closing) == (above, ("#panic(1)\n*Anyborough*",))
    assert pages_of(mailing.files()["letters.pdf"]) == 1


def test_the_picture_is_the_same_for_the_same_address_and_another_for_another() -> None:
    one = qr_svg("https://anyborough.example/s/7KQ4M3HDRT")
    assert one.startswith("<svg") and one == qr_svg("https://anyborough.example/s/7KQ4M3HDRT")
    assert one != qr_svg("https://anyborough.example/s/7KQ4M3HDRU")


def test_what_is_no_longer_wanted_is_dropped_with_its_reason(ask: Callable[..., Invitation]) -> None:
    answered, stopped, closing, old, fine = (ask(minutes) for minutes in range(5))
    with transaction():
        mark_answered(answered, NOON)
        stop_asking(stopped, source="page", now=NOON)
        closing.closes_at = NOW + timedelta(days=3)
        old.contact.occurred_on = DAY - timedelta(days=20)
    assert [invitation.id for invitation, _ in printed()] == [fine.id]
    assert [reason for _, reason in states()] == ["answered", "opted_out", "too_old", "too_old", None]
    assert (closing.state, old.state) == (InvitationState.TOO_OLD, InvitationState.TOO_OLD)


@pytest.mark.parametrize(
    ("age_days", "closes_in_days", "late"), [(14, 4, False), (15, 4, True), (0, 3, True), (0, 3.1, False)]
)
def test_a_letter_that_would_arrive_too_late_is_known_by_its_days(
    age_days: int, closes_in_days: float, late: bool
) -> None:
    found = comes_too_late(DAY - timedelta(days=age_days), 14, timedelta(days=closes_in_days), DAY)
    assert found is late


def test_nothing_is_printed_during_a_pause(ask: Callable[..., Invitation]) -> None:
    ask()
    with transaction():
        db.session.add(AskingRules(is_paused=True))
    with pytest.raises(Refused, match="paused"):
        printed()
    assert states() == [("waiting", None)]


def test_a_file_is_made_again_with_new_codes_and_those_of_the_first_stay_valid(
    ask: Callable[..., Invitation], client: PersonsClient
) -> None:
    first, second = ask(1), ask(2)
    old_codes = [code for _, code in printed()]
    with transaction():
        mark_answered(second, NOW)
    with transaction():
        again = print_again(now=NOW + timedelta(hours=1))
    assert [invitation.id for invitation, _ in again] == [first.id]
    assert again[0][1] not in old_codes
    for code in (old_codes[0], again[0][1]):
        assert client.get(f"/s/{code}").status_code == 200
    batch = last_batch(NOW)
    assert batch is not None and (batch.count, batch.still_open, batch.printed_at) == (2, 1, NOW)


def test_two_who_print_at_once_share_the_letters_and_print_none_twice(
    app: Flask, ask: Callable[..., Invitation]
) -> None:
    for number in range(6):
        ask(number)
    all_at_once(app, lambda: printed(most=4), lambda: printed(most=4))
    db.session.rollback()
    assert len(db.session.scalars(select(InvitationToken)).all()) == len([s for s, _ in states() if s == "sent"])
    printed()
    assert states() == [("sent", None)] * 6
    assert len(db.session.scalars(select(InvitationToken)).all()) == 6


def test_the_command_writes_a_folder_that_only_its_owner_can_read(
    ask: Callable[..., Invitation], runner: FlaskCliRunner, tmp_path: Path
) -> None:
    ask()
    folder = tmp_path / "letters"
    result = runner.invoke(args=["invitations", "letters", "--out", str(folder), "--json"])
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"letters": 1})
    assert sorted(path.name for path in folder.iterdir()) == ["letters.csv", "letters.pdf"]
    assert folder.stat().st_mode & 0o777 == 0o700
    nothing = runner.invoke(args=["invitations", "letters", "--out", str(tmp_path / "more")])
    assert nothing.output == "Nothing waits to be printed.\n"
    taken = runner.invoke(args=["invitations", "letters", "--out", str(folder), "--again"])
    assert taken.exit_code == 1 and "cannot be made" in taken.output
    assert len(db.session.scalars(select(InvitationToken)).all()) == 1, "what was not written was not printed"
    again = runner.invoke(args=["invitations", "letters", "--again", "--out", str(tmp_path / "again")])
    assert again.output == f"1 letter printed to {tmp_path / 'again'}.\n"


class TestPage:
    def test_an_administrator_sees_what_waits_and_prints_it(
        self, ask: Callable[..., Invitation], sign_in: Callable[..., PersonsClient]
    ) -> None:
        ask()
        client = sign_in("administrator")
        page = client.get("/admin/letters/").text
        assert "1 letter waits to be printed" in page and "Housing options" in page and "10 March 2026" in page
        answer = client.send_form("/admin/letters/", paper="card")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="cards-2026-03-11-1200.zip"'
        assert answer.headers["Cache-Control"] == "no-store"
        with ZipFile(io.BytesIO(answer.data)) as archive:
            assert archive.namelist() == ["letters.pdf", "letters.csv"]
        page = client.get("/admin/letters/").text
        assert "No letter waits" in page and "1 letter printed on 11 March 2026" in page
        again = client.send_form("/admin/letters/again", form_at="/admin/letters/", paper="letter")
        assert again.mimetype == "application/zip"

    def test_without_a_choice_of_paper_nothing_is_printed(
        self, ask: Callable[..., Invitation], sign_in: Callable[..., PersonsClient]
    ) -> None:
        ask()
        answer = sign_in("administrator").send_form("/admin/letters/", paper="vellum")
        assert answer.status_code == 422 and "Choose letters or cards." in answer.text
        assert states() == [("waiting", None)]

    def test_a_pause_is_said_where_the_button_was(
        self, ask: Callable[..., Invitation], sign_in: Callable[..., PersonsClient]
    ) -> None:
        ask()
        client = sign_in("administrator")
        form = client.get("/admin/letters/")
        with transaction():
            db.session.add(AskingRules(is_paused=True))
        assert "End the pause first" in client.get("/admin/letters/").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', form.text)
        assert token is not None
        answer = client.post("/admin/letters/", data={"csrf_token": token[1], "paper": "letter"})
        assert answer.status_code == 422 and "Asking is paused" in answer.text

    @pytest.mark.parametrize("role", ["cse_lead", "data_protection_officer", "assessor"])
    def test_nobody_else_prints(self, housing: Service, sign_in: Callable[..., PersonsClient], role: str) -> None:
        client = sign_in(role)
        assert client.get("/admin/letters/").status_code == 403


def test_only_messages_that_were_sent_are_counted_as_the_last_file(ask: Callable[..., Invitation]) -> None:
    ask(0, closes_at=NOW)
    printed()
    assert last_batch(NOW) is None
    assert db.session.scalars(select(Message.state)).all() == [MessageState.DROPPED]
