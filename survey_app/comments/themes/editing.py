"""A theme as it is edited: how it stands, what differs between two states, and the words of that."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from survey_app.comments.themes.keywords import read_keywords

LONGEST_NAME, LONGEST_DEFINITION = 120, 500


@dataclass(frozen=True, slots=True)
class ThemeState:
    """All of a theme that can be edited. Keywords are kept one a line, in the order in which they were typed."""

    name: str
    definition: str
    keywords: str
    is_active: bool = True

    @classmethod
    def written(cls, name: str, definition: str, keywords: str) -> ThemeState:
        """As staff type it. UnclearKeyword for keywords that cannot be matched."""
        return cls(" ".join(name.split()), " ".join(definition.split()), "\n".join(read_keywords(keywords)))

    def in_use(self, is_active: bool) -> ThemeState:
        return replace(self, is_active=is_active)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Difference:
    """What an edit changed. `is_new`: there was nothing before it."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    is_new: bool = False
    was_named: str | None = None  # None: the name stayed
    is_defined_anew: bool = False
    was_retired: bool = False
    was_brought_back: bool = False

    @property
    def changes_rules(self) -> bool:
        """Whether a comment may be sorted otherwise than before."""
        return bool(self.added or self.removed or self.was_retired or self.was_brought_back)

    @property
    def words(self) -> str:
        """One sentence for a list and for the mark on a trend."""
        if self.is_new:
            return "The theme began."
        parts = []
        if self.was_retired or self.was_brought_back:
            parts.append("retired" if self.was_retired else "brought back")
        for count, act in ((len(self.added), "added"), (len(self.removed), "removed")):
            if count:
                parts.append(f"{count} {'keyword' if count == 1 else 'keywords'} {act}")
        if self.was_named is not None:
            parts.append("renamed")
        if self.is_defined_anew:
            parts.append("definition changed")
        return f"{', '.join(parts)}.".capitalize() if parts else "Nothing changed."


def difference(before: ThemeState | None, after: ThemeState) -> Difference:
    """What leads from one state to the other; the order of keywords changes nothing."""
    new = read_keywords(after.keywords)
    if before is None:
        return Difference(new, (), is_new=True, was_brought_back=after.is_active)
    old = read_keywords(before.keywords)
    return Difference(
        added=tuple(each for each in new if each not in set(old)),
        removed=tuple(each for each in old if each not in set(new)),
        was_named=before.name if before.name != after.name else None,
        is_defined_anew=before.definition != after.definition,
        was_retired=before.is_active and not after.is_active,
        was_brought_back=after.is_active and not before.is_active,
    )
