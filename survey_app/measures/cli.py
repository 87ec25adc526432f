"""`flask measures`: figures on the command line, and the check that the tallies tell the truth; and the ledger."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app.contacts.cli import contacts_cli
from survey_app.extensions import db, reading, transaction
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import AppError
from survey_app.measures import operations, presenters, series_file
from survey_app.measures.address import make_query
from survey_app.measures.jobs import FOLD, instead_of_the_fold
from survey_app.measures.queries import cells
from survey_app.measures.queries.coverage import BY, coverage_by
from survey_app.measures.queries.coverage import coverage as read_coverage
from survey_app.measures.queries.shown import read_shown
from survey_app.measures.queries.verifying import verify as verify_tallies
from survey_app.measures.queries.weighted import weighted_figure
from survey_app.measures.rules import RULES, Rules
from survey_app.measures.series.operations import import_series
from survey_app.measures.weighted import NOTHING_TO_WEIGHT
from survey_app.statistics.control_charts import ChartKind, Improvement, control_chart
from survey_app.work.jobs import run_job, worker_name

measures_cli = AppGroup("measures", help="Figures, and the tallies they are read from.")
DAY = click.DateTime(formats=["%Y-%m-%d"])
MOST_SHOWN = 20


@measures_cli.command("show")
@click.argument("name")
@click.option("--from", "first", type=DAY, required=True, help="First London day.")
@click.option("--to", "last", type=DAY, required=True, help="Last London day, included.")
@click.option("--by", default="", help="month, quarter or year, and dimensions, separated by commas.")
@click.option("--where", "filters", multiple=True, metavar="K=V", help="A filter; repeat it for more.")
@click.option(
    "--rule",
    "settings",
    multiple=True,
    metavar="RULE=in|out",
    help=f"Print beside each figure what it is by another rule: {', '.join(RULES)}.",
)
@click.option("--weighted", is_flag=True, help="Beside the whole, its value weighted to the mix of contacts.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(
    *,
    name: str,
    first: datetime,
    last: datetime,
    by: str,
    filters: tuple[str, ...],
    settings: tuple[str, ...],
    weighted: bool,
    as_json: bool,
) -> None:
    """Show the figures of a measure, ours or the council's own."""
    where = _filters(filters)
    breakdown = [part.strip() for part in by.split(",") if part.strip()]
    days: tuple[date, date] = first.date(), last.date()
    try:
        rules, now = Rules.read(dict(_pairs(settings, "a rule as dont_know=in"))), utc_now()
        with reading():
            shown = read_shown(name, *days, by=breakdown, where=where, rules=rules, now=now)
            beside = weighted_figure(make_query(shown.measure, *days, where), now=now) if weighted else None
    except AppError as problem:
        raise click.ClickException(str(problem)) from problem
    if as_json:
        document = presenters.as_document(shown.measure, shown.figures, shown.switched)
        if weighted:
            document["weighted"] = presenters.weighted_as_document(beside)
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        click.echo(presenters.as_table(shown.measure, shown.figures, shown.switched))
        if weighted:
            click.echo(beside.sentence if beside else NOTHING_TO_WEIGHT)


@contacts_cli.command("coverage")
@click.option("--from", "first", type=DAY, required=True, help="First London day of the contacts.")
@click.option("--to", "last", type=DAY, required=True, help="Last London day, included.")
@click.option("--by", default="", help=f"One or more of {', '.join(BY)}, separated by commas.")
@click.option("--where", "filters", multiple=True, metavar="K=V", help="A filter; repeat it for more.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def coverage(*, first: datetime, last: datetime, by: str, filters: tuple[str, ...], as_json: bool) -> None:
    """The coverage ledger: every contact is answered, or lost at a stage for a reason.

    Fails, once it is printed, if it does not add up.
    """
    where = _filters(filters)
    breakdown = [part.strip() for part in by.split(",") if part.strip()]
    days: tuple[date, date] = first.date(), last.date()
    try:
        now = utc_now()
        with reading():
            ledger = read_coverage(*days, where=where, now=now)
            groups = coverage_by(*days, by=breakdown, where=where, now=now) if breakdown else []
    except AppError as problem:
        raise click.ClickException(str(problem)) from problem
    if as_json:
        document = presenters.ledger_as_document(ledger, groups, breakdown)
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        click.echo(presenters.ledger_as_table(ledger, groups))
    if ledger.difference:
        raise click.ClickException(f"The ledger does not add up: {ledger.difference:+,} contacts.")


def _filters(texts: Sequence[str]) -> dict[str, list[str]]:
    where: dict[str, list[str]] = {}
    for key, value in _pairs(texts, "a filter as name=value"):
        where.setdefault(key, []).append(value)
    return where


def _pairs(texts: Sequence[str], how: str) -> list[tuple[str, str]]:
    pairs = [text.partition("=") for text in texts]
    for text, (_, equals, _) in zip(texts, pairs, strict=True):
        if not equals:
            raise click.UsageError(f"Write {how}, not {text}.")
    return [(key, value) for key, _, value in pairs]


@measures_cli.command("import")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_(path: Path, as_json: bool) -> None:
    """Import series of others: name, period, value (or numerator and denominator), source; unit, target and
    lower_is_better where they are known. Refused lines are listed in FILE.rejected.csv with the reason."""
    try:
        with transaction():
            result = import_series(path, now=utc_now())
    except AppError as problem:
        raise click.ClickException(str(problem)) from problem
    if as_json:
        click.echo(json.dumps(asdict(result)))
        return
    click.echo(
        f"{result.read:,} lines read: {result.added:,} added, {result.changed:,} changed, {result.unchanged:,} as they "
        f"were, {result.rejected:,} rejected."
    )
    if result.rejects_file:
        click.echo(f"Rejected lines, with the reason: {click.format_filename(result.rejects_file)}")
    if result.dropped_columns:
        click.echo(f"Columns not used: {', '.join(result.dropped_columns)}.")


@measures_cli.command("spc", with_appcontext=False)
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--chart", "kind", type=click.Choice([kind.value for kind in ChartKind]), required=True)
@click.option(
    "--improvement",
    type=click.Choice([which.value for which in Improvement]),
    default=Improvement.INCREASE.value,
    show_default=True,
    help="Which way is better.",
)
@click.option("--target", type=float, help="In the unit of the values; a share is 0 to 1.")
@click.option("--keep-outliers", is_flag=True, help="Leave the largest moving ranges in their average.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def spc(*, path: Path, kind: str, improvement: str, target: float | None, keep_outliers: bool, as_json: bool) -> None:
    """Draw a control chart of a file with the columns period and value, or period, numerator and denominator."""
    try:
        rows = series_file.read_series(path)
        chart = control_chart(ChartKind(kind), series_file.observations(rows), keep_outliers=keep_outliers)
    except (AppError, ValueError) as problem:
        raise click.ClickException(str(problem)) from problem
    document = presenters.chart_as_document(chart, rows, improvement=Improvement(improvement), target=target)
    click.echo(json.dumps(document) if as_json else presenters.chart_as_table(document))


@measures_cli.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(as_json: bool) -> None:
    """Fold, count everything that is tallied again, and fail if any tally differs."""
    run_job(FOLD, worker=worker_name())
    with reading():
        found = verify_tallies()
        db.session.rollback()
    if as_json:
        rows = [
            {key: str(value) for key, value in difference.cell.items()}
            | {"counted": difference.counted, "tally": difference.tally}
            for difference in found
        ]
        click.echo(json.dumps({"ok": not found, "differences": rows}))
    elif not found:
        click.echo("Every tally is what the answers say.")
    else:
        click.echo(f"{len(found)} tallies differ. `flask measures rebuild` counts them again.")
        for difference in found[:MOST_SHOWN]:
            place = ", ".join(f"{key} {value}" for key, value in difference.cell.items())
            click.echo(f"{place}: {difference.tally} in the tally, {difference.counted} counted")
    if found:
        sys.exit(1)


@measures_cli.command("rebuild")
def rebuild() -> None:
    """Make all tallies again, month by month, while the site runs."""
    try:
        with instead_of_the_fold():
            months = cells.months_to_recount()
            db.session.rollback()  # the next transaction has to begin as one snapshot
            with click.progressbar(months, label="Months", file=sys.stderr) as progress:
                for month in progress:
                    with transaction():
                        cells.one_snapshot()
                        operations.rebuild_month(month)
    except AppError as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"{len(months)} months counted again.")
