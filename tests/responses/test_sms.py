"""Reading text messages: what counts as a score, what stops us, and what is a comment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.responses.sms import Reading, read_text
from survey_app.surveys.scales import TextScale

SCALE = TextScale(
    by_score={5: "five", 4: "four", 3: "three", 2: "two", 1: "one"},
    by_label={
        "Very satisfied": "five",
        "Fairly satisfied": "four",
        "Neither satisfied nor dissatisfied": "three",
        "Fairly dissatisfied": "two",
        "Very dissatisfied": "one",
        "I do not know": "dk",
        "bodlon iawn": "five",
    },
    outside=frozenset({"dk"}),
)


@pytest.mark.parametrize(
    ("message", "code", "comment"),
    [
        ("5", "five", ""),
        ("4.", "four", ""),
        ("  3 !! ", "three", ""),
        ("5 great", "five", "great"),
        ("5, the lady was kind", "five", "the lady was kind"),
        ("1 nobody called back", "one", "nobody called back"),
        ("2\nIt took weeks", "two", "It took weeks"),
        (" 5/5 thank you", "five", "thank you"),
        ("4 / 5", "four", ""),
        ("5 out of 5 brilliant", "five", "brilliant"),
        ("5*", "five", ""),
        ("5 stars", "five", ""),
        ("5 5 5", "five", "5 5"),
        ("five", "five", ""),
        ("Five great service", "five", "great service"),
        ("FOUR.", "four", ""),
        ("I'd give it a 4", "four", ""),
        ("sorry I meant 5", "five", ""),
        ("Score: 2. Too slow", "two", "Too slow"),
        ("Great service. 5", "five", "Great service"),
        ("Excellent service 5", "five", "Excellent service"),
        ("The man at the desk was kind, 5/5 from me", "five", "The man at the desk was kind, 5/5 from me"),
        ("Very satisfied - kind lady", "five", "kind lady"),
        ("very dissatisfied", "one", ""),
        ("I was fairly satisfied with it", "four", "with it"),
        ("I do not know", "dk", ""),
        ("pump", "five", ""),
        ("5 da iawn", "five", "da iawn"),
        ("Pedwar, diolch", "four", "diolch"),
        ("un", "one", ""),
        ("Bodlon iawn", "five", ""),
        ("5️⃣", "five", ""),
        ("4️⃣ 👍", "four", "👍"),
        ("５", "five", ""),
        ("۵", "five", ""),
        ("۴ شکریہ", "four", "شکریہ"),
        ("پانچ", "five", ""),
        ("੫ ਧੰਨਵਾਦ", "five", "ਧੰਨਵਾਦ"),
        ("ਪੰਜ", "five", ""),
        ("pięć", "five", ""),
        ("două", "two", ""),
        ("\u200f5", "five", ""),
        ("5 waited 2 minutes", "five", "waited 2 minutes"),
        ("5 the noise did not stop", "five", "the noise did not stop"),
        ("5 stop the lorries at night", "five", "stop the lorries at night"),
        ("> How did we do? Reply with 1 to 5\n4 fine", "four", "fine"),
        ("5\nOn 3 March the council wrote:\nReply 1 to 5", "five", ""),
    ],
)
def test_a_plain_score_is_read_with_what_was_written_beside_it(message: str, code: str, comment: str) -> None:
    assert read_text(message, SCALE) == Reading(code=code, comment=comment)


@pytest.mark.parametrize(
    "message",
    [
        "0",
        "6",
        "10",
        "10/10",
        "4/10",
        "4 out of 10",
        "55",
        "4 or 5",
        "4-5",
        "4 to 5",
        "4, 5",
        "4.5",
        "4,5",
        "5%",
        "-1",
        "£5 was not refunded",
        "24/7",
        "I called on 3/5 and nobody came",
        "5 minutes and it was sorted",
        "2 weeks and nothing",
        "1st class",
        "1 more thing: the door was locked",
        "3 of your staff were rude",
        "One of your staff was rude",
        "One lady was kind",
        "No one answered",
        "My 4 children were cold",
        "I live at flat 5",
        "I waited since 5",
        "Not very satisfied",
        "satisfied",
        "I do not know why it took so long",
        "The noise did not stop",
        "Cancel my direct debit took an hour",
        "The end was good",
        "End of the road still has no lamp",
        "👍",
        "Who is this?",
    ],
)
def test_what_is_not_plainly_a_score_is_a_comment(message: str) -> None:
    assert read_text(message, SCALE) == Reading(comment=message)


@pytest.mark.parametrize(
    "message",
    [
        "STOP",
        "stop",
        "Stop.",
        " STOP! ",
        "stop please",
        "Please stop",
        "Stop sending me these",
        "STOPIO",
        "UNSUBSCRIBE",
        "END",
        "end please",
        "Quit",
        "cancel these messages",
        "opt out",
        "OPT-OUT",
        "Don’t text me again",
        "do not contact me",
        "remove me from your list",
        "> Reply STOP to end\nstop",
        "stop\u200e",
    ],
)
def test_whoever_asks_us_to_stop_is_understood(message: str) -> None:
    assert read_text(message, SCALE) == Reading(is_stop=True)
    assert read_text(message, None) == Reading(is_stop=True)


@pytest.mark.parametrize("message", ["5 STOP", "5 stop sending", "5. Please stop texting me", "five stop"])
def test_a_score_and_a_stop_in_one_message_are_both_heeded(message: str) -> None:
    assert read_text(message, SCALE) == Reading(is_stop=True, code="five")


@pytest.mark.parametrize("message", ["", "   ", "\x00\x07", "\u200b", "Liked “Reply with 1 to 5”", "> 5"])
def test_a_message_without_words_of_its_own_says_nothing(message: str) -> None:
    assert read_text(message, SCALE) == Reading()


def test_without_a_scale_of_five_a_number_is_a_comment() -> None:
    assert read_text("5 great", None) == Reading(comment="5 great")


PARTS = st.sampled_from(
    [
        "5",
        "4",
        "or",
        "/",
        "/5",
        " ",
        "\n",
        ">",
        "STOP",
        "stop",
        "very satisfied",
        "un",
        "۵",
        "\u20e3",
        "%",
        "-",
        "10",
        ".",
    ]
)


@given(
    st.one_of(
        st.text(max_size=80), st.lists(PARTS, max_size=12).map("".join), st.lists(PARTS, max_size=8).map(" ".join)
    )
)
def test_any_text_whatsoever_can_be_read_and_gives_an_answer_of_the_scale_or_none(message: str) -> None:
    reading = read_text(message, SCALE)
    assert reading.code in {None, *SCALE.by_score.values(), "dk"}
    assert len(reading.comment) <= 3 * len(message)  # nothing is made up; one form of Unicode may take more room


@pytest.mark.parametrize("piece", ["\n", " ", "\n ", "on ", "\n-"])
def test_a_message_of_lines_without_words_is_read_in_its_time(piece: str) -> None:
    assert read_text(f"5{piece * (100_000 // len(piece))}", SCALE).code == "five"
