"""Other words for words, from a CSV that anyone can review: who asks for "ring back" means "phoned back" too."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from survey_app.comments.search.folding import folded_words

Same = Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]]


def read_synonyms(text: str) -> Same:
    """Read `words,note`, where words that mean the same stand between bars. ValueError naming the line where a group
    has fewer than two, or where words stand in a second group."""
    found: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
    for line, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        group = tuple(dict.fromkeys(tuple(word.key for word in folded_words(each)) for each in row["words"].split("|")))
        if len(group) < 2 or () in group:
            raise ValueError(f"Line {line} of the synonyms needs two or more words.")
        for words in group:
            if words in found:
                raise ValueError(f"Line {line} of the synonyms repeats “{' '.join(words)}”.")
            found[words] = tuple(other for other in group if other != words)
    return found


@cache
def synonyms() -> Same:
    """The list that ships with the product."""
    return read_synonyms((files("survey_app.comments.search") / "synonyms.csv").read_text(encoding="utf-8"))
