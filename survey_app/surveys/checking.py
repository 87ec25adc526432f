"""What is wrong with a survey as a whole, in plain words and with its place; each question for itself was checked when
it was read or typed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from survey_app.kernel.characters import shortened
from survey_app.organisation.channels import Channel, Mode
from survey_app.surveys.bank import BankQuestion
from survey_app.surveys.kinds import ONE_OPTION, WRITTEN, QuestionKind
from survey_app.surveys.piping import answer_of, has_broken_pipe, is_pipe, pipes_in
from survey_app.surveys.reaching import Reached
from survey_app.surveys.routing import Comparison, Condition, Fact, Rule, Term
from survey_app.surveys.structure import Item, SurveyStructure

_LONGEST_NAME = 60
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_NAMES = {Fact.CHANNEL: frozenset(Channel), Fact.MODE: frozenset(Mode)}  # of the others the council has its own
_IN_WORDS = "words: only whether it is answered can be asked"
_COMPARED_OTHERWISE = {
    QuestionKind.NUMBER: "a number: say which it has to be at least or at most",
    QuestionKind.DATE: "a date: only whether it is answered can be asked",
}
_NO_AMOUNT = "none of its answers is a number or has a score"


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where: "Question 4, “What went wrong?”". The sentence goes on where the place ends.

    `question` and `page` name the same place to a page that leads there. What does not block is said and no more.
    """

    place: str
    sentence: str
    blocks_publishing: bool = True
    question: str = ""
    page: int | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


def faults(structure: SurveyStructure) -> list[Fault]:
    """All that is wrong with a survey: of its questions in their order, then of its pages and the rules after them."""
    if not structure.items:
        return [Fault("The survey", "it asks nothing. Add a question.")]
    survey = _Survey(structure)
    return [*survey.of_questions(), *survey.of_pages(), *survey.of_rules()]


@dataclass(frozen=True)
class _Place:
    """Where a condition or a text stands: what comes before it can be known there."""

    name: str
    verb: str  # what happens when its condition holds: it "is shown", it "is followed"
    before: int  # how many questions can have been answered
    own: str = ""  # the question that it belongs to
    page: int | None = None

    def fault(self, sentence: str, *, blocks: bool = True) -> Fault:
        return Fault(self.name, sentence, blocks, self.own, self.page)


class _Survey:
    """A survey with what is looked up in it again and again."""

    def __init__(self, structure: SurveyStructure) -> None:
        self._structure = structure
        self._items, self._rules = structure.items, structure.rules
        self._numbers = {item.question.code: n for n, item in enumerate(structure.items)}
        self._pages = {item.page for item in structure.items}
        self._tried = Reached(structure)

    def of_questions(self) -> Iterator[Fault]:
        highest = 0
        for n, item in enumerate(self._items):
            place = self._of(n)
            if item.page < highest:
                yield place.fault(f"it stands on page {item.page}, after a question of page {highest}.")
            highest = max(highest, item.page)
            if n == 0 and item.show_if is not None:
                yield place.fault("it has a condition, and the first question is asked of everybody.")
            in_condition = list(self._in_condition(item.show_if, place))
            yield from in_condition
            is_passed_by = item.page not in self._tried.pages
            if not in_condition and not is_passed_by and item.question.code not in self._tried.questions:
                needed = "it needs an answer, and" if item.is_required else "it"
                yield place.fault(f"{needed} can never be shown: no answers lead to it.")
            yield from self._in_texts(_texts_of(item), place)
            yield from self._in_labels(item, place)

    def of_pages(self) -> Iterator[Fault]:
        titles = self._structure.page_titles
        for page in sorted({*range(1, max(self._pages)), *titles}):
            place = self._page(page)
            if page not in self._pages:
                yield place.fault("no question stands on it, so nobody sees it.", blocks=False)
        for page in sorted(self._pages - self._tried.pages):
            yield self._page(page).fault("nobody can come to it: every way leads past it.")
        for page, title in sorted(titles.items()):
            place = replace(self._page(page), name=f"The title of page {page}")
            yield from self._in_texts([title, *_translated(self._structure.translations, "page_titles", page)], place)

    def of_rules(self) -> Iterator[Fault]:
        so_far: Counter[int] = Counter()
        pages = Counter(rule.after_page for rule in self._rules)
        for n, rule in enumerate(self._rules):
            page = rule.after_page
            which = f"{_ordinal(so_far[page])} rule" if pages[page] > 1 else "rule"
            so_far[page] += 1
            before = sum(item.page <= page for item in self._items)
            place = _Place(f"The {which} after page {page}", "followed", before, page=page)
            found = [*self._in_jump(rule, place), *self._in_condition(rule.condition, place)]
            yield from found
            if not found and page in self._tried.pages and n not in self._tried.rules:
                yield place.fault(self._why_never(n))

    def _in_jump(self, rule: Rule, place: _Place) -> Iterator[Fault]:
        after, to = rule.after_page, rule.go_to
        if after not in self._pages:
            yield place.fault("there is no such page.")
        if to is not None and to <= after:
            back = "to itself" if to == after else f"back to page {to}"
            yield place.fault(f"it leads {back}, and a survey only goes forward.")
        elif to is not None and to not in self._pages:
            yield place.fault(f"it leads to page {to}, on which no question stands.")

    def _why_never(self, n: int) -> str:
        if self._tried.is_followed_if_it_always_holds(n):
            return "it is never followed: no answers make its condition hold."
        return "it is never reached: a rule before it always leads away first."

    def _in_condition(self, condition: Condition | None, place: _Place) -> Iterator[Fault]:
        for term in condition.terms if condition else ():
            sentence = self._in_fact(term, place) if isinstance(term.about, Fact) else self._in_term(term, place)
            if sentence:
                yield place.fault(sentence)

    def _in_fact(self, term: Term, place: _Place) -> str:
        known = _NAMES.get(Fact(term.about))
        wrong = [value for value in term.values if known is not None and value not in known]
        return f"it is {place.verb} when the {term.about} is ‘{wrong[0]}’, and there is none." if wrong else ""

    def _in_term(self, term: Term, place: _Place) -> str:
        why_unknown = self._why_unknown(term.about, place)
        if why_unknown:
            return f"it depends on {self._named(term.about)}: {why_unknown}."
        question = self._items[self._numbers[term.about]].question
        if term.comparison in (Comparison.AT_LEAST, Comparison.AT_MOST):
            return (
                "" if _has_amount(question) else f"it compares {self._named(term.about)} with a number: {_NO_AMOUNT}."
            )
        if term.comparison not in (Comparison.IS, Comparison.IS_NOT):
            return ""
        if not question.choices:
            how = _COMPARED_OTHERWISE.get(question.kind, _IN_WORDS)
            return f"it compares {self._named(term.about)} with an answer, and that is answered by {how}."
        wrong = next(
            (value for value in term.values if value not in {choice.code for choice in question.choices}), None
        )
        if wrong is None:
            return ""
        compared = f"{term.comparison.value.replace('_', ' ')} ‘{shortened(wrong)}’"  # is, or is not
        return f"it is {place.verb} when {self._named(term.about)} {compared}, which is no answer to that question."

    def _why_unknown(self, code: str, place: _Place) -> str:
        """Why nobody's answer to a question is known at this place; "" where it is."""
        number = self._numbers.get(code)
        if number is None:
            return "there is no such question in this survey"
        if code == place.own:
            return "nobody has answered a question before they see it"
        return "that question is asked only later" if number >= place.before else ""

    def _named(self, code: str) -> str:
        number = self._numbers.get(code)
        return f"‘{shortened(code if number is None else self._items[number].question.wording, _LONGEST_NAME)}’"

    def _in_texts(self, texts: Sequence[str], place: _Place) -> Iterator[Fault]:
        if any(map(has_broken_pipe, texts)):
            yield place.fault("{{ or }} stands alone in its words. A pipe is {{service}}, with both.")
        for pipe in dict.fromkeys(chain.from_iterable(map(pipes_in, texts))):
            sentence = self._in_pipe(pipe, place)
            if sentence:
                yield place.fault(sentence)

    def _in_pipe(self, pipe: str, place: _Place) -> str:
        code = answer_of(pipe)
        if not is_pipe(pipe):
            why = "nothing of that name can be filled in"
        else:
            why = self._why_unknown(code, place) if code else ""
        if code in self._numbers and not why and self._items[self._numbers[code]].question.kind in WRITTEN:
            why = "what somebody wrote may be personal, and is never shown again"
        return f"{{{{{shortened(pipe)}}}}} stands in its words, and {why}." if why else ""

    def _in_labels(self, item: Item, place: _Place) -> Iterator[Fault]:
        labels = [choice.label for choice in item.question.choices]
        labels += [label for texts in item.translations.values() for label in texts.get("options", {}).values()]
        if any(pipes_in(label) or has_broken_pipe(label) for label in labels):
            yield place.fault("{{ }} stands in one of its answers, and nothing is filled in there.")

    def _of(self, n: int) -> _Place:
        question = self._items[n].question
        name = f"Question {n + 1}, “{shortened(question.wording, _LONGEST_NAME)}”"
        return _Place(name, "shown", n, question.code)

    def _page(self, page: int) -> _Place:
        return _Place(f"Page {page}", "shown", sum(item.page < page for item in self._items), page=page)


def _has_amount(question: BankQuestion) -> bool:
    is_scored = question.kind in ONE_OPTION and any(choice.score is not None for choice in question.choices)
    return is_scored or question.kind is QuestionKind.NUMBER


def _texts_of(item: Item) -> list[str]:
    """The texts of a question into which something can be filled, in all languages."""
    names = ("wording", "hint", "stem")
    translated = [texts.get(name, "") for texts in item.translations.values() for name in names]
    return [item.question.wording, item.question.hint, item.stem, *translated]


def _translated(translations: Mapping[str, Mapping[str, Mapping[str, str]]], group: str, page: int) -> Iterator[str]:
    return (texts.get(group, {}).get(str(page), "") for texts in translations.values())


def _ordinal(n: int) -> str:
    return _ORDINALS[n] if n < len(_ORDINALS) else f"{n + 1}th"
