"""Recording, changing, withdrawing and holding answers.

An answer, its facts and its lines in the change feed stand or fall together. A line that takes a counted answer out
keeps the digest of its row, so that a figure frozen before can still be explained; the answer itself is not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from survey_app.audit.operations import record_act_by
from survey_app.contacts.queries import asking_rules
from survey_app.extensions import db, insert_many
from survey_app.invitations.models import Invitation
from survey_app.invitations.operations import call_off_messages, mark_answered, mark_open
from survey_app.kernel.errors import Refused
from survey_app.kernel.tokens import new_reference, new_salt
from survey_app.responses.digests import row_digest
from survey_app.responses.given import GivenAnswers, number_text, other_of
from survey_app.responses.models import (
    Answer,
    AnswerText,
    ChangeKind,
    ContactConsent,
    EqualityAnswer,
    ReplacedAnswer,
    ResponseChange,
    ResponseState,
    SurveyResponse,
)
from survey_app.responses.operations.consenting import heed_consent, tell_of_consent
from survey_app.responses.operations.occasions import Occasion
from survey_app.responses.operations.passing_on import CHANGED, RECORDED, WITHDRAWN, tell_of_answer
from survey_app.responses.queries import comments_of, counted_response, quarantined_response, response_by_key
from survey_app.surveys.kinds import ONE_OPTION, TALLIED, WRITTEN, QuestionKind
from survey_app.surveys.models import Option, QuestionVersion, SurveyVersion
from survey_app.work.jobs import wake
from survey_app.work.models import Subject
from survey_app.work.operations import hold, recount

NOT_ANSWERED = ""  # the value of a question that was shown and left empty
LONGEST_REASON = 60  # characters


def record_response(
    occasion: Occasion, given: GivenAnswers, *, now: datetime, quarantine_reason: str | None = None
) -> SurveyResponse:
    """Store somebody's answers once. Sent again, by whichever link of an invitation or with the same submission key,
    the first stored response is returned.

    With a `quarantine_reason` they are held: they count nowhere and an invitation stays open, so that the person's own
    answer counts when it comes. A held answer never takes the place of one that counts.
    """
    lock_answers(occasion)
    earlier = _earlier(occasion, is_held=quarantine_reason is not None)
    return earlier or store_response(occasion, given, now=now, quarantine_reason=quarantine_reason)


def lock_answers(occasion: Occasion) -> None:
    """Whoever else stores, changes or judges an answer of the same invitation, or one sent by the same page, waits for
    the end of this transaction. What is read after this is as they left it."""
    if occasion.invitation is not None:
        _lock_invitation(occasion.invitation)
    elif occasion.submission_key is not None:
        hold(f"answer {occasion.submission_key}")


def store_response(
    occasion: Occasion, given: GivenAnswers, *, now: datetime, quarantine_reason: str | None = None
) -> SurveyResponse:
    """Store answers of which the caller knows, under `lock_answers`, that no other stands in their place."""
    if quarantine_reason is not None:
        response = _store(occasion, given, now=now, held=quarantine_reason)
        _count_again(response)
        return response
    if occasion.invitation is not None:
        mark_answered(occasion.invitation, now)  # goes to the database together with the response
    wake("analyse_comments")
    response = _store(occasion, given, now=now, held=None)
    tell_of_answer(RECORDED, response, now=now, because="given")
    return response


def change_response(response: SurveyResponse, given: GivenAnswers, *, now: datetime) -> SurveyResponse:
    """A resident's own change: what they give now replaces what they gave, texts as well.

    Each question whose answer moved takes its old value out of the counts and brings its new one in; the others leave
    no trace. Refused once the days for changes are over, and for an answer that does not count. It stays one answer
    with its reference, day and mode.
    """
    _lock(response)
    if response.state is not ResponseState.COUNTED:
        raise Refused("This answer is not counted, so it cannot be changed.")
    if now >= last_change_at(response):
        raise Refused("The time to change this answer is over.")
    response.changed_at = now
    _replace(response, given, now)
    tell_of_answer(CHANGED, response, now=now, because="changed")
    return response


def change_back(response: SurveyResponse, given: GivenAnswers, *, changed_at: datetime | None, now: datetime) -> None:
    """Let a counted answer say again what it said before a change that was not its person's. The lines of the change
    stay, and those that undo it come after them. `changed_at` is when its person last changed it. Nobody's days for
    changes matter: this is none of theirs."""
    _lock(response)
    if response.state is not ResponseState.COUNTED:
        raise Refused("This answer is not counted, so it cannot be changed.")
    response.changed_at = changed_at
    _replace(response, given, now)
    record_act_by("response.changed_back", response.reference, at=now, by=None)
    tell_of_answer(CHANGED, response, now=now, because="changed_back")


def rewrite_held(response: SurveyResponse, given: GivenAnswers) -> None:
    """Replace what was written in an answer that is held; no count knows of it. Refused for any other answer."""
    _lock(response)
    if response.state is not ResponseState.QUARANTINED:
        raise Refused("Only an answer that is held for review can be written anew.")
    _replace_texts(response, given)


def given_in(response: SurveyResponse) -> GivenAnswers:
    """What was answered, as it would be given again: change a part of it, and hand it to `change_response`."""
    names = {item.question_version_id: _text_name(item.question_version) for item in response.survey_version.items}
    texts = {names[text.question_version_id]: text.raw for text in response.texts}
    return GivenAnswers(_choices_in(response), texts, _values_in(response), _left_empty_in(response))


def withdraw(response: SurveyResponse, *, now: datetime, by: int | None = None) -> None:
    """Take an answer back for good: values, texts (their comments go with them), salt, and what its person said of
    being contacted and of themselves are deleted.

    What stays is that somebody answered, on which day, and a digest of each row that nobody can test a guess against.
    Of each text a line says that it was there. While the invitation is open its person may answer anew; nothing more is
    sent about it. Withdrawn twice is withdrawn once. `by` is the user who did it for the person; their own is not
    audited.
    """
    _lock(response)
    if response.state is ResponseState.WITHDRAWN:
        return
    was_counted = response.state is ResponseState.COUNTED
    texts = comments_of(response.id)  # what they say is not read: nobody's key has to be there
    lines = [_line(row, ChangeKind.WITHDRAWN, -1 if was_counted else 0, now) for row in _rows(response)]
    lines += [_line(_Row(response, text, NOT_ANSWERED), ChangeKind.WITHDRAWN, 0, now) for text in texts]
    _write(lines)
    response.answers = []
    for given in (AnswerText, ReplacedAnswer, ContactConsent, EqualityAnswer):
        db.session.execute(delete(given).where(given.response_id == response.id))
    db.session.expire(response, ["texts"])
    response.state, response.salt, response.quarantine_reason = ResponseState.WITHDRAWN, None, None
    tell_of_consent(response, now)
    if response.invitation_id is not None:
        response.submission_key = None  # the page that sent it may still be open: it may send anew
    if was_counted and response.invitation is not None:
        call_off_messages(response.invitation, "withdrawn")
        mark_open(response.invitation)
    _count_again(response)
    if by is not None:
        record_act_by("response.withdrawn", response.reference, at=now, by=by)
    if was_counted:
        tell_of_answer(WITHDRAWN, response, now=now, because="withdrawn")
    db.session.flush()


def quarantine(response: SurveyResponse, reason: str, *, now: datetime, by: int | None = None) -> None:
    """Hold a counted answer that may not be a person's, until somebody has looked. Refused for any other.

    Its invitation is open again until it closes, so that the person's own answer can come and count.
    """
    _lock(response)
    if response.state is not ResponseState.COUNTED:
        raise Refused("Only an answer that counts can be held for review.")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Refused(f"Say in up to {LONGEST_REASON} characters why this answer is held for review.")
    _write([_line(row, ChangeKind.QUARANTINED, -1, now) for row in _rows(response)])
    response.state, response.quarantine_reason = ResponseState.QUARANTINED, reason.strip()
    if response.invitation is not None:
        mark_open(response.invitation)
    _count_again(response)
    record_act_by("response.quarantined", response.reference, at=now, by=by, after={"reason": reason.strip()})
    tell_of_answer(WITHDRAWN, response, now=now, because="held")
    db.session.flush()


def release(response: SurveyResponse, *, now: datetime, by: int) -> None:
    """Let a held answer count: only a person decides that. Refused when its invitation has another that counts."""
    _lock(response)
    if response.state is not ResponseState.QUARANTINED:
        raise Refused("Only an answer that is held for review can be released.")
    before = {"reason": response.quarantine_reason}
    taken = Refused("Another answer of the same person about the same contact counts already.")
    if response.invitation_id is not None and counted_response(response.invitation_id) is not None:
        raise taken
    try:
        with db.session.begin_nested():
            response.state, response.quarantine_reason = ResponseState.COUNTED, None
            db.session.flush()
    except IntegrityError as problem:  # two released at the same moment: the database let one count
        raise taken from problem
    _write([_line(row, ChangeKind.RELEASED, 1, now) for row in _rows(response)])
    if response.invitation is not None:
        mark_answered(response.invitation, response.submitted_at)
    _count_again(response)
    record_act_by("response.released", response.reference, at=now, by=by, before=before)
    tell_of_answer(RECORDED, response, now=now, because="released")
    wake("analyse_comments")
    db.session.flush()


def last_change_at(response: SurveyResponse) -> datetime:
    """Until then its person may change their answer, or take it back: so many days after they gave it. A change gives
    no further days.

    Periods are provisional until their last invitation has been closed for as many days. Nobody answers an invitation
    that has closed, so all changes are over by then; an answer without one counts on its own day, which is provisional
    for as many days.
    """
    return response.submitted_at + timedelta(days=asking_rules().change_days)


def choices_on_path(version: SurveyVersion, given: GivenAnswers) -> Iterator[tuple[QuestionVersion, str]]:
    """Each question that was shown and whose answers are tallied, with the code chosen, or NOT_ANSWERED."""
    for item in version.items:
        question, code = item.question_version, item.question_version.question.code
        is_shown = item.is_always_shown or code in given.choices or code in given.left_empty
        if question.kind in TALLIED and is_shown:
            yield question, given.choices.get(code, NOT_ANSWERED)


def rows_of(version: SurveyVersion, given: GivenAnswers) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of `Answer` and of `AnswerText` that hold what was given, without the response that they are of."""
    answers = [
        {"question_version_id": item.question_version_id} | columns
        for item in version.items
        for columns in _columns(item.question_version, given)
    ]
    texts = [
        {"question_version_id": item.question_version_id, "raw": text}
        for item in version.items
        if (text := given.texts.get(_text_name(item.question_version)))
    ]
    return answers, texts


def _earlier(occasion: Occasion, *, is_held: bool) -> SurveyResponse | None:
    """What is stored already of the same invitation, or from the same page."""
    if occasion.invitation is None:
        return response_by_key(occasion.submission_key) if occasion.submission_key else None
    found = counted_response(occasion.invitation.id)
    return quarantined_response(occasion.invitation.id) if found is None and is_held else found


def _store(occasion: Occasion, given: GivenAnswers, *, now: datetime, held: str | None) -> SurveyResponse:
    version, answered_at = occasion.version, occasion.answered_at or now
    response = SurveyResponse(
        reference=new_reference(),
        salt=new_salt(),
        invitation_id=occasion.invitation.id if occasion.invitation else None,
        open_link_id=occasion.link.id if occasion.link else None,
        submission_key=occasion.submission_key,
        survey_version_id=version.id,
        mode=occasion.mode,
        answered_in=occasion.answered_in,
        is_staff_entered=occasion.is_staff_entered,
        submitted_at=answered_at,
        received_at=now if answered_at < now else None,
        is_day_of_receipt=occasion.is_day_of_receipt,
        state=ResponseState.COUNTED if held is None else ResponseState.QUARANTINED,
        quarantine_reason=held,
        **occasion.facts,
    )
    db.session.add(response)
    db.session.flush()
    of_response = {"response_id": response.id}
    choices = list(choices_on_path(version, given))
    answers, texts = rows_of(version, given)
    for model, rows in ((AnswerText, texts), (Answer, answers)):
        if rows:
            insert_many(model, [of_response | row for row in rows])
    if held is None:
        change = of_response | {"kind": ChangeKind.RECORDED, "delta": 1, "changed_at": now}
        _write([change | {"question_version_id": question.id, "value": code} for question, code in choices])
    heed_consent(response, given, now)
    return response


@dataclass(frozen=True)
class _Row:
    """One question of a response as the counts see it: the value chosen, or NOT_ANSWERED."""

    response: SurveyResponse
    question: QuestionVersion
    value: str


def _rows(response: SurveyResponse) -> list[_Row]:
    given = GivenAnswers(_choices_in(response), left_empty=_left_empty_in(response))
    return [_Row(response, question, value) for question, value in choices_on_path(response.survey_version, given)]


def _choices_in(response: SurveyResponse) -> dict[str, str]:
    chosen = {answer.question_version_id: answer.option for answer in response.answers}
    return {
        item.question_version.question.code: option.code
        for item in response.survey_version.items
        if item.question_version.kind in ONE_OPTION and (option := chosen.get(item.question_version_id)) is not None
    }


def _values_in(response: SurveyResponse) -> dict[str, tuple[str, ...]]:
    given: dict[int, list[Answer]] = {}
    for answer in response.answers:
        if not answer.says_nothing:
            given.setdefault(answer.question_version_id, []).append(answer)
    return {
        item.question_version.question.code: tuple(map(_value_of, sorted(answers, key=_place_of)))
        for item in response.survey_version.items
        if item.question_version.kind not in ONE_OPTION and (answers := given.get(item.question_version_id))
    }


def _left_empty_in(response: SurveyResponse) -> tuple[str, ...]:
    blank = {answer.question_version_id for answer in response.answers if answer.says_nothing}
    items = response.survey_version.items
    return tuple(item.question_version.question.code for item in items if item.question_version_id in blank)


def _place_of(answer: Answer) -> tuple[int, int]:
    return answer.rank or 0, answer.option.position if answer.option is not None else 0


def _value_of(answer: Answer) -> str:
    if answer.option is not None:
        return answer.option.code
    return number_text(answer.number) if answer.number is not None else str(answer.day)


def _values(given: GivenAnswers, question: QuestionVersion) -> tuple[str, ...]:
    """What was given to a question that is answered by options, a number or a day."""
    code = question.question.code
    if question.kind in ONE_OPTION:
        return (given.choices[code],) if code in given.choices else ()
    return given.values.get(code, ())


def _columns(question: QuestionVersion, given: GivenAnswers) -> list[dict[str, Any]]:
    """The rows of an answer, without whose it is: one for each option, or the number, or the day; one that says nothing
    of a question that not everybody is shown, left empty."""
    nothing: dict[str, Any] = {"option_id": None, "rank": None, "number": None, "day": None}
    values = _values(given, question)
    if not values and question.question.code in given.left_empty:
        return [nothing]
    if question.kind is QuestionKind.NUMBER:
        return [nothing | {"number": float(value)} for value in values]
    if question.kind is QuestionKind.DATE:
        return [nothing | {"day": date.fromisoformat(value)} for value in values]
    options = {option.code: option for option in question.options}
    chosen = [options[value] for value in values if value in options]
    return [
        nothing | {"option_id": option.id, "rank": n if _is_ranked(question, option) else None}
        for n, option in enumerate(chosen, 1)
    ]


def _is_ranked(question: QuestionVersion, option: Option) -> bool:
    return question.kind is QuestionKind.RANKING and option.is_substantive


def _text_name(question: QuestionVersion) -> str:
    """What is written is the answer itself, or stands beside the option "other"."""
    code = question.question.code
    return code if question.kind in WRITTEN else other_of(code)


def _line(row: _Row, kind: ChangeKind, delta: int, now: datetime) -> dict[str, Any]:
    """A line of the change feed that keeps the row's digest; one that moves no count holds no value either."""
    question = row.question.question.code
    return {
        "response_id": row.response.id,
        "question_version_id": row.question.id,
        "kind": kind,
        "value": row.value if delta else NOT_ANSWERED,
        "delta": delta,
        "row_digest": row_digest(row.response.salt or "", row.response.reference, question, row.value),
        "changed_at": now,
    }


def _write(lines: Sequence[Mapping[str, Any]]) -> None:
    if lines:
        insert_many(ResponseChange, lines)
        wake("fold_tallies")


def _replace(response: SurveyResponse, given: GivenAnswers, now: datetime) -> None:
    """What was given takes the place of what the answer says, texts as well."""
    before, said = {row.question: row for row in _rows(response)}, given_in(response)
    after = dict(choices_on_path(response.survey_version, given))
    lines = []
    for question in (item.question_version for item in response.survey_version.items):
        was = before.get(question)
        if question in after and was is not None and was.value == after[question]:
            continue
        if was is not None:
            lines.append(_line(was, ChangeKind.CHANGED, -1, now))
        if question in after:
            now_says = _Row(response, question, after[question])
            lines.append(_line(now_says, ChangeKind.CHANGED, 1, now) | {"row_digest": None})
    for item in response.survey_version.items:
        if _columns(item.question_version, given) != _columns(item.question_version, said):
            _replace_answer(response, item.question_version, given)
    _replace_texts(response, given)
    _write(lines)
    heed_consent(response, given, now)


def _replace_answer(response: SurveyResponse, question: QuestionVersion, given: GivenAnswers) -> None:
    response.answers = [answer for answer in response.answers if answer.question_version_id != question.id] + [
        Answer(question_version_id=question.id, **columns) for columns in _columns(question, given)
    ]


def _replace_texts(response: SurveyResponse, given: GivenAnswers) -> None:
    """A text that moved is a new one: the database deletes the comment of the old, and another is made."""
    before = {text.question_version_id: text for text in response.texts}
    texts = []
    for item in response.survey_version.items:
        raw = given.texts.get(_text_name(item.question_version))
        old = before.get(item.question_version_id)
        if old is not None and old.raw == raw:
            texts.append(old)
        elif raw:
            texts.append(AnswerText(question_version_id=item.question_version_id, raw=raw))
    response.texts = texts
    db.session.flush()
    recount(Subject.COMMENTS, [(response.counts_on, response.service_id)])
    wake("analyse_comments")


def _count_again(response: SurveyResponse) -> None:
    """What became of its invitation, and which comments count, is not what it was."""
    part = [(response.counts_on, response.service_id)]
    recount(Subject.COMMENTS, part)
    if response.invitation_id is not None:
        recount(Subject.INVITATIONS, part)
    wake("fold_tallies")


def _lock(response: SurveyResponse) -> None:
    """Whoever else changes this answer waits, and then sees what became of it."""
    db.session.flush()
    if response.invitation is not None:
        _lock_invitation(response.invitation)  # always before its answers: two who wait for each other wait for ever
    db.session.refresh(response, with_for_update={"of": SurveyResponse})


def _lock_invitation(invitation: Invitation) -> None:
    moving = ["state", "answered_at", "opted_out_at", "undeliverable_at", "undeliverable_reason"]
    db.session.flush()
    db.session.refresh(invitation, moving, with_for_update={"key_share": True})
