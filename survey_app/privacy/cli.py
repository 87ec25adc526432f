"""`flask privacy`: what is held about a person, erasing it, how long data is kept, and the keys that it is under."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app.audit.operations import record_act_by
from survey_app.extensions import db, reading, transaction
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import AppError
from survey_app.privacy.keys.operations import renew_rows
from survey_app.privacy.keys.queries import keys_in_use
from survey_app.privacy.models import RequestKind
from survey_app.privacy.people import operations
from survey_app.privacy.people.naming import NamedBy
from survey_app.privacy.people.presenters import JSON_NAME, PAGE_NAME, Account, account_of, counts
from survey_app.privacy.people.queries import Holdings, find_person, is_known
from survey_app.privacy.purging.operations import purge
from survey_app.privacy.purging.queries import due_now
from survey_app.privacy.requests.operations import note_done, object_for
from survey_app.privacy.requests.presenters import stopped_words
from survey_app.work.jobs import worker_name

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
            db.session.rollback()
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
            db.session.rollback()
        for warning in held.subject.warnings:
            click.echo(warning, err=True)
        for kind, count in going:
            if count:
                click.echo(f"{kind.label}: {count:,}. {kind.erased}", err=True)
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
            request = object_for(person, NamedBy(named_by) if named_by else None, now=utc_now())
            words = stopped_words(request.found or 0)
    except AppError as error:
        raise click.ClickException(str(error)) from error
    click.echo(words)


@privacy_cli.command("scrub")
def scrub() -> None:
    """Make the file of the database anew, so that it holds nothing of people who were erased on the page.

    The worker does it up to 1 GB. On SQLite nobody else writes meanwhile, some ten seconds for a gigabyte: choose a
    quiet hour. `erase` does it itself.
    """
    operations.scrub(utc_now(), actor_kind="command")
    click.echo("The file of the database holds nothing of who was erased before now.")


@privacy_cli.command("purge")
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
@AS_JSON
def purge_(dry_run: bool, as_json: bool) -> None:
    """Delete each class of data that was kept long enough. The worker does the same every day."""
    now = utc_now()
    with reading():
        due = due_now(now)
        db.session.rollback()
    gone: dict[str, int] = {}
    for code, rows in () if dry_run else purge(now, worker_name()):
        gone[code] = gone.get(code, 0) + rows
    if as_json:
        shown = [
            {
                "class": each.code,
                "keep_days": each.keep_days,
                "rows": each.rows if dry_run else gone.get(each.code, 0),
                "oldest": each.oldest_on.isoformat() if each.oldest_on else None,
            }
            for each in due
        ]
        click.echo(json.dumps({"dry_run": dry_run, "classes": shown}))
        return
    for each in due:
        kept = f"kept {each.keep_days:,} days" if each.keep_days else "with a last day of its own"
        rows = each.rows if dry_run else gone.get(each.code, 0)
        oldest = f", the oldest of {each.oldest_on}" if rows and each.oldest_on else ""
        click.echo(f"{each.name} ({kept}): {rows:,} {'would go' if dry_run else 'deleted'}{oldest}")


@privacy_cli.command("rotate-keys")
@AS_JSON
def rotate_keys(as_json: bool) -> None:
    """Bring everything that is encrypted under the newest of DATA_KEYS, and say which keys are still needed.

    Put the new key first and restart every process before. The worker does the same; this does it now, and looks at
    every value once more. Exit status 1 while an older key is needed, or where a value can be read by none.
    """
    worker = worker_name()
    while renew_rows(utc_now(), worker):
        pass
    with reading():
        used = keys_in_use()
        db.session.rollback()
    if as_json:
        click.echo(
            json.dumps({"by_key": used.by_key, "unreadable": used.unreadable, "old_needed": used.old_are_needed})
        )
    else:
        for place, count in enumerate(used.by_key, 1):
            needed = "needed" if place == 1 or count else "needed no more: take it out of DATA_KEYS and restart"
            click.echo(f"Key {place} of {len(used.by_key)}: {count:,} values, {needed}.")
        for column, count in used.unreadable.items():
            click.echo(f"{column}: {count:,} values can be read by none of these keys.", err=True)
        click.echo("Backups made before now still need the older keys, for as long as you keep them.")
    if used.old_are_needed or used.unreadable:
        raise click.exceptions.Exit(1)


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
    operations.scrub(utc_now(), actor_kind="command")
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
