"""`flask measures` as people and scripts meet it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import update

from survey_app.extensions import db, transaction
from survey_app.measures import operations
from survey_app.measures.jobs import instead_of_the_fold
from survey_app.measures.models import DayTally, Target
from survey_app.organisation.channels import Channel
from survey_app.statistics.target_status import Comparator
from tests.factories import NOON, make_answers, make_service, make_survey

YEAR = ("--from", "2024-04-01", "--to", "2025-03-31")


@pytest.fixture
def answered(runner: FlaskCliRunner) -> FlaskCliRunner:
    with transaction():
        survey, service = make_survey(), make_service("waste")
        make_answers(survey, service, date(2024, 6, 10), {"satisfaction": "5"}, 1222)
        make_answers(survey, service, date(2024, 6, 10), {"satisfaction": "2"}, 12, channel=Channel.EMAIL)
        make_answers(survey, service, date(2023, 6, 10), {"satisfaction": "5"}, 1152)
        make_answers(survey, service, date(2023, 6, 10), {"satisfaction": "1"}, 36)
        db.session.add(
            Target(
                measure="satisfaction",
                value=0.9,
                comparator=Comparator.OVER,
                valid_from=date(2020, 4, 1),
                entered_at=NOON,
            )
        )
    return runner


def shown(runner: FlaskCliRunner, *arguments: str) -> Any:
    result = runner.invoke(args=["measures", "show", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_show_prints_the_promised_document(answered: FlaskCliRunner) -> None:
    document = shown(answered, "satisfaction", *YEAR)
    assert (document["measure"], document["unit"]) == ("satisfaction", "share")
    assert "very satisfied or fairly satisfied" in document["definition"]
    (figure,) = document["figures"]
    assert (figure["period"], figure["from"], figure["to"], figure["where"]) == (
        "2024/25",
        "2024-04-01",
        "2025-03-31",
        {},
    )
    assert (figure["value"], figure["numerator"], figure["base"]) == (1222 / 1234, 1222, 1234)
    assert (figure["target"], figure["comparator"], figure["status"]) == (0.9, "over", "met_with_confidence")
    assert (figure["target_set_on"], figure["target_after_seeing"], figure["stretch"]) == (
        f"{NOON:%Y-%m-%d}",
        True,
        None,
    )
    assert (figure["suppressed"], figure["provisional"]) == (False, False)
    assert figure["previous"] == {"value": 1152 / 1188, "base": 1188, "from": "2023-04-01", "to": "2024-03-31"}
    change = figure["change"]
    assert (change["verdict"], change["adjusted_for"]) == ("improved", 1)
    assert set(change) >= {"difference", "low", "high", "p_value", "adjusted_p", "sentence"}
    assert figure["passport"] == "/figures/satisfaction~2024-04-01~2025-03-31"


def test_show_breaks_down_and_filters(answered: FlaskCliRunner) -> None:
    months = shown(answered, "satisfaction", *YEAR, "--by", "month")["figures"]
    assert [figure["period"] for figure in months][:3] == ["2024-04", "2024-05", "2024-06"]
    crossed = shown(answered, "satisfaction", *YEAR, "--by", "service,channel", "--where", "service=waste")["figures"]
    assert [(figure["where"], figure["base"]) for figure in crossed] == [
        ({"channel": "email", "service": "waste"}, 12),
        ({"channel": "phone", "service": "waste"}, 1222),
    ]


def test_show_prints_a_table_for_people(answered: FlaskCliRunner) -> None:
    result = answered.invoke(args=["measures", "show", "satisfaction", *YEAR])
    assert result.exit_code == 0
    assert "99.0% of 1,234" in result.output
    assert "met with confidence" in result.output
    assert "Up from 97.0% to 99.0%" in result.output


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("happiness", *YEAR), 1, "The measures are"),
        (("satisfaction", *YEAR, "--where", "service=hovercraft"), 1, "There is no service hovercraft."),
        (("satisfaction", *YEAR, "--by", "colour"), 1, "not by colour"),
        (("satisfaction", "--from", "2025-04-01", "--to", "2025-03-31"), 1, "before the first"),
        (("satisfaction", *YEAR, "--where", "service"), 2, "name=value"),
        (("satisfaction", "--from", "yesterday", "--to", "2025-03-31"), 2, "yesterday"),
        (("satisfaction",), 2, "--from"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_the_right_status(
    runner: FlaskCliRunner, arguments: tuple[str, ...], status: int, message: str
) -> None:
    result = runner.invoke(args=["measures", "show", *arguments, "--json"])
    assert (result.exit_code, result.stdout) == (status, "")
    assert message in result.stderr


def test_verify_folds_and_passes_then_fails_on_a_wrong_tally_until_it_is_rebuilt(answered: FlaskCliRunner) -> None:
    assert answered.invoke(args=["measures", "verify"]).exit_code == 0
    with transaction():
        db.session.execute(update(DayTally).where(DayTally.value == "5").values(count=1))
    wrong = answered.invoke(args=["measures", "verify", "--json"])
    assert wrong.exit_code == 1
    assert [(d["counted"], d["tally"]) for d in json.loads(wrong.stdout)["differences"]] == [(1152, 1), (1222, 1)]

    rebuilt = answered.invoke(args=["measures", "rebuild"])
    assert (rebuilt.exit_code, rebuilt.stdout) == (0, "2 months counted again.\n")
    assert answered.invoke(args=["measures", "verify", "--json"]).stdout == '{"ok": true, "differences": []}\n'


def test_while_a_fold_runs_verify_adds_what_waits_and_rebuild_asks_to_come_back(answered: FlaskCliRunner) -> None:
    with instead_of_the_fold():
        assert answered.invoke(args=["measures", "verify"]).exit_code == 0
        result = answered.invoke(args=["measures", "rebuild"])
        assert result.exit_code == 1
        assert "Try again in a minute" in result.stderr
    with transaction():
        assert operations.fold_all() > 0
