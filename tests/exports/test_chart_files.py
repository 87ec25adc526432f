"""A chart as a file: the same figures as its table, a picture that says what it is, and nothing to run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from openpyxl import load_workbook

from survey_app.charts import Chart, Point, TrendChart, view
from survey_app.exports.chart_files import chart_file
from tests.charts.cast import BEFORE_AFTER, CHANNELS, CONTROL, DIVERGING, FUNNEL, LEDGER, SECRET, SERVICES, YEAR

NOW = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
SOURCE = "Anyborough Council, https://survey.example/dashboards/, 1 May 2026"
EVERY = [YEAR, SERVICES, CHANNELS, CONTROL, FUNNEL, LEDGER, BEFORE_AFTER, DIVERGING]
EMPTY = TrendChart(key="empty", title="!!!", sentence="Nobody has been asked yet.", points=())

each_chart = pytest.mark.parametrize("chart", EVERY, ids=[chart.key for chart in EVERY])


def content(chart: Chart, kind: str) -> bytes:
    return chart_file(view(chart), kind, source=SOURCE, now=NOW).content


def rows_of(chart: Chart) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content(chart, "csv").decode("utf-8-sig"), newline="")))


def cells_of(chart: Chart, sheet: str) -> Iterator[tuple[object, ...]]:
    yield from load_workbook(io.BytesIO(content(chart, "xlsx")))[sheet].iter_rows(values_only=True)


def words_of(chart: Chart) -> str:
    return " ".join(ET.fromstring(content(chart, "svg")).itertext())


@each_chart
def test_both_files_of_figures_hold_the_rows_of_the_table_unrounded(chart: Chart) -> None:
    table = view(chart).table
    header, *rows = rows_of(chart)
    assert header == [column.name for column in table.columns]
    assert rows == [["" if value is None else str(value) for value in row] for row in table.values()]
    _header, *found = cells_of(chart, "Figures")
    for row, wanted in zip(found, table.values(), strict=True):
        assert list(row) == [
            pytest.approx(value, rel=1e-12) if isinstance(value, float) else None if value == "" else value
            for value in wanted
        ]


@each_chart
def test_no_file_holds_what_the_page_hides(chart: Chart) -> None:
    for kind in ("csv", "svg"):
        assert str(SECRET).encode() not in content(chart, kind)
    assert all(SECRET not in row for sheet in ("Figures", "About") for row in cells_of(chart, sheet))


@each_chart
def test_a_picture_says_what_it_shows_and_where_it_comes_from(chart: Chart) -> None:
    words = words_of(chart)
    assert chart.title in words
    assert chart.sentence in words
    assert SOURCE in words


def test_a_picture_lists_the_changes_that_have_no_words_in_it() -> None:
    close = replace(YEAR, annotations=tuple(replace(each, at=3.0) for each in YEAR.annotations))
    assert "B  Officers at the desk" in words_of(close)
    assert "B  Officers at the desk" not in words_of(YEAR)


def test_a_picture_has_its_legend_in_shapes_and_words() -> None:
    assert "◆ better than chance explains" in words_of(YEAR)


def test_words_that_would_run_or_break_a_file_stay_words() -> None:
    hostile = '=1+1</svg><script>alert(1)</script> & "\x0b'
    chart = replace(YEAR, title=hostile, points=(Point(label=hostile, value=0.9, base=90),))
    assert rows_of(chart)[1][0].startswith("'=1+1")
    assert "script" not in {each.tag for each in ET.fromstring(content(chart, "svg")).iter()}
    assert "<script>alert(1)</script>" in words_of(chart)


def test_the_second_sheet_says_what_the_first_is() -> None:
    about = dict(cells_of(YEAR, "About"))
    assert about["What it says"] == YEAR.sentence
    assert about["Axis of the picture"] == "Axis zoomed: 85% to 100%"
    assert about["Mark A"] == "Reception opens"
    assert (about["Source"], about["Rows"]) == (SOURCE, "7")


def test_a_file_is_named_after_its_chart() -> None:
    assert chart_file(view(YEAR), "svg", source=SOURCE, now=NOW).name == "satisfaction-by-month.svg"
    assert chart_file(view(EMPTY), "csv", source=SOURCE, now=NOW).name == "empty.csv"
