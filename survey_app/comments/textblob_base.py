"""What is used of TextBlob: the shape of its analyzers, and its list of words. The only import of textblob.

TextBlob loads the whole of nltk, and that would load numpy, scipy and scikit-learn where they are installed, as they
are where weights are trained: a second and more at each start, for parts that nobody here uses.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple


@contextmanager
def _not_installed(*names: str) -> Iterator[None]:
    """Within, packages that nobody has loaded yet count as not installed."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type] # None: cannot be imported
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


with _not_installed("numpy", "scipy", "sklearn"):
    from textblob.base import CONTINUOUS, BaseSentimentAnalyzer
    from textblob.en import sentiment as _lexicon

__all__ = ["CONTINUOUS", "BaseSentimentAnalyzer", "Senses", "general_words"]


class Senses(NamedTuple):
    """What TextBlob says of each word, over all its senses: -1 to 1, and 0 to 1."""

    polarity: Mapping[str, float]
    subjectivity: Mapping[str, float]


@cache
def general_words() -> Senses:
    """TextBlob's list of general English, read from its package; no corpus is needed."""
    _lexicon.load()
    senses = {word: parts[None] for word, parts in dict.items(_lexicon)}
    return Senses(
        {word: polarity for word, (polarity, _, _) in senses.items()},
        {word: subjective for word, (_, subjective, _) in senses.items()},
    )
