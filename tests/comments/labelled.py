"""Labelled comments for training, made up here: enough of them, in all three labels and to every question."""

from __future__ import annotations

import csv
from itertools import product
from pathlib import Path

OPENINGS = ("", "To be honest ", "Last week ", "As always ", "On the phone ", "At the desk ", "This time ")
SUBJECTS = ("the adviser", "your reply", "the visit", "our officer", "the repair", "this form")
VERDICTS = {
    "negative": ("was rude", "was late", "was useless"),
    "neutral": ("was on Monday", "was about a permit"),
    "positive": ("was lovely", "was helpful", "was quick"),
}
QUESTIONS = ("why", "good", "improve")


def write_labelled(file: Path, *, without: str = "", most: int | None = None, aside_every: int = 0) -> Path:
    """A CSV as `flask comments train` reads it; `without` a label, cut after `most` rows, each so-manieth set aside."""
    texts = [
        (f"{opening}{subject} {verdict}", label)
        for label, verdicts in VERDICTS.items()
        if label != without
        for opening, subject, verdict in product(OPENINGS, SUBJECTS, verdicts)
    ]
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["text", "label", "question", "aside"])
        for number, (text, label) in enumerate(texts[:most]):
            aside = "yes" if aside_every and number % aside_every == 0 else "no"
            writer.writerow([text, label, QUESTIONS[number % 3], aside])
    return file
