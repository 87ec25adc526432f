"""Who is asked what: conditions on earlier answers and on what is known of a contact, and jumps from page to page.

As documents: a condition is `{"all": [term, ...]}` or `{"any": [...]}`; a term is one of `{"question": code, "is":
[option code, ...]}`, `{"question", "is_not": [...]}`, `{"question", "is_answered": true}`, `{"question", "at_least":
number}`, `{"question", "at_most": number}`, or `{"fact": "channel", "is": [...]}`. A rule is `{"after_page": number,
"if": condition or null, "go_to": page number or "end"}`; the first rule of a page that holds is followed.

What was given is held by question code, as one text: an option's code, several with commas, a number, a day, words.
"" is a question that was passed and left empty. What was given to a question off the path has no say.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from survey_app.surveys.structure import Item

Given = Mapping[str, str]  # by question code
Scores = Mapping[str, Mapping[str, int]]  # by question code, by option code
Facts = Mapping["Fact", str]


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


@dataclass(frozen=True)
class Course:
    """The way through a survey as far as it is known, by question codes in their order.

    `asked` are those that are asked for sure, `possible` these and all that may be asked, depending on answers that
    are still to come. `pages` are those that may be come to, and `followed` the rules that may be followed.
    """

    asked: tuple[str, ...]
    possible: tuple[str, ...]
    pages: tuple[int, ...]
    followed: tuple[Rule, ...]


_NO_SCORES: Scores = MappingProxyType({})
_Known = Callable[[str], str | None]  # what was given to a question; None when it is still to come


def holds(condition: Condition, given: Given, facts: Facts, scores: Scores = _NO_SCORES) -> bool:
    """Whether a condition holds. What is not given was left empty; of a fact that is not known only `is_not` holds.

    `scores` are those of the options of questions that have some; anything else is compared as the number it is.
    """
    return bool(_truth(condition, lambda code: given.get(code, ""), facts, scores))


def path(items: Sequence[Item], rules: Sequence[Rule], given: Given, facts: Facts) -> tuple[str, ...]:
    """The questions that somebody is asked who gave this and left everything else empty, by code, in their order.

    It always ends: a rule that leads back is not followed, and one that leads past the last page ends the survey.
    """
    return _course(items, rules, {item.question.code: "" for item in items} | dict(given), facts).asked


def course(items: Sequence[Item], rules: Sequence[Rule], passed: Given, facts: Facts) -> Course:
    """As `path`, while somebody is on their way: what is not in `passed` they have still to come to."""
    return _course(items, rules, passed, facts)


def always_shown(items: Sequence[Item], rules: Sequence[Rule]) -> frozenset[str]:
    """The questions that everybody is shown who comes to the end: no condition, and no rule on the way to them."""
    first_jump = min((rule.after_page for rule in rules), default=math.inf)
    return frozenset(item.question.code for item in items if item.show_if is None and item.page <= first_jump)


def scores_of(items: Sequence[Item]) -> Scores:
    """The scores of the options of those questions that have options."""
    return {
        item.question.code: {choice.code: choice.score for choice in item.question.choices if choice.score is not None}
        for item in items
        if item.question.choices
    }


def _course(items: Sequence[Item], rules: Sequence[Rule], passed: Given, facts: Facts) -> Course:
    scores = scores_of(items)
    asked: list[str] = []
    possible: list[str] = []
    pages: list[int] = []
    followed: list[Rule] = []
    known: dict[str, str | None] = {}  # what comes later, or is not there, was not given

    def said(code: str) -> str | None:
        return known.get(code, "")

    arrivals: set[float] = {0}  # the pages to which the ways lead that are open just now; the end is infinitely far
    for page, group in groupby(items, key=lambda item: item.page):
        here = {to for to in arrivals if to <= page}
        arrivals -= here
        is_sure = not arrivals  # whoever comes this far comes to this page
        for item in group:
            code = item.question.code
            is_shown = bool(here) and _truth(item.show_if, said, facts, scores)
            if is_shown is False:
                known[code] = ""
                continue
            possible.append(code)
            if is_shown and is_sure:
                asked.append(code)
                known[code] = passed.get(code)
            else:
                known[code] = None
        if here:
            pages.append(page)
            for rule in _open_rules(rules, page, said, facts, scores):
                arrivals.add(0 if rule is None else rule.go_to or math.inf)
                followed += [rule] if rule is not None else []
    return Course(tuple(asked), tuple(possible), tuple(pages), tuple(followed))


def _open_rules(rules: Sequence[Rule], page: int, said: _Known, facts: Facts, scores: Scores) -> Iterator[Rule | None]:
    """The rules that may be followed after a page, up to the first that surely is; None goes on to the next page."""
    for rule in rules:
        if rule.after_page != page or (rule.go_to is not None and rule.go_to <= page):
            continue
        truth = _truth(rule.condition, said, facts, scores)
        if truth is not False:
            yield rule
        if truth:
            return
    yield None


def _truth(condition: Condition | None, said: _Known, facts: Facts, scores: Scores) -> bool | None:
    """None while it depends on what is still to come. Without a condition nothing is asked of anybody."""
    if condition is None:
        return True
    truths = {_term_truth(term, said, facts, scores) for term in condition.terms}
    decides = not condition.needs_all  # the truth of one term that settles the whole
    if decides in truths:
        return decides
    return None if None in truths else not decides


def _term_truth(term: Term, said: _Known, facts: Facts, scores: Scores) -> bool | None:
    given = facts.get(term.about, "") if isinstance(term.about, Fact) else said(term.about)
    if given is None:
        return None
    match term.comparison:
        case Comparison.IS:
            return not _chosen(given).isdisjoint(term.values)
        case Comparison.IS_NOT:
            return _chosen(given).isdisjoint(term.values)
        case Comparison.IS_ANSWERED:
            return bool(given)
        case Comparison.IS_NOT_ANSWERED:
            return not given
    amount, limit = _amount(given, scores.get(term.about)), float(term.values[0])
    return amount is not None and (amount >= limit if term.comparison is Comparison.AT_LEAST else amount <= limit)


def _chosen(given: str) -> frozenset[str]:
    return frozenset(given.split(",")) - {""}


def _amount(given: str, scores: Mapping[str, int] | None) -> float | None:
    """The score of the option that was chosen, or the number; None where it is neither."""
    if scores is not None:
        return scores.get(given)
    try:
        return float(given)
    except ValueError:
        return None


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
