"""The denominator switch: what a base holds beside the usual answers, or leaves out. Source: MEASURES.md 1.4."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self

from survey_app.kernel.errors import InvalidInput


@dataclass(frozen=True)
class Rules:
    """Which answers are in the base: "I do not know", those held in quarantine, those that staff entered."""

    dont_know: bool = False
    quarantined: bool = False
    staff_entered: bool = True

    @classmethod
    def read(cls, settings: Mapping[str, str]) -> Self:
        """Rules from names and "in" or "out"; what is not named is as usual. InvalidInput says what cannot be."""
        for name, setting in settings.items():
            if name not in RULES:
                raise InvalidInput(f"There is no rule called {name}. The rules are {', '.join(RULES)}.")
            if setting not in {"in", "out"}:
                raise InvalidInput(f"The rule {name} is in or out, not {setting or 'empty'}.")
        return cls(**(asdict(USUAL) | {name: setting == "in" for name, setting in settings.items()}))

    @property
    def settings(self) -> dict[str, str]:
        """Each rule with "in" or "out"."""
        return {name: "in" if is_in else "out" for name, is_in in asdict(self).items()}

    @property
    def changed(self) -> dict[str, str]:
        """Those that are not as usual."""
        return {name: setting for name, setting in self.settings.items() if setting != USUAL.settings[name]}

    @property
    def words(self) -> str:
        """How a figure by these rules is told apart: with don't know in the base. Empty for the usual ones."""
        return " and ".join(_WORDS[name] for name in self.changed)


USUAL = Rules()
RULES = tuple(asdict(USUAL))
SWITCHES = (Rules(dont_know=True), Rules(quarantined=True), Rules(staff_entered=False))  # each change by itself
_WORDS = {
    "dont_know": "with don't know in the base",
    "quarantined": "with answers held for review counted",
    "staff_entered": "without answers entered by staff",
}
DONT_KNOW = "dk"  # the option's code in every scale
