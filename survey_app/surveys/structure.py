"""What a survey asks, apart from any database; and the document of our own in which it travels.

`{"format": "survey 1", "code", "name", "customer_kind", "length_sentence", "items": [{"code", "kind", "asks",
"text_type", "wording", "short_label", "hint", "missing_message", "required", "page", "options": [{"code", "label",
"score", "is_substantive"}], "translations": {language: {"wording", "hint", "missing_message", "options": {code:
label}}}}], "translations": {language: {"length_sentence"}}}`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from survey_app.organisation.channels import CustomerKind
from survey_app.surveys.bank import BankQuestion

FORMAT = "survey 1"
Translations = Mapping[str, Mapping[str, Any]]  # by language: the texts by their names, options by code


@dataclass(frozen=True)
class Item:
    """A question in its place."""

    question: BankQuestion
    is_required: bool = False
    page: int = 1
    translations: Translations = field(default_factory=dict)

    @property
    def english(self) -> dict[str, Any]:
        """The texts that can be translated, by the names that they have in a translation."""
        question = self.question
        options = {choice.code: choice.label for choice in question.choices}
        texts = {"wording": question.wording, "hint": question.hint, "missing_message": question.missing_message}
        return {**texts, "options": options}


@dataclass(frozen=True)
class SurveyStructure:
    """All that a survey asks."""

    code: str
    name: str
    customer_kind: CustomerKind
    length_sentence: str
    items: tuple[Item, ...]
    translations: Translations = field(default_factory=dict)

    @property
    def english(self) -> dict[str, Any]:
        """As that of an item."""
        return {"length_sentence": self.length_sentence}

    @property
    def languages(self) -> list[str]:
        """English, and the languages into which something is translated."""
        others = set(self.translations).union(*(item.translations for item in self.items))
        return ["en", *sorted(others - {"en"})]


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
    texts = {name: kept["text"] for name, kept in stored.items() if name != "options"}
    options = {code: kept["text"] for code, kept in stored.get("options", {}).items()}
    return {**texts, **({"options": options} if options else {})}


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
    return document | ({"translations": structure.translations} if structure.translations else {})


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
        "options": [
            {"code": choice.code, "label": choice.label, "score": choice.score, "is_substantive": choice.is_substantive}
            for choice in question.choices
        ],
    }
    return document | ({"translations": item.translations} if item.translations else {})
