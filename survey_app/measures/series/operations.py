"""Taking series of others in. Nothing here commits."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from survey_app.audit.operations import record_act_by
from survey_app.contacts.rejects import OWN_COLUMNS, rejects_beside
from survey_app.extensions import db
from survey_app.kernel.csvfile import open_csv
from survey_app.kernel.errors import InvalidInput
from survey_app.measures.series.line import COLUMNS, REQUIRED, SeriesLine, SeriesUnit, read_line
from survey_app.measures.series.models import OtherPoint, OtherSeries
from survey_app.measures.series.queries import find_series, is_code_taken


@dataclass
class SeriesImport:
    """What an import did. `read` = `added` + `changed` + `unchanged` + `rejected`."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    rejects_file: str | None = None
    dropped_columns: list[str] = field(default_factory=list)
    series: list[str] = field(default_factory=list)


def import_series(path: Path, *, now: datetime, by: int | None = None) -> SeriesImport:
    """Take in the lines of a CSV; one that is refused goes to FILE.rejected.csv with its reason.

    A period that a series has already is replaced, and the audit keeps what it was. InvalidInput for a file that
    cannot be read at all.
    """
    result, seen = SeriesImport(), dict[str, OtherSeries]()
    with open_csv(path, required=REQUIRED) as file, rejects_beside(path, file.header) as rejects:
        known = {*COLUMNS, *OWN_COLUMNS}
        result.dropped_columns = [name for name, key in zip(file.header, file.keys, strict=True) if key not in known]
        for row in file:
            result.read += 1
            try:
                if row.problem is not None:
                    raise InvalidInput(row.problem)
                line = read_line(row.values)
                outcome = _store(_series_of(line, seen), line, now, by)
                setattr(result, outcome, getattr(result, outcome) + 1)
            except InvalidInput as problem:
                result.rejected += 1
                rejects.add(row, [problem.message])
        result.rejects_file = str(rejects.path) if rejects.is_made else None
    result.series = sorted(seen)
    counts = {name: getattr(result, name) for name in ("read", "added", "changed", "unchanged", "rejected")}
    record_act_by("series.import", path.name, at=now, by=by, after=counts | {"series": len(seen)})
    db.session.flush()
    return result


def _series_of(line: SeriesLine, seen: dict[str, OtherSeries]) -> OtherSeries:
    """The series of a line, made where there is none yet. InvalidInput for another unit than the series has."""
    series = seen.get(line.name) or find_series(line.name)
    if series is None:
        unit = line.unit or SeriesUnit.NUMBER
        series = OtherSeries(code=_code(line.name), name=line.name, unit=unit, points=[], lower_is_better=False)
        db.session.add(series)
        db.session.flush()
    elif line.unit not in {None, series.unit}:
        raise InvalidInput(f"unit is {line.unit}, and the series is in {series.unit}")
    if series.unit is SeriesUnit.SHARE and not (0 <= line.value <= 1 and 0 <= (line.target or 0) <= 1):
        raise InvalidInput("the series is a share: write value and target from 0 to 1")
    seen[line.name] = series
    return series


def _store(series: OtherSeries, line: SeriesLine, now: datetime, by: int | None) -> str:
    """Keep a line, and say what became of it: added, changed or unchanged."""
    period = line.period
    point = next((each for each in series.points if (each.first, each.last) == (period.first, period.last)), None)
    outcome, before = ("added" if point is None else "changed"), _facts(series, point)
    if point is None:
        point = OtherPoint(period=period.label, first=period.first, last=period.last)
        series.points.append(point)
    point.value, point.numerator, point.denominator = line.value, line.numerator, line.denominator
    point.source = line.source
    series.target = series.target if line.target is None else line.target
    series.lower_is_better = series.lower_is_better if line.lower_is_better is None else line.lower_is_better
    after = _facts(series, point)
    if after == before:
        return "unchanged"
    point.imported_at = now
    db.session.flush()
    if outcome == "changed":
        record_act_by("series.changed", f"{series.code} {period.label}", at=now, by=by, before=before, after=after)
    return outcome


def _facts(series: OtherSeries, point: OtherPoint | None) -> dict[str, Any]:
    of_series = {"target": series.target, "lower_is_better": series.lower_is_better}
    if point is None:
        return of_series
    return of_series | {
        "value": point.value,
        "numerator": point.numerator,
        "denominator": point.denominator,
        "source": point.source,
    }


def _code(name: str) -> str:
    """A short name for the address of its page: letters and digits of the name, with a number where that is taken."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:50] or "series"
    code, n = plain, 1
    while is_code_taken(code):
        n += 1
        code = f"{plain}-{n}"
    return code
