"""Pinned figures as their row and their page show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_app.dashboards import wording
from survey_app.dashboards.passport_page import filter_words
from survey_app.dashboards.pinned.queries import Counted
from survey_app.dashboards.pinned.spans import MOVING
from survey_app.dashboards.selection import short_days
from survey_app.measures.amounts import goal_words, target_of
from survey_app.measures.figures import Figure
from survey_app.measures.sentences import for_page, notes


@dataclass(frozen=True)
class PinRow:
    """One pinned figure. `problem` stands where it cannot be counted; `tag` is a change that may be claimed."""

    reference: str
    name: str
    about: str
    period: str
    value: str = ""
    base: str = ""
    interval: str = ""
    target: str = ""
    verdict: tuple[str, str] | None = None
    tag: tuple[str, str] | None = None
    change: str = ""
    passport: str = ""
    problem: str = ""


def pin_rows(
    counted: Sequence[Counted], services: Mapping[str, str], scope_names: Sequence[str] | None
) -> list[PinRow]:
    """In their order. `services` are names by code, `scope_names` those of one person's services, None for all."""
    return [
        PinRow(each.pin.reference, each.pin.measure.replace("_", " ").capitalize(), "", "", problem=each.problem)
        if each.figure is None
        else _row(each.pin.reference, each.pin.span, each.figure, services, scope_names)
        for each in counted
    ]


def _row(
    reference: str, span: str, figure: Figure, services: Mapping[str, str], scope_names: Sequence[str] | None
) -> PinRow:
    days = short_days(figure.period)
    target = target_of(figure)
    is_shown = figure.value is not None and not figure.suppressed
    return PinRow(
        reference=reference,
        name=figure.measure.label,
        about=filter_words(figure.query, services, scope_names).removesuffix(" Residents and businesses."),
        period=f"{MOVING[span]}: {days}" if span in MOVING else days,
        value=wording.value_words(figure) if is_shown else ("[c]" if figure.suppressed else "–"),
        base=_base(figure),
        interval=wording.interval_words(figure),
        target=for_page(goal_words(figure.measure, target.value, target.comparator)) if target else "",
        verdict=None if figure.provisional or not is_shown else wording.verdict_of(figure),
        tag=wording.change_tag(figure),
        change=notes.change_words(figure.change, provisional=figure.provisional, not_compared=figure.not_compared_words)
        if is_shown
        else "",
        passport=figure.passport,
    )


def _base(figure: Figure) -> str:
    if figure.suppressed:
        return "fewer than 10 answers: not shown"
    return "no answers" if figure.value is None else f"of {figure.base:,}"
