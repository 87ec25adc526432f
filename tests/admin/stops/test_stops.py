"""Staff write down who wants no more surveys; nobody learns there whom we know, and nothing typed is kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from survey_app.audit.models import AuditLine
from survey_app.contacts.models import AddressBlock, AddressFailure, BlockReason, ContactDetail, OptOut
from survey_app.contacts.people import PersonKeys
from survey_app.contacts.queries import index_key
from survey_app.contacts.stop_list import key_check
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, InvitationState
from survey_app.invitations.operations import record_stop
from survey_app.invitations.operations.stop_list import MOST_SHOWN
from survey_app.kernel.clock import utc_now
from survey_app.kernel.tokens import keyed_hash
from tests.conftest import PersonsClient
from tests.factories import NOON, RESIDENTS, make_cast, make_invitation, make_service, make_survey

PAGE = "/admin/stops/"
ASHA, BRYN = RESIDENTS["asha"], RESIDENTS["bryn"]
PHONE = "+447700900123"
SignIn = Callable[..., PersonsClient]


@pytest.fixture(autouse=True)
def _council(app: object) -> None:
    with transaction():
        make_cast()


def hashed(text: str) -> str:
    return keyed_hash(index_key(), text)


def ask_asha() -> Invitation:
    """Asha is asked, and known by e-mail, phone and reference."""
    with transaction():
        invitation = make_invitation(make_service("repairs"), make_survey(), NOON.date())
        invitation.closes_at = utc_now() + timedelta(days=3)
        invitation.contact.customer_ref = "K7"
        detail = invitation.contact.detail
        assert detail is not None
        detail.email_key, detail.phone_key = hashed(ASHA), hashed(PHONE)
        return invitation


def state_of(invitation: Invitation) -> InvitationState:
    db.session.refresh(invitation)
    return invitation.state


def words(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def stop(client: PersonsClient, **details: str) -> str:
    return send(client, PAGE, **{f"stop-{name}": text for name, text in details.items()})


def send(client: PersonsClient, url: str, **values: object) -> str:
    """What the page says after a form was sent."""
    answer = client.send_form(url, form_at=PAGE, **values)
    return words(client.get(PAGE).text if answer.status_code == 303 else answer.text)


def all_stops() -> set[tuple[str | None, str | None, str | None, str]]:
    columns = (OptOut.email_key, OptOut.phone_key, OptOut.customer_ref, OptOut.source)
    return {tuple(row) for row in db.session.execute(select(*columns))}


def acts() -> list[tuple[str, object]]:
    lines = db.session.scalars(
        select(AuditLine).where(AuditLine.subject.in_(["stop list", "address blocks"])).order_by(AuditLine.id)
    )
    return [(line.action, line.before or line.after) for line in lines]


class TestOnThePhone:
    @pytest.mark.parametrize("role", ["adviser", "service_manager"])
    def test_staff_of_a_service_write_it_down_and_can_do_nothing_else(self, sign_in: SignIn, role: str) -> None:
        client = sign_in(role, "housing")
        assert "They will not be asked again." in stop(client, phone="07700 900123")
        assert all_stops() == {(None, hashed(PHONE), None, "staff")}
        page = client.get(PAGE).text
        assert "How people stopped" not in page
        for act in ("undo", "lift", "import", "import/undo", "export"):
            assert client.send_form(f"{PAGE}{act}", form_at=PAGE).status_code == 403

    def test_an_assessor_cannot(self, sign_in: SignIn) -> None:
        assert sign_in("assessor").get(PAGE).status_code == 403

    def test_the_page_is_the_same_for_whom_we_know_and_for_whom_we_do_not(self, sign_in: SignIn) -> None:
        asked = ask_asha()
        admin = sign_in("administrator")
        pages = [stop(admin, email=email) for email in (BRYN, ASHA, ASHA)]
        assert pages[0].replace("written down 1", "") != ""
        assert state_of(asked) is InvitationState.OPTED_OUT
        told = [page.split("How people stopped")[0] for page in pages]
        assert len(set(told)) == 1
        counts = [page.split("staff wrote it down ")[1].split()[0] for page in pages]
        assert counts == ["1", "2", "2"]  # and not one more for each key that we found

    def test_nothing_typed_is_kept_and_the_audit_counts(self, sign_in: SignIn) -> None:
        stop(sign_in("cse_lead"), email=f" {ASHA.upper()} ", customer_ref="K7")
        assert all_stops() == {(hashed(ASHA), None, "K7", "staff")}
        assert acts() == [("stop.recorded", {"details": 2})]

    def test_what_is_known_beside_it_is_stopped_too(self, sign_in: SignIn) -> None:
        ask_asha()
        stop(sign_in("cse_lead"), customer_ref="K7")
        assert (hashed(ASHA), hashed(PHONE), "K7", "staff") in all_stops()

    @pytest.mark.parametrize(
        ("details", "problem"),
        [
            ({}, "Enter at least one of the three."),
            ({"email": "asha at home"}, "Enter an e-mail address, like name@example.org."),
            ({"phone": "0770"}, "Enter a phone number of the United Kingdom"),
            ({"customer_ref": "K" * 81}, "Use 80 characters or fewer."),
            ({"customer_ref": "K\u200b7"}, "There are invisible characters in it."),
        ],
    )
    def test_what_is_no_detail_is_said_there_and_stays_typed(
        self, sign_in: SignIn, details: dict[str, str], problem: str
    ) -> None:
        client = sign_in("cse_lead")
        values = {f"stop-{name}": text for name, text in details.items()}
        answer = client.send_form(PAGE, **values)
        assert answer.status_code == 422
        assert problem in words(answer.text)
        assert all(text in answer.text for text in details.values())
        assert all_stops() == set()

    def test_a_mistake_is_undone_by_typing_the_same_again(self, sign_in: SignIn) -> None:
        asked = ask_asha()
        officer = sign_in("data_protection_officer")
        stop(officer, email=ASHA)
        said = send(officer, f"{PAGE}undo", **{"undo-email": ASHA})
        assert "no longer holds" in said
        assert all_stops() == set()
        assert state_of(asked) is InvitationState.OPEN
        assert said == send(officer, f"{PAGE}undo", **{"undo-email": BRYN})  # nor does undoing tell whom we know
        assert [act for act, _counts in acts()] == ["stop.recorded", "stop.undone", "stop.undone"]


class TestList:
    def upload(self, client: PersonsClient, *lines: str) -> str:
        content = "\n".join(lines).encode()
        return send(client, f"{PAGE}import", **{"list-file": (io.BytesIO(content), "stops.csv")})

    def test_columns_come_in_any_order_and_each_bad_row_has_line_and_reason(self, sign_in: SignIn) -> None:
        asked = ask_asha()
        admin = sign_in("administrator")
        rows = (
            "Notes,Customer_Ref,PHONE,email",
            f"x,,,{ASHA}",
            "x,K9,07700900999,",
            "x,,,nobody",
            "x,,0,bryn@example.org",
            "x,,,",
        )
        said = self.upload(admin, *rows)
        assert "5 rows read: 3 added, 0 on the list already, 2 rejected; of 1 only a part could be read" in said
        assert "Columns not used: Notes" in said
        assert "4 email is no e-mail address" in said
        assert "5 phone is no phone number" in said
        assert "6 the row names nobody" in said
        assert {source for *_keys, source in all_stops()} == {"import"}
        assert state_of(asked) is InvitationState.OPTED_OUT
        assert "0 added, 3 on the list already" in self.upload(admin, *rows)

    def test_a_list_that_should_not_have_come_in_is_taken_back(self, sign_in: SignIn) -> None:
        asked = ask_asha()
        with transaction():
            record_stop(PersonKeys(email_key=hashed(BRYN)), now=NOON)
        admin = sign_in("administrator")
        self.upload(admin, "email", ASHA, BRYN)
        assert state_of(asked) is InvitationState.OPTED_OUT
        moment = BeautifulSoup(admin.get(PAGE).text, "html.parser").find("input", {"name": "moment"})
        assert moment is not None
        said = send(admin, f"{PAGE}import/undo", moment=moment["value"])
        assert "stops of that list no longer hold" in said
        assert state_of(asked) is InvitationState.OPEN
        assert all_stops() == {(hashed(BRYN), None, None, "staff")}

    @pytest.mark.parametrize("moment", ["", "yesterday", "2026-03-10T12:00:00"])
    def test_an_import_that_is_not_named_is_not_undone(self, sign_in: SignIn, moment: str) -> None:
        answer = sign_in("administrator").send_form(f"{PAGE}import/undo", form_at=PAGE, moment=moment)
        assert answer.status_code == 400

    @pytest.mark.parametrize(
        ("lines", "problem"),
        [
            ((), "The file is empty."),
            (("name,street", "x,y"), "The header must name at least one of email, phone, customer_ref"),
        ],
    )
    def test_what_is_no_list_is_refused_as_a_whole(self, sign_in: SignIn, lines: tuple[str, ...], problem: str) -> None:
        assert problem in self.upload(sign_in("administrator"), *lines)
        assert all_stops() == set()

    def test_many_bad_rows_are_counted_and_the_first_are_shown(self, sign_in: SignIn) -> None:
        said = self.upload(sign_in("administrator"), "email", *["nobody"] * (MOST_SHOWN + 7))
        assert f"the first {MOST_SHOWN} of {MOST_SHOWN + 7}" in said
        assert said.count("is no e-mail address") == MOST_SHOWN

    def test_what_is_taken_away_holds_no_address_and_comes_back_whole(self, sign_in: SignIn) -> None:
        admin = sign_in("administrator")
        stop(admin, email=ASHA, phone=PHONE)
        stop(admin, customer_ref="=K7")
        answer = admin.send_form(f"{PAGE}export", form_at=PAGE)
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="stops-')
        assert ASHA not in answer.text
        assert PHONE not in answer.text
        first, second = csv.DictReader(io.StringIO(answer.text))
        assert (first["email_key"], first["source"]) == (hashed(ASHA), "staff")
        assert first["stopped_on"] == second["stopped_on"]
        assert second["customer_ref"] == "'=K7"  # no spreadsheet takes it for a formula
        before = {keys[:3] for keys in all_stops()}
        with transaction():
            db.session.execute(db.delete(OptOut))
        assert "2 added, 0 on the list already, 0 rejected" in self.upload(admin, answer.text)
        assert {keys[:3] for keys in all_stops()} == before

    def test_hashes_of_another_deployment_are_rejected(self, sign_in: SignIn) -> None:
        foreign = keyed_hash(b"x" * 32, ASHA)
        said = self.upload(
            sign_in("administrator"),
            "email_key,key_check",
            f"{foreign},{key_check(b'x' * 32)}",
            f"{foreign},",
            f"{foreign[:-1]},{key_check(index_key())}",
        )
        assert "3 rejected" in said
        assert said.count("made under another INDEX_KEY") == 2
        assert "email_key is no hash" in said
        assert all_stops() == set()


def test_a_list_comes_and_goes_by_command_as_well(runner: FlaskCliRunner, tmp_path: Path) -> None:
    path, out = tmp_path / "stops.csv", tmp_path / "out.csv"
    path.write_text(f"email\n{ASHA}\nnobody\n")
    done = runner.invoke(args=["contacts", "stops", "import", str(path)])
    assert done.exit_code == 0
    assert "2 rows read: 1 added, 0 on the list already, 1 rejected." in done.output
    assert (
        tmp_path / "stops.csv.rejected.csv"
    ).read_text() == "line,reason,email\n3,email is no e-mail address,nobody\n"
    assert runner.invoke(args=["contacts", "stops", "export", str(out)]).output == "1 stops written.\n"
    assert hashed(ASHA) in out.read_text()
    assert out.stat().st_mode & 0o077 == 0
    again = runner.invoke(args=["contacts", "stops", "export", str(out)])
    assert (again.exit_code, "cannot be written" in again.output) == (1, True)
    refused = runner.invoke(args=["contacts", "stops", "import", str(tmp_path / "stops.csv.rejected.csv"), "--json"])
    assert (refused.exit_code, '"rejected": 1' in refused.output) == (0, True)


class TestBlocks:
    def test_they_are_counted_by_reason_and_one_typed_address_is_lifted(self, sign_in: SignIn) -> None:
        now = utc_now()
        with transaction():
            for key, reason, until in (
                (hashed(ASHA), BlockReason.DOES_NOT_EXIST, None),
                (hashed(ASHA), BlockReason.FAILS_FOR_NOW, now + timedelta(days=9)),
                (hashed(BRYN), BlockReason.FAILS_FOR_NOW, now - timedelta(days=1)),  # is over
                (hashed(PHONE), BlockReason.DOES_NOT_EXIST, None),
            ):
                db.session.add(AddressBlock(key=key, reason=reason, created_at=NOON, until=until))
            db.session.add(AddressFailure(key=hashed(ASHA), message_reference="m", failed_at=NOON))
        officer = sign_in("data_protection_officer")
        page = words(officer.get(PAGE).text)
        assert "does not exist 2" in page
        assert "paused for a while 1" in page
        said = send(officer, f"{PAGE}lift", **{"lift-address": ASHA})
        assert "No block holds for this address or number." in said
        assert "does not exist 1" in said
        assert db.session.scalar(select(func.count(AddressFailure.id))) == 0
        assert send(officer, f"{PAGE}lift", **{"lift-address": "07700 900123"}) != said
        assert db.session.scalars(select(AddressBlock.key)).all() == [hashed(BRYN)]
        assert db.session.scalar(select(func.count(ContactDetail.contact_id))) == 0

    def test_what_is_no_address_lifts_nothing(self, sign_in: SignIn) -> None:
        answer = sign_in("administrator").send_form(f"{PAGE}lift", form_at=PAGE, **{"lift-address": "asha"})
        assert answer.status_code == 422
        assert "Enter an e-mail address or a phone number" in answer.text
