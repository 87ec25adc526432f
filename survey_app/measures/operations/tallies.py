"""Keeps the tallies: folds the change feed, counts parts again, rebuilds a month."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, insert, select, update

from survey_app.extensions import Base, db, upsert
from survey_app.measures.models import (
    DayTally,
    LastClosing,
    MonthTally,
    TallyDimension,
)
from survey_app.measures.queries import subjects
from survey_app.measures.queries.cells import (
    TALLIES,
    as_row,
    cell_columns,
    cells_in_month,
    cells_of_answers,
    cells_of_changes,
    changes_to_fold,
)
from survey_app.responses.models import ResponseChange
from survey_app.work.models import Recount, Subject
from survey_app.work.operations import hold

BATCH = 5_000  # lines folded in one transaction, each named by its id
PARTS = 500  # lines whose parts are counted again in one transaction


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


def recount_parts(most: int = PARTS) -> int:
    """Count again the parts of subjects that up to `most` lines want counted, and delete these lines; how many.

    Lines are read before their parts are counted: what is committed meanwhile has a line that stays. No two recounts
    run at once, so that an older count never takes the place of a newer one.
    """
    hold("recount")
    waiting = select(Recount.id, Recount.subject).order_by(Recount.id).limit(most)
    lines: defaultdict[Subject, list[int]] = defaultdict(list)
    for line, subject in db.session.execute(waiting):
        lines[subject].append(line)
    for subject, ids in lines.items():
        _count_again(subject, ids)
    return sum(map(len, lines.values()))


def fold_all() -> int:
    """Fold until nothing waits; how many lines."""
    done = 0
    while step := fold() + recount_parts():
        done += step
    return done


def rebuild_month(month: date) -> None:
    """Count the cells of one month again from the answers. The caller holds the fold's lease and one snapshot."""
    while fold():
        pass
    for dimension, cells in cells_of_answers(month).items():
        tally = DayTally if dimension is None else MonthTally
        _delete(tally, cells_in_month(dimension, month))
        if cells:
            rows = [as_row(dimension, month, cell) | {"count": count} for cell, count in cells.items()]
            db.session.execute(insert(Base.metadata.tables[tally.__tablename__]), rows)
    for subject in Subject:
        _count_again(subject, month)


def _count_again(subject: Subject, chosen: subjects.Chosen) -> None:
    """Replace what the tallies hold of the chosen parts with a count of the rows, and delete the lines of these."""
    for tallied in subjects.TALLIED_OF[subject]:
        for tally, columns in subjects.TALLIES.items():
            _delete(tally, *subjects.held(tally, chosen, tallied))
            cells = subjects.cells(tallied, tally, chosen)
            db.session.execute(insert(tally).from_select(columns, cells))
    if subject is Subject.INVITATIONS:
        _delete(LastClosing, subjects.closings_held(chosen))
        db.session.execute(insert(LastClosing).from_select(subjects.CLOSING, subjects.closings(chosen)))
    _delete(Recount, subjects.lines(subject, chosen))


def _delete(model: type[Base], *where: ColumnElement[bool]) -> None:
    db.session.execute(delete(model).where(*where), execution_options={"synchronize_session": False})


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
