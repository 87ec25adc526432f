"""How each setting stands now, in the form of its audit line, and its way back through the operation of its page."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeAlias

from survey_app.accounts.models import SecondStepFor
from survey_app.accounts.queries import sign_in_rules
from survey_app.accounts.second_step.operations import set_second_step_for
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
from survey_app.contacts.feeds.operations import FeedFacts, feed_state, set_feed
from survey_app.contacts.feeds.queries import feed_by_source
from survey_app.contacts.feeds.sources import Source
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
from survey_app.organisation.parts.operations import restore_parts
from survey_app.organisation.parts.queries import parts_now
from survey_app.organisation.queries import channel_facts, the_council
from survey_app.privacy.purging.operations import keep_for
from survey_app.privacy.purging.queries import rules
from survey_app.privacy.retention import BY_CODE, days_set
from survey_app.responses.afterwards.operations import (
    QuestionFacts,
    remove_support_text,
    set_question,
    set_support_text,
    support_facts,
)
from survey_app.responses.afterwards.queries import question_about_you, support_text_of
from survey_app.surveys.kinds import Paging
from survey_app.surveys.operations.publishing import set_paging
from survey_app.surveys.queries import survey_named

State: TypeAlias = dict[str, Any]


def council_now(_subject: str) -> State:
    found = the_council()
    return {name: getattr(found, name) for name in CouncilFacts.__dataclass_fields__}


def restore_council(_subject: str, before: State | None, now: datetime, by: int) -> None:
    organisation.set_up_council(CouncilFacts(**_whole(before)), now=now, by=by)


def sender_now(_subject: str) -> State:
    return {"sender_name": the_council().sender_name, "sender_email": the_council().sender_email}


def restore_sender(_subject: str, before: State | None, now: datetime, by: int) -> None:
    facts = _whole(before)
    organisation.set_sender(facts["sender_name"], facts["sender_email"], now=now, by=by)


def colours_now(_subject: str) -> State:
    return {"brand": the_council().brand_colour, "link": the_council().link_colour}


def restore_colours(_subject: str, before: State | None, now: datetime, by: int) -> None:
    facts = _whole(before)
    organisation.set_colours(facts["brand"], facts["link"], now=now, by=by)


def logo_now(_subject: str) -> State | None:
    logo = the_council().logo
    return None if logo is None else {"sha256": logo.sha256}


def restore_logo(_subject: str, before: State | None, now: datetime, by: int) -> None:
    if before is not None:
        raise Refused("Pictures that were replaced or removed are not kept. Choose the earlier logo again.")
    organisation.remove_logo(now=now, by=by)


def data_protection_now(_subject: str) -> State:
    return {"given": bool(the_council().data_protection_email), "is_another": True}


def restore_data_protection(_subject: str, before: State | None, now: datetime, by: int) -> None:
    if _whole(before)["given"]:
        raise Refused("Addresses are not written down here. Type the earlier one again on its page.")
    organisation.set_data_protection_email("", now=now, by=by)


def all_parts_now(_subject: str) -> State:
    return {str(key): facts.as_json() for key, facts in parts_now().items()}


def restore_all_parts(_subject: str, before: State | None, now: datetime, by: int) -> None:
    restore_parts(_whole(before), now=now, by=by)


def channel_now(subject: str) -> State:
    return asdict(channel_facts(Channel(subject)))


def restore_channel(subject: str, before: State | None, now: datetime, by: int) -> None:
    organisation.set_channel(Channel(subject), ChannelFacts(**_whole(before)), now=now, by=by)


def restore_rules(_subject: str, before: State | None, now: datetime, by: int) -> None:
    change_rules(_whole(before), now=now, by=by)


def rules_now(_subject: str) -> State:
    rules = asking_rules()
    return {column.key: getattr(rules, column.key) for column in rules.__mapper__.column_attrs}


def exclusion_now(subject: str) -> State | None:
    return next((exclusion_facts(each) for each in exclusions() if exclusion_subject(each) == subject), None)


def restore_exclusion(subject: str, before: State | None, now: datetime, by: int) -> None:
    if before is not None:
        add_exclusion(Dimension(before["dimension"]), before["value"], before["why"], now=now, by=by)
        return
    for each in exclusions():
        if exclusion_subject(each) == subject:
            remove_exclusion(each, now=now, by=by)


def _stratum(subject: str) -> tuple[int | None, Channel | None]:
    service, channel = subject.split()
    return None if service == "any" else int(service), None if channel == "any" else Channel(channel)


def sampling_now(subject: str) -> State | None:
    rule = sampling_rule_of(*_stratum(subject))
    return None if rule is None else {"fraction": rule.fraction, "monthly_quota": rule.monthly_quota}


def restore_sampling(subject: str, before: State | None, now: datetime, by: int) -> None:
    service_id, channel = _stratum(subject)
    if before is not None:
        set_sampling(service_id, channel, Amount(**before), now=now, by=by)
    elif (rule := sampling_rule_of(service_id, channel)) is not None:
        remove_sampling(rule, now=now, by=by)


def window_now(subject: str) -> State | None:
    windows = {window_subject(row.way, row.service_id): row for row in sending_windows()}
    return asdict(window_of(windows[subject])) if subject in windows else None


def restore_window(subject: str, before: State | None, now: datetime, by: int) -> None:
    way, service = subject.split()
    if before is not None:
        set_window(Way(way), None if service == "any" else int(service), Window(**before), now=now, by=by)
        return
    for row in sending_windows():
        if window_subject(row.way, row.service_id) == subject:
            remove_window(row, now=now, by=by)


def follow_ups_now(_subject: str) -> State:
    return {name: getattr(follow_up_rules(), name) for name in RuleFacts.__dataclass_fields__}


def restore_follow_ups(_subject: str, before: State | None, now: datetime, by: int) -> None:
    set_rules(RuleFacts(**_whole(before)), now=now, by=by)


def owner_now(subject: str) -> State | None:
    owners = {service.id: user.id for service, user in all_owners()}
    service_id = _service_in(subject)
    return {"owner": owners[service_id]} if service_id in owners else None


def restore_owner(subject: str, before: State | None, now: datetime, by: int) -> None:
    if before is None:
        remove_owner(_service_in(subject), now=now, by=by)
    else:
        set_owner(_service_in(subject), before["owner"], now=now, by=by)


def checking_now(_subject: str) -> State:
    return {name: getattr(checking_rules(), name) for name in CheckingFacts.__dataclass_fields__}


def restore_checking(_subject: str, before: State | None, now: datetime, by: int) -> None:
    set_checking_rules(CheckingFacts(**_whole(before)), now=now, by=by)


def feed_now(subject: str) -> State | None:
    found = feed_by_source(subject.removeprefix("feed "))
    return None if found is None else feed_state(found)


def restore_feed(subject: str, before: State | None, now: datetime, by: int) -> None:
    facts = dict(_whole(before))
    found = feed_by_source(subject.removeprefix("feed "))
    if found is None or (facts.pop("has_owner") and found.owner_email is None):
        raise Refused("Who the owner was is not written down. Name one on the page of the feed.")
    owner = found.owner_email if _whole(before)["has_owner"] else None
    set_feed(Source(found.source, found.name), FeedFacts(found.name, owner, **facts), now=now, by=by)


def second_step_now(_subject: str) -> State:
    return {"for": sign_in_rules().second_step_for}


def restore_second_step(_subject: str, before: State | None, now: datetime, by: int) -> None:
    set_second_step_for(SecondStepFor(_whole(before)["for"]), now=now, by=by)


def retention_now(subject: str) -> State:
    return {"keep_days": days_set(BY_CODE[subject], rules().get(subject))}


def restore_retention(subject: str, before: State | None, now: datetime, by: int) -> None:
    keep_for(subject, _whole(before)["keep_days"], now=now, by=by)


def paging_now(subject: str) -> State:
    return {"paging": survey_named(subject).paging}


def restore_paging(subject: str, before: State | None, now: datetime, by: int) -> None:
    set_paging(survey_named(subject), Paging(_whole(before)["paging"]), now=now, by=by)


def bilingual_now(subject: str) -> State:
    return {"is_bilingual": survey_named(subject).is_bilingual}


def restore_bilingual(subject: str, before: State | None, now: datetime, by: int) -> None:
    set_bilingual(survey_named(subject), _whole(before)["is_bilingual"], now=now, by=by)


def question_now(subject: str) -> State | None:
    _item, row = question_about_you(subject)
    return None if row is None else {name: getattr(row, name) for name in QuestionFacts.__dataclass_fields__}


def restore_question(subject: str, before: State | None, now: datetime, by: int) -> None:
    facts = QuestionFacts(**before) if before is not None else QuestionFacts(False, None, None)
    set_question(subject, facts, now=now, by=by)


def support_now(subject: str) -> State | None:
    found = support_text_of(_service_or_all(subject))
    return None if found is None else support_facts(found)


def restore_support(subject: str, before: State | None, now: datetime, by: int) -> None:
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
