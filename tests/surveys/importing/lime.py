"""Files as LimeSurvey writes them, put together from what a test is about."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Row = Mapping[str, object]
SID, GID = 777, 5


def document(tables: Mapping[str, Sequence[Row]], *, kind: str = "Survey", version: str = "641") -> bytes:
    parts = [
        f"<{name}><rows>{''.join(f'<row>{_cells(row)}</row>' for row in rows)}</rows></{name}>"
        for name, rows in tables.items()
    ]
    head = f"<LimeSurveyDocType>{kind}</LimeSurveyDocType><DBVersion>{version}</DBVersion>"
    return f'<?xml version="1.0" encoding="UTF-8"?><document>{head}{"".join(parts)}</document>'.encode()


def _cells(row: Row) -> str:
    return "".join(f"<{name}><![CDATA[{value}]]></{name}>" if value else f"<{name}/>" for name, value in row.items())


@dataclass
class Asked:
    """One question; rows and answers by code, with their English."""

    type: str
    title: str
    text: str = "What?"
    rows: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)  # answers of the second scale
    attributes: Mapping[str, str] = field(default_factory=dict)
    help: str = ""
    group: int = 0
    column: Mapping[str, str] = field(default_factory=dict)  # mandatory, other, relevance, ...


def survey_tables(
    questions: Iterable[Asked], *, title: str = "Bins", groups: Sequence[Row] = ({"group_name": "Page one"},)
) -> dict[str, list[Row]]:
    """The tables of a survey as versions since 4 write them. Questions have the ids 100, 200, ..."""
    tables: dict[str, list[Row]] = {
        "groups": [
            {"gid": GID + n, "sid": SID, "group_order": n, "grelevance": one.get("grelevance", "1")}
            for n, one in enumerate(groups)
        ],
        "group_l10ns": [
            {"gid": GID + n, "group_name": one.get("group_name", ""), "language": "en"} for n, one in enumerate(groups)
        ],
        "surveys": [{"sid": SID, "language": "en", "additional_languages": ""}],
        "surveys_languagesettings": [{"surveyls_language": "en", "surveyls_title": title}],
    }
    for name in ("questions", "subquestions", "question_l10ns", "question_attributes", "answers", "answer_l10ns"):
        tables[name] = []
    for n, asked in enumerate(questions, start=1):
        _add(tables, asked, 100 * n)
    return tables


def _add(tables: dict[str, list[Row]], asked: Asked, qid: int) -> None:
    facts = {"qid": qid, "parent_qid": 0, "sid": SID, "gid": GID + asked.group, "type": asked.type}
    more = {"other": "N", "mandatory": "N", "relevance": "1"} | dict(asked.column)
    tables["questions"].append({**facts, "title": asked.title, "question_order": qid, "scale_id": 0, **more})
    texts = {"qid": qid, "question": asked.text, "help": asked.help, "language": "en"}
    tables["question_l10ns"].append(texts)
    parts = [(code, text, 0) for code, text in asked.rows.items()]
    parts += [(code, text, 1) for code, text in asked.columns.items()]
    for n, (code, text, scale) in enumerate(parts, start=1):
        facts = {"qid": qid + n, "parent_qid": qid, "sid": SID, "gid": GID, "type": "T", "scale_id": scale}
        tables["subquestions"].append({**facts, "title": code, "question_order": n})
        tables["question_l10ns"].append({"qid": qid + n, "question": text, "language": "en"})
    options = [(code, label, 0) for code, label in asked.answers.items()]
    options += [(code, label, 1) for code, label in asked.others.items()]
    for n, (code, label, scale) in enumerate(options, start=1):
        aid = f"{qid}{n}"
        tables["answers"].append({"aid": aid, "qid": qid, "code": code, "sortorder": n, "scale_id": scale})
        tables["answer_l10ns"].append({"aid": aid, "answer": label, "language": "en"})
    for name, value in asked.attributes.items():
        tables["question_attributes"].append({"qid": qid, "attribute": name, "value": value, "language": ""})


def survey(*questions: Asked, **more: Sequence[Row]) -> bytes:
    return document(survey_tables(questions) | {name: list(rows) for name, rows in more.items()})


def responses(rows: Sequence[Row]) -> bytes:
    return document({"responses": rows}, kind="Responses")


def archive(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return made.getvalue()


def answered(survey_file: bytes, rows: Sequence[Row]) -> bytes:
    """An .lsa."""
    return archive({f"survey_{SID}.lss": survey_file, f"survey_{SID}_responses.lsr": responses(rows)})


__all__ = ["Asked", "answered", "archive", "document", "responses", "survey", "survey_tables"]
