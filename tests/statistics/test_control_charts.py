import csv
from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.statistics.control_charts import (
    Assurance,
    ChartKind,
    ChartWarning,
    ControlChart,
    Direction,
    Improvement,
    Observation,
    PointType,
    Variation,
    assurance,
    choose_kind,
    control_chart,
    rebased_charts,
    seven_on_one_side,
    seven_point_trend,
    two_of_three,
)
from tests.oracles import SHARED

STEADY = [5.0, 6.0, 5.0, 6.0, 5.0, 6.0, 5.0, 6.0, 5.0, 6.0, 5.0, 6.0, 5.0, 6.0]


def xmr(values, **options) -> ControlChart:
    return control_chart(ChartKind.XMR, [Observation(i, value) for i, value in enumerate(values)], **options)


def shares(kind, counts) -> ControlChart:
    return control_chart(kind, [Observation.of_share(i, x, n) for i, (x, n) in enumerate(counts)])


def types(chart: ControlChart) -> list[str | None]:
    return [point.type and point.type.value for point in chart.points]


def oracle(name: str) -> list[dict[str, str]]:
    file = SHARED / "oracles" / "spc" / name
    if not file.exists():
        pytest.skip("../shared is not beside the project")
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def vectors(function: str) -> list[dict[str, str]]:
    return [row for row in oracle("rule_vectors.csv") if row["function"] == function]


def numbers(text: str) -> list[int]:
    return [int(float(word)) for word in text.split()]


def sign(number: float) -> int:
    return (number > 0) - (number < 0)


@pytest.mark.shared
class TestPublishedValues:
    def test_runs(self):
        # the published function flags the seventh point on; `part_of_seven` then flags the six before it
        for row in vectors("seven_points_one_side"):
            sides, ends = numbers(row["input"]), numbers(row["expected"])
            assert seven_on_one_side(sides) == whole_sevens(ends), row

    def test_trends(self):
        for row in vectors("seven_point_trend"):
            values, ends = numbers(row["input"]), numbers(row["expected"])
            steps = [0, *(sign(b - a) for a, b in pairwise(values))]
            assert seven_point_trend(steps) == whole_sevens(ends), row

    def test_two_of_three(self):
        for row in vectors("part_of_two_in_three"):
            near, sides = numbers(row["input"]), numbers(row["second_input"])
            assert two_of_three(sides, [bool(flag) for flag in near]) == [bool(n) for n in numbers(row["expected"])], (
                row
            )

    def test_limits(self):
        for row in vectors("limits"):
            words = row["expected"].split("(")[0].split()
            expected = {name: float(value) for name, value in zip(words[::2], words[1::2], strict=True)}
            last = xmr(numbers(row["input"])).points[-1]
            assert (last.mean, last.lower, last.upper) == pytest.approx(
                (expected["mean"], expected["lpl"], expected["upl"]), abs=1e-6
            ), row

    def test_assurance(self):
        for direction in ("increase", "decrease"):
            for row in vectors(f"assurance_{direction}_target_4"):
                _, lower, _, upper = row["input"].split()
                assert assurance(float(lower), float(upper), 4, Improvement(direction)) == row["expected"]

    def test_xmr_charts(self):
        series = {
            name: [float(row["value"]) for row in rows]
            for name, rows in groupby(oracle("xmr_small_series.csv"), key=lambda row: row["case"])
        }
        for row in oracle("xmr_small_expected.csv"):
            chart = xmr(series[row["case"]], keep_outliers=row["screen_outliers"] == "False")
            last = chart.points[-1]
            expected = (float(row[f"recomputed_{what}"]) for what in ("mean", "lpl", "upl"))
            assert (last.mean, last.lower, last.upper) == pytest.approx(tuple(expected), abs=5e-7), row
            published = (float(row[f"published_{what}"]) for what in ("mean", "lpl", "upl"))
            digits = 0.005 if "2 dp" in row["published_in"] else 5e-6
            assert (last.mean, last.lower, last.upper) == pytest.approx(tuple(published), abs=digits + 5e-7), row
            special = sum(kind != "common_cause" for kind in types(chart))
            assert special == int(row["recomputed_special_cause_points"])

    def test_p_chart(self):
        rows = oracle("p_chart_expected.csv")
        chart = shares(ChartKind.P, [(int(row["numerator"]), int(row["denominator"])) for row in rows])
        for row, point in zip(rows, chart.points, strict=True):
            assert (100 * point.lower, 100 * point.upper) == pytest.approx(
                (float(row["lcl_3sigma_pct"]), float(row["ucl_3sigma_pct"])), abs=0.0051
            )


def whole_sevens(ends: list[int]) -> list[bool]:
    return [any(ends[i : i + 7]) for i in range(len(ends))]


def test_a_point_beyond_the_limits_is_outside_and_high():
    chart = xmr([*STEADY, 12.0, 5.0])
    assert types(chart)[14] == "outside"
    assert chart.points[14].direction is Direction.HIGH
    assert types(chart)[15] == "common_cause"


def test_a_point_on_a_limit_is_not_outside():
    chart = xmr([0.0, 1.0, 0.0, 1.0])
    edge = chart.points[0].upper
    assert edge is not None
    assert PointType.OUTSIDE not in {p.type for p in xmr([0.0, 1.0, 0.0, 1.0]).points}


def test_seven_rising_points_are_a_trend_whose_first_point_takes_the_direction_of_the_next():
    chart = xmr([5, 6, 5, 6, 5, 6, 5, 4.6, 4.9, 5.2, 5.5, 5.8, 6.1, 6.4, 5, 6, 5])
    assert types(chart)[7:14] == ["trend"] * 7
    assert {point.direction for point in chart.points[7:14]} == {Direction.HIGH}


def test_equal_neighbours_break_a_trend():
    assert not any(seven_point_trend([0, 1, 1, 1, 0, 1, 1, 1]))


def test_a_point_exactly_on_the_mean_breaks_a_run():
    assert not any(seven_on_one_side([1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1]))


def test_a_hole_of_three_months_ends_a_run_and_adds_no_range():
    whole = [Observation(i, value) for i, value in enumerate([5.0, 6.0] * 4)]
    apart = [Observation(i + (3 if i > 3 else 0), seen.value) for i, seen in enumerate(whole)]
    assert control_chart(ChartKind.XMR, apart).amr == control_chart(ChartKind.XMR, whole).amr == 1
    sides = [1] * 8
    assert all(seven_on_one_side(sides))
    assert not any(seven_on_one_side(sides, [i == 4 for i in range(8)]))


def test_what_is_provisional_stays_out_of_limits_and_rules():
    seen = [Observation(i, value) for i, value in enumerate(STEADY)]
    late = Observation(len(STEADY), 40.0, is_provisional=True)
    chart = control_chart(ChartKind.XMR, [*seen, late])
    assert chart.mean == 5.5
    assert chart.points[-1].type is None
    assert chart.points[-1].upper == chart.points[0].upper
    assert chart.variation(Improvement.INCREASE) is Variation.COMMON_CAUSE


def test_a_rebase_begins_new_limits_and_keeps_the_old_ones():
    series = [Observation(i, value) for i, value in enumerate([5.0, 6.0] * 4 + [9.0, 10.0] * 4)]
    old, new = rebased_charts(ChartKind.XMR, series, [8])
    assert (old.mean, len(old.points), new.mean, len(new.points)) == (5.5, 8, 9.5, 8)
    assert set(types(old)) == set(types(new)) == {"common_cause"}
    assert rebased_charts(ChartKind.XMR, series, [0, 99]) == (control_chart(ChartKind.XMR, series),)


class TestDegenerateSeries:
    def test_one_point_has_a_value_only(self):
        (point,) = xmr([0.9]).points
        assert (point.mean, point.lower, point.upper, point.type) == (0.9, None, None, None)
        assert xmr([0.9]).assurance(0.5, Improvement.INCREASE) is None

    def test_twelve_points_give_trial_limits_and_thirteen_firm_ones(self):
        assert xmr(STEADY[:12]).warnings == (ChartWarning.TRIAL_LIMITS,)
        assert xmr(STEADY[:13]).warnings == ()

    @pytest.mark.parametrize(
        ("target", "expected"),
        [(0.1, Assurance.CONSISTENT_PASS), (0.3, Assurance.INCONSISTENT), (0.4, Assurance.CONSISTENT_FAIL)],
    )
    def test_a_constant_series_is_common_cause_and_compares_itself_with_the_target(self, target, expected):
        chart = xmr([0.3] * 20)
        assert set(types(chart)) == {"common_cause"}
        assert {(point.lower, point.upper) for point in chart.points} == {(0.3, 0.3)}
        assert chart.warnings == (ChartWarning.CONSTANT,)
        assert chart.assurance(target, Improvement.INCREASE) is expected

    def test_one_step_after_sameness_leaves_no_variation_and_permits_no_claim(self):
        chart = xmr([1.0] * 14 + [2.0])
        assert ChartWarning.NO_VARIATION_LEFT in chart.warnings
        assert set(types(chart)) == {"outside"}
        assert not chart.may_name_a_cause

    @pytest.mark.parametrize("kind", [ChartKind.P, ChartKind.P_PRIME])
    def test_all_satisfied_is_a_chart_without_any_cause(self, kind):
        chart = shares(kind, [(30, 30)] * 14)
        assert set(types(chart)) == {"common_cause"}
        assert not chart.may_name_a_cause

    def test_nothing_is_no_chart(self):
        with pytest.raises(ValueError, match="at least one point"):
            xmr([])

    def test_a_p_chart_needs_counts(self):
        with pytest.raises(ValueError, match="needs numerator and base"):
            control_chart(ChartKind.P, [Observation(0, 0.9)])

    @pytest.mark.parametrize(("numerator", "base"), [(3, 2), (-1, 4), (0, 0)])
    def test_counts_that_are_no_share_are_refused(self, numerator, base):
        with pytest.raises(ValueError, match="not a share"):
            Observation.of_share(0, numerator, base)


@pytest.mark.parametrize(
    ("dissatisfied", "may"),
    [(3, True), (2, False)],
)
def test_a_cause_may_be_named_from_three_dissatisfied_answers_a_month(dissatisfied, may):
    counts = [(100 - dissatisfied + i % 2 - (i + 1) % 2, 100) for i in range(14)]
    assert shares(ChartKind.P, counts).may_name_a_cause is may


@pytest.mark.parametrize(
    ("bases", "kind"),
    [
        ([100, 150, 200], ChartKind.XMR),
        ([100, 150, 201], ChartKind.P),
        ([900, 2000, 2500], ChartKind.P_PRIME),
        ([None, None], ChartKind.XMR),
        ([], ChartKind.XMR),
    ],
)
def test_uneven_bases_decide_the_chart(bases, kind):
    assert choose_kind(bases) is kind


@pytest.mark.parametrize(
    ("improvement", "expected"),
    [
        (Improvement.INCREASE, Variation.IMPROVEMENT),
        (Improvement.DECREASE, Variation.CONCERN),
        (Improvement.NEUTRAL, Variation.NEUTRAL_HIGH),
    ],
)
def test_a_high_point_is_good_or_bad_by_what_the_measure_wants(improvement, expected):
    assert xmr([*STEADY, 12.0]).variation(improvement) is expected


def test_p_prime_widens_the_limits_where_months_differ_more_than_answers_explain():
    counts = [(8800 if i % 2 else 9200, 10_000) for i in range(14)]
    plain, widened = shares(ChartKind.P, counts), shares(ChartKind.P_PRIME, counts)
    assert set(types(plain)) == {"outside"}
    assert set(types(widened)) == {"common_cause"}


@given(st.lists(st.floats(0, 1), min_size=2, max_size=40))
def test_turning_a_series_upside_down_turns_every_label(values):
    up, down = xmr(values), xmr([-value for value in values])
    assert types(up) == types(down)
    turned = {Direction.HIGH: Direction.LOW, Direction.LOW: Direction.HIGH, None: None}
    assert [turned[point.direction] for point in up.points] == [point.direction for point in down.points]


@given(st.lists(st.tuples(st.integers(0, 50), st.just(50)), min_size=1, max_size=30))
def test_limits_of_shares_stay_between_none_and_all(counts):
    for kind in (ChartKind.P, ChartKind.P_PRIME):
        for point in shares(kind, counts).points:
            assert point.lower is None or 0 <= point.lower <= point.mean <= point.upper <= 1
