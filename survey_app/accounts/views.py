"""Sign-in, sign-out, a forgotten password and the signed-in person's own page, on Flask-Security."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, Request, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import Security, login_user, password_changed, password_reset
from werkzeug.wrappers import Response as AnyResponse

from survey_app.accounts.cli import users_cli
from survey_app.accounts.first_link import FirstLinks
from survey_app.accounts.forms import (
    FirstAdministratorForm,
    ForgottenPasswordForm,
    NewPasswordForm,
    SignInForm,
    WelcomeForm,
)
from survey_app.accounts.guessing import views as guessing_pages
from survey_app.accounts.keys import jobs as keys_jobs
from survey_app.accounts.models import Passkey, Role, User
from survey_app.accounts.operations import (
    NOT_THE_FIRST,
    AccountMail,
    StaffPasswords,
    choose_first_password,
    create_first_administrator,
)
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id, current_viewer, has_users, user_by_id, welcomed_by
from survey_app.accounts.second_step import views as second_step_pages
from survey_app.accounts.second_step.configuration import CONFIGURATION as SECOND_STEP
from survey_app.accounts.second_step.configuration import NOT_OFFERED, ROUTES
from survey_app.accounts.second_step.forms import NewPasskeyForm, PasskeyAnswerForm, PasswordAgainForm, RecoveryCodeForm
from survey_app.accounts.second_step.operations import (
    FlushingDatastore,
    PasskeysOfStaff,
    RecoveryCodes,
    TotpOfStaff,
    configure,
)
from survey_app.accounts.single_sign_on.presenters import linked_accounts
from survey_app.accounts.single_sign_on.queries import may_sign_in_locally
from survey_app.audit.operations import record_act
from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import Refused
from survey_app.settings import Settings
from survey_app.web.access import PUBLIC, SIGNED_IN, public, signed_in
from survey_app.web.errors import error_page
from survey_app.web.menu import menu_for

# Every route that Flask-Security registers. It makes only those that the configuration below asks for.
ROUTES_OF_FLASK_SECURITY = {
    "security.login": PUBLIC,
    "security.logout": SIGNED_IN,
    "security.change_password": SIGNED_IN,
    "security.forgot_password": PUBLIC,
    "security.reset_password": PUBLIC,
    **ROUTES,
    **NOT_OFFERED,
}

CONFIGURATION = {
    "SECURITY_URL_PREFIX": "/accounts",
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_CHANGE_URL": "/password",
    "SECURITY_RESET_URL": "/forgotten-password",
    "SECURITY_LOGIN_USER_TEMPLATE": "accounts/sign_in.html",
    "SECURITY_CHANGE_PASSWORD_TEMPLATE": "accounts/change_password.html",
    "SECURITY_FORGOT_PASSWORD_TEMPLATE": "accounts/forgotten_password.html",
    "SECURITY_RESET_PASSWORD_TEMPLATE": "accounts/new_password.html",
    "SECURITY_POST_LOGIN_VIEW": "/accounts/start",
    "SECURITY_POST_LOGOUT_VIEW": "/accounts/signed-out",
    "SECURITY_POST_CHANGE_VIEW": "/accounts/",
    "SECURITY_CHANGEABLE": True,
    "SECURITY_RECOVERABLE": True,
    "SECURITY_RESET_PASSWORD_WITHIN": timedelta(hours=1),
    "SECURITY_AUTO_LOGIN_AFTER_RESET": False,
    "SECURITY_EMAIL_HTML": False,
    "SECURITY_EMAIL_TEMPLATE_PASSWORD_RESET": "accounts/letters/forgotten_password",
    "SECURITY_EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE": "accounts/letters/password_changed",
    "SECURITY_EMAIL_TEMPLATE_PASSWORD_CHANGE_NOTICE": "accounts/letters/password_changed",
    "SECURITY_EMAIL_SUBJECT_PASSWORD_RESET": "Choose a new password",
    "SECURITY_EMAIL_SUBJECT_PASSWORD_NOTICE": "Your password has been changed",
    "SECURITY_EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": "Your password has been changed",
    # of argon2's output, inside a signed link: a slow hash would only tell by the time it takes who has an account
    "SECURITY_HASHING_SCHEMES": ["hex_sha256"],
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
    "SECURITY_PASSWORD_COMPLEXITY_CHECKER": "zxcvbn",
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_MSG_GENERIC_AUTHN_FAILED": ("The e-mail address or the password is not right.", "error"),
    "SECURITY_MSG_PASSWORD_INVALID_LENGTH": ("Choose a password of at least %(length)s characters.", "error"),
    "SECURITY_MSG_RETYPE_PASSWORD_MISMATCH": ("Type the same password in both boxes.", "error"),
    "SECURITY_MSG_PASSWORD_CHANGE": ("Your password has been changed. You are signed out everywhere else.", "success"),
    "SECURITY_MSG_PASSWORD_RESET_REQUEST": (
        "If somebody signs in here with that address, a link is on its way to it. It works once, for one hour.",
        "success",
    ),
    "SECURITY_MSG_PASSWORD_RESET_EXPIRED": (
        "That link has ended: it works for %(within)s. Ask for a new one.",
        "error",
    ),
    "SECURITY_MSG_INVALID_RESET_PASSWORD_TOKEN": (
        "That link does not work: it was used, or a newer password was chosen, or part of it is missing. "
        "Ask for a new one.",
        "error",
    ),
    "SECURITY_MSG_PASSWORD_RESET_NO_LOGIN": (
        "Your password has been changed, and you are signed out everywhere. Sign in with the new one.",
        "success",
    ),
}

FIRST_LINK_ENDED = (
    "The address is not complete, or older than three days. Print a new one on the server: flask users first-link"
)

NOTHING_TO_CHANGE = (
    "You sign in without a password of this site: there is none to change. Yours is changed where your council account "
    "is."
)

WELCOME_ENDED = (
    "The address is not complete, or older than 14 days, or a password was chosen with it already. If you have one, "
    "sign in; else ask whoever invited you for a new address."
)

accounts = Blueprint("accounts", __name__, url_prefix="/accounts")


class StaffSecurity(Security):
    """Flask-Security, whose QR codes we draw ourselves (`TotpOfStaff.generate_qrcode`)."""

    def _check_modules(self, module: str, config_name: str) -> Any:
        return module == "qrcode" or super()._check_modules(module, config_name)  # type: ignore[no-untyped-call]


def init_app(app: Flask) -> None:
    """Sign-in for staff. web.init_app() comes before it."""
    app.config.from_mapping(CONFIGURATION | SECOND_STEP)
    configure(app)
    security = StaffSecurity(
        app,
        FlushingDatastore(db, User, Role, Passkey),
        login_form=SignInForm,
        forgot_password_form=ForgottenPasswordForm,
        reset_password_form=NewPasswordForm,
        verify_form=PasswordAgainForm,
        mf_recovery_form=RecoveryCodeForm,
        wan_register_response_form=NewPasskeyForm,
        wan_signin_response_form=PasskeyAnswerForm,
        mail_util_cls=AccountMail,
        password_util_cls=StaffPasswords,
        totp_cls=TotpOfStaff,
        mf_recovery_codes_util_cls=RecoveryCodes,
        webauthn_util_cls=PasskeysOfStaff,
        render_template=staff_page,
    )
    security.want_json(lambda _request: False)  # no tokens and no JSON beside the pages
    app.login_manager.request_loader(_by_session_alone)  # type: ignore[attr-defined]
    security.mail_context_processor(_base_url)
    guessing_pages.init_app(app)
    second_step_pages.init_app(app)
    password_reset.connect(_note_new_password, app)
    password_changed.connect(_note_new_password, app)
    app.before_request(_forms_only)
    app.before_request(_change_what_there_is)
    keys_jobs.init_app(app)
    app.register_blueprint(accounts)
    app.cli.add_command(users_cli)


def _by_session_alone(_request: Request) -> None:
    """Nobody signs in by a token in a request: its body is not searched for one, not even where it is too large."""


def sign_in_page() -> str:
    """Where somebody goes who has to sign in first; it leads back to the page they wanted."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return url_for("security.login", next=wanted)


@accounts.get("/")
@signed_in
def profile() -> str:
    """Who am I, and how do I leave?"""
    user = user_by_id(current_user_id())
    return staff_page(
        "accounts/profile.html",
        viewer=user,
        has_password=bool(user.password) and may_sign_in_locally(user),
        linked=linked_accounts(user),
    )


@accounts.get("/first/<key>")
@public
def first_administrator(key: str) -> ResponseReturnValue:
    """Who is the first administrator? Only whoever has the address that the server printed is asked."""
    if (closed := _why_closed(key)) is not None:
        return closed
    return _first_page(FirstAdministratorForm())


@accounts.post("/first/<key>")
@public
def create_first(key: str) -> ResponseReturnValue:
    """Make the first administrator and sign them in; from then on no such address works."""
    if (closed := _why_closed(key)) is not None:
        return closed
    form = FirstAdministratorForm()
    if not form.validate():
        return _first_page(form), 400
    user = create_first_administrator(form.email.data, form.name.data.strip(), form.password.data, utc_now())
    login_user(user, authn_via=["link"])
    return redirect("/", code=303)


@accounts.get("/welcome/<key>")
@public
def welcome(key: str) -> ResponseReturnValue:
    """Which password does somebody choose who was invited?"""
    user = welcomed_by(key)
    return error_page(410, WELCOME_ENDED) if user is None else _welcome_page(user, WelcomeForm())


@accounts.post("/welcome/<key>")
@public
def choose_password(key: str) -> ResponseReturnValue:
    """Keep the password and sign them in; the address works no more."""
    user = welcomed_by(key, is_locked=True)
    if user is None:
        return error_page(410, WELCOME_ENDED)
    form = WelcomeForm()
    form.own = (user.email, user.name)
    if not form.validate():
        return _welcome_page(user, form), 400
    choose_first_password(user, form.password.data, utc_now())
    login_user(user, authn_via=["link"])
    return redirect("/", code=303)


def _welcome_page(user: User, form: WelcomeForm) -> str:
    return staff_page("accounts/welcome.html", person=user, form=form, has_errors=bool(form.errors))


def _why_closed(key: str) -> ResponseReturnValue | None:
    """The page for an address that does not work, or no longer; None when it does."""
    if has_users():
        return error_page(410, NOT_THE_FIRST)
    if not FirstLinks(current_app.config["SECRET_KEY"]).is_good(key):
        return error_page(404, FIRST_LINK_ENDED)
    return None


def _first_page(form: FirstAdministratorForm) -> str:
    return staff_page("accounts/first_administrator.html", form=form, has_errors=bool(form.errors))


@accounts.get("/signed-out")
@public
def signed_out() -> str:
    """Says that it worked, which on a shared machine one wants to know."""
    return staff_page("accounts/signed_out.html")


@accounts.get("/start")
@signed_in
def start() -> AnyResponse:
    """The first page that the signed-in person may open."""
    pages = menu_for(current_viewer())
    return redirect(pages[0].url if pages else url_for("accounts.profile"))


def _base_url() -> dict[str, str]:
    """Links in letters start with BASE_URL: what a request says of its host, anybody can write."""
    settings: Settings = current_app.extensions["settings"]
    return {"base_url": settings.base_url}


def _note_new_password(_app: Flask, user: User, **_details: object) -> None:
    record_act("user chose a new password", f"user {user.id}", at=utc_now(), actor_kind="user", actor_id=str(user.id))


def _change_what_there_is() -> None:
    """Flask-Security's page would give a first password to whoever sits at a signed-in browser and types none."""
    if request.endpoint != "security.change_password":
        return
    user = user_by_id(current_user_id())
    if user.password is None or not may_sign_in_locally(user):
        raise Refused(NOTHING_TO_CHANGE)


def _forms_only() -> None:
    """Flask-Security's forms would read JSON as well, of any shape, and fail on it."""
    if request.is_json and request.endpoint in ROUTES_OF_FLASK_SECURITY:
        abort(415)
