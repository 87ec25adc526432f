"""The weights come from health services; these comments of residents are made up by us, as councils get them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from survey_app.comments.analysis import analyse
from survey_app.comments.sentiment import Flag, Sentiment
from survey_app.comments.themes import default_code_frame
from survey_app.surveys.kinds import TextType

with (Path(__file__).parent / "council_comments.csv").open(encoding="utf-8", newline="") as _lines:
    COMMENTS = list(csv.DictReader(_lines))


@pytest.fixture(scope="module")
def judged() -> dict[str, list[Sentiment]]:
    """Knowing the question, by what the comment is."""
    found: dict[str, list[Sentiment]] = {}
    for row in COMMENTS:
        sentiment = analyse(row["text"], TextType(row["question"]), default_code_frame()).sentiment
        found.setdefault(row["kind"], []).append(sentiment)
    return found


def share(sentiments: list[Sentiment], *labels: str) -> float:
    return sum(sentiment.label in labels for sentiment in sentiments) / len(sentiments)


def test_there_are_enough_of_each_kind() -> None:
    assert len(COMMENTS) >= 120
    assert {row["question"] for row in COMMENTS} == {"why", "good", "improve"}


def test_complaints_are_not_shown_as_praise(judged: dict[str, list[Sentiment]]) -> None:
    assert share(judged["complaint"], "positive") <= 0.03
    assert share(judged["complaint"], "negative") >= 0.85


def test_praise_is_not_shown_as_complaint(judged: dict[str, list[Sentiment]]) -> None:
    assert share(judged["praise"], "negative") <= 0.03
    assert share(judged["praise"], "positive") >= 0.8


def test_requests_are_flagged_and_are_no_praise(judged: dict[str, list[Sentiment]]) -> None:
    requests = judged["request"]
    assert sum(Flag.REQUEST in sentiment.flags for sentiment in requests) >= 0.8 * len(requests)
    assert share(requests, "positive") <= 0.03


def test_praise_with_criticism_is_flagged_or_sent_to_a_person(judged: dict[str, list[Sentiment]]) -> None:
    for sentiment in judged["mixed"]:
        assert {Flag.MIXED, Flag.UNSURE} & set(sentiment.flags)
