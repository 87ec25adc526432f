"""The pages of themes: nothing is kept that nobody has tried, nothing typed is lost, and every change can be undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from sqlalchemy import func, select

from survey_app.audit.models import AuditLine
from survey_app.comments.models import Comment, CommentTheme, Theme, ThemeEdit
from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from survey_app.organisation.models import Service
from survey_app.work.models import Subject
from survey_app.work.operations import recount
from tests.comments.themes.said import make_comment
from tests.conftest import PersonsClient
from tests.factories import make_answers, make_cast, make_survey
from tests.statements import statements

LIST, NEW, BINS = "/admin/themes/", "/admin/themes/new", "/admin/themes/bins"
DAY = date(2026, 10, 1)
TOO_MANY = "\n".join("a" + chr(97 + n // 26) + chr(97 + n % 26) for n in range(501))
Write = Callable[..., list[Comment]]


@pytest.fixture
def lead(app: object, sign_in: Callable[..., PersonsClient]) -> PersonsClient:
    make_cast()
    return sign_in("cse_lead")


@pytest.fixture
def bins(lead: PersonsClient) -> Theme:
    theme = Theme(code="bins", name="Bins", keywords="bin")
    db.session.add_all([theme, Theme(code="roads", name="Roads", keywords="road")])
    db.session.commit()
    return theme


@pytest.fixture
def write(bins: Theme) -> Write:
    """write("My bin", bins) makes a comment with these themes, `times` of it."""
    survey, service = make_survey(), db.session.scalars(select(Service).where(Service.code == "waste")).one()

    def written(text: str, *themes: Theme, times: int = 1, sentiment: str = "negative") -> list[Comment]:
        responses = make_answers(survey, service, DAY, {"satisfaction": "4"}, times)
        comments = [make_comment(response, text, sentiment=sentiment) for response in responses]
        for comment in comments:
            comment.themes = [CommentTheme(theme_id=theme.id, matched=["bin"]) for theme in themes]
        recount(Subject.COMMENTS, [(DAY, service.id)])
        db.session.commit()
        return comments

    return written


def soup(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")


def words(page: str | Tag) -> str:
    return " ".join((soup(page) if isinstance(page, str) else page).get_text(" ").split())


def send(client: PersonsClient, address: str, act: str, **typed: str) -> FlaskClient:
    """Press a button of the form at an address, with what stands in it but for what is typed."""
    form = soup(client.get(address).text).select_one("main form textarea[name=keywords]")
    assert form is not None
    values = fields(client.get(address).text) | {"act": act} | typed
    return client.post(address, data=values)


def fields(page: str) -> dict[str, str]:
    form = soup(page).select_one("form:has(textarea[name=keywords])")
    assert form is not None
    inputs = {str(field["name"]): str(field.get("value", "")) for field in form.select("input:not([type=radio])")}
    areas = {str(area["name"]): area.text.strip() for area in form.select("textarea")}
    chosen = {str(radio["name"]): str(radio["value"]) for radio in form.select("input[type=radio][checked]")}
    return inputs | areas | chosen


def try_and_keep(client: PersonsClient, address: str, **typed: str) -> FlaskClient:
    tried = send(client, address, "try", **typed)
    return client.post(address, data=fields(tried.text) | {"act": "keep"})


def edits() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(ThemeEdit)) or 0


class TestWhoMay:
    @pytest.mark.parametrize("role", ["adviser", "service_manager", "administrator", "assessor"])
    def test_others_see_nothing_of_it(self, app: object, sign_in: Callable[..., PersonsClient], role: str) -> None:
        make_cast()
        db.session.add(Theme(code="bins", name="Bins", keywords="bin"))
        client = sign_in(role, *(["waste"] if role in {"adviser", "service_manager"} else []))
        for address in (LIST, NEW, BINS, f"{BINS}/history"):
            assert client.get(address).status_code == 403
        assert client.post(f"{BINS}/retire").status_code in {400, 403}

    def test_it_belongs_to_the_comments(self, lead: PersonsClient, bins: Theme) -> None:
        page = soup(lead.get(LIST).text)
        assert [a["href"] for a in page.select(".menu [aria-current]")] == ["/comments/"]
        assert page.select("main a[href='/comments/']")

    @pytest.mark.parametrize("address", ["/admin/themes/x", "/admin/themes/x/history"])
    def test_a_theme_that_there_is_not_is_not_found(self, bins: Theme, lead: PersonsClient, address: str) -> None:
        assert lead.get(address).status_code == 404
        token = fields(lead.get(BINS).text)["csrf_token"]
        assert lead.post("/admin/themes/edits/99/undo", data={"csrf_token": token}).status_code == 404


class TestList:
    def test_it_says_what_each_theme_finds_and_which_needs_attention(
        self, lead: PersonsClient, bins: Theme, write: Write
    ) -> None:
        write("My bin", bins, times=48)
        write("My bin", bins, times=16, sentiment="positive")
        assert "shows from 100 comments on" in words(lead.get(LIST).text)
        write("Hello", times=40)
        page = lead.get(LIST).text
        rows = {words(row.th): row for row in soup(page).select("main table tbody tr")}
        assert "2 need attention" in words(page)
        assert list(rows) == ["Bins Finds 62% of all comments: too wide?", "Roads Finds nothing"]
        assert [words(cell) for cell in next(iter(rows.values())).select(".number")] == ["64", "75%", "1"]
        links = {str(a["href"]) for a in next(iter(rows.values())).select("a")}
        assert links == {BINS, "/comments/?period=last-12-months&theme=bins", "/comments/themes/bins"}

    def test_a_share_of_fewer_than_ten_is_not_shown(self, lead: PersonsClient, bins: Theme, write: Write) -> None:
        write("My bin", bins, times=9)
        assert "9 too few 1" in words(soup(lead.get(LIST).text).select("main table tbody tr")[0])

    def test_without_any_theme_it_offers_the_standard_ones(self, lead: PersonsClient) -> None:
        page = lead.get(LIST).text
        assert "No theme yet" in words(page)
        assert lead.send_form("/admin/themes/standard", form_at=LIST).status_code == 303
        assert "Bins, recycling and street cleaning" in lead.get(LIST).text

    def test_standard_themes_that_are_not_here_can_be_opened_and_kept_under_their_own_code(
        self, lead: PersonsClient, bins: Theme
    ) -> None:
        page = lead.get(LIST).text
        address = next(a["href"] for a in soup(page).select("main li a") if a.text == "Council tax")
        assert fields(lead.get(str(address)).text)["name"] == "Council tax"
        tried = lead.post(NEW, data=fields(lead.get(str(address)).text) | {"act": "try"})
        assert lead.post(NEW, data=fields(tried.text) | {"act": "keep"}).status_code == 303
        assert lead.get("/admin/themes/council_tax").status_code == 200

    def test_its_statements_do_not_grow_with_its_themes(self, lead: PersonsClient, bins: Theme, write: Write) -> None:
        write("My bin", bins)
        send(lead, BINS, "keep", name="Bins and boxes")
        with statements() as few:
            lead.get(LIST)
        themes = [Theme(code=f"t{n}", name=f"Theme {n}", keywords="x") for n in range(30)]
        db.session.add_all(themes)
        db.session.flush()
        for theme in themes:
            state = {"name": theme.name, "definition": "", "keywords": "x", "is_active": True}
            db.session.add(
                ThemeEdit(theme_id=theme.id, after=state, edited_at=utc_now(), edited_by=1, done_at=utc_now())
            )
        db.session.commit()
        with statements() as many:
            lead.get(LIST)
        assert len(many) == len(few) <= 20


class TestTrying:
    def test_it_shows_what_moves_and_stores_nothing(self, lead: PersonsClient, bins: Theme, write: Write) -> None:
        write("My bin is late", bins)
        write("The caddy, the <b>caddy</b> & more")
        write("Hello")
        answer = send(lead, BINS, "try", keywords="caddy\nsack\n-tea caddy", name="Boxes")
        page = words(answer.text)
        assert answer.status_code == 200
        assert "It would find 1 of 3 comments (33.3%). Today it has 1: 1 gained, 1 lost." in page
        assert "2 stand in no comment: sack, -tea caddy" in page
        assert "The <mark>caddy</mark>, the &lt;b&gt;<mark>caddy</mark>&lt;/b&gt; &amp; more" in answer.text
        assert "My <mark>bin</mark> is late" in answer.text
        assert fields(answer.text)["name"] == "Boxes"
        assert edits() == 0 and bins.keywords == "bin"
        assert db.session.scalar(select(AuditLine.id).where(AuditLine.action.like("theme.%"))) is None

    def test_it_says_which_other_themes_the_comments_have(self, lead: PersonsClient, bins: Theme, write: Write) -> None:
        roads = db.session.scalars(select(Theme).where(Theme.code == "roads")).one()
        write("My bin on the road", bins, roads)
        page = soup(send(lead, BINS, "try", keywords="bin").text)
        overlaps = next(table for table in page.select("table") if "Other themes" in table.caption.text)  # type: ignore[union-attr]
        assert words(overlaps.tbody) == "Roads 1 100%"  # type: ignore[arg-type]
        assert "just the comments that it has today" in words(page)

    def test_what_was_removed_stands_as_a_block_and_finds_nothing(
        self, lead: PersonsClient, bins: Theme, write: Write
    ) -> None:
        write("Call me on [phone number removed] about the phone")
        page = send(lead, BINS, "try", keywords="phone").text
        assert '<span class="removed">phone number removed</span> about the <mark>phone</mark>' in page

    def test_only_comments_of_answers_that_count_are_tried(
        self, lead: PersonsClient, bins: Theme, write: Write
    ) -> None:
        (comment,) = write("My bin")
        comment.response.is_test = True
        db.session.commit()
        assert "There are no comments to try it on yet" in words(send(lead, BINS, "try").text)

    def test_its_statements_do_not_grow_with_its_comments(self, lead: PersonsClient, bins: Theme, write: Write) -> None:
        write("My caddy")
        typed = fields(lead.get(BINS).text) | {"act": "try", "keywords": "caddy"}
        lead.post(BINS, data=typed)
        with statements() as few:
            lead.post(BINS, data=typed)
        write("My caddy", times=30)
        with statements() as many:
            lead.post(BINS, data=typed)
        assert len(many) == len(few) <= 20

    def test_a_theme_that_would_find_too_much_is_said_to(self, lead: PersonsClient, bins: Theme, write: Write) -> None:
        write("The bin", times=3)
        assert "more than 25% of all comments" in words(send(lead, BINS, "try", keywords="the").text)


class TestKeeping:
    def test_keywords_that_nobody_has_tried_are_tried_first(
        self, lead: PersonsClient, bins: Theme, write: Write
    ) -> None:
        write("A caddy")
        untried = send(lead, BINS, "keep", keywords="caddy")
        assert "You had not tried these keywords yet" in words(untried.text) and edits() == 0
        kept = lead.post(BINS, data=fields(untried.text) | {"act": "keep"})
        assert kept.status_code == 303 and edits() == 1
        assert "Past comments are being sorted anew" in words(lead.get(LIST).text)

    def test_keywords_that_are_changed_after_the_trial_are_tried_again(self, lead: PersonsClient, bins: Theme) -> None:
        tried = send(lead, BINS, "try", keywords="caddy")
        lead.post(BINS, data=fields(tried.text) | {"act": "keep", "keywords": "sack"})
        assert edits() == 0

    def test_a_name_is_kept_without_a_trial(self, lead: PersonsClient, bins: Theme) -> None:
        assert send(lead, BINS, "keep", name="Bins and boxes").status_code == 303
        db.session.rollback()
        assert bins.name == "Bins and boxes"

    def test_a_new_theme_is_kept_once_it_was_tried(self, lead: PersonsClient, bins: Theme) -> None:
        assert send(lead, NEW, "keep", name="Trees", keywords="tree").status_code == 200
        assert edits() == 0
        assert try_and_keep(lead, NEW, name="Trees", keywords="tree").status_code == 303
        assert lead.get("/admin/themes/trees").status_code == 200

    def test_new_comments_only_is_kept_as_chosen(self, lead: PersonsClient, bins: Theme) -> None:
        try_and_keep(lead, BINS, keywords="caddy", reach="new")
        db.session.rollback()
        assert db.session.scalars(select(ThemeEdit.sorts_past)).one() is False

    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ({"keywords": "bin\na*"}, "Line 2: “a*” is too wide"),
            ({"keywords": "-sin bin"}, "There are exceptions only"),
            ({"keywords": ""}, "Type at least one keyword"),
            ({"name": ""}, "Give the theme a name"),
            ({"name": "x" * 121}, "Use 120 characters or fewer"),
            ({"definition": "x" * 501}, "Use 500 characters or fewer"),
            ({"keywords": TOO_MANY}, "500 keywords at most"),
            ({"reach": "some"}, "Choose one of the two"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_taken_comes_back_as_it_was_typed(
        self, lead: PersonsClient, bins: Theme, typed: dict[str, str], says: str
    ) -> None:
        answer = send(lead, BINS, "keep", **({"definition": "What people say of bins"} | typed))
        assert answer.status_code == 400 and says in words(answer.text)
        back = fields(answer.text)
        assert all(back[name] == value for name, value in typed.items() if name != "reach")
        assert edits() == 0

    def test_a_name_that_there_is_is_refused_at_its_field(self, lead: PersonsClient, bins: Theme) -> None:
        answer = try_and_keep(lead, NEW, name="roads", keywords="lane")
        assert answer.status_code == 400
        assert "There is a theme called Roads already" in words(soup(answer.text).select_one("#name-error"))  # type: ignore[arg-type]
        assert fields(answer.text)["keywords"] == "lane"

    def test_who_saves_second_sees_the_others_change_and_keeps_what_they_typed(
        self, lead: PersonsClient, bins: Theme
    ) -> None:
        first, second = (send(lead, BINS, "try", keywords=word) for word in ("caddy", "sack"))
        assert lead.post(BINS, data=fields(first.text) | {"act": "keep"}).status_code == 303
        late = lead.post(BINS, data=fields(second.text) | {"act": "keep"})
        assert late.status_code == 409
        assert "Added: caddy. Removed: bin." in words(late.text)
        assert fields(late.text)["keywords"] == "sack" and edits() == 1
        assert lead.post(BINS, data=fields(late.text) | {"act": "keep"}).status_code == 303
        assert edits() == 2

    def test_past_ones_are_not_left_alone_while_they_are_sorted(self, lead: PersonsClient, bins: Theme) -> None:
        try_and_keep(lead, BINS, keywords="caddy")
        answer = try_and_keep(lead, BINS, keywords="sack", reach="new")
        assert answer.status_code == 400 and "still being sorted" in words(answer.text)

    def test_markup_in_names_and_keywords_is_text(self, lead: PersonsClient, bins: Theme) -> None:
        name = "<script>alert(1)</script>"
        answer = try_and_keep(lead, BINS, name=name, definition=name, keywords="bin\ncan't")
        assert answer.status_code == 303
        for address in (LIST, BINS, f"{BINS}/history"):
            page = lead.get(address).text
            assert "<script>alert" not in page and "&lt;script&gt;" in page
        refused = send(lead, BINS, "try", keywords='<img src="x">')
        assert refused.status_code == 400 and "<img src" not in refused.text

    def test_null_bytes_and_invisible_characters_never_fail(self, lead: PersonsClient, bins: Theme) -> None:
        for text in ("bin\0s", "\u202ebin", "bin\u200b", "\ud83d", "🙂", "=1+1"):
            typed = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
            assert send(lead, BINS, "try", keywords=typed, name=typed).status_code in {200, 400}


class TestHistory:
    def test_it_shows_what_was_added_and_removed_by_whom_and_undoes_the_newest(
        self, lead: PersonsClient, bins: Theme
    ) -> None:
        try_and_keep(lead, BINS, keywords="caddy\nsack", name="Boxes")
        page = lead.get(f"{BINS}/history")
        shown = words(page.text)
        assert "2 keywords added, 1 keyword removed, renamed." in shown
        assert "It was called “Bins”." in shown and "Past comments are being sorted" in shown
        assert [words(each) for each in soup(page.text).select("ins, del")] == ["+ caddy", "+ sack", "− bin"]
        (undo,) = (str(form["action"]) for form in soup(page.text).select("main form[action*=undo]"))
        assert lead.send_form(undo, form_at=f"{BINS}/history").status_code == 303
        db.session.rollback()
        assert (bins.name, bins.keywords) == ("Bins", "bin")
        lead.send_form(undo, form_at=f"{BINS}/history")
        assert "Undo the newest change first" in words(lead.get(LIST).text) and edits() == 2
        assert len(soup(lead.get(f"{BINS}/history").text).select("form[action*=undo]")) == 1

    def test_a_theme_that_nobody_changed_says_so(self, lead: PersonsClient, bins: Theme) -> None:
        assert "Nobody has changed it yet" in words(lead.get(f"{BINS}/history").text)

    def test_a_retired_theme_stands_apart_and_comes_back(self, lead: PersonsClient, bins: Theme) -> None:
        assert lead.send_form(f"{BINS}/retire", form_at=BINS).status_code == 303
        page = soup(lead.get(LIST).text)
        assert "Bins" not in words(page.select_one("main table"))  # type: ignore[arg-type]
        assert "is retired" in words(lead.get(BINS).text)
        assert lead.send_form(f"{BINS}/bring-back", form_at=LIST).status_code == 303
        db.session.rollback()
        assert bins.is_active

    def test_the_standard_keywords_are_filled_in_on_asking_and_kept_on_saving_alone(
        self, lead: PersonsClient, bins: Theme
    ) -> None:
        db.session.add(Theme(code="waste", name="Waste", keywords="bin\nzebra"))
        db.session.commit()
        page = lead.get("/admin/themes/waste")
        assert "lack 1 of yours" in words(page.text)
        filled = fields(lead.get("/admin/themes/waste?standard=yes").text)["keywords"].split("\n")
        assert "zebra" not in filled and "wheelie*" in filled
        assert edits() == 0
