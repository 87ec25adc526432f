"""Changes of a survey before it is published: each gives a new structure, in which all still fits together.

What holds before and after each of them: a code stands once, pages count up from 1 without a gap, and conditions, rules
and pipes name only questions, answers and pages that are there. A change that would break this is refused, and the
sentence names who needs what would go: to drop somebody's condition unseen would show a question to everybody.

A translation stays as long as there is an English text to translate, and moves with it; whether it still fits a text
that was reworded is asked by the page of translations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from survey_app.kernel.characters import shortened
from survey_app.kernel.errors import NotFound, Refused
from survey_app.surveys.piping import answers_in
from survey_app.surveys.routing import Comparison, Condition, Fact, Rule, Term
from survey_app.surveys.structure import Item, SurveyStructure, Translations, flat_texts, nested_texts

MOST_QUESTIONS = 500
MOST_PAGES = 99


class InUse(Refused):
    """What would go is needed by another question or by a rule."""


def add_question(structure: SurveyStructure, item: Item, *, after: str | None = None) -> SurveyStructure:
    """One more question: after another and on its page, else as the last of its own page, or of the last."""
    _refuse_more(structure)
    if item.question.code in _codes(structure):
        raise Refused(f"There is a question with the code {item.question.code} already.")
    items = list(structure.items)
    if after is not None:
        place = position(structure, after) + 1
        page = items[place - 1].page
    else:
        page = min(item.page, last_page(structure) + 1, MOST_PAGES)
        place = sum(each.page <= page for each in items)
    items.insert(place, replace(item, page=page))
    return _tidy(replace(structure, items=tuple(items)))


def copy_question(structure: SurveyStructure, code: str, new_code: str) -> SurveyStructure:
    """The question once more, right after it. The copy feeds no measure: one answer must not count twice."""
    item = item_named(structure, code)
    question = replace(item.question, code=new_code, asks=None)
    return add_question(structure, replace(item, question=question), after=code)


def replace_question(structure: SurveyStructure, code: str, item: Item) -> SurveyStructure:
    """The question as it reads now, in its place, with its translations. With another code it is another question,
    whose figures begin anew; conditions that asked for the old one ask for it. InUse where one needs an answer that it
    lacks."""
    place, new_code = position(structure, code), item.question.code
    if new_code != code and new_code in _codes(structure):
        raise Refused(f"There is a question with the code {new_code} already.")
    before = structure.items[place]
    answers = {choice.code for choice in item.question.choices}
    gone = {choice.code for choice in before.question.choices} - answers
    for name, condition in conditions(structure):
        needed = gone & {value for term in condition.terms if _is_about(term, code) for value in term.values}
        if needed:
            labels = {choice.code: choice.label for choice in before.question.choices}
            lost = ", ".join(f"“{labels[value]}”" for value in sorted(needed))
            raise InUse(f"The answer {lost} is needed: it decides about {name}. Change that first.")
    items = list(structure.items)
    items[place] = replace(item, page=before.page, translations=_fitting(before.translations, item.english))
    changed = replace(structure, items=tuple(items))
    return changed if new_code == code else _recoded(changed, code, new_code)


def remove_question(structure: SurveyStructure, code: str) -> SurveyStructure:
    """Without this question. InUse where a condition, a rule or a text needs its answer; its page goes with its last
    question, and so do the rules after that page."""
    place = position(structure, code)
    users = [name for name, condition in conditions(structure, but=code) if _asks_for(condition, code)]
    others = (item for item in structure.items if item.question.code != code)
    users += [f"the text of “{_label(item)}”" for item in others if _is_piped(item, code)]
    if users:
        wording = shortened(structure.items[place].question.wording, 60)
        raise InUse(f"“{wording}” is needed: its answer decides about {_listed(users)}. Change that first.")
    return _tidy(replace(structure, items=structure.items[:place] + structure.items[place + 1 :]))


def move_question(structure: SurveyStructure, code: str, *, up: bool) -> SurveyStructure:
    """One place up or down. The first of a page goes to the end of the page before, the last to the beginning of the
    next; at either end of the survey it stays."""
    items, place = list(structure.items), position(structure, code)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(items):
        return structure
    if items[other].page == items[place].page:
        items[place], items[other] = items[other], items[place]
    else:
        items[place] = replace(items[place], page=items[other].page)
    return _tidy(replace(structure, items=tuple(items)))


def move_to_page(structure: SurveyStructure, code: str, page: int) -> SurveyStructure:
    """To the end of another page; one after the last is a new page. On its own page it stays where it is."""
    item = item_named(structure, code)
    if page == item.page:
        return structure
    page = max(1, min(page, last_page(structure) + 1, MOST_PAGES))
    rest = [each for each in structure.items if each is not item]
    place = sum(each.page <= page for each in rest)
    return _tidy(replace(structure, items=(*rest[:place], replace(item, page=page), *rest[place:])))


def begin_page(structure: SurveyStructure, code: str) -> SurveyStructure:
    """A new page that begins with this question; the first of a page begins one already. What was true of the page it
    is taken from after its end, is true of the new one."""
    place = position(structure, code)
    page = structure.items[place].page
    if place == 0 or structure.items[place - 1].page != page:
        return structure
    if last_page(structure) >= MOST_PAGES:
        raise Refused(f"A survey has at most {MOST_PAGES} pages.")
    items = tuple(
        replace(item, page=item.page + 1) if item.page > page or (n >= place and item.page == page) else item
        for n, item in enumerate(structure.items)
    )
    after = {each: each + 1 if each > page else each for each in range(1, last_page(structure) + 1)}
    moved = _renumbered(structure, after)
    rules = tuple(replace(rule, after_page=page + 1) if rule.after_page == page else rule for rule in moved.rules)
    return replace(moved, items=items, rules=rules)


def join_page(structure: SurveyStructure, page: int) -> SurveyStructure:
    """The questions of a page become the last of the page before, whose title stays. InUse where a rule leads away from
    the page before or to this one, for it could not do so any more; those after this page stay, after both."""
    if not 1 < page <= last_page(structure):
        raise NotFound("There is no such page, or none before it.")
    if any(rule.after_page == page - 1 or rule.go_to == page for rule in structure.rules):
        raise InUse(f"A rule leads from page {page - 1} or to page {page}. Remove it first: both would be one page.")
    items = tuple(replace(item, page=page - 1) if item.page == page else item for item in structure.items)
    rules = tuple(replace(rule, after_page=page - 1) if rule.after_page == page else rule for rule in structure.rules)
    return _tidy(replace(structure, items=items, rules=rules))


def set_page_titles(structure: SurveyStructure, titles: Mapping[int, str]) -> SurveyStructure:
    """What stands above each page; "" for none."""
    kept = {page: title for page, title in sorted(titles.items()) if title and 1 <= page <= last_page(structure)}
    changed = replace(structure, page_titles=kept)
    return replace(changed, translations=_fitting(structure.translations, changed.english))


def set_facts(structure: SurveyStructure, *, name: str, length_sentence: str, bsl_url: str) -> SurveyStructure:
    """What is said of the survey as a whole."""
    changed = replace(structure, name=name, length_sentence=length_sentence, bsl_url=bsl_url)
    return replace(changed, translations=_fitting(structure.translations, changed.english))


def set_condition(structure: SurveyStructure, code: str, condition: Condition | None) -> SurveyStructure:
    """Of whom a question is asked; None asks everybody."""
    _refuse_unknown(structure, condition)
    items = tuple(replace(item, show_if=condition) if item.question.code == code else item for item in structure.items)
    position(structure, code)
    return replace(structure, items=items)


def set_rule(structure: SurveyStructure, number: int | None, rule: Rule) -> SurveyStructure:
    """The rule of this number, counted from 0 through all of them; None makes one more. Of a page the first that holds
    is followed, so a new one comes last."""
    _refuse_unknown(structure, rule.condition)
    pages = range(1, last_page(structure) + 1)
    if rule.after_page not in pages or (rule.go_to is not None and rule.go_to not in pages):
        raise Refused("There is no such page.")
    rules = list(structure.rules)
    if number is None:
        rules.append(rule)
    else:
        _rule_at(structure, number)
        rules[number] = rule
    return replace(structure, rules=tuple(rules))


def remove_rule(structure: SurveyStructure, number: int) -> SurveyStructure:
    _rule_at(structure, number)
    return replace(structure, rules=structure.rules[:number] + structure.rules[number + 1 :])


def item_named(structure: SurveyStructure, code: str) -> Item:
    """NotFound where the survey has no such question."""
    return structure.items[position(structure, code)]


def position(structure: SurveyStructure, code: str) -> int:
    """Where a question stands, counted from 0. NotFound where the survey has no such question."""
    codes = _codes(structure)
    if code not in codes:
        raise NotFound("This survey has no such question.")
    return codes.index(code)


def last_page(structure: SurveyStructure) -> int:
    """The number of pages; a survey that asks nothing yet has none."""
    return max((item.page for item in structure.items), default=0)


def conditions(structure: SurveyStructure, *, but: str | None = None) -> Iterator[tuple[str, Condition]]:
    """All conditions, each with what it decides about as staff call it. `but` leaves out that of one question."""
    for item in structure.items:
        if item.show_if is not None and item.question.code != but:
            yield f"“{_label(item)}”", item.show_if
    for rule in structure.rules:
        if rule.condition is not None:
            yield f"where to go after page {rule.after_page}", rule.condition


def _codes(structure: SurveyStructure) -> list[str]:
    return [item.question.code for item in structure.items]


def _label(item: Item) -> str:
    return shortened(item.question.short_label or item.question.wording, 60)


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _asks_for(condition: Condition, code: str) -> bool:
    return any(_is_about(term, code) for term in condition.terms)


def _is_about(term: Term, code: str) -> bool:
    """A question may have the code "service", which is not the service of the contact."""
    return not isinstance(term.about, Fact) and term.about == code


def _pipe(code: str) -> re.Pattern[str]:
    return re.compile(r"(\{\{\s*answer\.)" + re.escape(code) + r"(?=\s*\}\})")


def _is_piped(item: Item, code: str) -> bool:
    return code in answers_in((item.question.wording, item.question.hint, item.stem))


def _refuse_more(structure: SurveyStructure) -> None:
    if len(structure.items) >= MOST_QUESTIONS:
        raise Refused(f"A survey has at most {MOST_QUESTIONS} questions.")


def _refuse_unknown(structure: SurveyStructure, condition: Condition | None) -> None:
    asked = {item.question.code: {choice.code for choice in item.question.choices} for item in structure.items}
    for term in condition.terms if condition else ():
        if isinstance(term.about, Fact):
            continue
        if term.about not in asked:
            raise Refused("A condition asks for a question that this survey does not have.")
        if term.comparison in (Comparison.IS, Comparison.IS_NOT) and not asked[term.about].issuperset(term.values):
            raise Refused("A condition asks for an answer that its question does not have.")


def _rule_at(structure: SurveyStructure, number: int) -> Rule:
    if not 0 <= number < len(structure.rules):
        raise NotFound("There is no such rule.")
    return structure.rules[number]


def _tidy(structure: SurveyStructure) -> SurveyStructure:
    """Questions by their pages, pages from 1 without a gap. A rule after a page that is gone goes with it; one that led
    there leads to what follows."""
    items = sorted(structure.items, key=lambda item: item.page)
    numbers = {page: n for n, page in enumerate(sorted({item.page for item in items}), 1)}
    moved = tuple(replace(item, page=numbers[item.page]) for item in items)
    return replace(_renumbered(structure, numbers), items=moved)


def _renumbered(structure: SurveyStructure, numbers: Mapping[int, int]) -> SurveyStructure:
    """Titles and rules with the new number of each page. A page without one is gone."""

    def follows(page: int | None) -> int | None:
        return next((numbers[each] for each in sorted(numbers) if page is not None and each >= page), None)

    rules = tuple(
        replace(rule, after_page=numbers[rule.after_page], go_to=follows(rule.go_to))
        for rule in structure.rules
        if rule.after_page in numbers
    )
    titles = {numbers[page]: title for page, title in structure.page_titles.items() if page in numbers}
    return replace(
        structure,
        rules=rules,
        page_titles=titles,
        translations={
            language: nested_texts(texts)
            for language, said in structure.translations.items()
            if (texts := _with_numbers(flat_texts(said), numbers))
        },
        translated_from={
            language: hashes
            for language, marks in structure.translated_from.items()
            if (hashes := _with_numbers(marks, numbers))
        },
    )


def _with_numbers(by_place: Mapping[str, str], numbers: Mapping[int, int]) -> dict[str, str]:
    """What stands in places of the survey, those of page titles with the new number of each page."""
    found = {}
    for place, text in by_place.items():
        name, _, page = place.partition(".")
        if name != "page_titles":
            found[place] = text
        elif int(page) in numbers:
            found[f"{name}.{numbers[int(page)]}"] = text
    return found


def _recoded(structure: SurveyStructure, code: str, new_code: str) -> SurveyStructure:
    """Every condition and text that asks for one code asks for another."""

    def condition(found: Condition | None) -> Condition | None:
        if found is None:
            return None
        terms = (replace(term, about=new_code) if _is_about(term, code) else term for term in found.terms)
        return replace(found, terms=tuple(terms))

    def text(found: str) -> str:
        return _pipe(code).sub(rf"\g<1>{new_code}", found)

    def item(found: Item) -> Item:
        question = found.question
        question = replace(question, wording=text(question.wording), hint=text(question.hint))
        translations = {language: _each_text(texts, text) for language, texts in found.translations.items()}
        return replace(
            found,
            question=question,
            show_if=condition(found.show_if),
            stem=text(found.stem),
            translations=translations,
        )

    rules = tuple(replace(rule, condition=condition(rule.condition)) for rule in structure.rules)
    return replace(structure, items=tuple(map(item, structure.items)), rules=rules)


def _each_text(texts: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    return {name: change(text) if isinstance(text, str) else _each_text(text, change) for name, text in texts.items()}


def _fitting(translations: Translations, english: Mapping[str, Any]) -> Translations:
    """Without translations of what there is no more. What has no English at all, such as a picture, stays."""
    kept: dict[str, Mapping[str, Any]] = {}
    for language, texts in translations.items():
        found: dict[str, Any] = {}
        for name, text in texts.items():
            if isinstance(text, str):
                found |= {name: text} if english.get(name, "nothing") else {}
            elif said := {code: label for code, label in text.items() if english.get(name, {}).get(code)}:
                found[name] = said
        kept |= _unless_empty(language, found)
    return kept


def _unless_empty(language: str, texts: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {language: texts} if texts else {}
