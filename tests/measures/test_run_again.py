"""A frozen passport run again: the same, or every row that moved by its reason, in counts that add up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from survey_app.comments.models import Comment
from survey_app.comments.operations import analyse_comments
from survey_app.contacts.models import ContactDetail
from survey_app.extensions import db
from survey_app.invitations.models import Invitation, InvitationState
from survey_app.kernel.errors import NotFound
from survey_app.measures import operations
from survey_app.measures.address import make_query
from survey_app.measures.models import FrozenPassport, FrozenRows
from survey_app.measures.operations import freeze_passport
from survey_app.measures.queries.run_again import frozen_passport, run_again
from survey_app.measures.rerun import Reason, Rerun, differing, kept_parts, kept_rows, rerun_sentence
from survey_app.measures.rules import Rules
from survey_app.organisation.models import Service
from survey_app.organisation.scope import Scope
from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import AnswerText, SurveyResponse
from survey_app.responses.operations import change_response, invited, quarantine, record_response, release, withdraw
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.operations import publish_default_survey
from tests.factories import make_answers, make_contact, make_invitation, make_service, make_survey, make_user

pytestmark = pytest.mark.usefixtures("app")
DAY = date(2026, 3, 10)
THEN = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
NOW = THEN + timedelta(days=3)
MARCH = date(2026, 3, 1), date(2026, 3, 31)


@pytest.fixture
def survey() -> SurveyVersion:
    return publish_default_survey(THEN - timedelta(days=60))


@pytest.fixture
def housing() -> Service:
    return make_service("housing")


Answer = Callable[[str], SurveyResponse]


@pytest.fixture
def answer(survey: SurveyVersion, housing: Service) -> Answer:
    """Somebody who was asked about housing answers."""

    def answer(code: str, why: str = "", now: datetime = THEN - timedelta(days=1)) -> SurveyResponse:
        choices, texts = ({"satisfaction": code} if code else {}), ({"why": why} if why else {})
        return record_response(invited(make_invitation(housing, survey, DAY)), GivenAnswers(choices, texts), now=now)

    return answer


@pytest.fixture
def answered(answer: Answer) -> list[SurveyResponse]:
    """24 answers: 15 of 19 satisfied, 2 do not know, 3 left it empty."""
    return [answer(code) for code in ["5"] * 9 + ["4"] * 6 + ["2"] * 4 + ["dk"] * 2 + [""] * 3]


def freeze(measure: str = "satisfaction", **where: str) -> FrozenPassport:
    return freeze_passport(make_query(measure, *MARCH, where), now=THEN)


def again(frozen: FrozenPassport) -> Rerun:
    """Run it again; whatever is found adds up, and nothing is left unexplained."""
    found = run_again(frozen, now=NOW)
    assert found.rows_then + sum(move.came - move.went for move in found.moves) == found.rows_now
    assert found.unexplained == 0
    return found


def moved(found: Rerun) -> dict[Reason, tuple[int, int]]:
    return {move.reason: (move.went, move.came) for move in found.moves}


def test_run_again_with_nothing_changed_it_is_the_same(answered: list[SurveyResponse]) -> None:
    found = again(freeze())
    assert (found.is_same, found.rows_now, found.moves) == (True, 24, ())
    assert rerun_sentence(found) == "The same figure, from the same 24 answers."


def test_a_fold_changes_nothing(answered: list[SurveyResponse]) -> None:
    frozen = freeze()
    operations.fold_all()
    assert again(frozen).is_same


def test_withdrawn_answers_are_counted_and_their_figure_is_said(answered: list[SurveyResponse]) -> None:
    frozen = freeze()
    withdraw(answered[0], now=NOW)
    withdraw(answered[15], now=NOW)
    operations.fold_all()
    found = again(frozen)
    assert moved(found) == {Reason.WITHDRAWN: (2, 0)}
    sentence = "2 of 24 answers were withdrawn since; the figure was 15 of 19, it is 14 of 17 now."
    assert rerun_sentence(found) == sentence


def test_of_fewer_than_ten_that_are_left_nothing_is_told(answered: list[SurveyResponse]) -> None:
    frozen = freeze()
    for response in answered[:10]:
        withdraw(response, now=NOW)
    found = again(frozen)
    assert rerun_sentence(found).endswith("the figure was 15 of 19, it is hidden, on fewer than 10 now.")
    assert found.differences == ["it stands on fewer than 10 now, so its counts are not shown"]


def test_every_reason_at_once_adds_up(answered: list[SurveyResponse], answer: Answer) -> None:
    by = make_user("administrator").id
    held = answered[23]
    quarantine(held, "scanner", now=THEN - timedelta(hours=1))
    frozen = freeze()
    release(held, now=NOW, by=by)
    withdraw(answered[0], now=NOW)
    quarantine(answered[1], "scanner", now=NOW)
    change_response(answered[2], GivenAnswers({"satisfaction": "1"}), now=NOW)
    change_response(answered[20], GivenAnswers({"satisfaction": "4"}), now=NOW)
    answer("5", now=NOW)  # type: ignore[call-arg]
    operations.fold_all()
    found = again(frozen)
    assert moved(found) == {
        Reason.WITHDRAWN: (1, 0),
        Reason.QUARANTINED: (1, 0),
        Reason.RELEASED: (0, 1),
        Reason.ARRIVED: (0, 1),
        Reason.CHANGED: (2, 2),
    }
    assert rerun_sentence(found) == (
        "1 of 23 answers was withdrawn since, 1 of 23 answers was put into quarantine since, 1 answer was released "
        "from quarantine since, 1 answer arrived later, 2 of 23 answers were changed by the residents since; "
        "the figure was 15 of 19, it is 14 of 19 now."
    )


def test_what_happened_twice_is_said_by_where_it_ended(answered: list[SurveyResponse]) -> None:
    frozen = freeze()
    change_response(answered[0], GivenAnswers({"satisfaction": "1"}), now=NOW)
    withdraw(answered[0], now=NOW)
    quarantine(answered[1], "scanner", now=NOW)
    release(answered[1], now=NOW, by=make_user("administrator").id)
    change_response(answered[2], GivenAnswers({"satisfaction": "1"}), now=NOW)
    change_response(answered[2], GivenAnswers({"satisfaction": "5"}), now=NOW)
    change_response(answered[3], GivenAnswers({"satisfaction": "1"}), now=NOW)
    quarantine(answered[3], "scanner", now=NOW)
    assert moved(again(frozen)) == {Reason.WITHDRAWN: (1, 0), Reason.QUARANTINED: (1, 0)}


def test_who_withdrew_and_answered_anew_is_one_withdrawn_and_one_later(answered: list[SurveyResponse]) -> None:
    frozen = freeze()
    invitation = answered[0].invitation
    assert invitation is not None
    withdraw(answered[0], now=NOW)
    record_response(invited(invitation), GivenAnswers({"satisfaction": "5"}), now=NOW)
    found = again(frozen)
    assert moved(found) == {Reason.WITHDRAWN: (1, 0), Reason.ARRIVED: (0, 1)}
    assert rerun_sentence(found).endswith("; the figure is still 15 of 19.")


def test_a_service_that_was_moved_takes_its_answers_along(housing: Service) -> None:
    survey, repairs, waste = make_survey(), make_service("repairs", parent_id=housing.id), make_service("waste")
    make_answers(survey, housing, DAY, {"satisfaction": "5"}, 12)
    make_answers(survey, repairs, DAY, {"satisfaction": "2"}, 3)
    make_answers(survey, waste, DAY, {"satisfaction": "5"}, 10)
    of_housing, of_waste = freeze(service="housing"), freeze(service="waste")
    repairs.parent_id = waste.id
    found = again(of_housing)
    assert moved(found) == {Reason.MOVED: (3, 0)}
    assert rerun_sentence(found) == (
        "3 of 15 answers were moved with their service since; the figure was 12 of 15, it is 12 of 12 now."
    )
    assert moved(again(of_waste)) == {Reason.MOVED: (0, 3)}


def test_erasing_a_person_leaves_value_count_and_hash_the_same(answered: list[SurveyResponse]) -> None:
    frozen, rate = freeze(), freeze("response_rate")
    db.session.execute(delete(ContactDetail))
    db.session.execute(delete(AnswerText))
    db.session.execute(update(SurveyResponse).values(adviser_ref=None))
    assert again(frozen).is_same
    assert again(rate).is_same


def test_a_response_rate_says_which_invitations_went_on(
    survey: SurveyVersion, housing: Service, answered: list[SurveyResponse]
) -> None:
    waiting = [make_invitation(housing, survey, DAY) for _ in range(3)]
    frozen = freeze("response_rate")
    record_response(invited(waiting[0]), GivenAnswers({"satisfaction": "5"}), now=NOW)
    waiting[1].state, waiting[1].undeliverable_at = InvitationState.UNDELIVERABLE, NOW
    waiting[2].state = InvitationState.VOID
    make_invitation(housing, survey, DAY, drawn_at=NOW)
    withdraw(answered[0], now=NOW)
    found = again(frozen)
    assert moved(found) == {Reason.ARRIVED: (0, 1), Reason.CHANGED: (3, 3), Reason.VOID: (1, 0)}
    assert "the figure was 24 of 27, it is 24 of 26 now" in rerun_sentence(found)


def test_comments_are_explained_as_well(answer: Answer) -> None:
    written = [answer("5", why) for why in ["Very good service"] * 8 + ["Awful and slow"] * 4]  # type: ignore[call-arg]
    analyse_comments(THEN - timedelta(days=1), "test")
    frozen = freeze("comment_sentiment")
    withdraw(written[0], now=NOW)
    quarantine(written[1], "scanner", now=NOW)
    change_response(written[2], GivenAnswers({"satisfaction": "5"}, {"why": "Terrible, rude and slow"}), now=NOW)
    change_response(written[3], GivenAnswers({"satisfaction": "5"}), now=NOW)
    comment = db.session.scalars(select(Comment).where(Comment.response_id == written[4].id)).one()
    comment.person_label, comment.person_labelled_at = "negative", NOW
    answer("5", "Lovely people", NOW)  # type: ignore[call-arg]
    analyse_comments(NOW, "test")
    assert moved(again(frozen)) == {
        Reason.WITHDRAWN: (1, 0),
        Reason.QUARANTINED: (1, 0),
        Reason.ARRIVED: (0, 1),
        Reason.CHANGED: (3, 2),
    }


def test_what_nobody_can_explain_is_said_to_be_so(answered: list[SurveyResponse]) -> None:
    frozen = freeze()
    answered[0].answers[0].option_id = None  # by hand, in the database
    db.session.execute(update(SurveyResponse).where(SurveyResponse.id == answered[1].id).values(is_test=True))
    found = run_again(frozen, now=NOW)
    assert found.unexplained == 2
    assert found.rows_then + sum(move.came - move.went for move in found.moves) == found.rows_now == 22
    assert "2 of 24 answers came or went for reasons not known" in rerun_sentence(found)


def test_another_definition_is_named(answered: list[SurveyResponse]) -> None:
    frozen = freeze()
    frozen.document = frozen.document.replace("satisfaction@1", "satisfaction@0").replace('"base":19', '"base":18')
    found = again(frozen)
    assert rerun_sentence(found) == (
        "The definition was satisfaction@0, it is satisfaction@1 now; the figure was 15 of 18, it is 15 of 19 now."
    )


def test_a_passport_from_before_rows_were_kept_says_so(answered: list[SurveyResponse]) -> None:
    frozen = freeze()
    frozen.newest_id = None
    db.session.execute(delete(FrozenRows))
    assert run_again(frozen, now=NOW).is_same
    withdraw(answered[0], now=NOW)
    assert rerun_sentence(run_again(frozen, now=NOW)) == (
        "The rows behind it are not kept one by one; the figure was 15 of 19, it is 14 of 18 now."
    )


def test_a_plain_count_has_no_rows_to_explain(housing: Service) -> None:
    make_contact(housing, occurred_at=THEN)
    frozen = freeze("contacts")
    make_contact(housing, occurred_at=THEN)
    found = run_again(frozen, now=NOW)
    assert rerun_sentence(found) == ("The rows behind it are not kept one by one; the figure was 1, it is 2 now.")


def test_a_passport_frozen_within_a_scope_is_run_within_it(housing: Service, answered: list[SurveyResponse]) -> None:
    make_answers(make_survey(), make_service("waste"), DAY, {"satisfaction": "5"}, 3)
    query = make_query("satisfaction", *MARCH)
    frozen = freeze_passport(query, scope=Scope(frozenset({housing.id})), now=THEN)
    assert again(frozen).is_same


def test_a_frozen_passport_is_found_by_its_code(answered: list[SurveyResponse]) -> None:
    frozen = freeze()
    assert frozen_passport(frozen.code) is frozen
    with pytest.raises(NotFound, match="p1-none"):
        frozen_passport("p1-none")


def test_kept_rows_come_in_parts_and_differ_by_what_came_and_went() -> None:
    digests = [bytes([n]) * 32 for n in range(5)]
    parts = list(kept_parts(digests, part_rows=2))
    assert [len(part) for part in parts] == [16, 16, 8]
    assert list(kept_rows(parts)) == [digest[:8] for digest in digests]
    now = [bytes([n]) * 8 for n in (0, 2, 3, 6, 7)]
    assert differing(kept_rows(parts), iter(now)) == (
        {bytes([1]) * 8, bytes([4]) * 8},
        {bytes([6]) * 8, bytes([7]) * 8},
    )


def test_of_a_response_rate_the_newest_invitation_is_remembered(answered: list[SurveyResponse]) -> None:
    assert freeze("response_rate").newest_id == max(db.session.scalars(select(Invitation.id)))


def test_each_kind_of_figure_is_said_in_its_own_way(answered: list[SurveyResponse], housing: Service) -> None:
    for _ in range(12):
        make_contact(housing, occurred_at=THEN, closed_at=THEN + timedelta(days=1))
    said = {name: again(freeze(name)).now for name in ("satisfaction_mean", "net_satisfaction", "contacts")}
    # 9 x 5 + 6 x 4 + 4 x 2 = 77 of 19; 15 - 4 = 11 of 19; 24 were asked after a contact
    assert said == {
        "satisfaction_mean": "4.05 on 19 answers",
        "net_satisfaction": "57.9% on 19 answers",
        "contacts": "36",
    }
    assert again(freeze("processing_days")).is_same


def test_by_rules_that_let_held_answers_in_a_quarantine_moves_no_row(answered: list[SurveyResponse]) -> None:
    query = make_query("satisfaction", *MARCH, rules=Rules(quarantined=True))
    frozen = freeze_passport(query, now=THEN)
    quarantine(answered[0], "scanner", now=NOW)
    found = again(frozen)
    assert (found.is_same, found.moves) == (False, ())
    assert rerun_sentence(found) == "1 more of them are held for review; the figure is still 15 of 19."
