"""Where a contact's stored outcome is not what the draw gives."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.contacts.eligibility import ASKED, ELIGIBLE, NOT_SAMPLED
from survey_app.contacts.sampling import draw_score


@dataclass(frozen=True, slots=True)
class Drawn:
    """A contact that came to the draw, or of which somebody was asked, as it is stored."""

    reference: str
    outcome: str | None
    score: float | None
    fraction: float | None
    is_invited: bool


def contradiction(drawn: Drawn, seed: bytes) -> str | None:
    """What cannot be if the draw alone decided, in words; None when all agrees.

    The draw needs nothing but seed, reference and the fraction that held. Whoever was kept free for a rare service, or
    came after a quota was full, was not asked whatever the score: nothing contradicts that.
    """
    return _of_the_outcome(drawn) or _of_the_score(drawn, draw_score(seed, drawn.reference))


def _of_the_outcome(drawn: Drawn) -> str | None:
    outcome = drawn.outcome or "open"
    if drawn.is_invited and outcome != ASKED:
        return f"there is an invitation, and the outcome is {outcome}"
    if outcome == ASKED and not drawn.is_invited:
        return "asked, and there is no invitation"
    if outcome not in ELIGIBLE:
        return f"the outcome is {outcome}, and it came to the draw"
    return f"the outcome is {outcome}, and it never came to the draw" if drawn.fraction is None else None


def _of_the_score(drawn: Drawn, score: float) -> str | None:
    fraction = drawn.fraction or 0.0
    if drawn.score != score:
        return f"its score is stored as {drawn.score}, and the draw gives {score}"
    if drawn.outcome == ASKED and score >= fraction:
        return f"asked, and its score {score} is not under the fraction {fraction}"
    if drawn.outcome == NOT_SAMPLED and score < fraction:
        return f"not asked, and its score {score} is under the fraction {fraction}"
    return None
