"""The jobs of follow-ups."""

from __future__ import annotations

from survey_app.actions.followups.operations import ask_verdicts, forget_details, open_follow_ups, remind_owners
from survey_app.actions.followups.queries import details_to_forget, follow_ups_to_open, reminders_due, verdicts_due
from survey_app.work.jobs import Job

OPEN_FOLLOW_UPS = Job(
    "open_follow_ups",
    "Opens a follow-up for each low score, and each real alert, whose person wants to be contacted.",
    open_follow_ups,
    backlog=follow_ups_to_open,
)
REMIND_OWNERS = Job(
    "remind_owners",
    "Tells owners of follow-ups what is due tomorrow, and what is late.",
    remind_owners,
    alone=False,
    backlog=reminders_due,
)
ASK_VERDICTS = Job(
    "ask_verdicts",
    "Asks people, an hour after their follow-up was closed, whether it was put right.",
    ask_verdicts,
    alone=False,
    backlog=verdicts_due,
)
FORGET_FOLLOW_UPS = Job(
    "forget_follow_ups",
    "Deletes how to reach people, and notes about them, once their follow-up has kept that long enough.",
    forget_details,
    backlog=details_to_forget,
)
