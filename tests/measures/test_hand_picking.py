"""The test for hand-picking, from the import and the draw on: what it finds, what it leaves alone, whom it names."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from flask import Flask

from survey_app.contacts.models import AskingRules, DrawSeed
from survey_app.contacts.operations import import_contacts
from survey_app.extensions import db, transaction
from survey_app.invitations.operations import draw_invitations
from survey_app.measures.hand_picking import Facts, HandPicking, Question, hand_picking
from survey_app.measures.queries.hand_picking import were_hand_picked
from survey_app.measures.queries.standing import service_tree
from survey_app.organisation.scope import Scope
from survey_app.surveys.operations import publish_default_survey
from tests.factories import NOON, make_contacts, make_council, make_service

DAY = date(2026, 3, 10)


def facts(adviser: str, contacts: int, drawn: int, *, marked: int = 0, fraction: float | None = 0.3) -> Facts:
    return Facts(adviser, "", 9, fraction, contacts, drawn, marked, 0)


def found(scope: Scope | None = None) -> HandPicking:
    return were_hand_picked(DAY, DAY, scope=scope or Scope(), services=service_tree())


def test_a_fair_draw_is_clear_and_a_choice_by_outcome_is_not() -> None:
    fair = hand_picking([facts(f"a{n}", 100, 30 + n % 3) for n in range(8)])
    assert fair.is_clear
    assert (fair.advisers, fair.drawn_from, fair.verdict) == (8, 800, "No sign of it.")
    picked = hand_picking([Facts("", "easy", 9, 0.3, 200, 110, 0, 0), Facts("", "hard", 9, 0.3, 200, 10, 0, 0)])
    assert [test.question for test in picked.uneven] == [Question.OUTCOME]
    assert "between outcomes" in picked.words
    assert "ask, before anything is concluded" in picked.words


def test_where_everybody_is_asked_there_is_nothing_to_test() -> None:
    everybody = hand_picking([facts("a", 100, 100, fraction=1.0), facts("b", 100, 100, fraction=1.0)])
    assert (everybody.is_clear, everybody.verdict) == (False, "It cannot be tested here.")
    assert not hand_picking([]).is_clear


def test_tests_that_are_made_together_are_adjusted_together() -> None:
    tested = hand_picking([facts("a", 400, 145), facts("b", 400, 120)]).tests
    adviser = next(test for test in tested if test.question is Question.ADVISER)
    assert adviser.adjusted_p >= adviser.found.p_value


@pytest.fixture
def asking(app: Flask) -> None:
    with transaction():
        make_council()
        publish_default_survey(NOON - timedelta(days=30))
        make_service("waste")
        db.session.add(AskingRules(sampling_fraction=0.4, rare_below=0, too_old_days=30))
        # one draw for all runs: of honest ones, too, the tests find something in one of twenty
        db.session.add(DrawSeed(first_on=date(2025, 4, 1), seed="5e" * 32, made_at=NOON))


def import_and_draw(path: Path, *, marks_hard_cases: str | None) -> None:
    chance = Random(3)
    lines = ["reference,occurred_at,channel,service,adviser_ref,outcome,email,do_not_survey"]
    for n in range(1600):
        adviser = f"adviser{n % 16}"
        outcome = "settled" if chance.random() < 0.6 else "not settled"
        keeps_back = "yes" if adviser == marks_hard_cases and outcome == "not settled" else "no"
        at = f"2026-03-10T{chance.randrange(9, 17):02}:10"
        lines.append(f"R-{n},{at},phone,waste,{adviser},{outcome},p{n}@example.org,{keeps_back}")
    path.write_text("\n".join(lines))
    assert import_contacts(path, now=NOON + timedelta(hours=9)).accepted == 1600
    while draw_invitations(NOON + timedelta(days=1), "test"):
        pass


@pytest.mark.usefixtures("asking")
def test_the_real_draw_is_clear(tmp_path: Path) -> None:
    import_and_draw(tmp_path / "contacts.csv", marks_hard_cases=None)
    assert found().is_clear
    assert (found().advisers, found().drawn_from) == (16, 1600)


@pytest.mark.usefixtures("asking")
def test_one_adviser_who_keeps_the_hard_cases_back_is_found_and_not_named(tmp_path: Path) -> None:
    import_and_draw(tmp_path / "contacts.csv", marks_hard_cases="adviser7")
    result = found()
    assert [test.question for test in result.uneven] == [Question.MARKED]
    assert "adviser7" not in repr(result)


def test_a_team_that_asked_only_its_easy_cases_is_found(app: Flask) -> None:
    service = make_service()
    for adviser in range(6):
        picks = adviser == 2
        for outcome, asked in (("settled", 40 if picks else 20), ("not settled", 0 if picks else 20)):
            about = {"adviser_ref": f"a{adviser}", "outcome": outcome, "draw_fraction": 0.4}
            make_contacts(service, DAY, asked, draw_outcome="asked", **about)
            make_contacts(service, DAY, 50 - asked, draw_outcome="not_sampled", **about)
    by_team = were_hand_picked(DAY, DAY, services=service_tree())
    assert [test.question for test in by_team.uneven] == [Question.OUTCOME]
    assert found(Scope(frozenset())).drawn_from == 0
    assert found(Scope(frozenset({service.id}))).drawn_from == 600
