"""Reading a survey of our own: checked as a whole, with the place of every fault.

What is not said has its usual value; what this version does not know is left out and named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from survey_app.kernel.characters import is_fit, shortened
from survey_app.kernel.errors import InvalidInput
from survey_app.organisation.channels import CustomerKind
from survey_app.surveys.bank import BankQuestion, Choice, Limits
from survey_app.surveys.kinds import (
    MEASURED,
    NAMED_OPTIONS,
    ONE_OPTION,
    SEVERAL_OPTIONS,
    WRITTEN,
    QuestionKind,
    TextType,
)
from survey_app.surveys.routing import Comparison, Condition, Fact, Rule, Term
from survey_app.surveys.structure import FORMAT, PICTURE, PICTURE_ALT, Item, SurveyStructure

SELECT_ONE = "Select one of the answers"
# Names that the resident's form has for itself: a question of such a code could not be a field of it.
RESERVED_CODES = frozenset(
    {"data", "errors", "form_errors", "given", "meta", "nonce", "populate_obj", "post_process", "process", "validate"}
)
# The scores that the answers of a kind may be worth; a measure counts the two best of five.
SCORES = {
    QuestionKind.SATISFACTION: range(1, 6),
    QuestionKind.AGREEMENT: range(1, 6),
    QuestionKind.EASE: range(1, 8),
    QuestionKind.EFFORT: range(1, 8),
    QuestionKind.NPS: range(11),
    QuestionKind.YES_PARTLY_NO: range(11),
}
_WITH_OPTIONS = ONE_OPTION | SEVERAL_OPTIONS
_LARGEST_NUMBER = 1e12
_MOST_PAGES = 100
_PAGES = range(1, _MOST_PAGES)
_COMPARED = (Comparison.IS, Comparison.IS_NOT, Comparison.IS_ANSWERED, Comparison.AT_LEAST, Comparison.AT_MOST)
_LONGEST_UNIT = 30
_SURVEY_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_QUESTION_CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")
_OPTION_CODE = re.compile(r"[A-Za-z0-9_-]{1,30}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_LONGEST_NAME = 120
_LONGEST_TEXT = 2_000
_LONGEST_ADDRESS = 500
_HASH_LENGTH = 64
_MOST_PROBLEMS_SHOWN = 5

Member = TypeVar("Member", bound=StrEnum)


def condition_in(document: object) -> Condition:
    """The condition of a document that was checked before, as it is stored."""
    notes = _Notes()
    condition = _condition(_Part(document, "show_if", notes))
    notes.refuse()
    return condition


def rule_in(document: object) -> Rule:
    """The rule of a document that was checked before, as it is stored."""
    notes = _Notes()
    rule = _rule(_Part(document, "rules", notes))
    notes.refuse()
    return rule


@dataclass(frozen=True)
class LeftOut:
    """A part of a document that was not carried over, and why."""

    what: str
    why: str


def parse_survey(text: str) -> tuple[SurveyStructure, list[LeftOut]]:
    """The survey of a document. InvalidInput names the place of each fault: "items[3].options[0].code is missing"."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidInput(f"The file is no JSON: line {error.lineno}, column {error.colno}: {error.msg}.") from error
    except (RecursionError, ValueError) as error:
        raise InvalidInput("The file is no JSON that can be read here.") from error
    return read_survey(document)


def read_survey(document: object, *, may_be_empty: bool = False) -> tuple[SurveyStructure, list[LeftOut]]:
    """As `parse_survey`, of a document that is no longer text. A draft `may_be_empty`: it asks nothing yet."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise InvalidInput(f'The file is no survey of ours: it has to begin with {{"format": "{FORMAT}", ...}}.')
    notes = _Notes()
    structure = _survey(_Part(document, "", notes), may_be_empty=may_be_empty)
    notes.refuse()
    return structure, notes.left_out


class _Notes:
    """What is wrong with a document, and what of it was left out."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.left_out: list[LeftOut] = []

    def refuse(self) -> None:
        if self.problems:
            shown = ". ".join(self.problems[:_MOST_PROBLEMS_SHOWN])
            more = len(self.problems) - _MOST_PROBLEMS_SHOWN
            raise InvalidInput(f"Nothing was imported. {shown}." + (f" And {more} more." if more > 0 else ""))


class _Part:
    """One object of a document, where it stands, and what of it was read."""

    def __init__(self, given: object, place: str, notes: _Notes) -> None:
        self._place, self._notes = place, notes
        self._values: dict[str, Any] = given if isinstance(given, dict) else {}
        self._unread = set(self._values)
        if not isinstance(given, dict):
            notes.problems.append(f"{place} is no object")

    def place(self, key: str) -> str:
        return f"{self._place}.{key}" if self._place else key

    def problem(self, key: str, what: str) -> None:
        self._notes.problems.append(f"{self.place(key)} {what}")

    def value(self, key: str) -> Any:
        """As it stands there; None when it is not there."""
        self._unread.discard(key)
        return self._values.get(key)

    def text(self, key: str, *, longest: int = _LONGEST_TEXT, usual: str | None = None) -> str:
        """A text without spaces around it. It may be missing or empty where there is a usual one."""
        given = self.value(key)
        if given is None:
            given = usual
        if given is None:
            self.problem(key, "is missing")
        elif not isinstance(given, str):
            self.problem(key, "is no text")
        elif not is_fit(given):
            self.problem(key, "holds characters that cannot be shown")
        elif len(given.strip()) > longest:
            self.problem(key, f"is longer than {longest:,} characters")
        elif not given.strip() and usual is None:
            self.problem(key, "is empty")
        else:
            return given.strip()
        return ""

    def code(self, key: str, pattern: re.Pattern[str]) -> str:
        code = self.text(key)
        if code and not pattern.fullmatch(code):
            self.problem(key, f"is no code that can be used: {shortened(code)}")
        return code

    def member(self, key: str, kind: type[Member]) -> Member | None:
        """One of an enumeration; None, with a reason, for anything else."""
        given = self.value(key)
        if given is None:
            self.problem(key, "is missing")
        elif given not in [*kind]:
            self.problem(key, f"is none of {', '.join(kind)}")
        else:
            return kind(given)
        return None

    def flag(self, key: str, *, usual: bool) -> bool:
        given = self.value(key)
        if given is None or isinstance(given, bool):
            return usual if given is None else given
        self.problem(key, "is neither true nor false")
        return usual

    def number(self, key: str, allowed: range) -> int | None:
        given = self.value(key)
        if given is None:
            return None
        if isinstance(given, int) and not isinstance(given, bool) and given in allowed:
            return given
        self.problem(key, f"is no whole number from {allowed[0]} to {allowed[-1]}")
        return None

    def amount(self, key: str) -> float | None:
        """Any number that is not absurdly large."""
        given = self.value(key)
        if given is None:
            return None
        if isinstance(given, int | float) and not isinstance(given, bool) and abs(given) <= _LARGEST_NUMBER:
            return given
        self.problem(key, "is no number")
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts that holds at least one."""
        given = self.value(key)
        if isinstance(given, list) and given and all(isinstance(one, str) and is_fit(one) for one in given):
            return tuple(given)
        self.problem(key, "is no list of texts")
        return ()

    def parts(self, key: str) -> list[_Part]:
        given = self.value(key)
        if given is not None and not isinstance(given, list):
            self.problem(key, "is no list")
        found = given if isinstance(given, list) else []
        return [_Part(one, f"{self.place(key)}[{n}]", self._notes) for n, one in enumerate(found)]

    def part(self, key: str) -> _Part | None:
        given = self.value(key)
        return None if given is None else _Part(given, self.place(key), self._notes)

    def names(self) -> list[str]:
        return list(self._values)

    def done(self) -> None:
        """Name what was not read."""
        unread = sorted(self._unread - {"format"})
        self._notes.left_out += [LeftOut(self.place(key), "it is not known here") for key in unread]


def _survey(part: _Part, *, may_be_empty: bool) -> SurveyStructure:
    items = part.parts("items")
    if not items and not may_be_empty:
        part.problem("items", "holds no question")
    structure = SurveyStructure(
        code=part.code("code", _SURVEY_CODE),
        name=part.text("name", longest=_LONGEST_NAME),
        customer_kind=part.member("customer_kind", CustomerKind) or CustomerKind.RESIDENT,
        length_sentence=part.text("length_sentence", usual=""),
        items=tuple(map(_item, items)),
        rules=tuple(map(_rule, part.parts("rules"))),
        page_titles=(titles := _page_titles(part)),
        bsl_url=part.text("bsl_url", longest=_LONGEST_ADDRESS, usual=""),
        translations=_translations(part, ("length_sentence",), {"page_titles": [str(page) for page in titles]}),
        translated_from=_translated_from(part),
    )
    if structure.bsl_url and not structure.bsl_url.startswith("https://"):
        part.problem("bsl_url", "is no address that begins with https://")
    places: dict[str, int] = {}
    for n, item in enumerate(structure.items):
        first = places.setdefault(item.question.code, n)
        if first != n and item.question.code:
            items[n].problem("code", f"is that of items[{first}] as well: {item.question.code}")
    part.done()
    return structure


def _item(part: _Part) -> Item:
    code = part.code("code", _QUESTION_CODE)
    if code in RESERVED_CODES:
        part.problem("code", f"cannot be {code}: the form has that name for itself")
    kind = part.member("kind", QuestionKind)
    asks = part.text("asks", usual="") or None
    if asks is not None and asks not in MEASURED:
        part.problem("asks", f"is none of {', '.join(MEASURED)}")
    elif asks is not None and kind is not None and kind not in MEASURED[asks]:
        part.problem("asks", f"cannot be {asks}: that is asked by a question of kind {' or '.join(MEASURED[asks])}")
    wording = part.text("wording")
    is_required = part.flag("required", usual=False)
    choices = _choices(part, kind, asks)
    text_type = None
    if kind in WRITTEN:
        if kind is QuestionKind.TEXT or part.value("text_type") is not None:
            text_type = part.member("text_type", TextType)
        if is_required:
            part.problem("required", "cannot be true for a text: writing one is voluntary")
    elif part.value("text_type") is not None:
        part.problem("text_type", "is for a text only")
    question = BankQuestion(
        code=code,
        kind=kind or QuestionKind.TEXT,
        wording=wording,
        short_label=part.text("short_label", longest=_LONGEST_NAME, usual="") or shortened(wording, _LONGEST_NAME),
        asks=asks,
        hint=part.text("hint", usual=""),
        missing_message=part.text("missing_message", usual="") or (SELECT_ONE if is_required else ""),
        text_type=text_type,
        choices=choices,
        limits=_limits(part),
    )
    page = part.number("page", _PAGES) or 1
    condition = part.part("show_if")
    texts = ("wording", "hint", "missing_message", "stem", PICTURE, PICTURE_ALT)
    item = Item(
        question,
        is_required,
        page,
        _translations(part, texts, {"options": [choice.code for choice in choices]}),
        _condition(condition) if condition else None,
        part.text("stem", usual=""),
        _translated_from(part),
    )
    part.done()
    return item


def _limits(part: _Part) -> Limits:
    given = part.part("limits")
    if given is None:
        return Limits()
    least, most = given.amount("least"), given.amount("most")
    if least is not None and most is not None and least > most:
        given.problem("most", "is less than least")
    unit, decimals = given.text("unit", longest=_LONGEST_UNIT, usual=""), given.number("decimals", range(7))
    given.done()
    return Limits(least, most, unit, decimals or 0)


def _page_titles(part: _Part) -> dict[int, str]:
    titles = part.part("page_titles")
    if titles is None:
        return {}
    found: dict[int, str] = {}
    for page in titles.names():
        title = titles.text(page, longest=_LONGEST_NAME, usual="")
        if not page.isdecimal() or not 1 <= int(page) < _MOST_PAGES:
            part.problem("page_titles", f"names no page by its number: {shortened(page)}")
        elif title:
            found[int(page)] = title
    titles.done()
    return found


def _rule(part: _Part) -> Rule:
    after = part.number("after_page", _PAGES)
    if after is None:
        part.problem("after_page", "is missing")
    condition, to = part.part("if"), part.value("go_to")
    go_to = None if to == "end" else part.number("go_to", _PAGES)
    if to is None:
        part.problem("go_to", "is missing")
    rule = Rule(after or 1, go_to, _condition(condition) if condition else None)
    part.done()
    return rule


def _condition(part: _Part) -> Condition:
    needs_all = part.value("any") is None
    terms = tuple(map(_term, part.parts("all" if needs_all else "any")))
    if not terms:
        part.problem("all" if needs_all else "any", "holds nothing to compare")
    part.done()
    return Condition(terms, needs_all)


def _term(part: _Part) -> Term:
    about: str | Fact
    if part.value("fact") is not None:
        about = part.member("fact", Fact) or Fact.SERVICE
    else:
        about = part.code("question", _QUESTION_CODE)
    said = [name for name in part.names() if name in _COMPARED]
    if len(said) != 1:
        part.problem("is", f"is missing: a comparison is one of {', '.join(_COMPARED)}")
        term = Term(about, Comparison.IS_ANSWERED)
    elif said[0] in (Comparison.IS, Comparison.IS_NOT):
        term = Term(about, Comparison(said[0]), part.texts(said[0]))
    elif said[0] == Comparison.IS_ANSWERED:
        is_answered = part.flag(said[0], usual=True)
        term = Term(about, Comparison.IS_ANSWERED if is_answered else Comparison.IS_NOT_ANSWERED)
    else:
        amount = part.amount(said[0])
        term = Term(about, Comparison(said[0]), (f"{amount or 0:g}",))
    if isinstance(about, Fact) and term.comparison not in (Comparison.IS, Comparison.IS_NOT):
        part.problem(said[0] if said else "is", "cannot be asked of a fact")
    part.done()
    return term


def _choices(part: _Part, kind: QuestionKind | None, asks: str | None) -> tuple[Choice, ...]:
    options = part.parts("options")
    if kind is not None and kind not in _WITH_OPTIONS and options:
        part.problem("options", "cannot be there for a text" if kind in WRITTEN else f"cannot be there for a {kind}")
        return ()
    scores = SCORES.get(kind, range(101)) if kind else range(101)
    is_named = kind in NAMED_OPTIONS
    choices = tuple(_choice(option, scores, is_named=is_named) for option in options)
    if (kind is None or kind in _WITH_OPTIONS) and sum(choice.is_substantive for choice in choices) < 2:
        part.problem("options", "holds no two answers" if is_named else "holds no two answers with a score")
    codes, given = [choice.code for choice in choices], [one.score for one in choices if one.score is not None]
    if asks is not None and kind is QuestionKind.YES_PARTLY_NO and "yes" not in codes:
        part.problem("options", "lacks the code yes, which the measure counts")
    if kind is QuestionKind.CONSENT and not {"yes", "no"} <= set(codes):
        part.problem("options", "lacks the codes yes and no")
    if len(set(codes)) < len(codes) or len(set(given)) < len(given):
        part.problem("options", "names a code or a score twice")
    return choices


def _choice(part: _Part, scores: range, *, is_named: bool) -> Choice:
    code, label, score = part.code("code", _OPTION_CODE), part.text("label"), part.number("score", scores)
    is_other, icon = part.flag("is_other", usual=False), part.text("icon", longest=_LONGEST_UNIT, usual="")
    usual = is_named or score is not None
    is_substantive = part.flag("is_substantive", usual=usual)
    if not is_named and is_substantive != usual:
        part.problem("is_substantive", "says the opposite of score: an answer counts when it has a score")
    part.done()
    return Choice(code, label, score, not is_substantive if is_named else None, is_other, icon)


def _translations(
    part: _Part, names: tuple[str, ...], several: Mapping[str, Collection[str]] = MappingProxyType({})
) -> dict[str, dict[str, Any]]:
    """By language, what of these texts is translated. `several` are texts that have names of their own: of options by
    their codes."""
    whole = part.part("translations")
    found: dict[str, dict[str, Any]] = {}
    for language in whole.names() if whole else ():
        if not _LANGUAGE.fullmatch(language):
            part.problem("translations", f"names no language by its code: {shortened(language)}")
        texts = whole and whole.part(language)
        if texts is None:
            continue
        said: dict[str, Any] = {name: text for name in names if (text := texts.text(name, usual=""))}
        for group, codes in several.items():
            labels = texts.part(group) if codes else None
            if labels is not None:
                given = {code: text for code in codes if (text := labels.text(code, usual=""))}
                said |= {group: given} if given else {}
                labels.done()
        texts.done()
        found[language] = said
    return {language: said for language, said in found.items() if said}


def _translated_from(part: _Part) -> dict[str, dict[str, str]]:
    """By language and place, the hashes of English texts that read otherwise now."""
    whole = part.part("translated_from")
    found: dict[str, dict[str, str]] = {}
    for language in whole.names() if whole else ():
        hashes = whole and whole.part(language)
        if hashes is not None:
            found[language] = {place: hashes.text(place, longest=_HASH_LENGTH) for place in hashes.names()}
    return found
