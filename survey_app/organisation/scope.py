"""What a viewer may see, as a value that every query takes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """All services (`service_ids` is None), or only those named, their subtrees already included."""

    service_ids: frozenset[int] | None = None

    @property
    def is_everything(self) -> bool:
        return self.service_ids is None

    def allows(self, service_id: int) -> bool:
        return self.service_ids is None or service_id in self.service_ids

    def narrowed_to(self, service_ids: frozenset[int]) -> Scope:
        """The part of this scope that lies in `service_ids`."""
        return Scope(service_ids if self.service_ids is None else self.service_ids & service_ids)


EVERYTHING = Scope()
