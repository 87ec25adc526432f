"""What the weights look at in a comment: its words, pairs of neighbours, and what the rules made of it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise

from survey_app.comments.weighing import Weight, is_negation
from survey_app.comments.words import Word

VERSION = 1  # raise it with every change of a feature's name or meaning: weights made for another are refused

START, END, STOP = "<s>", "</s>", "."
MIXED_FROM = 0.4  # both praise and blame weigh at least this much ...
MIXED_SHARE = 0.4  # ... and the weaker at least this share of the stronger
_DIGIT = re.compile(r"\d")
_SENTENCE_ENDS = frozenset(".!?\n")
_FIRST_EMOJI = "\u2600"
_LENGTHS = (1, 3, 8, 25, 60)  # words
_POLARITIES = (-0.8, -0.6, -0.4, -0.2, -0.05, 0.05, 0.2, 0.4, 0.6, 0.8)


def grams_of(words: Iterable[Word]) -> tuple[str, ...]:
    """Single words and pairs of neighbours, between the bounds of comment and sentence, each once, in their order.

    Commas and brackets are left out: neighbours across them are neighbours. What redaction left is no word.
    """
    keys = [START]
    for word in words:
        if word.is_word or word.key >= _FIRST_EMOJI:
            keys.append(word.key)
        elif word.key in _SENTENCE_ENDS:
            keys.append(STOP)
    keys.append(END)
    return tuple(dict.fromkeys([*keys[1:-1], *(f"{first} {second}" for first, second in pairwise(keys))]))


def is_mixed(weight: Weight) -> bool:
    """Strong praise beside strong criticism."""
    weaker, stronger = sorted((weight.praise, weight.blame))
    return weaker >= max(MIXED_FROM, MIXED_SHARE * stronger)


def signs_of(text: str, words: Sequence[Word], weight: Weight) -> dict[str, float]:
    """What the rules say of the comment, each 0 to 1 or -1 to 1; what is 0 is left out."""
    weaker = min(weight.praise, weight.blame)
    signs = {
        "polarity": weight.polarity_of_words,
        "praise": weight.praise / (1 + weight.praise),
        "blame": weight.blame / (1 + weight.blame),
        "both": weaker / (1 + weaker),
        "request": float(weight.has_request),
        "mixed": float(is_mixed(weight)),
        "no known word": float(not weight.reasons),
        "negation": float(any(is_negation(word.key) for word in words)),
        "question mark": float("?" in text),
        "figure": float(_DIGIT.search(text) is not None),
        f"length {bisect_left(_LENGTHS, sum(word.is_word for word in words))}": 1.0,
        f"polarity {bisect_left(_POLARITIES, weight.polarity_of_words)}": 1.0,
    }
    if weight.reasons:
        for place, reason in (("first", weight.reasons[0]), ("last", weight.reasons[-1])):
            signs[f"{place} {'praise' if reason.value > 0 else 'blame'}"] = 1.0
    return {name: value for name, value in signs.items() if value}
