"""How the figures of a pack came about: the list that a sound statement has (DOMAIN.md section 3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from survey_app.contacts.models import AskingRules
from survey_app.evidence.exhibits.presenters.figures import ExhibitView
from survey_app.evidence.packs.content import Loss, MethodPart
from survey_app.measures.coverage import Ledger, Stage, merged

STAGES = {
    Stage.ELIGIBLE: "could not be asked about",
    Stage.ASKED: "could be asked about, was not asked",
    Stage.SENT: "drawn, not sent to",
    Stage.DELIVERED: "sent to, not reached",
    Stage.ANSWERED: "reached, did not answer",
}


def method_statement(
    views: Sequence[ExhibitView], rate: ExhibitView | None, ledger: Ledger, rules: AskingRules
) -> Iterator[MethodPart]:
    """How the figures came about: the list that a sound statement has (DOMAIN.md section 3)."""
    versions = sorted({version for view in views for version in view.document["versions"]})
    share = (
        "everybody who could be asked"
        if rules.sampling_fraction >= 1
        else (f"a random {rules.sampling_fraction:.0%} of those who could be asked, more of rare services where set so")
    )
    yield MethodPart(
        "Who was asked",
        "Residents and businesses who had contacted the council. A fixed rule drew "
        f"{share}; nobody chose by hand. Nobody is asked twice within {rules.cooling_off_days} days. An answer counts "
        "on the London day of its contact, and each person’s answer counts once. Internal customers and partners are "
        "not in these figures.",
    )
    reminder = (
        f"One reminder followed after {rules.reminder_after_days} days."
        if rules.reminder_after_days
        else "No reminder."
    )
    yield MethodPart(
        "When and how",
        "By e-mail, text message or letter after the contact, with a link or code that opens one survey; also by open "
        f"links, kiosks and telephone where the council offers them. An invitation stays open for {rules.open_days} "
        f"days. {reminder} These are the rules as they stand when the pack is made.",
    )
    if rate:
        yield MethodPart(
            "How many answered",
            f"{rate.value}: {rate.figure.numerator or 0:,} of {rate.figure.base:,} invitations delivered "
            f"(95% interval {rate.interval}). Outside the base: {rate.outside}.",
        )
    else:
        yield MethodPart(
            "How many answered",
            "Fewer than 10 invitations were delivered for contacts of these days, so there is no response rate.",
        )
    if versions:
        yield MethodPart("What was asked", f"Survey versions {', '.join(versions)}.")
    yield MethodPart("Who is missing", _ledger_words(ledger))
    yield MethodPart(
        "What stands outside the base",
        "“I do not know”, “does not apply” and questions left empty. Each exhibit says how many.",
    )
    yield MethodPart(
        "Intervals",
        "All intervals are 95%. Shares: Wilson’s score interval, (x + z²/2 ± z√(x(1 − p) + z²/4)) / (n + z²), with x "
        "of n counted, p = x/n and z = 1.95996. Means: Student’s t. Net shares: an adjusted Wald interval. The "
        "interval covers chance only, not who chose to answer.",
    )
    yield MethodPart(
        "Targets and changes",
        "“Met with confidence” means that even the low end of the interval reaches the target; “missed” needs an exact "
        "test as well. A change is called one only when its interval and its test both show it, allowing for all "
        "comparisons that are made together.",
    )
    yield MethodPart(
        "Small numbers",
        "A figure on fewer than 10 answers is shown to nobody, nor one from which such a figure could be worked out. "
        "Fewer than 30 answers are called indicative.",
    )
    yield MethodPart("Weighting", "Figures are unweighted: each answer counts as one.")
    yield MethodPart(
        "Not recorded",
        "Whether anything was offered in return for an answer, such as a prize draw. Ask the council.",
    )


def _ledger_words(ledger: Ledger) -> str:
    if not ledger.contacts:
        return "No contacts of these days are recorded, so nothing can be said about who was not asked."
    if ledger.difference:
        return (
            "The ledger from contacts to answers does not add up at this moment, so this pack claims nothing about "
            "who is missing."
        )
    return (
        f"Of {ledger.contacts:,} contacts {ledger.eligible:,} could be asked about, {ledger.asked:,} were asked, "
        f"{ledger.delivered:,} were reached and {ledger.answered:,} answered. Every other contact has its reason in "
        "the table of exclusions."
    )


def losses(ledger: Ledger) -> Iterator[Loss]:
    """Where contacts were lost, and why; small ones of a sensitive reason stand together."""
    if ledger.difference or not ledger.contacts:
        return
    for stage in list(Stage)[1:]:
        for loss in sorted(merged(ledger.lost(stage)), key=lambda loss: (-loss.count, loss.label)):
            yield Loss(STAGES[stage], loss.label, loss.count)
