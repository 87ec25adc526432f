"""A CSV file of comments, read whole and refused whole with one sentence that says what to do."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from survey_app.comments.answers import QuestionType
from survey_app.comments.evaluation import LABELS

LONGEST_FIELD = 1_000_000


class UnreadableFileError(ValueError):
    """The file cannot be used; the message is the sentence to show."""


@dataclass(frozen=True, slots=True)
class CommentRow:
    """One line: the comment, what was asked if it is known, and a person's label where one was asked for."""

    text: str
    question: QuestionType | None
    label: str | None = None


def read_comments(content: bytes, *, labelled: bool = False) -> list[CommentRow]:
    """Rows of `text[,question]`, or of `text,label[,question]`; header in any order and case, other columns ignored.

    UTF-8 with or without a byte order mark, otherwise cp1252. Raises UnreadableFileError.
    """
    reader = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    needed = ("text", "label") if labelled else ("text",)
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_FIELD))
    try:
        header = [name.strip().casefold() for name in next(reader, [])]
        for name in needed:
            if name not in header:
                raise UnreadableFileError(f"The first line has no column “{name}”; it needs {' and '.join(needed)}.")
        return [
            _row(dict(zip(header, fields, strict=False)), reader.line_num, labelled) for fields in reader if any(fields)
        ]
    except csv.Error as problem:
        raise UnreadableFileError(f"Line {reader.line_num} is not CSV: {problem}.") from None


def _decoded(content: bytes) -> str:
    if not content.strip():
        raise UnreadableFileError("The file is empty; its first line must name the columns.")
    if b"\x00" in content[:4096]:
        raise UnreadableFileError("This is not a text file; save the table as CSV (UTF-8).")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError("The letters are neither UTF-8 nor Windows-1252; save the table as CSV (UTF-8).")


def _row(fields: dict[str, str], line: int, labelled: bool) -> CommentRow:
    label = fields.get("label", "").strip().casefold() if labelled else None
    if labelled and label not in LABELS:
        raise UnreadableFileError(f"Line {line} has the label “{label}”; it must be {', '.join(LABELS)}.")
    asked = fields.get("question", "").strip().casefold()
    if asked and asked not in set(QuestionType):
        raise UnreadableFileError(
            f"Line {line} has the question “{asked}”; it must be {', '.join(QuestionType)} or empty."
        )
    return CommentRow(fields.get("text", ""), QuestionType(asked) if asked else None, label)
