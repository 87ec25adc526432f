"""A new method judges past comments beside the old one. Whose labels count is a person's decision, with undo."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from survey_app.audit.models import AuditLine
from survey_app.comments.methods import operations, queries
from survey_app.comments.methods.comparing import Pair, compare, comparison_sentence
from survey_app.comments.methods.operations import adopt, ask_for_judging, judge_again, take_back
from survey_app.comments.models import Comment, CommentJudgement, Judging
from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.measures.queries import figures
from survey_app.organisation.models import Service
from survey_app.organisation.scope import EVERYTHING, Scope
from tests.comments.methods.conftest import OLD, MakeComment, facts_of
from tests.factories import NOON

MARCH, MAY = date(2025, 3, 10), date(2025, 5, 10)
SPAN = (date(2025, 3, 1), date(2025, 5, 31))
LATER = NOON + timedelta(days=1)


def work_through(now: datetime = LATER) -> int:
    """The job until nothing is left."""
    done = 0
    while step := judge_again(now, "test"):
        done += step
    return done


def asked(**facts: object) -> Judging:
    return ask_for_judging(*SPAN, "New weights.", now=NOON, by=None, **facts)  # type: ignore[arg-type]


@pytest.fixture
def past(comment: MakeComment) -> list[Comment]:
    """Twelve comments that an old method took for the opposite of what they say."""
    return [comment("Very helpful staff, thank you", "negative", MARCH) for _ in range(8)] + [
        comment("Rude and slow, nobody replied", "positive", MAY) for _ in range(4)
    ]


def test_judging_past_comments_changes_no_label_that_counts(past: list[Comment]) -> None:
    before = [facts_of(each) for each in past]
    judging = asked()
    work_through()
    assert (judging.judged, judging.done_at) == (12, LATER)
    assert [facts_of(each) for each in past] == before
    said = dict(db.session.execute(select(CommentJudgement.comment_id, CommentJudgement.sentiment)).all())
    assert [said[each.id] for each in past] == ["positive"] * 8 + ["negative"] * 4


def test_only_comments_of_its_days_and_of_another_method_are_judged(comment: MakeComment) -> None:
    inside = comment("Very helpful", "negative", MARCH)
    comment("Very helpful", "negative", date(2025, 6, 1))
    comment("Very helpful", "positive", MARCH, method=queries.present_method())
    comment("Dziękuję bardzo", None, MARCH, method="language-1")
    assert asked() and work_through()
    assert db.session.scalars(select(CommentJudgement.comment_id)).all() == [inside.id]


def test_it_goes_on_where_it_was_killed(past: list[Comment], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "BATCH", 5)
    judging = asked()
    assert judge_again(LATER, "one") == 5
    assert (judging.judged_to, judging.judged, queries.left_to_judge(judging)) == (past[4].id, 5, 7)
    work_through()
    assert (judging.judged, judging.done_at, queries.left_to_judge(judging)) == (12, LATER, 0)


def test_done_twice_is_done_once(past: list[Comment]) -> None:
    judging = asked()
    work_through()
    judging.judged_to, judging.done_at = 0, None
    work_through()
    assert len(db.session.scalars(select(CommentJudgement)).all()) == 12


def test_adopted_labels_count_and_those_before_are_kept(past: list[Comment]) -> None:
    judging = asked()
    work_through()
    adopt(judging, now=LATER, by=None)
    work_through()
    assert [each.sentiment for each in past] == ["positive"] * 8 + ["negative"] * 4
    assert {each.method for each in past} == {queries.present_method()}
    kept = db.session.scalars(select(CommentJudgement)).all()
    assert {(row.method, row.counted_until) for row in kept} == {(OLD, LATER)} and len(kept) == 12
    (figure,) = figures("comment_sentiment", *SPAN, now=LATER)
    assert (figure.numerator, figure.base) == (8, 12)


def test_a_persons_label_stands_above_both(past: list[Comment]) -> None:
    past[0].person_label = "neutral"
    judging = asked()
    work_through()
    adopt(judging, now=LATER, by=None)
    work_through()
    assert past[0].person_label == "neutral"
    (figure,) = figures("comment_sentiment", *SPAN, now=LATER)
    assert (figure.numerator, figure.base) == (7, 12)


@pytest.mark.parametrize("batches", [1, 2, 3, 9])
def test_taking_back_puts_every_label_back_however_far_adopting_came(
    past: list[Comment], monkeypatch: pytest.MonkeyPatch, batches: int
) -> None:
    monkeypatch.setattr(operations, "BATCH", 5)
    before = [facts_of(each) for each in past]
    judging = asked()
    work_through()
    adopt(judging, now=LATER, by=None)
    for _ in range(batches):
        judge_again(LATER, "test")
    take_back(judging, now=LATER, by=None)
    work_through()
    assert [facts_of(each) for each in past] == before
    assert judging.adopted_to == 0 and judging.adopted_at is None
    adopt(judging, now=LATER, by=None)
    work_through()
    assert [each.sentiment for each in past] == ["positive"] * 8 + ["negative"] * 4


def test_of_two_methods_that_were_adopted_the_later_is_put_back_first(
    past: list[Comment], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = asked()
    work_through()
    adopt(first, now=LATER, by=None)
    work_through()
    monkeypatch.setattr(queries, "present_method", lambda: "newest+1")
    second = asked()
    work_through()
    next_day = LATER + timedelta(days=1)
    adopt(second, now=next_day, by=None)
    work_through(next_day)
    with pytest.raises(Refused, match="Put those back first"):
        take_back(first, now=LATER, by=None)
    take_back(second, now=LATER, by=None)
    work_through()
    assert {each.method for each in past} == {first.method}
    take_back(first, now=LATER, by=None)
    work_through()
    assert {each.method for each in past} == {OLD}


def test_one_of_an_earlier_method_ends_as_it_is(past: list[Comment], monkeypatch: pytest.MonkeyPatch) -> None:
    asked()
    monkeypatch.setattr(queries, "present_method", lambda: "newest+1")
    assert work_through() == 0
    assert queries.unfinished() is None


def test_what_cannot_be_done_is_refused_with_a_sentence(past: list[Comment]) -> None:
    with pytest.raises(InvalidInput, match="before the first"):
        ask_for_judging(SPAN[1], SPAN[0], "", now=NOON, by=None)
    with pytest.raises(Refused, match="by the present method already"):
        ask_for_judging(date(2020, 1, 1), date(2020, 1, 2), "", now=NOON, by=None)
    judging = asked()
    with pytest.raises(Refused, match="just now"):
        asked()
    with pytest.raises(Refused, match="Not all"):
        adopt(judging, now=NOON, by=None)
    with pytest.raises(Refused, match="do not count"):
        take_back(judging, now=NOON, by=None)
    work_through()
    adopt(judging, now=NOON, by=None)
    with pytest.raises(Refused, match="count already"):
        adopt(judging, now=NOON, by=None)
    work_through()
    take_back(judging, now=NOON, by=None)
    with pytest.raises(Refused, match="just being put back"):
        adopt(judging, now=NOON, by=None)
    with pytest.raises(NotFound):
        queries.judging_by_id(0)


def test_each_decision_has_an_audit_line_without_a_word_of_the_reason(past: list[Comment]) -> None:
    judging = asked()
    work_through()
    adopt(judging, now=LATER, by=None)
    work_through()
    take_back(judging, now=LATER, by=None)
    lines = db.session.scalars(select(AuditLine).where(AuditLine.action.like("comments.judging%"))).all()
    assert [line.action.split(" ")[1] for line in lines] == ["asked", "adopted", "taken"]
    assert not any("weights" in str(line.after) + str(line.before) for line in lines)


def test_a_comment_in_another_language_loses_its_label_when_the_present_method_counts(comment: MakeComment) -> None:
    polish = comment("Śmieci nie zostały odebrane w tym tygodniu", "neutral", MARCH)
    judging = asked()
    work_through()
    adopt(judging, now=LATER, by=None)
    work_through()
    assert (polish.sentiment, polish.language, polish.flags) == (None, "pl", ["not_analysed"])


def test_methods_in_use_are_listed_by_their_days_within_a_scope(past: list[Comment], comment: MakeComment) -> None:
    comment("Very helpful", "positive", date(2025, 6, 1), method="newer+1")
    uses = queries.methods_in_use(EVERYTHING)
    assert [(use.method, use.first_on, use.last_on, use.comments) for use in uses] == [
        ("newer+1", date(2025, 6, 1), date(2025, 6, 1), 1),
        (OLD, MARCH, MAY, 12),
    ]
    assert queries.methods_in_use(Scope(frozenset())) == []


def test_both_methods_are_compared_before_and_after_adopting(past: list[Comment], service: Service) -> None:
    judging = asked()
    work_through()
    for _ in range(2):
        comparison = compare(queries.pairs(judging, EVERYTHING))
        assert (comparison.count("negative", "positive"), comparison.count("positive", "negative")) == (8, 4)
        assert (comparison.earlier.positive, comparison.later.positive, comparison.earlier.base) == (4, 8, 12)
        assert [month.first for month in comparison.months] == [date(2025, 3, 1), date(2025, 5, 1)]
        assert all(month.is_hidden for month in comparison.months)
        if judging.adopted_at is None:
            adopt(judging, now=LATER, by=None)
            work_through()
    assert queries.pairs(judging, Scope(frozenset())) == []
    assert len(queries.pairs(judging, Scope(frozenset({service.id})))) == 2


def pair(earlier: str | None, later: str | None, n: int, day: date = MARCH) -> Pair:
    return Pair(day, earlier, later, n)


def test_the_sentence_says_that_methods_differ_and_not_what_residents_said() -> None:
    said = comparison_sentence(compare([pair("positive", "positive", 60), pair("positive", "negative", 40)]))
    assert said == (
        "40 of 100 labels differ (40.0%). The share of positive comments is 100.0% by the earlier method and 60.0% by "
        "the later one: a difference of methods, not of what residents said."
    )
    same = comparison_sentence(compare([pair("positive", "negative", 10), pair("negative", "positive", 10)]))
    assert same.endswith("is 50.0% by both methods.")
    assert comparison_sentence(compare([])) == "No comment has been judged by both methods yet."
    assert "too few to show" in comparison_sentence(compare([pair("positive", "negative", 9)]))
    assert "no label that counts" in comparison_sentence(compare([pair("positive", None, 30)]))


def test_a_month_with_fewer_than_ten_labels_by_either_method_is_hidden() -> None:
    comparison = compare(
        [pair("positive", "positive", 9), pair("positive", None, 20), pair("negative", "negative", 30, MAY)]
    )
    march, may = comparison.months
    assert march.is_hidden and march.later.value is None
    assert (may.earlier.value, may.is_hidden) == (0.0, False)
