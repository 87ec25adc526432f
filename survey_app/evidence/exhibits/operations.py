"""Pins exhibits to elements and takes them off, each with its line in the audit. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from survey_app.audit.operations import record_act_by
from survey_app.evidence.exhibits import queries
from survey_app.evidence.exhibits.proofs import default_title, exhibit_number
from survey_app.evidence.models import (
    Element,
    Exhibit,
    ExhibitKind,
)
from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.measures.address import FigureQuery, is_sensitive, to_id
from survey_app.measures.frozen import figure_of, same_figure
from survey_app.measures.models import FrozenPassport
from survey_app.measures.operations import freeze_passport
from survey_app.measures.passport import Passport
from survey_app.measures.queries import open_passport
from survey_app.organisation.scope import EVERYTHING, Scope
from survey_app.statistics.suppression import MINIMUM_BASE
from survey_app.statistics.table_suppression import SMALL_BELOW


def pin_exhibit(
    query: FigureQuery,
    kind: ExhibitKind,
    title: str,
    elements: Sequence[Element],
    *,
    now: datetime,
    by: int | None = None,
    scope: Scope = EVERYTHING,
) -> Exhibit:
    """Freeze a figure and let it stand at these elements; one that is pinned already, unchanged, stands there as well.

    InvalidInput without an element. Refused for a figure on fewer than 10 answers or, of a customer group or language,
    with a count below 5 behind it; for one that a pack could not count again; and to somebody who does not see the
    whole council: the frozen figure would not be the one they see.
    """
    if not elements:
        raise InvalidInput("Choose at least one element.")
    if not scope.is_everything:
        raise Refused("Evidence is the council's: only somebody who sees all services can pin a figure.")
    if kind is ExhibitKind.CHART and is_sensitive(query):
        raise Refused("A chart of one customer group or language would tell small counts by month: pin its figure.")
    passport = open_passport(query, now=now)
    check_provable(passport)
    exhibit = _pinned_already(query, kind, passport)
    if exhibit is None:
        stored: dict[str, Any] = {"figure": to_id(query)}
        if kind is ExhibitKind.CHART:
            stored["trend"] = [part.stored() for part in queries.trend_of(query, now=now)]
        exhibit = Exhibit(
            number=queries.next_exhibit_number(),
            kind=kind,
            title=title.strip() or default_title(query),
            query=stored,
            passport=freeze_passport(query, now=now),
            pinned_at=now,
            pinned_by=by,
        )
        db.session.add(exhibit)
    for element in elements:
        if element not in exhibit.elements:
            exhibit.elements.append(element)
    numbers = [element.number for element in elements]
    after = {"elements": numbers, "passport": exhibit.frozen.code}
    record_act_by("evidence.exhibit pinned", exhibit_number(exhibit.number), at=now, by=by, after=after)
    db.session.flush()
    return exhibit


def pin_again(exhibit: Exhibit, element: Element, *, now: datetime, by: int | None = None) -> None:
    """Undo `unpin`: the exhibit as it is frozen stands at the element again."""
    if element not in exhibit.elements:
        exhibit.elements.append(element)
        after = {"elements": [element.number]}
        record_act_by("evidence.exhibit pinned", exhibit_number(exhibit.number), at=now, by=by, after=after)
        db.session.flush()


def unpin(exhibit: Exhibit, element: Element, *, now: datetime, by: int | None = None) -> None:
    """Take an exhibit off an element. It keeps its number and passport: nobody else ever gets its number."""
    if element in exhibit.elements:
        exhibit.elements.remove(element)
        before = {"elements": [element.number]}
        record_act_by("evidence.exhibit unpinned", exhibit_number(exhibit.number), at=now, by=by, before=before)
        db.session.flush()


def freeze_where_provable(query: FigureQuery, *, now: datetime) -> FrozenPassport | None:
    """A figure's passport frozen for a pack; None where it may not be shown or could not be counted again."""
    try:
        check_provable(open_passport(query, now=now))
    except Refused:
        return None
    return freeze_passport(query, now=now)


def check_provable(passport: Passport) -> None:
    """Refused unless the figure may be shown outside and follows from the counts of its own document."""
    figure = passport.figure
    if figure.suppressed or figure.base < MINIMUM_BASE:
        raise Refused(f"This figure stands on fewer than {MINIMUM_BASE} answers: it cannot be evidence.")
    counts = (*figure.by_value.values(), *figure.outside.values())
    if is_sensitive(figure.query) and any(0 < n < SMALL_BELOW for n in counts):
        raise Refused(
            f"Counts below {SMALL_BELOW} of a customer group or language stand behind it: it cannot be evidence."
        )
    try:
        again = figure_of(passport.document)
    except InvalidInput as problem:
        raise Refused(f"This figure could not be counted again from a pack: {problem}.") from problem
    if (again.numerator, again.base) != (figure.numerator, figure.base):
        raise Refused("No rows stand behind this figure that a pack could prove.")


def _pinned_already(query: FigureQuery, kind: ExhibitKind, passport: Passport) -> Exhibit | None:
    return next(
        (
            exhibit
            for exhibit in queries.exhibits_of(query, kind)
            if same_figure(exhibit.frozen.document, passport.text)
        ),
        None,
    )
