"""A survey of LimeSurvey's as one of ours, where each field of its responses belongs, and what is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from survey_app.kernel.characters import shortened
from survey_app.organisation.channels import CustomerKind
from survey_app.surveys.bank import BankQuestion, Choice
from survey_app.surveys.importing.cleaning import cleaned
from survey_app.surveys.importing.codes import Codes, option_codes, survey_code
from survey_app.surveys.importing.imported import LeftOuts
from survey_app.surveys.importing.limesurvey.expressions import (
    Field,
    Role,
    Untranslatable,
    both,
    condition_of,
    condition_of_rows,
    plain_name,
)
from survey_app.surveys.importing.limesurvey.questions import EN, Choosable, Part, parts_of, why_left_out
from survey_app.surveys.importing.limesurvey.source import Group, Question, Source, Texts, text_in
from survey_app.surveys.importing.scales import is_no_opinion, scale_of, text_type_of
from survey_app.surveys.kinds import NAMED_OPTIONS, ONE_OPTION, SEVERAL_OPTIONS, WRITTEN, QuestionKind
from survey_app.surveys.routing import Comparison, Condition, Term
from survey_app.surveys.structure import Item, SurveyStructure

_LONGEST_TEXT, _LONGEST_NAME, _MOST_PAGES = 2_000, 120, 99
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_EXPRESSION = re.compile(r"\{(?!\s)([^{}\n]{1,300})(?<!\s)\}")
_OPEN, _CLOSE = "\ue000", "\ue001"  # of a pipe, while expressions within expressions are still looked for
_DEEPEST_EXPRESSION = 4
_PIPED = frozenset({Role.ONE, Role.NUMBER, Role.DAY})  # nobody reads again what somebody wrote
_WITH_OPTIONS = ONE_OPTION | SEVERAL_OPTIONS

# Attributes of questions that are carried over, or say nothing without the others.
_READ = frozenset(
    {
        *("hidden", "other_replace_text", "exclude_all_others", "min_answers", "max_answers", "suffix"),
        *("min_num_value_n", "max_num_value_n", "num_value_int_only", "multiflexible_min", "multiflexible_max"),
        *("multiflexible_checkbox", "slider_layout", "slider_min", "slider_max", "numbers_only", "relevance"),
        *("dualscale_headerA", "dualscale_headerB", "assessment_value"),
    }
)
# What a question does in LimeSurvey beside being asked, and why it does not here.
_DOES = {
    "array_filter": "answers shown or not by an earlier answer",
    "array_filter_exclude": "answers shown or not by an earlier answer",
    "random_order": "answers in another order for everybody",
    "answer_order": "answers in another order for everybody",
    "random_group": "questions in another order for everybody",
    "time_limit": "a limit of time",
    "em_validation_q": "a check of the answer",
    "em_validation_sq": "a check of the answer",
    "equals_num_value": "a check of the sum",
    "min_num_value": "a check of the sum",
    "max_num_value": "a check of the sum",
    "maximum_chars": "a limit of characters",
    "date_min": "a limit of days",
    "date_max": "a limit of days",
    "date_format": "a format of days, and times of day",
    "other_comment_mandatory": "a text that has to be written",
    "other_numbers_only": "a text that has to be a number",
    "prefix": "words before the box",
    "exclude_all_others_auto": "an answer that chooses itself",
}
_TABLES_READ = frozenset(
    {
        *("languages", "surveys", "surveys_languagesettings", "groups", "group_l10ns", "questions", "subquestions"),
        *("question_l10ns", "question_attributes", "answers", "answer_l10ns", "conditions", "defaultvalue_l10ns"),
        *("quota_members", "quota_languagesettings", "themes_inherited", "defaultvalues"),
    }
)
_TABLES_LEFT = {
    "quota": ("quotas", "nobody is turned away here when enough have answered"),
    "assessments": ("assessments", "answers are not given points here"),
    "themes": ("themes", "every page has the look of the council"),
    "survey_url_parameters": ("parameters of the address", "an answer here knows its contact instead"),
}
_SURVEY_TEXTS = {
    "surveyls_description": "description of the survey",
    "surveyls_welcometext": "welcome text",
    "surveyls_endtext": "text at the end",
    "surveyls_url": "address that the end leads to",
    "surveyls_policy_notice": "notice of privacy",
}


@dataclass
class Built:
    """What became of a survey. `fields` knows every name of a field of a response, old and new."""

    structure: SurveyStructure
    fields: Mapping[str, Field]
    not_kept: Mapping[str, str]  # names of fields that are not kept: the title of their question, and why


def build(source: Source, left_out: LeftOuts) -> Built:
    return _Builder(source, left_out).build()


@dataclass
class _Words:
    """A text in the base language and in others."""

    text: str
    others: Mapping[str, str] = field(default_factory=dict)


def _names_in_responses(question: Question) -> set[str]:
    """All that the fields of a question may be called in a response."""
    names = {f"X{question.qid}", f"Q{question.qid}", f"X{question.qid}_filecount", f"Q{question.qid}_Cfilecount"}
    columns = [column for part in parts_of(question) for column in part.columns]
    return names.union(*({f"X{question.qid}{one.old}", f"Q{question.qid}{one.new}"} for one in columns))


def _fields_of(question: Question, part: Part, code: str, options: Mapping[str, str]) -> dict[str, Field]:
    """Where each field of a part goes, by all its names. `options` are our codes by LimeSurvey's."""
    fields: dict[str, Field] = {}
    for column in part.columns:
        known = Field(
            code,
            column.role,
            options if column.role in (Role.ONE, Role.RANK) else {},
            options.get(column.option, ""),
            10**-part.limits.decimals,
        )
        names = f"X{question.qid}{column.old}", f"Q{question.qid}{column.new}", f"{question.title}{column.spoken}"
        fields |= dict.fromkeys(map(plain_name, names), known)
    return fields


class _Builder:
    def __init__(self, source: Source, left_out: LeftOuts) -> None:
        self._source, self._left_out = source, left_out
        self._languages = [one for one in source.languages if one != source.base and _LANGUAGE.fullmatch(one)]
        for one in source.languages:
            if not _LANGUAGE.fullmatch(one):
                left_out.add(f"translation into {shortened(one)}", "its code is no code of a language")
        if source.base.split("-")[0] != EN:
            why = f"there is none: its texts in the language {shortened(source.base)} stand where English is expected"
            left_out.add("English text", why)
        title = text_in(source.titles, source)
        if source.kind != "Survey":
            first = source.groups[0]
            title = text_in(first.names, source) or text_in(first.questions[0].texts, source)
            left_out.add("the rest of its survey", f"the file holds one {source.kind.lower()} of it")
        self._name = shortened(cleaned(title).text.replace("\n", " "), _LONGEST_NAME) or "Imported survey"
        self._code = survey_code(self._name, source.sid)
        self._codes = Codes(self._code)
        self._fields: dict[str, Field] = {}
        self._not_kept: dict[str, str] = {}
        self._items: list[Item] = []

    def build(self) -> Built:
        """Once."""
        titles, translated = dict[int, str](), dict[str, dict[str, Any]]()
        for group in self._source.groups:
            page = min(1 + max((item.page for item in self._items), default=0), _MOST_PAGES)
            before = len(self._items)
            self._add_group(group, page)
            name = self._words(group.names, "a page's title", longest=_LONGEST_NAME, is_piped=False)
            if len(self._items) > before and name.text:
                titles[page] = name.text
                for language, text in name.others.items():
                    translated.setdefault(language, {"page_titles": {}})["page_titles"][str(page)] = text
        self._name_what_is_left()
        structure = SurveyStructure(
            code=self._code,
            name=self._name,
            customer_kind=CustomerKind.RESIDENT,
            length_sentence="",
            items=tuple(self._items),
            translations=translated,
            page_titles=titles,
        )
        return Built(structure, self._fields, self._not_kept)

    def _add_group(self, group: Group, page: int) -> None:
        if any(text.strip() for text in group.descriptions.values()):
            self._left_out.of(
                "text above the questions", text_in(group.names, self._source), "a page has a title alone"
            )
        for question in group.questions:
            self._name_attributes(question)
            reason = self._why_not_asked(group, question)
            if reason is None:
                self._add_question(group, question, page)
            else:
                text = shortened(cleaned(text_in(question.texts, self._source)).text.replace("\n", " "), 60)
                self._left_out.add(f"question {question.title} “{text}”", reason)
                self._not_kept |= dict.fromkeys(_names_in_responses(question), question.title)

    def _why_not_asked(self, group: Group, question: Question) -> str | None:
        if question.attribute("hidden") or "0" in (group.relevance.strip(), self._relevance(question)):
            return "it was hidden, and nobody was asked it"
        parts = parts_of(question)
        if not parts:
            return why_left_out(question)
        if any(part.kind in _WITH_OPTIONS and not self._is_choosable(part) for part in parts):
            return "it has fewer than two answers to choose from"
        return None

    def _is_choosable(self, part: Part) -> bool:
        return sum(not self._is_outside(option) for option in part.options) > 1

    def _is_outside(self, option: Choosable) -> bool:
        return option.is_outside or is_no_opinion(text_in(option.labels, self._source))

    def _relevance(self, question: Question) -> str:
        return question.says("relevance") or question.attribute("relevance")

    def _condition(self, group: Group, question: Question) -> Condition | None:
        found = None
        said = {"its page": group.relevance, "its own": self._relevance(question)}
        for whose, expression in said.items():
            try:
                found = both(found, condition_of(expression, self._fields))
            except Untranslatable:
                self._name_condition(question, whose, expression)
        rows = [row for row in self._source.tables["conditions"] if row.get("qid") == question.qid]
        if rows and self._relevance(question) in ("", "1"):
            try:
                found = both(found, condition_of_rows(rows, self._fields))
            except Untranslatable:
                self._name_condition(question, "its own", " ".join(rows[0].values()))
        return found

    def _name_condition(self, question: Question, whose: str, expression: str) -> None:
        what = f"condition of {question.title}" + (" (that of its page)" if whose == "its page" else "")
        why = "a condition here compares answers to earlier questions with fixed ones, all or any of them"
        self._left_out.add(f"{what}: {shortened(' '.join(expression.split()), 120)}", why)

    def _add_question(self, group: Group, question: Question, page: int) -> None:
        condition = self._condition(group, question)
        hint = self._words(question.helps, f"the hint of {question.title}")
        own: dict[str, Field] = {}  # no text and no condition of a question is about itself
        for n, part in enumerate(parts_of(question)):
            shown_if = condition
            if part.shown_if is not None:
                before = own[f"X{question.qid}{part.shown_if}"]
                try:
                    shown_if = both(condition, Condition((Term(before.code, Comparison.IS, (before.option,)),)))
                except Untranslatable:
                    self._name_condition(question, "its own", f"{question.title}_{part.shown_if}")
            code = self._codes.question(question.title, *part.names)
            item = self._item(question, part, code, _Words("") if n else hint, own)
            self._items.append(replace(item, page=page, show_if=shown_if))
        self._fields |= own
        if question.says("encrypted") == "Y":
            self._not_kept |= dict.fromkeys(_names_in_responses(question), question.title)
        if question.says("mandatory") == "Y" and all(part.kind in WRITTEN for part in parts_of(question)):
            self._left_out.of("required", question.title, "writing a text is voluntary here")
        if question.says("mandatory") == "S":
            self._left_out.of("a reminder to answer (soft mandatory)", question.title, "an answer is required or not")

    def _item(self, question: Question, part: Part, code: str, hint: _Words, own: dict[str, Field]) -> Item:
        """Apart from where it stands and who is asked it."""
        place = question.title
        wording = self._words(part.wording, place)
        stem = self._words(part.stem, place)
        labels = [self._words(option.labels, f"an answer of {place}", is_piped=False) for option in part.options]
        codes = option_codes(["other" if option.is_other else option.code for option in part.options])
        ours = dict(zip((option.code for option in part.options), codes, strict=True))
        choices, kind = self._choices(part, codes, labels)
        bank = BankQuestion(
            code=code,
            kind=kind,
            wording=wording.text or place or code,
            short_label=shortened(" ".join((wording.text or place or code).split()), _LONGEST_NAME),
            hint=hint.text,
            text_type=text_type_of(wording.text) if kind is QuestionKind.TEXT else None,
            choices=choices,
            limits=part.limits,
        )
        own |= _fields_of(question, part, code, ours)
        translations = {}
        for language in self._languages:
            texts: dict[str, Any] = {
                name: words.others[language]
                for name, words in (("wording", wording), ("hint", hint), ("stem", stem))
                if words.others.get(language)
            }
            options = {
                ours: words.others[language]
                for ours, words in zip(codes, labels, strict=True)
                if words.others.get(language)
            }
            translations[language] = texts | ({"options": options} if options else {})
        if self._languages and not part.has_own_words:
            self._left_out.of(
                "translation of the answers", place, "LimeSurvey has such words built in, and not in its file"
            )
        is_required = question.says("mandatory") == "Y" and kind not in WRITTEN
        told = {language: texts for language, texts in translations.items() if texts}
        return Item(bank, is_required, translations=told, stem=stem.text)

    def _choices(self, part: Part, codes: list[str], labels: list[_Words]) -> tuple[tuple[Choice, ...], QuestionKind]:
        said = [words.text or option.code for words, option in zip(labels, part.options, strict=True)]
        scale = scale_of(said) if part.kind is QuestionKind.SINGLE_CHOICE else None
        if scale is not None:
            kind, scores = scale
            return tuple(map(Choice, codes, said, scores)), kind
        return tuple(
            Choice(
                code,
                label,
                is_outside=self._is_outside(option) if part.kind in NAMED_OPTIONS else None,
                is_other=option.is_other,
            )
            for code, label, option in zip(codes, said, part.options, strict=True)
        ), part.kind

    def _words(self, texts: Texts, place: str, *, longest: int = _LONGEST_TEXT, is_piped: bool = True) -> _Words:
        found = {}
        for language, markup in texts.items():
            language = language or self._source.base  # noqa: PLW2901 - of all languages
            if language not in (self._source.base, EN, *self._languages):
                continue
            plain = cleaned(markup)
            for one in plain.left_out:
                self._left_out.of(one, place, "a text here is plain text")
            text = self._filled(plain.text, place, is_piped=is_piped)
            text = text if is_piped else " ".join(text.split())
            if len(text) > longest:
                self._left_out.of("the end of a long text", place, f"a text has at most {longest:,} characters")
            found[language] = shortened(text.strip(), longest)
        others = {language: text for language, text in found.items() if text and language in self._languages}
        return _Words(text_in(found, self._source), others)

    def _filled(self, text: str, place: str, *, is_piped: bool) -> str:
        """A text with earlier answers where ours have them, and without any other expression."""
        text = text.replace(_OPEN, "").replace(_CLOSE, "")
        for _ in range(_DEEPEST_EXPRESSION):
            text = _EXPRESSION.sub(lambda found: self._pipe(found[1], place, is_piped=is_piped), text)
        text = re.sub(r"\{{2,}|\}{2,}", lambda found: found[0][0], text)
        return text.replace(_OPEN, "{{").replace(_CLOSE, "}}")

    def _pipe(self, expression: str, place: str, *, is_piped: bool) -> str:
        name = expression.removeprefix("INSERTANS:").removesuffix(".shown")
        known = self._fields.get(plain_name(name))
        if is_piped and known is not None and known.role in _PIPED:
            return f"{_OPEN}answer.{known.code}{_CLOSE}"
        self._left_out.add(
            f"expression {{{shortened(expression, 60)}}} in the text of {place}",
            "what was chosen earlier can stand in a question, and nothing else",
        )
        return ""

    def _name_attributes(self, question: Question) -> None:
        for name in question.attributes:
            if name in _DOES and question.attribute(name):
                self._left_out.of(_DOES[name], question.title, "questions here have nothing like it")
            elif name not in _READ and question.attribute(name):
                self._left_out.of("settings of questions", name, "they say how LimeSurvey shows or counts one")
        if question.says("preg"):
            self._left_out.of("a pattern for the answer", question.title, "answers are not compared with patterns here")
        if question.scripts:
            self._left_out.of("a script", question.title, "nothing of a survey is run here")

    def _name_what_is_left(self) -> None:
        source, tables = self._source, self._source.tables
        titles = {question.qid: question.title for group in source.groups for question in group.questions}
        for row in tables["defaultvalues"]:
            of = titles.get(row.get("qid", ""), "a question")
            self._left_out.of("default answer", of, "nothing is chosen here before somebody chooses it")
        for column, what in _SURVEY_TEXTS.items():
            if any(row.get(column, "").strip() for row in tables["surveys_languagesettings"]):
                self._left_out.add(what, "it is written anew here, on the council's own pages")
        if tables["surveys_languagesettings"]:
            self._left_out.add("texts of e-mails", "they are written beside the survey here")
        if tables["surveys"]:
            why = "when, by whom and in which look a survey is answered is set here anew"
            self._left_out.add("settings of the survey", why)
        if any(row.get("assessments") == "Y" for row in tables["surveys"]):
            self._left_out.add(*_TABLES_LEFT["assessments"])
        self._name_tables(tables.rows)

    def _name_tables(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in _TABLES_READ:
                what, why = _TABLES_LEFT.get(name, (f"table {shortened(name)}", "it is not known here"))
                self._left_out.add(what, why)
