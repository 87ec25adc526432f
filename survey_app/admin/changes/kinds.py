"""Which settings can be put back as they were: what holds now, and the operation that sets it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from survey_app.actions.followups.operations import RuleFacts, remove_owner, set_owner, set_rules
from survey_app.actions.followups.queries import all_owners, follow_up_rules
from survey_app.comments.checking.operations import RuleFacts as CheckingFacts
from survey_app.comments.checking.operations import set_checking_rules
from survey_app.comments.checking.queries import checking_rules
from survey_app.contacts.asking.operations import (
    add_exclusion,
    change_rules,
    exclusion_facts,
    exclusion_subject,
    remove_exclusion,
    remove_sampling,
    set_sampling,
)
from survey_app.contacts.asking.queries import exclusions, sampling_rule_of
from survey_app.contacts.eligibility import Dimension
from survey_app.contacts.queries import asking_rules
from survey_app.contacts.sampling import Amount
from survey_app.contacts.ways import Way
from survey_app.invitations.operations.own_texts import set_bilingual
from survey_app.invitations.operations.windows import remove_window, set_window, window_of, window_subject
from survey_app.invitations.queries import sending_windows
from survey_app.invitations.timing import Window
from survey_app.kernel.errors import Refused
from survey_app.organisation import operations as organisation
from survey_app.organisation.channels import Channel, ChannelFacts
from survey_app.organisation.operations import CouncilFacts
from survey_app.organisation.parts.operations import CHANGE_KIND, restore_parts
from survey_app.organisation.parts.queries import parts_now
from survey_app.organisation.queries import channel_facts, the_council
from survey_app.responses.afterwards.operations import (
    QuestionFacts,
    remove_support_text,
    set_question,
    set_support_text,
    support_facts,
)
from survey_app.responses.afterwards.queries import question_about_you, support_text_of
from survey_app.surveys.queries import survey_named

State: TypeAlias = dict[str, Any]


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


def _council_now(_subject: str) -> State:
    found = the_council()
    return {name: getattr(found, name) for name in CouncilFacts.__dataclass_fields__}


def _restore_council(_subject: str, before: State | None, now: datetime, by: int) -> None:
    organisation.set_up_council(CouncilFacts(**_whole(before)), now=now, by=by)


def _sender_now(_subject: str) -> State:
    return {"sender_name": the_council().sender_name, "sender_email": the_council().sender_email}


def _restore_sender(_subject: str, before: State | None, now: datetime, by: int) -> None:
    facts = _whole(before)
    organisation.set_sender(facts["sender_name"], facts["sender_email"], now=now, by=by)


def _colours_now(_subject: str) -> State:
    return {"brand": the_council().brand_colour, "link": the_council().link_colour}


def _restore_colours(_subject: str, before: State | None, now: datetime, by: int) -> None:
    facts = _whole(before)
    organisation.set_colours(facts["brand"], facts["link"], now=now, by=by)


def _logo_now(_subject: str) -> State | None:
    logo = the_council().logo
    return None if logo is None else {"sha256": logo.sha256}


def _restore_logo(_subject: str, before: State | None, now: datetime, by: int) -> None:
    if before is not None:
        raise Refused("Pictures that were replaced or removed are not kept. Choose the earlier logo again.")
    organisation.remove_logo(now=now, by=by)


def _parts_now(_subject: str) -> State:
    return {str(key): facts.as_json() for key, facts in parts_now().items()}


def _restore_parts(_subject: str, before: State | None, now: datetime, by: int) -> None:
    restore_parts(_whole(before), now=now, by=by)


def _channel_now(subject: str) -> State:
    return asdict(channel_facts(Channel(subject)))


def _restore_channel(subject: str, before: State | None, now: datetime, by: int) -> None:
    organisation.set_channel(Channel(subject), ChannelFacts(**_whole(before)), now=now, by=by)


def _restore_rules(_subject: str, before: State | None, now: datetime, by: int) -> None:
    change_rules(_whole(before), now=now, by=by)


def _rules_now(_subject: str) -> State:
    rules = asking_rules()
    return {column.key: getattr(rules, column.key) for column in rules.__mapper__.column_attrs}


def _exclusion_now(subject: str) -> State | None:
    return next((exclusion_facts(each) for each in exclusions() if exclusion_subject(each) == subject), None)


def _restore_exclusion(subject: str, before: State | None, now: datetime, by: int) -> None:
    if before is not None:
        add_exclusion(Dimension(before["dimension"]), before["value"], before["why"], now=now, by=by)
        return
    for each in exclusions():
        if exclusion_subject(each) == subject:
            remove_exclusion(each, now=now, by=by)


def _stratum(subject: str) -> tuple[int | None, Channel | None]:
    service, channel = subject.split()
    return None if service == "any" else int(service), None if channel == "any" else Channel(channel)


def _sampling_now(subject: str) -> State | None:
    rule = sampling_rule_of(*_stratum(subject))
    return None if rule is None else {"fraction": rule.fraction, "monthly_quota": rule.monthly_quota}


def _restore_sampling(subject: str, before: State | None, now: datetime, by: int) -> None:
    service_id, channel = _stratum(subject)
    if before is not None:
        set_sampling(service_id, channel, Amount(**before), now=now, by=by)
    elif (rule := sampling_rule_of(service_id, channel)) is not None:
        remove_sampling(rule, now=now, by=by)


def _window_now(subject: str) -> State | None:
    windows = {window_subject(row.way, row.service_id): row for row in sending_windows()}
    return asdict(window_of(windows[subject])) if subject in windows else None


def _restore_window(subject: str, before: State | None, now: datetime, by: int) -> None:
    way, service = subject.split()
    if before is not None:
        set_window(Way(way), None if service == "any" else int(service), Window(**before), now=now, by=by)
        return
    for row in sending_windows():
        if window_subject(row.way, row.service_id) == subject:
            remove_window(row, now=now, by=by)


def _follow_ups_now(_subject: str) -> State:
    return {name: getattr(follow_up_rules(), name) for name in RuleFacts.__dataclass_fields__}


def _restore_follow_ups(_subject: str, before: State | None, now: datetime, by: int) -> None:
    set_rules(RuleFacts(**_whole(before)), now=now, by=by)


def _owner_now(subject: str) -> State | None:
    owners = {service.id: user.id for service, user in all_owners()}
    service_id = _service_in(subject)
    return {"owner": owners[service_id]} if service_id in owners else None


def _restore_owner(subject: str, before: State | None, now: datetime, by: int) -> None:
    if before is None:
        remove_owner(_service_in(subject), now=now, by=by)
    else:
        set_owner(_service_in(subject), before["owner"], now=now, by=by)


def _checking_now(_subject: str) -> State:
    return {name: getattr(checking_rules(), name) for name in CheckingFacts.__dataclass_fields__}


def _restore_checking(_subject: str, before: State | None, now: datetime, by: int) -> None:
    set_checking_rules(CheckingFacts(**_whole(before)), now=now, by=by)


def _bilingual_now(subject: str) -> State:
    return {"is_bilingual": survey_named(subject).is_bilingual}


def _restore_bilingual(subject: str, before: State | None, now: datetime, by: int) -> None:
    set_bilingual(survey_named(subject), _whole(before)["is_bilingual"], now=now, by=by)


def _question_now(subject: str) -> State | None:
    _item, row = question_about_you(subject)
    return None if row is None else {name: getattr(row, name) for name in QuestionFacts.__dataclass_fields__}


def _restore_question(subject: str, before: State | None, now: datetime, by: int) -> None:
    facts = QuestionFacts(**before) if before is not None else QuestionFacts(False, None, None)
    set_question(subject, facts, now=now, by=by)


def _support_now(subject: str) -> State | None:
    found = support_text_of(_service_or_all(subject))
    return None if found is None else support_facts(found)


def _restore_support(subject: str, before: State | None, now: datetime, by: int) -> None:
    service_id = _service_or_all(subject)
    if before is not None:
        set_support_text(service_id, before["body"], before["exit_url"], now=now, by=by)
    elif (found := support_text_of(service_id)) is not None:
        remove_support_text(found, now=now, by=by)


def _service_or_all(subject: str) -> int | None:
    return None if subject == "all services" else _service_in(subject)


def _service_in(subject: str) -> int:
    return int(subject.removeprefix("service "))


def _whole(before: State | None) -> State:
    if before is None:
        raise Refused("There was nothing before this that could be put back.")
    return before


COUNCIL = "manage_council"
KINDS: Mapping[str, ChangeKind] = {
    "council": ChangeKind(
        "What residents read about the council", "council_settings.show", COUNCIL, _council_now, _restore_council
    ),
    "council.sender": ChangeKind("Sender of messages", "council_settings.show", COUNCIL, _sender_now, _restore_sender),
    "council.colours": ChangeKind(
        "Colours", "brand.show", COUNCIL, _colours_now, _restore_colours, {"brand": "Brand", "link": "Links"}
    ),
    "council.logo": ChangeKind("Logo", "brand.show", COUNCIL, _logo_now, _restore_logo, {"sha256": "Picture"}),
    CHANGE_KIND: ChangeKind("Services, teams and sites", "services.index", COUNCIL, _parts_now, _restore_parts),
    "channels": ChangeKind("Channels", "channels.show", COUNCIL, _channel_now, _restore_channel),
    "asking.rules": ChangeKind("Rules of asking", "asking.rules", COUNCIL, _rules_now, _restore_rules),
    "asking.exclusion": ChangeKind("What is left out", "asking.index", COUNCIL, _exclusion_now, _restore_exclusion),
    "asking.sampling": ChangeKind("How many are asked", "asking.index", COUNCIL, _sampling_now, _restore_sampling),
    "sending.window": ChangeKind("When messages go out", "sending.index", COUNCIL, _window_now, _restore_window),
    "follow-up.rules": ChangeKind(
        "Rules of follow-ups", "follow_up_rules.show", COUNCIL, _follow_ups_now, _restore_follow_ups
    ),
    "follow-up.owner": ChangeKind("Owner of follow-ups", "follow_up_rules.show", COUNCIL, _owner_now, _restore_owner),
    "checking.rules": ChangeKind(
        "Rules of checking comments", "checking.machine", "edit_themes", _checking_now, _restore_checking
    ),
    "survey.bilingual": ChangeKind(
        "Welsh beside English in messages",
        "surveys.index",
        "edit_surveys",
        _bilingual_now,
        _restore_bilingual,
        {"is_bilingual": "Both languages"},
    ),
    "equality.question": ChangeKind(
        "Questions about the person", "after_answers.index", COUNCIL, _question_now, _restore_question
    ),
    "support.text": ChangeKind(
        "Text on support",
        "after_answers.index",
        COUNCIL,
        _support_now,
        _restore_support,
        {"body": "Text", "exit_url": "Where “Exit this page” leads"},
    ),
}
