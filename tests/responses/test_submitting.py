"""What becomes of what somebody sends: it counts once, changes what counts, repeats it, or is held for review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from survey_app.audit.models import AuditLine
from survey_app.contacts.models import AskingRules
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, InvitationState
from survey_app.measures.operations import fold_all
from survey_app.measures.queries.verifying import verify
from survey_app.organisation.channels import Mode
from survey_app.responses.digests import row_digest
from survey_app.responses.given import GivenAnswers
from survey_app.responses.jobs import DROP_REPLACED
from survey_app.responses.models import (
    LinkKind,
    OpenLink,
    ReplacedAnswer,
    ResponseChange,
    ResponseState,
    SurveyResponse,
)
from survey_app.responses.operations import Occasion, Outcome, by_link, change_response, invited, submit, withdraw
from survey_app.responses.operations.answers import given_in
from survey_app.responses.operations.submitting import MOST_HELD
from survey_app.responses.suspicion import Signs
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.operations import publish_default_survey
from tests.factories import NOON, make_council, make_invitation, make_link, make_service, make_survey
from tests.statements import statements
from tests.threads import all_at_once

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
READ = Signs(took=MINUTE, soonest=SECOND)
AT_ONCE = Signs(took=SECOND / 3, soonest=SECOND)


@pytest.fixture
def asha(app: Flask) -> Invitation:
    """Asha was asked about her call; her invitation is open for 14 days."""
    with transaction():
        make_council()
        return make_invitation(make_service(), publish_default_survey(NOON), date(2026, 3, 10))


@pytest.fixture
def poster(app: Flask) -> OpenLink:
    with transaction():
        return make_link(make_service(), make_survey())


def rated(code: str, why: str = "") -> GivenAnswers:
    return GivenAnswers({"satisfaction": code}, {"why": why} if why else {})


def send(
    invitation: Invitation,
    given: GivenAnswers,
    key: str | None,
    after: timedelta = timedelta(),
    signs: Signs = READ,
    *,
    by_staff: bool = False,
) -> Outcome:
    """Send it so long after NOON, from the page of a key."""
    mode = Mode.PAPER if by_staff else Mode.WEB
    with transaction():
        occasion = invited(invitation, submission_key=key, mode=mode, is_staff_entered=by_staff)
        return submit(occasion, given, signs, now=NOON + after).outcome


def stored() -> list[tuple[str, str, str | None]]:
    """State, rating and reason of what is stored, but for what was taken back."""
    rows = db.session.scalars(
        select(SurveyResponse).order_by(SurveyResponse.id).execution_options(populate_existing=True)
    )
    return [
        (row.state, given_in(row).choices.get("satisfaction", ""), row.quarantine_reason)
        for row in rows
        if row.state is not ResponseState.WITHDRAWN
    ]


def test_the_same_again_changes_nothing_from_whichever_page_it_comes(asha: Invitation) -> None:
    assert send(asha, rated("5", "Quick."), "one") is Outcome.COUNTED
    first = db.session.scalars(select(SurveyResponse)).one()
    for key, after in (("one", timedelta()), ("one", DAY), ("two", SECOND), ("two", 3 * DAY), (None, 20 * DAY)):
        assert send(asha, rated("5", "Quick."), key, after) is Outcome.REPEATED
    assert stored() == [("counted", "5", None)]
    assert (first.submission_key, first.changed_at) == ("one", None)


def test_a_later_answer_from_another_page_or_the_same_one_corrected_takes_its_place(asha: Invitation) -> None:
    send(asha, rated("5"), "scanner")
    first = db.session.scalars(select(SurveyResponse)).one()
    reference = first.reference
    assert send(asha, rated("2", "Nobody rang."), "resident", 5 * MINUTE) is Outcome.CHANGED
    assert stored() == [("counted", "2", None)]
    assert (first.reference, first.submission_key, first.changed_at) == (reference, "resident", NOON + 5 * MINUTE)
    assert first.submitted_at == NOON
    assert send(asha, rated("1", "Nobody rang."), "resident", 6 * MINUTE) is Outcome.CHANGED
    assert send(asha, rated("1", "Nobody rang back."), "resident", 6 * MINUTE + SECOND) is Outcome.CHANGED
    assert stored() == [("counted", "1", None)]


@pytest.mark.parametrize("days", [14, 3])
def test_so_many_days_after_it_was_given_an_answer_stays_as_it_is(asha: Invitation, days: int) -> None:
    db.session.add(AskingRules(change_days=days))
    send(asha, rated("5"), "one")
    assert send(asha, rated("4"), "two", days * DAY - MINUTE) is Outcome.CHANGED
    assert send(asha, rated("1"), "three", days * DAY) is Outcome.TOO_LATE  # a change gives no further days
    assert stored() == [("counted", "4", None)]


@pytest.mark.parametrize(
    ("signs", "reason"),
    [
        (AT_ONCE, "too_fast"),
        (Signs(MINUTE, is_trap_filled=True), "hidden_field"),
        (Signs(MINUTE, is_one_of_many=True), "many_from_one_address"),
        (Signs(SECOND / 3, SECOND, is_trap_filled=True, is_one_of_many=True), "hidden_field"),
    ],
)
def test_what_a_machine_sent_is_held_once_and_takes_the_place_of_nothing(
    asha: Invitation, signs: Signs, reason: str
) -> None:
    outcome = Outcome.TOO_FAST if reason == "too_fast" else Outcome.HELD
    for key in ("one", "two"):
        assert send(asha, rated("5"), key, signs=signs) is outcome
    assert stored() == [("quarantined", "5", reason)]
    assert send(asha, rated("2"), "resident", MINUTE) is Outcome.COUNTED
    assert send(asha, rated("4"), "three", 2 * MINUTE, signs=signs) is outcome
    assert stored() == [("quarantined", "5", reason), ("counted", "2", None), ("quarantined", "4", reason)]
    assert asha.state is InvitationState.ANSWERED


def test_a_machine_that_sends_several_ratings_replaces_nothing_that_its_person_said_before(asha: Invitation) -> None:
    send(asha, rated("2", "Nobody rang."), "resident")
    quick = Signs(took=2 * SECOND, soonest=SECOND)  # time for a first answer, not to read that there is one already
    outcomes = [send(asha, rated(code), f"page {n}", DAY + n * SECOND / 10, quick) for n, code in enumerate("543")]
    assert outcomes == [Outcome.TOO_FAST, Outcome.HELD, Outcome.HELD]
    assert stored()[0] == ("counted", "2", None)
    counted = db.session.scalars(select(SurveyResponse).order_by(SurveyResponse.id)).first()
    assert counted is not None
    assert given_in(counted) == rated("2", "Nobody rang.")


def test_who_changes_an_answer_before_they_can_have_read_that_there_is_one_sends_it_once_more(asha: Invitation) -> None:
    send(asha, rated("2"), "one")
    assert send(asha, rated("4"), "two", DAY, Signs(2 * SECOND, SECOND)) is Outcome.TOO_FAST
    assert send(asha, rated("4"), "two", DAY + SECOND, Signs(3 * SECOND, SECOND)) is Outcome.CHANGED
    assert stored() == [("counted", "4", None)]


def test_of_ten_ratings_within_a_second_none_counts_and_the_residents_own_counts_afterwards(asha: Invitation) -> None:
    outcomes = [send(asha, rated(code), f"page {n}", n * SECOND / 10) for n, code in enumerate("5432154321")]
    assert outcomes == [Outcome.COUNTED] + [Outcome.HELD] * 9
    assert stored() == [("quarantined", code, "several_ratings") for code in "54321"]
    assert asha.state is InvitationState.OPEN
    again = [send(asha, rated(code), f"page {n}", MINUTE) for n, code in enumerate("54321")]
    assert again == [Outcome.REPEATED] * 5

    assert send(asha, rated("2", "Nobody rang."), "resident", 5 * MINUTE) is Outcome.COUNTED
    assert [row for row in stored() if row[0] == "counted"] == [("counted", "2", None)]
    assert asha.state is InvitationState.ANSWERED


def test_a_persons_older_answer_stays_when_a_machine_sends_several(asha: Invitation) -> None:
    send(asha, rated("2"), "resident")
    signs = (Signs(MINUTE, is_trap_filled=True), READ)
    assert [send(asha, rated("5"), "one", DAY, signs[0]), send(asha, rated("4"), "two", DAY + SECOND, signs[1])] == [
        Outcome.HELD,
        Outcome.HELD,
    ]
    assert stored() == [
        ("counted", "2", None),
        ("quarantined", "5", "hidden_field"),
        ("quarantined", "4", "several_ratings"),
    ]


def counted_rows() -> Sequence[SurveyResponse]:
    query = select(SurveyResponse).where(SurveyResponse.state == ResponseState.COUNTED).order_by(SurveyResponse.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def counts_are_right() -> bool:
    """Whether the tallies, with every line of the change feed folded in, are what the answers say."""
    with transaction():
        fold_all()
    return verify() == []


def kept() -> int:
    return db.session.scalar(select(func.count()).select_from(ReplacedAnswer)) or 0


def test_what_a_machine_changed_before_it_was_known_for_one_counts_again_as_it_was(asha: Invitation) -> None:
    opened_before = Signs(took=MINUTE, soonest=SECOND)
    given = GivenAnswers({"satisfaction": "2", "timeliness": "4"}, {"why": "Nobody rang."})
    send(asha, given, "resident")
    assert send(asha, rated("5", "Great!"), "one", DAY, opened_before) is Outcome.CHANGED
    assert (kept(), counts_are_right()) == (1, True)
    assert send(asha, rated("4"), "two", DAY + 4 * SECOND, opened_before) is Outcome.HELD

    (first,) = counted_rows()
    assert (given_in(first), first.changed_at, first.submitted_at) == (given, None, NOON)
    assert stored()[1:] == [("quarantined", "5", "several_ratings"), ("quarantined", "4", "several_ratings")]
    held = db.session.scalars(select(SurveyResponse).where(SurveyResponse.submission_key == "one")).one()
    assert (given_in(held), held.submitted_at) == (rated("5", "Great!"), NOON + DAY)
    assert (asha.state, kept(), counts_are_right()) == (InvitationState.ANSWERED, 0, True)
    changed_back = db.session.scalars(select(AuditLine).where(AuditLine.action == "response.changed_back")).one()
    assert changed_back.subject == first.reference

    left = [
        row_digest(first.salt or "", first.reference, question, value)
        for question, value in (("satisfaction", "2"), ("timeliness", "4"), ("satisfaction", "5"), ("timeliness", ""))
    ]
    lines = select(ResponseChange.row_digest).where(ResponseChange.row_digest.is_not(None)).order_by(ResponseChange.id)
    assert db.session.scalars(lines).all() == left  # what explains a figure that was frozen in between

    again = [send(asha, rated("5", "Great!"), "one", DAY + MINUTE), send(asha, given, "three", DAY + MINUTE)]
    assert again == [Outcome.REPEATED] * 2
    assert send(asha, rated("1"), "resident", 2 * DAY) is Outcome.CHANGED
    assert counts_are_right()


def test_the_last_of_several_may_say_what_counted_before(asha: Invitation) -> None:
    send(asha, rated("2"), "resident")
    outcomes = [send(asha, rated(code), f"page {n}", DAY + n * SECOND) for n, code in enumerate("512")]
    assert outcomes == [Outcome.CHANGED, Outcome.HELD, Outcome.REPEATED]
    assert stored()[0] == ("counted", "2", None)
    send(asha, rated("5"), "late", 2 * DAY)
    assert send(asha, rated("2"), "later", 2 * DAY + SECOND) is Outcome.HELD
    assert [row for row in stored() if row[0] == "counted"] == [("counted", "2", None)]
    assert counts_are_right()


def test_after_the_days_for_changes_a_machines_change_is_undone_all_the_same(asha: Invitation) -> None:
    send(asha, rated("2"), "resident")
    assert send(asha, rated("5"), "one", 14 * DAY - SECOND) is Outcome.CHANGED
    assert send(asha, rated("4"), "two", 14 * DAY + SECOND) is Outcome.HELD
    assert stored()[0] == ("counted", "2", None)


def test_who_goes_back_from_the_thank_you_corrects_what_they_sent_once(asha: Invitation) -> None:
    assert send(asha, rated("1"), "page") is Outcome.COUNTED
    assert send(asha, rated("5"), "page", 2 * SECOND) is Outcome.CHANGED
    assert stored() == [("counted", "5", None)]
    assert send(asha, rated("4"), "page", 4 * SECOND) is Outcome.HELD  # whoever tries the next is not a person
    assert stored() == [("quarantined", "5", "several_ratings"), ("quarantined", "4", "several_ratings")]
    assert counts_are_right()


def test_who_goes_back_and_is_shown_the_page_anew_corrects_what_they_sent(asha: Invitation) -> None:
    send(asha, rated("1"), "page")
    assert send(asha, rated("5"), "anew", 4 * SECOND, Signs(3 * SECOND, SECOND)) is Outcome.CHANGED
    assert stored() == [("counted", "5", None)]


@pytest.mark.parametrize(
    ("key", "took", "after"),
    [("page", MINUTE, 1.9 * SECOND), ("other", 4 * SECOND, 3.9 * SECOND)],
    ids=["one page, too soon", "a page that stood open beside the first"],
)
def test_what_no_person_does_from_the_thank_you_is_no_correction(
    asha: Invitation, key: str, took: timedelta, after: timedelta
) -> None:
    send(asha, rated("1"), "page")
    assert send(asha, rated("5"), key, after, Signs(took, SECOND)) is Outcome.HELD
    assert {(state, reason) for state, _, reason in stored()} == {("quarantined", "several_ratings")}


def test_a_correction_that_was_a_machines_gives_back_what_counted_before_both(asha: Invitation) -> None:
    send(asha, rated("2", "Nobody rang."), "resident")
    one = [send(asha, rated(code), "one", DAY + 3 * n * SECOND) for n, code in enumerate("543")]
    assert one == [Outcome.CHANGED, Outcome.CHANGED, Outcome.HELD]
    assert [given_in(row) for row in counted_rows()] == [rated("2", "Nobody rang.")]
    assert kept() == 0
    assert counts_are_right()


def test_what_a_change_replaced_is_dropped_after_a_minute_and_with_the_answer(asha: Invitation) -> None:
    job = DROP_REPLACED
    send(asha, rated("2", "Nobody rang."), "one")
    send(asha, rated("5"), "two", DAY)
    stands = db.session.scalars(select(text("given")).select_from(text("replaced_answer"))).one()
    assert "Nobody" not in stands
    assert job.backlog is not None
    assert (job.step(NOON + DAY + 59 * SECOND, "worker"), kept()) == (0, 1)
    assert job.backlog(NOON + DAY + MINUTE).waiting == 1
    assert (job.step(NOON + DAY + MINUTE, "worker"), kept()) == (1, 0)

    send(asha, rated("4"), "three", 2 * DAY)
    with transaction():
        withdraw(counted_rows()[0], now=NOON + 2 * DAY)
    assert kept() == 0


def test_what_was_kept_for_one_change_is_never_put_back_after_another(asha: Invitation) -> None:
    send(asha, rated("2"), "one")
    send(asha, rated("5"), "two", DAY)
    with transaction():
        change_response(counted_rows()[0], rated("3"), now=NOON + 2 * DAY)  # by text message
    assert send(asha, rated("1"), "four", 2 * DAY + SECOND) is Outcome.HELD
    assert stored() == [("quarantined", "3", "several_ratings"), ("quarantined", "1", "several_ratings")]


def test_ten_ratings_at_once_leave_what_a_person_said_before_as_it_was(app: Flask, asha: Invitation) -> None:
    send(asha, rated("2", "Nobody rang."), "resident", -DAY)
    outcomes = at_once(app, asha, [(rated(code), f"page {n}") for n, code in enumerate("5431154315")])
    assert outcomes.count(Outcome.CHANGED) == 1
    assert sorted(stored())[1:] == [("quarantined", code, "several_ratings") for code in "1345"]
    assert [given_in(row) for row in counted_rows()] == [rated("2", "Nobody rang.")]
    assert counts_are_right()


def test_five_seconds_apart_two_ratings_are_a_change(asha: Invitation) -> None:
    send(asha, rated("5"), "one")
    assert send(asha, rated("4"), "two", 5 * SECOND) is Outcome.CHANGED
    assert send(asha, rated("3"), "three", 10 * SECOND - SECOND / 100) is Outcome.HELD
    assert stored() == [  # what the second had changed counts again
        ("counted", "5", None),
        ("quarantined", "4", "several_ratings"),
        ("quarantined", "3", "several_ratings"),
    ]


def test_no_machine_fills_the_disk_with_what_is_held(asha: Invitation) -> None:
    for n in range(3 * MOST_HELD):
        assert send(asha, rated("5", f"Text {n}"), f"page {n}", signs=AT_ONCE) is Outcome.TOO_FAST
    assert len(stored()) == MOST_HELD
    assert send(asha, rated("1"), "resident", MINUTE) is Outcome.COUNTED


@pytest.mark.parametrize("correction", ["5", "4"])
def test_who_was_too_quick_sends_once_more_and_nobody_has_to_review_it(asha: Invitation, correction: str) -> None:
    assert send(asha, rated("5"), "page", signs=AT_ONCE) is Outcome.TOO_FAST
    assert send(asha, rated("5"), "page", SECOND / 10, signs=AT_ONCE) is Outcome.TOO_FAST
    assert send(asha, rated(correction), "page", 3 * SECOND) is Outcome.COUNTED
    assert stored() == [("counted", correction, None)]


def test_what_is_held_for_something_else_is_withdrawn_when_its_person_says_the_same(asha: Invitation) -> None:
    send(asha, rated("5"), "one", signs=Signs(MINUTE, is_trap_filled=True))
    assert send(asha, rated("5"), "resident", MINUTE) is Outcome.COUNTED
    assert stored() == [("counted", "5", None)]


def test_staff_enter_an_answer_only_where_there_is_none(asha: Invitation) -> None:
    send(asha, rated("3"), "scanner", signs=AT_ONCE)
    assert send(asha, rated("5"), "paper", SECOND, Signs(), by_staff=True) is Outcome.COUNTED
    assert send(asha, rated("1"), "paper 2", MINUTE, Signs(), by_staff=True) is Outcome.REPEATED
    assert ("counted", "5", None) in stored()
    assert send(asha, rated("2"), "resident", DAY) is Outcome.CHANGED  # what they say themselves goes before
    assert send(asha, rated("5"), "paper 3", 2 * DAY, Signs(), by_staff=True) is Outcome.REPEATED
    assert ("counted", "2", None) in stored()


def test_after_a_withdrawal_the_same_page_may_answer_anew(asha: Invitation) -> None:
    send(asha, rated("5"), "one")
    with transaction():
        withdraw(db.session.scalars(select(SurveyResponse)).one(), now=NOON + MINUTE)
    assert send(asha, rated("4"), "one", 2 * MINUTE) is Outcome.COUNTED
    assert stored() == [("counted", "4", None)]


def opened(link: OpenLink, version: SurveyVersion, key: str, after: timedelta = timedelta()) -> Occasion:
    return by_link(link, version, submission_key=key, at=NOON + after)


def send_open(link: OpenLink, given: GivenAnswers, key: str, after: timedelta, signs: Signs = READ) -> Outcome:
    with transaction():
        version = db.session.scalars(select(SurveyVersion)).one()
        return submit(opened(link, version, key, after), given, signs, now=NOON + after).outcome


def test_each_page_of_an_open_link_counts_once_and_can_be_corrected(poster: OpenLink) -> None:
    def by(code: str) -> GivenAnswers:
        return GivenAnswers({"post-contact-satisfaction": code})

    assert send_open(poster, by("5"), "a", timedelta()) is Outcome.COUNTED
    assert send_open(poster, by("5"), "a", MINUTE) is Outcome.REPEATED
    assert send_open(poster, by("5"), "b", MINUTE) is Outcome.COUNTED  # another person, who says the same
    assert send_open(poster, by("4"), "b", 2 * MINUTE) is Outcome.CHANGED
    assert send_open(poster, by("3"), "b", 2 * MINUTE + SECOND) is Outcome.HELD
    assert send_open(poster, by("5"), "c", MINUTE, AT_ONCE) is Outcome.TOO_FAST
    assert send_open(poster, by("5"), "c", 2 * MINUTE) is Outcome.COUNTED
    assert send_open(poster, by("1"), "a", 14 * DAY) is Outcome.TOO_LATE
    states = db.session.scalars(select(SurveyResponse.state).order_by(SurveyResponse.id)).all()
    assert states == ["counted", "counted", "withdrawn", "counted"]
    ratings = [given_in(row).choices["post-contact-satisfaction"] for row in counted_rows()]
    assert ratings == ["5", "5", "5"]  # the second as it was before its page sent two more within a second


def test_a_tap_on_a_kiosk_is_never_changed(app: Flask) -> None:
    with transaction():
        kiosk = make_link(make_service(), make_survey(), kind=LinkKind.KIOSK)
    tap = partial(send_open, kiosk, key="tap")
    assert tap(GivenAnswers({"post-contact-satisfaction": "5"}), after=timedelta()) is Outcome.COUNTED
    assert tap(GivenAnswers({"post-contact-satisfaction": "4"}), after=MINUTE) is Outcome.REPEATED


def test_what_a_page_of_an_open_link_took_back_is_not_stored_by_the_same_page_again(poster: OpenLink) -> None:
    given = GivenAnswers({"post-contact-satisfaction": "5"})
    send_open(poster, given, "a", timedelta())
    with transaction():
        withdraw(db.session.scalars(select(SurveyResponse)).one(), now=NOON)
    assert send_open(poster, given, "a", MINUTE) is Outcome.REPEATED
    assert stored() == []


@pytest.mark.parametrize("pages", [1, 50], ids=["one page", "fifty pages"])
def test_fifty_at_once_are_one_answer(app: Flask, asha: Invitation, pages: int) -> None:
    outcomes = at_once(app, asha, [(rated("5", "Quick."), f"page {n % pages}") for n in range(50)])
    assert sorted(outcomes) == [Outcome.COUNTED] + [Outcome.REPEATED] * 49
    assert stored() == [("counted", "5", None)]


def test_ten_ratings_at_once_are_all_held(app: Flask, asha: Invitation) -> None:
    at_once(app, asha, [(rated(code), f"page {n}") for n, code in enumerate("5432154321")])
    assert sorted(stored()) == [("quarantined", code, "several_ratings") for code in "12345"]
    db.session.refresh(asha)
    assert (asha.state, asha.answered_at) == (InvitationState.OPEN, None)


def test_fifty_times_one_open_page_at_once_is_one_answer(app: Flask, poster: OpenLink) -> None:
    given, number = GivenAnswers({"post-contact-satisfaction": "5"}), poster.id
    db.session.rollback()
    outcomes: list[Outcome] = []

    def press() -> None:
        outcomes.append(send_open(db.session.get_one(OpenLink, number), given, "page", timedelta()))

    all_at_once(app, *[press] * 50)
    assert sorted(outcomes) == [Outcome.COUNTED] + [Outcome.REPEATED] * 49


def at_once(app: Flask, invitation: Invitation, all_sent: list[tuple[GivenAnswers, str]]) -> list[Outcome]:
    number, outcomes = invitation.id, []
    db.session.rollback()  # reading holds SQLite's lock as well

    def press(given: GivenAnswers, key: str) -> None:
        outcomes.append(send(db.session.get_one(Invitation, number), given, key))

    all_at_once(app, *(partial(press, given, key) for given, key in all_sent))
    db.session.expire_all()
    return outcomes


def test_taking_in_an_answer_takes_few_statements(app: Flask, asha: Invitation) -> None:
    """Beside reading what is asked. A lock, what came before, and one each for the response, its answers, its texts,
    the change feed, the invitation and what has to be counted again; and whether another system is to be told."""
    number, reads = asha.id, 4
    with statements() as first:
        send(read(number), rated("5", "Quick."), "one")
    with statements() as replay:
        send(read(number), rated("5", "Quick."), "one")
    assert len(first) - reads == 9, "\n".join(first)
    assert len(replay) - reads == 4, "\n".join(replay)


def read(number: int) -> Invitation:
    """As a request would find it; what is asked is read once, whoever needs it afterwards."""
    db.session.rollback()
    db.session.expunge_all()
    found = db.session.get_one(Invitation, number)
    assert found.survey_version.items
    return found
