"""Sign-in, sign-out and the signed-in person's own page, on Flask-Security."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request, session, url_for
from flask_login import user_logged_in
from flask_security import Security, SQLAlchemyUserDatastore
from flask_security.mail_util import EmailValidateException
from werkzeug.wrappers import Response as AnyResponse

from survey_app.accounts.cli import users_cli
from survey_app.accounts.forms import SignInForm
from survey_app.accounts.models import Role, User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_viewer
from survey_app.extensions import db
from survey_app.kernel.tokens import keyed_hash
from survey_app.settings import Settings
from survey_app.web.access import PUBLIC, SIGNED_IN, signed_in
from survey_app.web.limits import by_address, limit_failed_tries
from survey_app.web.menu import menu_for

# Every route that Flask-Security registers. It makes only those that the configuration below asks for.
ROUTES_OF_FLASK_SECURITY = {
    "security.login": PUBLIC,
    "security.logout": SIGNED_IN,
    "security.change_password": SIGNED_IN,
}

SIGN_IN_TRIES = "10 per 15 minutes"

CONFIGURATION = {
    "SECURITY_URL_PREFIX": "/accounts",
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_CHANGE_URL": "/password",
    "SECURITY_LOGIN_USER_TEMPLATE": "accounts/sign_in.html",
    "SECURITY_CHANGE_PASSWORD_TEMPLATE": "accounts/change_password.html",
    "SECURITY_POST_LOGIN_VIEW": "/accounts/start",
    "SECURITY_POST_LOGOUT_VIEW": "/accounts/sign-in",
    "SECURITY_POST_CHANGE_VIEW": "/accounts/",
    "SECURITY_CHANGEABLE": True,
    "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
    "SECURITY_FRESHNESS": timedelta(days=-1),  # no route to verify again
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_STATIC_FOLDER_URL": None,
    "SECURITY_CACHE_CONTROL": None,  # web/headers.py says it
    "SECURITY_CLI_USERS_NAME": None,  # the commands are ours
    "SECURITY_CLI_ROLES_NAME": None,
    "SECURITY_LOGOUT_CSRF": True,
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SESSION_PROTECTION": None,  # it would write a cookie on public pages
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": True,  # argon2 salts by itself; so SECRET_KEY can be changed
    "SECURITY_PASSWORD_LENGTH_MIN": 12,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_MSG_GENERIC_AUTHN_FAILED": ("The e-mail address or the password is not right.", "error"),
    "SECURITY_MSG_PASSWORD_CHANGE": ("Your password has been changed. You are signed out everywhere else.", "success"),
}

accounts = Blueprint("accounts", __name__, url_prefix="/accounts")


class FlushingDatastore(SQLAlchemyUserDatastore):
    """Flask-Security's access to users. Its commit only flushes: web/transactions.py commits."""

    def commit(self) -> None:
        self.db.session.flush()


def init_app(app: Flask) -> None:
    """Sign-in for staff. web.init_app() comes before it."""
    app.config.from_mapping(CONFIGURATION)
    security = Security(app, FlushingDatastore(db, User, Role), login_form=SignInForm, render_template=staff_page)
    security.want_json(lambda _request: False)  # no tokens and no JSON beside the pages
    limit_failed_tries(app, "security.login", SIGN_IN_TRIES, keys=(by_address, _by_account), is_failed=_is_failed_try)
    user_logged_in.connect(_start_idle_limit, app)
    app.before_request(_forms_only)
    app.register_blueprint(accounts)
    app.cli.add_command(users_cli)


def sign_in_page() -> str:
    """Where somebody goes who has to sign in first; it leads back to the page they wanted."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return url_for("security.login", next=wanted)


@accounts.get("/")
@signed_in
def profile() -> str:
    """Who am I, and how do I leave?"""
    return staff_page("accounts/profile.html", viewer=current_viewer())


@accounts.get("/start")
@signed_in
def start() -> AnyResponse:
    """The first page that the signed-in person may open."""
    pages = menu_for(current_viewer())
    return redirect(pages[0].url if pages else url_for("accounts.profile"))


def _by_account() -> str:
    """The account that is tried, as Flask-Security would find it, hashed: the store of limits learns no address."""
    settings: Settings = current_app.extensions["settings"]
    typed = request.form.get("email", "")
    try:
        typed = current_app.extensions["security"].mail_util.normalize(typed)
    except EmailValidateException:
        typed = ""  # no user has it, and the address is counted all the same
    return f"account:{keyed_hash(settings.index_key, typed.lower())}"


def _is_failed_try(response: Response) -> bool:
    return response.status_code == 200  # the form again; whoever is signed in is redirected


def _forms_only() -> None:
    """Flask-Security's forms would read JSON as well, of any shape, and fail on it."""
    if request.is_json and request.endpoint in ROUTES_OF_FLASK_SECURITY:
        abort(415)


def _start_idle_limit(_app: Flask, **_details: object) -> None:
    session.permanent = True
