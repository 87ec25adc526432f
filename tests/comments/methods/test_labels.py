"""What people labelled, written down to learn from: redacted, two in five set aside for good."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from survey_app.accounts.models import User
from survey_app.audit.models import AuditLine
from survey_app.comments.analysis import analyse
from survey_app.comments.aside import SHARE_ASIDE, is_aside
from survey_app.comments.checking.models import BlindItem, BlindLabel, BlindSample
from survey_app.comments.comment_file import read_comments
from survey_app.comments.method import use_weights
from survey_app.comments.methods.queries import labelled_comments
from survey_app.comments.models import Comment
from survey_app.comments.themes import default_code_frame
from survey_app.extensions import db
from survey_app.responses.models import ResponseState
from survey_app.surveys.kinds import TextType
from tests.comments.methods.conftest import MakeComment
from tests.factories import NOON

MARCH, MAY = date(2025, 3, 10), date(2025, 5, 10)


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@given(st.text(max_size=20))
def test_what_is_set_aside_hangs_on_the_reference_alone(reference: str) -> None:
    assert is_aside(reference) is is_aside(reference)


def test_two_in_five_are_set_aside_and_which_never_changes() -> None:
    aside = [is_aside(f"reference-{number}") for number in range(5_000)]
    assert abs(sum(aside) / 5_000 - SHARE_ASIDE) < 0.03
    assert [is_aside(name) for name in "ABCDE"] == [True, True, True, False, True]


def test_enough_labels_are_written_and_can_be_learnt_from(
    comment: MakeComment, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    for _ in range(200):
        comment("Rude on [phone number removed]", "positive", MARCH, person_label="negative")
    db.session.commit()
    out = tmp_path / "labels.csv"
    result = runner.invoke(args=["comments", "labels", "--out", str(out)])
    written = rows(out)
    aside = sum(row["aside"] == "yes" for row in written)
    assert result.exit_code == 0
    assert f"200 labels, {200 - aside} to learn from and {aside} set aside." in result.output
    assert {(row["text"], row["label"]) for row in written} == {("Rude on [phone number removed]", "negative")}
    assert len(read_comments(out, labelled=True)) == 200
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "comments.labels written")).one()
    assert line.after == {"labels": 200}


def test_too_few_are_refused_unless_somebody_wants_any(
    comment: MakeComment, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    comment("Rude", "positive", MARCH, person_label="negative")
    db.session.commit()
    out = tmp_path / "labels.csv"
    refused = runner.invoke(args=["comments", "labels", "--out", str(out)])
    assert (refused.exit_code, out.exists()) == (1, False)
    assert "Not enough yet: 1 of the 200 labels that are needed." in refused.output
    assert runner.invoke(args=["comments", "labels", "--out", str(out), "--any"]).exit_code == 0
    assert len(rows(out)) == 1


def test_no_text_is_a_formula_in_the_file(comment: MakeComment, runner: FlaskCliRunner, tmp_path: Path) -> None:
    comment('=HYPERLINK("http://example.org")', "neutral", MARCH, person_label="neutral")
    db.session.commit()
    out = tmp_path / "labels.csv"
    runner.invoke(args=["comments", "labels", "--out", str(out), "--any"])
    assert rows(out)[0]["text"].startswith("'=")


def test_a_file_that_cannot_be_written_is_refused_and_leaves_no_line(
    comment: MakeComment, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    out = tmp_path / "none" / "labels.csv"
    refused = runner.invoke(args=["comments", "labels", "--out", str(out), "--any"])
    assert refused.exit_code == 1 and "cannot be written" in refused.output
    assert db.session.scalars(select(AuditLine).where(AuditLine.action == "comments.labels written")).all() == []


def sampled(comment: Comment, *labels: str | None) -> None:
    """A comment of a blind sample, with what its readers said."""
    users = db.session.scalars(select(User.id)).all()
    item = BlindItem(
        comment_id=comment.id, place=1, machine_label=None, machine_review=False, machine_themes=[], method="a"
    )
    item.labels = [
        BlindLabel(labelled_by=user, label=label, themes=[], labelled_at=NOON)
        for user, label in zip(users, labels, strict=False)
    ]
    month = date(2025, 1 + len(db.session.scalars(select(BlindSample.id)).all()), 1)
    db.session.add(BlindSample(month=month, seed="0" * 64, comments=1, drawn_at=NOON, items=[item]))
    db.session.flush()


@pytest.mark.parametrize(
    ("person", "readers", "label"),
    [
        (None, ("negative", "negative"), "negative"),
        (None, ("negative", "neutral"), None),
        (None, ("negative",), None),
        (None, ("negative", None), None),
        ("positive", ("negative", "negative"), "positive"),
        ("positive", (), "positive"),
        (None, (), None),
    ],
)
def test_a_label_is_a_persons_last_or_what_two_readers_agree_on(
    comment: MakeComment, person: str | None, readers: tuple[str | None, ...], label: str | None
) -> None:
    made = comment("Very helpful", "neutral", MARCH, person_label=person)
    if readers:
        sampled(made, *readers)
    assert [each.label for each in labelled_comments()] == ([label] if label else [])


def test_only_english_comments_of_answers_that_count_and_of_the_days_asked_for_are_written(
    comment: MakeComment,
) -> None:
    kept = comment("Very helpful", None, MARCH, person_label="positive", language="en")
    comment("Very helpful", None, MAY, person_label="positive")
    comment("Gwych", None, MARCH, person_label="positive", language="cy")
    gone = comment("Awful", None, MARCH, person_label="negative")
    gone.response.state = ResponseState.QUARANTINED
    sampled(kept, "positive", "positive")
    sampled(kept, "positive", "positive")
    found = labelled_comments(MARCH, MARCH)
    assert [each.reference for each in found] == [kept.reference]
    assert len(labelled_comments()) == 2


def test_what_people_labelled_becomes_weights_that_judge_by_it(
    comment: MakeComment, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    """The whole cycle: labels, a file, weights, and a word that only this council's residents use."""
    things = ("bin", "gate", "lamp", "kerb", "form", "bill", "letter", "permit", "drain")
    said = {
        "negative": "the {} was gubbed again on {} street",
        "positive": "the {} was pure dead brilliant on {} street",
        "neutral": "the {} stands on {} street",
    }
    asked = {"text_type": TextType.WHY}
    for place in range(9):
        for thing in things:
            for label, words in said.items():
                comment(words.format(thing, "abcdefghi"[place] * 3), None, MARCH, **asked, person_label=label)
    db.session.commit()
    labels, weights = tmp_path / "labels.csv", tmp_path / "ours.json.gz"
    assert runner.invoke(args=["comments", "labels", "--out", str(labels)]).exit_code == 0
    trained = runner.invoke(args=["comments", "train", str(labels), "--out", str(weights), "--json"])
    assert trained.exit_code == 0, trained.output
    figures = json.loads(trained.stdout)
    assert figures["measured_on"] == "rows set aside"
    assert figures["trained_on"]["comments"] == sum(row["aside"] == "no" for row in rows(labels))
    assert judged("It was gubbed", None) != "negative"
    use_weights(weights)
    assert judged("The lamp was gubbed again", TextType.WHY) == "negative"


def judged(text: str, question: TextType | None) -> str:
    return analyse(text, question, default_code_frame()).sentiment.label.value
