"""Each class of data goes when it was kept long enough, and figures stay."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select
from time_machine import TimeMachineFixture

from survey_app.accounts.models import User
from survey_app.accounts.people.operations import end_access, give_back_access
from survey_app.accounts.queries import names_of_users
from survey_app.audit.models import AuditLine
from survey_app.comments.models import Comment
from survey_app.contacts.models import Contact, ContactDetail, ContactsFile
from survey_app.dashboards.models import SavedView
from survey_app.extensions import db, reading, transaction
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.measures.models import FrozenPassport
from survey_app.measures.queries.run_again import run_again
from survey_app.measures.queries.verifying import verify
from survey_app.privacy.purging.operations import keep_for, purge, undo_keep_for
from survey_app.privacy.purging.queries import due_now
from survey_app.privacy.retention import CLASSES, DataClass
from survey_app.responses.models import AnswerText, SurveyResponse
from tests.factories import NOON, make_user
from tests.privacy.erased import ADVISER, CASE, EMAIL, REF, every_cell, make_everything


@pytest.fixture
def everything(app: Flask, tmp_path: Path) -> None:
    make_everything(app, tmp_path)
    db.session.commit()


def goes_at(days: int) -> dict[str, int]:
    """What is deleted so many days after everything came."""
    gone: dict[str, int] = {}
    for code, rows in purge(NOON + timedelta(days=days), "test"):
        gone[code] = gone.get(code, 0) + rows
    return gone


def test_each_class_goes_on_its_day_and_not_before(everything: None) -> None:
    assert "contact_details" not in goes_at(29)
    assert goes_at(32)["contact_details"] == 17
    assert "raw_comments" not in goes_at(364)
    assert goes_at(366)["raw_comments"] == 16
    assert not {"comments", "response_links", "about_you"} & goes_at(1_094).keys()
    last = goes_at(1_096)
    assert (last["comments"], last["response_links"], last["about_you"]) == (16, 17, 1)


def test_when_everything_is_gone_figures_stand(everything: None) -> None:
    answers = db.session.scalar(select(func.count()).select_from(SurveyResponse))
    db.session.rollback()
    now = NOON + timedelta(days=3_000)
    assert dict(purge(now, "test"))
    assert dict(purge(now, "test")) == {}
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(SurveyResponse)) == answers
    assert db.session.scalars(select(AnswerText.raw).distinct()).all() == [""]
    assert db.session.scalars(select(Comment.redacted_text).distinct()).all() == [""]
    assert db.session.scalars(select(ContactDetail)).all() == []
    assert not [place for place, text in every_cell() if REF in text or CASE in text or ADVISER in text]
    db.session.rollback()
    with reading():
        assert verify() == []
        for frozen in db.session.scalars(select(FrozenPassport)):
            assert run_again(frozen, now=now).is_same


def test_a_dry_run_counts_what_goes_and_changes_nothing(
    everything: None, runner: FlaskCliRunner, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(NOON + timedelta(days=400))
    before = sorted(every_cell())
    db.session.rollback()
    told = json.loads(runner.invoke(args=["privacy", "purge", "--dry-run", "--json"], catch_exceptions=False).stdout)
    rows = {each["class"]: each for each in told["classes"]}
    assert (told["dry_run"], rows["raw_comments"]["rows"], rows["raw_comments"]["oldest"]) == (True, 16, "2026-03-10")
    assert sorted(every_cell()) == before
    db.session.rollback()
    done = json.loads(runner.invoke(args=["privacy", "purge", "--json"], catch_exceptions=False).stdout)
    assert {each["class"]: each["rows"] for each in done["classes"]}["raw_comments"] == 16


@pytest.mark.parametrize("days", [45, 100, 400, 1_096, 3_000])
def test_a_dry_run_says_to_the_row_what_is_then_done(
    everything: None, runner: FlaskCliRunner, time_machine: TimeMachineFixture, days: int
) -> None:
    with transaction():
        file = db.session.scalars(select(ContactsFile)).one()
        file.imported_at = NOON  # its rejected rows are kept
    time_machine.move_to(NOON + timedelta(days=days))
    told = purge_as_told(runner, "--dry-run")
    done = purge_as_told(runner)
    assert told == done
    assert told["contact_files"] == 1
    assert sum(purge_as_told(runner).values()) == 0


def purge_as_told(runner: FlaskCliRunner, *options: str) -> dict[str, int]:
    """Rows by class, as the command tells them."""
    told = runner.invoke(args=["privacy", "purge", "--json", *options], catch_exceptions=False)
    return {each["class"]: each["rows"] for each in json.loads(told.stdout)["classes"]}


def test_a_shorter_time_deletes_nothing_for_a_day_and_can_be_undone(everything: None) -> None:
    now = NOON + timedelta(days=100)
    with transaction():
        assert keep_for("raw_comments", 60, now=now, by=None)
        assert not keep_for("raw_comments", 60, now=now, by=None)
    assert "raw_comments" not in dict(purge(now + timedelta(hours=23), "test"))
    with transaction():
        assert undo_keep_for("raw_comments", now=now + timedelta(hours=23))
    assert "raw_comments" not in dict(purge(now + timedelta(days=2), "test"))
    with transaction():
        keep_for("raw_comments", 60, now=now + timedelta(days=2))
    assert dict(purge(now + timedelta(days=4), "test"))["raw_comments"] == 16
    lines = db.session.scalars(
        select(AuditLine).where(AuditLine.action == "retention changed").order_by(AuditLine.id)
    ).all()
    assert (lines[0].before, lines[0].after) == ({"keep_days": 365}, {"keep_days": 60})


def test_what_would_go_with_other_days_is_told_before_they_are_set(everything: None) -> None:
    now = NOON + timedelta(days=100)
    assert {each.code: each.rows for each in due_now(now, {"raw_comments": 60})}["raw_comments"] == 16
    assert {each.code: each.rows for each in due_now(now)}["raw_comments"] == 0


@pytest.mark.parametrize("each", CLASSES, ids=lambda each: each.code)
def test_no_class_is_kept_outside_its_limits(app: Flask, each: DataClass) -> None:
    for days in (each.least_days - 1, each.most_days + 1):
        with pytest.raises(InvalidInput):
            keep_for(each.code, days, now=NOON)
    assert each.least_days <= each.usual_days <= each.most_days


def test_a_class_that_is_none_is_refused(app: Flask) -> None:
    with pytest.raises(NotFound):
        keep_for("everything", 30, now=NOON)


def test_whoever_left_is_a_number_in_the_end_and_cannot_come_back_as_it(
    everything: None, runner: FlaskCliRunner
) -> None:
    with transaction():
        left, boss = db.session.scalars(select(User)).one(), make_user("administrator", email="b@anyborough.example")
        end_access(left, now=NOON, by=boss.id)
    assert "staff_accounts" not in goes_at(400)
    assert goes_at(401)["staff_accounts"] == 1
    db.session.rollback()
    assert not [place for place, text in every_cell() if "reader@anyborough.example" in text]
    assert db.session.scalars(select(SavedView)).all() == []
    assert (names_of_users([left.id]), boss.email) == ({left.id: f"User {left.id}"}, "b@anyborough.example")
    with pytest.raises(Refused, match="as somebody new"):
        give_back_access(left, now=NOON, by=boss.id)
    assert "staff_accounts" not in goes_at(402)


def test_nobody_is_found_once_what_tells_them_apart_is_gone(everything: None, runner: FlaskCliRunner) -> None:
    dict(purge(NOON + timedelta(days=3_000), "test"))
    db.session.rollback()
    contact = db.session.scalars(select(Contact).order_by(Contact.id)).first()
    assert contact is not None
    assert (contact.customer_ref, contact.case_ref, contact.adviser_ref) == (None, None, None)
    assert runner.invoke(args=["privacy", "export", REF]).exit_code == 1
    assert EMAIL
