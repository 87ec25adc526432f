"""Writing webhooks: keeping them, noting what happens, delivering it, and telling administrators of what stopped."""

from survey_app.api.webhooks.operations.delivering import deliver_webhooks
from survey_app.api.webhooks.operations.keeping import (
    WebhookFacts,
    add_webhook,
    change_secret,
    change_webhook,
    delete_webhook,
    resume_webhook,
    retry_deliveries,
    send_again,
    send_test,
    stop_webhook,
)
from survey_app.api.webhooks.operations.noting import forget_webhook_log, note_happening
from survey_app.api.webhooks.operations.telling import tell_of_stopped

__all__ = [
    "WebhookFacts",
    "add_webhook",
    "change_secret",
    "change_webhook",
    "delete_webhook",
    "deliver_webhooks",
    "forget_webhook_log",
    "note_happening",
    "resume_webhook",
    "retry_deliveries",
    "send_again",
    "send_test",
    "stop_webhook",
    "tell_of_stopped",
]
