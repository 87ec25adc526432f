"""Who is asked what: conditions on earlier answers and on what is known of a contact, and jumps from page to page.

As documents: a condition is `{"all": [term, ...]}` or `{"any": [...]}`; a term is one of `{"question": code, "is":
[option code, ...]}`, `{"question", "is_not": [...]}`, `{"question", "is_answered": true}`, `{"question", "at_least":
number}`, `{"question", "at_most": number}`, or `{"fact": "channel", "is": [...]}`. A rule is `{"after_page": number,
"if": condition or null, "go_to": page number or "end"}`; the first rule of a page that holds is followed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Comparison(StrEnum):
    """How a term compares what was given."""

    IS = "is"  # one of the codes was chosen
    IS_NOT = "is_not"  # none of them was, or nothing
    IS_ANSWERED = "is_answered"
    IS_NOT_ANSWERED = "is_not_answered"
    AT_LEAST = "at_least"  # the score of what was chosen, or the number given
    AT_MOST = "at_most"


class Fact(StrEnum):
    """What is known of a contact before anything is asked."""

    SERVICE = "service"  # its code
    CHANNEL = "channel"
    LANGUAGE = "language"
    MODE = "mode"


@dataclass(frozen=True)
class Term:
    """One comparison, of a question's answer or of a fact. A number stands as its text in `values`."""

    about: str | Fact  # a question's code, or a fact
    comparison: Comparison
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Condition:
    """Terms of which all have to hold, or any."""

    terms: tuple[Term, ...]
    needs_all: bool = True


@dataclass(frozen=True)
class Rule:
    """Where to go after a page, when its condition holds or it has none. `go_to` None ends the survey."""

    after_page: int
    go_to: int | None
    condition: Condition | None = None


def condition_document(condition: Condition) -> dict[str, object]:
    """As it is stored, and as it travels."""
    return {"all" if condition.needs_all else "any": [_term_document(term) for term in condition.terms]}


def rule_document(rule: Rule) -> dict[str, object]:
    """As it is stored, and as it travels."""
    return {
        "after_page": rule.after_page,
        "if": condition_document(rule.condition) if rule.condition else None,
        "go_to": "end" if rule.go_to is None else rule.go_to,
    }


def _term_document(term: Term) -> dict[str, object]:
    about = {"fact": term.about.value} if isinstance(term.about, Fact) else {"question": term.about}
    match term.comparison:
        case Comparison.IS | Comparison.IS_NOT:
            return about | {term.comparison.value: list(term.values)}
        case Comparison.IS_ANSWERED | Comparison.IS_NOT_ANSWERED:
            return about | {"is_answered": term.comparison is Comparison.IS_ANSWERED}
        case Comparison.AT_LEAST | Comparison.AT_MOST:
            number = float(term.values[0])
            return about | {term.comparison.value: int(number) if number.is_integer() else number}
