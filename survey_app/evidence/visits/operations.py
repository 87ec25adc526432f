"""Plans visits, says what is shown at them, and freezes what was found. Nothing here commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from survey_app.audit.operations import record_act_by
from survey_app.evidence.exhibits.presenters.rows import exhibit_row, read_findings
from survey_app.evidence.models import (
    Accreditation,
    Exhibit,
    Framework,
    Rating,
    Visit,
    VisitElement,
    VisitKind,
)
from survey_app.evidence.thresholds import read_thresholds
from survey_app.evidence.visits import queries
from survey_app.evidence.visits.cycle import MOST_YEARS, round_from, title_of
from survey_app.extensions import db
from survey_app.kernel.clock import day_ends_at, london_day
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.kernel.periods import in_words

UNDO_WITHIN = timedelta(hours=1)
LONGEST_REPORT, LONGEST_REMARK, LONGEST_BODY = 20_000, 1_000, 120


@dataclass(frozen=True)
class Said:
    """What the assessor said of an element."""

    rating: Rating | None
    remark: str = ""


def plan_round(
    framework: Framework, on: date, *, years: int = 3, body: str = "", now: datetime, by: int | None = None
) -> Accreditation:
    """Plan a round: a full assessment on a day, and a review after each year but the last. One year is a yearly award.

    InvalidInput for a number of years that is none. Refused while visits of an earlier round are due on that day or
    later: the rounds of a framework follow each other.
    """
    if not 1 <= years <= MOST_YEARS:
        raise InvalidInput(f"A round has 1 to {MOST_YEARS} years.")
    body = " ".join(body.split())
    if len(body) > LONGEST_BODY:
        raise InvalidInput(f"Use {LONGEST_BODY} characters or fewer for who assesses.")
    _check_day(on)
    if later := [day for day in queries.days_taken(framework.id) if day >= on]:
        raise Refused(
            f"A visit of an earlier round is due on {in_words(max(later))}. Plan the new round after it, move that "
            "visit, or call it off."
        )
    accreditation = Accreditation(framework=framework, body=body, years=years)
    accreditation.visits = [
        Visit(kind=due.kind, months=due.months, due_on=due.on, report="") for due in round_from(on, years)
    ]
    db.session.add(accreditation)
    days = [visit.due_on.isoformat() for visit in accreditation.visits]
    record_act_by("evidence.round planned", framework.code, at=now, by=by, after={"years": years, "due_on": days})
    db.session.flush()
    return accreditation


def move_visit(visit: Visit, due_on: date, *, now: datetime, by: int | None = None) -> None:
    """Let a visit be due on another day. Refused once it was held, for a day that another visit has, and for one that
    would put the visits of the framework into another order."""
    _check_ahead(visit)
    _check_day(due_on)
    if due_on == visit.due_on:
        return
    days = queries.days_taken(visit.accreditation.framework_id) - {visit.due_on}
    crossed = {day for day in days if min(due_on, visit.due_on) <= day <= max(due_on, visit.due_on)}
    if crossed:
        raise Refused(f"Another visit is due on {in_words(min(crossed))}: move that one first.")
    change = {"before": {"due_on": visit.due_on.isoformat()}, "after": {"due_on": due_on.isoformat()}}
    visit.due_on = due_on
    record_act_by("evidence.visit moved", _subject(visit), at=now, by=by, **change)
    db.session.flush()


def call_off_visit(visit: Visit, *, now: datetime, by: int | None = None) -> None:
    """Take a visit that was not held out of the plan; the last of a round takes the round with it. Refused once an
    assessor was invited to it, or a pack made for it."""
    _check_ahead(visit)
    if queries.is_referred_to(visit):
        raise Refused("An assessor was invited to this visit, or a pack made for it: move it to another day instead.")
    subject, accreditation = _subject(visit), visit.accreditation
    accreditation.visits.remove(visit)
    if not accreditation.visits:
        db.session.delete(accreditation)
    record_act_by("evidence.visit called off", subject, at=now, by=by)
    db.session.flush()


def choose_to_show(visit: Visit, numbers: Collection[str], *, now: datetime, by: int | None = None) -> None:
    """Say which elements are shown again at a review. InvalidInput for a number that is none of the framework's;
    Refused at a full assessment, where all are, and once the visit was held."""
    _check_ahead(visit)
    if visit.kind is VisitKind.FULL:
        raise Refused("At a full assessment every element is shown.")
    elements = visit.accreditation.framework.elements
    if unknown := sorted(set(numbers) - {element.number for element in elements}):
        raise InvalidInput(f"There is no element {', '.join(unknown)} in {visit.accreditation.framework.code}.")
    rows = _rows(visit)
    for element in elements:
        rows[element.id].is_to_show = element.number in numbers
    after = {"elements": [element.number for element in elements if element.number in numbers]}
    record_act_by("evidence.visit prepared", _subject(visit), at=now, by=by, after=after)
    db.session.flush()


def hold_visit(
    visit: Visit,
    held_on: date,
    said: Mapping[str, Said] | None = None,
    report: str = "",
    *,
    now: datetime,
    by: int | None = None,
) -> None:
    """Write down that a visit took place, and freeze what the council claims and shows, as it stands now; without the
    exhibits that were pinned after the day of the visit.

    `said` has the assessor's words by the number of an element; where it has none, an element that was shown has the
    council's own rating. Refused once it was held; InvalidInput for a day ahead, a number that is none, and texts that
    are too long.
    """
    _check_ahead(visit)
    if held_on > london_day(now):
        raise InvalidInput("The day lies ahead: a visit is written down once it has taken place.")
    _check_day(held_on)
    report = _text(report, LONGEST_REPORT, "The report")
    framework, said = visit.accreditation.framework, said or {}
    if unknown := sorted(set(said) - {element.number for element in framework.elements}):
        raise InvalidInput(f"There is no element {', '.join(unknown)} in {framework.code}.")
    shown = queries.to_show_at(visit, queries.judgements_of(framework.id)) | {
        element.id for element in framework.elements if element.number in said
    }
    frozen, rows = _frozen_elements(framework, min(now, day_ends_at(held_on))), _rows(visit)
    for element in framework.elements:
        row, is_shown = rows[element.id], element.id in shown
        words = said.get(element.number, Said(element.rating))
        row.is_to_show, row.own_rating = is_shown, element.rating
        row.assessors_rating = words.rating if is_shown else None
        row.remark = _text(words.remark, LONGEST_REMARK, f"The remark on {element.number}") if is_shown else ""
        row.beat, row.frozen = frozen[element.id].pop("beat"), frozen[element.id]
    visit.held_on, visit.frozen_at, visit.report = held_on, now, report
    after = {"held_on": held_on.isoformat(), "elements": len(shown)}
    record_act_by("evidence.visit held", _subject(visit), at=now, by=by, after=after)
    db.session.flush()


def take_back_held(visit: Visit, *, now: datetime, by: int | None = None) -> None:
    """Undo that a visit was held, within the hour: it lies ahead again. What was typed stays for the form. Refused
    later, and for one that was not held."""
    if visit.frozen_at is None or visit.held_on is None:
        raise Refused("This visit was not written down as held.")
    if not may_be_taken_back(visit, now):
        raise Refused("It was written down more than an hour ago: it stands as it is.")
    before = {"held_on": visit.held_on.isoformat()}
    visit.held_on, visit.frozen_at = None, None
    for row in visit.elements:
        row.frozen, row.beat, row.own_rating = None, None, None
    record_act_by("evidence.visit taken back", _subject(visit), at=now, by=by, before=before)
    db.session.flush()


def may_be_taken_back(visit: Visit, now: datetime) -> bool:
    """Whether the hour in which it can be undone still runs."""
    return visit.frozen_at is not None and now - visit.frozen_at <= UNDO_WITHIN


def _frozen_elements(framework: Framework, now: datetime) -> dict[int, dict[str, Any]]:
    """What the council says at each element and showed there by that moment, by its id, as it is kept for good. `beat`
    is taken out by whoever stores it."""
    exhibits = {
        exhibit.id: exhibit
        for element in framework.elements
        for exhibit in element.exhibits
        if exhibit.pinned_at <= now
    }
    rows = _frozen_exhibits(framework, list(exhibits.values()), now)
    beats, strongest = queries.beats_of(framework.id, now), queries.strongest_of(framework.id)
    return {
        element.id: {
            "number": element.number,
            "criterion": element.criterion,
            "sub_criterion": element.sub_criterion,
            "title": element.title,
            "about": element.about,
            "claim": element.claim,
            "show_me": element.show_me,
            "tell_me": element.tell_me,
            "exhibits": [
                rows[exhibit.id] | {"is_strongest": strongest.get(element.id) == exhibit.id}
                for exhibit in element.exhibits
                if exhibit.id in rows
            ],
            "beat": beats[element.id].outcome.value if element.id in beats else None,
            "last_year": beats[element.id].sentence if element.id in beats else "",
        }
        for element in framework.elements
    }


def _frozen_exhibits(framework: Framework, exhibits: list[Exhibit], now: datetime) -> dict[int, dict[str, Any]]:
    """Each exhibit in the words of its page: number, kind, title, sentences, day, passport. Of quotes the words stay
    where they are: an answer that is withdrawn takes them along."""
    found = read_findings(exhibits, now=now)
    thresholds = read_thresholds(framework.code, framework.thresholds)
    rows = {
        exhibit.id: exhibit_row(exhibit, found, today=london_day(now), thresholds=thresholds, is_inside=False)
        for exhibit in exhibits
    }
    return {
        number: {
            "number": row.number,
            "kind": row.kind,
            "title": row.title,
            "shows": row.shows,
            "lines": list(row.lines),
            "day": row.day.isoformat(),
            "code": row.code,
            "is_figure": row.view is not None,
            "url": row.url,
        }
        for number, row in rows.items()
    }


def _rows(visit: Visit) -> dict[int, VisitElement]:
    """The row of each element of the framework at a visit, made where there is none yet."""
    found = {row.element_id: row for row in visit.elements}
    missing = [element for element in visit.accreditation.framework.elements if element.id not in found]
    for element in missing:
        row = VisitElement(element=element, element_id=element.id)
        visit.elements.append(row)
        found[element.id] = row
    return found


def _check_ahead(visit: Visit) -> None:
    if visit.held_on is not None:
        raise Refused(f"This visit was held on {in_words(visit.held_on)}: what was found there stands.")


def _check_day(day: date) -> None:
    if not 2000 <= day.year <= 2100:
        raise InvalidInput("Type a day of this century.")


def _text(text: str, longest: int, what: str) -> str:
    found = text.strip().replace("\r\n", "\n")
    if len(found) > longest:
        raise InvalidInput(f"{what} may have {longest:,} characters, and has {len(found):,}.")
    return found


def _subject(visit: Visit) -> str:
    return f"{visit.accreditation.framework.code}: {title_of(visit.kind, visit.months)} due {visit.due_on.isoformat()}"
