"""`flask privacy`: what is held about a person, erasing it, how long data is kept, and the keys that it is under."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app.audit.operations import record_act_by
from survey_app.extensions import reading, transaction
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import AppError
from survey_app.privacy.models import RequestKind
from survey_app.privacy.people import operations
from survey_app.privacy.people.naming import NamedBy
from survey_app.privacy.people.presenters import JSON_NAME, PAGE_NAME, Account, account_of, counts
from survey_app.privacy.people.queries import Holdings, find_person, is_known
from survey_app.privacy.requests.operations import note_done, object_for

privacy_cli = AppGroup("privacy", help="People's rights, how long data is kept, and its keys.")

UNKNOWN = "Nothing is known of this person."
NAMED_BY = click.option(
    "--as",
    "named_by",
    type=click.Choice([each.value for each in NamedBy]),
    help="What PERSON is, where it could be two things.",
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@privacy_cli.command("export")
@click.argument("person")
@click.option(
    "--out", type=click.Path(path_type=Path), help="A folder, or a file ending in .zip, that is not there yet."
)
@NAMED_BY
@AS_JSON
def export(person: str, out: Path | None, named_by: str | None, as_json: bool) -> None:
    """Give out all that is held about PERSON: an e-mail address, a phone number or a customer reference."""
    now = utc_now()
    try:
        with reading():
            held = _held(person, named_by)
            account = account_of(held, person, now=now)
        if out is not None:
            _write(account, out)
        with transaction():
            note_done(RequestKind.ACCESS, account.total, now=now)
            record_act_by("person.given out", "a person", at=now, by=None, after={"rows": account.total})
    except AppError as error:
        raise click.ClickException(str(error)) from error
    for warning in held.subject.warnings:
        click.echo(warning, err=True)
    if as_json or out is None:
        click.echo(account.as_json(), nl=False)
    else:
        click.echo(f"{account.total:,} rows of {sum(bool(s.rows) for s in account.sections)} kinds, written to {out}")


@privacy_cli.command("erase")
@click.argument("person")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
@click.option("--with-stops", is_flag=True, help="Also what keeps us from asking them: they may be asked again.")
@NAMED_BY
@AS_JSON
def erase(person: str, *, yes: bool, dry_run: bool, with_stops: bool, named_by: str | None, as_json: bool) -> None:
    """Erase PERSON: an e-mail address, a phone number or a customer reference. Scores stay, as nobody's."""
    try:
        with reading():
            held = _held(person, named_by)
            going, stays = counts(held), operations.what_stays(held, with_stops=with_stops)
        for warning in held.subject.warnings:
            click.echo(warning, err=True)
        for kind, count in going:
            if count:
                click.echo(f"{kind.title}: {count:,}. {kind.erased}", err=True)
        if not (dry_run or yes):
            click.confirm("Erase this person? It cannot be undone.", abort=True, err=True)
        done = {kind.code: count for kind, count in going} if dry_run else _erase(held, utc_now(), with_stops)
    except AppError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps({"dry_run": dry_run, "erased": done, "stays": stays, "warnings": held.subject.warnings}))
        return
    click.echo("Nothing was changed." if dry_run else "They are erased.")
    for words in stays:
        click.echo(f"What stays: {words}")


@privacy_cli.command("object")
@click.argument("person")
@NAMED_BY
def object_(person: str, named_by: str | None) -> None:
    """PERSON objects to being surveyed: nothing is sent to them again, and what waits is called off."""
    try:
        with transaction():
            object_for(person, NamedBy(named_by) if named_by else None, now=utc_now())
    except AppError as error:
        raise click.ClickException(str(error)) from error
    click.echo("They will not be asked again.")


def _held(person: str, named_by: str | None) -> Holdings:
    held = Holdings(find_person(person, NamedBy(named_by) if named_by else None))
    if not is_known(held):
        raise click.ClickException(UNKNOWN)
    return held


def _erase(held: Holdings, now: datetime, with_stops: bool) -> dict[str, int]:
    """Step by step: each is stored when it is done. Killed on the way, the same command does the rest."""
    done = {}
    for step in operations.STEPS:
        click.echo(f"{step.name} ...", err=True)
        with transaction():
            done[step.name] = step.run(Holdings(held.subject), now)
    with transaction():
        rest = operations.erase(Holdings(held.subject), now=now, with_stops=with_stops)
        note_done(RequestKind.ERASURE, sum(done.values()) + rest.total, now=now)
    click.echo("the file of the database ...", err=True)
    operations.scrub()
    return rest.done | done


def _write(account: Account, out: Path) -> None:
    if out.exists():
        raise click.ClickException(f"{out} is there already.")
    if out.suffix == ".zip":
        out.touch(mode=0o600)
        out.write_bytes(account.as_zip())
        return
    out.mkdir(mode=0o700, parents=True)
    for name, text in ((JSON_NAME, account.as_json()), (PAGE_NAME, account.as_page())):
        (out / name).touch(mode=0o600)
        (out / name).write_text(text, encoding="utf-8")
