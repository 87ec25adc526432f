"""A comment in pieces: put together they are its text, whatever lies over what."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from survey_app.dashboards.comments.marks import MOST_SHOWN, Mark, Span, part_to_show, pieces_of

TEXT = "They rang back and were very helpful indeed"


def test_marks_over_one_another_are_pieces_that_carry_both() -> None:
    pieces = pieces_of(TEXT, [Span(5, 14, Mark.SEARCHED), Span(10, 18, Mark.PRAISE)])
    assert [(piece.text, piece.marks) for piece in pieces] == [
        ("They ", ()),
        ("rang ", (Mark.SEARCHED,)),
        ("back", (Mark.SEARCHED, Mark.PRAISE)),
        (" and", (Mark.PRAISE,)),
        (" were very helpful indeed", ()),
    ]
    assert [piece.begin for piece in pieces] == [(), (Mark.SEARCHED,), (Mark.PRAISE,), (), ()]


def test_a_removed_detail_is_one_block_whatever_lies_over_it() -> None:
    text = "Call [phone number removed] now"
    pieces = pieces_of(text, [Span(0, 12, Mark.SEARCHED), Span(20, 31, Mark.CRITICISM)])
    assert [piece.text for piece in pieces] == ["Call ", "phone number removed", " now"]


@given(
    st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20), st.sampled_from(list(Mark)[:3])))
)
def test_pieces_are_the_text_again(text: str, spans: list[tuple[int, int, Mark]]) -> None:
    inside = [Span(start, min(len(text), start + length), mark) for start, length, mark in spans if start < len(text)]
    pieces = pieces_of(text, [span for span in inside if span.end > span.start])
    removed = [piece for piece in pieces if Mark.REMOVED in piece.marks]
    assert removed or "".join(piece.text for piece in pieces) == text


def test_a_long_text_is_shown_from_its_beginning_or_from_shortly_before_what_was_found() -> None:
    text = "word " * 1_000
    beginning, middle = part_to_show(text, []), part_to_show(text, [(3_000, 3_004)])
    assert (beginning.start, beginning.is_whole) == (0, False)
    assert middle.start < 3_000 < middle.end
    assert text[middle.start : middle.start + 4] == text[beginning.start : beginning.start + 4] == "word"
    assert beginning.end - beginning.start <= MOST_SHOWN
    assert part_to_show("short", []).is_whole


def test_a_text_without_a_space_is_cut_too() -> None:
    shown = part_to_show("x" * 50_000, [(49_000, 49_010)])
    assert shown.start < 49_000 < shown.end
