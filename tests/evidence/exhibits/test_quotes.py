"""Quotes are picked by a rule that nobody can steer, and a withdrawn answer takes its words with it."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from survey_app.accounts.models import User
from survey_app.comments.models import Comment
from survey_app.comments.picking import Quotable, pick, too_few
from survey_app.comments.quotes.operations import mark_quote
from survey_app.evidence import queries
from survey_app.evidence.exhibits.operations import add_quotes, forget_withdrawn_quotes
from survey_app.evidence.exhibits.quotes import QuoteChoice, Quotes
from survey_app.evidence.models import ExhibitKind
from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.responses.models import SurveyResponse
from tests.dashboards.conftest import make_comment
from tests.evidence.test_pins import LATER, YEAR
from tests.factories import withdraw

ELEMENT = "/evidence/cse/1.3.5"
CHOICE = QuoteChoice(*YEAR)


def quotable(n: int, sentiment: str | None = "positive") -> Quotable:
    return Quotable(n, f"{n:016x}", unlike_others(n), sentiment, date(2026, 3, 1))


def unlike_others(n: int) -> str:
    """Words that no other number has."""
    own = "".join("abcdefghij"[int(digit)] for digit in str(n))
    return f"Desk{own} was quick{own} and kind{own}"


@pytest.fixture
def comments(year) -> list[SurveyResponse]:
    """Twelve comments of answers of 2025/26, four of them negative."""
    answers = db.session.query(SurveyResponse).filter(SurveyResponse.counts_on >= YEAR[0]).limit(12).all()
    for n, answer in enumerate(answers):
        make_comment(answer, f"{unlike_others(n)}, visit {n:02}", "negative" if n % 3 == 0 else "positive")
    db.session.commit()
    return answers


def element(number: str = "1.3.5"):
    return queries.element_by_number("cse", number)


def test_each_sentiment_has_its_share_of_the_quotes():
    comments = [quotable(n, "negative" if n < 10 else "positive" if n < 25 else "neutral") for n in range(30)]
    assert Counter(each.sentiment for each in pick(comments, 6, "seed")) == {"negative": 2, "positive": 3, "neutral": 1}


def test_the_same_choice_picks_the_same_quotes_in_whatever_order_they_come():
    comments = [quotable(n) for n in range(40)]
    assert pick(comments, 6, CHOICE.seed) == pick(comments[::-1], 6, CHOICE.seed)
    assert pick(comments, 6, CHOICE.seed) != pick(comments, 6, QuoteChoice(*YEAR, service="housing").seed)
    assert len(pick(comments[:3], 6, "seed")) == 3 and pick([], 6, "seed") == []


def test_of_fewer_than_ten_comments_none_is_quoted(year):
    assert too_few(10) is None
    with pytest.raises(Refused, match="fewer than 10"):
        add_quotes(CHOICE, [element()], now=LATER)


def test_quotes_are_frozen_and_say_how_they_were_picked(comments, sign_in):
    exhibit = add_quotes(CHOICE, [element()], now=LATER)
    stored = Quotes.read(exhibit.query)
    assert (exhibit.kind, len(stored.quotes), stored.by_rule, stored.of) == (ExhibitKind.QUOTES, 6, True, 12)
    db.session.commit()
    page = sign_in("assessor").get(f"/evidence/exhibits/E{exhibit.number:02}").text
    assert "Picked by lot of 12 comments, 1 April 2025 to 31 March 2026" in page
    assert all(quote.text in page for quote in stored.quotes)
    assert "secret raw words" not in page


def test_quotes_chosen_by_hand_say_so_and_are_of_the_list(comments, sign_in):
    lead = sign_in("cse_lead")
    there = "/evidence/exhibits/quotes?element=cse/1.3.5"
    page = lead.get(there).text
    chosen = [part.split('"')[0] for part in page.split('name="chosen" type="checkbox" value="')[1:3]]
    typed = {"element": "cse/1.3.5", "how": "hand", "first": "1/4/2025", "last": "31/3/2026", "title": "Two voices"}
    done = lead.send_form("/evidence/exhibits/quotes", form_at=there, **typed, chosen=chosen)
    assert done.location == f"{ELEMENT}?pinned=1"
    assert "Chosen by hand of 12 comments" in lead.get("/evidence/exhibits/E01").text
    wrong = lead.send_form("/evidence/exhibits/quotes", form_at=there, **typed, chosen=["999999"])
    assert wrong.status_code == 400 and "Choose quotes from the list." in wrong.text and "Two voices" in wrong.text
    with pytest.raises(InvalidInput):
        add_quotes(CHOICE, [element()], chosen=[], now=LATER)


def test_what_somebody_marked_as_a_quote_is_offered_first_with_who_did(comments, sign_in):
    lead, there = sign_in("cse_lead"), "/evidence/exhibits/quotes?element=cse/1.3.5"
    user = db.session.scalars(db.select(User).where(User.email.startswith("cse_lead"))).one()
    oldest = db.session.scalars(db.select(Comment).order_by(Comment.id)).first()
    assert f"{oldest.redacted_text} (" not in lead.get(there).text.split('name="chosen"')[1]
    mark_quote(oldest, now=LATER, by=user.id)
    db.session.commit()
    first = lead.get(there).text.split('name="chosen"')[1]
    assert oldest.redacted_text in first and f"marked by {user.name or user.email}" in first


@pytest.mark.parametrize("typed", ["first=soon&last=1/4/2026", "first=1/4/2026&last=1/4/2025", "service=nowhere"])
def test_a_choice_that_cannot_be_says_what_to_put_right(comments, sign_in, typed):
    answer = sign_in("cse_lead").get(f"/evidence/exhibits/quotes?element=cse/1.3.5&{typed}")
    assert answer.status_code == 400
    assert "There is a problem" in answer.text


def test_a_withdrawn_answer_takes_its_quote_with_it_and_the_exhibit_says_so(comments, sign_in):
    exhibit = add_quotes(CHOICE, [element()], chosen=None, now=LATER)
    quote = Quotes.read(exhibit.query).quotes[0]
    number = next(n for n in range(12) if quote.text.endswith(f"visit {n:02}"))
    withdraw(comments[number])
    db.session.commit()
    page = sign_in("assessor").get(f"/evidence/exhibits/E{exhibit.number:02}").text
    assert quote.text not in page
    assert "1 quote was taken out, because the answer was withdrawn." in page
    assert forget_withdrawn_quotes(LATER) == 1
    assert quote.text not in str(exhibit.query)
    assert forget_withdrawn_quotes(LATER) == 0
    assert Quotes.read(exhibit.query).withdrawn == 1
