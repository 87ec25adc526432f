"""The standard keywords against sentences of our own, labelled by people."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from survey_app.comments.themes import CodeFrame, ThemeRule, default_code_frame, default_rules
from survey_app.comments.themes.agreement import Agreement, LabelledText, agreements, of_all, read_labelled
from survey_app.kernel.errors import InvalidInput

HERE = Path(__file__).parent
CODES = [rule.code for rule in default_rules()]


@pytest.mark.parametrize(
    ("file", "precision", "recall"), [("themes_set.csv", 0.93, 0.93), ("themes_unseen.csv", 0.78, 0.53)]
)
def test_the_standard_themes_find_what_people_see(file: str, precision: float, recall: float) -> None:
    """The keywords were adjusted on the first set and never on the second, so it says what to expect."""
    rows = read_labelled(HERE / file, CODES)
    assert len(rows) >= 120
    found = of_all(agreements(default_code_frame(), rows).values())
    assert (found.precision or 0) >= precision
    assert (found.recall or 0) >= recall


def test_each_standard_theme_has_cases_and_finds_most_of_them() -> None:
    by_theme = agreements(default_code_frame(), read_labelled(HERE / "themes_set.csv", CODES))
    assert {code for code, each in by_theme.items() if each.cases < 4} == set()
    assert {code for code, each in by_theme.items() if (each.recall or 0) < 0.7 or (each.precision or 0) < 0.7} == set()


def test_precision_and_recall_are_counted_by_theme() -> None:
    frame = CodeFrame([ThemeRule("a", "A", ("apple",)), ThemeRule("b", "B", ("bean",)), ThemeRule("c", "C", ("cat",))])
    rows = [
        LabelledText("apple", frozenset("a")),
        LabelledText("apple", frozenset()),
        LabelledText("pear", frozenset("ab")),
    ]
    found = agreements(frame, rows)
    assert found == {"a": Agreement(2, 2, 1), "b": Agreement(1, 0, 0), "c": Agreement(0, 0, 0)}
    assert (found["a"].precision, found["a"].recall) == (0.5, 0.5)
    assert (found["b"].precision, found["b"].recall) == (None, 0)
    assert found["c"].recall is None
    assert of_all(found.values()) == Agreement(3, 2, 1)


def test_a_code_that_is_no_theme_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "labelled.csv"
    file.write_text("text,themes\nMy bin,waste\nMy bin,bins\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="Line 3: there is no theme “bins”"):
        read_labelled(file, CODES)


def test_the_command_prints_a_table_or_one_json_document(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "labelled.csv"
    file.write_text("text,themes\nMy bin was not emptied,waste\nHello,\n", encoding="utf-8")
    printed = runner.invoke(args=["comments", "check-themes", str(file)]).output
    assert "waste" in printed and "precision  100%" in printed
    document = json.loads(runner.invoke(args=["comments", "check-themes", str(file), "--json"]).output)
    assert (document["rows"], document["cases"], document["recall"]) == (2, 1, 1.0)
    assert document["themes"]["waste"] == {"cases": 1, "found": 1, "precision": 1.0, "recall": 1.0}


@pytest.mark.parametrize(("content", "says"), [("text,themes\n", "no labelled comment"), ("text\nx\n", "themes")])
def test_the_command_refuses_a_file_that_it_cannot_use(
    runner: FlaskCliRunner, tmp_path: Path, content: str, says: str
) -> None:
    file = tmp_path / "labelled.csv"
    file.write_text(content, encoding="utf-8")
    result = runner.invoke(args=["comments", "check-themes", str(file)])
    assert result.exit_code == 1 and says in result.output
