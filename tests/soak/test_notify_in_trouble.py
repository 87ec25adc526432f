"""GOV.UK Notify limits, fails, is silent and hangs up while two workers send and are killed, and tells us what became
of each message in no order: nobody is left out, only what was in flight goes twice, and the ledger is the test's count.

What is counted is what the stand-in of Notify took and told; every person has one contact.
"""

from __future__ import annotations

import csv
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from flask import Flask

from survey_app import create_app
from survey_app.contacts.models import AskingRules
from survey_app.contacts.ways import Way
from survey_app.demo.notify_stand_in import TEMPLATES, Notification, NotifyStandIn, notify_stand_in
from survey_app.extensions import db, transaction
from survey_app.invitations.operations.windows import set_window
from survey_app.invitations.timing import ANY_TIME
from survey_app.kernel.clock import utc_now
from survey_app.settings import load_settings
from tests.databases import Templates
from tests.journey.council import Council
from tests.journey.recount import LONDON
from tests.notify import API_KEY, CALLBACK_TOKEN, ENVIRONMENT
from tests.smtp import smtp_server
from tests.soak.keeper import Keeper, kept, ledger_of, rows

pytestmark = pytest.mark.soak

PEOPLE, KILLS = 600, 10
FAILURES = ("permanent-failure", "temporary-failure", "technical-failure")
REASONS = dict(zip(FAILURES, ("does_not_exist", "unavailable", "stopped_by_network"), strict=True))
SILENCE_SECONDS = 11.0  # longer than a worker waits for an answer
PATIENCE_SECONDS = 240


@dataclass
class Fates:
    """What becomes of everybody's message, by e-mail address or number; of whoever is not named it is delivered."""

    everybody: list[str]
    failing: dict[str, str] = field(default_factory=dict)
    complaining: set[str] = field(default_factory=set)

    @classmethod
    def thrown(cls, dice: random.Random) -> Fates:
        """Two in three are asked by e-mail, the others by text message; one in ten messages fails."""
        everybody = [
            f"resident{n}@example.org" if dice.random() < 2 / 3 else f"+447700{900_000 + n}" for n in range(PEOPLE)
        ]
        unlucky = dice.sample(everybody, PEOPLE // 10)
        spared = [person for person in everybody if person not in unlucky and "@" in person]
        return cls(everybody, {person: dice.choice(FAILURES) for person in unlucky}, set(dice.sample(spared, 10)))


class Storm:
    """Two workers and a web server, the Notify that they talk to, and the receipts it has still to send."""

    def __init__(self, keeper: Keeper, app: Flask, stand_in: NotifyStandIn, fates: Fates, dice: random.Random) -> None:
        self.keeper = keeper
        self.stand_in = stand_in
        self.fates = fates
        self.kills = 0
        self._app = app
        self._dice = dice
        self._seen = 0
        self._untold: list[tuple[Notification, str | None]] = []
        self._told: Counter[int | None] = Counter()
        self._woken_at = 0.0

    def kill_a_worker(self) -> None:
        time.sleep(self._dice.random() / 20)  # anywhere between one message and the next
        self.keeper.kill_worker(self._dice.choice(self.keeper.workers))
        self.kills += 1

    def wait_for(self, holds: Callable[[], bool], what: str) -> None:
        """Send receipts, and wake the workers as an import does, until something holds."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < deadline, f"{what}: {len(self.stand_in.taken)} messages came; {self.log[-2000:]}"
            self._tell(0.2)
            if time.monotonic() - self._woken_at > 1:
                self._woken_at = time.monotonic()
                with self._app.app_context():
                    self._app.extensions["run_job_task"]("send_messages")
            time.sleep(0.01)

    def wait_for_part(self, part: float) -> None:
        self.wait_for(lambda: len(self.reached) / PEOPLE >= part, f"{part:.0%} of the messages")

    def tell_the_rest(self) -> Counter[int | None]:
        """Send the receipts that are left; how often the web server gave which last answer to a call."""
        self._tell(1)
        return self._told + Counter(self.stand_in.drain())

    @property
    def reached(self) -> set[str]:
        return {notification.to for notification in list(self.stand_in.taken)}

    @property
    def log(self) -> str:
        return (self.keeper.council.folder / "processes.log").read_text(errors="replace")

    def _tell(self, part: float) -> None:
        """Some of what is not told yet, whichever comes first."""
        for notification in self.stand_in.taken[self._seen :]:
            self._seen += 1
            self._untold += self._news_of(notification)
        self._dice.shuffle(self._untold)
        for _ in range(round(len(self._untold) * part) if part < 1 else len(self._untold)):
            notification, status = self._untold.pop()
            if status is None:
                self.stand_in.complain(notification)
            else:
                self.stand_in.send_receipt(notification, status)

    def _news_of(self, notification: Notification) -> list[tuple[Notification, str | None]]:
        """Every receipt of a message: some are told twice, and some that arrived were said to be late. None: spam."""
        fate = self.fates.failing.get(notification.to, "delivered")
        news: list[str | None] = [fate]
        if self._dice.random() < 0.1:
            news.append(fate)
        if fate == "delivered" and self._dice.random() < 0.1:
            news.append("temporary-failure")
        if notification.to in self.fates.complaining:
            news.append(None)
        return [(notification, status) for status in news]


@contextmanager
def running_council(council: Council, fates: Fates, stand_in: NotifyStandIn) -> Iterator[tuple[Keeper, Flask]]:
    """Everybody's contact is taken in; web server and workers run."""
    council.set_up({"housing": "Housing"})
    app = create_app(load_settings(council.environment))
    with app.app_context():
        with transaction():
            templates = {
                f"notify_{name}_template": TEMPLATES[kind] for name, kind in (("email", "email"), ("text", "sms"))
            }
            db.session.add(AskingRules(texts_are_on=True, **templates))
            set_window(Way.SMS, None, ANY_TIME, now=utc_now())
        db.engine.dispose()
    write_contacts(council, fates.everybody, utc_now() - timedelta(days=1))
    council.flask("contacts", "import", str(council.folder / "contacts.csv"))
    stand_in.callbacks = f"{council.address}/callbacks/notify"
    with kept(council) as keeper:
        yield keeper, app


def write_contacts(council: Council, everybody: list[str], at: datetime) -> None:
    with (council.folder / "contacts.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["reference", "occurred_at", "channel", "service", "email", "phone"])
        for n, person in enumerate(everybody):
            ways = (person, "") if "@" in person else ("", person)
            writer.writerow([f"J{n:05}", f"{at.astimezone(LONDON):%d/%m/%Y %H:%M}", "phone", "housing", *ways])


def rage(storm: Storm) -> None:
    """One trouble after another, with kills between them and in the midst of them."""
    stand_in = storm.stand_in
    troubles: dict[int, Callable[[], None]] = {
        1: lambda: stand_in.failures.extend([500] * 12),
        3: lambda: setattr(stand_in, "lost_answers", 5),
        5: lambda: be_silent(storm),
        7: lambda: stand_in.failures.extend([503, 429, 429]),
    }
    for n in range(KILLS):
        storm.wait_for_part((n + 1) / (KILLS + 2))
        troubles.get(n, lambda: None)()
        storm.kill_a_worker()


def be_silent(storm: Storm) -> None:
    """Messages are taken, and whoever sent them has long stopped to wait for the answer."""
    stand_in, before = storm.stand_in, storm.log.count("does not answer: ReadTimeout")
    stand_in.delay_seconds = SILENCE_SECONDS
    storm.wait_for(lambda: storm.log.count("does not answer: ReadTimeout") > before, "the end of patience")
    stand_in.delay_seconds = 0.0


def test_nobody_is_left_out_and_the_ledger_is_what_notify_took_and_told(
    templates: Templates, kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    dice = random.Random(PEOPLE)
    fates = Fates.thrown(dice)
    database = templates.filled(kind).copy(tmp_path_factory.mktemp("notify"))
    with smtp_server() as smtp, notify_stand_in(API_KEY, callback_token=CALLBACK_TOKEN) as stand_in:
        stand_in.sends_receipts, stand_in.retry_seconds = False, 0.5
        environment = {**database.environment, **ENVIRONMENT, "NOTIFY_BASE_URL": stand_in.url}
        council = Council(database.folder, smtp, environment)
        with running_council(council, fates, stand_in) as (keeper, app):
            storm = Storm(keeper, app, stand_in, fates, dice)
            rage(storm)
            storm.wait_for(lambda: storm.reached == set(fates.everybody), "everybody")
            storm.wait_for(lambda: not unfinished(council), "the end of sending")
            answers = storm.tell_the_rest()
            storm.wait_for(lambda: not rows(council, "SELECT id FROM callback"), "the end of the callbacks")
            assert [worker.stop() for worker in keeper.workers] == [0, 0]
        council.flask("jobs", "run", "--once")

        unanswered = storm.log.count("does not answer: ")
        copies = Counter(notification.to for notification in stand_in.taken)
        assert copies.total() - PEOPLE <= storm.kills + unanswered
        assert max(Counter(notification.reference for notification in stand_in.taken).values()) <= 3
        assert smtp.taken == []
        assert set(answers) == {204}
        ledger = ledger_of(council)
    database.drop()
    failed = Counter(REASONS[status] for status in fates.failing.values())
    undelivered = failed.total()
    assert {stage: ledger[stage] for stage in ("contacts", "eligible", "asked", "sent", "delivered", "answered")} == {
        "contacts": PEOPLE,
        "eligible": PEOPLE,
        "asked": PEOPLE,
        "sent": PEOPLE,
        "delivered": PEOPLE - undelivered,
        "answered": 0,
    }
    silent = {"opted_out": len(fates.complaining), "open": PEOPLE - undelivered - len(fates.complaining)}
    assert {loss["reason"]: loss["count"] for loss in ledger["losses"]} == dict(failed) | silent


def unfinished(council: Council) -> list[tuple[object, ...]]:
    """Invitations that have not gone out, as the database says, or of which it is not stored what follows."""
    return rows(council, "SELECT id FROM message WHERE kind = 'invitation' AND state IN ('waiting', 'handed_over')")
