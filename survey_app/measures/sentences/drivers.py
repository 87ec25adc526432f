"""What goes with satisfaction, in words that claim no cause."""

from __future__ import annotations

from collections.abc import Mapping

from survey_app.measures.sentences.headlines import Headline
from survey_app.measures.sentences.numbers import listed
from survey_app.statistics.drivers import INDICATIVE_BELOW, DriverAnalysis
from survey_app.statistics.rounding import percent

NO_PROOF = "It goes with satisfaction; not proof that it causes it."


def drivers_headline(analysis: DriverAnalysis, labels: Mapping[str, str]) -> Headline:
    """What goes with satisfaction most, if the intervals tell it from every other; `labels` are names by driver."""
    shares, intervals = analysis.weights.shares, analysis.intervals
    first = max(range(len(shares)), key=lambda place: shares[place])
    others = [place for place in range(len(shares)) if place != first]
    base = f"From {analysis.base:,} complete answers."
    if analysis.is_indicative:
        base = f"Indicative: {analysis.base:,} complete answers, and we rely on it from {INDICATIVE_BELOW}."
    if not all(analysis.may_rank(first, other) for other in others):
        claim = "No driver stands out."
        return Headline(claim, f"The intervals overlap, so we do not say which goes with satisfaction most. {base}")
    low, high = intervals[first]
    size = f"{percent(shares[first])} of what these questions explain (95% interval {percent(low)} to {percent(high)})."
    return Headline(f"{labels[analysis.drivers[first]]} goes with satisfaction most:", f"{size} {base} {NO_PROOF}")


def drivers_warnings(analysis: DriverAnalysis, labels: Mapping[str, str]) -> list[str]:
    """What must be read with the importances, the most serious first."""
    weights = analysis.weights
    said = []
    if weights.explain_little:
        said.append(f"These items explain little: {percent(weights.r_squared)} of how satisfaction differs.")
    if weights.are_alike:
        said.append("These questions say nearly the same; read them together.")
    against = [
        labels[driver]
        for driver, correlation in zip(analysis.drivers, weights.correlations, strict=True)
        if correlation < 0
    ]
    if against:
        said.append(f"Better answers on {listed(against)} go with lower satisfaction here.")
    if analysis.dropped:
        named = listed([labels[driver] for driver in analysis.dropped])
        said.append(f"Left out, because over 30% gave no opinion or were not asked: {named}.")
    if analysis.left_out:
        said.append(
            f"{analysis.left_out:,} {'response is' if analysis.left_out == 1 else 'responses are'} left out: "
            "only those with an answer to every question count."
        )
    return said
