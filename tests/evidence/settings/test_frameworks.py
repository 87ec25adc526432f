"""Frameworks come in: ours by a button or a command, any other from a file that is read line by line."""

from __future__ import annotations

import io
from collections import Counter

import pytest

from survey_app.evidence import queries
from survey_app.evidence.elements.operations import import_contact_centre, import_framework
from survey_app.evidence.exhibits.suggestions import Matter, suggestions
from survey_app.evidence.frameworks import contact_centre_elements, cse_elements, read_file
from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput
from survey_app.measures.definitions import MEASURES
from tests.factories import NOON

HEADER = "criterion,subcriterion,element,title,about,survey_evidence\n"
GOOD = HEADER + "A,A1,1,First,About it,direct\nA,A1,2,Second,About it,none\n"
THERE = "/evidence/frameworks"


def send(lead, content: str, **facts):
    file = (io.BytesIO(content.encode()), "own.csv")
    typed = {"name": "Our own", "code": "own", "file": file} | facts
    return lead.send_form(THERE, form_at=THERE, **typed)


def test_the_contact_centre_has_thirty_elements_under_six_headings():
    elements = contact_centre_elements()
    assert Counter(element.criterion[0] for element in elements) == {"A": 4, "B": 5, "C": 7, "D": 5, "E": 4, "F": 5}
    assert len({element.number for element in elements}) == 30


def test_every_suggestion_is_of_an_element_and_a_measure_that_there_are():
    for code, elements in (("cse", cse_elements()), ("contact-centre", contact_centre_elements())):
        offered = {element.number: suggestions(code, element.number) for element in elements}
        measures = {
            name for each in offered.values() for name in (*each.measures, *each.improvements.measures, *each.tables)
        }
        assert measures <= set(MEASURES)
        direct = [offered[element.number] for element in elements if element.survey_evidence == "direct"]
        assert all(each.measures or each.improvements != Matter() or each.quotes for each in direct)
    assert not suggestions("own", "1.3.1").measures


def test_ours_load_with_a_button_and_stand_beside_each_other(year, sign_in):
    lead = sign_in("cse_lead")
    assert (
        lead.send_form(f"{THERE}/contact-centre/load", form_at=THERE).location == "/evidence/?framework=contact-centre"
    )
    board = lead.get("/evidence/?framework=contact-centre").text
    assert "0 of 30 elements are ready." in board and "Customer Service Excellence" in board
    assert lead.get("/evidence/contact-centre/B1").status_code == 200
    assert lead.get("/evidence/?framework=none").status_code == 404
    assert lead.send_form(f"{THERE}/iso/load", form_at=THERE).status_code == 404


def test_a_framework_of_the_councils_own_comes_from_a_file(year, sign_in):
    lead = sign_in("cse_lead")
    assert send(lead, GOOD).location == "/evidence/?framework=own"
    assert "0 of 2 elements are ready." in lead.get("/evidence/?framework=own").text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEADER, "at least one element"),
        ("criterion,title\nA,B\n", "subcriterion"),
        (HEADER + "A,A1,,First,x,direct\nA,A1,2,,x,none\nA,A1,3,T,x,perhaps\n", "Line 4: survey_evidence is “perhaps”"),
        (HEADER + "A,A1,1,First,x,direct\nA,A1,1,Second,x,none\n", "Line 3: element 1 stands on line 2 as well"),
        (HEADER + "A,A1,1/2,First,x,direct\n", "Line 2: the number 1/2 has a stroke in it"),
        (HEADER + f"A,A1,1,{'x' * 201},x,direct\n", "Line 2: title is longer than 200 characters"),
        (HEADER + 'A,A1,1,"First,x,direct\n', "Line 2"),
        ("", "empty"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_line_by_line_and_nothing_of_it_is_taken(year, sign_in, content, said):
    answer = send(sign_in("cse_lead"), content)
    assert answer.status_code == 400
    assert said in answer.text
    assert 'value="Our own"' in answer.text
    assert queries.find_framework("own") is None


@pytest.mark.parametrize("code", ["exhibits", "Two words", "a/b", "-", "packs"])
def test_a_code_that_would_hide_a_page_is_refused(app, code):
    with pytest.raises(InvalidInput, match="cannot be a framework"):
        import_framework(code, "Own", read_file(io.BytesIO(GOOD.encode())), now=NOON)


def test_the_command_takes_ours_by_name_and_a_file_by_path(year, runner, tmp_path):
    assert "30 elements added" in runner.invoke(args=["evidence", "frameworks", "import", "contact-centre"]).output
    path = tmp_path / "own.csv"
    path.write_text(GOOD)
    arguments = ["evidence", "frameworks", "import", str(path), "--code", "own-standard"]
    assert "2 elements added, 0 kept." in runner.invoke(args=arguments).output
    assert queries.framework_by_code("own-standard").name == "Own standard"
    missing = runner.invoke(args=["evidence", "frameworks", "import", str(tmp_path / "none.csv")])
    assert missing.exit_code == 1 and "cannot be opened" in missing.output


def test_a_new_element_may_not_take_a_number_that_the_council_gave_to_another(year):
    import_contact_centre(now=NOON)
    element = queries.element_by_number("contact-centre", "A1")
    element.loaded = {"number": "A1", "title": element.title, "about": element.about}
    element.number = "Z9"
    db.session.flush()
    rows = read_file(io.BytesIO((HEADER + "A,A1,Z9,First,x,direct\n").encode()))
    with pytest.raises(InvalidInput, match="gave this number to A1"):
        import_framework("contact-centre", "Contact centre", rows, now=NOON)
