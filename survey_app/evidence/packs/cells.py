"""What follows from a passport, as the tables of a pack write it and whoever checks one expects it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from survey_app.measures.amounts import value_text
from survey_app.measures.figures import Figure
from survey_app.measures.frozen import weights_of
from survey_app.measures.passport import canonical, sha256, short_code


def figure_cells(figure: Figure) -> dict[str, str | int | float | None]:
    """What follows from a passport and a target, as figures.csv writes it."""
    return {
        "measure": figure.measure.name,
        "unit": figure.measure.unit.value,
        "from": figure.period.first.isoformat(),
        "to": figure.period.last.isoformat(),
        "where": "; ".join(f"{name}={','.join(codes)}" for name, codes in figure.query.where),
        "shown": value_text(figure.measure, figure),
        "value": figure.value,
        "numerator": figure.numerator,
        "base": figure.base,
        "low": figure.low,
        "high": figure.high,
        "target": figure.target,
        "comparator": figure.comparator,
        "status": figure.status,
    }


def count_rows(exhibit: str, document: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str, int, int | None]]:
    """The counts behind a figure, as counts.csv writes them: those in the base, then those outside it."""
    code = short_code(sha256(canonical(dict(document))))
    weights = weights_of(document)
    counts = document["counts"]
    for value, n in sorted(counts["by_value"].items()):
        yield exhibit, code, "in the base", value, n, weights[value]
    for name in sorted(set(counts) - {"base", "numerator", "by_value"}):
        yield exhibit, code, "outside the base", name, counts[name], None
