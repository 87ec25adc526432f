"""What the page around a preview offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from survey_app.surveys.kinds import Paging
from survey_app.surveys.structure import SurveyStructure


def pages_to_open(structure: SurveyStructure, paging: Paging) -> list[Mapping[str, str | int]]:
    """What the address of each page has to say. Whoever opens a later one has left the questions before it empty."""
    found: list[Mapping[str, str | int]] = []
    passed: dict[str, str | int] = {}
    for codes in _divided(structure, paging):
        found.append({**passed, "page": len(found) + 1})
        passed |= dict.fromkeys(codes, "")
    return found


def _divided(structure: SurveyStructure, paging: Paging) -> Sequence[Sequence[str]]:
    codes = [item.question.code for item in structure.items]
    if paging is Paging.ONE_QUESTION:
        return [[code] for code in codes]
    if paging is Paging.ONE_PAGE:
        return [codes]
    return [[item.question.code for item in items] for _, items in groupby(structure.items, lambda item: item.page)]
