"""What a comment is found by beside its words. Each fact is a word too: so any choice of filters is one search.

The database writes them (migration 0018); here they are spelled the same way, for asking. A comment has one of each
letter but themes (t) and what is marked (n).
"""

from __future__ import annotations

from datetime import date

from survey_app.kernel.periods import Period

ANY = "all"  # every comment has it
NONE = "none"  # no comment has it
FIRST_DAY = date(1970, 1, 1)
COMMENTS = 2**32  # numbers of comments in a place

REQUEST, MIXED, REVIEW, BY_PERSON, QUOTE, FOLLOW_UP = (
    "nrequest",
    "nmixed",
    "nreview",
    "nperson",
    "nquote",
    "nfollowup",
)


def of_service(service_id: int) -> str:
    return f"s{service_id}"


def of_channel(channel: str | None) -> str:
    return f"c{_plain(channel or 'none')}"


def of_label(label: str) -> str:
    """Of what `measures.queries.subjects.sentiment_label` calls it."""
    return f"l{_plain(label)}"


def of_theme(theme_id: int) -> str:
    return f"t{theme_id}"


def of_question(question_id: int) -> str:
    return f"q{question_id}"


def of_language(code: str) -> str:
    return f"g{_plain(code).lower()}"


def of_site(site_id: int) -> str:
    return f"i{site_id}"


def of_team(team_id: int) -> str:
    return f"e{team_id}"


def places_in(period: Period) -> tuple[int, int]:
    """The first and the last place that a comment of these days can have."""
    return _day(period.first) * COMMENTS, (_day(period.last) + 1) * COMMENTS - 1


def comment_at(place: int) -> int:
    """The number of the comment that has this place."""
    return place % COMMENTS


def _day(day: date) -> int:
    return day.toordinal() - FIRST_DAY.toordinal()


def _plain(code: str) -> str:
    return code.replace("_", "").replace("-", "")
