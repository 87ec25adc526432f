"""The words of our own questions and scales in other languages, to begin a translation with.

They lie beside this module, a file for each language. Nobody who grew up with the language has checked them yet: they
come into a draft, where somebody reads them before residents do.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from survey_app.surveys.structure import SurveyStructure
from survey_app.surveys.translating import missing


def known_texts(structure: SurveyStructure, language: str) -> dict[str, str]:
    """What is missing of a translation and known to us, by place: see `translating`."""
    known = _phrases(language)
    return {line.place: known[line.english] for line in missing(structure, language) if line.english in known}


@cache
def _phrases(language: str) -> Mapping[str, str]:
    """By their English; empty for a language of which we have none."""
    found = files(__package__) / f"{language}.csv"
    if not found.is_file():
        return {}
    return {row["english"]: row["translation"] for row in csv.DictReader(found.read_text("utf-8").splitlines())}
