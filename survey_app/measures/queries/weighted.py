"""Reads what the weighted value beside a headline needs: answers and contacts by service and channel."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from survey_app.contacts.models import Contact
from survey_app.extensions import db
from survey_app.kernel.periods import Period
from survey_app.measures.address import FigureQuery
from survey_app.measures.counting import count
from survey_app.measures.definitions import Source, Unit
from survey_app.measures.queries import Standing, choices_counted, cut_of, read_standing
from survey_app.measures.queries.counts import Cut, counts_by_choice, of_contacts
from survey_app.measures.tree import ServiceTree
from survey_app.measures.weighted import WeightedFigure, weigh
from survey_app.organisation.scope import EVERYTHING, Scope
from survey_app.statistics.weighting import Cell

ELIGIBLE = ("asked", "not_sampled")  # draw outcomes of contacts that could be asked about


def weighted_figure(
    query: FigureQuery, *, scope: Scope = EVERYTHING, now: datetime, standing: Standing | None = None
) -> WeightedFigure | None:
    """A share weighted to the eligible contacts of its own period and filters, in three statements beside `standing`.

    None for a measure that is no share of answers, for a cut that contacts do not know (the mode of an answer), and
    where fewer than 10 answers can be weighted.
    """
    measure = query.definition
    if measure.unit is not Unit.SHARE or measure.source is not Source.ANSWERS or "mode" in query.filters:
        return None
    standing = standing or read_standing(now)
    services = standing.services
    cut, period = cut_of(query, services, scope), Period.between(query.first, query.last)
    choices = choices_counted(query, cut, standing)
    counts = counts_by_choice(
        measure, [period], cut=cut, groups=("service", "channel"), services=services, choices=choices
    )
    answers = {(service, channel): count(measure, cell) for (_, (service, channel)), cell in counts.cells.items()}
    contacts = contact_mix(period, cut, services)
    return weigh(answers, contacts, {code: services.name(code) for code, _ in {*answers, *contacts}})


def contact_mix(period: Period, cut: Cut, services: ServiceTree) -> dict[Cell, int]:
    """Eligible contacts of a period by service and channel."""
    rows = db.session.execute(
        select(Contact.service_id, Contact.channel, func.count())
        .where(
            Contact.occurred_on.between(period.first, period.last),
            Contact.draw_outcome.in_(ELIGIBLE),
            *of_contacts(cut),
        )
        .group_by(Contact.service_id, Contact.channel)
    )
    return {(services.code(service), channel.value): n for service, channel, n in rows}
