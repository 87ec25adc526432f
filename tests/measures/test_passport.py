"""Passports: canonical bytes as published, rows that add up to the figure, and frozen copies."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from survey_app.extensions import db
from survey_app.kernel.errors import Refused
from survey_app.measures import passport
from survey_app.measures.address import make_query
from survey_app.measures.models import FrozenPassport
from survey_app.measures.operations import freeze_passport
from survey_app.measures.queries import open_passport, rows_behind
from survey_app.organisation.channels import Channel
from survey_app.organisation.scope import Scope
from survey_app.responses.digests import row_digest
from tests.factories import make_answers, make_contact, make_service, make_survey, withdraw
from tests.oracles import oracle

DAY = date(2025, 6, 10)
NOW = datetime(2026, 5, 1, 6, 0, 0, 999, tzinfo=UTC)
YEAR = date(2025, 4, 1), date(2026, 3, 31)


@pytest.fixture
def expected() -> dict[str, str]:
    return {row["what"]: row["value"] for row in oracle("passport_expected.csv")}


def test_row_digests_are_the_published_ones(expected: dict[str, str]) -> None:
    rows = oracle("passport_rows.csv")
    digests = [row_digest(row["salt"], row["response_id"], row["question"], row["value"]) for row in rows]
    assert digests == [row["row_digest"] for row in rows]
    assert passport.Digests(digests).hash == passport.Digests(reversed(digests)).hash == expected["rows_hash"]
    assert passport.Digests(digests[2:]).hash == expected["rows_hash_of_those_left"]


def test_the_canonical_document_has_the_published_bytes_hash_and_code(shared: Path, expected: dict[str, str]) -> None:
    folder = shared / "oracles" / "stats"
    text = passport.canonical(json.loads((folder / "passport_input.json").read_text(encoding="utf-8")))
    assert text == (folder / "passport_canonical.json").read_text(encoding="utf-8")
    assert len(text.encode()) == int(expected["canonical_bytes"])
    assert passport.sha256(text) == expected["passport_sha256"]
    assert passport.short_code(passport.sha256(text)) == expected["passport_id"]


def test_text_is_normalised_and_what_has_no_one_form_is_refused() -> None:
    assert passport.canonical({"b": "y\u0302", "a": [1]}) == '{"a":[1],"b":"ŷ"}'
    for value in (0.5, None, True):
        with pytest.raises(ValueError, match="text and whole numbers"):
            passport.canonical({"value": value})


@pytest.mark.usefixtures("app")
def test_an_opened_passport_holds_every_row_considered_and_the_counts_they_make() -> None:
    survey, service = make_survey(), make_service("waste")
    for code, n in {"5": 9, "4": 6, "2": 1, "dk": 2, "": 3}.items():
        make_answers(survey, service, DAY, {"satisfaction": code}, n)
    make_answers(survey, service, DAY, {"satisfaction": "1"}, 4, channel=Channel.EMAIL)

    opened = open_passport(make_query("satisfaction", *YEAR, {"channel": "phone"}), now=NOW)

    assert (opened.figure.numerator, opened.figure.base) == (15, 16)
    rows = rows_behind(opened, now=NOW, most=100)
    assert len(rows) == len(opened.digests) == 21
    assert sum(row.is_in_base for row in rows) == 16
    assert {row.day for row in rows} == {DAY}
    document = json.loads(opened.text)
    assert document["counts"] == {
        "base": 16,
        "blank": 3,
        "by_value": {"2": 1, "4": 6, "5": 9},
        "does_not_apply": 0,
        "dont_know": 2,
        "numerator": 15,
        "quarantined": 0,
    }
    assert document["period"] == {"by": "contact", "from": "2025-04-01", "to": "2026-03-31"}
    assert (document["where"], document["versions"]) == ({"channel": ["phone"]}, ["post-contact@1.0"])
    assert (document["data_cut"], document["definition"]) == ("2026-05-01T06:00:00Z", "satisfaction@1")
    assert document["rows"] == {"count": 21, "hash": opened.digests.hash}
    assert opened.code == passport.short_code(opened.sha256)


@pytest.mark.usefixtures("app")
def test_the_same_answers_give_the_same_hash_and_a_withdrawal_another() -> None:
    survey, service = make_survey(), make_service()
    made = make_answers(survey, service, DAY, {"satisfaction": "5"}, 20)
    query = make_query("satisfaction", *YEAR)
    before = open_passport(query, now=NOW)
    assert open_passport(query, now=NOW).sha256 == before.sha256
    withdraw(made[0])
    after = open_passport(query, now=NOW)
    assert after.sha256 != before.sha256
    assert after.document["counts"]["base"] == 19


@pytest.mark.usefixtures("app")
def test_the_figure_of_a_passport_is_the_figure_of_its_document_for_each_kind_of_measure() -> None:
    survey, service = make_survey(), make_service()
    for code in ("5", "4", "1"):
        make_answers(survey, service, DAY, {"satisfaction": code, "resolved": "yes"}, 10)
    make_contact(service, occurred_at=datetime(2025, 6, 10, 12, tzinfo=UTC))
    for name in ("satisfaction", "satisfaction_mean", "net_satisfaction", "resolved", "response_rate"):
        opened = open_passport(make_query(name, *YEAR), now=NOW)
        counts = opened.document["counts"]
        assert (opened.figure.numerator, opened.figure.base) == (counts["numerator"], counts["base"])
        assert sum(row.is_in_base for row in rows_behind(opened, now=NOW, most=100)) == counts["base"]
    contacts = open_passport(make_query("contacts", *YEAR), now=NOW)
    assert (len(contacts.digests), rows_behind(contacts, now=NOW, most=100)) == (0, [])
    assert contacts.document["counts"]["base"] == contacts.figure.base == 1


@pytest.mark.usefixtures("app")
def test_a_scope_is_in_the_document_and_its_rows_alone_are_read() -> None:
    survey, waste, housing = make_survey(), make_service("waste"), make_service("housing")
    make_answers(survey, waste, DAY, {"satisfaction": "5"}, 12)
    make_answers(survey, housing, DAY, {"satisfaction": "5"}, 13)
    scope = Scope(frozenset({waste.id}))
    opened = open_passport(make_query("satisfaction", *YEAR), scope=scope, now=NOW)
    assert {row.service for row in rows_behind(opened, scope=scope, now=NOW, most=100)} == {"waste"}
    assert opened.document["where"] == {"scope": ["waste"]}


@pytest.mark.usefixtures("app")
def test_freezing_keeps_document_value_and_code_and_does_so_once() -> None:
    make_answers(make_survey(), make_service(), DAY, {"satisfaction": "5"}, 20)
    query = make_query("satisfaction", *YEAR)
    frozen = freeze_passport(query, now=NOW)
    assert (frozen.value, frozen.frozen_at) == (1.0, NOW)
    assert passport.sha256(frozen.document) == frozen.sha256
    assert frozen.code == passport.short_code(frozen.sha256)
    assert freeze_passport(query, now=NOW).id == frozen.id
    assert db.session.query(FrozenPassport).count() == 1


@pytest.mark.usefixtures("app")
def test_what_may_not_be_shown_cannot_be_frozen() -> None:
    make_answers(make_survey(), make_service(), DAY, {"satisfaction": "5"}, 9)
    with pytest.raises(Refused, match="fewer than 10"):
        freeze_passport(make_query("satisfaction", *YEAR), now=NOW)
