"""Answers on two scales are never pooled: a figure is of one of them. Source: MEASURES.md 1.2 and 1.4."""

from __future__ import annotations

from collections.abc import Mapping

from survey_app.measures.definitions import Choice, Measure

OTHER_SCALE = "other_scale"  # outside the base, shown as a count


def on_one_scale(measure: Measure, choices: Mapping[tuple[int, str], Choice]) -> dict[tuple[int, str], Choice]:
    """The options, keyed by question version and code, on the scale of the newest version that has one the measure
    knows. Those of versions on another scale are outside the base, as answers on another scale."""
    scores: dict[int, list[int]] = {}
    for (version, _), choice in choices.items():
        if choice.score is not None:
            scores.setdefault(version, []).append(choice.score)
    ends = {version: (min(found), max(found)) for version, found in scores.items()}
    known = {scale.ends for scale in measure.scales}
    chosen = next((ends[version] for version in sorted(ends, reverse=True) if ends[version] in known), None)
    return {
        (version, code): (
            Choice(choice.code, choice.score, choice.is_substantive, chosen)
            if ends.get(version) == chosen or not choice.is_substantive
            else Choice(OTHER_SCALE, is_substantive=False)
        )
        for (version, code), choice in choices.items()
    }
