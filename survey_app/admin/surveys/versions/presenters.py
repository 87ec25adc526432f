"""What the pages of versions say."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.admin.surveys.versions.editions import Edition
from survey_app.kernel.languages import name_in_english
from survey_app.surveys.differences import (
    Change,
    Differences,
    Piece,
    QuestionDifference,
    Trend,
    differences,
    summary,
    trend_sentence,
    word_by_word,
)
from survey_app.surveys.in_words import FactNames
from survey_app.surveys.kinds import VersionState
from survey_app.surveys.models import SurveyVersion

Pieces = tuple[tuple[Piece, str], ...]
STATES = {
    VersionState.DRAFT: "Never asked",
    VersionState.PUBLISHED: "Asked until the next",
    VersionState.RETIRED: "Retired",
}
BRIDGED = "It reads otherwise, and somebody declared that both wordings can be compared: its trend goes on."
_KINDS = {
    Trend.GOES_ON: ("common", "Trend goes on"),
    Trend.NEEDS_BRIDGE: ("concern", "Trend breaks"),
    Trend.ENDS: ("concern", "Trend ends"),
    Trend.BEGINS: ("neutral", "Trend begins"),
}


@dataclass(frozen=True)
class EditionRow:
    """One line of the list of versions."""

    label: str
    name: str
    state: str
    at: datetime | None  # when it was published, or last changed
    answers: int | None  # None of a draft: nobody is asked it
    sentence: str  # what it changed
    before: str | None  # the version that it followed; None of the first


@dataclass(frozen=True)
class ChangeRow:
    """One place of a question or of the survey: what stood there and what stands there, in pieces."""

    name: str
    before: Pieces
    after: Pieces
    language: str  # "" for English


@dataclass(frozen=True)
class QuestionBlock:
    """One question that differs."""

    name: str
    wording: str
    what: str  # "Taken out", "Reworded, moved from 3 to 1"
    trend: tuple[str, str] | None  # the kind of its mark and its words
    sentence: str
    rows: Sequence[ChangeRow]


def edition_rows(
    editions: Sequence[Edition],
    versions: Sequence[SurveyVersion],
    answers: Mapping[int, int],
    edited_at: datetime | None,
    facts: FactNames,
) -> list[EditionRow]:
    """The draft on top, then the versions, the newest first, as both come."""
    stored, rows = {version.label: version for version in versions}, []
    now = next((version.id for version in versions if version.state is VersionState.PUBLISHED), None)
    for n, edition in enumerate(editions):
        before = editions[n + 1] if n + 1 < len(editions) else None
        found = differences(before.structure, edition.structure, facts=facts) if before else None
        version = stored.get(edition.label)
        rows.append(
            EditionRow(
                label=edition.label,
                name=edition.name,
                state=_state(version, now),
                at=version.published_at if version else edited_at,
                answers=answers.get(version.id, 0) if version else None,
                sentence=summary(found) if found else "The first version.",
                before=before.label if before else None,
            )
        )
    return rows


def question_block(one: QuestionDifference, *, is_bridged: bool) -> QuestionBlock:
    """`is_bridged` where somebody declared that both wordings can be compared."""
    trend, sentence = one.trend, trend_sentence(one)
    if is_bridged and trend is Trend.NEEDS_BRIDGE:
        trend, sentence = Trend.GOES_ON, BRIDGED
    item = one.after or one.before
    return QuestionBlock(
        name=one.label,
        wording=item.question.wording if item and not (one.before and one.after) else "",
        what=", ".join(_what(one)),
        trend=_KINDS[trend] if trend else None,
        sentence=sentence,
        rows=change_rows(one.changes),
    )


def change_rows(changes: Sequence[Change]) -> list[ChangeRow]:
    """Texts word by word; what is missing on one side is none there."""
    return [_change_row(change) for change in changes]


def headline(found: Differences, open_breaks: Collection[QuestionDifference]) -> tuple[str, str]:
    """The answer of the comparison: what differs, and how many trends do not go on."""
    if not found.changes and not found.questions:
        return "Nothing differs.", "Both say the same, in every language."
    if not open_breaks:
        return summary(found), "No trend breaks."
    trends = "1 trend breaks" if len(open_breaks) == 1 else f"{len(open_breaks)} trends break"
    return summary(found), f"{trends}: {', '.join(one.label for one in open_breaks)}."


def _state(version: SurveyVersion | None, now: int | None) -> str:
    if version is None:
        return "Draft: nobody is asked it"
    return "Asked now" if version.id == now else STATES[version.state]


def _what(one: QuestionDifference) -> Iterator[str]:
    if one.before is None:
        yield "Added"
    if one.after is None:
        yield "Taken out"
    if one.is_reworded:
        yield "Reworded"
    if one.is_set_otherwise:
        yield "Set otherwise"
    if one.positions:
        yield f"Moved from place {one.positions[0]} to {one.positions[1]}"
    if not one.is_reworded and one.changes and all(change.place.language for change in one.changes):
        yield "Translated otherwise"


def _change_row(change: Change) -> ChangeRow:
    pieces = word_by_word(change.before or "", change.after or "")
    language = change.place.language
    name = f"{change.place.part} {f'“{change.label}”' if change.label else ''}".strip()
    return ChangeRow(
        name=f"{name} ({name_in_english(language)})" if language else name,
        before=tuple(piece for piece in pieces if piece[0] is not Piece.ADDED),
        after=tuple(piece for piece in pieces if piece[0] is not Piece.REMOVED),
        language=language,
    )
