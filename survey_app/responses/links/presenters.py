"""Pages below /o/, the words of posters, and the line of HTML by which another web site frames a survey."""

from __future__ import annotations

from markupsafe import Markup

from survey_app.invitations.codes import grouped
from survey_app.organisation.models import Council
from survey_app.organisation.presenters import without_scheme
from survey_app.responses.links.posters import Poster
from survey_app.responses.links.queries import ON_OWN_DEVICE, link_by_code
from survey_app.responses.models import LinkKind, OpenLink
from survey_app.web.headers import allow_framing

NO_BREAK = "\N{NO-BREAK SPACE}"  # between the halves of a code
TITLES = {True: "How did we do today?", False: "How did we do?"}


def link_of_page(code: str) -> OpenLink | None:
    """The link that a page below /o/<code> is of. Where another web site may frame the link, it may frame the page."""
    link = link_by_code(code, *ON_OWN_DEVICE)
    if link is not None and link.framed_by:
        allow_framing(link.framed_by)
    return link


def link_address(link: OpenLink, base_url: str) -> str:
    """What a poster's picture opens, a frame holds, or a kiosk shows."""
    return f"{base_url}/{'k' if link.kind is LinkKind.KIOSK else 'o'}/{link.code}"


def poster_of(link: OpenLink, council: Council, base_url: str) -> Poster:
    """The words of its poster. Where a site is named, who reads it was served there today."""
    address = link_address(link, base_url)
    where = f"{link.service.name}, {link.site.name}" if link.site else link.service.name
    return Poster(
        council=council.name,
        colour=council.brand_colour,
        title=TITLES[link.site is not None],
        about=where,
        scan="Point the camera of your phone here",
        address=address,
        place=without_scheme(address),
        instead=f"Or go to {without_scheme(base_url)}/s and enter {grouped(link.code).replace(' ', NO_BREAK)}",
        promises=(
            "It takes about a minute.",
            "Taking part is your choice, and we do not ask who you are.",
            _about_complaints(council),
        ),
        privacy=f"How we use your answers: {without_scheme(base_url)}/privacy",
    )


def frame_html(link: OpenLink, council: Council, base_url: str) -> str:
    """The line to copy into a page of the web site that may frame it. It needs no script.

    The frame is sandboxed: what is in it may send its form, open a page of ours in a usual window of its own, and lead
    the page around it elsewhere when somebody presses "Exit this page". It runs no script and starts no download. It
    keeps its own origin, without which it could not send its form.
    """
    line = Markup(
        '<iframe src="{}" title="{}" width="100%" height="900" loading="lazy" '
        'sandbox="allow-forms allow-same-origin allow-popups '
        'allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"></iframe>'
    ).format(link_address(link, base_url), f"Survey of {council.name}: {link.service.name}")
    return str(line)  # to be read and copied, not to be shown as a frame


def _about_complaints(council: Council) -> str:
    ways = [f"call {council.complaint_phone}"] if council.complaint_phone else []
    if council.complaint_url:
        ways.append(f"go to {without_scheme(council.complaint_url)}")
    return f"What you say here is no complaint. To make one, {' or '.join(ways) or 'ask our staff'}."
