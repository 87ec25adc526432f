"""What LimeSurvey says of a survey, whichever of its versions wrote the file.

Before version 4 a row of a question or an answer was one language of it; since then texts stand in tables of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from survey_app.kernel.errors import InvalidInput
from survey_app.surveys.importing.xmltables import Row, Tables

Texts = Mapping[str, str]  # by language, as LimeSurvey has them: HTML
_ENGLISH = "en"


@dataclass
class Answer:
    """One option of a question."""

    code: str
    order: int
    scale: int  # 1: of the second scale of a question that has two
    labels: dict[str, str] = field(default_factory=dict)


@dataclass
class Question:
    """A question, or one row or column of a question."""

    qid: str
    parent: str
    gid: str
    type: str
    title: str
    order: int
    scale: int
    row: Row
    texts: dict[str, str] = field(default_factory=dict)
    helps: dict[str, str] = field(default_factory=dict)
    scripts: bool = False
    parts: list[Question] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)  # name -> language -> value

    def attribute(self, name: str) -> str:
        """Its value in whatever language; "" where it has none, or one that means no."""
        value = next((value for value in self.attributes.get(name, {}).values() if value), "").strip()
        return "" if value in ("N", "0") else value

    def says(self, column: str) -> str:
        return self.row.get(column, "").strip()


@dataclass
class Group:
    gid: str
    order: int
    relevance: str
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)


@dataclass
class Source:
    """A survey, or one group or question of one."""

    kind: str  # Survey, Group or Question
    sid: str
    base: str  # the language whose texts stand where ours have English
    languages: list[str]
    groups: list[Group]
    titles: dict[str, str]
    tables: Tables


def read_source(tables: Tables, name: str) -> Source:
    """InvalidInput for a document of LimeSurvey's that holds no question."""
    kind = tables.values.get("LimeSurveyDocType", "")
    if kind not in ("Survey", "Group", "Question"):
        raise InvalidInput(
            f"{name} is a file of LimeSurvey, but no survey, group or question: it holds its {kind or 'parts'} alone."
        )
    languages = _languages(tables)
    base = next((one for one in languages if one.split("-")[0] == _ENGLISH), languages[0])
    groups = _groups(tables)
    if not groups:
        raise InvalidInput(f"{name} holds no question.")
    first = next(iter([*tables["surveys"], *tables["groups"], *tables["questions"]]), {})
    titles = {row["surveyls_language"]: row.get("surveyls_title", "") for row in _in_languages(tables)}
    return Source(kind, first.get("sid", ""), base, languages, groups, titles, tables)


def text_in(texts: Texts, source: Source) -> str:
    """In the base language, or else in whichever there is one."""
    return texts.get(source.base, "").strip() or next((text for text in texts.values() if text.strip()), "")


def number_of(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 0


def _languages(tables: Tables) -> list[str]:
    survey = next(iter(tables["surveys"]), {})
    said = [survey.get("language", ""), *survey.get("additional_languages", "").split()]
    said += [row.get("language", "") for row in tables["languages"]]
    return list(dict.fromkeys(one for one in map(str.strip, said) if one)) or [_ENGLISH]


def _in_languages(tables: Tables) -> list[Row]:
    return [row for row in tables["surveys_languagesettings"] if row.get("surveyls_language")]


def _groups(tables: Tables) -> list[Group]:
    groups: dict[str, Group] = {}
    for row in tables["groups"]:
        gid = row.get("gid", "")
        groups.setdefault(gid, Group(gid, number_of(row.get("group_order", "")), row.get("grelevance", "")))
    for row in [*tables["groups"], *tables["group_l10ns"]]:
        group = groups.get(row.get("gid", ""))
        if group is not None and "group_name" in row:
            group.names[row.get("language", _ENGLISH)] = row["group_name"]
            group.descriptions[row.get("language", _ENGLISH)] = row.get("description", "")
    for question in _questions(tables):
        group = groups.setdefault(question.gid, Group(question.gid, len(groups), ""))
        group.questions.append(question)
    return [group for group in sorted(groups.values(), key=lambda one: one.order) if group.questions]


def _questions(tables: Tables) -> list[Question]:
    found: dict[str, Question] = {}
    for row in [*tables["questions"], *tables["subquestions"]]:
        question = found.setdefault(row.get("qid", ""), _question(row))
        if "question" in row:
            _add_texts(question, row)
    for row in tables["question_l10ns"]:
        if row.get("qid") in found:
            _add_texts(found[row["qid"]], row)
    for row in tables["question_attributes"]:
        if row.get("qid") in found and row.get("attribute"):
            values = found[row["qid"]].attributes.setdefault(row["attribute"], {})
            values[row.get("language", "")] = row.get("value", "")
    _add_answers(found, tables)
    for question in found.values():
        if question.parent in found and question.parent != question.qid:
            found[question.parent].parts.append(question)
    for question in found.values():
        question.parts.sort(key=lambda part: part.order)
        question.answers.sort(key=lambda answer: answer.order)
    return sorted((one for one in found.values() if one.parent in ("", "0")), key=lambda one: one.order)


def _question(row: Row) -> Question:
    return Question(
        qid=row.get("qid", ""),
        parent=row.get("parent_qid", ""),
        gid=row.get("gid", ""),
        type=row.get("type", ""),
        title=row.get("title", "").strip(),
        order=number_of(row.get("question_order", "")),
        scale=number_of(row.get("scale_id", "")),
        row=row,
    )


def _add_texts(question: Question, row: Row) -> None:
    language = row.get("language") or _ENGLISH
    question.texts[language] = row.get("question", "")
    question.helps[language] = row.get("help", "")
    question.scripts = question.scripts or bool(row.get("script", "").strip())


def _add_answers(questions: Mapping[str, Question], tables: Tables) -> None:
    known: dict[str, Answer] = {}
    for row in tables["answers"]:
        if row.get("qid") in questions:
            key = row.get("aid") or "\n".join((row["qid"], row.get("scale_id", ""), row.get("code", "")))
            _add_answer(questions[row["qid"]], known, key, row)
    for row in tables["answer_l10ns"]:
        if row.get("aid") in known:
            known[row["aid"]].labels[row.get("language") or _ENGLISH] = row.get("answer", "")


def _add_answer(question: Question, known: dict[str, Answer], key: str, row: Row) -> None:
    if key not in known:
        order = number_of(row.get("sortorder", ""))
        known[key] = Answer(row.get("code", "").strip(), order, number_of(row.get("scale_id", "")))
        question.answers.append(known[key])
    if "answer" in row:
        known[key].labels[row.get("language") or _ENGLISH] = row["answer"]


def in_scale(parts: Iterable[Question], scale: int) -> list[Question]:
    return [part for part in parts if part.scale == scale]
