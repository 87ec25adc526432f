"""Counting goes on where it stopped, follows what changes, and shows nobody more than their services."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from survey_app.comments.models import Comment, TermPart, TermTally
from survey_app.comments.terms import operations
from survey_app.comments.terms.operations import count_next_part
from survey_app.comments.terms.queries import Quarters, emerging_terms, quarters_with_comments, written_with
from survey_app.extensions import db
from survey_app.organisation.models import Service
from survey_app.organisation.scope import EVERYTHING, Scope
from survey_app.responses.models import ResponseState
from survey_app.surveys.models import SurveyVersion
from tests.dashboards.conftest import make_comment
from tests.factories import make_answers, make_invitation
from tests.statements import statements

NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
MARCH, DECEMBER, JUNE = date(2026, 3, 2), date(2025, 12, 1), date(2025, 6, 2)
QUARTERS = Quarters.of(MARCH)
LATER = timedelta(minutes=20)
Services = dict[str, Service]


def write(survey: SurveyVersion, service: Service, day: date, *texts: str, **facts: object) -> list[Comment]:
    answers = make_answers(survey, service, day, {"satisfaction": "3"}, len(texts), **facts)
    made = [make_comment(answer, text) for answer, text in zip(answers, texts, strict=True)]
    db.session.commit()
    return made


def count(now: datetime = NOW) -> int:
    return sum(iter(lambda: count_next_part(now), 0))


def tallied(term: str, first: date = QUARTERS.now.first) -> int:
    total = select(func.sum(TermTally.comments)).where(TermTally.term == term, TermTally.starts_on == first)
    return db.session.scalar(total) or 0


def said(what: str, n: int) -> list[str]:
    """So many people say the same thing in their own words."""
    own = ("lamp", "kerb", "gate", "fence", "ditch", "verge", "bench", "path", "wall", "hedge", "pond", "barn", "mast")
    return [f"{own[k % 13]}{k // 13 * 'x'} by {own[(k * 5 + 1) % 13]}{'y' * k}: {what}" for k in range(n)]


def test_each_quarter_and_service_is_counted_once_and_then_nothing_is_left(
    survey: SurveyVersion, services: Services
) -> None:
    write(survey, services["housing"], MARCH, *said("garden waste", 3))
    write(survey, services["waste"], MARCH, *said("garden waste", 2))
    write(survey, services["waste"], DECEMBER, *said("garden waste", 1))
    assert count() == 3 and count() == 0
    assert (tallied("garden waste"), tallied("garden waste", QUARTERS.before.first)) == (5, 1)
    assert set(db.session.execute(select(TermPart.starts_on, TermPart.comments, TermPart.counted)).all()) == {
        (QUARTERS.now.first, 3, 3),
        (QUARTERS.now.first, 2, 2),
        (QUARTERS.before.first, 1, 1),
    }


def test_what_changed_is_counted_again_and_nothing_else(survey: SurveyVersion, services: Services) -> None:
    write(survey, services["housing"], MARCH, *said("permit zone", 2))
    kept, gone = write(survey, services["waste"], MARCH, *said("permit zone", 2))
    count()
    gone.response.state = ResponseState.WITHDRAWN
    db.session.commit()
    assert count(NOW + LATER) == 1 and tallied("permit zone") == 3
    kept.redacted_text, kept.analysed_at = "Something else", NOW + LATER
    db.session.commit()
    assert count(NOW + 2 * LATER) == 1 and tallied("permit zone") == 2


def test_more_comments_wait_until_the_last_count_is_a_while_ago(survey: SurveyVersion, services: Services) -> None:
    write(survey, services["housing"], MARCH, *said("permit zone", 2))
    count()
    write(survey, services["housing"], MARCH, "Permit zone again")
    assert count(NOW + timedelta(minutes=5)) == 0 and count(NOW + LATER) == 1
    assert tallied("permit zone") == 3


def test_what_was_taken_out_of_a_comment_since_is_gone_after_a_day(survey: SurveyVersion, services: Services) -> None:
    (comment,) = write(survey, services["housing"], MARCH, "Mister Marmalade was kind")
    count()
    comment.redacted_text = "[name removed] was kind"
    db.session.commit()
    assert count(NOW + LATER) == 0 and count(NOW + timedelta(days=1)) == 1
    assert tallied("marmalade") == 0


def test_a_part_whose_last_comment_went_is_empty(survey: SurveyVersion, services: Services) -> None:
    (comment,) = write(survey, services["housing"], MARCH, "A permit zone")
    write(survey, services["waste"], MARCH, "Bins")
    count()
    comment.response.state = ResponseState.WITHDRAWN
    db.session.commit()
    assert count(NOW + LATER) == 1 and count(NOW + 2 * LATER) == 0 and tallied("permit zone") == 0


def test_one_that_fails_leaves_what_was_there_and_is_tried_again(
    survey: SurveyVersion, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(survey, services["housing"], MARCH, *said("permit zone", 2))
    count()
    write(survey, services["housing"], MARCH, "Permit zone again")
    with monkeypatch.context() as patched:
        patched.setattr(operations, "insert_many", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            count_next_part(NOW + LATER)
    assert tallied("permit zone") == 2
    assert count(NOW + LATER) == 1 and tallied("permit zone") == 3


def test_only_the_newest_quarter_and_the_one_before_are_kept(survey: SurveyVersion, services: Services) -> None:
    write(survey, services["housing"], JUNE, *said("permit zone", 2))
    assert count(datetime(2025, 6, 20, tzinfo=UTC)) == 1
    write(survey, services["housing"], MARCH, *said("permit zone", 2))
    assert count() == 1 and tallied("permit zone", Quarters.of(JUNE).now.first) == 0


def test_answers_of_others_tests_and_held_ones_are_not_counted(survey: SurveyVersion, services: Services) -> None:
    write(survey, services["housing"], MARCH, "A permit zone", is_test=True)
    write(survey, services["housing"], MARCH, "A permit zone", state=ResponseState.QUARANTINED)
    assert quarters_with_comments(NOW.date()) is None and count() == 0


def test_other_languages_and_comments_that_say_nothing_are_not_counted(
    survey: SurveyVersion, services: Services
) -> None:
    (welsh,) = write(survey, services["housing"], MARCH, "Diolch yn fawr iawn")
    (polish,) = write(survey, services["housing"], MARCH, "Bardzo dziękuję")
    (english,) = write(survey, services["housing"], MARCH, "A permit zone")
    welsh.language, polish.sentiment, english.language = "cy", None, "en-easy"
    db.session.commit()
    count()
    assert (tallied("permit zone"), tallied("diolch"), tallied("bardzo")) == (1, 0, 0)


def test_a_person_who_writes_often_is_one(survey: SurveyVersion, services: Services) -> None:
    invitations = [make_invitation(services["housing"], survey, MARCH) for _ in range(6)]
    for invitation, text in zip(invitations, said("permit zone", 6), strict=True):
        write(survey, services["housing"], MARCH, text, invitation_id=invitation.id)
    count()
    assert tallied("permit zone") == 1


def test_new_words_are_those_of_the_viewer_s_services(survey: SurveyVersion, services: Services) -> None:
    for day, n in ((MARCH, 20), (DECEMBER, 0)):
        write(survey, services["housing"], day, *said("permit zone", n), *said("rent", 30))
        write(survey, services["waste"], day, *said("bins", 40))
    count()

    def terms(scope: Scope) -> list[str]:
        return [each.term for each in emerging_terms(scope, QUARTERS, most=3)]

    assert terms(EVERYTHING) == ["permit zone"] == terms(Scope(frozenset({services["housing"].id})))
    assert terms(Scope(frozenset({services["waste"].id}))) == [] == terms(Scope(frozenset()))
    housing = Scope(frozenset({services["housing"].id}))
    assert len(list(written_with(["permit zone"], QUARTERS.now, housing))) == 20


def test_a_look_that_finds_nothing_to_do_costs_a_few_statements(survey: SurveyVersion, services: Services) -> None:
    for service in services.values():
        write(survey, service, MARCH, *said("rent", 5))
    count()
    with statements() as seen:
        count_next_part(NOW + LATER)
    assert len(seen) <= 4
