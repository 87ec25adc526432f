"""`flask demo` from outside, on a small borough."""

from __future__ import annotations

import hashlib
import json

import pytest
from click.testing import Result
from flask.testing import FlaskCliRunner
from sqlalchemy import select, text

from survey_app.extensions import Base, db
from tests.factories import make_contact, make_council, make_service

SMALL = ("demo", "load", "borough", "--scale", "0.01", "--today", "2026-05-01")
SECRETS = {"salt", "raw"}
OVER_SALTS = {"frozen_passport", "frozen_rows"}  # their hashes are over the rows' salts
OF_THE_MOMENT = {"staff_user", "audit_line", "digest"}
BY_LOT = {"saved_view", "pinned_figure", "passed_praise", "staff_idea"}  # their references are, and lead to nobody


def run(runner: FlaskCliRunner, *arguments: str) -> Result:
    result = runner.invoke(args=list(arguments))
    db.session.rollback()
    return result


def count(table: str) -> int:
    found: int = db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    return found


def contents() -> dict[str, str]:
    """A hash of what each table holds, without keys, salts, lots and what is encrypted."""
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in OF_THE_MOMENT | OVER_SALTS:
            left_out = SECRETS | {"reference"} if table.name in BY_LOT else SECRETS
            columns = [column for column in table.columns if column.name not in left_out]
            lines = sorted(map(repr, db.session.execute(select(*columns))))
            found[table.name] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    db.session.rollback()
    return found


def test_a_scenario_is_loaded_within_rounding_and_its_figure_shown(runner: FlaskCliRunner) -> None:
    loaded = run(runner, "demo", "load", "borough", "--scale", "0.05", "--today", "2026-05-01")
    shown = run(runner, "measures", "show", "satisfaction", "--from", "2025-04-01", "--to", "2026-03-31", "--json")

    assert loaded.exit_code == 0, loaded.output
    assert loaded.stdout == ""
    (figure,) = json.loads(shown.stdout)["figures"]
    assert (figure["numerator"], figure["base"]) == (61, 62)
    assert (figure["target"], figure["comparator"], figure["provisional"]) == (0.9, "over", False)


def test_two_loads_with_the_same_arguments_hold_the_same(runner: FlaskCliRunner) -> None:
    assert run(runner, *SMALL).exit_code == 0
    first = contents()
    assert run(runner, *SMALL, "--replace").exit_code == 0

    assert contents() == first
    assert count("contact") > 2_000


def test_a_database_with_a_council_is_refused_and_stays_as_it_is(runner: FlaskCliRunner) -> None:
    make_council()
    db.session.commit()

    refused = run(runner, *SMALL)

    assert refused.exit_code == 1
    assert "--replace" in refused.stderr
    assert (count("council"), count("contact")) == (1, 0)


def test_if_empty_leaves_a_council_alone_and_says_so(runner: FlaskCliRunner) -> None:
    make_council(name="Otherborough Council")
    db.session.commit()

    left = run(runner, *SMALL, "--if-empty")

    assert left.exit_code == 0
    assert "Otherborough Council is set up already" in left.stderr
    assert count("contact") == 0


def test_replace_leaves_nothing_of_what_was_there(runner: FlaskCliRunner) -> None:
    make_council(name="Otherborough Council")
    db.session.commit()

    assert run(runner, *SMALL, "--replace", "--confirm", "Otherborough Council").exit_code == 0
    assert db.session.execute(text("SELECT name, is_demo FROM council")).all() == [("Anyborough Council", 1)]


@pytest.mark.parametrize("confirmed", [[], ["--confirm", "yes"]])
def test_a_real_council_is_never_replaced_without_its_name(runner: FlaskCliRunner, confirmed: list[str]) -> None:
    make_council(name="Otherborough Council")
    db.session.commit()

    refused = run(runner, *SMALL, "--replace", *confirmed)

    assert refused.exit_code == 1
    assert '--confirm "Otherborough Council"' in refused.stderr
    assert db.session.execute(text("SELECT name FROM council")).all() == [("Otherborough Council",)]
    assert count("contact") == 0


def test_a_demo_that_took_in_contacts_is_never_replaced_without_its_name(runner: FlaskCliRunner) -> None:
    make_council(name="Otherborough Council", is_demo=True)
    make_contact(make_service("waste"))
    db.session.commit()

    refused = run(runner, *SMALL, "--replace")

    assert refused.exit_code == 1
    assert "has contacts beside the demo" in refused.stderr
    assert '--confirm "Otherborough Council"' in refused.stderr
    assert count("contact") == 1


def test_an_unknown_scenario_is_refused_with_the_names_there_are(runner: FlaskCliRunner) -> None:
    refused = run(runner, "demo", "load", "hamlet")

    assert refused.exit_code == 1
    assert "borough" in refused.stderr
    assert count("council") == 0


def test_a_scale_that_makes_no_council_is_wrong_usage(runner: FlaskCliRunner) -> None:
    for scale in ("0", "-1", "nan", "1000"):
        assert run(runner, "demo", "load", "borough", "--scale", scale).exit_code == 2
    assert count("council") == 0


def test_a_day_before_all_councils_is_refused(runner: FlaskCliRunner) -> None:
    refused = run(runner, "demo", "load", "borough", "--today", "1901-05-01")

    assert refused.exit_code == 1
    assert count("council") == 0


def test_a_demo_of_early_april_says_that_its_last_days_are_provisional(runner: FlaskCliRunner) -> None:
    early = run(runner, "demo", "load", "borough", "--scale", "0.01", "--today", "2026-04-20")
    later = run(runner, *SMALL, "--replace")

    assert "provisional" in early.stderr
    assert "provisional" not in later.stderr


def test_the_list_names_what_can_be_loaded(runner: FlaskCliRunner) -> None:
    listed = run(runner, "demo", "list")

    assert listed.exit_code == 0
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["borough", "city", "county", "town", "unitary"]


def test_sign_ins_are_printed_for_a_demo_and_for_nothing_else(runner: FlaskCliRunner) -> None:
    make_council(name="Otherborough Council")
    db.session.commit()
    assert run(runner, "demo", "sign-ins").output == ""

    run(runner, *SMALL, "--replace", "--confirm", "Otherborough Council")
    printed = run(runner, "demo", "sign-ins").stdout

    assert "Priya Shah, Customer Service Excellence lead" in printed
    assert len(printed.splitlines()) == 8


def test_whoever_is_printed_can_sign_in_with_the_password(runner: FlaskCliRunner) -> None:
    from flask_security import verify_password

    from survey_app.accounts.queries import demo_users
    from survey_app.demo.operations import DEMO_PASSWORD

    run(runner, *SMALL)

    assert len(demo_users()) == 7
    with runner.app.test_request_context():
        assert all(verify_password(DEMO_PASSWORD, user.password) for user in demo_users())
