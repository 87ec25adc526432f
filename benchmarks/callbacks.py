"""Callbacks of GOV.UK Notify answered a second: the token checked, the message looked up, the receipt stored durably.

What users feel: nothing, as long as Notify gets its answer within five seconds, and that is what is measured here at
the pace of its fastest sending, 3,000 messages a minute. The reference is a bare Flask view that answers 204, on the
same server command, called by as many at once. The worker does not run meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from statistics import median

from sqlalchemy import func, insert, select

from benchmarks.council import invite, set_up
from benchmarks.load import Burst, Visitor, burst
from benchmarks.measuring import Result, in_turn
from benchmarks.serving import serving
from benchmarks.workbench import NAMES, Size, Workbench, app_on
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Callback, Invitation, Message, MessageKind, MessageState
from survey_app.kernel.clock import utc_now
from tests.databases import Database

NAME = "callbacks"
CALLERS = 8
FASTEST_A_SECOND = 3_000 / 60  # Notify's own rate
MOST_A_SECOND = 1_500  # so many messages are made ready
TOKEN = "a-token-of-the-benchmark"
HEADERS = f"Content-Type: application/json\r\nAuthorization: Bearer {TOKEN}"


def run(bench: Workbench) -> Iterator[Result]:
    for kind in bench.kinds:
        database = bench.empty(kind)
        with (
            serving(
                "wsgi:app", {**database.environment, "NOTIFY_CALLBACK_TOKEN": TOKEN}, ready_at="/health/ready"
            ) as port,
            serving("benchmarks.bare:app", {}) as bare_port,
        ):
            yield _compared(kind, database, port, bare_port, bench.size)


def _compared(kind: str, database: Database, port: int, bare_port: int, size: Size) -> Result:
    receipts = iter(_sent(database, int(MOST_A_SECOND * size.burst_seconds * (size.pairs + 1)) + 2 * CALLERS))
    told: list[Burst] = []

    def rate(call: Callable[[], None], bursts: list[Burst]) -> float:
        bursts.append(burst(call, visitors=CALLERS, for_seconds=size.burst_seconds))
        return bursts[-1].rate

    pairs = in_turn(
        lambda: rate(lambda: _call(port, "/callbacks/notify/receipt", next(receipts)), told),
        lambda: rate(lambda: _call(bare_port, "/nothing", b"{}"), []),
        size.pairs,
    )
    answered = sum(each.visits for each in told)
    with app_on(database) as app, app.app_context():
        stored = db.session.scalar(select(func.count()).select_from(Callback))
    if stored != answered:
        raise RuntimeError(f"{answered} receipts were answered and {stored} are stored")
    return Result(
        f"callbacks of Notify, {NAMES[kind]}",
        "a second",
        "a bare Flask view that answers 204",
        pairs,
        more_is_better=True,
        note=f"{median(ours for ours, _ in pairs) / FASTEST_A_SECOND:,.0f} times the fastest that Notify sends; all "
        f"{stored:,} are stored",
    )


def _sent(database: Database, count: int) -> list[bytes]:
    """The receipts of so many messages that went out."""
    now = utc_now()
    with app_on(database) as app, app.app_context(), transaction():
        invite(*set_up(now), count, now)
        rows = db.session.execute(select(Invitation.id, Invitation.reference)).all()
        sent = {"kind": MessageKind.INVITATION, "state": MessageState.SENT, "due_at": now, "sent_at": now}
        db.session.execute(insert(Message), [{"invitation_id": row.id, **sent} for row in rows])
    return [
        json.dumps(
            {
                "id": f"740e5834-3a29-46b4-9a6f-{number:012}",
                "reference": f"{row.reference}.{MessageKind.INVITATION}",
                "to": "asha@example.org",
                "status": "delivered",
                "created_at": "2026-03-10T12:10:00.000000Z",
                "completed_at": "2026-03-10T12:12:30.000000Z",
                "sent_at": "2026-03-10T12:11:00.000000Z",
                "notification_type": "email",
                "template_id": "f33517ff-2a88-4f6e-b855-c550268ce08a",
                "template_version": 1,
            }
        ).encode()
        for number, row in enumerate(rows)
    ]


def _call(port: int, path: str, receipt: bytes) -> None:
    with Visitor(port) as notify:
        status, _nothing = notify.post(path, receipt, headers=HEADERS)
        if status != 204:
            raise RuntimeError(f"a callback was met with status {status}")
