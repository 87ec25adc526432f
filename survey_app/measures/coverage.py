"""The coverage ledger: from every contact to the answers that count, each loss with its stage and reason.

Contacts = answered + all losses, always. Two sources are held against each other: what the draw decided about each
contact, and what became of each invitation. Where they do not agree, `Ledger.difference` is not 0, and nothing is said.
Answers without an invitation (open link, kiosk) were never asked for and stand outside. Source: MEASURES.md 1.9.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from survey_app.contacts.eligibility import ASKED, ELIGIBLE
from survey_app.statistics.suppression import MINIMUM_BASE

NOT_YET_DRAWN = "not_yet_drawn"
INTERNAL = "internal"  # internal customers and partners, in the ledger of residents and businesses
VOID = "void"
OTHER = "other"


class Stage(StrEnum):
    """How far a contact came. A loss carries the first stage that it did not reach."""

    CONTACTS = "contacts"
    ELIGIBLE = "eligible"
    ASKED = "asked"
    SENT = "sent"
    DELIVERED = "delivered"
    ANSWERED = "answered"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class Fate(StrEnum):
    """What became of an invitation; each has exactly one."""

    ANSWERED = "answered"
    TOO_OLD = "too_old"
    FAILED = "failed"
    OPTED_OUT_UNSENT = "opted_out_unsent"
    WAITING = "waiting"
    DOES_NOT_EXIST = "does_not_exist"
    UNAVAILABLE = "unavailable"
    STOPPED_BY_NETWORK = "stopped_by_network"
    QUARANTINED = "quarantined"
    OPTED_OUT = "opted_out"
    WITHDRAWN = "withdrawn"
    STARTED = "started"  # a draft was saved and not finished
    NOT_ANSWERED = "not_answered"  # delivered, and open or over: only time tells these two apart


LOST_AT = {
    Fate.TOO_OLD: Stage.SENT,
    Fate.FAILED: Stage.SENT,
    Fate.OPTED_OUT_UNSENT: Stage.SENT,
    Fate.WAITING: Stage.SENT,
    Fate.DOES_NOT_EXIST: Stage.DELIVERED,
    Fate.UNAVAILABLE: Stage.DELIVERED,
    Fate.STOPPED_BY_NETWORK: Stage.DELIVERED,
    Fate.QUARANTINED: Stage.ANSWERED,
    Fate.OPTED_OUT: Stage.ANSWERED,
    Fate.WITHDRAWN: Stage.ANSWERED,
    Fate.STARTED: Stage.ANSWERED,
}
SENSITIVE_REASONS = frozenset({"sensitive", "do_not_survey", "opted_out", "open_complaint", "staff", INTERNAL})
LABELS = {
    "do_not_survey": "Marked “do not survey”",
    "sensitive": "Sensitive subject",
    INTERNAL: "Internal customer or partner",
    "staff": "Staff",
    "open_complaint": "Open complaint",
    "channel_not_asked": "Channel that is not asked about",
    "service_not_asked": "Service that is not asked about",
    "reason_not_asked": "Reason that is not asked about",
    "outcome_not_asked": "Outcome that is not asked about",
    "language_not_asked": "Language that is not asked in",
    "same_case": "Second contact about the same case",
    "no_address": "No e-mail address or mobile number",
    "address_blocked": "Address that gets nothing more",
    "recently_asked": "Asked not long ago",
    NOT_YET_DRAWN: "Not yet drawn",
    "not_sampled": "Not drawn: random sample",
    "kept_for_rare": "Kept free for rare services",
    "quota_full": "Quota of the month was full",
    VOID: "Wrongly asked: a test, staff or the wrong person",
    "failed": "Sending failed for good",
    "waiting": "Waiting to be sent",
    "does_not_exist": "Address does not exist",
    "unavailable": "Mailbox full or away",
    "stopped_by_network": "Stopped by the network",
    "no_answer": "No answer in time",
    "open": "Still open",
    "quarantined": "Held for review",
    "started": "Started and not finished",
    "withdrawn": "Withdrawn by the resident",
    OTHER: "Other reasons together",
}
BY_STAGE = {
    ("too_old", Stage.ELIGIBLE): "Too old to ask about",
    ("too_old", Stage.SENT): "Too old when its turn came",
    ("opted_out", Stage.ELIGIBLE): "Had opted out",
    ("opted_out", Stage.SENT): "Opted out after the draw",
    ("opted_out", Stage.ANSWERED): "Opted out instead of answering",
}


@dataclass(frozen=True)
class Loss:
    """So many contacts came no further than before this stage, for one reason."""

    stage: Stage
    reason: str
    count: int

    @property
    def label(self) -> str:
        known = BY_STAGE.get((self.reason, self.stage)) or LABELS.get(self.reason)
        return known or self.reason.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Ledger:
    """How many contacts reached each stage, and every loss, the largest of a stage first."""

    contacts: int
    eligible: int
    asked: int
    sent: int
    delivered: int
    answered: int
    losses: tuple[Loss, ...]

    @property
    def difference(self) -> int:
        """Contacts that are not accounted for, or below 0 those counted twice. 0 unless something is broken."""
        return self.contacts - self.answered - sum(loss.count for loss in self.losses)

    def at(self, stage: Stage) -> int:
        """How many reached a stage."""
        return int(getattr(self, stage.value))

    def lost(self, stage: Stage) -> list[Loss]:
        """What was lost on the way to a stage."""
        return [loss for loss in self.losses if loss.stage is stage]

    def count(self, *reasons: str, stage: Stage | None = None) -> int:
        """How many were lost for one of these reasons."""
        return sum(loss.count for loss in self.losses if loss.reason in reasons and stage in (None, loss.stage))

    @property
    def is_running(self) -> bool:
        """Whether some contacts may still come further."""
        return self.count(NOT_YET_DRAWN, "waiting", "open") > 0


def make_ledger(drawn: Mapping[str, int], fates: Mapping[str, int], *, still_open: int = 0, void: int = 0) -> Ledger:
    """From contacts by what the draw decided, and valid invitations by Fate.

    `still_open` of those not answered may still be; `void` are invitations that were wrongly made, which count as not
    asked. A decision that is not known here is a loss under its own name: nothing falls out of the ledger.
    """
    not_eligible = {reason: n for reason, n in drawn.items() if reason not in ELIGIBLE}
    not_asked = {reason: drawn.get(reason, 0) for reason in ELIGIBLE if reason != ASKED} | {VOID: void}
    by_stage = {
        Stage.ELIGIBLE: not_eligible,
        Stage.ASKED: not_asked,
        Stage.SENT: _fates_lost(fates, Stage.SENT),
        Stage.DELIVERED: _fates_lost(fates, Stage.DELIVERED),
        Stage.ANSWERED: _fates_lost(fates, Stage.ANSWERED)
        | {"no_answer": fates.get(Fate.NOT_ANSWERED, 0) - still_open, "open": still_open},
    }
    contacts, asked = sum(drawn.values()), sum(fates.values())
    sent = asked - sum(by_stage[Stage.SENT].values())
    return Ledger(
        contacts=contacts,
        eligible=contacts - sum(not_eligible.values()),
        asked=asked,
        sent=sent,
        delivered=sent - sum(by_stage[Stage.DELIVERED].values()),
        answered=fates.get(Fate.ANSWERED, 0),
        losses=tuple(
            Loss(stage, reason, n)
            for stage, lost in by_stage.items()
            for reason, n in sorted(lost.items(), key=lambda each: (-each[1], each[0]))
            if n
        ),
    )


def _fates_lost(fates: Mapping[str, int], stage: Stage) -> dict[str, int]:
    """Losses at a stage by reason. Before or after it was sent, opting out has one name."""
    lost = {fate: fates.get(fate, 0) for fate, at in LOST_AT.items() if at is stage}
    return {"opted_out" if fate is Fate.OPTED_OUT_UNSENT else fate.value: n for fate, n in lost.items()}


def pooled(ledgers: Iterable[Ledger]) -> Ledger:
    """Several ledgers of different contacts as one."""
    parts = list(ledgers)
    counts: dict[tuple[Stage, str], int] = {}
    for loss in (loss for part in parts for loss in part.losses):
        counts[loss.stage, loss.reason] = counts.get((loss.stage, loss.reason), 0) + loss.count
    stages = list(Stage)
    in_order = sorted(counts, key=lambda key: (stages.index(key[0]), -counts[key], key[1]))
    return Ledger(
        **{stage.value: sum(part.at(stage) for part in parts) for stage in Stage},
        losses=tuple(Loss(stage, reason, counts[stage, reason]) for stage, reason in in_order),
    )


def merged(losses: Collection[Loss]) -> list[Loss]:
    """The losses of one stage as a page shows them: those of fewer than 10 by a sensitive reason stand together.

    One alone would still be known by subtraction from the stage, so the smallest other joins it.
    """
    small = {loss for loss in losses if loss.count < MINIMUM_BASE and loss.reason in SENSITIVE_REASONS}
    others = sorted((loss for loss in losses if loss not in small), key=lambda loss: (loss.count, loss.reason))
    if len(small) == 1 and others:
        small.add(others[0])
    shown = [loss for loss in losses if loss not in small]
    if not small:
        return shown
    (stage,) = {loss.stage for loss in small}
    return [*shown, Loss(stage, OTHER, sum(loss.count for loss in small))]
