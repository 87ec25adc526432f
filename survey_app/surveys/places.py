"""All that a survey says, place by place: so that what differs between two editions can be named."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from survey_app.surveys.bank import Choice, Limits
from survey_app.surveys.in_words import FactNames, condition_in_words, rule_in_words
from survey_app.surveys.structure import PICTURE, PICTURE_ALT, Item, SurveyStructure


class Part(StrEnum):
    """What of a survey, of a question or of one of its answers, as a table calls it; in the order of its rows."""

    NAME = "Name"
    CUSTOMERS = "Whom it asks"
    LENGTH = "How long it takes"
    PAGE_TITLE = "Title"
    RULES = "Ways through the pages"
    VIDEO = "Video in British Sign Language"
    KIND = "Kind"
    MEASURE = "Measure"
    TEXT_TYPE = "What the words answer"
    STEM = "Words above the group"
    WORDING = "Wording"
    HINT = "Hint"
    ANSWER = "Answer"
    SCORE = "Score"
    BASE = "Counts in the base"
    OTHER = "Words can be added"
    ICON = "Picture"
    ANSWERS = "Answers in order"
    LIMITS = "Limits"
    REQUIRED = "Needs an answer"
    PAGE = "Page"
    SHOWN = "Shown to"
    MISSING_MESSAGE = "Message when left out"
    SHORT_LABEL = "Name in tables"
    PICTURE = "Picture beside it"
    PICTURE_ALT = "Picture in words"


_TRANSLATED = {
    "wording": Part.WORDING,
    "hint": Part.HINT,
    "missing_message": Part.MISSING_MESSAGE,
    "stem": Part.STEM,
    "options": Part.ANSWER,
    "length_sentence": Part.LENGTH,
    "page_titles": Part.PAGE_TITLE,
    PICTURE: Part.PICTURE,
    PICTURE_ALT: Part.PICTURE_ALT,
}  # by the names that the texts have in a translation


@dataclass(frozen=True)
class Place:
    """Where something stands: in a question by its code, or in the survey. `key` is an answer's code or a page's
    number; `language` is empty for English."""

    part: Part
    question: str = ""
    key: str = ""
    language: str = ""


@dataclass(frozen=True)
class Said:
    """What stands in a place, and how it reads. `label` names the answer or the page."""

    value: Hashable
    words: str
    label: str = ""


Places = Mapping[Place, Said]  # a place in which nothing stands is not there


def places_of_survey(structure: SurveyStructure, facts: FactNames) -> Places:
    """What a survey says apart from its questions."""
    pages = {str(page): f"page {page}" for page in structure.page_titles}
    rules = ". ".join(
        f"After page {rule.after_page}: {rule_in_words(rule, structure, facts)}" for rule in structure.rules
    )
    said = {
        Place(Part.NAME): _text(structure.name),
        Place(Part.CUSTOMERS): _text(structure.customer_kind),
        Place(Part.LENGTH): _text(structure.length_sentence),
        Place(Part.RULES): Said(structure.rules, rules),
        Place(Part.VIDEO): _text(structure.bsl_url),
    }
    for page, title in structure.page_titles.items():
        said[Place(Part.PAGE_TITLE, key=str(page))] = Said(title, title, pages[str(page)])
    return _not_empty(said) | _translated(structure, pages)


def places_of_question(item: Item, structure: SurveyStructure, facts: FactNames) -> Places:
    """What a question says, and how it stands in its survey; not where among the others."""
    question = item.question
    shown = f"whoever gave: {condition_in_words(item.show_if, structure, facts)}" if item.show_if else "everybody"
    said = {
        Part.KIND: Said(question.kind, question.kind.replace("_", " ")),
        Part.MEASURE: _text(question.asks or ""),
        Part.TEXT_TYPE: _text(question.text_type or ""),
        Part.STEM: _text(item.stem),
        Part.WORDING: _text(question.wording),
        Part.HINT: _text(question.hint),
        Part.ANSWERS: _in_order(question.choices),
        Part.LIMITS: Said(question.limits, _limits_words(question.limits)),
        Part.REQUIRED: _yes(item.is_required),
        Part.PAGE: _text(str(item.page)),
        Part.SHOWN: Said(item.show_if, shown),
        Part.MISSING_MESSAGE: _text(question.missing_message),
        Part.SHORT_LABEL: _text(question.short_label),
    }
    found = {Place(part, question.code): what for part, what in said.items()}
    for choice in question.choices:
        found |= {Place(part, question.code, choice.code): what for part, what in _of_choice(choice).items()}
    labels = {choice.code: choice.label for choice in question.choices}
    return _not_empty(found) | _translated(item, labels, question.code)


def _of_choice(choice: Choice) -> Mapping[Part, Said]:
    return {
        Part.ANSWER: _text(choice.label),
        Part.SCORE: Said(choice.score, "" if choice.score is None else str(choice.score), choice.label),
        Part.BASE: Said((choice.is_substantive, choice.is_outside), _yes(choice.is_substantive).words, choice.label),
        Part.OTHER: Said(choice.is_other, "yes" if choice.is_other else "", choice.label),
        Part.ICON: Said(choice.icon, choice.icon, choice.label),
    }


def _translated(of: Item | SurveyStructure, labels: Mapping[str, str], question: str = "") -> dict[Place, Said]:
    """Each translated text in a place of its own; `labels` names those that stand in a group, by their keys."""
    found = {}
    for language, texts in of.translations.items():
        for name, text in texts.items():
            group = {"": text} if isinstance(text, str) else text
            for key, words in group.items():
                found[Place(_TRANSLATED[name], question, key, language)] = Said(words, words, labels.get(key, key))
    return found


def _not_empty(places: Mapping[Place, Said]) -> dict[Place, Said]:
    return {place: said for place, said in places.items() if said.words}


def _text(text: str) -> Said:
    return Said(text, text)


def _yes(is_so: bool) -> Said:
    return Said(is_so, "yes" if is_so else "no")


def _in_order(choices: Sequence[Choice]) -> Said:
    return Said(tuple(choice.code for choice in choices), ", ".join(choice.label for choice in choices))


def _limits_words(limits: Limits) -> str:
    words = (
        "" if limits.least is None else f"at least {limits.least:g}",
        "" if limits.most is None else f"at most {limits.most:g}",
        limits.unit,
        f"{limits.decimals} decimals" if limits.decimals else "",
    )
    return ", ".join(filter(None, words))
