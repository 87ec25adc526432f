"""A share weighted to the known mix of contacts, to stand beside the headline. Source: MEASURES.md 5.1 to 5.4.

It shows what the mix of those who answered did to the figure. No change and no target is claimed from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.measures.counting import Counted
from survey_app.organisation.channels import Channel
from survey_app.statistics.rounding import percent, rounded
from survey_app.statistics.suppression import INDICATIVE_BELOW, MINIMUM_BASE
from survey_app.statistics.weighting import (
    SMALLEST_CATEGORY,
    Cell,
    DidNotConverge,
    WeightedShare,
    Weights,
    weighted_share,
    weights,
)

NOTABLE_ERROR = 0.001  # of a margin, relative: a smaller one is not worth a sentence
NO_VALUE = "No weighted value: weighting to the mix of contacts by service and channel did not converge."
NOTHING_TO_WEIGHT = "No weighted value: it needs a share of answers, 10 of them, and a cut that contacts know as well."


@dataclass(frozen=True)
class WeightedFigure:
    """A weighted share with both of its bases, and the sentence that says all that must be known of it.

    `base` is how many answers were weighted; `share` holds value, interval, effective base and design effect. It is
    None where no weights bring the answers to the contacts, and `weights` with it. `unplaced` answers are not weighted:
    nobody could be asked about a contact of their service and channel.
    """

    base: int
    unplaced: int
    share: WeightedShare | None
    weights: Weights | None
    sentence: str


def weigh(
    answers: Mapping[Cell, Counted], contacts: Mapping[Cell, int], service_names: Mapping[str, str]
) -> WeightedFigure | None:
    """Weigh the answers of each service and channel to the contacts that could be asked about.

    None where fewer than 10 answers could be weighted: there is nothing to show then.
    """
    placed = {cell: counted for cell, counted in answers.items() if counted.base and _has_contacts(cell, contacts)}
    base = sum(counted.base for counted in placed.values())
    unplaced = sum(counted.base for counted in answers.values()) - base
    if base < MINIMUM_BASE:
        return None
    try:
        found = weights({cell: counted.base for cell, counted in placed.items()}, contacts)
    except DidNotConverge:
        return WeightedFigure(base, unplaced, None, None, NO_VALUE)
    share = weighted_share(
        (found.by_cell[cell], counted.base, counted.numerator) for cell, counted in sorted(placed.items())
    )
    if share is None:
        return None
    words = [_value_words(share), *_notes(share, found, service_names), *_unplaced_words(unplaced)]
    return WeightedFigure(base, unplaced, share, found, " ".join(words))


def _has_contacts(cell: Cell, contacts: Mapping[Cell, int]) -> bool:
    """Both margins know the cell; the cell itself may have no contact that could be asked about."""
    return all(any(n and other[side] == cell[side] for other, n in contacts.items()) for side in (0, 1))


def _value_words(share: WeightedShare) -> str:
    return (
        f"Weighted to the mix of contacts by service and channel: {percent(share.value)} "
        f"(95% interval {percent(share.interval.low)} to {percent(share.interval.high)}). "
        f"The {share.base:,} answers count as {rounded(share.effective_base, 0)} of equal weight "
        f"(design effect {rounded(share.design_effect, 2)})."
    )


def _notes(share: WeightedShare, found: Weights, names: Mapping[str, str]) -> list[str]:
    """What must be known before the value is used."""
    notes = []
    if share.is_too_uneven:
        notes.append("The weights are too uneven to rely on.")
    elif share.effective_base < INDICATIVE_BELOW:
        notes.append(f"Indicative: an effective base below {INDICATIVE_BELOW}.")
    if found.was_trimmed and found.worst_margin_error > NOTABLE_ERROR:
        notes.append(f"Extreme weights were cut, so the mix is still off by up to {percent(found.worst_margin_error)}.")
    merged = [*_named(found.rows.merged, names), *_named(found.columns.merged, _channel_names(found.columns.merged))]
    if merged:
        notes.append(f"Weighted as one, for want of {SMALLEST_CATEGORY} answers each: {'; '.join(merged)}.")
    left_out = [names.get(code, code) for code in found.rows.left_out]
    left_out += [_channel_name(code) for code in found.columns.left_out]
    if left_out:
        notes.append(f"Without an answer, so left out: {', '.join(left_out)}.")
    return notes


def _unplaced_words(unplaced: int) -> list[str]:
    if not unplaced:
        return []
    answers = "1 answer is" if unplaced == 1 else f"{unplaced:,} answers are"
    return [f"{answers} not weighted: there is no contact that could be asked about with their service and channel."]


def _named(groups: tuple[tuple[str, ...], ...], names: Mapping[str, str]) -> list[str]:
    return [" with ".join(names.get(code, code) for code in group) for group in groups]


def _channel_names(groups: tuple[tuple[str, ...], ...]) -> dict[str, str]:
    return {code: _channel_name(code) for group in groups for code in group}


def _channel_name(code: str) -> str:
    return Channel(code).label
