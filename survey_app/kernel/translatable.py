"""Texts for residents that stand apart from where they are shown."""

from __future__ import annotations


def for_translation(text: str) -> str:
    """The text as it is. It is found by this name when the catalogues are made, and translated where it is shown."""
    return text
