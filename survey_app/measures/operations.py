"""Writes the tallies, targets and named headlines, and freezes passports. Nothing here commits."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, delete, select, update

from survey_app.audit.operations import record_act_by
from survey_app.extensions import db, upsert
from survey_app.kernel.errors import Refused
from survey_app.kernel.periods import Period
from survey_app.measures.address import FigureQuery
from survey_app.measures.definitions import Measure, Unit
from survey_app.measures.models import DayTally, FrozenPassport, MonthTally, NamedHeadline, TallyDimension, Target
from survey_app.measures.naming import headline_of_year
from survey_app.measures.queries import open_passport
from survey_app.measures.queries.cells import (
    TALLIES,
    cell_columns,
    cells_in_month,
    cells_of_answers,
    cells_of_changes,
    changes_to_fold,
)
from survey_app.measures.queries.standing import council_target_from, namings
from survey_app.organisation.scope import EVERYTHING, Scope
from survey_app.responses.models import ResponseChange
from survey_app.statistics.target_status import Comparator

CLAIMABLE = {Unit.SHARE, Unit.NET_SHARE, Unit.MEAN}
BATCH = 5_000  # lines folded in one transaction, each named by its id


def fold(most: int = BATCH) -> int:
    """Move up to `most` lines of the change feed into the tallies; how many.

    Lines are taken by id under a lock and deleted by id, so that one committed meanwhile waits for the next fold
    and none is added twice. A line with a row digest stays, its value emptied.
    """
    ids = changes_to_fold(most)
    if not ids:
        return 0
    of_batch = ResponseChange.id.in_(ids)
    for dimension in TALLIES:
        _add(dimension, cells_of_changes(of_batch, dimension))
    kept = ResponseChange.row_digest.is_not(None)
    quiet = {"synchronize_session": False}
    db.session.execute(update(ResponseChange).where(of_batch, kept).values(value="", delta=0), execution_options=quiet)
    db.session.execute(delete(ResponseChange).where(of_batch, ~kept), execution_options=quiet)
    db.session.expire_all()
    return len(ids)


def fold_all() -> int:
    """Fold until nothing waits; how many lines."""
    done = 0
    while step := fold():
        done += step
    return done


def rebuild_month(month: date) -> None:
    """Count the cells of one month again from the answers. The caller holds the fold's lease and one snapshot."""
    fold_all()
    for dimension in TALLIES:
        tally = DayTally if dimension is None else MonthTally
        db.session.execute(
            delete(tally).where(cells_in_month(dimension, month)), execution_options={"synchronize_session": False}
        )
        _add(dimension, cells_of_answers(dimension, month))


def freeze_passport(query: FigureQuery, *, scope: Scope = EVERYTHING, now: datetime) -> FrozenPassport:
    """Keep a figure as it stands, with the hash over its rows. Frozen twice in one second, it is the same passport.

    Refused for a figure that may not be shown.
    """
    passport = open_passport(query, scope=scope, now=now)
    if passport.figure.suppressed:
        raise Refused("This figure has fewer than 10 answers: it is not shown, and cannot be evidence.")
    frozen = db.session.scalar(select(FrozenPassport).where(FrozenPassport.sha256 == passport.sha256))
    if frozen is None:
        frozen = FrozenPassport(
            code=passport.code,
            document=passport.text,
            sha256=passport.sha256,
            value=passport.figure.value,
            frozen_at=now,
        )
        db.session.add(frozen)
        db.session.flush()
    return frozen


def set_council_target(
    measure: str,
    value: float,
    comparator: Comparator,
    valid_from: date,
    *,
    approved_by: str,
    now: datetime,
    by: int | None = None,
) -> Target:
    """What the whole council should reach from a day on, until another target begins.

    One that begins on the same day is changed, and counts as entered now. `value` is in the measure's unit.
    """
    target = council_target_from(measure, valid_from)
    before = None if target is None else _as_audited(target)
    if target is None:
        target = Target(measure=measure, valid_from=valid_from)
        db.session.add(target)
    target.value, target.comparator, target.approved_by, target.entered_at = value, comparator, approved_by, now
    db.session.flush()
    record_act_by("target.set", measure, at=now, by=by, before=before, after=_as_audited(target))
    return target


def remove_target(target: Target, *, now: datetime, by: int | None = None) -> None:
    """Take a target away, as if it had not been entered; the audit keeps that it was."""
    before = _as_audited(target)
    db.session.delete(target)
    db.session.flush()
    record_act_by("target.removed", target.measure, at=now, by=by, before=before)


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


def _as_audited(target: Target) -> dict[str, Any]:
    facts = ("measure", "value", "comparator", "approved_by")
    return {fact: getattr(target, fact) for fact in facts} | {"valid_from": target.valid_from.isoformat()}


def _add(dimension: TallyDimension | None, cells: Select[Any]) -> None:
    """INSERT ... SELECT into a tally; a cell that is there grows by the count."""
    tally = DayTally if dimension is None else MonthTally
    columns = cell_columns(dimension)
    in_order = cells.order_by(*list(cells.selected_columns)[:-1])  # two that add at once cannot lock each other out
    adding = upsert(tally).from_select(columns, in_order)
    db.session.execute(
        adding.on_conflict_do_update(
            index_elements=list(columns[:-1]), set_={"count": tally.count + adding.excluded.count}
        )
    )
