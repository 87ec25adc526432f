"""The public pages: you said, we did, with its feed and open data, and our standards. No cookie, and kept by caches."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, make_response, render_template, request

from survey_app.actions.models import OurStandard, YouSaidWeDid
from survey_app.actions.public import presenters, queries
from survey_app.actions.public.open_data import ANSWERS, COLUMNS, LICENCE, LICENCE_URL, changes_csv
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import NotFound
from survey_app.kernel.translatable import for_translation
from survey_app.measures.queries.standing import all_targets, service_tree
from survey_app.organisation.presenters import FooterLink, add_resident_link, council_view, resident_page
from survey_app.responses.afterwards.presenters import add_thank_you_panel
from survey_app.settings import Settings
from survey_app.web.access import public
from survey_app.web.paging import read_page

CHANGES_A_PAGE = 10
ENTRIES_OF_FEED = 50

published = Blueprint("published", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(published)
    add_thank_you_panel(app, presenters.one_thing_that_changed)
    changes, standards = queries.any_published(YouSaidWeDid), queries.any_published(OurStandard)
    add_resident_link(app, FooterLink(for_translation("You said, we did"), presenters.CHANGES), while_there_is=changes)
    add_resident_link(app, FooterLink(for_translation("Our standards"), presenters.STANDARDS), while_there_is=standards)


@published.get("/you-said-we-did")
@public
def you_said_we_did() -> Response:
    """Does it help to answer?"""
    everything = queries.published_changes()
    headings = list(dict.fromkeys(change.entry.heading for change in everything))
    about = request.args.get("about", "")
    if about and about not in headings:
        raise NotFound("Nothing is published under this heading.")
    shown = [change for change in everything if about in {"", change.entry.heading}]
    listed = read_page(
        request.args.get("page"),
        size=CHANGES_A_PAGE,
        total=len(shown),
        path=presenters.CHANGES,
        arguments={"about": about} if about else {},
    )
    page = resident_page(
        "actions/public/you_said_we_did.html",
        headline=presenters.headline_view(queries.headline_figures()),
        changes=[presenters.published_view(change) for change in shown[listed.skip : listed.skip + listed.size]],
        headings=headings,
        about=about,
        number=len(everything),
        listed=listed,
        last_on=queries.last_published_on(),
        published_on=london_day(everything[0].updated_at) if everything else None,
    )
    return _public(make_response(page))


@published.get("/you-said-we-did/feed.xml")
@public
def feed() -> Response:
    """Atom: the same id for a change in all its editions, updated when a new one comes out."""
    changes = queries.published_changes()[:ENTRIES_OF_FEED]
    council = council_view()
    text = render_template(
        "actions/public/feed.xml",
        council=council.name,
        site=_site(),
        entries=[(change, presenters.published_view(change)) for change in changes],
        updated_at=changes[0].updated_at if changes else None,
    )
    return _public(Response(text, mimetype="application/atom+xml"))


@published.get("/you-said-we-did/data.csv")
@public
def data() -> Response:
    """Every change that stands published, under the Open Government Licence."""
    response = Response(changes_csv(queries.published_changes()), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="you-said-we-did.csv"'
    response.headers["Link"] = f'<{LICENCE_URL}>; rel="license", <{_site()}/you-said-we-did/data>; rel="describedby"'
    return _public(response)


@published.get("/you-said-we-did/data")
@public
def dictionary() -> Response:
    """How we measure, and what the columns of the data mean."""
    page = resident_page(
        "actions/public/data.html",
        columns=COLUMNS.items(),
        answers=[(answer.value, answer.words, words) for answer, words in ANSWERS.items()],
        licence=LICENCE,
        licence_url=LICENCE_URL,
    )
    return _public(make_response(page))


@published.get("/our-standards")
@public
def our_standards() -> Response:
    """What do you promise, and do you keep it?"""
    targets, services = all_targets(), service_tree()
    standards = [presenters.standard_view(each, targets, services) for each in queries.published_standards()]
    return _public(make_response(resident_page("actions/public/our_standards.html", standards=standards)))


def _public(response: Response) -> Response:
    """Caches and search engines may keep it; asked again with its tag, nothing is sent twice."""
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["X-Robots-Tag"] = "all"
    response.add_etag()
    response.make_conditional(request)
    return response


def _site() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.base_url.rstrip("/")
