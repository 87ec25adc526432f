"""The jobs of webhooks."""

from __future__ import annotations

from datetime import timedelta

from survey_app.api.webhooks.operations import (
    deliver_webhooks,
    forget_webhook_log,
    retry_deliveries,
    tell_of_stopped,
)
from survey_app.api.webhooks.operations.delivering import TELL_STOPPED
from survey_app.api.webhooks.operations.noting import DELIVER as DELIVER_WEBHOOKS
from survey_app.api.webhooks.queries import deliveries_waiting, given_up_deliveries
from survey_app.work.backlog import GivenUp
from survey_app.work.jobs import Job

DELIVER = Job(
    DELIVER_WEBHOOKS,
    "Tells other systems what happened, by webhooks.",
    deliver_webhooks,
    alone=False,
    backlog=deliveries_waiting,
    given_up=GivenUp(given_up_deliveries, retry_deliveries),
)
TELL = Job(TELL_STOPPED, "Writes to administrators when a webhook has stopped by itself.", tell_of_stopped)
FORGET = Job(
    "forget_webhook_log",
    "Deletes what webhooks told, and what was answered, after 30 days.",
    forget_webhook_log,
    every=timedelta(hours=1),
)
