"""Numbers as people type them into forms of staff."""

from __future__ import annotations

from decimal import Decimal

import pytest

from survey_app.web.fields import read_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [("90", "90"), (" 2.5 ", "2.5"), ("90%", "90"), ("\u22121.5", "-1.5"), ("1e3", "1000"), ("0", "0")],
)
def test_a_number_is_read_as_it_is_typed(typed: str, number: str) -> None:
    assert read_number(typed) == Decimal(number)


@pytest.mark.parametrize("typed", ["1e999999999", "-1e400", "1e-400", "9" * 41, "0." + "9" * 5_000, "NaN", "inf", ""])
def test_one_that_no_memory_holds_is_none(typed: str) -> None:
    with pytest.raises(ValueError, match="is no number"):
        read_number(typed)
