"""`flask exports responses`: those that the figures count, as rows, and the codebook that explains them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from survey_app.exports.formats import FileFormat
from survey_app.exports.responses.queries import Responses, Wanted
from survey_app.extensions import db, reading, transaction
from survey_app.kernel.clock import utc_now
from survey_app.measures.queries import figures
from survey_app.organisation.scope import EVERYTHING
from survey_app.responses.models import ResponseState, SurveyResponse
from survey_app.surveys.models import SurveyVersion
from tests.exports.conftest import DAY, Rows, answer, read_csv, service
from tests.exports.test_formats import read_ods, read_parquet, read_xlsx
from tests.factories import make_answers, make_new_wording, withdraw

Export = Callable[..., bytes]


@pytest.fixture(autouse=True)
def _council(council: object) -> None:
    """Each test has it."""


def response(reference: str) -> SurveyResponse:
    return db.session.scalars(select(SurveyResponse).where(SurveyResponse.reference == reference)).one()


def codebook_of(content: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_row_a_response_holds_its_facts_and_a_column_a_question(export: Export) -> None:
    rows, last = read_csv(export("responses"))
    assert ([row["reference"] for row in rows], last) == (["A", "B", "C"], "3 rows")
    first = rows[0]
    facts = ("day", "service", "channel", "mode", "language", "customer_kind", "version")
    assert [first[name] for name in facts] == [
        "2026-03-10",
        "housing",
        "phone",
        "web",
        "en",
        "resident",
        "post-contact@1.0",
    ]
    assert (first["post_contact_satisfaction"], first["post_contact_satisfaction_score"]) == ("5", "5")
    assert (first["ways_phone"], first["ways_web"]) == ("0", "1")
    assert (first["wishes_sooner"], first["wishes_kinder"]) == ("2", "1")
    assert first["minutes"] == "12.5"


def test_an_answer_without_a_score_and_a_question_left_empty_can_be_told_apart(export: Export) -> None:
    by_reference = {row["reference"]: row for row in read_csv(export("responses"))[0]}
    dont_know, left_empty = by_reference["B"], by_reference["C"]
    assert (dont_know["post_contact_satisfaction"], dont_know["post_contact_satisfaction_score"]) == ("dk", "")
    assert left_empty["post_contact_timeliness"] == "(left empty)"
    assert left_empty["ways_web"] == ""  # nothing was ticked: that is not a 0


def test_comments_are_redacted_never_run_and_have_their_label_and_themes(export: Export) -> None:
    first = read_csv(export("responses"))[0][0]
    assert first["why"] == "'=ring [phone number]"
    assert first["why_sentiment"] == "negative"
    assert len(first["why_themes"].split()) == 2
    assert "900123" not in export("responses").decode()


def test_days_that_people_gave_are_in_no_file(export: Export) -> None:
    for how in ((), ("--long",)):
        assert not any("since" in row.values() or "since" in row for row in read_csv(export("responses", *how))[0])


def test_long_is_a_row_an_answer_with_its_label(export: Export) -> None:
    rows, last = read_csv(export("responses", "--long"))
    of_first = [row for row in rows if row["reference"] == "A"]
    said = [(row["question"], row["answer"] or row["number"] or row["text"], row["rank"]) for row in of_first]
    assert said == [
        ("post-contact-satisfaction", "5", ""),
        ("post-contact-timeliness", "(left empty)", ""),
        ("post-contact-resolved", "too_early", ""),
        ("ways", "web", ""),
        ("wishes", "kinder", "1"),
        ("wishes", "sooner", "2"),
        ("minutes", "12.5", ""),
        ("why", "'=ring [phone number]", ""),
    ]
    assert [row["counts"] for row in of_first[:3]] == ["yes", "no", "no"]
    assert last == f"{len(rows)} rows"


def test_a_file_counts_what_the_figure_of_the_same_question_counts(export: Export) -> None:
    with transaction():
        withdraw(response("C"))
        held = response("B")
        held.state = ResponseState.QUARANTINED
    rows, last = read_csv(export("responses"))
    assert ([row["reference"] for row in rows], last) == (["A"], "1 row")
    with reading():
        (figure,) = figures("satisfaction", DAY, DAY, now=utc_now())
        db.session.rollback()
    assert figure.base == sum(row["post_contact_satisfaction_score"] != "" for row in rows)


def test_filters_are_those_of_figures_and_of_surveys(export: Export) -> None:
    def references(*more: str) -> list[str]:
        return [row["reference"] for row in read_csv(export("responses", *more))[0]]

    assert references("--where", "service=waste") == ["C"]
    assert references("--where", "channel=web") == []
    assert references("--where", "survey=post-contact") == ["A", "B", "C"]


@pytest.mark.parametrize(
    "wrong, why",
    [
        ("colour=red", "There is no filter called colour"),
        ("service=nowhere", "nowhere"),
        ("survey=nothing", "There is no survey nothing."),
        ("channel=pigeon", "channel cannot be pigeon"),
    ],
)
def test_a_filter_that_there_is_none_of_is_refused(export: Export, wrong: str, why: str) -> None:
    assert why in export("responses", "--where", wrong, status=1).decode()


def test_days_the_wrong_way_round_and_a_filter_without_a_value_are_refused(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    out = str(tmp_path / "x.csv")
    turned = runner.invoke(
        args=["exports", "responses", "--from", "2026-03-10", "--to", "2026-03-09", "--format", "csv", "--out", out]
    )
    assert (turned.exit_code, "is before the first" in turned.output) == (1, True)
    days = ["--from", "2026-03-10", "--to", "2026-03-10"]
    bare = runner.invoke(args=["exports", "responses", *days, "--format", "csv", "--out", out, "--where", "waste"])
    assert (bare.exit_code, "name=value" in bare.output) == (2, True)
    assert not Path(out).exists()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")
def test_every_format_holds_the_same_rows(export: Export) -> None:
    from_csv, _ = read_csv(export("responses", kind="csv"))
    wanted = [row["post_contact_satisfaction"] for row in from_csv]
    ndjson = [json.loads(line) for line in export("responses", kind="ndjson").splitlines()]
    assert [row["post_contact_satisfaction"] for row in ndjson[:-1]] == wanted
    assert ndjson[0]["post_contact_satisfaction_score"] == 5
    at = list(ndjson[0]).index("post_contact_satisfaction")
    assert [row[at] for row in read_xlsx(export("responses", kind="xlsx"), "Responses")[1:]] == wanted
    assert [row[at] for row in read_ods(export("responses", kind="ods"), "Responses")[1:]] == wanted
    rows, says = read_parquet(export("responses", kind="parquet"))
    assert [row[at] for row in rows] == wanted
    assert (rows[0][1], says[b"rows"]) == (DAY, b"3 rows")


@pytest.mark.parametrize("file_format", FileFormat)
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")
def test_the_same_answers_give_the_same_file(export: Export, file_format: FileFormat) -> None:
    assert export("responses", kind=file_format.value) == export("responses", kind=file_format.value)


def test_more_rows_than_are_read_at_once_all_come(export: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey_app.exports.responses.queries.ROWS_AT_ONCE", 1)
    assert [row["reference"] for row in read_csv(export("responses"))[0]] == ["A", "B", "C"]


def test_no_row_at_all_is_a_file_that_says_so(export: Export) -> None:
    rows, last = read_csv(export("responses", "--where", "service=planning"))
    assert (rows, last) == ([], "0 rows")


def test_the_codebook_names_every_column_with_its_answers_and_what_is_missing(export: Export, tmp_path: Path) -> None:
    book = tmp_path / "codebook.csv"
    rows, _ = read_csv(export("responses", "--codebook", str(book)))
    lines = codebook_of(book.read_bytes())
    assert list(dict.fromkeys(line["column"] for line in lines)) == list(rows[0])
    satisfaction = [line for line in lines if line["column"] == "post_contact_satisfaction"]
    assert {line["wording"] for line in satisfaction} == {"satisfaction"}
    assert {line["versions"] for line in satisfaction} == {"post-contact@1.0"}
    assert [(line["code"], line["score"], line["counts"]) for line in satisfaction] == [
        *((str(score), str(score), "yes") for score in (5, 4, 3, 2, 1)),
        ("dk", "", "no"),
        ("na", "", "no"),
        ("(left empty)", "", "no"),
        ("", "", "no"),
    ]
    scores = [line["code"] for line in lines if line["column"] == "post_contact_satisfaction_score"]
    assert scores == ["5", "4", "3", "2", "1", ""]
    assert ("housing", "Housing options") in {(line["code"], line["label"]) for line in lines}


def test_a_batch_reads_no_more_of_the_database_than_its_own_rows(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite counts the steps that it takes")
    monkeypatch.setattr("survey_app.exports.responses.queries.ROWS_AT_ONCE", 2)
    with transaction():
        survey = db.session.scalars(select(SurveyVersion)).one()
        make_answers(survey, service("housing"), DAY, {"satisfaction": "4"}, 100)
    steps: list[int] = [0]
    with reading():
        wanted = Responses(Wanted(DAY, DAY, {}, EVERYTHING))
        batches = iter(wanted.table.batches)
        next(batches)  # reads what all of them need
        connection: Any = db.session.connection().connection.driver_connection
        connection.set_progress_handler(lambda: steps.__setitem__(-1, steps[-1] + 1), 1)
        for _ in batches:
            steps.append(0)
        connection.set_progress_handler(None, 1)
        db.session.rollback()
    early, late = steps[2], steps[-4]
    assert 0 < late < early * 1.2


def test_a_question_worded_anew_keeps_its_column_and_the_codebook_has_both_wordings(
    export: Export, tmp_path: Path
) -> None:
    with transaction():
        survey = db.session.scalars(select(SurveyVersion)).one()
        anew = make_new_wording(survey, "satisfaction", "How was it?", survey.published_at)
        answer("D", anew, service("housing"), {"satisfaction": "4"})
    book = tmp_path / "codebook.csv"
    rows, _ = read_csv(export("responses", "--codebook", str(book)))
    assert [row["post_contact_satisfaction"] for row in rows] == ["5", "dk", "2", "4"]
    assert rows[-1]["version"] == "post-contact@2.0"
    lines = [line for line in codebook_of(book.read_bytes()) if line["column"] == "post_contact_satisfaction"]
    wordings = {(line["wording_number"], line["wording"], line["versions"]) for line in lines}
    assert wordings == {("1", "satisfaction", "post-contact@1.0"), ("2", "How was it?", "post-contact@2.0")}


def test_json_says_what_was_written(runner: FlaskCliRunner, tmp_path: Path) -> None:
    out = tmp_path / "r.csv"
    days = ["--from", DAY.isoformat(), "--to", (DAY + timedelta(days=1)).isoformat()]
    done = runner.invoke(args=["exports", "responses", *days, "--format", "csv", "--out", str(out), "--json"])
    told = json.loads(done.stdout)
    assert (told["rows"], told["bytes"], told["codebook"]) == (4, out.stat().st_size, None)
