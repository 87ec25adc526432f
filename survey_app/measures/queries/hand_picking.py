"""Counts what the tests for hand-picking need: one pass over the contacts of a period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, case, extract, func, or_, select, type_coerce

from survey_app.contacts.eligibility import ASKED
from survey_app.contacts.models import Contact
from survey_app.extensions import db
from survey_app.measures.address import make_query
from survey_app.measures.hand_picking import Facts, HandPicking, hand_picking
from survey_app.measures.queries import cut_of
from survey_app.measures.queries.cuts import contacts_of
from survey_app.measures.tree import ServiceTree
from survey_app.organisation.scope import EVERYTHING, Scope

BELOW_THE_FRACTION = (ASKED, "kept_for_rare")
BY_CHANCE = (*BELOW_THE_FRACTION, "not_sampled")  # a full quota decides before the draw does


def were_hand_picked(
    first: date,
    last: date,
    *,
    where: Mapping[str, str | Iterable[str]] | None = None,
    scope: Scope = EVERYTHING,
    services: ServiceTree,
) -> HandPicking:
    """The tests over the contacts of these days; NotFound and InvalidInput as `figures` says."""
    cut = cut_of(make_query("contacts", first, last, where), services, scope)
    fraction = case((Contact.draw_outcome.in_(BY_CHANCE), Contact.draw_fraction))
    drawn, marked = Contact.draw_outcome.in_(BELOW_THE_FRACTION), or_(Contact.sensitive, Contact.do_not_survey)
    keys: tuple[ColumnElement[Any], ...] = (
        func.coalesce(Contact.adviser_ref, ""),
        func.coalesce(Contact.outcome, ""),
        extract("hour", Contact.occurred_at),
        fraction,
    )
    numbered: list[Any] = [key.label(f"key_{n}") for n, key in enumerate(keys)]
    single = (
        select(
            *numbered,
            case((drawn, 1), else_=0).label("drawn"),
            case((marked, 1), else_=0).label("marked"),
            case((Contact.draw_outcome == "no_address", 1), else_=0).label("without_address"),
        )
        .where(type_coerce(Contact.occurred_on, Date).between(first, last), *contacts_of(cut))
        .subquery("single")
    )
    group = list(single.c)[: len(keys)]
    sums = [func.sum(column) for column in list(single.c)[len(keys) :]]
    counted = select(*group, func.count(), *sums)
    rows: Iterable[Any] = db.session.execute(counted.group_by(*group))
    return hand_picking(
        Facts(adviser, outcome, int(hour), share, n, int(drawn_n), int(marked_n), int(without))
        for adviser, outcome, hour, share, n, drawn_n, marked_n, without in rows
    )
