"""Files that another system drops into a folder: taken when complete, once, and put away with what became of them."""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from time_machine import TimeMachineFixture

from survey_app.audit.models import AuditLine
from survey_app.contacts.drop_folder import DropFolder
from survey_app.contacts.feeds.models import Feed, FeedDay
from survey_app.contacts.jobs import TAKE_IN, take_in_file
from survey_app.contacts.models import Contact
from survey_app.extensions import db, transaction
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import Refused
from survey_app.settings import Settings
from survey_app.work.jobs import run_job
from survey_app.work.models import JobRun
from tests.factories import make_service
from tests.threads import all_at_once

HEADER = "reference,occurred_at,channel,service"


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    folder = tmp_path / "contacts"
    folder.mkdir()
    return replace(settings, contacts_folder=folder)


@pytest.fixture
def folder(app: Flask, settings: Settings) -> Path:
    with transaction():
        make_service("housing")
    assert settings.contacts_folder is not None
    return settings.contacts_folder


def drop(folder: Path, name: str, *references: str, bad: int = 0) -> Path:
    rows = [f"{reference},2026-03-09 10:00,phone,housing" for reference in references]
    rows += ["bad,some day,phone,housing"] * bad
    (folder / name).write_text("\n".join([HEADER, *rows]) + "\n")
    return folder / name


def work(seconds: int = 61) -> int:
    """All that the job does when so many seconds have gone by since now; how many files it dealt with."""
    done = 0
    while step := take_in_file(utc_now() + timedelta(seconds=seconds + done), "worker"):
        done += step
    return done


def lying(folder: Path) -> dict[str, list[str]]:
    """The names of all files by their folder, without the time at which ours were taken."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_dir() or path.is_symlink():
            found.setdefault(path.parent.name, []).append(path.name[16:] if path.parent != folder else path.name)
    return found


def result(folder: Path, name: str) -> dict[str, object]:
    (path,) = folder.glob(f"*-{name}.result.json")
    found: dict[str, object] = json.loads(path.read_text())
    return found


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Contact)) or 0


def test_complete_files_are_taken_in_and_put_away_with_what_became_of_them(folder: Path) -> None:
    drop(folder, "monday.csv", "C-1", "C-2", bad=1)
    drop(folder, "Tuesday crm.CSV", "C-2", "C-3")
    drop(folder, "half.csv.part", "C-4")
    drop(folder, ".hidden.csv", "C-5")
    assert work(seconds=50) == 0  # any of them may still be written
    assert work() == 2
    assert lying(folder) == {
        "contacts": [".hidden.csv", "half.csv.part"],
        "done": [
            "monday.csv",
            "monday.csv.rejected.csv",
            "monday.csv.result.json",
            "Tuesday_crm.csv",
            "Tuesday_crm.csv.result.json",
        ],
    }
    told = result(folder / "done", "monday.csv")
    assert {name: told[name] for name in ("read", "accepted", "rejected", "is_resumed")} == {
        "read": 3,
        "accepted": 2,
        "rejected": 1,
        "is_resumed": False,
    }
    assert str(told["rejects_file"]).endswith("-monday.csv.rejected.csv")
    assert result(folder / "done", "Tuesday_crm.csv")["duplicate"] == 1
    assert stored() == 3
    day = db.session.scalars(select(FeedDay).join(Feed).where(Feed.source == "folder")).one()
    assert (day.read, day.accepted, day.rejected) == (5, 3, 1)
    lines = db.session.scalars(select(AuditLine).where(AuditLine.action == "contacts.import")).all()
    assert {line.actor_kind for line in lines} == {"job"}


def test_rejected_rows_that_come_back_corrected_are_taken_in(folder: Path) -> None:
    drop(folder, "monday.csv", "C-1", bad=1)
    work()
    (rejects,) = (folder / "done").glob("*.rejected.csv")
    corrected = rejects.read_text().replace("some day", "2026-03-09 11:00")
    (folder / "monday.csv.rejected.csv").write_text(corrected)
    assert work(seconds=90) == 1
    assert (stored(), lying(folder).get("working")) == (2, None)


def test_a_file_that_cannot_be_read_goes_aside_with_the_reason_and_the_next_comes_in(folder: Path) -> None:
    (folder / "a.csv").write_bytes(b"PK\x00\x01")
    (folder / "b.csv").write_text("name,day\nAsha,today\n")
    drop(folder, "c.csv", "C-1")
    assert work() == 3
    assert sorted(lying(folder)["failed"]) == ["a.csv", "a.csv.result.json", "b.csv", "b.csv.result.json"]
    assert "not text" in str(result(folder / "failed", "a.csv")["error"])
    assert "has no header" in str(result(folder / "failed", "b.csv")["error"])
    assert stored() == 1
    refused = db.session.scalars(select(AuditLine).where(AuditLine.action == "contacts.file refused")).all()
    assert len(refused) == 2


def test_links_and_odd_names_lead_nowhere(folder: Path, tmp_path: Path) -> None:
    secret = drop(tmp_path, "secret.csv", "C-1")
    (folder / "link.csv").symlink_to(secret)
    os.link(secret, folder / "second name.csv")
    os.mkfifo(folder / "pipe.csv")
    (folder / "folder.csv").mkdir()
    os.close(os.open(os.fsencode(folder) + b"/\xff\n;..rm -rf.csv", os.O_CREAT))
    assert work() == 4
    failed = [name for name in lying(folder)["failed"] if name.endswith(".json")]
    assert sorted(failed) == [
        "___..rm_-rf.csv.result.json",
        "link.csv.result.json",
        "pipe.csv.result.json",
        "second_name.csv.result.json",
    ]
    assert stored() == 0
    assert secret.exists()


def test_folders_of_ours_that_lead_elsewhere_are_refused(folder: Path, tmp_path: Path) -> None:
    drop(folder, "a.csv", "C-1")
    (folder / "done").symlink_to(tmp_path)
    with pytest.raises(Refused, match="done must be a folder"):
        work()
    assert (folder / "a.csv").exists()
    assert stored() == 0


def test_a_file_that_still_grows_is_read_again(folder: Path, app: Flask) -> None:
    drop(folder, "slow.csv", "C-1")

    def write_on(_connection: object) -> None:
        (path,) = (folder / "working").glob("*-slow.csv")
        if "C-2" not in path.read_text():
            with path.open("a") as file:
                file.write("C-2,2026-03-09 10:00,phone,housing\n")

    event.listen(db.engine, "commit", write_on)
    work()
    event.remove(db.engine, "commit", write_on)
    assert stored() == 2
    assert result(folder / "done", "slow.csv")["read"] == 2


def die_at(number: int, folder: Path) -> bool:
    """Work in a process that is killed the `number`-th time it touches the folder or commits; whether it was."""
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        left = [number]

        def count_down(*_args: object) -> None:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def watch(name: str, args: tuple[object, ...]) -> None:
            if name in ("os.rename", "open") and os.fspath(folder) in str(args[0]):
                count_down()

        try:
            event.listen(db.engine, "commit", count_down)
            sys.addaudithook(watch)
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def test_killed_at_any_moment_nothing_is_lost_or_there_twice(folder: Path) -> None:
    number = 1
    drop(folder, "0.csv", "0-1", "0-2", bad=1)
    while die_at(number, folder):
        drop(folder, f"{number}.csv", f"{number}-1", f"{number}-2", bad=1)
        number += 1
    assert number > 8
    work()
    assert stored() == 2 * number
    at_rest = lying(folder)
    assert set(at_rest) == {"done"}
    assert len(at_rest["done"]) == 3 * number
    assert all(result(folder / "done", f"{n}.csv")["rejected"] == 1 for n in range(number))
    assert db.session.scalar(select(FeedDay.accepted)) == 2 * number


@pytest.mark.parametrize("is_leased", [True, False])
def test_two_workers_at_once_take_each_file_once(
    folder: Path, app: Flask, time_machine: TimeMachineFixture, is_leased: bool
) -> None:
    """Also where one was held up for longer than its lease, and both are at it."""
    for number in range(6):
        drop(folder, f"{number}.csv", f"{number}-1", f"{number}-2")
    time_machine.move_to(utc_now() + timedelta(seconds=61))
    if is_leased:
        all_at_once(app, *(partial(run_job, TAKE_IN, worker=name) for name in ("one", "two")))
    else:
        all_at_once(app, work, work)
    work()
    assert stored() == 12
    assert len(lying(folder)["done"]) == 12
    assert set(lying(folder)) == {"done"}


def test_whoever_comes_second_to_the_end_of_a_file_changes_nothing_but_brings_its_rejected_rows(folder: Path) -> None:
    drop(folder, "1.csv", "1-1")
    quick, slow = DropFolder(folder), DropFolder(folder)
    file = quick.next(utc_now() + timedelta(seconds=61))
    assert file is not None
    assert slow.next(utc_now()) == replace(file, is_resumed=True)
    quick.finish(file, {"accepted": 1})
    file.path.with_name(f"{file.path.name}.rejected.csv").write_text("line,reason\n")
    slow.finish(file, {"accepted": 0})
    slow.fail(file, "It is gone.")
    assert result(folder / "done", "1.csv")["accepted"] == 1
    assert lying(folder) == {"done": ["1.csv", "1.csv.rejected.csv", "1.csv.result.json"]}


def test_two_workers_that_come_to_the_end_of_a_file_at_once_end_it_once(folder: Path, app: Flask) -> None:
    for number in range(60):
        drop(folder, f"{number}.csv", f"{number}-1")
    taken = []
    while (file := DropFolder(folder).next(utc_now() + timedelta(seconds=61))) is not None:
        taken.append(file)
        file.path.rename(folder / f"{file.path.name}.taken")  # else the next would be the same again
    for file in taken:
        (folder / f"{file.path.name}.taken").rename(file.path)

    def end() -> None:
        for file in taken:
            DropFolder(folder).finish(file, {"accepted": 1})

    all_at_once(app, end, end)
    assert len(lying(folder)["done"]) == 120
    assert set(lying(folder)) == {"done"}


def test_without_a_folder_or_with_one_that_is_gone(folder: Path, app: Flask, settings: Settings) -> None:
    folder.rmdir()
    assert run_job(TAKE_IN, worker="one") == 0
    run = db.session.get_one(JobRun, TAKE_IN.name)
    assert "is no folder" in str(run.last_error)
    app.extensions["settings"] = replace(settings, contacts_folder=None)
    assert run_job(TAKE_IN, worker="one") == 0
    assert db.session.get_one(JobRun, TAKE_IN.name, populate_existing=True).last_error is None
