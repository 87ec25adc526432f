"""How good the phrases are: what they find of what people say they should find."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from survey_app.comments.alerts.finding import Finder
from survey_app.kernel.characters import shortened
from survey_app.kernel.csvfile import open_csv
from survey_app.kernel.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text, and the codes of the kinds that a person says it needs."""

    text: str
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class KindFigures:
    """Of one kind: in how many texts it is, in how many it was found, and in how many of these rightly."""

    code: str
    labelled: int
    found: int
    right: int

    @property
    def recall(self) -> float | None:
        return self.right / self.labelled if self.labelled else None

    @property
    def precision(self) -> float | None:
        return self.right / self.found if self.found else None


def read_labelled(path: Path, codes: Sequence[str]) -> list[Labelled]:
    """Rows of `text,kinds`, codes parted by blanks, none where nothing should be found. InvalidInput for others."""
    with open_csv(path, required=("text", "kinds")) as file:
        rows = []
        for row in file:
            if row.problem is not None:
                raise InvalidInput(f"Line {row.line} cannot be read: {row.problem}.")
            kinds = frozenset(row.values["kinds"].split())
            if unknown := sorted(kinds.difference(codes)):
                known = ", ".join(codes)
                raise InvalidInput(f"Line {row.line} has the kind “{shortened(unknown[0])}”; kinds are {known}.")
            rows.append(Labelled(row.values["text"], kinds))
        return rows


def measure(finder: Finder, rows: Iterable[Labelled], codes: Sequence[str]) -> list[KindFigures]:
    """The figures of each kind, in the order of `codes`."""
    judged = [(row.kinds, {found.code for found in finder.find(row.text)}) for row in rows]
    return [
        KindFigures(
            code,
            sum(code in kinds for kinds, _ in judged),
            sum(code in found for _, found in judged),
            sum(code in kinds and code in found for kinds, found in judged),
        )
        for code in codes
    ]
