"""`flask surveys import` of a survey with its answers: stored once, on their days in London, and asked nobody."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from survey_app.extensions import db, transaction
from survey_app.measures.operations import fold_all
from survey_app.organisation.channels import Mode
from survey_app.organisation.models import Service
from survey_app.responses.importing.operations import take_over
from survey_app.responses.models import Answer, AnswerText, ResponseChange, ResponseState, SurveyResponse
from survey_app.responses.operations.answers import given_in
from survey_app.surveys.importing import Imported, ImportedAnswer, read_file
from survey_app.surveys.kinds import VersionState
from survey_app.surveys.models import Question, QuestionVersion, Survey, SurveyEdit, SurveyVersion
from survey_app.surveys.operations import import_survey, publish_survey
from survey_app.surveys.queries import published_version, survey_named
from survey_app.surveys.routing import Rule
from tests.factories import NOON
from tests.surveys import routed
from tests.surveys.importing.lime import Asked, answered, survey

QUESTIONS = (
    Asked("L", "RATE", "How was it?", answers={"A1": "Good", "A2": "Bad"}),
    Asked("M", "WHICH", "Which?", rows={"SQ1": "Bins", "SQ2": "Roads"}, column={"other": "Y"}),
    Asked("T", "WHY", "Why?"),
    Asked("N", "AGE", "How many weeks?"),
)
ROWS = (
    {
        "id": 1,
        "submitdate": "2025-07-01 00:30:00",
        "startlanguage": "en",
        "token": "secret-token",
        "_777X5X100": "A1",
        "_777X5X200SQ1": "Y",
        "_777X5X200SQ2": "",
        "_777X5X200other": "A lamp",
        "_777X5X300": "Lovely people",
        "_777X5X400": "3.0000000000",
    },
    {"id": 2, "submitdate": "1980-01-01 00:00:00", "startlanguage": "en", "_777X5X100": "A2"},
    {"id": 3, "startlanguage": "en", "_777X5X100": "A2"},
)


def write(folder: Path, content: bytes, name: str = "bins.lsa") -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def run(runner: FlaskCliRunner, *args: str) -> dict[str, Any]:
    result = runner.invoke(args=["surveys", "import", *args, "--json"])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def left(found: dict[str, Any]) -> dict[str, str]:
    return {one["what"]: one["why"] for one in found["not_carried_over"]}


def test_answers_come_in_on_their_london_days_and_nobody_is_asked(runner: FlaskCliRunner, tmp_path: Path) -> None:
    path = write(tmp_path, answered(survey(*QUESTIONS), ROWS))
    found = run(runner, path)
    assert (found["code"], found["questions"], found["responses"], found["state"]) == ("bins-777", 4, 2, "retired")
    assert left(found)["service of the answers"] == "the file names none: they are about “Imported answers”"
    assert left(found)["answers that were never finished: 1"] == "nobody sent them"
    assert left(found)["what tells who answered (token)"] == "an answer is kept without its person"
    assert "day of answers: 1" in left(found)
    assert published_version() is None
    dated = db.session.scalars(select(SurveyResponse).where(SurveyResponse.state == ResponseState.COUNTED)).one()
    assert (dated.mode, dated.counts_on, dated.submitted_at) == (
        Mode.IMPORTED,
        date(2025, 7, 1),
        datetime(2025, 6, 30, 23, 30, tzinfo=UTC),
    )
    given = given_in(dated)
    codes = [item.question_version.question.code for item in dated.survey_version.items]
    assert codes == ["bins_777_rate", "bins_777_which", "bins_777_why", "bins_777_age"]
    assert given.choices == {"bins_777_rate": "A1"}
    assert given.values == {"bins_777_which": ("SQ1", "other"), "bins_777_age": ("3",)}
    assert given.texts == {"bins_777_why": "Lovely people", "bins_777_which.other": "A lamp"}
    assert db.session.scalars(select(ResponseChange.value)).all() == ["A1"]


def test_the_same_file_twice_stores_each_answer_once(runner: FlaskCliRunner, tmp_path: Path) -> None:
    first = run(runner, write(tmp_path, answered(survey(*QUESTIONS), ROWS)))
    later = [*ROWS, {"id": 4, "submitdate": "2025-07-03 10:00:00", "_777X5X100": "A2"}]
    again = run(runner, write(tmp_path, answered(survey(*QUESTIONS), later)))
    assert (again["code"], again["responses"]) == ("bins-777", 1)
    assert left(again)["answers: 2"] == "they were stored before"
    assert first["responses"] == 2
    assert db.session.scalar(select(func.count()).select_from(SurveyResponse)) == 3
    assert db.session.scalar(select(func.count()).select_from(SurveyVersion)) == 1


def test_answers_to_other_words_are_of_another_version(runner: FlaskCliRunner, tmp_path: Path) -> None:
    run(runner, write(tmp_path, answered(survey(*QUESTIONS), ROWS)))
    others = (Asked("L", "RATE", "How was it today?", answers={"A1": "Good", "A2": "Bad"}), *QUESTIONS[1:])
    later = [*ROWS, {"id": 4, "submitdate": "2025-07-03 10:00:00", "_777X5X100": "A2"}]
    assert run(runner, write(tmp_path, answered(survey(*others), later)))["responses"] == 1
    versions = db.session.scalars(select(SurveyVersion).order_by(SurveyVersion.id)).all()
    assert [(one.label, one.state) for one in versions] == [
        ("1.0", VersionState.RETIRED),
        ("2.0", VersionState.RETIRED),
    ]


def test_what_was_taken_over_can_be_edited_and_asked(runner: FlaskCliRunner, tmp_path: Path) -> None:
    path = write(tmp_path, answered(survey(*QUESTIONS), ROWS))
    assert run(runner, path, "--publish")["state"] == "published"
    asked = published_version()
    assert asked is not None and asked.label == "1.1"
    exported = runner.invoke(args=["surveys", "export", "bins-777"])
    ours = write(tmp_path, exported.stdout.encode(), "ours.json")
    code = run(runner, ours)["code"]
    with transaction():
        publish_survey(survey_named(code), now=NOON)
    again = runner.invoke(args=["surveys", "export", code])
    assert again.stdout == exported.stdout.replace('"bins-777"', f'"{code}"')


def test_answers_without_questions_are_to_the_survey_that_is_named(runner: FlaskCliRunner) -> None:
    read = read_file("bins.lsa", answered(survey(*QUESTIONS), ROWS))
    with transaction():
        draft = import_survey(read.structure, now=NOON)
        taken = take_over(read, to=draft, now=NOON)
        assert (taken.survey, taken.state, taken.responses) == (draft, VersionState.RETIRED, 2)
        assert publish_survey(draft, now=NOON).label == "1.1"
    again = runner.invoke(args=["surveys", "import", __file__, "--to", "nothing"])
    assert (again.exit_code, again.stderr) == (1, "Error: There is no survey called nothing.\n")


@pytest.mark.shared
def test_answers_of_which_none_can_be_taken_say_why(runner: FlaskCliRunner, shared: Path) -> None:
    samples = shared / "samples/qualtrics"
    code = run(runner, str(samples / "Sample_Survey.qsf"))["code"]
    result = runner.invoke(args=["surveys", "import", str(samples / "Sample_Survey.csv"), "--to", code])
    assert result.exit_code == 1
    assert "None of the answers can be taken over. 5 answers: they are previews or tests" in result.stderr


def test_answers_are_about_the_service_that_is_named(runner: FlaskCliRunner, tmp_path: Path) -> None:
    with transaction():
        db.session.add(Service(code="waste", name="Waste"))
    path = write(tmp_path, answered(survey(*QUESTIONS), ROWS))
    found = run(runner, path, "--service", "waste")
    assert "service of the answers" not in left(found)
    services = db.session.scalars(select(Service.code).join(SurveyResponse, SurveyResponse.service_id == Service.id))
    assert set(services) == {"waste"}


@pytest.mark.parametrize(
    ("content", "more", "why"),
    [
        (b"<document><LimeSurveyDocType>Survey</LimeSurveyDocType>", (), "no XML that can be read"),
        (answered(survey(*QUESTIONS), ROWS), ("--service", "nowhere"), "There is no service called nowhere."),
        (answered(survey(*QUESTIONS), ROWS)[:900], (), "broken archive"),
    ],
)
def test_what_cannot_be_taken_over_leaves_nothing(
    runner: FlaskCliRunner, tmp_path: Path, content: bytes, more: tuple[str, ...], why: str
) -> None:
    result = runner.invoke(args=["surveys", "import", write(tmp_path, content), *more, "--json"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert why in result.stderr and result.stderr.count("\n") == 1
    for model in (Survey, SurveyEdit, SurveyVersion, SurveyResponse, Service):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0


def test_figures_count_what_has_a_day_and_verify(runner: FlaskCliRunner, tmp_path: Path) -> None:
    run(runner, write(tmp_path, answered(survey(*QUESTIONS), ROWS)))
    assert runner.invoke(args=["measures", "verify"]).exit_code == 0


def test_what_was_not_asked_was_not_left_empty(app: Flask, runner: FlaskCliRunner) -> None:
    """Whether they called again is asked of those who say no; page 3 of those whom no rule leads past it."""
    structure = routed.survey(
        routed.item("settled"),
        routed.item("called_again", show_if=routed.when("settled", "no")),
        routed.item("kind", page=2),
        routed.item("waited", page=3),
        rules=(Rule(2, None, routed.when("kind", "yes")),),
    )
    said: tuple[dict[str, str], ...] = (
        {"settled": "no", "called_again": "yes", "kind": "yes"},
        {"settled": "no"},
        {"settled": "yes", "kind": "yes"},
        {"settled": "yes", "called_again": "no", "kind": "yes"},  # asked it elsewhere all the same
    )
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    answers = tuple(ImportedAnswer(f"r {n}", at, choices=choices) for n, choices in enumerate(said))
    with transaction():
        assert take_over(Imported(structure, answers), now=NOON).responses == 4
    stored = db.session.scalars(select(SurveyResponse).order_by(SurveyResponse.id)).all()
    assert [given_in(response).choices for response in stored] == list(said)
    assert [given_in(response).left_empty for response in stored] == [(), ("called_again", "waited"), (), ()]
    values = select(Question.code, ResponseChange.value, func.count()).join(
        QuestionVersion, QuestionVersion.id == ResponseChange.question_version_id
    )
    lines = db.session.execute(values.join(Question).group_by(Question.code, ResponseChange.value)).all()
    assert {(code, value): n for code, value, n in lines} == {
        ("settled", "no"): 2,
        ("settled", "yes"): 2,
        ("called_again", "yes"): 1,
        ("called_again", "no"): 1,
        ("called_again", ""): 1,
        ("kind", "yes"): 3,
        ("kind", ""): 1,
        ("waited", ""): 1,
    }
    with transaction():
        fold_all()
    assert runner.invoke(args=["measures", "verify"]).exit_code == 0


def test_a_day_that_has_not_come_is_no_day(app: Flask) -> None:
    read = read_file("bins.lsa", answered(survey(*QUESTIONS), ROWS))
    answer = ImportedAnswer("x 1", datetime(2099, 1, 1, tzinfo=UTC), choices={"bins_777_rate": "A1"})
    with transaction():
        taken = take_over(Imported(read.structure, (answer,)), now=NOON)
    assert taken.responses == 1
    assert db.session.scalars(select(SurveyResponse.state)).all() == [ResponseState.UNDATED]
    assert db.session.scalars(select(ResponseChange)).all() == []


@pytest.mark.soak
def test_ten_thousand_answers_take_seconds(app: Flask) -> None:
    read = read_file("bins.lsa", answered(survey(*QUESTIONS), ROWS))
    answers = tuple(
        ImportedAnswer(
            f"many {n}",
            datetime(2025, 1 + n % 12, 1 + n % 28, 12, n % 60, tzinfo=UTC),
            choices={"bins_777_rate": "A1"},
            texts={"bins_777_why": "It was fine"} if n % 5 == 0 else {},
            values={"bins_777_which": ("SQ1", "SQ2")},
        )
        for n in range(10_000)
    )
    started = time.perf_counter()
    with transaction():
        take_over(Imported(read.structure, answers), now=datetime(2026, 3, 1, tzinfo=UTC))
    assert time.perf_counter() - started < 30  # some three on a quiet machine
    assert db.session.scalar(select(func.count()).select_from(Answer)) == 30_000
    assert db.session.scalar(select(func.count()).select_from(AnswerText)) == 2_000
