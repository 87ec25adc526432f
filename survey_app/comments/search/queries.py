"""The one place where the databases differ in how words are found: FTS5 on SQLite, tsvector on PostgreSQL.

Both are asked for folded words and facts alone, which they only cut at spaces, so both find the same. A search goes
from the newest comment to the oldest and ends when it has enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    cast,
    column,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from survey_app.comments.models import Comment
from survey_app.comments.search.asked import Asked, Term, closeness
from survey_app.comments.search.facts import ANY, NONE, comment_at, places_in
from survey_app.extensions import db
from survey_app.kernel.periods import Period

SEARCH_INDEX = "comment_search"  # how the names of all that belongs to it begin, in both databases
NOTHING_ASKED = Asked()
MOST_COMPARED = 1_000  # comments whose closeness to a search is worked out, the newest


@dataclass(frozen=True)
class Wanted:
    """Which comments: those of a period that hold what was asked for, and of each group of facts one at least."""

    period: Period
    asked: Asked = NOTHING_ASKED
    facts: tuple[tuple[str, ...], ...] = ()


def found_numbers(wanted: Wanted, *, most: int, skip: int = 0) -> list[int]:
    """The numbers of comments, the newest first."""
    return [comment_at(place) for place in db.session.scalars(_places(wanted, most, skip))]


def found_facts(wanted: Wanted, *, most: int) -> Sequence[tuple[int, str]]:
    """Place and facts of the newest comments: what is counted beside a list, in one statement."""
    places = _places(wanted, most).subquery()
    facts = select(Comment.place, Comment.facts).join(places, places.c.place == Comment.place)
    return [(place, found) for place, found in db.session.execute(facts) if place is not None]


def closest_numbers(wanted: Wanted, *, most: int, skip: int = 0) -> list[int]:
    """The numbers of comments, the closest to what was asked first; of equal ones the newest."""
    places = _places(wanted, MOST_COMPARED).subquery()
    rows = db.session.execute(select(Comment.place, Comment.words).join(places, places.c.place == Comment.place)).all()
    ranked = sorted(rows, key=lambda row: (-closeness(wanted.asked, row.words), -row.place))
    return [comment_at(row.place) for row in ranked[skip : skip + most]]


def _places(wanted: Wanted, most: int, skip: int = 0) -> Select[int]:
    """The places of comments, the newest first."""
    first, last = places_in(wanted.period)
    if wanted.asked.has_no_word or () in wanted.facts:
        wanted = Wanted(wanted.period, facts=((NONE,),))
    if db.engine.dialect.name == "sqlite":
        place: ColumnElement[Any] = Comment.place.expression
        found = select(place)
        if not wanted.asked.asks_nothing or wanted.facts:
            place = column("rowid")
            index = table(SEARCH_INDEX, place)
            found = select(place.label("place")).select_from(index)
            found = found.where(literal_column(SEARCH_INDEX).op("MATCH")(fts5_query(wanted)))
    else:
        place = Comment.place.expression
        found = select(place).where(*_on_postgresql(wanted))
    return found.where(place.between(first, last)).order_by(place.desc()).limit(most).offset(skip)


def fts5_query(wanted: Wanted) -> str:
    """The search in the language of FTS5. It holds folded words and facts in quotes, never what somebody typed."""

    def term(each: Term) -> str:
        return f'"{" ".join(each.words)}"{"*" if each.is_start else ""}'

    asked = wanted.asked
    parts = [f"words : ({' OR '.join(map(term, terms))})" for terms in asked.all_of]
    parts += [f"facts : ({' OR '.join(facts)})" for facts in wanted.facts] or [f"facts : {ANY}"] * (not parts)
    found = " AND ".join(f"({part})" for part in parts)
    return " NOT ".join([f"({found})", *(f"words : {term(each)}" for each in asked.none_of)])


def _on_postgresql(wanted: Wanted) -> list[ColumnElement[bool]]:
    def term(each: Term) -> str:
        *whole, last = (f"'{word}'" for word in each.words)
        return f"({' <-> '.join([*whole, f'{last}:*' if each.is_start else last])})"

    asked, found = wanted.asked, []
    words = [f"({' | '.join(map(term, terms))})" for terms in asked.all_of]
    words += [f"!{term(each)}" for each in asked.none_of]
    if words:
        found.append(_holds(f"{SEARCH_INDEX}_words", " & ".join(words)))
    if wanted.facts:
        found.append(_holds(f"{SEARCH_INDEX}_facts", " & ".join(f"({' | '.join(facts)})" for facts in wanted.facts)))
    return found


def _holds(words: str, query: str) -> ColumnElement[bool]:
    """The query stands in the statement as it is, folded words in quotes: so that PostgreSQL plans for these words."""
    asked = cast(bindparam(None, query, literal_execute=True), TSQUERY)
    return literal_column(f"comment.{words}").op("@@")(asked)
