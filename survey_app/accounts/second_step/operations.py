"""Codes of apps, passkeys and recovery codes as Flask-Security keeps them, each used once; who needs a second step."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, session
from flask_security import MfRecoveryCodesUtil, SQLAlchemyUserDatastore, Totp, WebauthnUtil
from flask_security.totp import TokenError  # type: ignore[attr-defined]
from sqlalchemy import CursorResult, inspect, or_, select, update
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from survey_app.accounts.models import Passkey, SecondStepFor, SignInRules, User
from survey_app.accounts.operations import letter_to_staff, send_after_answer
from survey_app.accounts.queries import sign_in_rules
from survey_app.accounts.second_step.letters import SUBJECT, changed_letter
from survey_app.accounts.second_step.policy import GRACE, needs_second_step
from survey_app.audit.operations import record_act_by, record_change
from survey_app.extensions import db, upsert
from survey_app.kernel.clock import utc_now
from survey_app.kernel.qr_codes import qr_svg
from survey_app.kernel.tokens import new_reference, new_token
from survey_app.organisation.queries import council
from survey_app.settings import Settings

SECOND_STEP_RULE = "rule of the second step"  # as the audit calls it
CHALLENGE = "passkey_challenge"  # of this browser's session, until it is answered


class FlushingDatastore(SQLAlchemyUserDatastore):
    """Flask-Security's access to users. Its commit only flushes: web/transactions.py commits."""

    def commit(self) -> None:
        self.db.session.flush()

    def tf_set(self, user: Any, primary_method: str, totp_secret: str | None = None, phone: str | None = None) -> None:
        """The secret is stored as the column encrypts it, under DATA_KEYS, whatever it was wrapped in on its way."""
        clear = None if totp_secret is None else TotpOfStaff.current().unwrapped(totp_secret)
        super().tf_set(user, primary_method, clear, phone)

    def create_webauthn(self, *args: Any, **facts: Any) -> None:
        super().create_webauthn(*args, **facts, create_datetime=utc_now())

    def delete_webauthn(self, webauthn: Any) -> None:
        """What was taken away with the act that was noted is not taken away again."""
        if inspect(webauthn).persistent:
            super().delete_webauthn(webauthn)

    def mf_delete_recovery_code(self, user: Any, idx: int) -> bool:
        """A new list, which the database learns of: a used code is gone."""
        left = list(user.mf_recovery_codes or ())
        if idx >= len(left):
            return False
        del left[idx]
        user.mf_recovery_codes = left
        record_act_by("recovery code used", f"user {user.id}", at=utc_now(), by=user.id, after={"left": len(left)})
        return True


class TotpOfStaff(Totp):
    """Codes of authenticator apps. A code works once, and none that is older than the newest used."""

    @staticmethod
    def current() -> TotpOfStaff:
        found: TotpOfStaff = current_app.extensions["security"].totp_factory
        return found

    def unwrapped(self, secret: str) -> str:
        return str(self._totp.from_source(secret).to_json(encrypt=False))

    def get_last_counter(self, user: Any) -> int | None:
        counter: int | None = user.tf_last_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """TokenError for a code that was used a moment before, by whoever else has seen it."""
        person = _itself(user)
        used = db.session.execute(
            update(User)
            .where(User.id == person.id, or_(User.tf_last_counter.is_(None), User.tf_last_counter < tmatch.counter))
            .values(tf_last_counter=tmatch.counter),
            execution_options={"synchronize_session": False},
        )
        assert isinstance(used, CursorResult)
        if used.rowcount == 0:
            raise TokenError
        db.session.refresh(person, ["tf_last_counter"])

    def generate_qrcode(self, username: str, totp: str) -> str:
        picture = qr_svg(self.get_totp_uri(username, totp)).encode()
        return f"data:image/svg+xml;base64,{base64.b64encode(picture).decode()}"


class RecoveryCodes(MfRecoveryCodesUtil):
    """Ten codes, shown when they are made and never again, each of which works once."""

    def create_recovery_codes(self, user: Any) -> list[str]:
        codes: list[str] = super().create_recovery_codes(_itself(user))
        record_act_by("recovery codes made", f"user {user.id}", at=utc_now(), by=user.id, after={"left": len(codes)})
        return codes

    def get_recovery_codes(self, user: Any) -> list[str]:
        """None: whoever has lost them makes new ones."""
        return []

    def check_recovery_code(self, user: Any, code: str) -> bool:
        """Of two who use the same code at the same moment, the second waits here and finds it gone."""
        db.session.scalar(select(User.id).where(User.id == user.id).with_for_update())
        db.session.refresh(user, ["mf_recovery_codes"])
        known = user.mf_recovery_codes or ()
        return any([hmac.compare_digest(code.encode(), each.encode()) for each in known])  # noqa: C419 - all of them


class PasskeysOfStaff(WebauthnUtil):
    """Passkeys of the site that BASE_URL names. One that signs in by itself asks for a PIN, a finger or a face."""

    def generate_challenge(self, nbytes: int | None = None) -> str:
        """Kept in the browser's session, so that an answer counts there alone; it begins with its moment, so that none
        counts that is older than the key's last use."""
        session[CHALLENGE] = f"{int(utc_now().timestamp() * 1_000_000)}.{new_token()}{new_token()}"
        return str(session[CHALLENGE])

    def origin(self) -> str:
        parts = urlsplit(_settings().base_url)
        return f"{parts.scheme}://{parts.netloc}"

    def registration_options(self, user: Any, usage: str, existing_options: dict[str, Any]) -> dict[str, Any]:
        options: dict[str, Any] = super().registration_options(user, usage, existing_options)
        return options | {"rp_id": passkey_host(), "rp_name": issuer(), "user_display_name": user.name or user.email}

    def authentication_options(self, user: Any, usage: list[str], existing_options: dict[str, Any]) -> dict[str, Any]:
        options: dict[str, Any] = super().authentication_options(user, usage, existing_options)
        return options | {"rp_id": passkey_host()}

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        is_alone = usage == "first"
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED if is_alone else ResidentKeyRequirement.DISCOURAGED,
            user_verification=_verification(is_alone=is_alone),
        )

    def user_verification(self, user: Any, usage: list[str]) -> UserVerificationRequirement:
        return _verification(is_alone="first" in usage)


def was_answered_before(challenge: str, passkey: Passkey) -> bool:
    """Whether a challenge was made before the key was last used: then this answer, or another to it, was taken.

    Of two who send the same answer at the same moment, the second waits here.
    """
    db.session.scalar(select(Passkey.id).where(Passkey.id == passkey.id).with_for_update())
    db.session.refresh(passkey)
    made_at = int(challenge.partition(".")[0])
    return made_at <= int(passkey.lastuse_datetime.timestamp() * 1_000_000)


def passkey_host() -> str:
    """The name for which passkeys are made: the host of BASE_URL."""
    return urlsplit(_settings().base_url).hostname or ""


def can_have_passkeys() -> bool:
    """Browsers make passkeys for a name that is reached by https, and for this machine by name; never for a number."""
    try:
        ip_address(passkey_host())
    except ValueError:
        return _settings().is_https or _settings().is_loopback
    return False


def issuer() -> str:
    """What an app and a browser call this site. No colon: apps would split the name there."""
    found = council()
    return f"{found.name} surveys".replace(":", " ") if found else "Resident satisfaction"


def wrapping_keys(data_keys: Sequence[str]) -> dict[str, str]:
    """For secrets on their way through forms and cookies: derived from DATA_KEYS, each under a name that says nothing
    of it. What is stored is encrypted by its column instead, so that keys are rotated in one way."""
    made = {}
    for key in data_keys:
        derived = hmac.digest(key.encode(), b"authenticator apps", "sha256").hex()
        made[hashlib.sha256(derived.encode()).hexdigest()[:12]] = derived
    return made


def configure(app: Flask) -> None:
    """The keys under which Flask-Security wraps secrets, from DATA_KEYS, and its clock."""
    settings: Settings = app.extensions["settings"]
    app.config.from_mapping(
        SECURITY_TOTP_SECRETS=wrapping_keys(settings.data_keys),
        SECURITY_TOTP_ISSUER="Resident satisfaction",
        SECURITY_DATETIME_FACTORY=utc_now,
    )


# ---- Who needs one ----


def ask_for_second_step(user: User, now: datetime) -> None:
    """At a sign-in: from when on somebody can do nothing here before they have a second step."""
    if user.has_second_step or not is_needed(user):
        user.second_step_due_at = None
    elif user.second_step_due_at is None:
        user.second_step_due_at = now + GRACE
    db.session.flush()


def is_needed(user: User) -> bool:
    """Whether the council's rules ask this user for a second step."""
    return needs_second_step(sign_in_rules().second_step_for, user.role_names, is_demo=user.is_demo)


def set_second_step_for(who: SecondStepFor, *, now: datetime, by: int | None) -> None:
    """Say who needs a second step. It is asked for at each one's next sign-in; who needs none any more is free now."""
    before = sign_in_rules().second_step_for
    if who is before:
        return
    row = upsert(SignInRules).values(id=1, second_step_for=who)
    db.session.execute(
        row.on_conflict_do_update(index_elements=[SignInRules.id], set_={"second_step_for": who}),
        execution_options={"populate_existing": True},
    )
    db.session.execute(update(User).values(second_step_due_at=None), execution_options={"synchronize_session": "fetch"})
    record_change(SECOND_STEP_RULE, "sign-in", at=now, by=by, before={"for": before}, after={"for": who})
    db.session.flush()


def note_change(user: User, act: str, *, now: datetime, by: int, words: str) -> None:
    """Something about how somebody signs in has changed: for the audit, and told to them, who may not have done it."""
    record_act_by(act, f"user {user.id}", at=now, by=by)
    if not user.has_second_step and is_needed(user):
        user.second_step_due_at = now
    elif user.has_second_step:
        user.second_step_due_at = None
    db.session.flush()
    found = council()
    text = changed_letter(
        council=found.name if found else "the council",
        email=user.email,
        what=words,
        forgotten=f"{_settings().base_url}/accounts/forgotten-password",
    )
    message_id = f"{new_reference()}.second-step"
    send_after_answer(letter_to_staff(message_id, recipient=user.email, subject=SUBJECT, text=text))


def remove_second_step(user: User) -> None:
    """Take away every app, passkey and recovery code of somebody who has lost them."""
    datastore: FlushingDatastore = current_app.extensions["security"].datastore
    datastore.tf_reset(user)
    datastore.mf_set_recovery_codes(user, None)
    user.webauthn.clear()
    user.tf_last_counter = None
    db.session.flush()


def _verification(*, is_alone: bool) -> UserVerificationRequirement:
    return UserVerificationRequirement.REQUIRED if is_alone else UserVerificationRequirement.DISCOURAGED


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def _itself(user: Any) -> User:
    """The user behind Flask-Login's stand-in."""
    found: User = user._get_current_object() if hasattr(user, "_get_current_object") else user
    return found
