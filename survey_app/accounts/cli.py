"""`flask users`: people who sign in."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import AppGroup

from survey_app.accounts.operations import create_user
from survey_app.accounts.queries import first_link, has_users
from survey_app.audit.operations import record_act
from survey_app.extensions import transaction
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput
from survey_app.settings import Settings

users_cli = AppGroup("users", help="People who sign in.")


@users_cli.command("create")
@click.argument("email")
@click.option("--role", required=True, help="adviser, service_manager, cse_lead, ...; a wrong one lists them all.")
@click.option("--service", "services", multiple=True, metavar="CODE", help="A service to see, with all below it.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option(
    "--break-glass", is_flag=True, help="An administrator's account to be sealed away: its use is told to all."
)
def create(email: str, role: str, services: tuple[str, ...], password_stdin: bool, break_glass: bool) -> None:
    """Add a user."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    try:
        with transaction():
            now = utc_now()
            user = create_user(email, role, services, password, now, is_break_glass=break_glass)
            record_act(
                "user created",
                f"user {user.id}",
                at=now,
                actor_kind="command",
                after={"role": role, "services": sorted(services)} | ({"break_glass": True} if break_glass else {}),
            )
            address = user.email
    except InvalidInput as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{address} can sign in as {role}.")


@users_cli.command("first-link")
def first_link_command() -> None:
    """Print the address at which the first administrator sets a password. It works for three days, and once."""
    if has_users():
        raise click.ClickException("There are users already. Add another: flask users create EMAIL --role ROLE")
    settings: Settings = current_app.extensions["settings"]
    click.echo(first_link(settings.base_url))
