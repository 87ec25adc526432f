"""What one row of a contacts file says: a contact in our own terms, or why it cannot be one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from functools import lru_cache
from typing import NamedTuple, TypeVar

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from survey_app.kernel.characters import shortened
from survey_app.kernel.clock import london_day
from survey_app.kernel.csvfile import plain_cell
from survey_app.kernel.moments import read_instant
from survey_app.kernel.tokens import keyed_hash
from survey_app.organisation.channels import Channel, CustomerKind
from survey_app.organisation.names import fold

T = TypeVar("T")

REQUIRED_COLUMNS = ("reference", "occurred_at", "channel", "service")
COLUMNS = (
    *REQUIRED_COLUMNS,
    "closed_at",
    "team",
    "site",
    "adviser_ref",
    "reason",
    "outcome",
    "resolved_first_time",
    "case_ref",
    "open_complaint",
    "customer_kind",
    "customer_ref",
    "email",
    "phone",
    "language",
    "customer_group",
    "sensitive",
    "do_not_survey",
)

_LONGEST = {
    "reference": 80,
    "service": 120,
    "team": 120,
    "site": 120,
    "adviser_ref": 80,
    "reason": 120,
    "outcome": 120,
    "case_ref": 80,
    "customer_ref": 80,
    "customer_group": 80,
}
_REQUIRED = frozenset(REQUIRED_COLUMNS)
_SHORT = min(_LONGEST.values())
_NOTHING = frozenset({"", "null", "NULL"})  # databases write the word where there is no value
_YES = frozenset({"yes", "y", "true", "1"})
_NO = frozenset({"no", "n", "false", "0"})
_CHANNELS = {channel.value: channel for channel in Channel} | {
    "telephone": Channel.PHONE,
    "call": Channel.PHONE,
    "e_mail": Channel.EMAIL,
    "website": Channel.WEB,
    "web_form": Channel.WEB,
    "online": Channel.WEB,
    "web_chat": Channel.WEBCHAT,
    "live_chat": Channel.WEBCHAT,
    "text": Channel.SMS,
    "text_message": Channel.SMS,
    "social_media": Channel.SOCIAL,
    "in_person": Channel.FACE_TO_FACE,
    "post": Channel.LETTER,
}
_LANGUAGES = {"english": "en", "welsh": "cy", "cymraeg": "cy"}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?", re.ASCII)
_SPACED = re.compile(r"[\s_-]+")
_PLAIN_PHONE = re.compile(r"(?:0|\+44|0044)([1-9]\d{9})", re.ASCII)
_PHONE = re.compile(r"[+(\d][\d\s().\-/+]*(?:\s*(?:ext\.?|x|#)\s*\d+)?", re.IGNORECASE)
_DRAMA = "+447700900"
_RANGE = len("+4471234")
_PLAIN_LOCAL = re.compile(r"(?=.{1,64}$)[a-z0-9_+-]+(\.[a-z0-9_+-]+)*", re.IGNORECASE | re.ASCII)
_LONGEST_EMAIL = 254
_EARLIEST_YEAR = 2000  # before it is a slip of the pen, or a spreadsheet's zero
_FUTURE = timedelta(days=1)  # clocks and zones of other systems may be a little off


class ContactRow(NamedTuple):
    """A contact as the file gives it. `service`, `team` and `site` are as written; the rest is in our own terms."""

    reference: str
    occurred_at: datetime
    closed_at: datetime | None
    channel: Channel
    service: str
    team: str | None
    site: str | None
    adviser_ref: str | None
    reason: str | None
    outcome: str | None
    resolved_first_time: bool | None
    case_ref: str | None
    open_complaint: bool
    customer_kind: CustomerKind
    customer_ref: str | None
    email: str | None
    phone: str | None
    language: str
    customer_group: str | None
    sensitive: bool
    do_not_survey: bool
    bad_email: bool  # one was given, and left out
    bad_phone: bool


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why a row is no contact; each reason can stand alone in a list, and ends with a colon and what the row says."""

    reasons: tuple[str, ...]

    @property
    def plain_reasons(self) -> tuple[str, ...]:
        """The reasons without what the row says, which may be of a person: for whoever keeps them in a log."""
        return tuple(reason.partition(": ")[0] for reason in self.reasons)


def read_contact(values: Mapping[str, str], *, now: datetime) -> ContactRow | Rejected:
    """Read one row, given by column key. Never raises, whatever the cells hold."""
    cells = _Cells(values)
    text = cells.texts.get
    cells.check_lengths()
    cells.check_required()
    occurred_at, closed_at = cells.read("occurred_at", _instant), cells.read("closed_at", _instant)
    channel = cells.read("channel", _channel)
    resolved_first_time = cells.read("resolved_first_time", _yes_or_no)
    open_complaint = cells.read("open_complaint", _yes_or_no)
    sensitive = cells.read("sensitive", _yes_or_no)
    do_not_survey = cells.read("do_not_survey", _yes_or_no)
    customer_kind = cells.read("customer_kind", _customer_kind)
    language = cells.read("language", _language)
    cells.check_times(occurred_at, closed_at, now)
    if cells.reasons or occurred_at is None or channel is None:
        return Rejected(tuple(cells.reasons))
    email, phone = text("email"), text("phone")
    good_email, good_phone = email and read_email(email), phone and read_phone(phone)
    return ContactRow(
        reference=cells.texts["reference"],
        occurred_at=occurred_at,
        closed_at=closed_at,
        channel=channel,
        service=cells.texts["service"],
        team=text("team"),
        site=text("site"),
        adviser_ref=text("adviser_ref"),
        reason=text("reason"),
        outcome=text("outcome"),
        resolved_first_time=resolved_first_time,
        case_ref=text("case_ref"),
        open_complaint=bool(open_complaint),
        customer_kind=customer_kind or CustomerKind.RESIDENT,
        customer_ref=text("customer_ref"),
        email=good_email,
        phone=good_phone,
        language=language or "en",
        customer_group=text("customer_group"),
        sensitive=bool(sensitive),
        do_not_survey=bool(do_not_survey),
        bad_email=bool(email and not good_email),
        bad_phone=bool(phone and not good_phone),
    )


def read_email(text: str) -> str | None:
    """The address in small letters, or None when nothing can be sent to it. Nobody is asked whether it exists.

    Domains that are kept for tests are let through: a trial of the whole journey uses them.
    """
    address = text.strip()
    local, sign, domain = address.rpartition("@")
    if not sign:
        return None
    if _PLAIN_LOCAL.fullmatch(local):  # nearly all; checking it letter by letter would take half the time of an import
        known = _known_domain(domain)
        folded = f"{local.lower()}@{known}"
        return folded if known and len(folded) <= _LONGEST_EMAIL else None
    return _validated(address)


@lru_cache(maxsize=4096)
def _known_domain(domain: str) -> str | None:
    """The domain in its usual form, or None when it can be none. The same few come again and again."""
    address = _validated(f"x@{domain}")
    return address.removeprefix("x@") if address else None


def _validated(address: str) -> str | None:
    try:
        checked = validate_email(address, check_deliverability=False, test_environment=True, allow_smtputf8=False)
        found = (checked.ascii_email or "").lower()
        Address(addr_spec=found)  # what no header can hold cannot be sent to
    except (EmailNotValidError, HeaderParseError, ValueError):
        return None
    return found


def read_phone(text: str) -> str | None:
    """The number in E.164 when it can be a number of the United Kingdom, else None.

    01632 960123, +44 1632 960123, 0044 1632 960123 and 1632960123, whose zero a spreadsheet ate, are the same.
    """
    text = text.strip()
    if plain := _PLAIN_PHONE.fullmatch(text.replace(" ", "")):  # nearly all; the library takes 20 times as long
        return f"+44{plain[1]}"
    text = text.removesuffix(".0")  # a number that went through a spreadsheet's or a program's decimals
    if not _PHONE.fullmatch(text):
        return None
    try:
        number = phonenumbers.parse(text, "GB")
    except phonenumbers.NumberParseException:
        return None
    if number.country_code != 44 or number.italian_leading_zero:  # no number here begins with 0 after +44
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return f"+44{number.national_number}"


def is_mobile(phone: str) -> bool:
    """Whether a text message can reach a number that `read_phone` gave.

    The numbers kept for plays and tests, 07700 900000 to 900999, count: a trial of the whole journey uses them.
    """
    return phone.startswith("+447") and (phone.startswith(_DRAMA) or _is_mobile_range(phone[:_RANGE]))


@lru_cache(maxsize=4096)
def _is_mobile_range(prefix: str) -> bool:
    """Ranges of mobile numbers are told by their first digits; asking for each number would slow an import down."""
    number = phonenumbers.parse(prefix.ljust(len("+447123456789"), "0"), "GB")
    return bool(phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE)


def content_digest(row: ContactRow, service_id: int, key: bytes) -> str:
    """What a row says, as 64 hex digits: equal for rows that say the same, however they write it.

    Keyed, so that nobody can learn an address or a reference from it by trying.
    """
    facts = (
        row.reference,
        row.occurred_at.isoformat(),
        row.closed_at.isoformat() if row.closed_at else None,
        row.channel.value,
        service_id,
        row.team and fold(row.team),
        row.site and fold(row.site),
        row.adviser_ref,
        row.reason,
        row.outcome,
        row.resolved_first_time,
        row.case_ref,
        row.open_complaint,
        row.customer_kind.value,
        row.customer_ref,
        row.email,
        row.phone,
        row.language,
        row.customer_group,
        row.sensitive,
        row.do_not_survey,
    )
    return keyed_hash(key, repr(facts))


class _Cells:
    """The cells of one row, and what is wrong with them. A cell that holds nothing is not there."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.texts: dict[str, str] = {}
        for column, given in values.items():
            if given and (text := plain_cell(given.strip())) not in _NOTHING:
                self.texts[column] = text
        self.reasons: list[str] = []

    def check_required(self) -> None:
        if not self.texts.keys() >= _REQUIRED:
            self.reasons += [f"{column} is missing" for column in REQUIRED_COLUMNS if column not in self.texts]

    def check_lengths(self) -> None:
        if max(map(len, self.texts.values()), default=0) > _SHORT:  # hardly ever
            for column, longest in _LONGEST.items():
                if len(self.texts.get(column, "")) > longest:
                    self.reasons.append(f"{column} is longer than {longest} characters")

    def read(self, column: str, reader: Callable[[str], T]) -> T | None:
        """What the cell means; None when it is not there, or means nothing, which is a reason."""
        text = self.texts.get(column)
        if text is None:
            return None
        try:
            return reader(text)
        except ValueError as error:
            self.reasons.append(f"{column} {error}: {shortened(text)}")
            return None

    def check_times(self, occurred_at: datetime | None, closed_at: datetime | None, now: datetime) -> None:
        for column, at in (("occurred_at", occurred_at), ("closed_at", closed_at)):
            if at is None:
                continue
            if at > now + _FUTURE:
                self.reasons.append(f"{column} is in the future")
            elif at.year < _EARLIEST_YEAR:
                self.reasons.append(f"{column} is before {_EARLIEST_YEAR}")
        if not self.reasons and occurred_at and closed_at and london_day(closed_at) < london_day(occurred_at):
            self.reasons.append("closed_at is before occurred_at")


def _instant(text: str) -> datetime:
    try:
        return read_instant(text)
    except ValueError as error:
        raise ValueError("is no time like 2026-03-31 14:30, 31/03/2026 14:30 or 31 March 2026 14:30") from error


@lru_cache(maxsize=256)
def _yes_or_no(text: str) -> bool:
    word = text.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError("is neither yes nor no")


@lru_cache(maxsize=256)
def _channel(text: str) -> Channel:
    channel = _CHANNELS.get(_SPACED.sub("_", text.casefold()))
    if channel is None:
        raise ValueError(f"is none of {', '.join(Channel)}")
    return channel


@lru_cache(maxsize=256)
def _customer_kind(text: str) -> CustomerKind:
    try:
        return CustomerKind(text.casefold())
    except ValueError as error:
        raise ValueError(f"is none of {', '.join(CustomerKind)}") from error


@lru_cache(maxsize=256)
def _language(text: str) -> str:
    code = text.casefold().replace("_", "-")
    code = _LANGUAGES.get(code, code)
    if not _LANGUAGE.fullmatch(code):
        raise ValueError("is no language code like en or cy")
    return code
