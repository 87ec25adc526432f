"""`flask comments`: try the analysis on a file, and measure it against people. Needs no database and stores nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from survey_app.comments.comment_file import CommentRow, read_comments
from survey_app.comments.evaluation import Judged, evaluate
from survey_app.kernel.clock import utc_now
from survey_app.kernel.csvfile import SafeWriter
from survey_app.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from survey_app.comments.analysis import Analysis

comments_cli = AppGroup("comments", help="What people wrote: redacted, judged, sorted into themes.")

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_DAY = click.DateTime(formats=["%Y-%m-%d"])
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@comments_cli.command("analyse")
@_FILE
@_JSON
def analyse_command(file: Path, as_json: bool) -> None:
    """Analyse the comments of FILE, a CSV with the columns text[,question]. Nothing is stored."""
    analyses = _analysed(_rows(file, labelled=False))
    if as_json:
        _print_json_array(analysis.as_json() for analysis in analyses)
        return
    for analysis in analyses:
        codes = ", ".join(theme.code for theme in analysis.themes)
        label = analysis.sentiment.label if analysis.is_analysed else f"not analysed ({analysis.language})"
        click.echo(f"{label:8} {analysis.sentiment.polarity:+.2f}  [{codes}]  {analysis.redacted.text}")


@comments_cli.command("evaluate")
@_FILE
@click.option("--ignore-question", is_flag=True, help="Judge as if it were not known what was asked.")
@_JSON
def evaluate_command(file: Path, ignore_question: bool, as_json: bool) -> None:
    """Compare the analysis with people's labels in FILE, a CSV with the columns text,label[,question]."""
    rows = _rows(file, labelled=True)
    if not rows:
        raise click.ClickException(f"{file} holds no labelled comment.")
    if ignore_question:
        rows = [CommentRow(row.text, None, row.label) for row in rows]
    started = perf_counter()
    analyses = list(_analysed(rows))
    seconds = perf_counter() - started
    result = evaluate(
        Judged(str(row.label), analysis.sentiment.label.value, analysis.needs_review)
        for row, analysis in zip(rows, analyses, strict=True)
    )
    figures = {
        **asdict(result),
        "method": analyses[0].sentiment.method,
        "question_known": any(row.question for row in rows),
        "comments_per_second": len(rows) / seconds,
    }
    if as_json:
        click.echo(json.dumps(figures))
        return
    for name, value in figures.items():
        click.echo(f"{name}: {value}")


@comments_cli.command("labels")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The CSV to write.")
@click.option("--from", "first", type=_DAY, help="First London day of the comments.")
@click.option("--to", "last", type=_DAY, help="Last London day, included.")
@click.option("--any", "is_any", is_flag=True, help="Write them however few they are.")
def labels(out: Path, first: datetime | None, last: datetime | None, is_any: bool) -> None:
    """Write what people labelled, redacted, as a CSV to learn weights from: text,label,question,aside.

    Two in five are set aside: never learnt from, so that the weights are measured on them.
    """
    from survey_app.audit.operations import record_act_by  # noqa: PLC0415 - only this command needs the database
    from survey_app.comments.aside import FEWEST_LABELS, is_aside  # noqa: PLC0415
    from survey_app.comments.methods.queries import labelled_comments  # noqa: PLC0415
    from survey_app.extensions import transaction  # noqa: PLC0415

    with transaction():
        found = labelled_comments(first.date() if first else None, last.date() if last else None)
        if len(found) < FEWEST_LABELS and not is_any:
            raise click.ClickException(f"Not enough yet: {len(found):,} of the {FEWEST_LABELS} labels that are needed.")
        try:
            with out.open("w", encoding="utf-8", newline="") as file:
                writer = SafeWriter(file)
                writer.write(["text", "label", "question", "aside"])
                for each in found:
                    aside = "yes" if is_aside(each.reference) else "no"
                    writer.write([each.text, each.label, each.question, aside])
        except OSError as problem:
            raise click.ClickException(f"{out} cannot be written ({problem.strerror}).") from None
        record_act_by("comments.labels written", "labels", at=utc_now(), by=None, after={"labels": len(found)})
    aside_count = sum(is_aside(each.reference) for each in found)
    click.echo(
        f"{out}: {len(found):,} labels, {len(found) - aside_count:,} to learn from and {aside_count:,} set aside."
    )


@comments_cli.command("check-lexicon")
@_FILE
@click.option("--language", help="The code of its language, like cy; usually the name of the file.")
def check_lexicon(file: Path, language: str | None) -> None:
    """Read FILE, a council's own list of words in another language, and say whether it can be used.

    Columns: word,value[,negated,kind,note]; kind is negation, stronger, weaker or empty.
    """
    from survey_app.comments.languages import language_name  # noqa: PLC0415 - only this command needs them
    from survey_app.comments.word_lists import read_word_list  # noqa: PLC0415

    try:
        listed = read_word_list(file, (language or file.stem).casefold())
    except InvalidInput as problem:
        raise click.ClickException(problem.message) from None
    judging = [entry for entry in listed.entries.values() if not entry.kind]
    praise = sum(entry.value > 0 for entry in judging)
    blame = sum(entry.value < 0 for entry in judging)
    click.echo(
        f"{language_name(listed.language)}: {len(listed.entries)} words and phrases, {praise} of praise and {blame} of "
        f"blame, {len(listed.entries) - len(judging)} that turn or strengthen the next.\n"
        f"Labels will be made by {listed.method}. Nobody has measured it, so people check each of them.\n"
        f"It is used from INSTANCE_PATH/lexicons/{listed.language}.csv."
    )


def _rows(file: Path, *, labelled: bool) -> list[CommentRow]:
    try:
        return read_comments(file, labelled=labelled)
    except InvalidInput as problem:
        raise click.ClickException(f"{file}: {problem}") from None


def _analysed(rows: list[CommentRow]) -> Iterator[Analysis]:
    # Imported here because textblob takes a quarter of a second, which every other command would pay.
    from survey_app.comments.analysis import analyse  # noqa: PLC0415
    from survey_app.comments.themes import default_code_frame  # noqa: PLC0415

    themes = default_code_frame()
    with click.progressbar(rows, label="Analysing comments", file=sys.stderr) as waiting:
        for row in waiting:
            yield analyse(row.text, row.question, themes)


def _print_json_array(items: Iterable[dict[str, object]]) -> None:
    """One array, one object a line, written as it comes: a large file needs no memory for its answer."""
    click.echo("[", nl=False)
    for number, item in enumerate(items):
        click.echo((",\n" if number else "\n") + json.dumps(item), nl=False)
    click.echo("\n]")
