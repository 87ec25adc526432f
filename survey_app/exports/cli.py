"""`flask exports`: answers and figures as files, written as they are read."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from survey_app.audit.operations import record_act_by
from survey_app.exports.formats import FileFormat
from survey_app.exports.orders import Content, Order
from survey_app.exports.queries import Source, file_of, source_of
from survey_app.exports.responses.queries import FILTERED_BY
from survey_app.exports.sheets import csv_bytes
from survey_app.exports.tables import Row, Table
from survey_app.extensions import db, reading, transaction
from survey_app.kernel.clock import utc_now
from survey_app.kernel.collector import only_new_things
from survey_app.kernel.errors import AppError
from survey_app.organisation.scope import EVERYTHING
from survey_app.settings import Settings

exports_cli = AppGroup("exports", help="Answers and figures as files.")
DAY = click.DateTime(formats=["%Y-%m-%d"])
A_FILE = click.Path(dir_okay=False, path_type=Path)
FIRST = click.option("--from", "first", type=DAY, required=True, help="First London day.")
LAST = click.option("--to", "last", type=DAY, required=True, help="Last London day, included.")
FORMAT = click.option(
    "--format",
    "file_format",
    type=click.Choice([kind.value for kind in FileFormat]),
    required=True,
    help="Of the file.",
)
OUT = click.option("--out", type=A_FILE, required=True, metavar="FILE", help="Where to write it.")
CODEBOOK = click.option("--codebook", type=A_FILE, metavar="FILE", help="Write what each column holds there, as CSV.")
WHERE = click.option("--where", "filters", multiple=True, metavar="K=V", help="A filter; repeat it for more.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@exports_cli.command("responses")
@FIRST
@LAST
@FORMAT
@OUT
@click.option("--long", "is_long", is_flag=True, help="A row an answer instead of a row a response.")
@WHERE
@CODEBOOK
@JSON
def responses(
    *,
    first: datetime,
    last: datetime,
    file_format: str,
    out: Path,
    is_long: bool,
    filters: tuple[str, ...],
    codebook: Path | None,
    as_json: bool,
) -> None:
    """Write the responses that figures of these days count: a row each, comments redacted."""
    try:
        order = Order(
            Content.RESPONSES,
            FileFormat(file_format),
            first.date(),
            last.date(),
            _filters(filters),
            is_long=is_long,
        )
        _write(order, out, codebook, as_json=as_json)
    except AppError as problem:
        raise click.ClickException(str(problem)) from problem


@exports_cli.command("figures")
@FIRST
@LAST
@FORMAT
@OUT
@click.option("--measure", "measures", multiple=True, metavar="NAME", help="Only this measure; repeat it for more.")
@click.option("--by", default="", help="month, quarter or year, and dimensions, separated by commas.")
@WHERE
@CODEBOOK
@JSON
def figures(
    *,
    first: datetime,
    last: datetime,
    file_format: str,
    out: Path,
    measures: tuple[str, ...],
    by: str,
    filters: tuple[str, ...],
    codebook: Path | None,
    as_json: bool,
) -> None:
    """Write figures, a row each, with all that `flask measures show` says of them."""
    breakdown = [part.strip() for part in by.split(",") if part.strip()]
    try:
        order = Order(
            Content.FIGURES,
            FileFormat(file_format),
            first.date(),
            last.date(),
            _filters(filters),
            breakdown,
            measures,
        )
        _write(order, out, codebook, as_json=as_json)
    except AppError as problem:
        raise click.ClickException(str(problem)) from problem


def _write(order: Order, out: Path, codebook: Path | None, *, as_json: bool) -> None:
    settings: Settings = current_app.extensions["settings"]
    try:
        with only_new_things(), reading():
            source = source_of(order, EVERYTHING, site=settings.base_url, now=utc_now())
            counted = _Counted(source)
            with out.open("wb") as file:
                for part in file_of(order, source, counted.table):
                    file.write(part)
            if codebook is not None:
                codebook.write_bytes(csv_bytes(source.codebook))
            db.session.rollback()
    except OSError as problem:
        raise click.ClickException(f"{problem.filename} cannot be written: {problem.strerror}.") from problem
    with transaction():
        after = order.facts | {"rows": counted.rows}
        record_act_by("exports.made", order.content.value, at=utc_now(), by=None, after=after)
    if as_json:
        told = {
            "file": str(out),
            "rows": counted.rows,
            "bytes": out.stat().st_size,
            "columns": len(counted.table.columns),
        }
        click.echo(json.dumps(told | {"codebook": None if codebook is None else str(codebook)}, ensure_ascii=False))
    else:
        click.echo(f"{click.format_filename(out)}: {counted.rows:,} rows, {out.stat().st_size / 1e6:.1f} MB.")


class _Counted:
    """A table whose rows are counted as they go by, with a progress bar on standard error."""

    def __init__(self, source: Source) -> None:
        self.rows, self._source = 0, source
        table = source.table
        self.table = Table(table.name, table.columns, self._batches(table))

    def _batches(self, table: Table) -> Iterator[Sequence[Row]]:
        with click.progressbar(length=self._source.total, file=sys.stderr) as bar:
            for rows in table.batches:
                self.rows += len(rows)
                bar.update(self._source.done - bar.pos)
                yield rows


def _filters(texts: Sequence[str]) -> dict[str, list[str]]:
    where: dict[str, list[str]] = {}
    for text in texts:
        name, equals, code = text.partition("=")
        if not equals:
            raise click.UsageError(f"Write a filter as name=value, not {text}. It is one of {', '.join(FILTERED_BY)}.")
        where.setdefault(name, []).append(code)
    return where
