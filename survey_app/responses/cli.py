"""`flask surveys`: surveys that come from outside, and go there."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app.extensions import transaction
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import AppError, InvalidInput
from survey_app.responses.importing.operations import take_over
from survey_app.surveys.importing import MOST_BYTES, read_answers, read_file
from survey_app.surveys.kinds import VersionState
from survey_app.surveys.operations import publish_survey
from survey_app.surveys.queries import newest_structure, survey_named
from survey_app.surveys.structure import as_document

surveys_cli = AppGroup("surveys", help="Surveys: taken from a file, given out, published.")
_STANDS = {
    VersionState.DRAFT: "a draft. Nobody is asked it before: flask surveys publish {code}",
    VersionState.PUBLISHED: "published; {responses:,} answers are stored now",
    VersionState.RETIRED: "asked nobody, and kept for {responses:,} answers that are stored now",
}


@surveys_cli.command("import")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--publish", "is_published", is_flag=True, help="Ask it from now on; without this it is a draft.")
@click.option("--service", metavar="CODE", help="What the answers of the file are about; without it one is made.")
@click.option("--to", metavar="CODE", help="The survey that FILE holds answers to, and no questions.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_(path: Path, *, is_published: bool, service: str | None, to: str | None, as_json: bool) -> None:
    """Import a survey of our own or of another program (docs/surveys/bringing-along.md), all of it or nothing.

    It is a draft that nobody is asked, until it is published. Where answers came with it, it is a retired version that
    holds them; handed over again, each is stored once. A survey of the same code stays; this one gets a suffix.
    """
    try:
        content = _content(path)
        with transaction():
            asked = survey_named(to) if to is not None else None
            if asked is None:
                imported = read_file(path.name, content)
            else:
                imported = read_answers(path.name, content, newest_structure(asked))
            taken = take_over(imported, to=asked, is_published=is_published, service=service, now=utc_now())
            code = taken.survey.code
    except AppError as error:
        raise click.ClickException(str(error)) from error
    document = {
        "code": code,
        "questions": taken.questions,
        "languages": taken.languages,
        "responses": taken.responses,
        "not_carried_over": [{"what": one.what, "why": one.why} for one in taken.left_out],
        "state": taken.state.value,
    }
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    stands = _STANDS[taken.state].format(code=code, responses=taken.responses)
    click.echo(f"{code}: {taken.questions} questions in {', '.join(taken.languages)}; {stands}.")
    for one in taken.left_out:
        click.echo(f"Not carried over: {one.what}: {one.why}.")


@surveys_cli.command("export")
@click.argument("code")
def export(code: str) -> None:
    """Print a survey as it stands, its draft or else its newest version, as our own JSON, which `import` reads."""
    try:
        structure = newest_structure(survey_named(code))
    except AppError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(as_document(structure), ensure_ascii=False, indent=2))


@surveys_cli.command("publish")
@click.argument("code")
def publish(code: str) -> None:
    """Ask the draft of a survey from now on. Nothing in it changes any more."""
    try:
        with transaction():
            version = publish_survey(survey_named(code), now=utc_now())
            said = f"{code} {version.label} is published for customers of kind {version.survey.customer_kind}."
    except AppError as error:
        raise click.ClickException(str(error)) from error
    click.echo(said)


def _content(path: Path) -> bytes:
    """No more of it than tells that it is too large."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InvalidInput(f"{path.name} cannot be opened ({error.strerror}).") from error
