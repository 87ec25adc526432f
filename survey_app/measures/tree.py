"""The tree of services, as figures need it: what lies under one, and what above."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from survey_app.kernel.errors import NotFound


@dataclass(frozen=True)
class ServiceNode:
    id: int
    code: str
    name: str
    parent_id: int | None


class ServiceTree:
    """All services, closed ones too: their answers stay theirs."""

    def __init__(self, nodes: Iterable[ServiceNode]) -> None:
        self._by_id = {node.id: node for node in nodes}
        self._by_code = {node.code: node for node in self._by_id.values()}
        self._under: dict[int | None, list[int]] = {}
        for node in self._by_id.values():
            self._under.setdefault(node.parent_id, []).append(node.id)

    def code(self, service_id: int) -> str:
        return self._by_id[service_id].code

    def name(self, code: str) -> str:
        return self._named(code).name

    def has_parts(self, code: str) -> bool:
        return self._named(code).id in self._under

    def ids(self, codes: Collection[str]) -> frozenset[int]:
        """The ids of these services alone. NotFound names a code that is none."""
        return frozenset(self._named(code).id for code in codes)

    def subtree(self, codes: Collection[str]) -> frozenset[int]:
        """The ids of these services and of all under them."""
        found: set[int] = set()
        waiting = list(self.ids(codes))
        while waiting:
            service = waiting.pop()
            if service not in found:
                found.add(service)
                waiting.extend(self._under.get(service, ()))
        return frozenset(found)

    def apart_from(self, codes: Collection[str]) -> list[str]:
        """The largest services that neither hold one of these nor lie under it, by code."""
        inside = self.subtree(codes)
        touched = inside | {above for code in codes for above in self.upwards(code)}
        return sorted(
            node.code
            for node in self._by_id.values()
            if node.id not in touched and (node.parent_id is None or node.parent_id in touched)
        )

    def upwards(self, code: str) -> list[int]:
        """The service and those above it, nearest first."""
        path: list[int] = []
        node: ServiceNode | None = self._named(code)
        while node is not None and node.id not in path:
            path.append(node.id)
            node = None if node.parent_id is None else self._by_id[node.parent_id]
        return path

    def _named(self, code: str) -> ServiceNode:
        if code not in self._by_code:
            raise NotFound(f"There is no service {code}.")
        return self._by_code[code]
