"""Where a webhook may go: never to this machine, to the network behind it, or to a cloud's own services.

Whoever sets a webhook up has our server send requests for them, so its address is checked when it is typed and at every
try, and the connection is made to just the address that was checked: a name that answers otherwise a moment later gains
nothing.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LONGEST_URL = 500
PORTS = frozenset({443, 8443})
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
# Everything that the registries have given to hosts of the internet lies in here.
_UNICAST_6 = ipaddress.ip_network("2000::/3")
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # of protocols, and of another cloud's own services
        "168.63.129.16/32",  # a cloud's own services, at a public address
        "192.88.99.0/24",  # relays into IPv6
        "2001::/23",  # tunnels and other uses of their own, IPv4 addresses within
        "2002::/16",  # IPv4 addresses within
    )
)
_METADATA_6 = ipaddress.ip_address("fd00:ec2::254")  # a cloud's keys; those of IPv4 are link-local


class AddressRefused(Exception):
    """Nothing is sent to this address; the sentence says why and may be shown."""


@dataclass(frozen=True)
class Policy:
    """What an installation allows beyond public hosts: `inside` are hosts of its own network, as "host" or "host:port";
    `is_loopback` is true where the whole product runs on one machine to be tried."""

    inside: frozenset[str] = field(default_factory=frozenset)
    is_loopback: bool = False

    def names(self, host: str, port: int) -> bool:
        return f"{host}:{port}" in self.inside or (host in self.inside and port in PORTS)


@dataclass(frozen=True)
class Target:
    """An address in its parts, as it is connected to. `path` holds the query, and may hold a key."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_https(self) -> bool:
        return self.scheme == "https"

    @property
    def usual_port(self) -> int:
        return 443 if self.is_https else 80

    @property
    def shown(self) -> str:
        """Without what may be a key."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{'' if self.port == self.usual_port else f':{self.port}'}/"


def shown_address(url: str, policy: Policy) -> str:
    """An address without what may be a key; settings may have allowed it once and no longer."""
    try:
        return read_target(url, policy).shown
    except AddressRefused:
        return "an address that is no longer allowed"


def read_target(url: str, policy: Policy) -> Target:
    """The parts of an address. AddressRefused for one that nothing is ever sent to, whatever its name resolves to."""
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise AddressRefused(f"An address has at most {LONGEST_URL} plain characters and no blanks.")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise AddressRefused("That is no address.") from None
    if parts.scheme not in ("http", "https") or not host:
        raise AddressRefused("An address looks like https://records.example.org/surveys.")
    if "@" in parts.netloc:
        raise AddressRefused("An address must not hold a user name or a password.")
    if parts.fragment:
        raise AddressRefused("Leave out the # and what follows it.")
    _check_host(host)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(parts.scheme, host, (443 if parts.scheme == "https" else 80) if port is None else port, path)
    if policy.is_loopback and _is_this_machine(host):
        return target
    if parts.scheme != "https":
        raise AddressRefused("The address must begin with https://.")
    if target.port not in PORTS and not policy.names(host, target.port):
        raise AddressRefused("The port must be 443 or 8443, or be named in the setting WEBHOOK_HOSTS.")
    return target


def checked_addresses(target: Target, policy: Policy, resolve: Resolve) -> list[str]:
    """The addresses to connect to, in the order in which the name has them. AddressRefused if any one of them is not to
    be reached: a name that has a good and a bad one is up to something."""
    try:
        found = list(dict.fromkeys(resolve(target.host, target.port)))
    except OSError:
        found = []
    if not found:
        raise AddressRefused("No host of this name is known.")
    for text in found:
        _check_ip(ipaddress.ip_address(text.partition("%")[0]), target, policy)
    return found


def resolve_host(host: str, port: int) -> list[str]:
    """What the machine's resolver says."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(ip: IpAddress) -> bool:
    """Whether it is of a host of the internet, and of nothing nearer, in whichever form it is written."""
    if ip.is_multicast or not ip.is_global or any(ip in network for network in _NOT_PUBLIC if _same(ip, network)):
        return False
    return ip.version == 4 or ip in _UNICAST_6


def _same(ip: IpAddress, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    return ip.version == network.version


def _check_host(host: str) -> None:
    """A name, or an address in its one usual form. What some programs take for an address in another form is none."""
    if "%" in host:
        raise AddressRefused("That is no name of a host.")
    try:
        ipaddress.ip_address(host)
        return
    except ValueError:
        labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels) or _NUMBER.fullmatch(labels[-1]):
        raise AddressRefused("That is no name of a host.")


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_ip(ip: IpAddress, target: Target, policy: Policy) -> None:
    if is_public(ip):
        return
    if policy.is_loopback and ip.is_loopback and _is_this_machine(target.host):
        return
    if policy.names(target.host, target.port) and ip.is_private and not _is_never_meant(ip):
        return
    raise AddressRefused(
        "This host is not on the internet. One of the council's own network must be named in the setting WEBHOOK_HOSTS."
    )


def _is_never_meant(ip: IpAddress) -> bool:
    """Not even where a setting names the host: this machine, its link (where clouds hand out keys), no host at all."""
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    if mapped is not None or ip == _METADATA_6:
        return True
    return ip.is_loopback or ip.is_link_local or ip.is_unspecified or ip.is_reserved or ip.is_multicast
