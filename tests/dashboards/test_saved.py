"""Views: pages kept with their filters, shared, copied, dropped, and the one that somebody begins with."""

from __future__ import annotations

import pytest
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey_app.audit.models import AuditLine
from survey_app.dashboards.models import HomeView, SavedView
from survey_app.dashboards.more import QUESTIONS
from survey_app.dashboards.saved import operations
from survey_app.extensions import db
from tests.dashboards.conftest import Cast, SignIn
from tests.statements import statements
from tests.test_templates import Inside

VIEWS = "/dashboards/saved/"
PAGE = "/dashboards/?period=2024/25"


def press(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Post a form with the token of a page."""
    g.pop("csrf_token", None)  # of whoever pressed before
    form = Inside(client.get(f"{VIEWS}new?page=/dashboards/").text)
    token = next(field["value"] for field in form.all("input") if field["name"] == "csrf_token")
    return client.post(path, data={"csrf_token": token or "", **fields})


def save(client: FlaskClient, page: str = PAGE, name: str = "This year", **fields: str) -> SavedView:
    assert press(client, VIEWS, page=page, name=name, **fields).status_code == 303
    return db.session.scalars(select(SavedView).order_by(SavedView.id.desc())).first()  # type: ignore[return-value]


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditLine.action).order_by(AuditLine.id)))


def words_of(html: str) -> str:
    return " ".join(Inside(html).text.split())


def test_every_page_with_filters_offers_to_be_kept_as_it_is_asked(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    without = set()
    for path in ("/dashboards/", "/comments/", "/comments/themes/", "/coverage", *(each.url for each in QUESTIONS)):
        html = lead.get(f"{path}?period=2024/25").text
        (link, *_) = [*(a["href"] for a in Inside(html).all("a") if f"{VIEWS}new" in (a["href"] or "")), None]
        if link is None:
            without.add(path)
            continue
        form = lead.get(link)
        assert form.status_code == 200 and "Save this view of" in words_of(form.text), path
        (page,) = (field["value"] for field in Inside(form.text).all("input") if field["name"] == "page")
        assert page == f"{path}?period=2024%2F25"
    nothing_to_choose = {"/dashboards/series", "/dashboards/wordings/", "/dashboards/planner"}
    nothing_to_choose |= {"/dashboards/my-team", "/dashboards/digests/", "/exports/"}
    assert without == nothing_to_choose | {"/coverage"}  # which has no contact to count here


def test_a_view_is_kept_opened_and_deleted_and_the_deleting_undone(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    saved = save(lead, "/comments/?period=2024/25&text=bins&page=3", " Bins  praised ")
    assert (saved.name, saved.path, saved.arguments) == ("Bins praised", "/comments/", "period=2024%2F25&text=bins")
    assert not saved.is_shared
    for page in (VIEWS, "/comments/?period=2024/25"):
        (link,) = (a["href"] for a in Inside(lead.get(page).text).all("a") if "text=bins" in (a["href"] or ""))
        assert "1 comment mentions “bins”." in words_of(lead.get(link).text)
    assert "Bins praised" not in sign_in("manager").get(VIEWS).text
    for act in ("delete", "share", "copy", "begin"):
        assert press(sign_in("manager"), f"{VIEWS}{saved.reference}/{act}").status_code == 404
    lead = sign_in("lead")
    press(lead, f"{VIEWS}{saved.reference}/delete")
    assert db.session.scalars(select(SavedView)).all() == []
    undo = Inside(lead.get(VIEWS).text)
    again = {field["name"]: field["value"] for field in undo.all("input") if field["name"] != "csrf_token"}
    press(lead, VIEWS, **{name: value or "" for name, value in again.items() if name})
    assert db.session.scalars(select(SavedView.name)).all() == ["Bins praised"]
    assert acts() == []


def test_a_shared_view_is_seen_by_colleagues_who_see_only_their_own_services(cast: Cast, sign_in: SignIn) -> None:
    whole = save(sign_in("lead"), "/comments/?period=2024/25&text=bins", "Bins <b>", shared="yes")
    of_waste = save(sign_in("lead"), "/dashboards/services/waste?period=2024/25", "Only waste", shared="yes")
    save(sign_in("lead"), "/dashboards/?service=waste", "By argument", shared="yes")
    manager = sign_in("manager")  # of housing
    text = manager.get(VIEWS).text
    assert "Bins &lt;b&gt;" in text and "Only waste" not in text and "By argument" not in text
    assert "No comment matches." in manager.get("/comments/?period=2024/25&text=bins").text
    assert press(manager, f"{VIEWS}{of_waste.reference}/copy").status_code == 404
    assert press(manager, f"{VIEWS}{of_waste.reference}/begin").status_code == 404
    assert press(manager, f"{VIEWS}{whole.reference}/delete").status_code == 404
    press(manager, f"{VIEWS}{whole.reference}/copy")
    copied = db.session.scalars(select(SavedView).order_by(SavedView.id.desc())).first()
    assert copied is not None
    assert (copied.name, copied.is_shared, copied.owner_id != whole.owner_id) == ("Bins <b>", False, True)
    assert acts() == ["view.shared"] * 3


def test_a_view_is_shared_and_shared_no_more(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    saved = save(lead)
    press(lead, f"{VIEWS}{saved.reference}/share", shared="yes")
    press(lead, f"{VIEWS}{saved.reference}/share", shared="yes")
    assert "This year" in sign_in("manager").get(VIEWS).text
    press(sign_in("manager"), f"{VIEWS}{saved.reference}/begin")
    assert sign_in("manager").get("/dashboards/").status_code == 302
    press(sign_in("lead"), f"{VIEWS}{saved.reference}/share", shared="")
    assert "This year" not in sign_in("manager").get(VIEWS).text
    assert sign_in("manager").get("/dashboards/").status_code == 200  # and begins with the overview
    assert acts() == ["view.shared", "view.shared no more"]


def test_somebody_begins_with_a_view_and_the_plain_overview_stays_one_press_away(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    saved = save(lead, "/dashboards/control?measure=satisfaction&by=quarter", begin="yes")
    answer = lead.get("/dashboards/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/dashboards/control?measure=satisfaction&by=quarter&begin=yes"
    page = lead.get(answer.headers["Location"]).text
    (plain,) = (a["href"] for a in Inside(page).all("a") if "view=plain" in (a["href"] or ""))
    assert "residents who answered were satisfied" in words_of(lead.get(plain).text)
    assert lead.get("/dashboards/?period=2024/25").status_code == 200
    assert sign_in("manager").get("/dashboards/").status_code == 200
    assert "where you begin" in sign_in("lead").get(VIEWS).text
    press(sign_in("lead"), f"{VIEWS}begin-with-overview")
    assert sign_in("lead").get("/dashboards/").status_code == 200
    press(sign_in("lead"), f"{VIEWS}{saved.reference}/begin")
    press(sign_in("lead"), f"{VIEWS}{saved.reference}/begin")
    press(sign_in("lead"), f"{VIEWS}{saved.reference}/delete")
    assert db.session.scalars(select(HomeView)).all() == []
    assert sign_in("lead").get("/dashboards/").status_code == 200


@pytest.mark.parametrize(("name", "problem"), [("  ", "Give the view a name."), ("x" * 121, "120 characters or fewer")])
def test_a_view_without_a_fit_name_is_asked_again_and_nothing_is_lost(
    cast: Cast, sign_in: SignIn, name: str, problem: str
) -> None:
    answer = press(sign_in("lead"), VIEWS, page=PAGE, name=name, shared="yes", begin="yes")
    assert answer.status_code == 422 and problem in answer.text
    fields = {field["name"]: field for field in Inside(answer.text).all("input")}
    assert fields["name"]["value"] == name and fields["page"]["value"] == "/dashboards/?period=2024%2F25"
    assert "checked" in fields["shared"] and "checked" in fields["begin"]


def test_nobody_keeps_more_than_fifty_views(cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "MOST_SAVED", 1)
    lead = sign_in("lead")
    saved = save(lead)
    assert "Delete one first." in press(lead, VIEWS, page=PAGE, name="Two").text
    press(lead, f"{VIEWS}{saved.reference}/copy")
    assert "Delete one first." in lead.get(VIEWS).text
    assert len(db.session.scalars(select(SavedView)).all()) == 1


@pytest.mark.parametrize(
    ("page", "status"),
    [
        ("https://elsewhere.example/dashboards/", 400),
        ("//elsewhere.example", 400),
        ("/admin/", 400),
        ("/accounts/profile", 400),
        ("/dashboards/saved/", 400),
        ("/dashboards/overview.csv", 400),
        ("/comments/ABCDEF", 400),
        ("/dashboards/no-such-page", 404),
        ("/dashboards/?text=" + "x" * 3000, 400),
        ("http://[", 400),
        ("", 400),
    ],
)
def test_only_pages_of_figures_and_comments_are_kept(cast: Cast, sign_in: SignIn, page: str, status: int) -> None:
    lead = sign_in("lead")
    assert press(lead, VIEWS, page=page, name="Odd").status_code == status
    assert db.session.scalars(select(SavedView)).all() == []


def test_a_page_that_somebody_may_not_open_is_neither_kept_nor_listed(cast: Cast, sign_in: SignIn) -> None:
    save(sign_in("lead"), "/comments/?text=bins", "Bins", shared="yes")
    admin = sign_in("admin")
    assert "Bins" not in admin.get(VIEWS).text
    assert press(admin, VIEWS, page="/comments/", name="Mine").status_code == 404


def test_the_list_asks_as_often_for_many_views_as_for_one(cast: Cast, sign_in: SignIn) -> None:
    def asked() -> int:
        manager = sign_in("manager")
        with statements() as sent:
            assert manager.get(VIEWS).status_code == 200
        return len(sent)

    save(sign_in("lead"), name="One", shared="yes")
    one = asked()
    for n in range(5):
        save(sign_in("lead"), name=f"More {n}", shared="yes")
    assert asked() == one
