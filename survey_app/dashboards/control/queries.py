"""Reading what stands on a control chart, always within a scope."""

from __future__ import annotations

from datetime import datetime

from survey_app.dashboards.control.reading import ControlReading, newest_year, ranges_of_methods, ranges_of_wordings
from survey_app.dashboards.control.selection import ControlSelection
from survey_app.dashboards.queries import service_in
from survey_app.measures.control import better, control_series
from survey_app.measures.definitions import Source
from survey_app.measures.queries import figures, method_turns, read_standing
from survey_app.measures.queries.control import control_entries, rebases
from survey_app.measures.rebasing import in_effect
from survey_app.organisation.scope import Scope


def read_control(selection: ControlSelection, scope: Scope, *, now: datetime) -> ControlReading:
    """The series of a selection, with its new ranges and the test of its newest year. NotFound for another's service.

    New ranges belong to the council's or to a service's whole series: a viewer of some services has none for all.
    """
    name, service = selection.measure.name, selection.service
    about = None if service is None else service_in(scope, service).name
    standing = read_standing(now)
    entries = control_entries(name, service, by=selection.unit, scope=scope, now=now, standing=standing)
    is_whole = service is not None or scope.is_everything
    lines = rebases(name, service) if is_whole else ()
    begun = in_effect([line.month for line in lines], entries)
    tested, where = newest_year(entries), {} if service is None else {"service": service}
    year = None
    if tested is not None:
        (year,) = figures(name, tested.first, tested.last, where=where, scope=scope, now=now, standing=standing)
    reworded = ranges_of_wordings(selection.measure, standing.lineage)
    if selection.measure.source is Source.COMMENTS and entries:
        first, last = entries[0].period.first, entries[-1].period.last
        reworded += ranges_of_methods(method_turns(first, last, where=where, scope=scope, standing=standing))
    starts = {*begun, *(line.month for line in reworded)}
    series = control_series(entries, improvement=better(selection.measure), rebased_from=starts)
    return ControlReading(series, lines, begun, year, about, is_whole, reworded)
