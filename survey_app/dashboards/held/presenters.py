"""Answers that are held for review, as their page's template receives them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from survey_app.comments.presenters import with_removed
from survey_app.dashboards import addresses, wording
from survey_app.dashboards.held.queries import HeldAnswer, HeldCount
from survey_app.dashboards.held.reasons import Reason, reason_called
from survey_app.dashboards.selection import short_day, short_days
from survey_app.measures.figures import Figure
from survey_app.measures.sentences import Headline, notes
from survey_app.responses.presenters import reference_for_people


@dataclass(frozen=True)
class ReasonRow:
    """One reason: how many wait, and how many of these may be released."""

    reason: Reason
    waiting: int
    can_count: int
    kept: int
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class AnswerRow:
    """One held answer, told by its day: never the time, nor what was written before it was redacted."""

    reference: str
    spelled: str  # the same, as their person has it
    day: str
    service: str
    channel: str
    mode: str
    reason: str
    rating: str
    comments: Sequence[Markup]
    is_taken: bool


@dataclass(frozen=True)
class DayRow:
    day: str
    counts: Sequence[int]
    total: int


@dataclass(frozen=True)
class HeldPage:
    headline: Headline
    effect: str
    reasons: Sequence[ReasonRow]
    chosen: ReasonRow | None
    rows: Sequence[AnswerRow]
    is_kept: bool
    kept: int
    days: Sequence[DayRow]
    all_url: str
    kept_url: str


def held_page(
    counts: Sequence[HeldCount],
    answers: Sequence[HeldAnswer],
    days: Mapping[date, Counter[str]],
    effect: str,
    *,
    service: str | None = None,
    reason: str | None,
    is_kept: bool,
) -> HeldPage:
    """Everything that the page shows; `reason` and `is_kept` are what its address asks for."""
    rows = [
        ReasonRow(
            reason_called(each.reason),
            each.waiting,
            each.can_count,
            each.kept,
            addresses.with_arguments(
                addresses.HELD, {"service": service, "reason": each.reason, "kept": "yes" if is_kept else None}
            ),
            each.reason == reason,
        )
        for each in counts
    ]
    return HeldPage(
        headline=_headline(counts),
        effect=effect,
        reasons=rows,
        chosen=next((row for row in rows if row.is_chosen), None),
        rows=[_row(answer) for answer in answers],
        is_kept=is_kept,
        kept=sum(each.kept for each in counts),
        days=[
            DayRow(short_day(day), [found[each.reason] for each in counts], found.total())
            for day, found in days.items()
        ],
        all_url=addresses.with_arguments(addresses.HELD, {"service": service}),
        kept_url=addresses.with_arguments(addresses.HELD, {"service": service, "kept": "yes"}),
    )


def effect_words(figure: Figure, with_held: Figure, held: int) -> str:
    """What would become of the headline: 96.6%; 95.9% if the 12 held answers counted."""
    start = f"Satisfaction, {short_days(figure.period)}: "
    if not held:
        return f"{start}no answer of these days is held, so {wording.value_words(figure)} does not hang on any."
    if figure.value is None and with_held.value is None:
        return f"{start}too few answers to show a figure, with the {held:,} held or without."
    return start + notes.held_effect_words(wording.value_words(figure), wording.value_words(with_held), held) + "."


def _headline(counts: Sequence[HeldCount]) -> Headline:
    waiting, free = sum(each.waiting for each in counts), sum(each.can_count for each in counts)
    if not waiting:
        return Headline("No answer is waiting for review.", "What is held counts in no figure until a person lets it.")
    taken = waiting - free
    if waiting == 1:
        rest = "the same person has another that counts already" if taken else "until a person lets it count"
        return Headline("1 answer is waiting for review.", f"It counts in no figure{';' if taken else ''} {rest}.")
    claim = f"{waiting:,} answers are waiting for review."
    if not taken:
        return Headline(claim, "They count in no figure until a person lets them count.")
    which = "all" if taken == waiting else f"{taken:,}"
    return Headline(
        claim, f"They count in no figure. For {which} of them the same person has another answer that counts already."
    )


def _row(answer: HeldAnswer) -> AnswerRow:
    return AnswerRow(
        reference=answer.reference,
        spelled=reference_for_people(answer.reference),
        day=short_day(answer.day),
        service=answer.service,
        channel=answer.channel.label if answer.channel else "no channel",
        mode=answer.mode.label,
        reason=reason_called(answer.reason).title,
        rating=answer.rating or "none",
        comments=[with_removed(text) for text in answer.comments],
        is_taken=answer.is_taken,
    )
