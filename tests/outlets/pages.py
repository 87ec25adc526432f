"""Ways out to people: the pages of staff, with the files beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from bs4 import BeautifulSoup
from sqlalchemy import select

from survey_app.accounts.models import User
from survey_app.dashboards.pinned.operations import pin_figure, unpin_figure
from survey_app.extensions import db, transaction
from survey_app.measures.address import make_query
from tests.outlets.conftest import Standing
from tests.outlets.council import LEAD, NOW
from tests.outlets.files import overview_rows
from tests.outlets.placed import Question
from tests.outlets.reading import (
    interval_in,
    of_card,
    of_passport,
    of_words,
    opened,
    page_of,
    pair,
    row_of,
    rows_of,
    whole,
    words,
)
from tests.outlets.shown import Outlet, Shown, of_row, outlet

PAGES: list[Outlet] = []


NAMES = {"housing": "Housing options", "waste": "Waste and recycling", "planning": "Planning"}
CHANNELS = {"phone": "Phone", "face_to_face": "Face to face", "web": "Web form"}


def _is_of_year(question: Question) -> bool:
    return "/" in question.label


def _is_for_a_page(question: Question) -> bool:
    """Pages are asked by month and by year, of services and channels."""
    return bool(question.label) and not (question.site or question.team or question.service_alone)


def _is_of_a_service(question: Question) -> bool:
    """A service by itself is a line of a breakdown; with others below it, it has lines of its own and of theirs."""
    is_line = question.where.keys() <= {"service", "service_alone"} and bool(question.where)
    return bool(question.label) and is_line and not question.is_with_parts


def _name_of(question: Question) -> str:
    """As a line calls it."""
    return NAMES[question.service] if question.service else f"{NAMES[question.service_alone]} alone"


def overview_of(standing: Standing, question: Question) -> BeautifulSoup:
    path = f"/dashboards/services/{question.service}" if question.service else "/dashboards/"
    channel = {"channel": question.channel} if question.channel else {}
    return opened(standing, path, period=question.label, **channel)


OVERVIEW = ("/dashboards/", "/dashboards/services/<service_code>")


@outlet(PAGES, "overview: the sentence", *OVERVIEW, answers=_is_for_a_page)
def overview_sentence(standing: Standing, question: Question) -> Shown:
    return of_words(words(overview_of(standing, question).h1))


@outlet(PAGES, "overview: the card", *OVERVIEW, answers=_is_for_a_page)
def overview_card(standing: Standing, question: Question) -> Shown:
    return of_card(overview_of(standing, question))


@outlet(
    PAGES,
    "overview: the table beside the trend",
    *OVERVIEW,
    answers=lambda question: question.label == "2025/26" and not question.where,
)
def overview_trend(standing: Standing, question: Question) -> Shown:
    """Most quarters of this year are thin, so each point counts the twelve months up to it: the last is the year's."""
    row = row_of(overview_of(standing, question), "Satisfaction, rolling", f"to Mar {question.last.year}")
    before = row["Year before"] if row["Year before"] else None
    return Shown(row["Satisfied"], None, whole(row["Base"]), f"{row['Low']} to {row['High']}", before)


@outlet(
    PAGES,
    "overview: the table of services",
    *OVERVIEW,
    answers=_is_of_a_service,
)
def overview_services(standing: Standing, question: Question) -> Shown:
    page = opened(standing, "/dashboards/", period=question.label)
    row = row_of(page, "Satisfaction by service", _name_of(question))
    value, base = pair(row["Satisfied"])
    return Shown(value, None, base, interval_in(row))


@outlet(
    PAGES,
    "overview: the table of channels",
    *OVERVIEW,
    answers=lambda question: _is_for_a_page(question) and bool(question.channel),
)
def overview_channels(standing: Standing, question: Question) -> Shown:
    wider = Question(question.name, question.first, question.last, service=question.service, label=question.label)
    row = row_of(overview_of(standing, wider), "Response rate and satisfaction by channel", CHANNELS[question.channel])
    satisfied = next(each for name, each in row.items() if name.startswith("Satisfied"))
    return Shown(satisfied, None, whole(row["Base"]))


@outlet(PAGES, "overview.csv", "/dashboards/overview.csv", answers=_is_for_a_page)
def overview_file(standing: Standing, question: Question) -> Shown:
    answer = standing.lead.get("/dashboards/overview.csv", query_string={"period": question.label} | question.where)
    return of_row(next(row for row in overview_rows(answer.text) if row["section"] == "headline"))


@outlet(
    PAGES,
    "overview.csv, by service and by channel",
    "/dashboards/overview.csv",
    answers=lambda question: (
        _is_of_a_service(question) or (_is_for_a_page(question) and [*question.where] == ["channel"])
    ),
)
def overview_file_of_parts(standing: Standing, question: Question) -> Shown:
    answer = standing.lead.get("/dashboards/overview.csv", query_string={"period": question.label})
    ((name, code),) = question.where.items()
    section = "channels" if name == "channel" else "services"
    rows = [row for row in overview_rows(answer.text) if row["section"] == section and row[name] == code]
    return of_row(next(row for row in rows if row["measure"] == "satisfaction"))


def _is_of_a_part(question: Question) -> bool:
    return bool(question.label) and len(question.where) == 1 and not (question.service or question.service_alone)


def _part_path(question: Question) -> str:
    ((kind, code),) = question.where.items()
    return f"/dashboards/{kind}s/{code}"


@outlet(
    PAGES,
    "the page of a part: the card",
    "/dashboards/channels/<code>",
    "/dashboards/sites/<code>",
    "/dashboards/teams/<code>",
    answers=_is_of_a_part,
)
def part_card(standing: Standing, question: Question) -> Shown:
    return of_card(opened(standing, _part_path(question), period=question.label))


@outlet(
    PAGES,
    "the page of a part: the sentence",
    "/dashboards/channels/<code>",
    "/dashboards/sites/<code>",
    "/dashboards/teams/<code>",
    answers=_is_of_a_part,
)
def part_sentence(standing: Standing, question: Question) -> Shown:
    return of_words(words(opened(standing, _part_path(question), period=question.label).h1))


@outlet(
    PAGES,
    "the page of a part: figures.csv",
    "/dashboards/channels/<code>/figures.csv",
    "/dashboards/sites/<code>/figures.csv",
    "/dashboards/teams/<code>/figures.csv",
    answers=_is_of_a_part,
)
def part_file(standing: Standing, question: Question) -> Shown:
    answer = standing.lead.get(f"{_part_path(question)}/figures.csv", query_string={"period": question.label})
    return of_row(next(row for row in overview_rows(answer.text) if row["section"] == "headline"))


@outlet(
    PAGES,
    "the list of channels and of sites",
    "/dashboards/channels",
    "/dashboards/sites",
    answers=lambda question: _is_of_a_part(question) and not question.team,
)
def all_parts(standing: Standing, question: Question) -> Shown:
    ((kind, code),) = question.where.items()
    page = opened(standing, f"/dashboards/{kind}s", period=question.label)
    row = row_of(page, f"{kind.capitalize()}s", CHANNELS.get(code, "Riverside House"))
    return Shown(row["Satisfied"], None, whole(row["Answers"]), row["95% interval"])


@outlet(PAGES, "the page of a measure: the card", "/dashboards/measures/<name>", answers=_is_for_a_page)
def measure_card(standing: Standing, question: Question) -> Shown:
    page = opened(standing, "/dashboards/measures/satisfaction", period=question.label, **question.where)
    return of_card(page)


@outlet(
    PAGES,
    "the page of a measure: its services",
    "/dashboards/measures/<name>",
    answers=_is_of_a_service,
)
def measure_services(standing: Standing, question: Question) -> Shown:
    page = opened(standing, "/dashboards/measures/satisfaction", period=question.label)
    row = row_of(page, "Services, lowest first", _name_of(question))
    value, base = pair(row["Figure"])
    return Shown(value, None, base, interval_in(row))


@outlet(PAGES, "all measures", "/dashboards/measures", answers=_is_for_a_page)
def all_measures(standing: Standing, question: Question) -> Shown:
    page = opened(standing, "/dashboards/measures", period=question.label, **question.where)
    row = row_of(page, "Measures that every council has", "Satisfaction ")
    found = re.match(r"(\d+\.\d%).* of ([\d,]+)", row["Figure"])
    assert found is not None
    return Shown(found[1], None, whole(found[2]), row["95% interval"])


@outlet(PAGES, "the big screen", "/dashboards/screen", answers=_is_for_a_page)
def big_screen(standing: Standing, question: Question) -> Shown:
    page = opened(standing, "/dashboards/screen", period=question.label, **question.where)
    card, sentence = of_card(page), of_words(words(page.h1))
    assert (sentence.value, sentence.base) == (card.value, card.base)
    return card


@outlet(
    PAGES,
    "two periods compared",
    "/dashboards/compare",
    answers=lambda question: _is_for_a_page(question) and _is_of_year(question),
)
def compared(standing: Standing, question: Question) -> Shown:
    page = opened(standing, "/dashboards/compare", period=question.label, **question.where)
    _columns, now, before = rows_of(page, "Both sides of each measure")
    (value, base), (value_before, base_before) = pair(now[2]), pair(before[1])
    return Shown(value, None, base, now[3], value_before, base_before)


@outlet(
    PAGES,
    "this year against last",
    "/dashboards/last-year",
    answers=lambda question: _is_of_year(question) and (not question.where or _is_of_a_service(question)),
)
def last_year(standing: Standing, question: Question) -> Shown:
    page = opened(standing, "/dashboards/last-year", period=question.label)
    if question.where:
        row = row_of(page, "Satisfaction by service", _name_of(question))
    else:
        row = row_of(page, "Measures this year and last", "Satisfaction")
    (value, base), (before, before_base) = pair(row["This year"]), pair(row["Last year"])
    return Shown(value, None, base, None, before, before_base)


@outlet(
    PAGES,
    "this year against last, as a file",
    "/dashboards/last-year.csv",
    answers=lambda question: _is_of_year(question) and not question.where,
)
def last_year_file(standing: Standing, question: Question) -> Shown:
    answer = standing.lead.get("/dashboards/last-year.csv", query_string={"period": question.label})
    rows = [row for row in overview_rows(answer.text) if row["section"] == "measures"]
    (row,) = (row for row in rows if row["measure"] == "satisfaction")
    return of_row(row)


@outlet(
    PAGES,
    "the control chart's table",
    "/dashboards/control",
    answers=lambda question: _is_for_a_page(question) and not _is_of_year(question) and not question.channel,
)
def control_table(standing: Standing, question: Question) -> Shown:
    service = {"service": question.service} if question.service else {}
    page = opened(standing, "/dashboards/control", **service)
    row = row_of(page, "Satisfaction by month", f"{question.first:%b %Y}")
    return Shown(row["Satisfaction"], None, whole(row["Base"]))


@outlet(
    PAGES,
    "the funnel's table",
    "/dashboards/funnel",
    answers=lambda question: _is_of_year(question) and _is_of_a_service(question),
)
def funnel_table(standing: Standing, question: Question) -> Shown:
    row = row_of(
        opened(standing, "/dashboards/funnel", period=question.label),
        "Satisfaction by answers",
        _name_of(question),
    )
    return Shown(row["Satisfaction"], None, whole(row["Base"]))


@outlet(
    PAGES,
    "tables as they would be published",
    "/dashboards/tables",
    answers=lambda question: (
        _is_for_a_page(question) and _is_of_year(question) and len(question.where) < 2 and not question.is_below
    ),
)
def tables(standing: Standing, question: Question) -> Shown:
    page = opened(standing, "/dashboards/tables", year=question.label)
    title = "By service" if question.service else "By channel" if question.channel else "All answers"
    row = row_of(page, f"{title}: ", NAMES.get(question.service) or CHANNELS.get(question.channel, "All answers"))
    found = re.match(r"(\d+\.\d%) \(([\d,]+) of ([\d,]+)\)(?: \[u\])? (.*)", row["Next edition"])
    assert found is not None, row
    return Shown(found[1], whole(found[2]), whole(found[3]), found[4])


def passport_path(question: Question) -> str:
    """The address of its passport, put together by hand."""
    where = [f"{name}.{code}" for name, code in sorted(question.where.items())]
    return "/figures/" + "~".join(["satisfaction", str(question.first), str(question.last), *where])


@outlet(PAGES, "the passport", "/figures/<figure_id>")
def passport(standing: Standing, question: Question) -> Shown:
    return of_passport(opened(standing, passport_path(question)))


@outlet(PAGES, "the passport: how the answers count", "/figures/<figure_id>")
def passport_answers(standing: Standing, question: Question) -> Shown:
    _columns, *rows = rows_of(opened(standing, passport_path(question)), "Answers and what they count in")
    counted = [(whole(row[1]), row[-1]) for row in rows]
    good = sum(n for n, counts_in in counted if counts_in == "numerator and base")
    base = sum(n for n, counts_in in counted if counts_in in {"numerator and base", "base"})
    return Shown(good / base, good, base)


@outlet(PAGES, "the passport: the rows behind it", "/figures/<figure_id>")
def passport_rows(standing: Standing, question: Question) -> Shown:
    path: str | None = passport_path(question)
    counts: list[str] = []
    while path:
        page = opened(standing, path)
        _columns, *rows = rows_of(page, "Rows behind the figure")
        counts += [row[-1] for row in rows]
        following = page.select_one("a[rel=next]")
        path = None if following is None else str(following["href"])
    good = counts.count("numerator and base")
    return Shown(good / (good + counts.count("base")), good, good + counts.count("base"))


@contextmanager
def _pinned(question: Question) -> Iterator[str]:
    """Its reference, while somebody keeps the figure in sight."""
    with transaction():
        user = db.session.scalars(select(User).where(User.email == LEAD)).one()
        query = make_query("satisfaction", question.first, question.last, question.where)
        reference = pin_figure(query, f"{question.first}/{question.last}", now=NOW, by=user.id).reference
    try:
        yield reference
    finally:
        with transaction():
            unpin_figure(reference, by=user.id)


@outlet(PAGES, "a pinned figure", "/dashboards/pinned")
def pinned(standing: Standing, question: Question) -> Shown:
    with _pinned(question) as reference:
        row = page_of(standing.lead, "/dashboards/pinned").select_one(f"#pin-{reference}")
    assert row is not None
    found = re.match(r"(\d+\.\d%).*? of ([\d,]+) (.*)", words(row.select_one("td.number")))
    assert found is not None
    return Shown(found[1], None, whole(found[2]), found[3])


@outlet(PAGES, "a pinned figure on the overview", *OVERVIEW, answers=lambda question: question.name == "the year")
def pinned_above(standing: Standing, question: Question) -> Shown:
    with _pinned(question):
        strip = page_of(standing.lead, "/dashboards/", view="plain", period="2023/24").select_one(".pins li")
    found = re.match(r"(\d+\.\d%) .*? of ([\d,]+)", words(strip))
    assert found is not None
    return Shown(found[1], None, whole(found[2]))


@outlet(
    PAGES,
    "one's own team",
    "/dashboards/my-team",
    answers=lambda question: bool(question.team) and question.name == "the team, its last twelve months",
)
def own_team(standing: Standing, question: Question) -> Shown:
    page = page_of(standing.adviser, "/dashboards/my-team")
    facts = {words(dt): words(dt.find_next_sibling("dd")) for dt in page.select("dl.facts dt")}
    numerator, base = map(whole, facts["Answers"].split(" of "))
    sentence = of_words(words(page.h1))
    assert (sentence.value, sentence.base) == (facts["Satisfied"], base)
    return Shown(facts["Satisfied"], numerator, base, facts["95% interval"], *pair(facts["A year before"]))
