"""The page on how good the machine is, the rules on it, and what follows for themes elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from time_machine import TimeMachineFixture

from survey_app.audit.models import AuditLine
from survey_app.comments.checking.models import BlindItem, BlindLabel, CheckingRules
from survey_app.comments.checking.operations import draw_sample
from survey_app.comments.checking.presenters import machine_panel
from survey_app.comments.checking.queries import unreported_themes
from survey_app.comments.queries import active_themes
from survey_app.evidence.exhibits.forms import QuoteChoiceForm
from survey_app.extensions import db
from tests.comments.checking.conftest import APRIL_FIRST, MARCH, Write, page_of, text_of
from tests.factories import make_user
from tests.statements import statements

MACHINE = "/comments/machine/"
Person = Callable
RULES = {"sample_size": "50", "least_recall": "70%", "fewest_cases": "12"}


@pytest.fixture(autouse=True)
def first_of_april(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(APRIL_FIRST, tick=False)


@pytest.fixture
def read(write: Write) -> Callable[..., None]:
    """read(month) is a sample of 12 in which both give all comments the theme that the machine finds in 5 of them."""

    def make(month: date = MARCH, *, by: int = 2) -> None:
        for n in range(12):
            write(f"Words {n}", "negative" if n < 9 else "positive", *(["staff"] if n < 5 else []), day=month)
        draw_sample(month, "seed", now=APRIL_FIRST)
        users = [make_user("cse_lead").id for _ in range(by)]
        for item in db.session.scalars(select(BlindItem).where(~BlindItem.labels.any())):
            db.session.add_all(
                BlindLabel(
                    item_id=item.id, labelled_by=user, label="negative", themes=["staff"], labelled_at=APRIL_FIRST
                )
                for user in users
            )
        db.session.commit()

    return make


def test_before_two_people_have_read_a_sample_it_says_how_it_becomes_known(
    read: Callable[..., None], person: Person
) -> None:
    _, bea = person("Bea")
    assert "Nobody knows yet how good the machine is here." in text_of(bea, MACHINE)
    read(by=1)
    assert "Nobody knows yet how good the machine is here." in text_of(bea, MACHINE)


def test_every_figure_stands_with_its_base(read: Callable[..., None], person: Person) -> None:
    read()
    page = page_of(person("Bea")[1], MACHINE)
    rows = {
        row.th.get_text(" ").split("  ")[0]: [cell.get_text(" ").strip() for cell in row.find_all("td")]
        for row in page.select("section:has(#rules), .block")[0].select("tbody tr")
    }
    found = next(cells for name, cells in rows.items() if name.startswith("Criticism it finds"))
    assert found[0].startswith("75.0%") and found[2] == "12"
    praise = next(cells for name, cells in rows.items() if name.startswith("Criticism shown as praise"))
    assert praise[0].startswith("25.0%") and praise[2] == "12"
    assert "March 2026" in page.get_text()


def test_a_theme_below_the_least_recall_is_not_reported_and_the_page_says_why(
    read: Callable[..., None], person: Person
) -> None:
    assert unreported_themes() == {}
    read()
    assert unreported_themes() == {"staff": "not reported: finds 41.7% of what people find"}
    assert "Staff 41.7%" in text_of(person("Bea")[1], MACHINE).replace("  ", " ")
    assert "Not reported" in text_of(person("Carl")[1], MACHINE)


def test_the_overview_says_why_a_theme_has_no_counts(read: Callable[..., None], person: Person) -> None:
    _, bea = person("Bea")
    overview = "/dashboards/?period=2025/26"
    read(by=1)
    assert "Staff 5 " in text_of(bea, overview)
    user = make_user("cse_lead").id
    for item in db.session.scalars(select(BlindItem)):
        db.session.add(
            BlindLabel(item_id=item.id, labelled_by=user, label="negative", themes=["staff"], labelled_at=APRIL_FIRST)
        )
    db.session.commit()
    assert "Staff not reported: finds 41.7% of what people find – –" in text_of(bea, overview)


def test_who_picks_quotes_by_theme_is_warned(app: Flask) -> None:
    with app.test_request_context():
        form = QuoteChoiceForm()
        form.offer([], active_themes(), {"staff": "not reported: finds 41.7% of what people find"})
    assert [choice.label for choice in form.theme.choices] == [
        "All",
        "Staff (not reported: finds 41.7% of what people find)",
        "Waiting",
    ]


def test_the_rules_are_changed_by_who_edits_themes_audited_and_hold_at_once(
    read: Callable[..., None], person: Person
) -> None:
    read()
    _, bea = person("Bea")
    sent = bea.send_form("/comments/machine/rules", form_at=MACHINE, **RULES | {"least_recall": "40"})
    assert sent.status_code == 303
    assert unreported_themes() == {}
    rules = db.session.scalars(select(CheckingRules)).one()
    assert (rules.sample_size, rules.least_recall, rules.fewest_cases) == (50, 0.4, 12)
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "checking.rules changed")).one()
    assert line.before == {"sample_size": 100, "least_recall": 0.6, "fewest_cases": 10}
    assert bea.send_form("/comments/machine/rules", form_at=MACHINE, **RULES).status_code == 303
    assert len(db.session.scalars(select(CheckingRules)).all()) == 1


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("sample_size", "19", "Type 20 to 500 comments."),
        ("sample_size", "50.5", "Type a whole number, 20 to 500."),
        ("least_recall", "101", "Type 0 to 100 percent."),
        ("least_recall", "most", "Type 0 to 100 percent."),
        ("fewest_cases", "9", "Type 10 to 100 comments."),
    ],
)
def test_rules_that_cannot_be_are_refused_and_what_was_typed_stays(
    person: Person, field: str, typed: str, words: str
) -> None:
    _, bea = person("Bea")
    sent = bea.send_form("/comments/machine/rules", form_at=MACHINE, **RULES | {field: typed})
    assert sent.status_code == 422
    assert words in sent.text and f'value="{typed}"' in sent.text
    assert db.session.scalars(select(CheckingRules)).all() == []


def test_who_checks_comments_but_edits_no_themes_reads_the_rules_only(person: Person) -> None:
    _, officer = person("Olu", "data_protection_officer")
    text = text_of(officer, MACHINE)
    assert "100 comments are drawn each month." in text and "less than 60%" in text
    sent = officer.send_form("/comments/machine/rules", form_at="/comments/sample/", **RULES)
    assert sent.status_code == 403
    assert db.session.scalars(select(CheckingRules)).all() == []


def test_the_panel_of_other_pages_tells_the_newest_sample_that_two_have_read(
    app: Flask, read: Callable[..., None]
) -> None:
    with app.test_request_context():
        assert machine_panel() is None
    read()
    with app.test_request_context():
        panel = machine_panel()
    assert panel is not None
    assert (panel.url, panel.words) == (MACHINE, "Blind sample of 12, March 2026, read by two people.")
    assert ("Criticism it finds", "75.0%") in panel.rows


def test_a_year_of_samples_takes_no_more_statements_than_one(read: Callable[..., None], person: Person) -> None:
    read()
    _, bea = person("Bea")
    text_of(bea, MACHINE)
    with statements() as few:
        text_of(bea, MACHINE)
    for month in (12, 11, 10):
        read(date(2025, month, 1))
    with statements() as many:
        text_of(bea, MACHINE)
    assert len(few) == len(many) <= 12
