"""`flask api-keys`: keys for other systems."""

from __future__ import annotations

import json
from datetime import datetime

import click
from flask.cli import AppGroup

from survey_app.accounts.keys.models import ApiKey
from survey_app.accounts.keys.operations import make_key, revoke_key
from survey_app.accounts.keys.queries import all_keys, key_by_public
from survey_app.extensions import transaction
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import AppError

keys_cli = AppGroup("api-keys", help="Keys by which other systems use the API.")


@keys_cli.command("create")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, help="contacts:write; a wrong one lists them all.")
@click.option("--service", "services", multiple=True, metavar="CODE", help="Keep it to this service and those below.")
@click.option("--days", type=int, default=365, show_default=True, help="After so many days it ends.")
def create(name: str, scopes: tuple[str, ...], services: tuple[str, ...], days: int) -> None:
    """Make a key for the system NAME and print it. It is not stored and cannot be shown again."""
    try:
        with transaction():
            made = make_key(name, scopes, days=days, services=services, now=utc_now())
    except AppError as error:
        raise click.ClickException(str(error)) from error
    click.echo(made.text)
    click.echo(f"Keep it now: it cannot be shown again. Its public name is {made.public}.", err=True)


@keys_cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_keys(as_json: bool) -> None:
    """Show every key: public name, what it is for, until when, and when it was last used."""
    keys, now = all_keys(), utc_now()
    if as_json:
        click.echo(json.dumps([_row(key, now) for key in keys]))
        return
    for key in keys:
        used, until, scopes = key.last_used_on or "never", london_day(key.expires_at), ", ".join(key.scopes)
        kept_to = f" ({', '.join(codes)})" if (codes := _codes(key)) else ""
        click.echo(f"{key.public}  {key.state(now):7}  until {until}  used {used}  {key.name}: {scopes}{kept_to}")


@keys_cli.command("revoke")
@click.argument("public")
def revoke(public: str) -> None:
    """End the key with the public name PUBLIC, at once and for good."""
    try:
        with transaction():
            revoke_key(key_by_public(public), now=utc_now())
    except AppError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The key {public} opens nothing any more.")


def _row(key: ApiKey, now: datetime) -> dict[str, object]:
    return {
        "public": key.public,
        "name": key.name,
        "scopes": key.scopes,
        "services": _codes(key),
        "state": key.state(now),
        "created_on": london_day(key.created_at).isoformat(),
        "expires_on": london_day(key.expires_at).isoformat(),
        "last_used_on": key.last_used_on.isoformat() if key.last_used_on else None,
    }


def _codes(key: ApiKey) -> list[str]:
    return sorted(service.code for service in key.services)
