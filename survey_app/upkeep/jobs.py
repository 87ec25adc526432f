"""The list of jobs, in the order in which work flows through them."""

from __future__ import annotations

from survey_app.accounts.sessions.jobs import FORGET_SESSIONS
from survey_app.actions.followups.jobs import ASK_VERDICTS, FORGET_FOLLOW_UPS, OPEN_FOLLOW_UPS, REMIND_OWNERS
from survey_app.api.webhooks.jobs import DELIVER as DELIVER_WEBHOOKS
from survey_app.api.webhooks.jobs import FORGET as FORGET_WEBHOOK_LOG
from survey_app.api.webhooks.jobs import TELL as TELL_OF_WEBHOOKS
from survey_app.audit.jobs import CHECK as CHECK_AUDIT
from survey_app.audit.jobs import SEAL as SEAL_AUDIT
from survey_app.comments.alerts.jobs import SEND as SEND_ALERTS
from survey_app.comments.alerts.jobs import WATCH as WATCH_TEXTS
from survey_app.comments.jobs import ANALYSE, DRAW_SAMPLE, JUDGE_AGAIN, REDACT_AGAIN
from survey_app.comments.terms.jobs import COUNT_TERMS
from survey_app.comments.themes.jobs import SORT
from survey_app.contacts.feeds.jobs import TELL, WATCH
from survey_app.contacts.jobs import FORGET, FORGET_FAILURES, FORGET_FILES, TAKE_IN
from survey_app.dashboards.digests.jobs import SEND_DIGESTS, WRITE_DIGESTS
from survey_app.evidence.assessors.jobs import FORGET_ACCESS_LINES, TELL_OF_COMMENTS
from survey_app.evidence.exhibits.jobs import FORGET_QUOTES
from survey_app.evidence.packs.jobs import FORGET as FORGET_PACKS
from survey_app.evidence.packs.jobs import MAKE as MAKE_PACKS
from survey_app.exports.jobs import FORGET as FORGET_EXPORTS
from survey_app.exports.jobs import MAKE as MAKE_EXPORTS
from survey_app.invitations.jobs import DRAW, SEND, TAKE_CALLBACKS
from survey_app.measures.jobs import FOLD
from survey_app.privacy.complaints.jobs import SEND_COMPLAINT_LETTERS
from survey_app.privacy.keys.jobs import REENCRYPT
from survey_app.privacy.purging.jobs import PURGE, SCRUB_DATABASE
from survey_app.responses.afterwards.jobs import FORGET_CONSENTS
from survey_app.responses.jobs import DROP_DRAFTS, DROP_REPLACED, TAKE_TEXTS
from survey_app.surveys.jobs import FORGET_SURVEY_FILES
from survey_app.work.jobs import Job

JOBS: tuple[Job, ...] = (
    TAKE_IN,
    DRAW,
    SEND,
    TAKE_CALLBACKS,
    TAKE_TEXTS,
    ANALYSE,
    WATCH_TEXTS,
    SEND_ALERTS,
    DELIVER_WEBHOOKS,
    TELL_OF_WEBHOOKS,
    REDACT_AGAIN,
    SORT,
    JUDGE_AGAIN,
    DRAW_SAMPLE,
    OPEN_FOLLOW_UPS,
    FOLD,
    COUNT_TERMS,
    REMIND_OWNERS,
    ASK_VERDICTS,
    WRITE_DIGESTS,
    SEND_DIGESTS,
    TELL_OF_COMMENTS,
    SEND_COMPLAINT_LETTERS,
    FORGET,
    FORGET_CONSENTS,
    FORGET_FOLLOW_UPS,
    FORGET_QUOTES,
    FORGET_ACCESS_LINES,
    FORGET_PACKS,
    FORGET_EXPORTS,
    FORGET_FILES,
    FORGET_SURVEY_FILES,
    FORGET_FAILURES,
    FORGET_WEBHOOK_LOG,
    FORGET_SESSIONS,
    DROP_DRAFTS,
    DROP_REPLACED,
    PURGE,
    SCRUB_DATABASE,
    REENCRYPT,
    WATCH,
    TELL,
    MAKE_PACKS,
    MAKE_EXPORTS,
    SEAL_AUDIT,
    CHECK_AUDIT,
)
