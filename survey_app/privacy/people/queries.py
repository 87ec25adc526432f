"""Finding a person, and the ids of what hangs on them. Where only ciphertext is held, it is opened and looked into."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote_plus

from cryptography.fernet import InvalidToken
from sqlalchemy import ColumnElement, Text, cast, or_, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from survey_app.actions.models import FollowUp
from survey_app.comments.models import Comment
from survey_app.contacts.models import AddressBlock, AddressFailure, Contact, ContactDetail, ContactsFile, OptOut
from survey_app.contacts.people import People, PersonKeys, hidden_reference
from survey_app.contacts.queries import MOST_OF_ONE_PERSON, index_key, spellings_of, stops_of
from survey_app.dashboards.models import SavedView
from survey_app.evidence.models import EvidencePack, Exhibit, ExhibitKind, PackState
from survey_app.extensions import cipher, db
from survey_app.invitations.models import Callback, Invitation, ReceivedText
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.kernel.packing import unpacked
from survey_app.privacy.models import DataComplaint
from survey_app.privacy.people.naming import Details, NamedBy, Subject, is_theirs, readings
from survey_app.privacy.people.rows import rows_about
from survey_app.responses.models import AnswerText, ContactConsent, SurveyDraft, SurveyResponse

MOST_ROUNDS = 5  # in which one key leads to the next
AT_ONCE = 1_000

_KEYS = (ContactDetail.email_key, ContactDetail.phone_key, Contact.customer_ref)


def find_person(text: str, named_by: NamedBy | None = None) -> Subject:
    """Whoever is named by an e-mail address, a phone number or a customer reference, with all contacts that are theirs.

    InvalidInput when it names nobody. Refused when it may be two people, or so many share it that it says nothing about
    who they are: nothing is then given out or erased.
    """
    found = readings(text, index_key())
    if named_by is not None:
        found = {named_by: found[named_by]} if named_by in found else {}
    if not found:
        raise InvalidInput(
            "This is no e-mail address, no phone number of the United Kingdom and no customer reference."
        )
    held = {kind: rows for kind, keys in found.items() if (rows := _contacts_with(People.of([keys])))}
    spelt = _spelt_otherwise(found.get(NamedBy.CUSTOMER_REF))
    if not held and spelt:
        if len(spelt) > 1:
            raise Refused(
                f"{len(spelt)} customer references differ from this one in capitals, and may be of different people. "
                "Enter it exactly as your own system has it."
            )
        return find_person(spelt[0], NamedBy.CUSTOMER_REF)
    if len(held) > 1:
        words = " and ".join(kind.value.replace("_", " ") for kind in held)
        raise Refused(f"This is a {words} of contacts here, maybe of two people. Say which is meant.")
    kind = next(iter(held), next(iter(found)))
    direct = held.get(kind, [])
    if len({keys for _id, keys in direct}) > MOST_OF_ONE_PERSON:
        raise Refused(
            f"More than {MOST_OF_ONE_PERSON} different people share this, such as that of a switchboard or a hostel. "
            "Name the person by another address, number or reference."
        )
    people = People.of([found[kind], *(keys for _id, keys in direct)])
    theirs, beside = _linked(dict(direct), people)
    details = Details(customer_refs=set(people.customer_refs))
    if kind is not NamedBy.CUSTOMER_REF:
        details.add(text)
    for email, phone in _clear_details(theirs):
        for value in filter(None, (email, phone)):
            details.add(value)
    emails = {keys.email_key for keys in theirs.values() if keys.email_key}
    references = {keys.customer_ref for keys in theirs.values() if keys.customer_ref}
    alike = len(spelt) if kind is NamedBy.CUSTOMER_REF else 0
    return Subject(kind, people, details, sorted(theirs), beside, len(emails), len(references), alike)


def _spelt_otherwise(named: PersonKeys | None) -> list[str]:
    """References of customers that differ from a typed one in capitals alone."""
    if named is None or named.customer_ref is None:
        return []
    return [reference for reference in spellings_of(named.customer_ref) if reference != named.customer_ref]


def _linked(theirs: dict[int, PersonKeys], people: People) -> tuple[dict[int, PersonKeys], int]:
    """All that the keys lead to, one key to the next, and how many contacts of others share one of them."""
    others: set[int] = set()
    for _round in range(MOST_ROUNDS):
        fresh = [(number, keys) for number, keys in _contacts_with(people) if number not in theirs]
        mine = {number: keys for number, keys in fresh if is_theirs(keys, people)}
        others = {number for number, _keys in fresh} - mine.keys()
        if not mine:
            break
        theirs |= mine
        for keys in mine.values():
            people.add(keys)
    return theirs, len(others)


def _contacts_with(people: People) -> list[tuple[int, PersonKeys]]:
    """Contacts that carry one of these keys. One column at a time, so that its index serves."""
    found: dict[int, PersonKeys] = {}
    for column, keys in zip(_KEYS, (people.email_keys, people.phone_keys, people.customer_refs), strict=True):
        if keys:
            rows = (
                select(Contact.id, *_KEYS)
                .outerjoin(ContactDetail, ContactDetail.contact_id == Contact.id)
                .where(column.in_(keys))
            )
            found |= {number: PersonKeys(*of) for number, *of in db.session.execute(rows)}
    return sorted(found.items())


def _clear_details(contact_ids: Collection[int]) -> Iterator[tuple[str | None, str | None]]:
    sealed = type_coerce(ContactDetail.email, Text), type_coerce(ContactDetail.phone, Text)
    for email, phone in db.session.execute(select(*sealed).where(ContactDetail.contact_id.in_(contact_ids))):
        yield opened(email), opened(phone)


def opened(sealed: str | None) -> str | None:
    """What stands in an encrypted column; None where there is nothing, or its key is gone."""
    try:
        return cipher().decrypt(sealed) if sealed else None
    except InvalidToken:
        return None


@dataclass
class Holdings:
    """The ids of everything that hangs on somebody. Asked for once, in the transaction that needs it."""

    subject: Subject

    @property
    def _details(self) -> Details:
        return self.subject.details

    @cached_property
    def invitation_ids(self) -> Sequence[int]:
        return _ids(Invitation.id, Invitation.contact_id.in_(self.subject.contact_ids))

    @cached_property
    def consent_ids(self) -> Sequence[int]:
        """Also of answers without an invitation: somebody typed how to reach them."""
        return sorted(
            number for number, text in _sealed(ContactConsent.id, ContactConsent.details) if self._names(text)
        )

    @cached_property
    def response_ids(self) -> Sequence[int]:
        """Answers to their invitations, and those where they left an address or number to be called by."""
        by_consent = select(ContactConsent.response_id).where(ContactConsent.id.in_(self.consent_ids))
        told = [number for number, text in _sealed(FollowUp.response_id, FollowUp.details) if self._names(text)]
        return _ids(
            SurveyResponse.id,
            or_(
                SurveyResponse.invitation_id.in_(self.invitation_ids),
                SurveyResponse.id.in_(by_consent),
                SurveyResponse.id.in_(told),
            ),
        )

    @cached_property
    def follow_up_ids(self) -> Sequence[int]:
        return _ids(FollowUp.id, FollowUp.response_id.in_(self.response_ids))

    @cached_property
    def comment_ids(self) -> Sequence[int]:
        return _ids(Comment.id, Comment.response_id.in_(self.response_ids))

    @cached_property
    def draft_ids(self) -> Sequence[int]:
        theirs = set(_ids(SurveyDraft.id, SurveyDraft.invitation_id.in_(self.invitation_ids)))
        return sorted(
            theirs | {number for number, text in _sealed(SurveyDraft.id, SurveyDraft.answers) if self._names(text)}
        )

    @cached_property
    def received_text_ids(self) -> Sequence[int]:
        return _ids(ReceivedText.id, ReceivedText.invitation_id.in_(self.invitation_ids))

    @cached_property
    def callback_ids(self) -> Sequence[int]:
        return [number for number, text in _sealed(Callback.id, Callback.payload) if self._names(text)]

    @cached_property
    def mention_ids(self) -> Sequence[int]:
        """Texts of other people in which they are named by address, number or reference. Looked for where redaction
        found a detail, or has not looked."""
        rows = (
            select(AnswerText.id, type_coerce(AnswerText.raw, Text))
            .outerjoin(Comment, Comment.answer_text_id == AnswerText.id)
            .where(
                AnswerText.raw != "",
                or_(Comment.id.is_(None), cast(Comment.removed, Text) != "[]"),
                AnswerText.response_id.not_in(self.response_ids),
            )
            .execution_options(yield_per=AT_ONCE)
        )
        return [number for number, text in db.session.execute(rows) if self._names(text)]

    @cached_property
    def file_ids(self) -> Sequence[int]:
        """Uploaded files that hold a row about them."""
        found = []
        for number, sealed in db.session.execute(
            select(ContactsFile.id, type_coerce(ContactsFile.content, Text)).where(ContactsFile.content.is_not(None))
        ):
            content = opened(sealed)
            if content and rows_about(_unpacked(content), self._details):
                found.append(number)
        return found

    @cached_property
    def view_ids(self) -> Sequence[int]:
        """Saved views of staff that search for them."""
        rows = db.session.execute(select(SavedView.id, SavedView.arguments, SavedView.name))
        words = ((number, f"{unquote_plus(arguments)} {name}") for number, arguments, name in rows)
        return [number for number, text in words if self._details.stand_in(text)]

    @cached_property
    def complaint_ids(self) -> Sequence[int]:
        """Complaints about data that came from their address or number."""
        return [number for number, text in _sealed(DataComplaint.id, DataComplaint.reply_to) if self._names(text)]

    @cached_property
    def stop_ids(self) -> Sequence[int]:
        """Their stops. One stop is a row for each combination of their keys, so that one key leads to the next also
        where no contact of theirs is left."""
        known, key = self.subject.people, index_key()
        references = known.customer_refs | {hidden_reference(key, reference) for reference in known.customer_refs}
        people, found = People(set(known.email_keys), set(known.phone_keys), references), set[int]()
        for _round in range(MOST_ROUNDS):
            rows = db.session.execute(
                select(OptOut.id, OptOut.email_key, OptOut.phone_key, OptOut.customer_ref).where(stops_of(people))
            )
            fresh = {number: PersonKeys(*keys) for number, *keys in rows if number not in found}
            mine = {number: keys for number, keys in fresh.items() if is_theirs(keys, people)}
            if not mine:
                break
            found |= mine.keys()
            for keys in mine.values():
                people.add(keys)
        return sorted(found)

    @property
    def keys(self) -> list[str]:
        people = self.subject.people
        return sorted(people.email_keys | people.phone_keys)

    @cached_property
    def block_ids(self) -> Sequence[int]:
        return _ids(AddressBlock.id, AddressBlock.key.in_(self.keys))

    @cached_property
    def failure_ids(self) -> Sequence[int]:
        return _ids(AddressFailure.id, AddressFailure.key.in_(self.keys))

    @cached_property
    def exhibits(self) -> Sequence[Exhibit]:
        """Exhibits that quote them."""
        found = db.session.scalars(select(Exhibit).where(Exhibit.kind == ExhibitKind.QUOTES).order_by(Exhibit.number))
        theirs = set(self.comment_ids)
        return [each for each in found if theirs & {quote.get("comment") for quote in each.query.get("quotes", ())}]

    def packs(self) -> Sequence[str]:
        """The codes of packs that are kept and were made since an exhibit quoted them: signed, never changed."""
        if not self.exhibits:
            return []
        since = min(each.pinned_at for each in self.exhibits)
        made = (EvidencePack.state == PackState.READY, EvidencePack.made_at >= since)
        return db.session.scalars(select(EvidencePack.code).where(*made).order_by(EvidencePack.id)).all()

    def _names(self, sealed: str | None) -> bool:
        return self._details.stand_in(opened(sealed))


def _unpacked(content: str) -> bytes:
    try:
        return unpacked(content)
    except (ValueError, zlib.error):
        return b""


def _ids(column: InstrumentedAttribute[int], *conditions: ColumnElement[bool]) -> Sequence[int]:
    return db.session.scalars(select(column).where(*conditions).order_by(column)).all()


def _sealed(number: InstrumentedAttribute[int], column: InstrumentedAttribute[Any]) -> Iterator[tuple[int, str | None]]:
    """Each row's number with what stands in its encrypted column, still closed: one bad row stops no other."""
    rows = select(number, type_coerce(column, Text)).where(column.is_not(None)).order_by(number)
    for row in db.session.execute(rows.execution_options(yield_per=AT_ONCE)):
        yield row[0], row[1]


def is_known(held: Holdings) -> bool:
    """Whether anything at all speaks of them."""
    subject = held.subject
    return bool(
        subject.contact_ids
        or held.stop_ids
        or held.response_ids
        or held.block_ids
        or held.failure_ids
        or held.draft_ids
        or held.callback_ids
        or held.mention_ids
        or held.file_ids
        or held.view_ids
        or held.complaint_ids
    )
