"""Whether improvements helped, as a pack tells it: each effect from two or four frozen passports, allowed for together.

A pack tells no effect whose counts it cannot hold: whoever reads that something helped can count it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.periods import Period
from survey_app.measures.address import FigureQuery
from survey_app.measures.amounts import value_text
from survey_app.measures.definitions import Unit
from survey_app.measures.effects import (
    Before,
    Comparison,
    Effect,
    Named,
    Rest,
    against_rest,
    first_month_after,
    windows,
)
from survey_app.measures.figures import Figure, compare
from survey_app.measures.frozen import counted_of, figure_of
from survey_app.measures.passport import canonical, sha256, short_code
from survey_app.measures.sentences import for_page
from survey_app.measures.sentences.effects import COMPARED_WITH, rest_sentence, size_words, told_together

PLACES = ("service", "site")  # the rest of the council is other services: their sites are theirs
Document = Mapping[str, Any]
SIDES = {  # whose passports an effect stands on
    "after": "after",
    "before": "before",
    "rest_after": "the rest of the council after",
    "rest_before": "the rest of the council before",
}


@dataclass(frozen=True)
class EffectProof:
    """What was named when an improvement was entered, and the passports of its months before and after.

    `rest_after` and `rest_before` are those of the rest of the council, where there is one to compare with.
    """

    exhibit: str
    what: str
    scope: str
    done_on: date
    settling_days: int
    lower_is_better: bool
    compared_with: Before
    after: Document
    before: Document
    rest_after: Document | None = None
    rest_before: Document | None = None

    @property
    def documents(self) -> list[Document]:
        """Its passports: after, before, and those of the rest."""
        return [each for each in (self.after, self.before, self.rest_after, self.rest_before) if each is not None]


def effects(proofs: Sequence[EffectProof]) -> dict[str, Effect]:
    """The effect of each improvement by its exhibit, with its sentence. InvalidInput when passports are not those of
    one figure over the months that the improvement is judged by (MEASURES.md 9.1 and 9.2)."""
    told = told_together([_effect(proof) for proof in proofs])
    return {proof.exhibit: effect for proof, effect in zip(proofs, told, strict=True)}


def effect_cells(proof: EffectProof, effect: Effect) -> dict[str, str | int | float | None]:
    """What was named, and what follows from the passports, as effects.csv writes it."""
    change, rest, sides = effect.change, effect.rest, dict[str, str | int | float | None]()
    figures = {"after": effect.after, "before": effect.before}
    figures |= {"rest_after": rest.after if rest else None, "rest_before": rest.before if rest else None}
    for (side, figure), document in zip(figures.items(), [*proof.documents, None, None], strict=False):
        sides |= {
            f"{side}_from": figure.period.first.isoformat() if figure else None,
            f"{side}_to": figure.period.last.isoformat() if figure else None,
            f"{side}_numerator": figure.numerator if figure else None,
            f"{side}_base": figure.base if figure else None,
            f"{side}_passport": _code(document) if document else None,
        }
    return {
        "exhibit": proof.exhibit,
        "what": proof.what,
        "scope": proof.scope,
        "measure": effect.named.measure.name,
        "done_on": proof.done_on.isoformat(),
        "settling_days": proof.settling_days,
        "better": "lower" if proof.lower_is_better else "higher",
        "compared_with": proof.compared_with.value,
        **sides,
        "difference": effect.difference,
        "low": effect.low,
        "high": effect.high,
        "p_value": effect.p_value,
        "adjusted_for": change.adjusted_for if change else None,
        "adjusted_p": change.adjusted_p if change else None,
        "beyond_rest": rest.difference if rest else None,
        "beyond_rest_low": rest.interval.low if rest else None,
        "beyond_rest_high": rest.interval.high if rest else None,
        "verdict": effect.verdict.value,
        "sentence": effect.sentence,
    }


def effect_facts(proof: EffectProof, effect: Effect) -> list[tuple[str, str]]:
    """What a page says of an effect beside its sentence; all of it follows from the passports."""
    assert effect.after is not None and effect.before is not None
    facts = [
        ("After", side_words(effect.after)),
        ("Before", f"{side_words(effect.before)}, {COMPARED_WITH[proof.compared_with]}"),
        ("Size", size_words(effect)),
        ("Elsewhere", rest_sentence(effect)),
        ("Passports", ", ".join(_code(document) for document in proof.documents)),
    ]
    return [fact for fact in facts if fact[1]]


def side_words(figure: Figure) -> str:
    """80.0%, 120 of 150, 1 October 2025 to 31 March 2026."""
    has_numerator = figure.measure.unit is not Unit.DAYS and figure.numerator is not None
    counts = f"{figure.numerator:,} of {figure.base:,}" if has_numerator else f"a base of {figure.base:,}"
    return for_page(f"{value_text(figure.measure, figure)}, {counts}, {figure.period.title}")


def _effect(proof: EffectProof) -> Effect:
    (query, now), (query_before, before) = counted_of(proof.after), counted_of(proof.before)
    named = Named(
        query.definition,
        query.filters,
        proof.scope,
        proof.what,
        proof.done_on,
        proof.settling_days,
        lower_is_better=proof.lower_is_better,
    )
    months = Period.between(query.first, query.last).split("month")
    judged = windows(proof.done_on, months)
    settled = first_month_after(proof.done_on, proof.settling_days).first
    if judged is None or judged.after != Period.between(query.first, query.last) or query.first != settled:
        raise InvalidInput("its months after are not whole months, from the first on which the change had settled")
    against = {Before.SAME_MONTHS: judged.before, Before.JUST_BEFORE: judged.just_before}.get(proof.compared_with)
    if against is None or query_before != replace(query, first=against.first, last=against.last):
        raise InvalidInput("its months before are not those of the same figure that it is compared with")

    words = COMPARED_WITH[proof.compared_with]
    change = compare(named.measure, now, before, comparison=words, lower_is_better=named.lower_is_better)
    comparison = Comparison(proof.compared_with, figure_of(proof.before), change)
    effect = Effect(named, judged, None, figure_of(proof.after), (comparison,))
    return replace(effect, rest=_rest(proof, effect, query, query_before))


def _rest(proof: EffectProof, effect: Effect, query: FigureQuery, query_before: FigureQuery) -> Rest | None:
    if proof.rest_after is None or proof.rest_before is None:
        return None
    (rest_query, now), (rest_query_before, before) = counted_of(proof.rest_after), counted_of(proof.rest_before)
    if (
        _without_places(rest_query) != _without_places(query)
        or rest_query_before != replace(rest_query, first=query_before.first, last=query_before.last)
        or not set(rest_query.filters.get("service", ())).isdisjoint(query.filters.get("service", ()))
    ):
        raise InvalidInput("the rest of the council is not that of the same figure over the same months")
    named, change = effect.named, effect.change
    assert change is not None
    words = COMPARED_WITH[proof.compared_with]
    there = compare(named.measure, now, before, comparison=words, lower_is_better=named.lower_is_better)
    rest = against_rest(change, figure_of(proof.rest_after), figure_of(proof.rest_before), there)
    if rest is None:
        raise InvalidInput("the rest of the council has too few answers to compare with")
    return rest


def _without_places(query: FigureQuery) -> FigureQuery:
    return replace(query, where=tuple((name, codes) for name, codes in query.where if name not in PLACES))


def _code(document: Document) -> str:
    return short_code(sha256(canonical(dict(document))))
