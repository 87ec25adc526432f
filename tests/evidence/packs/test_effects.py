"""A pack tells of an improvement only what its own counts show, and each effect is counted again from them."""

from __future__ import annotations

import json
from datetime import date

import pytest

from survey_app.actions.models import Direction, Improvement, Prompt
from survey_app.evidence import queries
from survey_app.evidence.exhibits.operations import add_improvement
from survey_app.extensions import db
from survey_app.measures.address import make_query
from survey_app.measures.sentences import compare_shares
from survey_app.surveys.models import SurveyVersion
from tests.evidence.conftest import MONTHS
from tests.evidence.packs.test_pack import check, contents, make_pack, rows_of, signed_again, written
from tests.evidence.test_pins import LATER, pin
from tests.factories import NOON, make_answers, make_service

__all__ = ["make_pack"]
DONE = date(2025, 4, 10)  # it has settled on 24 April: May 2025 to March 2026, against the same months a year earlier


def improve(where: dict[str, list[str]], number: int = 1) -> str:
    """An improvement that is cited; the number of its exhibit."""
    improvement = Improvement(
        number=number,
        title="A desk in the library",
        heard="Two buses to the town hall.",
        did="A desk was opened.",
        prompt=Prompt.CONSULTATION,
        done_on=DONE,
        measure="satisfaction",
        where=where,
        direction=Direction.INCREASE,
        entered_at=NOON,
        named_at=NOON,
    )
    db.session.add(improvement)
    db.session.flush()
    exhibit = add_improvement(improvement, [queries.element_by_number("cse", "2.1.1")], now=LATER)
    return f"E{exhibit.number:02}"


@pytest.fixture
def improved(year) -> None:
    """Housing went from 363 of 396 to 418 of 440, parks from 165 of 220 to 154 of 220."""
    survey, parks = db.session.query(SurveyVersion).one(), make_service("parks")
    for day in MONTHS[1:]:
        make_answers(survey, parks, day, {"satisfaction": "5"}, 14)
        make_answers(survey, parks, day, {"satisfaction": "1"}, 6)
        before = day.replace(year=day.year - 1)
        make_answers(survey, parks, before, {"satisfaction": "5"}, 15)
        make_answers(survey, parks, before, {"satisfaction": "1"}, 5)
    improve({"service": ["housing"]})


def test_an_effect_stands_in_the_pack_with_its_counts_its_rest_and_their_passports(improved, make_pack, runner):
    pack = make_pack()
    files = contents(pack)
    (row,) = rows_of(files["effects.csv"])
    assert [row[f"{side}_numerator"] + "/" + row[f"{side}_base"] for side in ("after", "before")] == [
        "418/440",
        "363/396",
    ]
    assert (row["after_from"], row["before_to"]) == ("2025-05-01", "2025-03-31")
    alone = compare_shares(418, 440, 363, 396)
    assert [float(row[name]) for name in ("difference", "low", "high", "p_value")] == pytest.approx(
        [alone.difference, alone.low, alone.high, alone.p_value], abs=1e-12
    )
    assert (row["rest_after_base"], row["rest_before_base"]) == ("229", "220")  # parks, and the nine of the registrars
    assert float(row["beyond_rest"]) == pytest.approx(418 / 440 - 363 / 396 - (163 / 229 - 165 / 220))
    codes = [row[f"{side}_passport"] for side in ("after", "before", "rest_after", "rest_before")]
    assert len({*codes} & {name[10:-5] for name in files if name.startswith("passports/")}) == 4
    page = files["index.html"].decode()
    assert (
        f">{row['sentence']}<" in page.replace("&#39;", "'")
        and "95.0%, 418 of 440, 1 May 2025 to 31 March 2026" in page
    )
    assert check(pack) == []
    result = runner.invoke(args=["evidence", "verify", str(pack), "--live"])
    assert (result.exit_code, "and 1 effect of an improvement counted again" in result.output) == (0, True), (
        result.output
    )


def test_a_forged_effect_is_found_even_under_a_new_signature(improved, make_pack):
    pack = make_pack()
    files = contents(pack)
    (row,) = rows_of(files["effects.csv"])
    for forged in (
        {"after_numerator": "430"},
        {"low": "0.02"},
        {"beyond_rest_low": "0.01"},
        {"verdict": "improved_more_than_elsewhere"},
        {"sentence": "It helped."},
        {"what": "Another desk"},
        {"scope": "Parks"},
        {"compared_with": "just_before"},
        {"compared_with": "never"},
        {"done_on": "2025-06-10"},
        {"before_passport": row["after_passport"]},
        {"rest_after_passport": ""},
    ):
        problems = check(signed_again(pack, files | {"effects.csv": written([row | forged])}))
        assert any(where in {"effect E01", "effects.csv"} for where, _ in problems), forged
    for path, old, new in (
        ("index.html", b"418 of 440", b"428 of 440"),
        ("index.html", b"</main>", b'<p data-effect="E09">It helped.</p></main>'),
        ("exhibits.csv", b"418 of 440", b"428 of 440"),
    ):
        assert old in files[path]
        problems = check(signed_again(pack, files | {path: files[path].replace(old, new)}))
        assert any(where.startswith("effect E0") and path in what for where, what in problems), path


def test_an_effect_whose_counts_would_tell_of_a_few_is_not_told(year, make_pack):
    improve({"service": ["housing"]})
    pin("1.3.1", query=make_query("satisfaction", date(2025, 5, 1), date(2026, 3, 31)))  # with nine of the registrars
    pack = make_pack()
    files = contents(pack)
    assert rows_of(files["effects.csv"]) == []
    (row,) = [row for row in rows_of(files["exhibits.csv"]) if row["exhibit"] == "E01"]
    assert row["sentence"].startswith("Whether it helped is not told here")
    assert "440" not in json.dumps(row)
    assert check(pack) == []


def test_effects_of_one_pack_allow_for_each_other(improved, make_pack):
    improve({"service": ["housing"]}, number=2)
    pack = make_pack()
    rows = rows_of(contents(pack)["effects.csv"])
    assert [(row["exhibit"], row["adjusted_for"]) for row in rows] == [("E01", "2"), ("E02", "2")]
    assert check(pack) == []
