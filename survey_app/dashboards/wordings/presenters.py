"""Changes of wording as their page lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.dashboards.selection import short_day
from survey_app.kernel.clock import london_day
from survey_app.measures.lineage import Turn, cannot_be_bridged, in_month
from survey_app.measures.models import LineageBridge
from survey_app.measures.sentences import Headline
from survey_app.surveys.models import QuestionVersion


@dataclass(frozen=True)
class TurnView:
    """One change of wording: what it was and is, and whether figures cross it."""

    change: str  # as its address has it
    question: str
    since: str
    before: str
    after: str
    options_before: str
    options_after: str
    bridge: str | None  # why it is compared; None where it is not
    forbidden: str | None  # why it cannot be
    has_bridge: bool  # of its own, which can be taken back


def headline_of(turns: Sequence[Turn]) -> Headline:
    """The answer of the page."""
    if not turns:
        return Headline("No question has been worded anew.", "Every figure can be compared with the years before it.")
    open_turns = sum(not turn.is_bridged for turn in turns)
    if not open_turns:
        return Headline("Every new wording is compared with the one before.", "Somebody said why, each time.")
    times = "1 new wording is" if open_turns == 1 else f"{open_turns} new wordings are"
    rest = "Figures before and after stand apart until somebody says that both can be compared."
    return Headline(f"{times} not compared with the one before.", rest)


def turn_view(turn: Turn, before: QuestionVersion, after: QuestionVersion, bridge: LineageBridge | None) -> TurnView:
    """A change of wording that is compared through others, or because it reads the same, has no bridge of its own."""
    declared = None
    if bridge is not None:
        declared = f"Declared {short_day(london_day(bridge.declared_at))}: {bridge.reason}"
    elif turn.is_bridged:
        declared = "Compared by the bridges beside it."
    return TurnView(
        change="-".join(map(str, turn.versions)),
        question=after.short_label,
        since=f"asked first{in_month(turn.later)}" if turn.later.since else "not asked yet",
        before=before.wording,
        after=after.wording,
        options_before=_options(before),
        options_after=_options(after),
        bridge=declared,
        forbidden=None if declared else cannot_be_bridged(turn),
        has_bridge=bridge is not None,
    )


def _options(version: QuestionVersion) -> str:
    return ", ".join(option.label for option in version.options)
