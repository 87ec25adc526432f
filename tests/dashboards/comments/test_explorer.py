"""The explorer: comments redacted, in scope, of answers that count, and found by what was chosen."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from survey_app.accounts.models import User
from survey_app.comments.models import CommentLabel, LabelSource, Theme
from survey_app.dashboards.comments import queries
from survey_app.dashboards.comments.selection import read_comment_selection
from survey_app.dashboards.selection import DataDays
from survey_app.extensions import db
from survey_app.kernel.periods import Period
from survey_app.organisation.scope import EVERYTHING
from survey_app.responses.models import ResponseState
from tests.dashboards.conftest import Cast, SignIn, make_comment
from tests.factories import NOON, make_answers
from tests.statements import statements
from tests.test_templates import Inside

PATH = "/comments/?period=2024/25"


def page_of(client: FlaskClient, arguments: str = "") -> str:
    answer = client.get(PATH + arguments)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_comments_are_shown_redacted_with_label_theme_and_place(cast: Cast, sign_in: SignIn) -> None:
    html = page_of(sign_in("lead"))
    text = " ".join(Inside(html).text.split())
    assert "2 comments. Half are negative." in text
    assert '<span class="removed">phone number removed</span>' in html
    assert "Negative Call backs and replies" in text and "Housing options Phone 10 November 2024" in text
    assert "secret raw words" not in html


def test_what_people_wrote_stays_words(cast: Cast, sign_in: SignIn) -> None:
    assert "Bins <b>gone</b> by 8" in Inside(page_of(sign_in("lead"))).text.replace("\n", " ")


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "%s %n"]
)
def test_what_is_typed_into_the_search_box_stays_words(cast: Cast, sign_in: SignIn, text: str) -> None:
    html = page_of(sign_in("lead"), f"&text={quote(text)}")
    (box,) = (field for field in Inside(html).all("input") if field.get("name") == "text")
    assert box["value"] == text
    assert "<script>alert" not in html and "<img src=x" not in html


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ("&service=housing", {"Nobody"}),
        ("&sentiment=positive", {"Bins"}),
        ("&theme=call_back", {"Nobody"}),
        ("&channel=email", set()),
        ("&text=RANG", {"Nobody"}),
        ("&text=100%25", {"Bins"}),
        ("&text=g%25e", set()),
        ("&text=bins+OR+nobody", {"Nobody", "Bins"}),
        ("&text=%22rang+me+back%22", {"Nobody"}),
        ("&text=-bins", {"Nobody"}),
        ("&text=bin&exact=yes", set()),
        ("&text=bin", {"Bins"}),
        ("&text=phone", set()),
        ("&service=housing&service=waste", {"Nobody", "Bins"}),
        ("&sentiment=positive&sentiment=negative", {"Nobody", "Bins"}),
        ("&marked=quote", set()),
        ("&language=en", {"Nobody", "Bins"}),
        ("&language=cy", set()),
        ("&text=_", set()),
        ("&sentiment=negative&service=waste", set()),
    ],
)
def test_filters_keep_what_they_name(cast: Cast, sign_in: SignIn, arguments: str, found: set[str]) -> None:
    html = page_of(sign_in("lead"), arguments)
    results = html.partition('class="results"')[2].partition("</nav>")[0]
    assert {word for word in ("Nobody", "Bins") if f"{word}" in results} == found
    assert ("No comment matches." in html) is not found


def test_withdrawn_quarantined_and_test_answers_show_no_comment(cast: Cast, sign_in: SignIn) -> None:
    cast.responses["housing"].state = ResponseState.QUARANTINED
    cast.responses["waste"].state = ResponseState.WITHDRAWN
    tested = make_answers(cast.survey, cast.waste, date(2024, 5, 1), {"satisfaction": "5"}, is_test=True)[0]
    make_comment(tested, "A test of ours")
    db.session.commit()
    lead = sign_in("lead")
    db.session.expire_all()
    for html in (page_of(lead), lead.get("/dashboards/?period=2024/25").get_data(as_text=True)):
        assert not any(word in html for word in ("Nobody rang", "Bins", "A test of ours"))


def test_long_lists_have_pages_of_twenty(cast: Cast, sign_in: SignIn) -> None:
    for number in range(25):
        make_comment(cast.responses["waste"], f"Comment number {number}.", None)
    db.session.commit()
    lead = sign_in("lead")
    first, second = page_of(lead, "&text=Comment+number"), page_of(lead, "&text=Comment+number&page=2")
    assert [html.count("<article") for html in (first, second)] == [20, 5]
    assert "21 to 25 of 25, newest first" in second
    (following,) = Inside(first).all("a", rel="next")
    assert "page=2" in (following["href"] or "") and "text=Comment+number" in (following["href"] or "")
    for page in ("0", "3", "-1", "two", "９"):
        assert lead.get(f"{PATH}&text=Comment+number&page={page}").status_code == 400


@pytest.mark.parametrize("arguments", ["&sentiment=happy", "&theme=no-such-theme", f"&text={'x' * 201}"])
def test_an_unknown_choice_is_refused(cast: Cast, sign_in: SignIn, arguments: str) -> None:
    assert sign_in("lead").get(PATH + arguments).status_code == 400


def test_what_waits_for_review_has_no_label_yet(cast: Cast, sign_in: SignIn) -> None:
    make_comment(cast.responses["waste"], "Hm.", "negative").needs_review = True
    db.session.commit()
    text = " ".join(Inside(page_of(sign_in("lead"), "&text=Hm.")).text.split())
    assert "Hm. Waiting for review" in text.replace("search word: ", "")


def results_of(html: str) -> str:
    return " ".join(Inside(html).text.split())


def test_each_choice_says_how_many_comments_it_would_leave(cast: Cast, sign_in: SignIn) -> None:
    make_comment(cast.responses["waste"], "Bins missed", "negative")
    db.session.commit()
    text = results_of(page_of(sign_in("lead"), "&sentiment=negative&service=waste"))
    assert "1 comment. " in text
    assert "Negative 1 Mixed or neutral 0 Positive 1" in text  # its own tick is left out
    assert "Housing options 1" in text


def test_where_nothing_matches_it_says_what_would(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    text = results_of(page_of(lead, "&text=rang&service=waste"))
    assert "No comment matches." in text
    assert "Without “Waste and recycling” 1 does" in text
    assert "Without these words 1 does" in text
    assert "Without any filter" not in text
    text = results_of(page_of(lead, "&text=rang&service=waste&sentiment=positive"))
    assert "Without any filter 1 does" in text


def test_a_search_without_a_word_says_so(cast: Cast, sign_in: SignIn) -> None:
    assert "There is no word in “?!” to search for." in results_of(page_of(sign_in("lead"), "&text=?!"))


def test_searched_words_praise_and_criticism_are_marked_and_said(cast: Cast, sign_in: SignIn) -> None:
    make_comment(cast.responses["waste"], "Very helpful staff but the bins were missed, a disgrace", "negative")
    db.session.commit()
    html = page_of(sign_in("lead"), "&text=staff+disgrace")
    assert '<mark class="searched"><span class="hidden">search word: </span>staff</mark>' in html
    assert 'class="hidden">counts as praise: </span>' in html
    assert "search word, counts as criticism: </span>disgrace</mark>" in html


def test_other_words_for_the_same_are_named_and_can_be_switched_off(cast: Cast, sign_in: SignIn) -> None:
    make_comment(cast.responses["waste"], "Please phone back", "negative")
    db.session.commit()
    lead = sign_in("lead")
    html = page_of(lead, "&text=ring+back")
    assert "1 comment mentions “ring back”." in results_of(html) and "Also searched:" in html
    (only,) = (link for link in Inside(html).all("a") if "exact=yes" in (link["href"] or ""))
    assert "No comment matches." in lead.get(only["href"]).text


def test_a_long_comment_is_shown_in_part_and_whole_on_its_own_page(cast: Cast, sign_in: SignIn) -> None:
    long = make_comment(cast.responses["waste"], "word " * 9_990 + "zeppelin", None)
    db.session.commit()
    lead = sign_in("lead")
    html = page_of(lead, "&text=zeppelin")
    assert "zeppelin</mark>" in html and "Show all 49,958 characters" in html
    assert len(html) < 60_000
    assert lead.get(f"/comments/{long.reference}").text.count("word ") == 9_990


@pytest.mark.parametrize(
    "text", ["\u202egnp.exe", "\u2067\u05e9\u05d9\u05e8\u05d5\u05ea", "👍👍", "=1+1", "\u200b\u200d"]
)
def test_nasty_texts_stand_in_a_paragraph_of_their_own_direction(cast: Cast, sign_in: SignIn, text: str) -> None:
    make_comment(cast.responses["waste"], text, None)
    db.session.commit()
    assert f'<p class="text" dir="auto">{text}</p>' in page_of(sign_in("lead"), "&sentiment=not_analysed")


def test_the_number_of_statements_does_not_depend_on_the_number_of_comments(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    page_of(lead)  # what is new this quarter is kept from now on
    with statements() as few:
        page_of(lead, "&text=bins+OR+rang")
    theme = db.session.scalars(db.select(Theme)).one()
    for number in range(30):
        make_comment(cast.responses["waste"], f"Bins number {number}", "negative", theme)
    db.session.commit()
    with statements() as many:
        page_of(lead, "&text=bins+OR+rang")
    assert len(many) == len(few) <= 26


def test_managers_find_what_was_written_to_their_services_only(cast: Cast, sign_in: SignIn) -> None:
    text = results_of(page_of(sign_in("manager")))
    assert "1 comment." in text and "Nobody" in text and "Bins" not in text


def test_many_comments_are_counted_by_the_tallies_and_listed_to_a_bound(
    cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_COUNTED", 1)
    lead = sign_in("lead")
    assert "2 comments. Half are negative." in results_of(page_of(lead))
    assert "1 to 1 of more than 1, newest first" in results_of(page_of(lead))
    text = results_of(page_of(lead, "&text=bins+OR+nobody"))
    assert "More than 1 comment mentions “bins” or “nobody”." in text
    assert "are of the newest 1." in text


def test_the_tallies_and_the_comments_themselves_give_the_same_counts(
    cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme = db.session.scalars(db.select(Theme)).one()
    make_comment(cast.responses["waste"], "Bins missed", "negative", theme)
    make_comment(cast.responses["housing"], "Fine", "neutral").needs_review = True
    db.session.commit()
    year, facets = Period.parse("2024/25"), queries.facets_in(EVERYTHING)
    for arguments in ({}, {"service": ["waste"]}, {"sentiment": ["negative"], "channel": ["phone"]}):
        chosen = read_comment_selection(
            MultiDict({"period": [year.label], **arguments}), facets, DataDays(year.first, year.last), year.last
        )
        counted = queries.count_comments(chosen, facets, EVERYTHING)
        monkeypatch.setattr(queries, "MOST_COUNTED", 0)
        tallied = queries.count_comments(chosen, facets, EVERYTHING)
        monkeypatch.undo()
        assert (tallied.total, tallied.months) == (counted.total, counted.months)
        for facet in facets:
            for option in facet.options if facet.name in tallied.by_facet else ():
                assert tallied.of(facet, option) == counted.of(facet, option), (facet.name, option.value)


def test_one_comment_says_why_and_who_labelled_it_and_what_was_answered_with_it(cast: Cast, sign_in: SignIn) -> None:
    comment = make_comment(cast.responses["waste"], "Helpful staff", "positive")
    lead = db.session.scalars(db.select(User).where(User.email.startswith("lead"))).one()
    given = {"label": "negative", "before": "positive", "source": LabelSource.CORRECTION, "labelled_at": NOON}
    db.session.add(CommentLabel(comment_id=comment.id, labelled_by=lead.id, **given))
    db.session.commit()
    text = results_of(sign_in("lead").get(f"/comments/{comment.reference}").text)
    assert "The machine says positive: likely." in text
    assert f"{lead.email} called it negative on" in text and "it was shown as positive" in text
    assert "Labelled by method test; the words are marked by the present one" in text
    assert "Answered with it" in text
    assert "%" not in text.partition("Why this label?")[2].partition("Answered")[0]


def test_a_comment_out_of_scope_or_withdrawn_looks_like_one_that_is_not_there(cast: Cast, sign_in: SignIn) -> None:
    comment = make_comment(cast.responses["waste"], "Bins", "positive")
    db.session.commit()
    assert sign_in("lead").get(f"/comments/{comment.reference}").status_code == 200
    foreign = sign_in("manager").get(f"/comments/{comment.reference}")
    missing = sign_in("manager").get("/comments/nothing-here")
    assert foreign.status_code == missing.status_code == 404
    cast.responses["waste"].state = ResponseState.WITHDRAWN
    db.session.commit()
    assert sign_in("lead").get(f"/comments/{comment.reference}").status_code == 404
    assert sign_in("admin").get(f"/comments/{comment.reference}").status_code == 403
