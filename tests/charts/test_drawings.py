"""Figure, picture and table of one chart: they agree, they hide the same, and hostile words stay words."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from survey_app.charts import (
    Axis,
    AxisSwitch,
    BarChart,
    Break,
    Chart,
    CrossChart,
    CrossPoint,
    DotIntervalChart,
    Point,
    Size,
    Span,
    TrendChart,
    Unit,
    axis_around_zero,
    figure_json,
    svg,
    table,
    view,
)
from tests.charts.cast import BEFORE_AFTER, CHANNELS, CONTROL, DIVERGING, FUNNEL, LEDGER, SECRET, SERVICES, YEAR

BARS = BarChart(key="bars", title="Bars", sentence="s", points=SERVICES.points, target=SERVICES.target)
BROKEN = replace(YEAR, breaks=(Break("v4", 1),))
EMPTY = TrendChart(key="empty", title="Empty", sentence="Nobody has been asked yet.", points=())
ALL = [YEAR, SERVICES, BARS, CHANNELS, BROKEN, EMPTY, CONTROL, FUNNEL, LEDGER, BEFORE_AFTER, DIVERGING]
HOSTILE = '</script><script>alert(1)</script> & "<b>" \' \x0b'
SVG = "{http://www.w3.org/2000/svg}"

NAMES = [
    "year",
    "services",
    "bars",
    "channels",
    "broken",
    "empty",
    "control",
    "funnel",
    "ledger",
    "before and after",
    "diverging",
]

each_chart = pytest.mark.parametrize("chart", ALL, ids=NAMES)


def figure(chart: Chart) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(figure_json(chart))
    return loaded


def actual(chart: Chart) -> dict[str, Any]:
    return next(trace for trace in figure(chart)["data"] if trace["meta"] == "actual")


def column(chart: Chart, name: str) -> list[float | str | None]:
    made = table(chart)
    place = [each.name for each in made.columns].index(name)
    return [row[place] for row in made.values()]


def words_of(picture: str) -> str:
    return " ".join(ET.fromstring(picture).itertext())


def test_the_figure_holds_the_values_of_the_table() -> None:
    assert actual(YEAR)["y"] == column(YEAR, "Satisfied") == [0.979, 0.98, None, 0.95, None, None, 1.0]
    assert actual(SERVICES)["x"] == column(SERVICES, "Satisfied") == [0.971, None]
    assert actual(BARS)["x"] == column(BARS, "Satisfied")


def test_both_bars_of_a_row_are_in_figure_picture_and_table() -> None:
    beside = next(trace for trace in figure(CHANNELS)["data"] if trace["meta"] == "beside")
    assert actual(CHANNELS)["x"] == column(CHANNELS, "Of the answers") == [0.31, None]
    assert beside["x"] == column(CHANNELS, "Of the contacts") == [0.452, None]
    assert {"31.0%", "45.2%", "not shown"} <= set(ET.fromstring(svg(CHANNELS)).itertext())
    assert [mark.words for mark in view(CHANNELS).legend] == ["of the answers", "of the contacts"]


def test_a_ledger_has_its_stages_and_losses_in_figure_picture_and_table() -> None:
    traces = {trace["meta"]: trace for trace in figure(LEDGER)["data"]}
    drawn = {name: trace["customdata"] for name, trace in traces.items()}
    assert drawn == {"before": [1200, 1200], "stages": [1200, 800], "losses": [300, 100]}
    longest, other = traces["losses"]["x"]
    assert other == pytest.approx(longest / 3), "on a scale of their own"
    assert column(LEDGER, "Contacts") == [1200, 300, 100, 800]
    rows = [row[0] for row in table(LEDGER).rows]
    assert [cell.text for cell in rows] == ["Contacts", "lost: No address", "lost: Sensitive", "Eligible"]
    assert rows[1].url == "/coverage/rows"
    assert {"1,200", "300", "25.0%", "66.7% of contacts"} <= set(ET.fromstring(svg(LEDGER)).itertext())
    assert view(LEDGER).axis_words == "Large bars run from 0 to 1,200, small ones from 0 to 300"


def test_a_ledger_hides_no_bar_behind_its_axis() -> None:
    with pytest.raises(ValueError, match="start at 0"):
        replace(LEDGER, loss_axis=Axis(low=5, high=300, unit=Unit.COUNT))
    with pytest.raises(ValueError, match="a note"):
        replace(LEDGER, notes=())
    with pytest.raises(ValueError, match="cut off"):
        replace(LEDGER, loss_axis=Axis(high=200, unit=Unit.COUNT))


def test_paired_bars_start_at_nothing_and_belong_together() -> None:
    with pytest.raises(ValueError, match="start at 0"):
        replace(CHANNELS, axis=Axis(low=0.1))
    with pytest.raises(ValueError, match="two bars"):
        replace(CHANNELS, beside=CHANNELS.beside[:1])
    with pytest.raises(ValueError, match="cut off"):
        replace(CHANNELS, axis=Axis(high=0.4))


def test_the_figure_holds_last_year_and_the_intervals_of_the_table() -> None:
    previous = next(trace for trace in figure(YEAR)["data"] if trace["meta"] == "previous")
    assert previous["y"] == column(YEAR, "Last year")
    drawn = {value for trace in figure(YEAR)["data"] if trace["meta"] == "interval" for value in trace["y"]}
    assert drawn == {value for name in ("Low", "High") for value in column(YEAR, name) if value is not None}


def test_the_table_says_what_must_be_known_of_each_row() -> None:
    assert column(YEAR, "Note") == [
        "",
        "better than chance explains",
        "fewer than 10 answers",
        "indicative: fewer than 30 answers",
        "hidden: fewer than 10 answers, or another figure could be worked out",
        "",
        "worse than chance explains",
    ]
    shown = [row[1].text for row in table(YEAR).rows]
    assert shown == ["97.9%", "98.0%", "not shown", "95.0%", "not shown", "no answers", "100.0%"]


@each_chart
def test_a_hidden_point_is_in_no_drawing_and_no_table(chart: Chart) -> None:
    made = view(chart)
    everything = f"{made.payload}{made.wide}{made.narrow}{table(chart)}{svg(chart, Size.SMALL)}"
    assert str(SECRET)[:5] not in everything
    assert "76.5" not in everything


@each_chart
def test_exact_small_bases_are_not_given_away(chart: Chart) -> None:
    values = [value for row in table(chart).values() for value in row]
    assert not {6, 7, 64} & set(values)


@each_chart
@pytest.mark.parametrize("size", list(Size))
def test_every_picture_is_well_formed_and_named(chart: Chart, size: Size) -> None:
    root = ET.fromstring(svg(chart, size))
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert title is not None and title.text == chart.title
    assert desc is not None and desc.text == chart.sentence
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"


@each_chart
def test_no_drawing_needs_an_inline_style(chart: Chart) -> None:
    made = view(chart)
    assert " style=" not in made.wide + made.narrow
    assert "\\u003cb\\u003e" not in made.payload  # plotly turns bold into one


def test_two_pictures_of_one_chart_share_no_id() -> None:
    made = view(YEAR)
    wide, narrow = ({each.get("id") for each in ET.fromstring(svg).iter()} - {None} for svg in (made.wide, made.narrow))
    assert wide and narrow and not wide & narrow


def test_hostile_words_stay_words() -> None:
    chart = replace(
        YEAR,
        title=HOSTILE,
        sentence=HOSTILE,
        line_label=HOSTILE,
        points=tuple(replace(point, label=HOSTILE) for point in YEAR.points),
        annotations=(replace(YEAR.annotations[0], text=HOSTILE),),
    )
    made = view(chart)
    assert not set("<>&'") & set(made.payload)
    assert "<script" not in made.wide + made.narrow
    assert "alert(1)" in words_of(made.wide)
    layout = figure(chart)["layout"]
    texts = [each["text"] for each in layout["annotations"]] + layout["xaxis"]["ticktext"] + actual(chart)["hovertext"]
    assert not any("<script" in text for text in texts if text)


def test_an_indicative_point_is_hollow_in_figure_and_picture() -> None:
    assert actual(YEAR)["marker"]["color"][3] == "#ffffff"
    assert actual(YEAR)["marker"]["symbol"] == ["circle", "diamond"] + ["circle"] * 4 + ["triangle-down"]
    circles = ET.fromstring(svg(YEAR, Size.SMALL)).findall(f"{SVG}circle")
    assert [circle.get("fill") for circle in circles] == ["#1d3557", "#ffffff"]


def test_a_gap_breaks_the_line_of_the_picture() -> None:
    lines = ET.fromstring(svg(YEAR, Size.SMALL)).findall(f"{SVG}polyline[@stroke='#1d3557']")
    assert [len((line.get("points") or "").split()) for line in lines] == [
        2
    ]  # April to May; July and October stand alone


def test_a_new_wording_breaks_the_line_of_the_figure() -> None:
    assert actual(BROKEN)["y"][:3] == [0.979, None, 0.98]
    assert actual(BROKEN)["x"][:3] == [0, 0.5, 1]


def test_the_target_is_a_dashed_line_with_its_words() -> None:
    layout = figure(YEAR)["layout"]
    assert [shape["y0"] for shape in layout["shapes"] if shape["line"].get("dash") == "7px,4px"] == [0.9]
    assert "Target over 90%" in [each["text"] for each in layout["annotations"]]
    assert "Target over 90%" in words_of(svg(YEAR))


def test_a_zoom_is_said_beside_the_chart_and_its_axis_is_broken() -> None:
    made = view(YEAR)
    assert made.axis_words == "Axis zoomed: 85% to 100%"
    assert figure(YEAR)["layout"]["yaxis"]["range"] == [0.85, 1.0]
    full = replace(YEAR, axis=type(YEAR.axis)())
    strokes = len(figure(YEAR)["layout"]["shapes"]) - len(figure(full)["layout"]["shapes"])
    assert strokes == 2


def test_before_and_after_have_their_figures_and_no_line_joins_their_points() -> None:
    words = words_of(svg(BEFORE_AFTER))
    assert "Before 77.3% (70.7% to 82.8%)" in words
    assert "After 89.4%" in words and "82.4% to 93.8%" in words
    assert "Officers at the front desk, 1 Sep 2025" in words
    texts = [each["text"] for each in figure(BEFORE_AFTER)["layout"]["annotations"]]
    assert "Before 77.3% (70.7% to 82.8%)" in texts and "After 89.4%<br>82.4% to 93.8%" in texts and "B" in texts
    assert actual(BEFORE_AFTER)["mode"] == "markers"
    bands = [each for each in figure(BEFORE_AFTER)["layout"]["shapes"] if each["type"] == "rect"]
    assert [(each["y0"], each["y1"]) for each in bands] == [(0.707, 0.828), (0.824, 0.938)]
    assert not ET.fromstring(svg(BEFORE_AFTER)).findall(f"{SVG}polyline")


def test_before_and_after_stand_on_points_and_within_the_axis() -> None:
    for wrong in (Span("After", 4, 6, 0.894), Span("After", 5, 4, 0.894), Span("After", 4, 5, 1.2)):
        with pytest.raises(ValueError, match=r"a span stands|cut off"):
            replace(BEFORE_AFTER, spans=(wrong,))


def test_criticism_hangs_below_the_line_and_praise_stands_above_it_in_figure_picture_and_table() -> None:
    traces = {trace["meta"]: trace for trace in figure(DIVERGING)["data"]}
    names = {"positive": "Positive", "neutral": "Mixed or neutral", "negative": "Negative"}
    assert {name: trace["y"] for name, trace in traces.items()} == {
        name: column(DIVERGING, words) for name, words in names.items()
    }
    assert column(DIVERGING, "Negative") == [12, None, None, 31]
    assert traces["negative"]["base"] == [-12, None, None, -31]
    assert traces["positive"]["base"] == [5, None, None, 0], "on what is mixed or neutral"
    assert column(DIVERGING, "Comments") == [37, None, 0, 39]
    assert column(DIVERGING, "Negative, of these") == [12 / 37, None, None, 31 / 39]
    words = words_of(svg(DIVERGING))
    assert all(said in words for said in ("Positive 28", "Mixed or neutral 5", "Negative 43", "Keywords changed"))
    bars = [each for each in ET.fromstring(svg(DIVERGING)).findall(f"{SVG}rect") if each.get("stroke")]
    assert len(bars) == 5, "a part that is nothing has no bar"


def test_the_middle_of_a_bar_is_told_by_its_pattern_too() -> None:
    traces = {trace["meta"]: trace for trace in figure(DIVERGING)["data"]}
    assert "pattern" in traces["neutral"]["marker"] and "pattern" not in traces["negative"]["marker"]
    fills = [each.get("fill") or "" for each in ET.fromstring(svg(DIVERGING)).findall(f"{SVG}rect")]
    assert "url(#waiting-wide-stripes)" in fills
    assert [mark.shape for mark in view(DIVERGING).legend] == ["side-positive", "side-neutral", "side-negative"]


def test_counts_below_the_line_are_written_as_counts() -> None:
    layout = figure(DIVERGING)["layout"]
    assert not any("-" in text or "−" in text for text in layout["yaxis"]["ticktext"])
    assert view(DIVERGING).axis_words == "The scale has 40 comments below the line and 40 above it"
    with pytest.raises(ValueError, match="cut off"):
        replace(DIVERGING, axis=Axis(-30, 40, full=(-30, 40), unit=Unit.COUNT))


def test_bases_stand_under_their_months() -> None:
    assert figure(YEAR)["layout"]["xaxis"]["ticktext"] == [
        "Apr<br>98", "May<br>101", "Jun<br>&lt;10", "Jul<br>22", "Aug<br>hidden", "Sep<br>0", "Oct<br>112",
    ]  # fmt: skip


def test_the_legend_names_only_what_is_drawn() -> None:
    assert [mark.shape for mark in view(YEAR).legend] == [
        "improvement", "concern", "hollow", "interval", "previous", "limits",
    ]  # fmt: skip
    assert [mark.shape for mark in view(SERVICES).legend] == ["interval", "tick"]


def test_a_chart_without_anything_to_show_is_known_as_empty() -> None:
    assert view(EMPTY).is_empty
    assert not view(YEAR).is_empty


def test_the_council_s_colour_replaces_only_the_brand() -> None:
    made = view(YEAR, brand="#4b0055")
    assert "#4b0055" in made.payload and "#4b0055" in made.wide
    assert "#1d3557" not in made.payload + made.wide


CROSSES = CrossChart(
    key="crosses",
    title="Importance",
    sentence="s",
    points=(
        CrossPoint(label="Delivery", value=0.9, base=100, low=0.8, high=0.95, at=0.4, at_interval=(0.3, 0.5), area="A"),
        CrossPoint(label="Access", value=0.8, base=200, at=0.2, area="B"),
        CrossPoint(label="Information", value=SECRET, base=9, low=SECRET, high=SECRET, at=0.1, at_interval=(0.05, 0.2)),
    ),
    means=(0.3, 0.85),
    areas=("A1", "A2", "A3", "A4"),
    across_name="Weight",
)


def test_a_chart_of_crosses_says_the_same_in_figure_picture_and_table() -> None:
    trace = actual(CROSSES)
    assert (trace["x"], trace["y"]) == ([0.4, 0.2], [0.9, 0.8])
    assert trace["error_x"]["array"] == pytest.approx([0.1, 0])
    assert trace["error_y"]["arrayminus"] == pytest.approx([0.1, 0])
    assert column(CROSSES, "Share") == [0.9, 0.8, None]
    assert column(CROSSES, "Weight") == [0.4, 0.2, None]
    words = words_of(svg(CROSSES))
    for said in ("Delivery", "Access", "A1", "A4", "Weight", "Share"):
        assert said in words
    assert view(CROSSES).axis_words == "Across: Weight. Upwards: Share. Axis 0% to 100%"


def test_a_hidden_cross_is_named_in_the_table_only() -> None:
    drawn = str(svg(CROSSES)) + str(figure_json(CROSSES))
    assert "Information" not in drawn and str(SECRET) not in drawn
    assert table(CROSSES).rows[2][-1].text == "fewer than 10 answers"


def test_a_chart_of_differences_marks_zero() -> None:
    point = Point(label="Delivery", value=0.018, base=None, low=0.004, high=0.033)
    chart = DotIntervalChart(key="d", title="t", sentence="s", points=(point,), axis=axis_around_zero([point]))
    assert figure(chart)["layout"]["xaxis"]["zeroline"] is True
    assert not figure(SERVICES)["layout"]["xaxis"]["zeroline"]
    assert "+1.8" in words_of(svg(chart))


def test_on_a_phone_no_name_of_a_line_covers_a_point() -> None:
    narrow = figure(YEAR)["narrow"]
    names = [each for each in narrow["annotations"] if each["text"] in {"This year 100.0%", "Target over 90%"}]
    assert len(names) == 2
    assert all(each["y"] == 1 and each["yshift"] > 0 for each in names)
    assert narrow["margin"]["t"] >= max(each["yshift"] for each in names) + 8


def test_a_long_name_of_a_row_is_whole_beside_its_bar_and_in_the_table() -> None:
    point = replace(SERVICES.points[0], label="Blue badges and bus passes")
    chart = replace(SERVICES, points=(point,))
    layout = figure(chart)["narrow"]
    assert layout["yaxis"]["ticktext"] == ["Blue badges and<br>bus passes<br>97.1% of 104"]
    assert layout["height"] > figure(SERVICES)["narrow"]["height"] / 2 + 10
    assert table(chart).rows[0][0].text == "Blue badges and bus passes"


def test_the_switch_of_the_axis_shows_the_whole_scale_and_leads_back() -> None:
    zoomed = view(YEAR, axis=AxisSwitch(False, "/page", "/page?axis=full"))
    assert [tuple(link) for link in zoomed.links] == [("Show 0 to 100%", "/page?axis=full#by-month")]
    assert zoomed.axis_words == "Axis zoomed: 85% to 100%"
    whole = view(YEAR, axis=AxisSwitch(True, "/page", "/page?axis=full"))
    assert [tuple(link) for link in whole.links] == [("Zoom in", "/page#by-month")]
    assert whole.axis_words == "Axis 0% to 100%"
    unzoomed = view(replace(YEAR, axis=Axis()), axis=AxisSwitch(False, "/page", "/page?axis=full"))
    assert unzoomed.links == ()
