"""Qualtrics: a `.qsf` becomes a draft of ours, its CSV the answers to it, and what does not fit is named."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from survey_app.kernel.errors import InvalidInput
from survey_app.surveys.importing import Imported, ImportedAnswer, read_answers, read_file
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.routing import Comparison, Condition, Rule, Term
from survey_app.surveys.structure import Item, SurveyStructure

PREFIX = "s_sv_1"
CHOICES = {"1": {"Display": "Red"}, "2": {"Display": "Green"}, "3": {"Display": "Blue"}}


def question(identity: str, kind: str = "MC", selector: str = "SAVR", **more: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {"QuestionText": f"About {identity}", "DataExportTag": identity.replace("QID", "Q")}
    if kind in ("MC", "RO", "Matrix"):
        usual |= {"Choices": CHOICES, "ChoiceOrder": ["1", "2", "3"]}
    payload = usual | {"QuestionID": identity, "QuestionType": kind, "Selector": selector} | more
    return {"Element": "SQ", "PrimaryAttribute": identity, "Payload": payload}


def qsf(*questions: dict[str, Any], steps: dict[str, Any] | None = None, **more: Any) -> bytes:
    """A survey with one block of these questions; `steps` are what the block says of each beside its name."""
    names = [one["PrimaryAttribute"] for one in questions]
    block = [{"Type": "Question", "QuestionID": name, **(steps or {}).get(name, {})} for name in names]
    elements = [
        {
            "Element": "BL",
            "Payload": more.get("blocks", {"1": {"Type": "Default", "ID": "BL_1", "BlockElements": block}}),
        },
        {"Element": "FL", "Payload": {"Flow": more.get("flow", [{"Type": "Standard", "ID": "BL_1"}])}},
        {"Element": "QC", "Payload": None},
        {"Element": "RS", "Payload": None},
        *questions,
        *more.get("elements", ()),
    ]
    entry = {"SurveyName": "S", "SurveyID": "SV_1", "SurveyLanguage": "EN"}
    return json.dumps({"SurveyEntry": entry, "SurveyElements": elements}).encode()


def imported(*questions: dict[str, Any], **more: Any) -> Imported:
    return read_file("s.qsf", qsf(*questions, **more))


def items(found: Imported) -> dict[str, Item]:
    return {item.question.code.removeprefix(f"{PREFIX}_"): item for item in found.structure.items}


def why(found: Imported) -> str:
    return "\n".join(f"{one.what}: {one.why}" for one in found.left_out)


def display(operator: str, locator: str, *others: tuple[str, str, str], right: str = "") -> dict[str, Any]:
    given = [("", operator, locator), *others]
    group = {
        str(n): {
            "LogicType": "Question",
            "Operator": how,
            "LeftOperand": what,
            "RightOperand": right,
            "Conjuction": joint,
        }
        for n, (joint, how, what) in enumerate(given)
    }
    return {"0": group | {"Type": "If"}, "Type": "BooleanExpression", "inPage": False}


def test_a_survey_that_nobody_here_wrote_comes_along(shared: Path) -> None:
    file = shared / "samples" / "qualtrics" / "Sample_Survey.qsf"
    found = read_file(file.name, file.read_bytes())
    assert found.structure.name == "Better Sample Survey"
    by_tag = {item.question.code.rsplit("_qid", 1)[1]: item for item in found.structure.items}
    assert by_tag["4_1"].question.wording == "Canteloupe"
    assert by_tag["4_1"].stem.startswith("Please indicate how recently")
    assert by_tag["1"].question.kind is QuestionKind.SINGLE_CHOICE
    assert by_tag["5"].question.kind is QuestionKind.MULTIPLE_CHOICE
    assert by_tag["3"].question.kind is QuestionKind.SHORT_TEXT
    assert by_tag["2_1"].question.choices[3].code == "-1"  # a value that was given to it there
    assert found.structure.rules == (
        Rule(1, None, Condition((Term(by_tag["1"].question.code, Comparison.IS, ("1",)),))),
    )
    for name in ("Q7 “Click to write the question text”", "trash", "Q8 ", "side by side", "Notes"):
        assert name in why(found)


def test_logic_everywhere_is_said_or_named(shared: Path) -> None:
    file = shared / "samples" / "qualtrics" / "Survey_Logic_EVERYWHERE.qsf"
    found = read_file(file.name, file.read_bytes())
    assert len(found.structure.items) == 7  # four choices, and three statements of a matrix
    assert [(rule.after_page, rule.go_to) for rule in found.structure.rules] == [
        (1, None),
        (1, 4),
        (1, 5),
        (2, 4),
        (3, None),
    ]
    for name in (
        "Q2 “Click",
        "display logic",
        "WebService",
        "once more",
        "New Branch",
        "random order",
        "Randomization",
    ):
        assert name in why(found)


def test_every_kind_of_question_has_its_own() -> None:
    number = {"Validation": {"Settings": {"ContentType": "ValidNumber", "ValidNumber": {"Min": "1", "Max": "9"}}}}
    found = imported(
        question("QID1", "MC", "SAHR"),
        question("QID2", "MC", "MAVR"),
        question("QID3", "MC", "DL"),
        question("QID4", "MC", "NPS"),
        question("QID5", "RO", "DND"),
        question("QID6", "TE", "ML", QuestionText="What could we do better?"),
        question("QID7", "TE", "SL"),
        question("QID8", "TE", "FORM", Choices={"1": {"Display": "Street"}}),
        question("QID9", "TE", "SL", **number),
        question("QID10", "Slider", "HSLIDER", Choices={"1": {"Display": "Minutes"}},
                 Configuration={"CSSliderMin": 0, "CSSliderMax": "60"}),
        question("QID11", "Matrix", "Likert", SubSelector="SingleAnswer",
                 Answers=[{"Display": "Yes"}, {"Display": "No"}]),
        question("QID12", "MC", "MSB", Choices=[{"Display": "a"}, {"Display": "b"}], ChoiceOrder=[0, 1]),
    )  # fmt: skip
    assert {code: item.question.kind.value for code, item in items(found).items()} == {
        "qid1": "single_choice",
        "qid2": "multiple_choice",
        "qid3": "single_choice",
        "qid4": "nps",
        "qid5": "ranking",
        "qid6": "text",
        "qid7": "short_text",
        "qid8_1": "short_text",
        "qid9": "number",
        "qid10_1": "number",
        "qid11_1": "single_choice",
        "qid11_2": "single_choice",
        "qid11_3": "single_choice",
        "qid12": "multiple_choice",
    }
    assert items(found)["qid10_1"].question.limits.most == 60


def test_what_has_no_place_is_named_with_its_question() -> None:
    kinds = ["DB", "HotSpot", "HeatMap", "DD", "FileUpload", "Draw", "Timing", "Meta", "Captcha", "CS", "Novelty"]
    found = imported(question("QID1"), *(question(f"QID{n}", kind, "X") for n, kind in enumerate(kinds, 20)))
    for n, kind in enumerate(kinds, 20):
        assert f"Q{n} “About QID{n}” ({kind}" in why(found)
    assert len(found.structure.items) == 1


def test_order_values_required_and_other_are_kept() -> None:
    item = items(
        imported(
            question(
                "QID1",
                Choices={**CHOICES, "4": {"Display": "Other", "TextEntry": "true"}},
                ChoiceOrder=[3, "1", "2", "4"],
                RecodeValues={"1": "10", "2": 11, "3": "12", "4": "13"},
                Validation={"Settings": {"ForceResponse": "ON"}},
            )
        )
    )["qid1"]
    assert [(one.code, one.label) for one in item.question.choices] == [
        ("12", "Blue"),
        ("10", "Red"),
        ("11", "Green"),
        ("13", "Other"),
    ]
    assert item.is_required
    assert item.question.choices[3].is_other


def test_translations_and_html_come_along_cleaned() -> None:
    welsh = {"CY": {"QuestionText": "<b>Lliw?</b>", "Choices": {"1": {"Display": "Coch"}}}}
    item = items(imported(question("QID1", QuestionText="<p>Colour?</p><script>x()</script>", Language=welsh)))["qid1"]
    assert item.question.wording == "Colour?"
    assert item.translations == {"cy": {"wording": "Lliw?", "options": {"1": "Coch"}}}


def test_piped_text_is_ours_where_it_is_an_earlier_choice() -> None:
    found = imported(
        question("QID1"),
        question("QID2", "TE", "SL", QuestionText="Why ${q://QID1/ChoiceGroup/SelectedChoices}?"),
        question("QID3", "TE", "SL", QuestionText="Dear ${e://Field/Name}, ${q://QID2/ChoiceTextEntryValue}"),
    )
    assert items(found)["qid2"].question.wording == f"Why {{{{answer.{PREFIX}_qid1}}}}?"
    assert items(found)["qid3"].question.wording == "Dear …, …"
    assert "${e://Field/Name}" in why(found)
    assert "${q://QID2/ChoiceTextEntryValue}" in why(found)


RED, GREEN = "q://QID1/SelectableChoice/1", "q://QID1/SelectableChoice/2"


@pytest.mark.parametrize(
    ("logic", "condition"),
    [
        (display("Selected", RED), Condition((Term(f"{PREFIX}_qid1", Comparison.IS, ("1",)),))),
        (display("NotSelected", RED), Condition((Term(f"{PREFIX}_qid1", Comparison.IS_NOT, ("1",)),))),
        (
            display("Selected", RED, ("Or", "Selected", GREEN)),
            Condition(
                (Term(f"{PREFIX}_qid1", Comparison.IS, ("1",)), Term(f"{PREFIX}_qid1", Comparison.IS, ("2",))),
                needs_all=False,
            ),
        ),
        (
            display("NotSelected", RED, ("And", "NotEmpty", "q://QID2/ChoiceTextEntryValue")),
            Condition(
                (Term(f"{PREFIX}_qid1", Comparison.IS_NOT, ("1",)), Term(f"{PREFIX}_qid2", Comparison.IS_ANSWERED))
            ),
        ),
    ],
)
def test_display_logic_is_said_in_ours(logic: dict[str, Any], condition: Condition) -> None:
    found = imported(question("QID1"), question("QID2", "TE", "SL"), question("QID3", "TE", "ML", DisplayLogic=logic))
    assert items(found)["qid3"].show_if == condition
    assert items(found)["qid3"].page == 2  # the server decides between two pages


@pytest.mark.parametrize(
    "logic",
    [
        {"0": {"0": {"LogicType": "GeoIP"}, "Type": "If"}},
        {"0": {"0": {"LogicType": "EmbeddedField", "LeftOperand": "x"}, "Type": "If"}},
        display("Displayed", RED),
        display("Selected", "q://QID99/SelectableChoice/1"),
        display("Selected", "q://QID1/SelectableChoice/77"),
        display("Selected", RED, ("Or", "Selected", GREEN), ("And", "NotEmpty", "q://QID2/ChoiceTextEntryValue")),
        [],
        "odd",
    ],
)
def test_logic_that_cannot_be_said_is_named_and_the_question_always_asked(logic: Any) -> None:
    found = imported(question("QID1"), question("QID2", "TE", "SL"), question("QID3", "TE", "ML", DisplayLogic=logic))
    assert items(found)["qid3"].show_if is None
    assert not logic or "Q3 “About QID3”: display logic" in why(found)


def test_skips_and_branches_become_jumps_and_conditions() -> None:
    skip = {"SkipLogic": [{"ChoiceLocator": RED, "Condition": "Selected", "SkipToDestination": "QID3"}]}
    block = {"Type": "Standard", "ID": "BL_2", "BlockElements": [{"Type": "Question", "QuestionID": "QID4"}]}
    one = [{"Type": "Question", "QuestionID": name} for name in ("QID1", "QID2", "QID3")]
    one[0] |= skip  # type: ignore[arg-type]
    end = {"Type": "Branch", "BranchLogic": display("Selected", GREEN), "Flow": [{"Type": "EndSurvey"}]}
    branch = {"Type": "Branch", "BranchLogic": display("Selected", RED), "Flow": [{"Type": "Block", "ID": "BL_2"}]}
    found = imported(
        question("QID1"),
        question("QID2"),
        question("QID3"),
        question("QID4"),
        blocks=[{"Type": "Default", "ID": "BL_1", "BlockElements": one}, block],
        flow=[{"Type": "EmbeddedData"}, {"Type": "Block", "ID": "BL_1"}, end, branch],
    )
    red = Condition((Term(f"{PREFIX}_qid1", Comparison.IS, ("1",)),))
    assert [item.page for item in found.structure.items] == [1, 2, 3, 4]
    assert found.structure.rules == (
        Rule(1, 3, red),
        Rule(3, None, Condition((Term(f"{PREFIX}_qid1", Comparison.IS, ("2",)),))),
    )
    assert items(found)["qid4"].show_if == red
    assert "EmbeddedData" in why(found)


def test_a_flow_without_end_is_refused() -> None:
    flow: list[dict[str, Any]] = []
    for _ in range(40):
        flow = [{"Type": "Group", "Flow": flow}]
    with pytest.raises(InvalidInput, match="nests too many"):
        imported(question("QID1"), flow=flow)


def csv_of(*rows: str, columns: str = "Q1,Q2_1,Q2_2,Q2_3,Q3") -> bytes:
    meta = "StartDate,EndDate,Status,Finished,ResponseId,RecipientEmail"
    ids = [
        *(
            '{"ImportId":"startDate","timeZone":"America/New_York"}',
            '{"ImportId":"endDate","timeZone":"America/New_York"}',
        ),
        *(
            '{"ImportId":"status"}',
            '{"ImportId":"finished"}',
            '{"ImportId":"_recordId"}',
            '{"ImportId":"recipientEmail"}',
        ),
        *('{"ImportId":"QID1"}', '{"ImportId":"QID2_1"}', '{"ImportId":"QID2_2"}', '{"ImportId":"QID2_3"}'),
        '{"ImportId":"QID3_TEXT"}',
    ]
    third = ",".join('"' + one.replace('"', '""') + '"' for one in ids)
    words = "Start,End,Status,Done,Id,Mail,About QID1,About QID2 - Red,About QID2 - Green,About QID2 - Blue,About QID3"
    return "\n".join([f"{meta},{columns}", words, third, *rows]).encode()


@pytest.fixture
def structure() -> SurveyStructure:
    values = {"1": "10", "2": "11", "3": "12"}
    return imported(
        question("QID1", RecodeValues=values), question("QID2", "MC", "MAVR"), question("QID3", "TE", "ML")
    ).structure


def row(identity: str, rest: str, *, status: str = "IP Address", finished: str = "True") -> str:
    return f"2024-01-05 08:00:00,2024-01-05 08:05:00,{status},{finished},{identity},a@example.org,{rest}"


@pytest.mark.parametrize("rest", ["11,1,,1,Fine", "Green,Red,,Blue,Fine", "11.0,1,0,1,Fine"])
def test_answers_are_read_by_value_or_by_label_with_the_time_of_the_files_zone(
    structure: SurveyStructure, rest: str
) -> None:
    found = read_answers("a.csv", csv_of(row("R_1", rest)), structure)
    assert found.answers == (
        ImportedAnswer(
            "qualtrics R_1",
            found.answers[0].submitted_at,
            "en",
            {f"{PREFIX}_qid1": "11"},
            {f"{PREFIX}_qid3": "Fine"},
            {f"{PREFIX}_qid2": ("1", "3")},
        ),
    )
    moment = found.answers[0].submitted_at
    assert moment is not None
    assert moment.astimezone(UTC) == datetime(2024, 1, 5, 13, 5, tzinfo=UTC)
    assert "a@example.org" not in repr(found)
    assert "RecipientEmail" in why(found)


def test_several_answers_may_stand_in_one_cell(structure: SurveyStructure) -> None:
    ids = "\"{'ImportId': 'responseId'}\",\"{'ImportId': 'QID2'}\""
    text = f'ResponseId,Q2\nId,About\n{ids}\nR_1,"Blue,Red"\nR_2,"1,2"\n'
    found = read_answers("a.csv", text.encode(), structure)
    assert [answer.values[f"{PREFIX}_qid2"] for answer in found.answers] == [("1", "3"), ("1", "2")]
    assert found.answers[0].submitted_at is None
    assert "the day of each answer" in why(found)


def test_unfinished_previewed_doubled_and_strange_rows_are_counted_and_not_taken(structure: SurveyStructure) -> None:
    rows = [
        row("R_1", "10,,,,"),
        row("R_2", "10,,,,", finished="False"),
        row("R_3", "10,,,,", status="Survey Preview"),
        row("R_4", "10,,,,", status="2", finished="1"),
        row("R_5", "10,,,,", status="Spam"),
        row("R_1", "11,,,,"),
        row("R_6", "77,,,,"),
        "too,short",
    ]
    found = read_answers("a.csv", csv_of(*rows), structure)
    assert [answer.key for answer in found.answers] == ["qualtrics R_1"]
    said = why(found)
    for line in (
        "1 answers: they were never finished",
        "2 answers: they are previews",
        "spam",
        "twice",
        "none of the answers",
    ):
        assert line in said


def test_the_answers_of_a_real_file_are_all_tests_and_read_when_they_are_not(shared: Path) -> None:
    folder = shared / "samples" / "qualtrics"
    asked = read_file("s.qsf", (folder / "Sample_Survey.qsf").read_bytes()).structure
    content = (folder / "Sample_Survey.csv").read_bytes()
    tests = read_answers("s.csv", content, asked)
    assert tests.answers == ()
    assert "5 answers: they are previews or tests" in why(tests)
    answers = read_answers("s.csv", content.replace(b",,,,,1,2,", b",,,,,1,0,"), asked).answers
    assert len(answers) == 5
    third = {code.rsplit("_qid", 1)[1]: value for code, value in {**answers[2].choices, **answers[2].values}.items()}
    assert third["4_1"] == ("1", "3")
    assert third["1"] == "2"
    assert third["5"] == ("4",)
    assert third["11_1_1"] == ("0", "-99")
    assert third["12_1"] == ("1", "2", "3")  # nought is the value of its one column
    assert answers[0].submitted_at == datetime(2016, 7, 20, 12, 49, 25)  # noqa: DTZ001  the file says no zone


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a,b\nc,d\n1,2\n", "does not hold"),
        (b"Q1,Q2\nx,ImportId\n1,2\n", "lacks the third header row"),
        (csv_of(row("R_1", "1,,,,")).replace(b"QID", b"QID9"), "another survey"),
    ],
)
def test_a_csv_that_is_no_answers_of_this_survey_is_refused(
    structure: SurveyStructure, content: bytes, sentence: str
) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        read_answers("a.csv", content, structure)


def test_answers_alone_are_refused_with_what_to_do() -> None:
    with pytest.raises(InvalidInput, match=r"Import the survey itself first"):
        read_file("a.csv", csv_of(row("R_1", "1,,,,")))
