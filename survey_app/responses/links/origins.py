"""Which web site may frame a survey: an origin, as browsers compare it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

LONGEST = 200
_LOOPBACK = {"localhost", "127.0.0.1"}  # where somebody tries it out on their own machine
# letters, digits and dashes alone: nothing that could end a directive of a header
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\Z")
_USUAL_PORTS = {"https": 443, "http": 80}


def read_origin(typed: str) -> str:
    """The origin that was typed, as browsers send it: https://www.anyborough.example. A slash at its end is left out.

    ValueError, with a sentence for the person who typed it, for all else: a path, a wildcard, user names, http (but
    for this machine).
    """
    try:
        parts = urlsplit(typed.strip())
        scheme, host, port = parts.scheme.lower(), (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise ValueError("Enter an address like https://www.anyborough.example.") from None
    if scheme not in _USUAL_PORTS or not host:
        raise ValueError("Begin with https://, like https://www.anyborough.example.")
    if scheme == "http" and host not in _LOOPBACK:
        raise ValueError("The web site has to be served by https.")
    if parts.path not in {"", "/"} or parts.query or parts.fragment or typed.strip().endswith(("?", "#")):
        raise ValueError("Leave out what follows the name of the web site: no path, no question mark.")
    if "@" in parts.netloc or not _HOST.match(host) or port == 0:
        raise ValueError(
            "Enter the name of one web site in plain letters, like https://www.anyborough.example: no stars, no user."
        )
    origin = f"{scheme}://{host}" + ("" if port in {None, _USUAL_PORTS[scheme]} else f":{port}")
    if len(origin) > LONGEST:
        raise ValueError(f"Use {LONGEST} characters or fewer.")
    return origin
