"""A CSV file of comments, or of sentences with their personal details marked.

A bad one is refused whole, with one sentence that says what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from survey_app.comments.evaluation import LABELS
from survey_app.comments.redaction.accuracy import Marked, read_marked
from survey_app.kernel.characters import shortened
from survey_app.kernel.csvfile import open_csv
from survey_app.kernel.errors import InvalidInput
from survey_app.surveys.kinds import TextType


@dataclass(frozen=True, slots=True)
class CommentRow:
    """One line: the comment, what was asked if it is known, and a person's label where one was asked for."""

    text: str
    question: TextType | None
    label: str | None = None
    is_aside: bool = False  # never learnt from


def read_comments(path: Path, *, labelled: bool = False) -> list[CommentRow]:
    """Rows of `text[,question]`, or of `text,label[,question]`; header in any order and case, other columns ignored.

    A column `aside`, yes or no, marks rows that weights must not be learnt from. InvalidInput when the file or one of
    its rows cannot be read.
    """
    with open_csv(path, required=("text", "label") if labelled else ("text",)) as file:
        rows = []
        for row in file:
            if row.problem is not None:
                raise InvalidInput(f"Line {row.line} cannot be read: {row.problem}.")
            rows.append(_row(row.values, row.line, labelled))
        return rows


def read_marked_sentences(path: Path) -> list[Marked]:
    """Rows of `text[,part]`, in whose texts a mark such as {name:Sarah} stands around each personal detail.

    InvalidInput when the file or one of its rows cannot be read.
    """
    with open_csv(path, required=("text",)) as file:
        sentences = []
        for row in file:
            if row.problem is not None:
                raise InvalidInput(f"Line {row.line} cannot be read: {row.problem}.")
            part = row.values.get("part", "").strip()
            sentences.append(read_marked(row.values["text"], line=row.line, part=part))
        return sentences


def _row(values: Mapping[str, str], line: int, labelled: bool) -> CommentRow:
    label = values["label"].strip().casefold() if labelled else None
    if labelled and label not in LABELS:
        raise InvalidInput(f"Line {line} has the label “{shortened(str(label))}”; it must be {', '.join(LABELS)}.")
    asked = values.get("question", "").strip().casefold()
    if asked and asked not in set(TextType):
        raise InvalidInput(
            f"Line {line} has the question “{shortened(asked)}”; it must be {', '.join(TextType)} or empty."
        )
    aside = values.get("aside", "").strip().casefold() if labelled else ""
    if aside not in ("", "yes", "no"):
        raise InvalidInput(f"Line {line} has “{shortened(aside)}” under aside; it must be yes, no or empty.")
    return CommentRow(values["text"], TextType(asked) if asked else None, label, aside == "yes")
