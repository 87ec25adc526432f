"""A person's label beats the machine's, is kept with who and when, can be undone, and never overwrites a colleague's
unknowingly."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from survey_app.audit.models import AuditLine
from survey_app.comments.checking.operations import LabelledMeanwhile, label_comment, take_label_back
from survey_app.comments.models import Comment, CommentLabel, LabelSource
from survey_app.extensions import db, transaction
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.measures.operations import fold_all
from survey_app.measures.queries import figures
from survey_app.responses.operations import withdraw
from tests.comments.checking.conftest import Write
from tests.factories import NOON, make_user
from tests.threads import all_at_once

YEAR = date(2025, 4, 1), date(2026, 3, 31)
REVIEW, CORRECTION = LabelSource.REVIEW, LabelSource.CORRECTION


@pytest.fixture
def bea() -> int:
    return make_user("cse_lead").id


@pytest.fixture
def carl() -> int:
    return make_user("cse_lead").id


def share_of_positives() -> tuple[int | None, int]:
    figure = figures("comment_sentiment", *YEAR, now=NOON + timedelta(days=90))[0]
    return figure.numerator, figure.base


def history(comment: Comment) -> list[tuple[str | None, str | None]]:
    lines = select(CommentLabel).where(CommentLabel.comment_id == comment.id).order_by(CommentLabel.id)
    return [(line.before, line.label) for line in db.session.scalars(lines)]


def test_a_label_counts_in_the_figure_at_once_and_after_the_fold(write: Write, bea: int) -> None:
    for _ in range(10):
        write()
    unsure = write("It was OK I suppose", "neutral", unsure=True)
    fold_all()
    assert share_of_positives() == (10, 10)
    assert label_comment(unsure, "negative", REVIEW, by=bea, now=NOON)
    assert share_of_positives() == (10, 11)
    db.session.commit()
    fold_all()
    assert share_of_positives() == (10, 11)


def test_tallies_stay_exact_through_labels_and_their_undoing(write: Write, bea: int, runner: FlaskCliRunner) -> None:
    first, second, third = write(), write(unsure=True), write()
    fold_all()
    label_comment(first, "negative", CORRECTION, by=bea, now=NOON)
    label_comment(second, "cannot_tell", REVIEW, by=bea, now=NOON)
    label_comment(third, "neutral", CORRECTION, by=bea, now=NOON)
    take_label_back(third, by=bea, now=NOON)
    db.session.commit()
    assert runner.invoke(args=["measures", "verify"]).exit_code == 0


def test_what_nobody_can_tell_leaves_the_queue_and_stays_out_of_the_figure(write: Write, bea: int) -> None:
    for _ in range(10):
        write()
    told = write()
    assert share_of_positives() == (11, 11)
    label_comment(told, "cannot_tell", CORRECTION, by=bea, now=NOON)
    assert share_of_positives() == (10, 10)


def test_every_label_is_kept_with_who_when_and_what_stood_there(write: Write, bea: int, carl: int) -> None:
    comment = write(unsure=True)
    label_comment(comment, "negative", REVIEW, by=bea, now=NOON)
    label_comment(comment, "neutral", CORRECTION, by=carl, now=NOON + timedelta(hours=1))
    assert history(comment) == [("waiting_for_review", "negative"), ("negative", "neutral")]
    lines = db.session.scalars(select(CommentLabel).order_by(CommentLabel.id)).all()
    assert [(line.labelled_by, line.labelled_at, line.source) for line in lines] == [
        (bea, NOON, REVIEW),
        (carl, NOON + timedelta(hours=1), CORRECTION),
    ]
    assert (comment.person_label, comment.person_labelled_by) == ("neutral", carl)


def test_undone_the_machines_label_holds_again_and_the_history_stays(write: Write, bea: int) -> None:
    comment = write(sentiment="positive")
    label_comment(comment, "negative", CORRECTION, by=bea, now=NOON)
    take_label_back(comment, by=bea, now=NOON)
    assert comment.shown_label == "positive"
    assert (comment.person_label, comment.person_labelled_by, comment.person_labelled_at) == (None, None, None)
    assert history(comment) == [("positive", "negative"), ("negative", None)]


def test_undone_a_correction_gives_back_a_colleagues_label(write: Write, bea: int, carl: int) -> None:
    comment = write()
    label_comment(comment, "negative", CORRECTION, by=bea, now=NOON)
    label_comment(comment, "neutral", CORRECTION, by=carl, now=NOON)
    take_label_back(comment, by=carl, now=NOON)
    assert (comment.person_label, comment.person_labelled_by) == ("negative", bea)


def test_nobody_undoes_a_colleagues_label_nor_one_that_was_changed_since(write: Write, bea: int, carl: int) -> None:
    comment = write()
    with pytest.raises(Refused):
        take_label_back(comment, by=bea, now=NOON)
    label_comment(comment, "negative", CORRECTION, by=bea, now=NOON)
    with pytest.raises(Refused):
        take_label_back(comment, by=carl, now=NOON)
    label_comment(comment, "neutral", CORRECTION, by=carl, now=NOON)
    with pytest.raises(Refused):
        take_label_back(comment, by=bea, now=NOON)
    assert comment.person_label == "neutral"


def test_who_saw_it_unlabelled_is_told_what_a_colleague_said_and_may_then_correct_it(
    write: Write, bea: int, carl: int
) -> None:
    comment = write(unsure=True)
    label_comment(comment, "negative", REVIEW, by=bea, now=NOON, seen="waiting_for_review")
    with pytest.raises(LabelledMeanwhile, match="labelled it meanwhile: negative") as told:
        label_comment(comment, "positive", REVIEW, by=carl, now=NOON, seen="waiting_for_review")
    assert comment.person_label == "negative"
    assert label_comment(comment, "positive", REVIEW, by=carl, now=NOON, seen=told.value.label)
    assert comment.person_label == "positive"


def test_the_same_label_twice_is_one_label(write: Write, bea: int, carl: int) -> None:
    comment = write()
    assert label_comment(comment, "negative", CORRECTION, by=bea, now=NOON)
    assert not label_comment(comment, "negative", CORRECTION, by=carl, now=NOON, seen="positive")
    assert history(comment) == [("positive", "negative")]


def test_what_is_no_label_is_refused_and_stores_nothing(write: Write, bea: int) -> None:
    comment = write()
    for wrong in ("", "happy", "waiting_for_review"):
        with pytest.raises(InvalidInput):
            label_comment(comment, wrong, CORRECTION, by=bea, now=NOON)
    assert history(comment) == []


def test_a_comment_that_its_person_took_back_cannot_be_labelled(write: Write, bea: int) -> None:
    comment = write()
    withdraw(comment.response, now=NOON)
    db.session.flush()
    with pytest.raises(NotFound):
        label_comment(comment, "negative", CORRECTION, by=bea, now=NOON)


def test_a_label_is_audited_without_a_word_of_the_comment(write: Write, bea: int) -> None:
    comment = write("My landlord never rang")
    label_comment(comment, "negative", CORRECTION, by=bea, now=NOON)
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "comment labelled")).one()
    assert (line.subject, line.actor_id) == (comment.reference, str(bea))
    assert (line.before, line.after) == ({"label": "positive"}, {"label": "negative"})


def test_of_two_at_the_same_moment_one_is_told_of_the_other(app: Flask, write: Write, bea: int, carl: int) -> None:
    comment_id = write(unsure=True).id
    outcomes: list[str] = []

    def label(as_what: str, by: int) -> None:
        try:
            with transaction():
                found = db.session.get_one(Comment, comment_id)
                label_comment(found, as_what, REVIEW, by=by, now=NOON, seen="waiting_for_review")
            outcomes.append("stored")
        except LabelledMeanwhile:
            outcomes.append("told")

    db.session.commit()
    all_at_once(app, lambda: label("negative", bea), lambda: label("positive", carl))
    assert sorted(outcomes) == ["stored", "told"]
    db.session.expire_all()
    assert len(history(db.session.get_one(Comment, comment_id))) == 1
