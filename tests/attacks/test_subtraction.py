"""Somebody keeps everything that ever leaves the staff, over three publications, and lets a solver find what it allows.

They know of every service, channel, month and customer group; of what was printed they take pack, published tables,
open data and the assessor's pages. No group of 1 to 9 answers may come out as one number, nor 1 to 4 of a sensitive
count, nor what came or went between two publications.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import combinations, product
from pathlib import Path
from typing import Any, TypeVar

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select
from time_machine import TimeMachineFixture

from survey_app.accounts.keys.operations import make_key
from survey_app.accounts.keys.scopes import KeyScope
from survey_app.actions.improvements.aims import Aim
from survey_app.actions.improvements.operations import Written, enter_improvement
from survey_app.actions.public.operations import ChangeWords, publish_change
from survey_app.evidence.elements.operations import import_cse
from survey_app.evidence.exhibits.operations import pin_exhibit
from survey_app.evidence.models import ExhibitKind
from survey_app.evidence.queries import elements_by_number
from survey_app.extensions import db, transaction
from survey_app.kernel.periods import Period
from survey_app.measures.address import make_query
from survey_app.measures.operations import publish_edition
from survey_app.measures.queries import read_standing
from survey_app.measures.queries.published import editions, proposed_edition, publishable
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Service
from survey_app.responses.models import ResponseState, SurveyResponse
from tests.attacks.solver import IN, OUT, Atom, Attacker, Which, all_of, is_of
from tests.conftest import PersonsClient
from tests.factories import (
    NOON,
    make_access,
    make_answers,
    make_council,
    make_service,
    make_survey,
    make_user,
    withdraw,
)

YEAR = Period.parse("2025/26")
SERVICES = {"housing": 46, "waste": 38, "tax": 24, "libraries": 11, "registrars": 6, "cemeteries": 3}
CHANNELS = {Channel.PHONE: 8, Channel.EMAIL: 4, Channel.SOCIAL: 1}
MONTHS = {f"2025-{month:02}": weight for month, weight in zip(range(4, 10), (6, 5, 4, 3, 1, 1), strict=True)}
GROUPS = {"16 to 64": 8, "65 and over": 4, "not said": 1}
PUBLISHED = [datetime(2026, month, 3, 9, tzinfo=UTC) for month in (7, 8, 9)]
ASSESSOR = "assessor@example.org"
LATE = ([], [1, 3, 12], [2, 9, 15])  # how many answers come late, by group of them, before each publication
FEW, FEW_OF_A_GROUP = range(1, 10), range(1, 5)

Key = TypeVar("Key")
Truth = Counter[tuple[str, str, str, str, str]]


@dataclass(frozen=True)
class Group:
    """Answers that somebody would like to count: those with these values on these axes."""

    values: Mapping[str, tuple[str, ...]]
    few: range = FEW

    @property
    def name(self) -> str:
        return " and ".join(f"{axis} {' or '.join(values)}" for axis, values in self.values.items())

    @property
    def which(self) -> Which:
        return all_of(*(is_of(axis, values) for axis, values in self.values.items()))

    def count(self, answers: Truth) -> int:
        return count_of(self.which, [answers])


@dataclass(frozen=True)
class Watched:
    """A council that published three times: what an attacker has of it, and the answers at each time."""

    attacker: Attacker
    truths: Sequence[Truth]


@pytest.fixture(
    params=[
        pytest.param(seed, marks=[pytest.mark.slow] if seed > 1 else [], id=f"council-{seed}") for seed in (1, 2, 3)
    ]
)
def chance(request: pytest.FixtureRequest) -> random.Random:
    return random.Random(request.param)  # the same council each time


@pytest.fixture
def watched(
    chance: random.Random, app: Flask, runner: FlaskCliRunner, tmp_path: Path, time_machine: TimeMachineFixture
) -> Watched:
    attacker = Attacker(len(PUBLISHED), list(SERVICES), [*map(str, CHANNELS)], list(MONTHS), list(GROUPS))
    truths, editions_at, printed = list[Truth](), list[int](), list[tuple[Which, int]]()
    with transaction():
        council = OpenCouncil(chance)
    for moment, at in enumerate(PUBLISHED):
        time_machine.move_to(at, tick=False)
        with transaction():
            for many in LATE[moment]:
                council.hears(many)
            if moment and chance.random() < 0.7:
                council.gives_back(2)
        truths.append(truth())
        with transaction():
            if council.publishes(at):
                editions_at.append(moment)
            if moment == 0:
                council.pins(at)
        pack = tmp_path / f"{moment}.zip"
        days = ("--from", f"{YEAR.first}", "--to", f"{YEAR.last}")
        result = runner.invoke(args=["evidence", "pack", "--framework", "cse", *days, "--out", f"{pack}"])
        assert result.exit_code == 0, result.output
        printed += all_printed(pack, app, editions_at)
        printed += given_by_api(app, editions_at)
    for which, count in (*printed, *seen_by_assessor(app)):
        assert count == count_of(which, truths), "what is printed was read wrongly"
        attacker.learns(which, count)
    return Watched(attacker, truths)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_no_group_of_a_few_can_be_counted_from_three_publications(watched: Watched) -> None:
    attacker = watched.attacker
    assert attacker.could_be(is_of("moment", [0])) == (128, 128), "the whole is known, as it should be"
    assert told(attacker, watched.truths) == []
    attacker.believes_that_nothing_was_withdrawn()
    assert told(attacker, watched.truths) == []


def test_the_attacker_counts_what_is_left_open() -> None:
    """The attack can succeed: of a total and all groups but one, it tells that one."""
    attacker = Attacker(1, ["housing", "waste"], ["phone"], ["2025-04"], ["all"])
    attacker.learns(lambda _atom: True, 100)
    attacker.learns(is_of("service", ["housing"]), 97)
    assert attacker.could_be(is_of("service", ["waste"])) == (3, 3)
    assert attacker.tells(is_of("service", ["waste"])) == 3
    satisfied = all_of(is_of("service", ["waste"]), is_of("answer", [IN]))
    assert attacker.could_be(satisfied) == (0, 3)
    assert attacker.tells(satisfied) is None


def test_the_attacker_counts_what_came_between_two_publications() -> None:
    attacker = Attacker(2, ["housing", "waste"], ["phone"], ["2025-04"], ["all"])
    for moment, total in enumerate((100, 104)):
        attacker.learns(is_of("moment", [moment]), total)
    waste = is_of("service", ["waste"])
    both = [all_of(is_of("moment", [moment]), waste) for moment in (1, 0)]
    assert attacker.could_be(*both) == (-100, 104)
    attacker.believes_that_nothing_was_withdrawn()
    assert attacker.could_be(*both) == (0, 4)


# ---- The council ----


def count_of(which: Which, truths: Sequence[Truth]) -> int:
    """How many answers it is true of, over all moments that it speaks of."""
    return sum(n for moment, found in enumerate(truths) for answer, n in found.items() if which(Atom(moment, *answer)))


class OpenCouncil:
    """Hears from many, tells the public and an assessor as much as it may, and begins a change for the better."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        make_council()
        self.survey = make_survey()
        self.services = {code: make_service(code) for code in SERVICES}
        self.hears(128)
        import_cse(now=NOON)
        aim = Aim("satisfaction", services=("waste",))
        written = Written("Text before a collection", "Tell me.", "We tell you.", date(2025, 7, 1))
        self.improvement = enter_improvement(written, aim, now=NOON)
        make_access(make_user("assessor", email=ASSESSOR))

    def hears(self, n: int) -> None:
        """So many answers of people who do not know of each other."""
        for _ in range(n):
            month = date.fromisoformat(f"{self._pick(MONTHS)}-10")
            facts: dict[str, Any] = {"channel": self._pick(CHANNELS), "customer_group": self._pick(GROUPS)}
            code = "5" if self.chance.random() < 0.8 else "2"
            make_answers(self.survey, self.services[self._pick(SERVICES)], month, {"satisfaction": code}, **facts)

    def gives_back(self, n: int) -> None:
        """The answers of some, who take them back."""
        counted = select(SurveyResponse).where(SurveyResponse.state == ResponseState.COUNTED)
        for response in self.chance.sample(db.session.scalars(counted.order_by(SurveyResponse.id)).all(), n):
            withdraw(response)

    def publishes(self, now: datetime) -> bool:
        """The next edition of its tables; False where there is none."""
        earlier = editions("satisfaction", YEAR)
        found = proposed_edition(publishable("satisfaction"), YEAR, earlier, standing=read_standing(now))
        if not found.is_unchanged:
            publish_edition("satisfaction", YEAR, seen=found.edition.digest, now=now)
        return not found.is_unchanged

    def pins(self, now: datetime) -> None:
        """Three figures for the assessor, and a change for everybody."""
        spring = date(2025, 4, 1), date(2025, 6, 30)
        for number, query in (
            ("1.3.1", make_query("satisfaction", YEAR.first, YEAR.last)),
            ("1.3.2", make_query("satisfaction", YEAR.first, YEAR.last, {"service": "waste"})),
            ("1.3.4", make_query("satisfaction", *spring)),
        ):
            pin_exhibit(query, ExhibitKind.CHART, "", elements_by_number("cse", [number]), now=now)
        publish_change(ChangeWords("Waste", "Tell me.", "We tell you."), improvement=self.improvement, now=now)

    def _pick(self, weights: Mapping[Key, int]) -> Key:
        return self.chance.choices(list(weights), list(weights.values()))[0]


def truth() -> Truth:
    counted = db.session.scalars(select(SurveyResponse).where(SurveyResponse.state == ResponseState.COUNTED))
    codes = {service.id: service.code for service in db.session.scalars(select(Service))}
    return Counter(
        (
            codes[each.service_id],
            str(each.channel),
            f"{each.counts_on:%Y-%m}",
            each.customer_group or "",
            IN if each.answers[0].option.code == "5" else OUT,
        )
        for each in counted
    )


# ---- What is printed ----


def all_printed(pack: Path, app: Flask, editions_at: Sequence[int]) -> Iterator[tuple[Which, int]]:
    """Numbers of the pack, with the tables in it, and of the open data; each of the moment that it speaks of."""
    with zipfile.ZipFile(pack) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    known = {}
    for name, content in files.items():
        if name.startswith("passports/"):
            document = json.loads(content)
            if document["measure"] == "satisfaction":
                known[Path(name).stem] = where(document)
                yield from counts(where(document), document["counts"]["numerator"], document["counts"]["base"])
    for row in csv.DictReader(io.StringIO(files["figures.csv"].decode("utf-8-sig"), newline="")):
        trend = files.get(f"trends/{row['exhibit']}.csv")
        for part in csv.DictReader(io.StringIO(trend.decode("utf-8-sig"), newline="")) if trend else ():
            if part["numerator"]:
                of_it = all_of(known[row["passport"]], days(part["from"], part["to"]))
                yield from counts(of_it, int(part["numerator"]), int(part["base"]))
    for name, content in files.items():
        if name.startswith("tables/"):
            yield from table(content.decode("utf-8-sig"), name, editions_at)
    yield from open_data(app)


def where(document: Mapping) -> Which:  # type: ignore[type-arg]
    found = [
        is_of("moment", [moment_of(document["data_cut"])]),
        days(document["period"]["from"], document["period"]["to"]),
    ]
    assert document["where"].keys() <= {"service"}, "something new is printed"
    return all_of(*found, *(is_of("service", codes) for codes in document["where"].values()))


def moment_of(data_cut: str) -> int:
    at = datetime.fromisoformat(data_cut)
    return max(moment for moment, published in enumerate(PUBLISHED) if published <= at)


def days(first: str, last: str) -> Which:
    return is_of("month", [month for month in MONTHS if first[:7] <= month <= last[:7]])


def counts(which: Which, numerator: int, base: int) -> Iterator[tuple[Which, int]]:
    yield which, base
    yield all_of(which, is_of("answer", [IN])), numerator


def table(text: str, name: str, editions_at: Sequence[int]) -> Iterator[tuple[Which, int]]:
    """A published table. A value that stands unchanged is that of an earlier edition, which its note names."""
    number = int(name.removesuffix(".csv").rpartition("-")[2])
    lines = list(csv.reader(io.StringIO(text, newline="")))
    header = next(number for number, line in enumerate(lines) if line[:1] == ["table"])
    for line in lines[header + 1 :]:
        row = dict(zip(lines[header], line, strict=True))
        if row["base"].isdecimal():
            stands_since = re.search(r"as in edition (\d+)", row["note"])
            edition = int(stands_since[1]) if stands_since else number
            which = all_of(is_of("moment", [editions_at[edition - 1]]), row_of(row["table"], row["group"]))
            if row["table"] == "By customer group":
                answers = {"in the share": [IN], "others": [OUT], "all": [IN, OUT]}[row["answers"]]
                yield all_of(which, is_of("answer", answers)), int(row["base"])
            else:
                yield from counts(which, int(row["numerator"]), int(row["base"]))


def row_of(table: str, group: str) -> Which:
    match table:
        case "All answers":
            return lambda _atom: True
        case "By service":
            return is_of("service", [code for code in SERVICES if code.casefold() == group.casefold()])
        case "By channel":
            return is_of("channel", [str(each) for each in CHANNELS if each.label == group])
        case "By month":
            return is_of("month", [f"{datetime.strptime(group, '%B %Y'):%Y-%m}"])  # noqa: DTZ007
        case _:
            return is_of("group", [group] if group in GROUPS else list(GROUPS))


def open_data(app: Flask) -> Iterator[tuple[Which, int]]:
    """What anybody may load. That the change is of the waste service, its words tell."""
    text = app.test_client().get("/you-said-we-did/data.csv").text.removeprefix("\ufeff")
    for row in csv.DictReader(io.StringIO(text, newline="")):
        for side in ("before", "since"):
            if row[f"{side}_base"]:
                which = all_of(
                    is_of("moment", [0]),
                    is_of("service", ["waste"]),
                    days(row[f"{side}_first"], row[f"{side}_last"]),
                )
                yield from counts(which, int(row[f"{side}_numerator"]), int(row[f"{side}_base"]))


def given_by_api(app: Flask, editions_at: Sequence[int]) -> Iterator[tuple[Which, int]]:
    """Every edition that a key for published tables opens."""
    with transaction():
        key = make_key("Open data", [KeyScope.FIGURES_PUBLISHED], days=10, now=PUBLISHED[0])
    for number in range(1, len(editions_at) + 1):
        answer = app.test_client().get(
            f"/api/v1/published/satisfaction/2025-26?edition={number}", headers={"Authorization": f"Bearer {key.text}"}
        )
        assert answer.status_code == 200, answer.text
        for cell in answer.json["cells"]:
            if cell["base"] is not None:
                since = cell["since"] or number
                which = all_of(is_of("moment", [editions_at[since - 1]]), cell_of(cell))
                yield which, cell["base"]
                if cell["numerator"] is not None:
                    yield all_of(which, is_of("answer", [IN])), cell["numerator"]


def cell_of(cell: Mapping[str, Any]) -> Which:
    answers = is_of("answer", {"": [IN, OUT], IN: [IN], OUT: [OUT]}[cell["column"]])
    if not cell["row"]:
        return answers
    axis = {"customer_group": "group"}.get(cell["table"], cell["table"])
    return all_of(answers, is_of(axis, [cell["row"]]))


def seen_by_assessor(app: Flask) -> Iterator[tuple[Which, int]]:
    """The counts above the single rows behind each exhibit."""
    app.test_client_class = PersonsClient
    client = app.test_client()
    assert isinstance(client, PersonsClient)
    client.sign_in(ASSESSOR)
    of_exhibits = {
        "E01": lambda _atom: True,
        "E02": is_of("service", ["waste"]),
        "E03": is_of("month", ["2025-04", "2025-05", "2025-06"]),
    }
    for number, which in of_exhibits.items():
        soup = BeautifulSoup(client.get(f"/evidence/exhibits/{number}/rows").text, "html.parser")
        for line in soup.select('[aria-label="By answer"] tbody tr'):
            _, count, part = (cell.get_text(" ", strip=True) for cell in line.select("th, td"))
            if count.isdecimal() and "not in" not in part:
                satisfied = IN if "numerator" in part else OUT
                yield all_of(is_of("moment", [0]), which, is_of("answer", [satisfied])), int(count)


# ---- What comes out ----


def told(attacker: Attacker, truths: Sequence[Truth]) -> list[str]:
    """The groups of a few that come out as one number, and what came or went of them."""
    found = list[str]()
    for moment in range(len(truths)):
        now = is_of("moment", [moment])
        for group in groups(attacker):
            count = group.count(truths[moment])
            if count in group.few and attacker.tells(all_of(now, group.which)) == count:
                found.append(f"{group.name} at {moment}: {count}")
            if moment:
                moved = count - group.count(truths[moment - 1])
                both = all_of(now, group.which), all_of(is_of("moment", [moment - 1]), group.which)
                if abs(moved) in group.few and attacker.tells(*both) == moved:
                    found.append(f"{group.name} from {moment - 1} to {moment}: {moved}")
    return found


def groups(attacker: Attacker) -> Iterator[Group]:
    """Every row, every two rows together, every row crossed with one of another kind; counts of the sensitive table."""
    axes = {
        "service": attacker.services,
        "channel": attacker.channels,
        "month": attacker.months,
        "group": attacker.groups,
    }
    for axis, rows in axes.items():
        for some in (*combinations(rows, 1), *combinations(rows, 2)):
            yield Group({axis: some})
    for (one, rows), (other, columns) in combinations(axes.items(), 2):
        for row, column in product(rows, columns):
            yield Group({one: (row,), other: (column,)})
    for group, answer in product(attacker.groups, (IN, OUT)):
        yield Group({"group": (group,), "answer": (answer,)}, FEW_OF_A_GROUP)
