"""Frames, components and messages, rendered without an application: hostile words stay words, nothing is inline."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace as Row
from typing import Any

import css_inline
import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from survey_app.charts import Axis, CellBar, IntervalBar, Link, Point, TargetBar, table, view
from tests.charts.cast import SERVICES, TARGET, YEAR

ROOT = Path(__file__).parent.parent
HOSTILE = '"><script>alert(\'1\')</script><b style="x">'
OPTIONS = [("5", "Very satisfied"), ("1", HOSTILE), ("dont_know", "I do not know")]


def is_html(name: str | None) -> bool:
    return name is None or name.endswith(".html")


@pytest.fixture(scope="module")
def pages() -> Environment:
    made = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=is_html,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    made.globals["url_for"] = lambda endpoint, filename: f"/{endpoint}/{filename}"
    made.globals["csrf_token"] = lambda: "token"
    made.globals["is_framed"] = lambda: False
    made.globals["page_links"] = list
    made.globals["watermark"] = lambda: None
    made.globals["chart_files"] = lambda view: [
        ("Data", "CSV", f"?chart={view.key}&as=csv"),
        ("Picture", "SVG", "?as=svg"),
    ]
    return made


class Inside(HTMLParser):
    """What a browser would find: tags with their attributes, texts, and scripts that would run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [
            attrs for name, attrs in self.tags if name == tag and all(attrs.get(key) == wanted[key] for key in wanted)
        ]

    def inline(self) -> list[str]:
        """Whatever the content security policy would refuse."""
        found = [tag for tag, attrs in self.tags if "style" in attrs or any(name.startswith("on") for name in attrs)]
        found += [tag for tag, _ in self.tags if tag == "style"]
        found += [
            tag for tag, attrs in self.tags if tag == "script" and not attrs.get("src") and attrs.get("type") is None
        ]
        return found


def component(pages: Environment, library: str, call: str, **values: Any) -> Inside:
    name = call.split("(", maxsplit=1)[0]
    source = f'{{% from "components/{library}.html" import {name} %}}{{{{ {call} }}}}'
    return Inside(pages.from_string(source).render(**values))


RESIDENT = {
    "lang": "en",
    "dir": "ltr",
    "council": Row(name=HOSTILE, logo_url=None),
    "languages": [Row(name="اردو", url="/ur", lang="ur", dir="rtl", is_current=False)],
    "footer_links": [Row(label="Stop asking me", url="/u/1")],
    "has_errors": False,
}
STAFF = {
    "council": Row(name=HOSTILE, logo_url="/logo"),
    "product_name": None,
    "menu": [Row(label="Overview", url="/dashboards/", is_current=True)],
    "user": Row(label=HOSTILE, url="/accounts/", sign_out_url="/accounts/sign-out"),
    "footer_note": "Figures are unweighted.",
    "footer_links": [Row(label="Privacy", url="/privacy")],
    "page_words": "2025/26",
    "second_step_due_at": None,
    "page_address": HOSTILE,
    "has_errors": False,
}
REFUSAL = {
    "title": "Page not found",
    "sentences": [HOSTILE],
    "way_forward": Link("Start again", "/s"),
    "reference": "E-4471",
    "typed": [HOSTILE],
    "send_again": [("why", HOSTILE), (HOSTILE, "5")],
}


@pytest.mark.parametrize(("audience", "base"), [("resident", RESIDENT), ("staff", STAFF)])
def test_a_refusal_has_the_look_of_its_reader(pages: Environment, audience: str, base: dict[str, Any]) -> None:
    html = pages.get_template("errors/error.html").render(audience=audience, **base, **REFUSAL)
    page = Inside(html)
    assert "<title>Page not found" in html
    assert page.all("a", href="/s") and "E-4471" in page.text
    assert [style["href"] for style in page.all("link", rel="stylesheet")][-2:] == [
        f"/static/css/{audience}.css",
        "/brand.css",
    ]
    assert not page.all("script") and not page.inline()


def test_the_resident_s_page_names_language_and_direction_and_can_be_skipped_through(pages: Environment) -> None:
    values = RESIDENT | {"lang": "ur", "dir": "rtl", "has_errors": True}
    html = pages.get_template("errors/error.html").render(audience="resident", **values, **REFUSAL)
    page = Inside(html)
    assert page.all("html", lang="ur", dir="rtl")
    assert page.all("a", href="#main") and page.all("main", id="main")
    assert page.all("li", lang="ur", dir="rtl")
    assert "<title>Error: Page not found" in html


def test_staff_see_where_they_are(pages: Environment) -> None:
    page = Inside(pages.get_template("errors/error.html").render(audience="staff", **STAFF, **REFUSAL))
    assert page.all("a", href="/dashboards/")[0]["aria-current"] == "page"


def test_radios_are_a_named_group_with_hint_and_error_tied_to_it(pages: Environment) -> None:
    call = 'radios("overall", "How satisfied?", options, hint="You can change it", error="Select one", as_h1=True)'
    page = component(pages, "resident", call, options=OPTIONS)
    assert page.all("fieldset", **{"aria-describedby": "overall-hint overall-error"})
    assert page.all("p", id="overall-hint") and page.all("p", id="overall-error")
    assert page.all("h1")
    assert [radio["id"] for radio in page.all("input", type="radio", name="overall")] == [
        "overall", "overall-2", "overall-3",
    ]  # fmt: skip
    assert [label["for"] for label in page.all("label")] == ["overall", "overall-2", "overall-3"]


def test_nothing_is_chosen_beforehand_unless_it_was_chosen(pages: Environment) -> None:
    fresh = component(pages, "resident", 'radios("overall", "?", options)', options=OPTIONS)
    chosen = component(pages, "resident", 'radios("overall", "?", options, value="5")', options=OPTIONS)
    assert not [radio for radio in fresh.all("input") if "checked" in radio]
    assert [radio["value"] for radio in chosen.all("input") if "checked" in radio] == ["5"]


def test_or_stands_before_the_answer_that_is_no_point_of_the_scale(pages: Environment) -> None:
    page = component(pages, "resident", 'radios("q", "?", options, apart="dont_know")', options=OPTIONS)
    assert re.search(r"or\s+I do not know", page.text)
    assert len(page.all("p", **{"class": "or"})) == 1


def test_a_field_without_hint_and_error_describes_nothing(pages: Environment) -> None:
    for call in ('radios("q", "?", options)', 'textarea("q", "?")', 'text_input("q", "?")'):
        page = component(pages, "resident", call, options=OPTIONS)
        assert not [attrs for _, attrs in page.tags if "aria-describedby" in attrs]


def test_typed_words_come_back_exactly(pages: Environment) -> None:
    page = component(pages, "resident", 'textarea("why", "Why?", value=typed)', typed=f"\n{HOSTILE}")
    assert f"\n\n{HOSTILE}" in page.text  # browsers drop the first line break of a textarea


def test_the_error_summary_takes_focus_and_leads_to_the_field(pages: Environment) -> None:
    page = component(pages, "resident", "error_summary(errors)", errors=[("overall", "Select one")])
    assert "autofocus" in page.all("div", role="alert")[0]
    assert page.all("a", href="#overall")
    assert not component(pages, "resident", "error_summary(errors)", errors=[]).tags


RESIDENT_CALLS = [
    'radios("q", hostile, options, value=hostile, hint=hostile, error=hostile, optional=True, apart="1")',
    'checkboxes("q", hostile, options, values=["5"], hint=hostile, error=hostile)',
    'textarea("q", hostile, value=hostile, hint=hostile, error=hostile, kept=hostile, maxlength=500)',
    'text_input("q", hostile, value=hostile, hint=hostile, error=hostile, kind="code", inputmode="text")',
    'error_summary([("q", hostile)])',
    'button(hostile, second=True, name="do", value=hostile)',
    "link_button(hostile, hostile)",
    "notification(hostile)",
    "panel(hostile)",
]
STAFF_CALLS = [
    'tag("improvement", hostile)',
    "target_bar(bar)",
    "interval_bar(interval)",
    "scale([hostile])",
    "cell_bar(cell, concern=True)",
    'figure_card(hostile, [hostile], bar=bar, verdict=("common", hostile), facts=[(hostile, hostile)], passport=link)',
    "data_table(table, with_caption=True)",
    "attention(hostile, hostile, hostile, hostile, action=True)",
    "breadcrumbs([link, link])",
    "filter_select('service', hostile, options, value='5')",
    "empty_state(hostile, hostile, hostile, [link], side=hostile)",
    "pagination(hostile, previous=hostile, next=hostile)",
]
STAFF_VALUES = {
    "bar": TargetBar(0.99, TARGET, 0.97),
    "interval": IntervalBar(Point(label="x", value=0.9, base=20, low=0.8, high=0.95, previous=0.9), Axis(), TARGET),
    "cell": CellBar(0.2),
    "link": Row(label=HOSTILE, url=HOSTILE),
    "table": table(SERVICES),
}


@pytest.mark.parametrize(
    ("library", "call"), [("resident", each) for each in RESIDENT_CALLS] + [("staff", each) for each in STAFF_CALLS]
)
def test_hostile_words_stay_words_and_nothing_is_inline(pages: Environment, library: str, call: str) -> None:
    page = component(pages, library, call, hostile=HOSTILE, options=OPTIONS, **STAFF_VALUES)
    assert page.tags
    assert not page.all("script") and not page.all("b", style="x")
    assert not page.inline()


def test_components_with_a_body_hold_it(pages: Environment) -> None:
    source = (
        '{% from "components/resident.html" import inset, panel %}{% from "components/staff.html" import filter_bar %}'
        "{% call inset() %}<p>in</p>{% endcall %}{% call panel('Thank you') %}<p>ref</p>{% endcall %}"
        "{% call filter_bar('/here', 'all', 'today', [link]) %}<i>x</i>{% endcall %}"
    )
    page = Inside(pages.from_string(source).render(link=Link("Print", "/print")))
    assert page.all("form", method="get", action="/here") and page.all("i")
    assert len(page.all("p")) == 3
    assert not page.inline()


def test_a_tag_has_shape_and_word(pages: Environment) -> None:
    for kind in ("improvement", "concern", "neutral", "common", "positive", "negative", "mixed"):
        page = component(pages, "staff", f'tag("{kind}", "No effect shown")')
        assert page.all("path") or page.all("circle")
        assert "No effect shown" in page.text


def test_a_table_has_caption_headers_and_row_names(pages: Environment) -> None:
    page = component(pages, "staff", "data_table(table)", table=table(SERVICES))
    assert page.all("caption") and page.all("a", href="/services/planning")
    assert len(page.all("th", scope="row")) == len(SERVICES.points)
    assert len(page.all("th", scope="col")) == len(table(SERVICES).columns)


def test_a_chart_has_picture_data_and_an_open_table(pages: Environment) -> None:
    call = "chart(view)"
    page = component(pages, "chart", call, view=view(YEAR, (Link("Show 0 to 100%", "?axis=full"),)))
    assert page.all("figure", id="by-month")[0].keys() >= {"data-chart"}
    assert len(page.all("svg", role="img")) == 2
    figure = json.loads(page.all("div", **{"class": "canvas"})[0]["data-figure"])
    assert figure.keys() == {"data", "layout", "narrow"} and not page.all("script")
    assert page.all("details", open=None) or "open" in page.all("details")[0]
    assert "Axis zoomed: 85% to 100%." in page.text and page.all("a", href="?axis=full")
    assert page.all("a", href="?chart=by-month&as=csv")
    assert page.all("button", **{"data-png": None})[0].keys() >= {"hidden"}, "until there is a script for it"


MESSAGE = {
    "lang": "en",
    "dir": "ltr",
    "subject": "How did we do? Your call about housing",
    "brand_colour": "#1d3557",
    "council_name": "Anyborough Council",
    "postal_address": "Town Hall, Anyborough AB1 2CD",
    "contact_sentence": "You called us on 10 March 2026 about <housing> & more.",
    "length_sentence": "There are 3 short pages and it takes about a minute.",
    "question": "Overall, how satisfied were you?",
    "own": None,
    "question_in": Row(lang="en", dir="ltr"),
    "options": [(label, f"https://anyborough.example/s/t?answer={value}&x=1") for value, label in OPTIONS],
    "survey_url": "https://anyborough.example/s",
    "code_url": "https://anyborough.example/s",
    "survey_code": "H7KQ4 M3DRT",
    "languages": [Row(label="Po polsku", url="https://anyborough.example/s/t?lang=pl", lang="pl", dir="ltr")],
    "why_me": "You were picked at random.",
    "stop_url": "https://anyborough.example/u/t",
    "asked_url": "https://anyborough.example/asked/t",
    "privacy_url": "https://anyborough.example/privacy",
    "complaint_url": "https://anyborough.example/complain",
    "complaint_phone": "01632 960100",
    "open_until": "25 March 2026",
}
MESSAGES = ["invitation", "reminder"]


def letter(pages: Environment, name: str) -> str:
    """The rich letter in its frame."""
    edition = Markup(pages.get_template(f"messages/{name}.html").render(**MESSAGE))
    return pages.get_template("messages/layout.html").render(**MESSAGE, editions=[edition])


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_carries_no_picture_no_script_and_nothing_to_fetch(pages: Environment, name: str) -> None:
    page = Inside(css_inline.inline(letter(pages, name)))
    assert not [tag for tag, _ in page.tags if tag in {"img", "script", "link", "iframe", "form"}]
    assert not [attrs for _, attrs in page.tags if "src" in attrs or "background" in attrs]
    assert all(attrs["role"] == "presentation" for attrs in page.all("table"))


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_and_its_plain_twin_hold_the_same_links_in_the_same_order(pages: Environment, name: str) -> None:
    html = Inside(pages.get_template(f"messages/{name}.html").render(**MESSAGE))
    plain = pages.get_template(f"messages/{name}.txt").render(**MESSAGE)
    assert [link["href"] for link in html.all("a")] == re.findall(r"https://\S+", plain)
    assert "about <housing> & more." in plain
    for words in ("H7KQ4 M3DRT", "25 March 2026", "You were picked at random.", "Overall, how satisfied were you?"):
        assert words in html.text and words in plain


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_without_a_code_still_says_where_to_go(pages: Environment, name: str) -> None:
    for ending in ("html", "txt"):
        made = pages.get_template(f"messages/{name}.{ending}").render(**MESSAGE | {"survey_code": None})
        assert "https://anyborough.example/s" in made and "None" not in made


@pytest.mark.parametrize("ending", ["html", "txt"])
def test_what_a_council_did_not_say_leaves_no_gap_in_a_message(pages: Environment, ending: str) -> None:
    template = pages.get_template(f"messages/invitation.{ending}")
    by_phone = template.render(**MESSAGE | {"complaint_url": "", "postal_address": ""})
    assert "To complain, call 01632 960100" in by_phone and "Make a complaint" not in by_phone
    assert not re.search(r'href=""|: \n|>\. ', by_phone)
    silent = template.render(**MESSAGE | {"complaint_url": "", "complaint_phone": ""})
    assert "complain" not in silent


def test_styles_of_a_message_can_be_inlined_and_the_dark_ones_stay(pages: Environment) -> None:
    made = css_inline.inline(letter(pages, "invitation"))
    assert 'class="option"' in made and "border: 2px solid #1d3557" in made
    assert "prefers-color-scheme: dark" in made


STAND_ALONE = ("messages", "pack")  # opened from a mail or a disk, not under the site's policy


def test_no_template_holds_a_style_or_a_handler() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        if path.parent.name not in STAND_ALONE:
            assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", path.read_text(encoding="utf-8")), path.name
