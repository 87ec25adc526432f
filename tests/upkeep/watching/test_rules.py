"""The dashboard and the alerts speak of what is measured, and every alert says what to do."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from survey_app.extensions import transaction
from survey_app.settings import PROJECT_ROOT
from survey_app.work.jobs import jobs, run_job
from tests.factories import make_council
from tests.upkeep.watching.alert_cases import WELL, WRONG

RULES = PROJECT_ROOT / "deploy" / "prometheus"
DASHBOARD = PROJECT_ROOT / "deploy" / "grafana" / "survey.json"
DOCS = PROJECT_ROOT / "docs"
METRIC = re.compile(r"\bsurvey_[a-z_]+")


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load((RULES / "alerts.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(DASHBOARD.read_text())["panels"]
    return found


def questions() -> Iterator[str]:
    """Every expression of both."""
    yield from (rule["expr"] for rule in alerts())
    yield from (target["expr"] for panel in panels() for target in panel.get("targets", []))


@pytest.fixture
def measured(app: Flask, client: FlaskClient) -> dict[str, set[str]]:
    """Each name of a sample in a scrape of an app that has worked a little, with its labels."""
    with transaction():
        make_council()
    run_job(jobs()["fold_tallies"], worker="one")
    client.get("/health/live")
    families = list(text_string_to_metric_families(client.get("/metrics").text))
    found: dict[str, set[str]] = {}
    for family in families:
        found.setdefault(family.name, set())
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")  # the database plays no part
class TestOfOneScrape:
    def test_dashboard_and_alerts_ask_for_what_is_there(self, measured: dict[str, set[str]]) -> None:
        asked = {name for question in questions() for name in METRIC.findall(question)}
        assert len(asked) > 15
        assert asked - measured.keys() == set()

    def test_all_that_is_measured_is_in_the_documents(self, measured: dict[str, set[str]]) -> None:
        text = (DOCS / "monitoring.md").read_text()
        table = text[text.index("| metric |") : text.index("Which job is what")]
        said = set(re.findall(r"`(survey_\w+)`", table))
        said |= {f"survey_job{end}" for end in re.findall(r"`(_\w+_total)`", table)}
        families = {re.sub(r"_(bucket|count|sum|created)$", "", name) for name in measured}
        families = {f"{name}_total" if f"{name}_total" in families else name for name in families}
        assert families - said == set()
        assert said - families == set()

    def test_jobs_that_they_name_are_jobs(self, app: Flask) -> None:
        named = {
            job
            for question in questions()
            for names in re.findall(r'\bjob[!=]=?~?"([^"]+)"', question)
            for job in names.split("|")
        }
        assert named - {"survey"} - jobs().keys() == set()  # survey: what Prometheus calls the nodes together

    def test_routes_that_they_ask_for_are_routes(self, app: Flask) -> None:
        wanted = {route for question in questions() for route in re.findall(r'route=~"([^"]+)"', question)}
        rules = [rule.rule for rule in app.url_map.iter_rules()]
        assert wanted
        for route in wanted:
            assert any(re.fullmatch(route, rule) for rule in rules), route


def test_each_alert_says_what_is_so_how_bad_it_is_and_what_to_do() -> None:
    for rule in alerts():
        assert rule["annotations"]["summary"].endswith((".", "?", "why.")), rule["alert"]
        assert rule["labels"]["severity"] in ("page", "warning", "info")
        page, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert page == "docs/runbook.md"
        assert anchor == rule["alert"].lower()


def test_the_runbook_has_a_heading_for_each_alert_and_none_for_another() -> None:
    text = (DOCS / "runbook.md").read_text()
    headings = re.findall(r"^## (\w+)$", text, re.MULTILINE)
    assert headings == [rule["alert"] for rule in alerts()]
    for part in text.split("\n## ")[1:]:
        for word in ("**Means**", "**Look**", "**Do**"):
            assert word in part, part.splitlines()[0]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")
def test_the_runbook_names_commands_pages_and_jobs_that_there_are(app: Flask) -> None:
    text = (DOCS / "runbook.md").read_text()
    for command in re.findall(r"`flask ([a-z ]+)", text):
        words, group = command.split(), app.cli
        for word in words[:2]:
            known = getattr(group, "commands", {})
            assert word in known or not known, command
            group = known.get(word, group)
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    for path in re.findall(r"`(/[a-z/-]+)`", text):
        assert path in rules or f"{path}/" in rules, path
    for job in re.findall(r"--once ([a-z_]+)", text):
        assert job in jobs(), job


def test_panels_do_not_overlap_and_each_has_a_title() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        assert panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in panels()}) == len(panels())


def test_what_every_node_says_alike_is_never_added_up_over_nodes() -> None:
    """The database's numbers come once from each node: a sum would say them twice."""
    shared = r"(?!survey_(?:http|ready|disk|queue|build))survey_"
    added = re.compile(rf"\bsum(?: by \([^)]*\))? ?\((?:rate\(|increase\()?{shared}")
    assert added.search("sum by (job) (rate(survey_job_rows_total[5m]))")
    assert [question for question in questions() if added.search(question)] == []


@pytest.fixture(scope="session")
def promtool() -> str:
    found = shutil.which("promtool", path=f"{os.environ['PATH']}:{PROJECT_ROOT / '.promtool/usr/bin'}")
    if found is None:
        pytest.skip("promtool is not there (make promtool): expressions are not checked, nor when alerts are raised")
    return found


def says(promtool: str, *command: str, at: Path = RULES) -> str:
    """Empty when it finds nothing wrong."""
    ended = subprocess.run([promtool, *command], cwd=at, capture_output=True, text=True, timeout=60, check=False)
    return "" if ended.returncode == 0 else ended.stdout + ended.stderr


def test_prometheus_takes_rules_and_settings(promtool: str) -> None:
    assert says(promtool, "check", "rules", "alerts.yaml") == ""
    assert says(promtool, "check", "config", "--syntax-only", "prometheus.yaml") == ""


def test_prometheus_takes_what_the_dashboard_asks(promtool: str, tmp_path: Path) -> None:
    asked = [{"record": f"panel_{n}", "expr": question} for n, question in enumerate(questions())]
    (tmp_path / "asked.yaml").write_text(yaml.safe_dump({"groups": [{"name": "all", "rules": asked}]}))
    assert says(promtool, "check", "rules", "asked.yaml", at=tmp_path) == ""


def raised(promtool: str, series: Mapping[str, str], alerts: Collection[str], folder: Path) -> str:
    """What Prometheus, which works it out itself, finds wrong with "these alerts are raised after nine hours"."""
    expected = [{"labels": f'{{alertname="{alert}"}}', "value": 1} for alert in alerts]
    asked = 'count by (alertname) (count by (alertname, job) (ALERTS{alertstate="firing"}))'
    test = {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [{"expr": asked, "eval_time": "9h", "exp_samples": expected}],
    }
    document = {"rule_files": [str(RULES / "alerts.yaml")], "evaluation_interval": "1m", "tests": [test]}
    (folder / "tests.yaml").write_text(yaml.safe_dump(document))
    return says(promtool, "test", "rules", "tests.yaml", at=folder)


def test_no_alert_is_raised_while_all_is_well(promtool: str, tmp_path: Path) -> None:
    assert raised(promtool, WELL, [], tmp_path) == ""


@pytest.mark.parametrize("alert", WRONG)
def test_an_alert_is_raised_by_what_it_is_for_and_no_other_with_it(promtool: str, tmp_path: Path, alert: str) -> None:
    assert WRONG[alert].keys() <= WELL.keys()
    assert raised(promtool, {**WELL, **WRONG[alert]}, [alert], tmp_path) == ""


def test_with_no_node_left_somebody_is_called(promtool: str, tmp_path: Path) -> None:
    nodes = {name: "0x600" for name in WELL if name.startswith("up{")}
    assert raised(promtool, nodes, ["SurveyNodeGone", "SurveyNobodyServes"], tmp_path) == ""
    assert raised(promtool, {"survey_other": "1x600"}, ["SurveyNobodyServes"], tmp_path) == ""


def test_every_alert_is_tried() -> None:
    assert {*WRONG, "SurveyNobodyServes"} == {rule["alert"] for rule in alerts()}
