"""The kinds of alert that a new council starts with, as a file that can be read and argued about."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from survey_app.comments.alerts.finding import Finder, KindRule, read_phrases


@dataclass(frozen=True, slots=True)
class DefaultKind:
    """One line of `default_kinds.csv`: `code,name,phrases,exceptions,minutes`, a phrase a line within its cell."""

    code: str
    name: str
    phrases: str
    exceptions: str
    minutes: int

    @property
    def rule(self) -> KindRule:
        return KindRule(self.code, read_phrases(self.phrases), read_phrases(self.exceptions))


@cache
def default_kinds() -> tuple[DefaultKind, ...]:
    """The most urgent first."""
    table = (files("survey_app.comments.alerts") / "default_kinds.csv").read_text(encoding="utf-8")
    return tuple(
        DefaultKind(row["code"], row["name"], row["phrases"].strip(), row["exceptions"].strip(), int(row["minutes"]))
        for row in csv.DictReader(io.StringIO(table))
    )


@cache
def default_finder() -> Finder:
    return Finder(kind.rule for kind in default_kinds())
