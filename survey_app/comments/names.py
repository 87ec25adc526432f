"""Words that name somebody or somewhere: told by capitals where a sentence gives no reason for one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from survey_app.comments.words import Word

NAME_FROM = 0.5  # a word that has a capital in this share of such places is a name
SEEN_AT_LEAST = 2
_SENTENCE_ENDS = frozenset(".!?\n:")
_ALWAYS_CAPITAL = frozenset({"i", "im", "ive", "id", "ill"})


def names_in(texts: Iterable[tuple[str, Sequence[Word]]]) -> frozenset[str]:
    """The words that are mostly written with a capital within sentences: people, places, months, bodies.

    Comments with a capital on every other word or more say nothing about it and are passed over.
    """
    within, capital = Counter[str](), Counter[str]()
    for text, words in texts:
        spelled = [(word.key, text[word.start].isupper()) for word in words if word.is_word]
        if 2 * sum(is_capital for _, is_capital in spelled) > len(spelled):
            continue
        begins = True
        for word in words:
            if word.is_word and not begins:
                within[word.key] += 1
                capital[word.key] += text[word.start].isupper()
            begins = word.key in _SENTENCE_ENDS or (begins and not word.is_word)
    return frozenset(
        word
        for word, count in capital.items()
        if count >= SEEN_AT_LEAST
        and count >= NAME_FROM * within[word]
        and word not in _ALWAYS_CAPITAL
        and not word.startswith("i'")
    )
