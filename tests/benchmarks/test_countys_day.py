"""The county's day: its plan, its pictures, what its report says, and one small day from beginning to end."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks.countys_day.__main__ import main
from benchmarks.countys_day.pictures import MOST_CORNERS, picture
from benchmarks.countys_day.plan import Plan, by_second
from benchmarks.countys_day.report import Day, as_page, percentiles, write
from benchmarks.countys_day.watching import Look, group_of

SVG = "{http://www.w3.org/2000/svg}"


def test_a_whole_year_is_800000_contacts_and_60000_answers() -> None:
    assert (Plan(1, 50).contacts, Plan(1, 50).answers) == (800_000, 60_000)
    assert (Plan(0.01, 50).contacts, Plan(0.01, 50).answers) == (8_000, 600)


@pytest.mark.parametrize("answers", [1, 7, 600, 60_000])
def test_every_answer_has_its_moment_and_none_comes_before_the_one_before_it(answers: int) -> None:
    moments = list(Plan(1, 50).arrivals(answers))
    assert len(moments) == answers
    assert moments == sorted(moments) and moments[0] == 0


def test_no_second_has_more_answers_than_the_peak_and_many_have_as_many() -> None:
    moments = list(Plan(0.1, 50).arrivals(6_000))
    a_second = [0] * (int(moments[-1]) + 1)
    for moment in moments:
        a_second[int(moment)] += 1
    assert 50 <= max(a_second) <= 51  # the last second of one wave is the first of the next
    assert sum(count >= 50 for count in a_second) >= 3_600 / 50 - 2


def test_times_are_summed_up_for_each_second_in_which_something_was() -> None:
    moments = [(0.1, 1.0), (0.9, 3.0), (5.0, 2.0)]
    assert by_second(moments) == [(0.0, 3.0, 3.0), (5.0, 2.0, 2.0)]
    assert percentiles(moments) == {"50%": 2_000, "95%": 3_000, "99%": 3_000}
    assert percentiles([]) == {}


def test_a_picture_is_well_formed_whatever_things_are_called_and_has_each_line_with_its_name() -> None:
    lines = {"<web>": [(0.0, 1.0), (10.0, 40.0)], "workers & more": [(0.0, 39.0), (10.0, 39.5)], "nothing": []}
    root = ET.fromstring(picture("Memory <in> MB", "MB", lines, [(3.0, 'one "begins"')]))
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert {"<web>", "workers & more", "MB", "1"} <= set(words) and "nothing" not in words
    named = [text for text in root.iter(f"{SVG}text") if text.text in lines]
    first, second = (float(text.attrib["y"]) for text in named)
    assert abs(first - second) >= 16, "two names lie over each other"


def test_the_highest_second_of_a_long_day_is_in_the_picture() -> None:
    line = [(float(n), 1.0) for n in range(40_000)]
    line[31_234] = (31_234.0, 80.0)
    drawn = picture("Waiting", "seconds", {"95%": line})
    strokes = [stroke.attrib["points"].split() for stroke in ET.fromstring(drawn).iter(f"{SVG}polyline")]
    points = max(strokes, key=len)
    assert len(points) <= MOST_CORNERS
    assert len({point.split(",")[1] for point in points}) == 2


def test_nodes_of_a_kind_are_one_group() -> None:
    names = ("web1", "web12", "worker2", "primary", "replica", "redis")
    assert [group_of(name) for name in names] == ["web", "web", "workers", "database", "replica", "redis"]


def test_an_empty_picture_says_its_axes_and_does_not_fail() -> None:
    assert ET.fromstring(picture("Nothing", "seconds", {"95%": []})).attrib["role"] == "img"


def test_the_report_leads_with_what_went_wrong(tmp_path: Path) -> None:
    day = Day(counts={"answers stored": 3}, answered=[(0.0, 1.0)], looks=[Look(1.0, 5, 4, 3.0, 2, {"web": 90.0})])
    assert "<strong>Every answer that was thanked for is stored and counted once.</strong>" in as_page(day)
    day.problems.append("answers stored: 3 instead of 4 <none>")
    assert "<strong>answers stored: 3 instead of 4 &lt;none&gt;</strong>" in write(day, tmp_path).read_text()
    assert json.loads((tmp_path / "day.json").read_text())["looks"][0]["megabytes"] == {"web": 90.0}


@pytest.mark.parametrize("wrong", [["--scale", "0"], ["--scale", "2"], ["--peak", "0"], ["--workers", "0"]])
def test_a_day_that_cannot_be_is_refused(wrong: list[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--out", str(tmp_path), *wrong])
    assert end.value.code == 2


@pytest.mark.soak
def test_a_small_day_ends_with_each_answer_stored_once_and_each_letter_sent(tmp_path: Path) -> None:
    main(["--scale", "0.0005", "--peak", "5", "--gain-seconds", "1", "--out", str(tmp_path)])
    day = json.loads((tmp_path / "day.json").read_text())
    counts = day["counts"]
    assert day["problems"] == []
    assert counts["answers thanked for"] == counts["answers stored"] == counts["answers counted"] == 30
    assert counts["contacts in the ledger"] == counts["contacts imported"] == 400
    assert counts["letters that arrived"] == counts["letters stored as sent"] >= 30
    assert set(day["gains"]) == {"answers, by web processes", "letters, by workers"}
    assert all(sum(parts.values()) > 0 for parts in day["costs"].values())
