"""Names the headline of a year."""

from __future__ import annotations

from datetime import datetime

from survey_app.audit.operations import record_act_by
from survey_app.extensions import db
from survey_app.kernel.errors import Refused
from survey_app.kernel.periods import Period
from survey_app.measures.definitions import Measure, Unit
from survey_app.measures.models import (
    NamedHeadline,
)
from survey_app.measures.naming import headline_of_year
from survey_app.measures.queries.standing import namings

CLAIMABLE = {Unit.SHARE, Unit.NET_SHARE, Unit.MEAN}


def name_headline(
    measure: Measure, year: Period, *, named_by: str, reason: str, now: datetime, by: int | None = None
) -> NamedHeadline:
    """Name a measure as the headline of a financial year. What was named before is kept.

    Named before the year begins it stands alone; named later it is kept and marked as such. Refused for a measure of
    which no change is ever claimed, and for the one that is named already.
    """
    if measure.unit not in CLAIMABLE:
        raise Refused(f"No change is ever claimed of {measure.label.lower()}, so it cannot be a headline.")
    standing = headline_of_year(year, namings())
    if standing is not None and standing.measure == measure.name:
        raise Refused(f"{measure.label} is the headline of {year.label} already.")
    named = NamedHeadline(measure=measure.name, year_begins=year.first, named_at=now, named_by=named_by, reason=reason)
    db.session.add(named)
    db.session.flush()
    record_act_by("headline.named", measure.name, at=now, by=by, after={"measure": measure.name, "year": year.label})
    return named
