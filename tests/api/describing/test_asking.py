"""Arguments are read by the dataclass that declares them, and described by it: what the one takes, the other says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import jsonschema_rs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from survey_app.api.describing.asking import LONGEST, parameters, read_arguments
from survey_app.api.describing.schema import Says, schema_of
from survey_app.kernel.errors import InvalidInput
from tests.fuzz.nasty import any_text


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Asked:
    from_: date
    size: Annotated[int, Says("How many.", least=1, most=20)] = 5
    code: str | None = None
    colour: Colour | None = None
    again: bool = False
    by: Annotated[tuple[str, ...], Says(most=2, pattern="^(a|b)$")] = ()


def read(**given: Any) -> Asked:
    return read_arguments(Asked, {"from": ["2026-03-31"]} | given)


def test_what_is_not_given_is_as_declared() -> None:
    assert read() == Asked(date(2026, 3, 31), 5, None, None, False, ())


def test_each_kind_is_read() -> None:
    given = {"size": ["20"], "code": [" x "], "colour": ["blue"], "again": ["true"], "by": ["b", "a"]}
    assert read(**given) == Asked(date(2026, 3, 31), 20, " x ", Colour.BLUE, True, ("b", "a"))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"from": []}, "from is missing."),
        ({"from": ["2026-3-31"]}, "from must be a day from 2000 on, such as 2026-03-31."),
        ({"from": ["1999-12-31"]}, "from must be a day from 2000 on"),
        ({"from": ["2026-02-29"]}, "from must be a day from 2000 on"),
        ({"from": ["2026-03-31\n"]}, "from must be a day from 2000 on"),
        ({"size": ["0"]}, "size must be a whole number from 1 to 20."),
        ({"size": ["21"]}, "size must be a whole number from 1 to 20."),
        ({"size": ["٣"]}, "size must be a whole number from 1 to 20."),
        ({"size": ["1", "2"]}, "size may stand once."),
        ({"code": [""]}, "code must be a text of at most 200 characters"),
        ({"code": ["x" * 201]}, "code must be a text of at most 200 characters"),
        ({"colour": ["RED"]}, "colour must be one of red, blue."),
        ({"again": ["1"]}, "again must be true or false."),
        ({"by": ["c"]}, "by must be a text"),
        ({"by": ["a", "b", "a"]}, "by may stand 2 times at most."),
        ({"other": ["x"]}, "There is no argument other here. The arguments are from, size, code, colour, again, by."),
    ],
)
def test_what_is_wrong_is_said(given: dict[str, list[str]], words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(**given)
    assert words in refused.value.message


def of_kind(name: str, text: str) -> Any:
    """A text as a program that follows the schema would have meant it."""
    if name == "size":
        return int(text) if text.isascii() and text.isdecimal() else text
    if name == "again":
        return {"true": True, "false": False}.get(text, text)
    return [text] if name == "by" else text


@given(
    name=st.sampled_from([each.name for each in parameters(Asked)]),
    text=st.one_of(
        any_text, st.sampled_from(["red", "true", "a", "2026-02-29", "2026-03-01", "7", "0", "x" * LONGEST])
    ),
)
@example(name="from", text="2000-01-01")
@example(name="by", text="a\n")
@example(name="code", text="x" * (LONGEST + 1))
def test_what_is_taken_is_what_the_schema_allows(name: str, text: str) -> None:
    parameter = next(each for each in parameters(Asked) if each.name == name)
    try:
        parameter.read(text)
        is_taken = True
    except InvalidInput:
        is_taken = False
    described = jsonschema_rs.validator_for(parameter.schema, validate_formats=True)
    assert (
        described.is_valid(of_kind(name, text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")))
        == is_taken
    )


class Inner(TypedDict):
    kind: Literal["one", "two"]
    self_: NotRequired[Inner | None]


class Outer(TypedDict):
    """Two lines
    of words."""

    inner: Annotated[list[Inner], Says("Some.", least=1)]
    day: date | None
    counts: dict[str, int]
    colour: Annotated[Colour, Says(example="red")]


def test_shapes_are_described_once_and_may_hold_themselves() -> None:
    shapes: dict[str, Any] = {}
    assert schema_of(Outer, shapes) == {"$ref": "#/components/schemas/Outer"}
    assert shapes["Outer"] == {
        "type": "object",
        "description": "Two lines of words.",
        "properties": {
            "inner": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/Inner"},
                "description": "Some.",
                "minItems": 1,
            },
            "day": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
            "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
            "colour": {"type": "string", "enum": ["red", "blue"], "examples": ["red"]},
        },
        "required": ["colour", "counts", "day", "inner"],
    }
    assert shapes["Inner"]["required"] == ["kind"]
    assert set(shapes["Inner"]["properties"]) == {"kind", "self"}
