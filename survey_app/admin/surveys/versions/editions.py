"""What of a survey can be looked at: its draft, and each version that was published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.kernel.errors import NotFound
from survey_app.surveys.differences import Differences, QuestionDifference, Trend
from survey_app.surveys.structure import SurveyStructure

DRAFT = "draft"


@dataclass(frozen=True)
class Edition:
    """One of them. `wordings` are the stored ones by the questions' codes; a draft has none."""

    label: str  # "2.0", or `DRAFT`
    structure: SurveyStructure
    wordings: Mapping[str, int]

    @property
    def name(self) -> str:
        return "The draft" if self.label == DRAFT else f"Version {self.label}"


def edition_named(editions: list[Edition], label: str) -> Edition:
    """NotFound where there is none."""
    found = next((edition for edition in editions if edition.label == label), None)
    if found is None:
        raise NotFound("This survey has no such version.")
    return found


def breaking(found: Differences) -> list[QuestionDifference]:
    """The questions that both editions ask and whose figures are not compared as they stand."""
    return [one for one in found.questions if one.before and one.after and one.trend is not Trend.GOES_ON and one.trend]
