"""How long a text message is."""

from __future__ import annotations

import pytest

from survey_app.messaging.texts import parts, septets


@pytest.mark.parametrize(
    ("body", "length", "in_parts"),
    [
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("£5 [or] €5", 13, 1),  # brackets and the euro take two septets
        ("ŵ" * 70, None, 1),
        ("ŵ" * 71, None, 2),
        ("😀" * 35, None, 1),  # two units each
        ("😀" * 36, None, 2),
        ("", 0, 1),
    ],
)
def test_the_parts_of_a_text_message_are_counted_as_networks_do(body: str, length: int | None, in_parts: int) -> None:
    assert (septets(body), parts(body)) == (length, in_parts)
