"""Both databases find the same comments, and only those of answers that count, whatever happens to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from survey_app.actions.models import FollowUp
from survey_app.comments.models import Comment, CommentTheme, QuoteMark, Theme
from survey_app.comments.search import facts
from survey_app.comments.search.asked import Asked, Term, places_of, read_asked
from survey_app.comments.search.folding import folded
from survey_app.comments.search.queries import Wanted, closest_numbers, found_facts, found_numbers
from survey_app.extensions import Base, db
from survey_app.kernel.periods import Period
from survey_app.responses.models import ResponseState, SurveyResponse
from tests.dashboards.conftest import make_comment
from tests.databases import Database, Templates
from tests.factories import NOON, make_answers, make_council, make_service, make_survey

YEAR = Period.parse("2024/25")
TEXTS = (
    "Nobody rang me back about the bins.",
    "Bins missed again, missed bins every week",
    "Café staff were très helpful; no bins though",
    "The bin lorry: missed. Bins!",
    "I don't know who to ring. Back again tomorrow.",
    "Ring [phone number removed] back",
    "binsbins bin-s BINS",
    "Great service, thank you",
    "ردّوا عليّ بسرعة",
    "100% of 3.50 at 12:30",
    "🗑️",
)
VOCABULARY = (
    "bins",
    "missed",
    "ring",
    "back",
    "bin*",
    "cafe",
    "“missed bins”",
    "great",
    "100",
    "ردوا",
    "s1",
    "all",
    "bins*",
)


def make_texts() -> None:
    make_council()
    service = make_service("waste")
    survey = make_survey()
    for number, text in enumerate(TEXTS):
        (response,) = make_answers(survey, service, date(2024, 5, 1 + number), {"satisfaction": "5"})
        make_comment(response, text, "positive")


@pytest.fixture
def template(templates: Templates, kind: str) -> Database:
    return templates.filled(kind, make_texts)


def texts(numbers: list[int]) -> list[str]:
    return [comment.redacted_text for number in numbers if (comment := db.session.get(Comment, number))]


def find(text: str, *groups: tuple[str, ...], period: Period = YEAR) -> list[str]:
    return texts(found_numbers(Wanted(period, read_asked(text, {}), groups), most=50))


def stands(term: Term, text: str) -> bool:
    return bool(places_of(Asked(all_of=((term,),)), text))


def fits(asked: Asked, text: str) -> bool:
    """The same by reading the text."""
    if asked.has_no_word:
        return False
    wanted = all(any(stands(term, text) for term in terms) for terms in asked.all_of)
    return wanted and not any(stands(term, text) for term in asked.none_of)


QUERIES = st.lists(
    st.tuples(st.sampled_from(["", "-"]), st.sampled_from(VOCABULARY), st.sampled_from(["", " OR"])), max_size=5
).map(lambda parts: " ".join("".join(part) for part in parts))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(QUERIES | st.text(max_size=40))
def test_a_search_finds_what_reading_every_comment_would(app: Flask, query: str) -> None:
    asked = read_asked(query, {})
    assert find(query) == [text for text in reversed(TEXTS) if fits(asked, text)]


def test_words_of_the_index_itself_cannot_be_searched(app: Flask) -> None:
    for word in ("all", "s1", "cphone", "lpositive", "facts", "words:bins"):
        assert find(word) == []
    assert len(find("", (facts.of_label("positive"),))) == len(TEXTS)


def test_only_comments_of_the_period_are_found(app: Flask) -> None:
    assert find("great", period=Period.parse("2023/24")) == []
    assert find("", period=Period.parse("2024-05")) == list(reversed(TEXTS))


def test_the_closest_come_first_when_asked_so(app: Flask) -> None:
    wanted = Wanted(YEAR, read_asked("missed", {}))
    assert texts(closest_numbers(wanted, most=1)) == ["Bins missed again, missed bins every week"]
    assert len(closest_numbers(wanted, most=5, skip=1)) == 1


def test_a_group_of_facts_wants_one_of_them_and_every_group_has_its_say(app: Flask) -> None:
    positive, negative = facts.of_label("positive"), facts.of_label("negative")
    assert len(find("bins", (positive, negative))) == 5
    assert find("bins", (positive,), (facts.of_channel("email"),)) == []
    assert find("bins", ()) == []


def comment_of(text: str) -> Comment:
    return db.session.scalars(db.select(Comment).where(Comment.redacted_text == text)).one()


def facts_of(text: str) -> set[str]:
    db.session.flush()
    number, found = comment_of(text).id, found_facts(Wanted(YEAR), most=50)
    return {fact for place, row in found if facts.comment_at(place) == number for fact in row.split()}


CHANGES: list[tuple[Callable[[Comment], object], str]] = [
    (lambda comment: setattr(comment, "sentiment", "negative"), facts.of_label("negative")),
    (lambda comment: setattr(comment, "person_label", "neutral"), facts.of_label("neutral")),
    (lambda comment: setattr(comment, "person_label", "neutral"), facts.BY_PERSON),
    (lambda comment: setattr(comment, "needs_review", True), facts.of_label("waiting_for_review")),
    (lambda comment: setattr(comment, "needs_review", True), facts.REVIEW),
    (lambda comment: setattr(comment, "flags", ["request", "mixed"]), facts.REQUEST),
    (lambda comment: setattr(comment, "flags", ["request", "mixed"]), facts.MIXED),
    (lambda comment: setattr(comment, "language", "cy"), facts.of_language("cy")),
    (lambda comment: setattr(comment.response, "channel", "email"), facts.of_channel("email")),
    (lambda comment: db.session.add(QuoteMark(comment_id=comment.id, marked_at=NOON)), facts.QUOTE),
    (lambda comment: db.session.add(follow_up_of(comment.response)), facts.FOLLOW_UP),
]


def follow_up_of(response: SurveyResponse) -> FollowUp:
    days = dict.fromkeys(("keep_until", "contact_due_on", "close_due_on"), NOON.date())
    return FollowUp(reference="F", response_id=response.id, service_id=response.service_id, opened_at=NOON, **days)


@pytest.mark.parametrize(("change", "fact"), CHANGES)
def test_a_change_of_the_comment_or_its_answer_is_found_at_once(
    app: Flask, change: Callable[[Comment], object], fact: str
) -> None:
    text = TEXTS[0]
    assert fact not in facts_of(text)
    change(comment_of(text))
    assert fact in facts_of(text)
    assert find("bins", (fact,)) == [text]


def test_a_theme_is_found_while_the_comment_has_it(app: Flask) -> None:
    theme = Theme(code="bins", name="Bins", keywords="bin")
    db.session.add(theme)
    db.session.flush()
    comment = comment_of(TEXTS[0])
    comment.themes = [CommentTheme(theme_id=theme.id, matched=["bins"])]
    assert facts.of_theme(theme.id) in facts_of(TEXTS[0])
    comment.themes = []
    assert facts.of_theme(theme.id) not in facts_of(TEXTS[0])
    assert find("nobody rang") == [TEXTS[0]]


def test_a_text_that_was_redacted_anew_is_found_by_its_new_words_only(app: Flask) -> None:
    comment_of(TEXTS[0]).redacted_text = "[name removed] rang me back about the wagon."
    db.session.flush()
    assert find("nobody") == []
    assert find("wagon") == ["[name removed] rang me back about the wagon."]


@pytest.mark.parametrize("state", [ResponseState.WITHDRAWN, ResponseState.QUARANTINED, ResponseState.UNDATED])
def test_what_does_not_count_is_not_found_and_comes_back_once_it_does(app: Flask, state: ResponseState) -> None:
    response = comment_of(TEXTS[7]).response
    response.state = state
    db.session.flush()
    assert find("great") == []
    response.state = ResponseState.COUNTED
    db.session.flush()
    assert find("great") == [TEXTS[7]]


def test_answers_of_tests_are_never_found(app: Flask) -> None:
    comment_of(TEXTS[7]).response.is_test = True
    db.session.flush()
    assert find("great") == []


def test_a_comment_moves_with_the_day_on_which_its_answer_counts(app: Flask) -> None:
    comment_of(TEXTS[7]).response.counts_on = date(2023, 5, 1)
    db.session.flush()
    assert find("great") == []
    assert find("great", period=Period.parse("2023-05")) == [TEXTS[7]]


def test_what_is_deleted_is_gone_from_the_index(app: Flask) -> None:
    for text in TEXTS[:4]:
        comment = comment_of(text)
        db.session.delete(comment.answer_text if text == TEXTS[0] else comment)
    db.session.flush()
    assert find("bins") == [TEXTS[6]]
    if db.engine.dialect.name == "sqlite":
        db.session.execute(db.text("INSERT INTO comment_search (comment_search) VALUES ('integrity-check')"))


def test_a_row_that_a_backup_brings_is_found_too(app: Flask) -> None:
    table, old = Base.metadata.tables["comment"], comment_of(TEXTS[7]).id
    (row,) = db.session.execute(select(table).where(table.c.id == old)).mappings()
    db.session.execute(delete(table).where(table.c.id == old))
    assert find("great") == []
    db.session.execute(insert(table).values(**row))
    assert len(find("great", (facts.of_label("positive"),))) == 1
    db.session.execute(delete(table).where(table.c.id == old))
    assert find("great") == []


def test_a_comment_of_fifty_thousand_signs_is_found_by_its_words(app: Flask) -> None:
    comment_of(TEXTS[7]).redacted_text = "again and " * 4_990 + "finally zeppelin"
    db.session.flush()
    assert folded(comment_of(TEXTS[3]).redacted_text) == "the bin lorry missed bins"
    assert len(find("zeppelin")) == 1
    assert len(find('"finally zeppelin"')) == 1
