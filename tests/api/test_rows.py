"""Single answers and comments by the API: paged, streamed, told apart by service, without words or times."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import delete, select
from time_machine import TimeMachineFixture

from survey_app.comments.models import Comment
from survey_app.extensions import cipher, db
from survey_app.organisation.models import Service
from survey_app.responses.models import Answer, AnswerText, ResponseChange, ResponseState, SurveyResponse
from survey_app.responses.operations import quarantine
from survey_app.surveys.models import Option, Question, QuestionVersion
from tests.api.conftest import AUTUMN, NOW, SPRING, Asker
from tests.exports.test_formats import read_parquet
from tests.factories import make_answers, withdraw
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("years")
Askers = Callable[..., Asker]
OneOf = Callable[[str], SurveyResponse]
COUNTED = 40 + 12 + 50 + 12 + 30 + 7 + 11


def wording(code: str) -> QuestionVersion:
    return db.session.scalars(select(QuestionVersion).join(Question).where(Question.code == code)).one()


def option(code: str, of: str) -> Option:
    return next(each for each in wording(of).options if each.code == code)


def all_pages(asker: Asker, name: str, limit: int, **query: object) -> list[list[dict[str, object]]]:
    """Every page of a list, as a client goes through them."""
    pages, cursor = [], {}
    while True:
        found = asker.read(f"/{name}", limit=limit, **query, **cursor)
        pages.append(found[name])
        if found["next_cursor"] is None:
            return pages
        cursor = {"cursor": found["next_cursor"]}


def test_a_response_is_its_facts_and_scores(asker: Askers, a_response: OneOf) -> None:
    response = a_response("waste")
    response.answers += [
        Answer(question_version_id=wording("reasons").id, option_id=option(code, "reasons").id)
        for code in ("move", "bill")
    ]
    response.answers.append(Answer(question_version_id=wording("minutes").id, number=12.5))
    response.answers.append(Answer(question_version_id=wording("born").id, day=date(1950, 1, 2)))
    response.answers.append(Answer(question_version_id=wording("may-call").id, option_id=option("yes", "may-call").id))
    found = asker().read(f"/responses/{response.reference}")
    assert found == {
        "reference": response.reference,
        "removed": "no",
        "day": "2025-04-10",
        "service": "waste",
        "channel": "phone",
        "mode": "web",
        "language": "en",
        "customer_kind": "resident",
        "survey": "post-contact@1.0",
        "scores": {"post-contact-satisfaction": 5, "post-contact-timeliness": 4},
        "answers": {
            "minutes": 12.5,
            "post-contact-satisfaction": "5",
            "post-contact-timeliness": "4",
            "reasons": ["move", "bill"],
        },
    }


def test_no_row_holds_a_word_a_time_or_a_number_of_the_database(asker: Askers) -> None:
    inside = asker()
    text = inside.get("/responses", limit="1000").text
    assert not re.search(r"\d\d:\d\d|raw|Bin \d|over 65|\"id\"|salt", text)
    comments = inside.get("/comments", limit="1000").text
    assert "Bin 3 missed by [name removed]" in comments
    assert not re.search(r"\d\d:\d\d|raw |\"id\"", comments)


@pytest.mark.parametrize("limit", [1, 7, 54, 1000])
def test_pages_hold_every_response_once_in_one_order(asker: Askers, limit: int) -> None:
    pages = all_pages(asker(), "responses", limit, **{"from": "2025-04-01", "service": "tax"})
    references = [row["reference"] for page in pages for row in page]
    assert len(references) == len(set(references)) == 50 + 12 + 11
    assert {len(page) for page in pages[:-1]} <= {limit}
    assert pages[-1]


def test_what_comes_in_meanwhile_moves_no_page(asker: Askers, a_response: OneOf) -> None:
    inside, response = asker(), a_response("tax")
    first = inside.read("/responses", limit=100)
    service = db.session.get_one(Service, response.service_id)
    later = make_answers(response.survey_version, service, date(2024, 4, 2), {"satisfaction": "5"}, 3)
    gone = db.session.scalar(select(SurveyResponse.reference).where(SurveyResponse.id == 2))
    withdraw(db.session.scalars(select(SurveyResponse).where(SurveyResponse.reference == gone)).one())
    second = inside.read("/responses", limit=100, cursor=first["next_cursor"])
    references = [row["reference"] for row in first["responses"] + second["responses"]]
    assert len(references) == len(set(references)) == COUNTED + 3
    assert {each.reference for each in later} <= set(references)


def test_the_link_of_a_page_leads_to_the_next(asker: Askers) -> None:
    inside = asker()
    first = inside.get("/responses", limit=60, channel="email", mode="web")
    (target,) = re.findall(r'^<(/api/v1/responses\?[^>]*)>; rel="next"$', first.headers["Link"])
    second = inside.get(target.removeprefix("/api/v1"))
    assert len(json.loads(second.data)["responses"]) == 2
    assert "Link" not in second.headers


@pytest.mark.parametrize(
    "forged",
    [
        "x",
        "ü",
        pytest.param(Fernet(Fernet.generate_key()).encrypt(b'{"after": 1}').decode(), id="under another key"),
        "own text",
        "own JSON",
        "of another list",
        "cut",
    ],
)
def test_a_cursor_that_we_did_not_make_for_this_list_is_refused(asker: Askers, forged: str) -> None:
    inside = asker()
    good = inside.read("/responses", limit=10, channel="email")["next_cursor"]
    made = {"own text": "someone@example.org", "own JSON": "[1]"}
    text = cipher().encrypt(made[forged]) if forged in made else {"of another list": good, "cut": good[:-1]}.get(forged)
    query = {"channel": "phone"} if forged == "of another list" else {"channel": "email"}
    status, words = inside.refused("/responses", cursor=text or forged, **query)
    assert (status, words) == (422, "The cursor is none of this list with these arguments. Begin again without one.")
    assert "after" not in good
    assert inside.get("/responses", limit=20, channel="email", cursor=good).status_code == 200, "a page may grow"


def test_a_stream_says_how_many_came_and_where_to_go_on(asker: Askers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey_app.api.serving.views.MOST_A_PAGE", 50)
    inside = asker()
    lines = inside.lines("/responses")
    rows = [line for line in lines if "reference" in line]
    marks = [line for line in lines if "reference" not in line]
    assert [mark["count"] for mark in marks] == [50, 100, 150, COUNTED]
    assert [mark["next_cursor"] is None for mark in marks] == [False, False, False, True]
    assert lines[-1] == {"count": COUNTED, "next_cursor": None}
    assert len({row["reference"] for row in rows}) == COUNTED
    rest = inside.lines("/responses", cursor=marks[1]["next_cursor"])
    assert rest[-1] == {"count": COUNTED - 100, "next_cursor": None}
    assert [row for row in rest if "reference" in row] == rows[100:], "after a cut"
    page = inside.read("/responses", limit=1000)["responses"]
    assert rows == page


def test_a_stream_holds_no_transaction_while_somebody_reads_slowly(
    asker: Askers, monkeypatch: pytest.MonkeyPatch, a_response: OneOf
) -> None:
    monkeypatch.setattr("survey_app.api.serving.views.MOST_A_PAGE", 50)
    answer = asker().get("/responses", headers={"Accept": "application/x-ndjson"})
    first = next(answer.iter_encoded())
    assert first.count(b"\n") == 51
    withdraw(a_response("housing"))
    db.session.commit()
    rest = b"".join(answer.iter_encoded()).splitlines()
    assert json.loads(rest[-1])["count"] == COUNTED - 1


def test_a_page_and_a_batch_cost_two_statements_whatever_their_size(
    asker: Askers, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, counted = asker(), []
    for limit in (1, 10, 1000):
        with statements() as sent:
            inside.read("/responses", limit=limit)
        counted.append(len(sent))
    assert counted == [counted[0]] * 3
    monkeypatch.setattr("survey_app.api.serving.views.MOST_A_PAGE", 50)
    with statements() as sent:
        inside.lines("/responses")
    assert len(sent) == counted[0] + 2 * 3
    counted.clear()
    for limit in (1, 12):
        with statements() as sent:
            inside.read("/comments", limit=limit)
        counted.append(len(sent))
    assert counted == [counted[0]] * 2


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ({"from": "2025-04-01", "to": "2026-03-31"}, COUNTED - 30),
        ({"to": "2025-03-31"}, 30),
        ({"service": "waste"}, 52),
        ({"service": "bins", "channel": "phone"}, 0),
        ({"channel": "email"}, 62),
        ({"mode": "paper"}, 0),
        ({"survey": "partners"}, 11),
        ({"survey": "nothing"}, 0),
    ],
)
def test_responses_are_filtered(asker: Askers, query: dict[str, str], rows: int) -> None:
    assert len(asker().read("/responses", limit=1000, **query)["responses"]) == rows


def test_a_key_of_one_service_reads_its_rows_and_knows_of_no_other(asker: Askers, a_response: OneOf) -> None:
    waste, all_of_it = asker(services=("waste",)), asker()
    assert {row["service"] for row in waste.read("/responses", limit=1000)["responses"]} == {"waste", "bins"}
    assert {row["service"] for row in waste.lines("/responses")[:-1]} == {"waste", "bins"}
    missing = waste.refused("/responses/ACDE34679F")
    assert missing == (404, "There is nothing at this address.")
    assert waste.refused(f"/responses/{a_response('tax').reference}") == missing
    assert all_of_it.get(f"/responses/{a_response('tax').reference}").status_code == 200
    assert waste.refused("/responses", service="tax") == waste.refused("/responses", service="no-such") == missing
    assert waste.refused("/comments", service="tax") == missing
    cursor = all_of_it.read("/responses", limit=60)["next_cursor"]
    assert {row["service"] for row in waste.read("/responses", cursor=cursor)["responses"]} <= {"waste", "bins"}
    assert {row["service"] for row in waste.read("/comments")["comments"]} == {"waste"}


def test_what_does_not_count_is_in_no_list(asker: Askers, a_response: OneOf) -> None:
    response = a_response("waste")
    for state in (ResponseState.QUARANTINED, ResponseState.WITHDRAWN, ResponseState.UNDATED):
        response.state = state
        assert len(asker().read("/responses", limit=1000)["responses"]) == COUNTED - 1
        assert asker().get(f"/responses/{response.reference}").status_code == 404
    response.state, response.is_test = ResponseState.COUNTED, True
    assert len(asker().read("/responses", limit=1000)["responses"]) == COUNTED - 1


def test_a_copy_is_kept_up_by_what_changed_since_a_day(
    asker: Askers, a_response: OneOf, time_machine: TimeMachineFixture
) -> None:
    inside = asker()
    copy = {row["reference"]: row for row in inside.lines("/responses")[:-1]}
    assert inside.read("/responses", changed_since="2026-07-01")["responses"] == []
    gone, held, changed = (a_response(service) for service in ("waste", "tax", "housing"))
    withdraw(gone)  # the day after it was sent, as far as the feed says
    quarantine(held, "made by a machine", now=NOW)
    changed.changed_at = NOW
    changed.answers[0].option_id = option("5", "post-contact-satisfaction").id
    service = db.session.get_one(Service, held.service_id)
    (came,) = make_answers(held.survey_version, service, AUTUMN, {"satisfaction": "1"}, submitted_at=NOW)
    db.session.commit()
    found = inside.lines("/responses", changed_since="2026-07-01")[:-1]
    assert {row["reference"]: row["removed"] for row in found} == {
        held.reference: "yes",
        changed.reference: "no",
        came.reference: "no",
    }
    since = (SPRING + timedelta(days=1)).isoformat()
    for row in inside.lines("/responses", changed_since=since)[:-1]:
        if row["removed"] == "yes":
            copy.pop(row["reference"], None)
            assert row.keys() == {"reference", "removed"}
        else:
            copy[row["reference"]] = row
    assert copy == {row["reference"]: row for row in inside.lines("/responses")[:-1]}


def test_an_answer_taken_back_that_had_nothing_to_count_is_told_as_removed(asker: Askers, a_response: OneOf) -> None:
    response = a_response("waste")
    response.state, response.salt, response.answers = ResponseState.WITHDRAWN, None, []
    db.session.execute(delete(ResponseChange).where(ResponseChange.response_id == response.id))
    found = asker().read("/responses", changed_since="2026-07-01")["responses"]
    assert found == [{"reference": response.reference, "removed": "yes"}]


def test_a_comment_is_redacted_with_its_label_and_themes(asker: Askers) -> None:
    found = asker().read("/comments", label="positive", limit=1)
    assert found["suppressed"] is True, "one alone fits"
    found = asker().read("/comments", theme="missed", limit=1)
    comment = db.session.scalars(select(Comment).order_by(Comment.id)).first()
    assert comment is not None
    assert found["comments"] == [
        {
            "reference": comment.reference,
            "response": comment.response.reference,
            "day": "2025-04-10",
            "service": "waste",
            "channel": "phone",
            "question": "post-contact-satisfaction",
            "asks": None,
            "text": "Bin 0 missed by [name removed]",
            "language": "en",
            "label": "positive",
            "labelled_by": "machine",
            "method": "test",
            "themes": [{"code": "missed", "name": "Missed collections"}],
        }
    ]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ({}, 15),
        ({"service": "waste"}, 12),
        ({"service": "housing"}, 0),  # three: too few
        ({"label": "negative"}, 14),
        ({"label": "positive"}, 0),  # one
        ({"theme": "missed"}, 12),
        ({"theme": "nothing"}, 0),
        ({"from": "2025-05-01"}, 0),
        ({"channel": "phone"}, 15),
    ],
)
def test_comments_of_fewer_than_ten_are_given_to_nobody(asker: Askers, query: dict[str, str], rows: int) -> None:
    inside = asker()
    pages = all_pages(inside, "comments", 5, **query)
    assert sum(map(len, pages)) == rows
    assert len(inside.lines("/comments", **query)) == rows + 1
    few = {"service=housing", "label=positive", "from=2025-05-01"}
    is_suppressed = inside.read("/comments", **query)["suppressed"]
    assert is_suppressed == (next((f"{name}={value}" for name, value in query.items()), "") in few)


def test_the_label_of_a_person_is_told_as_theirs(asker: Askers) -> None:
    first = db.session.scalars(select(Comment).order_by(Comment.id)).first()
    assert first is not None
    first.person_label = "neutral"
    found = asker().read("/comments", limit=1)["comments"][0]
    assert (found["label"], found["labelled_by"]) == ("neutral", "person")


def test_comments_of_partners_and_of_what_was_taken_back_are_not_there(
    asker: Askers, a_response: OneOf, years: Flask
) -> None:
    response = a_response("waste")
    reference = response.reference
    assert reference in {row["response"] for row in asker().read("/comments")["comments"]}
    withdraw(response)
    assert reference not in {row["response"] for row in asker().read("/comments")["comments"]}
    assert db.session.scalar(select(AnswerText.id).where(AnswerText.response_id == response.id)) is None


@pytest.mark.parametrize(
    ("path", "query", "status", "words"),
    [
        ("/responses", {"limit": "0"}, 400, "limit must be a whole number from 1 to 1000."),
        ("/responses", {"limit": "1001"}, 400, "limit must be"),
        ("/responses", {"limit": "ten"}, 400, "limit must be"),
        ("/responses", {"channel": "pigeon"}, 400, "channel must be one of phone, email"),
        ("/responses", {"mode": ""}, 400, "mode must be one of"),
        ("/responses", {"service": ""}, 400, "service must be a text"),
        ("/responses", {"page": "2"}, 400, "There is no argument page here."),
        ("/responses", {"changed_since": "yesterday"}, 400, "changed_since must be a day"),
        ("/responses", {"from": "2026-04-01", "to": "2026-03-31"}, 422, "is before the first"),
        ("/comments", {"label": "angry"}, 400, "label must be"),
        ("/comments", {"text": "bin"}, 400, "There is no argument text here."),
        ("/responses/a", {}, 404, "There is nothing at this address."),
    ],
)
def test_what_cannot_be_read_says_why(asker: Askers, path: str, query: dict[str, str], status: int, words: str) -> None:
    found = asker().refused(path, **query)
    assert found[0] == status
    assert words in found[1]


def table(inside: Asker, **query: object) -> tuple[list[dict[str, str]], str]:
    answer = inside.get("/responses", headers={"Accept": "text/csv"}, **query)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv"), answer.text
    header, *rows, last = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    return [dict(zip(header, row, strict=True)) for row in rows], last[0]


def test_a_table_holds_the_same_rows_as_the_documents_and_no_more_facts(asker: Askers) -> None:
    inside = asker()
    rows, last = table(inside)
    documents = inside.read("/responses", limit=1000)["responses"]
    assert last == f"{COUNTED} rows"
    assert [row["reference"] for row in rows] == [each["reference"] for each in documents]
    for row, each in zip(rows, documents, strict=True):
        assert (row["day"], row["service"], row["version"]) == (each["day"], each["service"], each["survey"])
        for question, score in each["scores"].items():
            assert row[f"{question.replace('-', '_')}_score"] == str(score)
    assert rows[0].keys().isdisjoint({"team", "site", "reason", "customer_group", "language", "why", "why_sentiment"})


def test_a_table_keeps_to_the_services_of_the_key_and_to_what_is_asked_for(asker: Askers) -> None:
    rows, _ = table(asker(services=("waste",)))
    assert {row["service"] for row in rows} == {"waste", "bins"}  # bins are below it
    rows, last = table(asker(), service="waste", channel="letter")
    assert (rows, last) == ([], "0 rows")
    answer = asker(services=("waste",)).get("/responses", headers={"Accept": "text/csv"}, service="housing")
    assert answer.status_code == 404


def test_a_table_is_of_all_rows_as_they_are_now(asker: Askers) -> None:
    for given in ({"changed_since": "2026-01-01"}, {"from": "2026-02-01", "to": "2026-01-01"}):
        answer = asker().get("/responses", headers={"Accept": "text/csv"}, **given)
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


def test_a_table_as_parquet_is_read_by_others(asker: Askers) -> None:
    answer = asker().get("/responses", headers={"Accept": "application/vnd.apache.parquet"})
    rows, says = read_parquet(answer.data)
    assert (len(rows), says[b"rows"]) == (COUNTED, f"{COUNTED} rows".encode())


def test_a_table_holds_no_transaction_while_somebody_reads_slowly(
    asker: Askers, monkeypatch: pytest.MonkeyPatch, a_response: OneOf
) -> None:
    monkeypatch.setattr("survey_app.exports.responses.queries.ROWS_AT_ONCE", 50)
    answer = asker().get("/responses", headers={"Accept": "text/csv"})
    parts = answer.iter_encoded()
    next(parts), next(parts)
    withdraw(a_response("housing"))
    db.session.commit()
    assert b"".join(parts).splitlines()[-1] == f"{COUNTED - 1} rows".encode()
