"""What is on a control chart, as it stands in the page's address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from survey_app.dashboards.addresses import CONTROL, with_arguments
from survey_app.dashboards.selection import read_axis
from survey_app.kernel.errors import InvalidInput
from survey_app.measures.definitions import Measure

USUAL_MEASURE = "satisfaction"
UNITS = {"month": "Months", "quarter": "Quarters"}


@dataclass(frozen=True)
class ControlSelection:
    """Which measure, of which service (None: all that the viewer sees), by month or by quarter."""

    measure: Measure
    service: str | None = None
    unit: str = "month"
    is_full_axis: bool = False

    def address(self, path: str = CONTROL, **changes: str | None) -> str:
        """The page that shows the same, with some of it changed; None takes an argument away."""
        chosen = {
            "measure": self.measure.name,
            "service": self.service,
            "by": self.unit,
            "axis": "full" if self.is_full_axis else None,
        }
        return with_arguments(path, chosen | changes)


def read_control_selection(args: Mapping[str, str], named: Callable[[str], Measure]) -> ControlSelection:
    """The selection of an address; what it leaves out is as usual. InvalidInput for what cannot be read.

    `named` finds a measure, ours or the council's own.
    """
    unit = args.get("by") or "month"
    if unit not in UNITS:
        raise InvalidInput("A control chart goes by month or by quarter.")
    measure = named(args.get("measure") or USUAL_MEASURE)
    return ControlSelection(measure, args.get("service") or None, unit, read_axis(args))
