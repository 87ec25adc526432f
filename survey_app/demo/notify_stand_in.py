"""A stand-in of GOV.UK Notify on this machine that speaks the same HTTP: to try the product on, and for its tests.

It takes what the real one takes, refuses with the same words, keeps what it was given and calls back as Notify does.
Nothing it takes is sent to anybody.
"""

from __future__ import annotations

import json
import re
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any
from urllib.parse import parse_qs

import requests
from notifications_python_client.authentication import decode_jwt_token, get_token_issuer
from notifications_python_client.errors import TokenDecodeError, TokenError, TokenExpiredError, TokenIssuerError

from survey_app.demo.notify_page import page_of

TEMPLATES = {
    "email": "e0a11111-1111-4111-8111-111111111111",
    "sms": "50b22222-2222-4222-8222-222222222222",
}
PLACEHOLDERS = {"email": ("subject", "body"), "sms": ("body",)}
RECIPIENT = {"email": "email_address", "sms": "phone_number"}
FIELDS = {
    "email": {
        "email_address",
        "template_id",
        "personalisation",
        "reference",
        "email_reply_to_id",
        "one_click_unsubscribe_url",
        "sanitise_content_for",
    },
    "sms": {"phone_number", "template_id", "personalisation", "reference", "sms_sender_id"},
}
# What the real one answers for these, so that a council can try bounces on it too.
OUTCOMES = {
    "perm-fail@simulator.notify": "permanent-failure",
    "temp-fail@simulator.notify": "temporary-failure",
    "7700900002": "permanent-failure",
    "7700900003": "temporary-failure",
}
LONGEST_TEXT = 918
LONGEST_EMAIL = 2_000_000
CALLBACK_TIMEOUT_SECONDS = 5
MOST_RETRIES = 5
RETRY_SECONDS = 300.0
OUR_NUMBER = "07700900999"  # whom residents text back


class Refusal(Exception):
    """An answer that is an error, in Notify's words."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.document = {"status_code": status, "errors": [{"error": kind, "message": message}]}


@dataclass
class Notification:
    """One message that was taken."""

    kind: str  # email, sms
    to: str
    reference: str | None
    body: str
    subject: str | None
    unsubscribe_url: str | None
    created_at: datetime
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = "created"

    def document(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "reference": self.reference,
            RECIPIENT[self.kind]: self.to,
            "type": self.kind,
            "status": self.status,
            "template": {"id": TEMPLATES[self.kind], "version": 1},
            "body": self.body,
            "subject": self.subject,
            "created_at": stamp(self.created_at),
        }


class NotifyStandIn:
    """What it took, and how it behaves. The attributes may be changed while it runs."""

    def __init__(self, api_key: str, *, callbacks: str | None = None, callback_token: str = "") -> None:
        """`callbacks` is our address before /receipt, /complaint and /sms; without it nobody is called back."""
        self.service_id, self._secret = api_key[-73:-37], api_key[-36:]
        self.callbacks = callbacks
        self.callback_token = callback_token
        self.retry_seconds = RETRY_SECONDS
        self.sends_receipts = True
        self.rate_a_minute = 3_000
        self.limits_a_day = {"email": 250_000, "sms": 250_000}
        self.delay_seconds = 0.0
        self.failures: deque[int] = deque()  # statuses of the next answers, instead of taking the message
        self.lost_answers = 0  # so many messages are taken without an answer: the connection ends
        self.url = ""
        self.taken: list[Notification] = []
        self.answered: list[int | None] = []  # what we said to each call; None: nothing
        self.connections = 0
        self.stopping = Event()
        self._recent: deque[float] = deque()
        self._today: Counter[tuple[date, str]] = Counter()
        self._lock = Lock()
        self._callers = ThreadPoolExecutor(4, thread_name_prefix="notify-callback")
        self._calls: list[Future[int | None]] = []
        self._session = requests.Session()

    # taking

    def answer(self, method: str, path: str, token: str | None, body: bytes) -> tuple[int, dict[str, Any]]:
        """Status and document of one call of the API."""
        try:
            self._check_token(token)
            if method == "GET":
                return 200, self._found(path.rpartition("/")[2]).document()
            kind = path.rpartition("/")[2]
            if method != "POST" or path != f"/v2/notifications/{kind}" or kind not in TEMPLATES:
                raise Refusal(404, "NotFound", "The requested URL was not found on the server.")
            return 201, self._take(kind, body)
        except Refusal as refusal:
            return refusal.status, refusal.document

    def _take(self, kind: str, body: bytes) -> dict[str, Any]:
        with self._lock:
            if self.failures:
                status = self.failures.popleft()
                raise Refusal(status, "Exception", "Internal server error")
            self._check_limits(kind)
        form = _form(kind, body)
        given = form["personalisation"]
        notification = Notification(
            kind=kind,
            to=form[RECIPIENT[kind]],
            reference=form.get("reference"),
            body=given["body"],
            subject=given.get("subject"),
            unsubscribe_url=form.get("one_click_unsubscribe_url"),
            created_at=datetime.now(UTC),
        )
        with self._lock:
            self.taken.append(notification)
            self._today[notification.created_at.date(), kind] += 1
            self._recent.append(monotonic())
        if self.sends_receipts:
            self.send_receipt(notification)
        return {
            "id": notification.id,
            "reference": notification.reference,
            "content": {"body": notification.body, "subject": notification.subject},
            "uri": f"{self.url}/v2/notifications/{notification.id}",
            "template": {"id": form["template_id"], "version": 1, "uri": f"{self.url}/templates/{form['template_id']}"},
            "scheduled_for": None,
        }

    def _check_token(self, token: str | None) -> None:
        """Signed with our secret within the last 30 seconds, by Notify's own rules."""
        if token is None:
            raise Refusal(401, "AuthError", "Unauthorized: authentication token must be provided")
        try:
            issuer = get_token_issuer(token)
            if issuer != self.service_id:
                raise Refusal(403, "AuthError", "Invalid token: service not found")
            decode_jwt_token(token, self._secret)
        except TokenExpiredError as error:
            raise Refusal(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds") from error
        except TokenIssuerError as error:
            raise Refusal(403, "AuthError", "Invalid token: iss field not provided") from error
        except TokenDecodeError as error:
            raise Refusal(403, "AuthError", "Invalid token: API key not found") from error
        except TokenError as error:
            raise Refusal(403, "AuthError", "Invalid token") from error

    def _check_limits(self, kind: str) -> None:
        while self._recent and self._recent[0] < monotonic() - 60:
            self._recent.popleft()
        if len(self._recent) >= self.rate_a_minute:
            raise Refusal(
                429,
                "RateLimitError",
                f"Exceeded rate limit for key type LIVE of {self.rate_a_minute} requests per 60 seconds",
            )
        limit = self.limits_a_day[kind]
        if self._today[datetime.now(UTC).date(), kind] >= limit:
            raise Refusal(429, "TooManyRequestsError", f"Exceeded send limits ({kind}: {limit}) for today")

    def _found(self, notification_id: str) -> Notification:
        for notification in self.taken:
            if notification.id == notification_id:
                return notification
        raise Refusal(404, "NoResultFound", "No result found")

    # calling back

    def send_receipt(self, notification: Notification, status: str | None = None) -> None:
        """Tell what became of a message, in a thread of its own; without a status what becomes of such an address."""
        notification.status = status or OUTCOMES.get(notification.to.removeprefix("+44").removeprefix("0"), "delivered")
        now = stamp(datetime.now(UTC))
        self._call(
            "receipt",
            {
                "id": notification.id,
                "reference": notification.reference,
                "to": notification.to,
                "status": notification.status,
                "created_at": stamp(notification.created_at),
                "completed_at": now,
                "sent_at": now,
                "notification_type": notification.kind,
                "template_id": TEMPLATES[notification.kind],
                "template_version": 1,
            },
        )

    def complain(self, notification: Notification) -> None:
        """Whoever got it marks it as spam."""
        self._call(
            "complaint",
            {
                "notification_id": notification.id,
                "complaint_id": str(uuid.uuid4()),
                "reference": notification.reference,
                "to": notification.to,
                "complaint_date": stamp(datetime.now(UTC)),
            },
        )

    def text_back(self, number: str, message: str, *, text_id: str | None = None) -> None:
        """Somebody texts the council."""
        self._call(
            "sms",
            {
                "id": text_id or str(uuid.uuid4()),
                "source_number": number,
                "destination_number": OUR_NUMBER,
                "message": message,
                "date_received": stamp(datetime.now(UTC)),
            },
        )

    def drain(self) -> list[int | None]:
        """Wait until every callback has been made, with its retries; the last status of each, None: no answer."""
        calls, self._calls = self._calls, []
        return [call.result() for call in calls]

    def _call(self, what: str, document: Mapping[str, Any]) -> None:
        if self.callbacks is not None:
            self._calls.append(self._callers.submit(self._call_now, f"{self.callbacks}/{what}", dict(document)))

    def _call_now(self, url: str, document: Mapping[str, Any]) -> int | None:
        """By Notify's rules: again after a while on no answer, 429 or 5xx, five times at most; else never again."""
        status: int | None = None
        for _ in range(1 + MOST_RETRIES):
            try:
                status = self._session.post(
                    url,
                    json=document,
                    headers={"Authorization": f"Bearer {self.callback_token}"},
                    timeout=CALLBACK_TIMEOUT_SECONDS,
                ).status_code
            except requests.RequestException:
                status = None
            self.answered.append(status)
            if (status is not None and status < 500 and status != 429) or self.stopping.wait(self.retry_seconds):
                break
        return status

    def close(self) -> None:
        self.stopping.set()
        self._callers.shutdown(cancel_futures=True)
        self._session.close()


def stamp(moment: datetime) -> str:
    """A moment as Notify writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"


def _form(kind: str, body: bytes) -> dict[str, Any]:
    """What was posted, once it is as Notify wants it."""
    try:
        form: dict[str, Any] = dict(json.loads(body))
    except (TypeError, ValueError) as error:
        raise Refusal(400, "BadRequestError", "Invalid JSON supplied in POST data") from error
    for name in (RECIPIENT[kind], "template_id"):
        if not isinstance(form.get(name), str):
            raise Refusal(400, "ValidationError", f"{name} is a required property")
    for name in sorted(form.keys() - FIELDS[kind]):
        raise Refusal(400, "ValidationError", f"Additional properties are not allowed ({name} was unexpected)")
    _check_recipient(kind, form[RECIPIENT[kind]])
    _check_template(kind, form["template_id"])
    url = form.get("one_click_unsubscribe_url")
    if url is not None and not url.startswith("https"):
        raise Refusal(400, "ValidationError", "one_click_unsubscribe_url is not a valid https url")
    given = form.get("personalisation", {})
    if missing := [name for name in PLACEHOLDERS[kind] if not given.get(name)]:
        raise Refusal(400, "BadRequestError", f"Missing personalisation: {', '.join(missing)}")
    if kind == "sms" and len(given["body"]) > LONGEST_TEXT:
        length = f"cannot be longer than {LONGEST_TEXT} characters. Your message is {len(given['body'])} characters"
        raise Refusal(400, "BadRequestError", f"Your message is too long. Text messages {length} long.")
    if kind == "email" and (size := len(given["body"].encode())) > LONGEST_EMAIL:
        length = f"cannot be longer than {LONGEST_EMAIL} bytes. Your message is {size} bytes."
        raise Refusal(400, "BadRequestError", f"Your message is too long. Emails {length}")
    return form


def _check_recipient(kind: str, to: str) -> None:
    if kind == "email":
        if not re.fullmatch(r"[^\s@<>]+@[^\s@<>.]+(\.[^\s@<>.]+)+", to):
            raise Refusal(400, "ValidationError", "email_address Not a valid email address")
        return
    digits = re.sub(r"[\s()\-]", "", to)
    if not re.fullmatch(r"\+?\d+", digits):
        raise Refusal(400, "ValidationError", "phone_number Must not contain letters or symbols")
    if digits.startswith("+") and not digits.startswith("+44"):
        raise Refusal(400, "BadRequestError", "Cannot send to international mobile numbers")
    if not re.fullmatch(r"(?:\+44|0)7\d{9}", digits):
        raise Refusal(400, "InvalidPhoneError", "Not a UK mobile number")


def _check_template(kind: str, template_id: str) -> None:
    try:
        uuid.UUID(template_id)
    except ValueError as error:
        raise Refusal(400, "ValidationError", "template_id is not a valid UUID") from error
    if template_id == TEMPLATES[kind]:
        return
    if template_id in TEMPLATES.values():
        other = "sms" if kind == "email" else "email"
        raise Refusal(400, "BadRequestError", f"{other} template is not suitable for {kind} notification")
    raise Refusal(400, "BadRequestError", "Template not found")


@contextmanager
def notify_stand_in(
    api_key: str, *, port: int = 0, callbacks: str | None = None, callback_token: str = ""
) -> Iterator[NotifyStandIn]:
    """Run one on this machine for as long as the block lasts; port 0 takes a free one."""
    stand_in = NotifyStandIn(api_key, callbacks=callbacks, callback_token=callback_token)
    server = _Server(("127.0.0.1", port), _handler(stand_in))
    stand_in.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="notify")
    thread.start()
    try:
        yield stand_in
    finally:
        stand_in.close()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # a client that keeps its connection keeps nobody waiting
    request_queue_size = 100


def _handler(stand_in: NotifyStandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body leave together
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            stand_in.connections += 1

        def do_GET(self) -> None:
            if self.path == "/":
                self._send(200, "text/html; charset=utf-8", page_of(stand_in.taken).encode())
                return
            self._answer_api(b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            acts: dict[str, Callable[[dict[str, str]], None]] = {
                "/text-back": lambda form: stand_in.text_back(form["number"], form["message"]),
                "/complain": lambda form: stand_in.complain(stand_in._found(form["id"])),
            }
            if (act := acts.get(self.path)) is None:
                self._answer_api(body)
                return
            act({name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()})
            self.send_response(303)
            self.send_header("Location", "/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _answer_api(self, body: bytes) -> None:
            stand_in.stopping.wait(stand_in.delay_seconds)
            scheme, _, token = self.headers.get("Authorization", "").partition(" ")
            status, document = stand_in.answer(
                self.command, self.path, token if scheme.title() == "Bearer" else None, body
            )
            if status == 201 and stand_in.lost_answers:
                stand_in.lost_answers -= 1
                self.close_connection = True
                return
            self._send(status, "application/json", json.dumps(document).encode())

        def _send(self, status: int, content_type: str, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """What it took is on its page."""

    return Handler
