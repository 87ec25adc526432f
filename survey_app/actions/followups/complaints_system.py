"""The address of a complaint in the council's own system."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from survey_app.kernel.errors import InvalidInput

REFERENCE = "{reference}"
LONGEST_ADDRESS = 500


def check_address(address: str) -> None:
    """InvalidInput for what is no address; none at all is fine. {reference} may stand in its path or query."""
    if not address:
        return
    try:
        parts = urlsplit(address)
    except ValueError as problem:
        raise InvalidInput("Type the whole address of the council’s complaints system.") from problem
    plain = address.replace(REFERENCE, "")
    if parts.scheme != "https" or not parts.hostname or REFERENCE in parts.netloc:
        raise InvalidInput("Type the whole address, beginning with https://.")
    if len(address) > LONGEST_ADDRESS or "{" in plain or "}" in plain or any(c.isspace() for c in address):
        raise InvalidInput(
            "Only {reference} may stand in braces; the address has no blanks and at most 500 characters."
        )


def address_of(address: str, reference: str) -> str | None:
    """Where one complaint is found; None without an address, or where the address needs a reference and has none."""
    if not address or (REFERENCE in address and not reference):
        return None
    return address.replace(REFERENCE, quote(reference, safe=""))
