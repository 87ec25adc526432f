"""The pages of this package, in the order of their menu entries."""

from __future__ import annotations

from survey_app.admin.afterwards import views as afterwards_pages
from survey_app.admin.alerts import views as alerts_pages
from survey_app.admin.api_keys import views as api_keys_pages
from survey_app.admin.asking import views as asking_pages
from survey_app.admin.audit import views as audit_pages
from survey_app.admin.brand import views as brand_pages
from survey_app.admin.changes import views as changes_pages
from survey_app.admin.channels import views as channels_pages
from survey_app.admin.council import views as council_pages
from survey_app.admin.features import views as features_pages
from survey_app.admin.feeds import views as feeds_pages
from survey_app.admin.followups import views as followups_pages
from survey_app.admin.headline import views as headline_pages
from survey_app.admin.home import views as home_pages
from survey_app.admin.jobs import views as jobs_pages
from survey_app.admin.kiosks import views as kiosks_pages
from survey_app.admin.languages import views as languages_pages
from survey_app.admin.letters import views as letters_pages
from survey_app.admin.links import views as links_pages
from survey_app.admin.measures import views as measures_pages
from survey_app.admin.places import views as places_pages
from survey_app.admin.retention import views as retention_pages
from survey_app.admin.sending import views as sending_pages
from survey_app.admin.services import views as services_pages
from survey_app.admin.setup import views as setup_pages
from survey_app.admin.stops import views as stops_pages
from survey_app.admin.survey_page import views as survey_page_pages
from survey_app.admin.surveys import views as surveys_pages
from survey_app.admin.surveys.importing import views as survey_files_pages
from survey_app.admin.surveys.messages import views as messages_pages
from survey_app.admin.surveys.preview import views as survey_preview_pages
from survey_app.admin.surveys.versions import views as survey_versions_pages
from survey_app.admin.targets import views as targets_pages
from survey_app.admin.texts import views as texts_pages
from survey_app.admin.themes import views as themes_pages
from survey_app.admin.users import views as users_pages
from survey_app.admin.withdrawals import views as withdrawals_pages

ADMIN_PAGES = (
    headline_pages,
    surveys_pages,
    survey_files_pages,
    messages_pages,
    survey_versions_pages,
    survey_preview_pages,
    setup_pages,
    home_pages,
    council_pages,
    brand_pages,
    services_pages,
    places_pages,
    channels_pages,
    features_pages,
    changes_pages,
    asking_pages,
    sending_pages,
    targets_pages,
    themes_pages,
    texts_pages,
    afterwards_pages,
    followups_pages,
    alerts_pages,
    letters_pages,
    survey_page_pages,
    links_pages,
    kiosks_pages,
    measures_pages,
    stops_pages,
    withdrawals_pages,
    retention_pages,
    jobs_pages,
    feeds_pages,
    api_keys_pages,
    users_pages,
    languages_pages,
    audit_pages,
)
