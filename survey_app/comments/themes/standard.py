"""The themes that a new council starts with: a reviewable CSV, which it then changes as it likes."""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib.resources import files

from survey_app.comments.themes.keywords import read_keywords
from survey_app.comments.themes.rules import CodeFrame, ThemeRule


@cache
def default_rules() -> tuple[ThemeRule, ...]:
    """`code,name,definition,keywords`, keywords parted by semicolons."""
    table = (files("survey_app.comments.themes") / "default_themes.csv").read_text(encoding="utf-8")
    return tuple(
        ThemeRule(row["code"], row["name"], read_keywords(row["keywords"].replace(";", "\n")), row["definition"])
        for row in csv.DictReader(io.StringIO(table))
    )


@cache
def default_code_frame() -> CodeFrame:
    """These themes, ready for matching."""
    return CodeFrame(default_rules())
