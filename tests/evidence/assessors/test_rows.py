"""The single rows behind a pinned figure: they add up to its hash, and no page or two of them point at a person."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from survey_app.comments.models import Comment
from survey_app.evidence.assessors.rows.redaction import kept_back, named_months, outside_may_be_told
from survey_app.evidence.models import ExhibitKind
from survey_app.extensions import db
from survey_app.measures.address import make_query
from survey_app.responses.models import AnswerText, SurveyResponse
from survey_app.surveys.models import SurveyVersion
from tests.conftest import PersonsClient
from tests.evidence.test_pins import YEAR, pin
from tests.factories import NOON, make_answers, make_service, withdraw

SignIn = Callable[..., PersonsClient]
HIDDEN = "not shown"


@dataclass(frozen=True)
class Row:
    digest: str
    month: str
    answer: str
    words: str


def rows_of(client: PersonsClient, number: str) -> list[Row]:
    """All of them, page after page."""
    url, found = f"/evidence/exhibits/{number}/rows", list[Row]()
    while url:
        soup = BeautifulSoup(client.get(url).text, "html.parser")
        for line in soup.select('[aria-label="One by one"] tbody tr'):
            found.append(Row(*(cell.get_text(" ", strip=True) for cell in line.select("th, td"))))
        link = soup.find("a", rel="next")
        url = str(link["href"]) if link is not None else ""  # type: ignore[index]
    return found


def printed(client: PersonsClient, number: str) -> dict[str, int | None]:
    """The counts by answer that stand above the rows."""
    soup = BeautifulSoup(client.get(f"/evidence/exhibits/{number}/rows").text, "html.parser")
    lines = [line.select("th, td") for line in soup.select('[aria-label="By answer"] tbody tr')]
    return {
        line[0].text: None if line[1].text == HIDDEN else int(line[1].text)
        for line in lines
        if "not in" not in line[2].text
    }


def assert_nobody_is_pointed_at(client: PersonsClient, numbers: list[str]) -> None:
    """Somebody takes all pages together: rows that say the same are ten or more, and so is what is left over."""
    seen = Counter[str]()
    for number in numbers:
        rows = rows_of(client, number)
        seen.update(row.digest for row in rows)
        alike = Counter((row.answer, row.month) for row in rows if row.answer not in {HIDDEN, "not in the base"})
        assert min(alike.values(), default=10) >= 10
        assert not [row for row in rows if row.words and HIDDEN in {row.answer, row.month}]
        named = Counter(row.answer for row in rows)
        for answer, n in printed(client, number).items():
            if not rows:
                continue
            assert named[answer] == 0 if n is None else (n - named[answer] == 0 or n - named[answer] >= 10), answer
    assert max(seen.values(), default=0) <= 1, "a digest in two lists would join what they tell"


def write_words(responses: list[SurveyResponse]) -> None:
    for n, response in enumerate(responses):
        question = response.survey_version.items[0].question_version_id
        text = AnswerText(response_id=response.id, question_version_id=question, raw=f"raw words number {n}")
        db.session.add(text)
        db.session.flush()
        db.session.add(
            Comment(
                answer_text_id=text.id,
                response_id=response.id,
                question_version_id=question,
                redacted_text=f"redacted words number {n}",
                removed=[],
                flags=[],
                method="test",
                analysed_at=NOON,
            )
        )
    db.session.flush()


def responses_of(answer: str, month: int) -> list[SurveyResponse]:
    found = db.session.scalars(select(SurveyResponse).where(SurveyResponse.counts_on == date(2025, month, 10)))
    return [each for each in found if answer in {given.option.code for given in each.answers if given.option}]


def test_the_rows_add_up_to_the_hash_of_the_passport(year: None, sign_in: SignIn) -> None:
    pin("1.3.1", kind=ExhibitKind.CHART)
    assessor = sign_in("assessor")
    page = assessor.get("/evidence/exhibits/E01/rows").text
    listed = assessor.get("/evidence/exhibits/E01/rows.txt")
    digest = hashlib.sha256(listed.data).hexdigest()
    assert digest in page and "attachment" in listed.headers["Content-Disposition"]
    rows = rows_of(assessor, "E01")
    assert "".join(f"{row.digest}\n" for row in rows) == listed.text
    assert len(rows) == 489
    said = {(row.answer, row.month) for row in rows}
    assert ("5", "April 2025") in said
    assert {month for answer, month in said if answer == "2"} == {HIDDEN}, "two a month"
    assert_nobody_is_pointed_at(assessor, ["E01"])
    text = re.sub(r"\s+", " ", page)
    assert "No row has its day, its service, its channel or its group." in text
    assert "10 May" not in page and "registrars" not in page.lower()


def test_a_withdrawn_answer_cannot_be_told_from_what_is_missing(year: None, sign_in: SignIn) -> None:
    pin("1.3.1")
    assessor = sign_in("assessor")
    before = {row.digest: row for row in rows_of(assessor, "E01")}
    gone = responses_of("5", 6)[0]
    withdraw(gone)
    db.session.commit()
    after = rows_of(assessor, "E01")
    assert {row.digest for row in after} == set(before), "the hash stays to be had"
    changed = [row for row in after if row.answer == HIDDEN and before[row.digest].answer != HIDDEN]
    assert len(changed) == 10
    listed = assessor.get("/evidence/exhibits/E01/rows.txt")
    assert hashlib.sha256(listed.data).hexdigest() in assessor.get("/evidence/exhibits/E01/rows").text
    assert_nobody_is_pointed_at(assessor, ["E01"])


def test_a_figure_within_another_gives_no_second_list(year: None, sign_in: SignIn) -> None:
    parks, survey = make_service("parks"), db.session.scalars(select(SurveyVersion)).one()
    make_answers(survey, parks, date(2025, 6, 10), {"satisfaction": "5"}, 20)
    make_answers(survey, parks, date(2025, 6, 10), {"satisfaction": "2"}, 12)
    before = (date(2024, 4, 1), date(2025, 3, 31))
    pin("1.3.1")
    pin("1.3.1", query=make_query("satisfaction", *YEAR, {"service": "parks"}))
    pin("1.3.1", query=make_query("satisfaction_mean", *YEAR))
    pin("1.3.1", query=make_query("satisfaction", *before))
    db.session.commit()
    assessor = sign_in("assessor")
    for number in ("E02", "E03"):
        page = assessor.get(f"/evidence/exhibits/{number}/rows")
        assert page.status_code == 200 and "behind E01" in page.text
        assert assessor.get(f"/evidence/exhibits/{number}/rows.txt").status_code == 404
        assert rows_of(assessor, number) == []
    assert rows_of(assessor, "E04")
    assert_nobody_is_pointed_at(assessor, ["E01", "E02", "E03", "E04"])


def test_words_stand_beside_rows_that_many_are_like_and_never_a_quoted_one(year: None, sign_in: SignIn) -> None:
    pin("1.3.1")
    pin("1.3.1", query=make_query("timeliness", *YEAR))
    assessor = sign_in("assessor")
    write_words(responses_of("5", 6)[:8])
    write_words(responses_of("2", 6)[:1])
    db.session.commit()
    assert not [row for row in rows_of(assessor, "E01") if row.words], "of nine"
    write_words(responses_of("5", 7)[:2])
    db.session.commit()
    words = [row for row in rows_of(assessor, "E01") if row.words]
    assert len(words) == 10 and {row.answer for row in words} == {"5"}
    assert not any("raw" in row.words for row in words)
    assert not [row for row in rows_of(assessor, "E02") if row.words], "beside two answers they would join them"


def test_few_rows_outside_the_base_are_not_counted_by_the_list(year: None, sign_in: SignIn) -> None:
    survey, parks = db.session.scalars(select(SurveyVersion)).one(), make_service("parks")
    left = make_answers(survey, parks, date(2025, 6, 10), {"satisfaction": "dk"}, 3)
    pin("1.3.1")
    db.session.commit()
    assessor = sign_in("assessor")
    assert len(rows_of(assessor, "E01")) == 489, "as many as the base"
    page = assessor.get("/evidence/exhibits/E01/rows").text
    assert "Rows outside the base are not listed" in page
    assert assessor.get("/evidence/exhibits/E01/rows.txt").status_code == 404
    withdraw(left[0])
    db.session.commit()
    assert rows_of(assessor, "E01") == []
    assert "would tell what they said" in assessor.get("/evidence/exhibits/E01/rows").text


def test_a_customer_group_has_no_list_of_rows(year: None, sign_in: SignIn) -> None:
    survey, parks = db.session.scalars(select(SurveyVersion)).one(), make_service("parks")
    make_answers(survey, parks, YEAR[0], {"satisfaction": "5"}, 40, customer_group="group-a")
    pin("1.3.1", query=make_query("satisfaction", *YEAR, {"customer_group": "group-a"}))
    db.session.commit()
    assessor = sign_in("assessor")
    assert rows_of(assessor, "E01") == []
    assert "never of chosen customer groups" in assessor.get("/evidence/exhibits/E01/rows").text


def test_a_page_of_rows_that_is_none_is_refused(year: None, sign_in: SignIn) -> None:
    pin("1.3.1")
    assessor = sign_in("assessor")
    for page in ("99", "0", "x"):
        assert assessor.get(f"/evidence/exhibits/E01/rows?page={page}").status_code == 400


@pytest.mark.parametrize(
    ("shown", "frozen", "left", "found"),
    [
        (40, 40, 40, {"5": 0}),
        (None, 8, 8, {}),
        (40, 40, 39, {"5": 9}),
        (40, 40, 25, {"5": 0}),
        (15, 15, 14, {}),
    ],
)
def test_with_a_withdrawn_answer_others_are_kept_back_up_to_ten(
    shown: int | None, frozen: int, left: int, found: dict[str, int]
) -> None:
    assert kept_back({"5": shown}, {"5": frozen}, {"5": left}) == found


def test_a_month_is_hidden_with_another_so_that_it_does_not_follow() -> None:
    april, may, june = (date(2025, month, 1) for month in (4, 5, 6))
    assert named_months({april: 12, may: 30, june: 20}, ()) == {april, may, june}
    assert named_months({april: 3, may: 30, june: 20}, ()) == {may}
    assert named_months({april: 12, may: 30, june: 20}, {april}) == {may}


def test_one_small_count_outside_the_base_keeps_the_number_of_all_rows_back() -> None:
    assert outside_may_be_told({"blank": 0, "dont_know": 12}, {"blank": None, "dont_know": 12})
    assert not outside_may_be_told({"blank": 3, "dont_know": 12}, {"blank": None, "dont_know": 12})
    assert outside_may_be_told({"blank": 6, "dont_know": 7}, {"blank": None, "dont_know": None})
