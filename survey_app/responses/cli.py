"""`flask surveys`: surveys that come from outside, and go there."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app.extensions import transaction
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import AppError, InvalidInput
from survey_app.surveys.kinds import VersionState
from survey_app.surveys.operations import import_survey, publish_survey
from survey_app.surveys.queries import newest_structure, survey_named
from survey_app.surveys.reading import LeftOut, parse_survey
from survey_app.surveys.structure import as_document

surveys_cli = AppGroup("surveys", help="Surveys: taken from a file, given out, published.")
MOST_BYTES = 5_000_000


@surveys_cli.command("import")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--publish", "is_published", is_flag=True, help="Ask it from now on; without this it is a draft.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_(path: Path, *, is_published: bool, as_json: bool) -> None:
    """Import a survey from our own JSON (docs/surveys/), the whole of it or nothing.

    It is a draft that nobody is asked, until it is published. A survey of the same code stays; this one gets a suffix.
    """
    try:
        structure, left_out = parse_survey(_text(path))
        with transaction():
            survey = import_survey(structure, now=utc_now())
            if is_published:
                publish_survey(survey, now=utc_now())
            code = survey.code
    except AppError as error:
        raise click.ClickException(str(error)) from error
    if code != structure.code:
        left_out.insert(0, LeftOut("code", f"there is a survey called {structure.code} already; this one is {code}"))
    document = {
        "code": code,
        "questions": len(structure.items),
        "languages": structure.languages,
        "responses": 0,
        "not_carried_over": [{"what": one.what, "why": one.why} for one in left_out],
        "state": (VersionState.PUBLISHED if is_published else VersionState.DRAFT).value,
    }
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    now = "published" if is_published else f"a draft. Nobody is asked it before: flask surveys publish {code}"
    click.echo(f"{code}: {len(structure.items)} questions in {', '.join(structure.languages)}; {now}.")
    for one in left_out:
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


def _text(path: Path) -> str:
    """InvalidInput when the file is too large, or no text."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InvalidInput(f"{path.name} cannot be opened ({error.strerror}).") from error
    if len(content) > MOST_BYTES:
        raise InvalidInput(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB: no survey is.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path.name} is no text in UTF-8.") from error
