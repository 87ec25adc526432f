"""Reads the coverage ledger: live, exact, and from one snapshot where the caller holds one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, func, literal, or_, select, type_coerce, union_all

from survey_app.contacts.models import Contact
from survey_app.extensions import db
from survey_app.invitations.models import Invitation, InvitationState
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.periods import Period
from survey_app.measures.address import DIMENSIONS, PERIODS, SENSITIVE, make_query
from survey_app.measures.coverage import INTERNAL, NOT_YET_DRAWN, OTHER, VOID, Fate, Ledger, Stage, make_ledger, pooled
from survey_app.measures.models import Tallied
from survey_app.measures.queries import cut_of
from survey_app.measures.queries.cells import fact
from survey_app.measures.queries.counts import codes_of, values_by
from survey_app.measures.queries.cuts import Cut, invitations_of
from survey_app.measures.queries.standing import LONGEST_OPEN, service_tree
from survey_app.measures.queries.subjects import draw_outcome, invitation_fate
from survey_app.measures.tree import ServiceTree
from survey_app.organisation.channels import OF_THEIR_OWN, Channel, CustomerKind
from survey_app.organisation.models import Service
from survey_app.organisation.queries import within
from survey_app.organisation.scope import EVERYTHING, Scope
from survey_app.statistics.suppression import Disclosure, disclose_groups

# Advisers are left out on purpose: nobody gets a list of colleagues.
BY = (*PERIODS, *(name for name in DIMENSIONS if name != "mode"), "outcome")


@dataclass(frozen=True)
class LedgerGroup:
    """One part of a ledger. `groups` is 1, or how many small ones stand together, whose codes are not said (None)."""

    period: Period
    codes: tuple[str, ...] | None
    ledger: Ledger
    groups: int = 1


def coverage(
    first: date,
    last: date,
    *,
    where: Mapping[str, str | Iterable[str]] | None = None,
    scope: Scope = EVERYTHING,
    now: datetime,
) -> Ledger:
    """The ledger of the contacts of these London days; NotFound and InvalidInput as `figures` says.

    It counts every contact. Answers of internal customers and partners are never pooled into those of residents and
    businesses: such contacts are a loss of that ledger, and `customer_kind` among the filters gives them their own.
    """
    return pooled(part.ledger for part in coverage_by(first, last, where=where, scope=scope, now=now))


def coverage_by(
    first: date,
    last: date,
    *,
    by: Sequence[str] = (),
    where: Mapping[str, str | Iterable[str]] | None = None,
    scope: Scope = EVERYTHING,
    now: datetime,
) -> list[LedgerGroup]:
    """The same by period and group, in five statements. The parts add up to the whole.

    By customer group or language, groups so small that they point at persons stand together.
    """
    unknown = [name for name in by if name not in BY]
    periods = [name for name in by if name in PERIODS]
    if unknown or len(periods) > 1 or len(set(by)) < len(by):
        raise InvalidInput(f"The ledger goes by {', '.join(BY)}: each once, and by one kind of period.")
    groups = [name for name in by if name not in PERIODS]
    whole, services = Period.between(first, last), service_tree()
    windows = whole.split(periods[0]) if periods else [whole]
    cut = cut_of(make_query("contacts", first, last, where), services, scope)
    ledgers = _ledgers(windows, cut, groups, services, is_of_all="customer_kind" not in (where or {}), now=now)
    found = []
    for n, window in enumerate(windows):
        parts = {codes: ledger for (place, codes), ledger in ledgers.items() if place == n}
        found += _safe(window, parts) if SENSITIVE & set(groups) else _each(window, parts)
    return found


def _each(window: Period, parts: Mapping[tuple[str, ...], Ledger]) -> list[LedgerGroup]:
    return [LedgerGroup(window, codes, parts[codes]) for codes in sorted(parts)]


def _safe(window: Period, parts: Mapping[tuple[str, ...], Ledger]) -> list[LedgerGroup]:
    """Small groups together, with a larger one where they alone would still be small."""
    keys = {str(n): codes for n, codes in enumerate(sorted(parts))}
    shown = disclose_groups({key: parts[codes].contacts for key, codes in keys.items()})
    hidden = [parts[keys[key]] for key, how in shown.items() if how is not Disclosure.SHOWN]
    open_ones = {codes: parts[codes] for key, codes in keys.items() if shown[key] is Disclosure.SHOWN}
    together = [LedgerGroup(window, None, pooled(hidden), len(hidden))] if hidden else []
    return _each(window, open_ones) + together


def _ledgers(
    windows: Sequence[Period],
    cut: Cut,
    groups: Sequence[str],
    services: ServiceTree,
    *,
    is_of_all: bool,
    now: datetime,
) -> dict[tuple[int, tuple[str, ...]], Ledger]:
    drawn = values_by(Tallied.DRAWN, windows, cut, groups, services)
    if is_of_all:
        others = Cut(cut.services, OF_THEIR_OWN, cut.codes)
        for place, outcomes in values_by(Tallied.DRAWN, windows, others, groups, services).items():
            counts = drawn.setdefault(place, Counter())
            counts[NOT_YET_DRAWN] += outcomes.pop(NOT_YET_DRAWN, 0)
            counts[INTERNAL] += outcomes.total()
    fates = values_by(Tallied.INVITATIONS, windows, cut, groups, services)
    late = _open_and_void(windows, cut, groups, services, now)
    nothing: Counter[str] = Counter()
    return {
        place: make_ledger(
            drawn.get(place, nothing),
            fates.get(place, nothing),
            still_open=late.get(place, nothing)["open"],
            void=late.get(place, nothing)[VOID],
        )
        for place in sorted(drawn.keys() | fates.keys())
    }


def _open_and_void(
    windows: Sequence[Period], cut: Cut, groups: Sequence[str], services: ServiceTree, now: datetime
) -> dict[tuple[int, tuple[str, ...]], Counter[str]]:
    """Invitations that may still be answered, which no tally knows, and those wrongly made, which none holds."""
    span = union_all(
        *(
            select(literal(n).label("n"), literal(w.first, Date).label("first"), literal(w.last, Date).label("last"))
            for n, w in enumerate(windows)
        )
    ).cte("windows")
    day = type_coerce(Invitation.counts_on, Date)
    may_be_open = and_(day >= london_day(now - LONGEST_OPEN), Invitation.state == InvitationState.OPEN)
    is_void = Invitation.state == InvitationState.VOID
    places: list[Any] = [fact(Invitation, name) for name in groups]
    is_open = and_(invitation_fate() == Fate.NOT_ANSWERED, Invitation.closes_at >= now)
    which = case((is_void, VOID), (is_open, "open"), else_=OTHER)
    rows = (
        select(span.c.n, *places, which.label("which"))
        .join(span, day.between(span.c.first, span.c.last))
        .where(or_(is_void, may_be_open), *invitations_of(cut))
        .subquery("rows")
    )
    found: dict[tuple[int, tuple[str, ...]], Counter[str]] = {}
    for n, *codes, outcome, count in db.session.execute(select(*rows.c, func.count()).group_by(*rows.c)):
        found.setdefault((n, codes_of(codes, groups, services)), Counter())[outcome] += int(count)
    return found


@dataclass(frozen=True)
class LostRow:
    """One contact that was lost, as staff in scope may see it: the day only, and nothing of the person."""

    day: date
    service: str
    channel: Channel


def contact_days(scope: Scope) -> tuple[date, date] | None:
    """The first and the last day with a contact in scope; None before there is any."""
    ours = select(Contact.occurred_on).where(*within(scope, Contact.service_id)).limit(1)
    first = db.session.scalar(ours.order_by(Contact.occurred_on))  # an index leads to each end
    last = db.session.scalar(ours.order_by(Contact.occurred_on.desc()))
    return None if first is None or last is None else (first, last)


def rows_of_loss(
    first: date,
    last: date,
    *,
    stage: Stage,
    reason: str,
    where: Mapping[str, str | Iterable[str]] | None = None,
    scope: Scope = EVERYTHING,
    now: datetime,
    most: int,
    skip: int = 0,
) -> list[LostRow]:
    """One page of the contacts that a loss counts, the newest first."""
    cut = cut_of(make_query("contacts", first, last, where), service_tree(), scope)
    rows = (
        select(type_coerce(Contact.occurred_on, Date), Service.name, Contact.channel)
        .join(Service, Service.id == Contact.service_id)
        .where(
            type_coerce(Contact.occurred_on, Date).between(first, last), *within(Scope(_ids(cut)), Contact.service_id)
        )
        .order_by(Contact.occurred_on.desc(), Contact.id.desc())
        .limit(most)
        .offset(skip)
    )
    if "channel" in cut.codes:
        rows = rows.where(Contact.channel.in_(cut.codes["channel"]))
    if stage is Stage.ELIGIBLE and reason == INTERNAL:
        rows = rows.where(_is_internal(cut))
    elif stage in {Stage.ELIGIBLE, Stage.ASKED} and reason != VOID:
        rows = rows.where(Contact.customer_kind.in_(_kinds(cut, reason)), draw_outcome() == reason)
    else:
        rows = rows.join(Invitation, Invitation.contact_id == Contact.id).where(
            *invitations_of(cut), _is_lost(stage, reason, now)
        )
    return [LostRow(*row) for row in db.session.execute(rows)]


def _ids(cut: Cut) -> frozenset[int] | None:
    return None if cut.services is None else frozenset(cut.services)


def _kinds(cut: Cut, reason: str) -> Collection[CustomerKind]:
    """Not yet drawn are also those who will turn out to be internal."""
    return [*cut.customers, *OF_THEIR_OWN] if reason == NOT_YET_DRAWN else cut.customers


def _is_internal(cut: Cut) -> ColumnElement[bool]:
    own = and_(Contact.customer_kind.in_(OF_THEIR_OWN), Contact.draw_outcome.is_not(None))
    return or_(own, and_(Contact.customer_kind.in_(cut.customers), Contact.draw_outcome == INTERNAL))


def _is_lost(stage: Stage, reason: str, now: datetime) -> ColumnElement[bool]:
    if reason == VOID:
        return Invitation.state == InvitationState.VOID
    fate = reason
    if reason == "opted_out" and stage is Stage.SENT:
        fate = Fate.OPTED_OUT_UNSENT
    if stage is Stage.ANSWERED and reason in {"open", "no_answer"}:
        in_time = Invitation.closes_at >= now if reason == "open" else Invitation.closes_at < now
        return and_(Invitation.state != InvitationState.VOID, invitation_fate() == Fate.NOT_ANSWERED, in_time)
    return and_(Invitation.state != InvitationState.VOID, invitation_fate() == fate)
