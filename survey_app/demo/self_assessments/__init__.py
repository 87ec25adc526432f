"""What the councils of all scenarios claim for the elements of a framework, what they show and tell, in our own words.

One CSV a framework beside this module, named after its code.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO


@dataclass(frozen=True)
class ElementText:
    """What is said of an element. `exhibit` is the page that proves it, `months` how old that usually is."""

    claim: str
    show_me: str
    tell_me: str
    exhibit: str
    months: int


@cache
def element_texts(framework: str) -> Mapping[str, ElementText]:
    """The texts of a framework, by the numbers of its elements."""
    table = files(__name__).joinpath(f"{framework}.csv").read_text(encoding="utf-8")
    return {
        row["element"]: ElementText(
            claim=row["claim"],
            show_me=row["show_me"],
            tell_me=row["tell_me"],
            exhibit=row["exhibit"],
            months=int(row["months"]),
        )
        for row in csv.DictReader(StringIO(table))
    }
