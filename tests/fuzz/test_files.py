"""Files of any kind and arguments of commands: read, or refused with a sentence; never half."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask.testing import FlaskCliRunner
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from survey_app.audit.models import AuditLine
from survey_app.contacts.models import Contact, ContactDetail, OptOut
from survey_app.evidence.models import Element, Framework
from survey_app.extensions import db, transaction
from survey_app.kernel.csvfile import FORMULA_STARTS
from survey_app.organisation.models import Service, Site, Team
from tests.factories import make_council, make_service
from tests.fuzz import nasty
from tests.fuzz.conftest import UNSEEN, hypothetical, stored

CONTACTS = ("reference", "occurred_at", "channel", "service")
MORE = ("closed_at", "team", "site", "reason", "email", "phone", "language", "customer_ref", "resolved_first_time")
STOPS = ("email", "phone", "customer_ref", "email_key", "phone_key", "key_check")
UNITS = ("kind", "code", "name", "parent", "valid_from", "valid_to")
ELEMENTS = ("criterion", "subcriterion", "element", "title", "about", "survey_evidence")

cells = st.one_of(
    nasty.instead_of(
        "C-1", "C-2", "2026-03-09 10:00", "09/03/2026", "phone", "housing", "service", "team", "yes", "why"
    ),
    nasty.days,
    nasty.whole_numbers,
    st.just("y" * 140_000),
)
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "latin-1", "cp1252"])


def files(*columns: str) -> st.SearchStrategy[bytes]:
    """CSVs with these columns as they come in: any encoding, delimiter, width, header and quotation; or no CSV."""
    names = st.lists(st.one_of(st.sampled_from(columns), nasty.any_text), max_size=8)
    header = st.one_of(st.just(list(columns)), st.permutations(columns).map(list), names)
    rows = st.lists(st.lists(cells, min_size=len(columns), max_size=len(columns) + 1), max_size=4)
    shape = st.tuples(
        header, rows, st.sampled_from([",", ";", "\t", "|"]), encodings, st.sampled_from(["\n", "\r\n", "\r"])
    )
    return st.one_of(shape.map(_written), nasty.raw, st.lists(nasty.raw, max_size=4).map(b"\n".join))


def _written(shape: tuple[list[str], list[list[str]], str, str, str]) -> bytes:
    header, rows, delimiter, encoding, line_end = shape
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows([header, *rows])
    return text.getvalue().encode(encoding, "ignore")


@pytest.fixture
def run(runner: FlaskCliRunner, tmp_path: Path) -> Callable[..., Result]:
    """Run a command on a file of this content. It is done, or says in words why not: no traceback."""

    def run(*arguments: str, content: bytes = b"", name: str = "file.csv") -> Result:
        path = tmp_path / name
        path.write_bytes(content)
        result = runner.invoke(args=[str(path) if argument == "FILE" else argument for argument in arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code in {0, 1, 2}
        assert result.exit_code == 0 or result.output.strip()
        assert len(result.stderr) < 6_000
        return result

    return run


@pytest.fixture
def _council(app: object) -> None:
    make_council()
    make_service("housing")
    db.session.commit()


def empty(*models: type) -> None:
    with transaction():
        for model in models:
            db.session.execute(delete(model))


@hypothetical
@given(content=files(*CONTACTS, *MORE))
@example(content=",".join(CONTACTS).encode())
@example(content=("reference,occurred_at,channel,service,team\nC\x01-1,2026-03-09,phone,housing,=\x1bT\u202e").encode())
@example(content="reference,occurred_at,channel,service\nC-1,2026-03-09,phone,\udcff".encode("utf-8", "surrogatepass"))
def test_contacts_are_taken_or_rejected_with_a_reason(
    run: Callable[..., Result], _council: None, content: bytes, tmp_path: Path
) -> None:
    before = stored()
    try:
        result = run("contacts", "import", "FILE", "--json", content=content)
        after = stored()
        if result.exit_code:
            assert after == before
            return
        counts = json.loads(result.stdout)
        assert counts["read"] == counts["accepted"] + counts["duplicate"] + counts["rejected"]
        assert after["contact"] - before["contact"] == counts["accepted"]
        assert not any(map(UNSEEN.search, db.session.scalars(select(Contact.reference))))
        if counts["rejected"]:
            text = Path(counts["rejects_file"]).read_text(encoding="utf-8")
            rows = list(csv.reader(io.StringIO(text, newline=""), strict=True)) if len(text) < 100_000 else []
            assert not any(cell.startswith(FORMULA_STARTS) for row in rows for cell in row)
    finally:
        empty(ContactDetail, Contact, Team, Site, AuditLine)


@hypothetical
@given(content=files(*STOPS))
@example(content=b"customer_ref,key_check\n\x01K\x7f,x")
@example(content="email_key,key_check\n=\x1bT\u202e,".encode())
def test_a_stop_list_is_taken_or_rejected_with_a_reason(
    run: Callable[..., Result], _council: None, content: bytes
) -> None:
    before = stored()
    try:
        result = run("contacts", "stops", "import", "FILE", "--json", content=content)
        after = stored()
        if result.exit_code:
            assert after == before
            return
        counts = json.loads(result.stdout)
        assert counts["read"] == counts["added"] + counts["known"] + counts["rejected"]
        assert after["opt_out"] - before["opt_out"] == counts["added"]  # nobody has contacts, so one row each
        assert (counts["rejects_file"] is not None) == bool(counts["rejected"] + counts["partly"])
        assert not any(map(UNSEEN.search, filter(None, db.session.scalars(select(OptOut.customer_ref)))))
    finally:
        empty(OptOut, AuditLine)


@hypothetical
@given(content=files(*UNITS))
@example(content=b"kind,code,name\nservice,a,\x01A\x7f")
@example(content=b"kind,code,name,parent\nservice,a,A,b\nservice,b,B,a")
def test_an_organisation_is_taken_as_a_whole_or_not_at_all(
    run: Callable[..., Result], _council: None, content: bytes
) -> None:
    before = stored()
    try:
        result = run("organisation", "import", "FILE", "--json", content=content)
        if result.exit_code:
            assert stored() == before
        else:
            made = json.loads(result.stdout)["made"]
            after = stored()
            assert made == sum(after[table] - before[table] for table in ("service", "team", "site"))
            assert not any(map(UNSEEN.search, db.session.scalars(select(Service.name))))
    finally:
        with transaction():
            db.session.execute(delete(AuditLine))
            db.session.execute(delete(Service).where(Service.code != "housing"))
        empty(Team, Site)


@hypothetical
@given(content=files(*ELEMENTS), name=nasty.sendable)
@example(content=(",".join(ELEMENTS) + f"\na,b,{'9' * 21},T,,direct").encode(), name="Ours")
@example(content=(",".join(ELEMENTS) + "\na,b,1,T,,direct").encode(), name="N" * 121)
@example(content=(",".join(ELEMENTS) + "\na,b,1,T,,direct").encode(), name="N\x00")
def test_a_framework_is_taken_as_a_whole_or_not_at_all(run: Callable[..., Result], content: bytes, name: str) -> None:
    before = stored()
    try:
        result = run("evidence", "frameworks", "import", "FILE", "--code", "ours", "--name", name, content=content)
        if result.exit_code:
            assert stored() == before
        else:
            assert db.session.scalars(select(Framework.name)).one() == name
    finally:
        empty(Element, Framework, AuditLine)


@hypothetical
@given(content=files("text", "question"))
def test_comments_of_any_file_are_analysed_or_refused(run: Callable[..., Result], content: bytes) -> None:
    result = run("comments", "analyse", "FILE", "--json", content=content)
    if result.exit_code == 0:
        assert all(not UNSEEN.search(found["text_redacted"]) for found in json.loads(result.stdout))
    run("comments", "evaluate", "FILE", content=content)


def test_a_file_whose_name_is_no_text_is_read_like_any_other(run: Callable[..., Result], _council: None) -> None:
    for name in ("caf\udce9.csv", "x" * 240 + ".csv", "-- '; \u202e.csv"):
        units = b"kind,code,name\nteam,a,A"
        assert run("organisation", "import", "FILE", content=units, name=name).exit_code == 0
        assert run("contacts", "import", "FILE", content=b"nothing", name=name).exit_code == 1
        rejected = run("contacts", "import", "FILE", content=(",".join(CONTACTS) + "\n1,2,3,4").encode(), name=name)
        assert rejected.exit_code == 0 or "cannot be written" in rejected.output
        for form in ("--live", "--json"):
            assert run("evidence", "verify", "FILE", form, content=b"nothing", name=name).exit_code == 1


@hypothetical
@given(
    name=nasty.instead_of("satisfaction", "nps", "response_rate"),
    first=nasty.instead_of("2025-04-01", other=nasty.days),
    last=nasty.instead_of("2026-03-31", other=nasty.days),
    by=nasty.instead_of("", "month", "service,channel", "month,year", "service,service"),
    where=nasty.instead_of("service=housing", "channel=phone", "service=", "reason=\udcff", "team=\x00", "x=y"),
)
@example(name="satisfaction", first="0001-01-01", last="9999-12-31", by="month", where="channel=phone")
@example(name="satisfaction", first="1900-01-01", last="2999-12-31", by="month", where="channel=phone")
@example(name="satisfaction", first="2025-04-01", last="2026-03-31", by="", where="reason=\udcff")
def test_figures_are_shown_or_it_is_said_why_not(
    run: Callable[..., Result], _council: None, *, name: str, first: str, last: str, by: str, where: str
) -> None:
    before = stored()
    result = run("measures", "show", "--from", first, "--to", last, "--by", by, "--where", where, "--json", "--", name)
    if result.exit_code == 0:
        assert json.loads(result.stdout)["measure"] == name
    assert stored() == before


@pytest.fixture
def pack(anyborough: None, runner: FlaskCliRunner, tmp_path: Path) -> bytes:
    out = tmp_path / "sound.zip"
    days = ["--from", "2025-04-01", "--to", "2026-03-31"]
    assert runner.invoke(args=["evidence", "pack", *days, "--out", str(out)]).exit_code == 0
    return out.read_bytes()


def _zipped(entries: list[tuple[str, bytes]], compression: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, content in entries:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = compression
            archive.writestr(entry, content)
    return packed.getvalue()


def _names() -> st.SearchStrategy[str]:
    return st.sampled_from(
        ["../../etc/passwd", "/etc/passwd", "C:\\x", "manifest.json", "manifest.sig", "figures.csv", "index.html", "x/"]
    )


def _contents() -> st.SearchStrategy[bytes]:
    documents = st.recursive(
        st.none() | st.floats() | st.integers() | nasty.sendable,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["files", "format", "a"]), inner),
        max_leaves=6,
    )
    return st.one_of(nasty.raw, documents.map(json.dumps).map(str.encode), st.just(b"[" * 100_000))


@hypothetical
@given(change=st.data())
def test_a_pack_with_anything_changed_in_it_is_refused(
    run: Callable[..., Result], pack: bytes, change: st.DataObject
) -> None:
    damaged = bytearray(pack)
    for _ in range(change.draw(st.integers(1, 4))):
        damaged[change.draw(st.integers(0, len(damaged) - 1))] ^= change.draw(st.integers(1, 255))
    cut = pack[: change.draw(st.integers(0, len(pack) - 1))]
    for content in (bytes(damaged), cut, pack + change.draw(st.binary(min_size=1, max_size=9))):
        if content == pack:
            continue  # two flips that meet
        result = run("evidence", "verify", "FILE", "--json", content=content, name="pack.zip")
        assert result.exit_code == 1
        assert json.loads(result.stdout)["problems"]


@hypothetical
@given(
    entries=st.lists(st.tuples(_names(), _contents()), min_size=1, max_size=4, unique_by=lambda entry: entry[0]),
    compression=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
)
@example(entries=[("figures.csv", b"0" * 50_000_000)], compression=zipfile.ZIP_DEFLATED)
@example(entries=[("manifest.json", b'{"files": {"a": 1}, "format": "x"}')], compression=zipfile.ZIP_STORED)
def test_a_zip_of_anything_is_no_pack_and_writes_nothing(
    run: Callable[..., Result], tmp_path: Path, entries: list[tuple[str, bytes]], compression: int
) -> None:
    result = run("evidence", "verify", "FILE", content=_zipped(entries, compression), name="pack.zip")
    assert result.exit_code == 1
    assert not (tmp_path.parent / "etc").exists()


@hypothetical
@given(entries=st.dictionaries(_names(), _contents(), min_size=1, max_size=2), change=st.data())
def test_a_sound_pack_with_a_strange_file_in_it_is_refused(
    run: Callable[..., Result], pack: bytes, entries: dict[str, bytes], change: st.DataObject
) -> None:
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        sound = {name: archive.read(name) for name in archive.namelist()}
    replaced = change.draw(st.dictionaries(st.sampled_from(sorted(sound)), _contents(), max_size=2))
    content = _zipped(sorted({**sound, **entries, **replaced}.items()), zipfile.ZIP_STORED)
    assert run("evidence", "verify", "FILE", content=content, name="pack.zip").exit_code == 1
