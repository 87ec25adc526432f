"""How a complaint about data ended."""

from __future__ import annotations

from enum import StrEnum


class Finding(StrEnum):
    """What the council found. It stays when the words of the complaint are deleted, so that it can be counted."""

    UPHELD = "upheld"
    PARTLY = "partly"
    NOT_UPHELD = "not_upheld"
    NOT_ABOUT_DATA = "not_about_data"
    TAKEN_BACK = "taken_back"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Finding.UPHELD: "We did something wrong",
    Finding.PARTLY: "We did something wrong in part",
    Finding.NOT_UPHELD: "We did nothing wrong",
    Finding.NOT_ABOUT_DATA: "It was not about personal data, and was passed on",
    Finding.TAKEN_BACK: "The person took it back",
}
