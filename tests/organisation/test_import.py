"""`flask organisation import`, and finding what it made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from survey_app.extensions import db
from survey_app.organisation.models import Service, Site, Team
from survey_app.organisation.operations import get_or_make_sites, get_or_make_teams
from survey_app.organisation.queries import services_by_code_or_name, subtree_ids
from tests.factories import make_service

FILE = """kind,code,name,parent,valid_from,valid_to,colour
service,bins,Bin collection,waste,01/04/2025,,red
service,waste,Waste and recycling,,,,blue
service,garden,Garden waste,Waste and recycling,2025-04-01,2026-03-31,green
team,t1,Team One,,,,
site,civic,Civic Centre,,,,
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "organisation.csv"
    path.write_text(FILE)
    return path


def parents() -> dict[str, str | None]:
    return {service.code: service.parent and service.parent.code for service in db.session.scalars(select(Service))}


def test_a_tree_comes_in_whatever_the_order_and_a_second_time_changes_nothing(
    file: Path, runner: FlaskCliRunner
) -> None:
    result = runner.invoke(args=["organisation", "import", str(file), "--json"])
    assert json.loads(result.stdout) == {"made": 5, "changed": 0, "unchanged": 0, "dropped_columns": ["colour"]}
    assert parents() == {"waste": None, "bins": "waste", "garden": "waste"}
    again = runner.invoke(args=["organisation", "import", str(file)])
    assert again.exit_code == 0
    assert "0 made, 0 changed, 5 unchanged." in again.stdout
    assert [team.name for team in db.session.scalars(select(Team))] == ["Team One"]
    assert [site.code for site in db.session.scalars(select(Site))] == ["civic"]


def test_a_later_file_changes_what_it_names_and_leaves_the_rest(file: Path, runner: FlaskCliRunner) -> None:
    runner.invoke(args=["organisation", "import", str(file)])
    file.write_text("kind,code,name\nservice,BINS,Bins and boxes\n")
    result = runner.invoke(args=["organisation", "import", str(file), "--json"])
    assert json.loads(result.stdout)["changed"] == 1
    db.session.expire_all()
    assert parents()["bins"] == "waste"
    assert services_by_code_or_name().find("bins AND boxes") is not None


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("service,a,A,nowhere,,", "Line 2: the parent nowhere is neither in the file nor known."),
        ("service,a,A,b,,\nservice,b,B,a,,", "would be below itself"),
        ("service,a,A,,,\nservice,A,Other,,,", "Line 3: the service A stands on line 2 already."),
        ("desk,a,A,,,", "it must be service, team or site"),
        ("service,has space,A,,,", "without spaces"),
        ("service,a,,,,", "the name must have 1 to 120 characters"),
        ("service,a,A,,2026-01-02,2026-01-01", "valid_to is before valid_from"),
        ("service,a,A,,soon,", "valid_from is 'soon'"),
        ("team,a,A,b,,", "only a service has a parent"),
        ("service,a", "the row has 2 columns"),
    ],
)
def test_one_wrong_line_and_nothing_comes_in(lines: str, sentence: str, file: Path, runner: FlaskCliRunner) -> None:
    file.write_text(f"kind,code,name,parent,valid_from,valid_to\n{lines}\nteam,good,Good,,,\n")
    result = runner.invoke(args=["organisation", "import", str(file)])
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert db.session.scalars(select(Team)).all() == []
    assert db.session.scalars(select(Service)).all() == []


def test_a_service_is_found_by_code_or_name_unless_two_share_it(app: Flask) -> None:
    housing = make_service("housing", "Housing Options")
    make_service("old-repairs", "Repairs")
    make_service("new-repairs", "Repairs")
    found = services_by_code_or_name()
    assert found.find("HOUSING") == found.find(" housing  options ") == housing.id
    assert found.find("Repairs") is None
    assert found.near("Repair") == ["Repairs (old-repairs)", "Repairs (new-repairs)"]
    assert found.near("xyzzy") == []


def test_a_subtree_holds_all_below_and_a_circle_does_no_harm(app: Flask) -> None:
    waste = make_service("waste")
    bins = make_service("bins", parent_id=waste.id)
    boxes = make_service("boxes", parent_id=bins.id)
    housing = make_service("housing")
    assert subtree_ids([waste.id]) == {waste.id, bins.id, boxes.id}
    waste.parent_id = boxes.id
    db.session.flush()
    assert subtree_ids([boxes.id, housing.id]) == {waste.id, bins.id, boxes.id, housing.id}


def test_an_unknown_team_or_site_is_made_once_and_listed(app: Flask) -> None:
    ids, made = get_or_make_teams(["Revenues & Benefits", "revenues &  benefits", "Revenues-Benefits!"])
    assert made == ["Revenues & Benefits", "Revenues-Benefits!"]
    assert len(set(ids.values())) == 2
    assert get_or_make_teams(["REVENUES & BENEFITS", "revenues-benefits"])[1] == []
    assert get_or_make_sites(["Llyfrgell", "!!!"])[1] == ["Llyfrgell", "!!!"]
    assert sorted(site.code for site in db.session.scalars(select(Site))) == ["llyfrgell", "unnamed"]
