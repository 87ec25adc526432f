"""`flask exports figures`: a row each, with what `flask measures show` says of it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskCliRunner

from tests.exports.conftest import DAY, read_csv

Export = Callable[..., bytes]


@pytest.fixture(autouse=True)
def _council(council: object) -> None:
    """Each test has it."""


def shown(runner: FlaskCliRunner, measure: str, *more: str) -> list[dict[str, object]]:
    days = ["--from", DAY.isoformat(), "--to", DAY.isoformat()]
    return json.loads(runner.invoke(args=["measures", "show", measure, *days, "--json", *more]).stdout)["figures"]


def test_a_figure_is_what_measures_show_says(export: Export, runner: FlaskCliRunner) -> None:
    rows, last = read_csv(export("figures", "--measure", "satisfaction", "--by", "service"))
    found = shown(runner, "satisfaction", "--by", "service")
    assert last == f"{len(found)} rows"
    for row, figure in zip(rows, found, strict=True):
        assert row["service"] == figure["where"]["service"]
        assert row["base"] == str(figure["base"])
        assert row["suppressed"] == ("yes" if figure["suppressed"] else "no")
        assert row["value"] == ("" if figure["value"] is None else str(figure["value"]))
        assert row["passport"].endswith(str(figure["passport"]))
        assert row["previous_from"] == figure["previous"]["from"]


def test_without_a_name_every_measure_has_a_row_also_one_that_cannot_be_broken_down_so(export: Export) -> None:
    rows, _ = read_csv(export("figures", "--by", "team"))
    left_out = {row["measure"]: row["left_out"] for row in rows if row["left_out"]}
    assert {"satisfaction", "response_rate"} <= {row["measure"] for row in rows} | left_out.keys()
    assert all(row["value"] == "" for row in rows if row["left_out"])


@pytest.mark.parametrize(
    "wrong, why",
    [
        (["--measure", "joy"], "joy"),
        (["--by", "colour"], "not by colour"),
        (["--where", "service=nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_no_file(export: Export, wrong: list[str], why: str) -> None:
    assert why in export("figures", *wrong, status=1).decode()
