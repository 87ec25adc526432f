"""Who is told of an alert: never the team complained about alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Inboxes:
    """The inboxes of a kind. `service_id` is the service whose inbox the first one is."""

    inbox: str
    service_id: int | None
    other_inbox: str

    def told_of(self, service_and_above: Collection[int], *, is_reminder: bool) -> tuple[str, ...]:
        """To whom a letter goes about a comment on a service. `service_and_above`: that service and those above it.

        What is about the inbox's own service goes to the other one, and so does all where that is the only one; a
        reminder goes to both inboxes that may know.
        """
        is_about_themselves = self.service_id is not None and self.service_id in service_and_above
        first = "" if is_about_themselves else self.inbox
        if is_reminder:
            return tuple(dict.fromkeys(address for address in (first, self.other_inbox) if address))
        told = first or self.other_inbox
        return (told,) if told else ()
