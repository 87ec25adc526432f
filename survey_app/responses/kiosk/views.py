"""The page of a kiosk. With scripts the device keeps each answer and hands it over; without, each is sent at once."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Flask, Response, current_app, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.kernel.clock import utc_now
from survey_app.kernel.tokens import token_digest
from survey_app.organisation.presenters import resident_page
from survey_app.responses.kiosk.operations import Outcome, take_over
from survey_app.responses.kiosk.presenters import given_so_far, kiosk_page, screens
from survey_app.responses.kiosk.queries import published_versions
from survey_app.responses.kiosk.taps import LARGEST_ID, MOST_BYTES, Tap, read_hand_over
from survey_app.responses.links.queries import link_by_code
from survey_app.responses.models import LinkKind, OpenLink
from survey_app.responses.nonce import NonceState, PageNonces
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.queries import newest_published
from survey_app.web.access import public
from survey_app.web.limits import by_address, limit_tries
from survey_app.web.problems import problem
from survey_app.web.sessions import csrf
from survey_app.web.uploads import takes_files

SENT_FROM_ONE_ADDRESS = "2000 per hour"  # by all kiosks of a building; a device that is refused tries again later
THANKS_SECONDS = 4
kiosk = Blueprint("kiosk", __name__, url_prefix="/k")


def init_app(app: Flask) -> None:
    csrf.exempt(kiosk)  # the page's signed nonce stands in for a session
    app.register_blueprint(kiosk)
    for endpoint in ("kiosk.answer", "kiosk.hand_over"):
        limit_tries(app, endpoint, SENT_FROM_ONE_ADDRESS, keys=[by_address])


@kiosk.get("/worker.js")
@public
def worker() -> Response:
    """The service worker. From here it may answer for the pages of kiosks, and for no others."""
    script = current_app.send_static_file("js/kiosk-worker.js")
    script.headers["Cache-Control"] = "no-cache"
    return script


@kiosk.get("/<code>")
@public
def page(code: str) -> ResponseReturnValue:
    """The survey's first question; the device has the others in the page too."""
    link = link_by_code(code, LinkKind.KIOSK)
    if link is None:
        return resident_page("responses/kiosk/unknown.html"), 404
    version = newest_published(link.survey)
    if version is None or link.closed_at is not None:
        # what the device still keeps from before is handed over from this page
        return kiosk_page("closed", link, nonce=_nonce(link, version, utc_now()), version=version), 410
    return _screens_page(link, version, {})


@kiosk.post("/<code>")
@public
def answer(code: str) -> ResponseReturnValue:
    """An answer to one question, without scripts: the next question, or thanks after the last."""
    link = link_by_code(code, LinkKind.KIOSK)
    if link is None:
        return resident_page("responses/kiosk/unknown.html"), 404
    here = redirect(url_for("kiosk.page", code=link.code), code=303)
    version = _version_sent(link, request.form.get("version", type=int))
    if version is None:
        return here
    now = utc_now()
    nonce = _nonces().check(request.form.get("nonce", ""), _subject(link), version.id, now=now)
    if nonce.state is NonceState.BAD or nonce.key is None or link.closed_at is not None:
        return here
    asked = screens(version, link)
    given = given_so_far(request.form, asked)
    if len(given) < len(asked):
        return _screens_page(link, version, given)
    tap = Tap(nonce.key, version.id, now, {name: value for name, value in given.items() if value})
    taken = take_over(link, [tap], device_now=now, now=now)
    if any(one.outcome is Outcome.REFUSED for one in taken):
        return here
    return redirect(url_for("kiosk.thanks", code=link.code), code=303)


@kiosk.get("/<code>/thanks")
@public
def thanks(code: str) -> ResponseReturnValue:
    """Thanks without scripts, which make way for the next visitor by themselves."""
    link = link_by_code(code, LinkKind.KIOSK)
    if link is None:
        return resident_page("responses/kiosk/unknown.html"), 404
    response = make_response(kiosk_page("thanks", link))
    response.headers["Refresh"] = f"{THANKS_SECONDS}; url={url_for('kiosk.page', code=link.code)}"
    return response


@kiosk.post("/<code>/answers")
@public
@takes_files(MOST_BYTES)
def hand_over(code: str) -> ResponseReturnValue:
    """Take over what the device kept. It may delete the answers that are named, and no others."""
    link = link_by_code(code, LinkKind.KIOSK)
    if link is None:
        return problem(404, "There is no such kiosk.")
    try:
        handed = read_hand_over(request.get_json(silent=True))
    except ValueError as error:
        return problem(400, f"This could not be read: {error}.")
    now = utc_now()
    nonce = _nonces().check(handed.nonce, _subject(link), handed.version_id, now=now)
    if nonce.state is NonceState.BAD:
        return problem(403, "Load the page of the kiosk again.")
    taken = take_over(link, handed.taps, device_now=handed.device_now, now=now)
    version = newest_published(link.survey)
    return jsonify(
        answers=[{"key": one.key, "outcome": one.outcome, "why": one.why} for one in taken],
        version=version.id if version is not None and link.closed_at is None else None,
    )


def _screens_page(link: OpenLink, version: SurveyVersion, given: dict[str, str]) -> str:
    asked = screens(version, link)
    return kiosk_page(
        "page",
        link,
        nonce=_nonce(link, version, utc_now()),
        version=version,
        screens=asked,
        given=given,
        current=next(screen.name for screen in asked if screen.name not in given),
        is_large=request.values.get("text") == "large",
    )


def _version_sent(link: OpenLink, version_id: int | None) -> SurveyVersion | None:
    if version_id is None or not 0 < version_id <= LARGEST_ID:
        return None
    return published_versions(link, [version_id]).get(version_id)


def _subject(link: OpenLink) -> str:
    """A page holds for the kiosk with the PIN that it had. It may stand open for as long as it likes."""
    return token_digest(f"kiosk {link.code} {link.pin}")


def _nonce(link: OpenLink, version: SurveyVersion | None, now: datetime) -> str:
    return _nonces().make(_subject(link), version.id if version is not None else 0, now=now)


def _nonces() -> PageNonces:
    return PageNonces(current_app.config["SECRET_KEY"])
