"""Why an answer is held, in plain words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """`title` names it in a list, `words` say what it tells of and what it does not."""

    code: str
    title: str
    words: str


_KNOWN = (
    Reason(
        "too_fast",
        "Sent too fast",
        "It was sent sooner after its page was opened than anybody can read a question. Mail scanners do that.",
    ),
    Reason(
        "hidden_field",
        "A hidden field was filled in",
        "A field that people do not see was filled in. Programs fill in all that they find; a few password managers do "
        "so too.",
    ),
    Reason(
        "several_ratings",
        "Several ratings from one message",
        "Different ratings came from the same message within seconds. A scanner that follows every link does that.",
    ),
    Reason(
        "many_from_one_address",
        "Many from one internet address or one kiosk",
        "More answers came by open links from one internet address within an hour than a household gives. It may be a "
        "library, a school or an office: people share such addresses. Of a kiosk, more were handed over than visitors "
        "can have tapped one after the other.",
    ),
    Reason(
        "text message without a score",
        "A text message without a score",
        "Somebody wrote words and no number. Released, their words are read as a comment, and no rating is counted.",
    ),
)
_BY_CODE = {reason.code: reason for reason in _KNOWN}


def reason_called(code: str | None) -> Reason:
    """What is known of a reason; one that staff gave stands in their own words."""
    named = code or "No reason is on record"
    return _BY_CODE.get(named) or Reason(named, named, "Somebody of the council held it, in these words.")
