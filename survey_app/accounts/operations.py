"""Adding people, ending their access, and the letters about it."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from flask import Response, after_this_request, current_app
from flask_security import MailUtil, PasswordUtil, hash_password
from sqlalchemy import select

from survey_app.accounts.models import Role, User
from survey_app.accounts.own_words import is_made_of, own_words
from survey_app.accounts.queries import has_users, role_by_name, user_by_email
from survey_app.accounts.roles import ROLES, RoleName
from survey_app.accounts.sessions.operations import end_all_sessions
from survey_app.audit.operations import record_act
from survey_app.extensions import db, upsert
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.kernel.tokens import new_reference
from survey_app.messaging.email import Email
from survey_app.messaging.errors import SendError, ServerTrouble
from survey_app.messaging.ways import mail_transport
from survey_app.organisation.models import Service
from survey_app.organisation.queries import council, services_by_code
from survey_app.settings import Settings

log = logging.getLogger(__name__)

LETTER_THREAD = "letter"
LONGEST_PASSWORD = 128
ESTIMATED = 72  # characters of a password by which its strength is estimated; the estimate refuses longer texts
TOO_LONG = f"Choose a password of at most {LONGEST_PASSWORD} characters."
OWN_WORDS = "Choose a password that is not made of your name, your address or the council’s name."
EASY_TO_GUESS = "That password is easy to guess. Three or four words that do not belong together are good."
NOT_THE_FIRST = "Somebody has set up this site already. Sign in, or ask them to add you."


def create_user(
    email: str,
    role: str,
    services: Sequence[str],
    password: str,
    now: datetime,
    *,
    is_demo: bool = False,
    is_break_glass: bool = False,
) -> User:
    """Add a person who signs in with `password`. `services` are codes; only roles of own services take them. A
    break-glass account is an administrator's, sealed away.

    InvalidInput when the address, role, a service or the password will not do, or the address is taken.
    """
    address = checked_email(email)
    _checked_role(role)
    if is_break_glass and role != RoleName.ADMINISTRATOR:
        raise InvalidInput("A break-glass account is an administrator's: --role administrator.")
    if user_by_email(address) is not None:
        raise InvalidInput(f"There is already a user {address}.")
    found = checked_services(role, services)
    user = User(
        email=address,
        password=_hashed(password, address),
        roles=[role_by_name(role) or Role(name=role)],
        services=found,
        fs_uniquifier=_new_uniquifier(),
        is_demo=is_demo,
        is_break_glass=is_break_glass,
        created_at=now,
    )
    db.session.add(user)
    db.session.flush()
    return user


def checked_services(role: str, codes: Sequence[str]) -> list[Service]:
    """The services of somebody with this role. InvalidInput where the role and they do not go together."""
    rule = ROLES[role]
    if rule.own_services_only and not codes:
        raise InvalidInput(f"A user with the role {role} needs at least one service.")
    if codes and not rule.own_services_only:
        raise InvalidInput(f"A user with the role {role} sees all services: leave the services out.")
    found = services_by_code(codes)
    if unknown := sorted(set(codes) - {service.code for service in found}):
        raise InvalidInput(f"There is no service with the code {', '.join(unknown)}.")
    return list(found)


def invite_user(email: str, name: str, role: str, now: datetime, services: Sequence[str] = ()) -> User:
    """Add a person who chooses their password by a link: `queries.welcome_link`. InvalidInput as `create_user`; an
    assessor's services are those of the framework, so none are asked for."""
    address = checked_email(email)
    if user_by_email(address) is not None:
        raise InvalidInput(f"There is already a user {address}.")
    name_of_role = _checked_role(role)
    user = User(
        email=address,
        name=name,
        password=None,
        roles=[role_by_name(name_of_role) or Role(name=name_of_role)],
        services=checked_services(name_of_role, services),
        fs_uniquifier=_new_uniquifier(),
        created_at=now,
    )
    db.session.add(user)
    db.session.flush()
    return user


def choose_first_password(user: User, password: str, now: datetime) -> None:
    """The password of somebody who was invited; from then on their link works no more."""
    user.password = _hashed(password, user.email, user.name)
    record_act("user chose a new password", f"user {user.id}", at=now, actor_kind="user", actor_id=str(user.id))
    db.session.flush()


def create_first_administrator(email: str, name: str, password: str, now: datetime) -> User:
    """Add the administrator who sets everything up. Refused once there is anybody, also to the slower of two."""
    role = RoleName.ADMINISTRATOR
    db.session.execute(upsert(Role).values(name=role).on_conflict_do_nothing())
    db.session.execute(select(Role.id).where(Role.name == role).with_for_update())  # of two at once, one waits here
    if has_users():
        raise Refused(NOT_THE_FIRST)
    user = create_user(email, role, (), password, now)
    user.name = name
    record_act("user created", f"user {user.id}", at=now, actor_kind="system", after={"role": role})
    db.session.flush()
    return user


def end_sessions(user: User, now: datetime, *, by: int | None = None) -> None:
    """Sign the user out everywhere: every cookie that was given until now is worth nothing."""
    user.fs_uniquifier = _new_uniquifier()
    end_all_sessions(user.id, now=now, by=by)
    db.session.flush()


def deactivate(user: User, now: datetime, *, by: int | None = None) -> None:
    """End the user's access. The row stays, for the audit speaks of it."""
    user.active, user.deactivated_at = False, now
    end_sessions(user, now, by=by)


def password_problems(password: str, *own: str) -> list[str]:
    """Why this cannot be the password of somebody of these names and addresses, one sentence each."""
    problems, _normalised = current_app.extensions["security"].password_util.validate(password, True, own=own)
    return list(problems or ())


class StaffPasswords(PasswordUtil):
    """What can be a password: 12 to 128 characters of any kind, not easy to guess, not made of what belongs to its
    owner. No rule asks for capitals, digits or signs."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        """Flask-Security's checks, told in plain words. `own` or `user` says whose it is."""
        normalised = self.normalize(password)
        if len(normalised) > LONGEST_PASSWORD:
            return [TOO_LONG], normalised
        user: User | None = kwargs.get("user")
        own = (user.email, user.name) if user else kwargs.get("own", ())
        found = council()
        words = own_words(*own, found.name if found else "")
        if is_made_of(normalised, words):
            return [OWN_WORDS], normalised
        problems, _start = super().validate(normalised[:ESTIMATED], True, **{word: word for word in words})
        is_long_enough = len(normalised) >= current_app.config["SECURITY_PASSWORD_LENGTH_MIN"]
        return [EASY_TO_GUESS] if problems and is_long_enough else problems, normalised


def letter_to_staff(message_id: str, *, recipient: str, subject: str, text: str) -> Email:
    """An e-mail to a colleague, from the council; from this site before it has a sender."""
    settings: Settings = current_app.extensions["settings"]
    found = council()
    sender = found.sender_email if found else ""
    return Email(
        message_id=message_id,
        sender_name=found.sender_name if found else "Satisfaction survey",
        sender_email=sender or f"no-reply@{urlsplit(settings.base_url).hostname}",
        recipient=recipient,
        subject=subject,
        text=text,
    )


class AccountMail(MailUtil):
    """Flask-Security's letters to staff, sent the way that MAIL_URL names."""

    def validate(self, email: str) -> str:
        """The address as it is looked up. No name server is asked about what a stranger typed."""
        return self.normalize(email)

    def send_mail(  # noqa: PLR0917 - Flask-Security's signature
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **_context: Any,
    ) -> None:
        """Hand the letter over when the answer has left: see `send_after_answer`."""
        message_id = f"{new_reference()}.{template.rpartition('/')[2]}"
        send_after_answer(letter_to_staff(message_id, recipient=str(recipient), subject=subject, text=body or ""))


def send_after_answer(email: Email) -> None:
    """Hand a letter over when the answer to this request has left, and only if it is no error.

    A mail server's pace would tell that there is an account, to the next request on the same connection too: so
    nobody waits for it. What cannot be sent is said in the log alone.
    """
    settings: Settings = current_app.extensions["settings"]

    @after_this_request
    def send_later(response: Response) -> Response:
        if response.status_code < 400:  # else what the letter speaks of was not stored
            response.call_on_close(Thread(name=LETTER_THREAD, target=_send, args=(email, settings)).start)
        return response


def _send(email: Email, settings: Settings) -> None:
    try:
        with closing(mail_transport(settings)) as transport:
            transport.send(email)
    except (SendError, ServerTrouble, OSError) as error:
        log.error("the e-mail %s to a user could not be sent: %s", email.message_id, error)


def _new_uniquifier() -> str:
    return secrets.token_hex(32)


def checked_email(email: str) -> str:
    """The address as it is stored. InvalidInput when it is none; nobody is asked whether it exists."""
    try:
        return validate_email(email.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise InvalidInput(f"{email!r} is not an e-mail address: {error}") from error


def _checked_role(role: str) -> RoleName:
    try:
        return RoleName(role)
    except ValueError as error:
        raise InvalidInput(f"There is no role {role}. The roles are {', '.join(RoleName)}.") from error


def _hashed(password: str, *own: str) -> str:
    problems, normalised = current_app.extensions["security"].password_util.validate(password, True, own=own)
    if problems:
        raise InvalidInput(" ".join(problems))
    hashed: str = hash_password(normalised)
    return hashed
