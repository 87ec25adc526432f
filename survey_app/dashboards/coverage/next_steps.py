"""What a ledger asks its readers to do, by rules; the most that is lost first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.measures.coverage import NOT_YET_DRAWN, Ledger, Stage

LARGE = 0.1  # a tenth of the contacts without an address is worth a word
FEW = 10


@dataclass(frozen=True)
class NextStep:
    """What to do, why, and the loss behind it."""

    todo: str
    why: str
    stage: Stage
    reason: str


def next_steps(ledger: Ledger, by_service: Mapping[str, Ledger]) -> list[NextStep]:
    """In the order in which they would bring most answers; none where nothing stands out."""
    steps = []
    no_address = ledger.count("no_address")
    if no_address >= max(FEW, LARGE * ledger.contacts):
        why = f"{no_address:,} contacts left no way to ask"
        why += _most_from("no_address", no_address, by_service)
        steps.append(NextStep("Ask for a mobile number or an e-mail address", why, Stage.ELIGIBLE, "no_address"))
    dead = ledger.count("does_not_exist")
    if dead >= FEW:
        why = f"messages came back{_most_from('does_not_exist', dead, by_service)}"
        steps.append(NextStep(f"Fix {dead:,} dead addresses", why, Stage.DELIVERED, "does_not_exist"))
    if failed := ledger.count("failed"):
        why = "our side gave up on them; see whether the mail server or the provider refuses us"
        steps.append(NextStep(f"Look at {failed:,} messages that failed", why, Stage.SENT, "failed"))
    if held := ledger.count("quarantined"):
        steps.append(
            NextStep(f"Look at {held:,} held answers", "they count nowhere yet", Stage.ANSWERED, "quarantined")
        )
    if undecided := ledger.count(NOT_YET_DRAWN):
        why = "the draw decides about them within minutes, unless asking is paused"
        steps.append(NextStep(f"{undecided:,} contacts wait for the draw", why, Stage.ELIGIBLE, NOT_YET_DRAWN))
    return steps


def _most_from(reason: str, total: int, by_service: Mapping[str, Ledger]) -> str:
    """Where one service has half of it or more."""
    counts = {name: ledger.count(reason) for name, ledger in by_service.items()}
    name, most = max(counts.items(), key=lambda each: (each[1], each[0]), default=("", 0))
    return f"; {most:,} of them from {name}" if len(counts) > 1 and most >= FEW and 2 * most >= total else ""
