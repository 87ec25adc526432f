"""`flask contacts redraw`: was anybody picked?"""

from __future__ import annotations

import dataclasses
import json
import sys
from datetime import date, datetime, timedelta

import click

from survey_app.contacts.cli import contacts_cli
from survey_app.contacts.queries import asking_rules
from survey_app.extensions import db, reading
from survey_app.invitations.redraw.queries import Redraw, redraw, seeds_between
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.periods import Period

DAY = click.DateTime(formats=["%Y-%m-%d"])


@contacts_cli.command("redraw")
@click.option("--from", "first", type=DAY, required=True, help="First London day.")
@click.option("--to", "last", type=DAY, required=True, help="Last London day, included.")
@click.option("--show-seed", is_flag=True, help="Print the seeds too; of financial years that are over.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def redraw_(first: datetime, last: datetime, show_seed: bool, as_json: bool) -> None:
    """Repeat the draw from seed, reference and fraction; name every contact that contradicts it, and fail then."""
    if last < first:
        raise click.UsageError("The last day is before the first.")
    with reading():
        if show_seed:
            _refuse_running_year(last.date(), london_day(utc_now()))
        result = redraw(first.date(), last.date())
        seeds = seeds_between(first.date(), last.date()) if show_seed else {}
        db.session.rollback()
    click.echo(_as_json(result, seeds, show_seed) if as_json else "\n".join(_lines(result, seeds)))
    if result.contradictions:
        sys.exit(1)


def _refuse_running_year(last: date, today: date) -> None:
    """Whoever knows a seed knows who will be asked: so not while somebody still may be."""
    ends_on = Period.financial_year_of(last).last + timedelta(days=asking_rules().too_old_days)
    if today <= ends_on:
        raise click.ClickException(
            f"The seed of this financial year is secret until {ends_on:%d/%m/%Y}, when nobody of it can be asked any "
            "more. Choose days of an earlier year, or leave out --show-seed."
        )


def _as_json(result: Redraw, seeds: dict[date, str], with_seeds: bool) -> str:
    shown = dataclasses.asdict(result) | {"ok": not result.contradictions}
    if with_seeds:
        shown["seeds"] = {year.isoformat(): seed for year, seed in seeds.items()}
    return json.dumps(shown)


def _lines(result: Redraw, seeds: dict[date, str]) -> list[str]:
    lines = [f"{result.repeated:,} contacts came to the draw, {result.asked:,} of them were asked."]
    if result.before_a_seed:
        lines.append(f"{result.before_a_seed:,} were drawn before there was a seed, and cannot be repeated.")
    if result.erased:
        lines.append(f"{result.erased:,} are of people who were erased since, and cannot be repeated.")
    lines += [f"Seed of the year from {year.isoformat()}: {seed}" for year, seed in seeds.items()]
    if not result.contradictions:
        return [*lines, "The draw repeated gives the same for each."]
    lines.append(f"{len(result.contradictions):,} contradict the draw:")
    return lines + [f"{each.reference}: {each.what}" for each in result.contradictions]
