"""Ways out to other programs: commands, files and the API."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import pyarrow.parquet

from survey_app.exports.formats import FileFormat
from tests.exports.conftest import read_csv
from tests.exports.test_formats import read_ods, read_xlsx
from tests.outlets.conftest import Standing
from tests.outlets.placed import Question
from tests.outlets.shown import Outlet, Shown, of_row, outlet, where_of

FILES: list[Outlet] = []
SATISFIED, DISSATISFIED = {"4", "5"}, {"1", "2", "3"}
QUESTION = "satisfaction"


def run(standing: Standing, *arguments: str) -> str:
    done = standing.runner.invoke(args=arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def days(question: Question) -> list[str]:
    return ["--from", question.first.isoformat(), "--to", question.last.isoformat()]


def filters(question: Question) -> list[str]:
    return [part for each in where_of(question) for part in ("--where", each)]


def of_document(figure: Mapping[str, Any]) -> Shown:
    """A figure of the JSON that commands and API promise."""
    return of_row(figure | {f"previous_{name}": figure["previous"][name] for name in ("value", "base")})


@outlet(FILES, "measures show --json", "measures show")
def show_as_json(standing: Standing, question: Question) -> Shown:
    told = run(standing, "measures", "show", "satisfaction", *days(question), *filters(question), "--json")
    (figure,) = json.loads(told)["figures"]
    return of_document(figure)


@outlet(FILES, "measures show", "measures show")
def show_as_text(standing: Standing, question: Question) -> Shown:
    told = run(standing, "measures", "show", "satisfaction", *days(question), *filters(question))
    found = re.search(r"(\d+\.\d%) of ([\d,]+) ", told)
    assert found is not None, told
    return Shown(found[1], base=int(found[2]))


@outlet(
    FILES,
    "measures show --by",
    "measures show",
    answers=lambda question: len(question.where) == 1 and not question.is_with_parts,
)
def show_by(standing: Standing, question: Question) -> Shown:
    by = next(iter(question.where)).removesuffix("_alone")
    told = run(standing, "measures", "show", "satisfaction", *days(question), "--by", by, "--json")
    (figure,) = (each for each in json.loads(told)["figures"] if each["where"] == question.where)
    return of_document(figure)


def _exported(standing: Standing, question: Question, kind: str, *what: str) -> bytes:
    path = standing.folder / f"taken.{kind}"
    run(standing, "exports", *what, *days(question), *filters(question), "--format", kind, "--out", str(path))
    return path.read_bytes()


def _rows(kind: str, content: bytes, sheet: str) -> list[dict[str, Any]]:
    if kind == "csv":
        return [dict(row) for row in read_csv(content)[0]]
    if kind == "ndjson":
        return [json.loads(line) for line in content.decode().splitlines()][:-1]
    if kind == "parquet":
        rows: list[dict[str, Any]] = pyarrow.parquet.read_table(io.BytesIO(content)).to_pylist()
        return rows
    header, *rest = read_xlsx(content, sheet) if kind == "xlsx" else read_ods(content, sheet)
    return [dict(zip(map(str, header), row, strict=False)) for row in rest]


for _kind in [each.value for each in FileFormat]:

    @outlet(FILES, f"exports figures, {_kind}", "exports figures")
    def export_figures(standing: Standing, question: Question, kind: str = _kind) -> Shown:
        content = _exported(standing, question, kind, "figures", "--measure", "satisfaction")
        return of_row(_rows(kind, content, "Figures")[0])


def _counted(answers: Iterable[str | None]) -> Shown:
    """As somebody counts it who has the rows: with a spreadsheet, or with R."""
    codes = [code for code in answers if code in SATISFIED | DISSATISFIED]
    good = sum(code in SATISFIED for code in codes)
    return Shown(good / len(codes), good, len(codes))


@outlet(FILES, "exports responses, counted", "exports responses")
def export_responses(standing: Standing, question: Question) -> Shown:
    rows = _rows("csv", _exported(standing, question, "csv", "responses"), "")
    return _counted(row[QUESTION] for row in rows)


@outlet(FILES, "exports responses --long, counted", "exports responses")
def export_answers(standing: Standing, question: Question) -> Shown:
    rows = _rows("csv", _exported(standing, question, "csv", "responses", "--long"), "")
    return _counted(row["answer"] for row in rows if row["question"] == QUESTION)


def ask(standing: Standing, path: str, *, accept: str = "application/json") -> str:
    headers = {"Authorization": f"Bearer {standing.key}", "Accept": accept}
    answer = standing.app.test_client().get(f"/api/v1{path}", headers=headers, buffered=True)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def of_days(question: Question) -> str:
    return f"from={question.first}&to={question.last}"


@outlet(FILES, "API: a measure", "/api/v1/measures/<name>")
def api_measure(standing: Standing, question: Question) -> Shown:
    where = "".join(f"&where={quote(each)}" for each in where_of(question))
    (figure,) = json.loads(ask(standing, f"/measures/satisfaction?{of_days(question)}{where}"))["figures"]
    return of_document(figure)


@outlet(
    FILES,
    "API: responses, counted",
    "/api/v1/responses",
    answers=lambda question: question.where.keys() <= {"service", "channel"},
)
def api_responses(standing: Standing, question: Question) -> Shown:
    where = "".join(f"&{name}={code}" for name, code in question.where.items())
    told = ask(standing, f"/responses?{of_days(question)}{where}", accept="application/x-ndjson")
    return _counted(json.loads(line).get("answers", {}).get(QUESTION) for line in told.splitlines())


def overview_rows(text: str) -> list[dict[str, str]]:
    """The rows of a page's CSV."""
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
