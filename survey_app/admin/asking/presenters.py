"""The rules of asking as their pages show them: in plain words, with what each did of late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from survey_app.admin.asking.forms import EVERYONE, QUOTA, SHARE
from survey_app.contacts.eligibility import ASKED, ELIGIBLE, Dimension
from survey_app.contacts.models import AskingRules, DrawDay, Exclusion, SamplingRule
from survey_app.contacts.sampling import Amount, ClosestRules, stratum_key
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Service

LOOK_BACK_DAYS = 90
DAYS_A_MONTH = 365.25 / 12
Outcomes = Mapping[str | None, int]
DIMENSIONS = {
    Dimension.REASON: "Reason",
    Dimension.OUTCOME: "Outcome",
    Dimension.SERVICE: "Service",
    Dimension.CHANNEL: "Channel",
    Dimension.LANGUAGE: "Language",
}


@dataclass(frozen=True)
class RuleRow:
    """One rule of who is not asked. `count` are the contacts for which it was the first that held."""

    label: str
    why: str
    count: int
    may_change: bool = False


@dataclass(frozen=True)
class LeftOutRow:
    """What the council itself leaves out; `count` are the contacts that have this value."""

    id: int
    label: str
    why: str
    count: int


@dataclass(frozen=True)
class AmountRow:
    """How many of a stratum are asked. `quota` are those asked this month and the most; id None: the general rule."""

    id: int | None
    label: str
    words: str
    eligible: int
    asked: int
    quota: tuple[int, int] | None
    choice: Mapping[str, Any]  # the form's values, to change it


@dataclass(frozen=True)
class Fairness:
    """What is kept free for rare services, and whether it is today."""

    words: str
    today: str
    kept: int


def fixed_rules(outcomes: Outcomes) -> list[RuleRow]:
    """Those that nobody can switch off, with the reason."""
    rows = (
        ("do_not_survey", "Marked “do not survey”", "Somebody at the council, or the person, decided it."),
        ("sensitive", "Marked as sensitive", "Asking after a bereavement or an abuse does harm."),
        ("opted_out", "Asked us to stop", "The right to object holds for every survey and every service."),
        (
            "internal",
            "Internal customers and partners",
            "They are asked only with a published survey of their own: residents’ figures hold residents.",
        ),
    )
    return [RuleRow(label, why, outcomes.get(outcome, 0)) for outcome, label, why in rows]


def changeable_rules(rules: AskingRules, outcomes: Outcomes) -> list[RuleRow]:
    domains = ", ".join(rules.staff_domains)
    second = "Asked about too." if rules.ask_second_contact else "The first contact about a case speaks for it."
    complaint = "Asked about too." if rules.ask_open_complaint else "The complaint is answered first."
    rows = (
        ("staff", "The council’s own staff", f"Addresses at {domains}." if domains else "No domain is named yet."),
        ("open_complaint", "With an open complaint", complaint),
        ("same_case", f"Second contact about a case within {days(rules.cooling_off_days)}", second),
        ("too_old", f"Older than {days(rules.too_old_days)}", "The longer ago, the less people remember."),
        ("no_address", "Without an address", _ways(rules)),
        ("address_blocked", "Address to which nothing arrives", "It does not exist, or complained, or fails for now."),
        (
            "recently_asked",
            f"Asked within the last {days(rules.cooling_off_days)}",
            "Counted over all surveys and services, from the last message; a reminder is one.",
        ),
    )
    return [
        RuleRow(label, why, outcomes.get(outcome, 0), may_change=outcome not in ("no_address", "address_blocked"))
        for outcome, label, why in rows
    ]


def _ways(rules: AskingRules) -> str:
    ways = ["e-mail", *(["text message"] if rules.texts_are_on else []), *(["letter"] if rules.letters_are_on else [])]
    return f"Ways in use: {', '.join(ways)}."


def left_out_rows(
    exclusions: Iterable[Exclusion], counts: Mapping[tuple[Dimension, str], int], services: Iterable[Service]
) -> list[LeftOutRow]:
    names = {service.code: service.name for service in services}
    return [
        LeftOutRow(
            each.id,
            left_out_label(each.dimension, each.value, names),
            each.why,
            counts[each.dimension, each.value],
        )
        for each in exclusions
    ]


def left_out_label(dimension: Dimension, value: str, service_names: Mapping[str, str]) -> str:
    """Reason: Bereavement; Service: Housing options."""
    if dimension is Dimension.CHANNEL and value in list(Channel):
        value = Channel(value).label
    elif dimension is Dimension.SERVICE:
        value = service_names.get(value, value)
    return f"{DIMENSIONS[dimension]}: {value}"


def amount_rows(
    general: float,
    *,
    rules: Sequence[SamplingRule],
    closest: ClosestRules[SamplingRule],
    strata: Mapping[tuple[int, Channel], Outcomes],
    asked_this_month: Mapping[str, int],
    services: Sequence[Service],
) -> list[AmountRow]:
    """The general rule first, then those of single strata; each with the contacts for which it is the closest."""
    eligible: dict[int | None, int] = {}
    asked: dict[int | None, int] = {}
    for (service_id, channel), outcomes in strata.items():
        rule = closest.closest(service_id, channel)
        key = None if rule is None else rule.id
        eligible[key] = eligible.get(key, 0) + sum(outcomes.get(outcome, 0) for outcome in ELIGIBLE)
        asked[key] = asked.get(key, 0) + outcomes.get(ASKED, 0)
    names = {service.id: service for service in services}
    rows = [
        AmountRow(
            None,
            "All others" if rules else "Everybody",
            amount_words(Amount(fraction=general)),
            eligible.get(None, 0),
            asked.get(None, 0),
            None,
            _choice(None, None, Amount(fraction=general)),
        )
    ]
    for rule in rules:
        amount = Amount(rule.fraction, rule.monthly_quota)
        service = None if rule.service_id is None else names[rule.service_id]
        used = asked_this_month.get(stratum_key(rule.service_id, rule.channel), 0)
        rows.append(
            AmountRow(
                rule.id,
                stratum_label(service, rule.channel),
                amount_words(amount),
                eligible.get(rule.id, 0),
                asked.get(rule.id, 0),
                None if amount.monthly_quota is None else (used, amount.monthly_quota),
                _choice(service, rule.channel, amount),
            )
        )
    return rows


def stratum_label(service: Service | None, channel: Channel | None) -> str:
    """Housing options, Phone."""
    return f"{service.name if service else 'Every service'}, {channel.label if channel else 'every channel'}"


def amount_words(amount: Amount) -> str:
    if amount.monthly_quota is not None:
        return f"About {amount.monthly_quota:,} a month"
    fraction = amount.fraction or 0.0
    return "Everyone" if fraction >= 1 else "Nobody" if fraction <= 0 else f"{percent(fraction)}% of them"


def choice_of(rule: SamplingRule, services: Sequence[Service]) -> dict[str, Any]:
    """The form's values that make this rule."""
    service = next((service for service in services if service.id == rule.service_id), None)
    return _choice(service, rule.channel, Amount(rule.fraction, rule.monthly_quota))


def rules_choice(rules: AskingRules) -> dict[str, Any]:
    """The form's values that make these rules."""
    return {
        "cooling_off_days": str(rules.cooling_off_days),
        "too_old_days": str(rules.too_old_days),
        "ask_second_contact": _said(rules.ask_second_contact),
        "ask_open_complaint": _said(rules.ask_open_complaint),
        "reserved_percent": percent(rules.reserved_share),
        "rare_below": str(rules.rare_below),
        "staff_domains": "\n".join(rules.staff_domains),
    }


def _choice(service: Service | None, channel: Channel | None, amount: Amount) -> dict[str, Any]:
    if amount.monthly_quota is not None:
        how, number = QUOTA, str(amount.monthly_quota)
    else:
        fraction = amount.fraction or 0.0
        how, number = (EVERYONE, "") if fraction >= 1 else (SHARE, percent(fraction))
    return {
        "service": service.code if service else "",
        "channel": channel.value if channel else "",
        "how": how,
        "number": number,
    }


def trial_words(amount: Amount, outcomes: Outcomes) -> str:
    """What an amount would have meant of late, for contacts with these outcomes."""
    eligible, asked = sum(outcomes.get(outcome, 0) for outcome in ELIGIBLE), outcomes.get(ASKED, 0)
    if amount.monthly_quota is None:
        would = round(eligible * (amount.fraction or 0))
    else:
        would = min(round(amount.monthly_quota * LOOK_BACK_DAYS / DAYS_A_MONTH), eligible)
    return (
        f"Of {eligible:,} contacts of the last {LOOK_BACK_DAYS} days that could be asked about, {asked:,} were asked. "
        f"With this rule it would have been about {would:,}."
    )


def fairness(rules: AskingRules, today: DrawDay | None, outcomes: Outcomes, services: Sequence[Service]) -> Fairness:
    if not rules.reserved_share:
        words = "Nobody is kept free: a busy service may use up the people whom a rare one needs."
    else:
        words = (
            f"{percent(rules.reserved_share)}% of people, drawn by lot every {days(rules.cooling_off_days)}, are asked "
            f"only about rare services: those with fewer than {rules.rare_below:,} contacts in that time."
        )
    names = {service.code: service.name for service in services}
    busy = [names.get(code, code) for code in (today.busy_services if today else ())]
    now = (
        f"Busy today: {', '.join(busy)}."
        if busy
        else "Nobody is kept free today: that takes busy services and rare ones."
    )
    return Fairness(words, now if rules.reserved_share else "", outcomes.get("kept_for_rare", 0))


def changed_words(before: Mapping[str, object]) -> str:
    """What was changed, so that whoever reads it can put it back."""
    words = {
        "cooling_off_days": "the gap was {} days",
        "too_old_days": "contacts were too old after {} days",
        "ask_second_contact": "second contacts were asked about: {}",
        "ask_open_complaint": "open complaints were asked about: {}",
        "reserved_share": "kept free was {}%",
        "rare_below": "rare was below {} contacts",
        "staff_domains": "staff domains were {}",
    }
    said = [words[name].format(_said(value)) for name, value in before.items()]
    return f"Kept. Before, {'; '.join(said)}." if said else "Nothing was changed."


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return percent(value) if isinstance(value, float) else str(value)


def days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def percent(share: float) -> str:
    """12.5 for 0.125, without a point where none is needed."""
    return f"{share * 100:.2f}".rstrip("0").rstrip(".")
