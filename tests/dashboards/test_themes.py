"""What residents write about: the counts of the comments, nothing claimed that they do not carry, and nobody shown."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from survey_app.comments.alerts.models import Alert, AlertKind, AlertOutcome
from survey_app.comments.models import Comment, Theme, ThemeEdit
from survey_app.comments.terms.operations import count_next_part
from survey_app.dashboards.themes.counts import LabelCounts, ThemeLine, judged, method_turns, most_criticised
from survey_app.dashboards.themes.queries import new_words
from survey_app.extensions import db
from survey_app.organisation.models import Service
from survey_app.organisation.scope import EVERYTHING, Scope
from survey_app.responses.models import ResponseState, SurveyResponse
from survey_app.surveys.models import SurveyVersion
from tests.comments.terms.test_job import said
from tests.dashboards.conftest import Cast, SignIn, make_comment, make_staff, make_year
from tests.dashboards.test_overview import page_of, words_of
from tests.databases import Database, Templates
from tests.factories import NOON, make_answers, make_service
from tests.statements import statements
from tests.test_templates import Inside

PAGE, CALLS = "/comments/themes/?period=2024/25", "/comments/themes/call_back?period=2024/25"
LETTER = (
    "Please keep the desk at Riverside House open, because my mother cannot use the website and nobody rings her back"
)


def write(service: Service, day: date, theme: Theme, label: str | None, texts: list[str]) -> None:
    survey = db.session.scalars(db.select(SurveyVersion)).one()
    answers = make_answers(survey, service, day, {"satisfaction": "3"}, len(texts))
    for answer, text in zip(answers, texts, strict=True):
        make_comment(answer, text, label, theme)


def make_comments() -> None:
    """Call backs: 41 of 76 negative in 2024/25 (one was there before), 10 of 50 the year before; bins 12 of 40."""
    services = {service.code: service for service in db.session.scalars(db.select(Service))}
    calls = db.session.scalars(db.select(Theme)).one()
    bins = Theme(code="bins", name="Bins", keywords="bin", definition="Collections and containers.")
    few = Theme(code="few", name="Rarely written about", keywords="rare")
    db.session.add_all([bins, few])
    db.session.flush()
    for month in (6, 9, 12):
        day = date(2024, month, 3)
        write(services["housing"], day, calls, "negative", said("nobody rang back", 13))
        write(services["waste"], day, calls, "positive", said("rang me back", 10))
    write(services["waste"], date(2024, 12, 4), calls, "neutral", said("call back", 5))
    write(services["waste"], date(2024, 12, 4), calls, "negative", ["No call back at all"])
    write(services["housing"], date(2023, 9, 3), calls, "negative", said("nobody rang back", 10))
    write(services["housing"], date(2023, 9, 3), calls, "positive", said("rang me back", 40))
    for n, label in ((12, "negative"), (28, "positive"), (3, None)):
        write(services["waste"], date(2024, 7, 1), bins, label, said("bins", n))
    write(services["waste"], date(2024, 7, 1), few, "negative", said("rare", 9))


@pytest.fixture
def template(templates: Templates, kind: str, request: pytest.FixtureRequest) -> Database:
    steps = (make_staff, make_year, make_comments) if "cast" in request.fixturenames else (make_staff,)
    return templates.filled(kind, *steps)


def quotes_of(html: str) -> list[str]:
    return [each.get_text() for each in BeautifulSoup(html, "html.parser").find_all("blockquote")]


def hrefs(html: str) -> set[str | None]:
    return {link.get("href") for link in Inside(html).all("a")}


def test_the_theme_with_the_most_criticism_is_named_with_its_count_and_its_change(cast: Cast, sign_in: SignIn) -> None:
    text = words_of(page_of(sign_in("lead"), PAGE))
    assert "Call backs and replies draws the most criticism: 41 of its 76 comments." in text
    assert "Up from 20.0% negative last year: unlikely to be chance." in text
    assert "Bins" in text and "30.0%" in text and "too few to compare" in text


def test_a_theme_of_few_comments_is_named_and_not_counted(cast: Cast, sign_in: SignIn) -> None:
    html = page_of(sign_in("lead"), PAGE)
    assert "Not shown: Rarely written about." in words_of(html)
    assert "/comments/themes/few?period=2024%2F25" not in hrefs(html)
    one = words_of(page_of(sign_in("lead"), "/comments/themes/few?period=2024/25"))
    assert "Too few comments on Rarely written about to judge." in one and "100.0%" not in one


def test_every_number_leads_to_its_comments_and_every_theme_to_its_page(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    found = hrefs(page_of(lead, PAGE))
    negative = "/comments/?period=2024%2F25&theme=call_back&sentiment=negative"
    assert {negative, "/comments/themes/call_back?period=2024%2F25", "/comments/"} <= found
    assert "41 comments." in words_of(page_of(lead, negative))


def test_the_file_says_what_the_page_says(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("lead").get("/comments/themes.csv?period=2024/25")
    assert answer.mimetype == "text/csv"
    rows = {row["theme"]: row for row in csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))}
    assert set(rows) == {"call_back", "bins"}
    assert (rows["call_back"]["negative"], rows["call_back"]["comments"]) == ("41", "76")
    assert (rows["call_back"]["previous_negative"], rows["call_back"]["previous_comments"]) == ("10", "50")
    assert float(rows["bins"]["negative_share"]) == 12 / 40 and rows["bins"]["previous_comments"] == ""


def test_the_chart_of_a_theme_is_the_table_beside_it_and_hides_small_bars(cast: Cast, sign_in: SignIn) -> None:
    html = page_of(sign_in("lead"), CALLS)
    (figure,) = (json.loads(each["data-figure"] or "") for each in Inside(html).all("div") if each.get("data-figure"))
    drawn = {trace["meta"]: trace["y"] for trace in figure["data"]}
    assert [n for n in drawn["negative"] if n] == [13, 13, 14], "the lone comment of November is not drawn"
    answer = sign_in("lead").get("/comments/themes/call_back.csv?period=2024/25")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    place = rows[0].index("Negative")
    assert [row[place] for row in rows[1:]] == ["" if n is None else str(n) for n in drawn["negative"]]
    assert "Call backs and replies by month" in html and "Most criticism in December 2024: 14 of 29 comments." in html


def test_thin_months_are_drawn_as_quarters_and_the_page_says_so(cast: Cast, sign_in: SignIn) -> None:
    calls = db.session.scalars(db.select(Theme).where(Theme.code == "few")).one()
    for month in (5, 6, 10, 11):
        write(cast.waste, date(2024, month, 5), calls, "negative", said("rare", 6))
    db.session.commit()
    text = words_of(page_of(sign_in("lead"), "/comments/themes/few?period=2024/25"))
    assert "Rarely written about by quarter" in text
    assert "By quarter, because most months have too few comments to be shown." in text


def test_changed_rules_and_methods_stand_in_the_chart(cast: Cast, sign_in: SignIn) -> None:
    calls = db.session.scalars(db.select(Theme).where(Theme.code == "call_back")).one()
    at, before = datetime(2024, 10, 5, 9, tzinfo=UTC), {"name": "A", "keywords": "call", "is_active": True}
    edits: list[tuple[dict[str, object], datetime | None]] = [
        ({"keywords": "ring"}, at),
        ({"name": "Another name"}, at),
        ({"keywords": "rang"}, None),
    ]
    for after, done_at in edits:
        db.session.add(ThemeEdit(theme_id=calls.id, before=before, after=before | after, edited_at=at, done_at=done_at))
    for comment in db.session.scalars(db.select(Comment)):
        comment.analysed_at = datetime(2024, 6, 1, tzinfo=UTC)
    of_theme = db.select(Comment).join(SurveyResponse).where(Comment.themes.any(theme_id=calls.id))
    newest = db.session.scalars(of_theme.order_by(SurveyResponse.counts_on.desc())).first()
    assert newest is not None
    newest.method = "rules-9"  # whenever it was judged: it stands on the day of its contact
    begun = newest.response.counts_on
    db.session.commit()
    text = words_of(page_of(sign_in("lead"), CALLS))
    assert text.count("Keywords changed, 5 Oct 2024: past comments sorted anew") == 1
    assert f"New method rules-9, {begun.day} {begun:%b %Y}" in text
    assert "Another name" not in text


def test_services_are_held_against_the_rest_and_none_shows_another_s(cast: Cast, sign_in: SignIn) -> None:
    text = words_of(page_of(sign_in("lead"), CALLS))
    assert "Housing options more than the rest" in text and "Waste and recycling less than the rest" in text
    theirs = page_of(sign_in("manager"), CALLS)
    assert "40 of 40 comments are negative" in words_of(theirs) and "Waste and recycling" not in theirs
    assert sign_in("manager").get(CALLS + "&service=waste").status_code == 404
    assert sign_in("manager").get("/comments/themes/call_back.csv?service=waste").status_code == 404


def test_quotes_are_picked_by_lot_and_copies_are_one_voice(cast: Cast, sign_in: SignIn) -> None:
    calls = db.session.scalars(db.select(Theme).where(Theme.code == "call_back")).one()
    write(cast.housing, date(2025, 1, 8), calls, "negative", [f"{LETTER} {n}" for n in range(12)])
    db.session.commit()
    html = page_of(sign_in("lead"), CALLS)
    text = words_of(html)
    assert "12 comments are nearly the same." in text and "and 11 like it" in text
    assert "Picked by lot of 88 comments, not by anybody" in text
    quotes = quotes_of(html)
    assert len(quotes) == 6 and sum(quote.startswith("Please keep the desk") for quote in quotes) <= 1
    assert quotes == quotes_of(page_of(sign_in("lead"), CALLS))


def test_of_fewer_than_ten_comments_nothing_is_quoted_and_the_page_says_why(cast: Cast, sign_in: SignIn) -> None:
    html = page_of(sign_in("lead"), "/comments/themes/few?period=2024/25")
    assert not quotes_of(html)
    assert "There are 9 comments to quote from" in words_of(html)


def test_words_that_raised_an_alarm_are_no_quote_until_somebody_says_that_it_was_none(
    cast: Cast, sign_in: SignIn
) -> None:
    few = db.session.scalars(db.select(Theme).where(Theme.code == "few")).one()
    write(cast.housing, date(2025, 1, 8), few, "negative", ["Nobody would miss me if I was gone tomorrow"])
    comment = db.session.scalars(db.select(Comment).where(Comment.redacted_text.startswith("Nobody would"))).one()
    kind = AlertKind(code="risk", name="Risk of harm", phrases="", exceptions="", answer_within_minutes=60)
    alert = Alert(reference="A", kind=kind, response_id=comment.response_id, matched=[], raised_at=NOON, due_at=NOON)
    db.session.add(alert)
    db.session.commit()
    page = "/comments/themes/few?period=2024/25"
    html = page_of(sign_in("lead"), page)
    assert not quotes_of(html) and "There are 9 comments to quote from" in words_of(html)
    alert.outcome = AlertOutcome.FALSE_ALARM
    db.session.commit()
    assert "Picked by lot of 10 comments" in words_of(page_of(sign_in("lead"), page))


def test_what_people_wrote_stays_words(cast: Cast, sign_in: SignIn) -> None:
    calls = db.session.scalars(db.select(Theme).where(Theme.code == "call_back")).one()
    write(cast.housing, date(2025, 1, 8), calls, "negative", ["<script>alert(1)</script> =1+1 [name removed]"])
    db.session.commit()
    html = page_of(sign_in("lead"), CALLS)
    assert "<script>alert(1)" not in html and '<span class="removed">name removed</span>' in html


def test_withdrawn_and_held_answers_are_in_nothing(cast: Cast, sign_in: SignIn) -> None:
    answers = db.session.scalars(db.select(SurveyResponse).where(SurveyResponse.service_id == cast.housing.id))
    for answer in answers:
        answer.state = ResponseState.WITHDRAWN
    db.session.commit()
    assert "rang back" not in page_of(sign_in("lead"), CALLS + "&service=housing")


def test_a_theme_that_is_not_in_use_says_so_and_one_that_never_was_is_missing(cast: Cast, sign_in: SignIn) -> None:
    db.session.scalars(db.select(Theme).where(Theme.code == "bins")).one().is_active = False
    db.session.commit()
    lead = sign_in("lead")
    assert "Bins" not in words_of(page_of(lead, PAGE))
    text = words_of(page_of(lead, "/comments/themes/bins?period=2024/25"))
    assert "Not in use." in text and "12 of 40 comments are negative" in text
    assert "Collections and containers." in text
    assert lead.get("/comments/themes/no-such-theme").status_code == 404


@pytest.mark.parametrize("arguments", ["&channel=owl", "&period=yesterday"])
def test_what_cannot_be_chosen(cast: Cast, sign_in: SignIn, arguments: str) -> None:
    for address in ("/comments/themes/?a=b", "/comments/themes.csv?a=b", "/comments/themes/bins?a=b"):
        assert sign_in("lead").get(address + arguments).status_code == 400


def test_a_choice_without_comments_says_what_to_do(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    assert "Choose a longer period, all channels or another service." in words_of(page_of(lead, PAGE + "&channel=web"))
    text = words_of(page_of(lead, CALLS + "&channel=web"))
    assert "No comment on Call backs and replies has a label in this period." in text
    assert "Nobody wrote about this in the chosen period." in text


def test_without_themes_the_page_says_so(cast: Cast, sign_in: SignIn) -> None:
    for theme in db.session.scalars(db.select(Theme)):
        theme.is_active = False
    db.session.commit()
    assert "No themes yet." in words_of(page_of(sign_in("lead"), PAGE))


def test_before_the_first_answer_the_pages_say_so(app: object, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    assert "No answers yet." in words_of(page_of(lead, "/comments/themes/"))
    assert "No answers yet." in words_of(page_of(lead, "/comments/themes/waiting"))
    assert lead.get("/comments/themes.csv").status_code == 404


@pytest.mark.parametrize("address", [PAGE, CALLS, "/comments/themes.csv", "/comments/themes/call_back.csv"])
def test_an_assessor_sees_none_of_it(cast: Cast, sign_in: SignIn, address: str) -> None:
    assert sign_in("assessor").get(address).status_code == 403


def test_new_words_lead_to_the_comments_of_their_quarter(cast: Cast, sign_in: SignIn) -> None:
    calls = db.session.scalars(db.select(Theme).where(Theme.code == "call_back")).one()
    for day, n in ((date(2025, 1, 8), 25), (date(2024, 10, 8), 1)):
        write(cast.housing, day, calls, "negative", [*said("permit zone", n), *said("rent", 30)])
    db.session.commit()
    now = datetime(2025, 3, 1, tzinfo=UTC)
    while count_next_part(now):
        pass
    html = page_of(sign_in("lead"), PAGE)
    assert "permit zone 25 was 1" in words_of(html)
    assert "More frequent in the comments of January to March 2025 than in October to December 2024" in words_of(html)
    assert "/comments/?period=2024%2F25+Q4&text=%22permit+zone%22" in hrefs(html)
    behind = page_of(sign_in("lead"), "/comments/?period=2024/25+Q4&text=%22permit+zone%22")
    assert "25 comments mention “permit zone”" in words_of(behind)
    assert "permit zone" not in page_of(sign_in("lead"), PAGE + "&service=waste")
    write(cast.housing, date(2025, 1, 8), calls, "negative", said("a permit zone", 3))
    db.session.commit()
    assert "permit zone 25 was 1" in words_of(page_of(sign_in("lead"), PAGE)), "until the job has counted again"
    while count_next_part(now.replace(hour=1)):
        pass
    assert "permit zone 28 was 1" in words_of(page_of(sign_in("lead"), PAGE))


def test_a_text_that_was_sent_to_five_services_is_no_new_word(cast: Cast, sign_in: SignIn) -> None:
    theme = db.session.scalars(db.select(Theme).where(Theme.code == "call_back")).one()
    for number in range(8):
        service = make_service(f"extra-{number}")
        write(service, date(2025, 1, 8), theme, "negative", [LETTER, LETTER])
    write(cast.housing, date(2024, 10, 8), theme, "negative", said("rent", 200))
    db.session.commit()
    now = datetime(2025, 3, 1, tzinfo=UTC)
    while count_next_part(now):
        pass
    found = new_words(EVERYTHING, date(2025, 3, 1))
    assert found is not None and list(found.terms) == []
    assert new_words(Scope(frozenset()), date(2025, 3, 1)) is not None


def test_more_comments_and_services_do_not_mean_more_statements(cast: Cast, sign_in: SignIn) -> None:
    def counted(client: FlaskClient, address: str) -> int:
        with statements() as seen:
            page_of(client, address)
        return len(seen)

    lead = sign_in("lead")
    few = {address: counted(lead, address) for address in (PAGE, CALLS)}
    theme = db.session.scalars(db.select(Theme).where(Theme.code == "call_back")).one()
    for number in range(6):
        write(make_service(f"extra-{number}"), date(2024, 7, 1), theme, "positive", said("call back", 12))
    db.session.commit()
    assert all(counted(lead, address) <= statements_then for address, statements_then in few.items())
    assert max(few.values()) < 45


def line(name: str, negative: int, base: int, before: tuple[int, int] = (0, 0)) -> ThemeLine:
    was = LabelCounts(positive=before[1] - before[0], negative=before[0])
    return ThemeLine(name.lower(), name, LabelCounts(positive=base - negative, negative=negative), was)


def test_themes_too_close_to_tell_apart_share_the_first_place() -> None:
    lines = [line("Bins", 40, 90), line("Calls", 44, 80), line("Rent", 10, 40), line("Cost", 0, 40)]
    assert [each.name for each in most_criticised(lines)] == ["Calls", "Bins"]
    assert most_criticised([line("Cost", 0, 40)]) == [] == most_criticised([])


def test_what_got_worse_stands_first_and_a_period_that_fills_claims_nothing() -> None:
    lines = [line("Bins", 90, 200, (88, 200)), line("Calls", 40, 80, (10, 80)), line("Few", 9, 9)]
    assert [each.name for each in judged(lines, is_provisional=False)] == ["Calls", "Bins"]
    assert [(each.name, each.change) for each in judged(lines, is_provisional=True)] == [
        ("Bins", None),
        ("Calls", None),
    ]


def test_a_change_that_stands_alone_may_not_stand_among_many() -> None:
    lonely = [line("Calls", 32, 60, (19, 60))]
    among = lonely + [line(f"T{n}", 20, 60, (20, 60)) for n in range(12)]
    assert judged(lonely, is_provisional=False)[0].got_worse
    assert not any(each.got_worse for each in judged(among, is_provisional=False))


def test_the_first_method_is_no_turn() -> None:
    used = {"rules-1": date(2024, 1, 1), "rules-2": date(2024, 6, 1)}
    assert [(turn.day, "rules-2" in turn.words) for turn in method_turns(used)] == [(date(2024, 6, 1), True)]
    assert method_turns({"rules-1": date(2024, 1, 1)}) == [] == method_turns({})
