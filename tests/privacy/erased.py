"""Asha, of whom everything is held that can be, among others; and looking for her everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import InvalidToken
from flask import Flask
from sqlalchemy import Text, cast, select

from survey_app.comments.operations import analyse_comments
from survey_app.comments.terms.operations import count_next_part
from survey_app.contacts.blocking.operations import note_failure
from survey_app.contacts.operations import import_contacts, keep_file
from survey_app.contacts.queries import index_key
from survey_app.dashboards.models import SavedView
from survey_app.evidence.elements.operations import import_cse
from survey_app.evidence.exhibits.operations import add_quotes
from survey_app.evidence.exhibits.quotes import QuoteChoice
from survey_app.evidence.queries import framework_by_code
from survey_app.extensions import Base, EncryptedText, cipher, db, transaction
from survey_app.invitations.models import Callback, CallbackKind, Invitation
from survey_app.invitations.operations import draw_invitations, send_messages
from survey_app.kernel.tokens import keyed_hash
from survey_app.measures.operations import fold_all, freeze_passport
from survey_app.measures.queries import make_query
from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import EqualityAnswer, SurveyResponse
from survey_app.responses.operations import invited, record_response
from survey_app.responses.operations.consenting import say_consent
from survey_app.surveys.operations import publish_default_survey
from survey_app.work.jobs import run_due
from tests.factories import NOON, make_council, make_service, make_user

EMAIL, PHONE, REF, CASE, ADVISER = "asha@example.org", "07700 900111", "CRM-4711-A", "CASE-88213", "adv-sundry"
OTHER_EMAIL = "bryn@example.org"
WORDS = "Zuleika Featherstonehaugh was kind when the boiler broke and the repair took three visits in all"
TOLD = "ring Zuleika after six"
NEXT_DAY = NOON + timedelta(hours=22)
HEADER = "reference,occurred_at,channel,service,adviser_ref,case_ref,customer_ref,email,phone,outcome,do_not_survey\n"


def make_everything(app: Flask, folder: Path) -> None:
    """Contacts come, are asked by e-mail and answer; Asha twice, once known only by her number, which Bryn shares."""
    with transaction():
        make_council()
        make_service("housing")
        publish_default_survey(NOON)
        import_cse(now=NOON)
        staff = make_user("cse_lead", email="reader@anyborough.example")
    rows = [
        f"A-10277,2026-03-10T12:34:56,phone,housing,{ADVISER},{CASE},{REF},{EMAIL},{PHONE},resolved,",
        f"A-2,2026-03-09T09:17:00,phone,housing,{ADVISER},,,,{PHONE},passed on,yes",
        f"B-1,2026-03-10T13:00:00,phone,housing,adv-b,,,{OTHER_EMAIL},,resolved,",
        *(f"C-{n},2026-03-10T14:00:00,phone,housing,adv-c,,,person{n}@example.org,,resolved," for n in range(14)),
    ]
    path = folder / "contacts.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n")
    import_contacts(path, now=NEXT_DAY - timedelta(hours=1))
    path.unlink()
    while draw_invitations(NEXT_DAY, "test"):
        pass
    send_messages(NEXT_DAY, "test")
    with transaction():
        for invitation in db.session.scalars(select(Invitation).order_by(Invitation.id)):
            is_asha = invitation.contact.reference == "A-10277"
            is_bryn = invitation.contact.reference == "B-1"
            words = (
                WORDS
                if is_asha
                else f"They told me to write to {EMAIL} about it"
                if is_bryn
                else "Nobody rang me back about it all week long"
            )
            given = GivenAnswers({"satisfaction": "1"}, {"why": words})
            response = record_response(
                invited(invitation), given, now=NEXT_DAY + timedelta(minutes=7 if is_asha else 40)
            )
            if is_asha:
                say_consent(response, {"email": EMAIL, "name": "Zuleika"}, NEXT_DAY)
                db.session.add(EqualityAnswer(response_id=response.id, question="age", option="old"))
        db.session.add(
            SavedView(
                reference="V",
                owner_id=staff.id,
                name="Hers",
                path="/comments/",
                arguments="q=asha%40example.org",
                created_at=NOON,
            )
        )
        db.session.add(
            Callback(
                kind=CallbackKind.SMS,
                provider_id="1",
                digest="0" * 64,
                payload='{"sender": "+447700900111"}',
                received_at=NOON,
            )
        )
        note_failure(keyed_hash(index_key(), EMAIL), "X.invitation", failed_at=NEXT_DAY)
        row = "2026-03-11T10:00:00,phone,housing,,,,"
        waiting = f"{HEADER}N-1,{row}{EMAIL},,,\nN-2,{row}{OTHER_EMAIL},,,\n"
        keep_file("next.csv", waiting.encode(), now=NEXT_DAY)
    while analyse_comments(NEXT_DAY, "test"):
        pass
    run_due(["open_follow_ups"])
    with transaction():
        fold_all()
        freeze_passport(make_query("satisfaction", NOON.date(), NOON.date()), now=NEXT_DAY + timedelta(days=40))
        freeze_passport(make_query("comment_sentiment", NOON.date(), NOON.date()), now=NEXT_DAY + timedelta(days=40))
        freeze_passport(make_query("response_rate", NOON.date(), NOON.date()), now=NEXT_DAY + timedelta(days=40))
        element = framework_by_code("cse").elements[0]
        theirs = db.session.scalars(select(SurveyResponse.id).order_by(SurveyResponse.id)).all()
        assert theirs
        add_quotes(QuoteChoice(NOON.date(), NOON.date()), [element], now=NEXT_DAY)
    while count_next_part(datetime(2026, 3, 12, 5, tzinfo=UTC)):
        pass


def every_cell() -> Iterator[tuple[str, str]]:
    """Every value of every column of every table, as text; what is encrypted opened too."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            for value in db.session.scalars(
                select(cast(column, Text) if column.type.__class__.__name__ == "JSON" else column)
            ):
                yield f"{table.name}.{column.name}", _text(value)
            if isinstance(column.type, EncryptedText):
                for sealed in db.session.scalars(select(cast(column, Text))):
                    yield f"{table.name}.{column.name} (sealed)", _opened(sealed)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _opened(sealed: str | None) -> str:
    try:
        return cipher().decrypt(sealed) if sealed else ""
    except InvalidToken:
        return str(sealed)


def needles() -> dict[str, str]:
    """What leads to Asha."""
    return {
        "e-mail": EMAIL,
        "phone": "7700900111",
        "reference": REF,
        "case": CASE,
        "adviser": ADVISER,
        "contact": "A-10277",
        "name": "Zuleika",
        "surname": "featherstonehaugh",
        "e-mail's hash": keyed_hash(index_key(), EMAIL),
        "time": "12:34",
        "time of answering": "10:07",
    }
