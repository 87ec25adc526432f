"""The day itself, one thing after the other where its cost is to be known, together where a day has it together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread
from time import monotonic
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import select

from benchmarks.answering import answer
from benchmarks.council import invite, set_up
from benchmarks.countys_day.people import PAGES, Reader, let_answer
from benchmarks.countys_day.plan import FILES, SAMPLED, Plan
from benchmarks.countys_day.report import Day, percentiles
from benchmarks.countys_day.watching import Watch, used
from benchmarks.imports import Used, run_command, write_contacts
from benchmarks.load import burst
from benchmarks.report import facts
from benchmarks.sending import ask
from survey_app import create_app
from survey_app.contacts.queries import asking_rules
from survey_app.evidence.elements.operations import import_cse
from survey_app.extensions import db, transaction
from survey_app.kernel.clock import london_day, utc_now
from survey_app.organisation.models import Service
from survey_app.settings import load_settings
from survey_app.surveys.models import SurveyVersion
from tests.factories import make_user
from tests.topology.machines import Topology, topology

EMAIL = "reader@anyborough.example.org"
LINK = re.compile(r"/s/([\w-]+)")
AT_ONCE = {"SOONEST_ANSWER_SECONDS": "0"}  # residents here fill in a form as soon as it is open
PAGES_READ = 20
DRAIN_SECONDS = 6 * 3_600  # for which the letters of a whole year may take
MOST_A_SECOND, BEHIND_ALL = 600, 1_000_000_000  # invitations made ready for the comparison, and where their ids begin
GAIN_LETTERS, GAIN_VISITORS = 200, 8
TO_FOLD = "SELECT count(*) FROM response_change WHERE delta <> 0"
DUE = "SELECT count(*) FROM message WHERE state = 'waiting' AND due_at <= now() AT TIME ZONE 'UTC'"
WAITING = "SELECT (SELECT count(*) FROM contact WHERE drawn_at IS NULL) + (SELECT count(*) FROM message m WHERE "
WAITING += "m.state IN ('waiting', 'handed_over') AND m.due_at <= now() AT TIME ZONE 'UTC' + interval '1 minute')"


def run(plan: Plan, folder: Path, *, web_nodes: int, workers: int, gain_seconds: float) -> Day:
    """One day on a deployment of its own, all of which is gone at the end."""
    day = Day(
        facts={**facts(None), "contacts": f"{plan.contacts:,}", "peak": f"{plan.peak_a_second:g} answers a second"}
    )
    with topology(folder, durable=True, tls=False, settings=AT_ONCE) as made, _app_on(made) as app:
        _prepare(app)
        made.start_app(web_nodes=web_nodes, web_processes=1, workers=0)
        day.facts |= {"web nodes": str(web_nodes), "workers": str(workers), "database": "PostgreSQL with a replica"}
        with Watch(made) as watch:
            _bring_contacts(plan, made, folder, watch, day)
            _send(plan, made, watch, day, workers)
            _answer(plan, made, watch, day, _tokens(made)[: plan.answers])
            _read_alone(made, watch, day)
            day.looks, day.marks = watch.looks, watch.marks
        _count(plan, made, day)
        if gain_seconds:
            _gains(made, app, day, gain_seconds)
    return day


@contextmanager
def _app_on(made: Topology) -> Iterator[Flask]:
    """An app in this process on the same database, for what no command does."""
    settings = {**made.environment, "INSTANCE_PATH": str(made.folder / "instance-here")}
    app = create_app(load_settings(settings))
    try:
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()


def _prepare(app: Flask) -> None:
    with app.app_context(), transaction():
        set_up(utc_now())
        rules = asking_rules()
        rules.sampling_fraction = SAMPLED
        db.session.add(rules)
        import_cse(now=utc_now())
        make_user("cse_lead", email=EMAIL)


def _bring_contacts(plan: Plan, made: Topology, folder: Path, watch: Watch, day: Day) -> None:
    watch.mark("contacts come in")
    before, size = used(made), _size(made)
    imported: list[Used] = []
    for number in range(FILES):
        file = write_contacts(folder / f"{number}.csv", plan.contacts_in_a_file, prefix=f"F{number}-")
        imported.append(run_command(file, {**made.environment, "INSTANCE_PATH": str(folder / "instance-commands")}))
        file.unlink()
    day.rates["contacts imported a second"] = plan.contacts / sum(each.seconds for each in imported)
    cost = _spent(made, before, plan.contacts)
    cost["command"] = 1_000 * sum(each.core_seconds for each in imported) / plan.contacts
    day.costs["a contact imported, ms of a core"] = cost
    day.costs["a contact, bytes"] = {"database": (_size(made) - size) / plan.contacts}


def _send(plan: Plan, made: Topology, watch: Watch, day: Day, workers: int) -> None:
    watch.mark("people are drawn and letters sent")
    before, size, began = used(made), _size(made), monotonic()
    for number in range(1, workers + 1):
        made.start_worker(f"worker{number}")
    made.wait_for(lambda: made.rows(WAITING) == [(0,)], "the end of the queue", seconds=DRAIN_SECONDS)
    sent = len(list(made.letters()))
    day.counts["letters sent"] = sent
    day.rates["letters a second, with the draw"] = sent / (monotonic() - began)
    day.costs["a letter with its share of the draw, ms of a core"] = _spent(made, before, sent)
    day.costs["an invitation, bytes"] = {"database": (_size(made) - size) / max(1, sent)}


def _answer(plan: Plan, made: Topology, watch: Watch, day: Day, tokens: list[str]) -> None:
    """Answers in their waves, while somebody reads and a pack is made."""
    watch.mark("residents answer, staff read, a pack is made")
    reader = Reader(next(iter(made.web_nodes.values())), EMAIL, lambda: watch.now)
    reading = reader.keep_reading()
    packing = Thread(target=_make_pack, args=(made, day))
    packing.start()
    before, size = used(made), _size(made)
    try:
        day.answered = let_answer(tokens, plan.arrivals(len(tokens)), _ports(made), lambda: watch.now)
    finally:
        reader.stop()
        reading.join()
        reader.close()
        packing.join()
    made.wait_for(lambda: made.rows(TO_FOLD) == [(0,)], "the fold")
    day.read = reader.read
    day.problems += reader.failed
    day.rates |= {f"ms for an answer, {name}": value for name, value in percentiles(day.answered).items()}
    day.rates |= {f"ms for a page of staff meanwhile, {name}": took for name, took in percentiles(day.read).items()}
    day.costs["an answer with its fold and all that staff read, ms of a core"] = _spent(made, before, len(tokens))
    day.costs["an answer, bytes"] = {"database": (_size(made) - size) / max(1, len(tokens))}
    day.counts["answers thanked for"] = len(day.answered)


def _make_pack(made: Topology, day: Day) -> None:
    today, began = london_day(utc_now()), monotonic()
    days = ["--from", str(today - timedelta(days=30)), "--to", str(today)]
    try:
        made.flask("evidence", "pack", "--framework", "cse", *days, "--out", str(made.folder / "pack.zip"))
        made.flask("evidence", "verify", str(made.folder / "pack.zip"))
    except AssertionError as problem:
        day.problems.append(f"the pack: {problem}")
    day.rates["seconds for a pack meanwhile, made and verified"] = monotonic() - began


def _read_alone(made: Topology, watch: Watch, day: Day) -> None:
    watch.mark("staff read, nobody else is there")
    with closing(Reader(next(iter(made.web_nodes.values())), EMAIL, lambda: watch.now)) as reader:
        for number in range(len(PAGES)):
            reader.look(number)
        before = used(made)
        took = [(0.0, reader.look(number)) for number in range(PAGES_READ)]
    day.costs["a page of staff, ms of a core"] = _spent(made, before, PAGES_READ)
    day.rates |= {f"ms for a page of staff alone, {name}": value for name, value in percentiles(took).items()}


def _count(plan: Plan, made: Topology, day: Day) -> None:
    """What the day promised, looked up where it is kept."""
    ((stored, counted, people),) = made.rows(
        "SELECT count(*), count(*) FILTER (WHERE state = 'counted'), count(DISTINCT invitation_id) FROM survey_response"
    )
    ((sent,),) = made.rows("SELECT count(*) FROM message WHERE state = 'sent'")
    today = london_day(utc_now())
    ledger = made.json("contacts", "coverage", "--from", str(today - timedelta(days=30)), "--to", str(today))
    day.counts |= {"answers stored": stored, "answers counted": counted, "people who answered": people}
    day.counts |= {"contacts imported": plan.contacts, "contacts in the ledger": ledger["contacts"]}
    in_ledger = ledger["answered"] + sum(loss["count"] for loss in ledger["losses"])
    day.counts |= {"answered and lost in the ledger": in_ledger, "letters that arrived": len(list(made.letters()))}
    day.counts["letters stored as sent"] = sent
    thanked = day.counts["answers thanked for"]
    day.problems += [
        f"{name}: {day.counts[name]:,} instead of {wanted:,}"
        for name, wanted in (
            *((name, thanked) for name in ("answers stored", "answers counted", "people who answered")),
            *((name, plan.contacts) for name in ("contacts in the ledger", "answered and lost in the ledger")),
            ("letters that arrived", sent),
        )
        if day.counts[name] != wanted
    ]
    for command in (("measures", "verify"), ("audit", "verify")):
        try:
            made.flask(*command)
        except AssertionError as problem:
            day.problems.append(str(problem))


def _gains(made: Topology, app: Flask, day: Day, seconds: float) -> None:
    """One web process and one worker, then two of each: what the second adds on this machine."""
    web, workers = list(made.web_nodes), [name for name in made.processes if name.startswith("worker")]
    if len(web) < 2 or len(workers) < 2:
        return
    for name in workers:
        made.processes[name].stop()
    ports = _ports(made)
    with app.app_context(), transaction():
        version = db.session.scalars(select(SurveyVersion).order_by(SurveyVersion.id)).one()
        services = db.session.scalars(select(Service)).all()
        most = int(2 * MOST_A_SECOND * seconds) + 2 * GAIN_VISITORS
        left = invite(version, services, most, utc_now(), after=BEHIND_ALL)
    answers = [_answers_a_second(ports[:many], left, seconds) for many in (1, 2)]
    letters = [_letters_a_second(made, app, workers[:many]) for many in (1, 2)]
    day.gains |= {"answers, by web processes": answers, "letters, by workers": letters}


def _answers_a_second(ports: list[int], left: list[str], seconds: float) -> float:
    """Eight people at once, one node after the other."""

    def give() -> None:
        token = left.pop()
        answer(ports[len(left) % len(ports)], token)

    return burst(give, visitors=GAIN_VISITORS, for_seconds=seconds).rate


def _letters_a_second(made: Topology, app: Flask, workers: list[str]) -> float:
    with app.app_context():
        ask(round(GAIN_LETTERS / SAMPLED))
        db.session.remove()
    ((waiting,),) = made.rows(DUE)
    before, began = len(list(made.letters())), monotonic()
    for name in workers:
        made.processes[name].start()
    made.wait_for(lambda: len(list(made.letters())) - before >= waiting, "the letters")
    took = monotonic() - began
    for name in workers:
        made.processes[name].stop()
    return int(waiting) / took


def _tokens(made: Topology) -> list[str]:
    found = (LINK.search(letter["text"]) for letter in made.letters())
    return [link[1] for link in found if link is not None]


def _ports(made: Topology) -> list[int]:
    return [urlsplit(address).port or 80 for address in made.web_nodes.values()]


def _spent(made: Topology, before: Mapping[str, float], number: int) -> dict[str, float]:
    """Milliseconds of a core for each of so many, by group of processes."""
    now = used(made)
    spent = {name: 1_000 * (now[name] - before.get(name, 0.0)) / max(1, number) for name in now}
    return {name: cost for name, cost in spent.items() if cost >= 0.01}


def _size(made: Topology) -> int:
    ((size,),) = made.rows("SELECT pg_database_size(current_database())")
    return int(size)
