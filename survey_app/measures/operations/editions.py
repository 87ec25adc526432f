"""Publishes tables in numbered editions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from survey_app.audit.operations import record_act_by
from survey_app.extensions import db
from survey_app.kernel.errors import Refused
from survey_app.kernel.periods import Period
from survey_app.measures.address import make_query
from survey_app.measures.models import (
    PublishedEdition,
)
from survey_app.measures.operations.passports import freeze_passport
from survey_app.measures.queries import published, read_standing
from survey_app.work.happenings import tell


def publish_edition(measure: str, year: Period, *, seen: str, now: datetime, by: int | None = None) -> PublishedEdition:
    """Publish the tables of a measure and a financial year as their next edition; the total's passport is frozen.

    `seen` is the digest of the edition that somebody looked at: what goes out is what they saw. Refused where it has
    moved, while answers may still come in, where fewer than 10 answered, and where nothing may be printed anew.
    """
    definition, standing = published.publishable(measure), read_standing(now)
    if published.is_year_provisional(year, now=now, standing=standing):
        raise Refused(f"Answers of {year.label} may still come in or change. It can be published once it is settled.")
    earlier = published.editions(measure, year)
    proposed = published.proposed_edition(definition, year, earlier, standing=standing)
    if not proposed.edition.printed:
        raise Refused("Fewer than 10 answered: there is nothing to publish.")
    if proposed.is_unchanged:
        raise Refused(f"Edition {earlier[-1].number} stands: nothing has moved by enough to be printed anew.")
    if proposed.edition.digest != seen:
        raise Refused("The answers have moved since you opened this page. Look at the tables again.")
    edition = PublishedEdition(
        measure=measure,
        definition=definition.code_and_version,
        first=year.first,
        last=year.last,
        number=proposed.edition.number,
        cells=[cell.stored() for cell in proposed.edition.cells],
        passport=freeze_passport(make_query(measure, year.first, year.last), now=now),
        published_at=now,
        published_by=by,
    )
    try:
        with db.session.begin_nested():
            db.session.add(edition)
    except IntegrityError as problem:  # somebody else published it in this very moment
        raise Refused("Somebody has just published this edition. Look at the tables again.") from problem
    after = {"year": year.label, "edition": edition.number, "passport": edition.passport.code}
    record_act_by("tables.published", measure, at=now, by=by, after=after)
    db.session.flush()
    tell("tables.published", lambda: [{"measure": measure} | after], at=now)
    return edition
