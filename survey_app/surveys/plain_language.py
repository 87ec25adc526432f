"""Advice on the wording of a question or a message: is it short, plain, about one thing, and fair?

Advice is never a rule. Nothing is held up for it, and it says only what can be told from the words themselves.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from survey_app.surveys.bank import BankQuestion
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.piping import PIPE

MOST_WORDS = 25  # in a sentence, as GOV.UK's guidance for writers has it
OLDEST_READER = 15  # years: whoever leaves school at 16 should read it with ease
FEWEST_WORDS = 8  # of a text whose reading age says something
LONGEST_ABBREVIATION = 5
_ENGLISH = frozenset({"en", "en-GB", "en-easy"})
_GRADE_TO_AGE = 5  # a child of the first American grade is six

_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+(?:['’-][A-Za-zÀ-ÖØ-öø-ÿ]+)*")
_SENTENCE = re.compile(r"[^.!?\n]*[^.!?\s][^.!?\n]*[.!?]*")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_ENDING = re.compile(r"(?:(?<=[^aeioudt])ed|(?<=[^aeiouscghxz])es|(?<=[^l])e|(?<=[aeiou]l)e)$")
_ENDS_IN_ING_OF_ITS_OWN = re.compile(r"[aeiouy]ing$")  # be-ing, try-ing: one group of vowels, two syllables
_LEADING = re.compile(
    r"\b(?:how (?:good|great|helpful|excellent|wonderful|quick|friendly|bad|poor|difficult|slow|rude|happy|pleased)\b"
    r"(?! or\b)"
    r"|(?:do|would|did)n['’]?t you (?:agree|think|say|feel)|do you agree that|would you agree|is(?:n['’]?t)? it true"
    r"|surely|obviously|of course|as you know|everyone knows|most people (?:think|agree|say))",
    re.IGNORECASE,
)
_NEGATIVES = re.compile(
    r"\b(?:not|never|no|nobody|none|nothing|neither|hardly|without|fail(?:ed|s)?|refus(?:ed|es)|[a-z]+n['’]t"
    r"|un(?:able|clear|fair|happy|helpful|likely|necessary|satisfactory|satisfied|sure|usual|willing)"
    r"|dis(?:agree|satisfied)|im(?:possible|polite)|in(?:adequate|correct|sufficient))\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\b(?:and|or)\b", re.IGNORECASE)
_ASKS = re.compile(r"^\s*(?:overall|and|so|now)?,?\s*(?:how|what|which|who|when|where|why|was|were|is|are|did|do|does|"
                   r"has|have|had|can|could|would|will|should)\b", re.IGNORECASE)  # fmt: skip
_OPPOSITES = re.compile(
    r"\b(\w+) or (?:(?:dis|un|im|in)\1|not|no|difficult|easy|poor|bad|low|badly|partly|unlikely)\b", re.IGNORECASE
)
_SHOUTED = re.compile(r"\b[A-Z]{2,}\b")
_ALLOWED_CAPITALS = frozenset({"GOV", "UK", "NHS", "GP", "PDF", "STOP", "BSL", "SMS", "OK", "TV", "ID", "PIN", "MP"})


_GOOD = re.compile(r"\b(?:satisfied|agree|easy|good|excellent|great|happy|helpful|likely|well|quick)\b", re.IGNORECASE)
_BAD = re.compile(
    r"\b(?:(?:dis|un|im|in)[a-z]{4,}|difficult|hard|bad|poor|terrible|awful|badly|slow|not)\b", re.IGNORECASE
)
_WITH_A_WAY_OUT = frozenset(
    {QuestionKind.SATISFACTION, QuestionKind.AGREEMENT, QuestionKind.EASE, QuestionKind.YES_PARTLY_NO}
)


class AdviceKind(StrEnum):
    """What a piece of advice is about."""

    LENGTH = "length"
    READING_AGE = "reading_age"
    DOUBLE = "double"
    LEADING = "leading"
    NEGATIVE = "negative"
    JARGON = "jargon"
    ABBREVIATION = "abbreviation"
    CAPITALS = "capitals"
    NO_WAY_OUT = "no_way_out"
    UNBALANCED = "unbalanced"
    LANGUAGE = "language"
    MARKUP = "markup"


@dataclass(frozen=True)
class Advice:
    """One thing to look at: what it is about, what to do in a sentence, and the words that gave rise to it."""

    kind: AdviceKind
    sentence: str
    words: str = ""


def advice(text: str, language: str = "en") -> list[Advice]:
    """What could be better about a wording, in the order of the text's checks; empty where nothing was found.

    Only English is looked at: for any other language there is one piece of advice, which says so.
    """
    if language not in _ENGLISH:
        return [Advice(AdviceKind.LANGUAGE, "Only English is checked: ask somebody who speaks it to read this.")]
    plain = PIPE.sub("it", text)
    checks: tuple[Callable[[str], Iterable[Advice]], ...] = (
        _long_sentences,
        _hard_to_read,
        _double_questions,
        _leading_words,
        _double_negatives,
        _jargon_in,
        _capitals_in,
    )
    return [found for check in checks for found in check(plain)]


def advice_on_question(question: BankQuestion, language: str = "en") -> list[Advice]:
    """The same for a question with its hint, and whether everybody can find their answer among its options."""
    found = advice(question.wording, language)
    if language in _ENGLISH and question.hint:
        found += [each for each in advice(question.hint) if each.kind is not AdviceKind.DOUBLE]
    return found + list(_options_of(question))


def reading_age(text: str) -> float | None:
    """The age at which an English text is read with ease, in years; None where it has no words.

    The Flesch-Kincaid grade level plus five: J. P. Kincaid, R. P. Fishburne, R. L. Rogers and B. S. Chissom,
    "Derivation of new readability formulas", Naval Technical Training Command, Research Branch Report 8-75 (1975).
    It was made for passages: of one short question it is a rough guide.
    """
    words, sentences = _WORD.findall(text), list(_sentences(text))
    if not words or not sentences:
        return None
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59 + _GRADE_TO_AGE


def syllables(word: str) -> int:
    """How many syllables an English word has, counted by its groups of vowels; about one word in ten is off by one."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    spoken = _SILENT_ENDING.sub("", letters)
    return max(1, len(_VOWELS.findall(spoken)) + bool(_ENDS_IN_ING_OF_ITS_OWN.search(letters)))


@cache
def jargon() -> dict[str, str]:
    """Words of councils and the plain ones for them, as `jargon.csv` beside this file has them."""
    with (Path(__file__).parent / "jargon.csv").open(encoding="utf-8", newline="") as lines:
        return {row["term"]: row["plain"] for row in csv.DictReader(lines)}


def _sentences(text: str) -> Iterator[str]:
    return (found[0].strip() for found in _SENTENCE.finditer(text) if _WORD.search(found[0]))


def _long_sentences(text: str) -> Iterator[Advice]:
    for sentence in _sentences(text):
        if (count := len(_WORD.findall(sentence))) > MOST_WORDS:
            advised = f"This sentence has {count} words. Say it in {MOST_WORDS} or fewer, or make two of it."
            yield Advice(AdviceKind.LENGTH, advised, _opening(sentence))


def _hard_to_read(text: str) -> Iterator[Advice]:
    age = reading_age(text)
    if age is not None and len(_WORD.findall(text)) >= FEWEST_WORDS and age > OLDEST_READER:
        hardest = sorted(dict.fromkeys(_WORD.findall(text)), key=syllables, reverse=True)[:3]
        yield Advice(
            AdviceKind.READING_AGE,
            f"It takes a reading age of about {age:.0f}. Shorter words and sentences make it easier.",
            ", ".join(word for word in hardest if syllables(word) > 2),
        )


def _double_questions(text: str) -> Iterator[Advice]:
    for sentence in _sentences(text):
        asked = _OPPOSITES.sub(r"\1", sentence)
        joined = _JOINED.search(asked)
        if sentence.endswith("?") and _ASKS.match(sentence) and joined:
            beside = (*asked[: joined.start()].split()[-1:], joined[0], *asked[joined.end() :].split()[:1])
            advised = "This may ask two things at once, and some would answer them differently. Ask one at a time."
            yield Advice(AdviceKind.DOUBLE, advised, " ".join(beside).rstrip("?.,"))


def _leading_words(text: str) -> Iterator[Advice]:
    for found in _LEADING.finditer(text):
        advised = "This suggests an answer. Ask so that every answer is as easy to give."
        yield Advice(AdviceKind.LEADING, advised, found[0])


def _double_negatives(text: str) -> Iterator[Advice]:
    for sentence in _sentences(_OPPOSITES.sub(r"\1", text)):
        found = [each[0] for each in _NEGATIVES.finditer(sentence)]
        if len(found) > 1:
            advised = "Two negatives in one sentence are easily misread. Say what is, not what is not."
            yield Advice(AdviceKind.NEGATIVE, advised, ", ".join(found))


def _jargon_in(text: str) -> Iterator[Advice]:
    for term, plain in jargon().items():
        is_abbreviation = term.isupper()
        found = re.search(rf"\b{re.escape(term)}s?\b", text, re.NOFLAG if is_abbreviation else re.IGNORECASE)
        if found:
            kind = AdviceKind.ABBREVIATION if is_abbreviation else AdviceKind.JARGON
            yield Advice(kind, f"Not everybody knows “{found[0]}”. You could say “{plain}”.", found[0])


def _capitals_in(text: str) -> Iterator[Advice]:
    found = [word for word in _SHOUTED.findall(text) if word not in _ALLOWED_CAPITALS and word not in jargon()]
    shouted = [word for word in found if len(word) > LONGEST_ABBREVIATION or len(found) > 2]
    if shouted:
        advised = "Words in capitals are harder to read and sound like shouting. Write them as any other."
        yield Advice(AdviceKind.CAPITALS, advised, " ".join(shouted))
    elif found:
        advised = f"Not everybody knows what {found[0]} stands for. Write it out."
        yield Advice(AdviceKind.ABBREVIATION, advised, found[0])


def _options_of(question: BankQuestion) -> Iterator[Advice]:
    if question.kind in _WITH_A_WAY_OUT and all(choice.is_substantive for choice in question.choices):
        advised = "Who has no opinion has to make one up. Add “I do not know” or “This does not apply to me”."
        yield Advice(AdviceKind.NO_WAY_OUT, advised)
    labels = [choice.label for choice in question.choices if choice.is_substantive]
    sided = [label for label in labels if not label.startswith("Neither")]
    bad = [label for label in sided if _BAD.search(label)]
    good = [label for label in sided if _GOOD.search(label) and label not in bad]
    if len(good) != len(bad) and len(good) + len(bad) > 1:
        advised = f"Of these answers {len(good)} are good and {len(bad)} bad. Offer as many of the one as of the other."
        yield Advice(AdviceKind.UNBALANCED, advised, ", ".join(good if len(good) > len(bad) else bad))


def _opening(sentence: str) -> str:
    words = sentence.split()
    return " ".join(words[:6]) + (" …" if len(words) > 6 else "")
