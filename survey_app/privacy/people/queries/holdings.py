"""The ids of what hangs on somebody. Where only ciphertext is held, it is opened and looked into."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote_plus

from sqlalchemy import ColumnElement, Text, cast, or_, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from survey_app.accounts.models import User
from survey_app.actions.models import FollowUp, FollowUpNote
from survey_app.comments.alerts.models import Alert
from survey_app.comments.models import Comment
from survey_app.contacts.models import AddressBlock, AddressFailure, ContactsFile, OptOut
from survey_app.contacts.people import People, PersonKeys, hidden_reference
from survey_app.contacts.queries import index_key, stops_of
from survey_app.dashboards.models import SavedView
from survey_app.evidence.models import EvidencePack, Exhibit, ExhibitKind, PackState
from survey_app.extensions import db
from survey_app.invitations.models import Callback, Invitation, ReceivedText
from survey_app.kernel.packing import unpacked
from survey_app.privacy.models import DataComplaint
from survey_app.privacy.people.naming import SHORTEST_REFERENCE, Details, Subject, is_theirs
from survey_app.privacy.people.queries.finding import MOST_ROUNDS, opened
from survey_app.privacy.people.queries.staff_texts import staff_texts_naming
from survey_app.privacy.people.rows import rows_about
from survey_app.responses.models import AnswerText, ContactConsent, SurveyDraft, SurveyResponse

AT_ONCE = 1_000


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
        found a detail or has not looked, and where their reference stands, which redaction does not know."""
        references = [
            Comment.redacted_text.icontains(each, autoescape=True)
            for each in sorted(self._details.customer_refs)
            if len(each) >= SHORTEST_REFERENCE
        ]
        rows = (
            select(AnswerText.id, type_coerce(AnswerText.raw, Text))
            .outerjoin(Comment, Comment.answer_text_id == AnswerText.id)
            .where(
                AnswerText.raw != "",
                or_(Comment.id.is_(None), cast(Comment.removed, Text) != "[]", *references),
                AnswerText.response_id.not_in(self.response_ids),
            )
            .execution_options(yield_per=AT_ONCE)
        )
        return [number for number, text in db.session.execute(rows) if self._names(text)]

    @cached_property
    def note_ids(self) -> Sequence[int]:
        """What staff noted about other people's follow-ups, and named them in."""
        others = FollowUpNote.follow_up_id.not_in(self.follow_up_ids)
        return [number for number, text in _sealed(FollowUpNote.id, FollowUpNote.text, others) if self._names(text)]

    @cached_property
    def alert_ids(self) -> Sequence[int]:
        """Alerts that their words raised."""
        return _ids(Alert.id, Alert.response_id.in_(self.response_ids))

    @cached_property
    def account_ids(self) -> Sequence[int]:
        """Their own account here, where they are staff or an assessor."""
        return _ids(User.id, User.email.in_(self._details.emails))

    @cached_property
    def elsewhere(self) -> Mapping[str, int]:
        """Texts that staff typed and that name them, how many by what they are: a person decides about these."""
        complaints = sum(
            number not in self.complaint_ids and self._names(text)
            for number, text in _sealed(DataComplaint.id, DataComplaint.body)
        )
        found = dict(staff_texts_naming(self._details))
        return found | {"complaints about data by others": complaints} if complaints else found

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


def _sealed(
    number: InstrumentedAttribute[int], column: InstrumentedAttribute[Any], *conditions: ColumnElement[bool]
) -> Iterator[tuple[int, str | None]]:
    """Each row's number with what stands in its encrypted column, still closed: one bad row stops no other."""
    rows = select(number, type_coerce(column, Text)).where(column.is_not(None), *conditions).order_by(number)
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
        or held.note_ids
        or held.account_ids
        or held.elsewhere
    )
