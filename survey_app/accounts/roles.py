"""What each role may do, in one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class RoleName(StrEnum):
    """The roles that a member of staff or an assessor can hold."""

    ADVISER = "adviser"
    SERVICE_MANAGER = "service_manager"
    CSE_LEAD = "cse_lead"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    ADMINISTRATOR = "administrator"
    ASSESSOR = "assessor"


@dataclass(frozen=True)
class RoleRule:
    """What holders of a role may do; `own_services_only` limits what they see to their services and those below."""

    label: str
    permissions: frozenset[str]
    own_services_only: bool = False


PERMISSIONS: Mapping[str, str] = {
    "view_results": "See figures and charts",
    "view_comments": "Read redacted comments",
    "export_answers": "Take answers away as files, row by row, with redacted comments",
    "check_comments": "Correct labels of comments and read the blind sample",
    "edit_themes": "Change the themes that comments are sorted into, and the method that judges them",
    "handle_alerts": "Read alerts about what was written, acknowledge and decide them",
    "set_alerts": "Change the phrases of alerts and who is told",
    "read_originals": "Read what a comment said before details were taken out, with a reason that is kept",
    "view_evidence": "Read evidence and its exhibits",
    "pin_evidence": "Pin figures and charts to elements of a framework",
    "declare_bridges": "Say that two wordings of a question can be compared",
    "follow_up": "Follow up low scores with people who asked to be contacted",
    "write_improvements": "Write down improvements and propose what is published about them",
    "lead_teams": "Pass praise on to teams, and answer ideas of colleagues",
    "publish_actions": "Approve what is published: You said, we did, and our standards",
    "invite_assessors": "Invite assessors and end their access",
    "assess": "Comment on elements as an assessor",
    "make_pack": "Freeze and take away an evidence pack",
    "publish_tables": "Publish tables for everybody to read",
    "edit_surveys": "Make surveys, change them and publish them",
    "define_measures": "Define measures of the council's own",
    "name_headline": "Name the headline of a year before it begins",
    "set_targets": "Set targets and begin new ranges of control charts, with their history",
    "manage_users": "Add people and end their access",
    "manage_keys": "Make API keys and revoke them",
    "manage_webhooks": "Say which other systems are told what happens here",
    "manage_council": "Change the council and its services, and who is asked",
    "view_audit": "Read who did what",
    "handle_requests": "Answer what people ask or complain about the data on them",
    "set_retention": "Say how long each class of data is kept",
    "write_privacy_records": "Write the records of processing and the data protection impact assessment",
    "run_jobs": "See the jobs and run them",
    "record_stops": "Write down that somebody wants no more surveys",
    "enter_answers": "Enter answers for people on the phone and from paper",
    "withdraw_answers": "Take an answer back for the person who gave it and asks us",
    "review_held": "Decide whether an answer that is held for review counts",
    "manage_stops": "Undo stops of staff, take lists of stops in and away, lift blocks of addresses",
}

ROLES: Mapping[str, RoleRule] = {
    RoleName.ADVISER: RoleRule(
        "Adviser",
        frozenset({"view_results", "view_comments", "record_stops", "enter_answers", "follow_up"}),
        own_services_only=True,
    ),
    RoleName.SERVICE_MANAGER: RoleRule(
        "Service manager",
        frozenset(
            {
                "view_results",
                "view_comments",
                "export_answers",
                "record_stops",
                "enter_answers",
                "follow_up",
                "write_improvements",
                "lead_teams",
            }
        ),
        own_services_only=True,
    ),
    RoleName.CSE_LEAD: RoleRule(
        "Customer Service Excellence lead",
        frozenset(
            {
                "view_results",
                "view_comments",
                "export_answers",
                "check_comments",
                "edit_themes",
                "handle_alerts",
                "set_alerts",
                "view_evidence",
                "pin_evidence",
                "follow_up",
                "write_improvements",
                "lead_teams",
                "publish_actions",
                "invite_assessors",
                "make_pack",
                "publish_tables",
                "edit_surveys",
                "define_measures",
                "declare_bridges",
                "name_headline",
                "set_targets",
                "record_stops",
                "enter_answers",
                "review_held",
            }
        ),
    ),
    RoleName.DATA_PROTECTION_OFFICER: RoleRule(
        "Data protection officer",
        frozenset(
            {
                "view_results",
                "view_comments",
                "check_comments",
                "handle_alerts",
                "read_originals",
                "view_evidence",
                "view_audit",
                "handle_requests",
                "set_retention",
                "write_privacy_records",
                "record_stops",
                "withdraw_answers",
                "review_held",
                "manage_stops",
            }
        ),
    ),
    RoleName.ADMINISTRATOR: RoleRule(
        "Administrator",
        frozenset(
            {
                "view_results",
                "view_evidence",
                "publish_tables",
                "publish_actions",
                "invite_assessors",
                "edit_surveys",
                "define_measures",
                "name_headline",
                "set_targets",
                "manage_users",
                "manage_keys",
                "manage_webhooks",
                "manage_council",
                "set_retention",
                "set_alerts",
                "view_audit",
                "run_jobs",
                "record_stops",
                "withdraw_answers",
                "manage_stops",
            }
        ),
    ),
    RoleName.ASSESSOR: RoleRule("Assessor", frozenset({"view_evidence", "assess"})),
}


def permits(role_names: Iterable[str], permission: str) -> bool:
    """Whether any of the roles holds the permission. A name that is no role holds none."""
    return any(permission in rule.permissions for rule in _rules(role_names))


def sees_everything(role_names: Iterable[str]) -> bool:
    """Whether a holder of these roles sees all services. One limited role is enough to limit; no role sees nothing."""
    rules = _rules(role_names)
    return bool(rules) and not any(rule.own_services_only for rule in rules)


def _rules(role_names: Iterable[str]) -> list[RoleRule]:
    return [ROLES[name] for name in role_names if name in ROLES]
