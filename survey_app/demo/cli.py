"""`flask demo`: councils that do not exist, to look at and to try things on."""

from __future__ import annotations

import math
import secrets
import sys
import uuid
from datetime import datetime
from threading import Event

import click
from flask import current_app
from flask.cli import AppGroup

from survey_app.accounts.queries import demo_users
from survey_app.demo.allocation import scaled
from survey_app.demo.scenarios import SCENARIOS
from survey_app.demo.scenarios.years import this_year, years_until
from survey_app.extensions import transaction
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import AppError
from survey_app.organisation.queries import council
from survey_app.settings import Settings

demo_cli = AppGroup("demo", help="Scenarios to look at: synthetic people, exact figures.")
SMALLEST, LARGEST = 0.01, 20
RETRY_SECONDS = 5.0  # between two callbacks, where the real one waits five minutes


@demo_cli.command("list")
def list_scenarios() -> None:
    """Show the scenarios."""
    for scenario in SCENARIOS.values():
        click.echo(f"{scenario.name:10} {scenario.summary}")


@demo_cli.command("load")
@click.argument("name")
@click.option("--scale", type=float, default=1.0, show_default=True, help="How large; at 1 every figure is exact.")
@click.option("--today", type=click.DateTime(formats=["%Y-%m-%d"]), help="The day it is in the demo. [default: today]")
@click.option("--replace", is_flag=True, help="Empty the database first: everything in it is lost.")
@click.option("--confirm", metavar="NAME", help="With --replace: the name of a council that is no demo, to lose it.")
@click.option("--if-empty", is_flag=True, help="Do nothing where there is a council already.")
def load_scenario(
    *, name: str, scale: float, today: datetime | None, replace: bool, confirm: str | None, if_empty: bool
) -> None:
    """Load a scenario into an empty database: all of it, or nothing."""
    from survey_app.demo import operations  # noqa: PLC0415 - brings in the whole house, other commands start without

    scenario = SCENARIOS.get(name)
    if scenario is None:
        raise click.ClickException(f"There is no scenario {name}. There are: {', '.join(SCENARIOS)}.")
    if not (math.isfinite(scale) and SMALLEST <= scale <= LARGEST):
        raise click.BadParameter(f"it goes from {SMALLEST} to {LARGEST}", param_hint="--scale")
    if if_empty and not replace and (present := council()) is not None:
        click.echo(f"{present.name} is set up already; nothing was loaded.", err=True)
        return
    now = utc_now()
    day = today.date() if today else london_day(now)
    length = operations.STEPS * sum(scaled(part.contacts, scale) for plan in scenario.years for part in plan.parts)
    try:
        with transaction(), click.progressbar(length=length, label="Loading", file=sys.stderr) as progress:
            if replace:
                operations.empty_database(confirmed=confirm)
            loaded = operations.load(scenario, day, scale, now, progress=progress.update)
    except AppError as problem:
        raise click.ClickException(str(problem)) from problem
    years = years_until(day)
    click.echo(
        f"{scenario.council}: {loaded.contacts:,} contacts, {loaded.invitations:,} invitations, {loaded.responses:,} "
        f"answers and {loaded.comments:,} comments, {years[0].first} to {this_year(day).last}.",
        err=True,
    )
    if operations.is_unsettled(day):
        click.echo(
            f"It is early in the year: answers about the last days of {years[-1].label} may still change, so figures "
            "that hold them are provisional.",
            err=True,
        )


@demo_cli.command("sign-ins")
def sign_ins() -> None:
    """Show who can sign in to the demo, on this machine alone. Prints nothing where no demo is loaded."""
    from survey_app.accounts.presenters import person_label  # noqa: PLC0415 - as above
    from survey_app.demo.operations import DEMO_PASSWORD  # noqa: PLC0415

    users = demo_users()
    if not users:
        return
    click.echo(f"Sign in to the demo with the password {DEMO_PASSWORD} as")
    for user in users:
        click.echo(f"  {user.email:40} {person_label(user)}")


@demo_cli.command("notify")
@click.option("--port", type=click.IntRange(1, 65535), default=6011, show_default=True, help="Where to listen.")
def notify(port: int) -> None:
    """Stand in for GOV.UK Notify on this machine: show what would be sent, and text back."""
    from survey_app.demo.notify_stand_in import TEMPLATES, notify_stand_in  # noqa: PLC0415 - as above

    settings: Settings = current_app.extensions["settings"]
    if settings.notify_api_key is None or settings.notify_callback_token is None:
        raise click.ClickException(
            "The product has no key for it. Set these for the web server, the worker and this command:\n\n"
            f"NOTIFY_API_KEY=demo-{uuid.uuid4()}-{uuid.uuid4()}\n"
            f"NOTIFY_BASE_URL=http://127.0.0.1:{port}\n"
            f"NOTIFY_CALLBACK_TOKEN={secrets.token_urlsafe(24)}"
        )
    if settings.notify_base_url != f"http://127.0.0.1:{port}":
        raise click.ClickException(f"The product would not find it: set NOTIFY_BASE_URL=http://127.0.0.1:{port}.")
    with notify_stand_in(
        settings.notify_api_key,
        port=port,
        callbacks=f"{settings.base_url}/callbacks/notify",
        callback_token=settings.notify_callback_token,
    ) as stand_in:
        stand_in.retry_seconds = RETRY_SECONDS
        click.echo(f"What it took is at {stand_in.url}. On the page Sending, give these ids:")
        click.echo(f"  e-mail template  {TEMPLATES['email']}")
        click.echo(f"  text template    {TEMPLATES['sms']}")
        click.echo("Ctrl-C ends it.", err=True)
        try:
            Event().wait()
        except KeyboardInterrupt:
            click.echo("It forgets what it took.", err=True)
