"""A person is erased: nothing anywhere leads to them, and every figure stands."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from survey_app.accounts.keys.operations import make_key
from survey_app.audit.operations import record_act
from survey_app.comments.alerts.models import Alert, AlertKind
from survey_app.comments.models import Comment
from survey_app.contacts.models import Contact, ContactDetail, ContactsFile, OptOut, Way
from survey_app.contacts.operations import import_contacts
from survey_app.contacts.people import PersonKeys
from survey_app.contacts.queries import index_key, opted_out_among
from survey_app.evidence.queries import framework_by_code
from survey_app.extensions import db, reading, transaction
from survey_app.invitations.models import Invitation, InvitationToken, Message
from survey_app.invitations.operations import draw_invitations, send_messages, undo_recorded_stop
from survey_app.invitations.operations.sending import claim_due
from survey_app.kernel.clock import utc_now
from survey_app.kernel.packing import unpacked
from survey_app.kernel.tokens import keyed_hash
from survey_app.measures.models import FrozenPassport
from survey_app.measures.operations import fold_all
from survey_app.measures.queries.run_again import run_again
from survey_app.measures.queries.verifying import verify
from survey_app.privacy.people.operations import STEPS
from survey_app.privacy.people.queries import Holdings, find_person, is_known
from survey_app.responses.models import AnswerText, SurveyDraft, SurveyResponse
from survey_app.surveys.operations import publish_default_survey
from tests.conftest import PersonsClient
from tests.factories import NOON, make_contact, make_council, make_service, make_user
from tests.privacy.erased import (
    EMAIL,
    HEADER,
    NEXT_DAY,
    OTHER_EMAIL,
    PHONE,
    REF,
    WORDS,
    every_cell,
    make_everything,
    needles,
)

CONTACT = Contact.reference


@pytest.fixture
def everything(app: Flask, tmp_path: Path) -> None:
    make_everything(app, tmp_path)
    db.session.commit()


def places_of(words: dict[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for place, text in every_cell():
        for name, needle in words.items():
            if needle.casefold() in text.casefold():
                found.setdefault(name, []).append(place)
    return found


def test_everything_that_is_looked_for_is_there_before(everything: None) -> None:
    assert needles().keys() - places_of(needles()).keys() == set()


def test_nothing_anywhere_leads_to_whoever_was_erased(everything: None, runner: FlaskCliRunner, app: Flask) -> None:
    db.session.remove()
    done = runner.invoke(args=["privacy", "erase", EMAIL, "--yes", "--json"])
    assert done.exit_code == 0, done.output

    assert places_of(needles()) == {}
    db.session.remove()
    db.engine.dispose()
    left = {}
    for path in app.extensions["settings"].instance_path.rglob("*"):
        for name, needle in needles().items():
            if path.is_file() and needle.lower().encode() in path.read_bytes().lower():
                left.setdefault(path.name, []).append(name)
    assert left == {}


def test_no_file_that_leaves_the_house_leads_to_whoever_was_erased(
    everything: None, runner: FlaskCliRunner, app: Flask, sign_in: Callable[..., PersonsClient], tmp_path: Path
) -> None:
    with transaction():
        key = make_key("Charts", ["responses:read", "comments:read"], days=30, now=utc_now())
    lead = sign_in("cse_lead")
    before = files_that_leave(runner, lead, key.text, tmp_path)
    for name in ("comments", "comments.csv"):
        assert WORDS[-30:] in before[name], "her comment was in it"

    runner.invoke(args=["privacy", "erase", EMAIL, "--yes"], catch_exceptions=False)

    after = files_that_leave(runner, lead, key.text, tmp_path)
    assert len(after["responses"].splitlines()) == len(before["responses"].splitlines()), "her answer still counts"
    names = {"e-mail", "phone", "reference", "case", "adviser", "contact", "name", "surname", "e-mail's hash"}
    wanted = {name: needle for name, needle in needles().items() if name in names} | {"words": WORDS[-30:]}
    found = [
        (file, name)
        for file, text in after.items()
        for name, needle in wanted.items()
        if needle.lower() in text.lower()
    ]
    assert found == []


def files_that_leave(runner: FlaskCliRunner, lead: PersonsClient, key: str, folder: Path) -> dict[str, str]:
    """What staff, other systems and an assessor take away, by name."""
    asked = {"Authorization": f"Bearer {key}", "Accept": "application/x-ndjson"}
    days = "from=2026-03-01&to=2026-03-31"
    files = {
        "responses": lead.get(f"/api/v1/responses?{days}", headers=asked).text,
        "comments": lead.get(f"/api/v1/comments?{days}", headers=asked).text,
        "comments.csv": lead.send_form("/comments/csv?period=2025/26", form_at="/accounts/").text,
    }
    pack = folder / f"{len(list(folder.iterdir()))}.zip"
    arguments = ["--framework", "cse", "--from", "2026-03-01", "--to", "2026-03-31", "--out", str(pack)]
    assert runner.invoke(args=["evidence", "pack", *arguments]).exit_code == 0
    with zipfile.ZipFile(pack) as archive:
        files |= {name: archive.read(name).decode("latin-1") for name in archive.namelist()}
    return files


def test_figures_and_ledger_stand_when_somebody_was_erased(everything: None, runner: FlaskCliRunner) -> None:
    before = responses()
    runner.invoke(args=["privacy", "erase", EMAIL, "--yes"], catch_exceptions=False)

    assert responses() == before
    with reading():
        assert verify() == []
        for frozen in db.session.scalars(select(FrozenPassport)):
            assert run_again(frozen, now=utc_now()).is_same, frozen.code


def test_nothing_of_anybody_else_changes(everything: None, runner: FlaskCliRunner) -> None:
    before = of_others()
    runner.invoke(args=["privacy", "erase", EMAIL, "--yes"], catch_exceptions=False)
    after = of_others()
    assert {name for name in before if before[name] != after[name]} == {"answer_text"}
    changed = set(after["answer_text"]) - set(before["answer_text"])
    assert [row[-1] for row in changed] == ["They told me to write to [removed] about it"]
    waiting = unpacked(db.session.scalars(select(ContactsFile)).one().content or "").decode()
    assert "N-1" not in waiting and f"N-2,2026-03-11T10:00:00,phone,housing,,,,{OTHER_EMAIL}" in waiting


def of_others() -> dict[str, list[tuple[object, ...]]]:
    """All that is held of contacts other than Asha's, and hangs on them."""
    db.session.rollback()
    others = Contact.reference.not_like("A-%"), Contact.reference.not_like("erased.%")
    contacts = select(Contact.id).where(*others)
    invitations = select(Invitation.id).where(Invitation.contact_id.in_(contacts))
    answers = select(SurveyResponse.id).where(SurveyResponse.invitation_id.in_(invitations))
    of = {
        Contact: Contact.id.in_(contacts),
        ContactDetail: ContactDetail.contact_id.in_(contacts),
        Invitation: Invitation.id.in_(invitations),
        Message: Message.invitation_id.in_(invitations),
        InvitationToken: InvitationToken.invitation_id.in_(invitations),
        SurveyResponse: SurveyResponse.id.in_(answers),
        AnswerText: AnswerText.response_id.in_(answers),
        Comment: Comment.response_id.in_(answers),
    }
    return {
        model.__tablename__: [
            tuple(str(value) for value in row)
            for row in db.session.execute(
                select(*model.__table__.columns).where(which).order_by(*model.__table__.primary_key)
            )
        ]
        for model, which in of.items()
    }


def test_erasing_twice_finds_nothing_and_says_so(everything: None, runner: FlaskCliRunner) -> None:
    assert runner.invoke(args=["privacy", "erase", PHONE, "--yes"]).exit_code == 0
    for words in (EMAIL, PHONE, REF):
        again = runner.invoke(args=["privacy", "erase", words, "--yes"])
        assert (again.exit_code, "Nothing is known" in again.stderr) == (1, True)


def test_a_dry_run_says_what_would_go_and_changes_nothing(everything: None, runner: FlaskCliRunner) -> None:
    before = sorted(every_cell())
    db.session.rollback()
    done = runner.invoke(args=["privacy", "erase", REF, "--dry-run", "--json"], catch_exceptions=False)
    told = json.loads(done.stdout)
    assert (told["dry_run"], told["erased"]["contacts"], told["erased"]["words"]) == (True, 2, 1)
    assert sorted(every_cell()) == before


def test_a_stop_outlives_an_erasure_as_a_keyed_hash_alone_unless_it_is_to_go(
    everything: None, runner: FlaskCliRunner
) -> None:
    runner.invoke(args=["privacy", "object", EMAIL], catch_exceptions=False)
    done = runner.invoke(args=["privacy", "erase", EMAIL, "--yes"], catch_exceptions=False)
    assert "That they want no surveys" in done.stdout
    (place,) = {tuple(found) for name, found in places_of(needles()).items() if name == "e-mail's hash"}
    assert set(place) == {"opt_out.email_key"}
    assert places_of({"reference": REF}) == {}

    runner.invoke(args=["privacy", "erase", EMAIL, "--yes", "--with-stops"], catch_exceptions=False)
    db.session.rollback()
    assert places_of(needles()) == {}


def test_an_objection_holds_after_an_erasure_for_whoever_comes_again_under_the_reference_alone(
    everything: None, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    runner.invoke(args=["privacy", "object", EMAIL], catch_exceptions=False)
    runner.invoke(args=["privacy", "erase", EMAIL, "--yes"], catch_exceptions=False)
    db.session.rollback()
    assert places_of({"reference": REF}) == {}

    path = tmp_path / "new.csv"
    came = NEXT_DAY + timedelta(days=200)
    path.write_text(f"{HEADER}Z-1,{came:%Y-%m-%dT%H:%M:%S},phone,housing,,,{REF},new@example.org,,resolved,\n")
    import_contacts(path, now=came)
    while draw_invitations(came + timedelta(hours=1), "test"):
        pass
    contact = db.session.scalars(select(Contact).where(Contact.reference == "Z-1")).one()
    assert contact.draw_outcome == "opted_out"
    db.session.rollback()

    with transaction():
        undo_recorded_stop(PersonKeys(customer_ref=REF), now=came)
    assert not opted_out_among([contact]).has(PersonKeys.of(contact))


def test_a_stop_that_is_to_go_goes_by_every_key_it_was_kept_under(everything: None, runner: FlaskCliRunner) -> None:
    runner.invoke(args=["privacy", "object", EMAIL], catch_exceptions=False)
    runner.invoke(args=["privacy", "erase", EMAIL, "--yes"], catch_exceptions=False)
    db.session.rollback()
    assert db.session.scalars(select(OptOut)).all()
    db.session.rollback()
    runner.invoke(args=["privacy", "erase", EMAIL, "--yes", "--with-stops"], catch_exceptions=False)
    db.session.rollback()
    assert db.session.scalars(select(OptOut)).all() == []


def test_a_reference_typed_in_other_capitals_is_found_and_two_that_differ_so_are_two_people(
    app: Flask, runner: FlaskCliRunner
) -> None:
    with transaction():
        service = make_service()
        make_contact(service, email=None, customer_ref="00Q5a1xY")
    assert runner.invoke(args=["privacy", "export", "00q5A1XY", "--json"]).exit_code == 0
    with transaction():
        make_contact(service, email=None, customer_ref="00Q5a1xy")
    exact = runner.invoke(args=["privacy", "export", "00Q5a1xy", "--json"], catch_exceptions=False)
    assert "00Q5a1xY" not in exact.stdout
    assert "in capitals alone: left out" in exact.stderr
    unclear = runner.invoke(args=["privacy", "erase", "00q5A1XY", "--yes"])
    assert (unclear.exit_code, "exactly as your own system has it" in unclear.stderr) == (1, True)


def test_a_couple_known_by_one_telephone_is_told_apart_by_references_too(app: Flask, runner: FlaskCliRunner) -> None:
    with transaction():
        service = make_service()
        for reference in ("CRM-1001", "CRM-1002"):
            contact = make_contact(service, customer_ref=reference)
            assert contact.detail is not None
            contact.detail.email_key, contact.detail.phone_key = None, keyed_hash(index_key(), "+447700900111")
    both = runner.invoke(args=["privacy", "export", PHONE, "--json"], catch_exceptions=False)
    assert "2 different customer references" in both.stderr
    one = runner.invoke(args=["privacy", "export", "CRM-1001", "--json"], catch_exceptions=False)
    assert "CRM-1002" not in one.stdout


def test_a_file_that_brings_an_erased_contact_again_brings_nobody_back(
    everything: None, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    runner.invoke(args=["privacy", "erase", EMAIL, "--yes"], catch_exceptions=False)
    again = tmp_path / "again.csv"
    again.write_text(f"{HEADER}A-10277,2026-03-10T12:34:56,phone,housing,,,{REF},{EMAIL},{PHONE},resolved,\n")
    db.session.rollback()
    result = import_contacts(again, now=NEXT_DAY)
    assert (result.accepted, result.duplicate, result.changed) == (0, 1, 0)
    again.unlink()
    assert places_of({"e-mail": EMAIL}) == {}


def test_who_died_half_way_is_erased_by_the_same_command(everything: None, app: Flask) -> None:
    for count in range(len(STEPS) + 1):
        held = Holdings(find_person(EMAIL))
        assert is_known(held), f"after {count} steps"
        if count < len(STEPS):
            with transaction():
                STEPS[count].run(held, NEXT_DAY)


def test_two_people_who_share_a_number_are_not_one(app: Flask, runner: FlaskCliRunner) -> None:
    with transaction():
        service = make_service()
        key = keyed_hash(index_key(), "+447700900111")
        for email in (EMAIL, OTHER_EMAIL):
            contact = make_contact(service, email=email)
            assert contact.detail is not None
            contact.detail.email_key, contact.detail.phone_key = keyed_hash(index_key(), email), key

    done = runner.invoke(args=["privacy", "export", EMAIL, "--json"], catch_exceptions=False)
    assert OTHER_EMAIL not in done.stdout
    assert "1 contact shares" in done.stderr

    both = runner.invoke(args=["privacy", "export", PHONE, "--json"], catch_exceptions=False)
    assert "2 different e-mail addresses" in both.stderr


def test_who_is_erased_before_anything_went_out_gets_nothing_and_waits_in_no_ledger(
    app: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    with transaction():
        make_council()
        make_service("housing")
        publish_default_survey(NOON)
    path, row = tmp_path / "contacts.csv", "2026-03-10T12:34:56,phone,housing,,,"
    path.write_text(f"{HEADER}A-1,{row}{REF},{EMAIL},,resolved,\nB-1,{row},{OTHER_EMAIL},,resolved,\n")
    import_contacts(path, now=NEXT_DAY - timedelta(hours=1))
    while draw_invitations(NEXT_DAY, "test"):
        pass
    assert len(claim_due(Way.EMAIL, "slow worker", NEXT_DAY)) == 2, "one worker has both in hand"
    path.write_text(f"{HEADER}D-1,{row},drawn-later@example.org,,resolved,\n")
    import_contacts(path, now=NEXT_DAY)
    for email in (EMAIL, "drawn-later@example.org"):
        db.session.rollback()
        runner.invoke(args=["privacy", "erase", email, "--yes"], catch_exceptions=False)
    db.session.rollback()
    while draw_invitations(NEXT_DAY, "test"):
        pass
    send_messages(NEXT_DAY + timedelta(minutes=9), "test")

    with transaction():
        fold_all()
    letters = [each.read_text() for each in (app.extensions["settings"].instance_path / "outbox").glob("*.eml")]
    assert [OTHER_EMAIL in letter for letter in letters] == [True]
    told = runner.invoke(args=["contacts", "coverage", "--from", "2026-03-10", "--to", "2026-03-10", "--json"])
    ledger = json.loads(told.stdout)
    assert (ledger["contacts"], ledger["asked"], ledger["sent"]) == (3, 2, 1)
    assert {loss["reason"] for loss in ledger["losses"]} == {"no_address", "opted_out", "no_answer"}
    assert ledger["difference"] == 0


def test_what_staff_noted_about_somebody_is_given_out_and_goes(everything: None, runner: FlaskCliRunner) -> None:
    with transaction():
        hers = db.session.scalars(
            select(SurveyResponse).join(Invitation).join(Contact).where(CONTACT == "A-10277")
        ).one()
        kind = AlertKind(code="risk", name="Risk of harm", phrases="", exceptions="", answer_within_minutes=60)
        db.session.add(kind)
        db.session.flush()
        db.session.add(
            Alert(
                reference="ALERT",
                kind_id=kind.id,
                response_id=hers.id,
                matched=["a phrase of ours"],
                raised_at=NEXT_DAY,
                due_at=NEXT_DAY,
                note="Zuleika sounded low, rang her twice",
            )
        )
        hers_too = db.session.scalars(select(SurveyDraft).where(SurveyDraft.invitation_id == hers.invitation_id)).all()
        assert not hers_too
        db.session.add(draft_of(hers, NOON.replace(hour=12, minute=34)))
    given = runner.invoke(args=["privacy", "export", EMAIL, "--json"], catch_exceptions=False)
    sections = {each["code"]: each["rows"] for each in json.loads(given.stdout)["sections"]}
    assert sections["alerts"][0]["noted"] == "Zuleika sounded low, rang her twice"
    assert [each["in"] for each in sections["shown"]] == ["evidence for an assessor: exhibit 1"]
    (follow_up,) = (each for each in sections["follow_ups"] if "follow-up" in each)
    assert follow_up["email"] == EMAIL

    runner.invoke(args=["privacy", "erase", EMAIL, "--yes"], catch_exceptions=False)
    db.session.rollback()
    assert places_of(needles()) == {}


def draft_of(response: SurveyResponse, at: datetime) -> SurveyDraft:
    item = response.survey_version.items[0]
    return SurveyDraft(
        invitation_id=response.invitation_id,
        survey_version_id=response.survey_version_id,
        service_id=response.service_id,
        counts_on=response.counts_on,
        answers="{}",
        broke_off_at_id=item.question_version_id,
        started_at=at,
        saved_at=at,
        drops_at=at + timedelta(days=9),
    )


def test_a_reference_that_others_wrote_goes_out_of_their_comments_too(everything: None, runner: FlaskCliRunner) -> None:
    with transaction():
        other = db.session.scalars(
            select(Comment).join(SurveyResponse).join(Invitation).join(Contact).where(CONTACT == "C-3")
        ).one()
        number = other.id
        other.answer_text.raw = other.redacted_text = f"They mixed me up with customer {REF} on the phone"
    done = runner.invoke(args=["privacy", "erase", EMAIL, "--yes", "--json"], catch_exceptions=False)
    assert json.loads(done.stdout)["erased"]["named by others"] == 2
    db.session.rollback()
    left = db.session.get_one(Comment, number)
    assert left.redacted_text == left.answer_text.raw == "They mixed me up with customer [removed] on the phone"
    assert places_of({"reference": REF}) == {}


def test_texts_of_staff_that_name_somebody_are_told_of_and_left_to_a_person(
    everything: None, runner: FlaskCliRunner
) -> None:
    with transaction():
        framework_by_code("cse").elements[2].notes = f"See the letter of {EMAIL}"
        record_act("text.changed", "a page", at=NEXT_DAY, actor_kind="command", after={"body": f"Write to {EMAIL}"})
    done = runner.invoke(args=["privacy", "erase", EMAIL, "--yes"], catch_exceptions=False)
    told = "for you to change: elements of evidence (1), lines of the audit, which stay as they are (1)."
    assert told in done.stdout


def test_whoever_works_here_is_told_of_their_account(app: Flask, runner: FlaskCliRunner) -> None:
    with transaction():
        make_user("cse_lead", email="ann@anyborough.example")
    given = runner.invoke(args=["privacy", "export", "Ann@anyborough.example", "--json"], catch_exceptions=False)
    (account,) = (s["rows"] for s in json.loads(given.stdout)["sections"] if s["code"] == "account")
    assert (account[0]["e-mail"], account[0]["roles"]) == ("ann@anyborough.example", "cse_lead")
    kept = runner.invoke(args=["privacy", "erase", "ann@anyborough.example", "--yes"], catch_exceptions=False)
    assert "end it under People" in kept.stdout


def test_a_number_of_a_switchboard_names_nobody(app: Flask, runner: FlaskCliRunner) -> None:
    with transaction():
        service = make_service()
        for number in range(21):
            contact = make_contact(service, email=f"p{number}@example.org")
            assert contact.detail is not None
            contact.detail.email_key = f"{number}"
            contact.detail.phone_key = keyed_hash(index_key(), "+447700900111")
    for command in (["export", PHONE], ["erase", PHONE, "--yes"], ["object", PHONE]):
        refused = runner.invoke(args=["privacy", *command])
        assert refused.exit_code == 1
        assert "More than 20 different people share this" in refused.stderr
        assert ("on the page of stops" in refused.stderr) is (command[0] == "object")


def test_what_may_be_two_people_has_to_be_said(app: Flask, runner: FlaskCliRunner) -> None:
    with transaction():
        service = make_service()
        called = make_contact(service)
        assert called.detail is not None
        called.detail.phone_key = keyed_hash(index_key(), "+447700900111")
        make_contact(service, email=None, customer_ref=PHONE)
    refused = runner.invoke(args=["privacy", "erase", PHONE, "--yes"])
    assert (refused.exit_code, "Say which is meant" in refused.stderr) == (1, True)
    assert runner.invoke(args=["privacy", "erase", PHONE, "--yes", "--as", "customer_ref"]).exit_code == 0
    db.session.rollback()
    assert len(db.session.scalars(select(Contact).where(Contact.reference.like("erased.%"))).all()) == 1


def responses() -> list[tuple[object, ...]]:
    db.session.rollback()
    columns = (SurveyResponse.reference, SurveyResponse.salt, SurveyResponse.state, SurveyResponse.counts_on)
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(SurveyResponse.id))]
