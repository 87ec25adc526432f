"""Conditions and rules as sentences, for whoever makes a survey or compares two of its versions."""

from __future__ import annotations

from collections.abc import Mapping

from survey_app.kernel.characters import shortened
from survey_app.surveys.routing import Comparison, Condition, Fact, Rule, Term
from survey_app.surveys.structure import SurveyStructure

FactNames = Mapping[Fact, Mapping[str, str]]  # what each value of a fact is called: {CHANNEL: {"phone": "Phone"}}

FACT_LABELS = {
    Fact.SERVICE: "Service",
    Fact.CHANNEL: "How they got in touch",
    Fact.LANGUAGE: "Language",
    Fact.MODE: "How they answer",
}
COMPARISON_LABELS = {
    Comparison.IS: "is one of",
    Comparison.IS_NOT: "is none of",
    Comparison.IS_ANSWERED: "is answered",
    Comparison.IS_NOT_ANSWERED: "is not answered",
    Comparison.AT_LEAST: "is at least",
    Comparison.AT_MOST: "is at most",
}
EVERYBODY = "everybody"


def condition_in_words(condition: Condition, structure: SurveyStructure, facts: FactNames) -> str:
    """Such as: Overall satisfaction is Fairly dissatisfied or Very dissatisfied, and Service is Housing."""
    joint = ", and " if condition.needs_all else ", or "
    return joint.join(_term(term, structure, facts) for term in condition.terms)


def rule_in_words(rule: Rule, structure: SurveyStructure, facts: FactNames) -> str:
    """Such as: If Resolved is Yes: go to the end."""
    to = "go to the end" if rule.go_to is None else f"go to page {rule.go_to}"
    said = f"If {condition_in_words(rule.condition, structure, facts)}: {to}" if rule.condition else f"{to} always"
    return said[0].upper() + said[1:]


def _term(term: Term, structure: SurveyStructure, facts: FactNames) -> str:
    if isinstance(term.about, Fact):
        name, labels = FACT_LABELS[term.about], facts.get(term.about, {})
    else:
        item = next((each for each in structure.items if each.question.code == term.about), None)
        name = shortened(item.question.short_label or item.question.wording, 60) if item else term.about
        labels = {choice.code: choice.label for choice in item.question.choices} if item else {}
    values = " or ".join(labels.get(value, value) for value in term.values)
    match term.comparison:
        case Comparison.IS:
            return f"{name} is {values}"
        case Comparison.IS_NOT:
            return f"{name} is not {values}"
        case Comparison.AT_LEAST | Comparison.AT_MOST:
            return f"{name} {COMPARISON_LABELS[term.comparison]} {term.values[0]}"
        case _:
            return f"{name} {COMPARISON_LABELS[term.comparison]}"
