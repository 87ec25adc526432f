"""The pages of series of others: labelled as not ours, with source, target and usual range."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from survey_app.extensions import db
from survey_app.measures.series.operations import import_series
from tests.dashboards.conftest import SignIn
from tests.dashboards.test_measures import page_of, rows_of
from tests.dashboards.test_overview import words_of
from tests.statements import statements
from tests.test_templates import Inside

NOW = datetime(2026, 5, 1, 6, tzinfo=UTC)
LIST = "/dashboards/series"
HEADER = "name,period,value,numerator,denominator,source,unit,target,lower_is_better\n"
SURVEY = "Independent survey,2024/25,0.84,,,Regional survey house,share,0.8,\n"
CALLS = "Calls,{month},{value},,,Telephone system,number,,yes\n"


def take_in(tmp_path: Path, *lines: str) -> None:
    file = tmp_path / "series.csv"
    file.write_text(HEADER + "".join(lines))
    assert import_series(file, now=NOW).rejected == 0
    db.session.commit()


def calls(*values: float) -> list[str]:
    return [CALLS.format(month=f"{2024 + n // 12}-{n % 12 + 1:02}", value=value) for n, value in enumerate(values)]


@pytest.mark.usefixtures("app")
class TestPages:
    def test_before_the_first_import_the_page_says_how_to_make_one(self, sign_in: SignIn) -> None:
        text = words_of(page_of(sign_in("lead"), LIST))
        assert "No series of others." in text
        assert "flask measures import FILE" in text

    def test_each_stands_with_newest_figure_target_and_source_as_not_ours(
        self, sign_in: SignIn, tmp_path: Path
    ) -> None:
        take_in(tmp_path, SURVEY, *calls(3, 4))
        html = page_of(sign_in("lead"), LIST)
        text = words_of(html)
        assert "2 series of others. By their newest figures 1 of 1 with a target reach it." in text
        assert "Not ours: we did not count it and cannot check it." in text
        assert rows_of(html)[-1] == [
            *("Independent survey", "84.0%", "2024/25", "at least 80.0% Target reached", "Regional survey house"),
        ]
        assert "/dashboards/series/calls" in {link.get("href") for link in Inside(html).all("a")}

    def test_one_says_its_figure_source_and_target_first(self, sign_in: SignIn, tmp_path: Path) -> None:
        take_in(tmp_path, SURVEY)
        text = words_of(page_of(sign_in("lead"), f"{LIST}/independent-survey"))
        assert "Independent survey: 84.0% in 2024/25." in text
        assert "Source: Regional survey house. Target at least 80.0%: reached." in text
        assert "1 of the 13 periods from which a usual range can be told." in text

    def test_a_jump_after_13_months_is_told_with_its_range(self, sign_in: SignIn, tmp_path: Path) -> None:
        take_in(tmp_path, *calls(*([50, 51] * 7), 90))
        text = words_of(page_of(sign_in("lead"), f"{LIST}/calls"))
        assert "Calls: 90 in March 2025." in text
        assert "worse than the usual range" in text
        assert "outside, high" in text

    def test_values_below_nothing_are_drawn_as_well(self, sign_in: SignIn, tmp_path: Path) -> None:
        take_in(tmp_path, *calls(-3, 4, 0))
        assert "Calls: 0 in March 2024." in words_of(page_of(sign_in("lead"), f"{LIST}/calls"))

    def test_all_values_alike_are_drawn(self, sign_in: SignIn, tmp_path: Path) -> None:
        take_in(tmp_path, *calls(0, 0, 0))
        assert "Calls: 0 in March 2024." in words_of(page_of(sign_in("lead"), f"{LIST}/calls"))

    def test_there_is_no_page_of_a_series_that_is_none(self, sign_in: SignIn) -> None:
        assert sign_in("lead").get(f"{LIST}/nothing").status_code == 404

    def test_more_series_do_not_mean_more_statements(self, sign_in: SignIn, tmp_path: Path) -> None:
        lead = sign_in("lead")
        take_in(tmp_path, SURVEY)
        with statements() as few:
            page_of(lead, LIST)
        take_in(tmp_path, *calls(*range(10)), *(SURVEY.replace("Independent", f"Survey {n}") for n in range(5)))
        with statements() as many:
            page_of(lead, LIST)
        assert len(many) == len(few) < 12

    def test_the_months_of_two_years_stand_under_the_chart_by_letter_and_year(
        self, sign_in: SignIn, tmp_path: Path
    ) -> None:
        take_in(tmp_path, *calls(*range(60, 84)))
        page = BeautifulSoup(page_of(sign_in("lead"), f"{LIST}/calls"), "html.parser")
        texts = [text.get_text() for text in page.select("figure .wide svg text")]
        assert "".join(text for text in texts if len(text) == 1 and text.isalpha()) == "JFMAMJJASOND" * 2
        assert {"2024", "2025"} <= set(texts)
        assert "The interval covers chance only" not in page.get_text(), "figures of others have no interval"

    def test_the_whole_axis_can_be_chosen_where_it_is_zoomed(self, sign_in: SignIn, tmp_path: Path) -> None:
        take_in(tmp_path, SURVEY)
        lead = sign_in("lead")
        (address,) = {
            link["href"]
            for link in BeautifulSoup(page_of(lead, LIST), "html.parser").find_all("a", string="Independent survey")
        }
        zoomed, whole = page_of(lead, address), page_of(lead, f"{address}?axis=full")
        assert "Axis zoomed" in zoomed and f"{address}?axis=full#series" in zoomed
        assert "Axis 0% to 100%." in whole and f'"{address}#series"' in whole
        assert lead.get(f"{address}?axis=half").status_code == 400
