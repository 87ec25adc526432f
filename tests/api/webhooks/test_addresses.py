"""No address that somebody types reaches this machine, the network behind it or a cloud's own services."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

import pytest

from survey_app.api.webhooks.addresses import (
    AddressRefused,
    Policy,
    checked_addresses,
    is_public,
    read_target,
    resolve_host,
)

PUBLIC = "93.184.215.14"
USUAL = Policy()


def resolving(*addresses: str) -> object:
    def resolve(_host: str, _port: int) -> Sequence[str]:
        if not addresses:
            raise OSError("not known")
        return addresses

    return resolve


@pytest.mark.parametrize(
    "url",
    [
        "http://records.example.org/",  # in clear
        "ftp://records.example.org/",
        "file:///etc/passwd",
        "gopher://records.example.org:443/",
        "//records.example.org/",
        "records.example.org",
        "https://",
        "https:///path",
        "https://user@records.example.org/",
        "https://user:password@records.example.org/",
        "https://records.example.org@127.0.0.1/",
        "https://records.example.org:22/",
        "https://records.example.org:0/",
        "https://records.example.org:99999/",
        "https://records.example.org:http/",
        "https://records.example.org/#part",
        "https://records.example.org\\@127.0.0.1/",
        "https://records.example.org /",
        "https://records.example.org/\r\nHost: other",
        "https://records.example.org/\x00",
        "https://2130706433/",  # 127.0.0.1 as one number
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://127.0.1/",
        "https://127.0.0.1./",
        "https://localhost./",
        "https://1.2.3.4.5/",
        "https://[fe80::1%25eth0]/",
        "https://①②⑦.⓪.⓪.①/",
        "https://récords.example.org/",
        "https://-records.example.org/",
        "https://records..example.org/",
        "https://records.example.org/" + "x" * 500,
        "",
        "javascript:alert(1)",
    ],
)
def test_it_is_refused_as_it_is_typed(url: str) -> None:
    with pytest.raises(AddressRefused) as refusal:
        read_target(url, USUAL)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.10",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",  # where clouds hand out keys
        "169.254.0.1",
        "100.64.0.1",  # shared by customers of a provider
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "192.88.99.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:93.184.215.14",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::a9fe:a9fe",
        "fec0::1",
        "ff02::1",
        "100::1",
        "5f00::1",
    ],
)
def test_an_address_that_is_not_of_the_internet_is_refused_wherever_it_comes_from(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    target = read_target("https://records.example.org/", USUAL)
    with pytest.raises(AddressRefused, match="not on the internet"):
        checked_addresses(target, USUAL, resolving(address))
    with pytest.raises(AddressRefused, match="not on the internet"):  # a good one beside it does not help
        checked_addresses(target, USUAL, resolving(PUBLIC, address))
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(AddressRefused):  # nor is there a way around the name
        checked_addresses(read_target(f"https://{host}/", USUAL), USUAL, resolve_host)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2a00:1450::1"])
def test_an_address_of_the_internet_is_connected_to(address: str) -> None:
    target = read_target("https://records.example.org:8443/a?b=c", USUAL)
    assert checked_addresses(target, USUAL, resolving(address)) == [address]
    assert (target.host, target.port, target.path) == ("records.example.org", 8443, "/a?b=c")


def test_names_that_lead_back_to_this_machine_are_refused() -> None:
    for name in ("localhost", "localhost.localdomain"):
        with pytest.raises(AddressRefused):
            checked_addresses(read_target(f"https://{name}/", USUAL), USUAL, resolving("127.0.0.1", "::1"))


def test_a_name_that_nobody_knows_is_told() -> None:
    with pytest.raises(AddressRefused, match="No host of this name"):
        checked_addresses(read_target("https://records.example.org/", USUAL), USUAL, resolving())


def test_a_host_inside_is_reached_only_where_settings_name_it_and_never_this_machine() -> None:
    inside = Policy(frozenset({"records.internal", "crm.internal:9443"}))
    for url, address in (("https://records.internal/", "10.1.2.3"), ("https://crm.internal:9443/", "192.168.4.4")):
        assert checked_addresses(read_target(url, inside), inside, resolving(address)) == [address]
        with pytest.raises(AddressRefused):
            checked_addresses(read_target("https://other.internal/", inside), inside, resolving(address))
    for never in ("127.0.0.1", "::1", "169.254.169.254", "fe80::1", "::ffff:10.1.2.3", "fd00:ec2::254", "0.0.0.0"):
        with pytest.raises(AddressRefused):
            checked_addresses(read_target("https://records.internal/", inside), inside, resolving(never))
    for url in ("https://records.internal:22/", "http://records.internal/", "https://crm.internal:22/"):
        with pytest.raises(AddressRefused):
            read_target(url, inside)


def test_this_machine_is_reached_only_where_the_product_itself_is_tried_on_it() -> None:
    tried = Policy(is_loopback=True)
    for url in ("http://127.0.0.1:9000/", "http://localhost:9000/hook", "https://[::1]:9000/"):
        checked_addresses(read_target(url, tried), tried, resolving("127.0.0.1"))
        with pytest.raises(AddressRefused):
            checked_addresses(read_target(url, USUAL), USUAL, resolving("127.0.0.1"))
    with pytest.raises(AddressRefused):  # a name of the outside that leads here is still refused
        checked_addresses(read_target("https://records.example.org/", tried), tried, resolving("127.0.0.1"))
    with pytest.raises(AddressRefused):
        checked_addresses(read_target("http://localhost:9000/", tried), tried, resolving("10.0.0.1"))


def test_what_is_shown_of_an_address_holds_no_key_of_theirs() -> None:
    assert (
        read_target("https://records.example.org/hooks/SECRET?sig=SECRET", USUAL).shown
        == "https://records.example.org/"
    )
    assert read_target("https://[2606:2800::1]:8443/", USUAL).shown == "https://[2606:2800::1]:8443/"
