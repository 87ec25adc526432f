"""The card of one figure: what it counts, and the facts that it has to be read with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from survey_app.charts import Link, TargetBar
from survey_app.dashboards import addresses, pictures, wording
from survey_app.measures.amounts import amount_text, set_after_seeing_words
from survey_app.measures.caveats import Caveat
from survey_app.measures.figures import Figure
from survey_app.measures.naming import Naming
from survey_app.measures.sentences import notes
from survey_app.statistics.weighting import WeightedShare


@dataclass(frozen=True)
class FigureCard:
    figure: str
    counts: Sequence[str]
    bar: TargetBar | None
    verdict: tuple[str, str] | None
    facts: Sequence[tuple[str, str]]
    caveat: Caveat | None
    passport: Link

    @property
    def pin(self) -> Link:
        """Where it is pinned."""
        return Link("Pin to my overview", addresses.pin(self.passport.url.rpartition("/")[2]))


def figure_card(
    figure: Figure,
    response: Figure,
    *,
    caveat: Caveat | None,
    naming: Naming | None,
    held: int,
    weighted: WeightedShare | None = None,
    if_held: Figure | None = None,
    without_staff: Figure | None = None,
    is_sensitive: bool = False,
) -> FigureCard:
    """The figure, what it counts, and the facts that it has to be read with.

    `weighted` is the share weighted to who contacted us; `held` answers wait in quarantine, and `if_held` is the figure
    with them; `without_staff` is that without answers entered by staff. Of a sensitive cut what few people did is not
    told.
    """
    passport = Link("Passport of this figure", figure.passport)
    if figure.suppressed or figure.value is None:
        lines = ["Fewer than 10 answers: not shown"] if figure.suppressed else ["Nobody has answered"]
        return FigureCard("[c]" if figure.suppressed else "–", lines, None, None, (), None, passport)
    facts = [
        ("95% interval", wording.interval_words(figure)),
        ("Last year", wording.previous_words(figure)),
        (
            "Change",
            notes.change_words(figure.change, provisional=figure.provisional, not_compared=figure.not_compared_words),
        ),
        *([] if is_sensitive else [("Not counted", wording.outside_words(figure.outside))]),
        ("Response", _response(response)),
        *([("Weighted", notes.weighted_words(weighted))] if weighted else []),
        *([] if is_sensitive else [("Held for review", _held(held, if_held))]),
    ]
    if without_staff is not None and figure.base > without_staff.base:
        words = notes.by_staff_words(figure.base - without_staff.base, wording.value_words(without_staff))
        facts.append(("Entered by staff", words))
    if naming is not None:
        facts.append(("Headline", naming.words))
    if figure.target is not None and (words := set_after_seeing_words(figure)):
        facts.insert(1, ("Target", words))
    if figure.stretch is not None:
        facts.insert(1, ("Stretch", f"{amount_text(figure.measure, figure.stretch)}, the finely dotted line"))
    if figure.provisional:
        facts.insert(0, ("Provisional", "answers are still coming in"))
    return FigureCard(
        figure=wording.value_words(figure),
        counts=[
            "very or fairly satisfied",
            Markup("<b>{:,}</b> of <b>{:,}</b> answers").format(figure.numerator, figure.base),
        ],
        bar=TargetBar(figure.value, pictures.target_of(figure), figure.previous.value, figure.stretch),
        verdict=None if figure.provisional else wording.verdict_of(figure),
        facts=facts,
        caveat=caveat,
        passport=passport,
    )


def to_passport(figure: Figure) -> Markup:
    return Markup('<a href="{}">{}</a>').format(figure.passport, wording.value_words(figure))


def _held(held: int, if_held: Figure | None) -> str:
    return notes.held_words(held, None if if_held is None else wording.value_words(if_held))


def _response(response: Figure) -> str:
    if response.value is None:
        return "too few were reached to show" if response.suppressed else "nobody was reached by an invitation"
    return Markup("{} of {:,} reached").format(to_passport(response), response.base)
