"""The council's own public pages, and its colours."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort

from survey_app.organisation.channels import use_names
from survey_app.organisation.contrast import lightened
from survey_app.organisation.page_text import PageKind
from survey_app.organisation.presenters import council_view, page_view, resident_page
from survey_app.organisation.queries import logo_by_hash, own_channel_names
from survey_app.web.access import public

organisation = Blueprint("organisation", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(organisation)
    use_names(own_channel_names)


@organisation.get("/brand.css")
@public
def brand() -> Response:
    """The council's colours, as the custom properties that our style sheets use; each also as read in the dark."""
    council = council_view()
    colours = {"brand": council.brand_colour, "link": council.link_colour}
    colours |= {f"{name}-in-the-dark": lightened(colour) for name, colour in colours.items()}
    css = f":root{{{';'.join(f'--{name}:{colour}' for name, colour in colours.items())}}}\n"
    return Response(css, mimetype="text/css", headers={"Cache-Control": "public, max-age=300"})


@organisation.get("/logo/<digest>")
@public
def logo(digest: str) -> Response:
    """The council's logo. A browser shows it as the picture that we found it to be, and as nothing else."""
    found = logo_by_hash(digest)
    if found is None:
        abort(404)
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(found.content, mimetype=found.media_type, headers=headers)


@organisation.get(f"/<any({', '.join(PageKind)}):kind>")
@public
def page(kind: str) -> str:
    """A page that the council words itself."""
    return resident_page("organisation/page.html", page=page_view(PageKind(kind)))
