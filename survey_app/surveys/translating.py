"""A survey in other languages: its texts by place, what of them is missing, and what no longer fits its English.

A place names one text: "wording", "options.5", "page_titles.2"; in a whole survey the question's code stands before it,
"satisfaction/options.5", and nothing before a text of the survey itself. A translation that was made from an English
text which reads otherwise now is stale: `translated_from` keeps the hash of that English until somebody changes the
translation or says that it still fits. Nothing stale is hidden: a resident reads it rather than English.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from survey_app.surveys.bank import Choice
from survey_app.surveys.structure import PICTURE, PICTURE_ALT, Item, SurveyStructure, flat_texts, hash_of, nested_texts

Part = TypeVar("Part", Item, SurveyStructure)  # what has texts of its own


_OF_PICTURES = (PICTURE, PICTURE_ALT)


@dataclass(frozen=True)
class Line:
    """One text of a survey beside its translation. `place` is that in the whole survey."""

    place: str
    about: str  # the question's short label; empty for the survey's own texts
    english: str
    translation: str
    is_stale: bool

    @property
    def is_missing(self) -> bool:
        return not self.translation


def translated_item(item: Item, language: str) -> Item:
    """The question as it reads in a language; what is not translated stays English, text by text."""
    texts = item.translations.get(language)
    if not texts:
        return item
    labels: Mapping[str, str] = texts.get("options", {})
    question = replace(
        item.question,
        wording=texts.get("wording") or item.question.wording,
        hint=texts.get("hint") or item.question.hint,
        missing_message=texts.get("missing_message") or item.question.missing_message,
        choices=tuple(_labelled(choice, labels) for choice in item.question.choices),
    )
    return replace(item, question=question, stem=texts.get("stem") or item.stem)


def translated_survey(structure: SurveyStructure, language: str) -> SurveyStructure:
    """The whole survey as it reads in a language."""
    texts = structure.translations.get(language, {})
    titles: Mapping[str, str] = texts.get("page_titles", {})
    return replace(
        structure,
        length_sentence=texts.get("length_sentence") or structure.length_sentence,
        page_titles={page: titles.get(str(page)) or title for page, title in structure.page_titles.items()},
        items=tuple(translated_item(item, language) for item in structure.items),
    )


def lines(structure: SurveyStructure, language: str) -> list[Line]:
    """Every text that a resident can read, in the order in which they meet it."""
    found = [*_lines("", "", structure, language)]
    for item in structure.items:
        found += _lines(f"{item.question.code}/", item.question.short_label, item, language)
    return found


def missing(structure: SurveyStructure, language: str) -> list[Line]:
    """What residents would read in English."""
    return [line for line in lines(structure, language) if line.is_missing]


def stale(structure: SurveyStructure, language: str) -> list[Line]:
    """What was translated from an English text that reads otherwise now."""
    return [line for line in lines(structure, language) if line.is_stale]


def with_translations(
    structure: SurveyStructure, language: str, texts: Mapping[str, str], *, still_fit: Collection[str] = ()
) -> SurveyStructure:
    """The survey with these texts by place; an empty one takes the translation away, and a place that is not named
    stays. What is `still_fit` is stale no more. KeyError for a place that the survey does not have."""
    unknown = texts.keys() - {line.place for line in lines(structure, language)}
    if unknown:
        raise KeyError(*sorted(unknown))

    def changed(part: Part, before: str) -> Part:
        here = {place.removeprefix(before): text for place, text in texts.items() if _owner(place) == before}
        fits = {place.removeprefix(before) for place in still_fit if _owner(place) == before}
        return _changed(part, language, here, fits) if here or fits else part

    items = tuple(changed(item, f"{item.question.code}/") for item in structure.items)
    return changed(replace(structure, items=items), "")


def with_picture(structure: SurveyStructure, language: str, code: str, picture: str, words: str) -> SurveyStructure:
    """The survey with a picture beside a question in one edition: its hash, and it in words for who does not see it.
    Without a hash the picture is taken away."""

    def pictured(item: Item) -> Item:
        if item.question.code != code:
            return item
        texts = {name: text for name, text in item.translations.get(language, {}).items() if name not in _OF_PICTURES}
        given = texts | ({PICTURE: picture, PICTURE_ALT: words} if picture else {})
        return replace(item, translations=_with(item.translations, language, given))

    return replace(structure, items=tuple(map(pictured, structure.items)))


def without_language(structure: SurveyStructure, language: str) -> SurveyStructure:
    """The survey without any text in a language."""

    def cleared(part: Part) -> Part:
        return replace(
            part,
            translations={code: texts for code, texts in part.translations.items() if code != language},
            translated_from={code: hashes for code, hashes in part.translated_from.items() if code != language},
        )

    return cleared(replace(structure, items=tuple(map(cleared, structure.items))))


def noting_what_changed(before: SurveyStructure, after: SurveyStructure) -> SurveyStructure:
    """An edit with the hashes of the English texts that it changed beneath a translation which it left alone."""
    items_before = {item.question.code: item for item in before.items}
    items = (
        _noting(items_before[item.question.code], item) if item.question.code in items_before else item
        for item in after.items
    )
    return _noting(before, replace(after, items=tuple(items)))


def _noting(before: Part, after: Part) -> Part:
    was, now = flat_texts(before.english), flat_texts(after.english)
    noted: dict[str, dict[str, str]] = {}
    for language, texts in after.translations.items():
        said, said_before = flat_texts(texts), flat_texts(before.translations.get(language, {}))
        kept = {
            place: text_hash
            for place, text_hash in after.translated_from.get(language, {}).items()
            if said.get(place) == said_before.get(place)
        }
        for place, text in said.items():
            if said_before.get(place) == text and was.get(place, "") != now.get(place, ""):
                kept.setdefault(place, hash_of(was.get(place, "")))
        fresh = {place: text_hash for place, text_hash in kept.items() if text_hash != hash_of(now.get(place, ""))}
        noted |= {language: fresh} if fresh else {}
    return replace(after, translated_from=noted)


def _changed(part: Part, language: str, texts: Mapping[str, str], fits: Collection[str]) -> Part:
    said = flat_texts(part.translations.get(language, {}))
    moved = {place for place, text in texts.items() if said.get(place, "") != text}
    said = {place: text for place, text in {**said, **texts}.items() if text}
    hashes = part.translated_from.get(language, {})
    hashes = {place: text_hash for place, text_hash in hashes.items() if place not in moved and place not in fits}
    return replace(
        part,
        translations=_with(part.translations, language, nested_texts(said)),
        translated_from=_with(part.translated_from, language, hashes),
    )


def _with(by_language: Mapping[str, Mapping[str, Any]], language: str, given: Mapping[str, Any]) -> dict[str, Any]:
    others = {code: texts for code, texts in by_language.items() if code != language}
    return {**others, **({language: given} if given else {})}


def _lines(before: str, about: str, part: Item | SurveyStructure, language: str) -> Iterator[Line]:
    said = flat_texts(part.translations.get(language, {}))
    hashes = part.translated_from.get(language, {})
    for place, english in flat_texts(part.english).items():
        if english:
            is_stale = place in said and hashes.get(place, hash_of(english)) != hash_of(english)
            yield Line(f"{before}{place}", about, english, said.get(place, ""), is_stale)


def _owner(place: str) -> str:
    """What stands before the place within its question; nothing for a text of the survey itself."""
    code, slash, _ = place.rpartition("/")
    return f"{code}{slash}"


def _labelled(choice: Choice, labels: Mapping[str, str]) -> Choice:
    return replace(choice, label=labels.get(choice.code) or choice.label)
