"""Where a form leads back to, when the page that held it says so."""

from __future__ import annotations

from urllib.parse import urlsplit


def own_address(text: str | None, otherwise: str) -> str:
    """The address that a form names, if it is a page of this site; else `otherwise`.

    What a form sends may have been written by anybody: an address of another site would lead staff there.
    """
    address = text or ""
    if not address.startswith("/") or address.startswith("//") or "\\" in address or not address.isprintable():
        return otherwise
    try:
        parts = urlsplit(address)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc else address
