"""The test's own count of what residents answered, with its own arithmetic: nothing here uses the product."""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
SERVICES = {
    "council-tax": "Council tax",
    "benefits": "Benefits",
    "waste": "Waste and recycling",
    "housing": "Housing options",
    "planning": "Planning",
    "libraries": "Libraries",
}
CHANNELS = ("phone", "email", "web", "face_to_face")
DRIVERS = ("delivery", "timeliness", "information", "professionalism", "staff_attitude", "access")
TOP_TWO = ("4", "5")


@dataclass
class Person:
    """One contact of the generator, and what the person answers, if at all."""

    reference: str
    email: str
    service: str
    channel: str
    occurred_at: datetime
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def month(self) -> str:
        return f"{self.occurred_at:%Y-%m}"


def people(number: int, comments: dict[str, list[str]], now: datetime, seed: int = 20260401) -> list[Person]:
    """A seeded council's contacts of the last ten days, of whom two in five answer, half of those with a comment."""
    dice = random.Random(seed)
    made = []
    for n in range(number):
        service = dice.choice(list(SERVICES))
        happens = now - timedelta(days=dice.randint(1, 10), minutes=dice.randint(0, 600))
        person = Person(f"J{n:05}", f"resident{n}@example.org", service, dice.choice(CHANNELS), happens)
        if dice.random() < 0.4:
            person.answers = _answers(dice, service, comments)
        made.append(person)
    return made


def _answers(dice: random.Random, service: str, comments: dict[str, list[str]]) -> dict[str, str]:
    weights = (60, 32, 3, 2, 2, 1) if service != "planning" else (45, 35, 8, 6, 5, 1)
    given = {"satisfaction": dice.choices(("5", "4", "3", "2", "1", "dk"), weights)[0]}
    for driver in DRIVERS:
        code = dice.choices(("5", "4", "3", "2", "1", "na", ""), (50, 30, 5, 3, 2, 5, 5))[0]
        given |= {driver: code} if code else {}
    given["resolved"] = dice.choices(("yes", "partly", "no", "too_early"), (70, 12, 10, 8))[0]
    for question in ("why", "improve"):
        if comments[question] and dice.random() < 0.5:
            given[question] = comments[question].pop()
    return given


def write_contacts(path: Path, everybody: Iterable[Person]) -> None:
    """The contacts as a CRM would give them: UK dates, local times, other columns beside."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Reference", "occurred_at", "channel", "service", "email", "CRM owner"])
        for p in everybody:
            local = p.occurred_at.astimezone(LONDON)
            writer.writerow([p.reference, f"{local:%d/%m/%Y %H:%M}", p.channel, p.service, p.email, "x"])


@dataclass(frozen=True)
class Recount:
    """A share: how many of how many, and its 95% Wilson interval."""

    numerator: int
    base: int

    @property
    def value(self) -> float:
        return self.numerator / self.base

    @property
    def interval(self) -> tuple[float, float]:
        z = 1.959963984540054
        n, p = self.base, self.value
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return middle - half, middle + half


def recount(question: str, answered: Iterable[Person], of: Callable[[Person], bool] = lambda _: True) -> Recount:
    """Top two of the five-point questions; yes of yes, partly and no."""
    good, substantive = (("yes",), ("yes", "partly", "no")) if question == "resolved" else (TOP_TWO, tuple("54321"))
    codes = [p.answers.get(question, "") for p in answered if of(p)]
    return Recount(sum(code in good for code in codes), sum(code in substantive for code in codes))
