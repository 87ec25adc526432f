"""Ten years of a council, a year at a time: every old figure is the same or says why not, every old pack verifies.

It begins with the first schema there was: a backup of that release, restored and brought to the newest.
TEN_YEARS_ANSWERS says how many answers a service gets in a month (usually 6); 600 make a county of it.
"""

from __future__ import annotations

import json
import os
import sys
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from flask import current_app
from sqlalchemy import select

from survey_app.audit.operations import seal_lines
from survey_app.evidence.elements.operations import import_cse
from survey_app.evidence.models import ExhibitKind
from survey_app.evidence.packs.making import make_pack
from survey_app.evidence.queries import find_framework
from survey_app.extensions import db, reading, transaction
from survey_app.kernel.periods import Period
from survey_app.measures.address import make_query
from survey_app.measures.models import FrozenPassport, LineageBridge
from survey_app.measures.operations.tallies import fold_all
from survey_app.measures.queries.run_again import run_again
from survey_app.measures.rerun import rerun_sentence
from survey_app.organisation.models import Service
from survey_app.privacy.purging.operations import purge
from survey_app.responses.models import ResponseState, SurveyResponse
from survey_app.surveys.models import SurveyVersion, VersionState
from tests.databases import Database, Templates
from tests.evidence.test_pins import pin
from tests.factories import make_answers, make_contact, make_new_wording, withdraw
from tests.upkeep.backups.commands import done, flask, opened
from tests.upkeep.drill.test_drill import OLD, OLD_KEYS

pytestmark = pytest.mark.soak
FIRST = 2024
A_MONTH = int(os.environ.get("TEN_YEARS_ANSWERS", "6"))
GOOD, BAD = ("5", "4"), "2"


@dataclass
class Council:
    """Where the council is kept just now, under which keys, and the packs that assessors were given."""

    database: Database
    keys: dict[str, str]
    packs: list[Path] = field(default_factory=list)
    events: list[str] = field(default_factory=list)


def test_ten_years_leave_every_figure_the_same_or_with_a_true_reason(templates: Templates, tmp_path: Path) -> None:
    """On both databases: the first five years on SQLite, the others on PostgreSQL."""
    with zipfile.ZipFile(OLD) as kept:
        kept.extractall(tmp_path / "old")
    council = Council(templates.empty("sqlite"), dict(OLD_KEYS))
    done(flask(council.database, "upkeep", "restore", tmp_path / "old", **council.keys))
    table = []
    for year in range(FIRST, FIRST + 10):
        council.events = []
        between_years(council, year, templates, tmp_path)
        with opened(council.database, **council.keys):
            a_year(council, year, tmp_path)
        table.append((year, *standing(council, year), "; ".join(council.events)))
    lines = [f"{'year':>6} {'figures':>8} {'same':>5} {'explained':>10} {'packs':>6}  what happened"]
    lines += [f"{row[0]:>6} {row[1]:>8} {row[2]:>5} {row[3]:>10} {row[4]:>6}  {row[5]}" for row in table]
    sys.stdout.write("\n" + "\n".join(lines) + "\n")

    for pack in council.packs:
        done(flask(council.database, "evidence", "verify", pack, **council.keys))
    done(flask(council.database, "measures", "verify", **council.keys))
    done(flask(council.database, "audit", "verify", **council.keys))
    done(flask(council.database, "upkeep", "backup", tmp_path / "last", **council.keys))
    drilled = json.loads(done(flask(council.database, "upkeep", "drill", tmp_path / "last", "--json", **council.keys)))
    assert (drilled["ok"], drilled["passports"]) == (True, table[-1][1])
    assert drilled["same"] >= 9 + 3  # those of the first release, which nothing here concerned, and newer ones
    assert drilled["explained"]
    council.database.drop()


def between_years(council: Council, year: int, templates: Templates, tmp_path: Path) -> None:
    """What operators do: a new key every third year, and in the fifth the move to the other database."""
    if year % 3 == 0:
        council.keys["DATA_KEYS"] = f"{Fernet.generate_key().decode()},{council.keys['DATA_KEYS']}"
        done(flask(council.database, "privacy", "rotate-keys", **council.keys))
        council.keys["DATA_KEYS"] = council.keys["DATA_KEYS"].split(",")[0]
        council.events.append("new data key, the old one gone")
    if year == FIRST + 5:
        done(flask(council.database, "upkeep", "backup", tmp_path / "move", **council.keys))
        council.database = templates.empty("postgresql")
        done(flask(council.database, "upkeep", "restore", tmp_path / "move", **council.keys))
        council.events.append("moved to PostgreSQL")


def a_year(council: Council, year: int, tmp_path: Path) -> None:
    """April to March: answers each month, some late, some withdrawn; then the evidence of the year."""
    period = Period.between(date(year, 4, 1), date(year + 1, 3, 31))
    april = datetime(year + 1, 4, 20, 12, tzinfo=UTC)
    with transaction():
        if find_framework("cse") is None:
            import_cse(now=april)
        survey = newest_survey()
        survey = new_wording(council, survey, year)
        for service in services(period.last):
            for month in range(12):
                day = date(year + (month > 8), (month + 3) % 12 + 1, 10)
                for place in range(A_MONTH):
                    make_answers(survey, service, day, {"satisfaction": BAD if place % 6 == 5 else GOOD[place % 2]})
        merge(council, year)
    with transaction():
        earlier = select(SurveyResponse).where(
            SurveyResponse.state == ResponseState.COUNTED, SurveyResponse.counts_on >= date(year - 1, 4, 1)
        )
        if year > FIRST:
            for response in db.session.scalars(earlier.order_by(SurveyResponse.id).limit(2)).all():
                withdraw(response)
            late = services(period.last)[0]
            make_answers(survey, late, date(year, 3, 30), {"satisfaction": GOOD[0]}, submitted_at=april)
            council.events.append("2 withdrawn, 1 late")
        fold_all()
    erase_somebody(council, year)
    with transaction():
        pin("1.3.1", query=make_query("satisfaction", period.first, period.last), kind=ExhibitKind.FIGURE, now=april)
    settings = current_app.extensions["settings"]
    made = make_pack("cse", period, settings=settings, now=april, tell=lambda _done, _step: None)
    council.packs.append(tmp_path / f"pack-{year}.zip")
    council.packs[-1].write_bytes(made.zipped)
    gone = sum(rows for _code, rows in purge(april, "the worker"))
    council.events.append(f"{gone} rows purged")
    with transaction():
        seal_lines(april, settings.signing_key, most=100_000)


def services(day: date) -> list[Service]:
    found = db.session.scalars(select(Service).order_by(Service.id)).all()
    return [each for each in found if each.valid_to is None or each.valid_to >= day][:2]


def newest_survey() -> SurveyVersion:
    versions = select(SurveyVersion).where(SurveyVersion.state == VersionState.PUBLISHED)
    for version in db.session.scalars(versions.order_by(SurveyVersion.published_at.desc(), SurveyVersion.id.desc())):
        if any(item.question_version.question.asks == "satisfaction" for item in version.items):
            return version
    raise AssertionError("no survey asks for satisfaction")


def new_wording(council: Council, survey: SurveyVersion, year: int) -> SurveyVersion:
    """In the third year with a bridge to the wording before, in the seventh without."""
    if year not in (FIRST + 2, FIRST + 6):
        return survey
    now = datetime(year, 4, 1, 8, tzinfo=UTC)
    newer = make_new_wording(survey, "satisfaction", f"How satisfied were you in {year}?", now)
    council.events.append("new wording")
    if year == FIRST + 2:
        pair = [
            next(i.question_version_id for i in v.items if i.question_version.question.asks == "satisfaction")
            for v in (survey, newer)
        ]
        bridge = LineageBridge(
            from_version_id=pair[0], to_version_id=pair[1], reason="Asked side by side.", declared_at=now
        )
        db.session.add(bridge)
        council.events.append("bridged")
    db.session.flush()
    return newer


def merge(council: Council, year: int) -> None:
    """In the fourth year the second service goes into the first."""
    if year == FIRST + 3:
        into, closed = services(date(year, 4, 1))
        closed.valid_to, closed.successor_id = date(year + 1, 3, 31), into.id
        council.events.append(f"{closed.code} merged into {into.code}")


def erase_somebody(council: Council, year: int) -> None:
    """Somebody was asked this year, and wants to be forgotten."""
    with transaction():
        service = services(date(year, 9, 1))[0]
        moment = datetime(year, 9, 1, 12, tzinfo=UTC)
        make_contact(service, email=None, occurred_at=moment, customer_ref=f"CR-{year}", imported_at=moment)
        fold_all()
    db.session.remove()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    result = app.test_cli_runner().invoke(args=["privacy", "erase", f"CR-{year}", "--as", "customer_ref", "--yes"])
    assert result.exit_code == 0, result.output
    council.events.append("1 erased")


def standing(council: Council, year: int) -> tuple[int, int, int, int]:
    """Every figure that was ever frozen, counted again: none may lack a reason."""
    now = datetime(year + 1, 4, 20, 12, tzinfo=UTC) + timedelta(days=1)
    same = explained = 0
    with opened(council.database, **council.keys), reading():
        frozen = db.session.scalars(select(FrozenPassport).order_by(FrozenPassport.id)).all()
        for passport in frozen:
            rerun = run_again(passport, now=now)
            assert rerun.is_explained, (year, passport.code, rerun_sentence(rerun))
            same += rerun.is_same
            explained += not rerun.is_same
        db.session.rollback()
    return len(frozen), same, explained, len(council.packs)
