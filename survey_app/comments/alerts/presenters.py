"""Alerts as their pages show them, and in one sentence beside the comments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cryptography.fernet import InvalidToken
from flask import Flask, current_app, url_for

from survey_app.accounts.queries import names_of_users
from survey_app.comments.alerts import queries
from survey_app.comments.alerts.figures import Handled, KindSummary, PhraseSummary, by_kind, by_month, by_phrase
from survey_app.comments.alerts.finding import Finder, finder_of
from survey_app.comments.alerts.models import Alert, AlertKind, AlertOutcome
from survey_app.comments.alerts.timing import can_undo, duration_words
from survey_app.comments.redaction import redact
from survey_app.kernel.clock import day_starts_at, london_day
from survey_app.kernel.periods import in_words
from survey_app.organisation.models import Service
from survey_app.responses.afterwards.presenters import SupportView, support_view
from survey_app.statistics.rounding import percent
from survey_app.statistics.suppression import MINIMUM_BASE
from survey_app.web.access import Viewer

MONTHS = 12
GONE = "Its words are gone: the answer was taken back, changed or erased."


@dataclass(frozen=True)
class Row:
    """One alert in a list. `mark` is the kind of its tag."""

    reference: str
    url: str
    kind: str
    service: str
    day: date
    raised_at: datetime
    due: str
    mark: str
    state: str
    can_acknowledge: bool


@dataclass(frozen=True)
class KindRow:
    """How one kind was dealt with in the last twelve months."""

    name: str
    alerts: int
    in_time: str
    median: str
    false_alarms: str


@dataclass(frozen=True)
class MonthRow:
    month: str
    counts: Sequence[int]
    total: int


@dataclass(frozen=True)
class PhraseRow:
    phrase: str
    kind: str
    words: str
    is_to_look_at: bool


@dataclass(frozen=True)
class ListPage:
    claim: str
    rest: str
    rows: Sequence[Row]
    kinds: Sequence[KindRow]
    kind_names: Sequence[str]
    months: Sequence[MonthRow]
    phrases: Sequence[PhraseRow]
    untold: Sequence[str]  # kinds in use whose alerts nobody is told of
    has_any: bool


@dataclass(frozen=True)
class AlertPage:
    """One alert; `words` are pieces of what was written, with whether a phrase was found there."""

    claim: str
    rest: str
    reference: str
    kind: str
    words: Sequence[tuple[str, bool]]
    phrases: Sequence[str]
    facts: Sequence[tuple[str, str]]
    mark: str
    state: str
    can_acknowledge: bool
    is_decided: bool
    can_undo: bool
    note: str
    wants_contact: bool
    links: Sequence[tuple[str, str]]
    support: SupportView | None


@dataclass(frozen=True)
class AlertLinks:
    """A later package shows where it deals with an alert: label and address of each place."""

    permission: str
    find: Callable[[Alert], Sequence[tuple[str, str]]]


def add_alert_links(app: Flask, links: AlertLinks) -> None:
    """The page of an alert knows no later package by name."""
    app.extensions.setdefault("alert_links", []).append(links)


def list_page(rows: Sequence[queries.Shown], standing: queries.Standing, now: datetime) -> ListPage:
    """The list, and how alerts were dealt with in the last twelve months."""
    kinds, first = queries.kinds(), _months(london_day(now))[0]
    handled = [_handled(alert) for alert in queries.alerts_since(day_starts_at(first))]
    names, summaries, months = {kind.code: kind.name for kind in kinds}, by_kind(handled, now), by_month(handled)
    shown = [kind.code for kind in kinds if kind.code in summaries]
    claim, rest = _answer(standing)
    return ListPage(
        claim=claim,
        rest=rest,
        rows=[_row(alert, service, now) for alert, service in rows],
        kinds=[_kind_row(names[code], summaries[code]) for code in shown],
        kind_names=[names[code] for code in shown],
        months=[
            MonthRow(f"{month:%B %Y}", [months[month][code] for code in shown], months[month].total())
            for month in reversed(_months(london_day(now)))
            if month in months
        ],
        phrases=[_phrase_row(row, names) for row in by_phrase(handled)[:10]],
        untold=[kind.name for kind in kinds if kind.is_active and not (kind.inbox or kind.other_inbox)],
        has_any=bool(rows or handled),
    )


def alert_page(alert: Alert, service: Service, viewer: Viewer, now: datetime) -> AlertPage:
    names = names_of_users([alert.acknowledged_by, alert.decided_by])
    mark, state = _state(alert, now)
    return AlertPage(
        claim=f"{alert.kind.name}, about {service.name}.",
        rest=_next(alert, now),
        reference=alert.reference,
        kind=alert.kind.name,
        words=_words(alert),
        phrases=alert.matched,
        facts=_facts(alert, service, names),
        mark=mark,
        state=state,
        can_acknowledge=alert.acknowledged_at is None,
        is_decided=alert.decided_at is not None,
        can_undo=can_undo(alert.decided_at, now),
        note=alert.note,
        wants_contact=queries.asked_for_contact(alert),
        links=_links(alert, viewer),
        support=support_view(service.id),
    )


def alerts_panel(now: datetime) -> str:
    """This month's alerts in one sentence, beside the comments: "1 safeguarding alert this month went to the named
    inbox and was acknowledged in 14 minutes." Empty where there was none."""
    found = queries.alerts_since(day_starts_at(london_day(now).replace(day=1)))
    if not found:
        return ""
    by_name: dict[str, list[Alert]] = {}
    for alert in found:
        by_name.setdefault(alert.kind.name, []).append(alert)
    return " ".join(_panel_sentence(name, alerts) for name, alerts in by_name.items())


def marked(text: str, kind: AlertKind) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether a phrase of this kind was found there."""
    return pieces(text, finder_of((kind.code, kind.phrases, kind.exceptions)))


def pieces(text: str, finder: Finder) -> list[tuple[str, bool]]:
    cut, at = [], 0
    for found in finder.find(text):
        for start, end in found.spans:
            cut += [(text[at:start], False), (text[start:end], True)]
            at = end
    return [piece for piece in [*cut, (text[at:], False)] if piece[0]]


def _panel_sentence(name: str, alerts: Sequence[Alert]) -> str:
    n = len(alerts)
    head = f"{n} {name[:1].lower()}{name[1:]} alert{'' if n == 1 else 's'} this month"
    told = sum(alert.sent_to != "" for alert in alerts)
    went = "went to the named inbox" if told == n else f"of which {told} went to the named inbox" if told else ""
    seen = [alert for alert in alerts if alert.acknowledged_at is not None]
    if len(seen) < n:
        acknowledged = f"{n - len(seen)} {'waits' if n - len(seen) == 1 else 'wait'} to be acknowledged"
    else:
        longest = max(alert.acknowledged_at - alert.raised_at for alert in seen if alert.acknowledged_at)
        verb, at_most = ("was", "") if n == 1 else ("were", " at most")
        acknowledged = f"{verb} acknowledged in{at_most} {duration_words(longest)}"
    return f"{head} {' and '.join(part for part in (went, acknowledged) if part)}."


def _answer(standing: queries.Standing) -> tuple[str, str]:
    n = standing.unseen
    if n:
        late = f", {standing.late} of them late" if standing.late else ""
        claim = f"{n:,} {'alert waits' if n == 1 else 'alerts wait'} to be acknowledged{late}."
    else:
        claim = "No alert waits to be acknowledged."
    m = standing.undecided
    return claim, f"{m:,} more {'waits' if m == 1 else 'wait'} for a decision." if m else ""


def _row(alert: Alert, service: Service, now: datetime) -> Row:
    mark, state = _state(alert, now)
    return Row(
        reference=alert.reference,
        url=url_for("alerts.one", reference=alert.reference),
        kind=alert.kind.name,
        service=service.name,
        day=london_day(alert.raised_at),
        raised_at=alert.raised_at,
        due=_due(alert, now),
        mark=mark,
        state=state,
        can_acknowledge=alert.acknowledged_at is None,
    )


def _state(alert: Alert, now: datetime) -> tuple[str, str]:
    if alert.outcome is not None:
        is_real = alert.outcome is AlertOutcome.REAL
        return ("neutral", "Real") if is_real else ("common", "False alarm")
    if alert.acknowledged_at is not None:
        return "neutral", "Acknowledged"
    return ("concern", "Late") if alert.due_at < now else ("concern", "New")


def _due(alert: Alert, now: datetime) -> str:
    if alert.acknowledged_at is not None:
        return f"acknowledged in {duration_words(alert.acknowledged_at - alert.raised_at)}"
    if alert.due_at < now:
        return f"{duration_words(now - alert.due_at)} late"
    return f"{duration_words(alert.due_at - now)} left"


def _next(alert: Alert, now: datetime) -> str:
    if alert.outcome is AlertOutcome.REAL:
        return "It was real."
    if alert.outcome is AlertOutcome.FALSE_ALARM:
        return "It was a false alarm."
    if alert.acknowledged_at is not None:
        return "Somebody sees to it. Was it real?"
    return f"Nobody has acknowledged it yet: {_due(alert, now)}."


def _words(alert: Alert) -> list[tuple[str, bool]]:
    if alert.answer_text_id is None:
        return []
    words = queries.comment_words(alert.answer_text_id)
    if words is None:
        words = _redacted_text_of(alert)
    return marked(words, alert.kind)


def _redacted_text_of(alert: Alert) -> str:
    try:
        text = queries.text_of(alert)
    except InvalidToken:  # its key is gone: what was found stays, and can be decided
        return ""
    return "" if text is None else redact(text.raw).text


def _facts(alert: Alert, service: Service, names: Mapping[int, str]) -> list[tuple[str, str]]:
    response, facts = alert.response, []
    facts.append(("Service", service.name))
    if response.channel is not None:
        facts.append(("Contact", f"{response.channel.label}, {in_words(response.counts_on)}"))
    if alert.sent_to:
        facts.append(("Told", alert.sent_to))
    else:
        facts.append(("Told", "Nobody yet" if alert.letter_due_at else "Nobody: this page alone shows it"))
    if alert.acknowledged_at is not None:
        took = duration_words(alert.acknowledged_at - alert.raised_at)
        facts.append(("Acknowledged", f"{_by(alert.acknowledged_by, names)}, in {took}"))
    if alert.decided_at is not None:
        facts.append(("Decided", _by(alert.decided_by, names)))
    return facts


def _by(user_id: int | None, names: Mapping[int, str]) -> str:
    return names.get(user_id or 0, "Somebody")


def _links(alert: Alert, viewer: Viewer) -> list[tuple[str, str]]:
    offered: list[AlertLinks] = current_app.extensions.get("alert_links", [])
    return [link for each in offered if viewer.may(each.permission) for link in each.find(alert)]


def _handled(alert: Alert) -> Handled:
    is_false = None if alert.outcome is None else alert.outcome is AlertOutcome.FALSE_ALARM
    return Handled(
        alert.kind.code, tuple(alert.matched), alert.raised_at, alert.due_at, alert.acknowledged_at, is_false
    )


def _kind_row(name: str, summary: KindSummary) -> KindRow:
    return KindRow(
        name=name,
        alerts=summary.alerts,
        in_time=_share(summary.in_time, summary.over),
        median="–" if summary.median_minutes is None else duration_words(timedelta(minutes=summary.median_minutes)),
        false_alarms=_share(summary.false_alarms, summary.decided),
    )


def _share(numerator: int, base: int) -> str:
    """Counts for whoever handles them; a share of fewer than 10 is shown to nobody."""
    if not base:
        return "–"
    share = f", {percent(numerator / base)}" if base >= MINIMUM_BASE else ""
    return f"{numerator:,} of {base:,}{share}"


def _phrase_row(row: PhraseSummary, names: Mapping[str, str]) -> PhraseRow:
    return PhraseRow(
        row.phrase, names.get(row.code, row.code), f"{row.false_alarms:,} of {row.decided:,}", row.is_to_look_at
    )


def _months(today: date) -> list[date]:
    """The first days of this month and of those before it, the oldest first."""
    months = [today.replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months[::-1]
