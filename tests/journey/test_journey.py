"""From a file of contacts to evidence: the whole product on real processes, against the test's own recount."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from survey_app.demo.texts import load_comment_texts
from survey_app.kernel.clock import utc_now
from survey_app.settings import PROJECT_ROOT
from tests.databases import Database, Templates
from tests.journey.council import Council, new_council
from tests.journey.recount import CHANNELS, DRIVERS, LONDON, SERVICES, Person, Recount, people, recount, write_contacts
from tests.oracles import SHARED
from tests.servers import emptied


@dataclass(frozen=True)
class Journey:
    """A council after its first file of contacts was asked and answered."""

    council: Council
    asked: list[Person]
    answered: list[Person]
    first: str
    last: str

    def show(self, measure: str, *options: str) -> list[dict[str, Any]]:
        span = ("--from", self.first, "--to", self.last)
        figures: list[dict[str, Any]] = self.council.json("measures", "show", measure, *span, *options)["figures"]
        return figures


def real_comments(shared: Path) -> dict[str, list[str]]:
    """What people wrote to a public service, by the question they answered."""
    found: dict[str, list[str]] = {"why": [], "improve": []}
    with (shared / "data" / "comments_dev.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["question"] in found:
                found[row["question"]].append(row["text"])
    return found


def own_comments() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"why": [], "improve": []}
    for text in load_comment_texts():
        found[text.question].append(text.text)
    return found


def travel(
    database: Database, environment: Mapping[str, str], number: int, comments: dict[str, list[str]]
) -> Iterator[Journey]:
    """Contacts in, asked by e-mail, answered on the page, read by the worker."""
    now = utc_now()
    folder = database.folder
    everybody = people(number, comments, now)
    with new_council(folder, SERVICES, database.environment | environment) as council:
        write_contacts(folder / "contacts.csv", everybody)
        taken_in = council.json("contacts", "import", str(folder / "contacts.csv"))
        assert (taken_in["read"], taken_in["accepted"], taken_in["dropped_columns"]) == (number, number, ["CRM owner"])
        council.wait_for(lambda: len(council.smtp.taken) == number, f"{number} messages")
        links = council.survey_links()
        answered = [person for person in everybody if person.answers]
        for person in answered:
            assert "We have your answers." in council.answer(links[person.email], **person.answers)
        council.flask("jobs", "run", "--once")
        first = (now - timedelta(days=12)).date().isoformat()
        yield Journey(council, everybody, answered, first, now.date().isoformat())


@pytest.fixture(scope="module", params=[pytest.param("sqlite", marks=pytest.mark.slow), "postgresql with redis"])
def journey(request: pytest.FixtureRequest, templates: Templates, redis_of_the_run: str) -> Iterator[Journey]:
    """As `make run` starts it, with what many real people wrote where that is at hand; and as many machines do."""
    if request.param != "sqlite":
        yield from travel(templates.empty("postgresql"), {"REDIS_URL": emptied(redis_of_the_run)}, 300, own_comments())
    elif SHARED.is_dir():
        yield from travel(templates.empty("sqlite"), {}, 2_000, real_comments(SHARED))
    else:
        yield from travel(templates.empty("sqlite"), {}, 300, own_comments())


def assert_same(figure: dict[str, Any], expected: Recount) -> None:
    if expected.base < 10:
        assert (figure["suppressed"], figure["value"], figure["numerator"]) == (True, None, None)
        return
    assert (figure["numerator"], figure["base"]) == (expected.numerator, expected.base)
    assert figure["value"] == pytest.approx(expected.value, abs=1e-12)
    assert (figure["low"], figure["high"]) == pytest.approx(expected.interval, abs=1e-9)


@pytest.mark.parametrize("measure", ["satisfaction", *DRIVERS, "resolved"])
def test_every_share_is_the_tests_own_recount(journey: Journey, measure: str) -> None:
    (figure,) = journey.show(measure)
    assert_same(figure, recount(measure, journey.answered))


@pytest.mark.parametrize(("by", "codes"), [("service", tuple(SERVICES)), ("channel", CHANNELS)])
def test_every_breakdown_adds_up_to_the_recount(journey: Journey, by: str, codes: tuple[str, ...]) -> None:
    figures = {figure["where"][by]: figure for figure in journey.show("satisfaction", "--by", by)}
    assert set(figures) == set(codes)
    for code, figure in figures.items():
        assert_same(figure, recount("satisfaction", journey.answered, lambda p, code=code: getattr(p, by) == code))  # type: ignore[misc]


def test_every_month_is_the_recount(journey: Journey) -> None:
    for figure in journey.show("satisfaction", "--by", "month"):
        assert_same(figure, recount("satisfaction", journey.answered, lambda p, m=figure["period"]: p.month == m))  # type: ignore[misc]


def test_the_response_rate_is_answered_of_delivered(journey: Journey) -> None:
    (figure,) = journey.show("response_rate")
    assert_same(figure, Recount(len(journey.answered), len(journey.asked)))


def test_the_target_is_judged_and_the_figure_is_still_provisional(journey: Journey) -> None:
    (figure,) = journey.show("satisfaction")
    assert (figure["target"], figure["comparator"], figure["provisional"]) == (0.9, "over", True)
    assert figure["status"] in ("met_with_confidence", "met", "not_proven", "missed")


def test_the_tallies_are_what_a_recount_of_the_answers_gives(journey: Journey) -> None:
    assert "Every tally is what the answers say." in journey.council.flask("measures", "verify")


def test_every_comment_was_redacted_and_judged_and_none_was_lost(journey: Journey) -> None:
    written = sum(bool(p.answers.get(q, "").strip()) for p in journey.answered for q in ("why", "improve"))
    rows = journey.council.rows("comment")
    assert len(rows) == written
    assert all(row["method"] for row in rows)
    without_a_label = ("no_content", "not_analysed")  # nothing said, or in a language that nothing here judges
    assert all(row["sentiment"] or any(flag in row["flags"] for flag in without_a_label) for row in rows)


def test_no_address_and_no_comment_lies_in_the_database_in_clear(journey: Journey) -> None:
    assert b"resident1@example.org" not in journey.council.content()


def test_nobody_was_asked_twice(journey: Journey) -> None:
    recipients = [str(message["To"]) for message in journey.council.smtp.taken]
    assert sorted(recipients) == sorted(person.email for person in journey.asked)


@pytest.fixture(scope="module")
def overview(journey: Journey) -> BeautifulSoup:
    """The page that a CSE lead opens."""
    journey.council.sign_in("lead@anyborough.example")
    return BeautifulSoup(journey.council.get("/dashboards/"), "html.parser")


@pytest.fixture(scope="module")
def overview_rows(journey: Journey, overview: BeautifulSoup) -> list[dict[str, str]]:
    """The file behind "Download CSV" on that page."""
    link = overview.find("a", string="Download CSV")
    assert link is not None
    text = journey.council.get(str(link["href"])).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def counted_by_the_test(journey: Journey, row: dict[str, str]) -> Recount:
    """What a row of a file must say: its measure, on its days, of its service or channel."""
    if row["measure"] == "response_rate":
        answered = [p for p in journey.answered if of_row(p, row)]
        return Recount(len(answered), len([p for p in journey.asked if of_row(p, row)]))
    return recount(row["measure"], journey.answered, lambda p: of_row(p, row))


def of_row(person: Person, row: dict[str, str]) -> bool:
    day = person.occurred_at.astimezone(LONDON).date().isoformat()
    return (
        row["from"] <= day <= row["to"]
        and row.get("service", "") in ("", person.service)
        and row.get("channel", "") in ("", person.channel)
    )


def test_the_page_says_the_recount_in_its_first_sentence(journey: Journey, overview: BeautifulSoup) -> None:
    expected = recount("satisfaction", journey.answered)
    heading = overview.find("h1")
    assert heading is not None
    said = " ".join(heading.get_text(" ").split())
    assert f"{expected.value * 100:.1f}% of the {expected.base:,} residents who answered were satisfied." in said


def test_every_row_of_the_pages_file_is_the_recount(journey: Journey, overview_rows: list[dict[str, str]]) -> None:
    known = {"satisfaction", "resolved", "response_rate", *DRIVERS}
    rows = [row for row in overview_rows if row["measure"] in known and row["value"]]
    assert {row["measure"] for row in rows} >= known - {"resolved"}
    assert len([row for row in rows if row["service"]]) >= len(SERVICES)
    assert len([row for row in rows if row["channel"]]) >= len(CHANNELS)
    for row in rows:
        expected = counted_by_the_test(journey, row)
        assert (int(row["numerator"]), int(row["base"])) == (expected.numerator, expected.base), row
        assert (float(row["low"]), float(row["high"])) == pytest.approx(expected.interval, abs=1e-9), row


def test_nothing_that_is_hidden_stands_in_the_file(overview_rows: list[dict[str, str]]) -> None:
    for row in overview_rows:
        if row["base"] == "[c]":
            assert not any(row[name] for name in ("value", "numerator", "low", "high", "change"))


@pytest.fixture(scope="module")
def pack(journey: Journey) -> Path:
    """The evidence of these days, as the command writes it."""
    elements = PROJECT_ROOT / "survey_app" / "evidence" / "cse_elements.csv"
    journey.council.flask("evidence", "frameworks", "import", str(elements))
    out = journey.council.folder / "pack.zip"
    span = ("--from", journey.first, "--to", journey.last)
    journey.council.flask("evidence", "pack", "--framework", "cse", *span, "--out", str(out))
    return out


def test_every_figure_in_the_pack_is_the_recount(journey: Journey, pack: Path) -> None:
    with zipfile.ZipFile(pack) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("figures.csv").decode("utf-8-sig"))))
        page = archive.read("index.html").decode()
    known = [row for row in rows if row["measure"] in {"satisfaction", "resolved", "response_rate", *DRIVERS}]
    assert {"satisfaction", *DRIVERS} <= {row["measure"] for row in known}
    for row in known:
        expected = counted_by_the_test(journey, row)
        assert (int(row["numerator"]), int(row["base"])) == (expected.numerator, expected.base), row
        assert float(row["value"]) == pytest.approx(expected.value, abs=1e-12)
        assert f'data-numerator="{expected.numerator}" data-base="{expected.base}"' in page


def test_the_pack_verifies_alone_and_against_the_live_system(journey: Journey, pack: Path) -> None:
    assert journey.council.json("evidence", "verify", str(pack))["ok"] is True
    assert journey.council.json("evidence", "verify", str(pack), "--live")["ok"] is True


def test_a_changed_byte_in_the_pack_is_found(journey: Journey, pack: Path) -> None:
    changed = pack.with_name("changed.zip")
    with zipfile.ZipFile(pack) as archive, zipfile.ZipFile(changed, "w") as copy:
        for name in archive.namelist():
            content = archive.read(name)
            copy.writestr(name, content.replace(b"9", b"8", 1) if name == "index.html" else content)
    with pytest.raises(AssertionError, match=r"index\.html"):
        journey.council.flask("evidence", "verify", str(changed))
