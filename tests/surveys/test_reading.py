"""A survey of our own is read as a whole, and each fault is named by its place."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.kernel.errors import InvalidInput
from survey_app.organisation.channels import CustomerKind
from survey_app.settings import PROJECT_ROOT
from survey_app.surveys.default import DEFAULT_SURVEY
from survey_app.surveys.reading import SELECT_ONE, parse_survey
from survey_app.surveys.structure import as_document, marked, unmarked

INTERNAL = (PROJECT_ROOT / "docs/surveys/internal-customers.json").read_text("utf-8")
MISSING = object()


def changed(place: tuple[str | int, ...], value: object) -> str:
    """The survey for internal customers with one thing changed, or left out."""
    document = json.loads(INTERNAL)
    part: Any = document
    for step in place[:-1]:
        part = part[step]
    if value is MISSING:
        del part[place[-1]]
    else:
        part[place[-1]] = value
    return json.dumps(document)


def test_the_survey_for_internal_customers_is_read() -> None:
    structure, left_out = parse_survey(INTERNAL)
    assert (structure.code, structure.customer_kind, structure.languages) == (
        "internal-customers",
        CustomerKind.INTERNAL,
        ["en"],
    )
    assert left_out == []
    first = structure.items[0]
    assert (first.is_required, first.question.asks, first.question.choices[-1].is_substantive) == (
        True,
        "satisfaction",
        False,
    )
    said = [word for word in structure.length_sentence.split() if word.isdigit()]
    assert said == [str(len(structure.items))]


def test_what_is_written_is_read_as_the_same() -> None:
    for structure in (DEFAULT_SURVEY, parse_survey(INTERNAL)[0], parse_survey(translated())[0]):
        again, left_out = parse_survey(json.dumps(as_document(structure)))
        assert (again, left_out) == (structure, [])


@pytest.mark.parametrize(
    ("place", "value", "problem"),
    [
        (("code",), MISSING, "code is missing"),
        (("code",), "Internal customers", "code is no code that can be used: Internal customers"),
        (("name",), 7, "name is no text"),
        (("name",), " ", "name is empty"),
        (("name",), "x" * 121, "name is longer than 120 characters"),
        (("customer_kind",), "martian", "customer_kind is none of resident, business, internal, partner"),
        (("items",), [], "items holds no question"),
        (("items",), {}, "items is no list"),
        (("items", 1), "why", "items[1] is no object"),
        (("items", 3, "options", 0, "code"), MISSING, "items[3].options[0].code is missing"),
        (("items", 3, "options", 0, "label"), "a\x00b", "items[3].options[0].label holds characters that cannot"),
        (("items", 3, "options", 0, "score"), 9, "items[3].options[0].score is no whole number from 1 to 5"),
        (("items", 3, "options", 0, "score"), True, "items[3].options[0].score is no whole number"),
        (("items", 3, "options", 0, "is_substantive"), False, "items[3].options[0].is_substantive says the opposite"),
        (("items", 3, "options", 0, "code"), "4", "items[3].options names a code or a score twice"),
        (("items", 3, "options"), [], "items[3].options holds no two answers with a score"),
        (("items", 2, "code"), "team_why", "items[2].code is that of items[1] as well: team_why"),
        (("items", 2, "code"), "nonce", "items[2].code cannot be nonce: the form has that name for itself"),
        (("items", 2, "kind"), "stars", "items[2].kind is none of satisfaction, agreement"),
        (("items", 2, "asks"), "happiness", "items[2].asks is none of satisfaction, delivery"),
        (("items", 2, "asks"), "satisfaction", "items[2].asks cannot be satisfaction: that is asked by a question of"),
        (("items", 2, "required"), "yes", "items[2].required is neither true nor false"),
        (("items", 1, "text_type"), MISSING, "items[1].text_type is missing"),
        (("items", 1, "required"), True, "items[1].required cannot be true for a text"),
        (("items", 1, "options"), [{"code": "a", "label": "A"}], "items[1].options cannot be there for a text"),
        (("items", 0, "text_type"), "why", "items[0].text_type is for a text only"),
        (("items", 0, "translations"), [], "items[0].translations is no object"),
        (("items", 0, "translations"), {"Klingon!": {}}, "items[0].translations names no language by its code"),
    ],
)
def test_a_fault_is_named_by_its_place(place: tuple[str | int, ...], value: object, problem: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_survey(changed(place, value))
    assert problem in refusal.value.message


def test_several_faults_are_named_at_once_and_the_rest_are_counted() -> None:
    document = json.loads(INTERNAL)
    for item in document["items"]:
        del item["wording"]
    with pytest.raises(InvalidInput, match=r"items\[0\]\.wording is missing.*And 3 more\."):
        parse_survey(json.dumps(document))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no JSON: line 1"),
        ('{"format": "survey 1",\n "code": }', "no JSON: line 2, column 10"),
        ("[" * 200_000, "no JSON"),
        ("[]", "no survey of ours"),
        ('{"SurveyElements": []}', "no survey of ours"),
        ('{"format": "survey 2"}', "no survey of ours"),
    ],
)
def test_what_is_no_survey_of_ours_is_refused(text: str, problem: str) -> None:
    with pytest.raises(InvalidInput, match=problem):
        parse_survey(text)


def test_what_is_not_known_is_left_out_and_named() -> None:
    document = json.loads(INTERNAL)
    document["colour"] = "blue"
    document["items"][1]["shown_when"] = {"team_satisfaction": "1"}
    document["items"][0]["options"][2]["picture"] = "face.png"
    structure, left_out = parse_survey(json.dumps(document))
    assert structure == parse_survey(INTERNAL)[0]
    assert {one.what for one in left_out} == {"colour", "items[1].shown_when", "items[0].options[2].picture"}


def test_what_is_not_said_has_its_usual_value() -> None:
    document = json.loads(INTERNAL)
    for key in ("short_label", "missing_message", "hint"):
        document["items"][0].pop(key, None)
    item = parse_survey(json.dumps(document))[0].items[0]
    assert item.question.short_label == item.question.wording
    assert (item.question.missing_message, item.question.hint, item.page) == (SELECT_ONE, "", 1)


def translated() -> str:
    document = json.loads(INTERNAL)
    document["translations"] = {"cy": {"length_sentence": "Mae 8 cwestiwn byr."}}
    document["items"][0]["translations"] = {"cy": {"wording": "Pa mor fodlon?", "options": {"5": "Bodlon iawn"}}}
    return json.dumps(document)


def test_a_translation_is_kept_beside_the_hash_of_its_english() -> None:
    structure = parse_survey(translated())[0]
    assert structure.languages == ["en", "cy"]
    item = structure.items[0]
    stored = marked(item)
    assert stored is not None
    assert stored["cy"]["options"]["5"]["text"] == "Bodlon iawn"
    assert stored["cy"]["wording"]["english"] != stored["cy"]["options"]["5"]["english"]
    assert unmarked(deepcopy(stored)) == item.translations


keys = st.sampled_from(["code", "kind", "items", "options", "score", "label", "translations"])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=12,
)


@given(st.sampled_from([("items",), ("items", 0), ("items", 0, "options"), ("translations",), ("code",)]), json_values)
def test_no_document_makes_reading_fail(place: tuple[str | int, ...], value: object) -> None:
    try:
        structure, _ = parse_survey(changed(place, value))
    except InvalidInput as refusal:
        assert refusal.message
    else:
        assert structure.items
