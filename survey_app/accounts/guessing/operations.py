"""Wrong passwords are counted, and told to whose they are not."""

from __future__ import annotations

from flask import current_app, request
from flask_security.mail_util import EmailValidateException

from survey_app.accounts.guessing.letters import SUBJECT, wrong_passwords_letter
from survey_app.accounts.models import User
from survey_app.accounts.operations import letter_to_staff, send_after_answer
from survey_app.kernel.tokens import keyed_hash, new_reference
from survey_app.organisation.queries import council
from survey_app.settings import Settings
from survey_app.web.limits import is_one_too_many

WRONG_BEFORE_A_LETTER = 10


def note_wrong_password(user: User | None) -> None:
    """Count it, and write to the person when it was the tenth within a day: once a day, however many more there are.

    An address that nobody has is counted as well, so that it costs the same.
    """
    if not is_one_too_many("wrong passwords", f"{WRONG_BEFORE_A_LETTER - 1} per day", key=account_tried):
        return
    if (
        is_one_too_many("letters about wrong passwords", "1 per day", key=account_tried)
        or user is None
        or not user.active
    ):
        return
    settings: Settings = current_app.extensions["settings"]
    found = council()
    text = wrong_passwords_letter(
        council=found.name if found else "the council",
        email=user.email,
        tries=WRONG_BEFORE_A_LETTER,
        forgotten=f"{settings.base_url}/accounts/forgotten-password",
    )
    message_id = f"{new_reference()}.wrong-passwords"
    send_after_answer(letter_to_staff(message_id, recipient=user.email, subject=SUBJECT, text=text))


def account_tried() -> str:
    """The account that is tried, as Flask-Security would find it, hashed: the store of limits learns no address."""
    typed = request.form.get("email", "")
    try:
        typed = current_app.extensions["security"].mail_util.normalize(typed)
    except EmailValidateException:
        typed = ""  # no user has it, and the address is counted all the same
    return hash_of(typed)


def hash_of(address: str) -> str:
    settings: Settings = current_app.extensions["settings"]
    return keyed_hash(settings.index_key, address.lower())
