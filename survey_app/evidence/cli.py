"""`flask evidence`: frameworks, the pack an assessor takes away, and the check of a pack."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app.evidence.elements.operations import import_contact_centre, import_cse, import_framework
from survey_app.evidence.frameworks import CONTACT_CENTRE_CODE, CSE_CODE, CSE_NAME, ElementRow, read_file
from survey_app.evidence.packs.cli import pack, verify
from survey_app.extensions import transaction
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import AppError, InvalidInput

evidence_cli = AppGroup("evidence", help="Evidence for assessors: frameworks, packs and their check.")
frameworks_cli = AppGroup("frameworks", help="Standards to be assessed against.")
evidence_cli.add_command(frameworks_cli)
OURS = {CSE_CODE: import_cse, CONTACT_CENTRE_CODE: import_contact_centre}


@frameworks_cli.command("import")
@click.argument("path", metavar="FILE")
@click.option("--code", help="Short name, as in addresses; cse without it.")
@click.option("--name", help="Name for people.")
def import_(path: str, code: str | None, name: str | None) -> None:
    """Import a framework's elements from a CSV file, or ours by name: FILE is then cse or contact-centre.

    Claims, ratings and exhibits of elements that are there stay as they are.
    """
    try:
        if path in OURS:
            with transaction():
                result = OURS[path](now=utc_now())
        else:
            rows = _rows_of(Path(path))
            with transaction():
                name = _name_for(code) if name is None else name
                result = import_framework(CSE_CODE if code is None else code, name, rows, now=utc_now())
    except AppError as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"{result.added} elements added, {result.kept} kept.")


def _rows_of(path: Path) -> Sequence[ElementRow]:
    try:
        return read_file(io.BytesIO(path.read_bytes()))
    except OSError as error:
        raise InvalidInput(f"{path.name} cannot be opened ({error.strerror}). Ours are: {', '.join(OURS)}.") from error


def _name_for(code: str | None) -> str:
    return CSE_NAME if code in {None, CSE_CODE} else str(code).replace("-", " ").capitalize()


evidence_cli.add_command(pack)
evidence_cli.add_command(verify)
