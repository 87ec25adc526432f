"""Comparisons with an answer as other programs make them, said as conditions of ours where they can be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from survey_app.surveys.kinds import ONE_OPTION, SEVERAL_OPTIONS, QuestionKind
from survey_app.surveys.routing import Comparison, Condition, Term
from survey_app.surveys.structure import Item

_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "less": lambda one, other: one < other,
    "most": lambda one, other: one <= other,
    "greater": lambda one, other: one > other,
    "least": lambda one, other: one >= other,
}
_OPPOSITE = {
    Comparison.IS: Comparison.IS_NOT,
    Comparison.IS_NOT: Comparison.IS,
    Comparison.IS_ANSWERED: Comparison.IS_NOT_ANSWERED,
    Comparison.IS_NOT_ANSWERED: Comparison.IS_ANSWERED,
}


@dataclass
class Asked:
    """A question that found its place."""

    item: Item
    part: int  # of the file: its page, or its block
    options: Mapping[str, str]  # our option code by the file's key


class CannotBeSaid(Exception):
    """A condition has no equal here. The message says why, to follow a name."""


def compared(asked: Asked, how: str, values: tuple[str, ...]) -> Condition:
    """One comparison of a question with the file's values: `how` is equal, notequal, less, most, greater, least,
    contains, notcontains, anyof, allof or noneof."""
    kind, code = asked.item.question.kind, asked.item.question.code
    if kind in ONE_OPTION | SEVERAL_OPTIONS:
        return _of_options(asked, how, values)
    if kind is QuestionKind.NUMBER:
        return _of_number(code, how, values)
    if how in ("equal", "notequal") and values == ("",):
        return single(Term(code, Comparison.IS_NOT_ANSWERED if how == "equal" else Comparison.IS_ANSWERED))
    raise CannotBeSaid("it compares a text or a day, and only choices and numbers are compared here")


def opposite(condition: Condition) -> Condition:
    """What holds where the condition does not."""
    if any(term.comparison not in _OPPOSITE for term in condition.terms):
        raise CannotBeSaid("it is the opposite of a comparison with a number")
    terms = tuple(Term(term.about, _OPPOSITE[term.comparison], term.values) for term in condition.terms)
    return Condition(terms, not condition.needs_all or len(terms) == 1)


def _of_options(asked: Asked, how: str, values: tuple[str, ...]) -> Condition:
    code = asked.item.question.code
    if how in _COMPARE:
        limit = _number(values)
        numbers = {key: float(key) for key in asked.options if re.fullmatch(r"-?\d+(\.\d+)?", key)}
        chosen = tuple(asked.options[key] for key, number in numbers.items() if _COMPARE[how](number, limit))
        if not chosen:
            raise CannotBeSaid("none of the answers is so large or so small")
        return single(Term(code, Comparison.IS, chosen))
    unknown = [value for value in values if value not in asked.options]
    if unknown or not values:
        raise CannotBeSaid("it asks for an answer that the question does not offer")
    chosen = tuple(asked.options[value] for value in values)
    if how in ("equal", "allof") and asked.item.question.kind in SEVERAL_OPTIONS:
        return Condition(tuple(Term(code, Comparison.IS, (one,)) for one in chosen))
    is_not = how in ("notequal", "notcontains", "noneof")
    return single(Term(code, Comparison.IS_NOT if is_not else Comparison.IS, chosen))


def _of_number(code: str, how: str, values: tuple[str, ...]) -> Condition:
    limit = _number(values)
    if how == "equal":
        sides = (Comparison.AT_LEAST, Comparison.AT_MOST)
        return Condition(tuple(Term(code, side, (f"{limit:g}",)) for side in sides))
    if how == "least" or (how == "greater" and limit.is_integer()):
        return single(Term(code, Comparison.AT_LEAST, (f"{limit + (how == 'greater'):g}",)))
    if how == "most" or (how == "less" and limit.is_integer()):
        return single(Term(code, Comparison.AT_MOST, (f"{limit - (how == 'less'):g}",)))
    raise CannotBeSaid("a number is compared here with a smallest and a largest only")


def _number(values: tuple[str, ...]) -> float:
    if len(values) == 1 and re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", values[0]):
        return float(values[0])
    raise CannotBeSaid("it compares with something that is no number")


def both_hold(one: Condition, other: Condition) -> Condition | None:
    """The condition that both hold; None where that cannot be said as one list of terms."""
    if one == other:
        return one
    lists = [condition for condition in (one, other) if not condition.needs_all and len(condition.terms) > 1]
    return None if lists else Condition(one.terms + tuple(t for t in other.terms if t not in one.terms))


def either_holds(one: Condition, other: Condition) -> Condition | None:
    """As `both_hold`, that one of two holds."""
    if one == other:
        return one
    lists = [condition for condition in (one, other) if condition.needs_all and len(condition.terms) > 1]
    return (
        None if lists else Condition(one.terms + tuple(t for t in other.terms if t not in one.terms), needs_all=False)
    )


def single(term: Term) -> Condition:
    """The condition of one term."""
    return Condition((term,))
