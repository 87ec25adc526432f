"""GOV.UK Notify: e-mail and text messages, and what its refusals mean for us.

A refusal stays with a message only when Notify says that it is the message's own: an address that is none, a text that
is too long. Whatever is wrong with the key, the templates, the limits or the service holds for all, who then wait.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import requests
from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient
from urllib3.exceptions import ProtocolError

from survey_app.kernel.clock import utc_now
from survey_app.messaging.email import Email
from survey_app.messaging.errors import SendError, ServerTrouble
from survey_app.messaging.notify_markdown import as_markdown
from survey_app.messaging.texts import TextMessage

TIMEOUT_SECONDS = 10
A_MINUTE = 60  # after which a used-up rate has room again
LONGEST_WORDS = 200
NO_ADDRESS = frozenset({"InvalidEmailError", "InvalidPhoneError"})
OF_THE_MESSAGE = ("Your message is too long", "Your message is empty", "Cannot send to international")


class Notify:
    """One connection to GOV.UK Notify, for as many messages of both ways as are due."""

    def __init__(self, api_key: str, base_url: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self.client = NotificationsAPIClient(api_key, base_url=base_url, timeout=timeout_seconds)

    def close(self) -> None:
        self.client.request_session.close()


class NotifyEmails:
    """E-mail by a template of the service that holds ((subject)) and ((body)) and nothing else."""

    def __init__(self, notify: Notify, template_id: str) -> None:
        self._notify = notify
        self._template_id = template_id

    def send(self, email: Email) -> str | None:
        url = email.unsubscribe_url
        return _id_of(
            lambda: self._notify.client.send_email_notification(
                email_address=email.recipient,
                template_id=self._template_id,
                personalisation={
                    "subject": " ".join(email.subject.split()),
                    "body": as_markdown(email.text, email.links),
                },
                reference=email.message_id,
                one_click_unsubscribe_url=url if url is not None and url.startswith("https://") else None,
            )
        )

    def close(self) -> None:
        self._notify.close()


class NotifyTexts:
    """Text messages by a template of the service that holds ((body)) and nothing else."""

    def __init__(self, notify: Notify, template_id: str) -> None:
        self._notify = notify
        self._template_id = template_id

    def send(self, text: TextMessage) -> str | None:
        return _id_of(
            lambda: self._notify.client.send_sms_notification(
                phone_number=text.recipient,
                template_id=self._template_id,
                personalisation={"body": text.body},
                reference=text.message_id,
            )
        )

    def close(self) -> None:
        self._notify.close()


def _id_of(send: Callable[[], dict[str, Any]]) -> str | None:
    """What Notify calls the message that it has taken."""
    try:
        return str(send()["id"])
    except APIError as error:
        raise _meaning(error, utc_now()) from error
    except (KeyError, TypeError) as error:
        raise ServerTrouble("GOV.UK Notify answered something else than its API does") from error


def _meaning(error: APIError, now: datetime) -> SendError | ServerTrouble:
    status = error.status_code
    if error.response is None:
        cause = error.__cause__
        return ServerTrouble(f"GOV.UK Notify does not answer: {type(cause).__name__}", is_midway=_is_midway(cause))
    kind, words = _first_error(error)
    said = f"GOV.UK Notify {status}: {words}"
    if status == 400 and (kind in NO_ADDRESS or words.startswith(("email_address ", "phone_number "))):
        return SendError(said, is_permanent=True, is_no_address=True)
    if status == 400 and words.startswith(OF_THE_MESSAGE):
        return SendError(said, is_permanent=True)
    if status == 429 and "international" in words:  # a small limit of its own, which says nothing of the others
        return SendError(said, is_permanent=False)
    if status == 429:
        is_daily = kind == "TooManyRequestsError"
        return ServerTrouble(said, retry_after_seconds=_seconds_to_midnight(now) if is_daily else A_MINUTE)
    return ServerTrouble(said, is_midway=status >= 500)


def _is_midway(cause: BaseException | None) -> bool:
    """Whether it was connected to, so that the message may have been taken."""
    if isinstance(cause, requests.ConnectionError):
        return any(isinstance(reason, ProtocolError) for reason in cause.args)
    return isinstance(cause, requests.ReadTimeout)


def _first_error(error: APIError) -> tuple[str, str]:
    """Kind and words of what Notify says first; both empty when what answered was not Notify."""
    said = error.message
    first = said[0] if isinstance(said, list) and said else None
    if not isinstance(first, dict):
        return "", "no reason given"
    return str(first.get("error", "")), str(first.get("message", ""))[:LONGEST_WORDS]


def _seconds_to_midnight(now: datetime) -> int:
    """Notify counts days in UTC."""
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), tzinfo=now.tzinfo)
    return int((midnight - now).total_seconds()) + 1
