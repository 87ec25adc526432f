"""The whole application, put together of its rooms. No logic."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from survey_app import web
from survey_app.accounts import views as accounts_pages
from survey_app.accounts.keys.cli import keys_cli
from survey_app.accounts.keys.queries import current_key
from survey_app.accounts.presenters import error_frame
from survey_app.accounts.queries import current_scope, current_viewer
from survey_app.accounts.sessions import views as sessions_pages
from survey_app.accounts.single_sign_on import views as single_sign_on_pages
from survey_app.actions import views as actions_pages
from survey_app.actions.followups import views as follow_up_pages
from survey_app.actions.followups.verdict_page import views as verdict_pages
from survey_app.actions.public import views as published_pages
from survey_app.actions.public.staff import views as publishing_pages
from survey_app.admin.pages import ADMIN_PAGES
from survey_app.api import views as api
from survey_app.api.webhooks import views as webhooks_pages
from survey_app.audit.cli import audit_cli
from survey_app.comments import models as _comments  # noqa: F401
from survey_app.comments.alerts import cli as _alerts_cli  # noqa: F401 - adds its command
from survey_app.comments.alerts import views as alerts_pages
from survey_app.comments.checking import views as checking_pages
from survey_app.comments.cli import comments_cli
from survey_app.comments.method import use_weights
from survey_app.comments.methods import views as methods_pages
from survey_app.comments.originals import views as originals_pages
from survey_app.contacts.cli import contacts_cli
from survey_app.dashboards import models as _dashboards  # noqa: F401
from survey_app.dashboards import views as dashboards_pages
from survey_app.demo.cli import demo_cli
from survey_app.evidence.assessors import views as assessors_pages
from survey_app.evidence.assessors.comments import views as comments_at_pages
from survey_app.evidence.assessors.sitting import views as sitting_pages
from survey_app.evidence.cli import evidence_cli
from survey_app.evidence.documents import views as documents_pages
from survey_app.evidence.elements import views as evidence_pages
from survey_app.evidence.exhibits import views as exhibits_pages
from survey_app.evidence.packs import views as packs_pages
from survey_app.evidence.settings import views as frameworks_pages
from survey_app.evidence.visits import views as visits_pages
from survey_app.exports import views as exports_pages
from survey_app.exports.cli import exports_cli
from survey_app.extensions import db, engine_options, migrate
from survey_app.invitations import views as invitations_pages
from survey_app.invitations.callbacks import views as notify_callbacks
from survey_app.invitations.cli import invitations_cli
from survey_app.kernel.ciphers import Cipher
from survey_app.kernel.discretion import keep_logs_discreet
from survey_app.kernel.log_lines import write_json
from survey_app.measures.cli import measures_cli
from survey_app.organisation import views as organisation_pages
from survey_app.organisation.cli import organisation_cli
from survey_app.privacy.cli import privacy_cli
from survey_app.privacy.complaints import views as complaints_pages
from survey_app.privacy.complaints.public_page import views as complaint_pages
from survey_app.privacy.landing import views as data_protection_pages
from survey_app.privacy.papers import views as papers_pages
from survey_app.privacy.requests import views as subject_requests_pages
from survey_app.responses import views as responses_pages
from survey_app.responses.afterwards import views as afterwards_pages
from survey_app.responses.assisted import views as assisted_pages
from survey_app.responses.changing import views as changing_pages
from survey_app.responses.cli import surveys_cli
from survey_app.responses.kiosk import views as kiosk_pages
from survey_app.settings import PROJECT_ROOT, Settings, load_settings
from survey_app.upkeep import views as upkeep_pages
from survey_app.upkeep.jobs import JOBS
from survey_app.work import jobs as work_jobs
from survey_app.work.cli import jobs_cli

# Menu entries stand in the order of their pages here.
PAGES = (
    accounts_pages,
    sessions_pages,
    single_sign_on_pages,
    organisation_pages,
    invitations_pages,
    notify_callbacks,
    responses_pages,
    changing_pages,
    afterwards_pages,
    kiosk_pages,
    dashboards_pages,
    exports_pages,
    alerts_pages,
    checking_pages,
    methods_pages,
    originals_pages,
    actions_pages,
    follow_up_pages,
    verdict_pages,
    published_pages,
    publishing_pages,
    evidence_pages,
    exhibits_pages,
    frameworks_pages,
    packs_pages,
    visits_pages,
    documents_pages,
    assessors_pages,
    sitting_pages,
    comments_at_pages,
    assisted_pages,
    data_protection_pages,
    complaints_pages,
    complaint_pages,
    papers_pages,
    subject_requests_pages,
    *ADMIN_PAGES,
    api,
    webhooks_pages,
    upkeep_pages,
)
COMMANDS = (
    jobs_cli,
    audit_cli,
    keys_cli,
    organisation_cli,
    contacts_cli,
    invitations_cli,
    surveys_cli,
    comments_cli,
    measures_cli,
    exports_cli,
    evidence_cli,
    privacy_cli,
    demo_cli,
)


def create_app(settings: Settings | None = None, config: Mapping[str, object] | None = None) -> Flask:
    """The whole application. Without `settings` they are read from the environment; `config` is for tests."""
    keep_logs_discreet()
    settings = settings or load_settings()
    if settings.logs_json:
        write_json()
    app = Flask(
        __name__,
        instance_path=str(settings.instance_path),
        template_folder=str(PROJECT_ROOT / "templates"),
        static_folder=str(PROJECT_ROOT / "static"),
    )
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=1_000_000,
    )
    app.config.from_mapping(config or {})
    app.extensions["settings"] = settings
    app.extensions["cipher"] = Cipher(settings.data_keys)
    use_weights(settings.sentiment_weights)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(PROJECT_ROOT / "migrations"), render_as_batch=True)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    web.init_app(
        app,
        settings,
        viewer=current_viewer,
        key_holder=current_key,
        sign_in_page=accounts_pages.sign_in_page,
        access_by_name=accounts_pages.ROUTES_OF_FLASK_SECURITY,
        error_frame=error_frame,
        know_viewer=current_scope,
    )
    work_jobs.init_app(app, JOBS)
    for pages in PAGES:
        pages.init_app(app)
    for group in COMMANDS:
        app.cli.add_command(group)
    return app
