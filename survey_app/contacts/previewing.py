"""What a file of contacts would do, before any of it is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from survey_app.contacts.eligibility import EligibilityRules, Exclusions, Standing, ineligible_reason
from survey_app.contacts.people import domain_key
from survey_app.contacts.reading import COLUMNS, ContactRow, Rejected, is_mobile
from survey_app.contacts.sorting import Fresh, ReadRow, Sorted
from survey_app.contacts.ways import WaysInUse, had_an_address, way_to_reach
from survey_app.kernel.clock import london_day
from survey_app.kernel.csvfile import CsvFile
from survey_app.organisation.channels import Channel, CustomerKind
from survey_app.organisation.names import NameIndex, fold

ROWS_SHOWN = 5
REJECTS_SHOWN = 50
UNKNOWN_SHOWN = 20


class Rules(EligibilityRules, WaysInUse, Protocol):
    """What of the council's rules of asking decides. AskingRules say it."""

    @property
    def staff_domains(self) -> list[str]: ...


@dataclass(frozen=True)
class AskingAsSet:
    """How the council asks at present; `key` is that of the hashes."""

    rules: Rules
    exclusions: Exclusions
    key: bytes

    def is_staff(self, email: str | None) -> bool:
        domains = {domain_key(self.key, domain) for domain in self.rules.staff_domains}
        return email is not None and domain_key(self.key, email.rpartition("@")[2]) in domains


@dataclass(frozen=True)
class UnknownService:
    """A service that the file names and the council does not have, and what may have been meant."""

    name: str
    rows: int
    near: tuple[str, ...]


@dataclass(frozen=True)
class RejectedLine:
    line: int
    reasons: tuple[str, ...]


@dataclass
class ContactsPreview:
    """What was understood. `read` = `accepted` + `duplicate` + `rejected`, as the import will say."""

    understood: list[str]  # columns, as the file names them
    dropped: list[str]
    read: int = 0
    accepted: int = 0
    duplicate: int = 0
    changed: int = 0
    rejected: int = 0
    bad_emails: int = 0
    bad_phones: int = 0
    first_rows: list[ContactRow] = field(default_factory=list)
    first_rejects: list[RejectedLine] = field(default_factory=list)
    unknown_services: list[UnknownService] = field(default_factory=list)
    not_askable: Counter[str] = field(default_factory=Counter)  # of the accepted, by the reason why nobody is asked
    _unknown: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def askable(self) -> int:
        """How many of the accepted may be asked, as far as the file alone tells; a draw and stops may lessen it."""
        return self.accepted - self.not_askable.total()

    def add(
        self, rows: Sequence[ReadRow], found: Sorted, services: NameIndex, asking: AskingAsSet, today: date
    ) -> None:
        """Take one batch into account."""
        self.read += len(rows)
        self.accepted += len(found.fresh)
        self.duplicate += found.duplicate
        self.changed += found.changed
        self.rejected += len(found.rejected)
        for fresh in found.fresh:
            self.bad_emails += fresh.row.bad_email
            self.bad_phones += fresh.row.bad_phone
            if (reason := _why_not_asked(fresh, asking, today)) is not None:
                self.not_askable[reason] += 1
        self.first_rows += [fresh.row for fresh in found.fresh][: ROWS_SHOWN - len(self.first_rows)]
        rejects = (RejectedLine(row.line, rejected.reasons) for row, rejected in found.rejected)
        self.first_rejects += list(rejects)[: REJECTS_SHOWN - len(self.first_rejects)]
        for name in _unknown_names(rows, services):
            first, count = self._unknown.get(fold(name), (name, 0))
            self._unknown[fold(name)] = first, count + 1

    def finish(self, services: NameIndex) -> None:
        """After the last batch: name the unknown services, the most frequent first, with what may have been meant."""
        by_count = sorted(self._unknown.values(), key=lambda each: (-each[1], each[0]))[:UNKNOWN_SHOWN]
        self.unknown_services = [UnknownService(name, rows, tuple(services.near(name))) for name, rows in by_count]


def new_preview(file: CsvFile, dropped: list[str]) -> ContactsPreview:
    """A preview with the file's columns and no row yet."""
    understood = [name for name, key in zip(file.header, file.keys, strict=True) if key in COLUMNS]
    return ContactsPreview([name for name in understood if name not in dropped], dropped)


@dataclass(frozen=True)
class _Facts:
    do_not_survey: bool
    sensitive: bool
    open_complaint: bool
    customer_kind: CustomerKind
    occurred_on: date
    channel: Channel
    service_id: int
    reason: str | None
    outcome: str | None
    language: str


@dataclass(frozen=True)
class _Reach:
    """Whether a row has what people are reached by; blocked addresses are looked for at the draw."""

    has_email: bool
    has_phone: bool
    phone_is_mobile: bool
    email_key: str | None = None
    phone_key: str | None = None


def _why_not_asked(fresh: Fresh, asking: AskingAsSet, today: date) -> str | None:
    row = fresh.row
    facts = _Facts(
        row.do_not_survey,
        row.sensitive,
        row.open_complaint,
        row.customer_kind,
        london_day(row.occurred_at),
        row.channel,
        fresh.service_id,
        row.reason,
        row.outcome,
        row.language,
    )
    reach = _Reach(row.email is not None, row.phone is not None, row.phone is not None and is_mobile(row.phone))
    is_written_to = row.case_ref is not None or row.customer_ref is not None
    standing = Standing(
        can_be_reached=way_to_reach(reach, asking.rules, blocked=(), is_written_to=is_written_to) is not None,
        had_an_address=had_an_address(reach, asking.rules),
        has_survey=False,
        is_staff=asking.is_staff(row.email),
    )
    return ineligible_reason(facts, asking.rules, asking.exclusions, standing, today=today)


def _unknown_names(rows: Iterable[ReadRow], services: NameIndex) -> Iterable[str]:
    contacts = (row for _, row in rows if not isinstance(row, Rejected))
    return (row.service for row in contacts if services.find(row.service) is None)
