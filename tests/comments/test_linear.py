"""Weights: what a comment scores by them, and that a file which is not what it says it is gets refused."""

from __future__ import annotations

import gzip
import json
from math import exp, sqrt
from typing import Any

import pytest

from survey_app.comments import features
from survey_app.comments.linear import FORMAT, BrokenWeights, Chances, pack, rarity_of, softmax, unpack
from survey_app.surveys.kinds import TextType


def document(**changes: Any) -> dict[str, Any]:
    def of_set(*questions: str) -> dict[str, Any]:
        return {
            "negative": [200, 0],
            "positive": [-100, 300],
            "temperature": 2.0,
            "leaning": [1.0, 1.5, 1.0],
            "questions": {name: {"start": [10, 20], "signs": {"request": [50, -50]}} for name in questions},
        }

    return {
        "format": FORMAT,
        "features": features.VERSION,
        "trained_on": {"comments": 100, "sha256": "0"},
        "words": ["late", "lovely"],
        "seen": [4, 9],
        "sets": {"known": of_set(*TextType), "unknown": of_set("unknown")},
        **changes,
    }


def test_a_file_of_weights_is_the_same_bytes_each_time_and_comes_back_whole() -> None:
    content, digest = pack(document())
    assert pack(document()) == (content, digest)
    weights = unpack(content)
    assert weights.digest == digest
    assert set(weights.scorers) == {None, *TextType}


def test_a_comment_scores_what_its_words_and_signs_weigh() -> None:
    scorer = unpack(pack(document())[0]).scorers[TextType.WHY]
    late, lovely = rarity_of(4, 100), rarity_of(9, 100)
    length = sqrt(late**2 + lovely**2)
    negative = (2.0 * late / length + 0.1 + 0.5) / 2.0
    positive = ((-1.0 * late + 3.0 * lovely) / length + 0.2 - 0.5) / 2.0
    total = exp(negative) + 1 + exp(positive)
    found = scorer.chances({"late", "lovely", "never seen"}, {"request": 1.0, "never seen": 1.0})
    assert found == pytest.approx((exp(negative) / total, 1 / total, exp(positive) / total))


def test_chances_of_any_scores_add_up_to_one() -> None:
    for negative, positive in ((0.0, 0.0), (1000.0, -1000.0), (-1000.0, -1000.0), (3.0, 800.0)):
        assert sum(softmax(negative, positive)) == pytest.approx(1)


def test_neutral_is_called_sooner_than_its_chance_alone() -> None:
    scorer = unpack(pack(document())[0]).scorers[None]
    assert scorer.label_of(Chances(0.2, 0.35, 0.45)) == "neutral"
    assert scorer.label_of(Chances(0.2, 0.25, 0.55)) == "positive"


def changed_by_hand() -> bytes:
    content = json.loads(gzip.decompress(pack(document())[0]))
    content["sets"]["known"]["positive"][0] = 999
    return gzip.compress(json.dumps(content).encode())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no whole gzip file"),
        (b"text,label\n", "no whole gzip file"),
        (pack(document())[0][:-20], "no whole gzip file"),
        (gzip.compress(b"[]", mtime=0), "no whole gzip file"),
        (gzip.compress(b"{" * 100_000, mtime=0), "no whole gzip file"),
        (gzip.compress(b" " * 30_000_000, mtime=0), "no whole gzip file"),
        (gzip.compress(b"{}", mtime=0), "digest does not fit"),
        (changed_by_hand(), "digest does not fit"),
        (pack(document(format=FORMAT + 1))[0], "another version"),
        (pack(document(features=features.VERSION + 1))[0], "another version"),
        (pack(document(sets={}))[0], "something is missing"),
        (pack(document(seen=[4]))[0], "something is missing"),
        (pack(document(words="late"))[0], "something is missing"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(BrokenWeights, match=why):
        unpack(content)
