"""Follow-ups as their pages show them, and what the thank-you promises of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from survey_app.accounts.models import User
from survey_app.actions.followups import queries
from survey_app.actions.followups.causes import CAUSES
from survey_app.actions.followups.complaints import Timetable, possible_steps, timetable
from survey_app.actions.followups.complaints_system import address_of
from survey_app.actions.followups.due import age_words, due_days, due_words, is_late, late_before
from survey_app.actions.followups.in_time import InTime, in_time
from survey_app.actions.followups.notes import NoteKind
from survey_app.actions.followups.outcomes import LABELS, SOURCES, STATES
from survey_app.actions.followups.queries import Queued, Wanted
from survey_app.actions.followups.verdicts import LABELS as VERDICTS
from survey_app.actions.followups.verdicts import can_undo
from survey_app.actions.models import FollowUp, FollowUpState, Outcome
from survey_app.comments.alerts.models import Alert
from survey_app.kernel.clock import london_day
from survey_app.kernel.periods import Period, in_words
from survey_app.measures.sentences import Headline
from survey_app.measures.sentences.numbers import base_text, for_page
from survey_app.organisation.presenters import Fact
from survey_app.organisation.queries import council_nation
from survey_app.organisation.scope import Scope
from survey_app.responses.afterwards.presenters import Promise
from survey_app.responses.models import SurveyResponse
from survey_app.statistics.rounding import percent
from survey_app.statistics.suppression import MINIMUM_BASE

MOST_COMPLAINTS = 200
BOARD_ROWS = 20  # a column
NOBODY = "Nobody"


@dataclass(frozen=True)
class Row:
    """One follow-up in a list. `mark` is the kind of its tag: a shape and words, not a colour alone."""

    reference: str
    url: str
    service: str
    owner: str | None
    rating: str
    state: str
    age: str
    mark: str
    due: str


@dataclass(frozen=True)
class ComplaintRow:
    reference: str
    url: str
    service: str
    owner: str | None
    step: str
    mark: str
    due: str


@dataclass(frozen=True)
class ShareRow:
    """The share closed in time of one year, in words; suppressed where it must be."""

    year: str
    share: str
    base: str
    interval: str


@dataclass(frozen=True)
class Column:
    """One state on the board."""

    title: str
    number: int
    rows: Sequence[Row]
    all_url: str


@dataclass(frozen=True)
class QueuePage:
    headline: Headline
    rows: Sequence[Row]
    columns: Sequence[Column]
    complaints: Sequence[ComplaintRow]
    shares: Sequence[ShareRow]
    services: Sequence[tuple[str, str]]  # value and label, for the filter
    has_any: bool


@dataclass(frozen=True)
class HistoryLine:
    at: datetime
    by: str
    what: str
    text: str


@dataclass(frozen=True)
class StepRow:
    words: str
    due: str
    done: str
    mark: str
    mark_words: str


@dataclass(frozen=True)
class ComplaintView:
    """The complaint that a follow-up went on as."""

    reference: str
    url: str | None
    made_on: date
    steps: Sequence[StepRow]
    possible: Sequence[tuple[str, str]]
    extension_left: int
    can_take_back: bool
    then: str


@dataclass(frozen=True)
class OnePage:
    """One follow-up. No details of its person: those are shown by a press of a button, which is written down."""

    headline: Headline
    reference: str
    service: str
    source: str
    rating: str
    comments: Sequence[str]
    age: str
    contact_due: str
    close_due: str
    owner: str | None
    is_open: bool
    has_details: bool
    keep_until: date
    outcome: str
    cause: str
    history: Sequence[HistoryLine]
    can_undo: bool
    verdict: str
    can_hear_verdict: bool
    complaint: ComplaintView | None


def queue_page(
    found: Sequence[Queued],
    columns: Sequence[Column],
    standing: queries.Standing,
    scope: Scope,
    *,
    now: datetime,
    nation: str,
) -> QueuePage:
    """Everything that the queue and the board show."""
    today = london_day(now)
    this_year = Period.financial_year_of(today)
    years = (this_year, this_year.previous)
    return QueuePage(
        headline=_headline(standing),
        rows=[_row(each, today, nation) for each in found],
        columns=columns,
        complaints=[
            _complaint_row(row, times, today, nation)
            for row, times in queries.complaints_under_way(scope, nation, most=MOST_COMPLAINTS)
        ],
        shares=[_share(in_time(year, queries.closings(year, scope), today, nation)) for year in years],
        services=[("", "All services")]
        + [(service.code, service.name) for service in queries.services_with_follow_ups(scope)],
        has_any=bool(sum(standing.by_state.values())),
    )


def board_columns(wanted: Wanted, scope: Scope, *, today: date, nation: str, urls: Mapping[str, str]) -> list[Column]:
    """New, in touch and closed, each with its first few; the closed ones newest first."""
    late = late_before(today, nation)
    columns = []
    for state, title in STATES.items():
        of_state = Wanted(wanted.owner_id, wanted.is_late, wanted.services, state)
        found = queries.queue(of_state, scope, late_before=late, most=BOARD_ROWS)
        number = queries.number_in(of_state, scope, late_before=late)
        columns.append(Column(title, number, [_row(each, today, nation) for each in found], urls[state]))
    return columns


def one_page(found: FollowUp, *, now: datetime, complaints_url: str) -> OnePage:
    """Everything that the page of one follow-up shows."""
    today, nation = london_day(now), council_nation()
    given, is_open, knows = queries.answer_given(found.response_id), _is_open(found), queries.has_details(found)
    owner = _owner(found)
    age = age_words(london_day(found.opened_at), today, nation)
    mark = _due(found, today, nation)[1] if is_open else f"closed, {_outcome(found).lower()}"
    rest = f"{given.rating or 'No rating'}; opened {age}{' ago' if age != 'today' else ''}"
    rest += "." if owner else "; nobody owns it."
    return OnePage(
        headline=Headline(f"{found.service.name}: {mark}.", rest),
        reference=found.reference,
        service=found.service.name,
        source=SOURCES[found.source],
        rating=given.rating or "No rating",
        comments=given.comments,
        age=age,
        contact_due=in_words(found.contact_due_on),
        close_due=in_words(found.close_due_on),
        owner=owner,
        is_open=is_open,
        has_details=knows,
        keep_until=found.keep_until,
        outcome=_outcome(found),
        cause=CAUSES.get(found.cause or "", ""),
        history=[
            HistoryLine(note.at, _name(note.author) if note.author else "", NoteKind(note.what).label, note.text)
            for note in reversed(found.notes)
        ],
        can_undo=not is_open and knows and can_undo(found.closed_at, now),
        verdict=VERDICTS[found.verdict] if found.verdict else "",
        can_hear_verdict=not is_open and found.outcome is not Outcome.NOT_WANTED,
        complaint=_complaint(found, today, nation, complaints_url),
    )


def follow_ups_stand(scope: Scope, now: datetime) -> Headline:
    """How many are late and open, and whether somebody owns them."""
    return _headline(queries.standing(scope, late_before=late_before(london_day(now), council_nation())))


def alert_links(alert: Alert) -> list[tuple[str, str]]:
    """The follow-up of the answer that raised an alert, for its page."""
    found = queries.follow_up_of(alert.response_id)
    if found is None:
        return []
    return [
        (f"Follow-up {found.reference}: {STATES[found.state]}", url_for("follow_ups.one", reference=found.reference))
    ]


def contact_promise(response: SurveyResponse, wanted_at: datetime | None) -> Promise | None:
    """By when we get in touch with the person of a response who wants it: as the rules say, and as their follow-up
    says once there is one. None where no follow-up would open.
    """
    found = queries.prospect_of(response)
    rules = found.rules
    if wanted_at is not None and found.contact_due_on is not None:
        return Promise(rules.first_contact_days, found.contact_due_on)
    if not found.is_low:
        return None
    if wanted_at is None:
        return Promise(rules.first_contact_days, None)
    due = due_days(
        london_day(wanted_at),
        contact_days=rules.first_contact_days,
        close_days=rules.close_days,
        nation=council_nation(),
    )
    return Promise(rules.first_contact_days, due.contact_on)


def page_facts() -> list[Fact]:
    """What the council's pages can say of this package."""
    days = queries.follow_up_rules().first_contact_days
    return [Fact("follow_up_days", "Working days until we get in touch after a low score", str(days))]


def owner_choices(found: FollowUp) -> list[tuple[str, str]]:
    """Who can be given it: id and name."""
    return [(str(user.id), _name(user)) for user in queries.possible_owners(found.service_id)]


def _headline(standing: queries.Standing) -> Headline:
    if not standing.open:
        return Headline("No follow-up is open.", "Nobody waits for a call or a letter.")
    late, rest = standing.late, f"{_number(standing.open)} open"
    if standing.unowned:
        rest += f", and nobody owns {standing.unowned:,} of them" if standing.open > 1 else ", and nobody owns it"
    claim = "None is late." if not late else "1 follow-up is late." if late == 1 else f"{late:,} follow-ups are late."
    return Headline(claim, f"{rest}.")


def _number(n: int) -> str:
    return "1 is" if n == 1 else f"{n:,} are"


def _row(each: Queued, today: date, nation: str) -> Row:
    found = each.follow_up
    mark, due = _due(found, today, nation)
    return Row(
        reference=found.reference,
        url=url_for("follow_ups.one", reference=found.reference),
        service=found.service.name,
        owner=_owner(found),
        rating=each.rating or "None",
        state=STATES[found.state],
        age=age_words(london_day(found.opened_at), today, nation),
        mark=mark,
        due=due,
    )


def _due(found: FollowUp, today: date, nation: str) -> tuple[str, str]:
    """The kind of its tag, and what is due when."""
    if found.state is FollowUpState.CLOSED:
        verdict = f"; put right, they say: {VERDICTS[found.verdict].lower()}" if found.verdict else ""
        return "common", f"{_outcome(found)}{verdict}"
    is_waiting = found.state is FollowUpState.NEW and found.first_contact_at is None
    due_on = found.contact_due_on if is_waiting else found.close_due_on
    what = "first contact" if is_waiting else "closing"
    return _mark(due_on, today, nation), f"{what} {due_words(due_on, today, nation)}"


def _mark(due_on: date, today: date, nation: str) -> str:
    if is_late(due_on, today, nation):
        return "concern"
    return "neutral" if due_on <= today else "common"


def _complaint_row(found: FollowUp, times: Timetable, today: date, nation: str) -> ComplaintRow:
    line = times.next
    due_on = line.due_on if line is not None and line.due_on is not None else today
    return ComplaintRow(
        reference=found.reference,
        url=url_for("follow_ups.one", reference=found.reference),
        service=found.service.name,
        owner=_owner(found),
        step=f"Stage {times.stage}: {line.words.lower() if line else ''}",
        mark=_mark(due_on, today, nation),
        due=due_words(due_on, today, nation),
    )


def _share(each: InTime) -> ShareRow:
    if each.share is None or each.interval is None:
        hidden = f"Hidden: fewer than {MINIMUM_BASE}" if each.is_hidden else "None closed or late yet"
        return ShareRow(each.period.label, hidden, base_text(each.base) if each.base else "0", "")
    return ShareRow(
        each.period.label,
        for_page(percent(each.share)),
        f"{each.base:,}",
        f"{percent(each.interval.low)} to {percent(each.interval.high)}",
    )


def _complaint(found: FollowUp, today: date, nation: str, complaints_url: str) -> ComplaintView | None:
    if found.complaint_made_on is None:
        return None
    dates = found.complaint_dates or {}
    times = timetable(found.complaint_made_on, dates, nation)
    steps = []
    for line in times.lines:
        late = line.is_late(today)
        words = "Done" if line.done_on else "Waits"
        steps.append(
            StepRow(
                f"Stage {line.stage}: {line.words.lower()}" if line.due_on else line.words,
                in_words(line.due_on) if line.due_on else "",
                in_words(line.done_on) if line.done_on else "",
                "concern" if late else "improvement" if line.done_on else "common",
                f"{words} late" if late and line.done_on else "Late" if late else words,
            )
        )
    return ComplaintView(
        reference=found.complaint_reference,
        url=address_of(complaints_url, found.complaint_reference),
        made_on=found.complaint_made_on,
        steps=steps,
        possible=possible_steps(times),
        extension_left=times.extension_left,
        can_take_back=any(line.done_on for line in times.lines),
        then=times.scheme.ombudsman,
    )


def _is_open(found: FollowUp) -> bool:
    return found.state is not FollowUpState.CLOSED


def _outcome(found: FollowUp) -> str:
    return LABELS[found.outcome] if found.outcome else ""


def _owner(found: FollowUp) -> str | None:
    return _name(found.owner) if found.owner is not None and found.owner.active else None


def _name(user: User) -> str:
    return user.name or user.email
