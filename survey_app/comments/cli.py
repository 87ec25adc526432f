"""`flask comments`: try the analysis on a file, and measure it against people. Needs no database and stores nothing."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from survey_app.comments.comment_file import CommentRow, read_comments, read_marked_sentences
from survey_app.comments.evaluation import Evaluation, Judged, evaluate
from survey_app.comments.linear import pack
from survey_app.comments.method import current, fallback_notice
from survey_app.comments.redaction import REDACTION_VERSION, Detail
from survey_app.comments.redaction.accuracy import Checked, Counts, check
from survey_app.comments.themes.cli import check_themes
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.csvfile import SafeWriter
from survey_app.kernel.errors import AppError, InvalidInput

if TYPE_CHECKING:
    from survey_app.comments.analysis import Analysis

comments_cli = AppGroup("comments", help="What people wrote: redacted, judged, sorted into themes.")
comments_cli.add_command(check_themes)

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_DAY = click.DateTime(formats=["%Y-%m-%d"])
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@comments_cli.command("analyse")
@_FILE
@_JSON
def analyse_command(file: Path, as_json: bool) -> None:
    """Analyse the comments of FILE, a CSV with the columns text[,question]. Nothing is stored."""
    analyses = _analysed(_rows(file, labelled=False), _analyser())
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
    _warn_if_learnt_from(file)
    analysed = _analyser()
    analysed(rows[0])  # reads words and weights: what is measured is a batch, not the start
    started = perf_counter()
    analyses = list(_analysed(rows, analysed))
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


@comments_cli.command("train")
@_FILE
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the weights are written; without it sentiment-YYYYMMDD.json.gz in this folder.",
)
@_JSON
def train_command(file: Path, out: Path | None, as_json: bool) -> None:
    """Learn the weights of sentiment from FILE, a CSV with the columns text,label,question[,aside].

    The same FILE gives the same weights. Rows with "yes" under aside are never learnt from: the figures are measured on
    them. Without any, they are measured by cross-validation. Set SENTIMENT_WEIGHTS to the written file to judge by it.
    """
    from survey_app.comments.training import train  # noqa: PLC0415 - textblob is slow to load

    rows = _rows(file, labelled=True)
    try:
        trained = train(rows, _sha256(file), lambda words: click.echo(words, err=True))
    except AppError as problem:
        raise click.ClickException(f"{file}: {problem}") from None
    content, digest = pack(trained.document)
    out = out or Path(f"sentiment-{london_day(utc_now()):%Y%m%d}.json.gz")
    try:
        out.write_bytes(content)
    except OSError as problem:
        raise click.ClickException(f"{out} cannot be written: {problem.strerror}.") from None
    figures = {
        "file": str(out),
        "sha256": digest,
        "trained_on": trained.document["trained_on"],
        **trained.document["figures"],
    }
    if as_json:
        click.echo(json.dumps(figures))
        return
    click.echo(f"{out}: {digest}")
    click.echo(f"Learnt from {figures['trained_on']['comments']:,} comments; measured by {figures['measured_on']}:")
    click.echo(f"question known    {_in_words(trained.known)}")
    click.echo(f"question unknown  {_in_words(trained.unknown)}")


def _warn_if_learnt_from(file: Path) -> None:
    weights = current().weights
    if weights is not None and weights.document["trained_on"]["sha256"] == _sha256(file):
        click.echo(
            "The weights were learnt from this very file, so these figures flatter them; what was measured on comments "
            "not learnt from stands in the weights (docs/comments.md).",
            err=True,
        )


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _in_words(result: Evaluation) -> str:
    after = "" if result.accuracy_after_review is None else f", of the rest {result.accuracy_after_review:.1%} right"
    return (
        f"{result.rows:,} rows, {result.accuracy:.1%} right, macro-F1 {result.macro_f1:.3f}, "
        f"{result.review_share:.1%} to review{after}"
    )


@comments_cli.command("check-redaction")
@_FILE
@_JSON
def check_redaction_command(file: Path, as_json: bool) -> None:
    """Compare what is taken out of the sentences in FILE with what people marked in them.

    FILE is a CSV with the columns text[,part]. Marks stand in the text: "Thanks to {name:Sarah}".
    """
    try:
        sentences = read_marked_sentences(file)
    except InvalidInput as problem:
        raise click.ClickException(f"{file}: {problem}") from None
    if not sentences:
        raise click.ClickException(f"{file} holds no sentence.")
    checked = check(sentences)
    if as_json:
        click.echo(json.dumps({"version": REDACTION_VERSION, **checked.as_json()}))
        return
    _print_checked(checked)


def _print_checked(checked: Checked) -> None:
    click.echo(f"{checked.sentences} sentences, {REDACTION_VERSION}\n")
    parts = list(checked.by_part)
    for part in [*parts, None] if len(parts) > 1 else [None]:
        click.echo(f"{part or 'All':28} recall              precision")
        for kind in Detail:
            _print_counts(kind.value, checked.counts([kind], part))
        _print_counts("all but names", checked.counts([kind for kind in Detail if kind is not Detail.NAME], part))
        _print_counts("all", checked.counts(Detail, part))
        click.echo("")
    for heading, mistakes in (("Left to read", checked.missed), ("Wrongly taken out", checked.wrongly_taken)):
        click.echo(f"{heading}: {len(mistakes)}")
        for one in mistakes:
            click.echo(f"  line {one.line}, {one.kind}: {one.words}")


def _print_counts(name: str, counts: Counts) -> None:
    if counts.marked or counts.taken:
        recall = f"{_share(counts.found, counts.marked)} ({counts.found} of {counts.marked})"
        click.echo(f"  {name:26} {recall:19} {_share(counts.right, counts.taken)} ({counts.right} of {counts.taken})")


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


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
    if (notice := fallback_notice()) is not None:
        click.echo(notice, err=True)
    try:
        return read_comments(file, labelled=labelled)
    except InvalidInput as problem:
        raise click.ClickException(f"{file}: {problem}") from None


def _analyser() -> Callable[[CommentRow], Analysis]:
    # Imported here because textblob takes a quarter of a second, which every other command would pay.
    from survey_app.comments.analysis import analyse  # noqa: PLC0415
    from survey_app.comments.themes import default_code_frame  # noqa: PLC0415

    themes = default_code_frame()
    return lambda row: analyse(row.text, row.question, themes)


def _analysed(rows: list[CommentRow], analysed: Callable[[CommentRow], Analysis]) -> Iterator[Analysis]:
    with click.progressbar(rows, label="Analysing comments", file=sys.stderr) as waiting:
        for row in waiting:
            yield analysed(row)


def _print_json_array(items: Iterable[dict[str, object]]) -> None:
    """One array, one object a line, written as it comes: a large file needs no memory for its answer."""
    click.echo("[", nl=False)
    for number, item in enumerate(items):
        click.echo((",\n" if number else "\n") + json.dumps(item), nl=False)
    click.echo("\n]")
