"""How well keywords find what people see: precision and recall of each theme, and of all together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from survey_app.comments.themes.rules import CodeFrame
from survey_app.kernel.characters import shortened
from survey_app.kernel.csvfile import open_csv
from survey_app.kernel.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A comment and the codes of the themes that a person sees in it."""

    text: str
    themes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of one theme, or of all: how many texts have it, how many were found to, and how many of these rightly."""

    cases: int
    found: int
    right: int

    @property
    def precision(self) -> float | None:
        """Of those found, the share that a person sees too; None when none was found."""
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Of those that a person sees, the share that was found; None without any."""
        return self.right / self.cases if self.cases else None

    def as_json(self) -> dict[str, object]:
        return {"cases": self.cases, "found": self.found, "precision": self.precision, "recall": self.recall}


def read_labelled(path: Path, codes: Iterable[str]) -> list[LabelledText]:
    """Rows of `text,themes`, codes parted by semicolons; none for a text that has no theme. InvalidInput with the line
    of one that cannot be read."""
    known, rows = set(codes), []
    with open_csv(path, required=("text", "themes")) as file:
        for row in file:
            if row.problem is not None:
                raise InvalidInput(f"Line {row.line} cannot be read: {row.problem}.")
            themes = frozenset(code.strip() for code in row.values["themes"].split(";") if code.strip())
            if strange := sorted(themes - known):
                raise InvalidInput(f"Line {row.line}: there is no theme “{shortened(strange[0])}”.")
            rows.append(LabelledText(row.values["text"], themes))
    return rows


def agreements(frame: CodeFrame, rows: Sequence[LabelledText]) -> dict[str, Agreement]:
    """By the code of the theme, in the order of the frame's rules."""
    cases, found, right = Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        seen = {match.code for match in frame.find(row.text)}
        cases.update(row.themes)
        found.update(seen)
        right.update(row.themes & seen)
    return {rule.code: Agreement(cases[rule.code], found[rule.code], right[rule.code]) for rule in frame.rules}


def of_all(each: Iterable[Agreement]) -> Agreement:
    """All themes added up: each case counts once, so a frequent theme weighs more (the micro mean)."""
    parts = list(each)
    return Agreement(sum(p.cases for p in parts), sum(p.found for p in parts), sum(p.right for p in parts))
