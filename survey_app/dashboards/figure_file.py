"""The overview as a file: the same figures as on the page, one a row."""

from __future__ import annotations

import io

from survey_app.dashboards.overview import Overview
from survey_app.kernel.csvfile import SafeWriter
from survey_app.measures.figures import Figure

COLUMNS = (
    *(
        "section",
        "period",
        "from",
        "to",
        "measure",
        "service",
        "service_alone",
        "channel",
        "numerator",
        "base",
        "value",
        "low",
        "high",
    ),
    *("target", "comparator", "status", "provisional", "previous_value", "previous_base"),
    *("difference", "difference_low", "difference_high", "adjusted_p", "change", "passport"),
)
HIDDEN = "[c]"  # confidential


def overview_csv(overview: Overview, base_url: str) -> bytes:
    """UTF-8 with a mark, for spreadsheets. Shares 0 to 1, unrounded; what is hidden is [c] or empty."""
    text = io.StringIO(newline="")
    writer = SafeWriter(text)
    writer.write(COLUMNS)
    for section, figure in overview.sections():
        writer.write(figure_row(section, figure, base_url))
    return text.getvalue().encode("utf-8-sig")


def figure_row(section: str, figure: Figure, base_url: str) -> list[object]:
    """One figure in the order of the columns."""
    filters, change, previous = figure.query.filters, figure.change, figure.previous
    was_hidden = previous.value is None and previous.base > 0
    return [
        section,
        figure.period.label,
        figure.period.first.isoformat(),
        figure.period.last.isoformat(),
        figure.measure.name,
        " ".join(filters.get("service", ())),
        " ".join(filters.get("service_alone", ())),
        " ".join(filters.get("channel", ())),
        figure.numerator,
        HIDDEN if figure.suppressed else figure.base,
        figure.value,
        figure.low,
        figure.high,
        figure.target,
        figure.comparator,
        figure.status,
        "yes" if figure.provisional else "no",
        None if figure.suppressed else previous.value,
        HIDDEN if was_hidden or figure.suppressed else previous.base,
        *((change.difference, change.low, change.high, change.adjusted_p, change.sentence) if change else (None,) * 5),
        base_url.rstrip("/") + figure.passport,
    ]
