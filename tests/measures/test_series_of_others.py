"""Series of others: read line by line, refused with reasons, replaced with an audit, judged only as far as it goes."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from survey_app.audit.models import AuditLine
from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.kernel.periods import Period
from survey_app.measures.series.chart import Series, SeriesPoint, chart_of, words_of
from survey_app.measures.series.line import SeriesLine, SeriesUnit, read_line
from survey_app.measures.series.operations import SeriesImport, import_series
from survey_app.measures.series.queries import all_series, as_series, series_by_code

NOW = datetime(2026, 5, 1, 6, tzinfo=UTC)
LATER = datetime(2026, 6, 1, 6, tzinfo=UTC)
GOOD = {"name": "Calls", "period": "2025-04", "value": "0.81", "source": "Telephone system", "unit": "share"}


def read(**cells: str) -> SeriesLine:
    return read_line(GOOD | cells)


class TestLine:
    def test_a_value_is_read_as_it_stands(self) -> None:
        line = read(target="0.8", lower_is_better="no")
        assert (line.name, line.period, line.value) == ("Calls", Period.month(2025, 4), 0.81)
        assert (line.unit, line.target, line.lower_is_better) == (SeriesUnit.SHARE, 0.8, False)

    def test_a_numerator_and_a_denominator_make_a_share(self) -> None:
        line = read(value="", unit="", numerator="81", denominator="90")
        assert (line.value, line.numerator, line.denominator, line.unit) == (0.9, 81, 90, SeriesUnit.SHARE)

    @pytest.mark.parametrize(
        ("text", "first", "last"),
        [
            ("2025-04", date(2025, 4, 1), date(2025, 4, 30)),
            ("2025/26 Q2", date(2025, 7, 1), date(2025, 9, 30)),
            ("2025/26", date(2025, 4, 1), date(2026, 3, 31)),
            ("2025-04-30", date(2025, 4, 30), date(2025, 4, 30)),
            ("30/04/2025", date(2025, 4, 30), date(2025, 4, 30)),
            ("2025-04-07 to 2025-04-13", date(2025, 4, 7), date(2025, 4, 13)),
        ],
    )
    def test_a_period_may_be_written_in_any_of_our_ways(self, text: str, first: date, last: date) -> None:
        assert (read(period=text).period.first, read(period=text).period.last) == (first, last)

    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            ({"name": ""}, "name is missing"),
            ({"source": " "}, "source is missing"),
            ({"name": "x" * 121}, "name is longer than 120"),
            ({"period": "soon"}, "period is soon: write 2025-04"),
            ({"period": "2025/27"}, "period is 2025/27"),
            ({"period": "2025-04-13 to 2025-04-07"}, "period is 2025-04-13 to 2025-04-07"),
            ({"value": ""}, "value is missing"),
            ({"value": "many"}, "value is no number: many"),
            ({"value": "nan"}, "value is no number: nan"),
            ({"value": "81"}, "value is a share: write it from 0 to 1"),
            ({"target": "80"}, "target is a share: write it from 0 to 1"),
            ({"numerator": "81", "denominator": "90"}, "give one or the other"),
            ({"value": "", "numerator": "81"}, "belong together"),
            ({"value": "", "numerator": "91", "denominator": "90"}, "at most the denominator"),
            ({"value": "", "numerator": "0", "denominator": "0"}, "above 0"),
            ({"value": "", "numerator": "8.5", "denominator": "90"}, "numerator is no count: 8.5"),
            ({"value": "", "numerator": "81", "denominator": "90", "unit": "days"}, "make a share, not days"),
            ({"unit": "percent"}, "unit is none of share"),
            ({"lower_is_better": "perhaps"}, "neither yes nor no: perhaps"),
        ],
    )
    def test_what_cannot_be_read_is_refused_with_the_reason(self, cells: dict[str, str], reason: str) -> None:
        with pytest.raises(InvalidInput) as refused:
            read(**cells)
        assert reason in refused.value.message

    def test_every_reason_of_a_line_is_named(self) -> None:
        with pytest.raises(InvalidInput, match=r"source is missing; period is x.*; value is no number: y"):
            read(source="", period="x", value="y")

    @pytest.mark.parametrize(
        ("unit", "value", "words"),
        [
            (SeriesUnit.SHARE, 0.8149, "81.5%"),
            (SeriesUnit.NUMBER, 1204.0, "1,204"),
            (SeriesUnit.NUMBER, 2.5, "2.50"),
            (SeriesUnit.SECONDS, 31.04, "31.0 seconds"),
            (SeriesUnit.MEAN, 4.126, "4.13"),
        ],
    )
    def test_a_value_is_written_in_its_unit(self, unit: SeriesUnit, value: float, words: str) -> None:
        assert unit.words(value) == words


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    file = path / "series.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, sorted({column for row in rows for column in row}))
        writer.writeheader()
        writer.writerows(rows)
    return file


@pytest.mark.usefixtures("app")
class TestImport:
    def took(self, path: Path, *rows: dict[str, str], now: datetime = NOW) -> SeriesImport:
        return import_series(write(path, list(rows)), now=now)

    def test_points_are_kept_in_their_series_with_source_and_target(self, tmp_path: Path) -> None:
        result = self.took(tmp_path, GOOD | {"target": "0.8"}, GOOD | {"period": "2025-05", "value": "0.7"})
        assert (result.read, result.added, result.rejected, result.series) == (2, 2, 0, ["Calls"])
        (series,) = map(as_series, all_series())
        assert [(point.period, point.value, point.source) for point in series.points] == [
            ("2025-04", 0.81, "Telephone system"),
            ("2025-05", 0.7, "Telephone system"),
        ]
        assert (series.code, series.unit, series.target) == ("calls", SeriesUnit.SHARE, 0.8)

    def test_a_refused_line_goes_to_its_file_and_the_others_are_kept(self, tmp_path: Path) -> None:
        result = self.took(tmp_path, GOOD | {"period": "soon"}, GOOD)
        assert (result.read, result.added, result.rejected) == (2, 1, 1)
        with (tmp_path / "series.csv.rejected.csv").open(newline="", encoding="utf-8") as file:
            (row,) = csv.DictReader(file)
        assert (row["line"], row["period"]) == ("2", "soon")
        assert "write 2025-04" in row["reason"]

    def test_corrected_lines_of_that_file_can_be_read_again(self, tmp_path: Path) -> None:
        self.took(tmp_path, GOOD | {"period": "soon"})
        rejected = tmp_path / "series.csv.rejected.csv"
        rejected.write_text(rejected.read_text().replace("soon,", "2025-06,", 2))
        result = import_series(rejected, now=LATER)
        assert (result.added, result.dropped_columns) == (1, [])

    def test_the_same_file_again_changes_nothing(self, tmp_path: Path) -> None:
        self.took(tmp_path, GOOD)
        result = self.took(tmp_path, GOOD, now=LATER)
        assert (result.added, result.changed, result.unchanged) == (0, 0, 1)

    def test_the_same_period_again_is_replaced_and_the_audit_keeps_what_it_was(self, tmp_path: Path) -> None:
        self.took(tmp_path, GOOD)
        result = self.took(tmp_path, GOOD | {"value": "0.9"}, now=LATER)
        assert (result.added, result.changed) == (0, 1)
        assert [point.value for point in series_by_code("calls").points] == [0.9]
        line = db.session.scalars(select(AuditLine).where(AuditLine.action == "series.changed")).one()
        assert line.before is not None and line.after is not None
        assert (line.subject, line.before["value"], line.after["value"]) == ("calls 2025-04", 0.81, 0.9)

    def test_a_period_twice_in_one_file_takes_the_later_line(self, tmp_path: Path) -> None:
        result = self.took(tmp_path, GOOD, GOOD | {"value": "0.5"})
        assert (result.added, result.changed) == (1, 1)

    def test_a_series_keeps_its_unit(self, tmp_path: Path) -> None:
        result = self.took(tmp_path, GOOD, GOOD | {"period": "2025-05", "value": "12", "unit": "days"})
        assert (result.added, result.rejected) == (1, 1)
        result = self.took(tmp_path, GOOD | {"period": "2025-06", "value": "12", "unit": ""}, now=LATER)
        assert result.rejected == 1

    def test_a_line_that_does_not_name_the_target_leaves_it(self, tmp_path: Path) -> None:
        self.took(tmp_path, GOOD | {"target": "0.8", "lower_is_better": "yes"})
        self.took(tmp_path, GOOD | {"period": "2025-05"}, now=LATER)
        series = series_by_code("calls")
        assert (series.target, series.lower_is_better) == (0.8, True)

    def test_two_names_that_read_alike_in_an_address_have_two_addresses(self, tmp_path: Path) -> None:
        self.took(tmp_path, GOOD, GOOD | {"name": "Calls!"})
        assert {series.name: series.code for series in all_series()} == {"Calls": "calls", "Calls!": "calls-2"}

    def test_a_file_without_its_columns_is_refused_whole(self, tmp_path: Path) -> None:
        file = tmp_path / "series.csv"
        file.write_text("name,value\nCalls,0.8\n")
        with pytest.raises(InvalidInput, match="period and source"):
            import_series(file, now=NOW)

    def test_there_is_no_series_that_nobody_imported(self) -> None:
        with pytest.raises(NotFound):
            series_by_code("calls")


class TestCommand:
    def test_it_says_what_it_did(self, runner: FlaskCliRunner, tmp_path: Path) -> None:
        file = write(tmp_path, [GOOD, GOOD | {"period": "soon", "remark": "x"}])
        result = runner.invoke(args=["measures", "import", str(file)])
        assert result.exit_code == 0
        assert "2 lines read: 1 added, 0 changed, 0 as they were, 1 rejected." in result.output
        assert "Columns not used: remark." in result.output

    def test_it_prints_one_document(self, runner: FlaskCliRunner, tmp_path: Path) -> None:
        document: dict[str, Any] = json.loads(
            runner.invoke(args=["measures", "import", str(write(tmp_path, [GOOD])), "--json"]).stdout
        )
        assert (document["read"], document["added"], document["rejects_file"]) == (1, 1, None)

    def test_a_file_that_is_no_table_is_refused(self, runner: FlaskCliRunner, tmp_path: Path) -> None:
        file = tmp_path / "series.csv"
        file.write_bytes(b"")
        result = runner.invoke(args=["measures", "import", str(file)])
        assert (result.exit_code, result.stdout) == (1, "")
        assert "The file is empty." in result.stderr


def series_of(*values: float, target: float | None = None, lower_is_better: bool = False) -> Series:
    months = [Period.month(2024 + (n + 3) // 12, (n + 3) % 12 + 1) for n in range(len(values))]
    points = [
        SeriesPoint(month.label, month.first, month.last, value, None, None, "Somebody")
        for month, value in zip(months, values, strict=True)
    ]
    return Series("s", "S", SeriesUnit.NUMBER, target, lower_is_better, points)


class TestChart:
    def test_one_point_has_no_usual_range(self) -> None:
        assert chart_of(series_of(5.0)) is None

    def test_under_13_points_nothing_is_said_of_them(self) -> None:
        series = series_of(*([50.0, 51.0] * 6), target=60.0)
        assert words_of(series, chart_of(series)) == ["12 of the 13 periods from which a usual range can be told."]

    def test_a_jump_is_told_and_whether_it_is_better(self) -> None:
        values = [50.0, 51.0] * 7 + [80.0]
        for lower_is_better, word in ((False, "better"), (True, "worse")):
            series = series_of(*values, lower_is_better=lower_is_better)
            (said,) = words_of(series, chart_of(series))
            assert f"{word} than the usual range" in said

    def test_a_target_that_lies_beyond_the_limits_is_expected_to_be_met(self) -> None:
        series = series_of(*([50.0, 51.0] * 7), target=40.0)
        assert "Expect the target to be met each time." in words_of(series, chart_of(series))

    def test_the_newest_figure_reaches_a_target_from_its_better_side(self) -> None:
        assert series_of(5.0, target=5.0).reaches_target
        assert not series_of(5.0, target=6.0).reaches_target
        assert series_of(5.0, target=6.0, lower_is_better=True).reaches_target
        assert series_of(5.0).reaches_target is None
