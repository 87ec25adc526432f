"""The kinds of alert that a new council starts with, as a file that can be read and argued about."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from survey_app.comments.alerts.finding import Finder, finder_of


@dataclass(frozen=True, slots=True)
class DefaultKind:
    """One line of `default_kinds.csv`: `code,name,phrases,exceptions,minutes`, a phrase a line within its cell."""

    code: str
    name: str
    phrases: str
    exceptions: str
    minutes: int


@cache
def default_kinds() -> tuple[DefaultKind, ...]:
    """The most urgent first."""
    table = (files("survey_app.comments.alerts") / "default_kinds.csv").read_text(encoding="utf-8")
    return tuple(
        DefaultKind(row["code"], row["name"], row["phrases"].strip(), row["exceptions"].strip(), int(row["minutes"]))
        for row in csv.DictReader(io.StringIO(table))
    )


def default_finder() -> Finder:
    return finder_of(*((kind.code, kind.phrases, kind.exceptions) for kind in default_kinds()))
