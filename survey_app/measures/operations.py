"""Writes tallies, targets and headlines, freezes passports, declares bridges, publishes tables. Nothing commits."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from survey_app.audit.operations import record_act_by
from survey_app.extensions import Base, db, upsert
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.kernel.periods import ONE_DAY, Period, in_words
from survey_app.measures.address import FigureQuery, make_query
from survey_app.measures.definitions import Measure, Unit
from survey_app.measures.lineage import cannot_be_bridged
from survey_app.measures.models import (
    DayTally,
    FrozenPassport,
    FrozenRows,
    LastClosing,
    LineageBridge,
    MaintainMargin,
    MonthTally,
    NamedHeadline,
    PublishedEdition,
    Rebase,
    TallyDimension,
    Target,
)
from survey_app.measures.naming import headline_of_year
from survey_app.measures.queries import open_passport, published, read_standing, subjects
from survey_app.measures.queries.cells import (
    TALLIES,
    as_row,
    cell_columns,
    cells_in_month,
    cells_of_answers,
    cells_of_changes,
    changes_to_fold,
)
from survey_app.measures.queries.control import control_entries, rebases
from survey_app.measures.queries.passport_rows import newest_id
from survey_app.measures.queries.standing import bridges_by_versions, namings, target_history, turn_between
from survey_app.measures.rebasing import refusal
from survey_app.measures.rerun import kept_parts
from survey_app.measures.targets import has_held, last_day
from survey_app.organisation.models import Service
from survey_app.organisation.scope import EVERYTHING, Scope
from survey_app.responses.models import ResponseChange
from survey_app.statistics.target_status import Comparator
from survey_app.work.models import Recount, Subject
from survey_app.work.operations import hold

LONGEST_REASON = 1_000  # characters of why a bridge is declared
CLAIMABLE = {Unit.SHARE, Unit.NET_SHARE, Unit.MEAN}
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


def freeze_passport(query: FigureQuery, *, scope: Scope = EVERYTHING, now: datetime) -> FrozenPassport:
    """Keep a figure as it stands, with the hash over its rows. Frozen twice in one second, it is the same passport.

    Of each row 8 bytes are kept, so that a later run can say which came and went. Refused for a figure that may not be
    shown.
    """
    newest = newest_id(query)  # before the rows are read: what is stored meanwhile is a later number, or is in them
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
            newest_id=newest,
            services=passport.services,
            rows=[FrozenRows(part=n, digests=digests) for n, digests in enumerate(kept_parts(passport.digests))],
        )
        db.session.add(frozen)
        db.session.flush()
    return frozen


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
    return edition


def set_target(
    measure: str,
    value: float,
    comparator: Comparator,
    valid_from: date,
    *,
    service_id: int | None = None,
    valid_to: date | None = None,
    stretch: float | None = None,
    approved_by: str = "",
    reason: str = "",
    now: datetime,
    by: int | None = None,
) -> Target:
    """What the whole council or one service should reach from a day on, until it ends or another begins.

    One that begins on the same day and has not yet held for a day is changed, and counts as entered now; one that has
    held stays in the history, and this is its correction: Refused without a reason. Values are in the measure's unit.
    """
    today = london_day(now)
    same_day = [
        each
        for each in target_history(measure, service_id)
        if each.valid_from == valid_from and (each.ended_on is None or each.ended_on >= valid_from)
    ]
    held = [each for each in same_day if has_held(valid_from, london_day(each.entered_at), today)]
    if held and not reason:
        raise Refused("There is a target from this day that has held already. To correct it, say why.")
    for each in held:
        _end(each, valid_from - ONE_DAY, reason, now=now, by=by, action="target.corrected")
    target = next((each for each in same_day if each not in held), None)
    before = None if target is None else _as_audited(target)
    if target is None:
        target = Target(measure=measure, service_id=service_id, valid_from=valid_from)
        db.session.add(target)
    target.value, target.comparator, target.valid_to, target.stretch = value, comparator, valid_to, stretch
    target.approved_by, target.reason, target.entered_at = approved_by, reason, now
    db.session.flush()
    record_act_by("target.set", measure, at=now, by=by, before=before, after=_as_audited(target))
    return target


def remove_target(target: Target, *, now: datetime, by: int | None = None) -> None:
    """Take back a target that has not held for a day, as if it had not been entered; the audit keeps that it was.

    Refused for one that has: figures were judged by it.
    """
    if has_held(target.valid_from, london_day(target.entered_at), london_day(now)):
        raise Refused("This target has held already, so it stays in the history. It can be ended.")
    before = _as_audited(target)
    db.session.delete(target)
    db.session.flush()
    record_act_by("target.removed", target.measure, at=now, by=by, before=before)


def end_target(target: Target, on: date, reason: str, *, now: datetime, by: int | None = None) -> None:
    """Let a target hold until `on`, that day included. Days that are over keep it: Refused for an earlier end."""
    end, yesterday = last_day(target.valid_to, target.ended_on), london_day(now) - ONE_DAY
    if end is not None and end <= max(on, yesterday):
        raise Refused(f"This target ends on {in_words(end)} already.")
    if on < yesterday:
        raise Refused(f"Days that are over keep their target. The earliest end is {in_words(yesterday)}.")
    if on < target.valid_from:
        raise Refused(f"It begins on {in_words(target.valid_from)}: take it back instead.")
    _end(target, on, reason, now=now, by=by, action="target.ended")


def set_margin(
    measure: str, margin: float, *, approved_by: str = "", now: datetime, by: int | None = None
) -> MaintainMargin:
    """How far a measure may fall and still count as maintained, in its own unit. Earlier ones are kept."""
    line = MaintainMargin(measure=measure, margin=margin, approved_by=approved_by, set_at=now)
    db.session.add(line)
    db.session.flush()
    after = {"measure": measure, "margin": margin, "approved_by": approved_by}
    record_act_by("margin.set", measure, at=now, by=by, after=after)
    return line


def _end(target: Target, on: date, reason: str, *, now: datetime, by: int | None, action: str) -> None:
    before = _as_audited(target)
    target.ended_on, target.end_reason, target.ended_at = on, reason, now
    db.session.flush()
    record_act_by(action, target.measure, at=now, by=by, before=before, after=_as_audited(target))


def declare_bridge(earlier: int, later: int, reason: str, *, now: datetime, by: int | None = None) -> LineageBridge:
    """Say that the answers to two wordings of a question, which follow one another, may be compared and added up.

    InvalidInput without a reason. NotFound where there is no such change of wording. Refused where the scales differ,
    and where a bridge stands already.
    """
    turn = turn_between(earlier, later)
    if (problem := cannot_be_bridged(turn)) is not None:
        raise Refused(problem)
    if turn.is_bridged:
        raise Refused("These two wordings are compared already.")
    if not (words := reason.strip()) or len(words) > LONGEST_REASON:
        raise InvalidInput(f"Say in up to {LONGEST_REASON:,} characters why the answers can be compared.")
    bridge = LineageBridge(from_version_id=earlier, to_version_id=later, reason=words, declared_by=by, declared_at=now)
    db.session.add(bridge)
    db.session.flush()
    after = {"from": turn.earlier.number, "to": turn.later.number, "reason": words}
    record_act_by("lineage.bridge declared", turn.later.question, at=now, by=by, after=after)
    return bridge


def take_bridge_back(earlier: int, later: int, *, now: datetime, by: int | None = None) -> None:
    """Compare two wordings no longer. NotFound where no bridge stands between them; the audit keeps that one did."""
    turn, bridge = turn_between(earlier, later), bridges_by_versions().get((earlier, later))
    if bridge is None:
        raise NotFound("No bridge stands between these two wordings.")
    before = {"from": turn.earlier.number, "to": turn.later.number, "reason": bridge.reason}
    db.session.delete(bridge)
    db.session.flush()
    record_act_by("lineage.bridge taken back", turn.later.question, at=now, by=by, before=before)


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
    facts = ("measure", "service_id", "value", "stretch", "comparator", "approved_by", "reason", "end_reason")
    days = ("valid_from", "valid_to", "ended_on")
    return {fact: getattr(target, fact) for fact in facts} | {
        name: None if (day := getattr(target, name)) is None else day.isoformat() for name in days
    }


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


def rebase(
    measure: str, service: str | None, month: date, reason: str, *, now: datetime, by: int | None = None
) -> Rebase:
    """Begin a new usual range of a measure with a month, for a service (its code) or for the whole council.

    Refused with a sentence where the rules of MEASURES.md 7.7 forbid it; NotFound for a service that is none.
    """
    month, reason, lines = month.replace(day=1), reason.strip(), rebases(measure, service)
    entries = control_entries(measure, service, now=now)
    others = [line.month for line in lines]
    if problem := refusal(month, reason, entries=entries, others=others, today=london_day(now)):
        raise Refused(problem)
    service_id = (
        None if service is None else db.session.scalars(select(Service.id).where(Service.code == service)).one()
    )
    line = Rebase(measure=measure, service_id=service_id, month=month, reason=reason, entered_by=by, entered_at=now)
    db.session.add(line)
    db.session.flush()
    record_act_by("rebase.set", measure, at=now, by=by, after=_rebase_as_audited(line))
    return line


def undo_rebase(line: Rebase, *, now: datetime, by: int | None = None) -> None:
    """Take a new range back; the audit keeps that it was."""
    before = _rebase_as_audited(line)
    db.session.delete(line)
    db.session.flush()
    record_act_by("rebase.undone", line.measure, at=now, by=by, before=before)


def _rebase_as_audited(line: Rebase) -> dict[str, Any]:
    return {
        "measure": line.measure,
        "service_id": line.service_id,
        "month": line.month.isoformat(),
        "reason": line.reason,
        "entered_at": line.entered_at.isoformat(),
    }


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
