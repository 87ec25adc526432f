"""What a survey asks, apart from any database; and the document of our own in which it travels.

`{"format": "survey 1", "code", "name", "customer_kind", "length_sentence", "items": [{"code", "kind", "asks",
"text_type", "wording", "short_label", "hint", "missing_message", "required", "page", "options": [{"code", "label",
"score", "is_substantive", "is_other", "icon"}], "limits": {"least", "most", "unit", "decimals"}, "stem", "show_if",
"translations": {language: {"wording", "hint", "missing_message", "stem", "options": {code: label}}}}], "page_titles":
{number: title}, "rules": [...], "bsl_url", "translations": {language: {"length_sentence", "page_titles": {number:
title}}}}`. `show_if` and `rules` are those of `routing`. What has its usual value may be left out.
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

    @property
    def english(self) -> dict[str, Any]:
        """As that of an item."""
        titles = {str(page): title for page, title in self.page_titles.items()}
        return {"length_sentence": self.length_sentence, "page_titles": titles}

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
    items = tuple(replace(item, translations={}) for item in structure.items)
    return replace(structure, code="", name="", translations={}, items=items)


def marked(translations: Translations, english: Mapping[str, Any]) -> dict[str, Any] | None:
    """Translations as they are stored: each text beside the hash of the English it was made from. None without any."""
    return {language: _marked(texts, english) for language, texts in translations.items()} or None


def unmarked(stored: Mapping[str, Any] | None) -> dict[str, Any]:
    """The translations that `marked` was given."""
    return {language: _unmarked(texts) for language, texts in (stored or {}).items()}


def _marked(texts: Mapping[str, Any], english: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: {"text": text, "english": hashlib.sha256(english[name].encode()).hexdigest()}
        if isinstance(text, str)
        else _marked(text, english[name])
        for name, text in texts.items()
    }


def _unmarked(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: kept["text"] if isinstance(kept.get("text"), str) else _unmarked(kept) for name, kept in stored.items()
    }


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
