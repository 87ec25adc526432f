"""Editions of one thing that is published: each knows the one that it replaces."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from survey_app.actions.models import OurStandard, YouSaidWeDid

Publication = YouSaidWeDid | OurStandard
Any_ = TypeVar("Any_", YouSaidWeDid, OurStandard)


def chains(editions: Iterable[Any_]) -> dict[int, list[Any_]]:
    """By the id of each edition, it and all before it, itself first. The last of them is the first that there was."""
    by_id = {edition.id: edition for edition in editions}
    found: dict[int, list[Any_]] = {}
    for edition in by_id.values():
        chain = [edition]
        while (replaced := by_id.get(chain[-1].replaces_id or 0)) is not None:
            chain.append(replaced)
        found[edition.id] = chain
    return found
