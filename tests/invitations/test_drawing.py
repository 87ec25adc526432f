"""Who is asked: the draw over what is stored."""

from __future__ import annotations

import ast
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import joinedload

import survey_app
from survey_app.contacts.models import (
    AddressBlock,
    AskingRules,
    BlockReason,
    Contact,
    ContactDetail,
    Dimension,
    DrawSeed,
    Exclusion,
    SamplingRule,
    SendingWindow,
    Way,
)
from survey_app.contacts.operations import import_contacts
from survey_app.contacts.reading import COLUMNS
from survey_app.contacts.sampling import draw_score
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, Message
from survey_app.invitations.operations import draw_invitations
from survey_app.kernel.clock import london_day
from survey_app.organisation.channels import Channel, CustomerKind
from survey_app.organisation.models import Service
from survey_app.surveys.operations import publish_default_survey
from tests.factories import NOON, make_contact, make_council, make_service, make_survey
from tests.threads import all_at_once

NEXT_DAY = NOON + timedelta(days=1)
SEED = "5e" * 32


@pytest.fixture
def housing(app: Flask) -> Service:
    """A council with a survey and a service to ask about, and a draw that comes out the same at each run."""
    with transaction():
        make_council()
        publish_default_survey(NOON - timedelta(days=30))
        db.session.add_all(DrawSeed(first_on=date(year, 4, 1), seed=SEED, made_at=NOON) for year in (2024, 2025, 2026))
        return make_service("housing", "Housing options")


def set_rules(**rules: object) -> None:
    with transaction():
        db.session.add(AskingRules(**rules))


def draw_all(now: datetime = NEXT_DAY) -> None:
    while draw_invitations(now, "test"):
        pass


def outcome(contact: Contact) -> str | None:
    db.session.refresh(contact)
    return contact.draw_outcome


def outcomes() -> dict[str | None, int]:
    rows = db.session.execute(select(Contact.draw_outcome, func.count()).group_by(Contact.draw_outcome))
    return dict(rows.all())


def asked_references() -> set[str]:
    return set(db.session.scalars(select(Contact.reference).join(Invitation)))


def write_csv(path: Path, rows: Sequence[str], header: str = "reference,occurred_at,channel,service,email") -> Path:
    path.write_text("\n".join([header, *rows]))
    return path


def test_the_same_rows_in_another_order_and_in_other_batches_ask_the_same_people(
    housing: Service, tmp_path: Path
) -> None:
    """Half of them are of people who called three times: which of their contacts is asked about must not move."""
    set_rules(sampling_fraction=0.4)
    rows = [f"R{n},2026-03-10 12:00,phone,housing,p{n % 40 if n % 2 else n}@example.org" for n in range(120)]
    asked = []
    for order, batch in ((rows, 50), (rows[::-1], 7), (random.Random(5).sample(rows, len(rows)), 1_000)):
        import_contacts(write_csv(tmp_path / "c.csv", order), now=NEXT_DAY, batch_rows=batch)
        draw_all()
        asked.append(asked_references())
        with transaction():
            for table in ("message", "invitation", "contact_detail", "contact"):
                db.session.execute(db.text(f"DELETE FROM {table}"))
    assert 25 < len(asked[0]) < 60
    assert asked[0] == asked[1] == asked[2]


def test_an_import_scores_its_contacts_and_those_of_before_are_scored_before_they_are_drawn(
    housing: Service, tmp_path: Path
) -> None:
    with transaction():
        earlier = make_contact(housing, reference="earlier", email="earlier@example.org")
    import_contacts(write_csv(tmp_path / "c.csv", ["now,2026-03-10 12:00,phone,housing,now@example.org"]), now=NEXT_DAY)
    assert earlier.draw_score is None
    draw_all()
    scores = dict(db.session.execute(select(Contact.reference, Contact.draw_score)).all())
    assert scores == {name: draw_score(bytes.fromhex(SEED), name) for name in ("earlier", "now")}
    assert set(db.session.scalars(select(Contact.draw_fraction))) == {1.0}


def test_two_imports_at_once_make_one_seed_for_a_year(app: Flask, housing: Service, tmp_path: Path) -> None:
    def importing(name: str) -> None:
        path = tmp_path / name
        path.mkdir()
        row = f"{name},2023-03-10 12:00,phone,housing,{name}@example.org"
        import_contacts(write_csv(path / "c.csv", [row]), now=NEXT_DAY)

    all_at_once(app, lambda: importing("one"), lambda: importing("two"))
    (seed,) = db.session.scalars(select(DrawSeed.seed).where(DrawSeed.first_on == date(2022, 4, 1)))
    assert len(bytes.fromhex(seed)) == 32
    for reference, score in db.session.execute(select(Contact.reference, Contact.draw_score)):
        assert score == draw_score(bytes.fromhex(seed), reference)


def test_what_the_council_leaves_out_is_not_asked_about(housing: Service) -> None:
    with transaction():
        below = make_service("homeless", parent_id=housing.id)
        waste = make_service("waste")
        for dimension, value in ((Dimension.SERVICE, "housing"), (Dimension.REASON, "bereavement")):
            db.session.add(Exclusion(dimension=dimension, value=value, why="Not the time.", added_at=NOON))
        found = [
            make_contact(housing, email="a@example.org"),
            make_contact(below, email="b@example.org"),
            make_contact(waste, email="c@example.org", reason="Bereavement "),
            make_contact(waste, email="d@example.org"),
        ]
    draw_all()
    assert [outcome(each) for each in found] == ["service_not_asked", "service_not_asked", "reason_not_asked", "asked"]


def test_staff_are_known_by_their_domain_also_when_it_is_listed_after_the_import(
    housing: Service, tmp_path: Path
) -> None:
    rows = [
        "S,2026-03-10 12:00,phone,housing,Pat@Anyborough.Example",
        "R,2026-03-10 12:00,phone,housing,pat@anyborough.example.org",
    ]
    import_contacts(write_csv(tmp_path / "c.csv", rows), now=NEXT_DAY)
    set_rules(staff_domains=["anyborough.example"])
    draw_all()
    assert dict(db.session.execute(select(Contact.reference, Contact.draw_outcome)).all()) == {
        "S": "staff",
        "R": "asked",
    }
    assert not any("anyborough" in key for key in db.session.scalars(select(ContactDetail.domain_key)))


def test_internal_customers_get_their_own_survey_or_none(housing: Service) -> None:
    with transaction():
        colleague = make_contact(housing, email="a@example.org", customer_kind=CustomerKind.INTERNAL)
        partner = make_contact(housing, email="b@example.org", customer_kind=CustomerKind.PARTNER)
        own = make_survey("internal", customer_kind=CustomerKind.INTERNAL)
    draw_all()
    assert (outcome(colleague), outcome(partner)) == ("asked", "internal")
    assert db.session.scalars(select(Invitation)).one().survey_version_id == own.id


def test_of_one_case_the_earliest_contact_within_the_gap_is_asked_about_whichever_is_drawn_first(
    housing: Service,
) -> None:
    with transaction():
        later = make_contact(housing, email="b@example.org", case_ref="K1", reference="A")
    draw_all()
    assert outcome(later) == "asked"  # no other is known yet
    with transaction():
        first = make_contact(
            housing, email="a@example.org", case_ref="K2", reference="Z", occurred_at=NOON - timedelta(hours=1)
        )
        second = make_contact(housing, email="c@example.org", case_ref="K2", reference="B")
        twin = make_contact(housing, email="d@example.org", case_ref="K2", reference="C")
        long_after = NOON + timedelta(days=91)
        again = make_contact(housing, email="e@example.org", case_ref="K2", occurred_at=long_after)
    draw_all()
    assert [outcome(each) for each in (first, second, twin)] == ["asked", "same_case", "same_case"]
    draw_all(long_after)
    assert outcome(again) == "asked"


def test_the_council_may_ask_about_a_second_contact(housing: Service) -> None:
    set_rules(ask_second_contact=True)
    with transaction():
        for name in "ab":
            make_contact(housing, email=f"{name}@example.org", case_ref="K1")
    draw_all()
    assert outcomes() == {"asked": 2}


def test_somebody_is_asked_by_the_first_way_that_is_open(housing: Service) -> None:
    set_rules(texts_are_on=True, letters_are_on=True)
    with transaction():
        contacts = {
            Way.EMAIL: make_contact(housing, email="a@example.org"),
            Way.SMS: make_contact(housing, email="b@example.org"),
            Way.LETTER: make_contact(housing, email=None, case_ref="K9"),
        }
        blocked = make_contact(housing, email="c@example.org")
        nowhere = make_contact(housing, email=None)
        for contact in (contacts[Way.EMAIL], contacts[Way.SMS]):
            assert contact.detail is not None
            contact.detail.phone, contact.detail.phone_is_mobile = "+447700900123", True
        back = NEXT_DAY + timedelta(days=1)
        for key, until in (("b@example.org", None), ("c@example.org", back), ("a@example.org", NOON)):
            row = AddressBlock(key=key, reason=BlockReason.FAILS_FOR_NOW, created_at=NOON, until=until)
            db.session.add(row)
    draw_all()
    ways = select(Invitation.contact_id, Message.way).join(Message, Message.invitation_id == Invitation.id)
    assert dict(db.session.execute(ways).all()) == {contact.id: way for way, contact in contacts.items()}
    assert (outcome(blocked), outcome(nowhere)) == ("address_blocked", "no_address")


def test_the_first_message_is_due_after_the_delay_and_inside_the_opening_hours(housing: Service) -> None:
    set_rules(delay_minutes=60)
    with transaction():
        window = {"opens_minute": 9 * 60, "closes_minute": 12 * 60, "weekdays": "12345", "on_bank_holidays": False}
        db.session.add(SendingWindow(way=Way.EMAIL, **window))
        make_contact(housing, email="a@example.org")
        make_contact(housing, email="b@example.org", occurred_at=NOON - timedelta(hours=1, minutes=30))
    draw_all(NOON)
    due = select(Message.due_at).join(Invitation).order_by(Invitation.contact_id)
    assert list(db.session.scalars(due)) == [datetime(2026, 3, 11, 9, tzinfo=UTC)] * 2
    with transaction():
        make_contact(housing, email="c@example.org", occurred_at=NOON - timedelta(hours=3))
    draw_all(NOON - timedelta(hours=2, minutes=30))
    assert db.session.scalars(due).all()[-1] == NOON - timedelta(hours=2)


def test_a_number_is_told_from_a_mobile_one_at_the_import(housing: Service, tmp_path: Path) -> None:
    numbers = {"A": "07700 900123", "B": "01632 960123", "C": "07400 123456", "D": "070 1234 5678"}
    rows = [f"{name},2026-03-10 12:00,phone,housing,{number}" for name, number in numbers.items()]
    import_contacts(write_csv(tmp_path / "c.csv", rows, "reference,occurred_at,channel,service,phone"), now=NEXT_DAY)
    found = select(Contact.reference).join(ContactDetail).where(ContactDetail.phone_is_mobile)
    assert set(db.session.scalars(found)) == {"A", "C"}


@pytest.mark.parametrize("moment", ["drawn_at", "sent_at", "reminded_at"])
def test_the_cap_counts_from_the_last_message_and_a_reminder_is_one(housing: Service, moment: str) -> None:
    with transaction():
        make_contact(housing, email="often@example.org")
    draw_all()
    with transaction():
        setattr(db.session.scalars(select(Invitation)).one(), moment, NEXT_DAY + timedelta(days=9))
        soon = make_contact(housing, email="often@example.org", occurred_at=NOON + timedelta(days=95))
    draw_all(NEXT_DAY + timedelta(days=95))
    assert outcome(soon) == "recently_asked"
    with transaction():
        later = make_contact(housing, email="often@example.org", occurred_at=NOON + timedelta(days=100))
    draw_all(NEXT_DAY + timedelta(days=100))
    assert outcome(later) == "asked"


def test_without_a_gap_everybody_is_asked_each_time(housing: Service) -> None:
    set_rules(cooling_off_days=0)
    with transaction():
        for _ in range(2):
            make_contact(housing, email="often@example.org")
    draw_all()
    assert outcomes() == {"asked": 2}


def test_an_address_in_capitals_is_the_same_person_and_so_is_a_number_written_otherwise(
    housing: Service, tmp_path: Path
) -> None:
    header = "reference,occurred_at,channel,service,email,phone,customer_ref"
    rows = [
        "A,2026-03-10 12:00,phone,housing,Sam.Green@Example.org,,P1",
        "B,2026-03-10 12:00,web,housing,SAM.GREEN@EXAMPLE.ORG,07700 900456,",
        "C,2026-03-10 12:00,web,housing,other@example.org,+44 7700 900456,",
        "D,2026-03-10 12:00,web,housing,third@example.org,,P1",
    ]
    import_contacts(write_csv(tmp_path / "c.csv", rows, header), now=NEXT_DAY)
    draw_all()
    asked = asked_references()
    assert asked in ({"A"}, {"B"}, {"A", "C"}, {"B", "D"}, {"C", "D"})  # nobody who shares a key with another of them


def test_each_stratum_has_its_own_fraction(housing: Service) -> None:
    set_rules(sampling_fraction=0.0)
    with transaction():
        waste = make_service("waste")
        db.session.add_all(
            [
                SamplingRule(service_id=housing.id, channel=None, fraction=1.0),
                SamplingRule(service_id=housing.id, channel=Channel.WEB, fraction=0.5),
            ]
        )
        for number in range(100):
            channel = Channel.WEB if number < 60 else Channel.PHONE
            make_contact(housing, email=f"{number}@example.org", channel=channel)
        make_contact(waste, email="w@example.org")
    draw_all()
    drawn = select(Contact.service_id, Contact.channel, Contact.draw_fraction, Contact.draw_outcome)
    found = Counter(db.session.execute(drawn).all())
    assert found[housing.id, Channel.PHONE, 1.0, "asked"] == 40
    assert found[waste.id, Channel.PHONE, 0.0, "not_sampled"] == 1
    assert 20 < found[housing.id, Channel.WEB, 0.5, "asked"] < 40


def contacts_of_a_day(service: Service, day: datetime, count: int, **facts: object) -> None:
    for number in range(count):
        name = f"{day:%m%d%H}-{number}"
        make_contact(service, email=f"{name}@example.org", reference=name, occurred_at=day, **facts)  # type: ignore[arg-type]


def test_a_quota_is_spread_over_the_month_and_never_exceeded(housing: Service) -> None:
    """About 62 of ten contacts a day; on the last day two hundred more come when its fraction is fixed already."""
    with transaction():
        rule = SamplingRule(service_id=housing.id, channel=None, monthly_quota=62)
        db.session.add(rule)
        for days in range(1, 29):
            start = datetime(2026, 3, 1, 12, tzinfo=UTC) - timedelta(days=days)
            contacts_of_a_day(housing, start, 10, draw_outcome="not_sampled")
    by_day = []
    for number in range(1, 32):
        now = datetime(2026, 3, number, 18, tzinfo=UTC)
        with transaction():
            contacts_of_a_day(housing, now - timedelta(hours=6), 10)
        draw_all(now)
        if number == 31:
            with transaction():
                contacts_of_a_day(housing, now - timedelta(hours=3), 200)
            draw_all(now + timedelta(hours=1))
        asked = db.session.scalar(select(func.count(Invitation.id)))
        by_day.append((asked or 0) - sum(by_day))
    assert sum(by_day) == 62
    assert outcomes()["quota_full"] > 0
    assert 20 <= sum(by_day[:15]) <= 40
    assert max(by_day[:30]) <= 7
    with transaction():
        contacts_of_a_day(housing, datetime(2026, 4, 1, 12, tzinfo=UTC), 30)
    draw_all(datetime(2026, 4, 1, 18, tzinfo=UTC))
    assert 62 < (db.session.scalar(select(func.count(Invitation.id))) or 0) <= 124  # a new month, a new quota


def test_two_draws_at_once_ask_nobody_twice_and_exceed_no_quota(app: Flask, housing: Service) -> None:
    with transaction():
        db.session.add(SamplingRule(service_id=None, channel=Channel.PHONE, monthly_quota=7))
        contacts_of_a_day(housing, NOON, 60)
    all_at_once(app, draw_all, draw_all)
    assert db.session.scalar(select(func.count(Invitation.id))) == outcomes()["asked"] <= 7
    assert None not in outcomes()


def people_of_a_rare_service(waste: Service, housing: Service, reserved_share: float) -> dict[str | None, int]:
    """Everybody calls about waste; ten days later some of them about housing. What became of the latter."""
    set_rules(reserved_share=reserved_share, rare_below=80)
    with transaction():
        for number in range(160):
            make_contact(waste, email=f"p{number}@example.org")
        make_contact(housing, email="another@example.org")
    draw_all()
    with transaction():
        for number in range(60):
            make_contact(housing, email=f"p{number}@example.org", occurred_at=NOON + timedelta(days=10))
    draw_all(NOON + timedelta(days=11))
    of_housing = select(Contact.draw_outcome, func.count()).where(Contact.service_id == housing.id)
    rows = db.session.execute(of_housing.where(Contact.occurred_on > london_day(NOON)).group_by(Contact.draw_outcome))
    return dict(rows.all())


@pytest.fixture
def waste(housing: Service) -> Service:
    with transaction():
        return make_service("waste")


def test_without_a_reserve_a_busy_service_uses_up_everybody(housing: Service, waste: Service) -> None:
    assert people_of_a_rare_service(waste, housing, 0.0) == {"recently_asked": 60}
    assert outcomes() == {"asked": 161, "recently_asked": 60}


def test_a_reserve_keeps_people_free_for_a_rare_service_and_nobody_is_asked_twice(
    housing: Service, waste: Service
) -> None:
    found = people_of_a_rare_service(waste, housing, 0.3)
    assert 9 <= found["asked"] <= 27  # about 30% of 60, where there were none
    kept = outcomes()["kept_for_rare"]
    assert 32 <= kept <= 64  # about 30% of 160
    asked = db.session.scalars(
        select(Contact).join(Invitation).options(joinedload(Contact.detail)).order_by(Contact.id)
    ).all()
    emails = [contact.detail.email for contact in asked if contact.detail is not None]
    assert len(emails) == len(set(emails)) == outcomes()["asked"]


def test_where_all_services_are_rare_or_there_is_one_nobody_is_kept_free(housing: Service, waste: Service) -> None:
    set_rules(reserved_share=0.9, rare_below=30)
    with transaction():
        for number in range(40):
            make_contact(waste, email=f"p{number}@example.org")
    draw_all()
    with transaction():
        for number in range(20):
            make_contact(housing, email=f"q{number}@example.org")
    assert outcomes() == {"asked": 40, None: 20}
    draw_all()
    assert outcomes() == {"asked": 60}


def test_a_batch_needs_few_statements_however_many_it_decides(housing: Service) -> None:
    set_rules(texts_are_on=True, sampling_fraction=0.5)

    def statements(count: int, day: datetime) -> int:
        with transaction():
            contacts_of_a_day(housing, day, count, draw_score=0.2)
        seen = []
        note = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(db.engine, "after_cursor_execute", note)
        draw_invitations(day, "test")
        event.remove(db.engine, "after_cursor_execute", note)
        return len(seen)

    statements(1, NOON)  # the first of a day works out what holds
    assert statements(2, NOON + timedelta(hours=1)) >= statements(60, NOON + timedelta(hours=2))
    assert statements(60, NOON + timedelta(hours=3)) < 30


WHO_DECIDES = {"draw_outcome", "draw_score", "draw_fraction"}
MAY_WRITE = {
    "contacts/models.py",  # names them
    "contacts/operations.py",  # an import stores the score
    "contacts/asking/operations.py",  # the score of those that came without one
    "invitations/operations/drawing.py",  # the draw
    "demo/operations/storing.py",  # people who never were
}


def written_names(tree: ast.AST) -> Iterator[str]:
    """Names that a module writes: by assignment, as a keyword, or as a key of rows to be stored."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg
        elif isinstance(node, ast.Dict):
            yield from (key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "setattr":
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def test_nothing_but_the_draw_decides_who_is_asked() -> None:
    """No page, interface or import can force or pick somebody: nothing else writes what the draw writes."""
    root = Path(survey_app.__file__).parent
    writers = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if WHO_DECIDES & set(written_names(ast.parse(path.read_text())))
    }
    assert writers <= MAY_WRITE
    assert "invitations/operations/drawing.py" in writers


def test_a_file_cannot_say_who_is_asked(housing: Service, tmp_path: Path) -> None:
    set_rules(sampling_fraction=0.0)
    wishes = ("draw_outcome", "draw_score", "draw_fraction", "asked", "survey")
    header = "reference,occurred_at,channel,service,email," + ",".join(wishes)
    row = "R,2026-03-10 12:00,phone,housing,r@example.org,asked,0,1,yes,yes"
    result = import_contacts(write_csv(tmp_path / "c.csv", [row], header), now=NEXT_DAY)
    draw_all()
    assert result.dropped_columns == list(wishes)
    assert not set(wishes) & set(COLUMNS)
    assert outcomes() == {"not_sampled": 1}
