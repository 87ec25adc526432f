"""What the data is used for: one entry a purpose, as Article 30 of the UK GDPR asks for it.

Who sees it inside the council is named by the permissions that its pages require, so that it stays what the code does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PUBLIC_TASK = "Public task: UK GDPR Article 6(1)(e), with section 8 of the Data Protection Act 2018"
LEGAL_DUTY = "Legal obligation: UK GDPR Article 6(1)(c)"
EQUALITY = (
    "Substantial public interest: UK GDPR Article 9(2)(g), with DPA 2018 Schedule 1 paragraph 8 (equality of "
    "opportunity or treatment)"
)
SAFEGUARDING = (
    "Substantial public interest: UK GDPR Article 9(2)(g), with DPA 2018 Schedule 1 paragraph 18 (safeguarding)"
)

RESIDENTS, STAFF, ASSESSORS, NOBODY = "Residents", "Staff", "Assessors", ""
FROM_SYSTEMS, FROM_STAFF = "The council’s contact systems", "Staff"


@dataclass(frozen=True)
class Activity:
    """One purpose. `outside` are codes of `recipients.py`; `seen_with` the permissions under which staff see it."""

    title: str
    purpose: str
    people: str
    source: str
    basis: str = PUBLIC_TASK
    condition: str = ""  # for special category data
    seen_with: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()


ACTIVITIES: Mapping[str, Activity] = {
    "asking": Activity(
        "Asking people who contacted us",
        (
            "To draw a fair sample of contacts, to send each person one survey and one reminder at most, and to "
            "count who was not asked and why."
        ),
        RESIDENTS,
        FROM_SYSTEMS,
        seen_with=("manage_council",),
        outside=("email", "notify", "letters"),
    ),
    "stopping": Activity(
        "Not asking again",
        "To heed who objected, whose address does not work, and who was asked not long ago.",
        RESIDENTS,
        RESIDENTS,
        seen_with=("record_stops", "manage_stops"),
    ),
    "answering": Activity(
        "Answers",
        "To measure how satisfied people are with a service, and why.",
        RESIDENTS,
        RESIDENTS,
        seen_with=("view_results", "enter_answers", "review_held", "withdraw_answers"),
        outside=("api", "assessors", "webhooks"),
    ),
    "comments": Activity(
        "Comments",
        (
            "To learn what to do better: details are taken out by a program, which also sorts by tone and theme; "
            "people read them."
        ),
        RESIDENTS,
        RESIDENTS,
        condition=(
            "Not asked for. What people write may tell of their health or beliefs; the form asks them not to name "
            "anyone"
        ),
        seen_with=("view_comments", "read_originals"),
        outside=("api", "assessors"),
    ),
    "safeguarding": Activity(
        "Alerts on what must be heard at once",
        "To tell a person of our staff when somebody writes of danger, harm or a crime.",
        RESIDENTS,
        RESIDENTS,
        condition=SAFEGUARDING,
        seen_with=("handle_alerts",),
        outside=("email",),
    ),
    "contacting": Activity(
        "Calling or writing back",
        "To settle what went wrong with people who asked to be contacted about their answer.",
        RESIDENTS,
        RESIDENTS,
        seen_with=("follow_up",),
        outside=("email", "notify"),
    ),
    "equality": Activity(
        "Questions about the person",
        (
            "To find out whether everyone is served fairly: the public sector equality duty. Optional, after the "
            "survey, seen as figures on many people."
        ),
        RESIDENTS,
        RESIDENTS,
        condition=EQUALITY,
        seen_with=("view_results",),
    ),
    "rights": Activity(
        "Requests and complaints about data",
        "To answer people who use their rights, and to show that it was done in time.",
        RESIDENTS,
        RESIDENTS,
        basis=LEGAL_DUTY,
        seen_with=("handle_requests",),
        outside=("email",),
    ),
    "staff": Activity(
        "Accounts of staff",
        "To let staff sign in and see what their work needs.",
        STAFF,
        FROM_STAFF,
        seen_with=("manage_users",),
        outside=("sign_in", "email"),
    ),
    "assessors": Activity(
        "Assessors",
        "To let an independent assessor see the evidence for a limited time, and to show what they opened.",
        ASSESSORS,
        FROM_STAFF,
        seen_with=("invite_assessors",),
        outside=("email",),
    ),
    "audit": Activity(
        "Audit",
        "To show who changed or opened what, and that nobody changed that afterwards.",
        STAFF,
        FROM_STAFF,
        basis=LEGAL_DUTY,
        seen_with=("view_audit",),
    ),
    "systems": Activity(
        "Other systems",
        "To take in contacts from other systems, to answer their questions, and to tell them what happened.",
        STAFF,
        FROM_SYSTEMS,
        seen_with=("manage_keys", "manage_webhooks"),
        outside=("webhooks", "api"),
    ),
    "evidence": Activity(
        "Evidence for an accreditation",
        "To prove what is claimed about services.",
        STAFF,
        FROM_STAFF,
        seen_with=("view_evidence",),
        outside=("assessors",),
    ),
    "publishing": Activity(
        "Improvements and what is published",
        (
            "To tell the public what was done about what they said. Quotes have details taken out, and a person "
            "approves them."
        ),
        RESIDENTS,
        FROM_STAFF,
        seen_with=("view_results", "publish_actions"),
        outside=("public", "assessors"),
    ),
    "figures": Activity(
        "Figures", "Counts and targets, about nobody.", NOBODY, FROM_STAFF, outside=("public", "api", "assessors")
    ),
    "running": Activity("Running the survey", "Settings, surveys and jobs, about nobody.", NOBODY, FROM_STAFF),
}
