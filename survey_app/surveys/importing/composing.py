"""Questions of another program put together as one survey of ours.

A reader says what it found, question after question; here they get codes that are told apart, texts that fit, scales
where their answers are one, and pages on which every condition can be decided. Whatever does not fit is noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from survey_app.kernel.characters import shortened
from survey_app.kernel.errors import InvalidInput
from survey_app.organisation.channels import CustomerKind
from survey_app.surveys.bank import BankQuestion, Choice, Limits
from survey_app.surveys.importing.cleaning import cleaned
from survey_app.surveys.importing.codes import Codes, option_codes, survey_code
from survey_app.surveys.importing.comparing import Asked, both_hold
from survey_app.surveys.importing.imported import LeftOuts
from survey_app.surveys.importing.scales import is_no_opinion, scale_of, text_type_of
from survey_app.surveys.kinds import NAMED_OPTIONS, ONE_OPTION, SEVERAL_OPTIONS, WRITTEN, QuestionKind
from survey_app.surveys.reading import SELECT_ONE, LeftOut
from survey_app.surveys.routing import Condition, Rule
from survey_app.surveys.structure import Item, SurveyStructure

MOST_QUESTIONS = 20_000
MOST_PAGES = 99
ENGLISH = "en"
NO_LIMITS = Limits()
_LONGEST_TEXT, _LONGEST_NAME = 2_000, 120
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")

Texts = Mapping[str, str]  # by language; the language of the survey itself stands as English


@dataclass(frozen=True)
class ForeignOption:
    """An answer to choose. `key` is how its file names it, in conditions and in answers."""

    key: str
    labels: Texts
    is_other: bool = False
    is_outside: bool = False
    score: int | None = None
    code: str = ""  # the code that it would best have here, if not that of the file


@dataclass(frozen=True)
class ForeignQuestion:
    """What a file asks. `name` is how the file names it, `place` how a person finds it there."""

    name: str
    place: str
    kind: QuestionKind
    wording: Texts
    hint: Texts = field(default_factory=dict)
    options: Sequence[ForeignOption] = ()
    is_required: bool = False
    stem: Texts = field(default_factory=dict)
    limits: Limits = NO_LIMITS


class Composer:
    """Collects what a file asks, and notes what of it has no place here."""

    def __init__(self, name: object, file_name: str, identity: object = "") -> None:
        self._left_out = LeftOuts()
        self._places: dict[str, int] = {}  # of the questions by our codes
        self.asked: dict[str, Asked] = {}  # by the file's name for it, in order
        self.name = shortened(plain(name) or plain(file_name.rsplit(".", 1)[0]) or "Imported", _LONGEST_NAME)
        self.code = survey_code(self.name, plain(identity))
        self._codes = Codes(self.code)
        self._conditions: dict[str, Condition] = {}
        self._rules: list[tuple[str, Condition | None, str | None]] = []
        self._titles: dict[int, Texts] = {}
        self._guessed: list[str] = []

    def leave_out(self, what: str, why: str) -> None:
        """Note what was not carried over."""
        self._left_out.add(shortened(plain(what), 200) or "something without a name", shortened(plain(why), 400))

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        return self._left_out.all()

    def title(self, part: int, texts: Texts) -> None:
        """What stands above a page of the file."""
        if texts.get(ENGLISH):
            self._titles[part] = texts

    def ask(self, question: ForeignQuestion, part: int = 1) -> Asked | None:
        """Take a question in; None where it cannot be asked here, which is noted."""
        if len(self._places) >= MOST_QUESTIONS:
            raise InvalidInput(f"The file asks more than {MOST_QUESTIONS:,} questions: no survey does.")
        if question.name in self.asked:
            self.leave_out(question.place, "another question of the file has the same name, and that one was taken")
            return None
        kind, options = self._kind_and_options(question)
        if kind in ONE_OPTION | SEVERAL_OPTIONS:
            if len(options) < 2:
                self.leave_out(question.place, "it has fewer than two answers to choose from")
                return None
            if sum(not option.is_outside for option in options) < 2:
                options = [replace(option, is_outside=False) for option in options]
        else:
            options = []
        texts = self._texts(question.place, question.wording)
        wording = texts.get(ENGLISH) or shortened(plain(question.name)) or "Question"
        if not texts.get(ENGLISH):
            self.leave_out(question.place, "it has no wording; its name stands there instead")
        codes = option_codes([option.code or option.key for option in options])
        choices = tuple(
            Choice(
                one,
                self._texts(f"{question.place}, answer {shortened(option.key)}", option.labels).get(ENGLISH)
                or shortened(plain(option.key))
                or one,
                None if kind in NAMED_OPTIONS else option.score,
                option.is_outside if kind in NAMED_OPTIONS else None,
                option.is_other,
            )
            for one, option in zip(codes, options, strict=True)
        )
        if question.is_required and kind in WRITTEN:
            self.leave_out(f"{question.place}: required", "writing something is always voluntary here")
        if kind is QuestionKind.TEXT:
            self._guessed.append(question.place)
        is_required = question.is_required and kind not in WRITTEN
        code = self._codes.question(question.name)
        self._places[code] = len(self._places)
        asked = BankQuestion(
            code=code,
            kind=kind,
            wording=wording,
            short_label=shortened(wording, _LONGEST_NAME),
            hint=self._texts(f"{question.place}, hint", question.hint).get(ENGLISH, ""),
            missing_message=SELECT_ONE if is_required else "",
            text_type=text_type_of(wording) if kind is QuestionKind.TEXT else None,
            choices=choices,
            limits=question.limits,
        )
        stem = self._texts(f"{question.place}, heading", question.stem).get(ENGLISH, "")
        item = Item(asked, is_required, 1, self._translations(question, options, codes), None, stem)
        keys = {option.key: code for code, option in zip(codes, options, strict=True)}
        self.asked[question.name] = Asked(item, part, keys)
        return self.asked[question.name]

    def show_if(self, name: str, condition: Condition | None, place: str) -> None:
        """The condition under which a question is asked, in our codes. Only answers before it can be asked for."""
        if condition is None or name not in self.asked:
            return
        own = self._places[self.asked[name].item.question.code]
        if any(self._places.get(str(term.about), own) >= own for term in condition.terms):
            self.leave_out(f"{place}: the condition", "it depends on a question that comes later; it is always asked")
            return
        earlier = self._conditions.get(name)
        both = condition if earlier is None else both_hold(earlier, condition)
        if both is None:
            self.leave_out(f"{place}: the condition", "it mixes “all of” and “any of”; a part of it was not taken over")
        else:
            self._conditions[name] = both

    def jump(self, after: str, condition: Condition | None, to: str | None) -> None:
        """After this question, where the condition holds: on to another question, or (None) to the end."""
        self._rules.append((after, condition, to))

    def finished(self) -> SurveyStructure:
        """The survey. InvalidInput where the file asks nothing that can be asked here."""
        if not self.asked:
            raise InvalidInput("The file holds no question that can be asked here.")
        if self._guessed:
            self.leave_out(
                f"What is asked for in texts ({shortened(', '.join(self._guessed), 120)})",
                "the file does not say whether a reason, what was good or what to improve; it was guessed from the "
                "wording: check it in the builder",
            )
        pages = self._pages()
        items = tuple(
            replace(asked.item, page=pages[name], show_if=self._conditions.get(name))
            for name, asked in self.asked.items()
        )
        titles: dict[int, str] = {}
        translated: dict[str, dict[str, str]] = {}
        begins = {asked.part: pages[name] for name, asked in reversed(self.asked.items())}
        for part, texts in self._titles.items():
            page = begins.get(part)
            if page is not None and page not in titles:
                said = self._texts(f"the title of page {page}", texts, _LONGEST_NAME)
                if said.get(ENGLISH):
                    titles[page] = said.pop(ENGLISH)
                    for language, title in said.items():
                        translated.setdefault(language, {})[str(page)] = title
        return SurveyStructure(
            code=self.code,
            name=self.name,
            customer_kind=CustomerKind.RESIDENT,
            length_sentence="",
            items=items,
            translations={language: {"page_titles": said} for language, said in sorted(translated.items())},
            rules=tuple(self._numbered(pages)),
            page_titles=titles,
        )

    def _kind_and_options(self, question: ForeignQuestion) -> tuple[QuestionKind, list[ForeignOption]]:
        """What it is here: a single choice whose answers are a scale becomes one of that scale."""
        options = [
            replace(option, is_outside=option.is_outside or is_no_opinion(option.labels.get(ENGLISH, "")))
            for option in question.options
        ]
        keys = [option.key for option in options]
        if len(set(keys)) < len(keys):
            self.leave_out(question.place, "two of its answers have the same value; the first of them was taken")
            options = list({option.key: option for option in reversed(options)}.values())[::-1]
        if question.kind is QuestionKind.SINGLE_CHOICE and not any(option.is_other for option in options):
            scale = scale_of([option.labels.get(ENGLISH, "") for option in options])
            if scale is not None:
                scored = zip(options, scale[1], strict=True)
                return scale[0], [replace(option, score=score) for option, score in scored]
        return question.kind, options

    def _texts(self, place: str, texts: Texts, longest: int = _LONGEST_TEXT) -> dict[str, str]:
        """Cleaned, cut and by languages that can be used; what is lost is noted."""
        said: dict[str, str] = {}
        for language, text in texts.items():
            found = cleaned(text)
            for what in found.left_out:
                self.leave_out(f"{place}: {what}", "texts are plain here")
            clean = found.text
            if len(clean) > longest:
                self.leave_out(place, f"its text has {len(clean):,} characters and was cut after {longest:,}")
                clean = shortened(clean, longest)
            if clean:
                said[language] = clean
        return said

    def _translations(
        self, question: ForeignQuestion, options: Sequence[ForeignOption], codes: Sequence[str]
    ) -> dict[str, dict[str, object]]:
        found: dict[str, dict[str, object]] = {}
        named = {"wording": question.wording, "hint": question.hint, "stem": question.stem}
        for name, texts in named.items():
            if texts.get(ENGLISH):
                for language, text in self._texts(f"{question.place}, {name}", texts).items():
                    found.setdefault(language, {})[name] = text
        for code, option in zip(codes, options, strict=True):
            for language, text in self._texts(question.place, option.labels).items():
                labels = found.setdefault(language, {}).setdefault("options", {})
                if isinstance(labels, dict):
                    labels[code] = text
        found.pop(ENGLISH, None)
        for language in sorted(found):
            if not _LANGUAGE.fullmatch(language):
                self.leave_out(f"The language {shortened(language)}", "it has no code that is known here")
                del found[language]
        return dict(sorted(found.items()))

    def _pages(self) -> dict[str, int]:
        """The page of each question. The server decides who is asked what, page by page: so a question whose
        condition asks for an answer of its own page begins a new one, and jumps are made from end to beginning."""
        begins = {to for _after, _condition, to in self._rules if to is not None}
        ends = {after for after, _condition, _to in self._rules}
        pages: dict[str, int] = {}
        page, part, here, was_end = 0, None, set[str](), False
        for name, asked in self.asked.items():
            condition = self._conditions.get(name)
            needs = {str(term.about) for term in condition.terms} if condition else set()
            if page == 0 or asked.part != part or was_end or name in begins or needs & here:
                page, here = page + 1, set()
            pages[name], part, was_end = page, asked.part, name in ends
            here.add(asked.item.question.code)
        if page > MOST_PAGES:
            self.leave_out(f"The pages after page {MOST_PAGES}", "a survey has no more; their questions stand on that")
        return {name: min(number, MOST_PAGES) for name, number in pages.items()}

    def _numbered(self, pages: Mapping[str, int]) -> Iterable[Rule]:
        for after, condition, to in self._rules:
            if after not in pages or (to is not None and to not in pages):
                self.leave_out(f"The jump after {after}", "it leads from or to a question that was not taken over")
            elif to is not None and pages[to] <= pages[after]:
                self.leave_out(f"The jump after {after}", "it leads back; here a survey only goes on")
            else:
                yield Rule(pages[after], pages[to] if to is not None else None, condition)


def plain(text: object) -> str:
    """A text of a file as text: without tags, in plain characters. What is no text is none."""
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        return ""
    return cleaned(str(text)).text


def language_code(given: object) -> str:
    """A language's code as it is written here: "EN-GB" is en, "PT_br" is pt-br."""
    code = plain(given).replace("_", "-").lower()
    return ENGLISH if code in ("", "default", "en-us", "en-gb") else code
