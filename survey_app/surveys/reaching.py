"""What somebody can come to in a survey. It is tried out, with each answer that makes a difference to the conditions on
the way; where these are too many to try, it can be come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, combinations

from survey_app.organisation.channels import Channel, Mode
from survey_app.surveys.kinds import SEVERAL_OPTIONS, QuestionKind
from survey_app.surveys.routing import Comparison, Condition, Course, Fact, Rule, Term, course, holds, scores_of
from survey_app.surveys.structure import Item, SurveyStructure

_MOST_TRIED = 1_000  # combinations of answers, for each question, page and rule
_NAMED = {Fact.CHANNEL: tuple(Channel), Fact.MODE: tuple(Mode)}


class Reached:
    """What of a survey anybody can come to: `questions` by code, `pages`, and the `rules` that are ever followed
    by their places, from 0."""

    def __init__(self, structure: SurveyStructure) -> None:
        self._items, self._rules = structure.items, structure.rules
        self._item_of = {item.question.code: item for item in structure.items}
        self._scores = scores_of(structure.items)
        terms = [term for condition in self._conditions() for term in condition.terms]
        about_facts = {fact: [term for term in terms if term.about is fact] for fact in Fact}
        self._facts = {fact: self._values_of_fact(fact, about) for fact, about in about_facts.items() if about}
        self._values = {code: self._values_of(item, terms) for code, item in self._item_of.items()}
        self.pages = {page for page in {item.page for item in self._items} if self._comes_to_page(page)}
        self.questions = {item.question.code for item in self._items if self._comes_to(item)}
        self.rules = {n for n, rule in enumerate(self._rules) if self._follows(rule, self._rules)}

    def is_followed_if_it_always_holds(self, n: int) -> bool:
        """Whether it is its own condition alone that keeps a rule from being followed."""
        always = replace(self._rules[n], condition=None)
        return self._follows(always, [*self._rules[:n], always, *self._rules[n + 1 :]])

    def _conditions(self) -> Iterator[Condition]:
        held = chain((item.show_if for item in self._items), (rule.condition for rule in self._rules))
        return (condition for condition in held if condition is not None)

    def _comes_to(self, item: Item) -> bool:
        code = item.question.code
        return self._finds(lambda way: code in way.possible, self._mattering(item.page, item.show_if))

    def _comes_to_page(self, page: int) -> bool:
        return self._finds(lambda way: page in way.pages, self._mattering(page))

    def _follows(self, rule: Rule, rules: Sequence[Rule]) -> bool:
        return self._finds(
            lambda way: any(one is rule for one in way.followed), self._mattering(rule.after_page + 1), rules
        )

    def _mattering(self, page: int, show_if: Condition | None = None) -> list[str]:
        """The questions on whose answers the ways to a page, and this condition, depend."""
        waiting = [show_if, *(rule.condition for rule in self._rules if rule.after_page < page)]
        found: set[str] = set()
        while waiting:
            condition = waiting.pop()
            for code in (
                (term.about for term in condition.terms if not isinstance(term.about, Fact)) if condition else ()
            ):
                if code in self._item_of and code not in found:
                    found.add(code)
                    waiting.append(self._item_of[code].show_if)
        return [code for code in self._item_of if code in found]

    def _finds(
        self, is_found: Callable[[Course], bool], mattering: Sequence[str], rules: Sequence[Rule] | None = None
    ) -> bool:
        """Whether some facts and answers lead there. What does not matter is left empty."""
        others = dict.fromkeys(self._item_of.keys() - set(mattering), "")
        tries = iter(range(_MOST_TRIED))

        def is_come_to(open_codes: Sequence[str], said: dict[str, str], facts: dict[Fact, str]) -> bool:
            if next(tries, None) is None:
                return True
            if not is_found(course(self._items, rules or self._rules, said, facts)):
                return False
            if not open_codes:
                return True
            code, *rest = open_codes
            return any(is_come_to(rest, said | {code: value}, facts) for value in self._values[code])

        return any(is_come_to(mattering, others, facts) for facts in self._all_facts())

    def _all_facts(self) -> list[dict[Fact, str]]:
        found: list[dict[Fact, str]] = [{}]
        for fact, values in self._facts.items():
            found = [known | {fact: value} for known in found for value in values]
        return found

    def _values_of_fact(self, fact: Fact, terms: Sequence[Term]) -> list[str]:
        values = ["", *_NAMED.get(fact, sorted({value for term in terms for value in term.values}))]
        return _told_apart(
            (value, tuple(holds(Condition((term,)), {}, {fact: value}) for term in terms)) for value in values
        )

    def _values_of(self, item: Item, all_terms: Sequence[Term]) -> list[str]:
        code = item.question.code
        terms = [term for term in all_terms if not isinstance(term.about, Fact) and term.about == code]
        return _told_apart(
            (value, tuple(holds(Condition((term,)), {code: value}, {}, self._scores) for term in terms))
            for value in _answers_to(item, terms)
        )


def _told_apart(values: Iterable[tuple[str, tuple[bool, ...]]]) -> list[str]:
    """One of all the values for which the same terms hold."""
    seen: dict[tuple[bool, ...], str] = {}
    for value, truths in values:
        seen.setdefault(truths, value)
    return list(seen.values())


def _answers_to(item: Item, terms: Sequence[Term]) -> list[str]:
    """Answers that a question can have, and none where it needs none."""
    question = item.question
    codes = [choice.code for choice in question.choices]
    given = ["something"]
    if question.kind in SEVERAL_OPTIONS:
        given = [*codes, *map(",".join, combinations(codes, 2)), ",".join(codes)]
    elif codes:
        given = codes
    elif question.kind is QuestionKind.NUMBER:
        given = [f"{amount:g}" for amount in _amounts(item, terms)]
    return given if item.is_required else ["", *given]


def _amounts(item: Item, terms: Sequence[Term]) -> list[float]:
    """Numbers within the limits of a question: the limits, and those beside each with which it is compared."""
    limits = item.question.limits
    compared = {float(term.values[0]) for term in terms if term.comparison in (Comparison.AT_LEAST, Comparison.AT_MOST)}
    ends = {end for end in (limits.least, limits.most) if end is not None}
    near = {amount + step for amount in {0.0, *compared, *ends} for step in (-1, 0, 1)}
    least = min(near) if limits.least is None else limits.least
    most = max(near) if limits.most is None else limits.most
    return sorted(amount for amount in near if least <= amount <= most)
