"""What the draw hangs on: its seeds and scores, what holds for a day, and what the council sets."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from survey_app.audit.operations import record_change
from survey_app.contacts.asking.queries import (
    asked_this_month,
    closest_rules,
    contacts_to_share_out,
    exclusions,
    first_day_since,
    outcomes_by_stratum,
    sampling_rule_of,
    sampling_rules,
    seeds_of,
)
from survey_app.contacts.eligibility import ELIGIBLE, Dimension
from survey_app.contacts.fairness import busy_services
from survey_app.contacts.models import AskingRules, Contact, DrawDay, DrawSeed, Exclusion, SamplingRule
from survey_app.contacts.queries import asking_rules
from survey_app.contacts.sampling import (
    Amount,
    ClosestRules,
    draw_score,
    expected_until_month_end,
    quota_fraction,
    seed_year,
    stratum_key,
)
from survey_app.extensions import db, upsert
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import Refused
from survey_app.kernel.periods import Period
from survey_app.organisation.channels import Channel
from survey_app.organisation.names import fold

SEED_BYTES = 32
SCORED_AT_ONCE = 5_000
USUAL_DAYS = 28  # whole weeks: a usual day is the average of so many


def draw_seeds(days: Iterable[date], now: datetime) -> Mapping[date, bytes]:
    """The seeds of the financial years of these days, by the years' first days; made where there was none yet.

    Two who need a new one at the same moment get the same: the second waits for the first.
    """
    years = {seed_year(day) for day in days}
    seeds = seeds_of(years)
    for year in sorted(years - seeds.keys()):
        seed = secrets.token_hex(SEED_BYTES)
        row = upsert(DrawSeed).values(first_on=year, seed=seed, made_at=now)
        db.session.execute(row.on_conflict_do_nothing())
    return seeds if len(seeds) == len(years) else seeds_of(years)


def score_waiting(now: datetime) -> int:
    """Give their scores to the next contacts that wait without; how many. An import scores its own."""
    waiting = select(Contact.id, Contact.reference, Contact.occurred_on).where(
        Contact.draw_outcome.is_(None), Contact.draw_score.is_(None)
    )
    rows = db.session.execute(waiting.limit(SCORED_AT_ONCE)).all()
    if not rows:
        return 0
    seeds = draw_seeds({occurred_on for _, _, occurred_on in rows}, now)
    scores = [(id, draw_score(seeds[seed_year(day)], reference)) for id, reference, day in rows]
    db.session.execute(update(Contact), [{"id": id, "draw_score": score} for id, score in scores])
    return len(rows)


def draw_day(rules: AskingRules, now: datetime) -> DrawDay:
    """What holds for the draw today. Worked out when its first contact comes, and again after a rule has changed."""
    today = london_day(now)
    found = db.session.get(DrawDay, today)
    if found is None:
        found = DrawDay(day=today, is_worked_out=False, busy_services=[], fractions={}, asked={})
        db.session.add(found)
    if not found.is_worked_out:
        gap = timedelta(days=rules.cooling_off_days)
        contacts = contacts_to_share_out(today - gap) if rules.reserved_share else {}
        found.busy_services = busy_services(contacts, rules.rare_below)
        found.fractions = _quota_fractions(today)
        found.is_worked_out = True
    return found


def _quota_fractions(today: date) -> dict[str, float]:
    """The fraction of each sampling rule with a quota, so that about so many are asked by the end of the month."""
    rules = sampling_rules()
    if not any(rule.monthly_quota is not None for rule in rules):
        return {}
    since = today - timedelta(days=USUAL_DAYS)
    eligible, decided, waiting = _counts_by_rule(closest_rules(), since)
    days_of_history = (today - (first_day_since(since) or today)).days
    days_left = (Period.month_of(today).last - today).days + 1
    asked = asked_this_month(today)
    fractions = {}
    for rule in rules:
        if rule.monthly_quota is None:
            continue
        key = stratum_key(rule.service_id, rule.channel)
        share = eligible[rule.id] / decided[rule.id] if decided[rule.id] else 1.0
        expected = expected_until_month_end(
            waiting=waiting[rule.id] * share,
            a_day=eligible[rule.id] / days_of_history if days_of_history else 0.0,
            days_left=days_left,
        )
        fractions[key] = quota_fraction(rule.monthly_quota - asked.get(key, 0), expected)
    return fractions


def _counts_by_rule(
    closest: ClosestRules[SamplingRule], since: date
) -> tuple[Counter[int], Counter[int], Counter[int]]:
    """Contacts since a day by the id of the rule that holds for them: could be asked, decided at all, waiting."""
    eligible, decided, waiting = Counter[int](), Counter[int](), Counter[int]()
    for (service_id, channel), outcomes in outcomes_by_stratum(since).items():
        rule = closest.closest(service_id, channel)
        if rule is not None:
            waiting[rule.id] += outcomes.get(None, 0)
            decided[rule.id] += sum(count for outcome, count in outcomes.items() if outcome is not None)
            eligible[rule.id] += sum(count for outcome, count in outcomes.items() if outcome in ELIGIBLE)
    return eligible, decided, waiting


def add_exclusion(dimension: Dimension, value: str, why: str, *, now: datetime, by: int | None = None) -> Exclusion:
    """From now on leave contacts with this value out. Refused when they are left out already."""
    if any(each.dimension is dimension and fold(each.value) == fold(value) for each in exclusions()):
        raise Refused("Contacts like these are left out already.")
    added = Exclusion(dimension=dimension, value=value, why=why, added_at=now, added_by=by)
    db.session.add(added)
    db.session.flush()
    record_change(
        "asking.exclusion", exclusion_subject(added), at=now, by=by, before=None, after=exclusion_facts(added)
    )
    return added


def remove_exclusion(exclusion: Exclusion, *, now: datetime, by: int | None = None) -> None:
    """Ask about contacts with this value again, those that are decided already apart."""
    before = exclusion_facts(exclusion)
    record_change("asking.exclusion", exclusion_subject(exclusion), at=now, by=by, before=before, after=None)
    db.session.delete(exclusion)
    db.session.flush()


def exclusion_subject(exclusion: Exclusion) -> str:
    """What the history of changes calls one thing that is left out."""
    return f"{exclusion.dimension.value} {fold(exclusion.value)}"


def exclusion_facts(exclusion: Exclusion) -> dict[str, Any]:
    return {"dimension": exclusion.dimension.value, "value": exclusion.value, "why": exclusion.why}


def set_sampling(
    service_id: int | None, channel: Channel | None, amount: Amount, *, now: datetime, by: int | None = None
) -> None:
    """How many are asked in a stratum from now on. None: of every service, on every channel; a fraction of all is the
    council's general one.
    """
    found = sampling_rule_of(service_id, channel)
    if service_id is None and channel is None and amount.fraction is not None:
        if found is not None:
            remove_sampling(found, now=now, by=by)
        change_rules({"sampling_fraction": amount.fraction}, now=now, by=by)
        return
    if found is None:
        found = SamplingRule(service_id=service_id, channel=channel)
        db.session.add(found)
        before = None
    else:
        before = {"fraction": found.fraction, "monthly_quota": found.monthly_quota}
    found.fraction, found.monthly_quota = amount.fraction, amount.monthly_quota
    db.session.flush()
    _work_out_again(now)
    after = {"fraction": amount.fraction, "monthly_quota": amount.monthly_quota}
    record_change("asking.sampling", stratum_key(service_id, channel), at=now, by=by, before=before, after=after)


def remove_sampling(rule: SamplingRule, *, now: datetime, by: int | None = None) -> None:
    """From now on the next closest rule holds there. What its quota has used up this month is remembered."""
    before = {"fraction": rule.fraction, "monthly_quota": rule.monthly_quota}
    key = stratum_key(rule.service_id, rule.channel)
    record_change("asking.sampling", key, at=now, by=by, before=before, after=None)
    db.session.delete(rule)
    db.session.flush()
    _work_out_again(now)


def change_rules(changes: Mapping[str, Any], *, now: datetime, by: int | None = None) -> dict[str, Any]:
    """Change some of the council's rules of asking, by the names of AskingRules; what those that differ were before."""
    rules = asking_rules()
    before = {name: getattr(rules, name) for name, value in changes.items() if getattr(rules, name) != value}
    if not before:
        return {}
    for name in before:
        setattr(rules, name, changes[name])
    db.session.add(rules)
    db.session.flush()
    _work_out_again(now)
    after = {name: changes[name] for name in before}
    record_change("asking.rules", "asking rules", at=now, by=by, before=before, after=after)
    return before


def _work_out_again(now: datetime) -> None:
    """What holds for today was worked out by the rules of before."""
    db.session.execute(update(DrawDay).where(DrawDay.day == london_day(now)).values(is_worked_out=False))
