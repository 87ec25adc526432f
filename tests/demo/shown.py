"""Figures of a scenario's document, as the dashboard pages, the command line and the evidence pack show them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from bs4 import BeautifulSoup
from flask import Flask

from survey_app.demo.allocation import scaled
from survey_app.demo.operations import DEMO_PASSWORD
from survey_app.demo.scenarios.scenario import Scenario
from survey_app.kernel.periods import Period
from survey_app.statistics.rounding import percent
from tests.conftest import PersonsClient

YEAR = Period.parse("2025/26")
LAST_YEAR = Period.parse("2024/25")
MARCH = Period.parse("2026-03")


@dataclass(frozen=True)
class Shown:
    """A figure of a whole scenario. One of other customers is on no page but its passport, and often too small to be
    pinned as evidence."""

    measure: str
    numerator: int
    base: int
    period: Period = YEAR
    where: str = ""

    def at(self, scale: float) -> Shown:
        """The same of a part of the scenario."""
        return replace(self, numerator=scaled(self.numerator, scale), base=scaled(self.base, scale))

    @property
    def counts(self) -> tuple[int, int]:
        return self.numerator, self.base


def run(app: Flask, *arguments: str) -> str:
    """What a command prints."""
    with app.app_context():
        result = app.test_cli_runner().invoke(args=list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def figures(app: Flask, measure: str, period: Period, *more: str) -> list[dict[str, Any]]:
    """What `flask measures show` says."""
    found = json.loads(run(app, "measures", "show", measure, *_days(period), "--json", *more))
    listed: list[dict[str, Any]] = found["figures"]
    return listed


def _days(period: Period) -> tuple[str, ...]:
    return "--from", period.first.isoformat(), "--to", period.last.isoformat()


def lead_of(app: Flask, scenario: Scenario) -> PersonsClient:
    """The signed-in CSE lead of a demo."""
    return signed_in(app, scenario, "cse_lead")


def signed_in(app: Flask, scenario: Scenario, role: str) -> PersonsClient:
    """The first of a demo's staff with this role."""
    app.test_client_class = PersonsClient
    client = app.test_client()
    assert isinstance(client, PersonsClient)
    somebody = next(user.email for user in scenario.users if user.role == role)
    assert client.sign_in(somebody, DEMO_PASSWORD).status_code == 302
    return client


def words_of(client: PersonsClient, address: str) -> str:
    """What a page says."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(BeautifulSoup(answer.text, "html.parser").get_text(" ").split())


def prove_alike(app: Flask, scenario: Scenario, all_shown: Sequence[Shown], folder: Path) -> None:
    """Each figure is on its page, on the command line and in the pack of the year, which proves itself."""
    lead = lead_of(app, scenario)
    proved = _in_pack(app, folder / "pack.zip")
    for shown in all_shown:
        where = ["--where", shown.where] if shown.where else []
        (figure,) = figures(app, shown.measure, shown.period, *where)
        assert (figure["numerator"], figure["base"]) == shown.counts
        assert not figure["provisional"]
        for page in _pages(shown, figure["passport"]):
            words = words_of(lead, page)
            assert percent(shown.numerator / shown.base) in words, page
            if shown.where:
                assert {f"{shown.numerator:,}", f"{shown.base:,}"} <= set(words.split()), page
            else:
                assert f"{shown.numerator:,} of {shown.base:,} answers" in words, page
        if not shown.where:
            days = shown.period.first.isoformat(), shown.period.last.isoformat()
            assert proved[shown.measure, *days] == shown.counts


def _pages(shown: Shown, passport: str) -> Iterable[str]:
    if shown.where:
        return [passport]
    pages = [f"/dashboards/measures/{shown.measure}?period={shown.period.label}"]
    return [f"/dashboards/?period={shown.period.label}", *pages] if shown.measure == "satisfaction" else pages


def _in_pack(app: Flask, pack: Path) -> dict[tuple[str, str, str], tuple[int, int]]:
    """The council's figures in the pack of the year, by measure and days."""
    run(app, "evidence", "pack", "--framework", "cse", *_days(YEAR), "--out", str(pack))
    assert json.loads(run(app, "evidence", "verify", str(pack), "--json"))["ok"]
    with ZipFile(pack) as files:
        lines = csv.DictReader(io.StringIO(files.read("figures.csv").decode("utf-8-sig")))
        return {
            (line["measure"], line["from"], line["to"]): (int(line["numerator"]), int(line["base"]))
            for line in lines
            if not line["where"]
        }
