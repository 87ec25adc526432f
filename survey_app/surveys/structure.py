"""What a survey asks, apart from any database; and the document of our own in which it travels.

`{"format": "survey 1", "code", "name", "customer_kind", "length_sentence", "items": [{"code", "kind", "asks",
"text_type", "wording", "short_label", "hint", "missing_message", "required", "page", "options": [{"code", "label",
"score", "is_substantive", "is_other", "icon"}], "limits": {"least", "most", "unit", "decimals"}, "stem", "show_if",
"translations": {language: {"wording", "hint", "missing_message", "stem", "picture", "picture_alt", "options": {code:
label}}}, "translated_from": {language: {place: hash}}}], "page_titles": {number: title}, "rules": [...], "bsl_url",
"translations": {language: {"length_sentence", "page_titles": {number: title}}}, "translated_from"}`. `show_if` and
`rules` are those of `routing`, `translated_from` is that of `translating`. What has its usual value may be left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from survey_app.organisation.channels import CustomerKind
from survey_app.surveys.bank import BankQuestion, Choice, Limits
from survey_app.surveys.routing import (
    Condition,
    Course,
    Facts,
    Given,
    Rule,
    condition_document,
    course,
    path,
    rule_document,
)

FORMAT = "survey 1"
PICTURE, PICTURE_ALT = "picture", "picture_alt"  # of an Easy Read version: the picture's hash, and it in words
Translations = Mapping[str, Mapping[str, Any]]  # by language: the texts by their names, options by code


@dataclass(frozen=True)
class Item:
    """A question in its place."""

    question: BankQuestion
    is_required: bool = False
    page: int = 1
    translations: Translations = field(default_factory=dict)
    show_if: Condition | None = None
    stem: str = ""  # of a matrix: those that follow each other with the same one stand together under it
    translated_from: Translations = field(default_factory=dict)  # by language and place: see `translating`

    @property
    def english(self) -> dict[str, Any]:
        """The texts that can be translated, by the names that they have in a translation."""
        question = self.question
        options = {choice.code: choice.label for choice in question.choices}
        texts = {"wording": question.wording, "hint": question.hint, "missing_message": question.missing_message}
        return {**texts, "stem": self.stem, "options": options}


@dataclass(frozen=True)
class SurveyStructure:
    """All that a survey asks."""

    code: str
    name: str
    customer_kind: CustomerKind
    length_sentence: str
    items: tuple[Item, ...]
    translations: Translations = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    page_titles: Mapping[int, str] = field(default_factory=dict)
    bsl_url: str = ""  # a video of the survey in British Sign Language
    translated_from: Translations = field(default_factory=dict)

    @property
    def english(self) -> dict[str, Any]:
        """As that of an item."""
        titles = {str(page): title for page, title in self.page_titles.items()}
        return {"length_sentence": self.length_sentence, "page_titles": titles}

    @property
    def question_count(self) -> int:
        """How many questions its people see: a matrix is one, however many rows it has."""
        places = [(item.page, item.stem) if item.stem else (item.page, item.question.code) for item in self.items]
        return sum(place != before for place, before in zip(places, [None, *places], strict=False))

    @property
    def languages(self) -> list[str]:
        """English, and the languages into which something is translated."""
        others = set(self.translations).union(*(item.translations for item in self.items))
        return ["en", *sorted(others - {"en"})]


@dataclass(frozen=True)
class Route:
    """The questions of a survey, and who is asked which of them; `for_all` are asked of everybody."""

    items: tuple[Item, ...]
    rules: tuple[Rule, ...]
    for_all: frozenset[str]

    @property
    def is_same_for_all(self) -> bool:
        return len(self.for_all) == len(self.items)

    def path(self, given: Given, facts: Facts) -> tuple[str, ...]:
        """As `routing.path`."""
        return path(self.items, self.rules, given, facts)

    def course(self, passed: Given, facts: Facts) -> Course:
        """As `routing.course`."""
        return course(self.items, self.rules, passed, facts)


def is_same_in_english(one: SurveyStructure, other: SurveyStructure) -> bool:
    """Whether two editions differ in nothing but translations, and what only staff read of them."""
    return _english_of(one) == _english_of(other)


def _english_of(structure: SurveyStructure) -> SurveyStructure:
    items = tuple(replace(item, translations={}, translated_from={}) for item in structure.items)
    return replace(structure, code="", name="", translations={}, translated_from={}, items=items)


def flat_texts(texts: Mapping[str, Any]) -> dict[str, str]:
    """Texts by their place: {"options": {"5": "Good"}} is {"options.5": "Good"}."""
    found: dict[str, str] = {}
    for name, text in texts.items():
        found |= {name: text} if isinstance(text, str) else {f"{name}.{code}": each for code, each in text.items()}
    return found


def nested_texts(by_place: Mapping[str, str]) -> dict[str, Any]:
    """What `flat_texts` was given."""
    found: dict[str, Any] = {}
    for place, text in by_place.items():
        name, dot, code = place.partition(".")
        if dot:
            found.setdefault(name, {})[code] = text
        else:
            found[name] = text
    return found


def hash_of(english: str) -> str:
    """By which a text is known to be the one that was translated."""
    return hashlib.sha256(english.encode()).hexdigest()


def marked(part: Item | SurveyStructure) -> dict[str, Any] | None:
    """Translations as they are stored: each text beside the hash of the English it was made from. None without any."""
    english = flat_texts(part.english)
    return {
        language: _marked(flat_texts(texts), english, part.translated_from.get(language, {}))
        for language, texts in part.translations.items()
    } or None


def unmarked(stored: Mapping[str, Any] | None) -> dict[str, Any]:
    """The translations that `marked` was given."""
    return {language: _unmarked(texts) for language, texts in (stored or {}).items()}


def marks_of(stored: Mapping[str, Any] | None, english: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The hashes that do not fit the English beside them: `translated_from`."""
    now = flat_texts(english)
    found = {
        language: {
            place: text_hash for place, text_hash in _hashes(texts).items() if text_hash != hash_of(now.get(place, ""))
        }
        for language, texts in (stored or {}).items()
    }
    return {language: hashes for language, hashes in found.items() if hashes}


def _marked(texts: Mapping[str, str], english: Mapping[str, str], made_from: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for place, text in texts.items():
        name, dot, code = place.partition(".")
        kept = {"text": text, "english": made_from.get(place) or hash_of(english.get(place, ""))}
        if dot:
            found.setdefault(name, {})[code] = kept
        else:
            found[name] = kept
    return found


def _unmarked(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: kept["text"] if isinstance(kept.get("text"), str) else _unmarked(kept) for name, kept in stored.items()
    }


def _hashes(stored: Mapping[str, Any], before: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, kept in stored.items():
        is_text = isinstance(kept.get("text"), str)
        found |= {f"{before}{name}": kept["english"]} if is_text else _hashes(kept, f"{name}.")
    return found


def as_document(structure: SurveyStructure) -> dict[str, Any]:
    """The document that `parse_survey` reads as the same structure."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "code": structure.code,
        "name": structure.name,
        "customer_kind": structure.customer_kind.value,
        "length_sentence": structure.length_sentence,
        "items": [_item_document(item) for item in structure.items],
    }
    more = {
        "page_titles": {str(page): title for page, title in structure.page_titles.items()},
        "rules": [rule_document(rule) for rule in structure.rules],
        "bsl_url": structure.bsl_url,
        "translations": structure.translations,
        "translated_from": structure.translated_from,
    }
    return document | {key: value for key, value in more.items() if value}


def _item_document(item: Item) -> dict[str, Any]:
    question = item.question
    document: dict[str, Any] = {
        "code": question.code,
        "kind": question.kind.value,
        "asks": question.asks,
        "text_type": question.text_type and question.text_type.value,
        "wording": question.wording,
        "short_label": question.short_label,
        "hint": question.hint,
        "missing_message": question.missing_message,
        "required": item.is_required,
        "page": item.page,
        "options": [_option_document(choice) for choice in question.choices],
    }
    more = {
        "limits": limits_document(question.limits),
        "stem": item.stem,
        "show_if": condition_document(item.show_if) if item.show_if else None,
        "translations": item.translations,
        "translated_from": item.translated_from,
    }
    return document | {key: value for key, value in more.items() if value}


def limits_document(limits: Limits) -> dict[str, Any] | None:
    """As they are stored, and as they travel; None where there are none."""
    said = {"least": limits.least, "most": limits.most, "unit": limits.unit, "decimals": limits.decimals}
    return {
        key: value for key, value in said.items() if value not in (None, "") and (key, value) != ("decimals", 0)
    } or None


def _option_document(choice: Choice) -> dict[str, Any]:
    document = {
        "code": choice.code,
        "label": choice.label,
        "score": choice.score,
        "is_substantive": choice.is_substantive,
    }
    more = {"is_other": choice.is_other, "icon": choice.icon}
    return document | {key: value for key, value in more.items() if value}
