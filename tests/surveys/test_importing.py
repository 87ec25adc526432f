"""`flask surveys import` and `export`: lineage is kept, and nobody is asked a draft."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from survey_app.audit.models import AuditLine
from survey_app.extensions import db, transaction
from survey_app.kernel.errors import Refused
from survey_app.organisation.channels import CustomerKind
from survey_app.responses.forms import SurveyForm
from survey_app.settings import PROJECT_ROOT
from survey_app.surveys.models import QuestionVersion, Survey
from survey_app.surveys.operations import import_survey, publish_default_survey, publish_survey
from survey_app.surveys.queries import newest_structure, published_version, survey_named
from survey_app.surveys.reading import RESERVED_CODES, parse_survey
from tests.factories import NOON

INTERNAL = PROJECT_ROOT / "docs/surveys/internal-customers.json"


def run(runner: FlaskCliRunner, *args: str) -> dict[str, Any]:
    result = runner.invoke(args=["surveys", *args])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def write(folder: Path, document: object) -> Path:
    path = folder / "survey.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


def test_a_survey_comes_in_as_a_draft_before_there_is_a_council(runner: FlaskCliRunner) -> None:
    assert run(runner, "import", str(INTERNAL), "--json") == {
        "code": "internal-customers",
        "questions": 8,
        "languages": ["en"],
        "responses": 0,
        "not_carried_over": [],
        "state": "draft",
    }
    assert published_version(CustomerKind.INTERNAL) is None
    said = runner.invoke(args=["surveys", "publish", "internal-customers"])
    assert said.stdout == "internal-customers 1.0 is published for customers of kind internal.\n"
    version = published_version(CustomerKind.INTERNAL)
    assert version is not None and version.survey.name == "Teams we work for"
    again = runner.invoke(args=["surveys", "publish", "internal-customers"])
    assert (again.exit_code, "published already" in again.stderr) == (1, True)
    lines = db.session.scalars(select(AuditLine).order_by(AuditLine.id)).all()
    assert [(line.action, line.subject) for line in lines] == [
        ("survey.imported", "internal-customers"),
        ("survey.published", "internal-customers"),
    ]


def test_what_is_exported_is_imported_as_the_same_questions(runner: FlaskCliRunner, tmp_path: Path) -> None:
    run(runner, "import", str(INTERNAL), "--publish", "--json")
    document = run(runner, "export", "internal-customers")
    again = run(runner, "import", str(write(tmp_path, document)), "--json")
    assert again["code"] == "internal-customers-2"
    assert again["not_carried_over"] == [
        {
            "what": "code",
            "why": "there is a survey called internal-customers already; this one is internal-customers-2",
        }
    ]
    first, second = (survey_named(code) for code in ("internal-customers", "internal-customers-2"))
    assert newest_structure(first).items == newest_structure(second).items
    with transaction():
        publish_survey(second, now=NOON)
    items = [[item.question_version_id for item in survey.versions[-1].items] for survey in (first, second)]
    assert items[0] == items[1]
    assert run(runner, "import", str(INTERNAL), "--json")["code"] == "internal-customers-3"
    assert published_version(CustomerKind.INTERNAL) is first.versions[-1]


def test_the_default_survey_goes_out_and_comes_back(app: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    with transaction():
        publish_default_survey(NOON)
    document = run(runner, "export", "after-contact")
    assert run(runner, "import", str(write(tmp_path, document)), "--json")["questions"] == 10
    assert db.session.scalar(select(func.max(QuestionVersion.number))) == 1


def test_another_wording_or_scale_is_the_next_of_its_lineage(app: Flask) -> None:
    document = json.loads(INTERNAL.read_text("utf-8"))
    numbers = []
    for wording, label in (
        ("How satisfied is your team?", "Very satisfied"),
        ("How satisfied is your team?", "Delighted"),
        ("How satisfied is your team?", "Very satisfied"),
    ):
        document["items"][0]["wording"] = wording
        document["items"][0]["options"][0]["label"] = label
        with transaction():
            if not numbers:
                publish_survey(import_survey(parse_survey(INTERNAL.read_text("utf-8"))[0], now=NOON), now=NOON)
            version = publish_survey(import_survey(parse_survey(json.dumps(document))[0], now=NOON), now=NOON)
        numbers.append([item.question_version.number for item in version.items])
    assert numbers == [[2] + [1] * 7, [3] + [1] * 7, [4] + [1] * 7]  # what comes back is new: its trend shows when


def test_a_question_never_comes_to_feed_another_measure(app: Flask) -> None:
    with transaction():
        publish_default_survey(NOON)
    document = json.loads(INTERNAL.read_text("utf-8"))
    document["items"][2] |= {"code": "timeliness", "asks": "access"}
    with pytest.raises(Refused, match="timeliness is there already and feeds the measure timeliness; here it would"):
        import_survey(parse_survey(json.dumps(document))[0], now=NOON)


def test_an_import_before_the_default_survey_leaves_room_for_it(app: Flask) -> None:
    document = json.loads(INTERNAL.read_text("utf-8"))
    document["items"][0]["code"] = "satisfaction"
    with transaction():
        publish_survey(import_survey(parse_survey(json.dumps(document))[0], now=NOON), now=NOON)
        usual = publish_default_survey(NOON)
    assert [item.question_version.number for item in usual.items][:2] == [2, 1]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"PK\x03\x04", b"{}", b""])
def test_an_unreadable_or_unknown_file_is_refused_and_leaves_nothing(
    runner: FlaskCliRunner, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "survey.qsf"
    path.write_bytes(content)
    result = runner.invoke(args=["surveys", "import", str(path), "--json"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ")
    assert db.session.scalar(select(func.count(Survey.id))) == 0


def test_a_survey_that_is_not_there_cannot_be_given_out(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["surveys", "export", "nothing"])
    assert (result.exit_code, result.stderr) == (1, "Error: There is no survey called nothing.\n")


def test_people_read_what_was_done_and_what_comes_next(runner: FlaskCliRunner, tmp_path: Path) -> None:
    document = json.loads(INTERNAL.read_text("utf-8")) | {"colour": "blue"}
    result = runner.invoke(args=["surveys", "import", str(write(tmp_path, document))])
    assert "8 questions in en; a draft. Nobody is asked it before: flask surveys publish internal-customers." in (
        result.stdout
    )
    assert "Not carried over: colour: it is not known here." in result.stdout
    assert not survey_named("internal-customers").versions


def test_no_question_can_take_a_name_of_the_form_itself() -> None:
    own = {name for name in dir(SurveyForm) if not name.startswith("_") and name != "Meta"} | {"nonce"}
    assert own <= RESERVED_CODES
