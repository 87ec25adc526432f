"""`flask invitations letters`: printing what waits to be printed."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from survey_app.contacts.queries import asking_rules
from survey_app.extensions import transaction
from survey_app.invitations.letters.operations import print_again, print_letters
from survey_app.invitations.letters.presenters import mailing_of
from survey_app.invitations.letters.printing import MOST_IN_A_FILE, Mailing, Paper
from survey_app.invitations.queries import own_texts
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import AppError
from survey_app.organisation.queries import the_council

invitations_cli = AppGroup("invitations", help="Asking: what goes out.")


@invitations_cli.command("letters")
@click.option("--out", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="A new folder.")
@click.option("--cards", is_flag=True, help="Print cards (A6) instead of letters (A4).")
@click.option("--again", is_flag=True, help="Print the newest file once more, with new codes.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def letters(folder: Path, cards: bool, again: bool, as_json: bool) -> None:
    """Print up to 500 letters that wait: letters.pdf, and letters.csv with reference and code for the addresses.

    Only you can read the folder: whoever has a code can answer for its person.
    """
    now, base_url = utc_now(), current_app.extensions["settings"].base_url
    paper, mailing = Paper.CARD if cards else Paper.LETTER, None
    try:
        with transaction():
            printed = print_again(now=now) if again else print_letters(now=now)
            if printed:
                folder.mkdir(mode=0o700)
                mailing = mailing_of(
                    printed,
                    paper,
                    council=the_council(),
                    rules=asking_rules(),
                    base_url=base_url,
                    now=now,
                    texts=own_texts(),
                )
    except AppError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{click.format_filename(folder)} cannot be made ({error.strerror}).") from error
    if mailing is not None:
        _write(mailing, folder)
    click.echo(json.dumps({"letters": len(printed)}) if as_json else _summary(len(printed), folder))


def _write(mailing: Mailing, folder: Path) -> None:
    try:
        for name, content in mailing.files().items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise click.ClickException(
            f"{click.format_filename(folder)} cannot be written ({error.strerror}). Make the file again with --again."
        ) from error


def _summary(count: int, folder: Path) -> str:
    if not count:
        return "Nothing waits to be printed."
    letters = "letter" if count == 1 else "letters"
    more = " Run it again for the next." if count == MOST_IN_A_FILE else ""
    return f"{count:,} {letters} printed to {click.format_filename(folder)}.{more}"
