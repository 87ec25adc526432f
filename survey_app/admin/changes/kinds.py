"""Which settings can be put back as they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from survey_app.accounts.second_step.operations import SECOND_STEP_RULE
from survey_app.admin.changes import ways_back as back
from survey_app.admin.changes.ways_back import State
from survey_app.organisation.channels import Channel
from survey_app.organisation.parts.operations import CHANGE_KIND
from survey_app.privacy.retention import BY_CODE


@dataclass(frozen=True)
class ChangeKind:
    """A setting that is listed. `now` is how the subject stands, in the form of `before` and `after`; `restore` sets
    it, through the operation that its own page uses, and `permission` is the one of that page.
    """

    label: str
    page: str  # the endpoint of its page
    permission: str
    now: Callable[[str], State | None]
    restore: Callable[[str, State | None, datetime, int], object]
    facts: Mapping[str, str] = field(default_factory=dict)  # what each is called, where its name does not say it
    called: Callable[[str], str] | None = None  # which one it is, where the subject does not say it


COUNCIL = "manage_council"
KINDS: Mapping[str, ChangeKind] = {
    "council": ChangeKind(
        "What residents read about the council",
        "council_settings.show",
        COUNCIL,
        back.council_now,
        back.restore_council,
    ),
    "council.sender": ChangeKind(
        "Sender of messages", "council_settings.show", COUNCIL, back.sender_now, back.restore_sender
    ),
    "council.colours": ChangeKind(
        "Colours", "brand.show", COUNCIL, back.colours_now, back.restore_colours, {"brand": "Brand", "link": "Links"}
    ),
    "council.data_protection": ChangeKind(
        "Address for questions on data",
        "council_settings.show",
        COUNCIL,
        back.data_protection_now,
        back.restore_data_protection,
        {"given": "An address", "is_another": "Another than before"},
    ),
    "council.logo": ChangeKind("Logo", "brand.show", COUNCIL, back.logo_now, back.restore_logo, {"sha256": "Picture"}),
    CHANGE_KIND: ChangeKind(
        "Services, teams and sites", "services.index", COUNCIL, back.all_parts_now, back.restore_all_parts
    ),
    "channels": ChangeKind(
        "Channels",
        "channels.show",
        COUNCIL,
        back.channel_now,
        back.restore_channel,
        called=lambda subject: Channel(subject).usual_label,
    ),
    "asking.rules": ChangeKind("Rules of asking", "asking.rules", COUNCIL, back.rules_now, back.restore_rules),
    "asking.exclusion": ChangeKind(
        "What is left out", "asking.index", COUNCIL, back.exclusion_now, back.restore_exclusion
    ),
    "asking.sampling": ChangeKind(
        "How many are asked", "asking.index", COUNCIL, back.sampling_now, back.restore_sampling
    ),
    "sending.window": ChangeKind(
        "When messages go out", "sending.index", COUNCIL, back.window_now, back.restore_window
    ),
    "follow-up.rules": ChangeKind(
        "Rules of follow-ups", "follow_up_rules.show", COUNCIL, back.follow_ups_now, back.restore_follow_ups
    ),
    "follow-up.owner": ChangeKind(
        "Owner of follow-ups", "follow_up_rules.show", COUNCIL, back.owner_now, back.restore_owner
    ),
    "checking.rules": ChangeKind(
        "Rules of checking comments", "checking.machine", "edit_themes", back.checking_now, back.restore_checking
    ),
    "survey.bilingual": ChangeKind(
        "Welsh beside English in messages",
        "surveys.index",
        "edit_surveys",
        back.bilingual_now,
        back.restore_bilingual,
        {"is_bilingual": "Both languages"},
    ),
    "survey.paging": ChangeKind(
        "How much of a survey a page shows", "surveys.index", "edit_surveys", back.paging_now, back.restore_paging
    ),
    "feed": ChangeKind(
        "Watching of contacts",
        "feeds.index",
        COUNCIL,
        back.feed_now,
        back.restore_feed,
        {"has_owner": "Somebody is told"},
        lambda subject: subject.removeprefix("feed "),
    ),
    SECOND_STEP_RULE: ChangeKind(
        "Who needs a second step",
        "users.index",
        "manage_users",
        back.second_step_now,
        back.restore_second_step,
        {"for": "Needed by"},
    ),
    "retention": ChangeKind(
        "How long data is kept",
        "retention.index",
        "set_retention",
        back.retention_now,
        back.restore_retention,
        {"keep_days": "Days"},
        lambda subject: BY_CODE[subject].name,
    ),
    "equality.question": ChangeKind(
        "Questions about the person", "after_answers.index", COUNCIL, back.question_now, back.restore_question
    ),
    "support.text": ChangeKind(
        "Text on support",
        "after_answers.index",
        COUNCIL,
        back.support_now,
        back.restore_support,
        {"body": "Text", "exit_url": "Where “Exit this page” leads"},
    ),
}
