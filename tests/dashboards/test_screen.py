"""The big screen: the overview for a wall, of a choice or a view, and no words of residents unless asked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from survey_app.accounts.models import User
from survey_app.comments.alerts.operations import raise_alerts
from survey_app.comments.models import Comment
from survey_app.dashboards.saved.operations import save_view, share_view
from survey_app.dashboards.saved.pages import read_asking
from survey_app.extensions import db
from tests.dashboards.conftest import Cast, SignIn
from tests.factories import NOON
from tests.test_templates import Inside

SCREEN = "/dashboards/screen"


def keep(page: str, *, is_shared: bool = False) -> str:
    lead = db.session.scalars(select(User.id).where(User.email.startswith("lead@"))).one()
    reference = save_view("For the wall", read_asking(page), is_shared=is_shared, now=NOON, by=lead).reference
    db.session.commit()
    return reference


def words_of(html: str) -> str:
    return " ".join(Inside(html).text.split())


def test_a_screen_says_what_the_overview_says(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    overview, screen = (lead.get(f"{path}?period=2024/25").text for path in ("/dashboards/", SCREEN))
    headline = next(line for line in overview.splitlines() if line.startswith("<h1"))
    assert headline[headline.index("<b>") :] in screen  # in letters of another size
    assert "Data cut" in screen and "Counted anew every 5 minutes" in words_of(screen)
    assert "1 April 2024" in words_of(screen) or "1 Apr 2024" in words_of(screen)


def test_no_words_of_residents_stand_on_a_wall_unless_chosen_by_who_may_read_them(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    assert "100% happy" not in lead.get(f"{SCREEN}?period=2024/25").text
    shown = lead.get(f"{SCREEN}?period=2024/25&comments=yes").text
    assert "100% happy" in shown and "secret raw words" not in shown
    admin = sign_in("admin").get(f"{SCREEN}?period=2024/25&comments=yes").text
    assert "100% happy" not in admin and "Show comments" not in admin


def test_words_that_raised_an_alarm_stand_on_no_wall(cast: Cast, sign_in: SignIn) -> None:
    kind = db.session.scalars(select(Comment).where(Comment.redacted_text.contains("100% happy"))).one()
    assert raise_alerts([(kind.answer_text, "I want to die.")], datetime(2024, 11, 11, tzinfo=UTC)) == 1
    db.session.commit()
    lead = sign_in("lead")
    for page in (f"{SCREEN}?period=2024/25&comments=yes", "/dashboards/?period=2024/25"):
        assert "100% happy" not in lead.get(page).text


def test_refreshing_can_be_paused_and_needs_no_script(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    moving = lead.get(f"{SCREEN}?period=2024/25").text
    assert '<noscript><meta http-equiv="refresh" content="300"></noscript>' in moving and "js/screen.js" in moving
    (pause,) = (a["href"] for a in Inside(moving).all("a") if "refresh=off" in (a["href"] or ""))
    still = lead.get(pause).text
    assert "http-equiv" not in still and "screen.js" not in still and "data-every" not in still
    assert "Refreshing is paused" in words_of(still) and "period=2024%2F25" in pause


def test_a_screen_shows_a_view_of_the_overview(cast: Cast, sign_in: SignIn) -> None:
    reference = keep("/dashboards/services/housing?period=2024/25")
    page = sign_in("lead").get(f"{SCREEN}?view={reference}")
    assert "Housing options: " in words_of(page.text) and "For the wall" in page.text
    assert f"view={reference}" in page.text  # the way to pause keeps it
    other = sign_in("lead").get(f"{SCREEN}?view={keep('/dashboards/control')}")
    assert other.status_code == 400 and "is a view of another page" in other.text


def test_a_view_out_of_sight_looks_missing_on_the_wall_too(cast: Cast, sign_in: SignIn) -> None:
    of_waste = keep("/dashboards/services/waste?period=2024/25")
    manager = sign_in("manager")  # of housing
    assert manager.get(f"{SCREEN}?view={of_waste}").status_code == 404
    share_view(
        of_waste,
        is_shared=True,
        now=NOON,
        by=db.session.scalars(select(User.id).where(User.email.startswith("lead@"))).one(),
    )
    db.session.commit()
    answers = [
        sign_in("manager").get(f"{SCREEN}?{chosen}").status_code
        for chosen in (f"view={of_waste}", "view=none", "service=waste", "service=none")
    ]
    assert answers == [404] * 4


def test_the_overview_leads_to_its_screen_with_the_same_choice(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    for page in ("/dashboards/?period=2024/25&service=housing", "/dashboards/services/housing?period=2024/25"):
        (link,) = (a["href"] for a in Inside(lead.get(page).text).all("a") if SCREEN in (a["href"] or ""))
        assert link == f"{SCREEN}?period=2024%2F25&service=housing"
    assert SCREEN not in lead.get("/dashboards/control").text


@pytest.mark.parametrize("arguments", ["?period=odd", "?channel=pigeon"])
def test_what_cannot_be_read_is_said(cast: Cast, sign_in: SignIn, arguments: str) -> None:
    assert sign_in("lead").get(SCREEN + arguments).status_code == 400


def test_before_the_first_answer_a_screen_says_what_comes_first(sign_in: SignIn) -> None:
    assert "No answers yet." in words_of(sign_in("lead").get(SCREEN).text)
