"""What the set-up pages say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from survey_app.contacts.eligibility import EligibilityRules
from survey_app.contacts.operations import ContactsImport
from survey_app.contacts.previewing import ContactsPreview
from survey_app.contacts.reading import ContactRow
from survey_app.organisation.models import Service
from survey_app.organisation.parts.operations import OrganisationImport
from survey_app.settings import Settings
from survey_app.web.templates import day_and_time


@dataclass(frozen=True)
class MailDestination:
    """Where messages go now; never a name or a password."""

    reaches_people: bool
    words: str


@dataclass(frozen=True)
class ServiceRow:
    """A service in the tree; `depth` 0 stands at the top."""

    id: int
    name: str
    code: str
    depth: int
    has_ended: bool


@dataclass(frozen=True)
class PreviewRow:
    """One contact as it was read."""

    cells: tuple[str, ...]


PREVIEW_COLUMNS = ("Reference", "When", "How", "Service", "E-mail", "Not to be asked")


def mail_destination(settings: Settings) -> MailDestination:
    if settings.mail_url is None:
        folder = settings.instance_path / "outbox"
        return MailDestination(
            False,
            f"No mail server is set, so messages are written as files to {folder} and reach nobody. "
            "To send them, set MAIL_URL and start again.",
        )
    parts = urlsplit(settings.mail_url)
    is_upgraded = parse_qs(parts.query).get("starttls") == ["1"]
    secured = "encrypted" if parts.scheme == "smtps" or is_upgraded else "not encrypted"
    port = parts.port or (465 if parts.scheme == "smtps" else 25)
    return MailDestination(True, f"Messages go to the mail server {parts.hostname}, port {port}, {secured}.")


def service_rows(services: Sequence[Service]) -> list[ServiceRow]:
    """The tree from the top, each service followed by those below it; by name."""
    below: dict[int | None, list[Service]] = {}
    for service in services:
        below.setdefault(service.parent_id, []).append(service)

    def rows(parent_id: int | None, depth: int) -> list[ServiceRow]:
        return [
            row
            for service in below.get(parent_id, ())
            for row in (
                ServiceRow(service.id, service.name, service.code, depth, service.valid_to is not None),
                *rows(service.id, depth + 1),
            )
        ]

    return rows(None, 0)


def services_sentence(result: OrganisationImport, what: str) -> str:
    """What adding them did; a file brings more than services."""
    words = [f"{result.made} added"]
    if result.changed:
        words.append(f"{result.changed} changed")
    if result.unchanged:
        words.append(f"{result.unchanged} there already")
    dropped = f" Columns not used: {', '.join(result.dropped_columns)}." if result.dropped_columns else ""
    return f"{what}: {', '.join(words)}.{dropped}"


def import_sentence(result: ContactsImport) -> str:
    """What an import of contacts did."""
    words = f"{_counted(result.accepted, 'contact')} imported."
    if result.duplicate:
        words += f" {result.duplicate:,} we had already."
    if result.rejected:
        words += f" {result.rejected:,} rejected."
    for what, names in (("teams", result.new_teams), ("sites", result.new_sites)):
        if names:
            words += f" New {what}: {', '.join(names)}."
    return words


def preview_rows(preview: ContactsPreview) -> list[PreviewRow]:
    return [PreviewRow(_cells(row)) for row in preview.first_rows]


def not_asked_lines(preview: ContactsPreview, rules: EligibilityRules) -> list[str]:
    """Why some of the accepted will not be asked, the most frequent reason first."""
    words = {
        "do_not_survey": "marked not to be asked",
        "sensitive": "marked as sensitive",
        "internal": "internal customers or partners",
        "staff": "from the council’s own staff",
        "open_complaint": "with a complaint that is still open",
        "channel_not_asked": "of a channel that is left out",
        "service_not_asked": "of a service that is left out",
        "reason_not_asked": "with a reason that is left out",
        "outcome_not_asked": "with an outcome that is left out",
        "language_not_asked": "in a language that is left out",
        "too_old": f"older than {rules.too_old_days} days",
        "no_address": "without an e-mail address that can be used",
    }
    return [f"{count:,} {words[reason]}" for reason, count in preview.not_askable.most_common()]


def _cells(row: ContactRow) -> tuple[str, ...]:
    marks = [word for word, is_so in (("sensitive", row.sensitive), ("do not survey", row.do_not_survey)) if is_so]
    return (
        row.reference,
        day_and_time(row.occurred_at),
        row.channel.label,
        row.service,
        "none" if row.email is None else _masked(row.email),
        ", ".join(marks),
    )


def _masked(email: str) -> str:
    """r…@example.org: enough to see that the column was understood."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
