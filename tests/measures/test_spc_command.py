"""`flask measures spc FILE`: a control chart of a series of one's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from survey_app.measures.cli import measures_cli
from tests.oracles import SHARED

MONTHS = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "series.csv"


def spc(path: Path, *options: str) -> Any:
    result = CliRunner().invoke(measures_cli, ["spc", str(path), "--json", *options])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refused(path: Path, *options: str) -> str:
    result = CliRunner().invoke(measures_cli, ["spc", str(path), "--chart", "xmr", *options])
    assert result.exit_code == 1, result.output
    return result.stderr


def write(path: Path, header: str, *rows: object) -> Path:
    path.write_text("\n".join([header, *map(str, rows)]) + "\n")
    return path


@pytest.mark.shared
def test_the_published_p_chart_comes_out_of_its_counts(file: Path) -> None:
    published = SHARED / "oracles" / "spc" / "p_chart_expected.csv"
    if not published.exists():
        pytest.skip("../shared is not beside the project")
    rows = [line.split(",") for line in published.read_text().splitlines()[1:]]
    write(file, "period,numerator,denominator", *(",".join(row[:3]) for row in rows))
    document = spc(file, "--chart", "p")
    assert document["chart"] == "p"
    for row, point in zip(rows, document["points"], strict=True):
        assert point["period"] == row[0]
        assert (100 * point["lower"], 100 * point["upper"]) == pytest.approx((float(row[3]), float(row[6])), abs=0.0051)


def test_rows_may_stand_in_any_order(file: Path) -> None:
    write(file, "Value;Period", *(f"{i % 2};{month}" for i, month in reversed(list(enumerate(MONTHS)))))
    document = spc(file, "--chart", "xmr")
    assert [point["period"] for point in document["points"]] == MONTHS
    assert (document["mean"], document["amr"], document["lower"], document["upper"]) == (0.5, 1, -2.16, 3.16)
    assert (document["variation"], document["assurance"], document["warnings"]) == ("common_cause", None, [])


@pytest.mark.parametrize(
    ("improvement", "target", "variation", "assurance"),
    [
        ("increase", "0.2", "improvement", "consistent_pass"),
        ("decrease", "0.2", "concern", "consistent_fail"),
        ("neutral", "0.2", "neutral_high", None),
    ],
)
def test_which_way_is_better_decides_what_a_high_point_means(
    file: Path, improvement: str, target: str, variation: str, assurance: str | None
) -> None:
    write(
        file,
        "period,value",
        *(f"{month},{0.9 if i % 2 else 0.89}" for i, month in enumerate(MONTHS[:-1])),
        "2025-12,1.2",
    )
    document = spc(file, "--chart", "xmr", "--improvement", improvement, "--target", target)
    assert document["points"][-1]["type"] == "outside"
    assert document["points"][-1]["direction"] == "high"
    assert (document["variation"], document["assurance"]) == (variation, assurance)


def test_a_month_without_answers_is_a_gap_and_a_small_one_is_said(file: Path) -> None:
    write(file, "period,numerator,denominator", "2025-01,90,100", "2025-02,0,0", "2025-03,7,8", "2025-04,91,100")
    document = spc(file, "--chart", "xmr")
    gap = document["points"][1]
    assert (gap["period"], gap["value"], gap["type"]) == ("2025-02", None, None)
    assert document["warnings"] == ["trial_limits", "small_base"]


def test_months_left_out_for_a_quarter_end_a_run(file: Path) -> None:
    values = [0.7, 0.9] * 4 + [0.1, 0.3] * 4  # eight above the mean, then eight below it
    whole = MONTHS[:16]
    apart = MONTHS[:4] + MONTHS[7:19]
    types = [
        [
            point["type"]
            for point in spc(write(file, "period,value", *rows), "--chart", "xmr", "--keep-outliers")["points"]
        ]
        for rows in (
            [f"{month},{value}" for month, value in zip(months, values, strict=True)] for months in (whole, apart)
        )
    ]
    assert types[0] == ["run"] * 16
    assert types[1] == ["common_cause"] * 8 + ["run"] * 8


def test_a_table_says_the_same_in_a_terminal(file: Path) -> None:
    write(file, "period,value", "2025-01-01,1", "2025-01-02,2")
    result = CliRunner().invoke(measures_cli, ["spc", str(file), "--chart", "xmr", "--target", "5"])
    assert "2025-01-02        2.0000     -1.1600      4.1600  common cause" in result.output
    assert "Assurance: consistent fail" in result.output
    assert "Warning: trial limits" in result.output


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        ("period,value", "2025-13,1", "Line 2 has the period '2025-13'; write 2025-04"),
        ("period,value", "soon,1", "Line 2 has the period 'soon'"),
        ("period,value", "2025-01,many", "Line 2 has the value 'many', which is no number"),
        ("period,value", "2025-01,nan", "which is no number"),
        ("period,value", "2025-01,", "holds no period with a figure"),
        ("period,numerator,denominator", "2025-01,3,2", "numerator of 3, more than its denominator of 2"),
        ("period,numerator,denominator", "2025-01,-1,2", "the numerator '-1', which is no count"),
        ("period,numerator,denominator", "2025-01,1,2.5", "the denominator '2.5', which is no count"),
        ("period,figure", "2025-01,1", "needs the columns period and value"),
        ("month,value", "2025-01,1", "period"),
        ("period,value", '2025-01,"1', "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_where_it_is_wrong(file: Path, header: str, row: str, said: str) -> None:
    assert said in refused(write(file, header, row))


def test_a_period_that_stands_there_twice_is_refused(file: Path) -> None:
    assert "Line 3 has the period 2025-01 once more" in refused(write(file, "period,value", "2025-01,1", "2025-01,2"))


def test_a_p_chart_of_values_without_counts_is_refused(file: Path) -> None:
    result = CliRunner().invoke(measures_cli, ["spc", str(write(file, "period,value", "2025-01,1")), "--chart", "p"])
    assert result.exit_code == 1
    assert "each point needs numerator and base" in result.stderr
