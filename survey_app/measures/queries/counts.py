"""Counts by value, from the tallies and the change feed in one statement, or from the answers themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    func,
    select,
)

from survey_app.contacts.eligibility import ELIGIBLE
from survey_app.extensions import db
from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.measures.choosing import Choices
from survey_app.measures.definitions import Choice, Measure, Source
from survey_app.measures.lineage import EARLIER_WORDING, Lineage
from survey_app.measures.models import (
    Tallied,
)
from survey_app.measures.queries.cuts import Cut, of_customers
from survey_app.measures.queries.statements import Counted, Shape, statement_of
from survey_app.measures.queries.subjects import (
    outcome_of,
)
from survey_app.measures.tree import ServiceTree
from survey_app.responses.models import ResponseState, SurveyResponse

COUNTED_BY: Mapping[Source, Counted] = {
    Source.ANSWERS: Source.ANSWERS,
    Source.COMMENTS: Tallied.COMMENTS,
    Source.INVITATIONS: Tallied.INVITATIONS,
    Source.CONTACTS: Tallied.CONTACTS,
    Source.DRAFTS: Source.DRAFTS,
}


@dataclass(frozen=True)
class Counts:
    """Counts of choices by window (its place in the list) and group (its codes in the order asked for)."""

    cells: Mapping[tuple[int, tuple[str, ...]], Mapping[Choice, int]]
    counted_from: str  # tallies or answers
    versions: Mapping[tuple[int, tuple[str, ...]], frozenset[int]] = field(default_factory=dict)  # that feed each cell


def counts_by_choice(
    measure: Measure,
    windows: Sequence[Period],
    *,
    cut: Cut,
    groups: Sequence[str],
    services: ServiceTree,
    choices: Choices,
    lineage: Lineage | None = None,
) -> Counts:
    """Count a measure in one statement, however many windows and groups there are.

    Whole months, by service and one further dimension, come from the monthly tally, other days by service from the
    daily one, each with what is not folded yet, and what the rules of the cut let in or leave out. The rest is counted
    from the answers, or the rows of the subject.
    """
    counted = COUNTED_BY[measure.source]
    counted_from, rows = _read(counted, windows, cut, groups, versions=sorted({version for version, _ in choices}))
    values: defaultdict[tuple[int, tuple[str, ...]], Counter[tuple[int, str]]] = defaultdict(Counter)
    for n, *codes, version, value, answers in rows:
        code = outcome_of(value) if counted is Tallied.INVITATIONS else value
        values[n, codes_of(codes, groups, services)][version, code] += int(answers)
    line = lineage or Lineage()
    feeding = {place: line.feeding(_answered(found)) for place, found in values.items()}
    cells = {place: as_choices(measure, found, choices, feeding[place]) for place, found in values.items()}
    return Counts(cells, counted_from, feeding)


def codes_of(codes: Sequence[Any], groups: Sequence[str], services: ServiceTree) -> tuple[str, ...]:
    """The codes of a group, a service by its own."""
    return tuple(
        services.code(code) if name == "service" else str(code) for name, code in zip(groups, codes, strict=True)
    )


def as_choices(
    measure: Measure,
    values: Mapping[tuple[int, str], int],
    choices: Mapping[tuple[int, str], Choice],
    feeding: Collection[int],
) -> dict[Choice, int]:
    """Counts by version and value as choices of a measure. What was said to an earlier wording stands outside."""
    found: Counter[Choice] = Counter()
    for (version, value), answers in values.items():
        if answers:
            choice = choices.get((version, value)) or measure.choice(value)
            found[choice if version in feeding else Choice(EARLIER_WORDING, is_substantive=False)] += answers
    return found


def _answered(values: Mapping[tuple[int, str], int]) -> set[int]:
    """A withdrawal that is not folded yet may leave a version with nothing."""
    return {version for (version, _), answers in values.items() if answers}


def values(tallied: Tallied, window: Period, cut: Cut) -> dict[str, int]:
    """How many contacts, invitations, comments or themes of comments have each value."""
    _counted_from, rows = _read(tallied, [window], cut, ())
    return {value: int(n) for _n, _version, value, n in rows}


def values_by(
    tallied: Tallied, windows: Sequence[Period], cut: Cut, groups: Sequence[str], services: ServiceTree
) -> dict[tuple[int, tuple[str, ...]], Counter[str]]:
    """How many contacts or invitations have each value, by window (its place in the list) and group."""
    found: defaultdict[tuple[int, tuple[str, ...]], Counter[str]] = defaultdict(Counter)
    for n, *codes, _version, value, count in _read(tallied, windows, cut, groups)[1]:
        found[n, codes_of(codes, groups, services)][value] += int(count)
    return dict(found)


def eligible_contacts(window: Period, cut: Cut, services: ServiceTree) -> dict[tuple[str, str], int]:
    """How many contacts could be asked about, by service and channel."""
    drawn = values_by(Tallied.DRAWN, [window], cut, ("service", "channel"), services)
    eligible = {place: sum(outcomes[outcome] for outcome in ELIGIBLE) for (_, place), outcomes in drawn.items()}
    return {(service, channel): n for (service, channel), n in eligible.items() if n}


def held_back(window: Period, cut: Cut) -> int:
    """How many responses are quarantined: they would count if somebody released them."""
    suspicious = (
        select(func.count())
        .select_from(SurveyResponse)
        .where(
            SurveyResponse.state == ResponseState.QUARANTINED,
            SurveyResponse.is_test.is_(False),
            SurveyResponse.counts_on.between(window.first, window.last),
            *of_customers(cut),
        )
    )
    return db.session.scalar(suspicious) or 0


def _read(
    counted: Counted, windows: Sequence[Period], cut: Cut, groups: Sequence[str], **values: Any
) -> tuple[str, Iterable[Any]]:
    """Where the counts are read, and window, codes of the groups, question version, value and count of each."""
    shape = Shape(
        counted,
        len(windows),
        all(window.first.day == 1 and (window.last + ONE_DAY).day == 1 for window in windows),
        tuple(groups),
        tuple(cut.codes),
        cut.services is not None,
        cut.rules,
    )
    for n, window in enumerate(windows):
        values |= {f"first_{n}": window.first, f"last_{n}": window.last}
    values |= {f"codes_of_{name}": codes for name, codes in cut.codes.items()}
    values |= {"customers": cut.customers, "services": cut.services}
    counted_from, statement = statement_of(shape)
    return counted_from, db.session.execute(statement, values)
