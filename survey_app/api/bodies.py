"""What the body of a request says."""

from __future__ import annotations

import json
from dataclasses import dataclass

from survey_app.kernel.errors import InvalidInput

LIST = "contacts"


@dataclass(frozen=True)
class Sent:
    """The objects that were sent; `is_single` when it was one on its own and no list."""

    objects: list[object]
    is_single: bool


def read_body(body: bytes) -> Sent:
    """One object, a list, or {"contacts": [...]}. Numbers stay text: a reference 0012.50 is not 12.5.

    InvalidInput, which repeats nothing of the body, when it is no JSON, or JSON of another shape.
    """
    try:
        found = json.loads(body.decode("utf-8-sig"), parse_int=str, parse_float=str, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("The body is no JSON in UTF-8.") from error
    if isinstance(found, dict) and LIST in found:
        found = found[LIST]
    elif isinstance(found, dict):
        return Sent([found], is_single=True)
    if not isinstance(found, list):
        raise InvalidInput(f'The body must be one contact, a list of contacts, or {{"{LIST}": [...]}}.')
    return Sent(found, is_single=False)


def _refuse(_word: str) -> object:
    raise ValueError("NaN and Infinity are no JSON")
