"""Ways out that keep a figure: letters, frozen passports, exhibits and packs. Each is made when it is asked for."""

from __future__ import annotations

import email
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from typing import Any, cast

import time_machine
from bs4 import BeautifulSoup
from sqlalchemy import select

from survey_app.accounts.models import User
from survey_app.dashboards.digests.operations import begin_digest, send_digests, stop_digest, write_digests
from survey_app.dashboards.digests.queries import DigestChoice
from survey_app.dashboards.models import Digest, Rhythm
from survey_app.evidence import queries as evidence
from survey_app.evidence.exhibits.operations import pin_exhibit
from survey_app.evidence.models import ExhibitKind
from survey_app.extensions import db, transaction
from survey_app.measures.address import make_query
from survey_app.measures.operations import freeze_passport
from survey_app.organisation.channels import Channel
from tests.conftest import PersonsClient
from tests.exports.test_formats import read_ods, read_xlsx
from tests.outlets.conftest import Standing
from tests.outlets.council import LEAD, NOW
from tests.outlets.files import ask, overview_rows, run
from tests.outlets.placed import Question
from tests.outlets.questions import PACKED, YEAR
from tests.outlets.reading import of_passport, page_of, pair, rows_of, whole, words
from tests.outlets.shown import Outlet, Shown, of_row, outlet, where_of

KEPT: list[Outlet] = []

# When the letter about these days goes; a week's is about its financial year as well.
WEEKLY = {
    "24 March 2025 to 30 March 2025": datetime(2025, 3, 31, 6, 30, tzinfo=UTC),
    "1 April 2024 to 31 March 2025": datetime(2025, 3, 31, 6, 30, tzinfo=UTC),
    "20 October 2025 to 26 October 2025": datetime(2025, 10, 27, 7, 30, tzinfo=UTC),
    "1 April 2025 to 31 March 2026": datetime(2025, 10, 27, 7, 30, tzinfo=UTC),
}
MONTHLY = {
    "March 2025": datetime(2025, 4, 3, 6, 30, tzinfo=UTC),
    "April 2025": datetime(2025, 5, 6, 6, 30, tzinfo=UTC),
    "October 2025": datetime(2025, 11, 5, 7, 30, tzinfo=UTC),
}


def _title(question: Question) -> str:
    """The days, as letters have them."""
    if "-" in question.label:
        return f"{question.first:%B %Y}"
    return " to ".join(f"{day.day} {day:%B %Y}" for day in (question.first, question.last))


def _is_of_letter(question: Question) -> bool:
    return _title(question) in WEEKLY | MONTHLY and question.where.keys() <= {"service", "channel"}


def _choice(question: Question) -> tuple[DigestChoice, datetime]:
    title = _title(question)
    rhythm = Rhythm.MONTHLY if title in MONTHLY else Rhythm.WEEKLY
    channel = Channel(question.channel) if question.channel else None
    return DigestChoice(rhythm, question.service or None, channel), (WEEKLY | MONTHLY)[title]


def _line(question: Question, text: str) -> Shown:
    """81.0% 166 of 205 answers, 95% interval 75.1% to 85.8%, after the name of the days."""
    found = re.search(
        rf"{_title(question)}:? (\d+\.\d%) ([\d,]+) of ([\d,]+) answers,? (?:95% interval )?(\d+\.\d% to \d+\.\d%)",
        text,
    )
    assert found is not None, text
    return Shown(found[1], whole(found[2]), whole(found[3]), found[4])


def _letter(standing: Standing, question: Question, part: str) -> str:
    """A part of the letter as it goes out at its hour. It is sent once: both parts are of one letter."""
    if question not in standing.letters:
        standing.letters[question] = _sent(standing, question)
    body = standing.letters[question].get_body((part,))
    assert body is not None
    return str(body.get_content())


def _sent(standing: Standing, question: Question) -> EmailMessage:
    choice, at = _choice(question)
    with transaction():
        reader = db.session.scalars(select(User).where(User.email == LEAD)).one()
        digest = begin_digest(choice, reader, now=at - timedelta(days=2)).id
    outbox = standing.folder / "outbox"
    earlier = set(outbox.glob("*.eml"))
    while write_digests(at, "test"):
        pass
    send_digests(at, "test")
    with transaction():
        stop_digest(db.session.get_one(Digest, digest), now=at)
    (new,) = set(outbox.glob("*.eml")) - earlier
    return cast(EmailMessage, email.message_from_bytes(new.read_bytes(), policy=policy.default))


DIGEST = "job send_digests"


@outlet(KEPT, "digest: the plain letter", DIGEST, answers=_is_of_letter)
def plain_letter(standing: Standing, question: Question) -> Shown:
    return _line(question, " ".join(_letter(standing, question, "plain").split()))


@outlet(KEPT, "digest: the rich letter", DIGEST, answers=_is_of_letter)
def rich_letter(standing: Standing, question: Question) -> Shown:
    page = BeautifulSoup(_letter(standing, question, "html"), "html.parser")
    return _line(question, words(page.body))


@outlet(KEPT, "digest: as it would read now", "/dashboards/digests/preview", answers=_is_of_letter)
def preview(standing: Standing, question: Question) -> Shown:
    choice, at = _choice(question)
    arguments = {name: code for name, code in choice.where.items() if code}
    with time_machine.travel(at, tick=False):
        reader = cast(PersonsClient, standing.app.test_client())  # who signed in later is not signed in yet
        reader.sign_in(LEAD)
        page = page_of(reader, "/dashboards/digests/preview", rhythm=choice.rhythm.value, **arguments)
    (row,) = (row for row in rows_of(page, "The figures of the letter") if row[0].startswith(_title(question)))
    counts = re.match(r"([\d,]+) of ([\d,]+) answers", row[3])
    assert counts is not None
    return Shown(row[1], whole(counts[1]), whole(counts[2]), row[4])


def _frozen(question: Question) -> str:
    query = make_query("satisfaction", question.first, question.last, question.where)
    with transaction():
        return freeze_passport(query, now=NOW).code


@outlet(KEPT, "a frozen passport", "/figures/<figure_id>")
def frozen_passport(standing: Standing, question: Question) -> Shown:
    return of_passport(page_of(standing.lead, f"/figures/{_frozen(question)}"))


@outlet(KEPT, "API: a frozen figure", "/api/v1/figures/<code>")
def api_figure(standing: Standing, question: Question) -> Shown:
    told = json.loads(ask(standing, f"/figures/{_frozen(question)}"))
    assert told["run_again"]["is_same"]
    return of_row(told["figure"])


def _exhibit(question: Question) -> int:
    query = make_query("satisfaction", question.first, question.last, question.where)
    with transaction():
        elements = evidence.elements_by_number("cse", ["1.3.1"])
        return pin_exhibit(query, ExhibitKind.FIGURE, "", elements, now=NOW).number


@outlet(KEPT, "an exhibit", "/evidence/exhibits/<number>")
def exhibit(standing: Standing, question: Question) -> Shown:
    page = page_of(standing.lead, f"/evidence/exhibits/E{_exhibit(question):02}")
    value, base = pair(words(page.h1))
    interval = re.search(r"Interval (\d+\.\d% to \d+\.\d%)", words(page.main))
    assert interval is not None
    return Shown(value, None, base, interval[1])


def _is_packed(question: Question) -> bool:
    return question in PACKED


def pack(standing: Standing) -> dict[str, bytes]:
    """The files of one pack with all that is packed, which is checked as an assessor would, against the council too."""
    if not standing.packed:
        for question in PACKED:
            _exhibit(question)
        path, year = str(standing.folder / "pack.zip"), ["--from", str(YEAR.first), "--to", str(YEAR.last)]
        run(standing, "evidence", "pack", "--framework", "cse", *year, "--out", path)
        run(standing, "evidence", "verify", path, "--live")
        with zipfile.ZipFile(path) as archive:
            standing.packed.update({name: archive.read(name) for name in archive.namelist()})
    return standing.packed


def _packed_row(rows: Iterable[Mapping[str, Any]], question: Question) -> Mapping[str, Any]:
    """The figure of a question among those of a pack."""
    where = "; ".join(where_of(question))
    days = str(question.first), str(question.last)
    (row,) = (
        row
        for row in rows
        if row["measure"] == "satisfaction"
        and (row["where"] or "") == where
        and (str(row["from"])[:10], str(row["to"])[:10]) == days
    )
    return row


@outlet(KEPT, "a pack: figures.csv", "evidence pack", answers=_is_packed)
def pack_csv(standing: Standing, question: Question) -> Shown:
    return of_row(_packed_row(overview_rows(pack(standing)["figures.csv"].decode()), question))


@outlet(KEPT, "a pack: counts.csv", "evidence pack", answers=_is_packed)
def pack_counts(standing: Standing, question: Question) -> Shown:
    files = pack(standing)
    code = _packed_row(overview_rows(files["figures.csv"].decode()), question)["passport"]
    rows = [row for row in overview_rows(files["counts.csv"].decode()) if row["passport"] == code]
    base = sum(int(row["count"]) for row in rows if row["kind"] == "in the base")
    good = sum(int(row["count"]) * int(row["adds_to_numerator"] or 0) for row in rows)
    return Shown(good / base, good, base)


def _in_book(header: Sequence[object], rows: Iterable[Sequence[object]], question: Question) -> Shown:
    named = [dict(zip(map(str, header), row, strict=False)) for row in rows]
    return of_row(_packed_row([row for row in named if row.get("measure")], question))


@outlet(KEPT, "a pack: evidence.xlsx", "evidence pack", answers=_is_packed)
def pack_xlsx(standing: Standing, question: Question) -> Shown:
    header, *rows = read_xlsx(pack(standing)["evidence.xlsx"], "Figures")
    return _in_book(header, rows, question)


@outlet(KEPT, "a pack: evidence.ods", "evidence pack", answers=_is_packed)
def pack_ods(standing: Standing, question: Question) -> Shown:
    header, *rows = read_ods(pack(standing)["evidence.ods"], "Figures")
    return _in_book(header, rows, question)


@outlet(KEPT, "a pack: its page", "evidence pack", answers=_is_packed)
def pack_page(standing: Standing, question: Question) -> Shown:
    files = pack(standing)
    number = _packed_row(overview_rows(files["figures.csv"].decode()), question)["exhibit"]
    text = words(BeautifulSoup(files["index.html"], "html.parser").body)
    shown = re.search(rf"{number} Satisfaction, [\w ]+? (\d+\.\d%) of ([\d,]+) answers", text)
    listed = re.search(rf"{number} Satisfaction, [^%]*? (\d+\.\d%) ([\d,]+) ([\d,]+) 1\.3\.1", text)
    assert shown is not None and listed is not None, text
    assert shown.groups() == (listed[1], listed[3])
    return Shown(listed[1], whole(listed[2]), whole(listed[3]))
