"""Whose follow-up it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def owner_of(service_and_above: Sequence[int], owners: Mapping[int, int]) -> int | None:
    """The owner of the service, else of the nearest above it; None when nobody owns any of them.

    `service_and_above` are ids, the closest first; `owners` are ids of users by service.
    """
    return next((owners[service] for service in service_and_above if service in owners), None)
