"""What a drill found."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Finding:
    """Something in the restored database, and what is to be said of it."""

    where: str
    what: str


@dataclass
class Findings:
    """What was compared, how much of each kind, and all that is not as it was.

    `explained` are frozen figures that come out otherwise because of what happened before the backup was made, each
    with its reason: the live system says the same of them.
    """

    passports: int = 0
    same: int = 0
    explained: list[Finding] = field(default_factory=list)
    packs: int = 0
    files: int = 0
    audit_lines: int = 0
    encrypted_values: int = 0
    differences: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.differences

    def differs(self, where: str, what: str) -> None:
        self.differences.append(Finding(where, what))


@dataclass(frozen=True)
class Seconds:
    """How long each part took. What somebody waits for whose database is lost is `recovery`."""

    checking: float
    loading: float
    upgrading: float
    comparing: float

    @property
    def recovery(self) -> float:
        return self.checking + self.loading + self.upgrading
