"""The jobs of digests."""

from __future__ import annotations

from survey_app.dashboards.digests.operations import send_digests, write_digests
from survey_app.dashboards.digests.queries import digests_to_send, digests_to_write
from survey_app.work.jobs import Job

WRITE_DIGESTS = Job(
    "write_digests",
    "Counts what the letters say that staff have asked for, on Mondays and on the third working day of a month.",
    write_digests,
    backlog=digests_to_write,
)
SEND_DIGESTS = Job(
    "send_digests",
    "Sends these letters.",
    send_digests,
    alone=False,
    backlog=digests_to_send,
)
