"""Whom a limit counts: one sender, however many addresses it can take."""

from __future__ import annotations

import pytest

from survey_app.web.limits import place_of
from tests.accounts.test_sign_in import WRONG
from tests.conftest import PersonsClient
from tests.factories import make_user


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:50123", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
    ],
)
def test_a_place_is_what_a_sender_cannot_change_at_will(address: str, place: str) -> None:
    assert place_of(address) == place


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")  # the database plays no part
def test_a_network_of_one_machine_does_not_give_more_tries(client: PersonsClient) -> None:
    make_user("cse_lead", email="sam@example.org")
    for number in range(50):
        client.environ_base["REMOTE_ADDR"] = f"2001:db8:1:2::{number:x}"
        assert WRONG in client.sign_in(f"nobody{number}@example.org", "a wrong password").text
    client.environ_base["REMOTE_ADDR"] = "2001:db8:1:2:ffff::1"
    assert client.sign_in("sam@example.org").status_code == 429
    client.environ_base["REMOTE_ADDR"] = "2001:db8:1:3::1"
    assert client.sign_in("sam@example.org").status_code == 302
