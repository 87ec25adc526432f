"""What is off, and why: told from the facts alone, and switched by what the page names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from survey_app.admin.features.presenters import FEATURES, features
from survey_app.admin.home.queries import Standing, standing
from survey_app.api.webhooks.events import EVENTS
from survey_app.api.webhooks.operations import WebhookFacts, add_webhook, stop_webhook
from survey_app.audit.models import AuditCheck
from survey_app.contacts.models import AskingRules
from survey_app.contacts.queries import asking_rules
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.settings import SETTINGS, SingleSignOn
from survey_app.web.features import Feature
from tests.factories import NOON, make_council

SIGN_IN = SingleSignOn("https://login.example", "survey", "hunter2")
# What switches each on, where nothing else is: settings of the environment, counts of rows, rules of asking.
SWITCHES: Mapping[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "E-mail": ({"mail_url": "smtps://mail:hunter2@example.org"}, {}, {}),
    "Text messages": ({"notify_api_key": "hunter2"}, {}, {"notify_text_template": "a", "texts_are_on": True}),
    "Letters and cards": ({}, {}, {"letters_are_on": True}),
    "Single sign-on": ({"single_sign_on": SIGN_IN}, {}, {}),
    "Many machines": ({"redis_url": "redis://:hunter2@127.0.0.1:1/0"}, {}, {}),
    "A host of its own for documents": ({"uploads_url": "https://files.example.org"}, {}, {}),
    "Folder for contacts": ({"contacts_folder": Path("/srv/in")}, {}, {}),
    "Weights of your own for comments": ({"sentiment_weights": Path("/srv/weights.json")}, {}, {}),
    "Encrypted connections": ({"base_url": "https://survey.example.org"}, {}, {}),
    "Second step at sign-in": ({}, {"people": 2, "people_with_second_step": 2}, {}),
    "API for other systems": ({}, {"keys": 1}, {}),
    "Audit is checked": ({}, {"audit_checks": 1}, {}),
    "Feeds are watched": ({}, {"watched_feeds": 1}, {}),
    "Asking": ({}, {}, {"is_paused": False}),
    "Reminders": ({}, {}, {"reminder_after_days": 5}),
    "Languages of your own": ({}, {"languages": 1}, {}),
    "Questions about the person": ({}, {"equality_questions": 1}, {}),
    "Alerts": ({}, {"alert_kinds": 1}, {}),
    "Kiosks": ({}, {"kiosks": 1}, {}),
}
OFF = {"is_paused": True, "reminder_after_days": 0, "texts_are_on": False, "letters_are_on": False}
NOTHING = Standing(**{each.name: 0 for each in fields(Standing)})


@pytest.fixture
def rules(app: Flask) -> AskingRules:
    make_council()
    rules = asking_rules()
    for name, value in OFF.items():
        setattr(rules, name, value)
    return rules


def one(name: str, counts: Standing, rules: AskingRules) -> Feature:
    return next(each for each in features(counts, rules) if each.name == name)


def now(at: datetime = NOON) -> Standing:
    return standing(at, london_day(at))


def test_everything_that_is_declared_is_tried_here() -> None:
    assert [each.name for each in FEATURES] == list(SWITCHES)


@pytest.mark.parametrize("name", SWITCHES)
def test_each_is_on_just_when_the_facts_say_so_and_says_why(app: Flask, rules: AskingRules, name: str) -> None:
    off = one(name, NOTHING, rules)
    assert not off.is_on
    environment, counts, settled = SWITCHES[name]
    app.extensions["settings"] = replace(app.extensions["settings"], **environment)
    for rule, value in settled.items():
        setattr(rules, rule, value)
    on = one(name, replace(NOTHING, **counts), rules)
    assert on.is_on
    assert on.why != off.why
    assert [each.name for each in features(replace(NOTHING, **counts), rules) if each.is_on] == [name]
    assert "hunter2" not in repr(features(NOTHING, rules))


def test_where_it_is_switched_is_a_setting_or_a_page_that_exists(app: Flask, rules: AskingRules) -> None:
    known = {setting.name for setting in SETTINGS}
    for each in features(NOTHING, rules):
        assert (each.setting is None) != (each.page is None), each.name
        assert each.setting in known if each.setting else each.page in app.view_functions


def test_text_messages_name_the_key_first_and_then_the_page(app: Flask, rules: AskingRules) -> None:
    lacking = one("Text messages", NOTHING, rules)
    assert (lacking.setting, lacking.page) == ("NOTIFY_API_KEY", None)
    assert lacking.why.startswith("Missing: the key of GOV.UK Notify, the name of a template")
    app.extensions["settings"] = replace(app.extensions["settings"], notify_api_key="key")
    lacking = one("Text messages", NOTHING, rules)
    assert (lacking.setting, lacking.page) == (None, "sending.rules")
    assert "key of GOV.UK" not in lacking.why


def test_what_is_off_comes_first(rules: AskingRules) -> None:
    rules.is_paused = False
    found = [each.is_on for each in features(NOTHING, rules)]
    assert found == sorted(found)
    assert found[-1]


def test_webhooks_are_on_while_somebody_is_told(rules: AskingRules) -> None:
    assert not one("Webhooks", now(), rules).is_on
    webhook = add_webhook(WebhookFacts("Case system", "https://93.184.216.34/in", tuple(EVENTS)), now=NOON)
    assert one("Webhooks", now(), rules).is_on
    stop_webhook(webhook, now=NOON, by=None)
    assert not one("Webhooks", now(), rules).is_on


def test_the_audit_is_checked_only_by_a_walk_that_ended_lately(rules: AskingRules) -> None:
    db.session.add(AuditCheck(begun_at=NOON, seal="0" * 64))
    db.session.flush()
    assert not one("Audit is checked", now(), rules).is_on, "begun is not done"
    db.session.add(AuditCheck(begun_at=NOON, finished_at=NOON, seal="0" * 64))
    db.session.flush()
    assert one("Audit is checked", now(NOON + timedelta(days=1)), rules).is_on
    assert not one("Audit is checked", now(NOON + timedelta(days=3)), rules).is_on
